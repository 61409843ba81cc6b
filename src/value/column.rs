//! Columns: typed vectors with a mask of what is missing, and text by number in a dictionary.
//! What the numbers mean (money, a date, a score) is the type's business, not the column's.

use super::dictionary::Dictionary;
use super::total::{total, total_where};
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

    /// The sum of all numbers that are there; 0 of what holds no numbers.
    pub fn total(&self) -> i128 {
        let Values::Number(values) = &self.values else {
            return 0;
        };
        match &self.missing {
            None => total(values),
            Some(missing) => {
                let there: Vec<bool> = missing.iter().map(|missing| !missing).collect();
                total_where(values, &there)
            }
        }
    }

    /// The sum of the numbers that are there and count; 0 of what holds no numbers.
    pub fn total_where(&self, counts: &[bool]) -> i128 {
        let Values::Number(values) = &self.values else {
            return 0;
        };
        match &self.missing {
            None => total_where(values, counts),
            Some(missing) => {
                let both = counts.iter().zip(missing);
                let there: Vec<bool> = both.map(|(counts, missing)| counts & !missing).collect();
                total_where(values, &there)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_not_added_up() {
        let mut column = Column::full(Values::Number(vec![1, 20, i64::MAX, 300]));
        assert_eq!(column.total(), 321 + i128::from(i64::MAX));
        assert_eq!(column.total_where(&[true, true, false, false]), 21);
        column.missing = Some(vec![false, true, true, false]);
        assert_eq!(column.total(), 301);
        assert_eq!(column.total_where(&[true, true, true, false]), 1);
    }
}
