//! What `vekt check --data` says: each finding from data that shows it, none from data that does not.

use std::fmt::Write;
use std::fs;
use std::process::Command;

const MODEL: &str = r#"model "Review" { currency NOK }
customers key id {
  id       text
  revenue  money    >= 0
  size     number   >= 0
  growth   percent?
  share    percent  as fraction
  rate     number
  region   one of "N", "S", "W"
  orders   number   >= 0
}
axis value {
  criterion revenue  weight 40%  ramp 0 to 100k
  criterion orders   weight 30%  bands { >= 50 -> 10, >= 10 -> 5, otherwise -> 0 }
  criterion region   weight 20%  match { "N" -> 10, "S" -> 5, "W" -> 0 }
  criterion growth   weight 10%  ramp 0% to 20%  if missing 5
}
segments {
  key    when value >= 6
  other  otherwise
}
output { id, segment, size, share, rate }
"#;

/// Twenty customers whose data shows nothing: `change` may make each cell of a column another one.
fn data(header: &str, change: &dyn Fn(usize, &str) -> Option<String>) -> String {
    let mut text = String::from(header);
    let columns: Vec<&str> = header.trim().split(',').collect();
    for at in 0..20_usize {
        let usual = |column: &str| match column {
            "id" => format!("C-{at}"),
            // Four orders of customers that have nothing to do with each other.
            "revenue" => (at * 5_000).to_string(),
            "size" => ((at * 7) % 20 + 2).to_string(),
            "growth" => format!("{}%", (at * 13) % 20),
            "share" => format!("0.{:02}", (at * 11) % 20 + 10),
            "rate" => ((at * 3) % 20).to_string(),
            "region" => ["N", "S", "W"][(at * at) % 3 + usize::from(at == 7)].to_owned(),
            "orders" => [60, 3, 20, 12, 0][(at * 3) % 5].to_string(),
            _ => "x".to_owned(),
        };
        let cells: Vec<String> = columns
            .iter()
            .map(|column| change(at, column).unwrap_or_else(|| usual(column)))
            .collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

const HEADER: &str = "id,revenue,size,growth,share,rate,region,orders\n";

fn check(model: &str, data: &str) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("m.vekt"), model).expect("written");
    fs::write(folder.path().join("c.csv"), data).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["check", "m.vekt", "--data", "c.csv", "--format", "short"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = said.lines().filter(|line| !line.contains("[near-line]"));
    (
        output.status.code().unwrap_or(-1),
        lines.map(str::to_owned).collect(),
    )
}

/// The only finding, without its place.
fn only(model: &str, data: &str) -> String {
    let (code, found) = check(model, data);
    assert_eq!(code, 0, "{found:?}");
    assert_eq!(found.len(), 1, "{found:#?}");
    let (_, words) = found[0].split_once(": ").expect("a place");
    words.to_owned()
}

fn unchanged(_: usize, _: &str) -> Option<String> {
    None
}

#[test]
fn data_that_shows_nothing() {
    let (code, found) = check(MODEL, &data(HEADER, &unchanged));
    assert_eq!((code, found), (0, vec![]));
}

#[test]
fn columns_that_nothing_reads() {
    let header = HEADER.replace("id,", "id,Fax,Telex,");
    let found = only(MODEL, &data(&header, &unchanged));
    assert_eq!(
        found,
        "note[column-not-read]: no field is read from `Fax`, `Telex`"
    );
}

#[test]
fn mostly_missing() {
    let cells = data(HEADER, &|at, column| {
        (column == "growth" && at % 5 != 0).then(String::new)
    });
    assert_eq!(
        only(MODEL, &cells),
        "warning[mostly-missing]: `growth` is missing for 16 of 20 customers (80.0 %)"
    );
    let some = data(HEADER, &|at, column| {
        (column == "growth" && at % 5 == 0).then(String::new)
    });
    assert_eq!(check(MODEL, &some), (0, vec![]));
}

#[test]
fn numbers_that_look_like_percents() {
    let cells = data(HEADER, &|at, column| {
        (column == "rate").then(|| format!("0.{:02}", at + 10))
    });
    assert_eq!(
        only(MODEL, &cells),
        "warning[looks-like-percent]: all values of `rate` lie between 0 and 1, and it is declared as a number"
    );
    let model = MODEL.replace("rate     number", "rate     number from \"Rate %\"");
    let header = HEADER.replace("rate", "Rate %");
    let cells = data(&header, &|at, column| {
        (column == "Rate %").then(|| at.to_string())
    });
    assert!(only(&model, &cells).starts_with("warning[looks-like-percent]: the column `rate %`"));
    // Yes and no as 1 and 0 are no percents.
    let flags = data(HEADER, &|at, column| {
        (column == "rate").then(|| (at % 2).to_string())
    });
    assert_eq!(check(MODEL, &flags), (0, vec![]));
}

#[test]
fn fractions_that_look_like_percents() {
    let cells = data(HEADER, &|at, column| {
        (column == "share").then(|| (at + 3).to_string())
    });
    assert_eq!(
        only(MODEL, &cells),
        "warning[looks-like-points]: 20 of 20 values of `share` are above 100% when they are read as fractions"
    );
}

#[test]
fn criteria_that_tell_nobody_apart() {
    let model = MODEL.replace("ramp 0 to 100k", "ramp 0 to 100M");
    assert_eq!(
        only(&model, &data(HEADER, &unchanged)),
        "warning[criterion-alike]: `value.revenue` gives 20 of 20 customers 0.00 to 0.01: it tells hardly anybody apart"
    );
}

#[test]
fn criteria_that_count_the_same_twice() {
    let model = MODEL.replace("weight 40%", "weight 30%").replace(
        "  criterion orders",
        "  criterion size     weight 10%  ramp 0 to 500\n  criterion orders",
    );
    let cells = data(HEADER, &|at, column| {
        (column == "size").then(|| (at * 20 + [0, 15, 30][at % 3]).to_string())
    });
    let found = only(&model, &cells);
    assert_eq!(
        found,
        "warning[criteria-correlated]: `value.revenue` and `value.size` put customers in the same order (rank correlation 0.99)"
    );
}

#[test]
fn bands_and_arms_that_nobody_meets() {
    let cells = data(HEADER, &|at, column| match column {
        "orders" => Some(["70", "3"][at % 2].to_owned()),
        "region" => Some(["N", "W"][(at / 2) % 2].to_owned()),
        _ => None,
    });
    let (_, found) = check(MODEL, &cells);
    let words: Vec<&str> = found
        .iter()
        .filter_map(|it| Some(it.split_once(": ")?.1))
        .collect();
    let expected = [
        "warning[band-unmet]: no customer meets the band `>= 10`",
        "warning[arm-unmet]: no customer has the value \"S\"",
    ];
    assert_eq!(words, expected);
}

#[test]
fn few_customers_show_nothing() {
    let all = data(HEADER, &|_, column| {
        (column == "orders").then(|| "70".to_owned())
    });
    let few: Vec<&str> = all.lines().take(6).collect();
    assert_eq!(check(MODEL, &few.join("\n")), (0, vec![]));
}

fn human(model: &str, data: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("m.vekt"), model).expect("written");
    fs::write(folder.path().join("c.csv"), data).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["check", "m.vekt", "--data", "c.csv"])
        .output()
        .expect("it runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Scores are the revenue in tens of thousands: 0, 0.5, 1, …
const LINES: &str = r#"model "Lines" { currency NOK }
customers key id { id text, revenue money >= 0 }
param line = 6 between 0 and 10
axis value { criterion revenue weight 1 ramp 0 to 100k }
axis other { criterion again of revenue weight 1 ramp 0 to 50k }
exclude "Small" when revenue < 20k
"#;

#[test]
fn customers_close_to_a_line() {
    let cells: String = "id,revenue\n".to_owned()
        + &[10_000, 57_499, 57_500, 60_000, 62_500, 62_501, 40_000]
            .iter()
            .enumerate()
            .map(|(at, revenue)| format!("C-{at},{revenue}\n"))
            .collect::<String>();
    // 5.75 scores 5.75: exactly a quarter of a point is near; 62 501 scores 6.25 after rounding.
    let said = human(
        &format!("{LINES}segments {{ a when value >= line, b otherwise }}\n"),
        &cells,
    );
    assert!(
        said.contains("5 of 6 customers (83.3 %) stand within 0.25 points of `value >= line`"),
        "{said}"
    );
    assert!(
        said.contains(
            "5 of 6 customers (83.3 %) stand within 0.25 points of a line between segments"
        ),
        "{said}"
    );
    let table = "segments by value and other {\n | value \\ other | < 8 | otherwise |\n | >= 6 | a | b |\n | otherwise | c | d |\n}\n";
    let said = human(&format!("{LINES}{table}"), &cells);
    assert!(
        said.contains("5 of 6 customers (83.3 %) stand within 0.25 points of 6 in `value`"),
        "{said}"
    );
    assert!(
        said.contains("1 of 6 customers (16.7 %) stand within 0.25 points of 8 in `other`"),
        "{said}"
    );
}

#[test]
fn findings_from_data_are_allowed_where_they_stand() {
    let model = MODEL.replace(
        "ramp 0 to 100k",
        "ramp 0 to 100M  # vekt: allow criterion-alike because the large ones come in May",
    );
    assert_eq!(check(&model, &data(HEADER, &unchanged)), (0, vec![]));
    let model = MODEL.replace(
        "ramp 0 to 100k",
        "ramp 0 to 100k  # vekt: allow criterion-alike because of May",
    );
    let found = only(&model, &data(HEADER, &unchanged));
    assert_eq!(
        found,
        "warning[allow-without-finding]: there is no `criterion-alike` here to allow"
    );
    // Without data nothing is known of it.
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("m.vekt"), &model).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["check", "m.vekt"])
        .output()
        .expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "m.vekt: nothing wrong\n"
    );
}

#[test]
fn errors_in_the_data_are_told() {
    let model = MODEL.replace("if missing 5", "if missing reject");
    let cells = data(HEADER, &|at, column| {
        (column == "growth" && at == 4).then(String::new)
    });
    let (code, found) = check(&model, &cells);
    assert_eq!(code, 3);
    assert!(found[0].contains("C-4"), "{found:?}");
    let cells = data(HEADER, &|at, column| {
        (column == "revenue" && at == 4).then(|| "-5".to_owned())
    });
    let (code, found) = check(MODEL, &cells);
    assert_eq!(code, 3);
    assert!(
        found[0].starts_with("c.csv:6: error[out-of-bounds]"),
        "{found:?}"
    );
}
