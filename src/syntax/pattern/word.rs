//! Words in the wrong place: misspelt, reserved, of other languages, and names with hyphens and spaces.
//! Only what the grammar refused comes here.

use super::{Place, expects_declaration, is_period, times};
use crate::base::{Diagnostic, suggest};
use crate::syntax::grammar::{Rule, Word};
use crate::syntax::scan::TokenKind;
use crate::syntax::split::DECLARATIONS;

const RESERVED: [&str; 16] = [
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "is",
    "between",
    "default",
    "missing",
    "where",
    "when",
    "otherwise",
    "yes",
    "no",
    "today",
];

const TYPES: [&str; 11] = [
    "text", "number", "date", "flag", "money", "percent", "score", "one", "steps", "duration",
    "segment",
];

const SCALES: [&str; 6] = ["ramp", "curve", "bands", "match", "as", "ranked"];

const SETTINGS: [&str; 5] = ["edition", "currency", "scores", "valid", "today"];

/// Whether a declaration that begins so ends with its line.
pub(super) fn begins_line(head: &str) -> bool {
    matches!(
        head,
        "let" | "param" | "check" | "warn" | "exclude" | "override" | "use" | "weight" | "remove"
    )
}

/// `customer-id text`
pub(super) fn hyphen_in_name(place: &Place) -> Option<Diagnostic> {
    let hyphen = [Some(place.at), place.before()]
        .into_iter()
        .flatten()
        .find(|index| {
            place.word(*index) == "-"
                && index
                    .checked_sub(1)
                    .is_some_and(|before| place.is_word(before) && place.touches_next(before))
                && (place.is_word(index + 1) || place.is_number(index + 1))
                && place.touches_next(*index)
        })?;
    let mut end = hyphen + 1;
    while place.touches_next(end) && place.word(end + 1) == "-" && place.touches_next(end + 1) {
        end += 2;
    }
    let span = place.span(hyphen - 1).join(place.span(end));
    let written = place.text.get(span.start as usize..span.end as usize)?;
    Some(
        Diagnostic::error(
            "hyphen-in-name",
            format!("the name `{written}` has a hyphen"),
        )
        .at(span, "")
        .help(format!("write `{}`", written.replace('-', "_"))),
    )
}

/// Words and turns of other languages.
pub(super) fn other_words(place: &Place) -> Option<Diagnostic> {
    let word = place.word(place.at);
    let before = place.before().map_or("", |before| place.word(before));
    let span = place.span(place.at);
    if matches!(word, "elseif" | "elsif" | "elif") {
        return Some(
            Diagnostic::error("elseif", format!("`{word}` is no word of the language"))
                .at(span, "")
                .help("write `else if`"),
        );
    }
    if (before == "in" && word == "(") || (word == "in" && place.word(place.at + 1) == "(") {
        let at = if word == "in" {
            span
        } else {
            place.span(place.at - 1)
        };
        return Some(
            Diagnostic::error("in-list", "`in` does not ask whether a value is in a list")
                .at(at, "")
                .help("write `is one of \"a\", \"b\"`, or `is one of (a, b)` for names"),
        );
    }
    if matches!(word, "," | ";" | ")") {
        let call = (place.first..place.at).rev().find(|index| {
            place.word(*index).eq_ignore_ascii_case("if") && place.word(index + 1) == "("
        });
        if let Some(call) = call {
            return Some(
                Diagnostic::error("if-call", "`if` is no function")
                    .at(place.span(call), "")
                    .help("write `if … then … else …`"),
            );
        }
    }
    let after_number = place.before().is_some_and(|before| place.is_number(before));
    if after_number && matches!(word, "times" | "a" | "x" | "ganger" | "gånger" | "pr" | "i") {
        let period = (place.at + 1..=place.at + 2).find(|index| is_period(place.word(*index)))?;
        return Some(times(place, place.at, period));
    }
    None
}

/// A reserved word where a name is wanted: `no text`.
pub(super) fn reserved_name(place: &Place) -> Option<Diagnostic> {
    let word = place.word(place.at);
    let wants_name = place.expected.iter().any(|rule| {
        matches!(
            rule,
            Rule::name
                | Rule::path
                | Rule::field
                | Rule::team
                | Rule::activity
                | Rule::clause
                | Rule::segments_entry
                | Rule::ranked_segment
                | Rule::rate
                | Rule::service_entry
                | Rule::visits
                | Rule::given_value
                | Rule::given_table
        )
    });
    if !wants_name || !RESERVED.contains(&word) {
        return None;
    }
    let before = place.before().map_or("", |before| place.word(before));
    if before == "is" && word == "between" {
        return None;
    }
    let is_clause = place.expects(&[
        Rule::clause,
        Rule::segments_entry,
        Rule::order_line,
        Rule::k_order,
    ]);
    if is_clause && matches!(word, "when" | "if" | "otherwise" | "else") {
        let message = format!("a clause begins with its segment, not with `{word}`");
        return Some(
            Diagnostic::error("reserved-name", message)
                .at(place.span(place.at), "")
                .help("write `SEGMENT when CONDITION`, and at last `SEGMENT otherwise`"),
        );
    }
    let help = if TYPES.contains(&place.word(place.at + 1)) {
        format!(
            "give it another name and say which column it reads: `{word}_ text from \"{word}\"`"
        )
    } else {
        format!("choose another name, such as `{word}_`")
    };
    Some(
        Diagnostic::error(
            "reserved-name",
            format!("`{word}` is a word of the language and cannot be a name"),
        )
        .at(place.span(place.at), "")
        .help(help),
    )
}

