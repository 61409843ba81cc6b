//! Columns that have no one reading: what is said of them.

use super::Building;
use crate::io::cell::evidence::Undecided;

impl Building<'_> {
    /// Refuses a column that has no one reading.
    pub(super) fn undecided(&mut self, undecided: Undecided, words: &Words) {
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
            .add_for_column(row, code, message, Some(help.into()));
    }
}

/// The words for a column of numbers or dates that has no one reading.
pub(super) struct Words {
    ambiguous: &'static str,
    mixed: &'static str,
    two: &'static str,
    first: &'static str,
    second: &'static str,
    ask: &'static str,
    mend: &'static str,
}

pub(super) const NUMBER_WORDS: Words = Words {
    ambiguous: "ambiguous-number",
    mixed: "mixed-numbers",
    two: "can be read with a decimal comma or a decimal point",
    first: "has a decimal point",
    second: "a decimal comma",
    ask: "say which with `--decimal comma` or `--decimal point`",
    mend: "use one decimal mark in the whole column",
};

pub(super) const DATE_WORDS: Words = Words {
    ambiguous: "ambiguous-date",
    mixed: "mixed-dates",
    two: "can be read with the day or the month first",
    first: "has the day first",
    second: "the month",
    ask: "say which with `--dates dmy` or `--dates mdy`",
    mend: "use one order in the whole column",
};
