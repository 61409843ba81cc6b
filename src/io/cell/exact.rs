//! Numbers as programs write them: a decimal point, nothing grouped, perhaps an exponent, and perhaps
//! a percent sign or a currency behind. They have one reading; nothing is decided by evidence.

use super::evidence::Readings;
use super::number::{Amount, Number};

/// More decimals than this no longer matter, because a tie of rounding ends at the seventh.
const MOST_DECIMALS: i64 = 25;

/// Reads a typed number such as `-1234.5`, `1.5e-3`, `12%` or `12.5 EUR`; `None` where it is none.
pub fn read(text: &str) -> Option<Number<'_>> {
    let (text, unit) = match text.split_once(' ') {
        Some((number, unit)) => (number, Some(unit)),
        None => (text, None),
    };
    let (text, percent) = match text.strip_suffix('%') {
        Some(number) => (number, true),
        None => (text, false),
    };
    Some(Number {
        amount: Readings::Agreed(amount(text)?),
        percent,
        unit,
    })
}

fn amount(text: &str) -> Option<Amount> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut decimals = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    let mut digits: i128 = 0;
    let mut lost = false;
    for byte in whole.bytes().chain(fraction.bytes()) {
        // Far decimals are dropped before the digits can outgrow their type.
        if digits > i128::MAX / 100 && decimals > MOST_DECIMALS {
            decimals -= 1;
            lost |= byte != b'0';
            continue;
        }
        let digit = i128::from(byte - b'0');
        digits = digits.saturating_mul(10).saturating_add(digit);
    }
    while decimals > MOST_DECIMALS && digits != 0 {
        lost |= digits % 10 != 0;
        digits /= 10;
        decimals -= 1;
    }
    while decimals < 0 && digits != 0 && digits != i128::MAX {
        digits = digits.saturating_mul(10);
        decimals += 1;
    }
    if lost && digits % 10 == 0 {
        // What was dropped was not nothing: the number is still one that had to be rounded.
        digits += 1;
    }
    Some(Amount {
        digits: if negative { -digits } else { digits },
        decimals: u32::try_from(decimals.clamp(0, MOST_DECIMALS)).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::cell::number::Scale;

    #[test]
    fn typed_numbers_have_one_reading() {
        for (text, expected) in [
            ("1.234", "1.234"),
            ("-0.5", "-0.5"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            ("1e-30", "0"),
            ("0e99", "0"),
            (
                "12345678.123456789012345678901234567890123456",
                "12345678.123457",
            ),
            ("0.0000000000000000000000000000000000000000000001e46", "1"),
        ] {
            let Some(Number {
                amount: Readings::Agreed(amount),
                ..
            }) = read(text)
            else {
                panic!("{text} is no number");
            };
            let scaled = amount.scaled(Scale::ONE).expect("in range");
            assert_eq!(scaled.value.to_string(), expected, "{text}");
        }
        for text in ["", "1,234", "1 2 3", "abc", ".", "e5", "--1", "1e", "NaN"] {
            let number = read(text);
            assert!(number.is_none_or(|it| it.unit == Some("2 3")), "{text}");
        }
        let huge = amount("1e40").and_then(|it| it.scaled(Scale::ONE));
        assert_eq!(huge, None);
        let tiny = amount("1e-30").and_then(|it| it.scaled(Scale::ONE));
        assert!(tiny.expect("in range").rounded);
    }
}
