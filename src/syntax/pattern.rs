//! Known mistakes in an entry that the grammar refused, found by the tokens around the place of the failure.
//! It judges nothing that the grammar accepts.

use super::grammar::{Rule, Word};
use super::mistake::{self, token_span};
use super::scan::{Scan, TokenKind};
use super::split::{DECLARATIONS, is_unmatched};
use crate::base::{Diagnostic, SourceId, Span, suggest};

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
        .or_else(|| decimal_comma(place))
        .or_else(|| grouped_number(place))
        .or_else(|| number_with_letters(place))
        .or_else(|| currency_first(place))
        .or_else(|| word_for_money(place))
        .or_else(|| foreign_sign(place))
        .or_else(|| hyphen_in_name(place))
        .or_else(|| other_words(place))
        .or_else(|| reserved_name(place))
        .or_else(|| misspelt(place))
        .or_else(|| space_in_name(place))
        .or_else(|| unknown(place))
        .or_else(|| bracket(place))
}

fn unclosed_text(place: &Place) -> Option<Diagnostic> {
    let index = (place.first..=place.at + 1)
        .find(|index| place.kind(*index) == Some(TokenKind::UnclosedText))?;
    let start = place.span(index);
    let apostrophe = place.word(index).starts_with(['\'', '’']);
    if apostrophe && index > 0 && place.is_number(index - 1) && place.touches_next(index - 1) {
        return Some(grouped(
            place,
            index - 1,
            "_".to_owned() + place.word(index).get(1..).unwrap_or(""),
        ));
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

/// `2,5`: a comma between two numbers that touch it.
fn decimal_comma(place: &Place) -> Option<Diagnostic> {
    let comma = (place.at.saturating_sub(2)..=place.at).find(|index| {
        *index > place.first.saturating_sub(2)
            && place.word(*index) == ","
            && index
                .checked_sub(1)
                .is_some_and(|before| place.is_number(before) && place.touches_next(before))
            && place.is_number(index + 1)
            && place.touches_next(*index)
    })?;
    let span = place.span(comma - 1).join(place.span(comma + 1));
    let (whole, rest) = (place.word(comma - 1), place.word(comma + 1));
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
fn grouped_number(place: &Place) -> Option<Diagnostic> {
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
    Some(grouped(place, index, rest))
}

fn grouped(place: &Place, index: usize, rest: String) -> Diagnostic {
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
fn number_with_letters(place: &Place) -> Option<Diagnostic> {
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
fn word_for_money(place: &Place) -> Option<Diagnostic> {
    let index = [Some(place.at), place.before()]
        .into_iter()
        .flatten()
        .find(|index| *index > 0 && place.is_number(index - 1))?;
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
        "mrd" | "milliard" | "milliarder" | "miljarder" | "billion" | "billions" | "b" => {
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
fn currency_first(place: &Place) -> Option<Diagnostic> {
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
        ":" => Diagnostic::error("colon", "a name is followed by no `:`").help("leave it out"),
        ".." => Diagnostic::error("two-points", "`..` is no range")
            .help("write `between a and b`, or `a to b` in a scale"),
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
    Diagnostic::error(
        "times-a-year",
        format!("`{written}` does not say how often"),
    )
    .at(span, "")
    .help(format!("write `12 per {}`", place.word(period)))
}

/// `customer-id text`
fn hyphen_in_name(place: &Place) -> Option<Diagnostic> {
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
fn other_words(place: &Place) -> Option<Diagnostic> {
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
fn reserved_name(place: &Place) -> Option<Diagnostic> {
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
    let help = if place.expects(&[Rule::field]) {
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
    for rule in place.expected {
        match rule {
            Rule::declaration | Rule::item => words.extend(DECLARATIONS),
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
fn misspelt(place: &Place) -> Option<Diagnostic> {
    let word = place.word(place.at);
    if !place.is_word(place.at) || word.chars().count() < 2 {
        return None;
    }
    let candidates = candidates(place);
    let near = candidates
        .iter()
        .copied()
        .find(|candidate| candidate.eq_ignore_ascii_case(word) && *candidate != word)
        .or_else(|| suggest::nearest(word, candidates.iter().copied()))?;
    let code = if place.expects(&[Rule::declaration, Rule::item]) {
        "unknown-declaration"
    } else if place.expects(&[Rule::field_type]) {
        "unknown-type"
    } else {
        "unknown-word"
    };
    Some(
        Diagnostic::error(code, format!("`{word}` is no word that may stand here"))
            .at(place.span(place.at), "")
            .help(format!("write `{near}`")),
    )
}

/// `let my margin = …`, `customer id text`
fn space_in_name(place: &Place) -> Option<Diagnostic> {
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
fn unknown(place: &Place) -> Option<Diagnostic> {
    let span = place.span(place.at);
    let word = place.word(place.at);
    if place.expects(&[Rule::declaration, Rule::item]) && place.kind(place.at).is_some() {
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
