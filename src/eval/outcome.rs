//! What a run gives: result columns, segments and what decided them, teams, beside its checks. Columns that are
//! plain data stay where they are; nothing is printed or named here beyond what the plan carries.

use super::block::{Buffer, Computed, NONE};
use super::checks::{CheckOutcome, Operand};
use super::error::shown_value;
use super::exec::{Run, Whole};
use super::inputs::Inputs;
use super::single::SingleValue;
use crate::model::program::{FieldId, TeamId};
use crate::model::types::Type;
use crate::plan::Only;
use crate::plan::op::{Decision, Kind, Op, Register, Space};
use crate::value::{Column, Dictionary, TextColumn, Values};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a run gives.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many customers there are.
    pub rows: usize,
    /// The columns of the result in order.
    pub columns: Vec<OutcomeColumn>,
    /// For each customer the position of the reason to keep it out, `None` where nobody is.
    pub excluded: Option<Column>,
    /// The reasons.
    pub reasons: Vec<String>,
    /// The segmentations in order.
    pub segmentations: Vec<SegmentationOutcome>,
    /// Checks and warnings in order.
    pub checks: Vec<CheckOutcome>,
    /// The expectations of a test.
    pub expects: Vec<CheckOutcome>,
    /// What was asked of the portfolio, in order.
    pub asked: Vec<Operand>,
    /// The teams, where they were wanted.
    pub teams: Vec<TeamOutcome>,
    /// How many overrides move a customer today.
    pub overrides_in_force: usize,
    /// How many have expired.
    pub expired_overrides: usize,
    pub(super) values: BTreeMap<Register, Kept>,
    /// Rows of kept registers whose value could not be computed.
    broken: BTreeSet<(Register, u32)>,
}

/// A column of the result; its values come from [`Outcome::column`].
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeColumn {
    /// The header.
    pub header: String,
    /// The type of the values.
    pub ty: Type,
    /// The register that holds them.
    pub register: Register,
}

/// A segmentation of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentationOutcome {
    /// The name of its column.
    pub column: String,
    /// The names of its segments.
    pub segments: Vec<String>,
    /// The segment of each customer; missing for those who are kept out.
    pub segment: Column,
    /// For each customer the position of what decided among the decisions.
    pub decided: Column,
    /// What may decide.
    pub decisions: Vec<Decision>,
    /// How many customers each segment has.
    pub counts: Vec<u64>,
}

/// The time of a team; durations in millionths of a second.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamOutcome {
    /// The team.
    pub team: TeamId,
    /// Planned for all customers.
    pub planned: i128,
    /// What the team has for customers.
    pub available: i128,
    /// Its persons, in the order of their first customer; `None` where they are not named.
    pub persons: Option<Vec<PersonOutcome>>,
}

/// The time of a person; durations in millionths of a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonOutcome {
    /// The name.
    pub name: String,
    /// Planned for the person's customers.
    pub planned: i64,
    /// What the person has for customers.
    pub available: i64,
}

/// The values of a register that was kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kept {
    Field(FieldId),
    Column(Arc<Column>),
    Single(Column),
}

impl Outcome {
    /// The values of a column of the result.
    pub fn column<'o>(&'o self, at: usize, inputs: &'o Inputs) -> Option<Cow<'o, Column>> {
        self.register(self.columns.get(at)?.register, inputs)
    }

