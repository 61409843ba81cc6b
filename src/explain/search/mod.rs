//! The smallest change of one input that moves a customer to a more or a less important segment.
//! Every value that is told was tried out by the one evaluator. Lists are tried out value by value; of
//! numbers the ends of a stretch are, and it is halved until nothing between the ends can move the
//! customer (see [`monotone`]): so what is told is the nearest value that does.

mod bounds;
mod grid;
mod line;
mod monotone;
mod seen;
mod slot;

use super::bench::select;
use super::probes::{lean, needs_everyone};
use super::story::{Change, Changes, Named, Title};
use super::value::Value;
use crate::eval::{self, Inputs, Outcome};
use crate::model::program::{Literal, Program, SegmentId};
use crate::model::types::Type;
use crate::plan::op::Register;
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::{Column, Values};
use grid::{Grid, grid, texts};
use line::{Line, Tried};
use monotone::Stretch;
use rayon::prelude::*;
use seen::{Columns, Watched};
use slot::{Slot, slots, slots_of, with_rows};

/// Customers that are tried out in one run.
const BATCH: usize = 8_192;

/// So many values of an input are tried out for a customer at most.
const TRIES: usize = 20_000;
/// The same, where everybody is computed anew for each try.
const TRIES_FOR_ALL: usize = 1_000;

/// Where everybody counts, so many customers are computed at most for one input of one of them.
const MOST: usize = 4_000_000;

/// Of several rows of a customer in a table so many are searched at most, fewer where everybody is
/// computed anew for each try.
const ROWS: usize = 100;
/// Where everybody counts, so many tries of each row are reckoned with.
const TRIES_A_ROW: usize = 50;

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
    /// What each slot can hold, and how many texts of its column were left out.
    grids: Vec<Option<(Grid, usize)>>,
    /// What is looked at on the way to the segments.
    watched: Watched,
    /// What decides where a customer is.
    roots: Vec<Register>,
}

/// A customer in the data that it is tried out in.
struct Case {
    inputs: Inputs,
    row: usize,
}

