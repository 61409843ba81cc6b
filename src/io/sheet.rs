//! A sheet: the text cells of a file by column, with headers and line numbers, whatever the file's
//! format was. The typed columns are built from it; it knows neither fields nor types.

use super::cell::ends::{Ends, Tail};
use super::cell::text::unguarded;

/// A cell: a piece of the file's text, or of the texts that had to be unescaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    start: u32,
    /// The length; the highest bits say where the cell lies and what it is.
    length: u32,
}

/// The cell lies in the unescaped text.
const UNESCAPED: u32 = 1 << 31;
/// The cell is a typed value of its file.
const TYPED: u32 = 1 << 30;
const LENGTH: u32 = TYPED - 1;

impl Cell {
    /// A cell of the file's own text.
    #[inline]
    pub fn plain(start: usize, end: usize) -> Cell {
        Cell {
            start: narrow(start),
            length: narrow(end.saturating_sub(start)).min(LENGTH),
        }
    }

    /// A cell of the file's own text, which ends one byte before the next begins.
    #[inline(always)]
    pub(super) fn between(start: u32, next: u32) -> Cell {
        Cell {
            start,
            length: next.saturating_sub(start).saturating_sub(1).min(LENGTH),
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

    /// The same cell as a typed value of its file: a number with a decimal point and nothing
    /// grouped, an ISO date, `true` or `false`. It has one reading only.
    pub fn typed(self) -> Cell {
        Cell {
            length: self.length | TYPED,
            ..self
        }
    }

    /// Its text, out of the file's text and the unescaped texts.
    pub fn of<'a>(self, text: &'a str, unescaped: &'a str) -> &'a str {
        let from = if self.length & UNESCAPED != 0 {
            unescaped
        } else {
            text
        };
        from.get(self.start()..self.start() + self.len())
            .unwrap_or("")
    }

    /// The same as bytes: nobody asks where letters begin.
    #[inline]
    fn bytes_of<'a>(self, text: &'a str, unescaped: &'a str) -> &'a [u8] {
        let from = if self.length & UNESCAPED != 0 {
            unescaped
        } else {
            text
        };
        let bytes = from.as_bytes();
        bytes
            .get(self.start()..self.start() + self.len())
            .unwrap_or(&[])
    }

    /// Where it begins in its text.
    #[inline]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(self) -> usize {
        (self.length & LENGTH) as usize
    }

    /// Whether nothing stands in it.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.length & LENGTH == 0
    }
}

#[inline]
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The most bytes that a file may have: cells are found by 32-bit offsets.
pub const LARGEST_FILE: u64 = u32::MAX as u64;

/// A row that could not be taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// A cell in which something stands that is no value: an error of a spreadsheet, a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCell {
    /// The column.
    pub column: usize,
    /// The row among the rows of the sheet.
    pub row: usize,
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
    /// The texts of its cells, of a total below the data.
    pub cells: Vec<String>,
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
    /// Cells that are no values; their texts say what stood there.
    pub bad_cells: Vec<BadCell>,
    /// Whether texts are as their file means them, and none carries an apostrophe as a guard.
    pub plain_texts: bool,
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

    /// The texts of all cells, row by row, each behind its length: what a fingerprint is made of.
    pub fn parts(&self) -> impl Iterator<Item = Vec<u8>> {
        (0..self.lines.len()).map(|row| {
            let mut bytes = Vec::new();
            for column in 0..self.columns.len() {
                let text = self.cells(column).text(row);
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes
        })
    }

    /// Passes over so many rows at the end, which are no data.
    pub fn pass_footer(&mut self, count: usize) {
        let rows = self.lines.len().saturating_sub(count);
        for row in rows..self.lines.len() {
            self.footer.push(PassedRow {
                line: self.lines.get(row).copied().unwrap_or(0),
                text: self.row_text(row),
                cells: (0..self.columns.len())
                    .map(|column| self.cells(column))
                    .map(|cells| match cells.is_empty() {
                        true => String::new(),
                        false => cells.text(row).into(),
                    })
                    .collect(),
            });
        }
        self.rows_read -= (self.lines.len() - rows) as u64;
        self.lines.truncate(rows);
        self.columns
            .iter_mut()
            .for_each(|cells| cells.truncate(rows));
        self.bad_cells.retain(|cell| cell.row < rows);
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
            column,
            bad: &self.bad_cells,
            plain_texts: self.plain_texts,
        }
    }
}

/// The texts of one column.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a str,
    unescaped: &'a str,
    cells: &'a [Cell],
    column: usize,
    bad: &'a [BadCell],
    plain_texts: bool,
}

