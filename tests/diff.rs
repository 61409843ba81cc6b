//! `vekt diff`: what changed in words, which change moved whom, every way of naming two sides, and
//! what is said of wrong ones.

#[path = "diff/rejects.rs"]
mod rejects;
#[path = "diff/years.rs"]
mod years;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use vekt::diff::rules::changes;
use vekt::session::{LoadOptions, Loaded, MemoryFiles, load_beside};
use vekt::value::Date;

const MODEL: &str = r#"
model "Small" { edition 2026, currency NOK }
customers key id {
  id text
  name text
  revenue money >= 0
  years number >= 0
  region one of "North", "South"
}
param line = 5
let loyal = years >= 5
exclude "Tiny" when revenue < 10
axis worth "Worth" {
  criterion size of revenue weight 60% ramp 0 to 1_000
  criterion years weight 40% bands { >= 10 -> 10, >= 5 -> 7, otherwise -> 1 }
}
segments {
  key "Key" when worth >= line and years >= 2
  good when worth >= 3
  rest otherwise
}
teams {
  sellers 2 people 1_600 h per year 50% with customers 500 NOK per h
}
activities { visit 2 h by owner }
service key { owner sellers, visit 12 per year }
service good, rest { owner sellers, visit 1 per year }
check "Some are key" count(where segment is key) >= 0
"#;

const CUSTOMERS: &str = "id,name,revenue,years,region
A,Alfa,900,12,North
B,Beta,600,3,South
C,Gamma,500,6,North
D,Delta,300,11,South
E,Epsilon,100,1,North
F,Phi,5,20,North
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("old.vekt"), MODEL).expect("a model");
    fs::write(folder.path().join("customers.csv"), CUSTOMERS).expect("customers");
    folder
}

