//! Numbers as people read them: grouped with spaces, at most one decimal. What is exact is printed by
//! [`super::decimal`]; nothing here is ever read back.

use super::decimal::divide_rounded;

/// A wide count of millionths for people: grouped, with one decimal where it is not whole.
pub fn people_number(millionths: i128) -> String {
    let tenths = divide_rounded(millionths, 100_000);
    let text = grouped(tenths / 10, tenths < 0);
    match tenths.unsigned_abs() % 10 {
        0 => text,
        tenth => format!("{text}.{tenth}"),
    }
}

/// A count for people.
pub fn people_count(count: usize) -> String {
    grouped(i128::try_from(count).unwrap_or(i128::MAX), false)
}

/// A part of a whole as a percent with one decimal; nothing where the whole is 0.
pub fn people_share(part: i128, whole: i128) -> String {
    match part.checked_mul(1000) {
        Some(part) if whole != 0 => {
            let tenths = divide_rounded(part, whole);
            let sign = if tenths < 0 { "-" } else { "" };
            let size = tenths.unsigned_abs();
            format!("{sign}{}.{} %", size / 10, size % 10)
        }
        _ => String::new(),
    }
}

/// A printed number with its whole part grouped: `5 853 863.1`; other texts stay as they are.
pub fn grouped_text(text: &str) -> String {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '-')
        .unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    match whole.parse::<i128>() {
        Ok(number) if !rest.starts_with('-') => {
            format!("{}{rest}", grouped(number, whole.starts_with('-')))
        }
        _ => text.into(),
    }
}

fn grouped(whole: i128, negative: bool) -> String {
    let digits = whole.unsigned_abs().to_string();
    let mut text = String::from(if negative { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(people_number(1_234_567_890_000), "1 234 567.9");
        assert_eq!(people_number(-500_000), "-0.5");
        assert_eq!(people_number(1_000_000_000), "1 000");
        assert_eq!(people_count(12), "12");
        assert_eq!(people_share(1, 3), "33.3 %");
        assert_eq!(people_share(1, 0), "");
        assert_eq!(grouped_text("-5853863.102381"), "-5 853 863.102381");
        assert_eq!(grouped_text("3034.75 h"), "3 034.75 h");
        assert_eq!(grouped_text("2026-11-21"), "2026-11-21");
        assert_eq!(grouped_text("key"), "key");
    }
}
