//! Data in and out: dialects, values, rejects and reconciliation, whole files or none, and files
//! that nobody here wrote. tests/all says where those are, and asks for more of what takes time.

mod dialects;
mod foreign;
mod generated;
mod rejects;
mod whole;

use std::fs;
use std::io::{Seek, Write};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use vekt::base::{SourceId, Span};
use vekt::io::ReadOptions;
use vekt::io::column::Context;
use vekt::io::dataset::{self, DataFile, ReadFile, Wish};
use vekt::io::errors::DataErrors;
use vekt::model::program::{Dataset, Field, FieldId, Reading, ScoreRange};
use vekt::model::types::Type;
use vekt::value::{Column, Date, Decimal, Values};

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    folder
}

fn vekt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

/// The exit code, standard output and standard error.
fn texts(output: &Output) -> (Option<i32>, String, String) {
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn read_to_string(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_default()
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
        reading: Reading::Plain,
        optional: false,
        unique: false,
        bounds: Vec::new(),
        headers: vec![name.into()],
        span: Span::new(SourceId(0), 0, 0),
    }
}

fn optional(field: Field) -> Field {
    Field {
        optional: true,
        ..field
    }
}

/// Reads rows that belong to somebody, quickly and with care; keys may stand several times.
fn read(fields: Vec<Field>, currency: &str, bytes: &[u8]) -> Result<ReadFile, Vec<String>> {
    let options = ReadOptions {
        styles: true,
        ..ReadOptions::default()
    };
    let context = Context {
        options: &options,
        scores: ScoreRange {
            lowest: Decimal::ZERO,
            highest: Decimal(10_000_000),
            decimals: 2,
        },
        currency: Some(currency),
        missing: &[],
        segmentations: &[],
    };
    let dataset = Dataset {
        name: "rows".into(),
        key: FieldId(0),
        one_per_customer: false,
        from: None,
        fields,
        span: Span::new(SourceId(0), 0, 0),
    };
    let wish = Wish {
        dataset: &dataset,
        is_customers: false,
        kept: &[],
        rates: &[],
        context: &context,
        owners: None,
        lines: true,
    };
    let file = |bytes, unread| DataFile {
        unread,
        ..DataFile::new("data.csv", bytes)
    };
    let with_care = dataset::read(&wish, file(bytes.to_vec(), None));
    let mut unread = tempfile::tempfile().expect("a file");
    unread.write_all(bytes).expect("written");
    unread.rewind().expect("at its beginning");
    let quickly = dataset::read(&wish, file(Vec::new(), Some(unread.into())));
    match (&with_care, &quickly) {
        (Ok(with_care), Ok(quickly)) => {
            assert_eq!(with_care.table, quickly.table);
            assert_eq!(with_care.report, quickly.report);
        }
        (with_care, quickly) => assert_eq!(format!("{with_care:?}"), format!("{quickly:?}")),
    }
    with_care.map_err(|wrong| {
        let mut all = DataErrors::default();
        all.add_file(wrong);
        let listed = all.list.into_iter().map(|it| {
            let line = it.data.and_then(|place| place.line);
            let line = line.map_or(String::new(), |line| format!("{line}: "));
            format!("{}: {line}{}", it.code, it.message)
        });
        listed.collect()
    })
}

/// A value of a column as text; empty for a missing one.
fn shown(column: &Column, ty: &Type, row: usize) -> String {
    if column.is_missing(row) {
        return String::new();
    }
    match (&column.values, ty) {
        (Values::Number(values), Type::Date) => Date(values[row]).to_string(),
        (Values::Number(values), _) => Decimal(values[row]).to_string(),
        (Values::Flag(values), _) => values[row].to_string(),
        (Values::Choice(values), _) => values[row].to_string(),
        (Values::Text(texts), _) => texts.dictionary.text(texts.numbers[row]).into(),
    }
}
