//! Results as separated text: columns in, lines out. Cells that need quotes have them, texts that a
//! spreadsheet would run are guarded, lines end with LF. It opens no file.

use super::format;
use crate::io::cell::text::guarded;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::value::{Column, Mask, Values};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A column of a result.
#[derive(Clone, Copy, Debug)]
pub struct ResultColumn<'a> {
    /// The header.
    pub header: &'a str,
    /// What the values are.
    pub ty: &'a Type,
    /// The values.
    pub column: &'a Column,
}

/// What positions in a closed list are called.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The model that the values come from.
    pub program: &'a Program,
    /// Whether labels stand for names.
    pub labels: bool,
}

impl<'a> Names<'a> {
    /// The name of a position in the list of a type; empty for one that is not there.
    pub fn of(&self, ty: &'a Type, position: u32) -> &'a str {
        let position = position as usize;
        match ty {
            Type::OneOf(list) | Type::Steps(list) => list.get(position).map_or("", String::as_str),
            Type::Segment(segmentation) => self
                .program
                .segmentations
                .get(segmentation.0)
                .and_then(|it| it.segments.get(position))
                .map_or("", |it| self.choose(&it.name, it.label.as_deref())),
            Type::Team => self
                .program
                .teams
                .get(position)
                .map_or("", |it| self.choose(&it.name, it.label.as_deref())),
            _ => "",
        }
    }

    /// How many positions the list of a type has.
    fn count(&self, ty: &Type) -> u32 {
        let count = match ty {
            Type::OneOf(list) | Type::Steps(list) => list.len(),
            Type::Segment(segmentation) => self
                .program
                .segmentations
                .get(segmentation.0)
                .map_or(0, |it| it.segments.len()),
            Type::Team => self.program.teams.len(),
            _ => 0,
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The label, or the name where there is none or names are wanted.
    pub fn choose(&self, name: &'a str, label: Option<&'a str>) -> &'a str {
        label.filter(|_| self.labels).unwrap_or(name)
    }
}

/// Rows that are written at a time.
const BLOCK: usize = 4096;

/// The bytes of a result: the header, then blocks of rows in order.
pub fn write(columns: &[ResultColumn<'_>], rows: usize, names: Names<'_>) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    // Memory takes whatever comes.
    let _ = write_to(columns, rows, names, &mut |part: &[u8]| {
        parts.push(part.to_vec());
        Ok(())
    });
    parts
}

/// Takes the bytes of a result, part by part.
pub type Sink<'s> = dyn FnMut(&[u8]) -> io::Result<()> + Send + 's;

/// Hands a result on in parts: the header, then blocks of rows in order. The blocks are made on all
/// cores; no more of them wait than there are cores.
pub fn write_to(
    columns: &[ResultColumn<'_>],
    rows: usize,
    names: Names<'_>,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut header = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        separate(&mut header, at);
        text(&mut header, column.header);
    }
    header.push(b'\n');
    sink(&header)?;
    let shapes: Vec<Shape<'_>> = columns.iter().map(|it| Shape::of(it, names)).collect();
    let blocks = rows.div_ceil(BLOCK);
    let next = AtomicUsize::new(0);
    let queue = Mutex::new(Queue {
        sink,
        handed_on: 0,
        waiting: BTreeMap::new(),
        spare: Vec::new(),
        result: Ok(()),
    });
    let queue_of = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    (0..rayon::current_num_threads())
        .into_par_iter()
        .for_each(|_| {
            let mut out = Vec::new();
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                if block >= blocks {
                    break;
                }
                let first = block * BLOCK;
                for row in first..rows.min(first + BLOCK) {
                    line(&mut out, &shapes, row);
                }
                match queue_of().hand_on(block, out) {
                    Some(spare) => out = spare,
                    None => break,
                }
            }
        });
    queue
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .result
}

/// Blocks that are made, until those before them are handed on.
struct Queue<'q, 's> {
    sink: &'q mut Sink<'s>,
    handed_on: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
    spare: Vec<Vec<u8>>,
    result: io::Result<()>,
}

impl Queue<'_, '_> {
    /// Takes a block, hands on what is next, and gives an empty buffer; nothing once that failed.
    fn hand_on(&mut self, block: usize, bytes: Vec<u8>) -> Option<Vec<u8>> {
        self.waiting.insert(block, bytes);
        while let Some(mut bytes) = self.waiting.remove(&self.handed_on) {
            if self.result.is_ok() {
                self.result = (self.sink)(&bytes);
            }
            self.handed_on += 1;
            bytes.clear();
            self.spare.push(bytes);
        }
        match self.result {
            Ok(()) => Some(self.spare.pop().unwrap_or_default()),
            Err(_) => None,
        }
    }
}

/// A column as it is written: what does not depend on the row is settled.
enum Shape<'a> {
    /// Few texts, each as it stands in the file.
    Known(&'a [u32], Option<&'a Mask>, Vec<Vec<u8>>),
    /// Anything else.
    Any(&'a ResultColumn<'a>, Names<'a>),
}

/// How many different texts are made once for all rows.
const KNOWN: usize = 4_096;

impl<'a> Shape<'a> {
    fn of(column: &'a ResultColumn<'a>, names: Names<'a>) -> Shape<'a> {
        let written = |value: &str| {
            let mut out = Vec::new();
            text(&mut out, value);
            out
        };
        let missing = column.column.missing.as_ref();
        match &column.column.values {
            Values::Choice(codes) => {
                let count = names.count(column.ty);
                let texts = (0..count).map(|code| written(names.of(column.ty, code)));
                Shape::Known(codes, missing, texts.collect())
            }
            Values::Text(texts) if texts.dictionary.len() <= KNOWN => {
                let known = texts.dictionary.iter().map(written);
                Shape::Known(&texts.numbers, missing, known.collect())
            }
            _ => Shape::Any(column, names),
        }
    }

    #[inline]
    fn cell(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Shape::Known(codes, missing, texts) => {
                if missing.is_some_and(|mask| mask.get(row) == Some(&true)) {
                    return;
                }
                let code = codes.get(row).copied().unwrap_or(u32::MAX);
                if let Some(text) = texts.get(code as usize) {
                    out.extend_from_slice(text);
                }
            }
            Shape::Any(column, names) => cell(out, column, row, *names),
        }
    }
}

fn line(out: &mut Vec<u8>, columns: &[Shape<'_>], row: usize) {
    let start = out.len();
    for (at, column) in columns.iter().enumerate() {
        separate(out, at);
        column.cell(out, row);
    }
    if columns.len() == 1 && out.len() == start {
        // A lone empty cell would be a blank line.
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

fn separate(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}

/// Writes one value; nothing where it is missing.
fn cell(out: &mut Vec<u8>, column: &ResultColumn<'_>, row: usize, names: Names<'_>) {
    if let Some(value) = value(out, column, row, names) {
        text(out, value);
    }
}

/// One value as it is shown, without quotes and guards; empty where it is missing.
pub fn shown(column: &ResultColumn<'_>, row: usize, names: Names<'_>) -> String {
    let mut out = Vec::new();
    match value(&mut out, column, row, names) {
        Some(text) => text.into(),
        None => String::from_utf8(out).unwrap_or_default(),
    }
}

/// Appends a value that never needs quotes; a text is given back for the caller to write.
fn value<'a>(
    out: &mut Vec<u8>,
    column: &ResultColumn<'a>,
    row: usize,
    names: Names<'a>,
) -> Option<&'a str> {
    if column.column.is_missing(row) {
        return None;
    }
    match &column.column.values {
        Values::Number(values) => {
            let value = values.get(row).copied()?;
            match column.ty {
                Type::Percent => format::percent(out, value),
                Type::Score => format::fixed(out, value, names.program.scores.decimals),
                Type::Duration => format::hours(out, value),
                Type::Date => format::date(out, value),
                Type::Months => format::signed(out, value),
                _ => format::number(out, value),
            }
            None
        }
        Values::Flag(values) => {
            format::flag(out, values.get(row).copied()?);
            None
        }
        Values::Choice(values) => Some(names.of(column.ty, values.get(row).copied()?)),
        Values::Text(texts) => Some(texts.dictionary.text(texts.numbers.get(row).copied()?)),
    }
}

/// Writes a text: guarded where a spreadsheet would run it, quoted where it has to be.
fn text(out: &mut Vec<u8>, text: &str) {
    let text = guarded(text);
    let quoted = memchr::memchr3(b',', b'"', b'\n', text.as_bytes()).is_some()
        || memchr::memchr(b'\r', text.as_bytes()).is_some();
    if !quoted {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn texts_are_quoted_and_guarded() {
        for (given, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("@a\nb", "\"'@a\nb\""),
            ("", ""),
        ] {
            let mut out = Vec::new();
            text(&mut out, given);
            assert_eq!(out, expected.as_bytes(), "{given}");
        }
    }
}
