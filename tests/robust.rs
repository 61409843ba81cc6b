//! `vekt robust` against whole runs of edited files: every weight and every boundary, at any depth;
//! the smallest changes one by one; the draws on any number of threads.

#[path = "robust/asked.rs"]
mod asked;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Groups in groups, missing values, a table, ranks, an exclude that looks at an axis.
const NESTED: &str = r#"
model "Nested" { edition 2026, currency NOK }
customers key id {
  id text
  revenue money >= 0
  growth percent?
  share percent between 0% and 100%
  years number >= 0
}
param line = 6 between 0 and 10
exclude "Hopeless" when worth < 1.5
axis worth "Worth" {
  group size weight 60% {
    criterion revenue weight 70% ramp 0 to 1_000
    group outlook weight 30% {
      criterion growth weight 50% ramp 0% to 20% if missing skip
      criterion place of revenue weight 50% ranked
    }
  }
  criterion years weight 40% bands { >= 10 -> 10, >= 5 -> 7, otherwise -> 1 }
}
axis fit {
  criterion share weight 100% ramp 0% to 100%
}
segments by worth and fit {
  key "Key", good, small, rest
  gone when share < 2%
  | worth \ fit  | >= 5  | otherwise |
  | >= 6.5       | key   | good      |
  | >= 4         | good  | small     |
  | otherwise    | small | rest      |
}
segments other {
  high when worth >= line
  low otherwise
}
"#;

fn vekt(folder: &Path, threads: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(arguments)
        .env("RAYON_NUM_THREADS", threads)
        .current_dir(folder)
        .output()
        .expect("vekt runs")
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    let output = vekt(folder, "2", &arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("")
}

/// Ninety customers, the same every time.
fn customers() -> String {
    let mut rows = String::from("id,revenue,growth,share,years\n");
    for at in 0..90_u64 {
        let mixed = (at * 2_654_435_761) % 1_000_003;
        let growth = match at % 7 {
            0 => String::new(),
            _ => format!("{}%", mixed % 23),
        };
        rows.push_str(&format!(
            "N{at},{},{growth},{}%,{}\n",
            mixed % 1_100,
            (mixed / 7) % 101,
            (mixed / 13) % 14
        ));
    }
    rows
}

fn nested() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.vekt"), NESTED).expect("a model");
    fs::write(folder.path().join("customers.csv"), customers()).expect("customers");
    folder
}

/// The example without its tests, whose running says nothing here.
fn example() -> (tempfile::TempDir, String) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/key-account-matrix");
    let model = fs::read_to_string(source.join("model.vekt")).expect("the example");
    let end = model.find("\ntest ").expect("tests");
    let model = model[..end].to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.vekt"), &model).expect("a model");
    let customers = fs::read(source.join("customers.csv")).expect("customers");
    fs::write(folder.path().join("customers.csv"), customers).expect("customers");
    (folder, model)
}

/// What moves when the file is edited: another model against the one that is there.
fn edited(folder: &Path, model: &str, segmentation: &str) -> (u64, String) {
    fs::write(folder.join("edited.vekt"), model).expect("a model");
    let files = ["diff", "model.vekt", "edited.vekt", "customers.csv"];
    let found = json(
        folder,
        &[&files[..], &["--segmentation", segmentation]].concat(),
    );
    let moved = &found["effect"]["moved"];
    (
        moved["customers"].as_u64().expect("a number"),
        text(moved, "amount").to_owned(),
    )
}

/// A scenario made of the model: `weight PATH SHARE`, which shares the rest as robust does.
fn with_weight(model: &str, path: &str, share: &str) -> String {
    format!("{model}\nscenario tried {{ weight {path} {share} }}\n")
}

fn weighed(folder: &Path, model: &str, path: &str, share: &str) -> (u64, String) {
    fs::write(folder.join("tried.vekt"), with_weight(model, path, share)).expect("a model");
    let files = ["diff", "tried.vekt", "customers.csv", "--scenario", "tried"];
    let found = json(folder, &files);
    let moved = &found["effect"]["moved"];
    (
        moved["customers"].as_u64().expect("a number"),
        text(moved, "amount").to_owned(),
    )
}

fn counted(tried: &Value) -> (u64, String) {
    let customers = tried["customers"].as_u64().expect("a number");
    (customers, text(tried, "amount").to_owned())
}

fn path_of(tried: &Value) -> &str {
    text(tried, "what")
        .trim_start_matches("weight of ")
        .trim_matches('`')
}

