//! The two-axis picture: every customer a place between two values, a letter for its segment, the
//! lines of the model drawn through. Text out; the values come from the model's evaluator.

use super::answer::Answer;
use super::bench::{Bench, Computed};
use super::layout::{clean, counted};
use super::value::number_text;
use crate::base::{Diagnostic, SourceMap};
use crate::model::assembly::{Asked, AskedSight};
use crate::model::lines::compared;
use crate::model::program::{Expr, ExprKind, Program, Segmentation};
use crate::model::types::Type;
use crate::value::{Column, Values};
use unicode_width::UnicodeWidthStr;

/// How many lines the picture has.
const HEIGHT: usize = 20;

/// How wide the picture may be.
const WIDTH: usize = 76;

/// How wide the labels of the upright axis are at least, with the line behind them.
const MARGIN: usize = 10;

/// Customers in one spot from which on its letter is a capital.
const MANY: f64 = 2.0;

/// One of the two directions.
struct Direction {
    name: String,
    ty: Type,
    lines: Vec<i64>,
    low: i64,
    high: i64,
}

impl Bench<'_> {
    /// Draws the picture, of the two values that the segments look at or of two that are named.
    pub(super) fn map(&self, rest: &str) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let Some(program) = version.program() else {
            return Ok(Answer::default());
        };
        let Some((id, segmentation)) = program.deciding_segmentation() else {
            return Ok(Answer::text("the model has no segments\n"));
        };
        let found = values(program, segmentation, &version.loaded.sources);
        let named: Vec<String> = match rest.trim() {
            "" => found.iter().take(2).map(|(name, _)| name.clone()).collect(),
            rest => rest
                .splitn(2, " by ")
                .map(|it| it.trim().to_string())
                .collect(),
        };
        let [down, across] = named.as_slice() else {
            let message = match rest.trim() {
                "" => "the picture needs two values, and the segments do not look at two",
                _ => "the picture needs two values, with `by` between them",
            };
            let help = "name them: `:map revenue by growth`";
            return Err(self.wrong(Diagnostic::error("command-use", message).help(help)));
        };
        let input = format!("{down}, {across}");
        let parts = [0..down.len(), down.len() + 2..input.len()];
        let mut asked = Vec::new();
        for part in &parts {
            asked.push(Asked {
                value: self.expression(&input, part)?,
                sight: AskedSight::Customer,
            });
        }
        let reply = self.ask(&version, &held, &input, asked)?;
        let segmented = self.segmented(&version, &held)?;
        let Some(members) = segmented.segmentations.get(id.0) else {
            return Ok(Answer::default());
        };
        let lines = |name: &str| {
            let known = found.iter().find(|(it, _)| it == name);
            known.map(|(_, lines)| lines.clone()).unwrap_or_default()
        };
        let mut directions = Vec::new();
        for (at, name) in named.iter().enumerate() {
            let column = reply.column(&held, at);
            let ty = reply.program.asked.get(at).map(|it| it.value.ty.clone());
            let (Some(column), Some(ty)) = (column, ty.filter(Type::is_numeric)) else {
                let message = format!(
                    "`{}` is no number, and has no place in the picture",
                    clean(name)
                );
                let help = "name two numbers: `:map revenue by growth`";
                return Err(self.wrong(Diagnostic::error("command-use", message).help(help)));
            };
            let (low, high) = range(program, &ty, &column, &lines(name));
            directions.push((
                Direction {
                    name: name.clone(),
                    ty,
                    lines: lines(name),
                    low,
                    high,
                },
                column,
            ));
        }
        let [(down, rows), (across, columns)] = directions.as_slice() else {
            return Ok(Answer::default());
        };
        let names: Vec<&str> = members.segments.iter().map(|it| it.name.as_str()).collect();
        let letters = letters(&names);
        let labels = labels(program, down);
        // Numbers are never cut: the picture begins where the longest of them ends.
        let margin = labels.iter().map(|it| it.width() + 2).max();
        let margin = margin.unwrap_or(0).max(MARGIN);
        let width = WIDTH
            .min(self.world.width().saturating_sub(margin + 3))
            .max(20);
        let spots = spots(
            (down, rows),
            (across, columns),
            &members.members,
            names.len(),
            width,
        );
        let mut text = picture((down, &labels), across, &spots, &letters, width);
        text.push_str(&format!("{:>margin$}{}\n", "└", "─".repeat(width)));
        text.push_str(&scale(program, across, (margin, width)));
        for (letter, name) in letters.iter().zip(&names) {
            text.push_str(&format!("{:margin$}{letter} {name}\n", ""));
        }
        text.push_str(&format!(
            "{:margin$}a capital where {} or more stand on one spot; {} in all\n",
            "",
            spots.many,
            counted(spots.shown, "customer", "customers"),
        ));
        for (count, direction) in spots.beyond.iter().zip([down, across]) {
            if *count > 0 {
                text.push_str(&format!(
                    "{:margin$}{} beyond {} of {} at its edge\n",
                    "",
                    counted(*count, "customer stands", "customers stand"),
                    number_text(program, &direction.ty, direction.high),
                    clean(&direction.name),
                ));
            }
        }
        Ok(Answer::text(text))
    }
}

