//! Separated text: bytes of a file in, headers first and then a [`Sheet`] of the wanted columns out.
//! Other formats do the same two steps; nothing here knows fields or types.

pub mod dialect;
pub mod encoding;
pub(super) mod footer;
pub mod split;

use super::options::{Encoding, ReadOptions};
use super::sheet::{BadRow, Cell, LARGEST_FILE, PassedRow, Sheet};
use crate::base::Diagnostic;
use dialect::{Dialect, recognise, separator_name};
use encoding::Decoded;
use split::{Misquoted, Splitter};

/// A file of separated text whose header has been read.
#[derive(Clone, Debug)]
pub struct Csv {
    text: String,
    encoding: Encoding,
    marked: bool,
    dialect: Dialect,
    headers: Vec<String>,
    rows_start: (usize, u64),
    above: Vec<PassedRow>,
    blank_rows: usize,
    skip_footer: Option<usize>,
}

impl Csv {
    /// Recognises how the file is written and reads its header. `wanted` holds the headers that
    /// each field may have, in their normal form; they help to recognise separator and header.
    pub fn open(
        bytes: Vec<u8>,
        options: &ReadOptions,
        wanted: &[Vec<String>],
    ) -> Result<Csv, Box<Diagnostic>> {
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(
                Diagnostic::error("file-too-large", "the file is larger than 4 GiB").into(),
            );
        }
        let Decoded {
            text,
            encoding,
            marked,
        } = encoding::decode(bytes, options.encoding)?;
        if text.len() as u64 > LARGEST_FILE {
            let message = "the file is larger than 4 GiB as UTF-8";
            return Err(Diagnostic::error("file-too-large", message).into());
        }
        let dialect = recognise(&text, options, wanted)?;
        let (mut cells, mut unescaped) = (Vec::new(), String::new());
        let (above, blank_rows) = above(&text, &dialect);
        let mut splitter =
            Splitter::starting(&text, dialect.separator, dialect.start, dialect.line);
        let row = loop {
            match splitter.next_row(&mut cells, &mut unescaped) {
                Some(_) if is_blank(&cells, &text, &unescaped) => {}
                Some(row) => break row,
                None => return Err(Diagnostic::error("empty-file", "the file is empty").into()),
            }
        };
        if let Some(fault) = row.fault {
            return Err(Diagnostic::error(
                fault.code,
                format!("line {}: {}", fault.line, fault.message),
            )
            .help(fault.help)
            .into());
        }
        let rows_start = splitter.position();
        let headers = cells
            .iter()
            .map(|cell| cell.of(&text, &unescaped).into())
            .collect();
        Ok(Csv {
            text,
            encoding,
            marked,
            dialect: Dialect {
                line: row.line,
                ..dialect
            },
            headers,
            rows_start,
            above,
            blank_rows,
            skip_footer: options.skip_footer,
        })
    }

    /// The headers as they stand in the file.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        self.dialect.line
    }

    /// What stands above the header.
    pub fn above(&self) -> &[PassedRow] {
        &self.above
    }

    /// The separator.
    pub fn separator(&self) -> u8 {
        self.dialect.separator
    }

    /// Where the rows begin: how many bytes of the text stand before them, and their first line.
    pub fn rows_start(&self) -> (usize, u64) {
        self.rows_start
    }

    /// So many bytes at the head of the text decided how the file is written and where its header
    /// stands; more of it would change nothing.
    pub fn looked_at(&self) -> usize {
        self.dialect.looked_at
    }

    /// How many blank rows stand above the header.
    pub fn blank_rows(&self) -> usize {
        self.blank_rows
    }

    /// How the file is written, in words.
    pub fn form(&self) -> String {
        let mark = match (self.encoding, self.marked) {
            (Encoding::Utf8, true) => " with a byte-order mark",
            _ => "",
        };
        let (encoding, separator) = (self.encoding.name(), self.dialect.separator);
        format!("{encoding}{mark}, {}", separator_name(separator))
    }

    /// Takes the rows apart and keeps the wanted columns.
    pub fn into_sheet(self, wanted: &[bool]) -> Sheet {
        let width = self.headers.len();
        let mut sheet = Sheet {
            columns: vec![Vec::new(); width],
            blank_rows: self.blank_rows,
            ..Sheet::default()
        };
        let mut cells = Vec::with_capacity(width);
        let (start, line) = self.rows_start;
        let text = self.text.as_str();
        let mut splitter = Splitter::starting(text, self.dialect.separator, start, line);
        // A row whose first cell is as long as the first header may be the header again.
        let header_length = self.headers.first().map_or(0, String::len);
        loop {
            let (start, _) = splitter.position();
            let Some(row) = splitter.next_row(&mut cells, &mut sheet.unescaped) else {
                break;
            };
            if row.fault.is_none() && is_blank(&cells, text, &sheet.unescaped) {
                sheet.blank_rows += 1;
                continue;
            }
            sheet.rows_read += 1;
            let whole = Cell::plain(start, end_of_row(text, splitter.position().0));
            let bad = if let Some(fault) = row.fault {
                Some(misquoted(fault))
            } else if cells.len() != width {
                Some(ragged(cells.len(), width))
            } else if cells.first().map_or(0, |cell| cell.len()) == header_length
                && self.is_header(&cells, &sheet.unescaped)
            {
                Some(header_again(self.dialect.line))
            } else {
                None
            };
            if let Some(bad) = bad {
                sheet.bad_rows.push(BadRow {
                    line: row.fault.map_or(row.line, |fault| fault.line),
                    first_line: row.line,
                    text: whole,
                    ..bad
                });
                continue;
            }
            sheet.lines.push(row.line);
            sheet.rows.push(whole);
            for ((column, cell), wanted) in sheet.columns.iter_mut().zip(&cells).zip(wanted) {
                if *wanted {
                    column.push(*cell);
                }
            }
        }
        sheet.text = self.text;
        footer::take(&mut sheet, self.dialect.separator, width, self.skip_footer);
        sheet
    }

    fn is_header(&self, cells: &[Cell], unescaped: &str) -> bool {
        cells
            .iter()
            .zip(&self.headers)
            .all(|(cell, header)| cell.of(&self.text, unescaped) == header)
    }
}

