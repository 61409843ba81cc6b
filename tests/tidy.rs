//! The absences of docs/architecture.md: what must never stand where. Each rule reads the source
//! files as text; a rule that finds nothing to look at fails too.

use std::fs;
use std::path::Path;

/// All Rust files below a folder, as paths relative to the repository, with their text.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut waiting = vec![root.join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable folder");
            waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = relative(root, &path);
            files.push((name, fs::read_to_string(&path).expect("a text file")));
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no Rust files below {folder}");
    files
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .expect("below the root")
        .to_string_lossy()
        .replace('\\', "/")
}

/// The lines of code of a file: without comments and without its unit tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text.split("\n#[cfg(test)]").next().unwrap_or(text);
    code.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

/// Fails with a list of the lines of code below `folder` that hold one of `words`, outside `except`.
fn refuse(folder: &str, words: &[&str], except: &[&str]) {
    let mut found = Vec::new();
    for (name, text) in rust_files(folder) {
        if except.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        for (line, content) in code(&text) {
            if let Some(word) = words.iter().find(|word| stands_in(content, word)) {
                found.push(format!("{name}:{line}: `{word}`"));
            }
        }
    }
    assert!(found.is_empty(), "not allowed here:\n{}", found.join("\n"));
}

/// Whether a word stands in a line, not as the end of a longer name.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let begins_a_name = word.starts_with(|letter: char| letter.is_alphabetic());
        !begins_a_name || before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
    })
}

/// Floor 8, the only one that touches the world.
const EDGE: [&str; 5] = [
    "src/main.rs",
    "src/io/",
    "src/cli/",
    "src/repl/",
    "src/lsp/",
];

#[test]
fn pest_stays_in_syntax() {
    refuse("src", &["pest::", "pest_derive"], &["src/syntax/"]);
}

#[test]
fn nothing_below_the_edge_touches_the_world() {
    let words = [
        "println!",
        "print!(",
        "eprint",
        "std::fs",
        "fs::",
        "std::env",
        "env::",
        "std::process",
        "SystemTime",
        "Instant::",
        "Zoned::now",
        "std::net",
        "thread_rng",
        "rand::",
        "miette",
    ];
    refuse("src", &words, &EDGE);
}

#[test]
fn floors_look_down_only() {
    let floors: [(&str, &[&str]); _] = [
        (
            "src/base",
            &[
                "syntax", "value", "builtins", "model", "plan", "eval", "session", "io", "cli",
            ],
        ),
        (
            "src/value",
            &[
                "syntax", "builtins", "model", "plan", "eval", "session", "io", "cli",
            ],
        ),
        (
            "src/syntax",
            &[
                "value", "builtins", "model", "plan", "eval", "session", "io", "cli",
            ],
        ),
        (
            "src/format",
            &[
                "value", "builtins", "model", "plan", "eval", "session", "io", "cli",
            ],
        ),
        (
            "src/builtins",
            &["syntax", "plan", "eval", "session", "io", "cli"],
        ),
        ("src/model", &["plan", "eval", "session", "io", "cli"]),
        ("src/plan", &["eval", "session", "io", "cli"]),
        ("src/eval", &["syntax", "session", "io", "cli"]),
        ("src/session", &["io", "cli"]),
        (
            "src/memo",
            &[
                "plan", "eval", "diff", "testing", "explain", "review", "robust", "io", "cli",
            ],
        ),
        (
            "src/robust",
            &["testing", "explain", "diff", "review", "io", "cli"],
        ),
        ("src/testing", &["diff", "explain", "io", "cli"]),
        ("src/explain", &["diff", "testing", "io", "cli"]),
        (
            "src/diff",
            &["testing", "explain", "review", "robust", "io", "cli"],
        ),
        ("src/testing", &["diff", "explain", "review", "io", "cli"]),
        ("src/explain", &["diff", "testing", "review", "io", "cli"]),
        ("src/review", &["diff", "testing", "explain", "io", "cli"]),
        ("src/io", &["syntax", "testing", "cli"]),
    ];
    for (folder, above) in floors {
        let words: Vec<String> = above
            .iter()
            .map(|floor| format!("crate::{floor}::"))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        refuse(folder, &words, &[]);
    }
}

#[test]
fn nothing_panics_on_purpose() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unimplemented!(",
        "dbg!(",
        "#[allow(",
        "FIXME",
        "XXX",
    ];
    refuse("src", &words, &[]);
}

#[test]
fn no_module_is_a_drawer() {
    for (name, _) in rust_files("src") {
        for part in name.trim_end_matches(".rs").split('/') {
            assert!(
                !["utils", "util", "helpers", "helper", "common", "misc"].contains(&part),
                "{name}"
            );
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for folder in ["src", "tests"] {
        for (name, text) in rust_files(folder) {
            let lines = text.lines().count();
            assert!(lines <= 600, "{name} has {lines} lines, more than 600");
            assert!(
                text.starts_with("//!"),
                "{name} does not open by saying what it is"
            );
        }
    }
}

#[test]
fn no_test_is_switched_off() {
    for folder in ["src", "tests"] {
        let switch = ["#[", "ignore"].concat();
        refuse(folder, &[switch.as_str()], &[]);
    }
}

#[test]
fn every_code_has_its_entry_in_the_docs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let errors = fs::read_to_string(root.join("docs/errors.md")).expect("docs/errors.md");
    let documented: Vec<&str> = errors
        .lines()
        .filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'))
        .collect();
    assert!(!documented.is_empty(), "docs/errors.md has no entries");
    let mut used = Vec::new();
    for (name, text) in rust_files("src") {
        let text = text.split("\n#[cfg(test)]").next().unwrap_or("");
        let starts = [
            "Diagnostic::error(",
            "Diagnostic::warning(",
            "add(row, ",
            "add_with_help(row, ",
            "code: ",
            "ambiguous: ",
            "mixed: ",
        ];
        for start in starts {
            for piece in text.split(start).skip(1) {
                if let Some(code) = piece
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|it| it.split('"').next())
                {
                    used.push(code.to_owned());
                    assert!(
                        documented.contains(&code),
                        "{name}: `{code}` is not in docs/errors.md"
                    );
                }
            }
        }
    }
    assert!(
        used.len() > 20,
        "the search for codes found only {}",
        used.len()
    );
}
