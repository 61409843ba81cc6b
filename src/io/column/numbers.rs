//! Columns of numbers: percents, money, scores, durations. One decimal mark for the whole column,
//! exact scaling, and what does not belong beside a number.

use super::undecided::NUMBER_WORDS;
use super::{Building, Built};
use crate::io::cell::ends::Tail;
use crate::io::cell::evidence::{Evidence, Readings, Side};
use crate::io::cell::habit::Habit;
use crate::io::cell::number::{self, Scale};
use crate::io::cell::{exact, quick};
use crate::io::options::Mark;
use crate::model::program::{Field, Reading};
use crate::model::types::Type;
use crate::value::decimal::ONE;
use crate::value::{Decimal, Values};

impl Building<'_> {
    pub(super) fn numbers(mut self) -> Built {
        let declared = self.context.options.decimal.map(|mark| match mark {
            Mark::Point => Side::First,
            Mark::Comma => Side::Second,
        });
        let percent = self.field.ty == Type::Percent;
        let scale = scale_of(self.field);
        let mut evidence = Evidence::new(declared);
        let mut values = vec![0; self.cells.len()];
        let (mut rounded, mut any_percent, mut units) = (0, false, Vec::new());
        // Texts that stand for nothing could be numbers, and typed cells have one reading only.
        let plainly = self.context.missing.is_empty() && !self.cells.any_typed();
        let mut habits = Habits::default();
        for (row, value) in values.iter_mut().enumerate() {
            if plainly {
                let tail = self.cells.tail(row);
                // What is written like a cell before says nothing that that cell did not say.
                if let Some(read) = habits.read(tail) {
                    *value = read;
                    continue;
                }
                if tail.is_empty() && self.field.optional {
                    self.set_missing(row);
                    continue;
                }
                let cell = self.cells.bytes(row);
                if let Some(plain) = quick::plain(cell, scale)
                    && (percent || !plain.percent)
                {
                    habits.learn(cell, scale);
                    any_percent |= plain.percent;
                    *value = plain.value;
                    if let Some(side) = plain.side {
                        evidence.prove(row, side);
                    }
                    continue;
                }
            }
            let cell = self.cells.text(row);
            let read = if self.cells.is_typed(row) {
                exact::read(cell)
            } else {
                number::read(cell)
            };
            let number = read.filter(|_| !self.is_declared_missing(cell));
            let Some(number) = number else {
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
        let mut unit = unit?;
        if let (Some((times, of)), Type::Money) = (number::many(unit), &self.field.ty) {
            let declared = match self.field.reading {
                Reading::Scaled(times) => times,
                _ => 1,
            };
            if declared != times {
                let many = if times == 1_000 {
                    "thousands"
                } else {
                    "millions"
                };
                return Some((
                    format!("is in {many}, and `{name}` is not declared so"),
                    Some(format!(
                        "where the whole column is, declare `{name} money in {many}`"
                    )),
                ));
            }
            if of.is_empty() {
                return None;
            }
            unit = of;
        }
        if !number::is_currency(unit) {
            return Some((format!("is not a number: `{unit}` stands beside it"), None));
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
        self.faults.add_for_column(
            row,
            "percent-or-fraction",
            format!("`{cell}` may be a fraction or a percent: all values lie within ±1"),
            Some(format!(
                "write `{name} percent as fraction` where 0.12 is 12 %, `{name} percent as \
                 points` where it is 0.12 %"
            )),
        );
    }

    fn round_scores(&mut self, values: &mut [i64]) {
        let range = self.context.scores;
        for (row, value) in values.iter_mut().enumerate() {
            if self.any_missing && self.missing.get(row) == Some(&true) {
                continue;
            }
            match Decimal(*value).round(range.decimals) {
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

/// How the cells of a column were written lately.
#[derive(Default)]
struct Habits {
    habit: Option<Habit>,
    /// How many plain numbers were not written so.
    others: u32,
}

/// One in so many of the cells that are written otherwise makes a new habit.
const STEADY: u32 = 8;

impl Habits {
    #[inline(always)]
    fn read(&self, cell: Tail) -> Option<i64> {
        self.habit.as_ref()?.read(cell)
    }

    /// Takes a cell that was read as a plain number.
    fn learn(&mut self, cell: &[u8], scale: Scale) {
        if self.others.is_multiple_of(STEADY) {
            self.habit = Habit::of(cell, scale);
        }
        self.others += 1;
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
