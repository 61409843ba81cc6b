//! `# vekt: allow CODE because …`: findings that are accepted where they stand. A comment at the end
//! of a line speaks of that line, one on a line of its own of the next line that is no comment.

use super::Loaded;
use super::messages::place;
use crate::base::{Diagnostic, SourceId, SourceMap, Span};
use crate::model::proof::PROVED;

/// Codes of findings that only data shows.
pub const FROM_DATA: [&str; 8] = [
    "arm-unmet",
    "band-unmet",
    "criteria-correlated",
    "criterion-alike",
    "looks-like-percent",
    "looks-like-points",
    "mostly-missing",
    "near-line",
];

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    code: String,
    reason: bool,
    /// The comment.
    pub(super) span: Span,
    /// The line that it speaks of, counted from 1.
    line: usize,
}

impl Allowance {
    /// All of a model.
    pub(super) fn all(loaded: &Loaded) -> Vec<Allowance> {
        let mut all = Vec::new();
        for file in &loaded.files {
            let Some(source) = loaded.sources.get(file.source) else {
                continue;
            };
            let comments = file.parsed.comments.all();
            let own_lines: Vec<usize> = comments
                .iter()
                .filter(|it| it.own_line)
                .map(|it| source.position(it.span.start as usize).line)
                .collect();
            let lines: Vec<&str> = source.text.split('\n').collect();
            for comment in comments {
                let Some((code, reason)) = read(loaded.sources.text(comment.span)) else {
                    continue;
                };
                let mut line = source.position(comment.span.start as usize).line;
                if comment.own_line {
                    line += 1;
                    let passed = |line: usize| {
                        let text = lines.get(line - 1);
                        own_lines.contains(&line) || text.is_some_and(|it| it.trim().is_empty())
                    };
                    while line <= lines.len() && passed(line) {
                        line += 1;
                    }
                }
                all.push(Allowance {
                    code: code.to_owned(),
                    reason,
                    span: comment.span,
                    line,
                });
            }
        }
        all
    }

    fn covers(&self, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
        let line = |span: Span| -> Option<(SourceId, usize)> {
            let source = sources.get(span.source)?;
            Some((span.source, source.position(span.start as usize).line))
        };
        let can = !diagnostic.is_error() || PROVED.contains(&diagnostic.code);
        can && self.code == diagnostic.code
            && place(diagnostic).and_then(line) == Some((self.span.source, self.line))
    }
}

/// The code of an allowance, and whether it gives a reason.
fn read(comment: &str) -> Option<(&str, bool)> {
    let text = comment.trim_start_matches('#').trim_start();
    let text = text.strip_prefix("vekt:")?.trim_start();
    let text = text.strip_prefix("allow")?;
    let (code, rest) = match text.trim_start().split_once(char::is_whitespace) {
        Some((code, rest)) => (code, rest.trim()),
        None => (text.trim(), ""),
    };
    let reason = rest
        .strip_prefix("because")
        .is_some_and(|it| !it.trim().is_empty());
    Some((code, reason))
}

/// Takes out what is accepted, and notes which allowances were needed.
pub(super) fn silence(
    diagnostics: &mut Vec<Diagnostic>,
    allowances: &[Allowance],
    sources: &SourceMap,
    needed: &mut Vec<Span>,
) {
    diagnostics.retain(|diagnostic| {
        let by = allowances.iter().find(|it| it.covers(diagnostic, sources));
        needed.extend(by.map(|it| it.span));
        by.is_none()
    });
}

/// Says which allowances silence nothing, and which give no reason: of those for findings from data,
/// or of all others.
pub(super) fn judge(allowances: &[Allowance], needed: &[Span], from_data: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let judged = |it: &&Allowance| FROM_DATA.contains(&it.code.as_str()) == from_data;
    for allowance in allowances.iter().filter(judged) {
        if !needed.contains(&allowance.span) {
            let message = format!("there is no `{}` here to allow", allowance.code);
            found.push(
                Diagnostic::warning("allow-without-finding", message)
                    .at(allowance.span, "silences nothing")
                    .help("leave it out, or put it right above the line it is about"),
            );
        } else if !allowance.reason {
            let message = "an allowance says why";
            found.push(
                Diagnostic::warning("allow-without-reason", message)
                    .at(allowance.span, "no reason")
                    .help(format!(
                        "write `# vekt: allow {} because …`",
                        allowance.code
                    )),
            );
        }
    }
    found
}
