//! The comments of a source in the order they stand, by position.
//! The tree does not carry them; a formatter asks what lies between two places.

use crate::base::Span;

/// One comment, from its `#` to the end of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, without the line break.
    pub span: Span,
    /// Whether nothing stands before it on its line.
    pub own_line: bool,
}

/// All comments of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    list: Vec<Comment>,
}

impl Comments {
    /// Adds a comment that stands after all others.
    pub(super) fn push(&mut self, comment: Comment) {
        self.list.push(comment);
    }

    /// All of them, first to last.
    pub fn all(&self) -> &[Comment] {
        &self.list
    }

    /// Those that begin at or after `start` and before `end`.
    pub fn between(&self, start: u32, end: u32) -> &[Comment] {
        let from = self
            .list
            .partition_point(|comment| comment.span.start < start);
        let to = self
            .list
            .partition_point(|comment| comment.span.start < end.max(start));
        self.list.get(from..to).unwrap_or(&[])
    }
}
