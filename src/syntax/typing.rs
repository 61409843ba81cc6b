//! Text on its way: what each piece of it is, for colours and completion, and whether more must follow
//! before it can be read. It parses no further than that and gives no messages.

use super::scan::{self, TokenKind};
use super::{parse, parse_expression, split};
use crate::base::{Diagnostic, SourceId};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A name or a word of the language.
    Word,
    /// A number with what clings to it.
    Number,
    /// A text in quotes, closed or not.
    Text,
    /// A bracket that opens.
    Open,
    /// A bracket that closes.
    Close,
    /// The end of a line outside parentheses.
    LineEnd,
    /// Any other sign.
    Sign,
    /// A comment.
    Comment,
}

/// A piece of text and how deep in brackets it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// How many brackets are open around it.
    pub depth: usize,
}

/// The pieces of a text in order.
pub fn pieces(text: &str) -> Vec<Piece> {
    let scan = scan::scan(SourceId(0), text);
    let mut pieces = Vec::new();
    let mut depth = 0_usize;
    for token in &scan.tokens {
        let kind = match token.kind {
            TokenKind::Word => PieceKind::Word,
            TokenKind::Number => PieceKind::Number,
            TokenKind::Text | TokenKind::UnclosedText => PieceKind::Text,
            TokenKind::Open => PieceKind::Open,
            TokenKind::Close => PieceKind::Close,
            TokenKind::LineEnd => PieceKind::LineEnd,
            TokenKind::Sign => PieceKind::Sign,
        };
        if kind == PieceKind::Close {
            depth = depth.saturating_sub(1);
        }
        pieces.push(Piece {
            kind,
            start: token.start,
            end: token.end,
            depth,
        });
        if kind == PieceKind::Open {
            depth += 1;
        }
    }
    for comment in scan.comments.all() {
        pieces.push(Piece {
            kind: PieceKind::Comment,
            start: comment.span.start as usize,
            end: comment.span.end as usize,
            depth: 0,
        });
    }
    pieces.sort_by_key(|piece| piece.start);
    pieces
}

/// Whether a word begins a declaration.
pub fn begins_declaration(word: &str) -> bool {
    word == "replace" || split::DECLARATIONS.contains(&word)
}

/// Whether more must follow before a text can be read: a bracket is open, its last word or sign
/// asks for more, or everything that is wrong with it is that it ends.
pub fn is_unfinished(text: &str) -> bool {
    let scan = scan::scan(SourceId(0), text);
    let tokens = scan.tokens.iter().enumerate();
    let mut last = None;
    let mut first = None;
    for (at, token) in tokens {
        if token.kind == TokenKind::Open && split::is_unmatched(&scan, at) {
            return true;
        }
        if token.kind != TokenKind::LineEnd {
            first = first.or(Some(at));
            last = Some(at);
        }
    }
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    let end = scan.tokens.get(last).map_or(0, |token| token.end);
    // Where the text itself is what is missing, the message points behind or at its last word.
    let last_start = scan.tokens.get(last).map_or(0, |token| token.start);
    let at_end = |messages: &[Diagnostic]| {
        !messages.is_empty()
            && messages.iter().all(|message| {
                let label = message.labels.first();
                label.is_some_and(|label| label.span.start as usize >= end)
            })
    };
    if begins_declaration(scan.text(text, first)) {
        at_end(&parse(SourceId(0), text).diagnostics)
    } else {
        split::asks_for_more(&scan, text, last) && {
            let (_, messages) = parse_expression(SourceId(0), text);
            let near = |message: &Diagnostic| {
                let label = message.labels.first();
                label.is_some_and(|label| label.span.start as usize >= last_start)
            };
            !messages.is_empty() && messages.iter().all(near)
        }
    }
}
