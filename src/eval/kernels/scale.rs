//! Scales and means: exact inside, rounded once, half away from zero, to the decimals of scores.
//! Narrow arithmetic where the numbers allow it, wide where they do not; the result is the same.

use crate::eval::block::{Lane, Missing, View, map1};
use crate::eval::kernels::arithmetic::divide_big;
use crate::plan::op::{Comparison, Place, Scores};
use crate::value::decimal::{ONE, divide_rounded};
use num_bigint::BigInt;

/// Half away from zero. The divisor must be above 0 and the size of the numerator below `i64::MAX/2`.
#[inline(always)]
pub(super) fn divide_narrow(numerator: i64, divisor: i64) -> i64 {
    let half = divisor / 2;
    let shifted = if numerator < 0 {
        numerator - half
    } else {
        numerator + half
    };
    shifted / divisor
}

/// The score on a straight line from `(x0, s0)` to `(x1, s1)` at an x between them.
#[derive(Clone, Copy, Debug)]
struct Line {
    x0: i64,
    // score = (base + rise × (x − x0)) / divisor × unit
    base: i128,
    rise: i128,
    divisor: i128,
    unit: i64,
    narrow: bool,
}

impl Line {
    /// The line; x0 and x1 must differ.
    fn new(x0: i64, s0: i64, x1: i64, s1: i64, unit: i64) -> Line {
        let run = i128::from(x1) - i128::from(x0);
        let (s0, s1, wide) = (i128::from(s0), i128::from(s1), i128::from(unit));
        // s0 × run / unit is brought under the same divisor; what is shared is taken out.
        let (mut base, mut rise, mut divisor) = (s0.saturating_mul(run), s1 - s0, run * wide);
        if divisor < 0 {
            (base, rise, divisor) = (-base, -rise, -divisor);
        }
        let shared = gcd(gcd(base, rise), divisor).max(1);
        let (base, rise, divisor) = (base / shared, rise / shared, divisor / shared);
        let limit = i128::from(i64::MAX) / 4;
        let reach = rise.abs().saturating_mul(run.abs());
        Line {
            x0,
            base,
            rise,
            divisor,
            unit,
            narrow: reach < limit && base.abs() < limit && divisor < limit,
        }
    }

    #[inline(always)]
    fn narrow_score(&self, x: i64) -> i64 {
        let numerator = self.base as i64 + self.rise as i64 * (x - self.x0);
        divide_narrow(numerator, self.divisor as i64) * self.unit
    }

    fn wide_score(&self, x: i64) -> i64 {
        let run = i128::from(x) - i128::from(self.x0);
        let ticks = match self
            .rise
            .checked_mul(run)
            .and_then(|it| it.checked_add(self.base))
        {
            Some(numerator) => divide_rounded(numerator, self.divisor),
            None => {
                let numerator = BigInt::from(self.rise) * run + self.base;
                divide_big(numerator, BigInt::from(self.divisor)).unwrap_or(0)
            }
        };
        (ticks as i64).saturating_mul(self.unit)
    }

