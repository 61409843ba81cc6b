//! Old and new words of a place → the new words with the old line breaks and comments, wherever the words around them
//! are still there. It goes by tokens alone and lays nothing out.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::base::SourceId;
use crate::syntax::{self, Comment, Comments, TokenKind};

/// What becomes of a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Merged {
    /// The new text.
    pub text: String,
    /// Comments of the old one that have no place in it.
    pub homeless: Vec<String>,
}

/// The words of a text, and the comments between them.
struct Words<'t> {
    text: &'t str,
    places: Vec<Range<usize>>,
    comments: Comments,
}

/// A comment on its way to another place.
struct Moving {
    text: String,
    /// How many lines end between what stands before it and the comment.
    breaks: usize,
}

/// The new text with what the old one had between the same words.
pub(super) fn merged(old: &str, new: &str) -> Merged {
    let old = Words::of(old);
    let new = Words::of(new.trim());
    let partners = partners(&old, &new);
    let mut text = String::new();
    let mut passed = 0;
    let mut waiting: Vec<Moving> = Vec::new();
    for (index, place) in new.places.iter().enumerate() {
        let partner = partners.get(index).copied().flatten();
        let before = index.checked_sub(1).and_then(|it| *partners.get(it)?);
        let gap = new.gap(index);
        if let Some(partner) = partner {
            let is_next = before.is_some_and(|before| before + 1 == partner);
            if is_next && waiting.is_empty() && new.comments_in(&gap).is_empty() {
                text.push_str(old.written(&old.gap(partner)));
                passed = partner;
            } else {
                let gone = (passed + 1..=partner).flat_map(|at| old.moving(at));
                waiting.extend(gone.filter(|comment| !new.has(&comment.text)));
                passed = partner;
                text.push_str(&with_comments(&new, index, &gap, &mut waiting));
            }
        } else {
            text.push_str(&with_comments(&new, index, &gap, &mut waiting));
        }
        text.push_str(new.written(place));
    }
    let rest = (passed + 1..old.places.len()).flat_map(|at| old.moving(at));
    waiting.extend(rest.filter(|comment| !new.has(&comment.text)));
    Merged {
        text,
        homeless: waiting.into_iter().map(|comment| comment.text).collect(),
    }
}

/// For each new word the old one that it is.
fn partners(old: &Words, new: &Words) -> Vec<Option<usize>> {
    let mut partners = vec![None; new.places.len()];
    for operation in capture_diff_slices(Algorithm::Patience, &old.all(), &new.all()) {
        let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = operation
        else {
            continue;
        };
        for at in 0..len {
            if let Some(partner) = partners.get_mut(new_index + at) {
                *partner = Some(old_index + at);
            }
        }
    }
    partners
}

/// What stands between two new words, with the comments that wait, where a line may end there.
fn with_comments(
    new: &Words,
    index: usize,
    gap: &Range<usize>,
    waiting: &mut Vec<Moving>,
) -> String {
    let written = new.written(gap);
    let after_brace = index > 0 && new.word(index - 1) == "{";
    let may_end = written.contains(['\n', ',']) || after_brace || new.word(index) == "}";
    if waiting.is_empty() || !may_end || index == 0 {
        return written.into();
    }
    let mut text = written.trim_end().to_owned();
    let mut may_trail = new.comments_in(gap).is_empty();
    for comment in waiting.drain(..) {
        if comment.breaks > 0 || !may_trail {
            text.push_str(if comment.breaks > 1 { "\n\n" } else { "\n" });
        }
        may_trail = false;
        text.push_str("  ");
        text.push_str(&comment.text);
    }
    text.push('\n');
    text
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Words<'t> {
        let (tokens, comments) = syntax::tokens(SourceId(0), text);
        let words = tokens.iter().filter(|token| {
            token.kind != TokenKind::LineEnd && text.get(token.start..token.end) != Some(",")
        });
        Words {
            text,
            places: words.map(|token| token.start..token.end).collect(),
            comments,
        }
    }

    fn written(&self, place: &Range<usize>) -> &'t str {
        self.text.get(place.clone()).unwrap_or("")
    }

    fn word(&self, index: usize) -> &'t str {
        self.places.get(index).map_or("", |it| self.written(it))
    }

    fn all(&self) -> Vec<&'t str> {
        self.places.iter().map(|it| self.written(it)).collect()
    }

    /// Between a word and the one before it.
    fn gap(&self, index: usize) -> Range<usize> {
        let end_of = |at: usize| self.places.get(at).map_or(0, |it| it.end);
        let start = index.checked_sub(1).map_or(0, end_of);
        start..self.places.get(index).map_or(start, |it| it.start)
    }

    fn comments_in(&self, gap: &Range<usize>) -> &[Comment] {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.comments.between(place(gap.start), place(gap.end))
    }

    fn moving(&self, index: usize) -> Vec<Moving> {
        let gap = self.gap(index);
        let mut end = gap.start;
        let comments = self.comments_in(&gap).iter().map(|comment| {
            let place = comment.span.start as usize..comment.span.end as usize;
            let between = self.written(&(end..place.start));
            end = place.end;
            Moving {
                text: self.written(&place).to_owned(),
                breaks: between.matches('\n').count(),
            }
        });
        comments.collect()
    }

    fn has(&self, comment: &str) -> bool {
        let mut comments = self.comments.all().iter();
        comments.any(|it| self.written(&(it.span.start as usize..it.span.end as usize)) == comment)
    }
}
