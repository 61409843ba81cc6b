//! Messages about data as one compact block a file: line, column and what is wrong, the first twenty
//! rows, then how many there are and what to do.

use super::clean;
use super::style::{BAD, BOLD, FAINT, HELP, paint};
use crate::base::{DataPlace, Diagnostic};

/// How many rows are shown.
const SHOWN: usize = 20;

/// How long a value may be before it is cut off.
const LONGEST: usize = 300;

/// All messages about data; `count` is how many there are, listed or not.
pub fn blocks(diagnostics: &[&Diagnostic], count: usize) -> String {
    let mut text = String::new();
    let mut left = SHOWN;
    let mut rest = diagnostics;
    while let Some(first) = rest.first() {
        let file = file_of(first);
        let end = rest.iter().position(|it| file_of(it) != file);
        let (block, others) = rest.split_at(end.unwrap_or(rest.len()));
        if left > 0 {
            text.push_str(&one_file(file, block, left));
        }
        left = left.saturating_sub(block.len());
        rest = others;
    }
    let hidden = count.saturating_sub(SHOWN.min(diagnostics.len()));
    if hidden > 0 {
        text.push_str(&format!("  … and {hidden} more\n"));
    }
    text
}

fn one_file(file: &str, block: &[&Diagnostic], most: usize) -> String {
    let shown = block.get(..most.min(block.len())).unwrap_or(block);
    let mut text = format!("{}\n", paint(BOLD, &clean::line(file)));
    let empty = DataPlace::default();
    let place = |it: &Diagnostic| {
        let data = it.data.as_ref().unwrap_or(&empty);
        let line = data
            .line
            .map_or(String::new(), |line| format!("line {line}"));
        let column = data.column.as_deref().map_or(String::new(), clean::line);
        (line, clean::shortened(&column, 40))
    };
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let places: Vec<_> = shown.iter().map(|it| place(it)).collect();
    let line_width = places.iter().map(|it| width(&it.0)).max().unwrap_or(0);
    let column_width = places.iter().map(|it| width(&it.1)).max().unwrap_or(0);
    let padded = |text: &str, to: usize| {
        let gap = if to == 0 { 0 } else { to + 2 - width(text) };
        format!("{text}{}", " ".repeat(gap))
    };
    for (diagnostic, (line, column)) in shown.iter().zip(&places) {
        text.push_str(&format!(
            "  {}{}{} {}\n",
            paint(FAINT, &padded(line, line_width)),
            padded(column, column_width),
            what(diagnostic),
            paint(FAINT, &format!("[{}]", diagnostic.code)),
        ));
    }
    let mut helps: Vec<&str> = Vec::new();
    for help in shown.iter().filter_map(|it| it.help.as_deref()) {
        if !helps.contains(&help) && helps.len() < 5 {
            helps.push(help);
        }
    }
    for help in helps {
        let help = clean::line(help);
        text.push_str(&format!("  {}: {help}\n", paint(HELP, "help")));
    }
    text
}

/// The message, with the value where it does not name it already.
fn what(diagnostic: &Diagnostic) -> String {
    let message = clean::shortened(&clean::line(&diagnostic.message), LONGEST);
    let value = diagnostic
        .data
        .as_ref()
        .and_then(|data| data.value.as_deref())
        .map(clean::line)
        .filter(|value| !value.trim().is_empty() && !message.contains(value.trim()));
    match value {
        Some(value) => format!("`{}`: {message}", clean::shortened(&value, LONGEST)),
        None => message,
    }
}

fn file_of(diagnostic: &Diagnostic) -> &str {
    diagnostic
        .data
        .as_ref()
        .map_or("", |place| place.file.as_str())
}

/// The line below the blocks.
pub fn count_line(count: usize) -> String {
    let things = if count == 1 { "error" } else { "errors" };
    format!("{}\n", paint(BAD, &format!("{count} {things} in the data")))
}
