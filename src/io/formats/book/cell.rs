//! What single cells of a book say: numbers as Excel shows them, percents and currencies by the
//! format, dates by the serial number. It reads no file.

use crate::value::Date;

/// What a number format says of the number beside how many decimals are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Whether it is shown as a percent.
    pub percent: bool,
    /// The currency beside it.
    pub currency: Option<String>,
    /// How many digits it is filled up to with zeros: 5 for `00000`.
    pub zeros: usize,
}

impl Shown {
    /// Reads a format code such as `0.0%` or `#,##0.00 [$€-407]`.
    pub fn new(code: &str) -> Shown {
        let code = code.split(';').next().unwrap_or_default();
        let mut shown = Shown::default();
        if code.len() > 1 && code.len() <= 15 && code.bytes().all(|byte| byte == b'0') {
            shown.zeros = code.len();
            return shown;
        }
        let mut letters = code.chars();
        let mut unit = String::new();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => shown.percent = true,
                '\\' => unit.extend(letters.next()),
                '_' | '*' => drop(letters.next()),
                '"' => unit.extend(letters.by_ref().take_while(|it| *it != '"')),
                '[' => {
                    let inner: String = letters.by_ref().take_while(|it| *it != ']').collect();
                    if let Some(sign) = inner.strip_prefix('$') {
                        unit.push_str(sign.split('-').next().unwrap_or_default());
                    }
                }
                '€' | '£' | '$' | '¥' => unit.push(letter),
                _ => {}
            }
        }
        let unit = unit.trim();
        let unit = unit.strip_suffix('.').unwrap_or(unit);
        if crate::io::cell::number::is_currency(unit) {
            shown.currency = Some(unit.into());
        }
        shown
    }
}

/// A number to 15 digits, as Excel keeps and shows it; `None` where it has more whole digits, or
/// is no number.
pub fn number(value: f64, shown: &Shown) -> Option<String> {
    let (digits, mut point) = digits(value)?;
    let kept: f64 = plain(value < 0.0, &digits, point).parse().ok()?;
    if value.abs() >= 1e15 && kept.to_bits() != value.to_bits() {
        return None;
    }
    if shown.percent && value != 0.0 {
        point += 2;
    }
    let mut text = plain(value < 0.0, &digits, point);
    if shown.zeros > text.len() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.insert_str(0, &"0".repeat(shown.zeros - text.len()));
    }
    if shown.percent {
        text.push('%');
    }
    if let Some(currency) = &shown.currency {
        text.push(' ');
        text.push_str(currency);
    }
    Some(text)
}

/// The significant digits, at most 15 without trailing zeros, and where the point stands in them.
fn digits(value: f64) -> Option<(String, i32)> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{:.14e}", value.abs());
    let (mantissa, exponent) = text.split_once('e')?;
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some(("0".into(), 1));
    }
    Some((digits.into(), exponent.parse::<i32>().ok()? + 1))
}

/// Digits with the point after that many of them, without an exponent wherever it can be.
fn plain(negative: bool, digits: &str, point: i32) -> String {
    let sign = if negative { "-" } else { "" };
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    if !(-30..=30).contains(&point) {
        format!("{sign}0.{digits}e{point}")
    } else if point <= 0 {
        format!("{sign}0.{}{digits}", zeros(-point))
    } else if point >= count {
        format!("{sign}{digits}{}", zeros(point - count))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{sign}{whole}.{fraction}")
    }
}

/// A date, or a time, by its serial number; `None` for a day that is none.
pub fn date(serial: f64, is_1904: bool) -> Option<String> {
    if !serial.is_finite() || !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // Times are kept to the second; half a millisecond is less than any of them.
    let seconds = (serial * 86_400.0).round();
    let day = (seconds / 86_400.0).floor();
    let seconds = (seconds - day * 86_400.0) as u32;
    let day = day as i64;
    let time = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    let first = match (is_1904, day) {
        (true, _) => Date::new(1904, 1, 1)?.0,
        (false, 0) => return Some(time),
        (false, 1..=59) => Date::new(1899, 12, 31)?.0,
        // The 29th of February 1900, which never was.
        (false, 60) => return None,
        (false, _) => Date::new(1899, 12, 30)?.0,
    };
    let date = Date(first + day);
    Some(if seconds == 0 {
        date.to_string()
    } else {
        format!("{date}T{time}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_excel_shows_them() {
        let none = Shown::default();
        for (value, expected) in [
            (0.1 + 0.2, "0.3"),
            (7.000_000_000_000_001, "7"),
            (1_234.5, "1234.5"),
            (-0.05, "-0.05"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e15, "1000000000000000"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e-7, "0.0000001"),
            (1e40, "0.1e41"),
        ] {
            assert_eq!(number(value, &none).as_deref(), Some(expected), "{value}");
        }
        for value in [1_234_567_890_123_456.0, f64::NAN, f64::INFINITY] {
            assert_eq!(number(value, &none), None, "{value}");
        }
    }

    #[test]
    fn formats_say_what_a_number_is() {
        for (code, value, expected) in [
            ("0%", 0.12, "12%"),
            ("0.00%", 0.1 * 0.7, "7%"),
            ("0.0 %", 0.0, "0%"),
            ("00000", 123.0, "00123"),
            ("00000", 1.5, "1.5"),
            ("#,##0.00", 1.5, "1.5"),
            ("#,##0.00 [$€-407]", 1.5, "1.5 €"),
            ("\"kr\" #,##0", 2.0, "2 kr"),
            ("[$SEK] #,##0.00;[Red]-0", 2.0, "2 SEK"),
            ("_-* #,##0.00\\ \"kr\"_-", 2.0, "2 kr"),
            ("0 \"dager\"", 2.0, "2"),
        ] {
            let shown = number(value, &Shown::new(code));
            assert_eq!(shown.as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn serial_numbers_are_dates() {
        for (serial, is_1904, expected) in [
            (1.0, false, Some("1900-01-01")),
            (59.0, false, Some("1900-02-28")),
            (60.0, false, None),
            (61.0, false, Some("1900-03-01")),
            (45_982.0, false, Some("2025-11-21")),
            (45_982.5, false, Some("2025-11-21T12:00:00")),
            (0.25, false, Some("06:00:00")),
            (0.0, true, Some("1904-01-01")),
            (-1.0, false, None),
            (2_958_465.0, false, Some("9999-12-31")),
        ] {
            assert_eq!(date(serial, is_1904).as_deref(), expected, "{serial}");
        }
    }
}
