//! Tests of a checked program: made-up customers and what is expected of them.

use super::{Expr, FieldId, Literal, TableId};
use crate::base::Span;
use crate::value::Date;

/// A test of the model on made-up customers.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name.
    pub name: String,
    /// Its own day.
    pub today: Option<Date>,
    /// The customers.
    pub givens: Vec<Given>,
    /// What is expected: flags over the customers of this test.
    pub expects: Vec<Expect>,
    /// Where it stands.
    pub span: Span,
}

/// A customer of a test.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name in the test; `None` where there is only one.
    pub name: Option<String>,
    /// Values of the customers' fields; `None` for `missing`.
    pub values: Vec<(FieldId, Option<Literal>)>,
    /// Rows of tables: for each row the values of its fields.
    pub tables: Vec<(TableId, Vec<GivenRow>)>,
}

/// The values of a table's row in a test; `None` for `missing`.
pub type GivenRow = Vec<(FieldId, Option<Literal>)>;

/// An expectation of a test.
#[derive(Clone, Debug)]
pub struct Expect {
    /// A flag, in the scope of [`Scope::Given`] references.
    pub condition: Expr,
    /// Where it stands.
    pub span: Span,
}
