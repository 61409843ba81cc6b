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
        let mut open = Vec::new();
        for (from, to) in std::mem::take(&mut self.open) {
            if to - from <= step || self.is_beyond(from, to, goals) {
                continue;
            }
            match (self.tried.get(&from), self.tried.get(&to)) {
                (Some(a), Some(b)) => {
                    if !is_still(a, b) {
                        let middle = from + (to - from) / step / 2 * step;
                        open.extend([(from, middle), (middle, to)]);
                    }
                }
                // Its turn has not come.
                _ => open.push((from, to)),
            }
        }
        // From nothing the least is the nearest.
        let now = self.point().unwrap_or(i64::MIN);
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

    /// Whether nearer points do for every goal what a stretch could do.
    fn is_beyond(&self, from: i64, to: i64, goals: &[Goal<'_>]) -> bool {
        let is_below = self.point().is_some_and(|now| to < now);
        let nearer = |moves: Goal<'_>| match (is_below, self.point()) {
            (true, Some(now)) => self.tried.range(to..now).any(|(_, it)| moves(&it.segments)),
            (_, now) => {
                let first = now.unwrap_or(i64::MIN);
                let mut nearer = self.tried.range(first..=from);
                nearer.any(|(_, it)| moves(&it.segments))
            }
        };
        goals.iter().all(|moves| nearer(*moves))
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
