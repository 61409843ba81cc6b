//! Findings as SARIF 2.1.0, which code hosts and editors read: a rule for each code that was found,
//! with what the documentation says of it, a result for each finding.

use crate::base::{Diagnostic, Label, Severity, SourceMap};
use crate::cli::errors::meaning;
use serde_json::{Value, json};

/// All findings as one log.
pub fn document(messages: &[(&Diagnostic, &SourceMap)]) -> String {
    let mut codes: Vec<&str> = messages.iter().map(|(it, _)| it.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> = messages
        .iter()
        .map(|(diagnostic, sources)| result(diagnostic, sources, &codes))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Vekt",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(code)).collect::<Vec<Value>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn rule(code: &str) -> Value {
    match meaning(code) {
        Some(meaning) => json!({ "id": code, "fullDescription": { "text": meaning } }),
        None => json!({ "id": code }),
    }
}

fn result(diagnostic: &Diagnostic, sources: &SourceMap, codes: &[&str]) -> Value {
    let (level, kind) = match diagnostic.severity {
        Severity::Error => ("error", "fail"),
        Severity::Warning => ("warning", "fail"),
        Severity::Note => ("none", "open"),
    };
    let labels = diagnostic.labels.iter();
    let mut places: Vec<Value> = labels.filter_map(|it| place(it, sources)).collect();
    if places.is_empty() {
        places.extend(data_place(diagnostic));
    }
    let related = places.split_off(places.len().min(1));
    let mut message = diagnostic.message.clone();
    for more in diagnostic.help.iter().chain(&diagnostic.example) {
        message.push_str("\n\n");
        message.push_str(more);
    }
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.iter().position(|it| *it == diagnostic.code),
        "level": level,
        "kind": kind,
        "message": { "text": message },
        "locations": places,
        "relatedLocations": related,
    })
}

fn place(label: &Label, sources: &SourceMap) -> Option<Value> {
    let source = sources.get(label.span.source)?;
    let start = source.position(label.span.start as usize);
    let end = source.position(label.span.end as usize);
    let mut place = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&source.name) },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if !label.text.is_empty()
        && let Some(place) = place.as_object_mut()
    {
        place.insert("message".into(), json!({ "text": label.text }));
    }
    Some(place)
}

fn data_place(diagnostic: &Diagnostic) -> Option<Value> {
    let data = diagnostic.data.as_ref()?;
    let mut physical = json!({ "artifactLocation": { "uri": uri(&data.file) } });
    if let (Some(line), Some(physical)) = (data.line, physical.as_object_mut()) {
        physical.insert("region".into(), json!({ "startLine": line }));
    }
    Some(json!({ "physicalLocation": physical }))
}

/// A path as a URI, relative where the path is.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("models/år 1.vekt"), "models/%C3%A5r%201.vekt");
        assert_eq!(uri("/a/b.vekt"), "file:///a/b.vekt");
        assert_eq!(uri("a\\b.vekt"), "a/b.vekt");
    }
}
