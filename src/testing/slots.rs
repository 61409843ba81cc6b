//! The values with which a customer is tried out: around the constants of the model, at the bounds
//! of a field, and those that the tests use themselves.

use super::cone::{Cone, Sort, sort};
use crate::model::program::{Field, FieldId, Given, GivenRow, Literal, Program, TableId};
use crate::model::types::Type;
use crate::value::Date;
use crate::value::decimal::ONE;
use std::collections::BTreeSet;

/// More values of one field than this are not tried.
const VALUES: usize = 28;

/// A value of a customer that may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A field.
    Field(FieldId),
    /// A field of one of its rows in a table.
    Cell(TableId, usize, FieldId),
}

/// A slot and the values that it may take; `None` is missing.
pub(super) type Choice = (Slot, Vec<Option<Literal>>);

/// The slots of a customer, with their values.
pub(super) fn choices(program: &Program, cone: &Cone, given: &Given) -> Vec<Choice> {
    let mut choices = Vec::new();
    for id in &cone.fields {
        if let Some(field) = program.customers.fields.get(id.0) {
            let used = used(program, None, *id);
            choices.push((Slot::Field(*id), values(program, cone, field, &used)));
        }
    }
    for (table, rows) in &given.tables {
        let Some(dataset) = program.tables.get(table.0) else {
            continue;
        };
        for id in fields_of(cone, *table, dataset.key) {
            let Some(field) = dataset.fields.get(id.0) else {
                continue;
            };
            let used = used(program, Some(*table), id);
            let values = values(program, cone, field, &used);
            // The first rows say as much as all of them.
            for row in 0..rows.len().min(2) {
                choices.push((Slot::Cell(*table, row, id), values.clone()));
            }
        }
    }
    choices
}

/// The customer with what the cone needs, and nothing else; what was not given gets a first value.
pub(super) fn filled(program: &Program, cone: &Cone, given: &Given) -> Given {
    let mut filled = Given {
        name: given.name.clone(),
        ..given.clone()
    };
    filled.values.retain(|(id, _)| cone.fields.contains(id));
    filled.tables.retain(|(id, _)| cone.tables.contains(id));
    for id in &cone.fields {
        let is_there = filled.values.iter().any(|(there, _)| there == id);
        let Some(field) = program.customers.fields.get(id.0) else {
            continue;
        };
        if !is_there && !field.optional && *id != program.customers.key {
            let used = used(program, None, *id);
            let first = values(program, cone, field, &used).into_iter().next();
            filled.values.extend(first.map(|first| (*id, first)));
        }
    }
    filled
}

/// The customer with a row in each table of the cone that it has none in; `None` where it has rows
/// everywhere.
pub(super) fn with_rows(program: &Program, cone: &Cone, given: &Given) -> Option<Given> {
    let mut with = given.clone();
    for table in &cone.tables {
        if given.tables.iter().any(|(there, _)| there == table) {
            continue;
        }
        let dataset = program.tables.get(table.0)?;
        let mut row: GivenRow = Vec::new();
        for id in fields_of(cone, *table, dataset.key) {
            let field = dataset.fields.get(id.0)?;
            let used = used(program, Some(*table), id);
            let first = values(program, cone, field, &used).into_iter().next();
            row.extend(first.map(|first| (id, first)));
        }
        if !row.is_empty() {
            with.tables.push((*table, vec![row]));
        }
    }
    (with.tables.len() > given.tables.len()).then_some(with)
}

/// Sets a value of a customer.
pub(super) fn set(given: &mut Given, slot: Slot, value: Option<Literal>) {
    let (values, id) = match slot {
        Slot::Field(id) => (Some(&mut given.values), id),
        Slot::Cell(table, row, id) => {
            let rows = given.tables.iter_mut().find(|(it, _)| *it == table);
            (rows.and_then(|(_, rows)| rows.get_mut(row)), id)
        }
    };
    let Some(values) = values else { return };
    match values.iter_mut().find(|(there, _)| *there == id) {
        Some((_, there)) => *there = value,
        None => values.push((id, value)),
    }
}

/// What is said of a value of a customer.
pub(super) fn get(given: &Given, slot: Slot) -> Option<Option<&Literal>> {
    let (values, id) = match slot {
        Slot::Field(id) => (&given.values, id),
        Slot::Cell(table, row, id) => {
            let (_, rows) = given.tables.iter().find(|(it, _)| *it == table)?;
            (rows.get(row)?, id)
        }
    };
    let (_, value) = values.iter().find(|(there, _)| *there == id)?;
    Some(value.as_ref())
}

fn fields_of(cone: &Cone, table: TableId, key: FieldId) -> Vec<FieldId> {
    let columns = cone.columns.iter();
    columns
        .filter(|(of, id)| *of == table && *id != key)
        .map(|(_, id)| *id)
        .collect()
}

