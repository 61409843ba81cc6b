//! A table of cases: the file is read, its expected columns become values of the model, and the
//! customers are compared with what is expected of them.

use super::{Stopped, lookups_of};
use crate::base::Diagnostic;
use crate::cli::arguments::TestArguments;
use crate::cli::failures;
use crate::cli::terminal::Exit;
use crate::io::Location;
use crate::io::cases::{ExpectedColumn, expected_columns, read};
use crate::io::column::Context;
use crate::io::errors::{DataErrors, FileErrors};
use crate::session::Loaded;
use crate::testing::Kind;
use crate::testing::cases::{self as testing, CaseOutcome, Expected};
use std::collections::BTreeSet;
use std::path::Path;

/// A table of cases and how it came out.
pub struct CaseTable {
    /// The file.
    pub name: String,
    /// The cases.
    pub cases: Vec<Case>,
    /// What of the model they reach.
    pub reached: BTreeSet<Kind>,
}

/// A case in words.
pub struct Case {
    /// The customer.
    pub name: String,
    /// The line of the file.
    pub line: Option<u64>,
    /// What is not as expected.
    pub differences: Vec<CaseDifference>,
}

/// What is not as expected, in words.
pub struct CaseDifference {
    /// What was looked at.
    pub what: String,
    /// What the file expects.
    pub expected: String,
    /// What was found; `None` where it is missing.
    pub found: Option<String>,
    /// Why there is nothing.
    pub problems: Vec<String>,
}

impl Case {
    /// Whether everything is as expected.
    pub fn held(&self) -> bool {
        self.differences.is_empty()
    }
}

fn wrong(errors: FileErrors) -> Stopped {
    let mut data = DataErrors::default();
    data.add_file(errors);
    Stopped {
        exit: Exit::Data,
        messages: Vec::new(),
        data,
    }
}

/// Runs a table of cases. The sources of the model gain the headers, for messages.
pub fn run(
    path: &Path,
    loaded: &mut Loaded,
    arguments: &TestArguments,
) -> Result<CaseTable, Stopped> {
    let lookups = lookups_of(loaded, arguments)?;
    let file = Location::new(path)
        .read()
        .map_err(|message| Stopped::at(Exit::Files, vec![*message]))?;
    let name = file.name.clone();
    let options = arguments.data_options.reading();
    let columns: Vec<ExpectedColumn> = match &loaded.program {
        Some(program) => {
            let context = Context::of(program, &options);
            expected_columns(&file, program, &context).map_err(wrong)?
        }
        None => Vec::new(),
    };
    let names = columns.iter();
    let names: Vec<(String, String)> = names
        .map(|column| {
            (
                format!("{name}: {}", column.header.trim()),
                column.name.clone(),
            )
        })
        .collect();
    let mut sources = std::mem::take(&mut loaded.sources);
    let checked = testing::program(loaded, &mut sources, &names);
    loaded.sources = sources;
    let Some(program) = checked.program else {
        let messages: Vec<Diagnostic> = checked.diagnostics;
        return Err(Stopped::at(Exit::Usage, messages));
    };
    let types = program.outputs.iter().map(|output| output.value.ty.clone());
    let columns: Vec<_> = columns.into_iter().zip(types).collect();
    let context = Context::of(&program, &options);
    let read = read(&program, file, &columns, lookups, &context).map_err(wrong)?;
    let expected = read.expected.iter().map(|cells| Expected {
        column: cells.column.clone(),
        blank: cells.blank.clone(),
    });
    let expected: Vec<Expected> = expected.collect();
    let (outcomes, reached) = testing::run(&program, &read.inputs, &read.names, &expected);
    let word = |outcome: CaseOutcome, row: usize| Case {
        differences: outcome
            .differences
            .iter()
            .map(|difference| {
                let at = difference.column;
                let texts = read.expected.get(at).map(|cells| &cells.texts);
                let text = texts.and_then(|texts| texts.get(row));
                let problems = difference.errors.iter();
                let problems = problems.map(|it| failures::of_test(it, &loaded.sources, true).0);
                CaseDifference {
                    what: columns
                        .get(at)
                        .map_or_else(String::new, |it| it.0.name.clone()),
                    expected: text.cloned().unwrap_or_default(),
                    found: difference.found.clone(),
                    problems: problems.collect(),
                }
            })
            .collect(),
        name: outcome.name,
        line: outcome.line,
    };
    let outcomes = outcomes.into_iter().enumerate();
    Ok(CaseTable {
        name,
        cases: outcomes.map(|(row, outcome)| word(outcome, row)).collect(),
        reached,
    })
}
