//! Known mistakes in an entry that the grammar refused, found by the tokens around the place of the failure.
//! It judges nothing that the grammar accepts.

mod hint;
mod number;
mod word;

pub(super) use hint::hint;

use super::grammar::Rule;
use super::mistake::{self, token_span};
use super::scan::{Scan, TokenKind};
use super::split::is_unmatched;
use crate::base::{Diagnostic, SourceId, Span};

/// The place of a failure.
pub(super) struct Place<'a> {
    /// The source.
    pub source: SourceId,
    /// Its tokens.
    pub scan: &'a Scan,
    /// Its text.
    pub text: &'a str,
    /// The token at which the grammar stopped.
    pub at: usize,
    /// The first token of the entry.
    pub first: usize,
    /// The token after the declaration's last.
    pub last: usize,
    /// What the grammar expected.
    pub expected: &'a [Rule],
}

impl<'a> Place<'a> {
    /// The text of a token.
    pub fn word(&self, index: usize) -> &'a str {
        self.scan.text(self.text, index)
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.scan
            .tokens
            .get(index)
            .filter(|_| index < self.last)
            .map(|token| token.kind)
    }

    fn is_word(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Word)
    }

    fn is_number(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Number)
    }

    fn span(&self, index: usize) -> Span {
        token_span(self.source, self.scan, index)
    }

    /// Whether nothing stands between a token and the next.
    fn touches_next(&self, index: usize) -> bool {
        let tokens = &self.scan.tokens;
        matches!((tokens.get(index), tokens.get(index + 1)), (Some(one), Some(next)) if one.end == next.start)
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|rule| rules.contains(rule))
    }

    fn before(&self) -> Option<usize> {
        self.at
            .checked_sub(1)
            .filter(|before| *before >= self.first)
    }
}

/// The message for a known mistake, if there is one.
pub(super) fn find(place: &Place) -> Option<Diagnostic> {
    unclosed_text(place)
        .or_else(|| number::decimal_comma(place))
        .or_else(|| number::grouped_number(place))
        .or_else(|| number::dash_for_cents(place))
        .or_else(|| number::number_with_letters(place))
        .or_else(|| number::currency_first(place))
        .or_else(|| number::word_for_money(place))
        .or_else(|| unfinished_line(place))
        .or_else(|| word::other_words(place))
        .or_else(|| foreign_sign(place))
        .or_else(|| word::hyphen_in_name(place))
        .or_else(|| word::reserved_name(place))
        .or_else(|| word::misspelt(place))
        .or_else(|| word::space_in_name(place))
        .or_else(|| word::unknown(place))
        .or_else(|| bracket(place))
}

fn unclosed_text(place: &Place) -> Option<Diagnostic> {
    let index = (place.first..=place.at + 1)
        .find(|index| place.kind(*index) == Some(TokenKind::UnclosedText))?;
    let start = place.span(index);
    let digits: String = place
        .word(index)
        .chars()
        .skip(1)
        .take_while(char::is_ascii_digit)
        .collect();
    let apostrophe = place.word(index).starts_with(['\'', '’']);
    if apostrophe
        && digits.len() == 3
        && index > 0
        && place.is_number(index - 1)
        && place.touches_next(index - 1)
    {
        return Some(number::grouped(place, index - 1, "_".to_owned() + &digits));
    }
    let first = place.word(index).chars().next().map_or(1, char::len_utf8);
    let quote = Span::new(
        place.source,
        start.start as usize,
        start.start as usize + first,
    );
    Some(
        Diagnostic::error(
            "unclosed-text",
            "this text has no closing quote on its line",
        )
        .at(quote, "opened here")
        .help("write `\"` where the text ends"),
    )
}

/// `==`, `&&`, `;`, `:` and the like, where the grammar does not take them.
fn foreign_sign(place: &Place) -> Option<Diagnostic> {
    let span = place.span(place.at);
    let sign = place.word(place.at);
    if place.kind(place.at) != Some(TokenKind::Sign) {
        return None;
    }
    let after_number = place.before().is_some_and(|before| place.is_number(before));
    let diagnostic = match sign {
        ";" if place
            .scan
            .tokens
            .get(place.first..place.at)?
            .iter()
            .any(|token| token.kind == TokenKind::Open) =>
        {
            Diagnostic::error("semicolon", "`;` separates nothing").help("write `,` between values")
        }
        ";" => Diagnostic::error("semicolon", "`;` separates nothing")
            .help("leave it out: a new line ends an entry"),
        ":" if place.expects(&[Rule::arrow]) => {
            Diagnostic::error("colon", "a score is joined by `->`, not by `:`").help("write `->`")
        }
        ":" if place.expects(&[Rule::equals]) => {
            Diagnostic::error("colon", "a name and its value are joined by `=`").help("write `=`")
        }
        ":" if place.expects(&[Rule::when_part, Rule::k_when]) => {
            Diagnostic::error("colon", "a name is followed by no `:`").help("write `when`")
        }
        ":" => Diagnostic::error("colon", "a name is followed by no `:`").help("leave it out"),
        ".." => Diagnostic::error("two-points", "`..` is no range")
            .help("write `between a and b`, or `a to b` in a scale"),
        "/" if let Some(second) = slashes(place) => {
            return Some(
                Diagnostic::error("slash-comment", "`//` begins no comment")
                    .at(place.span(second - 1).join(place.span(second)), "")
                    .help("write `#` before a comment"),
            );
        }
        "." if place.is_number(place.at + 1) && place.touches_next(place.at) => {
            let digits = place.word(place.at + 1);
            Diagnostic::error("leading-point", format!("`.{digits}` begins with a point"))
                .help(format!("write `0.{digits}`"))
        }
        "->" if place.expects(&[Rule::equals]) => {
            Diagnostic::error("arrow-for-equals", "a name and its value are joined by `=`")
                .help("write `=`")
        }
        "/" if after_number && is_period(place.word(place.at + 1)) => {
            return Some(times(place, place.at, place.at + 1));
        }
        // The grammar takes `=` alone after a name that is declared.
        "==" if place.expects(&[Rule::equals]) => {
            Diagnostic::error("double-equals", "`==` is no operator").help("write `=`")
        }
        _ => {
            return mistake::foreign_sign(span, sign)
                .filter(|_| sign != "−" && sign != "–" || !after_number);
        }
    };
    Some(diagnostic.at(span, ""))
}

