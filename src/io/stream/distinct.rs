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

impl Stretch {
    /// The stretch that all rows of a column of texts are, if they ascend and none is missing.
    pub(in crate::io) fn of(column: &Column) -> Option<Stretch> {
        let Values::Text(texts) = &column.values else {
            return None;
        };
        let (texts, rows) = (&texts.dictionary, texts.numbers.len());
        if texts.len() != rows || column.missing.is_some() || !ascend(texts.iter()) {
            return None;
        }
        let last = u32::try_from(rows.checked_sub(1)?).ok()?;
        let place = |number| {
            let text = texts.text(number);
            (text.len(), text.to_owned())
        };
        Some(Stretch {
            first: place(0),
            last: place(last),
        })
    }
}

impl Stretches {
    /// Adds a stretch; nothing where it overlaps another, so that some text may stand twice.
    pub(super) fn add(&mut self, stretch: Stretch) -> Option<()> {
        let before = self.0.range(..=&stretch.first).next_back();
        let behind = self.0.range(&stretch.first..).next();
        let is_free = before.is_none_or(|(_, last)| *last < stretch.first)
            && behind.is_none_or(|(first, _)| stretch.last < *first);
        is_free.then(|| {
            self.0.insert(stretch.first, stretch.last);
        })
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
    texts.all(|text| {
        let before = std::mem::replace(&mut last, text);
        (before.len(), before) < (text.len(), text)
    })
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

    fn stretch(texts: &[&str]) -> Option<Stretch> {
        let mut dictionary = Dictionary::default();
        let numbers = texts.iter().map(|text| dictionary.insert(text));
        Stretch::of(&Column::full(Values::Text(TextColumn {
            numbers: numbers.collect(),
            dictionary: Arc::new(dictionary),
        })))
    }

    #[test]
    fn only_texts_that_ascend_are_a_stretch() {
        assert!(stretch(&["K-9", "K-10", "K-11"]).is_some());
        assert!(stretch(&["K-10", "K-9"]).is_none());
        assert!(stretch(&["K-9", "K-9"]).is_none());
        assert!(stretch(&[]).is_none());
    }

    #[test]
    fn stretches_may_come_in_any_order_but_not_overlap() {
        let mut all = Stretches::default();
        let mut add = |texts: &[&str]| all.add(stretch(texts).expect("a stretch")).is_some();
        assert!(add(&["K-50", "K-60"]));
        assert!(add(&["K-10", "K-20"]));
        assert!(add(&["K-21"]));
        assert!(!add(&["K-20"]), "the last of another");
        assert!(!add(&["K-55"]), "within another");
        assert!(!add(&["K-30", "K-99"]), "around another");
        assert!(!add(&["K-50"]), "the first of another");
        assert!(add(&["K-9"]), "shorter is before");
        assert!(add(&["K-61", "K-100"]));
    }
}
