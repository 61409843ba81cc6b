//! Results out: columns of values in, the bytes of a file out, in the format of its ending. Nothing
//! here opens a file.

pub mod book;
pub mod csv;
pub mod format;
pub mod json;
pub mod lines;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod rejects;

pub use csv::{Names, ResultColumn, Style};

use super::formats::Format;
use crate::base::Diagnostic;
use std::path::Path;

/// A result as bytes.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The bytes, in parts.
    pub parts: Vec<Vec<u8>>,
    /// How many rows were written, counted one by one.
    pub rows: u64,
}

/// What a result is written from.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// The columns.
    pub columns: &'a [ResultColumn<'a>],
    /// How many rows they have.
    pub rows: usize,
    /// What positions in closed lists are called.
    pub names: Names<'a>,
}

/// What the second sheet of a book says about a run: blocks of lines of cells, where the first line
/// of a block is its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummarySheet {
    /// The blocks.
    pub blocks: Vec<Vec<Vec<SummaryCell>>>,
}

/// A cell of a summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SummaryCell {
    /// A text.
    Text(String),
    /// A count.
    Count(u64),
    /// A share of a whole, in millionths.
    Share(u64),
}

/// The format of a result by the ending of its file; other endings than the known are refused.
pub fn format_of(path: &Path) -> Result<Format, Box<Diagnostic>> {
    let ending = path.extension().and_then(|it| it.to_str());
    let Some(ending) = ending else {
        return Ok(Format::Csv);
    };
    let known = match Format::of(path) {
        Some(Format::Parquet) if cfg!(not(feature = "parquet")) => None,
        // A book with macros is another kind of file.
        Some(Format::Excel) if ending.eq_ignore_ascii_case("xlsm") => None,
        // Results are lines of JSON, never one array.
        Some(Format::Json) if ending.eq_ignore_ascii_case("json") => None,
        Some(format) => Some(format),
        None if ["vekt", "xls", "xlsb", "ods"].contains(&ending.to_lowercase().as_str()) => None,
        None => Some(Format::Csv),
    };
    known.ok_or_else(|| {
        let message = format!("results are not written as `.{ending}`");
        Diagnostic::error("output-format", message)
            .help("name a file that ends in `.csv`, `.jsonl`, `.xlsx` or `.parquet`")
            .into()
    })
}

/// The bytes of a result in a format.
pub fn write(
    results: &Results<'_>,
    format: Format,
    style: Style,
    summary: &SummarySheet,
) -> Result<Written, Box<Diagnostic>> {
    let Results {
        columns,
        rows,
        names,
    } = *results;
    match format {
        Format::Csv => Ok(csv::write(columns, rows, names, style)),
        Format::Json => Ok(json::write(columns, rows, names)),
        Format::Excel => book::write(results, summary),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::write(results),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => {
            Err(Diagnostic::error("output-format", "this vekt was built without Parquet").into())
        }
    }
}
