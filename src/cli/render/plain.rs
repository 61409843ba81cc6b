//! Messages as plain text, one place a line that editors and scripts can follow:
//! `file:line:column: error[code]: message`, the source line underlined, the help.

use super::clean;
use super::style::{BOLD, HELP, paint, severity_style, severity_word};
use crate::base::{Diagnostic, Label, SourceMap};

/// One line for a message.
pub fn short(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let place = place(diagnostic, sources).map_or(String::new(), |place| format!("{place}: "));
    let word = severity_word(diagnostic.severity);
    let severity = format!("{word}[{}]", diagnostic.code);
    format!(
        "{}{}: {}\n",
        paint(BOLD, &clean::line(&place)),
        paint(severity_style(diagnostic.severity), &severity),
        clean::line(&diagnostic.message)
    )
}

/// A message with its places underlined and what to write instead.
pub fn long(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut text = short(diagnostic, sources);
    for label in &diagnostic.labels {
        text.push_str(&underlined(label, diagnostic, sources));
    }
    if let Some(row) = super::data_row(diagnostic) {
        text.push_str(&format!("  {}: {row}\n", paint(HELP, "data")));
    }
    if let Some(help) = &diagnostic.help {
        let help = clean::line(help);
        text.push_str(&format!("  {}: {help}\n", paint(HELP, "help")));
    }
    text.push_str(&example(diagnostic));
    text
}

/// The lines of a rule file that show it, to be pasted.
pub fn example(diagnostic: &Diagnostic) -> String {
    let lines = diagnostic.example.iter().flat_map(|it| it.lines());
    lines
        .map(|line| format!("    {}\n", clean::line(line)))
        .collect()
}

/// `file:line:column` of the first place, or the place in the data.
fn place(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<String> {
    if let Some(label) = diagnostic.labels.first()
        && let Some(source) = sources.get(label.span.source)
    {
        let at = source.position(label.span.start as usize);
        return Some(format!("{}:{}:{}", source.name, at.line, at.column));
    }
    let data = diagnostic.data.as_ref()?;
    Some(match data.line {
        Some(line) => format!("{}:{line}", data.file),
        None => data.file.clone(),
    })
}

/// The source line of a label, and what it says under the place.
fn underlined(label: &Label, diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let Some(source) = sources.get(label.span.source) else {
        return String::new();
    };
    let start = source.position(label.span.start as usize);
    let end = source.position(label.span.end as usize);
    let Some(line) = source.text.split('\n').nth(start.line - 1) else {
        return String::new();
    };
    let line = clean::line(line.trim_end_matches('\r'));
    let length = line.chars().count();
    let last = if end.line == start.line {
        end.column
    } else {
        length + 1
    };
    let width = |text: String| unicode_width::UnicodeWidthStr::width(text.as_str());
    let before = width(line.chars().take(start.column - 1).collect());
    let under = width(
        line.chars()
            .skip(start.column - 1)
            .take(last.saturating_sub(start.column))
            .collect(),
    );
    let marks = "^".repeat(under.max(1));
    let number = start.line.to_string();
    let margin = " ".repeat(number.len());
    let mut text = String::new();
    let first = diagnostic.labels.first();
    if first.is_some_and(|first| first.span.source != label.span.source) {
        let name = clean::line(&source.name);
        text.push_str(&format!("  {margin} in {name}\n"));
    }
    let style = if first == Some(label) {
        severity_style(diagnostic.severity)
    } else {
        HELP
    };
    let words = clean::line(&label.text);
    let note = format!("{marks} {words}");
    text.push_str(&format!("  {number} | {line}\n"));
    text.push_str(&format!(
        "  {margin} | {}{}\n",
        " ".repeat(before),
        paint(style, note.trim_end())
    ));
    text
}
