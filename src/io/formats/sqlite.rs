//! SQLite as a source: a file and a query in, rows out. The file is opened for reading only.

use super::Rows;
use super::database::refused;
use crate::base::Diagnostic;
use crate::io::files::cannot_read;
use crate::io::sheet::{LARGEST_FILE, SheetBuilder};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Asks a query; integers exactly, reals by their shortest text, texts as they stand.
pub fn read(file: &Path, query: &str, name: &str) -> Result<Rows, Box<Diagnostic>> {
    std::fs::File::open(file).map_err(|error| cannot_read(&file.display().to_string(), &error))?;
    let wrong = |error: rusqlite::Error| refused(name, &reason(&error));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(wrong)?;
    connection
        .pragma_update(None, "query_only", true)
        .map_err(wrong)?;
    let mut statement = connection.prepare(query).map_err(wrong)?;
    let headers: Vec<String> = statement.column_names().map(String::from).collect();
    if headers.is_empty() {
        return Err(refused(name, "the query gives no rows"));
    }
    let mut sheet = SheetBuilder::new(headers.len());
    let mut rows = statement.query([]).map_err(wrong)?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(wrong)? {
        number += 1;
        for column in 0..headers.len() {
            match row.get_ref(column).map_err(wrong)? {
                ValueRef::Null => {}
                ValueRef::Integer(value) => sheet.set(column, &value.to_string(), true),
                ValueRef::Real(value) => sheet.set(column, &value.to_string(), true),
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => sheet.set(column, text, false),
                    Err(_) => {
                        let shown = String::from_utf8_lossy(bytes);
                        sheet.set_bad(column, &shown, "the text is not UTF-8", None);
                    }
                },
                ValueRef::Blob(_) => {
                    let help = Some("ask for it as text: CAST(… AS TEXT)");
                    sheet.set_bad(column, "", "the value is a blob, not a text", help);
                }
            }
        }
        sheet.end_row(number);
        if sheet.is_full() {
            let most = LARGEST_FILE >> 30;
            return Err(refused(
                name,
                &format!("the answer is larger than {most} GiB"),
            ));
        }
    }
    Ok(Rows {
        headers,
        header_line: 0,
        sheet: sheet.finish(0),
        form: "SQLite".into(),
    })
}

/// What SQLite says, in one line.
fn reason(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::MultipleStatement => "one query is asked at a time".into(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(failure, message) => {
            message.clone().unwrap_or_else(|| failure.to_string())
        }
        other => other.to_string(),
    }
}
