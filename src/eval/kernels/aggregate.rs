//! Many values into one, for one group or for each of many: exact sums in any order, means rounded
//! once. A group without values has no mean, no largest and no smallest.

use super::arithmetic::divide_big;
use super::group::key;
use crate::eval::block::View;
use crate::model::program::Aggregate;
use crate::value::decimal::{ONE, divide_rounded};
use ahash::AHashSet;
use num_bigint::BigInt;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Rows that one core takes at a time.
const STRETCH: usize = 65_536;

/// For each group a value (a flag is 1 or 0); `None` where it has none.
pub(in crate::eval) type Totals = Vec<Option<i128>>;

/// What becomes one value, and how.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Task<'v, 'a> {
    pub(in crate::eval) aggregate: Aggregate,
    pub(in crate::eval) value: Option<&'v View<'a>>,
    /// What means are rounded to.
    pub(in crate::eval) unit: i64,
}

/// What has been seen of a group.
#[derive(Clone, Copy, Debug)]
struct Seen {
    count: u64,
    sum: i128,
    smallest: i64,
    largest: i64,
    all: bool,
}

const NOTHING: Seen = Seen {
    count: 0,
    sum: 0,
    smallest: i64::MAX,
    largest: i64::MIN,
    all: true,
};

impl Seen {
    #[inline(always)]
    fn add(&mut self, value: i64) {
        self.count += 1;
        self.sum += i128::from(value);
        self.smallest = self.smallest.min(value);
        self.largest = self.largest.max(value);
        self.all &= value != 0;
    }

    fn join(self, other: Seen) -> Seen {
        Seen {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            smallest: self.smallest.min(other.smallest),
            largest: self.largest.max(other.largest),
            all: self.all && other.all,
        }
    }