impl<'a> Cells<'a> {
    /// The texts of these cells of separated text.
    pub fn of(text: &'a str, unescaped: &'a str, cells: &'a [Cell]) -> Cells<'a> {
        Cells {
            text,
            unescaped,
            cells,
            column: 0,
            bad: &[],
            plain_texts: false,
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
        cell.of(self.text, self.unescaped)
    }

    /// The same as bytes.
    #[inline]
    pub fn bytes(&self, row: usize) -> &'a [u8] {
        let cell = self.cells.get(row).copied().unwrap_or_default();
        cell.bytes_of(self.text, self.unescaped)
    }

    /// The end of the cell of a row.
    #[inline(always)]
    pub(super) fn tail(&self, row: usize) -> Tail {
        let (text, start, end) = self.place(row);
        Tail::of(text, start, end)
    }

    /// Both ends of the cell of a row; nothing where the cell is longer than they tell.
    #[inline(always)]
    pub(super) fn ends(&self, row: usize) -> Option<Ends> {
        let (text, start, end) = self.place(row);
        Ends::of(text, start, end)
    }

    /// Where the cell of a row stands in which text.
    #[inline(always)]
    fn place(&self, row: usize) -> (&'a [u8], usize, usize) {
        let cell = self.cells.get(row).copied().unwrap_or_default();
        let from = if cell.length & UNESCAPED != 0 {
            self.unescaped
        } else {
            self.text
        };
        (from.as_bytes(), cell.start(), cell.start() + cell.len())
    }

    /// Whether the cell of a row is a typed value of its file.
    pub fn is_typed(&self, row: usize) -> bool {
        self.cells
            .get(row)
            .is_some_and(|cell| cell.length & TYPED != 0)
    }

    /// Whether any cell is a typed value of its file.
    pub fn any_typed(&self) -> bool {
        self.cells.iter().any(|cell| cell.length & TYPED != 0)
    }

    /// The text of a row that is meant, without the guard that a CSV file may need.
    pub fn meant(&self, text: &'a str) -> &'a str {
        if self.plain_texts {
            text
        } else {
            unguarded(text)
        }
    }

    /// The cells of the column that are no values.
    pub fn bad(self) -> impl Iterator<Item = &'a BadCell> {
        self.bad.iter().filter(move |bad| bad.column == self.column)
    }

    /// All texts with their rows.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (usize, &'a str)> {
        (0..self.cells.len()).map(move |row| (row, self.text(row)))
    }
}

/// Builds the sheet of a file whose cells come row by row.
#[derive(Clone, Debug, Default)]
pub struct SheetBuilder {
    sheet: Sheet,
}

impl SheetBuilder {
    /// A sheet of so many columns, whose texts are as their file means them.
    pub fn new(columns: usize) -> SheetBuilder {
        SheetBuilder {
            sheet: Sheet {
                columns: vec![Vec::new(); columns],
                plain_texts: true,
                ..Sheet::default()
            },
        }
    }

    /// How many rows have ended.
    pub fn rows(&self) -> usize {
        self.sheet.lines.len()
    }

    /// Whether more text would not be found again.
    pub fn is_full(&self) -> bool {
        self.sheet.text.len() as u64 > LARGEST_FILE
    }

    /// Sets a cell of the row that is being read; a column that is not there takes none.
    pub fn set(&mut self, column: usize, text: &str, typed: bool) {
        let row = self.rows();
        let start = self.sheet.text.len();
        let Some(cells) = self.sheet.columns.get_mut(column) else {
            return;
        };
        self.sheet.text.push_str(text);
        let cell = Cell::plain(start, start + text.len());
        cells.resize(row, Cell::default());
        cells.push(if typed { cell.typed() } else { cell });
    }

    /// Whether the row that is being read has a cell in that column.
    pub fn is_set(&self, column: usize) -> bool {
        let cells = self.sheet.columns.get(column);
        cells.is_some_and(|cells| cells.len() > self.rows())
    }

    /// Says that the cell of the row that is being read is no value; `text` is what stood there.
    pub fn set_bad(
        &mut self,
        column: usize,
        text: &str,
        message: impl Into<String>,
        help: Option<&'static str>,
    ) {
        self.set(column, text, false);
        self.sheet.bad_cells.push(BadCell {
            column,
            row: self.rows(),
            message: message.into(),
            help,
        });
    }

    /// Ends a row.
    pub fn end_row(&mut self, line: u64) {
        self.sheet.lines.push(line);
        self.sheet.rows_read += 1;
    }

    /// Gives up the row that is being read.
    pub fn bad_row(&mut self, bad: BadRow) {
        let row = self.rows();
        for cells in &mut self.sheet.columns {
            cells.truncate(row);
        }
        self.sheet.bad_cells.retain(|cell| cell.row != row);
        self.sheet.bad_rows.push(bad);
        self.sheet.rows_read += 1;
    }

    /// The sheet; `blank_rows` were passed over.
    pub fn finish(mut self, blank_rows: usize) -> Sheet {
        let rows = self.rows();
        for cells in &mut self.sheet.columns {
            cells.resize(rows, Cell::default());
        }
        self.sheet.blank_rows = blank_rows;
        self.sheet
    }
}
