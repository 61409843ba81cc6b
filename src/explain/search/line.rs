//! The values of one input in their order, which of them were tried and what came of it: where to
//! try next, and the nearest value that moves the customer.

use super::Segments;
use super::grid::Grid;
use super::slot::Slot;
use crate::model::program::Literal;
use crate::plan::Plan;
use crate::plan::op::{Op, Register};
use std::collections::BTreeMap;

/// A grid with so many points is tried out point by point.
const DENSE: i64 = 1_200;
/// The same, where everybody is computed anew for each try.
const DENSE_FOR_ALL: i64 = 24;

/// The values of an input. A point is a number, or a position in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The input.
    pub slot: Slot,
    /// What it can hold.
    pub grid: Grid,
    /// What it holds; `None` where it is missing.
    pub now: Option<Literal>,
    /// Points and the segments that they give.
    pub tried: BTreeMap<i64, Segments>,
    /// Constants that the input is compared with.
    kinks: Vec<i64>,
    everyone: bool,
}

impl Line {
    /// The line of an input.
    pub fn new(slot: Slot, grid: Grid, now: Option<Literal>, plan: &Plan, everyone: bool) -> Line {
        Line {
            kinks: kinks(slot, plan),
            slot,
            grid,
            now,
            tried: BTreeMap::new(),
            everyone,
        }
    }

    /// The value of a point.
    pub fn literal(&self, point: i64) -> Option<Literal> {
        match &self.grid {
            Grid::Numbers { .. } => Some(Literal::Number(point)),
            Grid::List(values) => values.get(usize::try_from(point).ok()?).cloned(),
        }
    }

    /// The points of the line: the lowest, the highest and the step.
    fn range(&self) -> (i64, i64, i64) {
        match &self.grid {
            Grid::Numbers { step, low, high } => (*low, *high, *step),
            Grid::List(values) => (0, values.len() as i64 - 1, 1),
        }
    }

    /// The present value as a point; what is missing stands before the lowest and behind the highest.
    fn point(&self) -> Option<i64> {
        match (&self.grid, &self.now) {
            (Grid::Numbers { .. }, Some(Literal::Number(number))) => Some(*number),
            (Grid::List(values), Some(now)) => {
                let at = values.iter().position(|value| value == now)?;
                i64::try_from(at).ok()
            }
            _ => None,
        }
    }

    /// The points that are tried first.
    pub fn first(&self) -> Vec<i64> {
        let (low, high, step) = self.range();
        let count = (i128::from(high) - i128::from(low)) / i128::from(step.max(1)) + 1;
        let dense = if self.everyone { DENSE_FOR_ALL } else { DENSE };
        let snapped = |point: i64| point.div_euclid(step) * step;
        let mut points: Vec<i64> = Vec::new();
        if count <= i128::from(dense) || matches!(self.grid, Grid::List(_)) {
            let mut point = low;
            while point <= high {
                points.push(point);
                point = point.saturating_add(step);
            }
        } else {
            let parts = i128::from(dense / 2);
            points.extend((0..=parts).filter_map(|part| {
                let along = (i128::from(high) - i128::from(low)) * part / parts;
                Some(snapped(low.checked_add(i64::try_from(along).ok()?)?))
            }));
            for kink in &self.kinks {
                let around = [kink.checked_sub(step), Some(*kink), kink.checked_add(step)];
                points.extend(around.into_iter().flatten().map(snapped));
            }
            let now = self.point().unwrap_or(low);
            let mut far = step;
            while !self.everyone && far < high.saturating_sub(low) {
                points.extend([now.saturating_sub(far), now.saturating_add(far)].map(snapped));
                far = far.saturating_mul(2);
            }
            points.extend([low, high]);
        }
        points.sort_unstable();
        points.dedup();
        let now = self.point();
        points.retain(|point| (low..=high).contains(point) && Some(*point) != now);
        points
    }

