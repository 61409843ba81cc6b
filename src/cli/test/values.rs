//! An expectation on one line, and below it every value that it looked at, under the place where it
//! stands. Text in, lines out.

use crate::base::{SourceMap, Span};
use crate::cli::render::{clean_line, shortened};
use crate::eval::Operand;
use unicode_width::UnicodeWidthStr;

/// The widest a value may be.
const WIDEST: usize = 48;

/// The text of an expectation on one line.
pub fn one_line(sources: &SourceMap, span: Span) -> String {
    let text = sources.text(span);
    clean_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The lines of values below an expectation that stands on one line.
pub fn below(sources: &SourceMap, span: Span, operands: &[Operand]) -> Vec<String> {
    let mut placed: Vec<(usize, String)> = Vec::new();
    for operand in operands {
        let Some(column) = column(sources, span, operand.at) else {
            continue;
        };
        let value = operand.value.as_deref().unwrap_or("missing");
        let value = shortened(&clean_line(value), WIDEST);
        if !placed.iter().any(|(there, _)| *there == column) {
            placed.push((column, value));
        }
    }
    placed.sort_by_key(|(column, _)| *column);
    if placed.is_empty() {
        return Vec::new();
    }
    let bars: Vec<usize> = placed.iter().map(|(column, _)| *column).collect();
    let mut lines = vec![line(&bars, &[])];
    while let Some((column, value)) = placed.pop() {
        // Values further left join the line as long as they end before what stands there.
        let mut first = column;
        let mut row = vec![(column, value)];
        while let Some((column, value)) = placed.pop() {
            if column + value.width() + 1 < first {
                first = column;
                row.push((column, value));
            } else {
                placed.push((column, value));
                break;
            }
        }
        let bars: Vec<usize> = placed.iter().map(|(column, _)| *column).collect();
        row.reverse();
        lines.push(line(&bars, &row));
    }
    lines
}

fn line(bars: &[usize], values: &[(usize, String)]) -> String {
    let bars = bars.iter().map(|column| (*column, "│"));
    let values = values.iter().map(|(column, value)| (*column, &**value));
    let mut text = String::new();
    for (column, piece) in bars.chain(values) {
        let gap = column.saturating_sub(text.width());
        text.push_str(&" ".repeat(gap));
        text.push_str(piece);
    }
    text
}

/// The column on the one line at which a part begins; between two sides, at their operator.
fn column(sources: &SourceMap, whole: Span, part: Span) -> Option<usize> {
    let inside = |it: u32| it >= whole.start && it <= whole.end;
    if part.source != whole.source || !inside(part.start) || !inside(part.end) {
        return None;
    }
    let text = sources.text(part);
    let skipped = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r', ')']).len();
    let start = part.start as usize + skipped;
    let before = Span::new(whole.source, whole.start as usize, start);
    let before = sources.text(before);
    let mut line = before.split_whitespace().collect::<Vec<_>>().join(" ");
    if before.ends_with(char::is_whitespace) && !line.is_empty() {
        line.push(' ');
    }
    Some(line.width())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Source;

    #[test]
    fn values_stand_below_their_places() {
        let mut sources = SourceMap::default();
        let text = "north.a >\n  south.a and x = 18";
        let id = sources.add(Source::new("m", text));
        let at = |start, end, value: &str| Operand {
            at: Span::new(id, start, end),
            value: Some(value.to_owned()),
        };
        let whole = Span::new(id, 0, text.len());
        let operands = [
            at(0, 7, "7"),
            at(7, 12, "yes"),
            at(12, 19, "1.25"),
            at(24, 25, "a long value"),
        ];
        assert_eq!(one_line(&sources, whole), "north.a > south.a and x = 18");
        let expected = [
            "│       │ │           │",
            "│       │ 1.25        a long value",
            "7       yes",
        ];
        assert_eq!(below(&sources, whole, &operands), expected);
    }
}
