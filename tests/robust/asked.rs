//! What a segmentation asks beyond its own lines: boundaries in lets and in other segmentations, axes
//! that are compared with each other, places in the portfolio. All against whole runs of edited files.

use super::*;

/// Boundaries in lets that a criterion scores too, in another segmentation, inside an `if`.
const ASKING: &str = r#"
model "Asking" { edition 2026, currency NOK }
customers key id {
  id text
  revenue money >= 0
  growth percent?
  share percent between 0% and 100%
  years number >= 0
}
let old_friend = years >= 8
let large = if revenue >= 600 then 10 else 2
axis worth {
  criterion revenue weight 70% ramp 0 to 1_000
  criterion old_friend weight 30% match { yes -> 10, no -> 2 }
}
axis fit {
  criterion share weight 60% ramp 0% to 100%
  criterion years weight 40% ramp 0 to 14
}
segments size { big when revenue >= 700, small otherwise }
segments {
  key when worth >= fit + 2 and large >= 5
  held when old_friend and size is big
  good when worth > fit
  rest otherwise
}
"#;

/// A place among all customers decides.
const PLACES: &str = r#"
segments {
  key when worth in top 25%
  good when worth >= average(worth)
  rest otherwise
}
"#;

fn folder(model: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.vekt"), model).expect("a model");
    fs::write(folder.path().join("customers.csv"), customers()).expect("customers");
    folder
}

fn places() -> String {
    let head = ASKING.split("segments size").next().expect("the head");
    format!("{head}{PLACES}")
}

#[test]
fn boundaries_of_what_is_asked() {
    let folder = folder(ASKING);
    let files = [
        "robust",
        "model.vekt",
        "customers.csv",
        "--draws",
        "0",
        "--reach",
        "0",
    ];
    let found = json(folder.path(), &files);
    let edits = BTreeMap::from([
        (
            "boundary in `old_friend` on `years`",
            ("years >= 8", "years >= {}"),
        ),
        (
            "boundary in `large` on `revenue`",
            ("revenue >= 600", "revenue >= {}"),
        ),
        (
            "boundary of `key` on `large`",
            ("large >= 5", "large >= {}"),
        ),
        (
            "boundary of `size.big` on `revenue`",
            ("revenue >= 700", "revenue >= {}"),
        ),
    ]);
    let mut compared = 0;
    for tried in found["boundaries"].as_array().expect("boundaries") {
        let (old, new) = edits.get(text(tried, "what")).expect("a known boundary");
        let model = ASKING.replacen(old, &new.replace("{}", text(tried, "to")), 1);
        assert_eq!(
            counted(tried),
            edited(folder.path(), &model, "segment"),
            "{tried:#}"
        );
        compared += 1;
    }
    assert_eq!(compared, edits.len() * 2, "{found:#}");
}

/// What is told of a customer: the weight and the share that move it, in ten-thousandths of a percent.
fn told(it: &Value) -> (&str, i64, i64) {
    let share = |text: &str| -> i64 {
        let number: f64 = text.trim_end_matches('%').parse().expect("a percent");
        (number * 10_000.0).round() as i64
    };
    let weight = text(it, "weight");
    (weight, share(text(it, "from")), share(text(it, "to")))
}

#[test]
fn the_smallest_change_where_axes_are_compared() {
    for (model, moved, exact) in [(ASKING.to_owned(), 5, true), (places(), 5, false)] {
        let folder = folder(&model);
        let path = folder.path();
        let found = json(
            path,
            &["robust", "model.vekt", "customers.csv", "--draws", "0"],
        );
        let notes = found["notes"].to_string();
        assert_eq!(
            notes.contains("tried in steps of 1.5625%"),
            !exact,
            "{notes}"
        );
        let reached = found["smallest_changes"].as_array().expect("changes");
        let moving: Vec<&Value> = reached
            .iter()
            .filter(|it| it["weight"].is_string())
            .collect();
        assert!(moving.len() >= moved, "{reached:#?}");
        let now = segments(path, &["model.vekt", "customers.csv"]);
        let after = |weight: &str, share: i64| {
            let percent = format!("{}%", share as f64 / 10_000.0);
            let text = with_weight(&model, weight, &percent);
            fs::write(path.join("tried.vekt"), text).expect("a model");
            segments(
                path,
                &["tried.vekt", "customers.csv", "--scenario", "tried"],
            )
        };
        for it in moving.iter().take(3) {
            let customer = text(it, "customer");
            let (weight, from, to) = told(it);
            assert_eq!(after(weight, to)[customer], text(it, "segment"), "{it:#}");
            let nearer = if to > from { to - 1 } else { to + 1 };
            assert_eq!(after(weight, nearer)[customer], now[customer], "{it:#}");
            let size = (to - from).abs();
            for other in found["dropped"].as_array().expect("weights") {
                let own = (text(other, "from")
                    .trim_end_matches('%')
                    .parse::<f64>()
                    .expect("a percent")
                    * 10_000.0) as i64;
                for change in [1 - size, -size / 2, size / 2, size - 1] {
                    let wanted = own + change;
                    if (0..=1_000_000).contains(&wanted) {
                        let there = &after(path_of(other), wanted)[customer];
                        assert_eq!(there, &now[customer], "{other} {change} {it:#}");
                    }
                }
            }
        }
    }
}
