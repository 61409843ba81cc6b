//! What an operation reads: its registers in order, and whether it must see all their rows at once.

use super::op::{CostPart, Op, Register};

impl Op {
    /// The registers that it reads, in order.
    pub fn inputs(&self) -> Vec<Register> {
        let some = |list: &[Option<Register>]| list.iter().copied().flatten().collect();
        match self {
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
            | Op::RowAt(_, a) => vec![*a],
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
            } => vec![*a, *b],
            Op::Select(a, b, c) => vec![*a, *b, *c],
            Op::Switch(choice, cases) | Op::Exclusive(choice, cases, _) => {
                let mut inputs = vec![*choice];
                inputs.extend(cases);
                inputs
            }
            Op::FirstHolds(cases) => cases.clone(),
            Op::Mean(members, _) => members.iter().map(|(_, register)| *register).collect(),
            Op::Known(parts, _) => parts.iter().map(|(_, register)| *register).collect(),
            Op::Hours(parts) => parts.iter().flat_map(|(a, b)| [*a, *b]).collect(),
            Op::Cost(parts) => parts.iter().flat_map(CostPart::inputs).collect(),
            Op::Groups(by, population) => some(&[Some(*by), *population]),
            Op::Order {
                value,
                groups,
                population,
            }
            | Op::Share {
                value,
                groups,
                population,
            } => some(&[Some(*value), *groups, *population]),
            Op::Aggregate {
                value,
                filter,
                groups,
                population,
                ..
            } => some(&[*value, *filter, *groups, *population]),
            Op::RowAggregate { value, filter, .. } => some(&[*value, *filter]),
            Op::TableAggregate {
                value,
                filter,
                population,
                ..
            } => some(&[*value, *filter, *population]),
            Op::Persons {
                name,
                served,
                population,
            } => some(&[Some(*name), Some(*served), *population]),
            Op::PersonSum {
                persons,
                name,
                value,
                population,
            } => some(&[Some(*persons), Some(*name), Some(*value), *population]),
            Op::PersonAggregate {
                persons,
                value,
                filter,
                ..
            } => some(&[Some(*persons), *value, *filter]),
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

impl CostPart {
    fn inputs(&self) -> Vec<Register> {
        let mut inputs = vec![self.frequency];
        inputs.extend(
            self.times
                .iter()
                .flat_map(|(duration, rate)| [*duration, *rate]),
        );
        inputs.extend(self.costs);
        inputs
    }
}