    fn total(self, aggregate: Aggregate, unit: i64) -> Option<i128> {
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

impl Task<'_, '_> {
    /// The value of a row; `None` where it is missing.
    #[inline(always)]
    fn of(&self, row: usize) -> Option<i64> {
        match self.value {
            None => Some(1),
            Some(view) if self.aggregate == Aggregate::Every => Some(i64::from(view.holds(row))),
            Some(view) => (!view.missing.at(row)).then(|| key(view, row)),
        }
    }

    /// One value from the rows that count.
    pub(in crate::eval) fn single(
        &self,
        rows: usize,
        counts: impl Fn(usize) -> bool + Sync,
    ) -> Option<i128> {
        let counted = || {
            (0..rows)
                .filter(|row| counts(*row))
                .filter_map(|row| self.of(row))
        };
        match self.aggregate {
            Aggregate::Distinct => {
                let different: AHashSet<i64> = counted().collect();
                Some(different.len() as i128 * i128::from(ONE))
            }
            Aggregate::Concentration => {
                let mut squares = Squares::default();
                counted().for_each(|value| squares.add(value));
                Some(squares.index())
            }
            aggregate => {
                let stretches = rows.div_ceil(STRETCH);
                let seen: Vec<Seen> = (0..stretches)
                    .into_par_iter()
                    .map(|stretch| {
                        let first = stretch * STRETCH;
                        let mut seen = NOTHING;
                        for row in first..rows.min(first + STRETCH) {
                            if counts(row)
                                && let Some(value) = self.of(row)
                            {
                                seen.add(value);
                            }
                        }
                        seen
                    })
                    .collect();
                seen.into_iter()
                    .fold(NOTHING, Seen::join)
                    .total(aggregate, self.unit)
            }
        }
    }

    /// A value for each group from the rows that count in it.
    pub(in crate::eval) fn grouped(
        &self,
        rows: usize,
        groups: usize,
        group: impl Fn(usize) -> Option<usize>,
    ) -> Totals {
        let counted = (0..rows).filter_map(|row| {
            let group = group(row).filter(|group| *group < groups)?;
            Some((group, self.of(row)?))
        });
        match self.aggregate {
            Aggregate::Distinct => {
                let mut pairs: Vec<(usize, i64)> = counted.collect();
                pairs.sort_unstable();
                pairs.dedup();
                let mut totals = vec![Some(0); groups];
                for (group, _) in pairs {
                    totals[group] = totals[group].map(|total| total + i128::from(ONE));
                }
                totals
            }
            Aggregate::Concentration => {
                let mut squares = vec![Squares::default(); groups];
                counted.for_each(|(group, value)| squares[group].add(value));
                squares
                    .iter()
                    .map(|squares| Some(squares.index()))
                    .collect()
            }
            aggregate => {
                let mut seen = vec![NOTHING; groups];
                counted.for_each(|(group, value)| seen[group].add(value));
                let totals = seen.into_iter();
                totals
                    .map(|seen| seen.total(aggregate, self.unit))
                    .collect()
            }
        }
    }
}

/// Sums of values and of their squares, the latter in 256 bits.
#[derive(Clone, Copy, Debug, Default)]
struct Squares {
    sum: i128,
    low: u128,
    high: u128,
}

impl Squares {
    fn add(&mut self, value: i64) {
        self.sum += i128::from(value);
        let size = u128::from(value.unsigned_abs());
        let (low, carried) = self.low.overflowing_add(size * size);
        self.low = low;
        self.high += u128::from(carried);
    }

    /// The sum of the squared shares, rounded at the sixth digit; of a total of 0 it is 0.
    fn index(&self) -> i128 {
        if self.sum == 0 {
            return 0;
        }
        let squares = (BigInt::from(self.high) << 128u32) + BigInt::from(self.low);
        let total = BigInt::from(self.sum) * self.sum;
        divide_big(squares * ONE, total).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::{Lane, Missing, Seen as Values};
    use std::borrow::Cow;

    fn view<'a>(values: &'a [i64], missing: &'a [bool]) -> View<'a> {
        View {
            values: Values::Number(Lane::Rows(values)),
            missing: Missing::Rows(missing),
            poison: Cow::Borrowed(&[]),
            single: false,
        }
    }

    fn single(aggregate: Aggregate, values: &[i64]) -> Option<i128> {
        let missing = vec![false; values.len()];
        let view = view(values, &missing);
        let task = Task {
            aggregate,
            value: Some(&view),
            unit: 1,
        };
        task.single(values.len(), |_| true)
    }

    #[test]
    fn sums_are_wide_and_means_rounded_once() {
        let large = [i64::MAX; 5];
        assert_eq!(
            single(Aggregate::Sum, &large),
            Some(5 * i128::from(i64::MAX))
        );
        assert_eq!(
            single(Aggregate::Average, &large),
            Some(i128::from(i64::MAX))
        );
        assert_eq!(single(Aggregate::Average, &[1, 2]), Some(2));
        assert_eq!(single(Aggregate::Average, &[-1, -2]), Some(-2));
        assert_eq!(single(Aggregate::Max, &[]), None);
        assert_eq!(single(Aggregate::Sum, &[]), Some(0));
        assert_eq!(single(Aggregate::Every, &[]), Some(1));
    }

    #[test]
    fn concentration_is_exact() {
        assert_eq!(single(Aggregate::Concentration, &[5, 5, 5]), Some(333_333));
        assert_eq!(
            single(Aggregate::Concentration, &[i64::MAX; 4]),
            Some(250_000)
        );
        assert_eq!(single(Aggregate::Concentration, &[7]), Some(1_000_000));
        assert_eq!(single(Aggregate::Concentration, &[0, 0]), Some(0));
    }

    #[test]
    fn groups_have_their_own() {
        let missing = [false, false, true, false];
        let view = view(&[1, 2, 9, 1], &missing);
        let of_row = [Some(0), Some(1), Some(1), Some(0)];
        let total = |aggregate| {
            let task = Task {
                aggregate,
                value: Some(&view),
                unit: 1,
            };
            task.grouped(4, 3, |row| of_row[row])
        };
        assert_eq!(total(Aggregate::Sum), [Some(2), Some(2), Some(0)]);
        assert_eq!(total(Aggregate::Max), [Some(1), Some(2), None]);
        let one = i128::from(ONE);
        assert_eq!(total(Aggregate::Distinct), [Some(one), Some(one), Some(0)]);
        assert_eq!(total(Aggregate::Count), [Some(2 * one), Some(one), Some(0)]);
    }
}