/// The words that may stand where the grammar stopped.
fn candidates(place: &Place) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    if expects_declaration(place) {
        words.extend(DECLARATIONS);
    }
    for rule in place.expected {
        match rule {
            Rule::field_type => words.extend(TYPES),
            Rule::scale_part => words.extend(SCALES),
            Rule::setting => words.extend(SETTINGS),
            Rule::member => words.extend(["criterion", "group"]),
            Rule::test_entry => words.extend(["today", "given", "expect"]),
            Rule::frequency => words.extend(["weekly", "monthly", "quarterly", "yearly", "every"]),
            Rule::period => words.extend([
                "year", "quarter", "month", "week", "years", "months", "weeks",
            ]),
            Rule::time_word => words.extend(["minutes", "hours", "days", "weeks"]),
            Rule::check => words.extend(["check", "warn"]),
            Rule::op_and => words.push("and"),
            Rule::op_or => words.push("or"),
            Rule::op_default => words.push("default"),
            Rule::op_is => words.push("is"),
            Rule::between_tail => words.push("between"),
            rule => {
                if let Word::Literal(word) = rule.describe()
                    && let Some(word) = word.split(' ').next()
                    && word.chars().all(char::is_alphabetic)
                {
                    words.push(word);
                }
            }
        }
    }
    words
}

/// A word that is nearly one of those expected.
pub(super) fn misspelt(place: &Place) -> Option<Diagnostic> {
    let word = place.word(place.at);
    if !place.is_word(place.at) || word.chars().count() < 2 {
        return None;
    }
    let candidates = candidates(place);
    let near = candidates
        .iter()
        .copied()
        .find(|candidate| candidate.eq_ignore_ascii_case(word) && *candidate != word)
        .or_else(|| {
            suggest::nearest(
                word,
                candidates.iter().copied().filter(|near| near.len() > 2),
            )
        })?;
    let (code, message) = if expects_declaration(place) {
        (
            "unknown-declaration",
            format!("`{word}` begins no declaration"),
        )
    } else if place.expects(&[Rule::field_type]) {
        ("unknown-type", format!("`{word}` is no type of a field"))
    } else {
        (
            "unknown-word",
            format!("`{word}` is no word that may stand here"),
        )
    };
    Some(
        Diagnostic::error(code, message)
            .at(place.span(place.at), "")
            .help(format!("write `{near}`")),
    )
}

/// `let my margin = …`, `customer id text`
pub(super) fn space_in_name(place: &Place) -> Option<Diagnostic> {
    let before = place.before()?;
    if !place.is_word(place.at)
        || !place.is_word(before)
        || RESERVED.contains(&place.word(place.at))
    {
        return None;
    }
    let introduced = before == place.first
        || before.checked_sub(1).is_some_and(|head| {
            matches!(
                place.word(head),
                "let"
                    | "param"
                    | "axis"
                    | "criterion"
                    | "group"
                    | "key"
                    | "table"
                    | "lookup"
                    | "segments"
                    | "scenario"
                    | "text"
                    | "only"
                    | "service"
            )
        });
    if SCALES.contains(&place.word(place.at)) && place.expects(&[Rule::weight, Rule::k_weight]) {
        return None;
    }
    let next = place.word(place.at + 1);
    let fits = if place.expects(&[Rule::field_type]) {
        TYPES.contains(&next)
    } else {
        let next_kind = place.kind(place.at + 1);
        place.expects(&[Rule::equals])
            || matches!(
                next,
                "when" | "otherwise" | "{" | "weight" | "of" | "from" | "per" | "="
            )
            || matches!(next_kind, Some(TokenKind::Text | TokenKind::Number))
    };
    if !introduced || !fits || DECLARATIONS.contains(&place.word(before)) {
        return None;
    }
    let span = place.span(before).join(place.span(place.at));
    let (one, two) = (place.word(before), place.word(place.at));
    Some(
        Diagnostic::error(
            "space-in-name",
            format!("the name `{one} {two}` has a space"),
        )
        .at(span, "")
        .help(format!("write `{one}_{two}`")),
    )
}

/// A word that begins no declaration, or names no type.
pub(super) fn unknown(place: &Place) -> Option<Diagnostic> {
    let span = place.span(place.at);
    let word = place.word(place.at);
    if expects_declaration(place) && place.kind(place.at).is_some() {
        let message = format!("`{word}` begins no declaration");
        let help = format!("a declaration begins with one of {}", listed(&DECLARATIONS));
        return Some(
            Diagnostic::error("unknown-declaration", message)
                .at(span, "")
                .help(help),
        );
    }
    if place.expects(&[Rule::field_type]) && place.is_word(place.at) {
        let message = format!("`{word}` is no type of a field");
        let help = "write `text`, `number`, `money`, `percent`, `score`, `date`, `flag`, `one of \"a\", \"b\"`, \
                    `steps \"a\", \"b\"`, `duration in hours` or `segment`";
        return Some(
            Diagnostic::error("unknown-type", message)
                .at(span, "")
                .help(help),
        );
    }
    None
}

fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
