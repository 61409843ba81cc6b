//! A text → the tokens that its layout must put somewhere, each as it will be written, with the comments and line
//! breaks before it. Nothing but blanks and quotes is changed; no token is ever lost.

use std::borrow::Cow;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

use crate::syntax::{self, Comments, TokenKind};

/// A token as it will be written.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    /// The text to write.
    pub text: Cow<'t, str>,
    /// How many columns it takes.
    pub width: usize,
    /// Where it stands in the source.
    pub place: Range<usize>,
    /// For a bracket its partner, for others the token itself.
    pub partner: usize,
    /// What it is to the layout.
    pub kind: Kind,
    /// Whether no blank stands between the token before and this one.
    pub is_glued: bool,
    /// How many lines end between the comment or token before and this one; two or more leave a blank line.
    pub breaks: usize,
    /// The comments between the token before and this one.
    pub notes: Range<usize>,
}

/// What a token is to the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a word of the language.
    Word,
    /// A number, a text or a date.
    Literal,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Any other sign.
    Sign,
    /// A minus before its operand.
    Negation,
    /// A comma that separates nothing and is left out.
    IdleComma,
    /// The end of the file.
    End,
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note<'t> {
    /// Its text, from the `#`.
    pub text: &'t str,
    /// Whether nothing stands before it on its line.
    pub own_line: bool,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
}

/// All tokens of a file, ended by one of kind `End`, and its comments.
pub(super) struct Tokens<'t> {
    /// The tokens.
    pub list: Vec<Token<'t>>,
    /// The comments.
    pub notes: Vec<Note<'t>>,
    /// The file.
    pub text: &'t str,
}

/// Words before an operand, not after one: a minus that follows belongs to the operand.
const BEFORE_OPERAND: [&str; 15] = [
    "and", "or", "not", "if", "then", "else", "is", "between", "default", "where", "when", "costs",
    "actual", "worth", "expect",
];

/// Words that are followed by a parenthesis without being a function's name.
const NO_FUNCTION: [&str; 10] = [
    "of",
    "weight",
    "ramp",
    "to",
    "in",
    "top",
    "bottom",
    "until",
    "missing",
    "otherwise",
];

impl Tokens<'_> {
    /// Keeps the tokens of a range as they are written: none changes, none moves to another or away from it.
    pub fn keep(&mut self, range: Range<usize>) {
        let mut end = None;
        for token in self.list.get_mut(range).unwrap_or(&mut []) {
            if let Some(written) = self.text.get(token.place.clone()) {
                token.text = written.into();
                token.width = width(written);
            }
            token.is_glued = end == Some(token.place.start);
            end = Some(token.place.end);
        }
    }
}

/// Reads the tokens of a text that has no errors.
pub(super) fn tokens<'t>(
    text: &'t str,
    scanned: &[syntax::Token],
    comments: &Comments,
) -> Tokens<'t> {
    let mut reader = Reader {
        tokens: Tokens {
            list: Vec::with_capacity(scanned.len()),
            notes: Vec::with_capacity(comments.all().len()),
            text,
        },
        open: Vec::new(),
        end: 0,
    };
    let mut comments = comments.all().iter().peekable();
    let mut index = 0;
    while let Some(token) = scanned.get(index) {
        index += 1;
        if token.kind == TokenKind::LineEnd {
            continue;
        }
        let first_note = reader.tokens.notes.len();
        while let Some(comment) =
            comments.next_if(|comment| (comment.span.start as usize) < token.start)
        {
            reader.note(
                comment.span.start as usize..comment.span.end as usize,
                comment.own_line,
            );
        }
        let mut place = token.start..token.end;
        if token.kind == TokenKind::Number
            && let Some(end) = date_end(text, &scanned[index - 1..])
        {
            place.end = end;
            index += 4;
        }
        reader.token(token.kind, place, first_note);
    }
    let first_note = reader.tokens.notes.len();
    for comment in comments {
        reader.note(
            comment.span.start as usize..comment.span.end as usize,
            comment.own_line,
        );
    }
    reader.push(Kind::End, "".into(), text.len()..text.len(), first_note);
    drop_idle_commas(&mut reader.tokens.list);
    reader.tokens
}

/// Where a date ends that begins with the first of these tokens.
fn date_end(text: &str, tokens: &[syntax::Token]) -> Option<usize> {
    let [year, first, month, second, day, ..] = tokens else {
        return None;
    };
    let parts = [year, first, month, second, day];
    let adjacent = parts.windows(2).all(|pair| match pair {
        [left, right] => left.end == right.start,
        _ => false,
    });
    let written = |token: &syntax::Token| text.get(token.start..token.end).unwrap_or("");
    let digits = |token: &syntax::Token, longest: usize| {
        let written = written(token);
        (1..=longest).contains(&written.len()) && written.bytes().all(|it| it.is_ascii_digit())
    };
    let is_date = adjacent
        && written(first) == "-"
        && written(second) == "-"
        && written(year).len() == 4
        && digits(year, 4)
        && digits(month, 2)
        && digits(day, 2);
    is_date.then_some(day.end)
}

struct Reader<'t> {
    tokens: Tokens<'t>,
    /// The brackets that are open.
    open: Vec<usize>,
    /// Where the last token or comment ended.
    end: usize,
}

impl<'t> Reader<'t> {
    fn breaks(&mut self, place: &Range<usize>) -> usize {
        let between = self.tokens.text.get(self.end..place.start).unwrap_or("");
        self.end = place.end;
        between.bytes().filter(|byte| *byte == b'\n').count()
    }

