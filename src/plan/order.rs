//! Which registers are needed, in which stage each is computed, and which must be whole columns.
//! A stage computes scalars, then rows block by block, then what needs all rows at once.

use super::op::{Node, Op, Register, Space};
use std::collections::BTreeSet;

/// A part of the work: scalars, then rows, then barriers. Everything that it reads was there before
/// it began, or stands earlier in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Single values, in order.
    pub scalars: Vec<Register>,
    /// Row by row, for each space; no space of a stage reads another.
    pub rows: Vec<(Space, Vec<Register>)>,
    /// What needs all rows at once.
    pub barriers: Vec<Register>,
}

impl Stage {
    /// All registers that it computes.
    pub fn registers(&self) -> impl Iterator<Item = Register> + '_ {
        self.scalars
            .iter()
            .chain(self.rows.iter().flat_map(|(_, registers)| registers))
            .chain(&self.barriers)
            .copied()
    }
}

/// The stages, and until when each register is needed as a whole column.
pub(super) struct Order {
    pub(super) stages: Vec<Stage>,
    pub(super) keep_until: Vec<Option<usize>>,
    pub(super) live: Vec<bool>,
}

/// Orders what sinks and kept registers need. Known registers are there before anything is computed.
pub(super) fn order(
    nodes: &[Node],
    sinks: &BTreeSet<Register>,
    kept: &BTreeSet<Register>,
    known: &[bool],
) -> Order {
    let known = |at: usize| known.get(at) == Some(&true);
    let live = live_beside(nodes, sinks.iter().chain(kept).copied(), &known);
    let stage = stages(nodes, &live, &known);
    let mut stages = Vec::new();
    stages.resize_with(
        stage
            .iter()
            .copied()
            .flatten()
            .max()
            .map_or(0, |last| last + 1),
        Stage::default,
    );
    for (at, node) in nodes.iter().enumerate() {
        let Some(number) = stage[at].filter(|_| !known(at)) else {
            continue;
        };
        let stage: &mut Stage = &mut stages[number];
        let register = Register(at);
        if node.op.is_barrier() {
            stage.barriers.push(register);
        } else if node.space == Space::Scalar {
            stage.scalars.push(register);
        } else if !node.op.is_input() {
            match stage
                .rows
                .iter_mut()
                .find(|(space, _)| *space == node.space)
            {
                Some((_, registers)) => registers.push(register),
                None => stage.rows.push((node.space, vec![register])),
            }
        }
    }
    Order {
        keep_until: keep_until(nodes, &stage, kept, &known),
        stages,
        live,
    }
}

pub(super) fn live(nodes: &[Node], roots: impl Iterator<Item = Register>) -> Vec<bool> {
    live_beside(nodes, roots, &|_| false)
}

fn live_beside(
    nodes: &[Node],
    roots: impl Iterator<Item = Register>,
    known: &dyn Fn(usize) -> bool,
) -> Vec<bool> {
    let mut live = vec![false; nodes.len()];
    for root in roots {
        live[root.0] = true;
    }
    // INVARIANT: inputs stand before those that read them, so one pass from the end sees all.
    for at in (0..nodes.len()).rev() {
        if live[at] && !known(at) {
            for input in nodes[at].op.inputs() {
                live[input.0] = true;
            }
        }
    }
    live
}

/// The stage in which each live register is computed.
fn stages(nodes: &[Node], live: &[bool], known: &dyn Fn(usize) -> bool) -> Vec<Option<usize>> {
    let mut stages: Vec<Option<usize>> = vec![None; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        if !live[at] {
            continue;
        }
        if known(at) {
            stages[at] = Some(0);
            continue;
        }
        let ready = |input: &Register| {
            let before = &nodes[input.0];
            let number = stages[input.0].unwrap_or(0);
            let later = !known(input.0) && (before.op.is_barrier() || crosses(node, before));
            number + usize::from(later)
        };
        stages[at] = Some(node.op.inputs().iter().map(ready).max().unwrap_or(0));
    }
    stages
}

/// Whether a row operation reads computed rows of another space.
fn crosses(node: &Node, input: &Node) -> bool {
    !node.op.is_barrier()
        && input.space != Space::Scalar
        && input.space != node.space
        && !input.op.is_input()
}

fn keep_until(
    nodes: &[Node],
    stage: &[Option<usize>],
    kept: &BTreeSet<Register>,
    known: &dyn Fn(usize) -> bool,
) -> Vec<Option<usize>> {
    let mut until: Vec<Option<usize>> = vec![None; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        let Some(number) = stage[at].filter(|_| !known(at)) else {
            continue;
        };
        for input in node.op.inputs() {
            let made = stage[input.0].unwrap_or(0);
            if node.op.is_barrier() || number > made || matches!(node.op, Op::Gather(..)) {
                until[input.0] = until[input.0].max(Some(number));
            }
        }
    }
    for register in kept {
        until[register.0] = Some(usize::MAX);
    }
    until
}
