//! Finds the customer of each row of a table by the key. Rows whose customer does not exist are
//! faults; rows without a key, where it may be empty, belong to nobody.

use super::faults::Faults;
use super::numbered_keys::NumberedKeys;
use super::short_keys::ShortKeys;
use crate::eval::NOBODY;
use crate::value::{Column, Decimal, Dictionary, TextColumn, Values};
use std::sync::Arc;

/// Where the keys of a table's rows are looked for before any of them is kept as a text.
#[derive(Clone, Debug)]
enum Quick {
    Numbered(NumberedKeys),
    Short(ShortKeys),
}

/// The customers by key.
#[derive(Clone, Debug)]
pub struct Customers {
    quick: Quick,
    keys: Arc<Dictionary>,
    rows: Vec<u32>,
    count: usize,
}

impl Customers {
    /// The customers of that key column, in which every key stands once.
    pub fn new(keys: &Column) -> Customers {
        let keys = texts(keys);
        let mut rows = vec![NOBODY; keys.dictionary.len()];
        for (row, number) in (0..).zip(&keys.numbers) {
            if let Some(place) = rows.get_mut(*number as usize) {
                *place = row;
            }
        }
        let places = || keys.dictionary.iter().zip(rows.iter().copied());
        let quick = match NumberedKeys::new(places()) {
            Some(numbered) => Quick::Numbered(numbered),
            None => Quick::Short(ShortKeys::new(rows.len(), places())),
        };
        Customers {
            quick,
            count: keys.numbers.len(),
            keys: keys.dictionary,
            rows,
        }
    }

    /// How many rows the customers have.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The row of a customer.
    pub fn row(&self, key: &str) -> Option<u32> {
        let number = self.keys.number(key)?;
        // A key of a row that was put aside is still in the dictionary.
        let row = self.rows.get(number as usize).copied()?;
        (row != NOBODY).then_some(row)
    }

    /// The customer of each row of a table by the texts of its keys, where all are short or numbered, and
    /// somebody's.
    pub fn join_texts<'k>(&self, keys: impl ExactSizeIterator<Item = &'k str>) -> Option<Vec<u32>> {
        match &self.quick {
            Quick::Numbered(numbered) => numbered.rows(keys),
            Quick::Short(short) => short.rows(keys),
        }
    }

    /// The customer of each row of a table by its key column.
    pub fn join(&self, keys: &Column, faults: &mut Faults) -> Vec<u32> {
        let texts = texts(keys);
        let known: Vec<Option<u32>> = texts.dictionary.iter().map(|key| self.row(key)).collect();
        let mut customers = Vec::with_capacity(keys.len());
        for (row, number) in texts.numbers.iter().enumerate() {
            let customer = if keys.is_missing(row) {
                NOBODY
            } else {
                known
                    .get(*number as usize)
                    .copied()
                    .flatten()
                    .unwrap_or_else(|| {
                        faults.add(row, "unknown-customer", || {
                            let key = texts.dictionary.text(*number);
                            format!("no customer has the key `{key}`")
                        });
                        NOBODY
                    })
            };
            customers.push(customer);
        }
        customers
    }
}

/// A key column as texts: keys that are numbers are compared as they are written.
fn texts(keys: &Column) -> TextColumn {
    match &keys.values {
        Values::Text(texts) => texts.clone(),
        Values::Number(values) => {
            let mut dictionary = Dictionary::default();
            let numbers = values
                .iter()
                .map(|value| dictionary.insert(&Decimal(*value).to_string()))
                .collect();
            TextColumn {
                numbers,
                dictionary: Arc::new(dictionary),
            }
        }
        Values::Choice(values) => {
            let mut dictionary = Dictionary::default();
            let numbers = values
                .iter()
                .map(|value| dictionary.insert(&value.to_string()))
                .collect();
            TextColumn {
                numbers,
                dictionary: Arc::new(dictionary),
            }
        }
        Values::Flag(values) => TextColumn {
            numbers: values.iter().map(|value| u32::from(*value)).collect(),
            dictionary: Arc::new(Dictionary::new(["no", "yes"])),
        },
    }
}
