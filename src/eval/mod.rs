//! Floor 5: plan and data → outcome. Loops over columns, in blocks, on all cores; the same bytes
//! whatever their number. It knows no syntax and no names but those that the plan carries.

mod barrier;
mod block;
mod by_customer;
mod checks;
mod codes;
mod conditions;
mod error;
mod exec;
mod inputs;
mod kernels;
mod loops;
mod memory;
mod numbers;
mod outcome;
mod parts;
mod places;
mod poison;
mod prepare;
mod rows;
mod single;
mod steps;
mod sums;

pub use by_customer::{Added, Sheets, Totals};
pub use checks::{CheckOutcome, CheckState, Operand, Sides};
pub use error::{ErrorKind, EvalError, key, shown_value};
pub use inputs::{Inputs, LookupTable, NOBODY, RowTable};
pub use memory::{Memory, Work};
pub use outcome::{Outcome, OutcomeColumn, PersonOutcome, SegmentationOutcome, TeamOutcome};
pub use parts::{Folded, Workbench, run_rest, run_rows};
pub use steps::{Steps, literal_at};
pub use sums::{Sums, sums};

use crate::plan::Plan;
use crate::plan::op::{Register, Space};
use crate::value::Column;
use error::Found;
use exec::Run;
use memory::Value;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How many errors are told at most.
const ERRORS: usize = 1_000;

/// Runs a plan on data. Errors come in the order of the customers, each once.
pub fn run(plan: &Plan, inputs: &Inputs) -> Result<Outcome, Vec<EvalError>> {
    run_in_blocks(plan, inputs, exec::BLOCK)
}

/// The same, given what was added up of tables that are not among the inputs.
pub fn run_given(
    plan: &Plan,
    inputs: &Inputs,
    given: &[(Register, Arc<Column>)],
) -> Result<Outcome, Vec<EvalError>> {
    if given.is_empty() {
        return run(plan, inputs);
    }
    let mut values = vec![None; plan.nodes.len()];
    for (register, column) in given {
        values[register.0] = Some(Value::Column(column.clone()));
    }
    let known: Vec<bool> = values.iter().map(Option::is_some).collect();
    limited(
        &plan.resumed(&known, &[]),
        inputs,
        &values,
        exec::BLOCK,
        ERRORS,
    )
}

/// The same, and where it fails with every error that it met, for runs that put customers aside.
pub fn run_for_all_errors(plan: &Plan, inputs: &Inputs) -> Result<Outcome, Vec<EvalError>> {
    limited(plan, inputs, &[], exec::BLOCK, usize::MAX)
}

/// The same with another number of rows in a block; the result does not depend on it.
pub fn run_in_blocks(
    plan: &Plan,
    inputs: &Inputs,
    block: usize,
) -> Result<Outcome, Vec<EvalError>> {
    limited(plan, inputs, &[], block, ERRORS)
}

/// Runs a plan that knows some values already, by register; at most so many errors are told.
fn limited(
    plan: &Plan,
    inputs: &Inputs,
    known: &[Option<Value>],
    block: usize,
    most: usize,
) -> Result<Outcome, Vec<EvalError>> {
    let prepared = prepare::prepare_beside(plan, inputs, known);
    let mut run = Run::new(plan, inputs, &prepared);
    run.recall(known);
    run.block = block.max(1);
    run.run();
    let mut errors = unknown_customers(plan, &prepared.overridden);
    errors.extend(told(&run, plan, inputs, most));
    if errors.is_empty() {
        Ok(run.outcome())
    } else {
        errors.truncate(most);
        Err(errors)
    }
}

/// Runs a plan as far as it goes: what could not be computed is marked in the outcome
/// ([`Outcome::is_broken`]) and no error is told. For searches that try customers out.
pub fn attempt(plan: &Plan, inputs: &Inputs) -> Outcome {
    let prepared = prepare::prepare(plan, inputs);
    let mut run = Run::new(plan, inputs, &prepared);
    run.run();
    run.outcome()
}

/// How a run that may be called off ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// It came to its end.
    Done(Box<Outcome>),
    /// Values could not be computed.
    Wrong(Vec<EvalError>),
    /// It was called off.
    Stopped,
}

/// Runs a plan on data until it ends or `stop` is set. What `memory` knows of earlier runs over the same
/// data is not computed again; what comes out is the same as without it.
pub fn run_remembering(
    plan: &Plan,
    inputs: &Inputs,
    memory: &mut Memory,
    stop: &AtomicBool,
) -> Ended {
    let recalled = memory.recall(plan);
    let plan = &recalled.plan;
    let prepared = prepare::prepare_beside(plan, inputs, &recalled.values);
    let mut run = Run::new(plan, inputs, &prepared);
    run.recall(&recalled.values);
    run.stop = Some(stop);
    run.run();
    memory.learn(&mut run, &recalled);
    if run.is_stopped() {
        return Ended::Stopped;
    }
    let mut errors = unknown_customers(plan, &prepared.overridden);
    errors.extend(told(&run, plan, inputs, ERRORS));
    match errors.is_empty() {
        true => Ended::Done(Box::new(run.outcome())),
        false => Ended::Wrong(errors),
    }
}

/// The errors that the run met, without those of customers who are kept out.
fn told(run: &Run<'_>, plan: &Plan, inputs: &Inputs, most: usize) -> Vec<EvalError> {
    if run.found.is_empty() {
        return Vec::new();
    }
    let included = plan.results.included.map(|included| run.view_of(included));
    let counts = |found: &&Found| {
        found.always
            || found.space != Space::Customers
            || included
                .as_ref()
                .is_none_or(|included| included.holds(found.poison.row as usize))
    };
    let mut found: Vec<Found> = run.found.iter().filter(counts).copied().collect();
    let space = |found: &Found| match found.space {
        Space::Scalar => (0, 0),
        Space::Customers => (1, 0),
        Space::Table(table) => (2, table.0),
        Space::Persons(names) => (3, names.0),
    };
    found.sort_by_key(|found| (found.poison.row, space(found), found.poison.site));
    found.dedup_by_key(|found| (found.poison.row, space(found), found.poison.site));
    found.truncate(most);
    let told = found.iter();
    told.filter_map(|found| EvalError::of(found, plan, inputs))
        .collect()
}

fn unknown_customers(plan: &Plan, rows: &[Option<u32>]) -> Vec<EvalError> {
    // The customers of a test have no keys.
    if plan.wanted.test.is_some() {
        return Vec::new();
    }
    let unknown = plan
        .overrides
        .iter()
        .zip(rows)
        .filter(|(_, row)| row.is_none());
    unknown
        .map(|(over, _)| EvalError {
            customer: None,
            key: Some(over.customer.clone()),
            row: None,
            span: over.span,
            kind: ErrorKind::UnknownCustomer,
            values: Vec::new(),
        })
        .collect()
}
