//! What the layout knows of each token: whether an entry or a part of one begins there, and how it may be placed.
//! The functions of `layout` set these marks; `page` follows them and knows nothing else of the language.

use std::ops::Range;

use super::tokens::Tokens;
use crate::base::Span;

/// What kind of entry a line holds. Neighbouring entries of one class share their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Shares no columns.
    Plain,
    /// `edition 2026`
    Setting,
    /// A field of a dataset.
    Field,
    /// `field customers.region …`
    FieldOf,
    /// An arm of a lookup or a scale.
    Arm,
    /// `SEK 0.98`
    Rate,
    /// `exclude "…" when …`
    Exclude,
    /// `let …`
    Let,
    /// `param …`
    Param,
    /// A criterion.
    Criterion,
    /// `weight attractiveness.potential 50%`
    Weight,
    /// A clause of a segmentation.
    Clause,
    /// A segment with no more than its label; several may share a line.
    Label,
    /// A team.
    Team,
    /// An activity.
    Activity,
    /// A service on one line.
    Service,
    /// An owner, or how often something is done.
    Frequency,
    /// `text NAME = …`
    TextColumn,
    /// `check …`, `warn …`
    Check,
    /// A column of the output.
    Column,
    /// Customers of a test on one line.
    Given,
    /// `field = value` of a test; several may share a line.
    Value,
    /// A row between bars.
    Row,
}

impl Class {
    /// Whether entries that were written on one line may stay on it in a block of several lines.
    pub fn flows(self) -> bool {
        matches!(self, Class::Label | Class::Value)
    }

    /// Whether comments at the ends of neighbouring lines are put below each other. Not beside weights: a weight that
    /// changes should change its own line only.
    pub fn aligns_comments(self) -> bool {
        self != Class::Criterion
    }
}

/// Whether a part may stand on a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnLine {
    /// Never: the grammar ends the entry there.
    Never,
    /// Where the line would be too long.
    IfLong,
    /// Where it was written so, and where the line would be too long.
    Kept,
}

/// Where the lines of a long expression go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hang {
    /// The part has no place to break.
    NoBreak,
    /// A level to the right of the entry.
    Entry,
    /// A level to the right of the part, where room is left there.
    Part,
}

/// A part of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The column it shares with the same part of neighbouring entries.
    pub column: Option<usize>,
    /// Blanks before it, at least.
    pub gap: usize,
    /// Blanks before it where neighbours share the column.
    pub shared_gap: usize,
    /// Blanks before it in a block on one line.
    pub inline_gap: usize,
    /// Whether it may stand on a line of its own.
    pub own_line: OwnLine,
    /// How it is broken where it is too long.
    pub hang: Hang,
    /// A longer one does not push the columns after it.
    pub longest: usize,
    /// The width it counts with in its column, whatever it has.
    pub counts_as: Option<usize>,
    /// Whether it gives up its column where the line would be too long.
    pub yields: bool,
}

/// The part with nothing particular about it.
pub(super) const PART: Part = Part {
    column: None,
    gap: 2,
    shared_gap: 2,
    inline_gap: 1,
    own_line: OwnLine::Never,
    hang: Hang::NoBreak,
    longest: 40,
    counts_as: None,
    yields: false,
};

impl Part {
    /// In a shared column.
    pub const fn column(self, column: usize) -> Part {
        Part {
            column: Some(column),
            ..self
        }
    }

    /// With so many blanks before it alone, and where neighbours share the column.
    pub const fn gaps(self, gap: usize, shared_gap: usize) -> Part {
        Part {
            gap,
            shared_gap,
            ..self
        }
    }

    /// Broken where it is too long.
    pub const fn breaks(self, hang: Hang) -> Part {
        Part { hang, ..self }
    }

    /// Out of its column where the line would be too long.
    pub const fn yields(self) -> Part {
        Part {
            yields: true,
            ..self
        }
    }

    /// On a line of its own where it was written so or would not fit.
    pub const fn kept(self) -> Part {
        Part {
            own_line: OwnLine::Kept,
            ..self
        }
    }

    /// On a line of its own where it would not fit.
    pub const fn if_long(self) -> Part {
        Part {
            own_line: OwnLine::IfLong,
            ..self
        }
    }
}

/// What the layout knows of a token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// An entry begins here.
    pub entry: Option<Class>,
    /// A part of an entry begins here.
    pub part: Option<Part>,
}

/// Sets marks by the places of the tree's nodes.
pub(super) struct Marker<'m, 't> {
    tokens: &'m Tokens<'t>,
    /// One for each token.
    pub marks: Vec<Mark>,
    /// Tokens that are written as they stand.
    pub kept: Vec<Range<usize>>,
}

impl<'m, 't> Marker<'m, 't> {
    /// A marker that has marked nothing.
    pub fn new(tokens: &'m Tokens<'t>) -> Self {
        Marker {
            tokens,
            marks: vec![Mark::default(); tokens.list.len()],
            kept: Vec::new(),
        }
    }

    /// The token that begins at a node.
    pub fn at(&self, span: Span) -> usize {
        self.tokens
            .list
            .partition_point(|token| token.place.start < span.start as usize)
    }

    /// The text of a token.
    pub fn text(&self, index: usize) -> &str {
        self.tokens.list.get(index).map_or("", |token| &token.text)
    }

    /// The first token with this text at or after one.
    pub fn next(&self, from: usize, text: &str) -> usize {
        (from..self.tokens.list.len())
            .find(|index| self.text(*index) == text)
            .unwrap_or(from)
    }

    /// An entry begins at this token.
    pub fn entry(&mut self, index: usize, class: Class) {
        self.entry_with(index, class, PART);
    }

    /// An entry begins at this token, with more to know of its first part.
    pub fn entry_with(&mut self, index: usize, class: Class, part: Part) {
        if let Some(mark) = self.marks.get_mut(index) {
            mark.entry = Some(class);
            mark.part = Some(Part {
                column: Some(0),
                ..part
            });
        }
    }

    /// A part of an entry begins at this token.
    pub fn part(&mut self, index: usize, part: Part) {
        if let Some(mark) = self.marks.get_mut(index)
            && mark.entry.is_none()
        {
            mark.part = Some(part);
        }
    }

    /// The token so many before one.
    pub fn before(&self, index: usize, count: usize) -> usize {
        index.saturating_sub(count)
    }

    /// `because "…"`, from the place of its text.
    pub fn because(&mut self, because: &Option<crate::syntax::tree::Text>, part: Part) {
        if let Some(reason) = because {
            let word = self.before(self.at(reason.span), 1);
            self.part(word, part.kept());
        }
    }

    /// The rows between bars from one token to another: a row begins with the bar after a line break.
    pub fn rows(&mut self, from: usize, to: usize) {
        let mut column = 0;
        for index in from..to {
            if self.text(index) != "|" {
                continue;
            }
            let begins_row = index == from
                || self.text(index - 1) == "|"
                    && self.tokens.list.get(index).is_some_and(|it| it.breaks > 0);
            if begins_row {
                self.entry(index, Class::Row);
                column = 0;
            } else {
                column += 1;
                let bar = Part {
                    longest: usize::MAX,
                    ..PART
                };
                self.part(index, bar.column(column).gaps(1, 1));
            }
            if let Some(Mark {
                part: Some(part), ..
            }) = self.marks.get_mut(index)
            {
                part.longest = usize::MAX;
            }
        }
    }

    /// The token after the one where a node ends.
    pub fn end(&self, span: Span) -> usize {
        self.tokens
            .list
            .partition_point(|token| token.place.start < span.end as usize)
    }
}
