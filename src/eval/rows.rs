//! One operation over a run of rows: views in, computed values out. Masks and waiting errors are
//! joined here, so that kernels see plain slices.

use super::block::{Buffer, Computed, Lane, Missing, NONE, Poison, Seen, View};
use super::codes::look_up;
use super::inputs::Inputs;
use super::kernels::service::Part;
use super::kernels::{date, mean, scale, select, service};
use super::loops::{map1, map2};
use super::numbers::takes_wide;
use super::poison;
use super::prepare::{Aid, Prepared};
use crate::plan::Plan;
use crate::plan::op::{Op, Register};
use crate::value::Mask;
use crate::value::decimal::ONE;
use std::borrow::Cow;

/// An operation and the rows that it is computed for.
#[derive(Clone, Copy)]
pub(super) struct Job<'j> {
    pub(super) plan: &'j Plan,
    pub(super) inputs: &'j Inputs,
    pub(super) prepared: &'j Prepared,
    pub(super) register: Register,
    pub(super) first: usize,
    pub(super) rows: usize,
}

/// How the mask of an operation comes about.
#[derive(PartialEq, Eq)]
pub(super) enum Masking {
    /// Missing where an input is.
    Join,
    /// Never missing, or already written.
    Done,
}

impl Job<'_> {
    /// Computes the operation. `out` has values of its kind for all rows, no mask and no errors.
    pub(super) fn compute(&self, views: &[View<'_>], out: &mut Computed, spare: &mut Vec<Mask>) {
        let op = &self.plan.node(self.register).op;
        let narrowed;
        let views = if views.iter().any(select::is_wide) && !takes_wide(op) {
            narrowed = self.narrowed(views);
            narrowed.as_slice()
        } else {
            views
        };
        let mut own = Vec::new();
        let rule = self.values(op, views, out, spare, &mut own);
        if rule == Masking::Join {
            join_missing(views, self.rows, out, spare);
        }
        out.poison = match op {
            // These read other rows than they write, or drop errors.
            Op::Gather(..) | Op::Lenient(_) => Vec::new(),
            _ => poison::inherited(op, views, self.first, self.rows),
        };
        poison::add(&mut out.poison, own);
    }

    pub(super) fn poison(&self, row: usize, values: [i128; 2]) -> Poison {
        Poison {
            row: u32::try_from(self.first + row).unwrap_or(NONE),
            site: self.register.0 as u32,
            values,
        }
    }

    /// Numbers too wide for rows become errors that wait.
    fn narrowed<'v>(&self, views: &[View<'v>]) -> Vec<View<'v>> {
        let narrow = |view: &View<'v>| match view.values {
            Seen::Wide(value) => View {
                values: Seen::Number(Lane::One(0)),
                poison: Cow::Owned(vec![self.poison(0, [value, 0])]),
                ..view.clone()
            },
            _ => view.clone(),
        };
        views.iter().map(narrow).collect()
    }

    fn values(
        &self,
        op: &Op,
        views: &[View<'_>],
        out: &mut Computed,
        spare: &mut Vec<Mask>,
        own: &mut Vec<Poison>,
    ) -> Masking {
        let rows = self.rows;
        match (op, views) {
            (Op::Constant(_) | Op::Missing(_) | Op::Field(_) | Op::RowField(..), _) => {
                Masking::Done
            }
            (Op::Gather(table, _), [value]) => {
                let customers = self.inputs.tables.get(table.0).map(|it| &it.customer[..]);
                let rows = customers.and_then(|it| it.get(self.first..self.first + rows));
                self.gathered(rows.unwrap_or(&[]), value, out, spare, own);
                Masking::Done
            }
            (Op::OnePerCustomer(table, field), _) => {
                let row_of = self.prepared.row_of.get(table.0).and_then(Option::as_ref);
                let rows = row_of.and_then(|it| it.get(self.first..self.first + rows));
                let source = self.inputs.tables.get(table.0);
                match source.and_then(|it| it.table.column(field.0)) {
                    Some(column) => {
                        let mut value = View::of_column(column, 0, column.len());
                        let not_given = self.inputs.not_given_in(*table, *field, self.register.0);
                        value.poison = not_given.into();
                        self.gathered(rows.unwrap_or(&[]), &value, out, spare, own);
                    }
                    None => out.missing = Some(all_missing(self.rows, spare)),
                }
                Masking::Done
            }
            (Op::Override, _) => {
                let mask = out.missing.insert(all_missing(rows, spare));
                if let Some(Aid::Moves(moves)) = self.prepared.aids.get(self.register.0) {
                    let from = moves.partition_point(|(row, _)| (*row as usize) < self.first);
                    for (row, segment) in &moves[from..] {
                        let row = *row as usize - self.first;
                        let Some(mask) = mask.get_mut(row) else { break };
                        *mask = false;
                        out.values.codes()[row] = *segment;
                    }
                }
                Masking::Done
            }
            (Op::Negate(_) | Op::Absolute(_), [a]) => {
                self.arithmetic(op, a, a, out, own);
                Masking::Join
            }
            (Op::RoundTo(..) | Op::Floor(..) | Op::Ceiling(..), [a]) => {
                self.arithmetic(op, a, a, out, own);
                Masking::Join
            }
            (Op::Divide(_, _, _, never), [a, b]) => {
                self.arithmetic(op, a, b, out, own);
                let zero = !never && (0..rows).any(|row| b.wide(row) == 0);
                join_missing(views, rows, out, spare);
                if zero {
                    let mask = out.missing.get_or_insert_with(|| clear_mask(rows, spare));
                    for (row, mask) in mask.iter_mut().enumerate() {
                        *mask |= b.wide(row) == 0;
                    }
                }
                Masking::Done
            }
            (
                Op::Add(..)
                | Op::Subtract(..)
                | Op::Multiply(..)
                | Op::Smaller(..)
                | Op::Larger(..)
                | Op::Round(..),
                [a, b],
            ) => {
                self.arithmetic(op, a, b, out, own);
                Masking::Join
            }
            (Op::DateDifference(..), [a, b]) => {
                let days = |a: i64, b: i64| a.wrapping_sub(b).wrapping_mul(date::DAY);
                map2(a.numbers(), b.numbers(), out.values.numbers(), days);
                Masking::Join
            }
            (Op::ShiftDays(_, _, back) | Op::ShiftMonths(_, _, back), [a, b]) => {
                let by_days = matches!(op, Op::ShiftDays(..));
                let shift = |day, by| match by_days {
                    true => date::shift_days(day, by, *back),
                    false => date::shift_months(day, by, *back),
                };
                self.watched(a, b, out, own, shift);
                Masking::Join
            }
            (Op::MonthsBetween(_, _, period), [a, b]) => {
                let period = i64::from((*period).max(1));
                let between = |a, b| date::months_between(a, b).div_euclid(period) * ONE;
                map2(a.numbers(), b.numbers(), out.values.numbers(), between);
                Masking::Join
            }
            (Op::ChoiceNumber(_), [a]) => {
                map1(a.codes(), out.values.numbers(), i64::from);
                Masking::Join
            }
            (Op::NumberChoice(_), [a]) => {
                let code = |number| u32::try_from(number).unwrap_or(NONE);
                map1(a.numbers(), out.values.codes(), code);
                Masking::Join
            }
            (Op::Recode(_, codes), [a]) => {
                select::renumber(codes, a.codes(), out.values.codes());
                Masking::Join
            }
            (Op::Cell { width, offset, .. }, [row, column]) => {
                let cell = |row: u32, column: u32| {
                    row.wrapping_mul(*width)
                        .wrapping_add(column)
                        .wrapping_add(*offset)
                };
                map2(row.codes(), column.codes(), out.values.codes(), cell);
                Masking::Join
            }
            (Op::Lower(_) | Op::ChoiceText(..), [a]) => {
                let mut from = Vec::new();
                let codes = self.renumbered(0, a, &mut from);
                map1(codes, out.values.codes(), |code| code);
                Masking::Join
            }
            (Op::Require(..), [a]) => {
                copy(a, &mut out.values);
                for row in (0..rows).filter(|row| a.missing.at(*row)) {
                    own.push(self.poison(row, [0, 0]));
                }
                Masking::Done
            }
            (Op::Lenient(_), [a]) => {
                let flags = a.flags();
                map1(flags, out.values.flags(), |flag| flag);
                for poison in a.poisons(self.first, rows) {
                    let not_given = matches!(
                        self.plan.nodes[poison.site as usize].op,
                        Op::Field(_) | Op::RowField(..) | Op::OnePerCustomer(..)
                    );
                    if not_given {
                        out.values.flags()[poison.row as usize - self.first] = false;
                    } else {
                        own.push(poison);
                    }
                }
                Masking::Done
            }
            (Op::Lookup(..), [key]) => {
                if let Some(Aid::Entries(entries)) = self.prepared.aids.get(self.register.0) {
                    look_up(entries, key, rows, out, spare);
                }
                Masking::Done
            }
            (Op::Ramp(_, worst, best, scores), [a]) => {
                scale::ramp(a.numbers(), *worst, *best, *scores, out.values.numbers());
                Masking::Join
            }
            (Op::Curve(_, points, unit), [a]) => {
                scale::curve(a.numbers(), points, *unit, out.values.numbers());
                Masking::Join
            }
            (Op::Bands(_, bands, otherwise), [a]) => {
                scale::bands(a.numbers(), bands, *otherwise, out.values.numbers());
                Masking::Join
            }
            (Op::Match(_, arms, otherwise), [a]) => {
                self.matched(arms, *otherwise, a, out);
                Masking::Join
            }
            (Op::AsIs(_, capped, scores), [a]) => {
                if scale::as_is(a.numbers(), *capped, *scores, out.values.numbers()) {
                    let inside = scores.lowest..=scores.highest;
                    let outside = |row: &usize| {
                        !a.missing.at(*row) && !inside.contains(&a.numbers().at(*row))
                    };
                    for row in (0..rows).filter(outside) {
                        own.push(self.poison(row, [a.wide(row), 0]));
                    }
                }
                Masking::Join
            }
            (Op::Mean(members, scores), _) => {
                let weights = members.iter().map(|(weight, _)| *weight);
                let members: Vec<_> = weights.zip(views.iter().cloned()).collect();
                let mut mask = clear_mask(rows, spare);
                mean::mean(&members, *scores, out.values.numbers(), &mut mask);
                match mask.contains(&true) {
                    true => out.missing = Some(mask),
                    false => spare.push(mask),
                }
                Masking::Done
            }
            (Op::Known(parts, total), _) => {
                let weights = parts.iter().map(|(weight, _)| weight.clone());
                let parts: Vec<_> = weights.zip(views.iter().cloned()).collect();
                mean::known(&parts, total, out.values.numbers());
                Masking::Done
            }
            (Op::Hours(_), _) => {
                let parts: Vec<_> = views.chunks(2).filter_map(pair).collect();
                if select::may_be_missing(views) {
                    let mask = out.missing.insert(clear_mask(rows, spare));
                    service::hours_missing(&parts, mask);
                }
                if !service::all_hours(&parts, out.values.numbers()) {
                    self.each(out, own, |row| service::hours(&parts, row));
                }
                Masking::Done
            }
            (Op::Cost(plan), _) => {
                let parts = cost_parts(plan, views);
                if select::may_be_missing(views) {
                    let mask = out.missing.insert(clear_mask(rows, spare));
                    service::cost_missing(&parts, mask);
                }
                if !service::all_costs(&parts, out.values.numbers(), &mut Vec::new()) {
                    self.each(out, own, |row| service::cost(&parts, row));
                }
                Masking::Done
            }
            _ => self.conditions(op, views, out, spare, own),
        }
    }

    /// A function of two numbers that may leave its range.
    pub(super) fn watched(
        &self,
        a: &View<'_>,
        b: &View<'_>,
        out: &mut Computed,
        own: &mut Vec<Poison>,
        f: impl Fn(i64, i64) -> Option<i64>,
    ) {
        let (left, right) = (a.numbers(), b.numbers());
        for (row, out) in out.values.numbers().iter_mut().enumerate() {
            match f(left.at(row), right.at(row)) {
                Some(value) => *out = value,
                None if a.missing.at(row) || b.missing.at(row) => *out = 0,
                None => {
                    *out = 0;
                    own.push(self.poison(row, [a.wide(row), b.wide(row)]));
                }
            }
        }
    }

    /// A number for each row that is there, or an error.
    pub(super) fn each(
        &self,
        out: &mut Computed,
        own: &mut Vec<Poison>,
        f: impl Fn(usize) -> Option<i64>,
    ) {
        let missing = out.missing.as_deref();
        for (row, number) in out.values.numbers().iter_mut().enumerate() {
            *number = 0;
            if missing.is_some_and(|mask| mask[row]) {
                continue;
            }
            match f(row) {
                Some(value) => *number = value,
                None => own.push(self.poison(row, [0, 0])),
            }
        }
    }
}

