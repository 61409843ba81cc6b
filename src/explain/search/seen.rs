//! What a customer's values were in one try: the registers that an input can reach, and those beside
//! them, for one row. It reads what a run kept and computes nothing.

use super::slot::Slot;
use crate::eval::{Inputs, Outcome};
use crate::model::program::TableId;
use crate::plan::Plan;
use crate::plan::op::{Kind, Op, Register, Space};
use crate::value::{Column, Values};
use std::borrow::Cow;

/// The value of a register in one try; flags are 0 and 1, choices and texts their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A value.
    Number(i64),
    /// Missing.
    Missing,
    /// It could not be computed.
    Broken,
    /// It was not looked at.
    Unknown,
}

/// The registers whose values are looked at, with their places among those values.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// The registers.
    pub registers: Vec<Register>,
    places: Vec<Option<usize>>,
}

impl Watched {
    /// All that inputs reach on the way to the result, and what is beside it.
    pub fn of(plan: &Plan, slots: &[Slot]) -> Watched {
        let reached = reached(plan, |op| slots.iter().any(|slot| slot.is_read_by(op)));
        let mut wanted = vec![false; plan.nodes.len()];
        for (at, node) in plan.nodes.iter().enumerate() {
            if reached.get(at) != Some(&true) || plan.live.get(at) != Some(&true) {
                continue;
            }
            for register in node.op.inputs().into_iter().chain([Register(at)]) {
                let node = plan.node(register);
                let is_value = !matches!(node.kind, Kind::Order | Kind::Groups);
                let is_there = matches!(node.op, Op::Constant(_) | Op::Missing(_));
                let of_persons = matches!(node.space, Space::Persons(_));
                if let Some(place) = wanted.get_mut(register.0) {
                    *place = is_value && !is_there && !of_persons;
                }
            }
        }
        let mut watched = Watched::default();
        for (at, wanted) in wanted.into_iter().enumerate() {
            watched
                .places
                .push(wanted.then_some(watched.registers.len()));
            if wanted {
                watched.registers.push(Register(at));
            }
        }
        watched
    }

    /// The value of a register among the values of a try.
    pub fn value(&self, plan: &Plan, seen: &[Seen], register: Register) -> Seen {
        use crate::model::program::Literal;
        match &plan.node(register).op {
            Op::Constant(Literal::Number(number)) => Seen::Number(*number),
            Op::Constant(Literal::Flag(flag)) => Seen::Number(i64::from(*flag)),
            Op::Constant(Literal::Choice(code)) => Seen::Number(i64::from(*code)),
            Op::Missing(_) => Seen::Missing,
            _ => {
                let place = self.places.get(register.0).copied().flatten();
                let seen = place.and_then(|at| seen.get(at)).copied();
                seen.unwrap_or(Seen::Unknown)
            }
        }
    }
}

/// Which registers are made from those that are roots, themselves among them.
pub fn reached(plan: &Plan, is_root: impl Fn(&Op) -> bool) -> Vec<bool> {
    let mut reached = vec![false; plan.nodes.len()];
    // INVARIANT: inputs stand before those that read them, so one pass sees all.
    for (at, node) in plan.nodes.iter().enumerate() {
        let mut inputs = node.op.inputs().into_iter();
        let is_made = is_root(&node.op) || inputs.any(|it| reached.get(it.0) == Some(&true));
        if let Some(place) = reached.get_mut(at) {
            *place = is_made;
        }
    }
    reached
}

/// The kept columns of a run, found once for all its rows.
pub struct Columns<'c>(Vec<(Register, Option<Cow<'c, Column>>, Option<TableId>)>);

impl<'c> Columns<'c> {
    /// The columns of the registers that are watched.
    pub fn of(
        watched: &Watched,
        plan: &Plan,
        outcome: &'c Outcome,
        inputs: &'c Inputs,
    ) -> Columns<'c> {
        let columns = watched.registers.iter().map(|register| {
            let table = match plan.node(*register).space {
                Space::Table(table) => Some(table),
                _ => None,
            };
            let column = match (outcome.single(*register), &plan.node(*register).op) {
                (Some(one), _) => Some(Cow::Borrowed(one)),
                (None, Op::RowField(table, field)) => {
                    let table = inputs.tables.get(table.0);
                    table
                        .and_then(|it| it.table.column(field.0))
                        .map(Cow::Borrowed)
                }
                (None, _) => outcome.register(*register, inputs),
            };
            (*register, column, table)
        });
        Columns(columns.collect())
    }

    /// The values of a customer, and those of the row of a table that the changed input stands in.
    pub fn seen(
        &self,
        outcome: &Outcome,
        row: usize,
        in_table: Option<(TableId, usize)>,
    ) -> Vec<Seen> {
        let values = self.0.iter().map(|(register, column, table)| {
            let row = match (table, in_table) {
                (None, _) => Some(row),
                (Some(table), Some((changed, row))) if changed == *table => Some(row),
                _ => None,
            };
            let (Some(row), Some(column)) = (row, column) else {
                return Seen::Unknown;
            };
            if outcome.is_broken(*register, row) {
                return Seen::Broken;
            }
            // A single value stands for every row.
            let is_single = outcome.single(*register).is_some();
            let row = if is_single { 0 } else { row };
            if column.is_missing(row) {
                return Seen::Missing;
            }
            let number = match &column.values {
                Values::Number(values) => values.get(row).copied(),
                Values::Flag(values) => values.get(row).copied().map(i64::from),
                Values::Choice(values) => values.get(row).copied().map(i64::from),
                Values::Text(texts) => texts.numbers.get(row).copied().map(i64::from),
            };
            match number {
                // A sum beyond the range of a column is kept as the largest number.
                Some(i64::MAX) if is_single => Seen::Unknown,
                Some(number) => Seen::Number(number),
                None => Seen::Unknown,
            }
        });
        values.collect()
    }
}
