//! Numbers and money as spreadsheets and people write them: decimal commas, digits apart, words for currencies.
//! Only what the grammar refused comes here.

use super::Place;
use crate::base::{Diagnostic, Span};
use crate::syntax::mistake;
use crate::syntax::scan::TokenKind;

/// `2,5`: a comma between two numbers that touch it.
pub(super) fn decimal_comma(place: &Place) -> Option<Diagnostic> {
    let comma = (place.at.saturating_sub(2)..=place.at).find(|index| {
        *index > place.first.saturating_sub(2)
            && place.word(*index) == ","
            && index
                .checked_sub(1)
                .is_some_and(|before| place.is_number(before) && place.touches_next(before))
            && place.is_number(index + 1)
            && place.touches_next(*index)
    })?;
    let (whole, rest) = (place.word(comma - 1), place.word(comma + 1));
    // `1,650,000`
    let mut last = comma + 1;
    let mut grouped = format!("{whole}_{rest}");
    while place.word(last + 1) == "," && place.is_number(last + 2) && place.touches_next(last + 1) {
        grouped = format!("{grouped}_{}", place.word(last + 2));
        last += 2;
    }
    if last > comma + 1 {
        let span = place.span(comma - 1).join(place.span(last));
        let written = place.text.get(span.start as usize..span.end as usize)?;
        return Some(
            Diagnostic::error(
                "grouped-number",
                format!("`{written}` has its digits apart"),
            )
            .at(span, "")
            .help(format!("write `{grouped}`")),
        );
    }
    let span = place.span(comma - 1).join(place.span(comma + 1));
    Some(
        Diagnostic::error(
            "decimal-comma",
            format!("`{whole},{rest}` has a decimal comma"),
        )
        .at(span, "")
        .help(format!("write `{whole}.{rest}`")),
    )
}

/// `1 650`: two numbers beside each other, the second of three digits.
pub(super) fn grouped_number(place: &Place) -> Option<Diagnostic> {
    let index = (place.first..=place.at).find(|index| {
        let second = place.word(index + 1);
        let digits = second.bytes().take_while(u8::is_ascii_digit).count();
        place.is_number(*index)
            && place.is_number(index + 1)
            && digits == 3
            && place.word(*index).bytes().all(|byte| byte.is_ascii_digit())
    })?;
    let mut rest = String::new();
    let mut next = index + 1;
    while place.is_number(next) {
        rest = rest + "_" + place.word(next);
        next += 1;
    }
    if place.word(next) == "," && place.is_number(next + 1) && place.touches_next(next) {
        rest = rest + "." + place.word(next + 1);
    }
    Some(grouped(place, index, rest))
}

pub(super) fn grouped(place: &Place, index: usize, rest: String) -> Diagnostic {
    let first = place.word(index);
    let mut span = place.span(index);
    span.end = u32::try_from(span.start as usize + first.len() + rest.len()).unwrap_or(span.end);
    let written = place
        .text
        .get(span.start as usize..span.end as usize)
        .unwrap_or(first);
    Diagnostic::error(
        "grouped-number",
        format!("`{written}` has its digits apart"),
    )
    .at(span, "")
    .help(format!("write `{first}{rest}`"))
}

/// `5m`, `500kr`, `12x`: letters that cling to digits.
pub(super) fn number_with_letters(place: &Place) -> Option<Diagnostic> {
    let index = [Some(place.at), place.before()]
        .into_iter()
        .flatten()
        .find(|index| {
            place.is_number(*index)
                && number_parts(place.word(*index)).is_some_and(|(_, letters)| !letters.is_empty())
        })?;
    let (digits, letters) = number_parts(place.word(index))?;
    let known = [
        "k", "M", "bn", "h", "min", "minute", "minutes", "hour", "hours", "day", "days", "week",
        "weeks", "month", "months", "year", "years", "quarter", "quarters",
    ];
    if known.contains(&letters) {
        return None;
    }
    let span = place.span(index);
    if let Some(diagnostic) = money_word(span, place.word(index), digits, letters) {
        return Some(diagnostic);
    }
    let capitals = letters.len() == 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    let help = if capitals {
        format!("write `{digits} {letters}`")
    } else {
        "after the digits may stand `k`, `M`, `bn`, `%`, a currency or a unit of time".to_owned()
    };
    Some(
        Diagnostic::error(
            "malformed-number",
            format!("`{}` is not how a number is written", place.word(index)),
        )
        .at(span, "")
        .help(help),
    )
}

