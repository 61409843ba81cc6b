//! `vekt test` as people call it: what a failure shows, exit codes, formats, days, several customers,
//! tables of cases, files that use others, and tests made for what none reaches.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const MODEL: &str = r#"model "m" { currency NOK, today 2026-11-21 }
customers key id from "customers.csv" {
  id       text
  revenue  money   >= 0
  growth   percent?
  region   one of "Øst", "Vest", "Nord"
  since    date
  size     number
}
table orders key id from "orders.csv" {
  id      text
  date    date
  amount  money
  note    text
}
lookup price from "prices.csv" region -> price money
exclude "Far" when region is "Nord"
axis appeal {
  criterion revenue  weight 3  ramp 0 to 1M
  criterion growth   weight 1  bands { >= 10% -> 10, >= 0% -> 5, otherwise -> 0 }  if missing skip
}
let ordered = sum(orders.amount where date >= today - 12 months)
segments {
  key    "Nøkkel"  when appeal >= 7 and years_since(since) >= 2
  other            otherwise
}
activities { visit, call }
teams { sellers 2 people  1_600 h per year  20% with customers }
service key {
  owner sellers
  visit 12 per year
  when region is "Vest" { visit 6 per year }
}
service other { owner sellers, only call 1 per year }
"#;

fn folder(tests: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    write("model.vekt", &format!("{MODEL}{tests}"));
    write("prices.csv", "region;price\nØst;10\nVest;20\n");
    folder
}