impl<'s> Search<'s> {
    /// Prepares a search.
    pub fn new(program: &'s Program, inputs: &'s Inputs) -> Search<'s> {
        let unserved = Program {
            outputs: Vec::new(),
            ..lean(program)
        };
        let plan = plan_for(&unserved, Wanted::default());
        let slots = slots(program, &plan);
        let watched = Watched::of(&plan, &slots);
        let segments = plan.results.segmentations.iter().map(|it| it.segment);
        let roots = segments.chain(plan.results.excluded).collect();
        let everyone = needs_everyone(&plan);
        let plan = plan.keeping(&watched.registers);
        let grid_of = |slot: &Slot| {
            let (field, column) = (slot.field(program)?, slot.column(inputs)?);
            match field.ty {
                Type::Text => Some(texts(&plan, *slot, column, everyone)),
                _ => Some((grid(program, field, column)?, 0)),
            }
        };
        Search {
            everyone,
            grids: slots.par_iter().map(grid_of).collect(),
            plan,
            slots,
            watched,
            roots,
            program,
            inputs,
        }
    }

    /// A customer with all that its segment is made from, and empty rows where it has none.
    fn case(&self, customer: usize) -> Case {
        let (mut inputs, row) = match self.everyone {
            true => (self.inputs.clone(), customer),
            false => (select(self.inputs, &[customer]), 0),
        };
        with_rows(self.program, &mut inputs, row);
        Case { inputs, row }
    }

    /// What would move a customer, for each segmentation.
    pub fn changes(&self, customer: usize) -> Vec<Changes> {
        let case = self.case(customer);
        let base = self.segments(&eval::attempt(&self.plan, &case.inputs), case.row);
        if !base.iter().any(Option::is_some) {
            return Vec::new();
        }
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
        let mut unsearched: Vec<(String, String)> = Vec::new();
        let (slots, larger) = slots_of(&case.inputs, &self.slots, case.row, self.rows());
        for (table, count) in larger {
            let name = program.tables.get(table.0).map(|it| it.name.clone());
            let why = format!(
                "of the customer's {count} rows {} were tried, those with the largest numbers",
                self.rows()
            );
            unsearched.push((name.unwrap_or_default(), why));
        }
        for slot in slots {
            match self.line(slot, &case) {
                Some(line) => lines.push(line),
                None => {
                    let why = "not searched: a column without values";
                    unsearched.push((self.name(slot, &case), why.into()));
                }
            }
        }
        self.search(&case, &base, &goals, &mut lines);
        // The rows of a table, field by field.
        let fields: Vec<&[Line]> = lines
            .chunk_by(|line, next| line.slot.is_beside(&next.slot))
            .collect();
        for lines in &fields {
            unsearched.extend(self.unsearched(lines, &case));
        }
        let moved = self.is_moved(customer);
        for goal in &goals {
            let Some(changes) = all.get_mut(goal.segmentation) else {
                continue;
            };
            if moved && changes.column == "segment" {
                continue;
            }
            let found = fields.iter().filter_map(|lines| {
                // Of several rows the one that needs the smallest change.
                let nearest = lines.iter().filter_map(|line| {
                    let (to, segments) = line.nearest(&|it| self.reaches(&base, it, *goal))?;
                    Some((line, to, segments))
                });
                let (line, to, segments) = nearest.min_by_key(|(line, to, _)| line.far(*to))?;
                self.change(&case, line, to, segments, *goal)
            });
            let mut found: Vec<Change> = found.collect();
            found.sort_by_key(|change| change.between.unwrap_or(usize::MAX));
            match goal.up {
                true => changes.up = found,
                false => changes.down = found,
            }
        }
        for changes in &mut all {
            changes.unsearched.extend(unsearched.iter().cloned());
        }
        for changes in all.iter_mut().filter(|it| moved && it.column == "segment") {
            let why = "the customer is moved by hand, whatever its inputs are";
            changes.unsearched.push(("override".into(), why.into()));
        }
        all
    }

    /// What was not searched of a field, whose lines these are.
    fn unsearched(&self, lines: &[Line], case: &Case) -> Vec<(String, String)> {
        let name = match lines {
            [line] => self.name(line.slot, case),
            [line, ..] => self.field_name(line.slot),
            [] => return Vec::new(),
        };
        let mut found = Vec::new();
        let texts = lines.iter().map(|line| line.left_out).max();
        if let Some(count) = texts.filter(|count| *count > 0) {
            let why = format!(
                "of its {count} different texts only those that the model names were tried"
            );
            found.push((name.clone(), why));
        }
        let field = lines.first().and_then(|it| it.slot.field(self.program));
        let gap = lines.iter().filter_map(|line| line.gap).max();
        if let (Some(gap), Some(field)) = (gap, field) {
            let gap = distance(self.program, &field.ty, gap);
            let why = format!(
                "tried in steps of up to {}: a change between two of them may be missed",
                gap.shown
            );
            found.push((name, why));
        }
        found
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

    /// What comes of a customer with one input changed, for each try.
    fn try_out(&self, case: &Case, tries: &[(Slot, Literal)]) -> Vec<Tried> {
        let told = |outcome: &Outcome, columns: &Columns<'_>, row: usize, in_table| Tried {
            segments: self.segments(outcome, row),
            seen: columns.seen(outcome, row, in_table),
        };
        if self.everyone {
            let found = tries.par_iter().map(|(slot, literal)| {
                let mut inputs = case.inputs.clone();
                slot.set(&mut inputs, case.row, literal);
                let outcome = eval::attempt(&self.plan, &inputs);
                let columns = Columns::of(&self.watched, &self.plan, &outcome, &inputs);
                let place = slot.place(&inputs, case.row);
                let in_table = place.and_then(|place| slot.in_table(place));
                told(&outcome, &columns, case.row, in_table)
            });
            return found.collect();
        }
        let one = &case.inputs;
        // A copy of a customer with many rows is large.
        let rows = one.tables.iter().map(|it| it.customer.len()).sum::<usize>();
        let batch = (BATCH * 16 / rows.max(16)).max(1);
        let batches = tries.chunks(batch).map(|tries| {
            // One copy of the customer for each try; nobody else counts.
            let mut copies = select(one, &vec![0; tries.len()]);
            let mut places = Vec::with_capacity(tries.len());
            for (copy, (slot, literal)) in tries.iter().enumerate() {
                let place = match slot {
                    Slot::Field(_) => copy,
                    Slot::Row(table, _, number) => {
                        let rows = one.tables.get(table.0).map_or(0, |it| it.customer.len());
                        copy * rows + number
                    }
                };
                slot.set_at(&mut copies, place, literal);
                places.push(slot.in_table(place));
            }
            let outcome = eval::attempt(&self.plan, &copies);
            let columns = Columns::of(&self.watched, &self.plan, &outcome, &copies);
            let tried = places.into_iter().enumerate();
            tried
                .map(|(row, place)| told(&outcome, &columns, row, place))
                .collect::<Vec<Tried>>()
        });
        batches.flatten().collect()
    }

    /// The line of values of an input; `None` where it has no grid.
    fn line(&self, slot: Slot, case: &Case) -> Option<Line> {
        let mut known = self.slots.iter().zip(&self.grids);
        let (_, grid) = known.find(|(it, _)| it.is_beside(&slot))?;
        let (grid, left_out) = grid.clone()?;
        let now = slot.value(&case.inputs, case.row)?;
        Some(Line::new(slot, grid, now, left_out))
    }

    /// So many rows of a customer in a table are searched.
    fn rows(&self) -> usize {
        let for_all = MOST / TRIES_A_ROW / self.inputs.customers.rows.max(1);
        if self.everyone {
            for_all.clamp(1, ROWS)
        } else {
            ROWS
        }
    }

    /// Tries values out until nothing that was not tried can be nearer, or a line is given up.
    fn search(&self, case: &Case, base: &Segments, goals: &[Goal], lines: &mut [Line]) {
        let most = match self.everyone {
            true => TRIES_FOR_ALL.min(MOST / self.inputs.customers.rows.max(1)),
            false => TRIES,
        };
        let reach: Vec<_> = goals
            .iter()
            .map(|goal| move |it: &Segments| self.reaches(base, it, *goal))
            .collect();
        let moves: Vec<&dyn Fn(&Segments) -> bool> = reach
            .iter()
            .map(|it| it as &dyn Fn(&Segments) -> bool)
            .collect();
        loop {
            let open: Vec<Vec<i64>> = lines.iter().map(Line::wanted).collect();
            if open.iter().all(Vec::is_empty) {
                break;
            }
            self.try_lines(case, lines, &open);
            for line in lines.iter_mut() {
                let slot = line.slot;
                let is_still = |low: &Tried, high: &Tried| {
                    let stretch = Stretch {
                        plan: &self.plan,
                        watched: &self.watched,
                        low: &low.seen,
                        high: &high.seen,
                    };
                    stretch.is_still(slot, &self.roots)
                };
                line.settle(&moves, &is_still);
                line.give_up_after(most);
            }
        }
        // What is told of a line that was given up stands at least beside a value that does not move.
        loop {
            let between = |line: &Line| {
                let points = moves.iter().flat_map(|moves| line.between(*moves));
                let points: std::collections::BTreeSet<i64> = points.collect();
                points.into_iter().collect()
            };
            let open: Vec<Vec<i64>> = lines.iter().map(between).collect();
            if open.iter().all(Vec::is_empty) {
                return;
            }
            self.try_lines(case, lines, &open);
        }
    }

    fn try_lines(&self, case: &Case, lines: &mut [Line], open: &[Vec<i64>]) {
        let tries: Vec<(Slot, Literal)> = lines
            .iter()
            .zip(open)
            .flat_map(|(line, points)| {
                let literals = points.iter().filter_map(|point| line.literal(*point));
                literals.map(|it| (line.slot, it))
            })
            .collect();
        let mut found = self.try_out(case, &tries).into_iter();
        for (line, points) in lines.iter_mut().zip(open) {
            for point in points {
                line.note(*point, found.next().unwrap_or_default());
            }
        }
    }

    fn change(
        &self,
        case: &Case,
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
                name: self.name(line.slot, case),
                label: header.filter(|header| **header != field.name).cloned(),
                value: Value::new(program, &field.ty, line.now.clone()),
            },
            to: Value::new(program, &field.ty, line.literal(to)),
            segment: Title {
                name: segment.name.clone(),
                label: segment.label.clone(),
            },
            step: match &line.grid {
                Grid::Numbers { step, .. } => Some(distance(program, &field.ty, *step)),
                Grid::List(_) => None,
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
    fn name(&self, slot: Slot, case: &Case) -> String {
        let is_one = match slot {
            Slot::Field(_) => true,
            Slot::Row(id, ..) => {
                let table = self.program.tables.get(id.0);
                table.is_none_or(|it| it.one_per_customer)
            }
        };
        let line = slot.line(&case.inputs, case.row).filter(|_| !is_one);
        match line {
            Some(line) => format!("{} in line {line}", self.field_name(slot)),
            None => self.field_name(slot),
        }
    }

    fn field_name(&self, slot: Slot) -> String {
        let field = slot.field(self.program).map_or("", |it| it.name.as_str());
        let table = match slot {
            Slot::Field(_) => None,
            Slot::Row(id, ..) => self.program.tables.get(id.0),
        };
        match table {
            Some(table) => format!("{}.{field}", table.name),
            None => field.to_owned(),
        }
    }

    /// Whether an override moves the customer.
    fn is_moved(&self, customer: usize) -> bool {
        let key = eval::key(&self.plan, self.inputs, customer as u32);
        let mut overrides = self.program.overrides.iter().filter(|it| !it.expired);
        overrides.any(|it| Some(&it.customer.value) == key.as_ref())
    }
}

/// How far two values of a type are from each other; of dates in days.
fn distance(program: &Program, ty: &Type, size: i64) -> Value {
    match ty {
        Type::Date => {
            let day = 86_400 * crate::value::decimal::ONE;
            Value::number(program, &Type::Duration, size.saturating_mul(day))
        }
        ty => Value::number(program, ty, size),
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
