//! Messages for machines: one JSON object with the version of its schema and an array of messages.
//! The schema is in docs/commands.md; fields are added, never changed.

use crate::base::{Diagnostic, Severity, SourceMap};
use serde::Serialize;

/// The version of the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    /// Places in rule files, the most important first.
    places: Vec<Place<'a>>,
    /// The place in a data file.
    data: Option<Data<'a>>,
    help: Option<&'a str>,
    /// Lines of a rule file that show it.
    example: Option<&'a str>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    file: &'a str,
    line: Option<u64>,
    column: Option<&'a str>,
    value: Option<&'a str>,
}

/// All messages as one object.
pub fn document(messages: &[(&Diagnostic, &SourceMap)]) -> String {
    let document = Document {
        version: VERSION,
        diagnostics: messages
            .iter()
            .map(|(diagnostic, sources)| message(diagnostic, sources))
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn message<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Message<'a> {
    Message {
        code: diagnostic.code,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: &diagnostic.message,
        places: diagnostic
            .labels
            .iter()
            .filter_map(|label| {
                let source = sources.get(label.span.source)?;
                let start = source.position(label.span.start as usize);
                let end = source.position(label.span.end as usize);
                Some(Place {
                    file: &source.name,
                    line: start.line,
                    column: start.column,
                    end_line: end.line,
                    end_column: end.column,
                    text: &label.text,
                })
            })
            .collect(),
        data: diagnostic.data.as_ref().map(|data| Data {
            file: &data.file,
            line: data.line,
            column: data.column.as_deref(),
            value: data.value.as_deref(),
        }),
        help: diagnostic.help.as_deref(),
        example: diagnostic.example.as_deref(),
    }
}
