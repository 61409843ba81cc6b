//! The columns that a model reads → those that are mostly empty, and those that look like another
//! type: numbers that seem to be percents, percents that seem to be points read as fractions.

use super::{FEW, Headers, Run};
use crate::base::{Diagnostic, Span};
use crate::model::program::{Dataset, Field, FieldId, MemberKind, Reading, TableId};
use crate::model::types::Type;
use crate::value::decimal::ONE;
use crate::value::people::{people_count, people_share};
use crate::value::{Column, Table, Values};

/// Words in a header that speak of percents.
const PERCENT: [&str; 5] = ["%", "percent", "prosent", "procent", "prosentti"];

/// Looks at all columns that the model uses.
pub(super) fn columns(run: &Run<'_>, headers: &[Headers], found: &mut Vec<Diagnostic>) {
    let used = run.plan.used_fields();
    let header = |dataset: usize, field: usize| {
        let headers = headers.get(dataset);
        headers.and_then(|it| it.get(field)).map(String::as_str)
    };
    let customers = &run.program.customers;
    let table = &run.inputs.customers;
    for (at, field) in customers.fields.iter().enumerate() {
        if used.customers.contains(&FieldId(at)) && FieldId(at) != customers.key {
            column(customers, field, at, table, header(0, at), found);
        }
    }
    for (number, dataset) in run.program.tables.iter().enumerate() {
        let Some(rows) = run.inputs.tables.get(number) else {
            continue;
        };
        for (at, field) in dataset.fields.iter().enumerate() {
            if used.tables.contains(&(TableId(number), FieldId(at))) && FieldId(at) != dataset.key {
                let header = header(number + 1, at);
                column(dataset, field, at, &rows.table, header, found);
            }
        }
    }
    criteria(run, found);
}

fn column(
    dataset: &Dataset,
    field: &Field,
    at: usize,
    table: &Table,
    header: Option<&str>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(column) = table.column(at) else {
        return;
    };
    let missing = (0..table.rows)
        .filter(|row| column.is_missing(*row))
        .count();
    let what = format!("`{}`", field.name);
    let rows = match dataset.name.as_str() {
        "customers" => "customers".to_owned(),
        name => format!("rows of {name}"),
    };
    // Texts say who and whose, and often are not there.
    if field.ty != Type::Text {
        mostly_missing(&what, missing, table.rows, &rows, field.span, found);
    }
    if table.rows - missing >= FEW {
        found.extend(looks_like(field, column, header));
    }
}

/// Criteria over something that is mostly missing, where it is not a field that was already named.
fn criteria(run: &Run<'_>, found: &mut Vec<Diagnostic>) {
    use crate::model::expression::ExprKind;
    for (axis, plan) in run.program.axes.iter().zip(&run.plan.results.axes) {
        for (member, plan) in axis.members.iter().zip(&plan.members) {
            let MemberKind::Criterion { value, .. } = &member.kind else {
                continue;
            };
            let (Some(register), false) = (plan.value, matches!(value.kind, ExprKind::Field(_)))
            else {
                continue;
            };
            let Some(column) = run.outcome.register(register, run.inputs) else {
                continue;
            };
            let all = run.included().count();
            let missing = run.included().filter(|row| column.is_missing(*row)).count();
            let what = format!("what `{}.{}` scores", axis.name, member.path);
            mostly_missing(&what, missing, all, "customers", member.span, found);
        }
    }
}

fn mostly_missing(
    what: &str,
    missing: usize,
    all: usize,
    rows: &str,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    if all < FEW || missing * 2 < all {
        return;
    }
    let share = people_share(missing as i128, all as i128);
    let message = format!(
        "{what} is missing for {} of {} {rows} ({share})",
        people_count(missing),
        people_count(all)
    );
    found.push(
        Diagnostic::warning("mostly-missing", message)
            .at(span, "mostly missing")
            .help("what stands for a missing value decides here more often than the value itself"),
    );
}

/// A column whose values look like those of another type.
fn looks_like(field: &Field, column: &Column, header: Option<&str>) -> Option<Diagnostic> {
    let Values::Number(numbers) = &column.values else {
        return None;
    };
    let there: Vec<i64> = (0..numbers.len())
        .filter(|row| !column.is_missing(*row))
        .filter_map(|row| numbers.get(row).copied())
        .collect();
    let name = &field.name;
    match (&field.ty, field.reading) {
        (Type::Number, _) => {
            let header = header.unwrap_or_default().trim().to_lowercase();
            let is_named = PERCENT.iter().any(|word| header.contains(word));
            let is_between = there.iter().all(|it| (0..=ONE).contains(it));
            let broken = there.iter().filter(|it| !matches!(**it, 0 | ONE)).count();
            let (words, help) = if is_named {
                let words = format!("the column `{}` of `{name}` speaks of percents", header);
                (
                    words,
                    format!("write `{name} percent` if it holds percents"),
                )
            } else if is_between && broken * 2 > there.len() {
                let words = format!("all values of `{name}` lie between 0 and 1");
                let help = format!("write `{name} percent as fraction` if it is a share");
                (words, help)
            } else {
                return None;
            };
            let message = format!("{words}, and it is declared as a number");
            Some(
                Diagnostic::warning("looks-like-percent", message)
                    .at(field.span, "a number")
                    .help(help),
            )
        }
        (Type::Percent, Reading::Fraction) => {
            let large = there.iter().filter(|it| it.abs() > ONE).count();
            (large * 2 > there.len()).then(|| {
                let message = format!(
                    "{} of {} values of `{name}` are above 100% when they are read as fractions",
                    people_count(large),
                    people_count(there.len())
                );
                Diagnostic::warning("looks-like-points", message)
                    .at(field.span, "12 is read as 1200%")
                    .help(format!(
                        "write `{name} percent` if the column holds percents, `{name} number` if \
                         these are factors"
                    ))
            })
        }
        _ => None,
    }
}
