//! `vekt diff` over time: two models on two files of customers, another day, other tables; and
//! customers from standard input.

use super::*;

/// Two models, each on its own data: the data is the first step, the rules follow on the new data.
#[test]
fn last_year_and_this_year() {
    let folder = folder();
    let path = folder.path();
    let new = MODEL
        .replace("line = 5", "line = 8")
        .replace("worth >= 3", "worth >= 4.5");
    fs::write(path.join("new.vekt"), &new).expect("a model");
    // E left, G came, and B is worth more.
    let later = CUSTOMERS
        .replace("E,Epsilon,100,1,North\n", "G,Gimel,50,2,South\n")
        .replace("B,Beta,600", "B,Beta,1000");
    fs::write(path.join("later.csv"), &later).expect("customers");
    let files = ["old.vekt", "new.vekt", "customers.csv", "later.csv"];
    let all = json(path, &files);
    let pairs = ["old.vekt", "customers.csv", "new.vekt", "later.csv"];
    assert_eq!(all, json(path, &pairs));
    let moves = |it: &Value| -> Vec<(String, String, String)> {
        let movers = it["effect"]["movers"].as_array().expect("movers");
        let text = |it: &Value| it.as_str().expect("a text").to_owned();
        let mut moves: Vec<_> = movers
            .iter()
            .map(|it| (text(&it["customer"]), text(&it["from"]), text(&it["to"])))
            .collect();
        moves.sort();
        moves
    };
    // The same as a result of last year against the new model and the new data.
    let run = vekt(
        path,
        &["run", "old.vekt", "customers.csv", "-o", "old.csv", "-q"],
    );
    assert!(run.status.success());
    let against = json(path, &["old.csv", "new.vekt", "later.csv"]);
    assert_eq!(moves(&all), moves(&against));
    // Every step is what the two runs beside it say.
    let steps = all["effect"]["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 3);
    assert_eq!(
        (&steps[0]["step"], &steps[1]["step"]),
        (&0.into(), &1.into())
    );
    let data = json(path, &["old.vekt", "customers.csv", "later.csv"]);
    assert_eq!(steps[0]["in_order"], data["effect"]["moved"]);
    let line = json(path, &["old.vekt", "later.csv", "--set", "line=8"]);
    assert_eq!(steps[1]["in_order"], line["effect"]["moved"]);
    let line = json(path, &["old.vekt", "customers.csv", "--set", "line=8"]);
    let customers = |it: &Value| it["customers"].clone();
    assert_eq!(
        customers(&steps[1]["alone"]),
        customers(&line["effect"]["moved"])
    );
    let by = |key: &str| {
        let movers = all["effect"]["movers"].as_array().expect("movers");
        let mover = movers.iter().find(|it| it["customer"] == key);
        mover.map(|it| it["moved_by"].clone())
    };
    assert_eq!(by("G"), Some(serde_json::json!([0])));
    assert_eq!(by("E"), Some(serde_json::json!([0])));
    let human = out(&vekt(path, &[&["diff"][..], &files].concat()));
    assert!(
        human.starts_with("old.vekt on customers.csv → new.vekt on later.csv\n"),
        "{human}"
    );
    assert!(human.contains("\n  data  "), "{human}");
    // Data that only the new model can read is not blamed on the first of its rules.
    let renamed = new.replace(
        "  years number",
        "  years number from \"Years\" or \"Jahre\"",
    );
    fs::write(path.join("new.vekt"), renamed).expect("a model");
    let later = later.replace("name,revenue,years", "name,revenue,Jahre");
    fs::write(path.join("later.csv"), later).expect("customers");
    let all = json(path, &files);
    let steps = all["effect"]["steps"].as_array().expect("steps");
    assert!(steps[0]["in_order"].is_null(), "{steps:#?}");
    let why = steps[0]["not_run"].as_str().expect("a reason");
    assert!(why.contains("years"), "{why}");
    let movers = all["effect"]["movers"].as_array().expect("movers");
    let came = movers.iter().find(|it| it["customer"] == "G").expect("G");
    assert_eq!(came["moved_by"][0], 0, "{came:#}");
}

/// The day and the tables of the old side are named apart.
#[test]
fn a_year_ago() {
    let folder = folder();
    let path = folder.path();
    let model = r#"
model "Days" { edition 2026 }
customers key id { id text }
table orders key id from "orders.csv" { id text, date date }
segments {
  busy when count(orders where date between today - 12 months and today) >= 2
  calm otherwise
}
"#;
    fs::write(path.join("model.vekt"), model).expect("a model");
    fs::write(path.join("keys.csv"), "id\nA\nB\n").expect("customers");
    let orders = "id,date\nA,2026-03-01\nA,2026-04-01\nB,2025-03-01\nB,2025-02-01\n";
    fs::write(path.join("orders.csv"), orders).expect("orders");
    let days = ["--today", "2026-06-01", "--old-today", "2025-06-01"];
    let moved = |arguments: &[&str]| {
        let all = json(path, &[&["model.vekt", "keys.csv"], arguments].concat());
        all["effect"]["moved"]["customers"].clone()
    };
    assert_eq!(moved(&days), Value::from(2));
    fs::write(path.join("before.csv"), "id,date\nB,2026-03-01\n").expect("orders");
    let tables = ["--today", "2026-06-01", "--old-table", "orders=before.csv"];
    assert_eq!(moved(&tables), Value::from(1));
    let human = out(&vekt(
        path,
        &[&["diff", "model.vekt", "keys.csv"], &days[..]].concat(),
    ));
    assert!(
        human.starts_with("model.vekt (today 2025-06-01) → model.vekt (today 2026-06-01)"),
        "{human}"
    );
}

/// Standard input is read once, however many programs read it in their own way.
#[test]
fn customers_from_standard_input() {
    use std::io::Write;
    let folder = folder();
    let path = folder.path();
    let new = MODEL.replace("years number", "years number >= 0");
    fs::write(path.join("new.vekt"), new.replace("line = 5", "line = 8")).expect("a model");
    let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(["diff", "old.vekt", "new.vekt", "-", "--format", "csv"])
        .current_dir(path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("vekt runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(CUSTOMERS.as_bytes()).expect("written");
    drop(input);
    let piped = child.wait_with_output().expect("an end");
    let named = vekt(
        path,
        &[
            "diff",
            "old.vekt",
            "new.vekt",
            "customers.csv",
            "--format",
            "csv",
        ],
    );
    assert_eq!(out(&piped), out(&named));
    assert!(out(&piped).contains("C,Gamma"), "{}", out(&piped));
}
