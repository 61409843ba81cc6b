//! Results as separated text: columns in, lines out. Cells that need quotes have them, texts that a
//! spreadsheet would run are guarded, lines end with LF. It opens no file.

use super::lines::Lines;
use super::{Written, format};
use crate::io::cell::text::guarded;
use crate::io::files::Sink;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::value::{Column, Values};
use rayon::prelude::*;
use std::borrow::Cow;
use std::io;

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
    pub(super) fn count(&self, ty: &Type) -> u32 {
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

/// Rows that are written at a time, at most.
pub(super) const BLOCK: usize = 4096;

/// Rows that are not worth being parted.
const FEWEST: usize = 256;

/// How separated text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What separates cells.
    pub separator: u8,
    /// Whether the decimal mark is a comma.
    pub decimal_comma: bool,
    /// Whether a byte-order mark comes first, by which Excel knows UTF-8.
    pub mark: bool,
}

impl Style {
    /// Commas, decimal points, nothing first.
    pub const PLAIN: Style = Style {
        separator: b',',
        decimal_comma: false,
        mark: false,
    };
    /// What Excel opens right in Norwegian, Swedish and Finnish.
    pub const NORDIC: Style = Style {
        separator: b';',
        decimal_comma: true,
        mark: true,
    };

    /// What stands before decimals.
    pub(super) fn decimal_mark(self) -> u8 {
        if self.decimal_comma { b',' } else { b'.' }
    }

    /// Gives a number its decimal mark.
    pub(super) fn mark_decimals(self, number: &mut [u8]) {
        if self.decimal_comma {
            for byte in number.iter_mut().filter(|byte| **byte == b'.') {
                *byte = b',';
            }
        }
    }
}

/// The bytes of a result.
pub fn write(columns: &[ResultColumn<'_>], rows: usize, names: Names<'_>, style: Style) -> Written {
    let mut written = Written::default();
    let parts = &mut written.parts;
    let mut keep = |part: &[u8]| {
        parts.push(part.to_vec());
        Ok(())
    };
    let made = hand_on(columns, rows, names, style, &mut keep, &mut |_| {});
    written.rows = made.unwrap_or_default();
    written
}

/// Hands a result on while it is made, in order: some blocks are written while the next are made.
/// Gives the number of rows, counted one by one.
pub fn hand_on(
    columns: &[ResultColumn<'_>],
    rows: usize,
    names: Names<'_>,
    style: Style,
    sink: &mut Sink<'_>,
    watch: &mut (dyn FnMut(&[u8]) + Send),
) -> io::Result<u64> {
    let lines = Lines::new(
        columns.iter().map(|it| (it.header, it.ty)),
        rows,
        names,
        style,
    );
    let header = lines.header();
    let all = lines.of(columns.iter().map(|it| it.column));
    sink(&header)?;
    watch(&header);
    // Few rows are parted too, so that what is made can be written while more is made.
    let block = rows.div_ceil(2 * ROUND).clamp(FEWEST, BLOCK);
    let blocks = rows.div_ceil(block);
    let mut written = 0;
    // Two rounds of buffers, used again and again: one is written while the other is filled.
    let (mut full, mut free) = (Vec::new(), vec![Made::default(); ROUND]);
    for first in (0..=blocks).step_by(ROUND) {
        let next = first..blocks.min(first + ROUND);
        let fill = || {
            let filled = free.par_iter_mut().zip(next.clone());
            filled.for_each(|(made, at)| {
                made.bytes.clear();
                let first = at * block;
                made.rows = all.append(&mut made.bytes, first..rows.min(first + block));
            });
        };
        let hand_on = || full.iter().try_for_each(|made: &Made| sink(&made.bytes));
        let watch = || full.iter().for_each(|made| watch(&made.bytes));
        let (handed_on, _) = rayon::join(hand_on, || rayon::join(watch, fill));
        handed_on?;
        free.truncate(next.len());
        written += free.iter().map(|made| made.rows).sum::<u64>();
        full.resize_with(ROUND, Made::default);
        std::mem::swap(&mut full, &mut free);
    }
    let hand_on = || full.iter().try_for_each(|made| sink(&made.bytes));
    let watch = || full.iter().for_each(|made| watch(&made.bytes));
    rayon::join(hand_on, watch).0?;
    Ok(written)
}

/// Blocks that are made before they are handed on.
const ROUND: usize = 8;

/// A block of lines.
#[derive(Clone, Default)]
struct Made {
    bytes: Vec<u8>,
    rows: u64,
}

pub(super) fn separate(out: &mut Vec<u8>, at: usize, style: Style) {
    if at > 0 {
        out.push(style.separator);
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
pub(super) fn value<'a>(
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
pub(super) fn text(out: &mut Vec<u8>, text: &str, style: Style) {
    let text = match begins_plainly(text) {
        true => Cow::Borrowed(text),
        false => guarded(text),
    };
    let quoted = has_marks(text.as_bytes(), style);
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

/// Whether a text begins in a way that nothing begins that is run.
pub(super) fn begins_plainly(text: &str) -> bool {
    let first = text.as_bytes().first();
    first.is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether something stands in a text for which it needs quotes. All bytes are looked at, which is quicker
/// than to stop early.
pub(super) fn has_marks(text: &[u8], style: Style) -> bool {
    text.iter().fold(false, |found, byte| {
        found | (*byte == style.separator) | matches!(byte, b',' | b'"' | b'\n' | b'\r')
    })
}

#[cfg(test)]
mod tests {
    use super::{Style, text};

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
            text(&mut out, given, Style::PLAIN);
            assert_eq!(out, expected.as_bytes(), "{given}");
        }
    }
}
