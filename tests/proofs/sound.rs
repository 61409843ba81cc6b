//! Sound models: no alarm, and nothing left open. Large ones are proved within the limit.

use super::proved;
use std::fmt::Write;
use std::time::Instant;

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
param use_it = 0 between 0 and 1
axis value {
  criterion revenue weight 50% ramp 0 to 1M
  criterion growth weight 30% bands { >= 15% -> 9, >= 5% -> 6, otherwise -> 1 } if missing skip
  criterion region weight 20% match { "N" -> 9, otherwise -> 2 }
}
axis bond {
  criterion level weight 2 ramp "low" to "top"
  criterion fit weight 1 as is
}
let bought = count(orders where date >= today - 12 months)
let spent = sum(orders.amount where date >= today - 12 months)
"#;

fn is_sound(model: &str) {
    let proved = proved(&format!("{HEAD}{model}"));
    assert!(
        proved.found().is_empty(),
        "{model}\n{:#?}",
        proved.loaded.diagnostics
    );
    assert!(proved.open().is_empty(), "{model}\n{:#?}", proved.open());
}

#[test]
fn covered_without_otherwise() {
    for clauses in [
        "a when revenue >= 5k\n b when revenue < 5k",
        "a when revenue > 5k\n b when revenue = 5k\n c when revenue < 5k",
        "a when fit >= 7\n b when fit <= 6.99",
        "a when value >= line\n b when value <= line - 0.01",
        "a when since >= 2020-01-01\n b when since <= 2019-12-31",
        "a when bought >= 3\n b when bought <= 2",
        "a when region is \"N\"\n b when region is \"S\"\n c when region is \"W\"",
        "a when level <= \"mid\"\n b when level is \"top\"",
        "a when years_since(since) >= 5\n b when years_since(since) <= 4",
        "a when revenue >= years * 1k NOK\n b when revenue < years * 1k NOK",
        "a when value >= bond\n b when bond > value",
        "a when active and value >= 5\n b when active and value < 5\n c when not active",
        "a when ratings.takes is missing\n b when ratings.takes default 0 >= 3\n c when ratings.takes default 5 < 3",
        "a when revenue >= 5k and years >= 5\n b when revenue >= 5k and years < 5\n c when revenue < 5k and years >= 5\n d when revenue < 5k and years < 5",
        "a when revenue * margin >= 100k\n b when revenue * margin < 100k",
        "a when share_above(revenue) < 80%\n b when share_above(revenue) >= 80%",
        "a when rank(revenue) <= 20\n b when rank(revenue) >= 21",
    ]
    .into_iter() {
        for exclusive in ["", " exclusive"] {
            is_sound(&format!("segments{exclusive} {{\n {clauses}\n}}\n"));
        }
    }
}

#[test]
fn reached_and_never_constant() {
    for clauses in [
        "a when value >= 9\n b when bond >= 9.99\n c otherwise",
        "a when growth is missing\n b when growth default 0% >= 0%\n c when growth default -1% < 0%",
        "a when value = 5 and bond = 5\n b otherwise",
        "a when value >= 8 and region is not \"N\"\n b otherwise",
        "a when value >= 5 stays when value >= 4\n b otherwise",
        "a when value between 3.33 and 3.34\n b otherwise",
        // What a param switches off is no mistake of the condition.
        "a when use_it = 0 and active\n b otherwise",
        "a when spent > 100k and bought = 2\n b when bought > 10\n c otherwise",
        "a when growth is not missing and growth > 10%\n b when growth is missing or growth < 0%\n c otherwise",
        "a when share(revenue) > 10%\n b when revenue in top 20\n c otherwise",
        "a when ratings.takes default 0 > ratings.gives default 0\n b otherwise",
        "a when revenue > 2 * average(revenue)\n b otherwise",
        "a when contains(lower(id), \"x\")\n b otherwise",
    ] {
        is_sound(&format!("segments {{\n {clauses}\n}}\n"));
    }
    is_sound(
        "segments by value and bond {\n declined when margin < 0%\n | value \\ bond | < 4 | < 6 | otherwise |\n | >= line | a | b | c |\n | >= 4 | b | b | c |\n | otherwise | d | d | d |\n}\n\
         override \"X\" to declined because \"why\"\n",
    );
}

#[test]
fn long_chains_of_lets_are_no_burden() {
    let mut model = String::from("let c0 = revenue\n");
    for at in 1..3_000 {
        let _ = writeln!(model, "let c{at} = c{} + 1", at - 1);
    }
    model.push_str("segments {\n a when c2999 >= 5k\n b when c2999 < 5k\n}\n");
    is_sound(&model);
}

/// Twelve clauses over six dimensions that cover everything without `otherwise`.
fn large(gap: bool) -> String {
    let mut model = String::from("segments {\n");
    let parts = [
        "value >= 5",
        "bond >= 6",
        "revenue >= 250k",
        "margin >= 10%",
        "years >= 5",
        "region is \"N\"",
    ];
    for at in 0..5 {
        let (one, other, third) = (parts[at], parts[(at + 1) % 6], parts[(at + 2) % 6]);
        let _ = writeln!(model, " a{at} when {one} and {other} and not ({third})");
        let _ = writeln!(model, " b{at} when {one} and {third}");
    }
    let none: Vec<String> = parts.iter().map(|it| format!("not ({it})")).collect();
    let _ = writeln!(model, " c when {}", none.join(" and "));
    let rest = if gap { "active and " } else { "" };
    let _ = writeln!(model, " d when {rest}({})", parts.join(" or "));
    model.push_str("}\n");
    model
}

#[test]
fn twelve_clauses_over_six_dimensions() {
    let start = Instant::now();
    is_sound(&large(false));
    let proved = proved(&format!("{HEAD}{}", large(true)));
    let line = HEAD.lines().count() + 13;
    assert_eq!(proved.found(), [format!("no-segment {line}")]);
    let took = start.elapsed().as_secs_f64();
    // Without optimisation, and beside other tests.
    assert!(took < 10.0, "{took} s");
}

#[test]
fn what_explodes_stops_and_says_so() {
    // A sum of squares cannot be cut into cells.
    let mut model = String::from("segments {\n a when ");
    model.push_str("(revenue - 5k) * (revenue - 5k) + (years - 3) * (years - 3) * 1 NOK");
    model.push_str(" + margin * margin * 7 NOK > 0.25 + revenue * years * margin * 0.000001\n}\n");
    let start = Instant::now();
    let proved = proved(&format!("{HEAD}{model}"));
    assert!(start.elapsed().as_secs() < 60);
    let errors = proved.loaded.diagnostics.iter().filter(|it| it.is_error());
    assert!(
        errors.clone().all(|it| it.code != "clause-unreachable"),
        "{:?}",
        proved.found()
    );
}