/// The rows above the header, and how many of them are blank.
fn above(text: &str, dialect: &Dialect) -> (Vec<PassedRow>, usize) {
    let mut passed = Vec::new();
    let mut blank = 0;
    let (first, first_line) = (dialect.first, dialect.first_line);
    let mut splitter = Splitter::starting(text, dialect.separator, first, first_line);
    let (mut cells, mut unescaped) = (Vec::new(), String::new());
    while splitter.position().0 < dialect.start {
        let (start, line) = splitter.position();
        if splitter.next_row(&mut cells, &mut unescaped).is_none() {
            break;
        }
        if is_blank(&cells, text, &unescaped) {
            blank += 1;
            continue;
        }
        let end = end_of_row(text, splitter.position().0);
        passed.push(PassedRow {
            line,
            text: text.get(start..end).unwrap_or("").into(),
            cells: Vec::new(),
        });
    }
    (passed, blank)
}

/// Where a row ends that the next one follows at `next`: before its line end.
fn end_of_row(text: &str, next: usize) -> usize {
    let before = text.as_bytes().get(..next).unwrap_or(&[]);
    match before {
        [.., b'\r', b'\n'] => next - 2,
        [.., b'\n' | b'\r'] => next - 1,
        _ => next,
    }
}

/// Whether nothing but blanks stand in a row: rows of separators only hold no data.
pub(super) fn is_blank(cells: &[Cell], text: &str, unescaped: &str) -> bool {
    cells.iter().all(|cell| {
        cell.is_empty() || {
            let text = cell.of(text, unescaped);
            !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
        }
    })
}

fn bad_row(code: &'static str, message: String, help: &'static str) -> BadRow {
    BadRow {
        line: 0,
        first_line: 0,
        text: Cell::default(),
        code,
        message,
        help: Some(help),
    }
}

fn misquoted(fault: Misquoted) -> BadRow {
    bad_row(fault.code, fault.message.into(), fault.help)
}

fn ragged(found: usize, expected: usize) -> BadRow {
    let cells = if found == 1 { "cell" } else { "cells" };
    bad_row(
        "ragged-row",
        format!("the row has {found} {cells}, the header has {expected}"),
        "put cells that hold the separator in quotes",
    )
}

fn header_again(line: u64) -> BadRow {
    bad_row(
        "repeated-header",
        format!("the header of line {line} stands here again"),
        "take the line out, or the table that begins with it",
    )
}
