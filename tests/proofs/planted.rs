//! Planted mistakes in one to four dimensions: each is found where it stands, and where a customer
//! is shown, the run itself shows the same.

use super::proved;

const HEAD: &str = r#"model "m" { currency NOK, today 2026-11-21 }
customers key id {
  id text
  revenue money >= 0
  margin percent between -50% and 100%
  growth percent?
  region one of "N", "S", "W"
  active flag
  level steps "low", "mid", "top"
  years number between 0 and 50
  since date
  fit score
  before segment?
}
table orders key id { id text, date date, amount money >= 0, kind text }
table ratings key id one per customer { id text, takes score, gives score? }
param line = 6 between 0 and 10
axis value {
  criterion revenue weight 50% ramp 0 to 1M
  criterion growth weight 30% bands { >= 15% -> 9, >= 5% -> 6, otherwise -> 1 } if missing 4
  criterion region weight 20% match { "N" -> 9, otherwise -> 2 }
}
axis bond {
  criterion level weight 2 match { "low" -> 0, "mid" -> 5, "top" -> 9 }
  criterion years weight 1 ramp 0 to 10
}
let bought = count(orders where date >= today - 12 months)
let spent = sum(orders.amount where date >= today - 12 months)
"#;

/// Checks what is found, as `code +LINE` with the line counted from the end of the head.
fn finds(model: &str, expected: &[&str]) {
    let text = format!("{HEAD}{model}");
    let head = HEAD.lines().count();
    let proved = proved(&text);
    let found: Vec<String> = proved
        .found()
        .iter()
        .map(|it| {
            let (code, line) = it.split_once(' ').expect("a line");
            let line: usize = line.parse().expect("a number");
            format!("{code} {}", line.saturating_sub(head))
        })
        .collect();
    let shown = &proved.loaded.diagnostics;
    assert_eq!(found, expected, "{model}\n{shown:#?}\n{:?}", proved.open());
    for diagnostic in shown {
        let needs = ["no-segment", "clauses-overlap"].contains(&diagnostic.code);
        assert_eq!(needs, diagnostic.example.is_some(), "{model}");
        let Some(example) = &diagnostic.example else {
            continue;
        };
        // The block is a good test: pasted into the model it reads well.
        let pasted = super::proved(&format!("{text}{example}"));
        let again: Vec<_> = pasted.loaded.diagnostics.iter().map(|it| it.code).collect();
        let before: Vec<_> = shown.iter().map(|it| it.code).collect();
        assert_eq!(again, before, "{example}");
    }
}

#[test]
fn gaps() {
    for clauses in [
        // One dimension.
        "a when revenue > 5k\n b when revenue < 5k",
        "a when revenue >= 5k\n b when revenue < 4_999.999999",
        "a when margin >= -49.9999%",
        "a when region is \"N\"\n b when region is \"S\"",
        "a when active",
        "a when level >= \"mid\"",
        "a when since >= 2020-01-01\n b when since < 2019-12-31",
        "a when years_since(since) >= 5\n b when years_since(since) < 4",
        "a when fit >= 7\n b when fit <= 6.98",
        "a when value >= line\n b when value < line - 0.01",
        "a when bond < 9\n b when bond > 9.2",
        "a when growth default 0% >= 10%\n b when growth default 0% < 5%",
        "a when growth is not missing",
        "a when before is not missing and before is a\n b when revenue < 5k",
        "a when bought >= 3\n b when bought = 0",
        "a when spent > 0",
        "a when ratings.takes is missing\n b when ratings.takes default 0 >= 3",
        // Two.
        "a when revenue >= 5k and years >= 5\n b when revenue < 5k",
        "a when value >= line and bond >= 5\n b when value < line",
        "a when revenue >= years * 1k NOK",
        "a when revenue * margin >= 0",
        "a when active or region is not \"W\"",
        "a when value >= 5 stays when value >= 4\n b when revenue < 300k",
        "a when ratings.takes default 0 > ratings.gives default 0\n b when ratings.takes default 0 < ratings.gives default 0",
        // Three and four.
        "a when revenue >= 5k and years >= 5 and active\n b when revenue < 5k or years < 5",
        "a when revenue < 1M\n b when margin < 20%\n c when region is one of \"N\", \"S\"\n d when active",
        "a when value >= 5\n b when bond >= 5\n c when fit >= 5\n d when margin >= 0%",
    ] {
        let last = clauses.lines().count() + 1;
        finds(
            &format!("segments {{\n {clauses}\n}}\n"),
            &[&format!("no-segment {last}")],
        );
    }
}

