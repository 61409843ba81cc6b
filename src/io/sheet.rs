//! A sheet: the text cells of a file by column, with headers and line numbers, whatever the file's
//! format was. The typed columns are built from it; it knows neither fields nor types.

/// A cell: a piece of the file's text, or of the texts that had to be unescaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    start: u32,
    /// The length; the highest bit says that the cell lies in the unescaped text.
    length: u32,
}

const UNESCAPED: u32 = 1 << 31;

impl Cell {
    /// A cell of the file's own text.
    #[inline]
    pub fn plain(start: usize, end: usize) -> Cell {
        Cell {
            start: narrow(start),
            length: narrow(end.saturating_sub(start)) & !UNESCAPED,
        }
    }

    /// A cell of the unescaped text.
    pub fn unescaped(start: usize, end: usize) -> Cell {
        let cell = Cell::plain(start, end);
        Cell {
            length: cell.length | UNESCAPED,
            ..cell
        }
    }

    /// Whether nothing stands in it.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.length & !UNESCAPED == 0
    }
}

#[inline]
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The most bytes that a file may have: cells are found by 32-bit offsets.
pub const LARGEST_FILE: u64 = u32::MAX as u64;

/// A row that could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line on which it goes wrong.
    pub line: u64,
    /// The code of the message.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

/// The cells of a file, column by column.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The file's text.
    pub text: String,
    /// Texts of cells that are written differently in the file.
    pub unescaped: String,
    /// The cells of each column that was asked for; other columns are empty.
    pub columns: Vec<Vec<Cell>>,
    /// The line on which each row begins.
    pub lines: Vec<u64>,
    /// Rows that could not be taken apart; they are not among the columns' rows.
    pub bad_rows: Vec<BadRow>,
    /// Rows in which nothing stood; they are not among the columns' rows.
    pub blank_rows: usize,
}

impl Sheet {
    /// The cells of one column as texts; a column that was not asked for has none.
    pub fn cells(&self, column: usize) -> Cells<'_> {
        Cells {
            text: &self.text,
            unescaped: &self.unescaped,
            cells: self.columns.get(column).map_or(&[], Vec::as_slice),
        }
    }
}

/// The texts of one column.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a str,
    unescaped: &'a str,
    cells: &'a [Cell],
}

impl<'a> Cells<'a> {
    /// The texts of these cells.
    pub fn of(text: &'a str, unescaped: &'a str, cells: &'a [Cell]) -> Cells<'a> {
        Cells {
            text,
            unescaped,
            cells,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The text of a row; empty for a row that is not there.
    #[inline]
    pub fn text(&self, row: usize) -> &'a str {
        let cell = self.cells.get(row).copied().unwrap_or_default();
        let from = if cell.length & UNESCAPED != 0 {
            self.unescaped
        } else {
            self.text
        };
        let start = cell.start as usize;
        let length = (cell.length & !UNESCAPED) as usize;
        from.get(start..start + length).unwrap_or("")
    }

    /// All texts with their rows.
    pub fn iter(self) -> impl Iterator<Item = (usize, &'a str)> {
        (0..self.cells.len()).map(move |row| (row, self.text(row)))
    }
}
