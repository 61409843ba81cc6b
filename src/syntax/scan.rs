//! Text → tokens, comments, and the text as the grammar reads it: of the same length, with comments and the line
//! breaks inside matched parentheses blank, and every blank a space. It knows words, numbers, texts and signs, but nothing of what they mean.

use unicode_ident::{is_xid_continue, is_xid_start};

use super::comments::{Comment, Comments};
use crate::base::{SourceId, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// Digits with whatever letters, points and underscores cling to them.
    Number,
    /// A text in quotes.
    Text,
    /// A quote that its line does not close, and the line's rest.
    UnclosedText,
    /// One of `( [ {`.
    Open,
    /// One of `) ] }`.
    Close,
    /// The end of a line; never inside matched parentheses.
    LineEnd,
    /// Any other sign; signs such as `>=` are one token.
    Sign,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// For a bracket the index of its partner; itself where it has none.
    pub partner: usize,
}

/// What scanning gives.
pub(super) struct Scan {
    /// The tokens in order.
    pub tokens: Vec<Token>,
    /// The comments.
    pub comments: Comments,
    /// The text for the grammar; byte offsets are those of the source.
    pub plain: String,
}

const LONG_SIGNS: [&str; 11] = [
    "->", "=>", "=<", "==", "!=", "<>", "<=", ">=", "&&", "||", "..",
];

/// Scans a text. Every text can be scanned.
pub(super) fn scan(source: SourceId, text: &str) -> Scan {
    // Room for most files: what a list outgrows is memory touched twice.
    let mut tokens = Vec::with_capacity(text.len() / 4 + 8);
    let mut comments = Comments::default();
    let mut plain = text.as_bytes().to_vec();
    let mut at = 0;
    if text.starts_with('\u{FEFF}') {
        at = '\u{FEFF}'.len_utf8();
        blank(&mut plain, 0, at);
    }
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (kind, length) = match first {
            '#' => {
                let length = line_length(rest);
                let length = rest
                    .get(..length)
                    .map_or(length, |line| line.trim_end().len());
                let own_line = tokens
                    .last()
                    .is_none_or(|token: &Token| token.kind == TokenKind::LineEnd);
                comments.push(Comment {
                    span: Span::new(source, at, at + length),
                    own_line,
                });
                blank(&mut plain, at, at + length);
                at += length;
                continue;
            }
            '\n' => (TokenKind::LineEnd, 1),
            ' ' => {
                let blanks = rest.bytes().position(|byte| byte != b' ');
                at += blanks.unwrap_or(rest.len());
                continue;
            }
            _ if first.is_whitespace() => {
                let end = at + first.len_utf8();
                // The grammar knows one blank; what is none of these is a mistake, and stays one.
                if matches!(first, '\t' | '\r' | '\u{A0}' | '\u{202F}' | '\u{2009}') {
                    blank(&mut plain, at, end);
                }
                at = end;
                continue;
            }
            '(' | '[' | '{' => (TokenKind::Open, 1),
            ')' | ']' | '}' => (TokenKind::Close, 1),
            '"' | '“' | '”' | '„' | '\'' | '‘' | '’' => quoted(rest, first),
            _ if first == '_' || is_xid_start(first) => (TokenKind::Word, word_length(rest)),
            _ if first.is_ascii_digit() => (TokenKind::Number, number_length(rest)),
            _ => (TokenKind::Sign, sign_length(rest, first)),
        };
        let partner = tokens.len();
        tokens.push(Token {
            kind,
            start: at,
            end: at + length,
            partner,
        });
        at += length.max(1);
    }
    match_brackets(text, &mut tokens);
    join_lines(&mut tokens, &mut plain);
    single_line_ends(&mut plain);
    // Only whole characters were replaced by blanks, so this is text; if not, the grammar reads nothing.
    let plain = String::from_utf8(plain).unwrap_or_default();
    Scan {
        tokens,
        comments,
        plain,
    }
}

impl Scan {
    /// The text of a token.
    pub fn text<'t>(&self, text: &'t str, index: usize) -> &'t str {
        self.tokens
            .get(index)
            .and_then(|token| text.get(token.start..token.end))
            .unwrap_or("")
    }
}

