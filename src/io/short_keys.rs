//! Short keys and the row of each, in one table without pointers: a key is found where it lies, with
//! one look into memory. It knows nothing of files, and of longer keys only that they are longer.

use ahash::RandomState;
use rayon::prelude::*;

/// The most bytes of a short key; its length stands in the byte behind them.
const LONGEST: usize = 11;

/// How many keys are looked for together: memory is slow, but answers many questions at once.
const TOGETHER: usize = 16;

/// No row.
const NONE: u32 = u32::MAX;

/// A short key as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Short {
    head: u64,
    tail: u32,
}

impl Short {
    /// A key as a number; nothing for a longer one.
    #[inline]
    fn of(key: &str) -> Option<Short> {
        let mut bytes = [0; LONGEST + 1];
        let room = bytes
            .get_mut(..key.len())
            .filter(|it| it.len() <= LONGEST)?;
        room.copy_from_slice(key.as_bytes());
        bytes[LONGEST] = key.len() as u8;
        let (head, tail) = bytes.split_first_chunk()?;
        Some(Short {
            head: u64::from_le_bytes(*head),
            tail: u32::from_le_bytes(*tail.first_chunk()?),
        })
    }
}

/// A place of the table: a key and its row, or open.
#[derive(Clone, Copy, Debug)]
struct Place {
    head: u64,
    tail: u32,
    row: u32,
}

const OPEN: Place = Place {
    head: 0,
    tail: 0,
    row: NONE,
};

/// How many keys share a part of the table: few enough that a part is made near the core.
const PART: usize = 32_768;

/// The rows of short keys.
#[derive(Clone, Debug)]
pub(super) struct ShortKeys {
    /// The table in parts, by the highest bits of the hash; each has a power of two of places.
    parts: Vec<Vec<Place>>,
    hasher: RandomState,
}

impl ShortKeys {
    /// A table of so many keys that all differ, each with its row; longer ones are left out, and those
    /// without a row.
    pub(super) fn new<'k>(count: usize, keys: impl Iterator<Item = (&'k str, u32)>) -> ShortKeys {
        let hasher = RandomState::new();
        let mut parts = vec![Vec::new(); (count / PART + 1).next_power_of_two()];
        let bits = parts.len().trailing_zeros();
        for (key, row) in keys {
            if let Some(key) = Short::of(key).filter(|_| row != NONE)
                && let Some(part) = parts.get_mut(part(hash(&hasher, key), bits))
            {
                let Short { head, tail } = key;
                part.push(Place { head, tail, row });
            }
        }
        let parts = parts.into_par_iter();
        ShortKeys {
            parts: parts.map(|keys| places(&hasher, &keys)).collect(),
            hasher,
        }
    }

    /// The place that is so many behind the one where the search for a hash begins.
    #[inline]
    fn place(&self, hash: u64, behind: usize) -> Place {
        let part = part(hash, self.parts.len().trailing_zeros());
        let places = self.parts.get(part).map_or(&[][..], Vec::as_slice);
        let at = (hash as usize).wrapping_add(behind) & places.len().wrapping_sub(1);
        places.get(at).copied().unwrap_or(OPEN)
    }

    /// The row of each key in order; nothing where one of them is long or not in the table.
    pub(super) fn rows<'k>(
        &self,
        mut keys: impl ExactSizeIterator<Item = &'k str>,
    ) -> Option<Vec<u32>> {
        let mut rows = Vec::with_capacity(keys.len());
        let mut asked = [(Short { head: 0, tail: 0 }, 0, OPEN); TOGETHER];
        loop {
            let mut count = 0;
            for (asked, key) in asked.iter_mut().zip(&mut keys) {
                asked.0 = Short::of(key)?;
                asked.1 = hash(&self.hasher, asked.0);
                count += 1;
            }
            let asked = asked.get_mut(..count)?;
            for (_, hash, place) in &mut *asked {
                *place = self.place(*hash, 0);
            }
            for (key, hash, place) in asked {
                let mut behind = 0;
                while (place.head, place.tail) != (key.head, key.tail) && place.row != NONE {
                    behind += 1;
                    *place = self.place(*hash, behind);
                }
                if place.row == NONE {
                    return None;
                }
                rows.push(place.row);
            }
            if count < TOGETHER {
                return Some(rows);
            }
        }
    }
}

#[inline]
fn hash(hasher: &RandomState, key: Short) -> u64 {
    hasher.hash_one((key.head, key.tail))
}

/// The part of a table of two to the `bits` parts in which a key is found.
#[inline]
fn part(hash: u64, bits: u32) -> usize {
    hash.checked_shr(u64::BITS - bits).unwrap_or(0) as usize
}

/// A part of the table with these keys.
fn places(hasher: &RandomState, keys: &[Place]) -> Vec<Place> {
    let mut places = vec![OPEN; (keys.len() * 2).next_power_of_two().max(16)];
    let mask = places.len() - 1;
    for key in keys {
        let Place { head, tail, .. } = *key;
        // INVARIANT: half of the places stay open, so that every search ends.
        let mut at = hash(hasher, Short { head, tail }) as usize & mask;
        while places.get(at).is_some_and(|place| place.row != NONE) {
            at = (at + 1) & mask;
        }
        if let Some(place) = places.get_mut(at) {
            *place = *key;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::ShortKeys;

    #[test]
    fn short_keys_are_found_and_no_others() {
        let keys: Vec<String> = (0..100_000).map(|it| format!("K-{it}")).collect();
        let table = ShortKeys::new(keys.len(), keys.iter().map(String::as_str).zip(0..));
        let found = table.rows(keys.iter().rev().map(String::as_str));
        assert_eq!(found, Some((0..100_000).rev().collect()));
        for unknown in ["K-100000", "K-1\0", "", "K", "k-1", "a key that is long"] {
            assert_eq!(
                table.rows(["K-1", unknown].into_iter()),
                None,
                "{unknown:?}"
            );
        }
    }

    #[test]
    fn padding_is_no_part_of_a_key() {
        let keys = ["", "\0", "a", "a\0", "12345678901"];
        let table = ShortKeys::new(keys.len(), keys.into_iter().zip(0..));
        assert_eq!(table.rows(keys.into_iter()), Some(vec![0, 1, 2, 3, 4]));
    }
}