    /// The values of any register that was kept, one a customer (or person, or row of its space);
    /// a single value stands for every customer that takes part.
    pub fn register<'o>(
        &'o self,
        register: Register,
        inputs: &'o Inputs,
    ) -> Option<Cow<'o, Column>> {
        match self.values.get(&register)? {
            Kept::Field(field) => inputs.customers.column(field.0).map(Cow::Borrowed),
            Kept::Column(column) => Some(Cow::Borrowed(column)),
            Kept::Single(one) => Some(Cow::Owned(self.spread(one))),
        }
    }

    /// Takes the values of a register that was computed and kept out of the outcome.
    pub fn take(&mut self, register: Register) -> Option<Column> {
        match self.values.remove(&register)? {
            Kept::Column(column) => Some(Arc::unwrap_or_clone(column)),
            Kept::Field(_) | Kept::Single(_) => None,
        }
    }

    /// The one value of a register that holds a single value in all.
    pub fn single(&self, register: Register) -> Option<&Column> {
        match self.values.get(&register)? {
            Kept::Single(one) => Some(one),
            _ => None,
        }
    }

    /// Whether a row's value in a kept register could not be computed.
    pub fn is_broken(&self, register: Register, row: usize) -> bool {
        u32::try_from(row).is_ok_and(|row| self.broken.contains(&(register, row)))
    }

    /// Whether every kept value could be computed.
    pub(super) fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    /// Whether a customer is kept out.
    pub fn is_excluded(&self, row: usize) -> bool {
        self.excluded
            .as_ref()
            .is_some_and(|column| !column.is_missing(row))
    }

    /// The sum of a column of numbers for each segment of a segmentation.
    pub fn totals(&self, segmentation: usize, column: &Column) -> Vec<i128> {
        let Some(segmentation) = self.segmentations.get(segmentation) else {
            return Vec::new();
        };
        let mut totals = vec![0_i128; segmentation.segments.len()];
        if let (Values::Choice(codes), Values::Number(numbers)) =
            (&segmentation.segment.values, &column.values)
        {
            for (row, (code, number)) in codes.iter().zip(numbers).enumerate() {
                if segmentation.segment.is_missing(row) || column.is_missing(row) {
                    continue;
                }
                if let Some(total) = totals.get_mut(*code as usize) {
                    *total += i128::from(*number);
                }
            }
        }
        totals
    }

    /// What decided a customer's segment.
    pub fn decision(&self, segmentation: usize, row: usize) -> Option<&Decision> {
        let segmentation = self.segmentations.get(segmentation)?;
        if segmentation.decided.is_missing(row) {
            return None;
        }
        match &segmentation.decided.values {
            Values::Choice(codes) => segmentation.decisions.get(*codes.get(row)? as usize),
            _ => None,
        }
    }

    fn spread(&self, one: &Column) -> Column {
        let rows = self.rows;
        let values = match &one.values {
            Values::Number(values) => Values::Number(repeat(values, rows)),
            Values::Flag(values) => Values::Flag(repeat(values, rows)),
            Values::Choice(values) => Values::Choice(repeat(values, rows)),
            Values::Text(texts) => Values::Text(TextColumn {
                numbers: repeat(&texts.numbers, rows),
                dictionary: texts.dictionary.clone(),
            }),
        };
        let all = one.is_missing(0);
        let missing = (all || self.excluded.is_some())
            .then(|| (0..rows).map(|row| all || self.is_excluded(row)).collect());
        Column { values, missing }
    }
}

fn repeat<T: Copy + Default>(values: &[T], rows: usize) -> Vec<T> {
    vec![values.first().copied().unwrap_or_default(); rows]
}