fn vekt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("vekt runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [&["diff"], arguments, &["--format", "json"]].concat();
    let output = vekt(folder, &arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn loaded(known: vekt::base::SourceMap, text: &str) -> Loaded {
    let files = MemoryFiles::new().with("/model.vekt", text);
    let day = Date::parse("2026-11-21").expect("a date");
    let path = Path::new("/model.vekt");
    let loaded = load_beside(known, path, &files, &LoadOptions::on(day));
    let wrong: Vec<_> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    loaded
}

/// What changed where these texts stand instead of those.
fn words(replacements: &[(&str, &str)]) -> Vec<String> {
    let mut text = MODEL.to_owned();
    for (old, new) in replacements {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let old = loaded(Default::default(), MODEL);
    let new = loaded(old.sources.clone(), &text);
    let changes = changes(&old, &new);
    changes.into_iter().flat_map(|it| it.texts).collect()
}

/// Texts that stand instead of others, and what is said of it.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn changes_are_said_in_words() {
    let cases: &[Case] = &[
        (
            &[("param line = 5", "param line = 6.5")],
            &["param `line` 5 → 6.5"],
        ),
        (
            &[("60%", "70%"), ("40%", "30%")],
            &[
                "weight of `worth.size` 60% → 70%",
                "weight of `worth.years` 40% → 30%",
            ],
        ),
        (
            &[("worth >= 3", "worth >= 2.5")],
            &["boundary of `good` on `worth` 3 → 2.5"],
        ),
        (
            &[("worth >= 3", "worth > 3")],
            &["boundary of `good` on `worth` >= 3 → > 3"],
        ),
        (&[("years >= 2\n", "years >= 2.0\n")], &[]),
        (&[("ramp 0 to 1_000", "ramp 0 to 1k")], &[]),
        (
            &[("ramp 0 to 1_000", "ramp 0 to 2k")],
            &["scale of `worth.size` ramp 0 to 1_000 → ramp 0 to 2k"],
        ),
        (
            &[(">= 5 -> 7", ">= 5 -> 8")],
            &["band >= 5 of `worth.years` 7 → 8"],
        ),
        (
            &[(
                "  rest otherwise",
                "  new when years >= 20\n  rest otherwise",
            )],
            &["new clause for `new`: when years >= 20"],
        ),
        (
            &[("key \"Key\"", "key \"Best\"")],
            &["label of `key` \"Key\" → \"Best\""],
        ),
        (
            &[("visit 12 per year }", "visit 6 per year }")],
            &["`visit` of `key` 12 per year → 6 per year"],
        ),
        (
            &[("500 NOK", "550 NOK")],
            &["rate of `sellers` 500 NOK per h → 550 NOK per h"],
        ),
        (
            &[("\"North\", \"South\"", "\"North\", \"South\", \"West\"")],
            &[
                "type of `customers.region` one of \"North\", \"South\" → one of \"North\", \"South\", \"West\"",
            ],
        ),
        (
            &[("revenue < 10", "revenue < 20")],
            &["condition of exclude \"Tiny\" revenue < 10 → revenue < 20"],
        ),
        (
            &[("let loyal = years >= 5\n", "")],
            &["let `loyal` is gone"],
        ),
        (&[("param line", "# a comment\nparam  line")], &[]),
        (
            &[
                ("  good when worth >= 3\n", ""),
                ("  key \"Key\"", "  good when worth >= 3\n  key \"Key\""),
            ],
            &["clauses of segments key, good, rest → good, key, rest"],
        ),
        (
            &[
                ("60%", "50%"),
                ("40%", "30%"),
                (
                    "  criterion years",
                    "  criterion fresh of 10 - min(years, 10) weight 20% ramp 0 to 10\n  criterion years",
                ),
            ],
            &[
                "weight of `worth.size` 60% → 50%",
                "weight of `worth.years` 40% → 30%",
                "new criterion `worth.fresh`: weight 20% ramp 0 to 10",
            ],
        ),
    ];
    for (replacements, expected) in cases {
        assert_eq!(words(replacements), *expected, "{replacements:?}");
    }
    let check = words(&[("(where segment is key) >= 0", "(where segment is key) >= 1")]);
    assert_eq!(check.len(), 1);
    assert!(
        check[0].starts_with("condition of check \"Some are key\""),
        "{check:?}"
    );
}

#[test]
fn each_change_is_applied_alone_and_in_order() {
    let folder = folder();
    let new = MODEL
        .replace("param line = 5", "param line = 4")
        .replace("worth >= 3", "worth >= 4.5")
        .replace("let loyal", "let old_friend = years >= 11\nlet loyal")
        .replace(
            "  rest otherwise",
            "  friend when old_friend\n  rest otherwise",
        );
    let new = new.replace("service good, rest", "service good, friend, rest");
    fs::write(folder.path().join("new.vekt"), &new).expect("a model");
    let all = json(folder.path(), &["old.vekt", "new.vekt", "customers.csv"]);
    let steps = all["effect"]["steps"].as_array().expect("steps");
    let customers = |it: &Value| it["customers"].as_u64().expect("a number");
    // The new clause needs its let: they go together.
    let together: Vec<usize> = steps
        .iter()
        .map(|it| it["changes"].as_array().expect("changes").len())
        .collect();
    assert!(together.iter().any(|it| *it > 1), "{steps:#?}");
    // Alone is what the same change does in a file of its own.
    let alone = json(
        folder.path(),
        &["old.vekt", "customers.csv", "--set", "line=4"],
    );
    assert_eq!(
        customers(&steps[0]["alone"]),
        customers(&alone["effect"]["moved"])
    );
    let movers = all["effect"]["movers"].as_array().expect("movers");
    assert!(!movers.is_empty());
    for mover in movers {
        let by = mover["moved_by"].as_array().expect("steps");
        assert!(!by.is_empty(), "{mover:#}");
    }
    let human = out(&vekt(
        folder.path(),
        &["diff", "old.vekt", "new.vekt", "customers.csv"],
    ));
    assert!(
        human.contains("do not stand alone and are applied together"),
        "{human}"
    );
}

#[test]
fn every_way_of_naming_two_sides() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("new.vekt"), MODEL.replace("line = 5", "line = 8")).expect("a model");
    let models = json(path, &["old.vekt", "new.vekt", "customers.csv"]);
    let set = json(path, &["old.vekt", "customers.csv", "--set", "line=8"]);
    assert_eq!(models["effect"], set["effect"]);
    // A result that was written with the old model against the new one.
    let run = vekt(
        path,
        &["run", "old.vekt", "customers.csv", "-o", "result.csv", "-q"],
    );
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let result = json(path, &["result.csv", "new.vekt", "customers.csv"]);
    let moved = |it: &Value| it["effect"]["moved"]["customers"].clone();
    assert_eq!(moved(&result), moved(&models));
    assert_ne!(moved(&result), Value::from(0));
    let same = json(path, &["result.csv", "old.vekt", "customers.csv"]);
    assert_eq!(moved(&same), Value::from(0));
    // Two files of customers: one left, one came, one is worth more.
    let later = CUSTOMERS
        .replace("E,Epsilon,100,1,North\n", "G,Gimel,50,2,South\n")
        .replace("B,Beta,600", "B,Beta,1000");
    fs::write(path.join("later.csv"), later).expect("customers");
    let data = json(path, &["old.vekt", "customers.csv", "later.csv"]);
    let effect = &data["effect"];
    assert_eq!(
        (&effect["entered"], &effect["left"]),
        (&1.into(), &1.into())
    );
    assert_eq!(effect["moved"]["customers"], Value::from(3));
    let csv = out(&vekt(
        path,
        &[
            "diff",
            "old.vekt",
            "customers.csv",
            "later.csv",
            "--format",
            "csv",
        ],
    ));
    let expected = "customer,name,from,to,amount_before,amount_after,moved_by,moved_alone_by
B,Beta,good,key,600,1000,,
E,Epsilon,rest,not there,100,,,
G,Gimel,not there,rest,,50,,
";
    assert_eq!(csv, expected);
}

#[test]
fn a_check_that_fails_now_is_told() {
    let folder = folder();
    let path = folder.path();
    let model = MODEL.replace("is key) >= 0", "is key) >= 2");
    fs::write(path.join("old.vekt"), model).expect("a model");
    let said = |value: &str| {
        let arguments = ["diff", "old.vekt", "customers.csv", "--set", value];
        out(&vekt(path, &arguments))
    };
    let fails = said("line=9");
    assert!(
        fails.contains("  check \"Some are key\" held before and fails now (1, wanted >= 2)\n"),
        "{fails}"
    );
    assert!(!said("line=5.01").contains("Some are key"));
}

