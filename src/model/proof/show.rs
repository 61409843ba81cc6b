//! Made-up customers as people read them: in a sentence, and as a `test` block that can be pasted.

use super::customer::Customer;
use crate::model::program::{Dataset, FieldId, Literal, Program};
use crate::model::types::Type;
use crate::value::decimal::wide_text;
use crate::value::{Date, Decimal};

/// The values that a question is about, in a sentence.
pub fn sentence(program: &Program, customer: &Customer) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (field, value) in asked(customer) {
        let Some(field) = program.customers.fields.get(field.0) else {
            continue;
        };
        let value = written(program, &field.ty, value);
        parts.push(format!("{} {value}", field.name));
    }
    for (table, rows) in &customer.given.tables {
        let Some(dataset) = program.tables.get(table.0) else {
            continue;
        };
        parts.push(match rows.len() {
            0 => format!("nothing in {}", dataset.name),
            1 => format!("one row in {}", dataset.name),
            count => format!("{count} rows in {}", dataset.name),
        });
    }
    match parts.len() {
        0 => "any values".to_owned(),
        _ => parts.join(", "),
    }
}

/// A `test` block with the customer and what is expected of it.
pub fn test(program: &Program, customer: &Customer, name: &str, expect: &str) -> String {
    let mut given: Vec<String> = Vec::new();
    for (field, value) in &customer.given.values {
        let asked = customer.asked.contains(field);
        // What may be missing may be left out.
        let needed = customer.looked_at.contains(field) && value.is_some();
        if let (true, Some(field)) = (asked || needed, program.customers.fields.get(field.0)) {
            let value = written(program, &field.ty, value.as_ref());
            given.push(format!("{} = {value}", field.name));
        }
    }
    let mut text = format!("test \"{}\" {{\n  given {{\n", name.replace('"', "'"));
    for line in given.chunks(4) {
        text.push_str(&format!("    {}\n", line.join(", ")));
    }
    for (table, rows) in &customer.given.tables {
        if let (Some(dataset), false) = (program.tables.get(table.0), rows.is_empty()) {
            text.push_str(&table_text(program, dataset, rows));
        }
    }
    text.push_str(&format!("  }}\n  expect {expect}\n}}\n"));
    text
}

fn asked(customer: &Customer) -> impl Iterator<Item = (FieldId, Option<&Literal>)> {
    let values = customer.given.values.iter();
    values
        .filter(|(field, _)| customer.asked.contains(field))
        .map(|(field, value)| (*field, value.as_ref()))
}

fn table_text(
    program: &Program,
    dataset: &Dataset,
    rows: &[crate::model::program::GivenRow],
) -> String {
    let mut lines = vec![String::new(); rows.len() + 1];
    let columns = (0..dataset.fields.len()).filter(|at| *at != dataset.key.0);
    for at in columns {
        let Some(field) = dataset.fields.get(at) else {
            continue;
        };
        let cell = |row: &crate::model::program::GivenRow| {
            let value = row.iter().find(|(it, _)| it.0 == at);
            match value.and_then(|(_, value)| value.as_ref()) {
                Some(value) => written(program, &field.ty, Some(value)),
                None => String::new(),
            }
        };
        let cells: Vec<String> = std::iter::once(field.name.clone())
            .chain(rows.iter().map(cell))
            .collect();
        let width = cells.iter().map(|it| it.chars().count()).max().unwrap_or(0);
        for (line, cell) in lines.iter_mut().zip(cells) {
            let space = " ".repeat(width - cell.chars().count());
            line.push_str(&format!("| {cell}{space} "));
        }
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("      {line}|\n"))
        .collect();
    format!("    {} {{\n{}    }}\n", dataset.name, lines.concat())
}

/// A value as a rule file writes it.
pub fn written(program: &Program, ty: &Type, value: Option<&Literal>) -> String {
    let listed = |list: &[String], code: u32| match list.get(code as usize) {
        Some(text) => quoted(text),
        None => code.to_string(),
    };
    match (value, ty) {
        (None, _) => "missing".to_owned(),
        (Some(Literal::Flag(flag)), _) => if *flag { "yes" } else { "no" }.to_owned(),
        (Some(Literal::Text(text)), _) => quoted(text),
        (Some(Literal::Choice(code)), Type::OneOf(list) | Type::Steps(list)) => listed(list, *code),
        (Some(Literal::Choice(code)), Type::Segment(id)) => program
            .segmentations
            .get(id.0)
            .and_then(|it| it.segments.get(*code as usize))
            .map_or_else(|| code.to_string(), |segment| segment.name.clone()),
        (Some(Literal::Choice(code)), _) => code.to_string(),
        (Some(Literal::Number(units)), ty) => number(*units, ty),
    }
}

fn number(units: i64, ty: &Type) -> String {
    match ty {
        Type::Percent => format!("{}%", wide_text(i128::from(units) * 100)),
        Type::Date => Date(units).to_string(),
        Type::Months => format!("{units} months"),
        Type::Duration => {
            let minute = 60_000_000;
            let (count, word) = match units {
                units if units % (1_440 * minute) == 0 && units != 0 => (units / 1_440, "days"),
                units if units % 60 == 0 => (units / 60, "min"),
                units => (units, "s"),
            };
            format!("{} {word}", Decimal(count))
        }
        Type::Frequency => format!("{} per year", Decimal(units)),
        _ => grouped(&Decimal(units).to_string()),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A number with its digits in groups: `1_250_000.5`.
fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (number, String::new()),
    };
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len() > 4 && (whole.len() - at) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text + &fraction
}