    /// On each side of the present value the nearest point that moves, and the one before it that
    /// does not.
    fn sides(&self, moves: &dyn Fn(&Segments) -> bool) -> [Option<(i64, i64)>; 2] {
        let (low, high, step) = self.range();
        let now = self.point();
        let above = now.unwrap_or(low.saturating_sub(step));
        let below = now.unwrap_or(high.saturating_add(step));
        let mut before = above;
        let mut up = None;
        for (point, segments) in self.tried.range(above.saturating_add(1)..) {
            if moves(segments) {
                up = Some((before, *point));
                break;
            }
            before = *point;
        }
        let mut before = below;
        let mut down = None;
        for (point, segments) in self.tried.range(..below).rev() {
            if moves(segments) {
                down = Some((before, *point));
                break;
            }
            before = *point;
        }
        [up, down]
    }

    /// Points to try between a value that moves and the one before it that does not.
    pub fn between(&self, moves: &dyn Fn(&Segments) -> bool) -> Vec<i64> {
        let (_, _, step) = self.range();
        let parts: i128 = if self.everyone { 4 } else { 48 };
        let mut points = Vec::new();
        for (before, point) in self.sides(moves).into_iter().flatten() {
            // A present value between two points of the grid is no point itself.
            let (from, to) = (before.min(point), before.max(point));
            let (first, last) = (from.div_euclid(step) + 1, (to - 1).div_euclid(step));
            let count = i128::from(last) - i128::from(first) + 1;
            for part in 1..=count.clamp(0, parts) {
                let along = match count <= parts {
                    true => part - 1,
                    false => count * part / (parts + 1),
                };
                let at = i64::try_from(i128::from(first) + along).ok();
                points.extend(at.and_then(|at| at.checked_mul(step)));
            }
        }
        points.retain(|point| !self.tried.contains_key(point));
        points
    }

    /// The nearest point that moves, and what it gives. In a list without an order every other value
    /// is as near.
    pub fn nearest(&self, moves: &dyn Fn(&Segments) -> bool) -> Option<(i64, &Segments)> {
        let (low, high, step) = self.range();
        let [up, down] = self.sides(moves);
        let far = |from: i64, point: i64| i128::from(point).abs_diff(i128::from(from));
        let up = up.map(|(_, point)| (far(self.point().unwrap_or(low - step), point), point));
        let down = down.map(|(_, point)| (far(self.point().unwrap_or(high + step), point), point));
        let point = match (up, down) {
            (Some(up), Some(down)) if self.point().is_some() => match up.0 <= down.0 {
                true => up.1,
                false => down.1,
            },
            // From nothing the least that does it.
            (Some(up), _) => up.1,
            (None, down) => down?.1,
        };
        Some((point, self.tried.get(&point)?))
    }
}

/// The constants that an input is compared with or scored at.
fn kinks(slot: Slot, plan: &Plan) -> Vec<i64> {
    let is_own = |register: &Register| match (slot, &plan.node(*register).op) {
        (Slot::Field(id), Op::Field(field)) => *field == id,
        (Slot::Row(table, id, _), Op::OnePerCustomer(of, field) | Op::RowField(of, field)) => {
            (*of, *field) == (table, id)
        }
        _ => false,
    };
    let mut kinks = Vec::new();
    for node in &plan.nodes {
        if !node.op.inputs().iter().any(is_own) {
            continue;
        }
        match &node.op {
            Op::Ramp(_, worst, best, _) => kinks.extend([*worst, *best]),
            Op::Curve(_, points, _) => kinks.extend(points.iter().map(|(x, _)| *x)),
            Op::Bands(_, bands, _) => kinks.extend(bands.iter().map(|(_, x, _)| *x)),
            op => {
                for input in op.inputs() {
                    if let Op::Constant(Literal::Number(number)) = plan.node(input).op {
                        kinks.push(number);
                    }
                }
            }
        }
    }
    kinks
}
