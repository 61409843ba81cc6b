//! Many values into one, for one group or for each of many: exact sums in any order, means rounded
//! once. A group without values has no mean, no largest and no smallest.

use super::arithmetic::divide_big;
use super::counted::{BLOCK, Block, NOTHING, Seen};
use super::group::key;
use crate::eval::block::View;
use crate::model::program::Aggregate;
use crate::value::decimal::{ONE, divide_rounded};
use ahash::AHashSet;
use num_bigint::BigInt;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use std::ops::Range;

/// Rows that one core takes at a time.
const STRETCH: usize = 65_536;

/// A value for each group (a flag is 1 or 0), kept as narrowly as it allows: groups are met in no
/// order, and what is small stays near the core.
pub(in crate::eval) enum Totals {
    /// How many values.
    Counts(Vec<u32>),
    /// Sums that fit.
    Sums(Vec<i64>),
    /// Values; 1 or 0 for flags.
    Values(Vec<i128>),
    /// Values of groups that have any.
    Some(Vec<Option<i64>>),
    /// The same where they may not fit.
    SomeWide(Vec<Option<i128>>),
}

impl Totals {
    /// How many groups there are.
    pub(in crate::eval) fn len(&self) -> usize {
        match self {
            Totals::Counts(counts) => counts.len(),
            Totals::Sums(sums) => sums.len(),
            Totals::Values(values) => values.len(),
            Totals::Some(values) => values.len(),
            Totals::SomeWide(values) => values.len(),
        }
    }

    /// The value of a group; `None` where it has none.
    #[inline(always)]
    pub(in crate::eval) fn at(&self, group: usize) -> Option<i128> {
        match self {
            Totals::Counts(counts) => Some(i128::from(counts[group]) * i128::from(ONE)),
            Totals::Sums(sums) => Some(i128::from(sums[group])),
            Totals::Values(values) => Some(values[group]),
            Totals::Some(values) => values[group].map(i128::from),
            Totals::SomeWide(values) => values[group],
        }
    }
}

