//! How checks, warnings and expectations came out: whether each holds, the values it compared as people read them,
//! the customers behind it. It decides nothing that the plan has not computed.

use super::error::shown_value;
use super::exec::Run;
use super::single::{Single, SingleValue};
use crate::base::Span;
use crate::model::types::Type;
use crate::plan::op::{Comparison, Kind, Register};
use crate::plan::{CheckPlan, OperandPlan};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// It holds.
    Held,
    /// It does not.
    Failed,
    /// It was handed a missing value, and so does not hold.
    Missing,
}

/// A check, a warning or an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOutcome {
    /// Whether it only warns.
    pub only_warns: bool,
    /// What should be true, in words.
    pub label: String,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// How it came out.
    pub state: CheckState,
    /// The two sides of the comparison that it is.
    pub sides: Option<Sides>,
    /// The rows of the customers that make it fail.
    pub customers: Vec<u32>,
    /// The values that an expectation looked at, where they were wanted.
    pub operands: Vec<Operand>,
}

impl CheckOutcome {
    /// How many of the customers that make it fail are named where people read it.
    pub const NAMED: usize = 10;
}

/// A value that an expectation looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Where it is shown: under a name, or between the two sides of an operator.
    pub at: Span,
    /// The value as it is printed; `None` for a missing one.
    pub value: Option<String>,
}

/// The two sides of a comparison as they came out; `None` for a missing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The left side, as it is printed.
    pub left: Option<String>,
    /// The comparison.
    pub comparison: Comparison,
    /// The right side, as it is printed.
    pub right: Option<String>,
}

impl Run<'_> {
    pub(super) fn check(&self, check: &CheckPlan) -> CheckOutcome {
        let single = self.single_value(check.condition);
        let state = match single.and_then(Single::flag) {
            Some(true) => CheckState::Held,
            Some(false) => CheckState::Failed,
            None => CheckState::Missing,
        };
        let behind = match (state, check.behind) {
            (CheckState::Held, _) | (_, None) => None,
            (_, Some(behind)) => Some(self.view_of(behind)),
        };
        let included = self.plan.results.included.map(|it| self.view_of(it));
        let customers = behind.map_or(Vec::new(), |behind| {
            let rows = 0..self.inputs.customers.rows;
            let part = |row: &usize| included.as_ref().is_none_or(|it| it.holds(*row));
            let behind = rows.filter(|row| part(row) && behind.holds(*row));
            behind.map(|row| row as u32).collect()
        });
        CheckOutcome {
            only_warns: check.only_warns,
            label: check.label.clone(),
            because: check.because.clone(),
            span: check.span,
            state,
            sides: check.sides.as_ref().map(|sides| Sides {
                left: self.shown(sides.left, &sides.left_type),
                comparison: sides.comparison,
                right: self.shown(sides.right, &sides.right_type),
            }),
            customers,
            operands: check
                .operands
                .iter()
                .map(|operand| self.operand(operand))
                .collect(),
        }
    }

    pub(super) fn operand(&self, operand: &OperandPlan) -> Operand {
        Operand {
            at: operand.at,
            value: self.shown(operand.register, &operand.ty),
        }
    }

    /// A single value as it is printed.
    fn shown(&self, register: Register, ty: &Type) -> Option<String> {
        let single = self.single_value(register)?;
        if single.missing {
            return None;
        }
        Some(match single.value {
            SingleValue::Number(value) if *ty == Type::Score => i64::try_from(value)
                .map(|value| crate::value::Decimal(value).fixed(self.plan.score_decimals))
                .unwrap_or_else(|_| shown_value(ty, value)),
            SingleValue::Number(value) => shown_value(ty, value),
            SingleValue::Flag(true) => "yes".to_owned(),
            SingleValue::Flag(false) => "no".to_owned(),
            SingleValue::Code(code) => match (self.plan.node(register).kind, ty) {
                (Kind::Text, _) => self.prepared.dictionary(register).text(code).to_owned(),
                (_, Type::Segment(id)) => {
                    let segmentation = self.plan.results.segmentation_names.get(id.0);
                    segmentation.and_then(|it| it.get(code as usize)).cloned()?
                }
                (_, Type::Team) => self.plan.results.team_names.get(code as usize).cloned()?,
                _ => shown_value(ty, i128::from(code)),
            },
        })
    }
}
