//! Division in loops, rounded half away from zero, by floating point that cannot err: where numbers are small enough
//! the quotient is proved to be the exact one, elsewhere an estimate is put right by what it leaves over.

use crate::base::vectors::widest;

/// Numerators of this size and smaller may be given to [`Divisor::divide`].
pub(super) const SMALL: i64 = (1 << 49) - 1;

/// Estimates below this size may be given to [`settled`].
pub(super) const NEAR: f64 = (1_i64 << 50) as f64;

/// Floating point numbers from 2^52 to 2^53 are whole and one apart, and so are their bits: adding this one rounds to
/// a whole number, and puts it into the lowest bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;
const BITS: i64 = WHOLE.to_bits() as i64;

/// A divisor of many numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Divisor {
    reciprocal: f64,
}

impl Divisor {
    /// The divisor must be above 0.
    pub(super) fn new(divisor: i64) -> Divisor {
        Divisor {
            reciprocal: 1.0 / divisor as f64,
        }
    }

    /// The quotient, rounded half away from zero; the size of the numerator must not be above [`SMALL`].
    ///
    /// A quarter is added to the size n of the numerator. (n + 1/4) / d lies on the side of every half on which n / d
    /// lies, above those that n / d is, and is apart from them by 1 / 4d at least: the difference is an odd number of
    /// times 1 / 4d. The reciprocal and the product are each off by a part of 2^-53 at most, together by less than
    /// (n + 1/4) / d × 2^-51, and that is less than 1 / 4d. So the nearest whole number is the exact one. A divisor
    /// beyond 2^53 is not exact itself, but then every quotient is near 0.
    #[inline(always)]
    pub(super) fn divide(self, numerator: i64) -> i64 {
        let numerator = f64::from_bits(numerator.wrapping_add(BITS) as u64) - WHOLE;
        whole((numerator + 0.25_f64.copysign(numerator)) * self.reciprocal)
    }
}

/// The nearest whole number of one below 2^51.
#[inline(always)]
fn whole(number: f64) -> i64 {
    ((number + WHOLE).to_bits() as i64).wrapping_sub(BITS)
}

/// The quotient of an estimate that is off by less than 1, rounded half away from zero. The numerator may have left
/// 64 bits: what the estimate leaves of it has not. `sign` is −1 where the quotient is negative, else 0; the divisor
/// is above 0 and below 2^60, the estimate below [`NEAR`].
#[inline(always)]
pub(super) fn settled(estimate: f64, numerator: i64, divisor: i64, sign: i64) -> i64 {
    let near = whole(estimate);
    let rest = numerator.wrapping_sub(near.wrapping_mul(divisor));
    // A half goes up where the quotient is positive, and down where it is negative.
    let twice = rest.wrapping_mul(2).wrapping_add(sign);
    let (up, down) = (twice.wrapping_add(1) > divisor, twice < -divisor);
    near + i64::from(up) - i64::from(down)
}

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

/// Divides numbers whose size is not above the bound, each rounded once, and multiplies them by the unit.
pub(super) fn divide_all(out: &mut [i64], bound: i128, divisor: i64, unit: i64) {
    if bound <= i128::from(SMALL) {
        let divisor = Divisor::new(divisor);
        widest(
            #[inline(always)]
            move || {
                for out in out {
                    *out = divisor.divide(*out) * unit;
                }
            },
        );
    } else if bound / i128::from(divisor) < NEAR as i128 && divisor < 1 << 60 {
        let reciprocal = 1.0 / divisor as f64;
        widest(
            #[inline(always)]
            move || {
                for out in out {
                    let (number, sign) = (*out, *out >> 63);
                    *out = settled(number as f64 * reciprocal, number, divisor, sign) * unit;
                }
            },
        );
    } else {
        for out in out {
            *out = divide_narrow(*out, divisor) * unit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::decimal::divide_rounded;

    fn random() -> impl FnMut() -> i64 {
        let mut seed: u64 = 7;
        move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed as i64 >> (seed % 63)
        }
    }

    fn exact(numerator: i64, divisor: i64) -> i64 {
        divide_rounded(i128::from(numerator), i128::from(divisor)) as i64
    }

    #[test]
    fn a_product_by_the_reciprocal_is_the_exact_quotient() {
        let mut next = random();
        let check = |numerator: i64, divisor: i64| {
            let quotient = Divisor::new(divisor).divide(numerator);
            let both = format!("{numerator} / {divisor}");
            assert_eq!(quotient, exact(numerator, divisor), "{both}");
        };
        for round in 0..200_000 {
            let divisor = next().unsigned_abs().clamp(1, i64::MAX as u64) as i64;
            let numerator = next().clamp(-SMALL, SMALL);
            check(numerator, divisor);
            // At a half and beside it, as far out as there are any.
            let divisor = divisor % (1 << (1 + round % 48)) + 1;
            let half = (SMALL - 1 - (numerator & 0xffff)) / divisor * divisor - divisor / 2;
            for near in half - 2..half + 3 {
                check(near, divisor);
                check(-near, divisor);
            }
        }
        for divisor in [1, 2, 3, 1 << 52, (1 << 53) + 1, i64::MAX] {
            for numerator in [0, 1, 2, 3, SMALL - 1, SMALL] {
                check(numerator, divisor);
                check(-numerator, divisor);
            }
        }
    }

    #[test]
    fn an_estimate_is_put_right() {
        let mut next = random();
        for _ in 0..200_000 {
            let divisor = (next().unsigned_abs() % (1 << 60) + 1) as i64;
            let quotient = next() % (1 << 50);
            // The exact quotient lies within a half of it, at the half, or beside the half.
            let half = i128::from(divisor) / 2;
            for rest in [
                -half,
                1 - half,
                i128::from(next() % divisor) / 2,
                half - 1,
                half,
            ] {
                let numerator = i128::from(quotient) * i128::from(divisor) + rest;
                let sign = if numerator < 0 { -1 } else { 0 };
                let exact = divide_rounded(numerator, i128::from(divisor)) as i64;
                let near = numerator as f64 / divisor as f64;
                for estimate in [near - 0.5, near - 0.25, near, near + 0.25, near + 0.5] {
                    let settled = settled(estimate, numerator as i64, divisor, sign);
                    assert_eq!(settled, exact, "{numerator} / {divisor}, from {estimate}");
                }
            }
        }
    }

    #[test]
    fn all_sizes_are_divided_alike() {
        let mut next = random();
        let divisor = 3_600_000_000;
        for limit in [SMALL, i64::MAX / 4, i64::MAX / 2 - divisor] {
            let numbers: Vec<i64> = (0..5_000).map(|_| next() % limit).collect();
            let mut divided = numbers.clone();
            divide_all(&mut divided, i128::from(limit), divisor, 7);
            let exact = numbers.iter().map(|number| exact(*number, divisor) * 7);
            assert_eq!(divided, exact.collect::<Vec<i64>>());
            let mut by_one = numbers.clone();
            divide_all(&mut by_one, i128::from(limit), 1, 1);
            assert_eq!(by_one, numbers);
        }
    }
}
