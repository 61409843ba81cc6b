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
