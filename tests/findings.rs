//! How `vekt check` shows its findings: for people, scripts, code hosts and build servers; what is
//! denied and what is allowed.

use serde_json::Value;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const MODEL: &str = r#"model "Small" { currency NOK }

customers key id from "customers.csv" {
  id       text
  revenue  money  >= 0
  spare    flag
}

segments {
  large  when revenue >= 1M
  small  when revenue < 500k
}
"#;

const SOUND: &str = r#"model "Sound" { currency NOK }
customers key id from "customers.csv" { id text, revenue money }
segments { large when revenue >= 1M, small otherwise }
"#;

fn folder(model: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("my model.vekt"), model).expect("written");
    folder
}

/// The exit code and what `vekt check` writes to standard output and to standard error.
fn check(model: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = folder(model);
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["check", "my model.vekt"])
        .args(arguments)
        .output()
        .expect("it runs");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn people_see_the_place_the_customer_and_a_test() {
    let (code, said, _) = check(MODEL, &["--color", "never"]);
    assert_eq!(code, 2);
    let expected = "\
my model.vekt:6:3: warning[unused-field]: nothing uses the field `spare`
  6 |   spare    flag
    |   ^^^^^ not used
  help: leave it out, or use it
my model.vekt:11:3: error[no-segment]: no clause holds for a customer with revenue 500_000
  11 |   small  when revenue < 500k
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^ the last that is tried
  help: end with `small otherwise`, or widen a clause
    test \"nobody is left over\" {
      given {
        revenue = 500_000
      }
      expect segment is small
    }
my model.vekt: 1 error, 1 warning
";
    assert_eq!(said, expected);
}

#[test]
fn one_line_each() {
    let (code, said, _) = check(MODEL, &["--format", "short"]);
    assert_eq!(code, 2);
    let expected = "\
my model.vekt:6:3: warning[unused-field]: nothing uses the field `spare`
my model.vekt:11:3: error[no-segment]: no clause holds for a customer with revenue 500_000
";
    assert_eq!(said, expected);
}

#[test]
fn json_has_the_example() {
    let (_, said, _) = check(MODEL, &["--format", "json"]);
    let document: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(document["version"], 1);
    let found = &document["diagnostics"][1];
    assert_eq!(found["code"], "no-segment");
    assert_eq!(found["severity"], "error");
    assert_eq!(found["places"][0]["line"], 11);
    let example = found["example"].as_str().expect("an example");
    assert!(
        example.starts_with("test \"nobody is left over\" {"),
        "{example}"
    );
}

#[test]
fn sarif_names_rules_places_and_levels() {
    let (code, said, _) = check(MODEL, &["--format", "sarif"]);
    assert_eq!(code, 2);
    let log: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = &run["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["id"], "no-segment");
    let meaning = rules[0]["fullDescription"]["text"]
        .as_str()
        .expect("a text");
    assert!(meaning.starts_with("No clause holds"), "{meaning}");
    let result = &run["results"][1];
    assert_eq!(result["ruleId"], "no-segment");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20model.vekt");
    assert_eq!(place["region"]["startLine"], 11);
    assert_eq!(place["region"]["startColumn"], 3);
    assert_eq!(run["results"][0]["level"], "warning");
}

#[test]
fn questions_left_open_are_open_in_sarif_and_no_failure() {
    let model = SOUND.replace(
        "large when revenue >= 1M, small otherwise",
        "large when contains(id, \"x\"), small when not contains(lower(id), \"X\")",
    );
    let (code, said, _) = check(&model, &["--format", "sarif"]);
    let log: Value = serde_json::from_str(&said).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert!(
        results.iter().any(|it| it["ruleId"] == "question-open"),
        "{said}"
    );
    for result in results {
        let is_open = result["ruleId"] == "question-open";
        assert_eq!(is_open, result["kind"] == "open", "{result}");
        assert_eq!(is_open, result["level"] == "none", "{result}");
    }
    assert_eq!(code, 0, "{said}");
}

#[test]
fn github_gets_annotations() {
    let (_, said, _) = check(MODEL, &["--format", "github"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "::warning file=my model.vekt,line=6,endLine=6,col=3,endColumn=8,title=unused-field::\
         nothing uses the field `spare`%0Aleave it out, or use it"
    );
    assert!(
        lines[1].starts_with("::error file=my model.vekt,line=11,"),
        "{}",
        lines[1]
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn build_servers_get_a_case_for_each_finding() {
    let (_, said, _) = check(MODEL, &["--format", "junit"]);
    assert!(
        said.contains("<testsuite name=\"my model.vekt\" tests=\"2\" failures=\"1\">"),
        "{said}"
    );
    assert!(
        said.contains("<failure type=\"no-segment\" message=\"no clause holds"),
        "{said}"
    );
    assert!(said.contains("revenue &lt; 500k"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    let (_, said, _) = check(SOUND, &["--format", "junit"]);
    assert!(said.contains("tests=\"1\" failures=\"0\""), "{said}");
    assert!(said.contains("name=\"nothing wrong\"/>"), "{said}");
}

#[test]
fn codes_are_denied_and_allowed() {
    let short = ["--format", "short"];
    let with = |more: &[&str]| check(MODEL, &[&short[..], more].concat());
    let (code, said, _) = with(&["--allow", "no-segment"]);
    assert_eq!(code, 0);
    assert!(!said.contains("no-segment"), "{said}");
    let (code, said, _) = with(&["--allow", "no-segment", "--deny", "unused-field"]);
    assert_eq!(code, 2);
    assert!(said.contains("error[unused-field]"), "{said}");
    let (code, said, _) = with(&["--allow", "no-segment", "--deny", "warnings"]);
    assert_eq!((code, said.lines().count()), (2, 1));
}

#[test]
fn what_is_plainly_wrong_cannot_be_allowed() {
    let model = SOUND.replace("revenue >= 1M", "revenu >= 1M");
    let (code, said, _) = check(&model, &["--allow", "unknown-name"]);
    assert_eq!(code, 2);
    assert!(said.contains("error[unknown-name]"), "{said}");
}

#[test]
fn a_code_that_no_message_has_is_told() {
    let (code, _, errors) = check(SOUND, &["--deny", "no-segmnt"]);
    assert_eq!(code, 2);
    assert!(
        errors.contains("no message has the code `no-segmnt`"),
        "{errors}"
    );
    assert!(errors.contains("the nearest is `no-segment`"), "{errors}");
}

#[test]
fn several_models_are_one_document() {
    let folder = folder(MODEL);
    fs::write(folder.path().join("sound.vekt"), SOUND).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["check", "my model.vekt", "sound.vekt"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.ends_with("sound.vekt: nothing wrong\n"), "{said}");
}