#[test]
fn each_weight_moves_whom_the_edited_file_moves() {
    let nested = nested();
    let (example, model) = example();
    for (folder, model) in [(nested.path(), NESTED), (example.path(), &model)] {
        let files = [
            "robust",
            "model.vekt",
            "customers.csv",
            "--draws",
            "0",
            "--reach",
            "0",
        ];
        let found = json(folder, &files);
        let weights = found["weights"].as_array().expect("weights");
        assert!(weights.len() >= 12, "{}", weights.len());
        for tried in weights {
            let expected = weighed(folder, model, path_of(tried), text(tried, "to"));
            assert_eq!(counted(tried), expected, "{tried:#}");
        }
        for tried in found["dropped"].as_array().expect("weights") {
            let expected = weighed(folder, model, path_of(tried), "0%");
            assert_eq!(counted(tried), expected, "{tried:#}");
        }
    }
}

#[test]
fn each_boundary_moves_whom_the_edited_file_moves() {
    let nested = nested();
    let (example, model) = example();
    let of_nested: BTreeMap<&str, (&str, &str)> = BTreeMap::from([
        (
            "boundary of `gone` on `share`",
            ("share < 2%", "share < {}"),
        ),
        ("row 1 of `worth`", (">= 6.5 ", ">= {} ")),
        ("row 2 of `worth`", (">= 4  ", ">= {}  ")),
        ("column 1 of `fit`", ("| >= 5 ", "| >= {} ")),
    ]);
    let of_example: BTreeMap<&str, (&str, &str)> = BTreeMap::from([
        ("param `key_line`", ("key_line = 7 ", "key_line = {} ")),
        (
            "boundary of `key` on `strength`",
            ("strength >= 6\n", "strength >= {}\n"),
        ),
        (
            "slack of `key` on `strength`",
            ("strength >= 5.5", "strength >= {}"),
        ),
        (
            "boundary of `maintenance` on `attractiveness`",
            ("when attractiveness >= 4 ", "when attractiveness >= {} "),
        ),
        (
            "boundary of `maintenance` on `years`",
            (
                "attractiveness >= 4 and years >= 5",
                "attractiveness >= 4 and years >= {}",
            ),
        ),
    ]);
    let of_other = BTreeMap::from([("param `line`", ("line = 6 ", "line = {} "))]);
    for (folder, model, segmentation, edits) in [
        (nested.path(), NESTED, "segment", &of_nested),
        (nested.path(), NESTED, "other", &of_other),
        (example.path(), model.as_str(), "segment", &of_example),
    ] {
        let files = [
            "robust",
            "model.vekt",
            "customers.csv",
            "--draws",
            "0",
            "--reach",
            "0",
        ];
        let found = json(
            folder,
            &[&files[..], &["--segmentation", segmentation]].concat(),
        );
        let mut compared = 0;
        for tried in found["boundaries"].as_array().expect("boundaries") {
            let Some((old, new)) = edits.get(text(tried, "what")) else {
                continue;
            };
            assert!(model.contains(old), "{old}");
            let edited_model = model.replacen(old, &new.replace("{}", text(tried, "to")), 1);
            let expected = edited(folder, &edited_model, segmentation);
            assert_eq!(counted(tried), expected, "{tried:#}");
            compared += 1;
        }
        assert_eq!(compared, edits.len() * 2);
    }
}

/// The segments of all customers in a whole run.
fn segments(folder: &Path, arguments: &[&str]) -> BTreeMap<String, String> {
    let output = vekt(folder, "2", &[&["run"], arguments, &["--quiet"]].concat());
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut rows = csv::Reader::from_reader(output.stdout.as_slice());
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|it| it == name);
    let headers = rows.headers().expect("a header").clone();
    let segment = at("segment", &headers).expect("a segment");
    let rows = rows.records().map(|row| {
        let row = row.expect("a row");
        (row[0].to_owned(), row[segment].to_owned())
    });
    rows.collect()
}

