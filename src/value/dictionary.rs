//! Distinct texts by number: one long text with the ends of its parts, and an index from texts to
//! numbers that is made when it is first asked. It knows nothing of rows or columns.

use ahash::{AHashMap, RandomState};
use std::ops::Range;
use std::sync::OnceLock;

/// Distinct texts by number, in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: String,
    /// Where each text ends.
    ends: Vec<usize>,
    index: OnceLock<Index>,
}

/// Numbers by the hash of their text, in a table with open places.
#[derive(Clone, Debug)]
struct Index {
    hasher: RandomState,
    /// The upper half is that of the hash, the lower half the number plus 1; 0 is an open place.
    slots: Vec<u64>,
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.ends == other.ends && self.texts == other.texts
    }
}

impl Eq for Dictionary {}

impl Dictionary {
    /// A dictionary of these texts, numbered in their order; later doubles get the first number.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.insert(text);
        }
        dictionary
    }

    /// No texts yet, with room for so many of so many bytes together.
    pub fn with_room(texts: usize, bytes: usize) -> Self {
        Dictionary {
            texts: String::with_capacity(bytes),
            ends: Vec::with_capacity(texts),
            index: OnceLock::new(),
        }
    }

    /// How many bytes all texts have together.
    pub fn bytes(&self) -> usize {
        self.texts.len()
    }

    /// All texts in one, without anything between them.
    pub fn joined(&self) -> &str {
        &self.texts
    }

    /// Adds the texts of another dictionary behind the own. None of them may be there already.
    pub fn append_new(&mut self, other: &Dictionary) {
        let before = self.texts.len();
        self.index.take();
        self.texts.push_str(&other.texts);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// Adds a text behind the others. It may not be there already.
    pub fn push_new(&mut self, text: &str) {
        self.index.take();
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
    }

    /// Gives back the memory of the index; it is made again when a text is looked for.
    pub fn forget_index(&mut self) {
        self.index.take();
    }

    /// The number of a text, adding it where it is new.
    pub fn insert(&mut self, text: &str) -> u32 {
        if self.index.get().is_none() {
            let _ = self.index.set(self.indexed());
        }
        let next = number(self.ends.len());
        let Some(index) = self.index.get_mut() else {
            return next;
        };
        if index.slots.len() < 2 * (self.ends.len() + 1) {
            let slots = vec![0; (index.slots.len() * 2).max(16)];
            let old = std::mem::replace(&mut index.slots, slots);
            for slot in old.into_iter().filter(|slot| *slot != 0) {
                index.put(slot);
            }
        }
        let hash = index.hasher.hash_one(text);
        match index.find(hash, text, Texts(&self.texts, &self.ends)) {
            Some(number) => number,
            None => {
                index.put(slot(hash, next));
                self.texts.push_str(text);
                self.ends.push(self.texts.len());
                next
            }
        }
    }

    /// The number of a text that is there.
    pub fn number(&self, text: &str) -> Option<u32> {
        let index = self.index.get_or_init(|| self.indexed());
        let hash = index.hasher.hash_one(text);
        index.find(hash, text, Texts(&self.texts, &self.ends))
    }

    /// The numbers of several texts. A few are looked for among all texts, without an index.
    pub fn numbers(&self, texts: &[&str]) -> Vec<Option<u32>> {
        if self.index.get().is_some() || texts.len() * 8 > self.len() {
            return texts.iter().map(|text| self.number(text)).collect();
        }
        let mut wanted: AHashMap<&str, Option<u32>> =
            texts.iter().map(|text| (*text, None)).collect();
        // Most texts have another length than those looked for, or end with another letter.
        let (mut lengths, mut lasts) = ([false; 64], [false; 256]);
        let last = |text: &[u8]| usize::from(text.last().copied().unwrap_or(0));
        for text in texts {
            lengths[text.len() % 64] = true;
            lasts[last(text.as_bytes())] = true;
        }
        let mut start = 0;
        for (at, end) in self.ends.iter().enumerate() {
            let text = &self.texts.as_bytes()[start..*end];
            if lengths[text.len() % 64]
                && lasts[last(text)]
                && let Some(found) = wanted.get_mut(self.text(number(at)))
            {
                *found = Some(number(at));
            }
            start = *end;
        }
        texts
            .iter()
            .map(|text| wanted.get(text).copied().flatten())
            .collect()
    }

    /// The text of a number; empty for a number that is not there.
    pub fn text(&self, number: u32) -> &str {
        Texts(&self.texts, &self.ends).at(number)
    }

    /// Where the text of a number stands in the joined one.
    #[inline]
    pub fn place(&self, number: u32) -> Range<usize> {
        Texts(&self.texts, &self.ends).place(number)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.texts.get(start..*end).unwrap_or(""))
    }

    fn indexed(&self) -> Index {
        let places = (self.ends.len() * 2).next_power_of_two().max(16);
        let mut index = Index {
            hasher: RandomState::new(),
            slots: vec![0; places],
        };
        for (at, text) in self.iter().enumerate() {
            let hash = index.hasher.hash_one(text);
            index.put(slot(hash, number(at)));
        }
        index
    }
}

