//! Constants as they are written in a rule file: `6_000_000`, `12%`, `90 min`, `"Øst"`.
//! Reading what is written here gives the same constant again.

use crate::model::program::{Literal, Program};
use crate::model::types::Type;
use crate::value::Date;
use crate::value::decimal::{ONE, wide_text};

/// Millionths of a second in a minute.
const MINUTE: i64 = 60 * ONE;
/// In an hour.
const HOUR: i64 = 60 * MINUTE;
/// In a day.
const DAY: i64 = 24 * HOUR;

/// A constant of a type as it is written.
pub fn written(program: &Program, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Number(number), _) => number_of(ty, *number),
        (Literal::Flag(true), _) => "yes".into(),
        (Literal::Flag(false), _) => "no".into(),
        (Literal::Text(text), _) => quoted(text),
        (Literal::Choice(code), ty) => {
            let at = *code as usize;
            match ty {
                Type::OneOf(texts) | Type::Steps(texts) => {
                    quoted(texts.get(at).map_or("", String::as_str))
                }
                Type::Segment(id) => {
                    let segments = program.segmentations.get(id.0).map(|it| &it.segments);
                    let segment = segments.and_then(|it| it.get(at));
                    segment.map_or(String::new(), |it| it.name.clone())
                }
                _ => {
                    let team = program.teams.get(at);
                    team.map_or(String::new(), |team| team.name.clone())
                }
            }
        }
    }
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn number_of(ty: &Type, number: i64) -> String {
    match ty {
        Type::Percent => format!("{}%", wide_text(i128::from(number) * 100)),
        Type::Date => Date(number).to_string(),
        Type::Months => format!("{number} months"),
        Type::Frequency => format!("{} per year", wide_text(i128::from(number))),
        Type::Duration => duration(number),
        _ => grouped(&wide_text(i128::from(number))),
    }
}

fn duration(number: i64) -> String {
    if number != 0 && number % DAY == 0 {
        return format!("{} days", number / DAY);
    }
    if number % MINUTE == 0 {
        return format!("{} min", number / MINUTE);
    }
    let hours = crate::value::decimal::divide_rounded(i128::from(number), 3_600);
    format!("{} h", wide_text(hours))
}

/// Digits of a number in groups of three, where it has more than four.
fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, rest) = match digits.find('.') {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    if whole.len() < 5 {
        return text.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let cases = [
            (Type::Number, 1_234_567_500_000, "1_234_567.5"),
            (Type::Money, -50_000 * ONE, "-50_000"),
            (Type::Money, 1_650 * ONE, "1650"),
            (Type::Percent, 125_000, "12.5%"),
            (Type::Duration, 90 * MINUTE, "90 min"),
            (Type::Duration, 30 * DAY, "30 days"),
            (Type::Frequency, 12 * ONE, "12 per year"),
            (Type::Date, 0, "1970-01-01"),
        ];
        for (ty, number, text) in cases {
            assert_eq!(number_of(&ty, number), text);
        }
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }
}
