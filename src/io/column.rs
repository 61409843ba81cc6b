//! Builds the typed column of a field from its cells: one reading for the whole column, what is
//! missing, and every cell that cannot be read. It knows rows, not files.

use super::cell::evidence::{Evidence, Readings, Side, Undecided};
use super::cell::number::{self, Scale};
use super::cell::{date, flag, text};
use super::options::{DayOrder, Mark, ReadOptions};
use super::sheet::Cells;
use crate::base::suggest;
use crate::model::program::{Field, Reading, ScoreRange, Segmentation};
use crate::model::types::Type;
use crate::value::decimal::ONE;
use crate::value::{Column, Dictionary, TextColumn, Values};
use ahash::AHashMap;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// What reading depends on beside the field and its cells.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the command line says about the files.
    pub options: &'a ReadOptions,
    /// The range of scores.
    pub scores: ScoreRange,
    /// The model's currency.
    pub currency: Option<&'a str>,
    /// The segmentations, for earlier results.
    pub segmentations: &'a [Segmentation],
}

/// A cell, or a whole column by the example of a cell, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row.
    pub row: usize,
    /// The code of the message.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How many faults of one column are kept; the others are counted.
const KEPT: usize = 1000;

/// The faults of a column.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The first of them.
    pub list: Vec<Fault>,
    /// How many there are in all.
    pub count: usize,
}

impl Faults {
    /// Adds a fault; the message is made only where it is kept.
    pub fn add(&mut self, row: usize, code: &'static str, message: impl FnOnce() -> String) {
        self.add_with_help(row, code, || (message(), None));
    }

    /// Adds a fault with what to do about it.
    pub fn add_with_help(
        &mut self,
        row: usize,
        code: &'static str,
        texts: impl FnOnce() -> (String, Option<String>),
    ) {
        self.count += 1;
        if self.list.len() < KEPT {
            let (message, help) = texts();
            self.list.push(Fault {
                row,
                code,
                message,
                help,
            });
        }
    }
}

/// A column and what was noticed while it was built. Rows with a fault are missing in it.
#[derive(Clone, Debug)]
pub struct Built {
    /// The column.
    pub column: Column,
    /// The decimal mark, where it made a difference.
    pub decimal: Option<Mark>,
    /// The order of days and months, where it made a difference.
    pub dates: Option<DayOrder>,
    /// How many cells had more than six decimals.
    pub rounded: usize,
    /// Currencies that stood beside numbers, for columns whose currency another field says.
    pub units: Vec<(usize, String)>,
    /// What is wrong.
    pub faults: Faults,
}

/// Builds the column of a field.
pub fn build(field: &Field, cells: Cells<'_>, context: &Context<'_>) -> Built {
    let building = Building {
        field,
        cells,
        context,
        missing: Vec::new(),
        any_missing: false,
        faults: Faults::default(),
    };
    match &field.ty {
        Type::Text => building.texts(),
        Type::Flag => building.flags(),
        Type::Date => building.dates(),
        Type::OneOf(list) | Type::Steps(list) => building.choices(list),
        Type::Segment(segmentation) => {
            let segmentation = context.segmentations.get(segmentation.0);
            building.segments(segmentation)
        }
        _ => building.numbers(),
    }
}

struct Building<'a> {
    field: &'a Field,
    cells: Cells<'a>,
    context: &'a Context<'a>,
    missing: Vec<bool>,
    any_missing: bool,
    faults: Faults,
}

