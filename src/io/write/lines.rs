//! The rows of a result as separated text: columns of some of the rows in, their lines out. What does not
//! depend on the rows is settled once, so that a result can be made a few rows at a time.

use super::csv::{Names, ResultColumn, Style, begins_plainly, has_marks, separate, text, value};
use super::format;
use crate::io::cell::text::needs_guard;
use crate::model::types::Type;
use crate::value::decimal::unit;
use crate::value::{Column, Dictionary, Mask, TextColumn, Values};
use std::ops::Range;

/// How the columns of a result are written, whatever rows come.
pub struct Lines<'a> {
    names: Names<'a>,
    style: Style,
    columns: Vec<Settled<'a>>,
}

/// What is known of a column before any of its values.
struct Settled<'a> {
    header: &'a str,
    ty: &'a Type,
    /// The values of a closed list, as they stand in the file.
    choices: Vec<Vec<u8>>,
    /// All scores with the decimals of the model.
    grid: Option<Grid>,
}

/// Some of the rows, ready to be written.
pub struct Rows<'r> {
    style: Style,
    shapes: Vec<Shape<'r>>,
}

/// So many different texts are made once for all rows, and so many scores.
const KNOWN: usize = 4_096;

impl<'a> Lines<'a> {
    /// The lines of a result with these columns, of about so many rows.
    pub fn new(
        columns: impl IntoIterator<Item = (&'a str, &'a Type)>,
        rows: usize,
        names: Names<'a>,
        style: Style,
    ) -> Lines<'a> {
        let settled = |(header, ty)| Settled {
            header,
            ty,
            choices: (0..names.count(ty))
                .map(|position| {
                    let mut out = Vec::new();
                    text(&mut out, names.of(ty, position), style);
                    out
                })
                .collect(),
            grid: (*ty == Type::Score && rows >= 2 * KNOWN)
                .then(|| Grid::of(names, style))
                .flatten(),
        };
        Lines {
            names,
            style,
            columns: columns.into_iter().map(settled).collect(),
        }
    }

    /// The line of the headers, with what comes before it.
    pub fn header(&self) -> Vec<u8> {
        let mut header = Vec::new();
        if self.style.mark {
            header.extend_from_slice("\u{feff}".as_bytes());
        }
        for (at, column) in self.columns.iter().enumerate() {
            separate(&mut header, at, self.style);
            text(&mut header, column.header, self.style);
        }
        header.push(b'\n');
        header
    }

    /// Rows, by their columns in the order of the result.
    pub fn of<'r>(&'r self, columns: impl IntoIterator<Item = &'r Column>) -> Rows<'r> {
        let columns = self.columns.iter().zip(columns);
        let shapes = columns.map(|(settled, column)| {
            let any = Any {
                column: ResultColumn {
                    header: settled.header,
                    ty: settled.ty,
                    column,
                },
                names: self.names,
                style: self.style,
            };
            Shape::of(settled, any)
        });
        Rows {
            style: self.style,
            shapes: shapes.collect(),
        }
    }
}

impl Rows<'_> {
    /// Appends the lines of rows, and counts them one by one.
    pub fn append(&self, out: &mut Vec<u8>, rows: Range<usize>) -> u64 {
        let mut written = 0;
        for row in rows {
            self.line(out, row);
            written += 1;
        }
        written
    }

    fn line(&self, out: &mut Vec<u8>, row: usize) {
        let start = out.len();
        for (at, shape) in self.shapes.iter().enumerate() {
            separate(out, at, self.style);
            shape.cell(out, row);
        }
        if self.shapes.len() == 1 && out.len() == start {
            // A lone empty cell would be a blank line.
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }
}

/// A column as it is written: what does not depend on the row is settled.
enum Shape<'a> {
    /// Few texts, each as it stands in the file.
    Choices(&'a [u32], Option<&'a Mask>, &'a [Vec<u8>]),
    /// The same for texts of these rows.
    Texts(&'a [u32], Option<&'a Mask>, Vec<Vec<u8>>),
    /// Texts that stand in the file as they are.
    Plain(&'a TextColumn, Option<&'a Mask>),
    /// Scores, of which those with no more decimals than the model's are each made once.
    Scores(&'a [i64], &'a Grid, Any<'a>),
    /// Anything else.
    Any(Any<'a>),
}

/// A column whose cells are made one by one.
#[derive(Clone, Copy)]
struct Any<'a> {
    column: ResultColumn<'a>,
    names: Names<'a>,
    style: Style,
}

impl Any<'_> {
    /// Appends a cell.
    fn cell(&self, out: &mut Vec<u8>, row: usize) {
        let start = out.len();
        match value(out, &self.column, row, self.names) {
            Some(value) => text(out, value, self.style),
            None => self
                .style
                .mark_decimals(out.get_mut(start..).unwrap_or(&mut [])),
        }
    }
}

