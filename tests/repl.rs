//! Sittings at the bench without a terminal. Each file of tests/repl is a sitting as it is shown with
//! `--echo`: what was typed behind `vekt> ` and `… `, and below it the answer. The first line names the
//! arguments. `UPDATE=1 cargo test --test repl` writes the answers anew.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sittings() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/repl")).expect("tests/repl");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no sittings");
    paths
}

/// What was typed in a sitting.
fn typed(sitting: &str) -> String {
    let lines = sitting.lines().filter_map(|line| {
        let line = line.trim_end();
        let begun = line.strip_prefix("vekt> ").or(line.strip_prefix("… "));
        begun.or((line == "…").then_some(""))
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Runs a script; standard output and messages come out as one text, and the exit code.
fn run(arguments: &[&str], script: &str) -> (String, i32) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("examples"), &folder.path().join("examples"));
    let path = folder.path().join("said");
    let said = File::create(&path).expect("a file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .arg("repl")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(said.try_clone().expect("the file again"))
        .stdout(said)
        .spawn()
        .expect("vekt");
    let mut input = child.stdin.take().expect("its input");
    // A sitting that ends early reads no more.
    let _ = input.write_all(script.as_bytes());
    drop(input);
    let status = child.wait().expect("an end");
    let said = fs::read_to_string(&path).expect("what was said");
    let lines = said.lines().map(|line| format!("{}\n", line.trim_end()));
    (lines.collect(), status.code().unwrap_or(-1))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy");
        }
    }
}

/// The sitting that docs/repl.md shows is the one that is tested: the same was typed.
#[test]
fn the_sitting_of_the_docs_is_tested() {
    let docs = fs::read_to_string(root().join("docs/repl.md")).expect("docs/repl.md");
    let sitting = fs::read_to_string(root().join("tests/repl/sitting.txt")).expect("a sitting");
    let said = |text: &str| -> Vec<String> {
        let prompts = text.lines().filter_map(|line| {
            let (before, typed) = line.split_once("> ")?;
            before
                .starts_with("vekt")
                .then(|| typed.trim_end().to_string())
        });
        prompts.filter(|it| !it.is_empty()).collect()
    };
    let (shown, tested) = (said(&docs), said(&sitting));
    assert!(tested.len() >= 25, "{} steps", tested.len());
    assert_eq!(shown, tested);
}

#[test]
fn sittings_go_as_they_are_shown() {
    let mut wrong = Vec::new();
    for path in sittings() {
        let expected = fs::read_to_string(&path).expect("a sitting");
        let (head, shown) = expected.split_once('\n').unwrap_or((&expected, ""));
        let arguments = head.strip_prefix("# vekt repl ").expect("arguments");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (said, _) = run(&arguments, &typed(shown));
        let whole = format!("{head}\n{said}");
        if whole == expected {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &whole).expect("written");
        } else {
            let pairs = whole.lines().zip(expected.lines());
            let differs = pairs.into_iter().find(|(is, was)| is != was);
            wrong.push(format!("{}: {differs:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ten changes, each of another kind.
const TEN: &str = r#":weight attractiveness.potential 48%
:set key_line = 6.5
let expected_revenue = revenue * (1 + growth default 2%)
maintenance when attractiveness >= 4 and years >= 4 and orders >= 4
override "K-1005" to key because "They pay on time" by "Sales board"
exclude "Never ordered" when orders = 0
service maintenance {
  owner customer_service
  phone_call every 2 months
  newsletter monthly
  text concept = "Jevn oppmerksomhet: takk for lojaliteten, alltid rask hjelp"
}
check "Not too many key accounts" count(where segment is key) <= 100
scenario careful "Careful" { param key_line = 7.5 }
criterion strength.loyalty of years weight 30% bands { >= 8 -> 10, >= 5 -> 7, >= 2 -> 4, otherwise -> 1 }
"#;

#[test]
fn what_is_saved_differs_by_the_changes_alone_and_runs_to_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("examples/key-account-matrix"), folder.path());
    let vekt = |arguments: &[&str], script: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("vekt");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(script.as_bytes()).expect("a script");
        drop(input);
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    // What the last answer says of every customer: its key, its segment.
    let script = format!("{TEN}:save tried.vekt\nsegment, revenue where revenue >= 0 top 1000\n");
    let said = vekt(&["repl", "model.vekt"], &script);
    let list = said.rsplit("customer_id").next().expect("a list");
    let word = |line: &str, at: usize| line.split_whitespace().nth(at).map(str::to_owned);
    let lines = list.lines().skip(1);
    let session: BTreeMap<String, String> = lines
        .filter(|line| line.starts_with("  K-"))
        .filter_map(|line| Some((word(line, 0)?, word(line, 1)?)))
        .collect();

    vekt(&["run", "tried.vekt", "-o", "result.csv"], "");
    let result = fs::read_to_string(folder.path().join("result.csv")).expect("a result");
    let mut result = csv::Reader::from_reader(result.as_bytes());
    let headers = result.headers().expect("headers").clone();
    let at = |name: &str| headers.iter().position(|it| it == name).expect("a column");
    let (key, segment) = (at("Kundenr"), at("Segment"));
    let rows = result.records().map(|row| row.expect("a row"));
    let run: BTreeMap<String, String> = rows
        .map(|row| (row[key].to_owned(), row[segment].to_owned()))
        .filter(|(_, segment)| !segment.is_empty())
        .collect();
    assert!(session.len() > 250, "{} customers", session.len());
    assert_eq!(session, run);

    let before = fs::read_to_string(folder.path().join("model.vekt")).expect("the model");
    let after = fs::read_to_string(folder.path().join("tried.vekt")).expect("what was saved");
    let diff = similar::TextDiff::from_lines(&before, &after);
    let diff = diff.unified_diff().context_radius(0).to_string();
    let path = root().join("tests/repl/saved.diff");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &diff).expect("written");
    }
    assert_eq!(diff, fs::read_to_string(path).expect("the differences"));
}

