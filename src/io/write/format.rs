//! Values as they stand in result files: a point, no grouping, no trailing zeros, percents with
//! their sign, ISO dates, yes and no. Bytes are appended to a buffer; nothing is allocated.

use crate::value::Date;
use crate::value::decimal::{ONE, divide_rounded, unit};
use std::ops::Range;

/// Bytes that are copied in one go, so that nobody has to look at how many they are.
const AT_ONCE: usize = 32;

/// Appends a part of some bytes; most parts are short.
#[inline(always)]
pub(super) fn append_short(out: &mut Vec<u8>, bytes: &[u8], part: Range<usize>) {
    let (before, length) = (out.len(), part.end - part.start);
    let more = bytes.get(part.start..).unwrap_or(&[]);
    match more.first_chunk::<AT_ONCE>() {
        Some(chunk) if length <= AT_ONCE => {
            out.extend_from_slice(chunk);
            out.truncate(before + length);
        }
        _ => out.extend_from_slice(more.get(..length).unwrap_or(more)),
    }
}

/// Adds what has to stand behind a last part for it to be copied like the others.
pub(super) fn add_room(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len() + AT_ONCE, 0);
}

/// A number in millionths, without trailing zeros: `1234.5`.
pub fn number(out: &mut Vec<u8>, millionths: i64) {
    number_marked(out, millionths, b'.');
}

/// The same with another decimal mark.
#[inline]
pub(super) fn number_marked(out: &mut Vec<u8>, millionths: i64, mark: u8) {
    // From the end of the first half to its beginning; a number has 21 bytes at most.
    let mut bytes = [0; 2 * AT_ONCE];
    let mut first = AT_ONCE;
    let mut put = |byte: u8| {
        first -= 1;
        if let Some(place) = bytes.get_mut(first) {
            *place = byte;
        }
    };
    let size = millionths.unsigned_abs();
    let (mut whole, mut fraction) = (size / ONE as u64, size % ONE as u64);
    if fraction != 0 {
        let mut places = 6;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            places -= 1;
        }
        for _ in 0..places {
            put(b'0' + (fraction % 10) as u8);
            fraction /= 10;
        }
        put(mark);
    }
    loop {
        put(b'0' + (whole % 10) as u8);
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if millionths < 0 {
        put(b'-');
    }
    append_short(out, &bytes, first..AT_ONCE);
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
    fn parts_of_any_length_are_appended() {
        let text: Vec<u8> = (0..100).collect();
        for start in 0..100 {
            for end in start..100 {
                let mut out = vec![7];
                append_short(&mut out, &text, start..end);
                let (first, rest) = out.split_at(1);
                assert_eq!((first, rest), (&[7][..], &text[start..end]));
            }
        }
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
            let written = Decimal(value).to_string();
            assert_eq!(shown(|out| number(out, value)), written);
            let marked = shown(|out| number_marked(out, value, b','));
            assert_eq!(marked, written.replace('.', ","));
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
