//! Columns: typed vectors with a mask of what is missing, and text by number in a dictionary.
//! What the numbers mean (money, a date, a score) is the type's business, not the column's.

use super::dictionary::Dictionary;
use std::sync::Arc;

/// Which rows of a column are missing; `None` in a column means that none is.
pub type Mask = Vec<bool>;

/// A column of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextColumn {
    /// A number of the dictionary for each row.
    pub numbers: Vec<u32>,
    /// The texts.
    pub dictionary: Arc<Dictionary>,
}

/// The values of a column. Rows that are missing hold 0, `false` or any number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// Numbers, percents (as fractions), money, scores and frequencies (a year) in millionths;
    /// durations in millionths of a second; months as a whole count; dates as days since
    /// 1970-01-01.
    Number(Vec<i64>),
    /// Flags.
    Flag(Vec<bool>),
    /// One of a closed list (one of, steps, segment, team): positions in the list of the type.
    Choice(Vec<u32>),
    /// Free text.
    Text(TextColumn),
}

impl Values {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Values::Number(values) => values.len(),
            Values::Flag(values) => values.len(),
            Values::Choice(values) => values.len(),
            Values::Text(column) => column.numbers.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A column: values and which of them are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// One value a row.
    pub values: Values,
    /// `true` where the row is missing; `None` where no row is.
    pub missing: Option<Mask>,
}

impl Column {
    /// A column in which nothing is missing.
    pub fn full(values: Values) -> Self {
        Column {
            values,
            missing: None,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether that row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        self.missing
            .as_ref()
            .is_some_and(|mask| mask.get(row).copied().unwrap_or(false))
    }
}
