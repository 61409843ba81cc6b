//! Exact decimals: an `i64` count of millionths, `i128` inside products and quotients.
//! Rounding is half away from zero; whatever leaves the range is `None`, never a wrapped number.

use std::fmt;

/// Millionths in one.
pub const ONE: i64 = 1_000_000;

/// A number with six digits after the point, from −9 223 372 036 854.775808 to
/// 9 223 372 036 854.775807.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i64);

impl Decimal {
    /// 0.
    pub const ZERO: Decimal = Decimal(0);
    /// 1.
    pub const ONE: Decimal = Decimal(ONE);

    /// A whole number, if it is in range.
    pub fn whole(value: i64) -> Option<Decimal> {
        value.checked_mul(ONE).map(Decimal)
    }

    /// The decimal written by `digits` (ASCII digits, underscores between them, at most one point),
    /// times ten to the `exponent`. `None` where it is not a number, has more than six decimals
    /// (other than zeros) after scaling, or is out of range.
    pub fn parse(digits: &str, exponent: i32) -> Option<Decimal> {
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let written = || fraction.bytes().filter(|byte| *byte != b'_').count();
        let mut places = 6 + exponent;
        // Eighteen digits fit into 64 bits whatever they are.
        if let Ok(zeros) = usize::try_from(places)
            && digits.len() + zeros <= 18
            && written() <= zeros
        {
            let mut value: i64 = 0;
            let all = whole.bytes().chain(fraction.bytes());
            for byte in all.filter(|byte| *byte != b'_') {
                value = value * 10 + i64::from(digit(byte)?);
            }
            let zeros = u32::try_from(zeros - written()).ok()?;
            let seen = digits.bytes().any(|byte| byte.is_ascii_digit());
            return seen.then(|| Decimal(value * 10_i64.pow(zeros)));
        }
        let mut value: i128 = 0;
        let mut seen = false;
        for byte in whole.bytes().filter(|byte| *byte != b'_') {
            value = value
                .checked_mul(10)?
                .checked_add(i128::from(digit(byte)?))?;
            seen = true;
        }
        for byte in fraction.bytes().filter(|byte| *byte != b'_') {
            value = value
                .checked_mul(10)?
                .checked_add(i128::from(digit(byte)?))?;
            places -= 1;
            seen = true;
        }
        if !seen {
            return None;
        }
        while places < 0 {
            if value % 10 != 0 {
                return None;
            }
            value /= 10;
            places += 1;
        }
        for _ in 0..places {
            value = value.checked_mul(10)?;
        }
        i64::try_from(value).ok().map(Decimal)
    }

    /// The sum, if it is in range.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    /// The difference, if it is in range.
    pub fn minus(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_sub(other.0).map(Decimal)
    }

    /// The product rounded at the sixth digit, if it is in range.
    pub fn multiply(self, other: Decimal) -> Option<Decimal> {
        narrow(divide_rounded(
            i128::from(self.0) * i128::from(other.0),
            i128::from(ONE),
        ))
    }

    /// The quotient rounded at the sixth digit; `None` for a divisor of 0 or out of range.
    pub fn divide(self, other: Decimal) -> Option<Decimal> {
        if other.0 == 0 {
            return None;
        }
        narrow(divide_rounded(
            i128::from(self.0) * i128::from(ONE),
            i128::from(other.0),
        ))
    }

    /// Rounded half away from zero to `digits` places after the point (0 to 6).
    pub fn round(self, digits: u8) -> Option<Decimal> {
        self.round_at(i8::try_from(digits.min(6)).unwrap_or(6))
    }

    /// Rounded half away from zero to `digits` places after the point (-12 to 6); below 0 to tens,
    /// hundreds and so on.
    pub fn round_at(self, digits: i8) -> Option<Decimal> {
        let unit = 10_i128.pow(u32::from((6 - digits.clamp(-12, 6)).unsigned_abs()));
        narrow(divide_rounded(i128::from(self.0), unit).checked_mul(unit)?)
    }

    /// Written with exactly `digits` places (0 to 6); further places are rounded for showing.
    pub fn fixed(self, digits: u8) -> String {
        let unit = i128::from(unit(digits));
        let rounded = divide_rounded(i128::from(self.0), unit) * unit;
        let sign = if rounded < 0 { "-" } else { "" };
        let size = rounded.unsigned_abs();
        let whole = size / ONE as u128;
        if digits == 0 {
            return format!("{sign}{whole}");
        }
        let fraction = (size % ONE as u128) / unit.unsigned_abs();
        format!(
            "{sign}{whole}.{fraction:0width$}",
            width = usize::from(digits.min(6))
        )
    }
}

/// Written with a point, no grouping and no trailing zeros.
impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&wide_text(i128::from(self.0)))
    }
}