#[test]
fn a_script_stops_at_what_is_wrong() {
    let model = "examples/two-by-two/model.vekt";
    let (said, code) = run(&[model], "count()\ncount(\n\n:quit\n");
    assert_eq!(code, 2, "{said}");
    let (said, code) = run(&[model], "nothing_here\ncount()\n");
    assert_eq!(code, 2);
    assert!(!said.contains("\n2"), "{said}");
    let (said, code) = run(&["--keep-going", model], "nothing_here\ncount()\n");
    assert_eq!(code, 2);
    assert!(
        said.lines().any(|line| line.parse::<u32>().is_ok()),
        "{said}"
    );
    let (_, code) = run(&[model], "count()\n:quit\nnothing_here\n");
    assert_eq!(code, 0);
    let (_, code) = run(&[model], "check \"all of it\" count() = 0\n:check\n");
    assert_eq!(code, 1);
    let (said, code) = run(&[model, "no-such-file.csv"], "count()\n");
    assert_eq!(code, 4, "{said}");
    assert!(!said.contains("no data on the bench"), "{said}");
    let (_, code) = run(&["no-such-file.vekt"], "count()\n");
    assert_eq!(code, 2);
}

#[test]
fn nothing_depends_on_what_is_remembered() {
    let sitting = fs::read_to_string(root().join("tests/repl/changes.txt")).expect("a sitting");
    let (_, shown) = sitting.split_once('\n').expect("arguments");
    let model = "examples/key-account-matrix/model.vekt";
    let arguments = ["--keep-going", model];
    let (known, _) = run(&arguments, &typed(shown));
    let (anew, _) = run(&[&["--anew"], &arguments[..]].concat(), &typed(shown));
    assert_eq!(known, anew);
}

#[test]
fn a_script_says_how_long_it_took() {
    let model = "examples/two-by-two/model.vekt";
    let (said, code) = run(&["--timing", model], "count()\ncount() * 2\n");
    assert_eq!(code, 0, "{said}");
    let took = |line: &&str| line.starts_with('(') && line.ends_with(" ms)");
    assert_eq!(said.lines().filter(took).count(), 2, "{said}");
}

#[test]
fn what_is_too_long_is_refused() {
    let model = "examples/two-by-two/model.vekt";
    let long = format!("let x = \"{}\"\ncount()\n", "x".repeat(10_000_000));
    let (said, code) = run(&["--keep-going", model], &long);
    assert_eq!(code, 2);
    assert!(
        said.contains("typed-too-long"),
        "{}",
        &said[..said.len().min(300)]
    );
    assert!(
        said.lines().any(|line| line.parse::<u32>().is_ok()),
        "{said}"
    );
}