    #[inline(always)]
    fn score(&self, x: i64) -> i64 {
        if self.narrow {
            self.narrow_score(x)
        } else {
            self.wide_score(x)
        }
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

pub(in crate::eval) fn ramp(
    values: Lane<'_, i64>,
    worst: i64,
    best: i64,
    scores: Scores,
    out: &mut [i64],
) {
    if worst == best {
        return map1(values, out, |value| match value < worst {
            true => scores.lowest,
            false => scores.highest,
        });
    }
    let line = Line::new(worst, scores.lowest, best, scores.highest, scores.unit);
    let (low, high) = (worst.min(best), worst.max(best));
    if line.narrow {
        map1(values, out, |value| {
            line.narrow_score(value.clamp(low, high))
        });
    } else {
        map1(values, out, |value| line.wide_score(value.clamp(low, high)));
    }
}

pub(in crate::eval) fn curve(
    values: Lane<'_, i64>,
    points: &[(i64, i64)],
    unit: i64,
    out: &mut [i64],
) {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return out.fill(0);
    };
    let lines: Vec<Line> = points
        .windows(2)
        .map(|pair| Line::new(pair[0].0, pair[0].1, pair[1].0, pair[1].1, unit))
        .collect();
    map1(values, out, |value| {
        if value <= first.0 {
            return first.1;
        }
        // The line whose start is the last one below the value.
        let at = lines.iter().take_while(|line| line.x0 < value).count();
        if value >= last.0 {
            return last.1;
        }
        lines
            .get(at.saturating_sub(1))
            .map_or(last.1, |line| line.score(value))
    });
}

pub(in crate::eval) fn bands(
    values: Lane<'_, i64>,
    bands: &[(Comparison, i64, i64)],
    otherwise: i64,
    out: &mut [i64],
) {
    match values {
        Lane::One(value) => {
            let band = bands
                .iter()
                .find(|(comparison, x, _)| comparison.holds(value, *x));
            out.fill(band.map_or(otherwise, |(_, _, score)| *score));
        }
        Lane::Rows(values) => {
            out.fill(otherwise);
            for (comparison, x, score) in bands.iter().rev() {
                let (x, score) = (*x, *score);
                let mut write = |holds: fn(i64, i64) -> bool| {
                    for (out, value) in out.iter_mut().zip(values) {
                        *out = if holds(*value, x) { score } else { *out };
                    }
                };
                match comparison {
                    Comparison::Equal => write(|a, b| a == b),
                    Comparison::NotEqual => write(|a, b| a != b),
                    Comparison::Less => write(|a, b| a < b),
                    Comparison::LessOrEqual => write(|a, b| a <= b),
                    Comparison::Greater => write(|a, b| a > b),
                    Comparison::GreaterOrEqual => write(|a, b| a >= b),
                }
            }
        }
    }
}

/// The value as a score; gives whether any lies outside the range.
pub(in crate::eval) fn as_is(
    values: Lane<'_, i64>,
    capped: bool,
    scores: Scores,
    out: &mut [i64],
) -> bool {
    let (low, high, unit) = (scores.lowest, scores.highest, scores.unit);
    let limit = (i64::MAX / 4).unsigned_abs();
    if low.unsigned_abs().max(high.unsigned_abs()) < limit {
        let unit = unit.max(1);
        map1(values, out, |value| {
            divide_narrow(value.clamp(low, high), unit) * unit
        });
    } else {
        map1(values, out, |value| {
            let inside = value.clamp(low, high);
            divide_rounded(i128::from(inside), i128::from(unit.max(1))) as i64 * unit
        });
    }
    let outside = |value: i64| value < low || value > high;
    !capped
        && match values {
            Lane::Rows(values) => values.iter().any(|value| outside(*value)),
            Lane::One(value) => outside(value),
        }
}

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
            match member.numbers() {
                Lane::Rows(values) => {
                    for (out, value) in out.iter_mut().zip(values) {
                        *out += weight * value;
                    }
                }
                Lane::One(value) => out.iter_mut().for_each(|out| *out += weight * value),
            }
        }
        let divisor = total as i64 * scores.unit;
        for out in out.iter_mut() {
            *out = divide_narrow(*out, divisor) * scores.unit;
        }
        return;
    }
    let positive = members.iter().all(|(weight, _)| *weight > 0);
    if positive && bound < i128::from(i64::MAX) / 4 {
        return narrow_mean(members, scores.unit, out, mask);
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

/// The mean where some may be missing and narrow numbers hold every sum.
fn narrow_mean(members: &[(i128, View<'_>)], unit: i64, out: &mut [i64], mask: &mut [bool]) {
    let mut present = vec![0_i64; out.len()];
    out.fill(0);
    for (weight, member) in members {
        let weight = *weight as i64;
        match (member.numbers(), member.missing) {
            (_, Missing::Always) => {}
            (Lane::Rows(values), Missing::Rows(missing)) => {
                let rows = out.iter_mut().zip(&mut present).zip(values).zip(missing);
                for (((out, present), value), missing) in rows {
                    // What stands where nothing is may be anything.
                    let value = if *missing { 0 } else { *value };
                    *out = out.wrapping_add(weight.wrapping_mul(value));
                    *present += if *missing { 0 } else { weight };
                }
            }
            (values, missing) => {
                let rows = out.iter_mut().zip(&mut present).enumerate();
                for (row, (out, present)) in rows.filter(|(row, _)| !missing.at(*row)) {
                    *out += weight * values.at(row);
                    *present += weight;
                }
            }
        }
    }
    for ((out, mask), present) in out.iter_mut().zip(mask).zip(&present) {
        *mask = *present <= 0;
        *out = match *mask {
            true => 0,
            false => divide_narrow(*out, present * unit) * unit,
        };
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
                match view.flags() {
                    Lane::Rows(flags) => {
                        for (out, flag) in out.iter_mut().zip(flags) {
                            *out += if *flag { *part } else { 0 };
                        }
                    }
                    Lane::One(flag) => {
                        let part = if flag { *part } else { 0 };
                        out.iter_mut().for_each(|out| *out += part);
                    }
                }
            }
            for out in out.iter_mut() {
                *out = divide_narrow(*out * ONE, total);
            }
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

/// The score of a place, from how many of `n` values lie below (or above, where less is better).
pub(in crate::eval) fn ranked(beaten: u64, n: u64, steps: Option<u32>, scores: Scores) -> i64 {
    let (beaten, others) = match n {
        0 | 1 => (1, 1),
        n => (i128::from(beaten), i128::from(n) - 1),
    };
    let (low, unit) = (i128::from(scores.lowest), i128::from(scores.unit.max(1)));
    let range = i128::from(scores.highest) - low;
    let (part, whole) = match steps.map(i128::from) {
        Some(steps) if steps < 2 => (0, 1),
        Some(steps) => ((steps * beaten / others).min(steps - 1), steps - 1),
        None => (beaten, others),
    };
    let ticks = divide_rounded(low * whole + range * part, whole * unit);
    (ticks * unit) as i64
}

/// What a place is worth as a number or a flag (1 or 0).
pub(in crate::eval) fn place(place: Place, lower: u64, higher: u64, n: u64) -> i64 {
    let whole = |value: u64| (value as i64).saturating_mul(ONE);
    let rank = |top: bool| if top { higher + 1 } else { lower + 1 };
    match place {
        Place::Rank => whole(higher + 1),
        Place::Percentile => match n {
            0 | 1 => ONE,
            n => divide_rounded(i128::from(lower) * i128::from(ONE), i128::from(n) - 1) as i64,
        },
        Place::WithinCount { top, count } => i64::from(rank(top) <= count),
        Place::WithinShare { top, share } => {
            let exact = i128::from(share) * i128::from(n);
            let limit = (exact + i128::from(ONE) - 1).div_euclid(i128::from(ONE));
            i64::from(i128::from(rank(top)) <= limit)
        }
        Place::Score {
            steps,
            less_is_better,
            scores,
        } => {
            let beaten = if less_is_better { higher } else { lower };
            ranked(beaten, n, steps, scores)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: Scores = Scores {
        lowest: 0,
        highest: 10_000_000,
        unit: 10_000,
    };

    fn ramped(values: &[i64], worst: i64, best: i64, scores: Scores) -> Vec<i64> {
        let mut out = vec![0; values.len()];
        ramp(Lane::Rows(values), worst, best, scores, &mut out);
        out
    }

    #[test]
    fn a_ramp_is_exact_and_rounded_once() {
        let million = 1_000_000_000_000;
        let values = [
            -1,
            0,
            2_499_999_999_999,
            2_502_500_000_000,
            5 * million,
            i64::MAX,
        ];
        let scores = ramped(&values, 0, 5 * million, SCORES);
        assert_eq!(scores, [0, 0, 5_000_000, 5_010_000, 10_000_000, 10_000_000]);
        // 5.005 rounds away from zero, a hair below does not.
        assert_eq!(
            ramped(
                &[2_502_499_999_999, 2_502_500_000_000],
                0,
                5 * million,
                SCORES
            ),
            [5_000_000, 5_010_000]
        );
        // Falling ramps and ranges below zero round away from zero too.
        let around = Scores {
            lowest: -5_000_000,
            highest: 5_000_000,
            unit: 1_000_000,
        };
        assert_eq!(
            ramped(&[0, 450_000, 550_000, 1_000_000], 1_000_000, 0, around),
            [5_000_000, 1_000_000, -1_000_000, -5_000_000]
        );
        // The widest ramp there is.
        let wide = ramped(&[0, i64::MAX], i64::MIN, i64::MAX, SCORES);
        assert_eq!(wide, [5_000_000, 10_000_000]);
    }

    #[test]
    fn a_curve_is_flat_outside_and_straight_inside() {
        let points = [(0, 0), (1_000_000, 5_000_000), (10_000_000, 10_000_000)];
        let values = [-5, 0, 500_000, 1_000_000, 5_500_000, 10_000_000, 99_000_000];
        let mut out = [0; 7];
        curve(Lane::Rows(&values), &points, 10_000, &mut out);
        assert_eq!(
            out,
            [
                0, 0, 2_500_000, 5_000_000, 7_500_000, 10_000_000, 10_000_000
            ]
        );
    }

    #[test]
    fn bands_are_read_from_the_top() {
        let ladder = [
            (Comparison::GreaterOrEqual, 10, 10),
            (Comparison::GreaterOrEqual, 5, 7),
        ];
        let mut out = [0; 4];
        bands(Lane::Rows(&[12, 10, 5, 4]), &ladder, 1, &mut out);
        assert_eq!(out, [10, 10, 7, 1]);
    }

    #[test]
    fn places_have_scores() {
        assert_eq!(ranked(0, 1, None, SCORES), 10_000_000);
        assert_eq!(ranked(1, 4, None, SCORES), 3_330_000);
        let steps: Vec<i64> = (0..6).map(|it| ranked(it, 6, Some(5), SCORES)).collect();
        assert_eq!(
            steps,
            [0, 2_500_000, 5_000_000, 7_500_000, 10_000_000, 10_000_000]
        );
        let top = Place::WithinShare {
            top: true,
            share: 100_000,
        };
        assert_eq!(
            [
                place(top, 9, 0, 11),
                place(top, 9, 1, 11),
                place(top, 8, 2, 11)
            ],
            [1, 1, 0]
        );
        assert_eq!(place(Place::Percentile, 1, 2, 4), 333_333);
        assert_eq!(place(Place::Percentile, 0, 0, 1), ONE);
    }
}
