//! What was typed, told apart: a command, declarations, clauses of a segmentation, or a question. It
//! goes by the first words alone; nothing is looked up in files.

use crate::base::SourceId;
use crate::syntax::{Piece, PieceKind, begins_declaration, parse, pieces};

/// The longest text that is taken.
pub(super) const LONGEST: usize = 1_000_000;

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed<'t> {
    /// Nothing, or only a comment.
    Nothing,
    /// `:name rest`
    Command(&'t str, &'t str),
    /// Declarations of the language.
    Declarations,
    /// Clauses of a segmentation alone: `key when attractiveness >= 6.5`.
    Clause,
    /// An expression, or a list of them.
    Question,
}

/// Tells what was typed. `is_segment` knows the names of segments.
pub(super) fn typed<'t>(text: &'t str, is_segment: &dyn Fn(&str) -> bool) -> Typed<'t> {
    let trimmed = text.trim();
    if let Some(command) = trimmed.strip_prefix(':') {
        let (name, rest) = match command.find(char::is_whitespace) {
            Some(at) => command.split_at(at),
            None => (command, ""),
        };
        return Typed::Command(name, rest.trim());
    }
    let pieces: Vec<Piece> = pieces(text)
        .into_iter()
        .filter(|piece| !matches!(piece.kind, PieceKind::Comment | PieceKind::LineEnd))
        .collect();
    let word = |at: usize| {
        let piece = pieces.get(at)?;
        text.get(piece.start..piece.end)
    };
    let Some(first) = word(0) else {
        return Typed::Nothing;
    };
    let second_is_name = pieces.get(1).is_some_and(|piece| {
        matches!(
            piece.kind,
            PieceKind::Word | PieceKind::Text | PieceKind::Open
        )
    });
    if begins_declaration(first) && pieces.len() > 1 && (second_is_name || is_declaration(text)) {
        return Typed::Declarations;
    }
    if is_segment(first) {
        let begins_clause = pieces.iter().skip(1).take(2).any(|piece| {
            let word = text.get(piece.start..piece.end);
            piece.kind == PieceKind::Word && matches!(word, Some("when" | "otherwise" | "stays"))
        });
        if begins_clause {
            return Typed::Clause;
        }
    }
    Typed::Question
}

fn is_declaration(text: &str) -> bool {
    let parsed = parse(SourceId(0), text);
    !parsed.tree.declarations.is_empty()
}
