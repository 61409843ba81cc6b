//! What can go wrong in a run, as data: whose value it was, where the expression stands, what it
//! met. Nothing here is a sentence for users; the session words it.

use super::block::Poison;
use super::inputs::{Inputs, NOBODY};
use crate::base::Span;
use crate::model::program::TableId;
use crate::model::types::Type;
use crate::plan::Plan;
use crate::plan::op::{Op, Requirement, Space};
use crate::value::decimal::wide_text;
use crate::value::{Date, Values};

/// An error of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// The customer's row, where it was one's value.
    pub customer: Option<u32>,
    /// The customer's key.
    pub key: Option<String>,
    /// The row of a table, where it was one's value.
    pub row: Option<(TableId, u32)>,
    /// Where the expression is written.
    pub span: Span,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The values that it met, as they are printed.
    pub values: Vec<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A number beyond the range.
    OutOfRange,
    /// A day outside the years 1 to 9999.
    OutsideCalendar,
    /// A score `as is` outside the range of scores.
    OutsideScores,
    /// A value that is required is missing.
    Missing(Requirement),
    /// Two clauses of exclusive segments hold; counted from 1 among those with a condition.
    Exclusive {
        /// The segmentation's column.
        segmentation: String,
        /// The clauses.
        clauses: (u32, u32),
    },
    /// A test does not give a field that is needed.
    NotGiven {
        /// The field's name.
        field: String,
    },
    /// An override names a customer that is not there.
    UnknownCustomer,
}

/// An error that a register's sink met, with the space of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) space: Space,
    pub(super) poison: Poison,
    /// Whether it counts for customers who are kept out too.
    pub(super) always: bool,
}

impl EvalError {
    /// The error of something found.
    pub(super) fn of(found: &Found, plan: &Plan, inputs: &Inputs) -> Option<EvalError> {
        let Poison { row, site, values } = found.poison;
        let node = plan.nodes.get(site as usize)?;
        let (customer, row) = match found.space {
            Space::Customers => (Some(row), None),
            Space::Table(table) => {
                let customers = inputs.tables.get(table.0).map(|it| &it.customer);
                let customer = customers.and_then(|it| it.get(row as usize)).copied();
                (customer.filter(|it| *it != NOBODY), Some((table, row)))
            }
            // One customer's value that was asked for from outside, as tests do.
            Space::Scalar if node.space == Space::Customers => (Some(row), None),
            Space::Scalar | Space::Persons(_) => (None, None),
        };
        let (kind, count) = kind(&node.op, values, plan);
        let kind = match (kind, &node.ty) {
            (ErrorKind::OutOfRange, Type::Date) => ErrorKind::OutsideCalendar,
            (kind, _) => kind,
        };
        let operands = node.op.inputs();
        let shown = operands.iter().take(count).zip(values);
        let mut shown: Vec<String> = shown
            .map(|(operand, value)| shown_value(&plan.node(*operand).ty, value))
            .collect();
        if kind == ErrorKind::OutOfRange && count == 0 && values[0] != 0 {
            shown.push(shown_value(&node.ty, values[0]));
        }
        Some(EvalError {
            customer,
            key: customer.and_then(|customer| key(plan, inputs, customer)),
            row,
            span: node.span,
            kind,
            values: shown,
        })
    }
}

/// What went wrong at an operation, and how many of its operands' values are known.
fn kind(op: &Op, values: [i128; 2], plan: &Plan) -> (ErrorKind, usize) {
    match op {
        Op::AsIs(..) => (ErrorKind::OutsideScores, 1),
        Op::Require(_, requirement) => (ErrorKind::Missing(requirement.clone()), 0),
        Op::Exclusive(_, _, name) => {
            let clause = |value: i128| u32::try_from(value).unwrap_or(0);
            let kind = ErrorKind::Exclusive {
                segmentation: name.to_string(),
                clauses: (clause(values[0]), clause(values[1])),
            };
            (kind, 0)
        }
        Op::Field(field) => (not_given(plan, 0, field.0), 0),
        Op::RowField(table, field) | Op::OnePerCustomer(table, field) => {
            (not_given(plan, table.0 + 1, field.0), 0)
        }
        Op::Hours(_) | Op::Cost(_) | Op::Aggregate { .. } | Op::RowAggregate { .. } => {
            (ErrorKind::OutOfRange, 0)
        }
        _ => (ErrorKind::OutOfRange, 2),
    }
}

fn not_given(plan: &Plan, dataset: usize, field: usize) -> ErrorKind {
    let names = plan.field_names.get(dataset);
    let field = names.and_then(|names| names.get(field)).cloned();
    ErrorKind::NotGiven {
        field: field.unwrap_or_default(),
    }
}

/// The key of a customer, as text.
pub fn key(plan: &Plan, inputs: &Inputs, customer: u32) -> Option<String> {
    let Some(column) = inputs.customers.column(plan.key.0) else {
        return inputs.named.get(&customer).cloned();
    };
    let row = customer as usize;
    match &column.values {
        Values::Text(texts) => {
            let number = texts.numbers.get(row)?;
            Some(texts.dictionary.text(*number).to_owned())
        }
        Values::Number(numbers) => Some(wide_text(i128::from(*numbers.get(row)?))),
        Values::Choice(_) | Values::Flag(_) => None,
    }
}

/// A number as people read it by its type; the unit of money is left to whoever prints it.
pub fn shown_value(ty: &Type, value: i128) -> String {
    match ty {
        Type::Percent => format!("{}%", wide_text(value.saturating_mul(100))),
        Type::Duration => {
            let hours = crate::value::decimal::divide_rounded(value, 3_600);
            format!("{} h", wide_text(hours))
        }
        Type::Months => format!("{value} months"),
        Type::Date => i64::try_from(value).map_or(value.to_string(), |day| Date(day).to_string()),
        Type::Frequency => format!("{} per year", wide_text(value)),
        Type::Steps(texts) | Type::OneOf(texts) => usize::try_from(value)
            .ok()
            .and_then(|at| texts.get(at).cloned())
            .unwrap_or_default(),
        _ => wide_text(value),
    }
}
