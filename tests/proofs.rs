//! Proofs: planted gaps, overlaps and dead clauses are found with customers that really show them,
//! sound models give no alarm, and small generated models agree with a search over all customers.

use std::path::Path;
use vekt::base::Diagnostic;
use vekt::session::{LoadOptions, Loaded, MemoryFiles, load, prove};
use vekt::value::Date;

#[path = "proofs/allowed.rs"]
mod allowed;
#[path = "proofs/files.rs"]
mod files;
#[path = "proofs/generated.rs"]
mod generated;
#[path = "proofs/judge.rs"]
mod judge;
#[path = "proofs/planted.rs"]
mod planted;
#[path = "proofs/repository.rs"]
mod repository;
#[path = "proofs/sound.rs"]
mod sound;

/// A model with its messages and the questions left open.
struct Proved {
    loaded: Loaded,
    open: Vec<Diagnostic>,
}

fn proved(text: &str) -> Proved {
    let files = MemoryFiles::new().with("/model.vekt", text);
    let day = Date::parse("2026-11-21").expect("a date");
    let mut loaded = load(Path::new("/model.vekt"), &files, &LoadOptions::on(day));
    let open = prove(&mut loaded);
    Proved { loaded, open }
}

impl Proved {
    /// The messages as `code line`, without those about what is not used.
    fn found(&self) -> Vec<String> {
        let shown = self
            .loaded
            .diagnostics
            .iter()
            .filter(|it| !it.code.starts_with("unused-"));
        shown
            .map(|it| format!("{} {}", it.code, self.line(it)))
            .collect()
    }

    fn line(&self, diagnostic: &Diagnostic) -> usize {
        diagnostic.labels.first().map_or(0, |label| {
            let source = self
                .loaded
                .sources
                .get(label.span.source)
                .expect("a source");
            source.position(label.span.start as usize).line
        })
    }

    fn open(&self) -> Vec<String> {
        let open = self.open.iter();
        open.map(|it| format!("{} {}", self.line(it), it.message))
            .collect()
    }
}
