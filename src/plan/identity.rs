//! Which step of a plan is the same as a step of another plan: the same operation on the same steps,
//! however they are numbered. Steps are compared whole, not by a fingerprint that could collide.

use super::op::{Kind, Op, Register};
use super::{LookupPlan, Plan};
use std::collections::HashMap;

/// The steps of all plans that were seen, each under one number.
#[derive(Debug, Default)]
pub struct Identities {
    known: HashMap<Step, usize>,
}

/// Everything on which the values of a step depend, for the same data.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Step {
    /// The operation; its registers are numbers of steps.
    op: Op,
    kind: Kind,
    optional: bool,
    beside: Beside,
}

/// What an operation reads of its plan beside its inputs.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Beside {
    Nothing,
    Lookup(Option<LookupPlan>),
    Overrides(Vec<(String, u32)>),
}

impl Identities {
    /// The number of every step of a plan, by register.
    pub fn of(&mut self, plan: &Plan) -> Vec<usize> {
        let mut numbers: Vec<usize> = Vec::with_capacity(plan.nodes.len());
        for node in &plan.nodes {
            let mut op = node.op.clone();
            // INVARIANT: inputs stand before those that read them, so their numbers are there.
            for input in op.inputs_mut() {
                *input = Register(numbers[input.0]);
            }
            let beside = match &op {
                Op::Lookup(lookup, _) => Beside::Lookup(plan.lookups.get(lookup.0).cloned()),
                Op::Override => {
                    let overrides = plan.overrides.iter();
                    let moves = overrides.map(|it| (it.customer.clone(), it.segment));
                    Beside::Overrides(moves.collect())
                }
                _ => Beside::Nothing,
            };
            let step = Step {
                op,
                kind: node.kind,
                optional: node.optional,
                beside,
            };
            let next = self.known.len();
            numbers.push(*self.known.entry(step).or_insert(next));
        }
        numbers
    }

    /// How many steps are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}
