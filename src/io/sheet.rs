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

    /// Its text, out of the file's text and the unescaped texts.
    pub fn of<'a>(self, text: &'a str, unescaped: &'a str) -> &'a str {
        let from = if self.length & UNESCAPED != 0 {
            unescaped
        } else {
            text
        };
        let start = self.start as usize;
        let length = (self.length & !UNESCAPED) as usize;
        from.get(start..start + length).unwrap_or("")
    }

    /// Where it begins in its text.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// How many bytes it has.
    pub fn len(self) -> usize {
        (self.length & !UNESCAPED) as usize
    }

    /// Whether nothing stands in it.
    pub fn is_empty(self) -> bool {
        self.length & !UNESCAPED == 0
    }
}

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
    /// The line on which it begins.
    pub first_line: u64,
    /// The row as it stands in the file.
    pub text: Cell,
    /// The code of the message.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

/// A row of the file that is neither header nor data: above the header, or a total or note below
/// the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedRow {
    /// The line on which it begins.
    pub line: u64,
    /// The row as it stands in the file.
    pub text: String,
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
    /// Each row as it stands in the file; empty where a file has no text of its own.
    pub rows: Vec<Cell>,
    /// How many rows of data the file has, counted while they were read: those of the columns and
    /// those that could not be taken apart.
    pub rows_read: u64,
    /// Rows that could not be taken apart; they are not among the columns' rows.
    pub bad_rows: Vec<BadRow>,
    /// Rows in which nothing stood; they are not among the columns' rows.
    pub blank_rows: usize,
    /// Totals and notes below the data; they are not among the columns' rows.
    pub footer: Vec<PassedRow>,
}

impl Sheet {
    /// A row as it stands in the file, or its cells separated by semicolons where the file has no
    /// text of its own.
    pub fn row_text(&self, row: usize) -> String {
        match self.rows.get(row) {
            Some(cell) => self.plain_text(*cell).into(),
            None => {
                let columns = (0..self.columns.len()).map(|column| self.cells(column));
                let cells: Vec<&str> = columns
                    .filter(|cells| !cells.is_empty())
                    .map(|cells| cells.text(row))
                    .collect();
                cells.join(";")
            }
        }
    }

    /// A piece of the file's own text.
    pub fn plain_text(&self, cell: Cell) -> &str {
        cell.of(&self.text, "")
    }

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
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The text of a row; empty for a row that is not there.
    pub fn text(&self, row: usize) -> &'a str {
        let cell = self.cells.get(row).copied().unwrap_or_default();
        cell.of(self.text, self.unescaped)
    }

    /// All texts with their rows.
    pub fn iter(self) -> impl Iterator<Item = (usize, &'a str)> {
        (0..self.cells.len()).map(move |row| (row, self.text(row)))
    }
}
