//! Floor 2: a rule file's text → the same in the one canonical layout. It reads its own result wherever the words are
//! not those of the file, and refuses it if the tree or a comment differs, so that no formatting ever changes a model;
//! it needs nothing of what names mean.

mod blocks;
mod change;
mod columns;
mod expression;
mod layout;
mod lines;
mod marks;
mod merge;
mod page;
mod same;
mod tokens;

pub use self::change::{Change, changed};

use self::marks::Marker;
use self::page::Page;
use self::same::Same;
use crate::base::{Diagnostic, SourceId, Span};
use crate::syntax::tree::Declaration;
use crate::syntax::{Again, Parsed, Words, read};

/// The text in the canonical layout, or why it has none: the errors in it.
pub fn format(source: SourceId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (parsed, words) = read(source, text);
    if errors_in(&parsed) {
        return Err(parsed.diagnostics);
    }
    let written = layout(text, &parsed, &words);
    // What was in its layout already has just been read, and so has what has the same words.
    if written != text {
        let again = words.read_again(source, &written);
        if let Some(at) = difference(text, &parsed, &written, &again) {
            let diagnostic = Diagnostic::error(
                "layout-differs",
                "the layout of this file would have changed its meaning, so it was left as it is",
            );
            let help = "this is a mistake of vekt: please report the line";
            return Err(vec![diagnostic.at(at, "near here").help(help)]);
        }
    }
    Ok(written)
}

fn errors_in(parsed: &Parsed) -> bool {
    parsed.diagnostics.iter().any(Diagnostic::is_error)
}

/// The layout of a text that has no errors.
fn layout(text: &str, parsed: &Parsed, words: &Words) -> String {
    let mut tokens = tokens::tokens(text, words.tokens(), &parsed.comments);
    let mut marker = Marker::new(&tokens);
    marker.declarations(&parsed.tree.declarations);
    let Marker { marks, kept, .. } = marker;
    for range in kept {
        tokens.keep(range);
    }
    Page::write(&tokens, &marks)
}

/// The first place of the text whose meaning, or whose comment, the written one has not.
fn difference(text: &str, parsed: &Parsed, written: &str, again: &Again) -> Option<Span> {
    let whole = parsed.tree.declarations.first().map(|it| it.span);
    let (old, new) = (&parsed.tree.declarations, &again.declarations);
    let differs = |new: &Option<Declaration>, old: &Declaration| {
        new.as_ref().is_some_and(|new| !old.same(new))
    };
    let changed = old.iter().zip(new).find(|(old, new)| differs(new, old));
    if let Some((old, _)) = changed {
        return Some(old.span);
    }
    let (old, new) = (parsed.comments.all(), again.comments.all());
    let comment = |text: &str, span: Span| {
        text.get(span.start as usize..span.end as usize)
            .map(str::to_owned)
    };
    let lost = old
        .iter()
        .zip(new)
        .find(|(old, new)| comment(text, old.span) != comment(written, new.span));
    if let Some((old, _)) = lost {
        return Some(old.span);
    }
    let as_many =
        parsed.tree.declarations.len() == again.declarations.len() && old.len() == new.len();
    if !again.diagnostics.iter().any(Diagnostic::is_error) && as_many {
        None
    } else {
        whole.or_else(|| old.first().map(|comment| comment.span))
    }
}
