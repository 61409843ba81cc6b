//! Segmentations, their table and overrides (section 7 of the language).

use super::{Because, CompareOperator, Expr, Name, Path, Text};
use crate::base::{Span, Spanned};

/// A segmentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// The name, where it has one.
    pub name: Option<Name>,
    /// The label.
    pub label: Option<Text>,
    /// Whether `exclusive` stands.
    pub exclusive: bool,
    /// `by X and Y`
    pub by: Option<(Path, Path)>,
    /// `order a, b, c`
    pub order: Option<Vec<Name>>,
    /// Clauses and bare labels in the order written.
    pub clauses: Vec<Clause>,
    /// The two-axis table.
    pub board: Option<Board>,
    /// The head of the declaration.
    pub span: Span,
}

/// `key "Nøkkelkunde" when … stays when … because "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The segment.
    pub segment: Name,
    /// Its label.
    pub label: Option<Text>,
    /// When it holds.
    pub when: ClauseWhen,
    /// `stays when …`
    pub stays: Option<Expr>,
    /// The reason.
    pub because: Because,
    /// The whole clause.
    pub span: Span,
}

/// When a clause holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseWhen {
    /// `when COND`
    Condition(Expr),
    /// `otherwise`
    Otherwise(Span),
    /// Nothing: the entry only gives a segment its label.
    LabelOnly,
}

/// The table of a segmentation by two ordered values.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The value of the rows, as the corner names it.
    pub rows_by: Path,
    /// The value of the columns, as the corner names it.
    pub columns_by: Path,
    /// The columns' bands.
    pub columns: Vec<BoardBand>,
    /// The rows.
    pub rows: Vec<BoardRow>,
    /// The whole table.
    pub span: Span,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardRow {
    /// The row's band.
    pub band: BoardBand,
    /// A segment for each column.
    pub cells: Vec<Name>,
}

/// `>= 7`, `otherwise`
#[derive(Clone, Debug, PartialEq)]
pub enum BoardBand {
    /// A comparison with a threshold.
    Compare(Spanned<CompareOperator>, Expr),
    /// `otherwise`
    Otherwise(Span),
}

/// `override "C-1042" to key until 2027-03-31 because "…" by "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The customer's key.
    pub customer: Text,
    /// The segment.
    pub segment: Name,
    /// The last day.
    pub until: Option<Expr>,
    /// The reason.
    pub because: Because,
    /// Who decided.
    pub by: Option<Text>,
}
