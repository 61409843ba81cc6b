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

    /// The sum of all numbers that are there; 0 of what holds no numbers.
    pub fn total(&self) -> i128 {
        let Values::Number(values) = &self.values else {
            return 0;
        };
        let Some(missing) = &self.missing else {
            return values.chunks(BLOCK).map(block_total).sum();
        };
        let numbers = values.iter().zip(missing).filter(|(_, missing)| !**missing);
        numbers.map(|(value, _)| i128::from(*value)).sum()
    }
}

/// Numbers that are added up together.
const BLOCK: usize = 1_024;

/// Numbers of this size and smaller can be added up in 64 bits, as many as a block holds.
const SMALL: u64 = i64::MAX as u64 / BLOCK as u64;

fn block_total(values: &[i64]) -> i128 {
    let (mut sum, mut bits) = (0_i64, 0);
    for value in values {
        sum = sum.wrapping_add(*value);
        bits |= value.unsigned_abs();
    }
    match bits <= SMALL {
        true => i128::from(sum),
        false => values.iter().map(|value| i128::from(*value)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_wide_where_they_must_be() {
        let small: Vec<i64> = (-700..2_000).collect();
        let large = vec![i64::MAX; 3];
        for values in [small, large, vec![i64::MIN, -1], Vec::new()] {
            let expected: i128 = values.iter().map(|it| i128::from(*it)).sum();
            let missing = (0..values.len()).map(|row| row == 1).collect();
            let second = values.get(1).map_or(0, |it| i128::from(*it));
            let mut column = Column::full(Values::Number(values));
            assert_eq!(column.total(), expected);
            column.missing = Some(missing);
            assert_eq!(column.total(), expected - second);
        }
    }
}
