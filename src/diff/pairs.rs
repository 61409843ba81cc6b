//! Which customer of one side is which of the other: row for row where both sides stand on the same
//! data, else by key.

use super::side::Side;
use crate::value::{Column, Values};
use ahash::AHashMap;

/// In a pair: the customer is not on that side.
pub const NOT_THERE: u32 = u32::MAX;

/// How the customers of two sides belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pairs {
    /// The same rows on both sides.
    Rows,
    /// Rows of the first and the second side; [`NOT_THERE`] where a customer is on one only.
    Keyed(Vec<(u32, u32)>),
}

impl Pairs {
    /// Pairs customers by key: those of the first side in its order, then those who are new. Whose row was
    /// put aside on the other side neither left nor entered, and is in no pair.
    pub fn by_key(before: &Side<'_>, after: &Side<'_>) -> Pairs {
        let rows = |side: &Side<'_>| u32::try_from(side.rows()).unwrap_or(NOT_THERE);
        let mut after_rows: AHashMap<&str, u32> = AHashMap::with_capacity(after.rows());
        for row in 0..rows(after) {
            after_rows.insert(after.key_of(row), row);
        }
        let mut is_known = vec![false; after.rows()];
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(before.rows());
        for row in 0..rows(before) {
            let there = after_rows.get(before.key_of(row)).copied();
            if there.is_none() && is_unknown(after, before.key_of(row)) {
                continue;
            }
            if let Some(is_known) = there.and_then(|at| is_known.get_mut(at as usize)) {
                *is_known = true;
            }
            pairs.push((row, there.unwrap_or(NOT_THERE)));
        }
        let new = (0..rows(after)).filter(|row| is_known.get(*row as usize) == Some(&false));
        let new = new.filter(|row| !is_unknown(before, after.key_of(*row)));
        pairs.extend(new.map(|row| (NOT_THERE, row)));
        Pairs::Keyed(pairs)
    }

    /// Row for row where both sides hold the same keys in the same order, else by key.
    pub fn of(before: &Side<'_>, after: &Side<'_>) -> Pairs {
        if same_keys(&before.key, &after.key) {
            Pairs::Rows
        } else {
            Pairs::by_key(before, after)
        }
    }
}

/// Whether a side put the row of a customer aside.
fn is_unknown(side: &Side<'_>, key: &str) -> bool {
    side.put_aside.is_some_and(|keys| keys.contains(key))
}

fn same_keys(before: &Column, after: &Column) -> bool {
    if std::ptr::eq(before, after) {
        return true;
    }
    match (&before.values, &after.values) {
        (Values::Text(before), Values::Text(after)) => {
            before.numbers == after.numbers && before.dictionary == after.dictionary
        }
        _ => before == after,
    }
}
