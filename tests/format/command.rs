//! `vekt fmt` as people call it: what it writes, what it lists, how it ends.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const UNTIDY: &str = "param a=15 %   # why\nparam longer =  2\n";
const TIDY: &str = "param a      = 15%  # why\nparam longer = 2\n";
const WRONG: &str = "param a = 2,5\n";

/// The exit code, standard output and standard error.
fn fmt(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder)
        .arg("fmt")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(input.as_bytes()).expect("written");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    (
        output.status.code().expect("a code"),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("untidy.vekt", UNTIDY),
        ("tidy.vekt", TIDY),
        ("wrong.vekt", WRONG),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file")
}

#[test]
fn files_are_written_where_something_changes() {
    let folder = folder();
    let (code, out, errors) = fmt(folder.path(), &["untidy.vekt", "tidy.vekt"], "");
    assert_eq!(
        (code, out.as_str(), errors.as_str()),
        (0, "untidy.vekt: laid out anew\n", "")
    );
    assert_eq!(text(folder.path(), "untidy.vekt"), TIDY);
    let again = fmt(folder.path(), &["untidy.vekt", "tidy.vekt"], "");
    assert_eq!(again, (0, String::new(), String::new()));
}

#[test]
fn check_and_diff_write_nothing() {
    let folder = folder();
    let (code, out, _) = fmt(folder.path(), &["--check", "tidy.vekt", "untidy.vekt"], "");
    assert_eq!(
        (code, out.as_str()),
        (1, "untidy.vekt: would be laid out anew\n")
    );
    let (code, out, _) = fmt(folder.path(), &["--check", "-q", "untidy.vekt"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    let (code, out, _) = fmt(folder.path(), &["--check", "tidy.vekt"], "");
    assert_eq!((code, out.as_str()), (0, ""));
    let (code, out, _) = fmt(folder.path(), &["--diff", "untidy.vekt"], "");
    let expected = "--- untidy.vekt\n+++ untidy.vekt\n@@ -1,2 +1,2 @@\n\
        -param a=15 %   # why\n-param longer =  2\n\
        +param a      = 15%  # why\n+param longer = 2\n";
    assert_eq!((code, out.as_str()), (1, expected));
    assert_eq!(text(folder.path(), "untidy.vekt"), UNTIDY);
}

#[test]
fn files_with_errors_are_left_and_the_others_laid_out() {
    let folder = folder();
    let files = ["wrong.vekt", "untidy.vekt"];
    let (code, out, errors) = fmt(folder.path(), &files, "");
    assert_eq!((code, out.as_str()), (2, "untidy.vekt: laid out anew\n"));
    assert!(errors.contains("wrong.vekt:1:"), "{errors}");
    assert!(
        errors.contains("wrong.vekt: has errors, left as it is"),
        "{errors}"
    );
    assert_eq!(text(folder.path(), "wrong.vekt"), WRONG);
    assert_eq!(text(folder.path(), "untidy.vekt"), TIDY);
    let (code, _, errors) = fmt(folder.path(), &["nowhere.vekt", "tidy.vekt"], "");
    assert_eq!(code, 4, "{errors}");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder();
    let (code, out, _) = fmt(folder.path(), &["-"], UNTIDY);
    assert_eq!((code, out.as_str()), (0, TIDY));
    let (code, out, errors) = fmt(folder.path(), &["-"], WRONG);
    assert_eq!((code, out.as_str()), (2, ""), "{errors}");
    let (code, out, _) = fmt(folder.path(), &["--check", "-"], UNTIDY);
    assert_eq!(
        (code, out.as_str()),
        (1, "standard input: would be laid out anew\n")
    );
}

#[cfg(unix)]
#[test]
fn links_and_rights_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder();
    let real = folder.path().join("untidy.vekt");
    let link = folder.path().join("link.vekt");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("rights");
    symlink("untidy.vekt", &link).expect("a link");
    let (code, _, errors) = fmt(folder.path(), &["link.vekt"], "");
    assert_eq!(code, 0, "{errors}");
    assert!(link.is_symlink());
    assert_eq!(text(folder.path(), "untidy.vekt"), TIDY);
    let mode = fs::metadata(&real).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
