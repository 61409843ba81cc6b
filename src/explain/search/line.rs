//! The values of one input in their order, which of them were tried and what came of it: where to
//! try next, and the nearest value that moves the customer.

use super::Segments;
use super::grid::Grid;
use super::seen::Seen;
use super::slot::Slot;
use crate::model::program::Literal;
use std::collections::{BTreeMap, BTreeSet};

/// So many stretches of a line are looked at in one go, the nearest first.
const WIDTH: usize = 64;

/// What a try gave: the segments, and the values on the way to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tried {
    /// The segments.
    pub segments: Segments,
    /// The values.
    pub seen: Vec<Seen>,
}

/// The values of an input. A point is a number, or a position in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// The input.
    pub slot: Slot,
    /// What it can hold.
    pub grid: Grid,
    /// What it holds; `None` where it is missing.
    pub now: Option<Literal>,
    /// How many texts of its column were left out.
    pub left_out: usize,
    tried: BTreeMap<i64, Tried>,
    /// The largest stretch that was given up.
    pub gap: Option<i64>,
    /// Stretches of a number between whose ends it is not known what comes.
    open: Vec<(i64, i64)>,
}

/// Whether segments are what somebody looks for.
type Goal<'g> = &'g dyn Fn(&Segments) -> bool;

impl Line {
    /// The line of an input.
    pub fn new(slot: Slot, grid: Grid, now: Option<Literal>, left_out: usize) -> Line {
        let mut line = Line {
            slot,
            grid,
            now,
            left_out,
            tried: BTreeMap::new(),
            gap: None,
            open: Vec::new(),
        };
        let (low, high, step) = line.range();
        if matches!(line.grid, Grid::Numbers { .. }) {
            line.open = match line.point() {
                None => vec![(low, high)],
                Some(now) => {
                    // The neighbours of a value that may stand between two points of the grid.
                    let above = (now.div_euclid(step) + 1).saturating_mul(step);
                    let below = (now - 1).div_euclid(step).saturating_mul(step);
                    vec![(low, below.min(high)), (above.max(low), high)]
                }
            };
            line.open.retain(|(from, to)| from <= to);
        }
        line
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

    /// The present value as a point; what is missing stands before the lowest.
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

    /// The points to try next: of a list all, of numbers the ends of what is open.
    pub fn wanted(&self) -> Vec<i64> {
        let mut points: BTreeSet<i64> = BTreeSet::new();
        match &self.grid {
            Grid::List(values) => points.extend(0..values.len() as i64),
            Grid::Numbers { .. } => {
                let nearest = self.open.iter().take(WIDTH);
                points.extend(nearest.flat_map(|(from, to)| [*from, *to]));
            }
        }
        let now = self.point();
        points.retain(|it| !self.tried.contains_key(it) && Some(*it) != now);
        points.into_iter().collect()
    }

    /// Notes what a point gave.
    pub fn note(&mut self, point: i64, tried: Tried) {
        self.tried.insert(point, tried);
    }

    /// Closes the stretches that need no closer look and halves the others; `is_still` says that
    /// nothing between two tries can be another segment.
    pub fn settle(&mut self, goals: &[Goal<'_>], is_still: &dyn Fn(&Tried, &Tried) -> bool) {
        let (_, _, step) = self.range();
        // From nothing the least is the nearest.
        let now = self.point().unwrap_or(i64::MIN);
        let nearest: Vec<_> = goals.iter().map(|moves| self.sides(*moves)).collect();
        let mut open = Vec::new();
        for (from, to) in std::mem::take(&mut self.open) {
            // What it could do, points as near or nearer do for every goal; of two as near the upper.
            let is_below = to < now;
            let near = if is_below { to } else { from }.abs_diff(now);
            let is_beyond = nearest.iter().all(|sides| {
                let [up, down] = sides.map(|it| it.map(|(_, point)| point.abs_diff(now)));
                up.is_some_and(|it| it <= near)
                    || down.is_some_and(|it| it < near || is_below && it == near)
            });
            if is_beyond {
                continue;
            }
            match (self.tried.get(&from), self.tried.get(&to)) {
                // There is nothing between neighbours.
                (Some(_), Some(_)) if to - from <= step => {}
                (Some(a), Some(b)) => {
                    if !is_still(a, b) {
                        let middle = from + (to - from) / step / 2 * step;
                        open.extend([(from, middle), (middle, to)]);
                    }
                }
                // Its turn has not come; neighbours too have ends that nobody has tried.
                _ => open.push((from, to)),
            }
        }
        open.sort_by_key(|(from, to)| match *to < now {
            true => to.abs_diff(now),
            false => from.abs_diff(now),
        });
        self.open = open;
        // The values on the way are looked at only at the ends of what is open.
        let ends: BTreeSet<i64> = self.open.iter().flat_map(|it| [it.0, it.1]).collect();
        for (point, tried) in &mut self.tried {
            if !ends.contains(point) {
                tried.seen = Vec::new();
            }
        }
    }

    /// Gives up on what is open, where more values than that have been tried.
    pub fn give_up_after(&mut self, most: usize) {
        if self.tried.len() > most && !self.open.is_empty() {
            let open = std::mem::take(&mut self.open);
            self.gap = open.iter().map(|(from, to)| to - from).max();
        }
    }

    /// On each side of the present value the nearest point that moves, and the one before it that
    /// does not.
    fn sides(&self, moves: Goal<'_>) -> [Option<(i64, i64)>; 2] {
        let (low, high, step) = self.range();
        let now = self.point();
        let above = now.unwrap_or(low.saturating_sub(step));
        let below = now.unwrap_or(high.saturating_add(step));
        let mut before = above;
        let mut up = None;
        for (point, tried) in self.tried.range(above.saturating_add(1)..) {
            if moves(&tried.segments) {
                up = Some((before, *point));
                break;
            }
            before = *point;
        }
        let mut before = below;
        let mut down = None;
        for (point, tried) in self.tried.range(..below).rev() {
            if moves(&tried.segments) {
                down = Some((before, *point));
                break;
            }
            before = *point;
        }
        [up, down]
    }

    /// Points half-way between a value that moves and the one before it that does not: of a line
    /// that was given up, so that what is told is as near as what is beside it.
    pub fn between(&self, moves: Goal<'_>) -> Vec<i64> {
        let (_, _, step) = self.range();
        let sides = self.sides(moves).into_iter().flatten();
        let sides = sides.filter(|_| self.gap.is_some());
        let middles = sides.filter_map(|(before, point)| {
            // A present value between two points of the grid is no point itself.
            let (from, to) = (before.min(point), before.max(point));
            let (first, last) = (from.div_euclid(step) + 1, (to - 1).div_euclid(step));
            (first <= last).then(|| (first + (last - first) / 2).saturating_mul(step))
        });
        middles.filter(|it| !self.tried.contains_key(it)).collect()
    }

    /// How far a point is from the present value: farther than anything from one that is missing, and
    /// of texts all as far.
    pub fn far(&self, point: i64) -> u64 {
        match (self.point(), &self.now) {
            (None, _) => u64::MAX,
            (Some(_), Some(Literal::Text(_))) => 0,
            (Some(now), _) => point.abs_diff(now),
        }
    }

    /// The nearest point that moves, and what it gives. In a list without an order every other value
    /// is as near.
    pub fn nearest(&self, moves: Goal<'_>) -> Option<(i64, &Segments)> {
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
        Some((point, &self.tried.get(&point)?.segments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::program::FieldId;

    /// The nearest number from 0 to 999 that moves a customer who stands at 500, where nothing is known
    /// of what lies between two tries.
    fn nearest(moves: &dyn Fn(i64) -> bool) -> Option<i64> {
        let numbers = Grid::Numbers {
            step: 1,
            low: 0,
            high: 999,
        };
        let now = Some(Literal::Number(500));
        let mut line = Line::new(Slot::Field(FieldId(0)), numbers, now, 0);
        let is_moved = |segments: &Segments| segments.first() == Some(&Some(1));
        loop {
            let points = line.wanted();
            if points.is_empty() {
                return line.nearest(&is_moved).map(|(point, _)| point);
            }
            for point in points {
                let segments = vec![Some(usize::from(moves(point)))];
                let seen = Vec::new();
                line.note(point, Tried { segments, seen });
            }
            line.settle(&[&is_moved], &|_, _| false);
        }
    }

    #[test]
    fn of_a_thousand_values_the_only_one_that_moves_is_found() {
        for only in (0..1_000).step_by(7).filter(|it| *it != 500) {
            assert_eq!(nearest(&|it| it == only), Some(only));
        }
        assert_eq!(nearest(&|_| false), None);
    }

    #[test]
    fn of_many_values_that_move_the_nearest_is_found() {
        for first in (1..499).step_by(20) {
            assert_eq!(nearest(&|it| it <= 500 - first), Some(500 - first));
            assert_eq!(nearest(&|it| (it - 500).abs() >= first), Some(500 + first));
        }
    }
}
