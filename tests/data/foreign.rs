//! Files that nobody here wrote, below the folder that VEKT_SHARED names: each is read exactly or
//! refused with its place and reason, never silently different. tests/all names the folder.

use super::{field, optional, read, shown, texts, vekt};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use vekt::io::ReadOptions;
use vekt::io::csv::Csv;
use vekt::model::program::Field;
use vekt::model::types::Type;

/// The folder of the data; where there is none, that is said, and there is nothing to run.
fn data() -> Option<PathBuf> {
    let shared = std::env::var_os("VEKT_SHARED");
    if shared.is_none() {
        println!("skipped: VEKT_SHARED names no folder with files of others");
    }
    Some(Path::new(&shared?).join("data"))
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            waiting.extend(entries.map(|it| it.expect("an entry").path()));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn the_seven_ledgers_are_one() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ledger.vekt");
    let northwind = data.join("northwind");
    let result = |file: &Path| {
        let arguments = [&model, file].map(|it| it.to_str().expect("a path"));
        let output = vekt(folder.path(), &["run", arguments[0], arguments[1], "-q"]);
        let (code, out, errors) = texts(&output);
        assert_eq!(code, Some(0), "{}: {errors}", file.display());
        out
    };
    let expected = result(&northwind.join("expected/ledger.csv"));
    assert_eq!(expected.lines().count(), 92);
    let ledgers = files(&northwind.join("ledger"));
    assert_eq!(ledgers.len(), 7);
    for ledger in ledgers {
        assert_eq!(result(&ledger), expected, "{}", ledger.display());
    }
}

/// The columns of the Pollock files, all of which may be empty where `lenient`.
fn pollock_fields(lenient: bool) -> Vec<Field> {
    let of = |name: &str, ty: Type| {
        let field = field(name, ty);
        if lenient { optional(field) } else { field }
    };
    vec![
        of("PRODUCTID", Type::Text),
        of("DATE", Type::Date),
        of("TIME", Type::Text),
        of("Qty", Type::Number),
        of("Price", Type::Money),
        of("ProductType", Type::Text),
        of("ProductDescription", Type::Text),
        of("URL", Type::Text),
        optional(field("Comments", Type::Text)),
    ]
}

/// What a cell of a clean table means, read without the program's help.
fn meant(ty: &Type, cell: &str) -> String {
    match ty {
        Type::Date => {
            let parts: Vec<&str> = cell.split('/').collect();
            parts.iter().rev().copied().collect::<Vec<_>>().join("-")
        }
        Type::Number | Type::Money => {
            let number = cell.trim_start_matches('$');
            match number.contains('.') {
                true => number.trim_end_matches('0').trim_end_matches('.').into(),
                false => number.into(),
            }
        }
        _ => cell.into(),
    }
}

#[test]
fn pollock_files_are_read_exactly_or_refused() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let archive = data.join("csv/pollock/pollock-all-2290.tar.xz");
    let unpacked = Command::new("tar")
        .arg("xJf")
        .arg(&archive)
        .current_dir(folder.path())
        .status();
    assert!(unpacked.expect("tar runs").success());
    let root = folder.path().join("polluted_files");
    let all = files(&root.join("csv"));
    assert_eq!(all.len(), 2_290);
    for lenient in [false, true] {
        let mut exact = Vec::new();
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        let mut different = Vec::new();
        for path in &all {
            let name = path.file_name().expect("a name").to_string_lossy();
            let bytes = fs::read(path).expect("a file");
            match read(pollock_fields(lenient), "USD", &bytes) {
                Err(said) => {
                    let first = said.first().expect("a reason").clone();
                    let code = first.split(':').next().unwrap_or("").to_string();
                    *refused.entry(code).or_default() += 1;
                }
                Ok(read) => {
                    let clean = root.join("clean").join(&*name);
                    match difference(&pollock_fields(lenient), &read.table, &clean) {
                        None => exact.push(name.to_string()),
                        Some(what) => different.push(format!("{name}: {what}")),
                    }
                }
            }
        }
        println!(
            "Pollock, cells {}: {} exact, {} refused {refused:?}, {} silently different",
            if lenient {
                "may be empty"
            } else {
                "are needed"
            },
            exact.len(),
            refused.values().sum::<usize>(),
            different.len()
        );
        assert_eq!(different, Vec::<String>::new());
        for name in [
            "source.csv",
            "file_preamble.csv",
            "file_record_delimiter_0xD.csv",
        ] {
            assert!(exact.iter().any(|it| it == name), "{name} in {exact:?}");
        }
    }
}

