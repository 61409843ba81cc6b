//! Findings for people: messages with the source underlined, what a client's file replaced, what was
//! recognised in the data, and a line that sums it up.

use super::Findings;
use crate::cli::recognised::recognised;
use crate::cli::render;
use crate::cli::render::style::{BAD, GOOD, WARN, paint};
use crate::cli::table::{people_count, people_share};
use crate::cli::terminal::Stream;

impl Findings {
    /// Everything, with the source underlined, what was replaced, what was recognised in the data.
    pub(super) fn human(&self, quiet: bool) -> String {
        let sources = &self.loaded.sources;
        let mut text = render::messages(&self.loaded.diagnostics, sources, Stream::Output);
        text.push_str(&render::short(&self.notes, sources));
        if !self.data.is_empty() {
            text.push_str(&render::data_errors(&self.data, sources, Stream::Output));
        }
        if quiet {
            return text;
        }
        for replaced in &self.loaded.assembly.replaced {
            let word = if replaced.removed {
                "removed"
            } else {
                "replaced"
            };
            let place = |span: crate::base::Span| {
                let source = sources.get(span.source)?;
                let line = source.position(span.start as usize).line;
                Some(format!("{}:{line}", source.name))
            };
            let by = place(replaced.by).unwrap_or_default();
            let before = place(replaced.before).unwrap_or_default();
            let line = format!("{by}: {word} {}, declared in {before}", replaced.what);
            text.push_str(&render::clean_line(&line));
            text.push('\n');
        }
        for report in &self.reports {
            text.push_str(&recognised(report));
        }
        if let Some((near, all)) = self.near {
            let share = people_share(near as i128, all as i128);
            text.push_str(&format!(
                "{} of {} customers ({share}) stand within 0.25 points of a line between segments\n",
                people_count(near),
                people_count(all)
            ));
        }
        text.push_str(&self.verdict());
        text
    }

    fn verdict(&self) -> String {
        let errors = self.messages().filter(|it| it.is_error()).count();
        let warnings = self.messages().filter(|it| it.is_warning()).count();
        let errors = errors.max(self.data.count);
        let count = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{} {what}s", people_count(count)),
        };
        let mut words = match (errors, warnings) {
            (0, 0) => paint(GOOD, "nothing wrong"),
            (0, _) => paint(WARN, &count(warnings, "warning")),
            (_, 0) => paint(BAD, &count(errors, "error")),
            _ => {
                let both = [count(errors, "error"), count(warnings, "warning")];
                paint(BAD, &both.join(", "))
            }
        };
        let open = self.notes.iter().filter(|it| it.code == "question-open");
        match open.count() {
            0 => {}
            open => words.push_str(&format!(", {} left open", count(open, "question"))),
        }
        format!("{}: {words}\n", render::clean_line(&self.name))
    }
}