fn pair<'a>(views: &[View<'a>]) -> Option<(View<'a>, View<'a>)> {
    match views {
        [a, b] => Some((a.clone(), b.clone())),
        _ => None,
    }
}

fn cost_parts<'a>(plan: &[crate::plan::op::CostPart], views: &[View<'a>]) -> Vec<Part<'a>> {
    let mut views = views.iter().cloned();
    let mut parts = Vec::with_capacity(plan.len());
    for part in plan {
        let Some(frequency) = views.next() else { break };
        let times = part
            .times
            .iter()
            .filter_map(|_| Some((views.next()?, views.next()?)));
        parts.push(Part {
            frequency,
            times: times.collect(),
            costs: part.costs.and_then(|_| views.next()),
        });
    }
    parts
}

pub(super) fn copy(view: &View<'_>, out: &mut Buffer) {
    match out {
        Buffer::Number(out) => map1(view.numbers(), out, |value| value),
        Buffer::Flag(out) => map1(view.flags(), out, |value| value),
        Buffer::Code(out) => map1(view.codes(), out, |value| value),
    }
}

pub(super) fn clear_mask(rows: usize, spare: &mut Vec<Mask>) -> Mask {
    let mut mask = spare.pop().unwrap_or_default();
    mask.clear();
    mask.resize(rows, false);
    mask
}

fn all_missing(rows: usize, spare: &mut Vec<Mask>) -> Mask {
    let mut mask = spare.pop().unwrap_or_default();
    mask.clear();
    mask.resize(rows, true);
    mask
}

/// Missing where any input is.
pub(super) fn join_missing(
    views: &[View<'_>],
    rows: usize,
    out: &mut Computed,
    spare: &mut Vec<Mask>,
) {
    for view in views {
        match view.missing {
            Missing::Never => {}
            Missing::Always => {
                let mask = out.missing.get_or_insert_with(|| clear_mask(rows, spare));
                mask.fill(true);
            }
            Missing::Rows(rows_missing) => match &mut out.missing {
                Some(mask) => {
                    for (mask, missing) in mask.iter_mut().zip(rows_missing) {
                        *mask |= *missing;
                    }
                }
                None => {
                    let mut mask = spare.pop().unwrap_or_default();
                    mask.clear();
                    mask.extend_from_slice(rows_missing);
                    out.missing = Some(mask);
                }
            },
        }
    }
}