impl Run<'_> {
    /// Gathers what the run has made.
    pub(super) fn outcome(mut self) -> Outcome {
        let plan = self.plan;
        let mut outcome = Outcome {
            rows: self.inputs.customers.rows,
            reasons: plan.results.reasons.clone(),
            checks: plan
                .results
                .checks
                .iter()
                .map(|it| self.check(it))
                .collect(),
            expects: plan
                .results
                .expects
                .iter()
                .map(|it| self.check(it))
                .collect(),
            asked: plan
                .results
                .asked
                .iter()
                .map(|it| self.operand(it))
                .collect(),
            overrides_in_force: plan.overrides.len(),
            expired_overrides: plan.expired_overrides,
            ..Outcome::default()
        };
        let excluded = plan.results.excluded;
        outcome.excluded = excluded.and_then(|register| {
            if let Some(column) = self.whole_column(register, &mut outcome.broken) {
                return Some(Arc::unwrap_or_clone(column));
            }
            let one = self.single_column(register)?;
            let missing = one.is_missing(0).then(|| vec![true; outcome.rows]);
            Some(Column {
                values: Values::Choice(repeat(codes(&one), outcome.rows)),
                missing,
            })
        });
        let kept_out: Option<Vec<bool>> = outcome.excluded.as_ref().and_then(|column| {
            let rows = 0..column.len();
            let mask: Vec<bool> = rows.map(|row| !column.is_missing(row)).collect();
            mask.contains(&true).then_some(mask)
        });
        if kept_out.is_none() {
            outcome.excluded = None;
        }
        outcome.teams = self.teams();
        self.keep(&mut outcome, kept_out.as_deref());
        outcome.columns = plan
            .results
            .outputs
            .iter()
            .map(|output| OutcomeColumn {
                header: output.header.clone(),
                ty: output.ty.clone(),
                register: output.register,
            })
            .collect();
        outcome.segmentations = self.segmentations(&mut outcome);
        outcome
    }

    /// Moves whole columns out of the run; computed ones are empty for those who are kept out.
    fn keep(&mut self, outcome: &mut Outcome, kept_out: Option<&[bool]>) {
        let plan = self.plan;
        let mut for_all: BTreeSet<Register> = plan.results.excluded.into_iter().collect();
        for_all.extend(plan.results.segmentations.iter().map(|it| it.decided));
        let outputs = plan.results.outputs.iter();
        for_all.extend(outputs.filter(|it| it.for_excluded).map(|it| it.register));
        for (at, until) in plan.keep_until.iter().enumerate() {
            let register = Register(at);
            if *until != Some(usize::MAX) {
                continue;
            }
            let kept = match &plan.node(register).op {
                Op::Field(field) => {
                    let left_out = self.inputs.not_given.iter();
                    let left_out = left_out.filter(|(name, _)| name == field);
                    let rows = left_out.map(|(_, row)| (register, *row));
                    outcome.broken.extend(rows);
                    Some(Kept::Field(*field))
                }
                _ => match self.whole_column(register, &mut outcome.broken) {
                    Some(mut column) => {
                        let customers = plan.node(register).space == Space::Customers;
                        if let Some(kept_out) = kept_out
                            && customers
                            && !for_all.contains(&register)
                        {
                            hide(Arc::make_mut(&mut column), kept_out);
                        }
                        Some(Kept::Column(column))
                    }
                    None => self.single_column(register).map(Kept::Single),
                },
            };
            if let Some(kept) = kept {
                outcome.values.insert(register, kept);
            }
        }
    }

    /// The column of a register: a shared one, or the run's own, with the rows that are broken in it.
    fn whole_column(
        &mut self,
        register: Register,
        broken: &mut BTreeSet<(Register, u32)>,
    ) -> Option<Arc<Column>> {
        if let Some(Whole::Shared(column)) = self.whole_of(register) {
            return Some(column.clone());
        }
        let computed = self.take_whole(register)?;
        broken.extend(computed.poison.iter().map(|poison| (register, poison.row)));
        Some(Arc::new(self.column_of(computed, register)))
    }

    fn segmentations(&self, outcome: &mut Outcome) -> Vec<SegmentationOutcome> {
        let column = |register| match outcome.values.get(&register) {
            Some(Kept::Column(column)) => column.clone(),
            _ => match outcome.register(register, self.inputs) {
                Some(column) => Arc::new(column.into_owned()),
                None => Arc::new(Column::full(Values::Choice(Vec::new()))),
            },
        };
        let plans = &self.plan.results.segmentations;
        let columns = plans
            .iter()
            .map(|it| (column(it.segment), column(it.decided)));
        let columns: Vec<(Arc<Column>, Arc<Column>)> = columns.collect();
        if self.plan.wanted.only == Only::Segments {
            // Nobody asks for these registers then, so that the columns need not be copied.
            for plan in plans {
                outcome.values.remove(&plan.segment);
            }
        }
        let made = plans.iter().zip(columns).map(|(plan, (segment, decided))| {
            let mut counts = vec![0; plan.segments.len()];
            for (row, code) in codes(&segment).iter().enumerate() {
                if !segment.is_missing(row)
                    && let Some(count) = counts.get_mut(*code as usize)
                {
                    *count += 1;
                }
            }
            SegmentationOutcome {
                column: plan.column.clone(),
                segments: plan.segments.clone(),
                segment: Arc::unwrap_or_clone(segment),
                decided: Arc::unwrap_or_clone(decided),
                decisions: plan.decisions.clone(),
                counts,
            }
        });
        made.collect()
    }

    fn teams(&self) -> Vec<TeamOutcome> {
        let Some(service) = &self.plan.results.service else {
            return Vec::new();
        };
        let wide = |register| match self.single_value(register).map(|it| it.value) {
            Some(SingleValue::Number(value)) => value,
            _ => 0,
        };
        let teams = service.teams.iter();
        let teams = teams.map(|team| TeamOutcome {
            team: team.team,
            planned: wide(team.planned),
            available: wide(team.available),
            persons: team.persons.map(|persons| {
                let names = self.view_of(persons.names);
                let planned = self.view_of(persons.planned);
                let available = i64::try_from(wide(persons.available)).unwrap_or(i64::MAX);
                let ty = &self.plan.node(persons.names).ty;
                let dictionary = self.prepared.dictionary(persons.names);
                let count = self.count(Space::Persons(persons.names));
                (0..count)
                    .map(|row| {
                        let code = names.codes().at(row);
                        PersonOutcome {
                            name: match self.plan.node(persons.names).kind {
                                Kind::Text => dictionary.text(code).to_owned(),
                                _ => shown_value(ty, i128::from(code)),
                            },
                            planned: planned.numbers().at(row),
                            available,
                        }
                    })
                    .collect()
            }),
        });
        teams.collect()
    }

    pub(super) fn column_of(&self, computed: Computed, register: Register) -> Column {
        let values = match computed.values {
            Buffer::Number(values) => Values::Number(values),
            Buffer::Flag(values) => Values::Flag(values),
            Buffer::Code(numbers) if self.plan.node(register).kind == Kind::Text => {
                let dictionary: Arc<Dictionary> = self.prepared.dictionary(register);
                Values::Text(TextColumn {
                    numbers,
                    dictionary,
                })
            }
            Buffer::Code(codes) => Values::Choice(codes),
        };
        // A mask that masks nothing is none.
        let missing = computed.missing.filter(|mask| mask.contains(&true));
        Column { values, missing }
    }

    /// A single value as a column of one row.
    fn single_column(&self, register: Register) -> Option<Column> {
        let single = self.single_value(register)?;
        let values = match single.value {
            SingleValue::Number(value) => {
                Buffer::Number(vec![i64::try_from(value).unwrap_or(i64::MAX)])
            }
            SingleValue::Flag(value) => Buffer::Flag(vec![value]),
            SingleValue::Code(value) => Buffer::Code(vec![value]),
        };
        let computed = Computed {
            missing: single.missing.then(|| vec![true]),
            ..Computed::full(values)
        };
        Some(self.column_of(computed, register))
    }
}

fn codes(column: &Column) -> &[u32] {
    match &column.values {
        Values::Choice(codes) => codes,
        _ => &[],
    }
}

/// Makes the rows of those who are kept out missing.
fn hide(column: &mut Column, kept_out: &[bool]) {
    let rows = column.len();
    let mask = column.missing.get_or_insert_with(|| vec![false; rows]);
    for (mask, out) in mask.iter_mut().zip(kept_out) {
        *mask |= *out;
    }
    let codes = match &mut column.values {
        Values::Choice(codes) => codes,
        Values::Text(texts) => &mut texts.numbers,
        Values::Number(_) | Values::Flag(_) => return,
    };
    for (code, out) in codes.iter_mut().zip(kept_out) {
        *code = if *out { NONE } else { *code };
    }
}
