//! Weighted means of scores and the known share of weights: exact inside, rounded once, half away from zero.
//! Narrow arithmetic where the numbers allow it, wide where they do not; the result is the same.

use super::arithmetic::divide_big;
use super::quotient::{Divisor, SMALL, divide_all, divide_narrow};
use crate::eval::block::{Lane, Missing, View};
use crate::eval::loops::{Either, map1, onto, onto2};
use crate::plan::op::Scores;
use crate::value::decimal::{ONE, divide_rounded};
use num_bigint::BigInt;

/// The weighted mean of the members that are there. Gives the rows where none is, if any may be.
pub(in crate::eval) fn mean(
    members: &[(i128, View<'_>)],
    scores: Scores,
    out: &mut [i64],
    mask: &mut [bool],
) {
    let total = members
        .iter()
        .fold(0_i128, |sum, (weight, _)| sum.saturating_add(weight.abs()));
    let reach = i128::from(
        scores
            .lowest
            .unsigned_abs()
            .max(scores.highest.unsigned_abs()),
    );
    let bound = total.saturating_mul(reach.max(i128::from(scores.unit)) + 1);
    let always = members
        .iter()
        .all(|(_, member)| matches!(member.missing, Missing::Never));
    if always && total > 0 && bound < i128::from(i64::MAX) / 4 {
        out.fill(0);
        for (weight, member) in members {
            let weight = *weight as i64;
            onto(
                member.numbers(),
                out,
                #[inline(always)]
                move |out, value| *out += weight * value,
            );
        }
        return divide_all(out, bound, total as i64 * scores.unit, scores.unit);
    }
    let positive = members.iter().all(|(weight, _)| *weight > 0);
    if positive && bound < i128::from(i64::MAX) / 4 {
        let small = bound <= i128::from(SMALL);
        return narrow_mean(members, small, scores.unit, out, mask);
    }
    let unit = i128::from(scores.unit);
    let wide = bound < i128::MAX / 4;
    for (row, (out, mask)) in out.iter_mut().zip(mask).enumerate() {
        let there = || members.iter().filter(|(_, member)| !member.missing.at(row));
        let present = there().fold(0_i128, |sum, (weight, _)| sum.saturating_add(*weight));
        *mask = present <= 0;
        *out = if *mask {
            0
        } else if wide {
            let sum: i128 = there()
                .map(|(weight, member)| weight * member.wide(row))
                .sum();
            divide_rounded(sum, present * unit) as i64 * scores.unit
        } else {
            let parts = there().map(|(weight, member)| BigInt::from(*weight) * member.wide(row));
            let sum: BigInt = parts.sum();
            let ticks = divide_big(sum, BigInt::from(present) * unit).unwrap_or(0);
            ticks as i64 * scores.unit
        };
    }
}

/// Rows whose present weights are kept beside them.
const FEW: usize = 512;

/// The mean where some may be missing and narrow numbers hold every sum.
fn narrow_mean(
    members: &[(i128, View<'_>)],
    small: bool,
    unit: i64,
    out: &mut [i64],
    mask: &mut [bool],
) {
    out.fill(0);
    let mut space = [0_i64; FEW];
    let parts = out.chunks_mut(FEW).zip(mask.chunks_mut(FEW));
    for ((out, mask), first) in parts.zip((0..).step_by(FEW)) {
        let present = &mut space[..out.len()];
        present.fill(0);
        for (weight, member) in members {
            let weight = *weight as i64;
            let values = member.numbers().part(first, out.len());
            let missing = member.missing.lane().part(first, out.len());
            // What stands where nothing is may be anything.
            onto2(
                values,
                missing,
                out,
                #[inline(always)]
                move |out, value, missing| {
                    *out = out.wrapping_add(i64::either(missing, 0, weight.wrapping_mul(value)));
                },
            );
            onto(
                missing,
                present,
                #[inline(always)]
                move |present, missing| *present += i64::either(missing, 0, weight),
            );
        }
        map1(Lane::Rows(&*present), mask, |present| present <= 0);
        let present = Lane::Rows(&*present);
        if small {
            onto(
                present,
                out,
                #[inline(always)]
                move |out, present| {
                    // Where none is the sum is 0.
                    *out = Divisor::new(present.max(1) * unit).divide(*out) * unit;
                },
            );
        } else {
            onto(present, out, |out, present| {
                *out = divide_narrow(*out, present.max(1) * unit) * unit;
            });
        }
    }
}

/// The share of the weights whose flags hold, rounded at the sixth digit.
pub(in crate::eval) fn known(parts: &[(BigInt, View<'_>)], total: &BigInt, out: &mut [i64]) {
    let narrow: Option<Vec<i64>> = parts
        .iter()
        .map(|(part, _)| i64::try_from(part).ok())
        .collect();
    let whole = i64::try_from(total)
        .ok()
        .filter(|total| *total > 0 && *total < i64::MAX / (4 * ONE));
    match (narrow, whole) {
        (Some(narrow), Some(total)) => {
            out.fill(0);
            for (part, (_, view)) in narrow.iter().zip(parts) {
                let part = *part;
                onto(
                    view.flags(),
                    out,
                    #[inline(always)]
                    move |out, flag| *out += i64::either(flag, part, 0),
                );
            }
            let reach: i128 = narrow.iter().map(|part| i128::from(*part).abs()).sum();
            let bound = reach * i128::from(ONE);
            out.iter_mut().for_each(|out| *out *= ONE);
            divide_all(out, bound, total, 1);
        }
        _ => {
            for (row, out) in out.iter_mut().enumerate() {
                let there = parts.iter().filter(|(_, view)| view.holds(row));
                let sum: BigInt = there.map(|(part, _)| part * ONE).sum();
                let zero = total.sign() == num_bigint::Sign::NoSign;
                let share = if zero {
                    None
                } else {
                    divide_big(sum, total.clone())
                };
                *out = share
                    .and_then(|share| i64::try_from(share).ok())
                    .unwrap_or(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::Seen;
    use std::borrow::Cow;

    const ROWS: usize = 1_500;

    fn view<'a>(values: Seen<'a>, missing: Missing<'a>) -> View<'a> {
        View {
            values,
            missing,
            poison: Cow::Borrowed(&[]),
            single: false,
        }
    }

    /// Of each row the exact mean of those that are there.
    fn expected(members: &[(i128, View<'_>)], unit: i64, row: usize) -> Option<i64> {
        let there = members.iter().filter(|(_, view)| !view.missing.at(row));
        let (sum, weights) = there.fold((0, 0), |(sum, weights), (weight, view)| {
            (sum + weight * view.wide(row), weights + weight)
        });
        let ticks = (weights > 0).then(|| divide_rounded(sum, weights * i128::from(unit)))?;
        Some(ticks as i64 * unit)
    }

    #[test]
    fn means_of_all_sizes_are_exact() {
        let scores = Scores {
            lowest: 0,
            highest: 10_000_000,
            unit: 10_000,
        };
        let numbers = |factor: i64| (0..ROWS as i64).map(move |row| row * factor % 10_000_001);
        let (a, b): (Vec<i64>, Vec<i64>) = (numbers(7_919).collect(), numbers(104_729).collect());
        let every = |step: usize| (0..ROWS).map(|row| row % step == 0).collect();
        let (odd, some): (Vec<bool>, Vec<bool>) = (every(2), every(3));
        let masks = [
            [Missing::Never, Missing::Never],
            [Missing::Rows(&odd), Missing::Never],
            [Missing::Rows(&odd), Missing::Rows(&some)],
            [Missing::Always, Missing::Rows(&some)],
        ];
        // Weights for the quickest way, for 64 bits and for 128.
        for weight in [1, 350_000, 35_000_000_000, i128::from(i64::MAX)] {
            for [of_a, of_b] in masks {
                let members = [
                    (weight, view(Seen::Number(Lane::Rows(&a)), of_a)),
                    (weight * 2, view(Seen::Number(Lane::Rows(&b)), of_b)),
                ];
                let (mut out, mut mask) = (vec![7; ROWS], vec![false; ROWS]);
                mean(&members, scores, &mut out, &mut mask);
                for row in 0..ROWS {
                    let found = (!mask[row]).then_some(out[row]);
                    assert_eq!(found, expected(&members, scores.unit, row), "row {row}");
                }
            }
        }
    }

    #[test]
    fn the_known_share_is_that_of_the_weights() {
        let flags: Vec<bool> = (0..ROWS).map(|row| row % 3 == 0).collect();
        for unit in [1_i64, 1_000_000, 1_000_000_000] {
            let parts = [(1, Lane::Rows(&flags[..])), (5, Lane::One(true))];
            let parts = parts.map(|(part, lane)| {
                let view = view(Seen::Flag(lane), Missing::Never);
                (BigInt::from(part * unit), view)
            });
            let mut out = vec![0; ROWS];
            known(&parts, &BigInt::from(6 * unit), &mut out);
            assert_eq!(out[..3], [ONE, 833_333, 833_333]);
        }
    }
}
