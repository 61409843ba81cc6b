//! Tokens → declarations, and within one the entry that an error lies in, so that no broken entry hides another.
//! It goes by line ends and brackets alone and parses nothing.

use super::scan::{Scan, Token, TokenKind};

/// The tokens of one declaration.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Its first token.
    pub first: usize,
    /// The token after its last.
    pub last: usize,
    /// Braces that it opens and never closes.
    pub unclosed: Vec<usize>,
}

/// Words that begin a declaration, in the order of the reference.
pub(super) const DECLARATIONS: [&str; 25] = [
    "model",
    "use",
    "customers",
    "table",
    "field",
    "lookup",
    "rates",
    "exclude",
    "let",
    "param",
    "axis",
    "criterion",
    "group",
    "weight",
    "segments",
    "override",
    "teams",
    "activities",
    "service",
    "check",
    "warn",
    "output",
    "test",
    "scenario",
    "remove",
];

/// Words before which an entry goes on over a line break.
const GOES_ON: [&str; 17] = [
    "and", "or", "then", "else", "default", "is", "between", "where", "when", "because", "from",
    "stays", "by", "costs", "actual", "worth", "until",
];

/// Words after which an entry goes on over a line break.
const EXPECTS_MORE: [&str; 15] = [
    "and", "or", "not", "if", "then", "else", "default", "is", "between", "where", "when", "of",
    "costs", "actual", "worth",
];

/// The declarations of a file, in order.
pub(super) fn items(scan: &Scan, text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut item: Option<Item> = None;
    let mut index = 0;
    while let Some(token) = scan.tokens.get(index) {
        if token.kind == TokenKind::LineEnd {
            if (ends_entry(scan, text, index, Rows::Continue)
                || begins_declaration(scan, text, index + 1))
                && let Some(done) = item.take()
            {
                items.push(done);
            }
            index += 1;
            continue;
        }
        let current = item.get_or_insert_with(|| Item {
            first: index,
            last: index,
            unclosed: Vec::new(),
        });
        index = match token.kind {
            TokenKind::Open if token.partner > index => token.partner + 1,
            TokenKind::Open if scan.text(text, index) == "{" => {
                let end = next_declaration(scan, text, index);
                current.unclosed = (index..end)
                    .filter(|at| scan.text(text, *at) == "{" && is_unmatched(scan, *at))
                    .collect();
                current.last = end;
                items.extend(item.take());
                index = end;
                continue;
            }
            _ => index + 1,
        };
        current.last = index;
    }
    items.extend(item);
    items
}

/// Whether a bracket has no partner.
pub(super) fn is_unmatched(scan: &Scan, index: usize) -> bool {
    scan.tokens.get(index).is_some_and(|token| {
        matches!(token.kind, TokenKind::Open | TokenKind::Close) && token.partner == index
    })
}

/// After a brace that nothing closes: the next line that begins, without indentation, with a declaration's word.
fn next_declaration(scan: &Scan, text: &str, from: usize) -> usize {
    (from + 1..scan.tokens.len())
        .find(|index| {
            let begins_line = scan.tokens.get(*index).is_some_and(|token| {
                token.kind == TokenKind::Word
                    && token.start > 0
                    && text.as_bytes().get(token.start - 1) == Some(&b'\n')
            });
            let word = scan.text(text, *index);
            begins_line
                && (word == "replace" || DECLARATIONS.contains(&word))
                && !matches!(word, "criterion" | "group" | "weight" | "field")
        })
        .unwrap_or(scan.tokens.len())
}

/// Whether a declaration surely begins here, even if the line before is not complete: its word and a name or text.
pub(super) fn begins_declaration(scan: &Scan, text: &str, index: usize) -> bool {
    let next = scan.text(text, index + 1);
    let kind = scan.tokens.get(index + 1).map(|token| token.kind);
    DECLARATIONS.contains(&scan.text(text, index))
        && match kind {
            Some(TokenKind::Text) => true,
            // With `=` behind it even a word such as `worth` is a name.
            Some(TokenKind::Word) if scan.text(text, index + 2) == "=" => true,
            Some(TokenKind::Word) => {
                !GOES_ON.contains(&next) && !EXPECTS_MORE.contains(&next) && next != "in"
            }
            _ => false,
        }
}

/// How the lines of a block hang together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// As in section 2: a line may go on before an operator.
    Continue,
    /// Rows of a scale: they end with their line.
    End,
    /// A service, in which `when` begins an entry.
    Service,
}

/// Whether the line end at `index` ends an entry. Of several in a row only the first can.
fn ends_entry(scan: &Scan, text: &str, index: usize, rows: Rows) -> bool {
    let before = index.checked_sub(1);
    if before.is_some_and(|at| is_line_end(scan, at)) {
        return false;
    }
    let after = (index + 1..scan.tokens.len()).find(|at| !is_line_end(scan, *at));
    let more = before.is_some_and(|at| expects_more(scan, text, at))
        || after.is_some_and(|at| begins_with_continuation(scan, text, at, rows));
    !more
}

