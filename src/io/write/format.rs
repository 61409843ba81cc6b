//! Values as they stand in result files: a point, no grouping, no trailing zeros, percents with
//! their sign, ISO dates, yes and no. Bytes are appended to a buffer; nothing is allocated.

use crate::value::Date;
use crate::value::decimal::{ONE, divide_rounded, unit};

/// A number in millionths, without trailing zeros: `1234.5`.
pub fn number(out: &mut Vec<u8>, millionths: i64) {
    let size = millionths.unsigned_abs();
    if millionths < 0 {
        out.push(b'-');
    }
    whole(out, size / ONE as u64);
    let mut fraction = size % ONE as u64;
    if fraction == 0 {
        return;
    }
    let mut places = 6;
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        places -= 1;
    }
    out.push(b'.');
    padded(out, fraction, places);
}

/// A number in millionths with exactly so many decimals: `7.00`.
pub fn fixed(out: &mut Vec<u8>, millionths: i64, decimals: u8) {
    let decimals = decimals.min(6);
    if let Some(units) = narrow_units(millionths, decimals) {
        let in_one = 10_u64.pow(u32::from(decimals));
        if millionths < 0 && units > 0 {
            out.push(b'-');
        }
        whole(out, units / in_one);
        if decimals > 0 {
            out.push(b'.');
            padded(out, units % in_one, decimals);
        }
        return;
    }
    let unit = i128::from(unit(decimals));
    let units = divide_rounded(i128::from(millionths), unit);
    if units < 0 {
        out.push(b'-');
    }
    let in_one = ONE as u128 / unit.unsigned_abs();
    let size = units.unsigned_abs();
    whole(out, (size / in_one) as u64);
    if decimals > 0 {
        out.push(b'.');
        padded(out, (size % in_one) as u64, decimals);
    }
}

/// The size of a number in units of its last decimal, where narrow numbers hold it.
fn narrow_units(millionths: i64, decimals: u8) -> Option<u64> {
    let unit = unit(decimals).unsigned_abs();
    let size = millionths.unsigned_abs();
    Some(size.checked_add(unit / 2)? / unit)
}

/// A fraction in millionths as a percent: `66.6667%`.
pub fn percent(out: &mut Vec<u8>, millionths: i64) {
    let size = millionths.unsigned_abs();
    if millionths < 0 {
        out.push(b'-');
    }
    whole(out, size / 10_000);
    let mut fraction = size % 10_000;
    if fraction != 0 {
        let mut places = 4;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            places -= 1;
        }
        out.push(b'.');
        padded(out, fraction, places);
    }
    out.push(b'%');
}

/// A duration in millionths of a second as hours, rounded to six decimals.
pub fn hours(out: &mut Vec<u8>, duration: i64) {
    number(out, hours_of(duration));
}

/// Millionths of an hour of a duration in millionths of a second.
pub fn hours_of(duration: i64) -> i64 {
    // The quotient is smaller than the duration, so it fits.
    i64::try_from(divide_rounded(i128::from(duration), 3600)).unwrap_or(i64::MAX)
}

/// A date: `2026-11-21`.
pub fn date(out: &mut Vec<u8>, days: i64) {
    let Some((year, month, day)) = Date(days).parts() else {
        return;
    };
    padded(out, u64::from(year.unsigned_abs()), 4);
    out.push(b'-');
    padded(out, u64::from(month.unsigned_abs()), 2);
    out.push(b'-');
    padded(out, u64::from(day.unsigned_abs()), 2);
}

/// A flag.
pub fn flag(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"yes" } else { b"no" });
}

/// A whole number with its sign.
pub fn signed(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    whole(out, value.unsigned_abs());
}

/// A whole number.
pub fn whole(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        first = at;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(first..).unwrap_or(&[]));
}

/// A whole number with leading zeros.
fn padded(out: &mut Vec<u8>, mut value: u64, places: u8) {
    let mut digits = [b'0'; 6];
    let places = usize::from(places).min(digits.len());
    for digit in digits.iter_mut().take(places).rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(digits.get(..places).unwrap_or(&[]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Decimal;

    fn shown(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn values_are_written_as_the_contract_says() {
        for value in [
            0,
            1,
            -1,
            10,
            1_500_000,
            -1_234_567_890,
            i64::MAX,
            i64::MIN,
            100_000_000,
        ] {
            assert_eq!(shown(|out| number(out, value)), Decimal(value).to_string());
            for decimals in 0..=6 {
                let expected = Decimal(value).fixed(decimals);
                assert_eq!(shown(|out| fixed(out, value, decimals)), expected);
            }
        }
        assert_eq!(shown(|out| percent(out, 666_667)), "66.6667%");
        assert_eq!(shown(|out| percent(out, -5_000)), "-0.5%");
        assert_eq!(shown(|out| percent(out, 1_000_000)), "100%");
        assert_eq!(shown(|out| hours(out, 1_200_000_000)), "0.333333");
        assert_eq!(shown(|out| date(out, 0)), "1970-01-01");
        assert_eq!(shown(|out| flag(out, true)), "yes");
    }
}
