//! Tables: the columns of a dataset in the order of its fields, with the line of each row.
//! Columns that nothing needs may be left out; no file is read here.

use super::column::Column;

/// The rows of the customers or of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns by the position of their field; `None` for one that nothing uses.
    pub columns: Vec<Option<Column>>,
    /// How many rows there are.
    pub rows: usize,
    /// The line of each row in its file, counted from 1; empty where there is no file.
    pub lines: Vec<u64>,
}

impl Table {
    /// A table without a file.
    pub fn new(rows: usize, columns: Vec<Option<Column>>) -> Self {
        Table {
            columns,
            rows,
            lines: Vec::new(),
        }
    }

    /// The column of a field, where it is there.
    pub fn column(&self, field: usize) -> Option<&Column> {
        self.columns.get(field).and_then(Option::as_ref)
    }

    /// The line of a row, where it came from a file.
    pub fn line(&self, row: usize) -> Option<u64> {
        self.lines.get(row).copied()
    }
}