/// A wide count of millionths, as sums over the portfolio carry, written like a [`Decimal`].
pub fn wide_text(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.unsigned_abs();
    let whole = size / ONE as u128;
    let fraction = format!("{:06}", size % ONE as u128);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// `numerator / divisor` rounded half away from zero. The divisor must not be 0.
pub fn divide_rounded(numerator: i128, divisor: i128) -> i128 {
    // Most fit into half the width, and the processor divides those itself.
    let halves = (i64::try_from(numerator), i64::try_from(divisor));
    let (quotient, remainder, divisor_size) = match halves {
        (Ok(narrow), Ok(by)) if by != -1 => (
            i128::from(narrow / by),
            u128::from((narrow % by).unsigned_abs()),
            u128::from(by.unsigned_abs()),
        ),
        _ => (
            numerator / divisor,
            (numerator % divisor).unsigned_abs(),
            divisor.unsigned_abs(),
        ),
    };
    // INVARIANT: `remainder >= size - remainder` is `2 * remainder >= size` without overflow.
    if remainder >= divisor_size - remainder {
        if (numerator < 0) == (divisor < 0) {
            quotient + 1
        } else {
            quotient - 1
        }
    } else {
        quotient
    }
}

/// Millionths in one unit of the last of `digits` places.
pub fn unit(digits: u8) -> i64 {
    10_i64.pow(6 - u32::from(digits.min(6)))
}

fn narrow(value: i128) -> Option<Decimal> {
    i64::try_from(value).ok().map(Decimal)
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        match text.strip_prefix('-') {
            Some(text) => Decimal(-decimal(text).0),
            None => Decimal::parse(text, 0).expect("a decimal"),
        }
    }

    #[test]
    fn reads_and_writes() {
        assert_eq!(decimal("1_650.50").to_string(), "1650.5");
        assert_eq!(
            Decimal::parse("1.2", 9).map(|it| it.to_string()).as_deref(),
            Some("1200000000")
        );
        assert_eq!(Decimal::parse("15", -2), Some(Decimal(150_000)));
        assert_eq!(Decimal::parse("0.0000001", 0), None);
        assert_eq!(Decimal::parse("0.0000001", 3), Some(Decimal(100)));
        assert_eq!(Decimal::parse("9223372036854.775808", 0), None);
        assert_eq!(decimal("-0.000001").to_string(), "-0.000001");
        assert_eq!(decimal("6.995").fixed(2), "7.00");
        assert_eq!(decimal("-6.995").fixed(2), "-7.00");
        assert_eq!(decimal("7").fixed(0), "7");
    }

    #[test]
    fn short_and_long_numbers_are_read_alike() {
        // Underscores make a number too long for the short way and change nothing.
        for text in [
            "0",
            "7.5",
            "1_650.50",
            "123456789012",
            "0.000001",
            "12.",
            ".5",
            "1.2.3",
            "",
            "_",
        ] {
            for exponent in [-2, 0, 3, 6] {
                let long = format!("{}{text}", "_".repeat(20));
                assert_eq!(
                    Decimal::parse(text, exponent),
                    Decimal::parse(&long, exponent),
                    "{text} {exponent}"
                );
            }
        }
    }

    #[test]
    fn narrow_and_wide_quotients_round_alike() {
        let numbers = [
            0,
            1,
            -1,
            2,
            3,
            -3,
            7,
            10,
            -25,
            i128::from(i64::MAX),
            i128::from(i64::MIN),
        ];
        for numerator in numbers {
            for divisor in numbers.into_iter().filter(|it| *it != 0) {
                // Both grow by a factor that no half width holds; the quotient stays.
                let wide = divide_rounded(numerator << 62, divisor << 62);
                assert_eq!(
                    divide_rounded(numerator, divisor),
                    wide,
                    "{numerator} / {divisor}"
                );
            }
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(
            decimal("0.000001").multiply(decimal("0.5")),
            Some(Decimal(1))
        );
        assert_eq!(
            decimal("-0.000001").multiply(decimal("0.5")),
            Some(Decimal(-1))
        );
        assert_eq!(decimal("2").divide(decimal("3")), Some(Decimal(666_667)));
        assert_eq!(decimal("-1").divide(decimal("3")), Some(Decimal(-333_333)));
        assert_eq!(
            decimal("1")
                .divide(decimal("-8"))
                .map(|it| it.to_string())
                .as_deref(),
            Some("-0.125")
        );
        assert_eq!(divide_rounded(-5, 2), -3);
        assert_eq!(divide_rounded(5, -2), -3);
        assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
    }

    #[test]
    fn leaves_the_range_as_nothing() {
        assert_eq!(Decimal(i64::MAX).plus(Decimal(1)), None);
        assert_eq!(Decimal(i64::MIN).multiply(Decimal(-1_000_000)), None);
        assert_eq!(Decimal::ONE.divide(Decimal::ZERO), None);
    }
}
