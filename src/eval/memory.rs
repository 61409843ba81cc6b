//! What runs over the same data have made and later ones need again: scores, means, and whatever needed
//! all rows at once. A step is found again by what it is (see [`Identities`]), never by its name or place.

use super::exec::{Run, Whole};
use super::kernels::group::Groups;
use super::kernels::rank::Order;
use super::single::{Single, SingleValue};
use crate::plan::op::{Op, Place, Register, Requirement, Space};
use crate::plan::{Identities, Plan};
use crate::value::{Column, Values};
use std::collections::HashMap;
use std::sync::Arc;

/// How many bytes of values are kept at most.
const BYTES: usize = 384 << 20;

/// How many steps are told apart before all is forgotten.
const STEPS: usize = 200_000;

/// The values of steps of earlier runs over the same data.
///
/// INVARIANT: one memory serves one set of inputs, read for one set of fields; whoever reads other data
/// begins with another memory.
#[derive(Debug, Default)]
pub struct Memory {
    identities: Identities,
    values: HashMap<usize, Remembered>,
    bytes: usize,
    turn: u64,
    work: Work,
}

/// The steps that the last run computed; those that it remembered are not among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// All steps.
    pub steps: usize,
    /// Scores of criteria.
    pub scores: usize,
    /// Weighted means: axes and groups of criteria.
    pub means: usize,
    /// Steps that need all rows at once.
    pub barriers: usize,
}

/// A value that is kept.
#[derive(Debug)]
struct Remembered {
    value: Value,
    bytes: usize,
    /// The last run that had the step.
    turn: u64,
}

/// The values of a step, free of errors.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Column(Arc<Column>),
    Groups(Arc<Groups>),
    Order(Arc<Order>),
    Single(Single),
}

/// What a run has from its memory, and what the memory will take of it.
pub(super) struct Recalled {
    /// The plan without what is known.
    pub(super) plan: Plan,
    /// The values by register.
    pub(super) values: Vec<Option<Value>>,
    numbers: Vec<usize>,
    wanted: Vec<Register>,
}

impl Memory {
    /// The steps that the last run computed.
    pub fn work(&self) -> Work {
        self.work
    }

    /// How many bytes of values are kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Looks up what is known of a plan's steps.
    pub(super) fn recall(&mut self, plan: &Plan) -> Recalled {
        if self.identities.len() > STEPS {
            *self = Memory::default();
        }
        self.turn += 1;
        let numbers = self.identities.of(plan);
        let mut values: Vec<Option<Value>> = vec![None; plan.nodes.len()];
        let live = (0..plan.nodes.len()).filter(|at| plan.live[*at]);
        for at in live.clone() {
            if let Some(known) = self.values.get_mut(&numbers[at]) {
                known.turn = self.turn;
                values[at] = Some(known.value.clone());
            }
        }
        let wanted: Vec<Register> = worth_keeping(plan, live);
        let known: Vec<bool> = values.iter().map(Option::is_some).collect();
        Recalled {
            plan: plan.resumed(&known, &wanted),
            values,
            numbers,
            wanted,
        }
    }

    /// Takes what a run has made without an error.
    pub(super) fn learn(&mut self, run: &mut Run<'_>, recalled: &Recalled) {
        self.work = Work::of(&recalled.plan);
        if !run.found.is_empty() || run.is_stopped() {
            return;
        }
        for register in &recalled.wanted {
            let number = recalled.numbers[register.0];
            if self.values.contains_key(&number) {
                continue;
            }
            let Some(value) = run.remembered(*register) else {
                continue;
            };
            let bytes = value.bytes();
            self.bytes += bytes;
            let turn = self.turn;
            let kept = Remembered { value, bytes, turn };
            self.values.insert(number, kept);
        }
        self.forget();
    }

