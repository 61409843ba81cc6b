//! The text of the main file: what is found in it, what is put into it, and what a used file says of
//! the same thing. Places only; what is meant is decided elsewhere.

use super::super::things::{Kind, Thing, things};
use super::{Cut, Editor, slice};
use crate::base::SourceId;
use crate::base::Span;
use crate::syntax::parse;
use crate::syntax::tree::Item;

impl Editor<'_> {
    /// What is called so in the main file as it stands.
    pub(super) fn find(&self, kind: Kind, key: &str) -> Option<Thing> {
        let all = things(&parse(SourceId(0), &self.text).tree.declarations);
        all.into_iter()
            .rev()
            .find(|it| it.kind == kind && it.key == key)
    }

    /// Whether a used file declares it.
    pub(super) fn is_used(&self, kind: Kind, key: &str) -> bool {
        self.used(kind, key).is_some()
    }

    pub(super) fn is_used_service(&self, name: &str) -> bool {
        let files = self
            .loaded
            .files
            .split_last()
            .map_or(&[][..], |(_, used)| used);
        files.iter().flat_map(|it| &it.parsed.tree.declarations).any(|it| {
            matches!(&it.item, Item::Service(it) if it.segments.iter().any(|it| it.value == name))
        })
    }

    pub(super) fn used(&self, kind: Kind, key: &str) -> Option<Thing> {
        let files = self
            .loaded
            .files
            .split_last()
            .map_or(&[][..], |(_, used)| used);
        files.iter().rev().find_map(|file| {
            let all = things(&file.parsed.tree.declarations);
            all.into_iter().find(|it| it.kind == kind && it.key == key)
        })
    }

    /// Where only a used file declares it: its text comes into the main file, to be changed there.
    pub(super) fn bring_down(&mut self, kind: Kind, key: &str) {
        if self.find(kind, key).is_some() {
            return;
        }
        if let Some(thing) = self.used(kind, key) {
            let text = self.loaded.sources.text(thing.span).to_string();
            let text = text.strip_prefix("replace ").unwrap_or(&text).to_string();
            self.append(Some(kind), &format!("replace {text}"));
        }
    }

    pub(super) fn begins_with_replace(&self, span: Span) -> bool {
        slice(&self.text, span).starts_with("replace ")
    }

    /// Puts text behind the last of its kind, else at the end.
    pub(super) fn append(&mut self, kind: Option<Kind>, text: &str) {
        let all = things(&parse(SourceId(0), &self.text).tree.declarations);
        let likes = all
            .iter()
            .rev()
            .find(|it| it.inside.is_none() && Some(it.kind) == kind);
        let Some(last) = likes else {
            while self.text.ends_with('\n') {
                self.text.pop();
            }
            self.text.push_str(&format!("\n\n{text}\n"));
            return;
        };
        let end = last.span.end as usize;
        let line = self.text.get(end..).and_then(|rest| rest.find('\n'));
        let at = line.map_or(self.text.len(), |line| end + line);
        let apart = if text.contains('\n') || slice(&self.text, last.span).contains('\n') {
            "\n\n"
        } else {
            "\n"
        };
        self.text.insert_str(at, &format!("{apart}{text}"));
    }

    /// Puts an entry at the end of the block that a span ends with.
    pub(super) fn insert(&mut self, block: Span, entry: &str) {
        let end = block.end as usize;
        let Some(close) = self.text.get(..end).and_then(|text| text.rfind('}')) else {
            return;
        };
        let before = self.text.get(..close).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indent = before.get(line..).unwrap_or("");
        if indent.trim().is_empty() {
            let text = format!("{indent}  {entry}\n");
            self.text.insert_str(line, &text);
        } else {
            let from = before.trim_end().len();
            self.cut(vec![Cut {
                from,
                to: close,
                text: format!(", {entry} "),
            }]);
        }
    }

    /// The lines that a span takes up, where nothing else stands on them; else the span with a comma
    /// beside it.
    pub(super) fn lines_of(&self, span: Span) -> (usize, usize) {
        let (start, end) = (span.start as usize, span.end as usize);
        let before = self.text.get(..start).unwrap_or("");
        let after = self.text.get(end..).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = after.find('\n').unwrap_or(after.len());
        let behind = after
            .get(..rest)
            .unwrap_or("")
            .trim_start_matches(',')
            .trim();
        let alone = before.get(line..).unwrap_or("").trim().is_empty();
        if alone && (behind.is_empty() || behind.starts_with('#')) {
            return (line, (end + rest + 1).min(self.text.len()));
        }
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let gap = blanks(after);
        if after.get(gap..).is_some_and(|it| it.starts_with(',')) {
            let tail = blanks(after.get(gap + 1..).unwrap_or(""));
            return (start, end + gap + 1 + tail);
        }
        let kept = before.trim_end();
        match kept.strip_suffix(',') {
            Some(kept) => (kept.len(), end),
            None => (start, end),
        }
    }

    /// Puts texts in the place of others.
    pub(super) fn cut(&mut self, mut cuts: Vec<Cut>) {
        cuts.sort_by_key(|it| std::cmp::Reverse(it.from));
        for it in cuts {
            if self.text.get(it.from..it.to).is_some() {
                self.text.replace_range(it.from..it.to, &it.text);
            }
        }
    }
}
