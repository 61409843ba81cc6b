//! The sound models of the repository give no alarm: examples, and those that the judge compares.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a sound model may be told all the same: it is true there.
const TRUE: [&str; 4] = [
    "[unused-",
    "[override-expired]",
    "[segment-without-service]",
    "[today-outside-valid]",
];

fn models(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            models(&path, found);
        } else if path.extension().is_some_and(|it| it == "vekt") {
            found.push(path);
        }
    }
}

#[test]
fn sound_models_give_no_alarm() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    models(&root.join("examples"), &mut paths);
    models(&root.join("tests/judge"), &mut paths);
    paths.sort();
    assert!(paths.len() > 40, "only {} models", paths.len());
    let mut alarms = Vec::new();
    for path in &paths {
        let is_example = path.starts_with(root.join("examples"));
        let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
            .args(["check", "--format", "short"])
            .arg(path)
            .output()
            .expect("vekt runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_true = |line: &&str| !is_example && TRUE.iter().any(|code| line.contains(code));
        alarms.extend(said.lines().filter(|it| !is_true(it)).map(str::to_owned));
    }
    // One that cannot fail stands there to be seen.
    alarms.retain(|it| !it.contains("portfolio/model.vekt:16:15: warning[check-cannot-fail]"));
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}
