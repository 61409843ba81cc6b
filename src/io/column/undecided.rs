//! Columns that have no one reading: what is said of them.

use super::Building;
use crate::io::cell::date;
use crate::io::cell::evidence::{Readings, Undecided};
use crate::io::cell::number::{self, Amount, Scale};

impl Building<'_> {
    /// Refuses a column that has no one reading.
    pub(super) fn undecided(&mut self, undecided: Undecided, words: &Words) {
        let (row, code, message) = match undecided {
            Undecided::Ambiguous(row) => {
                let cell = self.cells.text(row).trim();
                let (one, other) = (words.both)(cell).unwrap_or_default();
                let message = format!(
                    "`{cell}` is {one} with {} and {other} with {}, and no cell of the column tells",
                    words.one_way, words.other_way
                );
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
            .add_for_column(row, code, message, Some(help.into()));
    }
}

/// The words for a column of numbers or dates that has no one reading.
pub(super) struct Words {
    ambiguous: &'static str,
    mixed: &'static str,
    /// What a cell is under each of the two readings.
    both: fn(&str) -> Option<(String, String)>,
    one_way: &'static str,
    other_way: &'static str,
    first: &'static str,
    second: &'static str,
    ask: &'static str,
    mend: &'static str,
}

pub(super) const NUMBER_WORDS: Words = Words {
    ambiguous: "ambiguous-number",
    mixed: "mixed-numbers",
    both: numbers,
    one_way: "a decimal point",
    other_way: "a decimal comma",
    first: "has a decimal point",
    second: "a decimal comma",
    ask: "say which with `--decimal comma` or `--decimal point`",
    mend: "use one decimal mark in the whole column",
};

pub(super) const DATE_WORDS: Words = Words {
    ambiguous: "ambiguous-date",
    mixed: "mixed-dates",
    both: dates,
    one_way: "the day first",
    other_way: "the month first",
    first: "has the day first",
    second: "the month",
    ask: "say which with `--dates dmy` or `--dates mdy`",
    mend: "use one order in the whole column",
};

fn numbers(cell: &str) -> Option<(String, String)> {
    let shown = |amount: Amount| amount.scaled(Scale::ONE).map(|it| it.value.to_string());
    match number::read(cell)?.amount {
        Readings::Open(point, comma) => Some((shown(point)?, shown(comma)?)),
        _ => None,
    }
}

fn dates(cell: &str) -> Option<(String, String)> {
    match date::read(cell)? {
        Readings::Open(day, month) => Some((day.to_string(), month.to_string())),
        _ => None,
    }
}