/// The values that a segmentation compares with constants, in order, with these constants.
fn values(
    program: &Program,
    segmentation: &Segmentation,
    sources: &SourceMap,
) -> Vec<(String, Vec<i64>)> {
    let mut found: Vec<(String, Vec<i64>)> = Vec::new();
    for (expr, line) in compared(program, segmentation) {
        let name = called(program, expr, sources);
        let known = found.iter_mut().find(|(it, _)| *it == name);
        match known {
            Some((_, lines)) => {
                lines.extend(line.filter(|line| !lines.contains(line)));
            }
            None if name.is_empty() => {}
            None => found.push((name, line.into_iter().collect())),
        }
    }
    // Scores say more than what they are made of.
    found.sort_by_key(|(name, _)| !program.axes.iter().any(|axis| axis.name == *name));
    found
}

/// What a value is called: the name of an axis, else as it is written.
pub(super) fn called(program: &Program, expr: &Expr, sources: &SourceMap) -> String {
    match &expr.kind {
        ExprKind::Axis(id) => program
            .axes
            .get(id.0)
            .map_or(String::new(), |it| it.name.clone()),
        _ => sources.text(expr.span).trim().to_string(),
    }
}

/// From where to where a direction goes: the whole range of scores, else nearly all values.
fn range(program: &Program, ty: &Type, column: &Column, lines: &[i64]) -> (i64, i64) {
    if *ty == Type::Score {
        return (program.scores.lowest.0, program.scores.highest.0);
    }
    let Values::Number(numbers) = &column.values else {
        return (0, 1);
    };
    let there = numbers
        .iter()
        .enumerate()
        .filter(|(row, _)| !column.is_missing(*row));
    let mut values: Vec<i64> = there.map(|(_, value)| *value).collect();
    if values.is_empty() {
        return (0, 1);
    }
    // A few very large ones would press all others together.
    let place = (values.len() - 1) * 98 / 100;
    let (_, high, _) = values.select_nth_unstable(place);
    let high = *high;
    let low = values.iter().min().copied().unwrap_or(0).min(0);
    let line = lines.iter().max().copied().unwrap_or(high);
    let high = high.max(line.saturating_add(line / 4));
    (low, high.max(low + 1))
}

/// A letter for each segment, its own where that is free.
fn letters(names: &[&str]) -> Vec<char> {
    let mut taken: Vec<char> = Vec::new();
    for name in names {
        let own = name.chars().filter(|it| it.is_alphanumeric()).rev();
        let own: Vec<char> = own.flat_map(char::to_lowercase).collect();
        // The last letter tells `category_1` from `category_2`; the first is tried before.
        let first = own.last().copied();
        let spare = own.iter().copied().chain('a'..='z').chain('0'..='9');
        let free = first
            .into_iter()
            .chain(spare)
            .find(|it| !taken.contains(it));
        taken.push(free.unwrap_or('*'));
    }
    taken
}

/// Who stands where.
struct Spots {
    /// For each spot, row by row, the segment that most there have, and how many stand there.
    most: Vec<Option<(usize, usize)>>,
    many: usize,
    shown: usize,
    /// How many are higher, and how many farther to the right, than the picture goes.
    beyond: [usize; 2],
}

fn spots(
    (down, rows): (&Direction, &Column),
    (across, columns): (&Direction, &Column),
    members: &Column,
    segments: usize,
    width: usize,
) -> Spots {
    let mut counts = vec![0_usize; HEIGHT * width * segments];
    let mut shown = 0;
    let mut beyond = [0, 0];
    let (Values::Number(ups), Values::Number(sides), Values::Choice(codes)) =
        (&rows.values, &columns.values, &members.values)
    else {
        return Spots {
            most: Vec::new(),
            many: 0,
            shown,
            beyond: [0, 0],
        };
    };
    for (row, ((up, side), code)) in ups.iter().zip(sides).zip(codes).enumerate() {
        if rows.is_missing(row) || columns.is_missing(row) || members.is_missing(row) {
            continue;
        }
        let line = HEIGHT - 1 - place(down, *up, HEIGHT);
        let spot = line * width + place(across, *side, width);
        if let Some(count) = counts.get_mut(spot * segments + *code as usize) {
            *count += 1;
            shown += 1;
            beyond[0] += usize::from(*up > down.high);
            beyond[1] += usize::from(*side > across.high);
        }
    }
    let most: Vec<Option<(usize, usize)>> = counts
        .chunks(segments.max(1))
        .map(|counts| {
            let all: usize = counts.iter().sum();
            let best = counts
                .iter()
                .enumerate()
                .rev()
                .max_by_key(|(_, count)| **count);
            best.filter(|_| all > 0).map(|(segment, _)| (segment, all))
        })
        .collect();
    let taken = most.iter().flatten().count().max(1);
    Spots {
        most,
        many: ((shown as f64 / taken as f64) * MANY).ceil().max(2.0) as usize,
        shown,
        beyond,
    }
}

