//! The rows of a result as separated text: columns of some of the rows in, their lines out. What does not
//! depend on the rows is settled once, so that a result can be made a few rows at a time.

use super::csv::{Names, ResultColumn, Style, begins_plainly, has_marks, separate, text, value};
use super::format::{self, append_short};
use crate::io::cell::text::needs_guard;
use crate::model::program::ScoreRange;
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
    choices: Known,
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
            choices: Known::of(
                (0..names.count(ty)).map(|position| names.of(ty, position)),
                style,
            ),
            grid: (*ty == Type::Score && rows >= 2 * KNOWN)
                .then(|| Grid::of(names.program.scores, style))
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
        for shape in &self.shapes {
            shape.cell(out, row, self.style);
        }
        if self.shapes.len() <= 1 && out.len() <= start + 1 {
            // A lone empty cell would be a blank line.
            out.truncate(start);
            out.extend_from_slice(if self.shapes.is_empty() {
                b"\n"
            } else {
                b"\"\"\n"
            });
        } else if let Some(last) = out.last_mut() {
            *last = b'\n';
        }
    }
}

/// A column as it is written: what does not depend on the row is settled.
enum Shape<'a> {
    /// Few texts, each as it stands in the file.
    Choices(&'a [u32], Option<&'a Mask>, &'a Known),
    /// The same for texts of these rows.
    Texts(&'a [u32], Option<&'a Mask>, Known),
    /// Texts that stand in the file as they are.
    Plain(&'a TextColumn, Option<&'a Mask>),
    /// Scores, of which those with no more decimals than the model's are each made once.
    Scores(&'a [i64], &'a Grid, Any<'a>),
    /// Numbers without a unit.
    Numbers(&'a [i64], Option<&'a Mask>),
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
                let known = Known::of(texts.dictionary.iter(), any.style);
                Shape::Texts(&texts.numbers, missing, known)
            }
            (Values::Text(texts), _) if is_plain(&texts.dictionary, any.style) => {
                Shape::Plain(texts, missing)
            }
            (Values::Number(scores), Some(grid)) => Shape::Scores(scores, grid, any),
            (Values::Number(numbers), None) if is_bare(any.column.ty) => {
                Shape::Numbers(numbers, missing)
            }
            _ => Shape::Any(any),
        }
    }

    /// Appends a cell and the separator behind it.
    #[inline]
    fn cell(&self, out: &mut Vec<u8>, row: usize, style: Style) {
        match self {
            Shape::Choices(codes, missing, known) if !is_missing(*missing, row) => {
                known.append(out, codes.get(row).copied().unwrap_or(u32::MAX));
            }
            Shape::Texts(codes, missing, known) if !is_missing(*missing, row) => {
                known.append(out, codes.get(row).copied().unwrap_or(u32::MAX));
            }
            Shape::Plain(texts, missing) if !is_missing(*missing, row) => {
                let number = texts.numbers.get(row).copied().unwrap_or(u32::MAX);
                let joined = texts.dictionary.joined().as_bytes();
                append_short(out, joined, texts.dictionary.place(number));
            }
            Shape::Scores(scores, grid, any) => {
                let score = scores.get(row).copied().unwrap_or(i64::MIN);
                match grid.place(score) {
                    Some(place) if !any.column.column.is_missing(row) => {
                        append_short(out, &grid.texts, place);
                    }
                    _ => any.cell(out, row),
                }
            }
            Shape::Numbers(numbers, missing) if !is_missing(*missing, row) => {
                let number = numbers.get(row).copied().unwrap_or(0);
                format::number_marked(out, number, style.decimal_mark());
            }
            Shape::Any(any) => any.cell(out, row),
            // Nothing stands in a cell that is missing.
            _ => {}
        }
        out.push(style.separator);
    }
}

/// Whether numbers of a type are written without anything beside them, as they are.
fn is_bare(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Percent | Type::Score | Type::Duration | Type::Date | Type::Months
    )
}

/// Texts as they stand in the file, by number.
#[derive(Default)]
struct Known {
    texts: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Known {
    fn of<'t>(texts: impl Iterator<Item = &'t str>, style: Style) -> Known {
        let mut known = Known::default();
        for value in texts {
            text(&mut known.texts, value, style);
            known.ends.push(known.texts.len());
        }
        format::add_room(&mut known.texts);
        known
    }

    #[inline]
    fn append(&self, out: &mut Vec<u8>, number: u32) {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before));
        if let Some(end) = self.ends.get(at) {
            append_short(out, &self.texts, start.copied().unwrap_or(0)..*end);
        }
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
    step: u64,
    /// By what the distance to the lowest is multiplied to count steps, in units of 2^-32.
    inverse: u64,
    texts: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Grid {
    /// The grid of a model's scores; nothing where it has too many places to be worth it.
    fn of(scores: ScoreRange, style: Style) -> Option<Grid> {
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
        format::add_room(&mut texts);
        let step = step.unsigned_abs();
        Some(Grid {
            lowest,
            step,
            inverse: (1_u64 << 32).div_ceil(step),
            texts,
            ends,
        })
    }

    /// Where the text of a score stands, if the score is on the grid.
    #[inline]
    fn place(&self, score: i64) -> Option<Range<usize>> {
        let above = u64::try_from(score.checked_sub(self.lowest)?).ok()?;
        let steps = above.wrapping_mul(self.inverse) >> 32;
        // INVARIANT: of a score on the grid, which has at most 4 096 steps of at most a million, the steps are
        // exact; of any other this does not hold.
        if steps.wrapping_mul(self.step) != above {
            return None;
        }
        let at = steps as usize;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).and_then(|it| self.ends.get(it));
        Some(start.copied().unwrap_or(0)..end)
    }
}

#[cfg(test)]
mod tests {
    use super::{Grid, Style, format};
    use crate::model::program::ScoreRange;
    use crate::value::Decimal;
    use crate::value::decimal::{ONE, unit};

    #[test]
    fn scores_on_the_grid_are_written_as_they_are_elsewhere() {
        for (lowest, highest, decimals) in
            [(0, 10, 2), (-5, 5, 0), (0, 4_000, 0), (1, 2, 3), (-1, 0, 3)]
        {
            let scores = ScoreRange {
                lowest: Decimal(lowest * ONE),
                highest: Decimal(highest * ONE),
                decimals,
            };
            let grid = Grid::of(scores, Style::PLAIN).expect("few places");
            let (first, last, step) = (scores.lowest.0, scores.highest.0, unit(decimals));
            for place in 0..=(last - first) / step {
                let score = first + place * step;
                let mut expected = Vec::new();
                format::fixed(&mut expected, score, decimals);
                let found = grid.place(score).and_then(|it| grid.texts.get(it));
                assert_eq!(found, Some(expected.as_slice()), "{score}");
                for beside in [score - 1, score + step / 2]
                    .into_iter()
                    .filter(|_| step > 1)
                {
                    assert_eq!(grid.place(beside), None, "{beside}");
                }
            }
            for outside in [
                first - step,
                last + step,
                i64::MIN,
                i64::MAX,
                i64::MAX / step * step,
            ] {
                assert_eq!(grid.place(outside), None, "{outside}");
            }
        }
    }
}
