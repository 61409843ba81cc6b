//! The operations of a plan: what one register is made of, from which other registers, and where its
//! values live. Data only; nothing here lowers, orders or computes.

use crate::base::Span;
use crate::model::program::{Aggregate, FieldId, Literal, LookupId, TableId};
use crate::model::types::Type;
use num_bigint::BigInt;
use std::sync::Arc;

/// A position in the nodes of a plan: one value, or one a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(pub usize);

/// Where the values of a register live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// One value in all.
    Scalar,
    /// One a customer.
    Customers,
    /// One a row of the table.
    Table(TableId),
    /// One a person of those that the register names.
    Persons(Register),
}

/// How the values of a register are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `i64` in the units of a column; `i128` for a scalar.
    Number,
    /// Flags.
    Flag,
    /// Positions in a closed list.
    Choice,
    /// Numbers of texts in the register's dictionary.
    Text,
    /// Rows in the order of a value, for places in the portfolio.
    Order,
    /// The group of each row.
    Groups,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
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

/// The range of scores and the unit they are rounded to, all in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scores {
    /// The lowest score.
    pub lowest: i64,
    /// The highest score.
    pub highest: i64,
    /// One in the last decimal of a score.
    pub unit: i64,
}

/// What must not be missing, for the message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// The value of a criterion with `if missing reject`: `attractiveness.potential`.
    Criterion(Arc<str>),
    /// The score of an axis whose criteria were all left out.
    Axis(Arc<str>),
    /// The clause of a segmentation that covers the customer.
    Segment(Arc<str>),
}

/// A place among the values of a group; `lower` and `higher` count the values on either side, `n`
/// all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// higher + 1
    Rank,
    /// lower / (n − 1); alone it is 1.
    Percentile,
    /// Whether the rank from the top (or the bottom) is within a count.
    WithinCount {
        /// From the top.
        top: bool,
        /// The count.
        count: u64,
    },
    /// Whether the rank from the top (or the bottom) is within a share of n, rounded up.
    WithinShare {
        /// From the top.
        top: bool,
        /// The share in millionths.
        share: i64,
    },
    /// The score of that place.
    Score {
        /// `ranked in N steps`
        steps: Option<u32>,
        /// `less is better`
        less_is_better: bool,
        /// The range of scores.
        scores: Scores,
    },
}

