//! Where the rows of a block live while they are computed, and where they go: a core's bench of buffers that are
//! used again and again, and the block's places in whole columns. Nothing is computed here.

use super::block::{Buffer, Computed};
use crate::plan::op::Kind;
use crate::value::{Column, Mask, Values};

/// What a core carries from block to block.
#[derive(Debug, Default)]
pub(super) struct Bench {
    pub(super) values: Vec<Option<Computed>>,
    spare: Vec<Buffer>,
    pub(super) masks: Vec<Mask>,
}

impl Bench {
    pub(super) fn take(&mut self, kind: Kind, rows: usize) -> Computed {
        let fitting = self.spare.iter().rposition(|buffer| buffer.is(kind));
        let mut values = match fitting {
            Some(at) => self.spare.swap_remove(at),
            None => Buffer::zeros(kind, rows),
        };
        values.resize(rows);
        Computed::full(values)
    }

    pub(super) fn give_back(&mut self, at: usize) {
        if let Some(computed) = self.values.get_mut(at).and_then(Option::take) {
            self.spare.push(computed.values);
            self.masks.extend(computed.missing);
        }
    }

    /// Takes back a column that was computed here.
    pub(super) fn take_back(&mut self, column: Column) {
        self.spare.push(match column.values {
            Values::Number(values) => Buffer::Number(values),
            Values::Flag(values) => Buffer::Flag(values),
            Values::Choice(values) => Buffer::Code(values),
            Values::Text(text) => Buffer::Code(text.numbers),
        });
        self.masks.extend(column.missing);
    }
}

/// Where the rows of a block are kept.
pub(super) struct Target<'t> {
    values: Slot<'t>,
    missing: Option<&'t mut [bool]>,
}

enum Slot<'t> {
    Number(&'t mut [i64]),
    Flag(&'t mut [bool]),
    Code(&'t mut [u32]),
}

impl Target<'_> {
    pub(super) fn write(self, block: &Computed) {
        match (self.values, &block.values) {
            (Slot::Number(to), Buffer::Number(from)) => to.copy_from_slice(from),
            (Slot::Flag(to), Buffer::Flag(from)) => to.copy_from_slice(from),
            (Slot::Code(to), Buffer::Code(from)) => to.copy_from_slice(from),
            _ => {}
        }
        if let (Some(to), Some(from)) = (self.missing, &block.missing) {
            to.copy_from_slice(from);
        }
    }
}

/// Splits a whole column into the places of its blocks.
pub(super) fn split<'t>(column: &'t mut Computed, block: usize, targets: &mut [Vec<Target<'t>>]) {
    let values: Vec<Slot<'t>> = match &mut column.values {
        Buffer::Number(values) => values.chunks_mut(block).map(Slot::Number).collect(),
        Buffer::Flag(values) => values.chunks_mut(block).map(Slot::Flag).collect(),
        Buffer::Code(values) => values.chunks_mut(block).map(Slot::Code).collect(),
    };
    let mut masks = column.missing.as_mut().map(|mask| mask.chunks_mut(block));
    for (targets, values) in targets.iter_mut().zip(values) {
        targets.push(Target {
            values,
            missing: masks.as_mut().and_then(Iterator::next),
        });
    }
}
