//! Customers, tables, lookups and rates (section 4 of the language).

use super::{CompareOperator, Expr, Name, Text, TimeUnit};
use crate::base::{Span, Spanned};

/// Rows of a file: the customers (whose name is `customers`) or a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The name; for the customers the word `customers`.
    pub name: Name,
    /// The field that tells customers apart, or says whose a row is.
    pub key: Name,
    /// `one per customer`
    pub one_per_customer: bool,
    /// `from "FILE"`
    pub from: Option<Text>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// The type as written.
    pub kind: FieldKind,
    /// Whether `?` stands after the type's first word.
    pub optional: bool,
    /// Where the type stands.
    pub kind_span: Span,
    /// Constraints in the order written.
    pub constraints: Vec<Constraint>,
    /// `from "Column" or "Alias"`: the headers, empty without `from`.
    pub columns: Vec<Text>,
    /// The whole field.
    pub span: Span,
}

/// Types of fields as written.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `date`
    Date,
    /// `flag`
    Flag,
    /// `score`
    Score,
    /// `money`, `money in thousands`, `money in millions`: the power of ten of one in the file
    Money {
        /// 0, 3 or 6.
        exponent: u8,
        /// `money in currency_field`
        currency: Option<Name>,
    },
    /// `percent`, `percent as fraction`, `percent as points`
    Percent(PercentForm),
    /// `one of "a", "b"`
    OneOf(Vec<Text>),
    /// `steps "low", "high"`
    Steps(Vec<Text>),
    /// `duration in minutes`, `hours`, `days`
    Duration(TimeUnit),
    /// `segment`, `segment abc`
    Segment(Option<Name>),
}

/// How a percent column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentForm {
    /// Not said: `12` and `12 %` are 12 %.
    Unsaid,
    /// `as fraction`: 0.12 is 12 %.
    Fraction,
    /// `as points`: 12 is 12 %, and 0.5 half a percent.
    Points,
}

/// A constraint on a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `>= x`, `> x`, `<= x`, `< x`
    Compare(Spanned<CompareOperator>, Expr),
    /// `between a and b`
    Between(Expr, Expr, Span),
    /// `unique`
    Unique(Span),
}

/// `field customers.region …`
#[derive(Clone, Debug, PartialEq)]
pub struct FieldOf {
    /// The dataset: `customers` or a table.
    pub dataset: Name,
    /// The field.
    pub field: Field,
}

/// A lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The name.
    pub name: Name,
    /// Where its values come from.
    pub values: LookupValues,
}

/// The values of a lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum LookupValues {
    /// `{ "NOK" -> 1, "SEK", "DKK" -> 0.98, otherwise -> 1 }`
    Inline {
        /// The arms; each has at least one key.
        arms: Vec<LookupArm>,
        /// The value of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `from "products.csv" product -> sales_price money`
    File {
        /// The file.
        from: Text,
        /// The key's column: a name or a quoted header.
        key: Text,
        /// The value's column: a name or a quoted header.
        value: Text,
        /// The value's type.
        kind: FieldKind,
        /// Whether `?` stands after the type's first word: cells may be empty.
        optional: bool,
        /// Where the type stands.
        kind_span: Span,
    },
}

/// `"SEK", "DKK" -> 0.98`
#[derive(Clone, Debug, PartialEq)]
pub struct LookupArm {
    /// The keys.
    pub keys: Vec<Expr>,
    /// The value.
    pub value: Expr,
}

/// `SEK 0.98`
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The currency's code.
    pub currency: Name,
    /// What one of it is in the model's currency.
    pub rate: Expr,
}