fn number_parts(word: &str) -> Option<(&str, &str)> {
    let at = word
        .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | '_'))
        .unwrap_or(word.len());
    Some((word.get(..at)?, word.get(at..)?))
}

/// `500 kr`, `5 MNOK`, `5 mill`: a word for money after a number.
pub(super) fn word_for_money(place: &Place) -> Option<Diagnostic> {
    let last = (place.first..place.at)
        .rev()
        .find(|index| place.kind(*index) != Some(TokenKind::LineEnd));
    let index = [Some(place.at), last]
        .into_iter()
        .flatten()
        .find(|index| *index > 0 && place.is_number(index - 1))?;
    if mistake::is_currency_code(place.word(index)) {
        return None;
    }
    let number = place.word(index - 1);
    let (digits, _) = number_parts(number)?;
    let span = place.span(index - 1).join(place.span(index));
    let written = place.text.get(span.start as usize..span.end as usize)?;
    money_word(span, written, digits, place.word(index))
}

/// The message for digits and a word for money.
fn money_word(span: Span, written: &str, digits: &str, word: &str) -> Option<Diagnostic> {
    let lower = word.to_lowercase();
    let scale = |code: &'static str, scale: &str, currency: &str| {
        let currency = if currency.is_empty() {
            String::new()
        } else {
            format!(" {currency}")
        };
        Diagnostic::error(code, format!("`{written}` is not how money is written"))
            .at(span, "")
            .help(format!("write `{digits}{scale}{currency}`"))
    };
    let (first, rest) = lower.split_at_checked(1)?;
    if lower.len() == 4
        && let Some(currency) = mistake::currency_of(rest)
    {
        match first {
            "m" => return Some(scale("scale-word", "M", currency)),
            "t" | "k" => return Some(scale("scale-word", "k", currency)),
            _ => {}
        }
    }
    match lower.as_str() {
        "kr" | "kroner" | "kronor" | "nok" | "sek" | "dkk" | "eur" | "euro" | "euros" | "€"
        | "$" | "usd" | "gbp" | "£" => {
            let currency = mistake::currency_of(word).unwrap_or("NOK");
            Some(scale("currency-word", "", currency))
        }
        "mkr" | "mill" | "mio" | "million" | "millions" | "millioner" | "miljoner" | "m" | "mn"
        | "mln" => Some(scale("scale-word", "M", "")),
        "mrd" | "milliard" | "milliarder" | "miljarder" | "billion" | "billions" => {
            Some(scale("scale-word", "bn", ""))
        }
        "tkr" | "tusen" | "thousand" | "thousands" | "k" | "bn" => Some(scale(
            "scale-word",
            if lower == "bn" { "bn" } else { "k" },
            "",
        )),
        _ => None,
    }
}

/// `kr 500`, `NOK 500`, `€500`
pub(super) fn currency_first(place: &Place) -> Option<Diagnostic> {
    let index = [Some(place.at), place.before()]
        .into_iter()
        .flatten()
        .find(|index| {
            let word = place.word(*index);
            let money = mistake::currency_of(word).is_some()
                || matches!(word.to_lowercase().as_str(), "kr");
            money && place.is_number(index + 1)
        })?;
    let span = place.span(index).join(place.span(index + 1));
    let written = place.text.get(span.start as usize..span.end as usize)?;
    let currency = mistake::currency_of(place.word(index)).unwrap_or("NOK");
    Some(
        Diagnostic::error(
            "currency-first",
            format!("`{written}` has its currency in front"),
        )
        .at(span, "")
        .help(format!("write `{} {currency}`", place.word(index + 1))),
    )
}

/// `500,-` and `500.-`
pub(super) fn dash_for_cents(place: &Place) -> Option<Diagnostic> {
    let sign = [Some(place.at), place.before()]
        .into_iter()
        .flatten()
        .find(|index| {
            matches!(place.word(*index), "," | ".")
                && matches!(place.word(index + 1), "-" | "–")
                && place.touches_next(*index)
                && index
                    .checked_sub(1)
                    .is_some_and(|number| place.is_number(number) && place.touches_next(number))
        })?;
    let span = place.span(sign - 1).join(place.span(sign + 1));
    let written = place.text.get(span.start as usize..span.end as usize)?;
    Some(
        Diagnostic::error(
            "currency-word",
            format!("`{written}` is not how money is written"),
        )
        .at(span, "")
        .help(format!("write `{}`", place.word(sign - 1))),
    )
}
