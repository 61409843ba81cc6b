//! Wrong rule files, one mistake each, as people make them. tests/wrong/NAME.vekt begins with
//! `# wrong LINE: what is wrong` (or `# doubtful LINE: …`, where that is a warning); a message must point
//! at that line, and NAME.right.vekt, the smallest remedy, must check well. All messages stand in tests/wrong/messages.txt, to be read;
//! `UPDATE=1 cargo test` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong")
}

/// The names of the wrong files, without their ending.
fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("tests/wrong")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".vekt") && !name.ends_with(".right.vekt"))
        .map(|name| name.trim_end_matches(".vekt").to_owned())
        .collect();
    names.sort();
    names
}

/// The exit code of `vekt check FILE` and all it says.
fn check(file: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(["check", file, "--color", "never"])
        .current_dir(folder())
        .output()
        .expect("vekt runs");
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn each_mistake_is_found_where_it_stands() {
    let mut wrong = Vec::new();
    let mut messages = String::new();
    let names = names();
    assert!(names.len() >= 60, "only {} wrong files", names.len());
    for name in &names {
        let file = format!("{name}.vekt");
        let text = fs::read_to_string(folder().join(&file)).expect("a wrong file");
        let title = text.lines().next().unwrap_or("");
        let doubtful = title.strip_prefix("# doubtful ");
        let line = doubtful
            .or(title.strip_prefix("# wrong "))
            .and_then(|it| it.split(':').next())
            .unwrap_or("");
        let (code, said) = check(&file);
        let expected = if doubtful.is_some() { 0 } else { 2 };
        if code != expected || !said.contains(&format!("{file}:{line}:")) {
            wrong.push(format!("{title}\n{file} ends with {code}:\n{said}"));
        }
        messages.push_str(&format!("=== {name}\n{title}\n{said}\n"));
    }
    let path = folder().join("messages.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &messages).expect("the messages");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known = fs::read_to_string(&path).expect("tests/wrong/messages.txt");
    assert!(
        known == messages,
        "the messages have changed: read them, then bless with UPDATE=1"
    );
}

#[test]
fn each_remedy_works() {
    let mut wrong = Vec::new();
    for name in names() {
        let (code, said) = check(&format!("{name}.right.vekt"));
        if code != 0 {
            wrong.push(format!("{name}.right.vekt ends with {code}:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