#[test]
fn the_smallest_change_moves_and_a_smaller_one_does_not() {
    let (example, model) = example();
    let nested = nested();
    for (folder, model) in [(nested.path(), NESTED), (example.path(), &model)] {
        let found = json(
            folder,
            &["robust", "model.vekt", "customers.csv", "--draws", "0"],
        );
        let reached = found["smallest_changes"].as_array().expect("changes");
        let paths: Vec<&str> = found["dropped"]
            .as_array()
            .expect("weights")
            .iter()
            .map(path_of)
            .collect();
        let share = |text: &str| -> i64 {
            let number: f64 = text.trim_end_matches('%').parse().expect("a percent");
            (number * 10_000.0).round() as i64
        };
        let shares: BTreeMap<&str, i64> = found["dropped"]
            .as_array()
            .expect("weights")
            .iter()
            .map(|it| (path_of(it), share(text(it, "from"))))
            .collect();
        let now = segments(folder, &["model.vekt", "customers.csv"]);
        let after = |path: &str, share: i64| {
            let percent = format!("{}%", share as f64 / 10_000.0);
            fs::write(
                folder.join("tried.vekt"),
                with_weight(model, path, &percent),
            )
            .expect("a model");
            segments(
                folder,
                &["tried.vekt", "customers.csv", "--scenario", "tried"],
            )
        };
        let moving: Vec<&Value> = reached
            .iter()
            .filter(|it| it["weight"].is_string())
            .collect();
        assert!(moving.len() >= 3, "{reached:#?}");
        for it in moving.iter().take(2) {
            let (customer, path) = (text(it, "customer"), text(it, "weight"));
            let (from, to) = (share(text(it, "from")), share(text(it, "to")));
            assert_eq!(after(path, to)[customer], text(it, "segment"), "{it:#}");
            let nearer = if to > from { to - 1 } else { to + 1 };
            assert_eq!(after(path, nearer)[customer], now[customer], "{it:#}");
            // No other weight moves the customer with less.
            let size = (to - from).abs();
            for other in &paths {
                for change in [1 - size, -size / 2, size / 2, size - 1] {
                    let wanted = shares[other] + change;
                    if (0..=1_000_000).contains(&wanted) {
                        let there = &after(other, wanted)[customer];
                        assert_eq!(there, &now[customer], "{other} {change} {it:#}");
                    }
                }
            }
        }
    }
}

#[test]
fn draws_are_the_same_on_any_number_of_threads() {
    let folder = nested();
    let shake = |threads: &str, seed: &str| {
        let arguments = [
            "robust",
            "model.vekt",
            "customers.csv",
            "--draws",
            "150",
            "--seed",
            seed,
        ];
        let output = vekt(
            folder.path(),
            threads,
            &[&arguments[..], &["--format", "json"]].concat(),
        );
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    let one = shake("1", "7");
    assert_eq!(one, shake("4", "7"));
    assert_eq!(one, shake("3", "7"));
    let other = shake("4", "8");
    assert_ne!(one, other);
    let found: Value = serde_json::from_slice(&one).expect("JSON");
    let stability = found["stability"].as_array().expect("customers");
    assert_eq!(stability.len(), 90);
    let kept: u64 = stability.iter().filter_map(|it| it["kept"].as_u64()).sum();
    let share = kept as f64 / (90.0 * 150.0);
    assert!((0.8..1.0).contains(&share), "{share}");
    // Whoever stands far from every line stands firmly.
    let always = found["simulation"]["always"].as_u64().expect("a number");
    assert!(always > 30, "{always}");
}

#[test]
fn it_reads_well_and_answers_wrong_input() {
    let folder = nested();
    let said = |arguments: &[&str]| {
        let output = vekt(folder.path(), "2", &[&["robust"], arguments].concat());
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), out + &errors)
    };
    let (code, shown) = said(&["model.vekt", "customers.csv", "--draws", "50"]);
    assert_eq!(code, Some(0), "{shown}");
    for part in [
        "each weight 10% less and more",
        "worth.size.outlook.growth",
        "each boundary 0.25 points lower and higher",
        "row 1 of worth",
        "drawn 50 times around the model's (spread 5%, seed 1)",
        "the smallest change of one weight that moves a customer of Key",
    ] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    let csv = said(&[
        "model.vekt",
        "customers.csv",
        "--draws",
        "50",
        "--format",
        "csv",
    ])
    .1;
    assert_eq!(csv.lines().count(), 91);
    let markdown = said(&[
        "model.vekt",
        "customers.csv",
        "--draws",
        "0",
        "--format",
        "markdown",
    ])
    .1;
    assert!(
        markdown.contains("| what | from | to | moved | share | revenue |"),
        "{markdown}"
    );
    for (arguments, code, wanted) in [
        (
            &["model.vekt", "customers.csv", "--weight", "10"][..],
            2,
            "such as 10%",
        ),
        (
            &["model.vekt", "customers.csv", "--segmentation", "othr"],
            2,
            "the nearest is `other`",
        ),
        (
            &["model.vekt", "customers.csv", "--by", "name"],
            2,
            "could be added up",
        ),
        (&["model.vekt", "gone.csv"], 4, "gone.csv"),
        (&["gone.vekt"], 2, "gone.vekt"),
    ] {
        let (found, shown) = said(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {shown}");
        assert!(shown.contains(wanted), "{arguments:?}: {shown}");
    }
}
