//! The rule files of the repository, and what they are made of.

use std::fs;
use std::path::{Path, PathBuf};
use vekt::base::{Diagnostic, SourceId};
use vekt::syntax::parse;

/// The repository's folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All rule files with their names; what is not UTF-8 is left out.
pub fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut waiting = vec![root().join("examples"), root().join("tests")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ending| ending == "vekt") {
            files.extend(named(&path));
        }
    }
    files.sort();
    assert!(files.len() > 100, "only {} files", files.len());
    files
}

fn named(path: &Path) -> Option<(String, String)> {
    let text = fs::read_to_string(path).ok()?;
    let name = path.strip_prefix(root()).ok()?;
    Some((name.display().to_string().replace('\\', "/"), text))
}

/// A text and the sections it holds, where it is a collection of them.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = vec![text];
    if text.contains("\n--- ") || text.starts_with("--- ") {
        let sections = text.split("--- ").filter_map(|it| it.split_once('\n'));
        pieces.extend(sections.map(|(_, section)| section));
    }
    pieces
}

/// All declarations that stand without errors, each with the comment lines above it.
pub fn declarations() -> Vec<String> {
    let mut all = Vec::new();
    for (_, text) in files() {
        for piece in pieces(&text) {
            let parsed = parse(SourceId(0), piece);
            if parsed.diagnostics.iter().any(Diagnostic::is_error) {
                continue;
            }
            let mut end = 0;
            for declaration in &parsed.tree.declarations {
                let span = declaration.span;
                let whole = &piece[end..span.end as usize];
                end = span.end as usize;
                if whole.len() < 3_000 {
                    all.push(whole.trim().to_owned());
                }
            }
        }
    }
    all.sort();
    all.dedup();
    assert!(all.len() > 500, "only {} declarations", all.len());
    all
}