impl<'a> Shape<'a> {
    fn of(settled: &'a Settled<'_>, any: Any<'a>) -> Shape<'a> {
        let column = any.column.column;
        let missing = column.missing.as_ref();
        match (&column.values, &settled.grid) {
            (Values::Choice(codes), _) => Shape::Choices(codes, missing, &settled.choices),
            (Values::Text(texts), _)
                if texts.dictionary.len() <= KNOWN.min(texts.numbers.len() / 4) =>
            {
                let known = texts.dictionary.iter().map(|value| {
                    let mut out = Vec::new();
                    text(&mut out, value, any.style);
                    out
                });
                Shape::Texts(&texts.numbers, missing, known.collect())
            }
            (Values::Text(texts), _) if is_plain(&texts.dictionary, any.style) => {
                Shape::Plain(texts, missing)
            }
            (Values::Number(scores), Some(grid)) => Shape::Scores(scores, grid, any),
            _ => Shape::Any(any),
        }
    }

    #[inline]
    fn cell(&self, out: &mut Vec<u8>, row: usize) {
        match self {
            Shape::Choices(codes, missing, texts) => known(out, codes, *missing, texts, row),
            Shape::Texts(codes, missing, texts) => known(out, codes, *missing, texts, row),
            Shape::Plain(texts, missing) => {
                if !is_missing(*missing, row)
                    && let Some(number) = texts.numbers.get(row)
                {
                    out.extend_from_slice(texts.dictionary.text(*number).as_bytes());
                }
            }
            Shape::Scores(scores, grid, any) => {
                let score = scores.get(row).copied();
                match score.and_then(|score| grid.text(score)) {
                    Some(text) if !any.column.column.is_missing(row) => out.extend_from_slice(text),
                    _ => any.cell(out, row),
                }
            }
            Shape::Any(any) => any.cell(out, row),
        }
    }
}

#[inline]
fn known(out: &mut Vec<u8>, codes: &[u32], missing: Option<&Mask>, texts: &[Vec<u8>], row: usize) {
    if is_missing(missing, row) {
        return;
    }
    let code = codes.get(row).copied().unwrap_or(u32::MAX);
    if let Some(text) = texts.get(code as usize) {
        out.extend_from_slice(text);
    }
}

#[inline]
fn is_missing(mask: Option<&Mask>, row: usize) -> bool {
    mask.is_some_and(|mask| mask.get(row) == Some(&true))
}

/// Whether no text needs quotes or a guard.
fn is_plain(texts: &Dictionary, style: Style) -> bool {
    let begins = |text| begins_plainly(text) || !needs_guard(text);
    !has_marks(texts.joined().as_bytes(), style) && texts.iter().all(begins)
}

/// All scores with the decimals of the model, as they stand in the file.
struct Grid {
    lowest: i64,
    step: i64,
    texts: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Grid {
    /// The grid of a model's scores; nothing where it has too many places to be worth it.
    fn of(names: Names<'_>, style: Style) -> Option<Grid> {
        let scores = names.program.scores;
        let (lowest, step) = (scores.lowest.0, unit(scores.decimals));
        let places = scores.highest.0.checked_sub(lowest)? / step + 1;
        if lowest % step != 0 || places > KNOWN as i64 {
            return None;
        }
        let (mut texts, mut ends) = (Vec::new(), Vec::new());
        for place in 0..places {
            format::fixed(&mut texts, lowest + place * step, scores.decimals);
            ends.push(texts.len());
        }
        style.mark_decimals(&mut texts);
        Some(Grid {
            lowest,
            step,
            texts,
            ends,
        })
    }

    /// How a score is written, where it stands on the grid.
    #[inline]
    fn text(&self, score: i64) -> Option<&[u8]> {
        let above = u64::try_from(score.checked_sub(self.lowest)?).ok()?;
        let step = self.step.unsigned_abs();
        let place = (above / step) as usize;
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).and_then(|it| self.ends.get(it));
        let text = self.texts.get(start.copied().unwrap_or(0)..end)?;
        above.is_multiple_of(step).then_some(text)
    }
}
