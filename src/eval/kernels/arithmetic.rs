//! Sums, products, quotients and rounding of columns of numbers. Each loop says whether any row left
//! the range; which ones is found afterwards by the exact forms, which single values use too.

use super::quotient::{Divisor, NEAR, SMALL, divide_narrow, settled};
use crate::eval::block::Lane;
use crate::eval::loops::{Either, map1, map2_watched};
use crate::value::decimal::{ONE, divide_rounded};
use num_bigint::BigInt;

const WIDE_ONE: i128 = ONE as i128;

pub(in crate::eval) fn add(a: Lane<'_, i64>, b: Lane<'_, i64>, out: &mut [i64]) -> bool {
    map2_watched(a, b, out, |a, b| {
        let sum = a.wrapping_add(b);
        (sum, (a ^ sum) & (b ^ sum) < 0)
    })
}

pub(in crate::eval) fn subtract(a: Lane<'_, i64>, b: Lane<'_, i64>, out: &mut [i64]) -> bool {
    map2_watched(a, b, out, |a, b| {
        let difference = a.wrapping_sub(b);
        (difference, (a ^ b) & (a ^ difference) < 0)
    })
}

pub(in crate::eval) fn multiply(
    a: Lane<'_, i64>,
    b: Lane<'_, i64>,
    unit: i64,
    out: &mut [i64],
) -> bool {
    let unit = unit.max(1);
    let (divisor, reach) = (ONE.saturating_mul(unit), reach(unit));
    let reciprocal = 1.0 / divisor as f64;
    let wide = map2_watched(
        a,
        b,
        out,
        #[inline(always)]
        move |a, b| {
            let estimate = a as f64 * b as f64 * reciprocal;
            let quotient = settled(estimate, a.wrapping_mul(b), divisor, (a ^ b) >> 63);
            (quotient.wrapping_mul(unit), estimate.abs() >= reach)
        },
    );
    (wide || divisor > MOST)
        && map2_watched(a, b, out, |a, b| match a.checked_mul(b) {
            Some(product) if unit == 1 && product.unsigned_abs() < i64::MAX as u64 / 2 => {
                (divide_narrow(product, ONE), false)
            }
            _ => narrow(multiply_exact(i128::from(a), i128::from(b), unit)),
        })
}

/// Divisors beyond this are for the exact forms.
const MOST: i64 = 1 << 59;

/// What quotients stay below that are to be multiplied by the unit.
fn reach(unit: i64) -> f64 {
    NEAR.min((1_i64 << 62) as f64 / unit as f64)
}

/// The rows whose divisor is 0 hold 0; whoever calls makes them missing.
pub(in crate::eval) fn divide(
    a: Lane<'_, i64>,
    b: Lane<'_, i64>,
    unit: i64,
    out: &mut [i64],
) -> bool {
    let unit = unit.max(1);
    let (reach, most) = (reach(unit), MOST as f64 / unit as f64);
    let wide = map2_watched(
        a,
        b,
        out,
        #[inline(always)]
        move |a, b| {
            let sign = b >> 63;
            let (numerator, size) = ((a ^ sign).wrapping_sub(sign), b.wrapping_abs());
            let divisor = size.max(1).wrapping_mul(unit);
            let estimate = a as f64 * ONE as f64 / (b as f64 * unit as f64);
            let scaled = numerator.wrapping_mul(ONE);
            let quotient = settled(estimate, scaled, divisor, (a ^ b) >> 63);
            let wide = (estimate.abs() >= reach) | ((b as f64).abs() >= most);
            let there = b != 0;
            (
                i64::either(there, quotient.wrapping_mul(unit), 0),
                there & wide,
            )
        },
    );
    wide && map2_watched(a, b, out, |a, b| match a.checked_mul(ONE) {
        _ if b == 0 => (0, false),
        Some(scaled) if unit == 1 && scaled.unsigned_abs() < i64::MAX as u64 / 2 => {
            let size = b.unsigned_abs();
            let rounded = ((scaled.unsigned_abs() + size / 2) / size) as i64;
            let negative = (scaled < 0) != (b < 0);
            (if negative { -rounded } else { rounded }, false)
        }
        _ => narrow(divide_exact(i128::from(a), i128::from(b), unit)),
    })
}

