//! Results as separated text: columns in, lines out. Cells that need quotes have them, texts that a
//! spreadsheet would run are guarded, lines end with LF. It opens no file.

use super::{Written, format};
use crate::io::cell::text::guarded;
use crate::io::files::Sink;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::value::decimal::unit;
use crate::value::{Column, Mask, Values};
use rayon::prelude::*;
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
pub(super) const BLOCK: usize = 4096;

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

    /// Gives a number its decimal mark.
    fn mark_decimals(self, number: &mut [u8]) {
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
    let mut header = Vec::new();
    if style.mark {
        header.extend_from_slice("\u{feff}".as_bytes());
    }
    for (at, column) in columns.iter().enumerate() {
        separate(&mut header, at, style);
        text(&mut header, column.header, style);
    }
    header.push(b'\n');
    let shapes: Vec<Shape<'_>> = columns
        .iter()
        .map(|it| Shape::of(it, names, style))
        .collect();
    sink(&header)?;
    watch(&header);
    let blocks = rows.div_ceil(BLOCK);
    let mut written = 0;
    // Two rounds of buffers, used again and again: one is written while the other is filled.
    let (mut full, mut free) = (Vec::new(), vec![Made::default(); ROUND]);
    for first in (0..=blocks).step_by(ROUND) {
        let next = first..blocks.min(first + ROUND);
        let fill = || {
            let filled = free.par_iter_mut().zip(next.clone());
            filled.for_each(|(made, block)| made.fill(&shapes, block, rows, style));
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
    full.iter().for_each(|made| watch(&made.bytes));
    full.iter().try_for_each(|made| sink(&made.bytes))?;
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

impl Made {
    fn fill(&mut self, shapes: &[Shape<'_>], block: usize, rows: usize, style: Style) {
        self.bytes.clear();
        self.rows = 0;
        let first = block * BLOCK;
        for row in first..rows.min(first + BLOCK) {
            line(&mut self.bytes, shapes, row, style);
            self.rows += 1;
        }
    }
}

/// A column as it is written: what does not depend on the row is settled.
enum Shape<'a> {
    /// Few texts, each as it stands in the file.
    Known(&'a [u32], Option<&'a Mask>, Vec<Vec<u8>>),
    /// Scores, of which those with no more decimals than the model's are each made once.
    Scores(&'a [i64], Grid, Any<'a>),
    /// Anything else.
    Any(Any<'a>),
}

/// A column whose cells are made one by one.
#[derive(Clone, Copy)]
struct Any<'a>(&'a ResultColumn<'a>, Names<'a>, Style);

impl Any<'_> {
    /// Appends a cell.
    fn cell(self, out: &mut Vec<u8>, row: usize) {
        let Any(column, names, style) = self;
        let start = out.len();
        match value(out, column, row, names) {
            Some(value) => text(out, value, style),
            None => style.mark_decimals(out.get_mut(start..).unwrap_or(&mut [])),
        }
    }
}

/// All scores with the decimals of the model, as they stand in the file.
struct Grid {
    lowest: i64,
    step: i64,
    texts: Vec<Vec<u8>>,
}

impl Grid {
    /// The grid of a column of scores; nothing where it has too many places to be worth it.
    fn of(Any(column, names, style): Any<'_>) -> Option<Grid> {
        let scores = names.program.scores;
        let (lowest, step) = (scores.lowest.0, unit(scores.decimals));
        let places = scores.highest.0.checked_sub(lowest)? / step + 1;
        let worth_it = *column.ty == Type::Score && lowest % step == 0;
        if !worth_it || places > KNOWN as i64 || column.column.len() < 2 * KNOWN {
            return None;
        }
        let text = |place| {
            let mut text = Vec::new();
            format::fixed(&mut text, lowest + place * step, scores.decimals);
            style.mark_decimals(&mut text);
            text
        };
        Some(Grid {
            lowest,
            step,
            texts: (0..places).map(text).collect(),
        })
    }

    /// How a score is written, where it stands on the grid.
    #[inline]
    fn text(&self, score: i64) -> Option<&[u8]> {
        let above = u64::try_from(score.checked_sub(self.lowest)?).ok()?;
        let step = self.step.unsigned_abs();
        let text = self.texts.get((above / step) as usize)?;
        above.is_multiple_of(step).then_some(text)
    }
}

/// How many different texts are made once for all rows.
const KNOWN: usize = 4_096;

impl<'a> Shape<'a> {
    fn of(column: &'a ResultColumn<'a>, names: Names<'a>, style: Style) -> Shape<'a> {
        let written = |value: &str| {
            let mut out = Vec::new();
            text(&mut out, value, style);
            out
        };
        let missing = column.column.missing.as_ref();
        let any = Any(column, names, style);
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
            Values::Number(values) => match Grid::of(any) {
                Some(grid) => Shape::Scores(values, grid, any),
                None => Shape::Any(any),
            },
            _ => Shape::Any(any),
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
            Shape::Scores(scores, grid, any) => {
                let score = scores.get(row).copied();
                match score.and_then(|score| grid.text(score)) {
                    Some(text) if !any.0.column.is_missing(row) => out.extend_from_slice(text),
                    _ => any.cell(out, row),
                }
            }
            Shape::Any(any) => any.cell(out, row),
        }
    }
}

fn line(out: &mut Vec<u8>, columns: &[Shape<'_>], row: usize, style: Style) {
    let start = out.len();
    for (at, column) in columns.iter().enumerate() {
        separate(out, at, style);
        column.cell(out, row);
    }
    if columns.len() == 1 && out.len() == start {
        // A lone empty cell would be a blank line.
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
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
pub(super) fn text(out: &mut Vec<u8>, text: &str, style: Style) {
    let text = guarded(text);
    let quoted = text
        .bytes()
        .any(|byte| byte == style.separator || matches!(byte, b',' | b'"' | b'\n' | b'\r'));
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
