//! Exact fractions of any size: shares of weight and contributions in points, which are added up
//! before anything is rounded. Nothing here is rounded but by [`Fraction::rounded`].

use num_bigint::BigInt;
use std::fmt;

/// A fraction in lowest terms; the denominator is above 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: BigInt,
    denominator: BigInt,
}

impl Fraction {
    /// `numerator / denominator`; a denominator of 0 gives 0.
    pub fn new(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Fraction {
        let (numerator, denominator) = (numerator.into(), denominator.into());
        let zero = BigInt::from(0);
        if denominator == zero {
            return Fraction::zero();
        }
        let divisor = divisor(numerator.clone(), denominator.clone());
        let sign = if denominator < zero { -1 } else { 1 };
        Fraction {
            numerator: numerator / &divisor * sign,
            denominator: denominator / &divisor * sign,
        }
    }

    /// 0
    pub fn zero() -> Fraction {
        Fraction::whole(0)
    }

    /// A whole number.
    pub fn whole(number: i64) -> Fraction {
        Fraction {
            numerator: number.into(),
            denominator: 1.into(),
        }
    }

    /// A number of millionths.
    pub fn millionths(number: i64) -> Fraction {
        Fraction::new(number, crate::value::decimal::ONE)
    }

    /// The sum.
    pub fn plus(&self, other: &Fraction) -> Fraction {
        Fraction::new(
            &self.numerator * &other.denominator + &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    /// The difference.
    pub fn minus(&self, other: &Fraction) -> Fraction {
        self.plus(&other.times(&Fraction::whole(-1)))
    }

    /// The product.
    pub fn times(&self, other: &Fraction) -> Fraction {
        Fraction::new(
            &self.numerator * &other.numerator,
            &self.denominator * &other.denominator,
        )
    }

    /// Millionths, rounded half away from zero to a multiple of `unit`.
    pub fn rounded(&self, unit: i64) -> i64 {
        let unit = unit.max(1);
        let zero = BigInt::from(0);
        let scaled = &self.numerator * crate::value::decimal::ONE;
        let size = if scaled < zero {
            -&scaled
        } else {
            scaled.clone()
        };
        let divisor = &self.denominator * unit;
        let units: BigInt = (size * 2 + &divisor) / (divisor * 2);
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        let rounded = units.saturating_mul(unit);
        if scaled < zero { -rounded } else { rounded }
    }
}

/// Written as `7/20`, or `3` where it is whole.
impl fmt::Display for Fraction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == BigInt::from(1) {
            write!(formatter, "{}", self.numerator)
        } else {
            write!(formatter, "{}/{}", self.numerator, self.denominator)
        }
    }
}

/// The greatest common divisor, at least 1.
fn divisor(a: BigInt, b: BigInt) -> BigInt {
    let zero = BigInt::from(0);
    let (mut a, mut b) = (a, b);
    while b != zero {
        let rest = &a % &b;
        a = b;
        b = rest;
    }
    if a < zero { -a } else { a }
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn sums_are_exact_and_round_once() {
        let third = Fraction::new(1, 3);
        let sum = third.plus(&third).plus(&third);
        assert_eq!(sum, Fraction::whole(1));
        assert_eq!(Fraction::new(-2, -4).to_string(), "1/2");
        assert_eq!(third.minus(&Fraction::new(1, 2)).to_string(), "-1/6");
        // 0.005 rounds away from zero to hundredths.
        assert_eq!(Fraction::new(1, 200).rounded(10_000), 10_000);
        assert_eq!(Fraction::new(-1, 200).rounded(10_000), -10_000);
        assert_eq!(Fraction::new(1, 201).rounded(10_000), 0);
    }
}
