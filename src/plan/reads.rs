//! What an operation reads: its registers in order, whether it must see all their rows at once, and whether it can
//! be made of what some rows gave and the others.

use super::op::{CostPart, Op, Register};
use crate::model::program::Aggregate;

/// The registers of an operation, borrowed as the operation is.
macro_rules! registers {
    ($op:expr) => {
        match $op {
            Op::Constant(_)
            | Op::Missing(_)
            | Op::Field(_)
            | Op::RowField(..)
            | Op::OnePerCustomer(..)
            | Op::Override => Vec::new(),
            Op::Gather(_, a)
            | Op::Negate(a)
            | Op::Absolute(a)
            | Op::RoundTo(a, _)
            | Op::Floor(a, _)
            | Op::Ceiling(a, _)
            | Op::IsOneOf(a, _)
            | Op::IsMissing(a)
            | Op::Not(a)
            | Op::Recode(a, _)
            | Op::Require(a, _)
            | Op::Lenient(a)
            | Op::ChoiceNumber(a)
            | Op::NumberChoice(a)
            | Op::ChoiceText(a, _)
            | Op::Lower(a)
            | Op::Lookup(_, a)
            | Op::Ramp(a, ..)
            | Op::Curve(a, ..)
            | Op::Bands(a, ..)
            | Op::Match(a, ..)
            | Op::AsIs(a, ..)
            | Op::Place(a, _)
            | Op::RowAt(_, a) => vec![a],
            Op::Add(a, b)
            | Op::Subtract(a, b)
            | Op::Multiply(a, b, _)
            | Op::Divide(a, b, ..)
            | Op::Smaller(a, b)
            | Op::Larger(a, b)
            | Op::Round(a, b, _)
            | Op::DateDifference(a, b)
            | Op::ShiftDays(a, b, _)
            | Op::ShiftMonths(a, b, _)
            | Op::MonthsBetween(a, b, _)
            | Op::Compare(_, a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Default(a, b)
            | Op::StartsWith(a, b)
            | Op::Contains(a, b)
            | Op::ShareAbove(a, b)
            | Op::Cell {
                row: a, column: b, ..
            } => vec![a, b],
            Op::Select(a, b, c) => vec![a, b, c],
            Op::Switch(choice, cases) | Op::Exclusive(choice, cases, _) => {
                std::iter::once(choice).chain(cases).collect()
            }
            Op::FirstHolds(cases) => cases.into_iter().collect(),
            Op::Mean(members, _) => members.into_iter().map(|(_, it)| it).collect(),
            Op::Known(parts, _) => parts.into_iter().map(|(_, it)| it).collect(),
            Op::Hours(parts) => parts.into_iter().flat_map(|(a, b)| [a, b]).collect(),
            Op::Cost(parts) => {
                let mut all = Vec::new();
                for CostPart {
                    frequency,
                    times,
                    costs,
                } in parts
                {
                    all.push(frequency);
                    all.extend(times.into_iter().flat_map(|(a, b)| [a, b]));
                    all.extend(costs);
                }
                all
            }
            Op::Groups(by, population) => std::iter::once(by).chain(population).collect(),
            Op::Order {
                value,
                groups,
                population,
            }
            | Op::Share {
                value,
                groups,
                population,
            } => std::iter::once(value)
                .chain(groups)
                .chain(population)
                .collect(),
            Op::Aggregate {
                value,
                filter,
                groups,
                population,
                ..
            } => {
                let first = value.into_iter().chain(filter);
                first.chain(groups).chain(population).collect()
            }
            Op::RowAggregate { value, filter, .. } => value.into_iter().chain(filter).collect(),
            Op::TableAggregate {
                value,
                filter,
                population,
                ..
            } => value.into_iter().chain(filter).chain(population).collect(),
            Op::Persons {
                name,
                served,
                population,
            } => [name, served].into_iter().chain(population).collect(),
            Op::PersonSum {
                persons,
                name,
                value,
                population,
            } => [persons, name, value]
                .into_iter()
                .chain(population)
                .collect(),
            Op::PersonAggregate {
                persons,
                value,
                filter,
                ..
            } => std::iter::once(persons)
                .chain(value)
                .chain(filter)
                .collect(),
        }
    };
}

impl Op {
    /// The registers that it reads, in order.
    pub fn inputs(&self) -> Vec<Register> {
        let read: Vec<&Register> = registers!(self);
        read.into_iter().copied().collect()
    }

    /// The same, to be numbered anew.
    pub(super) fn inputs_mut(&mut self) -> Vec<&mut Register> {
        registers!(self)
    }

    /// Whether it can be made from what was made of some rows and of the others: one value for all rows, or for
    /// all of a customer; the persons of a team and their sums.
    pub fn folds(&self) -> bool {
        match self {
            Op::Aggregate {
                aggregate,
                groups: None,
                ..
            }
            | Op::RowAggregate { aggregate, .. } => {
                !matches!(aggregate, Aggregate::Distinct | Aggregate::Concentration)
            }
            Op::Persons { .. } | Op::PersonSum { .. } => true,
            _ => false,
        }
    }

    /// Whether it needs all rows of its inputs at once.
    pub fn is_barrier(&self) -> bool {
        matches!(
            self,
            Op::Groups(..)
                | Op::Order { .. }
                | Op::Place(..)
                | Op::Share { .. }
                | Op::ShareAbove(..)
                | Op::Aggregate { .. }
                | Op::RowAggregate { .. }
                | Op::TableAggregate { .. }
                | Op::Persons { .. }
                | Op::PersonSum { .. }
                | Op::PersonAggregate { .. }
                | Op::RowAt(..)
        )
    }

    /// Whether it reads a column that is there before anything is computed.
    pub fn is_input(&self) -> bool {
        matches!(self, Op::Field(_) | Op::RowField(..))
    }
}
