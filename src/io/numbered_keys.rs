//! Keys that are one text with a number behind it (`K-1017`, `0042`), where the numbers lie close together: the
//! row of a key stands at the place of its number, so that nothing is compared and little memory is looked at.

use std::ops::RangeInclusive;

/// The most digits of a number.
const DIGITS: usize = 18;

/// So many places may be there for each key: a table of places with the keys themselves is larger.
const PLACES: u64 = 4;

/// No row.
const NONE: u32 = u32::MAX;

/// The rows of keys by their numbers.
#[derive(Clone, Debug)]
pub(super) struct NumberedKeys {
    /// What stands before every number.
    before: Vec<u8>,
    /// Numbers of as many digits, by how many digits they have: `7`, `07` and `007` are three keys.
    alike: Vec<Alike>,
    rows: Vec<u32>,
}

/// The numbers of as many digits.
#[derive(Clone, Copy, Debug)]
struct Alike {
    least: u64,
    most: u64,
    /// The place of the least.
    first: u64,
}

/// No number.
const NO_NUMBER: Alike = Alike {
    least: u64::MAX,
    most: 0,
    first: 0,
};

impl Alike {
    fn take(&mut self, number: u64) {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
    }

    fn range(&self) -> RangeInclusive<u64> {
        self.least..=self.most
    }

    fn places(&self) -> u64 {
        match self.range().is_empty() {
            true => 0,
            false => self.most - self.least + 1,
        }
    }
}

impl NumberedKeys {
    /// The table of keys that all differ, each with its row; those without a row are left out. Nothing where
    /// some key is not like the others, or there are few of many numbers.
    pub(super) fn new<'k>(
        keys: impl Iterator<Item = (&'k str, u32)> + Clone,
    ) -> Option<NumberedKeys> {
        let keys = keys.filter(|(_, row)| *row != NONE);
        let (first, _) = keys.clone().next()?;
        let digits = first.bytes().rev().take_while(u8::is_ascii_digit).count();
        let before = first.as_bytes().get(..first.len() - digits)?.to_vec();
        let (mut alike, mut count) = (vec![NO_NUMBER; DIGITS + 1], 0);
        for (key, _) in keys.clone() {
            let (digits, number) = number(key, &before)?;
            alike.get_mut(digits)?.take(number);
            count += 1;
        }
        let mut places = 0_u64;
        for alike in &mut alike {
            alike.first = places;
            places = places.checked_add(alike.places())?;
        }
        if places > PLACES * count || places > u64::from(u32::MAX) {
            return None;
        }
        let mut table = NumberedKeys {
            before,
            alike,
            rows: vec![NONE; usize::try_from(places).ok()?],
        };
        for (key, row) in keys {
            let place = table.place(key)?;
            *table.rows.get_mut(place as usize)? = row;
        }
        Some(table)
    }

    /// The row of each key in order; nothing where one of them is not in the table.
    pub(super) fn rows<'k>(
        &self,
        keys: impl ExactSizeIterator<Item = &'k str>,
    ) -> Option<Vec<u32>> {
        // Memory is slow, but answers many questions at once: all places first.
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.push(self.place(key)?);
        }
        let mut all_there = true;
        for row in &mut rows {
            *row = *self.rows.get(*row as usize)?;
            all_there &= *row != NONE;
        }
        all_there.then_some(rows)
    }

    #[inline]
    fn place(&self, key: &str) -> Option<u32> {
        let (digits, number) = number(key, &self.before)?;
        let alike = self.alike.get(digits)?;
        let place = alike.first + number.checked_sub(alike.least)?;
        (number <= alike.most).then_some(place as u32)
    }
}

/// How many digits a key has behind what stands before all numbers, and their number.
#[inline]
fn number(key: &str, before: &[u8]) -> Option<(usize, u64)> {
    let (head, digits) = key.as_bytes().split_at_checked(before.len())?;
    let alike = head.iter().zip(before).all(|(one, other)| one == other);
    if !alike || digits.is_empty() || digits.len() > DIGITS {
        return None;
    }
    let (mut number, mut sound) = (0_u64, true);
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        sound &= digit <= 9;
        // What is no digit may be more than fits.
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    sound.then_some((digits.len(), number))
}

#[cfg(test)]
mod tests {
    use super::NumberedKeys;

    fn table(keys: &[&str]) -> Option<NumberedKeys> {
        NumberedKeys::new(keys.iter().copied().zip(0..))
    }

    #[test]
    fn keys_are_found_by_their_numbers_and_no_others() {
        let keys: Vec<String> = (95..20_000).map(|it| format!("K-{it}")).collect();
        let table = NumberedKeys::new(keys.iter().map(String::as_str).zip(0..)).expect("a table");
        let found = table.rows(keys.iter().rev().map(String::as_str));
        assert_eq!(found, Some((0..19_905).rev().collect()));
        for unknown in [
            "K-94",
            "K-20000",
            "K-095",
            "K-",
            "K",
            "",
            "k-95",
            "L-95",
            "K-9x",
            "K-95 ",
            "K--95",
            "K-99999999999999999999",
            "K-\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}ab",
        ] {
            let found = table.rows(["K-95", unknown].into_iter());
            assert_eq!(found, None, "{unknown:?}");
        }
    }

    #[test]
    fn leading_zeros_tell_keys_apart() {
        let keys = ["7", "07", "007", "8", "08", "999999999999999999"];
        let found = table(&keys[..5])
            .expect("a table")
            .rows(keys[..5].iter().copied());
        assert_eq!(found, Some(vec![0, 1, 2, 3, 4]));
        let table = table(&keys).expect("numbers of one length are near each other");
        assert_eq!(
            table.rows(["999999999999999999"].into_iter()),
            Some(vec![5])
        );
        assert_eq!(table.rows(["999999999999999998"].into_iter()), None);
    }

    #[test]
    fn other_keys_have_no_such_table() {
        for keys in [
            &["K-1", "L-2"][..],
            &["K-1", "K-"],
            &["K-1", "K-2x"],
            &["Kari", "Ola"],
            &["K-100", "K-900"],
            &["1", "9999999999999999999"],
            &[],
        ] {
            assert!(table(keys).is_none(), "{keys:?}");
        }
    }
}
