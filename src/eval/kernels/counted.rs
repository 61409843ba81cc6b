//! Rows that are counted together: which of a block count, their values, and what was seen of them. What becomes of
//! that is the aggregates' business.

use super::aggregate::Task;
use super::group::key;
use crate::base::vectors::widest;
use crate::eval::block::{Lane, Missing, Seen as Values, View};
use crate::eval::loops::{Either, onto, onto2};
use crate::model::program::Aggregate;
use crate::value::decimal::{ONE, divide_rounded};
use crate::value::total::{count, total_where};

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

/// A block of rows, and what has been seen in those before.
pub(in crate::eval) struct Block {
    counts: [bool; BLOCK],
    values: Vec<i64>,
    pub(super) seen: Seen,
}

impl Default for Block {
    fn default() -> Self {
        Block {
            counts: [false; BLOCK],
            values: Vec::new(),
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
        mark(counts, task, conditions, first);
        self.values.resize(end - first, 0);
        put_values(&mut self.values, task, first);
        (counts, &mut self.values)
    }

    /// Takes the rows from `first` to before `end` for which all conditions hold.
    pub(super) fn take(
        &mut self,
        task: &Task<'_, '_>,
        conditions: &[&View<'_>],
        first: usize,
        end: usize,
    ) {
        let counts = &mut self.counts[..end - first];
        mark(counts, task, conditions, first);
        let counted = Seen {
            count: count(counts),
            ..NOTHING
        };
        if task.aggregate == Aggregate::Count {
            self.seen = self.seen.join(counted);
            return;
        }
        let values = match task.value.map(|view| view.values) {
            Some(Values::Number(Lane::Rows(all))) if task.aggregate != Aggregate::Every => {
                &all[first..end]
            }
            _ => {
                self.values.resize(end - first, 0);
                put_values(&mut self.values, task, first);
                &self.values
            }
        };
        let seen = match task.aggregate {
            Aggregate::Sum | Aggregate::Average => Seen {
                sum: total_where(values, counts),
                ..counted
            },
            _ => Seen {
                count: counted.count,
                ..extremes(counts, values)
            },
        };
        self.seen = self.seen.join(seen);
    }
}

/// Marks the rows that count.
fn mark(counts: &mut [bool], task: &Task<'_, '_>, conditions: &[&View<'_>], first: usize) {
    counts.fill(true);
    for condition in conditions {
        only(counts, condition.flags(), first, |flag| flag);
        present(counts, condition, first);
    }
    // What is missing does not hold, and has been asked.
    if let Some(view) = task.value
        && task.aggregate != Aggregate::Every
    {
        present(counts, view, first);
    }
}

/// Puts the values of rows in their places.
fn put_values(values: &mut [i64], task: &Task<'_, '_>, first: usize) {
    let rows = values.len();
    match task.value {
        None => values.fill(1),
        Some(view) if task.aggregate == Aggregate::Every => onto2(
            view.flags().part(first, rows),
            view.missing.lane().part(first, rows),
            values,
            #[inline(always)]
            |value, flag, missing| *value = i64::from(flag & !missing),
        ),
        Some(view) => match view.values {
            Values::Number(Lane::Rows(all)) => values.copy_from_slice(&all[first..first + rows]),
            _ => {
                for (at, value) in values.iter_mut().enumerate() {
                    *value = key(view, first + at);
                }
            }
        },
    }
}

/// The least and the most of the values that count, and whether none of them is 0.
fn extremes(counts: &[bool], values: &[i64]) -> Seen {
    widest(
        #[inline(always)]
        move || {
            let mut seen = NOTHING;
            for (counts, value) in counts.iter().zip(values) {
                seen.smallest = seen.smallest.min(i64::either(*counts, *value, i64::MAX));
                seen.largest = seen.largest.max(i64::either(*counts, *value, i64::MIN));
                seen.all &= !counts | (*value != 0);
            }
            seen
        },
    )
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
        Lane::Rows(flags) => onto(
            Lane::Rows(&flags[first..]),
            counts,
            #[inline(always)]
            |counts, flag| *counts &= pass(flag),
        ),
    }
}
