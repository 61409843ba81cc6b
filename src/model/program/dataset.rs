//! Customers, tables and lookups of a checked program, and how their cells are read.

use super::{FieldId, Literal};
use crate::base::{Span, Spanned};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;

/// The customers or a table: where its rows come from and what they hold.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// `customers`, or the table's name.
    pub name: String,
    /// The key field: the customer's own, or the customer that a row belongs to.
    pub key: FieldId,
    /// Whether it is a table of one row per customer.
    pub one_per_customer: bool,
    /// `from "FILE"`, relative to the folder of the source that says so.
    pub from: Option<Spanned<String>>,
    /// The fields.
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub span: Span,
}

/// A field of a dataset.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The type that its values have in the model.
    pub ty: Type,
    /// How the cells of its column are read.
    pub reading: Reading,
    /// Whether cells may be empty.
    pub optional: bool,
    /// Whether no two rows may hold the same value.
    pub unique: bool,
    /// The bounds of its values, after scaling and conversion.
    pub bounds: Vec<Bound>,
    /// The headers that its column may have: the aliases, or the name alone.
    pub headers: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// How the cells of a column become values, beside what the type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As the type says.
    Plain,
    /// One in the file is that many: `money in thousands` (1 000), `in millions` (1 000 000).
    Scaled(i64),
    /// In the currency that the other field of the same row names.
    InCurrency(FieldId),
    /// A percent as a fraction: 0.12 is 12 %.
    Fraction,
    /// A percent in points, even where all values lie within ±1.
    Points,
    /// A duration in units of that many seconds.
    Seconds(i64),
    /// Names or labels of a segmentation; others count as none.
    Segment,
}

/// A bound on a field: `value OPERATOR limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// `<`, `<=`, `>` or `>=`.
    pub operator: CompareOperator,
    /// The limit, in the units of the field's column.
    pub limit: i64,
    /// Where it is written.
    pub span: Span,
}

impl Bound {
    /// Whether a value, in the units of the field's column, is within the bound.
    pub fn holds(&self, value: i64) -> bool {
        match self.operator {
            CompareOperator::Equal => value == self.limit,
            CompareOperator::NotEqual => value != self.limit,
            CompareOperator::Less => value < self.limit,
            CompareOperator::LessOrEqual => value <= self.limit,
            CompareOperator::Greater => value > self.limit,
            CompareOperator::GreaterOrEqual => value >= self.limit,
        }
    }

    /// Whether every value from the least to the most is within the bound.
    pub fn holds_between(&self, least: i64, most: i64) -> bool {
        match self.operator {
            CompareOperator::NotEqual => !(least..=most).contains(&self.limit),
            _ => self.holds(least) && self.holds(most),
        }
    }

    /// The operator as it is written.
    pub fn sign(&self) -> &'static str {
        match self.operator {
            CompareOperator::Equal => "=",
            CompareOperator::NotEqual => "!=",
            CompareOperator::Less => "<",
            CompareOperator::LessOrEqual => "<=",
            CompareOperator::Greater => ">",
            CompareOperator::GreaterOrEqual => ">=",
        }
    }
}

/// A table of values.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The name.
    pub name: String,
    /// The type of the keys: text, number, date, or a choice.
    pub key: Type,
    /// The type of the values.
    pub value: Type,
    /// Where the values come from.
    pub values: LookupValues,
    /// Where it is declared.
    pub span: Span,
}

/// The values of a lookup.
#[derive(Clone, Debug)]
pub enum LookupValues {
    /// Written in the file: keys with their values, and the value for all others.
    Inline {
        /// Each key once.
        entries: Vec<(Literal, Literal)>,
        /// What stands for keys that are not there.
        otherwise: Option<Literal>,
    },
    /// Read from a file.
    File {
        /// The file, relative to the folder of the source that names it.
        from: Spanned<String>,
        /// The header of the key's column.
        key: String,
        /// The header of the value's column.
        value: String,
        /// How the value's cells are read.
        reading: Reading,
        /// Whether the value's cells may be empty; their keys are then missing.
        optional: bool,
    },
}
