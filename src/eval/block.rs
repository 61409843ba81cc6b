//! A run of rows: computed values, and views on values that lie elsewhere (a whole column, a single
//! value). Nothing is computed here.

use crate::plan::op::Kind;
use crate::value::{Column, Mask, Values as ColumnValues};
use std::borrow::Cow;

/// The code of no choice.
pub(super) const NONE: u32 = u32::MAX;

/// An error that waits at a row until a value that needs it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Poison {
    /// The row in the whole space.
    pub(super) row: u32,
    /// The register whose operation failed.
    pub(super) site: u32,
    /// The operands, where they are numbers.
    pub(super) values: [i128; 2],
}

/// Values of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Buffer {
    Number(Vec<i64>),
    Flag(Vec<bool>),
    Code(Vec<u32>),
}

impl Buffer {
    /// That many zeros of a kind.
    pub(super) fn zeros(kind: Kind, rows: usize) -> Buffer {
        match kind {
            Kind::Number => Buffer::Number(vec![0; rows]),
            Kind::Flag => Buffer::Flag(vec![false; rows]),
            _ => Buffer::Code(vec![0; rows]),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Buffer::Number(values) => values.len(),
            Buffer::Flag(values) => values.len(),
            Buffer::Code(values) => values.len(),
        }
    }

    pub(super) fn resize(&mut self, rows: usize) {
        match self {
            Buffer::Number(values) => values.resize(rows, 0),
            Buffer::Flag(values) => values.resize(rows, false),
            Buffer::Code(values) => values.resize(rows, 0),
        }
    }

    pub(super) fn numbers(&mut self) -> &mut [i64] {
        match self {
            Buffer::Number(values) => values,
            _ => &mut [],
        }
    }

    pub(super) fn flags(&mut self) -> &mut [bool] {
        match self {
            Buffer::Flag(values) => values,
            _ => &mut [],
        }
    }

    pub(super) fn codes(&mut self) -> &mut [u32] {
        match self {
            Buffer::Code(values) => values,
            _ => &mut [],
        }
    }

    pub(super) fn is(&self, kind: Kind) -> bool {
        match self {
            Buffer::Number(_) => kind == Kind::Number,
            Buffer::Flag(_) => kind == Kind::Flag,
            Buffer::Code(_) => matches!(kind, Kind::Choice | Kind::Text),
        }
    }
}

/// Computed rows: a block, or a whole column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Computed {
    pub(super) values: Buffer,
    pub(super) missing: Option<Mask>,
    /// By row, one a row at most.
    pub(super) poison: Vec<Poison>,
}

impl Computed {
    pub(super) fn zeros(kind: Kind, rows: usize) -> Computed {
        Computed::full(Buffer::zeros(kind, rows))
    }

    pub(super) fn full(values: Buffer) -> Computed {
        Computed {
            values,
            missing: None,
            poison: Vec::new(),
        }
    }
}

/// Values of rows, or one for all of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lane<'a, T> {
    Rows(&'a [T]),
    One(T),
}

impl<'a, T: Copy + Default> Lane<'a, T> {
    /// Some of the rows.
    pub(super) fn part(self, first: usize, rows: usize) -> Lane<'a, T> {
        match self {
            Lane::Rows(values) => Lane::Rows(part(values, first, rows)),
            one => one,
        }
    }

    #[inline(always)]
    pub(super) fn at(self, row: usize) -> T {
        match self {
            Lane::Rows(values) => values.get(row).copied().unwrap_or_default(),
            Lane::One(value) => value,
        }
    }
}

/// Values seen, of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen<'a> {
    Number(Lane<'a, i64>),
    /// One number beyond the range of a column.
    Wide(i128),
    Flag(Lane<'a, bool>),
    Code(Lane<'a, u32>),
}

/// Which rows are missing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Missing<'a> {
    Never,
    Always,
    Rows(&'a [bool]),
}

impl<'a> Missing<'a> {
    /// The same as flags.
    pub(super) fn lane(self) -> Lane<'a, bool> {
        match self {
            Missing::Never => Lane::One(false),
            Missing::Always => Lane::One(true),
            Missing::Rows(mask) => Lane::Rows(mask),
        }
    }

    #[inline(always)]
    pub(super) fn at(self, row: usize) -> bool {
        match self {
            Missing::Never => false,
            Missing::Always => true,
            Missing::Rows(mask) => mask.get(row).copied().unwrap_or(false),
        }
    }
}

/// A look at rows that lie elsewhere.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    pub(super) values: Seen<'a>,
    pub(super) missing: Missing<'a>,
    /// The errors among these rows; of a single value its own, which then stand for every row.
    pub(super) poison: Cow<'a, [Poison]>,
    /// Whether it is one value for all rows.
    pub(super) single: bool,
}

