//! Checked expressions: every node has a type, knows whether it may be missing, and where its
//! values live (one a customer, one a table row, one in all).

use super::program::*;
use super::types::Type;
use crate::base::Span;
use crate::builtins::Function;
use crate::syntax::tree::{ArithmeticOperator, CompareOperator, RankEnd};
use crate::value::Decimal;
use std::sync::Arc;

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The type of its values.
    pub ty: Type,
    /// Whether a value may be missing.
    pub optional: bool,
    /// Where it is written.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// In the units of a column of the type (see [`crate::value::Values::Number`]).
    Number(i64),
    /// A flag.
    Flag(bool),
    /// A position in the list of a choice.
    Choice(u32),
    /// A text.
    Text(Arc<str>),
}

/// The kinds of checked expressions. Operands have been brought to one type: a number beside money
/// is money, a comparison's sides agree. `Choice` sides of a comparison are positions in one list.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant; also params and `today`.
    Literal(Literal),
    /// A param; its value is in [`Program::params`].
    Param(ParamId),
    /// The day of the run.
    Today,
    /// A branch that is missing.
    Missing,
    /// A field of the customer; inside a table's aggregate it reaches out to the row's customer.
    Field(FieldId),
    /// A field of the row, inside an aggregate over that table.
    RowField(TableId, FieldId),
    /// A field of a table of one row per customer.
    OnePerCustomer(TableId, FieldId),
    /// A let of the customer or the portfolio.
    Let(LetId),
    /// The score of an axis.
    Axis(AxisId),
    /// The score of a criterion or group.
    Member(AxisId, MemberId),
    /// The share of an axis's weight that was not missing.
    Known(AxisId),
    /// The customer's segment.
    Segment(SegmentationId),
    /// Whether an override moved the customer.
    Overridden,
    /// Which clause, cell or override decided.
    DecidedBy,
    /// The team that owns the customer.
    Owner,
    /// How often a year an activity is planned for the customer.
    Activity(ActivityId),
    /// How often it was really done.
    Actual(ActivityId),
    /// What one of it brings in.
    Worth(ActivityId),
    /// A text column of the services.
    TextColumn(TextId),
    /// What serving the customer costs a year.
    CostToServe,
    /// What serving the customer as that segment would cost.
    CostAs(SegmentId),
    /// Hours of a team planned for the customer; in the portfolio's scope for all of them; with
    /// `by_person` (only inside an aggregate over persons) for one person's customers.
    Hours {
        /// The team.
        team: TeamId,
        /// Whether it is one person's.
        by_person: bool,
    },
    /// Hours that a team, or one person of it, has for customers.
    Available {
        /// The team.
        team: TeamId,
        /// Whether it is one person's.
        by_person: bool,
    },
    /// Planned over available, for the portfolio or for one person.
    Booked {
        /// The team.
        team: TeamId,
        /// Whether it is one person's.
        by_person: bool,
    },
    /// −x
    Negate(Box<Expr>),
    /// Arithmetic of two operands; the node's type says how units combine.
    Arithmetic(ArithmeticOperator, Box<Expr>, Box<Expr>),
    /// A comparison; equality for texts, flags and choices too.
    Compare(CompareOperator, Box<Expr>, Box<Expr>),
    /// Whether a value is one of these constants.
    IsOneOf(Box<Expr>, Vec<Literal>),
    /// Whether a value is missing.
    IsMissing(Box<Expr>),
    /// All hold; from the left, what follows a false one does not count.
    And(Vec<Expr>),
    /// One holds; from the left, what follows a true one does not count.
    Or(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// The first, or the second where the first is missing.
    Default(Box<Expr>, Box<Expr>),
    /// Condition, then, else.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function of the values of one customer.
    Call(Function, Vec<Expr>),
    /// A value of a lookup.
    Lookup(LookupId, Box<Expr>),
    /// A value that is made for a customer from the rows of a table.
    RowAggregate {
        /// The table.
        table: TableId,
        /// How rows become one value.
        aggregate: Aggregate,
        /// What is aggregated; `None` for `count`.
        value: Option<Box<Expr>>,
        /// Which rows count.
        filter: Option<Box<Expr>>,
        /// Over all rows of the table (in the portfolio's scope) instead of one customer's.
        whole_table: bool,
    },
    /// A value made from all customers (or those that share a value of `by`).
    Aggregate {
        /// How they become one value.
        aggregate: Aggregate,
        /// What is aggregated; `None` for `count`.
        value: Option<Box<Expr>>,
        /// Which customers count.
        filter: Option<Box<Expr>>,
        /// A value of the customer; then the result is one a customer.
        by: Option<Box<Expr>>,
    },
    /// A value made from the persons of a team.
    PersonAggregate {
        /// The team.
        team: TeamId,
        /// How they become one value.
        aggregate: Aggregate,
        /// What is aggregated; `None` for `count`.
        value: Option<Box<Expr>>,
        /// Which persons count.
        filter: Option<Box<Expr>>,
    },
    /// A customer's place among all (or those that share a value of `by`).
    Portfolio {
        /// Which place.
        function: PortfolioFunction,
        /// What is compared.
        value: Box<Expr>,
        /// A value of the customer.
        by: Option<Box<Expr>>,
    },
    /// A choice as the text that people write for it.
    ChoiceText(Box<Expr>),
    /// A value of one customer of a test, by position among its givens.
    OfGiven(usize, Box<Expr>),
}

/// How many values become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// How many.
    Count,
    /// The sum.
    Sum,
    /// The mean.
    Average,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The latest date.
    Latest,
    /// The earliest date.
    Earliest,
    /// How many different ones.
    Distinct,
    /// The Herfindahl–Hirschman index: the sum of the squared shares.
    Concentration,
    /// Whether a condition holds for all.
    Every,
}

/// Places in the portfolio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortfolioFunction {
    /// 1 is the largest; ties share the better one.
    Rank,
    /// The share of the others with a lower value.
    Percentile,
    /// The share of the total.
    Share,
    /// The share held by those with a strictly larger value.
    ShareAbove,
    /// Whether the rank from one end is within a count.
    InCount(RankEnd, u64),
    /// Whether the rank from one end is within a share, rounded up.
    InShare(RankEnd, Decimal),
}