fn vekt(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn run(tests: &str) -> (Option<i32>, String) {
    let folder = folder(tests);
    let (code, out, errors) = vekt(folder.path(), &["test", "model.vekt"]);
    (code, out + &errors)
}

#[test]
fn what_is_left_out_matters_only_where_it_is_needed() {
    let (code, said) = run(r#"
test "size is never looked at" {
  given { revenue = 1M, region = "Øst", since = 2020-01-01 }
  expect segment is key and visit = 12 per year
  expect growth is missing and known(appeal) = 75%
}
test "rows, lookups and days" {
  today 2026-01-31
  given a {
    region = "Vest"
    orders {
      | date       | amount |
      | 2025-01-31 | 10     |
      | 2025-01-30 | 5      |
    }
  }
  given b { region = "Øst", revenue = 0, since = 2024-01-31, growth = 10% }
  expect a.ordered = 10 and price[a.region] = 20
  expect b.appeal = 2.5 and b.segment is other
  expect a.ordered > b.ordered
}
test "the model's own day" {
  given {
    orders {
      | date       | amount |
      | 2025-01-31 | 10     |
    }
  }
  expect ordered = 0
}
"#);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("all 3 tests hold"), "{said}");
}

#[test]
fn a_field_that_is_needed_must_be_given() {
    let (code, said) = run(r#"
test "too little" {
  given {
    revenue = 1M, region = "Øst"
    orders {
      | amount |
      | 10     |
    }
  }
  expect revenue = 1M
  expect segment is key
  expect ordered = 10
}
"#);
    assert_eq!(code, Some(1), "{said}");
    for part in [
        "the test does not give `since`",
        "the test does not give `date`",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("expect revenue"), "{said}");
}

#[test]
fn a_failure_shows_values_and_what_decided() {
    let (code, said) = run(r#"
test "large, and new" {
  given { revenue = 1M, growth = 5%, region = "Øst", since = 2025-01-01 }
  expect segment is key and appeal > 5
}
"#);
    assert_eq!(code, Some(1), "{said}");
    let expected = r#"FAILED large, and new (model.vekt:36)
  expect segment is key and appeal > 5
         │       │          │      │
         other   no         8.75   yes
  segment other: clause 2 (model.vekt:25)
    does not hold: appeal >= 7 and years_since(since) >= 2
  appeal 8.75
    criterion  weight    value  score
    revenue    3 of 4  1000000  10.00
    growth     1 of 4       5%   5.00
"#;
    let said_plain = said.replace("1_000_000", "1000000");
    let lines = |text: &str| -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect()
    };
    let (said_lines, expected) = (lines(&said_plain), lines(expected));
    assert_eq!(
        said_lines.get(..expected.len()),
        Some(&expected[..]),
        "{said}"
    );
}

#[test]
fn who_is_kept_out_has_no_segment() {
    let far = "given { revenue = 1M, region = \"Nord\", since = 2020-01-01 }";
    let expected = "expect revenue = 1M and decided_by = \"excluded: Far\"";
    let (code, said) = run(&format!("test \"far\" {{ {far}, {expected} }}"));
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&format!(
        "test \"far\" {{ {far}, expect segment is key, expect appeal > 1, expect visit = 12 per year }}"
    ));
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(said.matches("a value is missing").count(), 3, "{said}");
    assert!(said.contains("excluded: Far"), "{said}");
}

#[test]
fn a_test_that_does_not_fit_a_scenario_is_left_out_there() {
    let tests = "scenario flat { remove criterion appeal.growth }\n\
        test \"g\" { given { growth = 10% }, expect appeal.growth = 10 }\n\
        test \"r\" { given { revenue = 1M }, expect appeal.revenue = 10 }\n";
    let (code, said) = run(tests);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("all 2 tests hold"), "{said}");
    let folder = folder(tests);
    let arguments = ["test", "model.vekt", "--scenario", "flat"];
    let (code, out, errors) = vekt(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{out}{errors}");
    assert!(out.contains("the only test holds"), "{out}");
    assert!(errors.contains("test left out"), "{errors}");
}

#[test]
fn no_test_is_a_failure() {
    let folder = folder("");
    let (code, _, errors) = vekt(folder.path(), &["test", "model.vekt"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("[no-tests]"), "{errors}");
    let (code, ..) = vekt(folder.path(), &["test", "nowhere.vekt"]);
    assert_eq!(code, Some(2));
}

const TWO: &str = r#"
test "good" { given { revenue = 1M }, expect revenue = 1M }
test "bad & <odd>" { given { revenue = 1M }, expect revenue = 2M }
"#;

#[test]
fn formats_and_filters() {
    let folder = folder(TWO);
    let test = |more: &[&str]| vekt(folder.path(), &[&["test", "model.vekt"], more].concat());
    let (code, out, _) = test(&["--format", "short"]);
    assert_eq!(code, Some(1));
    assert!(
        out.starts_with("ok model.vekt:36: good\nFAILED model.vekt:37: bad"),
        "{out}"
    );
    let (code, ..) = test(&["--filter", "GOOD"]);
    assert_eq!(code, Some(0));
    let (code, ..) = test(&["--filter", "nothing of the kind"]);
    assert_eq!(code, Some(1));
    let (code, out, _) = test(&["--format", "junit"]);
    assert_eq!(code, Some(1));
    for part in [
        "tests=\"2\" failures=\"1\"",
        "name=\"good\"/>",
        "name=\"bad &amp; &lt;odd&gt;\">",
        "1000000",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let (code, out, _) = test(&["--format", "json"]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["version"], 1);
    let model = &json["models"][0];
    assert_eq!((&model["held"], &model["failed"]), (&1.into(), &1.into()));
    assert_eq!(
        model["tests"][1]["expectations"][0]["values"][0]["value"],
        "1000000"
    );
}

#[test]
fn used_files_are_tested_as_they_stand() {
    let folder = folder(
        r#"
test "the base has its own line" {
  given { revenue = 700k, growth = 10%, region = "Øst", since = 2020-01-01 }
  expect segment is key
}
"#,
    );
    let client = "use \"model.vekt\"\nreplace segments { key when appeal >= 9, other otherwise }\n\
        test \"stricter\" {\n  given { revenue = 700k, growth = 10%, region = \"Øst\", since = 2020-01-01 }\n  \
        expect segment is other\n}\n";
    fs::write(folder.path().join("client.vekt"), client).expect("written");
    let (code, out, errors) = vekt(folder.path(), &["test", "client.vekt"]);
    assert_eq!(code, Some(0), "{out}{errors}");
    assert!(out.contains("client.vekt: the only test holds"), "{out}");
    assert!(out.contains("model.vekt: the only test holds"), "{out}");
}

#[test]
fn a_table_of_cases_is_compared_with_the_model() {
    let folder = folder("");
    let cases = "id;revenue;growth;region;since;expect segment;expected:visit;expect appeal;Expect growth\n\
        C-1;1 000 000;10 %;Vest;01.02.2020;Nøkkel;6;10;\n\
        C-2;500 000;;Øst;01.02.2020;key;;5,00;-\n\
        C-3;1 000 000;;Nord;01.02.2020;-;-;-;-\n";
    fs::write(folder.path().join("cases.csv"), cases).expect("written");
    let (code, out, errors) = vekt(
        folder.path(),
        &["test", "model.vekt", "--cases", "cases.csv"],
    );
    assert_eq!(code, Some(1), "{out}{errors}");
    for part in [
        "FAILED C-2 (cases.csv:3)",
        "segment: expected key, found other",
        "cases.csv: 2 of 3 cases hold",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert!(
        !out.contains("FAILED C-1") && !out.contains("FAILED C-3"),
        "{out}"
    );
    let write = |text: &str| fs::write(folder.path().join("cases.csv"), text).expect("written");
    write("id;expect revenue;expect segment\nC-1;1;key\nC-2;;\n");
    let (code, out, _) = vekt(
        folder.path(),
        &["test", "model.vekt", "--cases", "cases.csv"],
    );
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("the test does not give `revenue`"), "{out}");
    write("id;revenue\nC-1;1\n");
    let (code, _, errors) = vekt(
        folder.path(),
        &["test", "model.vekt", "--cases", "cases.csv"],
    );
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("[cases-without-expect]"), "{errors}");
    write("id;expect revenu\nC-1;1\n");
    let (code, _, errors) = vekt(
        folder.path(),
        &["test", "model.vekt", "--cases", "cases.csv"],
    );
    assert_eq!(code, Some(2), "{errors}");
}

#[test]
fn made_tests_reach_what_was_missing_and_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for example in ["key-account-matrix", "two-by-two", "categories"] {
        let target = tempfile::tempdir().expect("a folder");
        let text = fs::read_to_string(root.join(example).join("model.vekt")).expect("a model");
        // Without most of its tests.
        let second = text.match_indices("\ntest \"").nth(1).expect("tests").0;
        let scenario = text.find("\nscenario ").expect("a scenario");
        let few = format!("{}{}", &text[..second], &text[scenario..]);
        let model = target.path().join("model.vekt");
        fs::write(&model, &few).expect("written");
        let arguments = ["test", "model.vekt", "--missing", "--quiet"];
        let (code, made, errors) = vekt(target.path(), &arguments);
        assert_eq!(code, Some(0), "{errors}");
        assert!(made.contains("test \""), "{example}: {made}");
        assert!(!made.contains("no customer was found"), "{example}: {made}");
        fs::write(&model, format!("{few}\n{made}")).expect("written");
        let (code, said, errors) = vekt(target.path(), &["test", "model.vekt"]);
        assert_eq!(code, Some(0), "{example}: {said}{errors}");
        assert!(said.contains("covered: 100%"), "{example}: {said}");
    }
}

#[test]
fn bands_are_named_as_their_limits_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = r#"model "m" { currency NOK }
param much = 50% between 0% and 100%
customers key id { id text, revenue money >= 0, cost money >= 0 }
axis burden {
  criterion of_revenue of cost / max(revenue, 1)  weight 50%  bands { >= much -> 0, >= 15% -> 5, otherwise -> 10 }
  criterion times of cost / max(revenue, 1)       weight 50%  bands { >= 2 -> 0, otherwise -> 10 }
}
segments { light when burden > 5, heavy otherwise }
test "nothing costs nothing" { given { revenue = 10, cost = 0 }, expect segment is light }
"#;
    fs::write(folder.path().join("model.vekt"), model).expect("written");
    let (_, said, _) = vekt(folder.path(), &["test", "model.vekt", "--missing"]);
    for band in [
        "of_revenue: band >= 50%",
        "of_revenue: band >= 15%",
        "times: band >= 2\n",
    ] {
        assert!(said.contains(band), "no `{band}` in:\n{said}");
    }
}