impl<'a> View<'a> {
    /// Rows `first..first + rows` of a whole column.
    pub(super) fn of_computed(whole: &'a Computed, first: usize, rows: usize) -> View<'a> {
        let range = first..first + rows;
        let values = match &whole.values {
            Buffer::Number(values) => Seen::Number(Lane::Rows(part(values, first, rows))),
            Buffer::Flag(values) => Seen::Flag(Lane::Rows(part(values, first, rows))),
            Buffer::Code(values) => Seen::Code(Lane::Rows(part(values, first, rows))),
        };
        let from = |row: usize| {
            let row = u32::try_from(row).unwrap_or(NONE);
            whole.poison.partition_point(|poison| poison.row < row)
        };
        let poison = if whole.poison.is_empty() {
            &[]
        } else {
            &whole.poison[from(range.start)..from(range.end)]
        };
        View {
            values,
            missing: match &whole.missing {
                Some(mask) => Missing::Rows(part(mask, first, rows)),
                None => Missing::Never,
            },
            poison: Cow::Borrowed(poison),
            single: false,
        }
    }

    /// All rows of a block whose errors are counted in the whole space.
    pub(super) fn of_block(block: &'a Computed) -> View<'a> {
        let (errors, rows) = (&block.poison, block.values.len());
        let mut view = View::of_computed(block, 0, rows);
        view.poison = Cow::Borrowed(errors);
        view
    }

    /// Rows `first..first + rows` of a column of the data.
    pub(super) fn of_column(column: &'a Column, first: usize, rows: usize) -> View<'a> {
        let values = match &column.values {
            ColumnValues::Number(values) => Seen::Number(Lane::Rows(part(values, first, rows))),
            ColumnValues::Flag(values) => Seen::Flag(Lane::Rows(part(values, first, rows))),
            ColumnValues::Choice(values) => Seen::Code(Lane::Rows(part(values, first, rows))),
            ColumnValues::Text(text) => Seen::Code(Lane::Rows(part(&text.numbers, first, rows))),
        };
        View {
            values,
            missing: match &column.missing {
                Some(mask) => Missing::Rows(part(mask, first, rows)),
                None => Missing::Never,
            },
            poison: Cow::Borrowed(&[]),
            single: false,
        }
    }

    /// The numbers; zeros where they are something else.
    pub(super) fn numbers(&self) -> Lane<'a, i64> {
        match self.values {
            Seen::Number(values) => values,
            _ => Lane::One(0),
        }
    }

    /// The number of a row, as wide as it may be.
    pub(super) fn wide(&self, row: usize) -> i128 {
        match self.values {
            Seen::Number(values) => i128::from(values.at(row)),
            Seen::Wide(value) => value,
            _ => 0,
        }
    }

    /// The flags; no where they are something else.
    pub(super) fn flags(&self) -> Lane<'a, bool> {
        match self.values {
            Seen::Flag(values) => values,
            _ => Lane::One(false),
        }
    }

    /// The codes; none where they are something else.
    pub(super) fn codes(&self) -> Lane<'a, u32> {
        match self.values {
            Seen::Code(values) => values,
            _ => Lane::One(NONE),
        }
    }

    /// Whether a condition holds at a row: a missing one does not.
    #[inline(always)]
    pub(super) fn holds(&self, row: usize) -> bool {
        self.flags().at(row) && !self.missing.at(row)
    }

    /// The errors by row, spread over all rows where it is a single value.
    pub(super) fn poisons(&self, first: usize, rows: usize) -> Vec<Poison> {
        match (self.single, self.poison.first()) {
            (true, Some(poison)) => (first..first + rows)
                .map(|row| Poison {
                    row: u32::try_from(row).unwrap_or(NONE),
                    ..*poison
                })
                .collect(),
            _ => self.poison.to_vec(),
        }
    }
}

/// A part of a slice; empty where it lies outside.
fn part<T>(values: &[T], first: usize, rows: usize) -> &[T] {
    values.get(first..first + rows).unwrap_or(&[])
}