/// The values that the tests give a field, each once, in their order.
fn used(program: &Program, table: Option<TableId>, field: FieldId) -> Vec<Option<Literal>> {
    let mut used = Vec::new();
    let mut enter = |values: &[(FieldId, Option<Literal>)]| {
        for (id, value) in values {
            if *id == field && !used.contains(value) && used.len() < VALUES {
                used.push(value.clone());
            }
        }
    };
    for given in program.tests.iter().flat_map(|test| &test.givens) {
        match table {
            None => enter(&given.values),
            Some(table) => {
                let tables = given.tables.iter().filter(|(it, _)| *it == table);
                tables.flat_map(|(_, rows)| rows).for_each(|row| enter(row));
            }
        }
    }
    used
}

/// The values that are worth a try, those of the tests first.
fn values(
    program: &Program,
    cone: &Cone,
    field: &Field,
    used: &[Option<Literal>],
) -> Vec<Option<Literal>> {
    let mut values: Vec<Option<Literal>> = Vec::new();
    let mut push = |literal: Literal| {
        let value = Some(literal);
        if !values.contains(&value) {
            values.push(value);
        }
    };
    used.iter().flatten().take(8).cloned().for_each(&mut push);
    match &field.ty {
        Type::Flag => [true, false]
            .map(Literal::Flag)
            .into_iter()
            .for_each(&mut push),
        Type::Text => {
            let texts = cone.texts.iter().take(VALUES).cloned();
            texts.map(Literal::Text).for_each(&mut push);
            push(Literal::Text("x".into()));
        }
        Type::OneOf(texts) | Type::Steps(texts) => {
            let codes = 0..texts.len().min(VALUES) as u32;
            codes.map(Literal::Choice).for_each(&mut push);
        }
        Type::Segment(id) => {
            let segments = program.segmentations.get(id.0).map(|it| it.segments.len());
            let codes = 0..segments.unwrap_or(0).min(VALUES) as u32;
            codes.map(Literal::Choice).for_each(&mut push);
        }
        ty => {
            let numbers = numbers(program, cone, field, ty);
            let within = numbers
                .into_iter()
                .filter(|number| field.bounds.iter().all(|bound| bound.holds(*number)));
            within.map(Literal::Number).for_each(&mut push);
        }
    }
    values.truncate(VALUES);
    if field.optional {
        values.push(None);
    }
    values
}

/// Constants of the field's sort, one step to either side, and something in between.
fn numbers(program: &Program, cone: &Cone, field: &Field, ty: &Type) -> Vec<i64> {
    let constants = |sort| cone.numbers.get(&sort).into_iter().flatten().copied();
    let mut marks: BTreeSet<i64> = sort(ty).into_iter().flat_map(constants).collect();
    let mut step = ONE;
    match ty {
        Type::Money => marks.extend(constants(Sort::Number)),
        Type::Percent => step = ONE / 100,
        Type::Score => {
            step = crate::value::decimal::unit(program.scores.decimals);
            let (lowest, highest) = (program.scores.lowest.0, program.scores.highest.0);
            marks.extend([lowest, highest]);
            marks.retain(|mark| (lowest..=highest).contains(mark));
        }
        Type::Duration => step = 60 * ONE,
        Type::Date => {
            step = 1;
            marks.extend(days(program, cone));
        }
        _ => {}
    }
    marks.extend(field.bounds.iter().map(|bound| bound.limit));
    let sorted: Vec<i64> = marks.iter().copied().collect();
    let between = sorted.windows(2).filter_map(|pair| match pair {
        [low, high] => Some(low.checked_add((high - low) / 2 / step * step)?),
        _ => None,
    });
    let between: Vec<i64> = between.collect();
    let mut numbers = sorted.clone();
    let (low, high) = (sorted.first().copied(), sorted.last().copied());
    numbers.extend(sorted.iter().filter_map(|mark| mark.checked_sub(step)));
    numbers.extend(sorted.iter().filter_map(|mark| mark.checked_add(step)));
    numbers.extend(between);
    numbers.extend(
        high.and_then(|high| high.checked_mul(2))
            .filter(|_| *ty != Type::Date),
    );
    numbers.extend(low.map(|low| low / 2).filter(|_| *ty != Type::Date));
    numbers.push(if *ty == Type::Date {
        program.today.0
    } else {
        0
    });
    if *ty == Type::Score {
        let range = program.scores.lowest.0..=program.scores.highest.0;
        numbers.retain(|number| range.contains(number));
    }
    numbers
}

/// Days that lie as far back as the model's constants say.
fn days(program: &Program, cone: &Cone) -> Vec<i64> {
    let constants = |sort| cone.numbers.get(&sort).into_iter().flatten().copied();
    let today = program.today;
    let mut days = vec![today.0];
    let back = |months: i64| today.add_months(-months).map(|Date(day)| day);
    days.extend(constants(Sort::Months).filter_map(back));
    let small =
        constants(Sort::Number).filter(|it| it % ONE == 0 && (ONE..=600 * ONE).contains(it));
    for number in small {
        days.extend(back(number / ONE));
        days.extend(back(number / ONE * 12));
    }
    let day = 86_400 * ONE;
    days.extend(constants(Sort::Duration).map(|it| today.0.saturating_sub(it / day)));
    days
}
