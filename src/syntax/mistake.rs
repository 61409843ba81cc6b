//! What people used to spreadsheets and other languages write: one function for each mistake, with its code, its
//! sentence and what to write instead. It finds nothing; `build` and `pattern` do.

use super::scan::Scan;
use crate::base::{Diagnostic, SourceId, Span};

/// `&&`, `=>` and other spellings of operators; `None` for Vekt's own.
pub(super) fn foreign_sign(place: Span, sign: &str) -> Option<Diagnostic> {
    let (code, write) = match sign {
        "==" => ("double-equals", "="),
        "&&" => ("double-ampersand", "and"),
        "||" => ("double-bar", "or"),
        "!" => ("exclamation-mark", "not"),
        "=>" => ("turned-comparison", ">="),
        "=<" => ("turned-comparison", "<="),
        "<>" => ("angle-unequal", "!="),
        "≥" => ("typographic-sign", ">="),
        "≤" => ("typographic-sign", "<="),
        "≠" => ("typographic-sign", "!="),
        "−" | "–" => ("typographic-sign", "-"),
        "×" => ("typographic-sign", "*"),
        "÷" => ("typographic-sign", "/"),
        _ => return None,
    };
    Some(
        Diagnostic::error(code, format!("`{sign}` is no operator"))
            .at(place, "")
            .help(format!("write `{write}`")),
    )
}

/// `a < b < c`
pub(super) fn chained_comparison(place: Span) -> Diagnostic {
    Diagnostic::error("chained-comparison", "comparisons do not chain")
        .at(place, "the second comparison")
        .help("write `b between a and c`, or two comparisons with `and`")
}

/// `'text'`
pub(super) fn single_quotes(place: Span, inner: &str) -> Diagnostic {
    Diagnostic::error("single-quotes", "a text stands in double quotes")
        .at(place, "")
        .help(format!("write `\"{inner}\"`"))
}

/// `"C:\data"`
pub(super) fn unknown_escape(place: Span, letter: char) -> Diagnostic {
    Diagnostic::error(
        "unknown-escape",
        format!("`\\{letter}` means nothing in a text"),
    )
    .at(place, "")
    .help("write `\\\\` for a backslash and `\\\"` for a quote")
}

/// A date that is not `2026-11-21`; `None` for one that is.
pub(super) fn date_form(place: Span, written: &str) -> Option<Diagnostic> {
    let separator = written.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = written.split(separator).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = if first.len() == 4 {
        (first, second, third)
    } else {
        (third, second, first)
    };
    let proper = format!("{year:0>4}-{month:0>2}-{day:0>2}");
    (proper != written).then(|| {
        Diagnostic::error(
            "date-form",
            format!("`{written}` is not how a date is written"),
        )
        .at(place, "")
        .help(format!("write `{proper}`"))
    })
}

/// A row of a table with more or fewer cells than there are columns.
pub(super) fn ragged_table(row: Span, head: Span, cells: usize, columns: usize) -> Diagnostic {
    let counted = |count, word| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    let message = format!(
        "this row has {}, and the table {}",
        counted(cells, "cell"),
        counted(columns, "column")
    );
    Diagnostic::error("ragged-table", message)
        .at(row, "")
        .at(head, "the columns")
}

/// `1__0`, `1_`, `1.2.3`, and `21.11.2026`; `None` for digits that are well formed.
pub(super) fn malformed_digits(place: Span, written: &str) -> Option<Diagnostic> {
    let parts: Vec<&str> = written.split('.').collect();
    let (whole, _) = parts.split_first()?;
    if let [day, month, year] = parts.as_slice()
        && year.len() == 4
        && day.len() <= 2
        && month.len() <= 2
    {
        return date_form(place, written);
    }
    let badly_grouped =
        |part: &&str| part.ends_with('_') || part.starts_with('_') || part.contains("__");
    let grouped = parts.len() > 2 && parts.iter().skip(1).all(|part| part.len() == 3);
    if parts.len() <= 2 && !parts.iter().any(badly_grouped) {
        return None;
    }
    let diagnostic = Diagnostic::error(
        "malformed-number",
        format!("`{written}` is not how a number is written"),
    )
    .at(place, "");
    Some(if grouped {
        diagnostic.help(format!("write `{}`", parts.join("_")))
    } else if parts.len() > 2 {
        diagnostic.help(format!("write one point at most: `{whole}.5`"))
    } else {
        let digits: Vec<&str> = written.split('_').filter(|part| !part.is_empty()).collect();
        diagnostic.help(format!("write `{}`", digits.join("_")))
    })
}

/// `currency kr`; `None` for three capitals.
pub(super) fn currency_form(place: Span, written: &str) -> Option<Diagnostic> {
    let capitals = written.trim_matches('"').to_uppercase();
    let proper = if is_currency_code(&capitals) {
        capitals
    } else {
        currency_of(written).unwrap_or("NOK").to_owned()
    };
    (!is_currency_code(written)).then(|| {
        Diagnostic::error(
            "currency-form",
            format!("`{written}` is not the code of a currency"),
        )
        .at(place, "")
        .help(format!("write its three capitals, such as `{proper}`"))
    })
}

/// Whether a word is written as the code of a currency.
pub(super) fn is_currency_code(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What is meant by a word for money: its currency's code where the word tells it.
pub(super) fn currency_of(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "nok" => "NOK",
        "sek" => "SEK",
        "dkk" => "DKK",
        "eur" | "euro" | "euros" | "€" => "EUR",
        "usd" | "dollar" | "dollars" | "$" => "USD",
        "gbp" | "£" => "GBP",
        _ => return None,
    })
}

/// A `}`, `)` or `]` that nothing opened.
pub(super) fn stray_bracket(source: SourceId, scan: &Scan, text: &str, index: usize) -> Diagnostic {
    let bracket = scan.text(text, index);
    Diagnostic::error("stray-bracket", format!("`{bracket}` closes nothing"))
        .at(token_span(source, scan, index), "")
        .help("leave it out, or add the bracket that it should close")
}

/// A `{` that nothing closes, and the last token that surely stands in its block.
pub(super) fn unclosed_brace(
    source: SourceId,
    scan: &Scan,
    open: usize,
    last: usize,
) -> Diagnostic {
    Diagnostic::error("unclosed-brace", "a `}` is missing")
        .at(
            token_span(source, scan, last).after(),
            "it is missing by here",
        )
        .at(token_span(source, scan, open), "this `{` is never closed")
        .help("write `}` where the block ends")
}

/// A `}` that stands further to the right than the block that it would close.
pub(super) fn early_brace(source: SourceId, scan: &Scan, close: usize, open: usize) -> Diagnostic {
    Diagnostic::error("stray-bracket", "this `}` is one too many")
        .at(token_span(source, scan, close), "")
        .at(token_span(source, scan, open), "it would close this block")
        .help("leave it out, or indent it like the line of the block that it closes")
}

/// The span of a token; the end of the text where there is none.
pub(super) fn token_span(source: SourceId, scan: &Scan, index: usize) -> Span {
    match scan.tokens.get(index) {
        Some(token) => Span::new(source, token.start, token.end),
        None => Span::new(source, scan.plain.len(), scan.plain.len()),
    }
}
