//! Axes of a checked program: criteria, groups and scales with their constants computed.

use super::{Expr, Literal, MemberId};
use crate::base::Span;
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::Decimal;

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// Criteria and groups at every depth; a group stands before its members.
    pub members: Vec<Member>,
    /// The members directly under the axis.
    pub children: Vec<MemberId>,
    /// Where it is declared.
    pub span: Span,
}

/// A criterion or a group.
#[derive(Clone, Debug)]
pub struct Member {
    /// The path below the axis: `finance.margin`.
    pub path: String,
    /// The label.
    pub label: Option<String>,
    /// The weight among its siblings as a whole number; only proportions count.
    pub weight: i128,
    /// The share of its siblings' weight as people read it: `40%` or `3 of 8`.
    pub weight_text: String,
    /// Criterion or group.
    pub kind: MemberKind,
    /// The reason.
    pub because: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What a member of an axis is.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// A criterion.
    Criterion {
        /// What is scored.
        value: Expr,
        /// How it becomes a score.
        scale: Scale,
        /// The type that the limits of the scale are written in: that of the value, or percent where a
        /// plain number, a quotient say, has limits in percent.
        written: Type,
        /// What happens where it is missing; `None` where it never is.
        if_missing: Option<IfMissing>,
    },
    /// A group of members.
    Group {
        /// The members directly under the group.
        children: Vec<MemberId>,
    },
}

/// What a criterion does where its value is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// It has this score.
    Score(Decimal),
    /// It is left out and its weight shared out.
    Skip,
    /// It is a data error.
    Reject,
}

/// A scale with its constants computed. Numbers are in the units of the value's column (steps by
/// their position); scores are rounded to the model's decimals.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Straight from the lowest score at `worst` to the highest at `best`; they differ.
    Ramp {
        /// Scores the lowest.
        worst: i64,
        /// Scores the highest.
        best: i64,
    },
    /// Straight lines through points of strictly increasing values.
    Curve(Vec<(i64, Decimal)>),
    /// The first that holds.
    Bands {
        /// `value OPERATOR threshold` and the score.
        bands: Vec<(CompareOperator, i64, Decimal)>,
        /// The score of all others.
        otherwise: Decimal,
    },
    /// By value.
    Match {
        /// Each value once.
        arms: Vec<(Literal, Decimal)>,
        /// The score of all others; `None` where the arms cover the type.
        otherwise: Option<Decimal>,
    },
    /// The value itself, rounded to the model's decimals.
    AsIs {
        /// Whether values outside the range are cut off rather than refused.
        capped: bool,
    },
    /// The place in the portfolio.
    Ranked {
        /// `ranked in N steps`.
        steps: Option<u32>,
        /// Whether less is better.
        less_is_better: bool,
    },
}
