//! Findings as the commands that GitHub's runners turn into annotations: one line each, with the
//! place, the code and the help.

use crate::base::{Diagnostic, Severity, SourceMap};

/// One command for a finding.
pub fn command(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties: Vec<String> = Vec::new();
    let mut add = |name: &str, value: &str| properties.push(format!("{name}={}", property(value)));
    let label = diagnostic.labels.first();
    if let Some((label, source)) = label.and_then(|it| Some((it, sources.get(it.span.source)?))) {
        let start = source.position(label.span.start as usize);
        let end = source.position(label.span.end as usize);
        add("file", &source.name);
        add("line", &start.line.to_string());
        add("endLine", &end.line.to_string());
        // Columns count only within one line.
        if start.line == end.line {
            add("col", &start.column.to_string());
            add("endColumn", &end.column.to_string());
        }
    } else if let Some(data) = &diagnostic.data {
        add("file", &data.file);
        if let Some(line) = data.line {
            add("line", &line.to_string());
        }
    }
    add("title", diagnostic.code);
    let mut message = diagnostic.message.clone();
    for more in diagnostic.help.iter().chain(&diagnostic.example) {
        message.push('\n');
        message.push_str(more.trim_end());
    }
    format!("::{word} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D");
    text.replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
