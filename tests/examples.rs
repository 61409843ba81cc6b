//! The five examples give their expected results, byte for byte, and their data is what the
//! generator makes. `UPDATE=1 cargo test` writes the expected results anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const EXAMPLES: [&str; 5] = [
    "key-account-matrix",
    "categories",
    "abc-balance",
    "profit-segments",
    "two-by-two",
];

fn folder(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(example)
}

#[test]
fn results_are_as_expected() {
    for example in EXAMPLES {
        let target = tempfile::tempdir().expect("a folder");
        let result = target.path().join("result.csv");
        let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
            .arg("run")
            .arg(folder(example).join("model.vekt"))
            .arg("-o")
            .arg(&result)
            .output()
            .expect("vekt runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{example}: {said}");
        let result = fs::read(&result).expect("a result");
        let expected = folder(example).join("expected.csv");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &result).expect("an expected file");
        }
        assert!(
            result == fs::read(&expected).expect("an expected file"),
            "{example}: the result differs"
        );
    }
}

/// Runs the tests of a model and gives the exit code and what was said.
fn tests_of(model: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .arg("test")
        .arg(model)
        .output()
        .expect("vekt runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said + &errors)
}

#[test]
fn tests_hold_and_reach_everything() {
    for example in EXAMPLES {
        let (code, said) = tests_of(&folder(example).join("model.vekt"));
        assert_eq!(code, Some(0), "{example}: {said}");
        assert!(said.contains("covered: 100%"), "{example}: {said}");
    }
}

/// Boundaries of the examples and what they become when somebody mistypes them.
const PLANTED: [(&str, &str, &str); 16] = [
    (
        "key-account-matrix",
        "key_line = 7 between",
        "key_line = 7.1 between",
    ),
    (
        "key-account-matrix",
        "and strength >= 6\n",
        "and strength > 6\n",
    ),
    (
        "key-account-matrix",
        "years >= 5 and orders >= 4\n",
        "years > 5 and orders >= 4\n",
    ),
    ("key-account-matrix", ">= 10     -> 10", ">= 9      -> 10"),
    (
        "key-account-matrix",
        "when our_share >= 50%",
        "when our_share > 50%",
    ),
    (
        "categories",
        "turnover >= turnover_line and potential >=",
        "turnover > turnover_line and potential >=",
    ),
    (
        "categories",
        "potential_line = 100k",
        "potential_line = 90k",
    ),
    (
        "abc-balance",
        "share_above(turnover) < 80%",
        "share_above(turnover) <= 80%",
    ),
    (
        "abc-balance",
        "share_above(turnover) < 96%",
        "share_above(turnover) < 95.5%",
    ),
    (
        "abc-balance",
        "date >= today - 12 months",
        "date > today - 12 months",
    ),
    ("profit-segments", "turnover >= 250k", "turnover > 250k"),
    ("profit-segments", "ability >= 6", "ability > 6"),
    ("profit-segments", ">= 28%    -> 7", "> 28%     -> 7"),
    (
        "profit-segments",
        "travel_time > 90 min",
        "travel_time >= 90 min",
    ),
    ("two-by-two", "purchase_line = 50k", "purchase_line = 51k"),
    (
        "two-by-two",
        "years_since(since) >= 10",
        "years_since(since) > 10",
    ),
];

#[test]
fn tests_catch_a_planted_wrong_boundary() {
    for (example, right, wrong) in PLANTED {
        let target = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(folder(example)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, target.path().join(name)).expect("a copy");
        }
        let model = target.path().join("model.vekt");
        let text = fs::read_to_string(&model).expect("a model");
        assert!(text.contains(right), "{example} has no `{right}`");
        fs::write(&model, text.replacen(right, wrong, 1)).expect("written");
        let (code, said) = tests_of(&model);
        assert_eq!(code, Some(1), "{example}, `{wrong}`: {said}");
        assert!(said.contains("FAILED"), "{example}, `{wrong}`: {said}");
    }
}

#[test]
fn each_has_a_page_of_its_own() {
    for example in EXAMPLES {
        let page = fs::read_to_string(folder(example).join("README.md")).expect("a page");
        assert!(
            page.contains("vekt run"),
            "{example}: the page does not say how to run it"
        );
    }
}
