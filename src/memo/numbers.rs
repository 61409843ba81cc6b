//! Numbers, amounts, dates and lengths of time in the form of a language.

use super::messages::{Language, Messages};
use crate::value::decimal::{ONE, divide_rounded, wide_text};
use crate::value::{Date, Decimal};

/// A space that no line is broken at.
const TIGHT: char = '\u{a0}';

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A printed number in a language's form: its mark, its groups.
pub fn number(language: Language, text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", text),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let (mark, group) = match language {
        Language::English => ('.', ','),
        _ => (',', TIGHT),
    };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push(mark);
        out.push_str(rest);
    }
    out
}

/// A percent.
pub fn percent(language: Language, millionths: i64) -> String {
    let text = number(language, &wide_text(i128::from(millionths) * 100));
    match language {
        Language::English => format!("{text}%"),
        _ => format!("{text}{TIGHT}%"),
    }
}

/// An amount of money; a language's own currency has the sign that people there write.
pub fn money(language: Language, millionths: i64, currency: &str) -> String {
    let mut text = Decimal(millionths).to_string();
    // 7.5 of a currency is written 7.50.
    if text
        .split_once('.')
        .is_some_and(|(_, rest)| rest.len() == 1)
    {
        text.push('0');
    }
    let text = number(language, &text);
    let currency = match (language, currency) {
        (Language::Norwegian, "NOK") | (Language::Swedish, "SEK") => "kr",
        (Language::Finnish, "EUR") => "€",
        _ => currency,
    };
    match language {
        Language::English => format!("{currency}{TIGHT}{text}"),
        _ => format!("{text}{TIGHT}{currency}"),
    }
}

/// A day.
pub fn date(language: Language, date: Date) -> String {
    let Some((year, month, day)) = date.parts() else {
        return date.to_string();
    };
    match language {
        Language::English => {
            let month = usize::try_from(month - 1)
                .ok()
                .and_then(|at| MONTHS.get(at));
            format!("{day}{TIGHT}{} {year}", month.unwrap_or(&""))
        }
        Language::Swedish => date.to_string(),
        Language::Norwegian | Language::Finnish => format!("{day}.{month}.{year}"),
    }
}

/// A length of time, in the largest unit that holds it whole.
pub fn duration(language: Language, messages: &Messages, seconds: i64) -> String {
    let (several, one, size) = unit(seconds);
    let count = divide_rounded(i128::from(seconds) * i128::from(ONE), i128::from(size));
    let count = wide_text(count);
    let key = if count == "1" { one } else { several };
    let count = number(language, &count);
    messages.say(key, &[("count", &count)])
}

/// The unit in which people say a length of time: the sentences for several and for one, and its size.
pub fn unit(seconds: i64) -> (&'static str, &'static str, i64) {
    let units = [
        ("unit.days", "unit.days.one", 86_400 * ONE),
        ("unit.hours", "unit.hours.one", 3_600 * ONE),
        ("unit.minutes", "unit.minutes.one", 60 * ONE),
    ];
    let whole = units
        .iter()
        .find(|(.., size)| seconds != 0 && seconds % size == 0);
    // Up to two hours people say in minutes, what is not whole in hours.
    match whole {
        Some((.., size)) if *size == 60 * ONE && seconds > 120 * 60 * ONE => units[1],
        Some(found) => *found,
        None => units[1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_their_language() {
        use Language::{English, Finnish, Norwegian, Swedish};
        assert_eq!(number(English, "5000000.5"), "5,000,000.5");
        assert_eq!(number(Norwegian, "-5000000.5"), "−5\u{a0}000\u{a0}000,5");
        assert_eq!(number(Finnish, "1650"), "1\u{a0}650");
        assert_eq!(percent(Swedish, 125_000), "12,5\u{a0}%");
        assert_eq!(percent(English, 125_000), "12.5%");
        assert_eq!(money(Finnish, 50_000 * ONE, "EUR"), "50\u{a0}000\u{a0}€");
        assert_eq!(money(Norwegian, 500 * ONE, "NOK"), "500\u{a0}kr");
        assert_eq!(money(Norwegian, 500 * ONE, "SEK"), "500\u{a0}SEK");
        assert_eq!(money(Finnish, ONE / 2, "EUR"), "0,50\u{a0}€");
        assert_eq!(money(English, ONE / 1_000, "EUR"), "EUR\u{a0}0.001");
        let day = Date::parse("2026-11-05").expect("a day");
        assert_eq!(date(Norwegian, day), "5.11.2026");
        assert_eq!(date(Finnish, day), "5.11.2026");
        assert_eq!(date(Swedish, day), "2026-11-05");
        assert_eq!(date(English, day), "5\u{a0}November 2026");
        let messages = Messages::of(Norwegian);
        let spoken = |minutes: i64| duration(Norwegian, &messages, minutes * 60 * ONE);
        assert_eq!(spoken(90), "90 minutter");
        assert_eq!(spoken(150), "2,5 timer");
        assert_eq!(spoken(1), "1 minutt");
        assert_eq!(spoken(24 * 60), "1 dag");
        assert_eq!(spoken(24 * 60 * 30), "30 dager");
    }
}
