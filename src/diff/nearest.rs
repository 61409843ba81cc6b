//! Who stands nearest to a line: the scores that clauses and tables compare with a constant, and the
//! customers whose score is next to it. For the names beside a migration; it explains nobody.

use crate::eval::{Inputs, Outcome};
use crate::model::lines::lines;
use crate::model::program::{AxisId, Program, SegmentationId};
use crate::plan::Plan;
use crate::value::Values;
use rayon::prelude::*;

/// Customers that are worked on at a time.
const BLOCK: usize = 1 << 15;

/// A customer near a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// How far the score is from the line, in millionths.
    pub distance: i64,
    /// The row of the customer.
    pub row: u32,
    /// The axis.
    pub axis: AxisId,
    /// The score.
    pub score: i64,
    /// The line.
    pub line: i64,
}

/// The customers whose score on an axis is nearest to a line of a segmentation, at most so many;
/// the nearest first, each once. Axes whose scores the run did not keep are passed over.
pub fn nearest(
    program: &Program,
    plan: &Plan,
    inputs: &Inputs,
    outcome: &Outcome,
    segmentation: usize,
    count: usize,
) -> Vec<Near> {
    let mut found: Vec<Near> = Vec::new();
    for axis_lines in lines(program, SegmentationId(segmentation)) {
        let (axis, lines) = (axis_lines.axis, axis_lines.lines);
        let register = plan.results.axes.get(axis.0).map(|it| it.score);
        let Some(column) = register.and_then(|it| outcome.register(it, inputs)) else {
            continue;
        };
        let Values::Number(scores) = &column.values else {
            continue;
        };
        let blocks: Vec<Vec<Near>> = scores
            .par_chunks(BLOCK)
            .enumerate()
            .map(|(block, scores)| {
                let near = scores.iter().enumerate().filter_map(|(at, score)| {
                    let row = block * BLOCK + at;
                    if column.is_missing(row) {
                        return None;
                    }
                    let line = lines.iter().min_by_key(|line| (score - **line).abs())?;
                    Some(Near {
                        distance: (score - line).abs(),
                        row: row as u32,
                        axis,
                        score: *score,
                        line: *line,
                    })
                });
                let mut near: Vec<Near> = near.collect();
                keep_nearest(&mut near, count);
                near
            })
            .collect();
        found.extend(blocks.into_iter().flatten());
    }
    // One customer may be near two lines; the nearer one counts.
    found.sort_unstable_by_key(|it| (it.row, *it));
    found.dedup_by_key(|it| it.row);
    keep_nearest(&mut found, count);
    found
}

fn keep_nearest(near: &mut Vec<Near>, count: usize) {
    if count < near.len() {
        near.select_nth_unstable(count);
        near.truncate(count);
    }
    near.sort_unstable();
}
