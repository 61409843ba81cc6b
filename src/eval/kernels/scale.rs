//! Scales: exact inside, rounded once, half away from zero, to the decimals of scores.
//! Narrow arithmetic where the numbers allow it, wide where they do not; the result is the same.

use super::arithmetic::divide_big;
use super::quotient::{Divisor, SMALL, divide_narrow};
use crate::base::vectors::widest;
use crate::eval::block::Lane;
use crate::eval::loops::{Either, map1, onto};
use crate::plan::op::{Comparison, Place, Scores};
use crate::value::decimal::{ONE, divide_rounded};
use num_bigint::BigInt;

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
    quick: Option<Quick>,
}

/// The same line where all its numbers are small.
#[derive(Clone, Copy, Debug)]
struct Quick {
    x0: i64,
    base: i64,
    rise: i64,
    divisor: Divisor,
    unit: i64,
}

impl Quick {
    #[inline(always)]
    fn score(self, x: i64) -> i64 {
        self.divisor.divide(self.base + self.rise * (x - self.x0)) * self.unit
    }
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
        let narrow = reach < limit && base.abs() < limit && divisor < limit;
        let small = narrow && reach + base.abs() <= i128::from(SMALL);
        let quick = small.then(|| Quick {
            x0,
            base: base as i64,
            rise: rise as i64,
            divisor: Divisor::new(divisor as i64),
            unit,
        });
        Line {
            x0,
            base,
            rise,
            divisor,
            unit,
            narrow,
            quick,
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
    match line.quick {
        Some(line) => map1(
            values,
            out,
            #[inline(always)]
            move |value| line.score(value.max(low).min(high)),
        ),
        None => map1(values, out, |value| line.score(value.clamp(low, high))),
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
    if let Some(lines) = quick(&lines) {
        out.fill(first.1);
        for (line, pair) in lines.iter().zip(points.windows(2)) {
            let (line, low, high) = (*line, pair[0].0, pair[1].0);
            onto(
                values,
                out,
                #[inline(always)]
                move |out, value| {
                    let score = line.score(value.max(low).min(high));
                    *out = i64::either(value > low, score, *out);
                },
            );
        }
        let (end, score) = *last;
        return onto(
            values,
            out,
            #[inline(always)]
            move |out, value| *out = i64::either(value >= end, score, *out),
        );
    }
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

/// The lines, where they are few and all their numbers small: then it is quicker to take the score of each.
fn quick(lines: &[Line]) -> Option<Vec<Quick>> {
    const FEW: usize = 8;
    let few = lines.len() <= FEW;
    few.then(|| lines.iter().map(|line| line.quick).collect())?
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
                let (values, x, score) = (Lane::Rows(values), *x, *score);
                match comparison {
                    Comparison::Equal => band(values, score, out, |value| value == x),
                    Comparison::NotEqual => band(values, score, out, |value| value != x),
                    Comparison::Less => band(values, score, out, |value| value < x),
                    Comparison::LessOrEqual => band(values, score, out, |value| value <= x),
                    Comparison::Greater => band(values, score, out, |value| value > x),
                    Comparison::GreaterOrEqual => band(values, score, out, |value| value >= x),
                }
            }
        }
    }
}

#[inline(always)]
fn band(values: Lane<'_, i64>, score: i64, out: &mut [i64], holds: impl Fn(i64) -> bool) {
    onto(
        values,
        out,
        #[inline(always)]
        |out, value| *out = i64::either(holds(value), score, *out),
    );
}

/// The value as a score; gives whether any lies outside the range.
pub(in crate::eval) fn as_is(
    values: Lane<'_, i64>,
    capped: bool,
    scores: Scores,
    out: &mut [i64],
) -> bool {
    let (low, high, unit) = (scores.lowest, scores.highest, scores.unit.max(1));
    let limit = (i64::MAX / 4).unsigned_abs();
    let reach = low.unsigned_abs().max(high.unsigned_abs());
    if reach <= SMALL as u64 {
        let divisor = Divisor::new(unit);
        map1(
            values,
            out,
            #[inline(always)]
            move |value| divisor.divide(value.max(low).min(high)) * unit,
        );
    } else if reach < limit {
        map1(values, out, |value| {
            divide_narrow(value.clamp(low, high), unit) * unit
        });
    } else {
        map1(values, out, |value| {
            let inside = value.clamp(low, high);
            divide_rounded(i128::from(inside), i128::from(unit)) as i64 * unit
        });
    }
    let one;
    let values = match values {
        Lane::Rows(values) => values,
        Lane::One(value) => {
            one = [value];
            &one
        }
    };
    !capped
        && widest(
            #[inline(always)]
            move || {
                let outside = |any, value: &i64| any | (*value < low) | (*value > high);
                values.iter().fold(false, outside)
            },
        )
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
    fn quick_lines_and_wide_ones_give_the_same() {
        let mut seed: u64 = 11;
        let mut next = |limit: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % limit) as i64 - (limit / 2) as i64
        };
        for _ in 0..2_000 {
            let (x0, x1) = (next(4_000_000), next(4_000_000));
            let line = Line::new(x0, next(2_000) * 10_000, x1, next(2_000) * 10_000, 10_000);
            let quick = line.quick.expect("small numbers");
            let (low, high) = (x0.min(x1), x0.max(x1));
            for x in (0..20).map(|_| next(5_000_000)) {
                let x = x.clamp(low, high);
                assert_eq!(quick.score(x), line.wide_score(x), "{line:?} at {x}");
            }
        }
    }

    #[test]
    fn few_lines_and_many_make_the_same_curve() {
        let few = [(0, 0), (400_000, 8_000_000), (1_000_000, 2_000_000)];
        // The same curve with points on its lines, too many for the quick way.
        let rising = (0..4).map(|at| (at * 100_000, at * 2_000_000));
        let falling = (4..11).map(|at| (at * 100_000, 12_000_000 - at * 1_000_000));
        let many: Vec<(i64, i64)> = rising.chain(falling).collect();
        let values: Vec<i64> = (-3_000..1_003_000).step_by(77).collect();
        let scores = |points: &[(i64, i64)]| {
            let mut out = vec![0; values.len()];
            curve(Lane::Rows(&values), points, 10_000, &mut out);
            out
        };
        assert_eq!(scores(&few), scores(&many));
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