/// The first difference between what was read and the clean table.
fn difference(fields: &[Field], table: &vekt::value::Table, clean: &Path) -> Option<String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(clean)
        .expect("a clean table");
    let headers = reader.headers().expect("headers").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|it| it.expect("a row")).collect();
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    if rows.len() != table.rows {
        return Some(format!("{} rows instead of {}", table.rows, rows.len()));
    }
    for (at, field) in fields.iter().enumerate() {
        let Some(place) = headers.iter().position(|it| it == field.name) else {
            return Some(format!("`{}` is not in the clean table", field.name));
        };
        let column = table.column(at).expect("a column");
        for (row, clean) in rows.iter().enumerate() {
            let expected = meant(&field.ty, clean.get(place).unwrap_or(""));
            let found = shown(column, &field.ty, row);
            if found != expected {
                return Some(format!("row {row}: `{found}` instead of `{expected}`"));
            }
        }
    }
    None
}

/// A file with all columns as texts: the headers and the rows, or the code of the refusal.
fn all_texts(bytes: Vec<u8>) -> Result<(u8, Vec<Vec<String>>), &'static str> {
    let csv = Csv::open(bytes, &ReadOptions::default(), &[]).map_err(|error| error.code)?;
    let separator = csv.separator();
    let headers = csv.headers().to_vec();
    let above = csv.above().len();
    let sheet = csv.into_sheet(&vec![true; headers.len()]);
    if let Some(bad) = sheet.bad_rows.first() {
        return Err(bad.code);
    }
    assert_eq!(
        above, 0,
        "nothing stands above a header that nobody looks for"
    );
    let mut rows = vec![headers];
    for row in 0..sheet.lines.len() {
        let columns = 0..sheet.columns.len();
        rows.push(columns.map(|at| sheet.cells(at).text(row).into()).collect());
    }
    // What was taken for a total is part of the file all the same.
    for passed in &sheet.footer {
        rows.push(vec![passed.text.clone()]);
    }
    Ok((separator, rows))
}

#[test]
fn the_csv_spectrum_is_read_or_refused() {
    let Some(data) = data() else { return };
    let root = data.join("csv/csv-spectrum");
    let mut refused = Vec::new();
    let all = files(&root.join("csvs"));
    assert_eq!(all.len(), 12);
    for path in all {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let json = fs::read(root.join(format!("json/{name}.json"))).expect("a file");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        match all_texts(fs::read(&path).expect("a file")) {
            Err(code) => refused.push((name, code)),
            Ok((_, rows)) => {
                let objects = json.as_array().expect("an array");
                assert_eq!(rows.len(), objects.len() + 1, "{name}");
                for (row, object) in rows[1..].iter().zip(objects) {
                    for (header, cell) in rows[0].iter().zip(row) {
                        assert_eq!(object[header], *cell, "{name}");
                    }
                }
            }
        }
    }
    // Its quotes stand inside cells that do not begin with one; the JSON beside it has another
    // telephone number than the file.
    assert_eq!(
        refused,
        [("location_coordinates".to_string(), "stray-quote")]
    );
}

#[test]
fn the_files_of_duckdb_do_no_harm() {
    let Some(data) = data() else { return };
    let mut read = 0;
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut different = Vec::new();
    let mut slowest = Duration::ZERO;
    let all: Vec<PathBuf> = files(&data.join("csv/duckdb"))
        .into_iter()
        .filter(|it| it.file_name().is_some_and(|name| name != "LICENSE"))
        .collect();
    assert_eq!(all.len(), 483);
    for path in all {
        let name = path.display().to_string();
        let bytes = fs::read(&path).expect("a file");
        let begun = Instant::now();
        let result = std::panic::catch_unwind(|| all_texts(bytes.clone()));
        slowest = slowest.max(begun.elapsed());
        match result.unwrap_or_else(|_| panic!("{name} brought it down")) {
            Err(code) => *refused.entry(code).or_default() += 1,
            Ok((separator, rows)) => {
                read += 1;
                if rows != by_another(separator, &bytes) {
                    different.push(name);
                }
            }
        }
    }
    println!("DuckDB: {read} read, refused {refused:?}, slowest {slowest:?}");
    assert_eq!(different, Vec::<String>::new());
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

/// The rows of a file by another reader, without blank ones.
fn by_another(separator: u8, bytes: &[u8]) -> Vec<Vec<String>> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|it| u16::from_le_bytes([it[0], it[1]]))
                .collect();
            String::from_utf16(&units).expect("UTF-16")
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_string(),
            Err(_) => {
                let windows: Vec<char> =
                    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ"
                        .chars()
                        .collect();
                let letter = |byte: &u8| match byte {
                    0x80..=0x9F => windows[usize::from(*byte) - 0x80],
                    byte => char::from(*byte),
                };
                bytes.iter().map(letter).collect()
            }
        },
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.expect("a row").iter().map(String::from).collect())
        .filter(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect()
}