pub(in crate::eval) fn round_to(a: Lane<'_, i64>, unit: i64, out: &mut [i64]) -> bool {
    in_steps(a, unit, out, |near, _| near)
        && map2_watched(a, Lane::One(unit), out, |a, unit| {
            narrow(Some(round_exact(i128::from(a), i128::from(unit))))
        })
}

pub(in crate::eval) fn floor(a: Lane<'_, i64>, unit: i64, out: &mut [i64]) -> bool {
    in_steps(a, unit, out, |near, rest| near - i64::from(rest < 0))
        && map2_watched(a, Lane::One(unit), out, |a, unit| {
            narrow(Some(floor_exact(i128::from(a), i128::from(unit))))
        })
}

pub(in crate::eval) fn ceiling(a: Lane<'_, i64>, unit: i64, out: &mut [i64]) -> bool {
    in_steps(a, unit, out, |near, rest| near + i64::from(rest > 0))
        && map2_watched(a, Lane::One(unit), out, |a, unit| {
            narrow(Some(-floor_exact(-i128::from(a), i128::from(unit))))
        })
}

/// Multiples of the unit, from the nearest one and what is left. Gives whether any number is too large.
#[inline(always)]
fn in_steps(a: Lane<'_, i64>, unit: i64, out: &mut [i64], step: impl Fn(i64, i64) -> i64) -> bool {
    let unit = unit.max(1);
    let divisor = Divisor::new(unit);
    map2_watched(
        a,
        Lane::One(()),
        out,
        #[inline(always)]
        move |a, ()| {
            let near = divisor.divide(a);
            let rest = a.wrapping_sub(near.wrapping_mul(unit));
            let wide = !(-SMALL..=SMALL).contains(&a);
            (step(near, rest).wrapping_mul(unit), wide)
        },
    )
}

pub(in crate::eval) fn negate(a: Lane<'_, i64>, out: &mut [i64]) -> bool {
    map1(a, out, i64::wrapping_neg);
    has_lowest(a)
}

pub(in crate::eval) fn absolute(a: Lane<'_, i64>, out: &mut [i64]) -> bool {
    map1(a, out, i64::wrapping_abs);
    has_lowest(a)
}

fn has_lowest(a: Lane<'_, i64>) -> bool {
    match a {
        Lane::Rows(a) => a.contains(&i64::MIN),
        Lane::One(a) => a == i64::MIN,
    }
}

fn narrow(value: Option<i128>) -> (i64, bool) {
    match value.and_then(|value| i64::try_from(value).ok()) {
        Some(value) => (value, false),
        None => (0, true),
    }
}

// The exact forms: `None` where even a wide number does not hold the result.

/// The product in millionths, rounded to a multiple of the unit.
pub(in crate::eval) fn multiply_exact(a: i128, b: i128, unit: i64) -> Option<i128> {
    let unit = i128::from(unit.max(1));
    match a.checked_mul(b) {
        Some(product) => divide_rounded(product, WIDE_ONE * unit).checked_mul(unit),
        None => divide_big(BigInt::from(a) * b, BigInt::from(WIDE_ONE * unit))?.checked_mul(unit),
    }
}

/// The quotient in millionths, rounded to a multiple of the unit; `None` for a divisor of 0.
pub(in crate::eval) fn divide_exact(a: i128, b: i128, unit: i64) -> Option<i128> {
    let unit = i128::from(unit.max(1));
    if b == 0 {
        return None;
    }
    match (a.checked_mul(WIDE_ONE), b.checked_mul(unit)) {
        (Some(scaled), Some(divisor)) => divide_rounded(scaled, divisor).checked_mul(unit),
        _ => divide_big(BigInt::from(a) * WIDE_ONE, BigInt::from(b) * unit)?.checked_mul(unit),
    }
}

/// Rounded half away from zero to a multiple of the unit.
pub(in crate::eval) fn round_exact(value: i128, unit: i128) -> i128 {
    let unit = unit.max(1);
    divide_rounded(value, unit).saturating_mul(unit)
}

/// Rounded down to a multiple of the unit.
pub(in crate::eval) fn floor_exact(value: i128, unit: i128) -> i128 {
    let unit = unit.max(1);
    value.div_euclid(unit).saturating_mul(unit)
}

