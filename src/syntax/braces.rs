//! Braces that do not match → where, as the lines are indented, one is missing or too many, and the text with that one
//! mended, of the same length, so that the rest is read as it was meant. It touches no text whose braces match.

use super::mistake;
use super::scan::{Scan, TokenKind};
use super::split;
use crate::base::{Diagnostic, SourceId};

/// A block that is open.
struct Open {
    /// Its brace.
    token: usize,
    /// How far the entry is indented that it belongs to.
    indent: usize,
    /// The line of the brace, by its first byte.
    line: usize,
    /// Whether its entries begin on that line already, so that indentation does not tell where it ends.
    begins_beside: bool,
}

/// What is wrong with a brace.
enum Trouble {
    /// The block that opens at the first token should be closed before the second.
    Missing { open: usize, before: usize },
    /// The first token closes the block of the second too early.
    TooMany { close: usize, open: usize },
}

/// The text with the first brace mended that is missing or too many, and the message about it. `None` where all match,
/// or where indentation does not tell or there is no room.
pub(super) fn mended(source: SourceId, text: &str, scan: &Scan) -> Option<(String, Diagnostic)> {
    let unmatched = |sign: &str| {
        let mut tokens = 0..scan.tokens.len();
        tokens.any(|at| split::is_unmatched(scan, at) && scan.text(text, at) == sign)
    };
    let (is_open, is_extra) = (unmatched("{"), unmatched("}"));
    if !is_open && !is_extra || !is_indented(text) {
        return None;
    }
    match trouble(text, scan, is_open, is_extra)? {
        Trouble::Missing { open, before } => {
            let mended = closed(text, scan, before)?;
            let last = last_before(scan, before)?;
            Some((mended, mistake::unclosed_brace(source, scan, open, last)))
        }
        Trouble::TooMany { close, open } => {
            let token = scan.tokens.get(close)?;
            let mut mended = text.to_owned();
            mended.replace_range(token.start..token.end, " ");
            Some((mended, mistake::early_brace(source, scan, close, open)))
        }
    }
}

/// Whether the blocks of a file are indented: else lines tell nothing.
fn is_indented(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    let opens = lines.iter().zip(lines.iter().skip(1));
    let opens = opens.filter(|(line, _)| line.trim_end().ends_with('{'));
    let (mut deeper, mut others) = (0, 0);
    for (line, next) in opens {
        if indent(next) > indent(line) {
            deeper += 1;
        } else {
            others += 1;
        }
    }
    deeper > others
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The first place where braces and indentation disagree.
fn trouble(text: &str, scan: &Scan, is_open: bool, is_extra: bool) -> Option<Trouble> {
    let mut open: Vec<Open> = Vec::new();
    // How far the current entry is indented, and whether the next line begins one.
    let mut entry_indent = 0;
    let mut ends_entry = true;
    for (index, token) in scan.tokens.iter().enumerate() {
        if token.kind == TokenKind::LineEnd {
            ends_entry = ends_entry || split::ends_line(scan, text, index);
            continue;
        }
        let line = text
            .get(..token.start)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let before = text.get(line..token.start).unwrap_or("");
        let begins_line = before.trim().is_empty();
        let sign = scan.text(text, index);
        if begins_line {
            let column = before.len();
            let left_open = open.last().filter(|top| {
                let is_left = if sign == "}" {
                    column < top.indent
                } else {
                    column <= top.indent && ends_entry && !sign.starts_with('|')
                };
                is_open && is_left && top.line != line && !top.begins_beside
            });
            if let Some(top) = left_open {
                return Some(Trouble::Missing {
                    open: top.token,
                    before: index,
                });
            }
            if ends_entry || sign == "}" {
                entry_indent = column;
            }
        }
        ends_entry = false;
        match sign {
            "{" => {
                open.push(Open {
                    token: index,
                    indent: entry_indent,
                    line,
                    begins_beside: !is_line_end(scan, index + 1),
                });
                ends_entry = true;
            }
            "}" => {
                let closed = open.pop()?;
                let is_early = begins_line && before.len() > closed.indent && closed.line != line;
                if is_extra && is_early {
                    return Some(Trouble::TooMany {
                        close: index,
                        open: closed.token,
                    });
                }
            }
            _ => {}
        }
    }
    let top = open.last().filter(|_| is_open)?;
    Some(Trouble::Missing {
        open: top.token,
        before: scan.tokens.len(),
    })
}

fn is_line_end(scan: &Scan, index: usize) -> bool {
    let token = scan.tokens.get(index);
    token.is_none_or(|token| token.kind == TokenKind::LineEnd)
}

/// The last token before one that is no line end.
pub(super) fn last_before(scan: &Scan, before: usize) -> Option<usize> {
    (0..before).rfind(|at| !is_line_end(scan, *at))
}

/// The text with a `}` at the end of the line before a token, in the place of a blank.
fn closed(text: &str, scan: &Scan, before: usize) -> Option<String> {
    let last = scan.tokens.get(last_before(scan, before)?)?;
    let next = scan
        .tokens
        .get(before)
        .map_or(text.len(), |token| token.start);
    let gap = text.get(last.end..next)?;
    let written = match gap.as_bytes() {
        [b' ' | b'\t' | b'\r', ..] if gap.contains('\n') || before >= scan.tokens.len() => "}",
        [b'\n', b' ' | b'\t' | b'\n' | b'\r', ..] => "}\n",
        [b'\n'] if before >= scan.tokens.len() => "}",
        _ => return None,
    };
    let mut mended = text.to_owned();
    mended.replace_range(last.end..last.end + written.len(), written);
    Some(mended)
}