#[test]
fn exit_codes_and_rules_only() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("new.vekt"), MODEL.replace("line = 5", "line = 8")).expect("a model");
    let code = |arguments: &[&str]| vekt(path, arguments).status.code();
    let moved = ["diff", "old.vekt", "new.vekt", "customers.csv"];
    assert_eq!(code(&moved), Some(0));
    assert_eq!(code(&[&moved[..], &["--exit-code"]].concat()), Some(1));
    let same = [
        "diff",
        "old.vekt",
        "old.vekt",
        "customers.csv",
        "--exit-code",
    ];
    assert_eq!(code(&same), Some(0));
    let rules = vekt(
        path,
        &[
            "diff",
            "old.vekt",
            "new.vekt",
            "--rules-only",
            "--exit-code",
        ],
    );
    assert_eq!(rules.status.code(), Some(1));
    assert_eq!(out(&rules), "old.vekt → new.vekt\n\n  param `line` 5 → 8\n");
}

#[test]
fn revisions_are_read_through_git() {
    let folder = folder();
    let path = folder.path();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@b.c"])
            .args(arguments)
            .current_dir(path)
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    // The model is in two files; both have changed since.
    let (head, rest) = MODEL.split_once("segments {").expect("segments");
    fs::create_dir(path.join("base")).expect("a folder");
    fs::write(path.join("base/head.vekt"), head).expect("a file");
    let model = format!("use \"base/head.vekt\"\nsegments {{{rest}");
    fs::write(path.join("model.vekt"), &model).expect("a file");
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    fs::write(
        path.join("base/head.vekt"),
        head.replace("line = 5", "line = 8"),
    )
    .expect("a file");
    fs::write(
        path.join("model.vekt"),
        model.replace("worth >= 3", "worth >= 2"),
    )
    .expect("a file");
    let found = json(path, &["HEAD:model.vekt", "model.vekt", "customers.csv"]);
    let texts: Vec<&str> = found["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|it| it["texts"][0].as_str())
        .collect();
    assert_eq!(
        texts,
        ["param `line` 5 → 8", "boundary of `good` on `worth` 3 → 2"]
    );
    let below: PathBuf = path.join("base");
    let same = json(
        &below,
        &["HEAD:./head.vekt", "HEAD:base/head.vekt", "--rules-only"],
    );
    assert_eq!(same["rules"], Value::Array(Vec::new()));
    for (side, said) in [
        ("NOWHERE:model.vekt", "git knows no revision `NOWHERE`"),
        ("HEAD:modell.vekt", "the nearest is `HEAD:model.vekt`"),
    ] {
        let output = vekt(path, &["diff", side, "model.vekt", "customers.csv"]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(said), "{errors}");
    }
}

#[test]
fn wrong_input_is_answered() {
    let folder = folder();
    let path = folder.path();
    for (arguments, code, said) in [
        (&["old.vekt"][..], 2, "there is nothing to compare with"),
        (
            &["old.vekt", "-", "-"],
            2,
            "standard input can be only one of the files",
        ),
        (&["customers.csv"], 2, "rule files end in `.vekt`"),
        (
            &["old.vekt", "gone.vekt", "customers.csv"],
            2,
            "there is no file `gone.vekt`",
        ),
        (
            &["old.vekt", "customers.csv", "--scenario", "x"],
            2,
            "there is no scenario `x`",
        ),
        (&["old.vekt", "customers.csv", "--set", "lin=3"], 2, "line"),
        (&["old.vekt", "gone.csv", "--set", "line=3"], 4, "gone.csv"),
        (
            &[
                "old.vekt",
                "customers.csv",
                "--set",
                "line=3",
                "--by",
                "revnue",
            ],
            2,
            "the nearest is `revenue`",
        ),
        (
            &[
                "old.vekt",
                "customers.csv",
                "--set",
                "line=3",
                "--segmentation",
                "abc",
            ],
            2,
            "the model has no segmentation `abc`",
        ),
        (
            &["customers.csv", "old.vekt", "customers.csv"],
            3,
            "segment",
        ),
    ] {
        let output = vekt(path, &[&["diff"], arguments].concat());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
    }
}

#[test]
fn markdown_is_a_table_for_merge_requests() {
    let folder = folder();
    let arguments = [
        "diff",
        "old.vekt",
        "customers.csv",
        "--set",
        "line=8",
        "--format",
        "markdown",
    ];
    let shown = out(&vekt(folder.path(), &arguments));
    let expected = "### `old.vekt` → `old.vekt (line=8)`

**Rules**

- param `line` 5 → 8
";
    assert!(shown.starts_with(expected), "{shown}");
    assert!(
        shown.contains("| before \\ after | Key | good | rest | excluded | before |"),
        "{shown}"
    );
    assert!(
        shown.contains("| excluded | · | · | · | 1 | 1 |"),
        "{shown}"
    );
}
