//! The customers of a test → the inputs of a run. What a test leaves out is missing where it may be,
//! and marked as not given where it may not.

use crate::eval::{Inputs, LookupTable, RowTable};
use crate::model::program::{Dataset, Field, FieldId, Given, GivenRow, Literal, Program, TableId};
use crate::model::types::Type;
use crate::value::{Column, Dictionary, Table, TextColumn, Values};
use std::sync::Arc;

/// What a test says of a value: nothing, that it is missing, or what it is.
type Said<'g> = Option<Option<&'g Literal>>;

/// The inputs of a run over the customers of a test.
pub fn inputs(program: &Program, givens: &[Given], lookups: &[LookupTable]) -> Inputs {
    let mut inputs = Inputs {
        lookups: lookups.to_vec(),
        ..Inputs::default()
    };
    let keys: Vec<Literal> = givens.iter().map(|given| key(program, given)).collect();
    let customers = &program.customers;
    let mut columns = Vec::new();
    for (at, field) in customers.fields.iter().enumerate() {
        let id = FieldId(at);
        let is_key = id == customers.key && field.ty == Type::Text;
        let said: Vec<Said<'_>> = givens
            .iter()
            .zip(&keys)
            .map(|(given, key)| match said(&given.values, id) {
                None if is_key => Some(Some(key)),
                said => said,
            })
            .collect();
        let left_out = left_out(field, &said);
        inputs.not_given.extend(left_out.map(|row| (id, row)));
        columns.push(Some(column(field, &said)));
    }
    inputs.customers = Table::new(givens.len(), columns);
    for (at, table) in program.tables.iter().enumerate() {
        let rows = rows_of(table, TableId(at), givens, &keys, &mut inputs);
        inputs.tables.push(rows);
    }
    inputs
}

/// The key of a customer of a test: as given, else its name in the test.
pub fn key(program: &Program, given: &Given) -> Literal {
    match said(&given.values, program.customers.key) {
        Some(Some(key)) => key.clone(),
        _ => Literal::Text(given.name.as_deref().unwrap_or("given").into()),
    }
}

fn rows_of(
    dataset: &Dataset,
    id: TableId,
    givens: &[Given],
    keys: &[Literal],
    inputs: &mut Inputs,
) -> RowTable {
    let mut customer = Vec::new();
    let mut rows: Vec<&GivenRow> = Vec::new();
    for (at, given) in givens.iter().enumerate() {
        let tables = given.tables.iter().filter(|(table, _)| *table == id);
        for row in tables.flat_map(|(_, rows)| rows) {
            customer.push(at as u32);
            rows.push(row);
        }
    }
    let mut columns = Vec::new();
    for (at, field) in dataset.fields.iter().enumerate() {
        let field_id = FieldId(at);
        let is_key = field_id == dataset.key && field.ty == Type::Text;
        let said: Vec<Said<'_>> = rows
            .iter()
            .zip(&customer)
            .map(|(row, customer)| match said(row, field_id) {
                None if is_key => Some(keys.get(*customer as usize)),
                said => said,
            })
            .collect();
        let left_out = left_out(field, &said);
        inputs
            .rows_not_given
            .extend(left_out.map(|row| (id, field_id, row)));
        columns.push(Some(column(field, &said)));
    }
    RowTable {
        table: Table::new(rows.len(), columns),
        customer,
    }
}

fn said(values: &[(FieldId, Option<Literal>)], field: FieldId) -> Said<'_> {
    let found = values.iter().find(|(name, _)| *name == field);
    found.map(|(_, value)| value.as_ref())
}

/// The rows in which nothing is said of a field that is never missing.
fn left_out(field: &Field, said: &[Said<'_>]) -> impl Iterator<Item = u32> + use<> {
    let optional = field.optional;
    let rows = said.iter().enumerate();
    let rows: Vec<u32> = rows
        .filter(|(_, said)| said.is_none() && !optional)
        .map(|(row, _)| row as u32)
        .collect();
    rows.into_iter()
}

/// The column of a field. What was left out although it is never missing holds any value.
fn column(field: &Field, said: &[Said<'_>]) -> Column {
    let ty = &field.ty;
    let values = || said.iter().map(|said| said.flatten());
    let number = |literal: Option<&Literal>| match literal {
        Some(Literal::Number(number)) => *number,
        _ => 0,
    };
    let values = match ty {
        Type::Text => {
            let mut dictionary = Dictionary::default();
            let text = |literal: Option<&Literal>| match literal {
                Some(Literal::Text(text)) => text.to_string(),
                _ => String::new(),
            };
            let numbers = values().map(|it| dictionary.insert(&text(it))).collect();
            Values::Text(TextColumn {
                numbers,
                dictionary: Arc::new(dictionary),
            })
        }
        Type::Flag => Values::Flag(
            values()
                .map(|it| it == Some(&Literal::Flag(true)))
                .collect(),
        ),
        ty if ty.is_choice() => {
            let code = |literal: Option<&Literal>| match literal {
                Some(Literal::Choice(code)) => *code,
                _ => 0,
            };
            Values::Choice(values().map(code).collect())
        }
        _ => Values::Number(values().map(number).collect()),
    };
    let is_missing = |said: &Said<'_>| match said {
        Some(said) => said.is_none(),
        None => field.optional,
    };
    let missing: Vec<bool> = said.iter().map(is_missing).collect();
    Column {
        values,
        missing: missing.contains(&true).then_some(missing),
    }
}
