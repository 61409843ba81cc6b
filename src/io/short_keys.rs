//! Short keys and the row of each, in one table without pointers: a key is found where it lies, with
//! one look into memory. It knows nothing of files, and of longer keys only that they are longer.

use ahash::RandomState;

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

/// The rows of short keys.
#[derive(Clone, Debug)]
pub(super) struct ShortKeys {
    places: Vec<Place>,
    hasher: RandomState,
}

impl ShortKeys {
    /// A table of so many keys that all differ, each with its row; longer ones are left out, and those
    /// without a row.
    pub(super) fn new<'k>(count: usize, keys: impl Iterator<Item = (&'k str, u32)>) -> ShortKeys {
        let mut table = ShortKeys {
            places: vec![OPEN; (count * 2).next_power_of_two().max(16)],
            hasher: RandomState::new(),
        };
        for (key, row) in keys.take(count) {
            let Some(key) = Short::of(key).filter(|_| row != NONE) else {
                continue;
            };
            // INVARIANT: half of the places stay open, so that every search ends.
            let mut at = table.first(key);
            while table.place(at).row != NONE {
                at += 1;
            }
            let place = at & (table.places.len() - 1);
            if let Some(place) = table.places.get_mut(place) {
                *place = Place {
                    head: key.head,
                    tail: key.tail,
                    row,
                };
            }
        }
        table
    }

    /// Where the search for a key begins.
    #[inline]
    fn first(&self, key: Short) -> usize {
        self.hasher.hash_one((key.head, key.tail)) as usize
    }

    #[inline]
    fn place(&self, at: usize) -> Place {
        let at = at & (self.places.len() - 1);
        self.places.get(at).copied().unwrap_or(OPEN)
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
                asked.1 = self.first(asked.0);
                count += 1;
            }
            let asked = asked.get_mut(..count)?;
            for (_, at, place) in &mut *asked {
                *place = self.place(*at);
            }
            for (key, at, place) in asked {
                while (place.head, place.tail) != (key.head, key.tail) && place.row != NONE {
                    *at += 1;
                    *place = self.place(*at);
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

#[cfg(test)]
mod tests {
    use super::ShortKeys;

    #[test]
    fn short_keys_are_found_and_no_others() {
        let keys: Vec<String> = (0..1_000).map(|it| format!("K-{it}")).collect();
        let table = ShortKeys::new(keys.len(), keys.iter().map(String::as_str).zip(0..));
        let found = table.rows(keys.iter().rev().map(String::as_str));
        assert_eq!(found, Some((0..1_000).rev().collect()));
        for unknown in ["K-1000", "K-1\0", "", "K", "k-1", "a key that is long"] {
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