    /// Forgets what has not been needed for longest, until the rest has room.
    fn forget(&mut self) {
        if self.bytes <= BYTES {
            return;
        }
        let all = self.values.iter().map(|(number, it)| (it.turn, *number));
        let mut all: Vec<(u64, usize)> = all.collect();
        all.sort_unstable();
        for (_, number) in all {
            if self.bytes <= BYTES {
                break;
            }
            if let Some(gone) = self.values.remove(&number) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

/// The steps whose values a later run may need: what a criterion, a group or an axis scores, what is
/// gathered from tables and lookups, what is found in texts, and what needs all rows at once. All that
/// lies between is quicker to compute again than to keep.
fn worth_keeping(plan: &Plan, live: impl Iterator<Item = usize>) -> Vec<Register> {
    let mut worth = vec![false; plan.nodes.len()];
    for at in live {
        let node = plan.node(Register(at));
        worth[at] |= match &node.op {
            Op::Mean(members, _) => {
                members.iter().for_each(|(_, it)| worth[it.0] = true);
                true
            }
            Op::Require(_, Requirement::Axis(_)) => true,
            Op::OnePerCustomer(..) | Op::Lookup(..) | Op::Lower(_) => true,
            Op::StartsWith(..) | Op::Contains(..) => true,
            op => op.is_barrier(),
        };
    }
    let registers = (0..plan.nodes.len()).map(Register);
    let fits = |it: &Register| {
        let node = plan.node(*it);
        match node.space {
            Space::Customers => !node.op.is_input(),
            Space::Scalar => node.op.is_barrier(),
            Space::Table(_) | Space::Persons(_) => false,
        }
    };
    registers.filter(|it| worth[it.0] && fits(it)).collect()
}

impl Value {
    fn bytes(&self) -> usize {
        match self {
            Value::Column(column) => {
                let values = match &column.values {
                    Values::Number(values) => values.len() * 8,
                    Values::Flag(values) => values.len(),
                    Values::Choice(values) => values.len() * 4,
                    Values::Text(texts) => texts.numbers.len() * 4,
                };
                values + column.missing.as_ref().map_or(0, Vec::len)
            }
            Value::Groups(groups) => groups.of_row.len() * 4,
            Value::Order(order) => order.len() * 16,
            Value::Single(_) => 0,
        }
    }
}

impl std::ops::Add for Work {
    type Output = Work;

    fn add(self, other: Work) -> Work {
        Work {
            steps: self.steps + other.steps,
            scores: self.scores + other.scores,
            means: self.means + other.means,
            barriers: self.barriers + other.barriers,
        }
    }
}

impl Work {
    fn of(plan: &Plan) -> Work {
        let mut work = Work::default();
        for register in plan.stages.iter().flat_map(|stage| stage.registers()) {
            let op = &plan.node(register).op;
            work.steps += 1;
            work.scores += usize::from(matches!(
                op,
                Op::Ramp(..)
                    | Op::Curve(..)
                    | Op::Bands(..)
                    | Op::Match(..)
                    | Op::AsIs(..)
                    | Op::Place(_, Place::Score { .. })
            ));
            work.means += usize::from(matches!(op, Op::Mean(..)));
            work.barriers += usize::from(op.is_barrier());
        }
        work
    }
}

impl Run<'_> {
    /// The values of a step that the run made, to be shared with later runs; `None` where there are
    /// none, or one of them could not be computed.
    fn remembered(&mut self, register: Register) -> Option<Value> {
        if let Some(single) = self.single_value(register) {
            let fits = match single.value {
                SingleValue::Number(value) => i64::try_from(value).is_ok(),
                SingleValue::Flag(_) | SingleValue::Code(_) => true,
            };
            let sound = fits && single.poison.is_empty();
            return sound.then(|| Value::Single(single.clone()));
        }
        match self.whole_of(register)? {
            Whole::Groups(groups) => Some(Value::Groups(groups.clone())),
            Whole::Order(order) => Some(Value::Order(order.clone())),
            Whole::Made(made) if made.poison.is_empty() => {
                let made = self.take_whole(register)?;
                let column = Arc::new(self.column_of(made, register));
                self.share(register, column.clone());
                Some(Value::Column(column))
            }
            Whole::Made(_) | Whole::Input(..) | Whole::Shared(_) => None,
        }
    }
}
