//! Axes, criteria, groups and scales (section 6 of the language).

use super::{Because, CompareOperator, Expr, Name, Path, Text};
use crate::base::{Span, Spanned};

/// `axis NAME "Label" { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// Criteria and groups.
    pub members: Vec<Member>,
}

/// A criterion or a group of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    /// `criterion …`
    Criterion(Criterion),
    /// `group …`
    Group(Group),
}

/// A criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// The name; in a [`MemberOf`] the last name of the path.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// `of EXPR`; without it the field or let of the same name.
    pub of: Option<Expr>,
    /// The weight.
    pub weight: Expr,
    /// The scale.
    pub scale: Scale,
    /// `if missing …`
    pub if_missing: Option<Spanned<IfMissing>>,
    /// The reason.
    pub because: Because,
    /// The whole criterion.
    pub span: Span,
}

/// `group NAME weight W { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// The weight.
    pub weight: Expr,
    /// Its members.
    pub members: Vec<Member>,
    /// The reason.
    pub because: Because,
    /// The whole group.
    pub span: Span,
}

/// `if missing …`
#[derive(Clone, Debug, PartialEq)]
pub enum IfMissing {
    /// A score.
    Score(Expr),
    /// `skip`
    Skip,
    /// `reject`
    Reject,
}

/// A scale and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Which.
    pub kind: ScaleKind,
    /// Where it stands.
    pub span: Span,
}

/// The scales of section 6.
#[derive(Clone, Debug, PartialEq)]
pub enum ScaleKind {
    /// `ramp A to B`
    Ramp {
        /// What scores the lowest.
        worst: Expr,
        /// What scores the highest.
        best: Expr,
    },
    /// `curve { x -> s, … }`
    Curve(Vec<CurvePoint>),
    /// `bands { >= x -> s, …, otherwise -> s }`
    Bands {
        /// The bands from the top.
        bands: Vec<Band>,
        /// The score of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `match { "a", "b" -> s, …, otherwise -> s }`
    Match {
        /// The arms from the top.
        arms: Vec<MatchArm>,
        /// The score of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `as is`, `as is capped`
    AsIs {
        /// Whether `capped` stands.
        capped: bool,
    },
    /// `ranked`, `ranked in 5 steps`, `ranked less is better`
    Ranked {
        /// The number of steps.
        steps: Option<Expr>,
        /// Whether `less is better` stands.
        less_is_better: bool,
    },
}

/// `1M -> 5`
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// The value.
    pub value: Expr,
    /// The score.
    pub score: Expr,
}

/// `>= 10 -> 10`
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The comparison.
    pub operator: Spanned<CompareOperator>,
    /// The threshold.
    pub threshold: Expr,
    /// The score.
    pub score: Expr,
}

/// `"a", "b" -> 10`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchArm {
    /// The values.
    pub values: Vec<Expr>,
    /// The score.
    pub score: Expr,
}

/// `criterion attractiveness.potential …` outside an axis block
#[derive(Clone, Debug, PartialEq)]
pub struct MemberOf {
    /// The whole path: axis, groups, the member's own name.
    pub path: Path,
    /// The member.
    pub member: Member,
}

/// `weight attractiveness.potential 50%`
#[derive(Clone, Debug, PartialEq)]
pub struct WeightOf {
    /// The member.
    pub path: Path,
    /// Its weight.
    pub weight: Expr,
}
