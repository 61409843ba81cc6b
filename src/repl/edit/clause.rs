//! Clauses typed without their segmentation: each takes the place of the one of its segment.

use super::super::things::Kind;
use super::{Done, Editor, cut, slice};
use crate::base::{Diagnostic, SourceId, Span};
use crate::syntax::parse;
use crate::syntax::tree::{Clause, ClauseWhen, Declaration, Item, Segments};

impl Editor<'_> {
    /// Clauses of a segmentation, each in the place of the one of its segment.
    pub(in crate::repl) fn clauses(&mut self, typed: &str) -> Done {
        let head = "segments {\n";
        let wrapped = format!("{head}{typed}\n}}");
        let parsed = parse(SourceId(0), &wrapped);
        let clauses = match parsed.tree.declarations.first().map(|it| &it.item) {
            Some(Item::Segments(segments)) if parsed.diagnostics.is_empty() => &segments.clauses,
            _ => return Err(shifted(parsed.diagnostics, head.len())),
        };
        for clause in clauses {
            let name = clause.segment.value.as_str();
            let same = clauses.iter().filter(|it| it.segment.value == name).count();
            let place = clauses
                .iter()
                .take_while(|it| !std::ptr::eq(*it, clause))
                .filter(|it| it.segment.value == name)
                .count();
            let (segmentation, there) = self.segmentation_of(name);
            if there != same {
                let (message, help) = match there {
                    0 => (
                        format!("`{name}` has no clause: it stands in the cells of a table"),
                        "write the whole `segments`, where clauses may stand above the table",
                    ),
                    _ => (
                        format!("`{name}` has {there} clauses, and {same} stand here"),
                        "write all clauses of the segment, one a line, or the whole `segments`",
                    ),
                };
                return Err(Diagnostic::error("cannot-change", message)
                    .help(help)
                    .into());
            }
            self.bring_down(Kind::Segments, &segmentation);
            let mut text = slice(&wrapped, clause.span).to_string();
            let old = self.old_clause(&segmentation, name, place);
            if let Some((span, label)) = old {
                if let (None, Some(label)) = (&clause.label, label) {
                    text.insert_str(name.len(), &format!(" \"{label}\""));
                }
                self.cut(vec![cut(span, &text)]);
            }
        }
        Ok(())
    }

    /// The segmentation that has a segment of that name, and how many clauses it has there.
    fn segmentation_of(&self, segment: &str) -> (String, usize) {
        let mut best: Option<(String, usize)> = None;
        let files = self
            .loaded
            .files
            .iter()
            .map(|it| &it.parsed.tree.declarations);
        for segments in files.flatten().filter_map(as_segments) {
            let name = segments.name.as_ref().map_or("", |it| it.value.as_str());
            let count = ruling(segments, segment).count();
            if count > 0 && (best.is_none() || name.is_empty()) {
                best = Some((name.into(), count));
            }
        }
        best.unwrap_or_default()
    }

    fn old_clause(
        &self,
        segmentation: &str,
        segment: &str,
        place: usize,
    ) -> Option<(Span, Option<String>)> {
        let tree = parse(SourceId(0), &self.text).tree;
        let of_name =
            |it: &&Segments| it.name.as_ref().map_or("", |it| it.value.as_str()) == segmentation;
        let segments = tree
            .declarations
            .iter()
            .filter_map(as_segments)
            .find(of_name)?;
        let clause = ruling(segments, segment).nth(place)?;
        let label = clause.label.as_ref().map(|label| label.value.clone());
        Some((clause.span, label))
    }
}

fn as_segments(declaration: &Declaration) -> Option<&Segments> {
    match &declaration.item {
        Item::Segments(segments) => Some(segments),
        _ => None,
    }
}

/// The clauses that give a segment, without bare labels.
fn ruling<'s>(segments: &'s Segments, segment: &'s str) -> impl Iterator<Item = &'s Clause> {
    let clauses = segments.clauses.iter();
    clauses
        .filter(move |it| it.segment.value == segment && !matches!(it.when, ClauseWhen::LabelOnly))
}

/// The first of some messages, with its place moved back.
fn shifted(messages: Vec<Diagnostic>, by: usize) -> Box<Diagnostic> {
    let mut first = messages.into_iter().next().unwrap_or_else(|| {
        Diagnostic::error("cannot-change", "this is no clause of a segmentation")
            .help("write `NAME when CONDITION`")
    });
    for label in &mut first.labels {
        let by = u32::try_from(by).unwrap_or(0);
        label.span.start = label.span.start.saturating_sub(by);
        label.span.end = label.span.end.saturating_sub(by);
    }
    first.into()
}