impl Building<'_> {
    fn finish(self, values: Values) -> Built {
        Built {
            column: Column {
                values,
                missing: self.any_missing.then_some(self.missing),
            },
            decimal: None,
            dates: None,
            rounded: 0,
            units: Vec::new(),
            faults: self.faults,
        }
    }

    fn set_missing(&mut self, row: usize) {
        if !self.any_missing {
            self.any_missing = true;
            self.missing = vec![false; self.cells.len()];
        }
        if let Some(missing) = self.missing.get_mut(row) {
            *missing = true;
        }
    }

    /// A cell that holds no value: missing where it may be, otherwise a fault.
    fn no_value(&mut self, row: usize, cell: &str, what: &str, help: Option<&str>) {
        self.set_missing(row);
        if self.field.optional && text::is_missing(cell) {
            return;
        }
        if text::is_blank(cell) {
            self.empty(row);
        } else {
            self.faults.add_with_help(row, "unreadable-cell", || {
                (format!("`{cell}` is not {what}"), help.map(String::from))
            });
        }
    }

    fn empty(&mut self, row: usize) {
        let field = self.field;
        self.faults.add_with_help(row, "empty-cell", || {
            let name = &field.name;
            let kind = field.ty.name().split(' ').next().unwrap_or_default();
            let kind = if kind == "one" { "one of" } else { kind };
            (
                "the cell is empty".into(),
                Some(format!(
                    "where `{name}` may be empty, declare `{name} {kind}?`"
                )),
            )
        });
    }

    fn texts(mut self) -> Built {
        let mut dictionary = Dictionary::default();
        let mut numbers = Vec::with_capacity(self.cells.len());
        for (row, cell) in self.cells.iter() {
            let missing = if self.field.optional {
                text::is_missing(cell)
            } else {
                text::is_blank(cell)
            };
            if missing {
                self.set_missing(row);
                numbers.push(0);
                if !self.field.optional {
                    self.empty(row);
                }
            } else {
                numbers.push(dictionary.insert(text::unguarded(cell)));
            }
        }
        self.finish(Values::Text(TextColumn {
            numbers,
            dictionary: Arc::new(dictionary),
        }))
    }

    fn flags(mut self) -> Built {
        // A column of ticks: an empty cell is a no, unless the field may be empty.
        let ticks = !self.field.optional
            && self
                .cells
                .iter()
                .all(|(_, cell)| text::is_blank(cell) || flag::is_tick(cell))
            && self.cells.iter().any(|(_, cell)| flag::is_tick(cell));
        let mut values = vec![false; self.cells.len()];
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            match flag::read(cell) {
                Some(read) => *value = read,
                None if ticks => {}
                None => self.no_value(
                    row,
                    cell,
                    "yes or no",
                    Some("flags are yes/no, ja/nei/nej, kyllä/ei, true/false, 1/0 or x"),
                ),
            }
        }
        self.finish(Values::Flag(values))
    }

    fn choices(mut self, list: &[String]) -> Built {
        let mut positions: AHashMap<String, u32> = AHashMap::new();
        for (position, choice) in (0..).zip(list) {
            positions.entry(choice.clone()).or_insert(position);
            positions.entry(choice.nfc().collect()).or_insert(position);
        }
        let mut values = vec![0; self.cells.len()];
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            let trimmed = text::unguarded(cell.trim());
            let position = positions.get(trimmed).copied().or_else(|| {
                let composed: String = trimmed.nfc().collect();
                positions.get(&composed).copied()
            });
            match position {
                Some(position) => *value = position,
                None if text::is_blank(cell) || (self.field.optional && text::is_missing(cell)) => {
                    self.no_value(row, cell, "", None);
                }
                None => {
                    self.set_missing(row);
                    self.faults.add_with_help(row, "not-in-list", || {
                        not_in_list(trimmed, &self.field.name, list)
                    });
                }
            }
        }
        self.finish(Values::Choice(values))
    }

    /// An earlier result: names or labels; segments that are no more count as none.
    fn segments(mut self, segmentation: Option<&Segmentation>) -> Built {
        let segments = segmentation.map_or(&[][..], |it| it.segments.as_slice());
        let mut positions: AHashMap<&str, u32> = AHashMap::new();
        for (position, segment) in (0..).zip(segments) {
            positions.entry(&segment.name).or_insert(position);
        }
        for (position, segment) in (0..).zip(segments) {
            if let Some(label) = &segment.label {
                positions.entry(label.trim()).or_insert(position);
            }
        }
        let mut values = vec![0; self.cells.len()];
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            let name = text::unguarded(cell.trim());
            match positions.get(name) {
                Some(position) => *value = *position,
                None if text::is_blank(cell) && !self.field.optional => {
                    self.set_missing(row);
                    self.empty(row);
                }
                None => self.set_missing(row),
            }
        }
        self.finish(Values::Choice(values))
    }

    fn dates(mut self) -> Built {
        let declared = self.context.options.dates.map(|order| match order {
            DayOrder::DayFirst => Side::First,
            DayOrder::MonthFirst => Side::Second,
        });
        let mut evidence = Evidence::new(declared);
        let mut values = vec![0; self.cells.len()];
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            match date::read(cell) {
                Some(readings) => {
                    if let Some(date) = evidence.take(row, readings) {
                        *value = date.0;
                    }
                }
                None => self.no_value(
                    row,
                    cell,
                    "a date",
                    Some("dates are 2026-11-21, 21.11.2026, 21/11/2026 or 20261121"),
                ),
            }
        }
        let mut order = None;
        match evidence.decide() {
            Ok((side, waiting)) => {
                order = side.map(|side| match side {
                    Side::First => DayOrder::DayFirst,
                    Side::Second => DayOrder::MonthFirst,
                });
                for (row, date) in waiting {
                    if let Some(value) = values.get_mut(row) {
                        *value = date.0;
                    }
                }
            }
            Err(undecided) => self.undecided(undecided, &DATE_WORDS),
        }
        Built {
            dates: order,
            ..self.finish(Values::Number(values))
        }
    }

    /// Refuses a column that has no one reading.
    fn undecided(&mut self, undecided: Undecided, words: &Words) {
        let (row, code, message) = match undecided {
            Undecided::Ambiguous(row) => {
                let cell = self.cells.text(row).trim();
                let message = format!("`{cell}` {}, and no cell of the column tells", words.two);
                (row, words.ambiguous, message)
            }
            Undecided::Mixed(first, second) => {
                let (one, other) = (
                    self.cells.text(first).trim(),
                    self.cells.text(second).trim(),
                );
                let message = format!(
                    "the column is mixed: `{one}` {}, `{other}` {}",
                    words.first, words.second
                );
                (first.max(second), words.mixed, message)
            }
        };
        let help = match undecided {
            Undecided::Ambiguous(_) => words.ask,
            Undecided::Mixed(..) => words.mend,
        };
        self.faults
            .add_with_help(row, code, || (message, Some(help.into())));
    }

    fn numbers(mut self) -> Built {
        let declared = self.context.options.decimal.map(|mark| match mark {
            Mark::Point => Side::First,
            Mark::Comma => Side::Second,
        });
        let percent = self.field.ty == Type::Percent;
        let scale = scale_of(self.field);
        let mut evidence = Evidence::new(declared);
        let mut values = vec![0; self.cells.len()];
        let (mut rounded, mut any_percent, mut units) = (0, false, Vec::new());
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            let Some(number) = number::read(cell) else {
                self.no_value(row, cell, "a number", None);
                continue;
            };
            any_percent |= number.percent;
            if let Some(wrong) = self.beside(number.percent, number.unit) {
                self.set_missing(row);
                self.faults.add_with_help(row, "unreadable-cell", || {
                    (format!("`{}` {}", cell.trim(), wrong.0), wrong.1)
                });
                continue;
            }
            if let (Some(unit), Reading::InCurrency(_)) = (number.unit, self.field.reading) {
                units.push((row, unit.to_string()));
            }
            let scale = if number.percent {
                Scale::PERCENT
            } else {
                scale
            };
            let readings: Readings<_> = number.amount.map(|amount| amount.scaled(scale));
            match evidence.take(row, readings) {
                Some(Some(scaled)) => {
                    *value = scaled.value.0;
                    rounded += usize::from(scaled.rounded);
                }
                Some(None) => self.too_large(row),
                None => {}
            }
        }
        let mut decimal = None;
        match evidence.decide() {
            Ok((side, waiting)) => {
                decimal = side.map(|side| match side {
                    Side::First => Mark::Point,
                    Side::Second => Mark::Comma,
                });
                for (row, scaled) in waiting {
                    match (scaled, values.get_mut(row)) {
                        (Some(scaled), Some(value)) => {
                            *value = scaled.value.0;
                            rounded += usize::from(scaled.rounded);
                        }
                        _ => self.too_large(row),
                    }
                }
            }
            Err(undecided) => self.undecided(undecided, &NUMBER_WORDS),
        }
        if percent && !any_percent && self.field.reading == Reading::Plain {
            self.refuse_fractions(&values);
        }
        if self.field.ty == Type::Score {
            self.round_scores(&mut values);
        }
        Built {
            decimal,
            rounded,
            units,
            ..self.finish(Values::Number(values))
        }
    }

    /// What does not belong beside a number of this type.
    fn beside(&self, percent: bool, unit: Option<&str>) -> Option<(String, Option<String>)> {
        let name = &self.field.name;
        if percent && self.field.ty != Type::Percent {
            let help = format!("declare `{name} percent`, or take the sign out of the file");
            return Some((
                format!("is a percent, not {}", a_type(&self.field.ty)),
                Some(help),
            ));
        }
        let unit = unit?;
        if !number::is_currency(unit) {
            let help = (self.field.ty == Type::Money).then(|| {
                "thousands and millions are declared: `money in thousands`, `money in millions`"
                    .into()
            });
            return Some((format!("is not a number: `{unit}` stands beside it"), help));
        }
        if self.field.ty != Type::Money {
            return Some((
                format!("is money, not {}", a_type(&self.field.ty)),
                Some(format!(
                    "declare `{name} money`, or take `{unit}` out of the file"
                )),
            ));
        }
        match (self.field.reading, self.context.currency) {
            (Reading::InCurrency(_), _) | (_, None) => None,
            (_, Some(currency)) if number::unit_is(unit, currency) => None,
            (_, Some(currency)) => Some((
                format!("is in `{unit}`, and the model counts in {currency}"),
                Some(format!(
                    "declare `{name} money in FIELD`, where FIELD holds the currency"
                )),
            )),
        }
    }

    fn too_large(&mut self, row: usize) {
        let cell = self.cells.text(row).trim();
        self.set_missing(row);
        self.faults.add(row, "number-too-large", || {
            format!("`{cell}` is larger than 9 223 372 036 854.775807")
        });
    }

    /// Percents without signs that all lie within ±1 may be fractions: the file must say.
    fn refuse_fractions(&mut self, values: &[i64]) {
        let within = values.iter().all(|value| value.abs() <= ONE / 100);
        let Some(row) = values.iter().position(|value| *value != 0) else {
            return;
        };
        if !within || self.faults.count > 0 {
            return;
        }
        let cell = self.cells.text(row).trim();
        let name = &self.field.name;
        self.faults.add_with_help(row, "percent-or-fraction", || {
            (
                format!("`{cell}` may be a fraction or a percent: all values lie within ±1"),
                Some(format!(
                    "write `{name} percent as fraction` where 0.12 is 12 %, `{name} percent as \
                     points` where it is 0.12 %"
                )),
            )
        });
    }

    fn round_scores(&mut self, values: &mut [i64]) {
        let range = self.context.scores;
        for (row, value) in values.iter_mut().enumerate() {
            if self.any_missing && self.missing.get(row) == Some(&true) {
                continue;
            }
            match crate::value::Decimal(*value).round(range.decimals) {
                Some(score) if score >= range.lowest && score <= range.highest => *value = score.0,
                _ => {
                    let cell = self.cells.text(row).trim();
                    self.set_missing(row);
                    self.faults.add(row, "score-out-of-range", || {
                        format!(
                            "`{cell}` is not a score from {} to {}",
                            range.lowest, range.highest
                        )
                    });
                }
            }
        }
    }
}