/// What becomes one value, and how.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Task<'v, 'a> {
    pub(in crate::eval) aggregate: Aggregate,
    pub(in crate::eval) value: Option<&'v View<'a>>,
    /// What means are rounded to.
    pub(in crate::eval) unit: i64,
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

    /// One value from the rows for which all conditions hold.
    pub(in crate::eval) fn single_where(
        &self,
        rows: usize,
        conditions: &[&View<'_>],
    ) -> Option<i128> {
        if matches!(
            self.aggregate,
            Aggregate::Distinct | Aggregate::Concentration
        ) {
            return self.single(rows, |row| conditions.iter().all(|it| it.holds(row)));
        }
        self.seen(rows, conditions).total(self.aggregate, self.unit)
    }

    /// What is seen of the rows for which all conditions hold.
    pub(in crate::eval) fn seen(&self, rows: usize, conditions: &[&View<'_>]) -> Seen {
        stretches(rows, |rows| {
            let mut block = Block::default();
            for first in rows.clone().step_by(BLOCK) {
                block.take(self, conditions, first, rows.end.min(first + BLOCK));
            }
            block.seen
        })
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
                let seen = stretches(rows, |rows| {
                    let mut seen = NOTHING;
                    let values = rows.filter(|row| counts(*row));
                    values
                        .filter_map(|row| self.of(row))
                        .for_each(|value| seen.add(value));
                    seen
                });
                seen.total(aggregate, self.unit)
            }
        }
    }

    /// A value for each group, `of_row` by row, from the rows for which all conditions hold. Rows of no group
    /// have a number that no group has.
    pub(in crate::eval) fn grouped_where(
        &self,
        of_row: &[u32],
        groups: usize,
        conditions: &[&View<'_>],
    ) -> Totals {
        let by_block = match self.aggregate {
            Aggregate::Count => {
                let mut counts = vec![0_u32; groups];
                self.rows_by_group(of_row, conditions, |group, counted, _| {
                    if let Some(count) = counts.get_mut(group) {
                        *count += u32::from(counted);
                    }
                });
                Some(Totals::Counts(counts))
            }
            Aggregate::Sum => {
                let (mut sums, mut wide) = (vec![0_i64; groups], false);
                self.rows_by_group(of_row, conditions, |group, counted, value| {
                    if let Some(sum) = sums.get_mut(group) {
                        let value = if counted { value } else { 0 };
                        let (more, over) = sum.overflowing_add(value);
                        *sum = more;
                        wide |= over;
                    }
                });
                (!wide).then_some(Totals::Sums(sums))
            }
            _ => None,
        };
        by_block.unwrap_or_else(|| {
            self.grouped(of_row.len(), groups, |row| {
                let counted = conditions.iter().all(|it| it.holds(row));
                counted.then(|| of_row[row] as usize)
            })
        })
    }

    /// Shows every row with its group, whether it counts, and its value. Where rows count and where not is
    /// nothing that a processor could foresee, so that nothing here depends on it.
    fn rows_by_group(
        &self,
        of_row: &[u32],
        conditions: &[&View<'_>],
        mut show: impl FnMut(usize, bool, i64),
    ) {
        let mut block = Block::default();
        for (at, of_row) in of_row.chunks(BLOCK).enumerate() {
            let first = at * BLOCK;
            let (counts, values) = block.fill(self, conditions, first, first + of_row.len());
            for ((group, counted), value) in of_row.iter().zip(counts).zip(values) {
                show(*group as usize, *counted, *value);
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
        let counted = || {
            (0..rows).filter_map(|row| {
                let group = group(row).filter(|group| *group < groups)?;
                Some((group, self.of(row)?))
            })
        };
        let counts = || {
            let mut counts = vec![0_u32; groups];
            counted().for_each(|(group, _)| counts[group] += 1);
            counts
        };
        match self.aggregate {
            Aggregate::Count => Totals::Counts(counts()),
            Aggregate::Sum => match sums(counted(), groups) {
                Some(sums) => Totals::Sums(sums),
                None => Totals::Values(wide_sums(counted(), groups)),
            },
            Aggregate::Average => {
                let unit = i128::from(self.unit.max(1));
                let sums = wide_sums(counted(), groups);
                let means = sums.into_iter().zip(counts()).map(|(sum, count)| {
                    let mean = || divide_rounded(sum, i128::from(count) * unit) * unit;
                    (count > 0).then(mean)
                });
                Totals::SomeWide(means.collect())
            }
            Aggregate::Min | Aggregate::Earliest => extremes(counted(), groups, i64::min),
            Aggregate::Max | Aggregate::Latest => extremes(counted(), groups, i64::max),
            Aggregate::Every => {
                let mut every = vec![1; groups];
                let no = counted().filter(|(_, value)| *value == 0);
                no.for_each(|(group, _)| every[group] = 0);
                Totals::Values(every)
            }
            Aggregate::Distinct => {
                let mut pairs: Vec<(usize, i64)> = counted().collect();
                pairs.par_sort_unstable();
                pairs.dedup();
                let mut counts = vec![0; groups];
                pairs.iter().for_each(|(group, _)| counts[*group] += 1);
                Totals::Counts(counts)
            }
            Aggregate::Concentration => {
                let mut squares = vec![Squares::default(); groups];
                counted().for_each(|(group, value)| squares[group].add(value));
                Totals::Values(squares.iter().map(Squares::index).collect())
            }
        }
    }
}

/// What is seen of all rows, by stretches of them on all cores.
fn stretches(rows: usize, see: impl Fn(Range<usize>) -> Seen + Sync) -> Seen {
    let stretches = (0..rows.div_ceil(STRETCH)).into_par_iter();
    let seen = stretches.map(|at| see(at * STRETCH..rows.min((at + 1) * STRETCH)));
    seen.reduce(|| NOTHING, Seen::join)
}

/// The sum of each group; nothing where one of them, on its way, does not fit.
fn sums(counted: impl Iterator<Item = (usize, i64)>, groups: usize) -> Option<Vec<i64>> {
    let mut sums = vec![0_i64; groups];
    for (group, value) in counted {
        sums[group] = sums[group].checked_add(value)?;
    }
    Some(sums)
}

/// The sum of each group, whatever its size.
fn wide_sums(counted: impl Iterator<Item = (usize, i64)>, groups: usize) -> Vec<i128> {
    let mut sums = vec![0_i128; groups];
    counted.for_each(|(group, value)| sums[group] += i128::from(value));
    sums
}

/// The best value of each group that has one.
fn extremes(
    counted: impl Iterator<Item = (usize, i64)>,
    groups: usize,
    better: impl Fn(i64, i64) -> i64,
) -> Totals {
    let mut values: Vec<Option<i64>> = vec![None; groups];
    for (group, value) in counted {
        let best = values[group].map_or(value, |best| better(best, value));
        values[group] = Some(best);
    }
    Totals::Some(values)
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
        let at_once = task.single_where(values.len(), &[]);
        assert_eq!(task.single(values.len(), |_| true), at_once);
        at_once
    }

    #[test]
    fn rows_that_do_not_count_are_left_out() {
        let values: Vec<i64> = (0..5_000).map(|it| it * 7 % 1_000 - 300).collect();
        let missing: Vec<bool> = (0..5_000).map(|it| it % 11 == 3).collect();
        let flags: Vec<bool> = (0..5_000).map(|it| it % 3 != 1).collect();
        let unknown: Vec<bool> = (0..5_000).map(|it| it % 5 == 0).collect();
        let view = view(&values, &missing);
        let condition = View {
            values: Values::Flag(Lane::Rows(&flags)),
            ..super::tests::view(&[], &unknown)
        };
        for aggregate in [
            Aggregate::Count,
            Aggregate::Sum,
            Aggregate::Average,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Every,
            Aggregate::Distinct,
        ] {
            let task = Task {
                aggregate,
                value: Some(&view),
                unit: 1,
            };
            let one_by_one = task.single(5_000, |row| condition.holds(row));
            assert_eq!(
                task.single_where(5_000, &[&condition]),
                one_by_one,
                "{aggregate:?}"
            );
        }
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
        let missing = [false, false, true, false, false];
        let view = view(&[1, 2, 9, 1, 5], &missing);
        let of_row = [Some(0), Some(1), Some(1), Some(0), None];
        let total = |aggregate| {
            let task = Task {
                aggregate,
                value: Some(&view),
                unit: 1,
            };
            let all = |totals: &Totals| -> Vec<_> {
                (0..totals.len()).map(|group| totals.at(group)).collect()
            };
            let totals = all(&task.grouped(5, 3, |row| of_row[row]));
            let numbers = of_row.map(|it| it.map_or(u32::MAX, |it| it as u32));
            assert_eq!(all(&task.grouped_where(&numbers, 3, &[])), totals);
            totals
        };
        assert_eq!(total(Aggregate::Sum), [Some(2), Some(2), Some(0)]);
        assert_eq!(total(Aggregate::Max), [Some(1), Some(2), None]);
        let one = i128::from(ONE);
        assert_eq!(total(Aggregate::Distinct), [Some(one), Some(one), Some(0)]);
        assert_eq!(total(Aggregate::Count), [Some(2 * one), Some(one), Some(0)]);
    }

    #[test]
    fn sums_of_groups_are_wide_where_they_must_be() {
        let missing = [false; 4];
        let view = view(&[i64::MAX, 7, i64::MAX, -1], &missing);
        let task = Task {
            aggregate: Aggregate::Sum,
            value: Some(&view),
            unit: 1,
        };
        let totals = task.grouped(4, 2, |row| Some(row % 2));
        for totals in [totals, task.grouped_where(&[0, 1, 0, 1], 2, &[])] {
            assert_eq!(totals.at(0), Some(2 * i128::from(i64::MAX)));
            assert_eq!(totals.at(1), Some(6));
        }
    }
}
