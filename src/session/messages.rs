//! Messages of all floors → one list as people read it: by place, none twice, none that only
//! follows from another, and not more than anybody reads.

use super::reading::RuleFile;
use crate::base::{Diagnostic, SourceMap, Span};
use crate::syntax::Comment;
use std::collections::HashSet;

/// More messages than this help nobody.
const MOST: usize = 100;

/// Messages that speak of a whole declaration, and so follow where a part of it was not understood.
const OF_THE_WHOLE: [&str; 21] = [
    "weights-not-100",
    "weights-all-zero",
    "axis-empty",
    "no-bands",
    "bands-without-otherwise",
    "match-without-otherwise",
    "curve-too-short",
    "empty-lookup",
    "empty-output",
    "empty-segments",
    "list-too-short",
    "order-incomplete",
    "segment-never-given",
    "service-without-owner",
    "table-empty",
    "table-row-length",
    "table-without-by",
    "by-without-table",
    "given-missing",
    "test-without-given",
    "test-without-expect",
];

/// Messages that something is nowhere, and the word that would begin it.
const NOWHERE: [(&str, &str); 6] = [
    ("no-model", "model"),
    ("no-customers", "customers"),
    ("segment-without-service", "service"),
    ("service-without-segments", "segments"),
    ("override-without-segments", "segments"),
    ("money-without-currency", "currency"),
];

/// Sorts by source and place, drops doubles, and cuts off what nobody would read.
pub(super) fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|left, right| {
        let order = |it: &Diagnostic| (place(it), it.severity, it.code);
        order(left)
            .cmp(&order(right))
            .then_with(|| left.message.cmp(&right.message))
    });
    diagnostics.dedup();
    if diagnostics.len() <= MOST {
        return diagnostics;
    }
    let rest = diagnostics.split_off(MOST);
    let errors = rest.iter().filter(|it| it.is_error()).count();
    let message = format!("{} more messages are not shown", rest.len());
    diagnostics.push(if errors > 0 {
        Diagnostic::error("more-messages", message)
    } else {
        Diagnostic::warning("more-messages", message)
    });
    diagnostics
}

/// The place that a message speaks of first; what has none comes before all that has.
pub(super) fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.labels.first().map(|label| label.span)
}

/// Names and places in what could not be read, to tell which messages only follow from it.
#[derive(Debug, Default)]
pub(super) struct Unread {
    words: HashSet<String>,
    places: Vec<Span>,
    declarations: Vec<Span>,
}

impl Unread {
    /// What the syntax messages leave unread: lines with a message, and text that ended up in no
    /// declaration.
    pub(super) fn new(sources: &SourceMap, files: &[RuleFile], syntax: &[Diagnostic]) -> Self {
        let mut unread = Unread {
            places: syntax.iter().filter_map(place).collect(),
            ..Unread::default()
        };
        for file in files {
            let broken: Vec<Span> = unread
                .places
                .iter()
                .copied()
                .filter(|it| it.source == file.source)
                .collect();
            let Some(source) = sources.get(file.source).filter(|_| !broken.is_empty()) else {
                continue;
            };
            let text = without_comments(&source.text, file.parsed.comments.all());
            let mut end = 0;
            for declaration in &file.parsed.tree.declarations {
                let span = declaration.span;
                unread.note(text.get(end..span.start as usize));
                end = end.max(span.end as usize);
                if broken
                    .iter()
                    .any(|it| it.start >= span.start && it.end <= span.end)
                {
                    unread.declarations.push(span);
                }
            }
            unread.note(text.get(end..));
            for span in broken {
                let at = span.start as usize;
                let before = text.get(..at).and_then(|it| it.rfind('\n'));
                let after = text.get(at..).and_then(|it| it.find('\n'));
                let line = before.map_or(0, |it| it + 1)..after.map_or(text.len(), |it| at + it);
                unread.note(text.get(line));
            }
        }
        unread
    }

    /// Whether a word stands in what could not be read.
    pub(super) fn mentions(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    fn note(&mut self, text: Option<&str>) {
        self.words
            .extend(words(text.unwrap_or("")).map(str::to_owned));
    }

    /// Whether a message probably only follows from what could not be read.
    pub(super) fn explains(&self, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
        let code = diagnostic.code;
        if let Some((_, word)) = NOWHERE.iter().find(|(it, _)| *it == code) {
            return self.mentions(word);
        }
        let Some(span) = place(diagnostic) else {
            return false;
        };
        if code.starts_with("unknown-") || code.starts_with("nothing-to-") {
            let declared = |word| self.mentions(if word == "segment" { "segments" } else { word });
            return words(sources.text(span)).any(|word| self.mentions(word) || declared(word));
        }
        let inside =
            |it: &Span| it.source == span.source && it.start <= span.start && span.end <= it.end;
        OF_THE_WHOLE.contains(&code) && self.declarations.iter().any(inside)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|it| !it.is_empty())
}

/// A text with its comments blanked.
pub(super) fn without_comments(text: &str, comments: &[Comment]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for comment in comments {
        let place = comment.span.start as usize..comment.span.end as usize;
        if let Some(bytes) = bytes.get_mut(place) {
            bytes.fill(b' ');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