#[test]
fn gaps_of_boards() {
    let board = "segments by value and bond {\n | value \\ bond | < 5 | >= 5.01 |\n | >= 6 | a | b |\n | otherwise | c | d |\n}\n";
    // A bond of 5 falls between the columns; scores have two decimals.
    finds(&board.replace("5.01", "5.02"), &["no-segment 1"]);
    let proved = proved(&format!("{HEAD}{board}"));
    // `< 5` and `>= 5.01` leave exactly 5.
    assert!(
        proved.found()[0].starts_with("no-segment"),
        "{:?}",
        proved.found()
    );
    // Not reached by any combination of levels and years: a bond of 3.34 is one, 9.34 is none.
    finds(
        "segments by value and bond {\n | value \\ bond | >= 9.34 | otherwise |\n | >= 6 | a | b |\n | otherwise | c | d |\n}\n",
        &[
            "segment-unreachable 2",
            "segment-unreachable 2",
            "band-unreachable 2",
        ],
    );
}

#[test]
fn overlaps() {
    for (clauses, line) in [
        ("a when revenue >= 5k\n b when revenue <= 5k", 3),
        (
            "a when region is one of \"N\", \"S\"\n b when region is \"S\"\n c otherwise",
            3,
        ),
        ("a when active\n b when margin > 0%\n c otherwise", 3),
        (
            "a when value >= line\n b when value <= line\n c otherwise",
            3,
        ),
        ("a when level <= \"mid\"\n b when level >= \"mid\"", 3),
        (
            "a when value >= 9 and years < 2\n b when bond >= 6 and active\n c otherwise",
            3,
        ),
        (
            "a when revenue > years * 1 NOK\n b when revenue >= years * 2 NOK and years > 0 and not active\n c otherwise",
            3,
        ),
        (
            "a when growth default 0% >= 5%\n b when growth is missing\n c when growth default 5% >= 5% and revenue = 0\n d otherwise",
            4,
        ),
    ] {
        let model = format!("segments exclusive {{\n {clauses}\n}}\n");
        let proved = proved(&format!("{HEAD}{model}"));
        let line = HEAD.lines().count() + line;
        let found = proved.found();
        assert!(
            found.contains(&format!("clauses-overlap {line}")),
            "{clauses}: {found:?}"
        );
        let shown = proved
            .loaded
            .diagnostics
            .iter()
            .filter(|it| it.code == "clauses-overlap");
        assert!(shown.clone().all(|it| it.example.is_some()));
    }
}

#[test]
fn dead_clauses() {
    for (clauses, expected) in [
        (
            "a when revenue >= 5k\n b when revenue >= 10k\n c otherwise",
            "clause-unreachable 3",
        ),
        ("a when value > 9.5\n b otherwise", "clause-unreachable 2"),
        ("a when bond > 9.33\n b otherwise", "clause-unreachable 2"),
        ("a when years > 50\n b otherwise", "clause-unreachable 2"),
        (
            "a when active and not active\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when region is \"N\"\n b when region is \"S\"\n c when region is \"W\"\n d otherwise",
            "clause-unreachable 5",
        ),
        (
            "a when value >= line\n b when value >= line + 1\n c otherwise",
            "clause-unreachable 3",
        ),
        // The level alone gives at least 6 of the bond's 9.33.
        (
            "a when bond >= 9 and years < 5\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when level is \"low\" and bond > 3.33\n b otherwise",
            "clause-unreachable 2",
        ),
        // Scores that lie between those that the criteria give.
        (
            "a when level is \"top\" and years = 0 and bond != 6\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when revenue < years * 1 NOK and revenue > years * 1 NOK + 1\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when revenue >= 5k or years >= 5\n b when active\n c when revenue >= 6k and years > 3\n d otherwise",
            "clause-unreachable 4",
        ),
        (
            "a when margin * 2 >= 210%\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when max(revenue, 100) < 50\n b otherwise",
            "clause-unreachable 2",
        ),
        ("a when spent < 0\n b otherwise", "clause-unreachable 2"),
        (
            "a when share(revenue) > 100%\n b otherwise",
            "clause-unreachable 2",
        ),
        (
            "a when revenue in top 5\n b when rank(revenue) <= 3\n c otherwise",
            "clause-unreachable 3",
        ),
        (
            "a when share_above(revenue) < 80%\n b when share_above(revenue) < 50%\n c otherwise",
            "clause-unreachable 3",
        ),
        (
            "a when years_since(since) >= 5\n b when since <= 2010-01-01\n c otherwise",
            "clause-unreachable 3",
        ),
        (
            "a when known(value) < 70%\n b otherwise",
            "clause-unreachable 2",
        ),
    ] {
        finds(&format!("segments {{\n {clauses}\n}}\n"), &[expected]);
    }
}

