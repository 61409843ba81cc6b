//! Puts the pieces of columns together in the order of the file: the same columns as if the file
//! had been read in one piece, or nothing where the pieces do not agree.

use super::part::{Part, Piece};
use crate::io::dataset::{FieldReport, FileReport, Wish};
use crate::value::{Column, Dictionary, Mask, TextColumn, Values};
use ahash::RandomState;
use rayon::prelude::*;
use std::sync::Arc;

/// The line of each row, where the first chunk begins on that line.
pub(super) fn lines(parts: &[Part], first: u64) -> Vec<u64> {
    let mut lines = Vec::with_capacity(parts.iter().map(|part| part.lines.len()).sum());
    let mut before = first;
    for part in parts {
        lines.extend(part.lines.iter().map(|line| before + u64::from(*line)));
        before += part.all_lines;
    }
    lines
}

/// The columns of all fields.
pub(super) fn columns(
    wish: &Wish<'_>,
    parts: Vec<Part>,
    report: &mut FileReport,
) -> Option<Vec<Option<Column>>> {
    let mut pieces: Vec<Vec<Piece>> = Vec::new();
    pieces.resize_with(report.fields.len(), || Vec::with_capacity(parts.len()));
    for part in parts {
        for (pieces, piece) in pieces.iter_mut().zip(part.pieces) {
            pieces.push(piece);
        }
    }
    pieces
        .into_par_iter()
        .zip(&mut report.fields)
        .enumerate()
        .map(|(at, (pieces, report))| column(wish, at, pieces, report))
        .collect()
}

fn column(
    wish: &Wish<'_>,
    at: usize,
    pieces: Vec<Piece>,
    report: &mut FieldReport,
) -> Option<Option<Column>> {
    report.decimal = agreed(pieces.iter().map(|piece| piece.decimal))?;
    report.dates = agreed(pieces.iter().map(|piece| piece.dates))?;
    report.rounded = pieces.iter().map(|piece| piece.rounded).sum();
    report.missing = pieces.iter().map(|piece| piece.missing).sum();
    report.sum = pieces.iter().map(|piece| piece.sum).sum();
    let columns: Vec<Column> = pieces.into_iter().filter_map(|it| it.column).collect();
    if columns.is_empty() {
        return Some(None);
    }
    let column = joined(columns, wish.only_once(at))?;
    Some(Some(column).filter(|_| wish.keeps(at)))
}

/// What all that say something say; nothing where they do not agree.
fn agreed<T: PartialEq>(said: impl Iterator<Item = Option<T>>) -> Option<Option<T>> {
    let mut said = said.flatten();
    let first = said.next();
    match first {
        Some(first) => said.all(|next| next == first).then_some(Some(first)),
        None => Some(None),
    }
}

/// One column of several; nothing where its values must differ and do not.
fn joined(columns: Vec<Column>, only_once: bool) -> Option<Column> {
    let rows = columns.iter().map(Column::len).sum();
    let missing = mask(&columns, rows);
    let present = rows
        - missing
            .as_ref()
            .map_or(0, |it| it.iter().filter(|it| **it).count());
    let mut columns = columns.into_iter().map(|column| column.values).peekable();
    let values = match columns.peek()? {
        Values::Number(_) => {
            let mut all = Vec::with_capacity(rows);
            for values in columns {
                if let Values::Number(values) = values {
                    all.extend_from_slice(&values);
                }
            }
            Values::Number(all)
        }
        Values::Flag(_) => {
            let mut all = Vec::with_capacity(rows);
            for values in columns {
                if let Values::Flag(values) = values {
                    all.extend_from_slice(&values);
                }
            }
            Values::Flag(all)
        }
        Values::Choice(_) => {
            let mut all = Vec::with_capacity(rows);
            for values in columns {
                if let Values::Choice(values) = values {
                    all.extend_from_slice(&values);
                }
            }
            Values::Choice(all)
        }
        Values::Text(_) => {
            let texts: Vec<TextColumn> = columns
                .filter_map(|values| match values {
                    Values::Text(texts) => Some(texts),
                    _ => None,
                })
                .collect();
            let unique = only_once && missing.is_none();
            let texts = match unique {
                true => all_different(texts)?,
                false => in_one_dictionary(texts, rows),
            };
            Values::Text(texts)
        }
    };
    if only_once && !differ(&values, missing.as_ref(), present) {
        return None;
    }
    Some(Column { values, missing })
}

fn mask(columns: &[Column], rows: usize) -> Option<Mask> {
    if columns.iter().all(|column| column.missing.is_none()) {
        return None;
    }
    let mut all = Vec::with_capacity(rows);
    for column in columns {
        match &column.missing {
            Some(mask) => all.extend_from_slice(mask),
            None => all.resize(all.len() + column.len(), false),
        }
    }
    Some(all)
}

/// Whether the values that are there all differ.
fn differ(values: &Values, missing: Option<&Mask>, present: usize) -> bool {
    let there = |row: usize| missing.is_none_or(|mask| mask.get(row) != Some(&true));
    let mut found: Vec<i64> = match values {
        Values::Text(texts) => return texts.dictionary.len() == present,
        Values::Number(values) => values.clone(),
        Values::Flag(values) => values.iter().map(|value| i64::from(*value)).collect(),
        Values::Choice(values) => values.iter().map(|value| i64::from(*value)).collect(),
    };
    let mut row = 0;
    found.retain(|_| {
        row += 1;
        there(row - 1)
    });
    found.par_sort_unstable();
    found.windows(2).all(|pair| pair.first() != pair.last())
}

/// Texts that must all differ: those of each piece one after the other. Where two have one hash,
/// they may be the same, and the careful way finds out.
fn all_different(columns: Vec<TextColumn>) -> Option<TextColumn> {
    let rows: usize = columns.iter().map(|column| column.numbers.len()).sum();
    let distinct = |column: &TextColumn| column.dictionary.len() == column.numbers.len();
    if !columns.iter().all(distinct) {
        return None;
    }
    let hasher = RandomState::new();
    let mut hashes: Vec<u64> = columns
        .par_iter()
        .flat_map_iter(|column| column.dictionary.iter().map(|text| hasher.hash_one(text)))
        .collect();
    hashes.par_sort_unstable();
    if hashes.windows(2).any(|pair| pair.first() == pair.last()) {
        return None;
    }
    let dictionary = Dictionary::joined(columns.iter().map(|column| &*column.dictionary));
    Some(TextColumn {
        numbers: (0..u32::try_from(rows).ok()?).collect(),
        dictionary: Arc::new(dictionary),
    })
}

/// Texts by the numbers of one dictionary, in the order of their first appearance.
fn in_one_dictionary(columns: Vec<TextColumn>, rows: usize) -> TextColumn {
    let mut dictionary = Dictionary::default();
    let mut numbers = Vec::with_capacity(rows);
    let mut map: Vec<u32> = Vec::new();
    for column in columns {
        map.clear();
        map.extend(column.dictionary.iter().map(|text| dictionary.insert(text)));
        let number = |it: &u32| map.get(*it as usize).copied().unwrap_or(0);
        numbers.extend(column.numbers.iter().map(number));
    }
    TextColumn {
        numbers,
        dictionary: Arc::new(dictionary),
    }
}
