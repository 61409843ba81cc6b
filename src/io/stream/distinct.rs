//! Whether texts that must all differ do, for texts that come in pieces. Most files are in the order of their keys:
//! then the ends of each piece tell, and the texts need not be kept. It names no text that stands twice.

use crate::value::{Column, Values};
use ahash::RandomState;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The first and the last of texts of which each stands behind the one before it, the shorter first.
#[derive(Debug)]
pub(in crate::io) struct Stretch {
    first: Place,
    last: Place,
}

/// A text where it stands among others: by its length, then by its bytes.
type Place = (usize, String);

/// Stretches of which no two overlap: all their texts differ.
#[derive(Debug, Default)]
pub(super) struct Stretches(BTreeMap<Place, Place>);

/// A piece of more stretches than this is in no order.
const FEW: usize = 16;

impl Stretch {
    /// The few stretches that the rows of a column of texts are, where none is missing. Nothing where they are many.
    pub(in crate::io) fn of(column: &Column) -> Option<Vec<Stretch>> {
        let Values::Text(texts) = &column.values else {
            return None;
        };
        let rows = u32::try_from(texts.numbers.len()).ok()?;
        let texts = &texts.dictionary;
        if texts.len() != rows as usize || column.missing.is_some() {
            return None;
        }
        let falls = (1..rows).filter(|row| !is_behind(texts.text(row - 1), texts.text(*row)));
        let firsts: Vec<u32> = std::iter::once(0).chain(falls.take(FEW)).collect();
        let lasts = firsts
            .iter()
            .skip(1)
            .chain([&rows])
            .map(|next| next.checked_sub(1));
        let place = |row| {
            let text = texts.text(row);
            (text.len(), text.to_owned())
        };
        let stretches = firsts.iter().zip(lasts).map(|(first, last)| {
            Some(Stretch {
                first: place(*first),
                last: place(last?),
            })
        });
        (firsts.len() <= FEW).then(|| stretches.collect())?
    }
}

impl Stretches {
    /// Adds stretches; nothing where one overlaps another, so that some text may stand twice.
    pub(super) fn add(&mut self, stretches: Vec<Stretch>) -> Option<()> {
        for Stretch { first, last } in stretches {
            let before = self.0.range(..=&first).next_back();
            let behind = self.0.range(&first..).next();
            let overlaps = before.is_some_and(|(_, before)| *before >= first)
                || behind.is_some_and(|(behind, _)| *behind <= last);
            if overlaps {
                return None;
            }
            self.0.insert(first, last);
        }
        Some(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether each text stands behind the one before it, the shorter first. Most keys do, and then no two of
/// them are the same.
pub(super) fn ascend<'t>(mut texts: impl Iterator<Item = &'t str>) -> bool {
    let Some(mut last) = texts.next() else {
        return true;
    };
    texts.all(|text| is_behind(std::mem::replace(&mut last, text), text))
}

fn is_behind(before: &str, text: &str) -> bool {
    (before.len(), before) < (text.len(), text)
}

/// Whether the values that are there all differ. `falls` says that texts do not ascend. Where two texts have
/// one hash they may be the same, and the careful way finds out.
pub(super) fn differ(column: &Column, missing: usize, falls: bool) -> bool {
    let mut found: Vec<i64> = match &column.values {
        Values::Text(texts) if texts.dictionary.len() + missing < column.len() => return false,
        Values::Text(_) if !falls => return true,
        Values::Text(texts) => {
            let (hasher, texts) = (RandomState::new(), &texts.dictionary);
            let numbers = (0..texts.len()).into_par_iter();
            let mut hashes: Vec<u64> = numbers
                .map(|number| hasher.hash_one(texts.text(number as u32)))
                .collect();
            hashes.par_sort_unstable();
            return hashes.windows(2).all(|pair| pair.first() != pair.last());
        }
        Values::Number(values) => values.clone(),
        Values::Flag(values) => values.iter().map(|value| i64::from(*value)).collect(),
        Values::Choice(values) => values.iter().map(|value| i64::from(*value)).collect(),
    };
    let mut row = 0;
    found.retain(|_| {
        row += 1;
        !column.is_missing(row - 1)
    });
    found.par_sort_unstable();
    found.windows(2).all(|pair| pair.first() != pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Dictionary, TextColumn};
    use std::sync::Arc;

    fn stretches(texts: &[&str]) -> Option<Vec<Stretch>> {
        let mut dictionary = Dictionary::default();
        let numbers = texts.iter().map(|text| dictionary.insert(text));
        Stretch::of(&Column::full(Values::Text(TextColumn {
            numbers: numbers.collect(),
            dictionary: Arc::new(dictionary),
        })))
    }

    #[test]
    fn few_falls_are_a_few_stretches() {
        let count = |texts: &[&str]| stretches(texts).map(|it| it.len());
        assert_eq!(count(&["K-9", "K-10", "K-11"]), Some(1));
        assert_eq!(count(&["K-10", "K-9", "K-99"]), Some(2));
        assert_eq!(count(&["K-9", "K-9"]), None);
        assert_eq!(count(&[]), None);
        let many: Vec<String> = (0..FEW + 1).rev().map(|it| format!("{it:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(count(&many[1..]), Some(FEW));
        assert_eq!(count(&many), None);
    }

    #[test]
    fn stretches_may_come_in_any_order_but_not_overlap() {
        let mut all = Stretches::default();
        let mut add = |texts: &[&str]| all.add(stretches(texts).expect("stretches")).is_some();
        assert!(add(&["K-50", "K-60"]));
        assert!(add(&["K-10", "K-20"]));
        assert!(add(&["K-21"]));
        assert!(!add(&["K-20"]), "the last of another");
        assert!(!add(&["K-55"]), "within another");
        assert!(!add(&["K-30", "K-99"]), "around another");
        assert!(!add(&["K-50"]), "the first of another");
        assert!(add(&["K-9"]), "shorter is before");
        assert!(add(&["K-71", "K-100", "K-65"]));
        assert!(
            !add(&["K-200", "K-300", "K-201"]),
            "one within another of its own"
        );
    }
}
