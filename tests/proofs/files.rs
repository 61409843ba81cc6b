//! Models to read: tests/proofs/planted has a mistake in each, marked `# finds CODE` on its line, and
//! tests/proofs/sound has none. What is found is exactly what is marked, and each customer who is named
//! shows it when the program runs a test with it.

use super::proved;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn models(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/proofs")
        .join(folder);
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 40, "only {} models", paths.len());
    paths
}

/// What is marked in a file, as `code line`.
fn marked(text: &str) -> Vec<String> {
    let mut marked = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some((_, codes)) = line.split_once("# finds ") {
            marked.extend(codes.split(", ").map(|code| format!("{code} {}", at + 1)));
        }
    }
    marked
}

/// What is found in a model, as `code line`, with its examples; open questions too.
fn found(text: &str) -> (Vec<String>, Vec<(&'static str, String)>) {
    let proved = proved(text);
    let all = proved.loaded.diagnostics.iter().chain(&proved.open);
    let found = all.map(|it| format!("{} {}", it.code, proved.line(it)));
    let examples = proved.loaded.diagnostics.iter();
    let examples = examples.filter_map(|it| Some((it.code, it.example.clone()?)));
    (found.collect(), examples.collect())
}

/// What `vekt test` says of a model with a test more.
fn tried(text: &str, test: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.vekt"), format!("{text}\n{test}")).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["test", "model.vekt", "--color", "never"])
        .output()
        .expect("vekt runs");
    assert_eq!(output.status.code(), Some(1), "{text}\n{test}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_is_planted_is_found_and_shown() {
    let mut wrong = Vec::new();
    let mut shown = 0;
    for path in models("planted") {
        let text = fs::read_to_string(&path).expect("a model");
        let (mut found, examples) = found(&text);
        let mut marked = marked(&text);
        found.sort();
        marked.sort();
        if found != marked || marked.is_empty() {
            wrong.push(format!(
                "{}:\n  found  {found:?}\n  marked {marked:?}",
                path.display()
            ));
        }
        for (code, example) in examples {
            let said = tried(&text, &example);
            let words = match code {
                "no-segment" => "no clause of `segment` holds",
                _ => "of `segment` both hold",
            };
            if !said.contains(words) {
                wrong.push(format!(
                    "{}: not `{words}`:\n{example}{said}",
                    path.display()
                ));
            }
            shown += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown >= 20, "only {shown} customers were shown");
}

#[test]
fn sound_models_are_told_nothing() {
    let mut wrong = Vec::new();
    for path in models("sound") {
        let text = fs::read_to_string(&path).expect("a model");
        let (found, _) = found(&text);
        if !found.is_empty() {
            wrong.push(format!("{}: {found:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
