//! Rows that are counted together: which of a block count, their values, and what was seen of them. What becomes of
//! that is the aggregates' business.

use super::aggregate::Task;
use super::group::key;
use crate::eval::block::{Lane, Missing, Seen as Values, View};
use crate::model::program::Aggregate;
use crate::value::decimal::{ONE, divide_rounded};

/// What has been seen of a group.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Seen {
    pub(in crate::eval) count: u64,
    pub(in crate::eval) sum: i128,
    pub(in crate::eval) smallest: i64,
    pub(in crate::eval) largest: i64,
    all: bool,
}

/// No value yet.
pub(in crate::eval) const NOTHING: Seen = Seen {
    count: 0,
    sum: 0,
    smallest: i64::MAX,
    largest: i64::MIN,
    all: true,
};

impl Seen {
    #[inline(always)]
    pub(super) fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += i128::from(value);
        self.smallest = self.smallest.min(value);
        self.largest = self.largest.max(value);
        self.all &= value != 0;
    }

    pub(in crate::eval) fn join(self, other: Seen) -> Seen {
        Seen {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            smallest: self.smallest.min(other.smallest),
            largest: self.largest.max(other.largest),
            all: self.all && other.all,
        }
    }

    pub(in crate::eval) fn total(self, aggregate: Aggregate, unit: i64) -> Option<i128> {
        let some = (self.count > 0).then_some(());
        match aggregate {
            Aggregate::Count => Some(i128::from(self.count) * i128::from(ONE)),
            Aggregate::Sum => Some(self.sum),
            Aggregate::Average => {
                some?;
                let unit = i128::from(unit.max(1));
                Some(divide_rounded(self.sum, i128::from(self.count) * unit) * unit)
            }
            Aggregate::Min | Aggregate::Earliest => some.map(|()| i128::from(self.smallest)),
            Aggregate::Max | Aggregate::Latest => some.map(|()| i128::from(self.largest)),
            Aggregate::Every => Some(i128::from(self.all)),
            Aggregate::Distinct | Aggregate::Concentration => None,
        }
    }
}

/// Rows that are looked at together, without asking at each what kind of column it comes from.
pub(in crate::eval) const BLOCK: usize = 1_024;

/// Values this size and smaller can be summed in 64 bits as many as a block holds.
const SMALL: u64 = i64::MAX as u64 / BLOCK as u64;

/// A block of rows, and what has been seen in those before.
pub(in crate::eval) struct Block {
    counts: [bool; BLOCK],
    values: [i64; BLOCK],
    pub(super) seen: Seen,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            counts: [false; BLOCK],
            values: [0; BLOCK],
            seen: NOTHING,
        }
    }
}

impl Block {
    /// Finds which rows from `first` to before `end` count, because all conditions hold and the value is
    /// there, and their values.
    pub(in crate::eval) fn fill(
        &mut self,
        task: &Task<'_, '_>,
        conditions: &[&View<'_>],
        first: usize,
        end: usize,
    ) -> (&mut [bool], &mut [i64]) {
        let counts = &mut self.counts[..end - first];
        let values = &mut self.values[..end - first];
        counts.fill(true);
        for condition in conditions {
            only(counts, condition.flags(), first, |flag| flag);
            present(counts, condition, first);
        }
        let every = task.aggregate == Aggregate::Every;
        match task.value {
            None => values.fill(1),
            Some(view) if every => {
                for (at, value) in values.iter_mut().enumerate() {
                    *value = i64::from(view.holds(first + at));
                }
            }
            Some(view) => {
                present(counts, view, first);
                match view.values {
                    Values::Number(Lane::Rows(all)) => values.copy_from_slice(&all[first..end]),
                    _ => {
                        for (at, value) in values.iter_mut().enumerate() {
                            *value = key(view, first + at);
                        }
                    }
                }
            }
        }
        (counts, values)
    }

    /// Takes the rows from `first` to before `end` for which all conditions hold.
    pub(super) fn take(
        &mut self,
        task: &Task<'_, '_>,
        conditions: &[&View<'_>],
        first: usize,
        end: usize,
    ) {
        let (counts, values) = self.fill(task, conditions, first, end);
        let seen = match task.aggregate {
            Aggregate::Sum | Aggregate::Average | Aggregate::Count => summed(counts, values),
            _ => {
                let mut seen = NOTHING;
                let rows = values.iter().zip(counts).filter(|(_, counts)| **counts);
                rows.for_each(|(value, _)| seen.add(*value));
                seen
            }
        };
        self.seen = self.seen.join(seen);
    }
}

/// Count and sum of the values that count.
fn summed(counts: &[bool], values: &[i64]) -> Seen {
    let (mut count, mut sum, mut bits) = (0, 0_i64, 0);
    for (counts, value) in counts.iter().zip(values) {
        let value = if *counts { *value } else { 0 };
        count += u64::from(*counts);
        sum = sum.wrapping_add(value);
        bits |= value.unsigned_abs();
    }
    let rows = || counts.iter().zip(values).filter(|(counts, _)| **counts);
    let sum = match bits <= SMALL {
        true => i128::from(sum),
        false => rows().map(|(_, value)| i128::from(*value)).sum(),
    };
    Seen {
        count,
        sum,
        ..NOTHING
    }
}

/// Leaves out the rows whose value is missing.
fn present(counts: &mut [bool], view: &View<'_>, first: usize) {
    match view.missing {
        Missing::Never => {}
        Missing::Always => counts.fill(false),
        Missing::Rows(mask) => only(counts, Lane::Rows(mask), first, |missing| !missing),
    }
}

/// Leaves out the rows that do not pass.
fn only(counts: &mut [bool], flags: Lane<'_, bool>, first: usize, pass: impl Fn(bool) -> bool) {
    match flags {
        Lane::One(flag) if pass(flag) => {}
        Lane::One(_) => counts.fill(false),
        Lane::Rows(flags) => {
            for (counts, flag) in counts.iter_mut().zip(&flags[first..]) {
                *counts &= pass(*flag);
            }
        }
    }
}
