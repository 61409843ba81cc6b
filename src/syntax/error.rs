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
const OPERATOR: &str = "an operator";
const VALUE: &str = "a value";
const END: &str = "the end of the entry";
const LINE: &str = "a new line";

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
    let mut at = scan.tokens.partition_point(|token| token.end <= at);
    let is_line_end = |index: usize| {
        let token = scan.tokens.get(index);
        token.is_some_and(|token| token.kind == TokenKind::LineEnd)
    };
    let entry_at = |index: usize| {
        let inside = index.min(item.last.saturating_sub(1));
        split::entry(scan, text, item, inside).map_or(item.first, |entry| entry.first)
    };
    let mut first = entry_at(at);
    // Where an entry begins or the block ends, and it could not have ended, the entry before is the incomplete one.
    if (at == first || scan.text(text, at) == "}")
        && at > item.first
        && is_line_end(at - 1)
        && !expected.contains(&Rule::close_brace)
    {
        while at > item.first && is_line_end(at - 1) {
            at -= 1;
        }
        first = entry_at(at.saturating_sub(1));
    }
    let place = Place {
        source,
        scan,
        text,
        at,
        first,
        last: item.last,
        expected,
    };
    pattern::find(&place).unwrap_or_else(|| generic(&place))
}

/// What was found and what was expected.
fn generic(place: &Place) -> Diagnostic {
    let words = words(place);
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
    if let Some(token) = token.filter(|token| token.kind != TokenKind::LineEnd) {
        let found = place.word(place.at);
        let help = pattern::hint(place).or_else(|| match token.kind {
            TokenKind::Word if matches!(found, "when" | "until" | "to" | "because" | "from") => {
                let one = words.first().filter(|_| words.len() == 1);
                one.map(|one| format!("write {one} before `{found}`"))
            }
            TokenKind::Word if words.iter().all(|word| word == "a text in quotes") => {
                let rest = place.text.get(token.start..).unwrap_or(found);
                let end = rest
                    .find([' ', '\t', '\r', '\n', ',', '{', '}'])
                    .unwrap_or(rest.len());
                Some(format!("write `\"{}\"`", rest.get(..end).unwrap_or(found)))
            }
            TokenKind::Word if split::begins_declaration(place.scan, place.text, place.at) => {
                Some(format!("begin a new line with `{found}`"))
            }
            TokenKind::Word
                if words.iter().any(|word| word == END)
                    && place.at > place.first
                    && !pattern::ends_with_its_line(place) =>
            {
                Some(format!(
                    "write `,` before `{found}`, or begin a new line with it, if it is the next entry"
                ))
            }
            TokenKind::Word if words.iter().any(|word| word == "`weight`") => Some(format!(
                "write the weight before `{found}`, such as `weight 40%`"
            )),
            TokenKind::Text if words.iter().all(|word| word == "a name") => {
                Some(format!("write a name before the label {found}"))
            }
            _ => None,
        });
        return Diagnostic::error(
            "unexpected",
            format!("expected {expected}, found `{found}`"),
        )
        .at(token_span(place.source, place.scan, place.at), "")
        .help_maybe(help);
    }
    let end = match place.at.min(place.last).checked_sub(1) {
        Some(before) => token_span(place.source, place.scan, before).after(),
        None => Span::new(place.source, 0, 0),
    };
    let found = if token.is_some() {
        "the end of the line"
    } else {
        END
    };
    Diagnostic::error("unexpected", format!("expected {expected}, found {found}"))
        .at(end, "")
        .help_maybe(pattern::hint(place))
}

/// The words for what was expected: each once, what includes others instead of them, the end last.
fn words(place: &Place) -> Vec<String> {
    if pattern::expects_declaration(place) {
        return vec!["a declaration".to_owned()];
    }
    let mut words: Vec<String> = Vec::new();
    for rule in place.expected {
        let word = match rule.describe() {
            Word::Literal(word) => format!("`{word}`"),
            Word::Thing(word) => word.to_owned(),
            Word::Quiet => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let has = |word: &str| words.iter().any(|other| other == word);
    let (operator, value) = (has(OPERATOR), has(VALUE));
    let ends = has(END) || has(LINE);
    let mut listed: Vec<String> = words
        .iter()
        .filter(|word| match word.as_str() {
            OPERATOR | END | LINE => false,
            "`}`" | "`,`" => !ends,
            "`(`" | "`[`" if words.len() > 1 && !value => false,
            "a comparison" | "`(`" | "`[`" | "`default`" | "`in`" | "`is`" | "`between`"
            | "`not`" | "`and`" | "`or`" => !(operator || value && word.as_str() == "`(`"),
            "`if`" | "`missing`" | "`today`" | "a name" | "a text in quotes" | "a number"
            | "a date" => !value,
            _ => true,
        })
        .cloned()
        .collect();
    listed.truncate(LISTED);
    if operator {
        listed.push(OPERATOR.to_owned());
    }
    if ends {
        listed.push(END.to_owned());
    }
    listed
}
