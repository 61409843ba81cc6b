//! Runs of a plan that was parted: rows a few customers at a time, and what needs them all when they are over.
//! Either is sound or nothing: what is wrong with whom is for a run that sees everybody at once.

use super::block::View;
use super::exec::Run;
use super::inputs::Inputs;
use super::kernels::aggregate::Task;
use super::kernels::counted::{NOTHING, Seen};
use super::kernels::persons::Named;
use super::memory::Value;
use super::outcome::Outcome;
use super::places::Bench;
use super::single::total;
use super::{prepare, told, unknown_customers};
use crate::plan::op::{Op, Register};
use crate::plan::{Parted, Plan};
use crate::value::{Column, TextColumn, Values};
use std::sync::Arc;

/// What was made of some of the customers for portfolio functions of all of them.
#[derive(Clone, Debug, Default)]
pub struct Folded(Vec<Fold>);

/// What was made for one function.
#[derive(Clone, Debug)]
enum Fold {
    /// For one value for all.
    Seen(Seen),
    /// For the persons of a team, or what is planned for each.
    Named(Named),
}

impl Folded {
    /// Adds what was made of other customers.
    pub fn add(&mut self, other: &Folded) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        for (fold, more) in self.0.iter_mut().zip(&other.0) {
            match (fold, more) {
                (Fold::Seen(seen), Fold::Seen(more)) => *seen = seen.join(*more),
                (Fold::Named(named), Fold::Named(more)) => named.add(more),
                _ => {}
            }
        }
    }
}

/// What rows are computed on, to be used again for the next ones.
#[derive(Debug, Default)]
pub struct Workbench(Bench);

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
    let folded = parted.folded.iter().map(|register| run.fold(*register));
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
    for (register, fold) in parted.folded.iter().zip(&folded.0) {
        values[register.0] = Some(whole(plan, *register, fold, &values)?);
    }
    let prepared = prepare::prepare_beside(plan, inputs, &values);
    let mut run = Run::new(plan, inputs, &prepared);
    run.recall(&values);
    run.run();
    let unknown = unknown_customers(plan, inputs);
    let sound = unknown.is_empty() && told(&run, plan, inputs, 1).is_empty();
    sound.then(|| run.outcome())
}

/// The value that was folded. Nothing where a sum does not fit.
fn whole(plan: &Plan, register: Register, fold: &Fold, known: &[Option<Value>]) -> Option<Value> {
    let node = plan.node(register);
    match (&node.op, fold) {
        (
            Op::Aggregate {
                aggregate, unit, ..
            },
            Fold::Seen(seen),
        ) => {
            let single = total(node.kind, seen.total(*aggregate, *unit));
            Some(Value::Single(single))
        }
        (Op::Persons { .. }, Fold::Named(persons)) => {
            let numbers = 0..u32::try_from(persons.names.len()).ok()?;
            let names = TextColumn {
                numbers: numbers.collect(),
                dictionary: Arc::new(persons.names.clone()),
            };
            let column = Column::full(Values::Text(names));
            Some(Value::Column(Arc::new(column)))
        }
        (Op::PersonSum { persons, .. }, Fold::Named(named)) => {
            let Some(Value::Column(persons)) = known.get(persons.0)? else {
                return None;
            };
            let Values::Text(names) = &persons.values else {
                return None;
            };
            let names = names.dictionary.iter();
            let sums = names.map(|name| i64::try_from(named.sum(name)).ok());
            let column = Column::full(Values::Number(sums.collect::<Option<_>>()?));
            Some(Value::Column(Arc::new(column)))
        }
        _ => None,
    }
}

impl Run<'_> {
    /// What the rows give for a portfolio function.
    fn fold(&self, register: Register) -> Fold {
        let rows = self.inputs.customers.rows;
        let view = |register: &Register| self.view_of(*register);
        match &self.plan.node(register).op {
            Op::Aggregate {
                aggregate,
                value,
                filter,
                population,
                unit,
                ..
            } => {
                let value = value.as_ref().map(view);
                let conditions: Vec<_> = population.iter().chain(filter).map(view).collect();
                let task = Task {
                    aggregate: *aggregate,
                    value: value.as_ref(),
                    unit: *unit,
                };
                Fold::Seen(task.seen(rows, &conditions.iter().collect::<Vec<_>>()))
            }
            Op::Persons {
                name,
                served,
                population,
            } => {
                let conditions = population.iter().chain([served]);
                Fold::Named(self.named(name, None, conditions.map(view).collect()))
            }
            Op::PersonSum {
                name,
                value,
                population,
                ..
            } => {
                let conditions = population.iter().map(view).collect();
                Fold::Named(self.named(name, Some(view(value)), conditions))
            }
            _ => Fold::Seen(NOTHING),
        }
    }

    fn named(&self, name: &Register, values: Option<View<'_>>, conditions: Vec<View<'_>>) -> Named {
        let texts = self.prepared.dictionary(*name);
        let conditions: Vec<&View<'_>> = conditions.iter().collect();
        let rows = self.inputs.customers.rows;
        Named::of(
            &self.view_of(*name),
            &texts,
            values.as_ref(),
            &conditions,
            rows,
        )
    }
}
