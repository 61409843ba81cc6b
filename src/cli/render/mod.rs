//! Messages as text: drawn on a terminal, plain in a pipe, short, or as JSON. What comes from files
//! is made harmless on the way. Nothing is printed here.

mod clean;
mod data;
mod fancy;
mod json;
mod plain;
pub mod style;
pub mod xml;

pub use clean::{line as clean_line, lines as clean_lines, shortened};
pub use json::document as json_document;
pub use plain::long as plain;

use super::terminal::Stream;
use crate::base::{Diagnostic, SourceMap};
use crate::io::errors::DataErrors;

/// Messages for people on that stream.
pub fn messages(diagnostics: &[Diagnostic], sources: &SourceMap, stream: Stream) -> String {
    let about_rows = |it: &&Diagnostic| it.data.is_some() && it.labels.is_empty();
    let mut text = String::new();
    for diagnostic in diagnostics.iter().filter(|it| !about_rows(it)) {
        if stream.is_terminal() {
            let width = stream.width().min(120);
            text.push_str(&fancy::long(diagnostic, sources, width, stream.has_color()));
        } else {
            text.push_str(&plain::long(diagnostic, sources));
        }
    }
    let rows: Vec<&Diagnostic> = diagnostics.iter().filter(about_rows).collect();
    text.push_str(&data::blocks(&rows, rows.len()));
    text
}

/// The row of the data that a message about a rule file speaks of.
fn data_row(diagnostic: &Diagnostic) -> Option<String> {
    let data = diagnostic.data.as_ref()?;
    if diagnostic.labels.is_empty() {
        return None;
    }
    let line = data.line?;
    Some(clean_line(&format!("{}, line {line}", data.file)))
}

/// One line a message.
pub fn short(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| plain::short(diagnostic, sources))
        .collect()
}

/// What is wrong with the data: messages about whole files, then the rows.
pub fn data_errors(errors: &DataErrors, sources: &SourceMap, stream: Stream) -> String {
    let (whole, rows): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        errors.list.iter().partition(|it| !it.labels.is_empty());
    let whole_count = whole.len();
    let whole: Vec<Diagnostic> = whole.into_iter().cloned().collect();
    let mut text = messages(&whole, sources, stream);
    text.push_str(&data::blocks(&rows, errors.count - whole_count));
    text.push_str(&data::count_line(errors.count));
    text
}
