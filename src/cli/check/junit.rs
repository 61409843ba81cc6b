//! Findings as the XML that build servers read: a suite for each model, a case for each finding.
//! Errors are failures, warnings and notes are told; a model without findings is one case that holds.

use super::Findings;
use crate::base::Diagnostic;
use crate::cli::render::{self, xml};
use std::fmt::Write;

/// All findings as one document.
pub fn document(found: &[Findings]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for findings in found {
        suite(&mut text, findings);
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, findings: &Findings) {
    let messages: Vec<&Diagnostic> = findings.messages().collect();
    let failures = messages.iter().filter(|it| it.is_error()).count();
    let name = xml::escaped(&findings.name);
    let count = messages.len().max(1);
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\">"
    );
    if messages.is_empty() {
        let _ = writeln!(
            text,
            "    <testcase classname=\"{name}\" name=\"nothing wrong\"/>"
        );
    }
    for message in messages {
        case(text, &name, findings, message);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, model: &str, findings: &Findings, message: &Diagnostic) {
    let sources = &findings.loaded.sources;
    let whole = anstream::adapter::strip_str(&render::plain(message, sources)).to_string();
    let first = whole.lines().next().unwrap_or_default();
    let _ = writeln!(
        text,
        "    <testcase classname=\"{model}\" name=\"{}\">",
        xml::escaped(first)
    );
    let whole = xml::escaped(whole.trim_end());
    let _ = match message.is_error() {
        true => writeln!(
            text,
            "      <failure type=\"{}\" message=\"{}\">{whole}</failure>",
            message.code,
            xml::escaped(&message.message)
        ),
        false => writeln!(text, "      <system-out>{whole}</system-out>"),
    };
    text.push_str("    </testcase>\n");
}
