//! Columns: typed vectors with a mask of what is missing, and text by number in a dictionary.
//! What the numbers mean (money, a date, a score) is the type's business, not the column's.

use ahash::AHashMap;
use std::sync::Arc;

/// Which rows of a column are missing; `None` in a column means that none is.
pub type Mask = Vec<bool>;

/// Distinct texts by number, in the order of their first appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    texts: Vec<Arc<str>>,
    numbers: AHashMap<Arc<str>, u32>,
}

impl Dictionary {
    /// A dictionary of these texts, numbered in their order; later doubles get the first number.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.insert(text);
        }
        dictionary
    }

    /// The number of a text, adding it where it is new.
    pub fn insert(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    /// The number of a text that is there.
    pub fn number(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number; empty for a number that is not there.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// All texts in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

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
