//! What an input can hold: the values of a list, or the numbers of a grid, as its field declares and
//! as its data are written. It looks at whole columns and decides about nobody.

use super::seen::reached;
use super::slot::Slot;
use crate::model::program::{Field, Literal, Program, Reading};
use crate::model::types::Type;
use crate::plan::Plan;
use crate::plan::op::Op;
use crate::value::decimal::{ONE, unit};
use crate::value::{Column, Values};
use std::sync::Arc;

/// How far beyond the data numbers without bounds are searched: that many times the largest.
const BEYOND: i64 = 10;

/// Of a text field with more different texts than this only those that the model names are tried.
const TEXTS: usize = 4_096;
/// The same, where everybody is computed anew for each try.
const TEXTS_FOR_ALL: usize = 60;

/// The values that an input can hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Grid {
    /// These values, in their order.
    List(Vec<Literal>),
    /// Multiples of a step between two of them.
    Numbers {
        /// The step.
        step: i64,
        /// The lowest.
        low: i64,
        /// The highest.
        high: i64,
    },
}

/// The texts that the model asks for where an input leads.
fn texts_asked(plan: &Plan, slot: Slot) -> Vec<Arc<str>> {
    let is_reached = reached(plan, |op| slot.is_read_by(op));
    let mut asked = Vec::new();
    let mut add = |literal: &Literal| {
        if let Literal::Text(text) = literal {
            asked.push(text.clone());
        }
    };
    for node in &plan.nodes {
        let inputs = node.op.inputs();
        if !inputs.iter().any(|it| is_reached.get(it.0) == Some(&true)) {
            continue;
        }
        match &node.op {
            Op::IsOneOf(_, list) => list.iter().for_each(&mut add),
            Op::Match(_, arms, _) => arms.iter().for_each(|(it, _)| add(it)),
            Op::Lookup(id, _) => {
                let entries = plan.lookups.get(id.0).and_then(|it| it.entries.as_ref());
                entries.into_iter().flatten().for_each(|(it, _)| add(it));
            }
            _ => {}
        }
        for input in inputs {
            if let Op::Constant(literal) = &plan.node(input).op {
                add(literal);
            }
        }
    }
    asked
}

/// The texts of a field that are tried: those of the data, where there are not too many, and those
/// that the model asks for. How many were left out comes with them.
pub fn texts(plan: &Plan, slot: Slot, column: &Column, everyone: bool) -> (Grid, usize) {
    let Values::Text(texts) = &column.values else {
        return (Grid::List(Vec::new()), 0);
    };
    let most = if everyone { TEXTS_FOR_ALL } else { TEXTS };
    let known = texts.dictionary.len();
    let mut values: Vec<Arc<str>> = texts_asked(plan, slot);
    let mut left_out = 0;
    if known <= most {
        values.extend(texts.dictionary.iter().map(Arc::from));
    } else {
        left_out = known;
    }
    values.sort();
    values.dedup();
    // An empty cell is no text.
    values.retain(|it| !it.is_empty());
    (
        Grid::List(values.into_iter().map(Literal::Text).collect()),
        left_out,
    )
}

/// The grid of a field by its column; `None` where it has none that could be searched.
pub fn grid(program: &Program, field: &Field, column: &Column) -> Option<Grid> {
    match (&field.ty, &column.values) {
        (Type::Flag, _) => Some(Grid::List(vec![Literal::Flag(false), Literal::Flag(true)])),
        (Type::OneOf(texts) | Type::Steps(texts), _) => {
            let codes = 0..u32::try_from(texts.len()).ok()?;
            Some(Grid::List(codes.map(Literal::Choice).collect()))
        }
        (ty, Values::Number(values)) if ty.is_numeric() => {
            let Some(mask) = &column.missing else {
                return numbers(program, field, values);
            };
            let there = values.iter().zip(mask);
            let there = there.filter(|(_, is_missing)| !**is_missing);
            numbers(
                program,
                field,
                &there.map(|(it, _)| *it).collect::<Vec<i64>>(),
            )
        }
        _ => None,
    }
}

fn numbers(program: &Program, field: &Field, values: &[i64]) -> Option<Grid> {
    let largest = values.iter().copied().max()?;
    let smallest = values.iter().copied().min()?;
    let step = step(program, field, values);
    let (mut low, mut high) = match &field.ty {
        Type::Score => (program.scores.lowest.0, program.scores.highest.0),
        Type::Date => (smallest, largest.max(program.today.0)),
        _ => {
            let size = largest.unsigned_abs().max(smallest.unsigned_abs());
            let far = i64::try_from(size).ok()?.max(step).checked_mul(BEYOND)?;
            (if smallest < 0 { -far } else { 0 }, far)
        }
    };
    for bound in &field.bounds {
        let (limit, inside) = (bound.limit, |by: i64| bound.limit.checked_add(by));
        match bound.sign() {
            ">=" => low = limit,
            ">" => low = inside(1)?,
            "<=" => high = limit,
            "<" => high = inside(-1)?,
            _ => {}
        }
    }
    // The first and last multiples within.
    let low = low.checked_add(step - 1)?.div_euclid(step) * step;
    let high = high.div_euclid(step) * step;
    (low <= high).then_some(Grid::Numbers { step, low, high })
}

/// The step of a grid: one in the last decimal with which the column is written, at most one.
fn step(program: &Program, field: &Field, values: &[i64]) -> i64 {
    let one = match (&field.ty, field.reading) {
        (Type::Score, _) => return unit(program.scores.decimals),
        (Type::Date | Type::Months, _) => return 1,
        (Type::Percent, _) => ONE / 100,
        // Converted amounts have as many decimals as the rates make them have.
        (_, Reading::InCurrency(_)) => return ONE / 100,
        (_, Reading::Scaled(factor)) => ONE.saturating_mul(factor),
        (_, Reading::Seconds(seconds)) => ONE.saturating_mul(seconds),
        _ => ONE,
    };
    as_written(one, values)
}

/// The coarsest decimal part of one of which all values are multiples.
fn as_written(one: i64, values: &[i64]) -> i64 {
    let fits = |step: i64| values.iter().all(|value| value % step == 0);
    let mut step = one;
    while step % 10 == 0 && !fits(step) {
        step /= 10;
    }
    if fits(step) { step } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_as_fine_as_the_data() {
        assert_eq!(as_written(ONE, &[5 * ONE, 1_000 * ONE]), ONE);
        assert_eq!(as_written(ONE, &[5 * ONE, 1_500_000]), ONE / 10);
        // 63.4%
        assert_eq!(as_written(ONE / 100, &[634_000]), ONE / 1_000);
        // A third of an hour, where the column holds hours, has no last decimal.
        assert_eq!(as_written(3_600 * ONE, &[1_200 * ONE + 1]), 1);
    }
}
