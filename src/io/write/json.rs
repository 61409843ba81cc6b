//! Results as JSON lines: an object a row. Numbers are exact, percents fractions, durations hours,
//! dates ISO texts; what is missing is null. It opens no file.

use super::csv::BLOCK;
use super::format;
use super::{Names, ResultColumn, Written};
use crate::model::types::Type;
use crate::value::Values;
use rayon::prelude::*;

/// The bytes of a result, in blocks of rows.
pub fn write(columns: &[ResultColumn<'_>], rows: usize, names: Names<'_>) -> Written {
    let keys: Vec<Vec<u8>> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let mut key = vec![if at == 0 { b'{' } else { b',' }];
            text(&mut key, column.header);
            key.push(b':');
            key
        })
        .collect();
    let blocks: Vec<(Vec<u8>, u64)> = (0..rows.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let first = block * BLOCK;
            let mut count = 0;
            let mut out = Vec::with_capacity(BLOCK * columns.len() * 20);
            for row in first..rows.min(first + BLOCK) {
                for (column, key) in columns.iter().zip(&keys) {
                    out.extend_from_slice(key);
                    value(&mut out, column, row, names);
                }
                out.extend_from_slice(if columns.is_empty() { b"{}\n" } else { b"}\n" });
                count += 1;
            }
            (out, count)
        })
        .collect();
    Written {
        rows: blocks.iter().map(|(_, count)| count).sum(),
        parts: blocks.into_iter().map(|(part, _)| part).collect(),
    }
}

fn value(out: &mut Vec<u8>, column: &ResultColumn<'_>, row: usize, names: Names<'_>) {
    if column.column.is_missing(row) {
        out.extend_from_slice(b"null");
        return;
    }
    match &column.column.values {
        Values::Number(values) => {
            let value = values.get(row).copied().unwrap_or(0);
            match column.ty {
                Type::Score => format::fixed(out, value, names.program.scores.decimals),
                Type::Duration => format::hours(out, value),
                Type::Months => format::signed(out, value),
                Type::Date => {
                    out.push(b'"');
                    format::date(out, value);
                    out.push(b'"');
                }
                _ => format::number(out, value),
            }
        }
        Values::Flag(values) => {
            let value = values.get(row).copied().unwrap_or(false);
            out.extend_from_slice(if value { b"true" } else { b"false" });
        }
        Values::Choice(values) => {
            let value = values.get(row).copied().unwrap_or(u32::MAX);
            text(out, names.of(column.ty, value));
        }
        Values::Text(texts) => {
            let number = texts.numbers.get(row).copied().unwrap_or(u32::MAX);
            text(out, texts.dictionary.text(number));
        }
    }
}

/// A text in quotes, as JSON has it.
fn text(out: &mut Vec<u8>, text: &str) {
    let length = out.len();
    if serde_json::to_writer(&mut *out, text).is_err() {
        // Writing a text into memory does not fail; were it to, the text would be empty.
        out.truncate(length);
        out.extend_from_slice(b"\"\"");
    }
}