/// Overwrites bytes with spaces; line breaks stay.
pub(super) fn blank(bytes: &mut [u8], start: usize, end: usize) {
    for byte in bytes.get_mut(start..end).unwrap_or(&mut []) {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Blanks line ends that follow one with nothing between them: the grammar knows no empty lines.
pub(super) fn single_line_ends(plain: &mut [u8]) {
    let mut is_new = false;
    for byte in plain {
        match *byte {
            b'\n' if is_new => *byte = b' ',
            b'\n' => is_new = true,
            b' ' => {}
            _ => is_new = false,
        }
    }
}

/// The length of the line that a text begins with.
fn line_length(rest: &str) -> usize {
    memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())
}

fn word_length(rest: &str) -> usize {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let end = rest.bytes().position(|byte| !plain(byte));
    match end.and_then(|at| rest.as_bytes().get(at)) {
        // Letters that are not ASCII may go on with the word.
        Some(byte) if !byte.is_ascii() => {}
        _ => return end.unwrap_or(rest.len()),
    }
    rest.find(|letter| !is_xid_continue(letter))
        .unwrap_or(rest.len())
}

fn number_length(rest: &str) -> usize {
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let point = letter == '.'
            && letters
                .peek()
                .is_some_and(|(_, next)| next.is_ascii_digit());
        if !point && !is_xid_continue(letter) {
            return at;
        }
    }
    rest.len()
}

fn sign_length(rest: &str, first: char) -> usize {
    // Most signs stand alone.
    let next = rest.as_bytes().get(first.len_utf8());
    if !next.is_some_and(|byte| b"=><&|.".contains(byte)) {
        return first.len_utf8();
    }
    LONG_SIGNS
        .iter()
        .find(|sign| rest.starts_with(**sign))
        .map_or(first.len_utf8(), |sign| sign.len())
}

/// The length of a text with its quotes. A text ends on its line; one that does not leaves a last brace outside.
fn quoted(rest: &str, first: char) -> (TokenKind, usize) {
    let line = line_length(rest);
    let closes = |letter: char| match first {
        '"' => letter == '"',
        '\'' => letter == '\'',
        '‘' | '’' => matches!(letter, '‘' | '’'),
        _ => matches!(letter, '“' | '”' | '"'),
    };
    let escapes = !matches!(first, '\'' | '‘' | '’');
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if at >= line {
            break;
        }
        if letter == '\\' && escapes {
            letters.next();
        } else if closes(letter) {
            return (TokenKind::Text, at + letter.len_utf8());
        }
    }
    let body = rest.get(..line).unwrap_or(rest).trim_end();
    let body = body.strip_suffix(['{', '}']).unwrap_or(body).trim_end();
    (TokenKind::UnclosedText, body.len().max(first.len_utf8()))
}

/// Finds the partner of each bracket. A `}` closes over parentheses that were left open before it.
fn match_brackets(text: &str, tokens: &mut [Token]) {
    let byte = |token: &Token| text.as_bytes().get(token.start).copied().unwrap_or(b' ');
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut braces = 0_usize;
    for index in 0..tokens.len() {
        let Some(token) = tokens.get(index) else {
            break;
        };
        match token.kind {
            TokenKind::Open => {
                braces += usize::from(byte(token) == b'{');
                open.push((index, byte(token)));
            }
            TokenKind::Close => {
                let wanted = match byte(token) {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                if wanted == b'{' && braces > 0 {
                    braces -= 1;
                    while open.last().is_some_and(|(_, kind)| *kind != b'{') {
                        open.pop();
                    }
                }
                if open.last().is_some_and(|(_, kind)| *kind == wanted)
                    && let Some((partner, _)) = open.pop()
                {
                    if let Some(token) = tokens.get_mut(index) {
                        token.partner = partner;
                    }
                    if let Some(token) = tokens.get_mut(partner) {
                        token.partner = index;
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a token opens parentheses that are closed.
fn is_parenthesis(token: &Token, index: usize, plain: &[u8]) -> bool {
    token.kind == TokenKind::Open && token.partner > index && plain.get(token.start) != Some(&b'{')
}

/// Whether a line ends inside matched parentheses.
fn any_inside(tokens: &[Token], plain: &[u8]) -> bool {
    let mut until = 0;
    tokens.iter().enumerate().any(|(index, token)| {
        if is_parenthesis(token, index, plain) {
            until = until.max(token.partner);
        }
        token.kind == TokenKind::LineEnd && index < until
    })
}

/// Takes the line ends inside matched parentheses away, from the tokens and from the text.
/// Braces cannot stand inside parentheses; where they do, the grammar finds them anyway.
fn join_lines(tokens: &mut Vec<Token>, plain: &mut [u8]) {
    if !any_inside(tokens, plain) {
        return;
    }
    let mut until = 0;
    let mut kept = vec![0; tokens.len()];
    let mut count = 0;
    for (index, token) in tokens.iter().enumerate() {
        if let Some(place) = kept.get_mut(index) {
            *place = count;
        }
        if is_parenthesis(token, index, plain) {
            until = until.max(token.partner);
        }
        if token.kind == TokenKind::LineEnd && index < until {
            if let Some(byte) = plain.get_mut(token.start) {
                *byte = b' ';
            }
        } else {
            count += 1;
        }
    }
    tokens
        .retain(|token| token.kind != TokenKind::LineEnd || plain.get(token.start) == Some(&b'\n'));
    for token in tokens {
        token.partner = kept.get(token.partner).copied().unwrap_or(token.partner);
    }
}
