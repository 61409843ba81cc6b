//! The smallest change of one input that moves a customer to a more or a less important segment.
//! Every value that is told was tried out by the one evaluator, and so was its neighbour on the grid
//! towards the present value, which does not move. Small grids are tried out point by point; large
//! ones by steps, among them the constants that the input is compared with, and then ever finer.

mod grid;
mod line;
mod slot;

use super::bench::select;
use super::probes::{lean, needs_everyone};
use super::story::{Change, Changes, Named, Title};
use super::value::Value;
use crate::eval::{self, Inputs, Outcome};
use crate::model::program::{Literal, Program, SegmentId};
use crate::model::types::Type;
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::{Column, Values};
use grid::{Grid, grid};
use line::Line;
use rayon::prelude::*;
use slot::{Slot, slots, slots_of};

/// Customers that are tried out in one run.
const BATCH: usize = 8_192;

/// Where everybody counts, so many customers are computed at most for the changes of one.
const MOST: usize = 40_000_000;

/// The segment of each segmentation, by position; `None` for one who is kept out or not computed.
pub type Segments = Vec<Option<usize>>;

/// What a change is to do in a segmentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The segmentation.
    pub segmentation: usize,
    /// To a more important segment; otherwise to a less important one.
    pub up: bool,
}

/// A model and its data, ready to try customers out.
pub struct Search<'s> {
    program: &'s Program,
    inputs: &'s Inputs,
    plan: Plan,
    everyone: bool,
    slots: Vec<Slot>,
}

