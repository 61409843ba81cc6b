//! Runs of a plan that was parted: rows a few customers at a time, and what needs them all when they are over.
//! Either is sound or nothing: what is wrong with whom is for a run that sees everybody at once.

use super::block::View;
use super::checks::CheckState;
use super::exec::Run;
use super::inputs::Inputs;
use super::kernels::aggregate::Task;
use super::kernels::counted::{NOTHING, Seen};
use super::kernels::persons::Named;
use super::memory::Value;
use super::outcome::{Kept, Outcome};
use super::places::Bench;
use super::single::total;
use super::{prepare, told};
use crate::plan::op::{Op, Register};
use crate::plan::{Parted, Plan};
use crate::value::{Column, TextColumn, Values};
use std::sync::Arc;

/// What was made of some of the customers for portfolio functions of all of them.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// By function.
    functions: Vec<Fold>,
    /// For each override whether its customer was among them.
    found: Vec<bool>,
}

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
        self.found.resize(other.found.len(), false);
        for (found, more) in self.found.iter_mut().zip(&other.found) {
            *found |= more;
        }
        if self.functions.is_empty() {
            self.functions.clone_from(&other.functions);
            return;
        }
        for (fold, more) in self.functions.iter_mut().zip(&other.functions) {
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

impl Workbench {
    /// Runs all stages on it.
    pub(super) fn run(&mut self, run: &mut Run<'_>) {
        run.bench = std::mem::take(&mut self.0);
        run.run();
        self.0 = std::mem::take(&mut run.bench);
    }

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
    workbench.run(&mut run);
    if !told(&run, plan, inputs, 1).is_empty() {
        return None;
    }
    let functions = parted.folded.iter().map(|register| run.fold(*register));
    let folded = Folded {
        functions: functions.collect(),
        found: prepared.overridden.iter().map(Option::is_some).collect(),
    };
    let outcome = run.outcome();
    outcome.is_sound().then_some((outcome, folded))
}

/// Runs the rest of a plan, given the columns of what is handed on and what was folded. Nothing where a value
/// could not be computed, an override names nobody, or customers behind a check would have to be named whom only
/// a run of everybody finds.
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
    for (register, fold) in parted.folded.iter().zip(&folded.functions) {
        values[register.0] = Some(whole(plan, *register, fold, &values)?);
    }
    let prepared = prepare::prepare_beside(plan, inputs, &values);
    let mut run = Run::new(plan, inputs, &prepared);
    run.recall(&values);
    run.run();
    if folded.found.contains(&false) || !told(&run, plan, inputs, 1).is_empty() {
        return None;
    }
    let outcome = run.outcome();
    let mut nameless = parted
        .nameless
        .iter()
        .filter_map(|at| outcome.checks.get(*at));
    let all_hold = nameless.all(|check| check.state == CheckState::Held);
    all_hold.then_some(outcome)
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