/// What one stands for after rounding to that many digits: the unit of the last digit.
pub(in crate::eval) fn digit_unit(digits: i128, base: i64) -> i128 {
    // Digits are millionths of a whole number.
    let places = (digits / WIDE_ONE).clamp(-18, 9);
    let ten = 10_i128.pow(places.unsigned_abs() as u32);
    let base = i128::from(base);
    if places < 0 {
        base * ten
    } else {
        (base / ten).max(1)
    }
}

/// `numerator / divisor` rounded half away from zero; the divisor must not be 0.
pub(in crate::eval) fn divide_big(numerator: BigInt, divisor: BigInt) -> Option<i128> {
    use num_bigint::Sign;
    let negative = (numerator.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (size, divisor) = (numerator.magnitude(), divisor.magnitude());
    let rounded = (size + divisor / 2u32) / divisor;
    let rounded = i128::try_from(BigInt::from(rounded)).ok()?;
    Some(if negative { -rounded } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_quotients_round_half_away_from_zero() {
        let mut out = [0; 4];
        let a = [1, -1, 3_000_000, i64::MAX];
        let half = Lane::One(500_000);
        assert!(!multiply(Lane::Rows(&a), half, 1, &mut out));
        assert_eq!(out, [1, -1, 1_500_000, 4_611_686_018_427_387_904]);
        let two = Lane::One(2_000_000);
        assert!(multiply(Lane::Rows(&a), two, 1, &mut out));
        assert_eq!(out, [2, -2, 6_000_000, 0]);
        assert!(!divide(Lane::Rows(&a), two, 1, &mut out));
        assert_eq!(out, [1, -1, 1_500_000, 4_611_686_018_427_387_904]);
        let tiny = Lane::One(-1);
        assert!(divide(Lane::Rows(&a), tiny, 1, &mut out));
        assert_eq!(out[..3], [-1_000_000, 1_000_000, -3_000_000_000_000]);
    }

    #[test]
    fn fast_and_exact_forms_agree() {
        let mut seed: u64 = 7;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed as i64) >> (seed % 60)
        };
        for _ in 0..20_000 {
            let (a, b) = (next(), next());
            let (left, right) = (Lane::One(a), Lane::One(b));
            let (wide_a, wide_b) = (i128::from(a), i128::from(b));
            for unit in [1, 10_000] {
                let mut out = [0];
                let bad = multiply(left, right, unit, &mut out);
                assert_eq!(narrow(multiply_exact(wide_a, wide_b, unit)), (out[0], bad));
                let bad = divide(left, right, unit, &mut out);
                if b != 0 {
                    assert_eq!(narrow(divide_exact(wide_a, wide_b, unit)), (out[0], bad));
                }
            }
            let unit = b.saturating_abs().max(1);
            let steps = [
                (
                    round_to as fn(_, _, &mut [i64]) -> bool,
                    round_exact(wide_a, unit.into()),
                ),
                (floor, floor_exact(wide_a, unit.into())),
                (ceiling, -floor_exact(-wide_a, unit.into())),
            ];
            for (step, exact) in steps {
                let mut out = [0];
                let bad = step(left, unit, &mut out);
                assert_eq!(narrow(Some(exact)), (out[0], bad), "{a} in steps of {unit}");
            }
            let mut out = [0];
            assert_eq!(add(left, right, &mut out), a.checked_add(b).is_none());
            assert_eq!(out[0], a.wrapping_add(b));
            assert_eq!(subtract(left, right, &mut out), a.checked_sub(b).is_none());
            assert_eq!(out[0], a.wrapping_sub(b));
        }
    }

    #[test]
    fn wide_values_use_more_than_128_bits_inside() {
        let huge = 10_i128.pow(37);
        assert_eq!(divide_exact(huge, huge, 1), Some(WIDE_ONE));
        assert_eq!(multiply_exact(huge, WIDE_ONE, 1), Some(huge));
        assert_eq!(multiply_exact(huge, huge, 1), None);
        assert_eq!(digit_unit(2_000_000, ONE), 10_000);
        assert_eq!(digit_unit(-2_000_000, ONE), 100_000_000);
        assert_eq!(floor_exact(-1, WIDE_ONE), -WIDE_ONE);
    }
}
