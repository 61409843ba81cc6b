//! The intermediate values of a run, by register and row: what tests, coverage and explanations read.
//! It looks values up and computes nothing.

use super::inputs::Inputs;
use super::outcome::Outcome;
use crate::model::program::{Literal, Program};
use crate::plan::Plan;
use crate::plan::op::{Op, Register};
use crate::value::{Column, Values};
use std::borrow::Cow;

/// The intermediate values of a run, by register and row.
pub struct Steps<'r> {
    /// The model.
    pub program: &'r Program,
    /// How it is worked.
    pub plan: &'r Plan,
    /// What came out.
    pub outcome: &'r Outcome,
    /// What went in.
    pub inputs: &'r Inputs,
}

impl Steps<'_> {
    /// The column of a register, where the run needed it.
    pub fn column(&self, register: Register) -> Option<Cow<'_, Column>> {
        self.outcome.register(register, self.inputs)
    }

    /// Whether the run needed a register.
    pub fn is_live(&self, register: Register) -> bool {
        self.plan.live.get(register.0) == Some(&true)
    }

    /// Whether a condition holds; `None` where it was not needed or could not be computed.
    pub fn flag(&self, register: Register, row: usize) -> Option<bool> {
        if let Op::Constant(Literal::Flag(flag)) = self.plan.node(register).op {
            return Some(flag);
        }
        match self.literal(register, row)?? {
            Literal::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A value; `Some(None)` is missing, `None` one that is not there or could not be computed.
    pub fn literal(&self, register: Register, row: usize) -> Option<Option<Literal>> {
        if let Op::Constant(literal) = &self.plan.node(register).op {
            return Some(Some(literal.clone()));
        }
        if self.outcome.is_broken(register, row) {
            return None;
        }
        if let Some(one) = self.outcome.single(register) {
            if row >= self.outcome.rows {
                return None;
            }
            let kept_out = self.outcome.is_excluded(row);
            return literal_at(one, 0).map(|literal| literal.filter(|_| !kept_out));
        }
        let column = self.column(register)?;
        literal_at(&column, row)
    }
}

/// The value of a row of a column; `Some(None)` is missing, `None` one that is not there.
pub fn literal_at(column: &Column, row: usize) -> Option<Option<Literal>> {
    if row >= column.len() {
        return None;
    }
    if column.is_missing(row) {
        return Some(None);
    }
    Some(Some(match &column.values {
        Values::Number(values) => Literal::Number(*values.get(row)?),
        Values::Flag(values) => Literal::Flag(*values.get(row)?),
        Values::Choice(values) => Literal::Choice(*values.get(row)?),
        Values::Text(texts) => {
            let number = texts.numbers.get(row)?;
            Literal::Text(texts.dictionary.text(*number).into())
        }
    }))
}
