//! Totals and notes below the data: recognised at the end of a sheet, or declared, and taken out of
//! its rows. What could as well be a customer is left where it is.

use super::split::Splitter;
use super::{end_of_row, is_blank};
use crate::io::cell::number;
use crate::io::sheet::{Cell, PassedRow, Sheet};

/// How many rows at the end are looked at.
const MOST: usize = 20;

/// What rows of totals begin with.
const TOTALS: [&str; 18] = [
    "total",
    "totals",
    "totalt",
    "totale",
    "grand total",
    "subtotal",
    "sum",
    "sum total",
    "summa",
    "summa summarum",
    "summe",
    "gesamt",
    "delsum",
    "delsumma",
    "i alt",
    "ialt",
    "yhteensä",
    "samtals",
];

/// A row at the end of the file.
struct Last {
    start: usize,
    line: u64,
    end: usize,
    kind: Kind,
    /// The cells of a total.
    cells: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    /// A word for a total, and numbers.
    Total,
    /// A lone cell of several words where the header has several cells.
    Note,
    Data,
}

/// Takes the footer out of a sheet: `declared` rows that are not blank, or what is recognised.
pub fn take(sheet: &mut Sheet, separator: u8, width: usize, declared: Option<usize>) {
    let most = declared.unwrap_or(MOST);
    if most == 0 || width < 2 && declared.is_none() {
        return;
    }
    let last = last_rows(sheet, separator, width, most);
    let first = match declared {
        Some(count) => nth_from_end(&last, count),
        None => first_of_footer(&last),
    };
    let Some(first) = first.and_then(|at| last.get(at..)) else {
        return;
    };
    let Some(begin) = first.first().map(|row| row.line) else {
        return;
    };
    for row in first.iter().filter(|row| row.kind != Kind::Blank) {
        let text = sheet.text.get(row.start..row.end).unwrap_or("").into();
        sheet.footer.push(PassedRow {
            line: row.line,
            text,
            cells: row.cells.clone(),
        });
    }
    let kept = sheet.lines.partition_point(|line| *line < begin);
    let bad = sheet.bad_rows.partition_point(|row| row.first_line < begin);
    let taken = (sheet.lines.len() - kept) + (sheet.bad_rows.len() - bad);
    sheet.rows_read -= taken as u64;
    sheet.lines.truncate(kept);
    sheet.rows.truncate(kept);
    sheet.bad_rows.truncate(bad);
    for column in &mut sheet.columns {
        column.truncate(kept);
    }
}

/// The last rows of the file, blank ones too: at least as many as `most` that are not.
fn last_rows(sheet: &Sheet, separator: u8, width: usize, most: usize) -> Vec<Last> {
    let good = sheet.lines.len().saturating_sub(most);
    let begin = match (sheet.rows.get(good), sheet.bad_rows.first()) {
        (Some(cell), _) if good > 0 => (cell.start(), sheet.lines.get(good).copied()),
        // Few good rows: from the first row of all.
        (Some(cell), Some(bad)) if bad.text.start() < cell.start() => {
            (bad.text.start(), Some(bad.first_line))
        }
        (Some(cell), _) => (cell.start(), sheet.lines.get(good).copied()),
        (None, Some(bad)) => (bad.text.start(), Some(bad.first_line)),
        (None, None) => return Vec::new(),
    };
    let text = sheet.text.as_str();
    let mut splitter = Splitter::starting(text, separator, begin.0, begin.1.unwrap_or(1));
    let (mut cells, mut unescaped) = (Vec::new(), String::new());
    let mut rows = Vec::new();
    loop {
        let (start, line) = splitter.position();
        unescaped.clear();
        let Some(row) = splitter.next_row(&mut cells, &mut unescaped) else {
            return rows;
        };
        let kind = if row.fault.is_some() {
            Kind::Data
        } else {
            kind(&cells, text, &unescaped, width)
        };
        rows.push(Last {
            start,
            line,
            end: end_of_row(text, splitter.position().0),
            kind,
            cells: match kind {
                Kind::Total => cells
                    .iter()
                    .map(|cell| cell.of(text, &unescaped).into())
                    .collect(),
                _ => Vec::new(),
            },
        });
    }
}

fn kind(cells: &[Cell], text: &str, unescaped: &str, width: usize) -> Kind {
    if is_blank(cells, text, unescaped) {
        return Kind::Blank;
    }
    let mut filled = cells
        .iter()
        .map(|cell| cell.of(text, unescaped).trim())
        .filter(|cell| !cell.is_empty());
    let first = filled.next().unwrap_or("");
    if cells.len() == width && is_total(first) {
        return if filled.all(|cell| number::read(cell).is_some()) {
            Kind::Total
        } else {
            Kind::Data
        };
    }
    // A lone word may be a key whose row broke off; notes are sentences.
    if cells.len() == 1 && width > 1 && first.contains(char::is_whitespace) {
        Kind::Note
    } else {
        Kind::Data
    }
}

/// Whether a cell says that its row is a total.
fn is_total(cell: &str) -> bool {
    let word = cell.trim_end_matches(':').trim().to_lowercase();
    TOTALS.contains(&word.as_str())
}

/// Whether a row may be the end of a footer: it is no row of data.
pub(in crate::io) fn may_end(cells: &[Cell], text: &str, unescaped: &str) -> bool {
    kind(cells, text, unescaped, cells.len()) != Kind::Data
}

/// Where the footer begins: totals and notes only follow. A lone cell without a blank row above it
/// may be a row that broke off, so notes need one.
fn first_of_footer(last: &[Last]) -> Option<usize> {
    let data = last.iter().rposition(|row| row.kind == Kind::Data);
    let below = data.map_or(0, |at| at + 1);
    let after = last.get(below..)?;
    let mut begin = None;
    let mut after_blank = false;
    for (at, row) in after.iter().enumerate() {
        match row.kind {
            Kind::Blank => after_blank = true,
            Kind::Total => {
                begin.get_or_insert(at);
            }
            Kind::Note if begin.is_some() || after_blank => {
                begin.get_or_insert(at);
            }
            Kind::Note | Kind::Data => return None,
        }
    }
    begin.map(|at| below + at)
}

/// The row from which on `count` rows are not blank.
fn nth_from_end(last: &[Last], count: usize) -> Option<usize> {
    last.iter()
        .enumerate()
        .rev()
        .filter(|(_, row)| row.kind != Kind::Blank)
        .map(|(at, _)| at)
        .take(count)
        .last()
}