/// Whether the line end at `index` ends an entry of an ordinary block.
pub(super) fn ends_line(scan: &Scan, text: &str, index: usize) -> bool {
    ends_entry(scan, text, index, Rows::Continue)
}

/// Whether an entry goes on behind this token.
pub(super) fn asks_for_more(scan: &Scan, text: &str, index: usize) -> bool {
    expects_more(scan, text, index)
}

fn expects_more(scan: &Scan, text: &str, index: usize) -> bool {
    let word = scan.text(text, index);
    match scan.tokens.get(index).map(|token| token.kind) {
        Some(TokenKind::Sign) => !matches!(word, "%" | "?" | "|" | "||"),
        // The scale `as is` is complete.
        Some(TokenKind::Word) if word == "is" && index > 0 => scan.text(text, index - 1) != "as",
        Some(TokenKind::Word) if word == "expect" => index > 0 && is_line_end(scan, index - 1),
        Some(TokenKind::Word) => EXPECTS_MORE.contains(&word),
        _ => false,
    }
}

fn begins_with_continuation(scan: &Scan, text: &str, index: usize, rows: Rows) -> bool {
    let word = scan.text(text, index);
    match scan.tokens.get(index).map(|token| token.kind) {
        Some(TokenKind::Sign) => rows != Rows::End && !matches!(word, "|" | "||"),
        Some(TokenKind::Open) => word == "{",
        Some(TokenKind::Word) if word == "when" => rows != Rows::Service,
        Some(TokenKind::Word) if word == "if" => scan.text(text, index + 1) == "missing",
        Some(TokenKind::Word) if word == "not" => scan.text(text, index + 1) == "between",
        Some(TokenKind::Word) => GOES_ON.contains(&word),
        _ => false,
    }
}

fn is_line_end(scan: &Scan, index: usize) -> bool {
    scan.tokens
        .get(index)
        .is_some_and(|token| token.kind == TokenKind::LineEnd)
}

/// The innermost entry around a token: its tokens, and the brace that opens its block.
/// `None` where the token lies in no block of the item: the entry is the declaration itself.
pub(super) struct Entry {
    /// Its first token.
    pub first: usize,
    /// The token after its last.
    pub last: usize,
    /// The brace of the block it stands in.
    pub open: usize,
}

/// Finds the [`Entry`] around the token at `index`.
pub(super) fn entry(scan: &Scan, text: &str, item: &Item, index: usize) -> Option<Entry> {
    let close_of = |open: usize| match scan.tokens.get(open) {
        Some(token) if token.partner > open => token.partner,
        _ => item.last,
    };
    let open = (item.first..index.min(item.last))
        .rfind(|at| scan.text(text, *at) == "{" && close_of(*at) > index)?;
    let close = close_of(open);
    let rows = rows(scan, text, item, open);
    let mut first = open + 1;
    let mut at = first;
    while at < close {
        let Some(token) = scan.tokens.get(at) else {
            break;
        };
        if is_boundary(scan, text, token, at, rows) {
            if at > index {
                break;
            }
            first = at + 1;
        }
        at = if token.kind == TokenKind::Open && token.partner > at {
            token.partner
        } else {
            at
        } + 1;
    }
    Some(Entry {
        first,
        last: at.min(close),
        open,
    })
}

fn is_boundary(scan: &Scan, text: &str, token: &Token, at: usize, rows: Rows) -> bool {
    match token.kind {
        TokenKind::LineEnd => ends_entry(scan, text, at, rows),
        TokenKind::Sign => {
            let next = (at + 1..scan.tokens.len()).find(|next| !is_line_end(scan, *next));
            let text_follows = next
                .and_then(|next| scan.tokens.get(next))
                .is_some_and(|next| next.kind == TokenKind::Text);
            scan.text(text, at) == "," && !text_follows
        }
        _ => false,
    }
}

/// How the lines of the block that opens at `open` hang together.
fn rows(scan: &Scan, text: &str, item: &Item, open: usize) -> Rows {
    let before = open.checked_sub(1).map_or("", |at| scan.text(text, at));
    let head = scan.text(text, item.first);
    let head = if head == "replace" {
        scan.text(text, item.first + 1)
    } else {
        head
    };
    if matches!(before, "bands" | "curve" | "match") || head == "lookup" {
        return Rows::End;
    }
    let in_service = (item.first..open)
        .rev()
        .find_map(|at| match scan.text(text, at) {
            "service" => Some(true),
            "segments" | "test" => Some(false),
            _ => None,
        });
    if in_service == Some(true) {
        Rows::Service
    } else {
        Rows::Continue
    }
}
