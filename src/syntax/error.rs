//! pest's failure → one message: a known mistake where `pattern` finds one, else what was found and what was expected.
//! It never shows a rule's name.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::{Rule, Word};
use super::mistake::token_span;
use super::pattern::{self, Place};
use super::scan::{Scan, TokenKind};
use super::split::{self, Item};
use crate::base::{Diagnostic, SourceId, Span};

/// Expectations that one message lists; more would not be read.
const LISTED: usize = 6;

/// Where a failure stands in the text that was parsed.
pub(super) fn offset(failure: &Error<Rule>) -> usize {
    match failure.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The message for a failure at the offset `at` of the source.
pub(super) fn diagnostic(
    source: SourceId,
    scan: &Scan,
    text: &str,
    item: &Item,
    at: usize,
    failure: &Error<Rule>,
) -> Diagnostic {
    let expected: &[Rule] = match &failure.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let index = scan.tokens.partition_point(|token| token.end <= at);
    let inside = if index < item.last {
        index
    } else {
        item.last.saturating_sub(1)
    };
    let entry = split::entry(scan, text, item, inside);
    let place = Place {
        source,
        scan,
        text,
        at: index,
        first: entry.as_ref().map_or(item.first, |entry| entry.first),
        last: item.last,
        expected,
    };
    pattern::find(&place).unwrap_or_else(|| generic(&place))
}

/// What was found and what was expected.
fn generic(place: &Place) -> Diagnostic {
    let words = words(place.expected);
    let expected = match words.as_slice() {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    };
    let token = place
        .scan
        .tokens
        .get(place.at)
        .filter(|_| place.at < place.last);
    let (found, span) = match token {
        Some(token) if token.kind != TokenKind::LineEnd => {
            let span = token_span(place.source, place.scan, place.at);
            (format!("`{}`", place.word(place.at)), span)
        }
        _ => {
            let before = place.at.min(place.last).saturating_sub(1);
            let end = token_span(place.source, place.scan, before);
            let end = if place.scan.tokens.is_empty() {
                Span::new(place.source, 0, 0)
            } else {
                end.after()
            };
            let found = if token.is_some() {
                "the end of the line"
            } else {
                "the end of the entry"
            };
            (found.to_owned(), end)
        }
    };
    Diagnostic::error("unexpected", format!("expected {expected}, found {found}")).at(span, "")
}

/// The words for what was expected: each once, operators last and only where little else is expected.
fn words(expected: &[Rule]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for rule in expected {
        let word = match rule.describe() {
            Word::Literal(word) => format!("`{word}`"),
            Word::Thing(word) => word.to_owned(),
            Word::Quiet => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let is_end = |word: &String| {
        matches!(
            word.as_str(),
            "an operator" | "a comparison" | "the end of the entry" | "a new line"
        )
    };
    let mut listed: Vec<String> = words.iter().filter(|word| !is_end(word)).cloned().collect();
    listed.truncate(LISTED);
    if words.iter().any(|word| word == "an operator") {
        listed.push("an operator".to_owned());
    }
    if words
        .iter()
        .any(|word| matches!(word.as_str(), "the end of the entry" | "a new line"))
    {
        listed.push("the end of the entry".to_owned());
    }
    if listed.is_empty() { words } else { listed }
}