/// A type with its article.
fn a_type(ty: &Type) -> String {
    match ty {
        Type::Money => "money".into(),
        other => format!("a {}", other.name()),
    }
}

fn scale_of(field: &Field) -> Scale {
    match (&field.ty, field.reading) {
        (Type::Percent, Reading::Fraction) => Scale::ONE,
        (Type::Percent, _) => Scale::PERCENT,
        (_, Reading::Scaled(times) | Reading::Seconds(times)) => Scale { times, shift: 0 },
        _ => Scale::ONE,
    }
}

fn not_in_list(cell: &str, field: &str, list: &[String]) -> (String, Option<String>) {
    let shown: Vec<String> = list.iter().map(|it| format!("`{it}`")).collect();
    let near = suggest::nearest(cell, list.iter().map(String::as_str)).or_else(|| {
        let lower = cell.to_lowercase();
        let same = |it: &&String| it.to_lowercase() == lower;
        list.iter().find(same).map(String::as_str)
    });
    let nearest = near.map_or(String::new(), |near| format!("the nearest is `{near}`; "));
    (
        format!("`{cell}` is not in the list of `{field}`"),
        Some(format!("{nearest}the list is {}", shown.join(", "))),
    )
}

/// The words for a column of numbers or dates that has no one reading.
struct Words {
    ambiguous: &'static str,
    mixed: &'static str,
    two: &'static str,
    first: &'static str,
    second: &'static str,
    ask: &'static str,
    mend: &'static str,
}

const NUMBER_WORDS: Words = Words {
    ambiguous: "ambiguous-number",
    mixed: "mixed-numbers",
    two: "can be read with a decimal comma or a decimal point",
    first: "has a decimal point",
    second: "a decimal comma",
    ask: "say which with `--decimal comma` or `--decimal point`",
    mend: "use one decimal mark in the whole column",
};

const DATE_WORDS: Words = Words {
    ambiguous: "ambiguous-date",
    mixed: "mixed-dates",
    two: "can be read with the day or the month first",
    first: "has the day first",
    second: "the month",
    ask: "say which with `--dates dmy` or `--dates mdy`",
    mend: "use one order in the whole column",
};
