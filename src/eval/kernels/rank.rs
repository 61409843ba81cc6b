//! Order and what follows from it: ranks, percentiles, places, the share held by those above.
//! Ties share a place; every result is the same whatever order the rows came in.

use super::group::Groups;
use super::scale;
use crate::eval::block::View;
use crate::plan::op::Place;
use crate::value::decimal::{ONE, divide_rounded};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// Rows that have a value, by group and then by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::eval) struct Order {
    /// Value and row.
    pairs: Vec<(i64, u32)>,
    /// Where each group ends.
    ends: Vec<usize>,
}

impl Order {
    /// How many rows it has.
    pub(in crate::eval) fn len(&self) -> usize {
        self.pairs.len()
    }
}

/// Orders the rows that take part and have a value.
pub(in crate::eval) fn order(
    value: &View<'_>,
    groups: Option<&Groups>,
    included: Option<&View<'_>>,
    rows: usize,
) -> Order {
    let numbers = value.numbers();
    let counts =
        |row: usize| !value.missing.at(row) && included.is_none_or(|included| included.holds(row));
    match groups {
        None => {
            let taking_part = (0..rows).filter(|row| counts(*row));
            let mut pairs: Vec<(i64, u32)> = taking_part
                .map(|row| (numbers.at(row), row as u32))
                .collect();
            pairs.par_sort_unstable();
            let ends = vec![pairs.len()];
            Order { pairs, ends }
        }
        Some(groups) => {
            let group = |row: usize| groups.of_row.get(row).copied().map(|it| it as usize);
            let mut starts = vec![0_usize; groups.count];
            let taking_part = || {
                (0..rows).filter_map(|row| {
                    let group = group(row).filter(|group| *group < groups.count)?;
                    counts(row).then_some((group, row))
                })
            };
            taking_part().for_each(|(group, _)| starts[group] += 1);
            let mut total = 0;
            for start in &mut starts {
                (*start, total) = (total, total + *start);
            }
            let mut pairs = vec![(0, 0); total];
            for (group, row) in taking_part() {
                pairs[starts[group]] = (numbers.at(row), row as u32);
                starts[group] += 1;
            }
            // Filling moved each start to the end of its group.
            let ends = starts;
            let mut start = 0;
            for end in &ends {
                pairs[start..*end].sort_unstable();
                start = *end;
            }
            Order { pairs, ends }
        }
    }
}

impl Order {
    /// Runs of equal values, each with the number of lower and higher ones and of all in its group.
    fn runs(&self, mut visit: impl FnMut(&[(i64, u32)], usize, usize, usize)) {
        let mut start = 0;
        for end in &self.ends {
            let group = &self.pairs[start..*end];
            let mut at = 0;
            while at < group.len() {
                let value = group[at].0;
                let run = group[at..]
                    .iter()
                    .take_while(|pair| pair.0 == value)
                    .count();
                visit(
                    &group[at..at + run],
                    at,
                    group.len() - at - run,
                    group.len(),
                );
                at += run;
            }
            start = *end;
        }
    }

    /// What a place is worth, for each row; rows without one keep what they hold.
    pub(in crate::eval) fn places(&self, place: Place, mut write: impl FnMut(usize, i64)) {
        self.runs(|run, lower, higher, n| {
            let value = scale::place(place, lower as u64, higher as u64, n as u64);
            for (_, row) in run {
                write(*row as usize, value);
            }
        });
    }

    /// The share of the group's total held by those with a larger value.
    pub(in crate::eval) fn shares_above(&self, mut write: impl FnMut(usize, i64)) {
        let mut start = 0;
        for end in &self.ends {
            let group = &self.pairs[start..*end];
            let total: i128 = group.iter().map(|pair| i128::from(pair.0)).sum();
            let (mut above, mut at) = (0_i128, group.len());
            while at > 0 {
                let value = group[at - 1].0;
                let run = group[..at]
                    .iter()
                    .rev()
                    .take_while(|pair| pair.0 == value)
                    .count();
                let share = share(above, total);
                for (_, row) in &group[at - run..at] {
                    write(*row as usize, share);
                }
                above += i128::from(value) * run as i128;
                at -= run;
            }
            start = *end;
        }
    }
}

/// A part of a total, rounded at the sixth digit; of a total of 0 it is 0.
pub(in crate::eval) fn share(part: i128, total: i128) -> i64 {
    if total == 0 {
        return 0;
    }
    let millionths = part.saturating_mul(i128::from(ONE));
    let exact = match (u64::try_from(millionths), u64::try_from(total)) {
        // Most parts and totals are narrow, which is ten times faster.
        (Ok(millionths), Ok(total)) if millionths < u64::MAX / 2 => {
            return ((millionths + total / 2) / total) as i64;
        }
        _ => divide_rounded(millionths, total),
    };
    i64::try_from(exact).unwrap_or(0)
}

/// The share of each row in the total of its group (or of all).
pub(in crate::eval) fn shares(
    value: &View<'_>,
    groups: Option<&Groups>,
    included: Option<&View<'_>>,
    out: &mut [i64],
) {
    let numbers = value.numbers();
    let group = |row: usize| match groups {
        Some(groups) => groups.of_row.get(row).map_or(usize::MAX, |it| *it as usize),
        None if included.is_none_or(|included| included.holds(row)) => 0,
        None => usize::MAX,
    };
    let mut totals = vec![0_i128; groups.map_or(1, |groups| groups.count)];
    for row in (0..out.len()).filter(|row| !value.missing.at(*row)) {
        if let Some(total) = totals.get_mut(group(row)) {
            *total += i128::from(numbers.at(row));
        }
    }
    out.par_iter_mut().enumerate().for_each(|(row, out)| {
        let total = totals.get(group(row)).copied().unwrap_or(0);
        *out = share(i128::from(numbers.at(row)), total);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::{Lane, Missing, Seen};
    use std::borrow::Cow;

    fn view(values: &[i64]) -> View<'_> {
        View {
            values: Seen::Number(Lane::Rows(values)),
            missing: Missing::Never,
            poison: Cow::Borrowed(&[]),
            single: false,
        }
    }

    fn places(values: &[i64], groups: Option<&Groups>, place: Place) -> Vec<i64> {
        let order = order(&view(values), groups, None, values.len());
        let mut out = vec![-1; values.len()];
        order.places(place, |row, value| out[row] = value);
        out
    }

    #[test]
    fn ties_share_the_better_rank() {
        let ranks = places(&[5, 9, 9, 1], None, Place::Rank);
        assert_eq!(ranks, [3 * ONE, ONE, ONE, 4 * ONE]);
        let groups = Groups {
            of_row: vec![0, 1, 0, 1],
            count: 2,
        };
        let ranks = places(&[5, 9, 9, 1], Some(&groups), Place::Rank);
        assert_eq!(ranks, [2 * ONE, ONE, ONE, 2 * ONE]);
        let bottom = Place::WithinCount {
            top: false,
            count: 2,
        };
        assert_eq!(places(&[5, 9, 9, 1], None, bottom), [1, 0, 0, 1]);
    }

    #[test]
    fn the_first_class_is_never_empty() {
        let values = [50, 30, 20, 30];
        let order = order(&view(&values), None, None, 4);
        let mut out = [-1; 4];
        order.shares_above(|row, share| out[row] = share);
        assert_eq!(out, [0, 384_615, 846_154, 384_615]);
        let mut out = [-1; 2];
        shares(&view(&[0, 0]), None, None, &mut out);
        assert_eq!(out, [0, 0]);
        shares(&view(&[1, 2]), None, None, &mut out);
        assert_eq!(out, [333_333, 666_667]);
    }
}