/// The texts without the index.
#[derive(Clone, Copy)]
struct Texts<'a>(&'a str, &'a [usize]);

impl<'a> Texts<'a> {
    fn at(self, number: u32) -> &'a str {
        self.0.get(self.place(number)).unwrap_or("")
    }

    #[inline]
    fn place(self, number: u32) -> Range<usize> {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.1.get(before));
        let start = start.copied().unwrap_or(0);
        start..self.1.get(at).copied().unwrap_or(start)
    }
}

impl Index {
    fn find(&self, hash: u64, text: &str, texts: Texts<'_>) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = place(hash) & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => return None,
                slot if slot >> 32 == hash >> 32 => {
                    let number = (slot as u32).wrapping_sub(1);
                    if texts.at(number) == text {
                        return Some(number);
                    }
                }
                _ => {}
            }
            at = (at + 1) & mask;
        }
    }

    /// INVARIANT: half of the places stay open, so that every search ends.
    fn put(&mut self, slot: u64) {
        let mask = self.slots.len() - 1;
        let mut at = place(slot) & mask;
        while self.slots.get(at).is_some_and(|slot| *slot != 0) {
            at = (at + 1) & mask;
        }
        if let Some(place) = self.slots.get_mut(at) {
            *place = slot;
        }
    }
}

/// Where the search for a hash, or for what a slot holds, begins.
fn place(hash: u64) -> usize {
    (hash >> 32) as usize
}

fn slot(hash: u64, number: u32) -> u64 {
    (hash >> 32) << 32 | u64::from(number.wrapping_add(1))
}

fn number(position: usize) -> u32 {
    // Rows are counted in 32 bits, and no column has more texts than rows.
    u32::try_from(position).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Dictionary;

    #[test]
    fn texts_are_numbered_by_their_first_appearance() {
        let mut dictionary = Dictionary::new(["b", "", "a", "b"]);
        assert_eq!(dictionary.iter().collect::<Vec<_>>(), ["b", "", "a"]);
        assert_eq!(dictionary.number(""), Some(1));
        assert_eq!(dictionary.number("c"), None);
        let many: Vec<String> = (0..100).map(|it| it.to_string()).collect();
        let part = Dictionary::new(many.iter().map(String::as_str));
        let mut many = Dictionary::with_room(100, 190);
        many.append_new(&part);
        assert_eq!(many.numbers(&["7", "x", "7"]), [Some(7), None, Some(7)]);
        assert_eq!((dictionary.text(2), dictionary.text(9)), ("a", ""));
        for number in 0..1000 {
            assert_eq!(dictionary.insert(&format!("x{number}")), number + 3);
        }
        for number in 0..1000 {
            assert_eq!(dictionary.number(&format!("x{number}")), Some(number + 3));
        }
    }

    #[test]
    fn joined_dictionaries_are_indexed_when_asked() {
        let mut joined = Dictionary::new(["a", "b"]);
        joined.append_new(&Dictionary::new(["c"]));
        assert_eq!(joined, Dictionary::new(["a", "b", "c"]));
        assert_eq!(joined.insert("b"), 1);
        assert_eq!(joined.insert("d"), 3);
        assert_eq!(joined.number("c"), Some(2));
    }
}
