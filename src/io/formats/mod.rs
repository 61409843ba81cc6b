//! The formats that data comes in: which one a file is in, and the two steps of reading any of them,
//! headers first and then a [`Sheet`] of the wanted columns. Nothing here knows fields or types.

pub mod book;
mod caught;
pub mod database;
pub mod json;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod postgres;
pub mod sqlite;

use super::csv::Csv;
use super::dataset::DataFile;
use super::options::ReadOptions;
use super::sheet::{PassedRow, Sheet};
use crate::base::Diagnostic;
use caught::caught;
use std::path::Path;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated text.
    Csv,
    /// An object a line, or an array of objects.
    Json,
    /// A book of Excel.
    Excel,
    /// Parquet.
    Parquet,
}

impl Format {
    /// The format by a file's ending; `None` for an ending that is no format's.
    pub fn of(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        match ending.as_str() {
            "csv" | "tsv" | "tab" | "txt" => Some(Format::Csv),
            "json" | "jsonl" | "ndjson" => Some(Format::Json),
            "xlsx" | "xlsm" => Some(Format::Excel),
            "parquet" | "pq" => Some(Format::Parquet),
            _ => None,
        }
    }

    /// The format by a file's first bytes: separated text where they tell nothing.
    pub fn recognise(bytes: &[u8]) -> Format {
        if bytes.starts_with(b"PK\x03\x04") {
            Format::Excel
        } else if bytes.starts_with(b"PAR1") {
            Format::Parquet
        } else {
            Format::Csv
        }
    }
}

/// The format of a file by its name or else by how it begins; some formats are refused.
pub fn recognise(name: &str, beginning: &[u8]) -> Result<Format, Box<Diagnostic>> {
    let ending = Path::new(name).extension();
    let ending = ending.and_then(|it| it.to_str()).unwrap_or_default();
    if ["xls", "xlsb", "ods", "numbers"].contains(&ending.to_lowercase().as_str()) {
        let message = format!("files that end in `.{ending}` are not read");
        return Err(Diagnostic::error("input-format", message)
            .help("save it as .xlsx or .csv")
            .into());
    }
    Ok(Format::of(Path::new(name)).unwrap_or_else(|| Format::recognise(beginning)))
}

/// A file whose columns are known, with all its rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The headers.
    pub headers: Vec<String>,
    /// The line of the header; 0 where there is none.
    pub header_line: u64,
    /// The rows.
    pub sheet: Sheet,
    /// How the file is written, in words: `JSON lines`.
    pub form: String,
}

/// What is looked for in a file.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// `customers`, the table's or the lookup's name.
    pub dataset: &'a str,
    /// For each field the headers that its column may have, in their normal form.
    pub fields: &'a [Vec<String>],
    /// What the command line says about files.
    pub options: &'a ReadOptions,
}

/// A file whose headers have been read.
pub enum Opened {
    /// Separated text.
    Csv(Box<Csv>),
    /// A book of Excel.
    Book(Box<book::Book>),
    /// Parquet.
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Parquet>),
    /// Rows that have been read already.
    Rows(Box<Rows>),
}

impl Opened {
    /// Opens a file and reads its headers.
    pub fn open(file: DataFile, sought: &Sought<'_>) -> Result<Opened, Box<Diagnostic>> {
        if let Some(rows) = file.rows {
            return Ok(Opened::Rows(rows));
        }
        match recognise(&file.name, &file.bytes)? {
            Format::Csv => {
                let csv = Csv::open(file.bytes, sought.options, sought.fields)?;
                Ok(Opened::Csv(csv.into()))
            }
            Format::Json => json::open(file.bytes).map(|it| Opened::Rows(it.into())),
            Format::Excel => {
                caught(|| book::Book::open(file.bytes, sought)).map(|it| Opened::Book(it.into()))
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                caught(|| parquet::Parquet::open(file.bytes)).map(|it| Opened::Parquet(it.into()))
            }
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => Err(Diagnostic::error(
                "input-format",
                "this vekt was built without Parquet",
            )
            .help("save it as .csv, or build with the feature `parquet`")
            .into()),
        }
    }

    /// The headers as they stand in the file.
    pub fn headers(&self) -> &[String] {
        match self {
            Opened::Csv(csv) => csv.headers(),
            Opened::Book(book) => book.headers(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(parquet) => parquet.headers(),
            Opened::Rows(rows) => &rows.headers,
        }
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        match self {
            Opened::Csv(csv) => csv.header_line(),
            Opened::Book(book) => book.header_line(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(_) => 0,
            Opened::Rows(rows) => rows.header_line,
        }
    }

    /// What stands above the header.
    pub fn above(&self) -> &[PassedRow] {
        match self {
            Opened::Csv(csv) => csv.above(),
            _ => &[],
        }
    }

    /// How the file is written, in words: `JSON lines`.
    pub fn form(&self) -> String {
        match self {
            Opened::Csv(csv) => csv.form(),
            Opened::Book(book) => book.form(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(_) => "Parquet".into(),
            Opened::Rows(rows) => rows.form.clone(),
        }
    }

    /// Reads the rows; columns that are not wanted may stay empty.
    pub fn into_sheet(self, wanted: &[bool]) -> Result<Sheet, Box<Diagnostic>> {
        match self {
            Opened::Csv(csv) => Ok(csv.into_sheet(wanted)),
            Opened::Book(book) => caught(|| book.into_sheet(wanted)),
            #[cfg(feature = "parquet")]
            Opened::Parquet(parquet) => caught(|| parquet.into_sheet(wanted)),
            Opened::Rows(rows) => Ok(rows.sheet),
        }
    }
}