impl<'s> Search<'s> {
    /// Prepares a search.
    pub fn new(program: &'s Program, inputs: &'s Inputs) -> Search<'s> {
        let unserved = Program {
            outputs: Vec::new(),
            ..lean(program)
        };
        let plan = plan_for(&unserved, Wanted::default());
        Search {
            everyone: needs_everyone(&plan),
            slots: slots(program, &plan),
            program,
            inputs,
            plan,
        }
    }

    /// What would move a customer, for each segmentation.
    pub fn changes(&self, customer: usize) -> Vec<Changes> {
        let Some(base) = self.now(customer) else {
            return Vec::new();
        };
        let program = self.program;
        let mut all: Vec<Changes> = program
            .segmentations
            .iter()
            .map(|segmentation| Changes {
                column: segmentation.column().to_owned(),
                up: Vec::new(),
                down: Vec::new(),
                unsearched: Vec::new(),
            })
            .collect();
        let goals: Vec<Goal> = (0..all.len())
            .flat_map(|segmentation| [true, false].map(|up| Goal { segmentation, up }))
            .collect();
        let mut lines = Vec::new();
        let mut left_out = Vec::new();
        for slot in slots_of(self.inputs, &self.slots, customer) {
            match self.line(slot, customer) {
                Some(line) => lines.push(line),
                None => left_out.push(slot),
            }
        }
        let finished = self.search(customer, &base, &goals, &mut lines);
        let moved = self.is_moved(customer);
        for goal in &goals {
            let Some(changes) = all.get_mut(goal.segmentation) else {
                continue;
            };
            if moved && changes.column == "segment" {
                continue;
            }
            let found = lines.iter().filter_map(|line| {
                let (to, segments) = line.nearest(&|it| self.reaches(&base, it, *goal))?;
                self.change(customer, line, to, segments, *goal)
            });
            let mut found: Vec<Change> = found.collect();
            found.sort_by_key(|change| change.between.unwrap_or(usize::MAX));
            match goal.up {
                true => changes.up = found,
                false => changes.down = found,
            }
        }
        for changes in &mut all {
            if !finished {
                let why =
                    "many customers would have to be computed anew for each try; not finished";
                changes.unsearched.push(("inputs".into(), why.into()));
            }
            for slot in &left_out {
                let why = "not searched: a text, or a column without values";
                changes
                    .unsearched
                    .push((self.name(*slot, customer), why.into()));
            }
        }
        for changes in all.iter_mut().filter(|it| moved && it.column == "segment") {
            let why = "the customer is moved by hand, whatever its inputs are";
            changes.unsearched.push(("override".into(), why.into()));
        }
        all
    }

    /// Whether segments are what a goal wants.
    fn reaches(&self, base: &Segments, segments: &Segments, goal: Goal) -> bool {
        let at = |segments: &Segments| segments.get(goal.segmentation).copied().flatten();
        let importance = self.program.segmentations.get(goal.segmentation);
        let importance = importance.map_or(&[][..], |it| &it.importance);
        let place = |segment: usize| importance.iter().position(|it| *it == SegmentId(segment));
        match (at(base).and_then(place), at(segments).and_then(place)) {
            (Some(now), Some(then)) if goal.up => then < now,
            (Some(now), Some(then)) => then > now,
            _ => false,
        }
    }

    /// The segments of a customer as it is.
    fn now(&self, customer: usize) -> Option<Segments> {
        let segments = match self.everyone {
            true => self.segments(&eval::attempt(&self.plan, self.inputs), customer),
            false => {
                let own = select(self.inputs, &[customer]);
                self.segments(&eval::attempt(&self.plan, &own), 0)
            }
        };
        segments.iter().any(Option::is_some).then_some(segments)
    }

    fn segments(&self, outcome: &Outcome, row: usize) -> Segments {
        let plans = self.plan.results.segmentations.iter();
        let found = plans.zip(&outcome.segmentations).map(|(plan, found)| {
            let gone = outcome.is_excluded(row) || outcome.is_broken(plan.segment, row);
            match (&found.segment.values, gone || found.segment.is_missing(row)) {
                (Values::Choice(codes), false) => codes.get(row).map(|code| *code as usize),
                _ => None,
            }
        });
        found.collect()
    }

    /// The segments that a customer would have with one input changed, for each try.
    pub fn try_out(&self, customer: usize, tries: &[(Slot, Literal)]) -> Vec<Segments> {
        if self.everyone {
            let found = tries.par_iter().map(|(slot, literal)| {
                let mut inputs = self.inputs.clone();
                slot.set(&mut inputs, customer, literal);
                self.segments(&eval::attempt(&self.plan, &inputs), customer)
            });
            return found.collect();
        }
        let one = select(self.inputs, &[customer]);
        let batches = tries.chunks(BATCH).map(|tries| {
            // One copy of the customer for each try; nobody else counts.
            let mut copies = select(&one, &vec![0; tries.len()]);
            for (copy, (slot, literal)) in tries.iter().enumerate() {
                let place = match slot {
                    Slot::Field(_) => copy,
                    Slot::Row(table, _, number) => {
                        let rows = one.tables.get(table.0).map_or(0, |it| it.customer.len());
                        copy * rows + number
                    }
                };
                slot.set_at(&mut copies, place, literal);
            }
            let outcome = eval::attempt(&self.plan, &copies);
            let rows = 0..tries.len();
            rows.map(|row| self.segments(&outcome, row))
                .collect::<Vec<_>>()
        });
        batches.flatten().collect()
    }

    /// The line of values of an input; `None` where it has no grid.
    fn line(&self, slot: Slot, customer: usize) -> Option<Line> {
        let field = slot.field(self.program)?;
        let column = slot.column(self.inputs)?;
        let now = slot.value(self.inputs, customer)?;
        let grid = grid(self.program, field, column)?;
        Some(Line::new(slot, grid, now, &self.plan, self.everyone))
    }

    /// Tries values out until each goal's nearest one stands beside one that does not move; whether
    /// it came to an end.
    fn search(&self, customer: usize, base: &Segments, goals: &[Goal], lines: &mut [Line]) -> bool {
        let mut left = MOST;
        let mut open: Vec<Vec<i64>> = lines.iter().map(Line::first).collect();
        loop {
            let tries: Vec<(Slot, Literal)> = lines
                .iter()
                .zip(&open)
                .flat_map(|(line, points)| {
                    points
                        .iter()
                        .filter_map(|point| Some((line.slot, line.literal(*point)?)))
                })
                .collect();
            if tries.is_empty() {
                return true;
            }
            let cost = match self.everyone {
                true => tries.len().saturating_mul(self.inputs.customers.rows),
                false => tries.len(),
            };
            match left.checked_sub(cost) {
                Some(rest) => left = rest,
                None => return false,
            }
            let mut found = self.try_out(customer, &tries).into_iter();
            for (line, points) in lines.iter_mut().zip(&open) {
                for point in points {
                    line.tried.insert(*point, found.next().unwrap_or_default());
                }
            }
            open = lines
                .iter()
                .map(|line| {
                    let mut points: Vec<i64> = goals
                        .iter()
                        .flat_map(|goal| line.between(&|it| self.reaches(base, it, *goal)))
                        .collect();
                    points.sort_unstable();
                    points.dedup();
                    points
                })
                .collect();
        }
    }

    fn change(
        &self,
        customer: usize,
        line: &Line,
        to: i64,
        segments: &Segments,
        goal: Goal,
    ) -> Option<Change> {
        let program = self.program;
        let field = line.slot.field(program)?;
        let segment = segments.get(goal.segmentation).copied().flatten()?;
        let segmentation = program.segmentations.get(goal.segmentation)?;
        let segment = segmentation.segments.get(segment)?;
        let header = field.headers.first();
        Some(Change {
            input: Named {
                name: self.name(line.slot, customer),
                label: header.filter(|header| **header != field.name).cloned(),
                value: Value::new(program, &field.ty, line.now.clone()),
            },
            to: Value::new(program, &field.ty, line.literal(to)),
            segment: Title {
                name: segment.name.clone(),
                label: segment.label.clone(),
            },
            step: match (&line.grid, &field.ty) {
                (Grid::Numbers { step, .. }, Type::Date) => {
                    let day = 86_400 * crate::value::decimal::ONE;
                    Some(Value::number(
                        program,
                        &Type::Duration,
                        step.saturating_mul(day),
                    ))
                }
                (Grid::Numbers { step, .. }, ty) => Some(Value::number(program, ty, *step)),
                (Grid::List(_), _) => None,
            },
            between: match (&line.now, &line.grid, line.slot) {
                (Some(Literal::Number(now)), Grid::Numbers { .. }, Slot::Field(_)) => {
                    Some(lying_between(line.slot.column(self.inputs)?, *now, to))
                }
                _ => None,
            },
        })
    }

    /// What an input is called.
    fn name(&self, slot: Slot, customer: usize) -> String {
        let field = slot
            .field(self.program)
            .map_or("", |field| field.name.as_str());
        let Slot::Row(id, ..) = slot else {
            return field.to_owned();
        };
        let Some(table) = self.program.tables.get(id.0) else {
            return field.to_owned();
        };
        let line = match table.one_per_customer {
            true => None,
            false => slot.line(self.inputs, customer),
        };
        match line {
            Some(line) => format!("{}.{field} in line {line}", table.name),
            None => format!("{}.{field}", table.name),
        }
    }

    /// Whether an override moves the customer.
    fn is_moved(&self, customer: usize) -> bool {
        let key = eval::key(&self.plan, self.inputs, customer as u32);
        let mut overrides = self.program.overrides.iter().filter(|it| !it.expired);
        overrides.any(|it| Some(&it.customer.value) == key.as_ref())
    }
}

/// How many customers have a value strictly between two.
fn lying_between(column: &Column, a: i64, b: i64) -> usize {
    let Values::Number(values) = &column.values else {
        return 0;
    };
    let (low, high) = (a.min(b), a.max(b));
    let values = values.iter().enumerate();
    values
        .filter(|(row, value)| low < **value && **value < high && !column.is_missing(*row))
        .count()
}
