//! Expressions (section 10 of the language) and literals as they are written.

use super::{Name, Path, Text};
use crate::base::{Span, Spanned};
use std::sync::Arc;

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is; shared, because assemblies take the expressions of trees over as they are.
    pub kind: Arc<ExprKind>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `250`, `5M NOK`, `15%`, `90 min`, `12 per year`
    Number(Number),
    /// `"text"`
    Text(String),
    /// `2026-11-21`, as written
    Date(String),
    /// `yes`, `no`
    Flag(bool),
    /// `missing` as a branch
    Missing,
    /// `today`
    Today,
    /// `revenue`, `orders.amount`, `attractiveness.finance.margin`
    Name(Path),
    /// `-x`
    Negate(Expr),
    /// `not x`
    Not(Expr),
    /// `x + y`
    Arithmetic {
        /// Which of the four.
        operator: Spanned<ArithmeticOperator>,
        /// Left operand.
        left: Expr,
        /// Right operand.
        right: Expr,
    },
    /// `x >= y`; `x is y` and `x = y` are both `Equal`, `is not` and `!=` both `NotEqual`
    Compare {
        /// Which comparison.
        operator: Spanned<CompareOperator>,
        /// Left operand.
        left: Expr,
        /// Right operand.
        right: Expr,
    },
    /// `x between a and b`, `x not between a and b`
    Between {
        /// What is compared.
        value: Expr,
        /// Lower bound, included.
        low: Expr,
        /// Upper bound, included.
        high: Expr,
        /// Whether `not` stood before it.
        negated: bool,
    },
    /// `x is one of "a", "b"`, `segment is one of (key, development)`, `x is not one of …`
    IsOneOf {
        /// What is compared.
        value: Expr,
        /// The list: literals or names.
        list: Vec<Expr>,
        /// Whether `not` stood before it.
        negated: bool,
    },
    /// `x is missing`, `x is not missing`
    IsMissing {
        /// What is asked about.
        value: Expr,
        /// Whether `not` stood before it.
        negated: bool,
    },
    /// `x in top 20`, `x in bottom 10% by region`
    InRank {
        /// What is ranked.
        value: Expr,
        /// Top or bottom.
        end: RankEnd,
        /// A count or a percent.
        count: Expr,
        /// The name after `by`.
        by: Option<Path>,
    },
    /// `a and b and c`, flattened
    And(Vec<Expr>),
    /// `a or b or c`, flattened
    Or(Vec<Expr>),
    /// `x default y`
    Default {
        /// What may be missing.
        value: Expr,
        /// What stands for it then.
        otherwise: Expr,
    },
    /// `if c then a else b`
    If {
        /// The condition.
        condition: Expr,
        /// The value where it holds.
        then: Expr,
        /// The value where it does not.
        otherwise: Expr,
    },
    /// `sum(x where c by region)`, `max(a, b)`, `count()`
    Call(Call),
    /// `rate[currency]`
    Lookup {
        /// The lookup's name.
        lookup: Name,
        /// The key.
        key: Expr,
    },
}

/// A call of a function, aggregate or portfolio function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: Name,
    /// The arguments.
    pub arguments: Vec<Expr>,
    /// `where COND` inside the parentheses.
    pub filter: Option<Expr>,
    /// `by NAME` inside the parentheses.
    pub by: Option<Path>,
}

/// `+ - * /`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// `= != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOperator {
    /// `=`, `is`
    Equal,
    /// `!=`, `is not`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Which end of a ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RankEnd {
    /// `top`
    Top,
    /// `bottom`
    Bottom,
}

/// A number as written: digits, a scale and a unit. Never negative; `-` is an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Digits with underscores and at most one point: `1_650`, `12.5`.
    pub digits: String,
    /// The power of ten of `k` (3), `M` (6) or `bn` (9); 0 without one.
    pub exponent: i32,
    /// What stands after it.
    pub unit: Unit,
}

/// The unit of a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    /// None.
    None,
    /// `%`
    Percent,
    /// A currency code such as `NOK`.
    Currency(String),
    /// `min`, `h`, `days`, …
    Time(TimeUnit),
    /// `per year`, `per month`, …
    Per(TimeUnit),
}

/// Units of time; singular and plural are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `min`
    Minute,
    /// `h`
    Hour,
    /// `day`
    Day,
    /// `week`
    Week,
    /// `month`
    Month,
    /// `quarter` (only after `per` and `every`)
    Quarter,
    /// `year`
    Year,
}

/// A label or reason: `because "…"`.
pub type Because = Option<Text>;
