//! What went wrong in a run, in words: whose value it was, the expression and the values it met.
//! Each expression is shown once; the customers are listed.

use crate::base::{DataPlace, Diagnostic, SourceMap, Span};
use crate::eval::{ErrorKind, EvalError, Inputs};
use crate::io::dataset::FileReport;
use crate::io::errors::DataErrors;
use crate::plan::op::Requirement;

/// The errors of a run as data errors. `reports` are of the customers, then of the tables.
pub fn word(
    errors: &[EvalError],
    inputs: &Inputs,
    reports: &[FileReport],
    sources: &SourceMap,
) -> DataErrors {
    let mut worded = DataErrors::default();
    let mut seen: Vec<Span> = Vec::new();
    for error in errors {
        let expression = sources.text(error.span);
        let (code, what, help) = sentence(&error.kind, expression, &error.values);
        let message = match &error.key {
            Some(key) if error.kind != ErrorKind::UnknownCustomer => {
                format!("customer `{key}`: {what}")
            }
            Some(key) => format!("no customer has the key `{key}`"),
            None => what,
        };
        let mut diagnostic = Diagnostic::error(code, message)
            .in_data(place(error, inputs, reports))
            .help_maybe(help.map(String::from));
        if !seen.contains(&error.span) {
            seen.push(error.span);
            diagnostic = diagnostic.at(error.span, "");
        }
        worded.add(diagnostic);
    }
    worded
}

/// The code, the sentence and what to do.
fn sentence(
    kind: &ErrorKind,
    expression: &str,
    values: &[String],
) -> (&'static str, String, Option<&'static str>) {
    let met = match values {
        [] => String::new(),
        values => {
            let values: Vec<String> = values.iter().map(|it| format!("`{it}`")).collect();
            format!(": {}", values.join(" and "))
        }
    };
    match kind {
        ErrorKind::OutOfRange => (
            "out-of-range",
            format!("`{expression}` goes out of range{met}"),
            Some("numbers reach from −9 223 372 036 854.775808 to 9 223 372 036 854.775807"),
        ),
        ErrorKind::OutsideCalendar => (
            "out-of-range",
            format!("`{expression}` leaves the calendar{met}"),
            Some("dates go from 0001-01-01 to 9999-12-31"),
        ),
        ErrorKind::OutsideScores => (
            "score-out-of-range",
            format!("`{expression}` is outside the range of scores{met}"),
            Some("`as is capped` cuts it off"),
        ),
        ErrorKind::Missing(Requirement::Criterion(name)) => (
            "missing-rejected",
            format!("`{name}` is missing, which its criterion rejects"),
            None,
        ),
        ErrorKind::Missing(Requirement::Axis(name)) => (
            "axis-missing",
            format!("all criteria of `{name}` were left out"),
            Some("give one of them a score with `if missing`"),
        ),
        ErrorKind::Missing(Requirement::Segment(name)) => (
            "no-segment",
            format!("no clause of `{name}` holds"),
            Some("end the segments with `otherwise`"),
        ),
        ErrorKind::Exclusive {
            segmentation,
            clauses: (first, second),
        } => (
            "clauses-overlap",
            format!("clauses {first} and {second} of `{segmentation}` both hold"),
            Some("make the conditions exclude each other, or leave out `exclusive`"),
        ),
        ErrorKind::NotGiven { field } => (
            "field-not-given",
            format!("the test does not give `{field}`"),
            None,
        ),
        ErrorKind::UnknownCustomer => (
            "override-unknown-customer",
            "no customer has this key".into(),
            None,
        ),
    }
}

/// The line of the customer, or of the table's row.
fn place(error: &EvalError, inputs: &Inputs, reports: &[FileReport]) -> DataPlace {
    let (report, line) = match (error.row, error.customer) {
        (Some((table, row)), _) => {
            let rows = inputs.tables.get(table.0);
            let line = rows.and_then(|it| it.table.line(row as usize));
            (reports.get(table.0 + 1), line)
        }
        (None, Some(customer)) => {
            let line = inputs.customers.line(customer as usize);
            (reports.first(), line)
        }
        (None, None) => (reports.first(), None),
    };
    DataPlace {
        file: report.map_or_else(String::new, |report| report.file.clone()),
        line,
        ..DataPlace::default()
    }
}
