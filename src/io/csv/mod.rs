//! Separated text: bytes of a file in, headers first and then a [`Sheet`] of the wanted columns out.
//! Other formats do the same two steps; nothing here knows fields or types.

pub mod dialect;
pub mod split;

use super::sheet::{BadRow, Cell, LARGEST_FILE, Sheet};
use crate::base::Diagnostic;
use dialect::{Dialect, recognise};
use split::Splitter;

/// A file of separated text whose header has been read.
#[derive(Clone, Debug)]
pub struct Csv {
    text: String,
    dialect: Dialect,
    headers: Vec<String>,
    header_line: u64,
    rows_start: (usize, u64),
    blank_rows: usize,
}

impl Csv {
    /// Recognises how the file is written and reads its header. `wanted` are the headers that are
    /// looked for, in their normal form; they help to recognise the separator.
    pub fn open(
        bytes: Vec<u8>,
        separator: Option<u8>,
        wanted: &[String],
    ) -> Result<Csv, Box<Diagnostic>> {
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(
                Diagnostic::error("file-too-large", "the file is larger than 4 GiB").into(),
            );
        }
        let text = dialect::decode(bytes)?;
        let dialect = recognise(&text, separator, wanted)?;
        let mut splitter =
            Splitter::starting(&text, dialect.separator, dialect.start, dialect.line);
        let (mut cells, mut unescaped) = (Vec::new(), String::new());
        let mut blank_rows = 0;
        let row = loop {
            let Some(row) = splitter.next_row(&mut cells, &mut unescaped) else {
                return Err(Diagnostic::error("empty-file", "the file is empty").into());
            };
            if is_blank(&cells) {
                blank_rows += 1;
            } else {
                break row;
            }
        };
        if let Some(fault) = row.fault {
            return Err(Diagnostic::error(
                fault.code,
                format!("line {}: {}", fault.line, fault.message),
            )
            .help_maybe(fault.help.map(String::from))
            .into());
        }
        let rows_start = splitter.position();
        let header = Sheet {
            text,
            unescaped,
            columns: vec![cells],
            ..Sheet::default()
        };
        let headers = header
            .cells(0)
            .iter()
            .map(|(_, cell)| cell.into())
            .collect();
        Ok(Csv {
            text: header.text,
            dialect,
            headers,
            header_line: row.line,
            rows_start,
            blank_rows,
        })
    }

    /// The headers as they stand in the file.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    /// The separator.
    pub fn separator(&self) -> u8 {
        self.dialect.separator
    }

    /// Where the rows begin: how many bytes of the text stand before them, and their first line.
    pub fn rows_start(&self) -> (usize, u64) {
        self.rows_start
    }

    /// How many blank rows stand before the header.
    pub fn blank_rows(&self) -> usize {
        self.blank_rows
    }

    /// Takes the rows apart and keeps the wanted columns.
    pub fn into_sheet(self, wanted: &[bool]) -> Sheet {
        let width = self.headers.len();
        let mut columns: Vec<Vec<Cell>> = vec![Vec::new(); width];
        let mut lines = Vec::new();
        let mut bad_rows = Vec::new();
        let mut blank_rows = self.blank_rows;
        let mut unescaped = String::new();
        let mut cells = Vec::with_capacity(width);
        let (start, line) = self.rows_start;
        let mut splitter = Splitter::starting(&self.text, self.dialect.separator, start, line);
        while let Some(row) = splitter.next_row(&mut cells, &mut unescaped) {
            if let Some(fault) = row.fault {
                bad_rows.push(fault);
            } else if is_blank(&cells) && (cells.len() == 1 || cells.len() == width) {
                blank_rows += 1;
            } else if cells.len() != width {
                bad_rows.push(ragged(row.line, cells.len(), width));
            } else {
                lines.push(row.line);
                for ((column, cell), wanted) in columns.iter_mut().zip(&cells).zip(wanted) {
                    if *wanted {
                        column.push(*cell);
                    }
                }
            }
        }
        Sheet {
            text: self.text,
            unescaped,
            columns,
            lines,
            bad_rows,
            blank_rows,
        }
    }
}

fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| cell.is_empty())
}

fn ragged(line: u64, found: usize, expected: usize) -> BadRow {
    let cells = if found == 1 { "cell" } else { "cells" };
    BadRow {
        line,
        code: "ragged-row",
        message: format!("the row has {found} {cells}, the header has {expected}"),
        help: Some("put cells that hold the separator in quotes"),
    }
}