    fn note(&mut self, place: Range<usize>, own_line: bool) {
        let breaks = self.breaks(&place);
        self.tokens.notes.push(Note {
            text: self.tokens.text.get(place).unwrap_or(""),
            own_line: own_line || breaks > 0,
            after_blank: breaks > 1,
        });
    }

    fn token(&mut self, kind: TokenKind, place: Range<usize>, first_note: usize) {
        let written = self.tokens.text.get(place.clone()).unwrap_or("");
        match kind {
            TokenKind::Word => self.push(Kind::Word, written.into(), place, first_note),
            TokenKind::Number => self.push(Kind::Literal, spaced_unit(written), place, first_note),
            TokenKind::Text | TokenKind::UnclosedText => {
                self.push(Kind::Literal, straight_quotes(written), place, first_note);
            }
            TokenKind::Open => self.push(Kind::Open, written.into(), place, first_note),
            TokenKind::Close => self.push(Kind::Close, written.into(), place, first_note),
            TokenKind::Sign if written == "||" => {
                let middle = place.start + 1;
                self.push(Kind::Sign, "|".into(), place.start..middle, first_note);
                let first_note = self.tokens.notes.len();
                self.push(Kind::Sign, "|".into(), middle..place.end, first_note);
            }
            TokenKind::Sign | TokenKind::LineEnd => {
                let kind = if written == "-" && self.expects_operand(place.end) {
                    Kind::Negation
                } else {
                    Kind::Sign
                };
                self.push(kind, written.into(), place, first_note);
            }
        }
    }

    fn push(&mut self, kind: Kind, text: Cow<'t, str>, place: Range<usize>, first_note: usize) {
        let index = self.tokens.list.len();
        let mut partner = index;
        if kind == Kind::Open {
            self.open.push(index);
        } else if kind == Kind::Close
            && let Some(open) = self.open.pop()
        {
            partner = open;
            if let Some(token) = self.tokens.list.get_mut(open) {
                token.partner = index;
            }
        }
        let token = Token {
            width: width(&text),
            is_glued: self.is_glued(&text, kind),
            breaks: self.breaks(&place),
            notes: first_note..self.tokens.notes.len(),
            text,
            place,
            partner,
            kind,
        };
        self.tokens.list.push(token);
    }

    /// Whether an operand must follow, so that a minus here belongs to it. `end` is where the minus ends.
    fn expects_operand(&self, end: usize) -> bool {
        let [.., before, last] = self.tokens.list.as_slice() else {
            return false;
        };
        match last.kind {
            Kind::Literal | Kind::Close => false,
            Kind::Sign => last.text != "%",
            Kind::Word if BEFORE_OPERAND.contains(&&*last.text) => true,
            Kind::Word if last.text == "missing" => before.text == "if",
            // These are also used as names: then a blank after the minus tells.
            Kind::Word if NO_FUNCTION.contains(&&*last.text) => {
                let after = self.tokens.text.get(end..).unwrap_or("");
                !after.starts_with(char::is_whitespace)
            }
            Kind::Word => false,
            _ => true,
        }
    }

    fn is_glued(&self, text: &str, kind: Kind) -> bool {
        let [rest @ .., last] = self.tokens.list.as_slice() else {
            return true;
        };
        if last.kind == Kind::Negation || matches!(&*last.text, "(" | "[" | ".") {
            return true;
        }
        if matches!(kind, Kind::Literal | Kind::Word) {
            return false;
        }
        match text {
            "," | ")" | "]" | "." | "?" => true,
            "%" => last.kind == Kind::Literal,
            "[" => last.kind == Kind::Word,
            "(" => {
                let is_part = rest.last().is_some_and(|token| token.text == ".");
                last.kind == Kind::Word
                    && (is_part
                        || !BEFORE_OPERAND.contains(&&*last.text)
                            && !NO_FUNCTION.contains(&&*last.text))
            }
            _ => false,
        }
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.width()
    }
}

/// `90min` → `90 min`; a scale stays at its digits.
fn spaced_unit(written: &str) -> Cow<'_, str> {
    let digits = written
        .find(|letter: char| !letter.is_ascii_digit() && letter != '_' && letter != '.')
        .unwrap_or(written.len());
    match written.split_at_checked(digits) {
        Some((_, "" | "k" | "M" | "bn")) | None => written.into(),
        Some((_, rest)) if rest.starts_with('-') => written.into(),
        Some((digits, unit)) => format!("{digits} {unit}").into(),
    }
}

/// Curly quotes around a text become straight; what stands inside stays.
fn straight_quotes(written: &str) -> Cow<'_, str> {
    let mut letters = written.chars();
    let first = letters.next();
    let last = letters.next_back();
    if first == Some('"') && last == Some('"') {
        written.into()
    } else {
        format!("\"{}\"", letters.as_str()).into()
    }
}

/// Marks commas after `{`, before `}` or after another comma: between entries one is enough.
fn drop_idle_commas(tokens: &mut [Token]) {
    let mut after_separator = true;
    for token in tokens.iter_mut() {
        if token.text == "," && after_separator {
            token.kind = Kind::IdleComma;
        }
        after_separator = matches!(&*token.text, "," | "{");
    }
    let mut before_close = false;
    for token in tokens.iter_mut().rev() {
        if token.text == "," && before_close {
            token.kind = Kind::IdleComma;
        }
        before_close = token.text == "}" || token.kind == Kind::IdleComma && before_close;
    }
}
