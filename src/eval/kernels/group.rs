//! Groups: customers that share a value get the same small number, in the order of first appearance.
//! Those for whom the value is missing are a group of their own.

use crate::eval::block::{NONE, Seen, View};
use ahash::AHashMap;

/// The group of each row, `NONE` for rows that take no part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::eval) struct Groups {
    pub(in crate::eval) of_row: Vec<u32>,
    pub(in crate::eval) count: usize,
}

/// The groups of rows by a value.
pub(in crate::eval) fn groups(by: &View<'_>, included: Option<&View<'_>>, rows: usize) -> Groups {
    let mut known: AHashMap<i64, u32> = AHashMap::new();
    let mut missing = None;
    let mut count = 0_u32;
    let mut of_row = Vec::with_capacity(rows);
    for row in 0..rows {
        if included.is_some_and(|included| !included.holds(row)) {
            of_row.push(NONE);
            continue;
        }
        let mut next = || {
            count += 1;
            count - 1
        };
        of_row.push(if by.missing.at(row) {
            *missing.get_or_insert_with(next)
        } else {
            *known.entry(key(by, row)).or_insert_with(&mut next)
        });
    }
    Groups {
        of_row,
        count: count as usize,
    }
}

/// What tells two values of a view apart.
#[inline(always)]
pub(in crate::eval) fn key(view: &View<'_>, row: usize) -> i64 {
    match view.values {
        Seen::Number(values) => values.at(row),
        Seen::Flag(values) => i64::from(values.at(row)),
        Seen::Code(values) => i64::from(values.at(row)),
        Seen::Wide(_) => 0,
    }
}
