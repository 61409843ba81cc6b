//! Runs of a plan that was parted: rows a few customers at a time, and what needs them all when they are over.
//! Either is sound or nothing: what is wrong with whom is for a run that sees everybody at once.

use super::block::View;
use super::exec::Run;
use super::inputs::Inputs;
use super::kernels::aggregate::Task;
use super::kernels::counted::{NOTHING, Seen};
use super::memory::Value;
use super::outcome::{Kept, Outcome};
use super::places::Bench;
use super::single::total;
use super::{prepare, told, unknown_customers};
use crate::plan::Parted;
use crate::plan::op::{Op, Register};
use crate::value::Column;
use std::sync::Arc;

/// What was made of some of the customers for portfolio functions of all of them.
#[derive(Clone, Debug, Default)]
pub struct Folded(Vec<Seen>);

impl Folded {
    /// Adds what was made of other customers.
    pub fn add(&mut self, other: &Folded) {
        self.0.resize(other.0.len(), NOTHING);
        for (seen, more) in self.0.iter_mut().zip(&other.0) {
            *seen = seen.join(*more);
        }
    }
}

/// What rows are computed on, to be used again for the next ones.
#[derive(Debug, Default)]
pub struct Workbench(Bench);

impl Workbench {
    /// Takes back what an outcome that is no longer needed was computed on.
    pub fn take_back(&mut self, outcome: Outcome) {
        for kept in outcome.values.into_values() {
            if let Kept::Column(column) = kept
                && let Some(column) = Arc::into_inner(column)
            {
                self.0.take_back(column);
            }
        }
    }
}

/// Runs the rows of a plan for some of the customers, on one core. Nothing where a value could not be computed.
pub fn run_rows(
    parted: &Parted,
    inputs: &Inputs,
    workbench: &mut Workbench,
) -> Option<(Outcome, Folded)> {
    let plan = &parted.rows;
    let prepared = prepare::prepare(plan, inputs);
    let mut run = Run::new(plan, inputs, &prepared);
    run.block = inputs.customers.rows.max(1);
    run.bench = std::mem::take(&mut workbench.0);
    run.run();
    workbench.0 = std::mem::take(&mut run.bench);
    if !told(&run, plan, inputs, 1).is_empty() {
        return None;
    }
    let folded = parted.folded.iter().map(|register| run.seen(*register));
    let folded = Folded(folded.collect());
    let outcome = run.outcome();
    outcome.is_sound().then_some((outcome, folded))
}

/// Runs the rest of a plan, given the columns of what is handed on and what was folded. Nothing where a value
/// could not be computed, or an override names nobody.
pub fn run_rest(
    parted: &Parted,
    inputs: &Inputs,
    columns: Vec<Column>,
    folded: &Folded,
) -> Option<Outcome> {
    let plan = &parted.rest;
    let mut values = vec![None; plan.nodes.len()];
    for (register, column) in parted.handed_on.iter().zip(columns) {
        values[register.0] = Some(Value::Column(Arc::new(column)));
    }
    for (register, seen) in parted.folded.iter().zip(&folded.0) {
        let node = plan.node(*register);
        if let Op::Aggregate {
            aggregate, unit, ..
        } = &node.op
        {
            let single = total(node.kind, seen.total(*aggregate, *unit));
            values[register.0] = Some(Value::Single(single));
        }
    }
    let prepared = prepare::prepare_beside(plan, inputs, &values);
    let mut run = Run::new(plan, inputs, &prepared);
    run.recall(&values);
    run.run();
    let unknown = unknown_customers(plan, inputs);
    let sound = unknown.is_empty() && told(&run, plan, inputs, 1).is_empty();
    sound.then(|| run.outcome())
}

impl Run<'_> {
    /// What the rows give for a portfolio function of one value for all.
    fn seen(&self, register: Register) -> Seen {
        let Op::Aggregate {
            aggregate,
            value,
            filter,
            population,
            unit,
            ..
        } = &self.plan.node(register).op
        else {
            return NOTHING;
        };
        let view = |register: &Option<Register>| register.map(|register| self.view_of(register));
        let (value, filter, included) = (view(value), view(filter), view(population));
        let conditions: Vec<&View<'_>> = included.iter().chain(&filter).collect();
        let task = Task {
            aggregate: *aggregate,
            value: value.as_ref(),
            unit: *unit,
        };
        task.seen(self.inputs.customers.rows, &conditions)
    }
}