fn place(direction: &Direction, value: i64, size: usize) -> usize {
    let (low, high) = (i128::from(direction.low), i128::from(direction.high));
    let value = i128::from(value).clamp(low, high);
    let at = (value - low) * size as i128 / (high - low).max(1);
    usize::try_from(at).unwrap_or(0).min(size - 1)
}

fn picture(
    (down, labels): (&Direction, &[String]),
    across: &Direction,
    spots: &Spots,
    letters: &[char],
    width: usize,
) -> String {
    let margin = labels
        .iter()
        .map(|it| it.width())
        .max()
        .unwrap_or(0)
        .max(MARGIN - 2);
    let uprights: Vec<usize> = across
        .lines
        .iter()
        .map(|it| place(across, *it, width))
        .collect();
    let levels: Vec<usize> = levels(down).map(|it| it.0).collect();
    let mut text = format!("{}\n", clean(&down.name));
    for (line, label) in labels.iter().enumerate() {
        let is_level = levels.contains(&line);
        text.push_str(&format!("{label:>margin$} │"));
        let mut drawn = String::new();
        for column in 0..width {
            let spot = spots.most.get(line * width + column).copied().flatten();
            let crossing = (is_level, uprights.contains(&column));
            drawn.push(match (spot, crossing) {
                (Some((segment, count)), _) => {
                    let letter = letters.get(segment).copied().unwrap_or('*');
                    if count >= spots.many {
                        letter.to_uppercase().next().unwrap_or(letter)
                    } else {
                        letter
                    }
                }
                (None, (true, true)) => '┼',
                (None, (true, false)) => '─',
                (None, (false, true)) => '│',
                (None, (false, false)) => ' ',
            });
        }
        text.push_str(drawn.trim_end());
        text.push('\n');
    }
    text
}

/// The lines of the picture that lines of the model stand on, with their values.
fn levels(down: &Direction) -> impl Iterator<Item = (usize, i64)> + '_ {
    let lines = down.lines.iter();
    lines.map(|it| (HEIGHT - 1 - place(down, *it, HEIGHT), *it))
}

/// What stands left of each line of the picture: the ends, and the lines of the model.
fn labels(program: &Program, down: &Direction) -> Vec<String> {
    let label = |line: usize| {
        let level = levels(down).find(|(at, _)| *at == line);
        match (level, line) {
            (Some((_, value)), _) => number_text(program, &down.ty, value),
            (None, 0) => number_text(program, &down.ty, down.high),
            (None, line) if line == HEIGHT - 1 => number_text(program, &down.ty, down.low),
            _ => String::new(),
        }
    };
    (0..HEIGHT).map(label).collect()
}

/// The numbers below the picture: both ends and the lines, where there is room.
fn scale(program: &Program, across: &Direction, (margin, width): (usize, usize)) -> String {
    let mut marks: Vec<(usize, String)> = across
        .lines
        .iter()
        .map(|it| {
            (
                place(across, *it, width),
                number_text(program, &across.ty, *it),
            )
        })
        .collect();
    marks.push((0, number_text(program, &across.ty, across.low)));
    let end = number_text(program, &across.ty, across.high);
    let at = width.saturating_sub(end.chars().count());
    marks.push((at, end));
    let mut taken: Vec<char> = vec![' '; width + 12];
    for (at, mark) in marks {
        let letters: Vec<char> = mark.chars().collect();
        let around = at.saturating_sub(1)..(at + letters.len() + 1).min(taken.len());
        if taken
            .get(around)
            .is_some_and(|it| it.iter().all(|it| *it == ' '))
        {
            for (place, letter) in taken.iter_mut().skip(at).zip(letters) {
                *place = letter;
            }
        }
    }
    let line: String = taken.into_iter().collect();
    format!(
        "{:margin$}{}   {}\n",
        "",
        line.trim_end(),
        clean(&across.name)
    )
}