#[test]
fn excluded_customers_reach_nothing() {
    let model =
        "exclude \"Gone\" when not active\nsegments {\n a when not active\n b otherwise\n}\n";
    finds(model, &["clause-unreachable 3"]);
    let model = "exclude \"Small\" when revenue < 5k\nsegments {\n a when revenue >= 5k\n}\n";
    finds(model, &[]);
    // Ranks of an exclude are among others than those of the segments.
    let model = "exclude \"First\" when rank(revenue) = 1\nsegments {\n a when rank(revenue) = 1\n b otherwise\n}\n";
    finds(model, &[]);
}

#[test]
fn one_segmentation_tests_another() {
    let model = "segments size {\n big when revenue >= 1M\n small otherwise\n}\nsegments {\n a when size is big and revenue < 1M\n b otherwise\n}\n";
    finds(model, &["clause-unreachable 6"]);
    let model = "segments size {\n big when revenue >= 1M\n small otherwise\n}\nsegments {\n a when size is big\n b when revenue < 1M\n}\n";
    finds(model, &[]);
}

#[test]
fn conditions_that_are_constant() {
    for (model, expected) in [
        (
            "segments {\n a when revenue >= 0 and active\n b otherwise\n}\n",
            "constant-condition 2",
        ),
        (
            "segments {\n a when years > 60 or active\n b otherwise\n}\n",
            "constant-condition 2",
        ),
        (
            "segments {\n a when fit between 0 and 10 and active\n b otherwise\n}\n",
            "constant-condition 2",
        ),
        (
            "segments {\n a when active\n b when revenue >= 0\n}\n",
            "constant-condition 3",
        ),
        (
            "let sign = if years >= 0 then 1 else 2\nsegments {\n a when sign * revenue > 5\n b otherwise\n}\n",
            "constant-condition 1",
        ),
        (
            "exclude \"None\" when years < 0\nsegments {\n a when active\n b otherwise\n}\n",
            "constant-condition 1",
        ),
    ] {
        finds(model, &[expected]);
    }
}

#[test]
fn slack_refinements_and_checks() {
    let slack = "segments {\n a when value >= 5 stays when value >= 6\n b otherwise\n}\n";
    finds(slack, &["stays-without-slack 2"]);
    let service = "segments {\n a when revenue >= 1M\n b otherwise\n}\nteams { t 1 people 1_000 h per year 50% with customers }\n\
         activities { visit 1 h by owner }\nservice a {\n owner t\n visit 4 per year\n when revenue < 5k { visit 1 per year }\n when active { visit 2 per year }\n when active and years > 3 { visit 3 per year }\n}\nservice b { none }\n";
    finds(
        service,
        &["refinement-unreachable 10", "refinement-unreachable 12"],
    );
    for (check, code) in [
        ("max(share(revenue)) <= 100%", "check-cannot-fail"),
        ("count() < 0", "check-cannot-hold"),
        (
            "every(revenue >= 1M where segment is a)",
            "check-cannot-fail",
        ),
        (
            "count(where segment is a and revenue < 5k) = 0",
            "check-cannot-fail",
        ),
        ("max(value) > 9.5", "check-cannot-hold"),
    ] {
        let model =
            format!("segments {{\n a when revenue >= 1M\n b otherwise\n}}\ncheck \"c\" {check}\n");
        finds(&model, &[&format!("{code} 5")]);
    }
}

#[test]
fn bands_of_computed_values() {
    let model = "axis more {\n criterion size of min(years, 20) weight 100% bands { >= 30 -> 10, >= 10 -> 5, otherwise -> 0 }\n}\n\
         segments {\n a when more >= 5\n b otherwise\n}\n";
    finds(model, &["band-unreachable 2"]);
    let model = "let kind = if active then \"x\" else \"y\"\naxis more {\n criterion kind weight 100% match { \"x\" -> 10, \"z\" -> 5, otherwise -> 0 }\n}\n\
         segments {\n a when more >= 5\n b otherwise\n}\n";
    finds(model, &["arm-unreachable 3"]);
}