/// The second sign of a `//` around the place of the failure.
fn slashes(place: &Place) -> Option<usize> {
    [place.at, place.at + 1].into_iter().find(|second| {
        second.checked_sub(1).is_some_and(|one| {
            place.word(one) == "/" && place.word(*second) == "/" && place.touches_next(one)
        })
    })
}

fn is_period(word: &str) -> bool {
    matches!(
        word,
        "year" | "quarter" | "month" | "week" | "day" | "år" | "mnd" | "uke"
    )
}

/// `12 times a year`, `12 a year`, `12/year`, `12x per year`
fn times(place: &Place, from: usize, period: usize) -> Diagnostic {
    let span = place.span(from).join(place.span(period));
    let written = place
        .text
        .get(span.start as usize..span.end as usize)
        .unwrap_or("");
    let count = match from.checked_sub(1).filter(|it| place.is_number(*it)) {
        Some(number) => place.word(number),
        None => "12",
    };
    Diagnostic::error(
        "times-a-year",
        format!("`{written}` does not say how often"),
    )
    .at(span, "")
    .help(format!("write `{count} per {}`", place.word(period)))
}

/// Brackets without a partner in the entry.
fn bracket(place: &Place) -> Option<Diagnostic> {
    if matches!(place.word(place.at), ")" | "]" | "}")
        && place.at < place.last
        && is_unmatched(place.scan, place.at)
    {
        return Some(mistake::stray_bracket(
            place.source,
            place.scan,
            place.text,
            place.at,
        ));
    }
    let open = (place.first..place.at.min(place.last))
        .rev()
        .find(|index| {
            matches!(place.word(*index), "(" | "[") && is_unmatched(place.scan, *index)
        })?;
    let (sign, close) = if place.word(open) == "(" {
        ("(", ")")
    } else {
        ("[", "]")
    };
    Some(
        Diagnostic::error(
            "unclosed-parenthesis",
            format!("this `{sign}` is never closed"),
        )
        .at(place.span(open), "")
        .help(format!("write `{close}` where it ends")),
    )
}

/// Whether a whole declaration was expected; after `replace` the grammar lists its words one by one.
pub(super) fn expects_declaration(place: &Place) -> bool {
    place.expects(&[Rule::declaration, Rule::item])
        || place.expects(&[Rule::axis, Rule::k_axis])
            && place.expects(&[Rule::customers, Rule::k_customers])
}

/// Whether the entry is a declaration of one line, after which nothing may follow a comma.
pub(super) fn ends_with_its_line(place: &Place) -> bool {
    word::begins_line(place.word(place.first))
}

/// A line that ends with an operator, and a next line that does not complete it.
fn unfinished_line(place: &Place) -> Option<Diagnostic> {
    let is_line_end = |index: usize| place.kind(index) == Some(TokenKind::LineEnd);
    let line_end = (place.first..place.at)
        .rev()
        .take(2)
        .find(|index| is_line_end(*index))?;
    let operator = (place.first..line_end)
        .rev()
        .find(|index| !is_line_end(*index))?;
    let sign = place.word(operator);
    let unfinished = match place.kind(operator) {
        Some(TokenKind::Sign) => !matches!(sign, "," | "|" | "%" | "?"),
        Some(TokenKind::Word) => matches!(
            sign,
            "and"
                | "or"
                | "not"
                | "if"
                | "then"
                | "else"
                | "default"
                | "when"
                | "where"
                | "is"
                | "between"
                | "expect"
        ),
        _ => false,
    };
    if !unfinished {
        return None;
    }
    Some(
        Diagnostic::error(
            "unfinished-line",
            format!("nothing follows `{sign}` that completes its line"),
        )
        .at(place.span(operator), "")
        .help(format!("write what belongs after `{sign}`")),
    )
}
