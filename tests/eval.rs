//! Whole runs: rule text and data in, result columns, errors and checks out. The same result with
//! any number of rows in a block and any number of threads.

use std::fmt::Write;
use std::path::Path;
use vekt::eval::{CheckState, ErrorKind, EvalError, Inputs, Outcome, run, run_in_blocks};
use vekt::io::write::csv::{Names, ResultColumn, Style, write};
use vekt::io::{Location, Sources, read};
use vekt::model::program::Program;
use vekt::plan::{Plan, Wanted, explain::explain, plan, plan_for};
use vekt::session::{LoadOptions, MemoryFiles, load};
use vekt::value::Date;

#[path = "eval/errors.rs"]
mod errors;
#[path = "eval/given.rs"]
mod given;
#[path = "eval/portfolio.rs"]
mod portfolio;
#[path = "eval/same.rs"]
mod same;
#[path = "eval/segments.rs"]
mod segments;
#[path = "eval/service.rs"]
mod service;

/// A model with its data, ready to run.
struct Case {
    text: String,
    program: Program,
    inputs: Inputs,
}

impl Case {
    /// A model and the rows of its customers (and tables), each as separated text with a header.
    fn new(model: &str, customers: &str, tables: &[(&str, &str)]) -> Case {
        let files = MemoryFiles::new().with("/model.vekt", model);
        let day = Date::parse("2026-11-21").expect("a date");
        let loaded = load(Path::new("/model.vekt"), &files, &LoadOptions::on(day));
        let wrong: Vec<_> = loaded
            .diagnostics
            .iter()
            .filter(|it| it.is_error())
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let program = loaded.program.expect("a program");
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let tables: Vec<_> = tables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), file(name, text)))
            .collect();
        let customers = Location::new(&file("customers.csv", customers));
        let place = |_| folder.path().to_path_buf();
        let sources = Sources::choose(&program, place, Some(customers), &tables);
        let sources = sources.expect("all files");
        let data = read(&program, &sources, &Default::default()).expect("good data");
        Case {
            text: model.to_owned(),
            program,
            inputs: data.inputs,
        }
    }

    fn run(&self) -> Result<Outcome, Vec<EvalError>> {
        run(&plan(&self.program), &self.inputs)
    }

    fn outcome(&self) -> Outcome {
        match self.run() {
            Ok(outcome) => outcome,
            Err(errors) => panic!("{errors:#?}"),
        }
    }

    fn csv(&self, outcome: &Outcome) -> String {
        let columns: Vec<_> = (0..outcome.columns.len())
            .map(|at| outcome.column(at, &self.inputs).expect("a column"))
            .collect();
        let columns: Vec<_> = outcome
            .columns
            .iter()
            .zip(&columns)
            .map(|(head, column)| ResultColumn {
                header: &head.header,
                ty: &head.ty,
                column,
            })
            .collect();
        let names = Names {
            program: &self.program,
            labels: false,
        };
        String::from_utf8(
            write(&columns, outcome.rows, names, Style::PLAIN)
                .parts
                .concat(),
        )
        .expect("text")
    }

    /// The result as text.
    fn result(&self) -> String {
        self.csv(&self.outcome())
    }

    /// The errors as `key: source text: what (values)`.
    fn errors(&self) -> Vec<String> {
        let Err(errors) = self.run() else {
            return Vec::new();
        };
        let told = errors.iter().map(|error| {
            let source = &self.text[error.span.start as usize..error.span.end as usize];
            let what = match &error.kind {
                ErrorKind::OutOfRange => "out of range".to_owned(),
                kind => format!("{kind:?}"),
            };
            let key = error.key.as_deref().unwrap_or("all");
            format!("{key}: {source}: {what} ({})", error.values.join(", "))
        });
        told.collect()
    }
}

/// The lines of a result without its header.
fn lines(result: &str) -> Vec<&str> {
    result.lines().skip(1).collect()
}