/// A part of what a customer costs: how often, whose time at which rate an hour, and money beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CostPart {
    /// How often a year.
    pub frequency: Register,
    /// The time of one and its rate an hour.
    pub times: Vec<(Register, Register)>,
    /// Money of one.
    pub costs: Option<Register>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A constant.
    Constant(Literal),
    /// A value that is missing.
    Missing(Kind),
    /// A field of the customers.
    Field(FieldId),
    /// A field of a table's rows.
    RowField(TableId, FieldId),
    /// For each row of a table the value of its customer.
    Gather(TableId, Register),
    /// A field of the customer's one row in a table.
    OnePerCustomer(TableId, FieldId),
    /// The segment to which an override moves the customer; missing for all others.
    Override,

    /// −x
    Negate(Register),
    /// The size of a number.
    Absolute(Register),
    /// The sum.
    Add(Register, Register),
    /// The difference.
    Subtract(Register, Register),
    /// The product of millionths, rounded to a multiple of the unit.
    Multiply(Register, Register, i64),
    /// The quotient in millionths, rounded to a multiple of the unit; missing for a divisor of 0.
    /// The flag says that the divisor is known not to be 0.
    Divide(Register, Register, i64, bool),
    /// The smaller one.
    Smaller(Register, Register),
    /// The larger one.
    Larger(Register, Register),
    /// Rounded half away from zero to digits after the point; the number is what counts as one.
    Round(Register, Register, i64),
    /// Rounded to a multiple of the number, half away from zero.
    RoundTo(Register, i64),
    /// Rounded down to a multiple of the number.
    Floor(Register, i64),
    /// Rounded up to a multiple of the number.
    Ceiling(Register, i64),
    /// The time from the second date to the first.
    DateDifference(Register, Register),
    /// A date and a duration; back in time where the flag is set.
    ShiftDays(Register, Register, bool),
    /// A date and months; back in time where the flag is set.
    ShiftMonths(Register, Register, bool),
    /// Whole periods of that many months from the first date to the second, as a number.
    MonthsBetween(Register, Register, u32),

    /// A comparison of numbers, choices, flags or texts.
    Compare(Comparison, Register, Register),
    /// Whether the value is one of these.
    IsOneOf(Register, Vec<Literal>),
    /// Whether the value is missing.
    IsMissing(Register),
    /// Both hold; where the first does not, the second does not count.
    And(Register, Register),
    /// One holds; where the first does, the second does not count.
    Or(Register, Register),
    /// It does not hold.
    Not(Register),
    /// The first, or the second where it is missing.
    Default(Register, Register),
    /// The second where the first holds, else the third.
    Select(Register, Register, Register),
    /// The register at the position of the choice; missing where the choice is.
    Switch(Register, Vec<Register>),
    /// The position of the first that holds; missing where none does.
    FirstHolds(Vec<Register>),
    /// Choices for choices.
    Recode(Register, Vec<u32>),
    /// The choice at row × width + column, plus an offset.
    Cell {
        /// The row.
        row: Register,
        /// The column.
        column: Register,
        /// How many columns there are.
        width: u32,
        /// The number of the first cell.
        offset: u32,
    },
    /// The first register; two conditions that hold at once are an error.
    Exclusive(Register, Vec<Register>, Arc<str>),
    /// The value; where it is missing it is an error.
    Require(Register, Requirement),
    /// In tests: a condition that needs what is not given does not hold.
    Lenient(Register),

    /// The position of a choice as a number.
    ChoiceNumber(Register),
    /// The choice at a position.
    NumberChoice(Register),
    /// The text of a choice.
    ChoiceText(Register, Arc<[String]>),
    /// Whether the first text starts with the second.
    StartsWith(Register, Register),
    /// Whether the first text contains the second.
    Contains(Register, Register),
    /// In small letters.
    Lower(Register),
    /// A value of a lookup; missing for keys that it lacks.
    Lookup(LookupId, Register),

    /// The score on a ramp from the worst to the best.
    Ramp(Register, i64, i64, Scores),
    /// The score on straight lines through points.
    Curve(Register, Vec<(i64, i64)>, i64),
    /// The score of the first band that holds, else the last.
    Bands(Register, Vec<(Comparison, i64, i64)>, i64),
    /// The score of a value, else the last.
    Match(Register, Vec<(Literal, i64)>, Option<i64>),
    /// The value as a score, cut off at the range where the flag is set.
    AsIs(Register, bool, Scores),
    /// The weighted mean of those that are not missing.
    Mean(Vec<(i128, Register)>, Scores),
    /// The share of the weights whose flags hold, and the sum of all weights.
    Known(Vec<(BigInt, Register)>, BigInt),

    /// Frequencies times durations, rounded at the sixth digit of an hour.
    Hours(Vec<(Register, Register)>),
    /// What it costs a year, rounded once.
    Cost(Vec<CostPart>),

    /// The group of each customer by a value; nobody's for those outside the population.
    Groups(Register, Option<Register>),
    /// The order of the customers of a population (or of groups) that have a value.
    Order {
        /// The value.
        value: Register,
        /// The groups, which know the population.
        groups: Option<Register>,
        /// The population, where there are no groups.
        population: Option<Register>,
    },
    /// The place in an order.
    Place(Register, Place),
    /// The share of the total.
    Share {
        /// The value.
        value: Register,
        /// The groups, which know the population.
        groups: Option<Register>,
        /// The population, where there are no groups.
        population: Option<Register>,
    },
    /// The share held by those with a strictly larger value: the order and the value.
    ShareAbove(Register, Register),
    /// One value from the customers of a population, or one a group for each of its customers.
    Aggregate {
        /// How many become one.
        aggregate: Aggregate,
        /// The value.
        value: Option<Register>,
        /// Which customers count.
        filter: Option<Register>,
        /// The groups, which know the population.
        groups: Option<Register>,
        /// The population, where there are no groups.
        population: Option<Register>,
        /// What means are rounded to.
        unit: i64,
    },
    /// One value for each customer from its rows in a table.
    RowAggregate {
        /// The table.
        table: TableId,
        /// How many become one.
        aggregate: Aggregate,
        /// The value.
        value: Option<Register>,
        /// Which rows count.
        filter: Option<Register>,
        /// What means are rounded to.
        unit: i64,
    },
    /// One value from the rows that belong to a population.
    TableAggregate {
        /// The table.
        table: TableId,
        /// How many become one.
        aggregate: Aggregate,
        /// The value.
        value: Option<Register>,
        /// Which rows count.
        filter: Option<Register>,
        /// The population.
        population: Option<Register>,
        /// What means are rounded to.
        unit: i64,
    },
    /// The persons of a team: the different names of its customers.
    Persons {
        /// The customer's field with the name.
        name: Register,
        /// Whether the customer is the team's.
        served: Register,
        /// The population.
        population: Option<Register>,
    },
    /// For each person the sum over the customers that bear the name.
    PersonSum {
        /// The persons.
        persons: Register,
        /// The customer's field with the name.
        name: Register,
        /// What is added up.
        value: Register,
        /// The population.
        population: Option<Register>,
    },
    /// One value from the persons of a team.
    PersonAggregate {
        /// The persons.
        persons: Register,
        /// How many become one.
        aggregate: Aggregate,
        /// The value.
        value: Option<Register>,
        /// Which persons count.
        filter: Option<Register>,
        /// What means are rounded to.
        unit: i64,
    },
    /// The value of one row.
    RowAt(usize, Register),
}

/// A register: its operation and what is known of its values before any data is there.
#[derive(Clone, Debug)]
pub struct Node {
    /// The operation.
    pub op: Op,
    /// Where the values live.
    pub space: Space,
    /// How they are held.
    pub kind: Kind,
    /// Whether one may be missing.
    pub optional: bool,
    /// Their type, for messages.
    pub ty: Type,
    /// Where the expression is written.
    pub span: Span,
}

impl Comparison {
    /// The comparison that holds exactly where this one does not.
    pub fn opposite(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds for two values in that order.
    #[inline(always)]
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
        }
    }
}

/// Which clause, cell or override decided; all counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// `clause N`
    Clause(u32),
    /// `stays N`
    Stays(u32),
    /// `cell R.C`
    Cell(u32, u32),
    /// `override`
    Override,
    /// `excluded: REASON`
    Excluded(String),
}

impl std::fmt::Display for Decision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Decision::Clause(number) => write!(formatter, "clause {number}"),
            Decision::Stays(number) => write!(formatter, "stays {number}"),
            Decision::Cell(row, column) => write!(formatter, "cell {row}.{column}"),
            Decision::Override => formatter.write_str("override"),
            Decision::Excluded(reason) => write!(formatter, "excluded: {reason}"),
        }
    }
}

/// The population that a portfolio function ranges over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Population {
    /// All customers: for excludes without portfolio functions.
    Everyone,
    /// Those whom these leave: for excludes with portfolio functions.
    Kept,
    /// Those whom all excludes leave.
    Final,
}
