//! Splits a plan in two: what a customer's row can be computed to without any other customer, and what
//! remains for all of them together. It decides nothing about the data and computes nothing.

use super::op::{Kind, Op, Register, Space};
use super::{Plan, Results, ServicePlan, order};
use std::collections::BTreeSet;

/// A plan in two parts, for customers who come a few at a time.
#[derive(Clone, Debug)]
pub struct Parted {
    /// Everything that is there without other customers: each column of the result, who is kept out,
    /// and the columns of `handed_on`.
    pub rows: Plan,
    /// What remains: portfolio functions, checks, the counts of segments, the time of teams. The
    /// result itself is no part of its outcome.
    pub rest: Plan,
    /// The registers that the rest reads and `rows` computes.
    pub handed_on: Vec<Register>,
    /// Portfolio functions that the rest reads, each made of what `rows` computes and of what was made of
    /// the rows before: sums, counts, the least and the most, the persons of teams and their sums.
    pub folded: Vec<Register>,
    /// The positions of checks behind which customers can be named only when everybody is at hand.
    pub nameless: Vec<usize>,
}

/// What each team plans for each customer.
fn hours(service: &ServicePlan) -> impl Iterator<Item = Register> {
    service.teams.iter().map(|team| team.hours)
}

impl Plan {
    /// Splits the plan; nothing where a column of the result needs other customers, or there are tables.
    pub fn parted(&self) -> Option<Parted> {
        let alone = self.alone_in(Space::Customers);
        let is_alone = |register: &Register| alone[register.0];
        let results = &self.results;
        let looked_at = results.outputs.iter().map(|output| output.register);
        let mut in_rows: BTreeSet<Register> = looked_at
            .chain(results.excluded)
            .chain(results.included)
            .chain(results.segmentations.iter().map(|it| it.segment))
            .chain(results.service.iter().flat_map(hours))
            .collect();
        if !in_rows.iter().all(is_alone) || self.field_names.len() > 1 {
            return None;
        }
        let is_row = |at: usize| self.nodes[at].space == Space::Customers;
        let folds = |at: usize| {
            let op = &self.nodes[at].op;
            // Names of a closed list are few bytes a customer, and told apart by their place in it.
            let by_text = match op {
                Op::Persons { name, .. } | Op::PersonSum { name, .. } => {
                    self.node(*name).kind == Kind::Text
                }
                _ => true,
            };
            op.folds() && by_text && self.folded_from(op).iter().all(is_alone)
        };
        let known: Vec<bool> = (0..self.nodes.len())
            .map(|at| match alone[at] {
                true => is_row(at) && !self.nodes[at].op.is_input(),
                false => folds(at),
            })
            .collect();
        let mut told = results.clone();
        let mut nameless = Vec::new();
        for (at, check) in told.checks.iter_mut().enumerate() {
            let is_known = |behind: Register| alone[behind.0] && known[behind.0];
            if check.behind.is_some_and(|behind| !is_known(behind)) {
                check.behind = None;
                nameless.push(at);
            }
        }
        let is_left = |register: &&Register| !alone[register.0] || !is_row(register.0);
        let sinks = self.sinks.iter().filter(is_left).copied().collect();
        let rest = self.of(told.clone(), sinks, &told.told(), &known);
        let read = (0..self.nodes.len()).filter(|at| known[*at] && rest.live[*at]);
        let (handed_on, folded): (Vec<Register>, Vec<Register>) =
            read.map(Register).partition(is_alone);
        in_rows.extend(&handed_on);
        for register in &folded {
            in_rows.extend(self.folded_from(&self.node(*register).op));
        }
        let sinks = self.sinks.iter().filter(|it| is_alone(it)).copied();
        let of_rows = Results {
            outputs: results.outputs.clone(),
            excluded: results.excluded,
            included: results.included,
            reasons: results.reasons.clone(),
            ..Results::default()
        };
        Some(Parted {
            rows: self.of(of_rows, sinks.collect(), &in_rows, &[]),
            rest,
            handed_on,
            folded,
            nameless,
        })
    }

    /// What of a part of the customers is looked at where a function is folded. The sums of persons are made under
    /// all names; who is one of the persons shows in the end.
    fn folded_from(&self, op: &Op) -> Vec<Register> {
        let mut inputs = op.inputs();
        if let Op::PersonSum { persons, .. } = op {
            inputs.retain(|it| it != persons);
        }
        inputs
    }

    /// The registers that need no other row of a space than their own, and no other space.
    pub(super) fn alone_in(&self, space: Space) -> Vec<bool> {
        let mut alone = vec![false; self.nodes.len()];
        // INVARIANT: inputs stand before those that read them.
        for (at, node) in self.nodes.iter().enumerate() {
            let here = node.space == space || node.space == Space::Scalar;
            let crosses = matches!(node.op, Op::OnePerCustomer(..) | Op::Gather(..));
            let inputs = node.op.inputs();
            alone[at] = here
                && !crosses
                && !node.op.is_barrier()
                && inputs.iter().all(|input| alone[input.0]);
        }
        alone
    }

    /// The work of some of the registers.
    pub(super) fn of(
        &self,
        results: Results,
        sinks: BTreeSet<Register>,
        kept: &BTreeSet<Register>,
        known: &[bool],
    ) -> Plan {
        let order = order::order(&self.nodes, &sinks, kept, known);
        Plan {
            stages: order.stages,
            live: order.live,
            keep_until: order.keep_until,
            sinks,
            results,
            ..self.clone()
        }
    }
}
