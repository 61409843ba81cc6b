//! Segmentations of a checked program: clauses, the two-axis table, overrides.

use super::{Expr, SegmentId};
use crate::base::{Span, Spanned};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::Date;

/// A segmentation.
#[derive(Clone, Debug)]
pub struct Segmentation {
    /// The name; `None` for the one whose column is `segment`.
    pub name: Option<String>,
    /// Whether two clauses that hold for one customer are an error.
    pub exclusive: bool,
    /// The segments in the order of their first clause.
    pub segments: Vec<Segment>,
    /// The segments by importance, the most important first; each once.
    pub importance: Vec<SegmentId>,
    /// The clauses from the top (without bare labels).
    pub clauses: Vec<Clause>,
    /// The two-axis table under the clauses.
    pub board: Option<Board>,
    /// The customer's earlier segment, where `stays` is used.
    pub previous: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

impl Segmentation {
    /// The name of its column.
    pub fn column(&self) -> &str {
        self.name.as_deref().unwrap_or("segment")
    }
}

/// A segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
}

/// A clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The segment.
    pub segment: SegmentId,
    /// The condition; `None` for `otherwise`.
    pub when: Option<Expr>,
    /// `stays when …`
    pub stays: Option<Expr>,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The two-axis table.
#[derive(Clone, Debug)]
pub struct Board {
    /// The value that chooses the row.
    pub rows_by: Expr,
    /// The value that chooses the column.
    pub columns_by: Expr,
    /// The type that the rows' limits are written in: that of the value, or percent where a ratio is compared
    /// with percents.
    pub rows_written: Type,
    /// The type that the columns' limits are written in.
    pub columns_written: Type,
    /// The rows' bands from the top.
    pub rows: Vec<BoardBand>,
    /// The columns' bands from the left.
    pub columns: Vec<BoardBand>,
    /// A segment for each row and column: `cells[row][column]`.
    pub cells: Vec<Vec<SegmentId>>,
}

/// A band of the table: a comparison with a constant in the units of the value's column, or
/// `otherwise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardBand {
    /// `value OPERATOR threshold`.
    Compare(CompareOperator, i64),
    /// All others.
    Otherwise,
}

/// A customer moved by hand.
#[derive(Clone, Debug)]
pub struct Override {
    /// The customer's key.
    pub customer: Spanned<String>,
    /// The segment.
    pub segment: SegmentId,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The reason.
    pub because: String,
    /// Who decided.
    pub by: Option<String>,
    /// Whether `until` lies before today.
    pub expired: bool,
}
