//! A test as a rule file would write it: its customers, the rows of their tables, what is expected.
//! The text reads back as the same test.

use crate::model::program::{
    Dataset, Expr, ExprKind, Field, FieldId, Given, GivenRow, Literal, Program, Test,
};
use crate::model::types::Type;
use crate::model::written::{quoted, written};
use std::fmt::Write;

/// The widest line of given values.
const WIDTH: usize = 110;

/// The block of a test that expects these values of one customer, which come as they are printed;
/// `None` is a missing one.
pub(super) fn block(
    program: &Program,
    test: &Test,
    row: usize,
    target: &[Expr],
    values: &[Option<String>],
) -> Option<String> {
    let mut text = format!("test {} {{\n", quoted(&test.name));
    for given in &test.givens {
        customer(&mut text, program, given)?;
    }
    let of = match test.givens.get(row)?.name.as_deref() {
        Some(name) => format!("{name}."),
        None => String::new(),
    };
    for (value, printed) in target.iter().zip(values) {
        let name = name(program, value)?;
        let expected = match (printed, &value.ty) {
            (None, _) => "is missing".to_owned(),
            (Some(printed), Type::Segment(_) | Type::Team) => format!("is {printed}"),
            (Some(printed), Type::Text) => format!("= {}", quoted(printed)),
            (Some(printed), _) => format!("= {printed}"),
        };
        let _ = writeln!(text, "  expect {of}{name} {expected}");
    }
    text.push_str("}\n");
    Some(text)
}

/// How a value of a customer is named in an `expect`.
fn name(program: &Program, value: &Expr) -> Option<String> {
    Some(match &value.kind {
        ExprKind::Segment(id) => program.segmentations.get(id.0)?.column().to_owned(),
        ExprKind::DecidedBy => "decided_by".to_owned(),
        ExprKind::Member(axis, member) => {
            let axis = program.axes.get(axis.0)?;
            format!("{}.{}", axis.name, axis.members.get(member.0)?.path)
        }
        ExprKind::Owner => "owner".to_owned(),
        ExprKind::Activity(id) => program.activities.get(id.0)?.name.clone(),
        ExprKind::TextColumn(id) => program.texts.get(id.0)?.clone(),
        _ => return None,
    })
}

fn customer(text: &mut String, program: &Program, given: &Given) -> Option<()> {
    match &given.name {
        Some(name) => {
            let _ = writeln!(text, "  given {name} {{");
        }
        None => text.push_str("  given {\n"),
    }
    let fields = &program.customers.fields;
    let mut line = String::new();
    let mut values: Vec<&(FieldId, Option<Literal>)> = given.values.iter().collect();
    values.sort_by_key(|(id, _)| *id);
    for (id, value) in values {
        let field = fields.get(id.0)?;
        let said = format!("{} = {}", field.name, cell(program, field, value.as_ref()));
        if !line.is_empty() && line.len() + said.len() > WIDTH {
            let _ = writeln!(text, "    {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&said);
    }
    if !line.is_empty() {
        let _ = writeln!(text, "    {line}");
    }
    for (id, rows) in &given.tables {
        table(text, program, program.tables.get(id.0)?, rows)?;
    }
    text.push_str("  }\n");
    Some(())
}

fn table(text: &mut String, program: &Program, dataset: &Dataset, rows: &[GivenRow]) -> Option<()> {
    let mut columns: Vec<FieldId> = rows.iter().flatten().map(|(id, _)| *id).collect();
    columns.sort_unstable();
    columns.dedup();
    if columns.is_empty() {
        return Some(());
    }
    let mut lines: Vec<Vec<String>> = Vec::new();
    let names = columns
        .iter()
        .map(|id| Some(dataset.fields.get(id.0)?.name.clone()));
    lines.push(names.collect::<Option<_>>()?);
    for row in rows {
        let cells = columns.iter().map(|id| {
            let field = dataset.fields.get(id.0)?;
            let value = row.iter().find(|(there, _)| there == id);
            Some(match value.and_then(|(_, value)| value.as_ref()) {
                Some(value) => written(program, &field.ty, value),
                None => String::new(),
            })
        });
        lines.push(cells.collect::<Option<_>>()?);
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            let cells = lines.iter().filter_map(|line| line.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let _ = writeln!(text, "    {} {{", dataset.name);
    for line in &lines {
        text.push_str("      |");
        for (cell, width) in line.iter().zip(&widths) {
            let _ = write!(text, " {cell:width$} |");
        }
        text.push('\n');
    }
    text.push_str("    }\n");
    Some(())
}

fn cell(program: &Program, field: &Field, value: Option<&Literal>) -> String {
    match value {
        Some(value) => written(program, &field.ty, value),
        None => "missing".to_owned(),
    }
}
