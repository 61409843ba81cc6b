//! The layout from outside: fixtures with what becomes of them, and what must hold of every rule file of the repository
//! and of thousands of disturbed ones: laid out twice is laid out once, and neither tree nor comments change.

mod format {
    pub mod changes;
    pub mod command;
    pub mod disturbed;
    pub mod judge;
    pub mod repository;
}

use std::fs;
use std::time::Instant;

use format::disturbed::{Random, disturb};
use format::judge::{holds, laid_out};
use format::repository::{declarations, files, pieces, root};
use vekt::base::SourceId;
use vekt::format::format as lay_out;

#[test]
fn fixtures_become_what_stands_beside_them() {
    let folder = root().join("tests/format");
    let update = std::env::var_os("UPDATE").is_some();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "vekt") {
            continue;
        }
        seen += 1;
        let text = fs::read_to_string(&path).expect("a fixture");
        let found = laid_out(&text).unwrap_or_else(|why| format!("{}: {why}", path.display()));
        let beside = path.with_extension("vekt.out");
        if update {
            fs::write(&beside, &found).expect("written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
        holds(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
    assert!(seen > 5, "only {seen} fixtures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_file_of_the_repository_keeps_tree_and_comments() {
    let mut formatted = 0;
    for (name, text) in files() {
        for piece in pieces(&text) {
            match holds(piece) {
                Ok(true) => formatted += 1,
                Ok(false) => {}
                Err(why) => panic!("{name}: {why}\n--- in\n{piece}"),
            }
        }
    }
    assert!(formatted > 200, "only {formatted} texts without errors");
}

#[test]
fn the_examples_are_laid_out() {
    for (name, text) in files() {
        if name.starts_with("examples/") {
            let found = laid_out(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(found == text, "{name}: run `vekt fmt {name}`");
        }
    }
}

#[test]
fn disturbed_files_keep_tree_and_comments() {
    let declarations = declarations();
    let mut random = Random::new(20_261_121);
    let mut formatted = 0;
    // A few; `ROUNDS=10000 cargo test --release --test format` tries many.
    let rounds = std::env::var("ROUNDS").map_or(300, |rounds| rounds.parse().expect("a number"));
    for round in 0..rounds {
        let text = disturb(&declarations, &mut random);
        match holds(&text) {
            Ok(true) => formatted += 1,
            Ok(false) => {}
            Err(why) => panic!("round {round}: {why}\n--- in\n{text}"),
        }
    }
    assert!(
        formatted * 2 > rounds,
        "only {formatted} of {rounds} had no errors"
    );
}

#[test]
fn a_weight_that_changes_changes_its_line() {
    let mut tried = 0;
    for (name, text) in files() {
        let Ok(before) = laid_out(&text) else {
            continue;
        };
        for (at, _) in before.match_indices("weight ") {
            let rest = &before[at + "weight ".len()..];
            let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
            let digits = rest.bytes().take_while(is_part).count();
            if digits == 0 {
                continue;
            }
            for weight in ["5", "12.5", "100"] {
                let start = at + "weight ".len();
                let text = [&before[..start], weight, &before[start + digits..]].concat();
                let after = laid_out(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
                let same = |(old, new): &(&str, &str)| old == new;
                let above = before.lines().zip(after.lines()).take_while(same).count();
                let below = before
                    .lines()
                    .rev()
                    .zip(after.lines().rev())
                    .take_while(same)
                    .count();
                let changed = before.lines().count() - (above + below).min(before.lines().count());
                assert!(changed <= 1, "{name}: {changed} lines\n{after}");
                tried += 1;
            }
            if tried > 200 {
                return;
            }
        }
    }
    assert!(tried > 50, "only {tried} weights");
}

#[test]
fn files_with_errors_are_refused_with_their_messages() {
    let text = "param a = 1\nparam b = 2,5\naxis x {\n";
    let wrong = lay_out(SourceId(0), text).expect_err("errors");
    assert!(wrong.len() > 1, "{wrong:?}");
}

#[test]
fn line_ends_marks_and_blanks_become_plain() {
    let text = "\u{feff}\r\n\r\nparam  a=15 %   # why\r\n\r\n\r\n\r\nlet b = a*2-“1”\r\n\r\n";
    assert_eq!(
        laid_out(text).expect("no errors"),
        "param a = 15%  # why\n\nlet b = a * 2 - \"1\"\n"
    );
    for nothing in ["", "\n\n", "  \r\n"] {
        assert_eq!(laid_out(nothing).expect("no errors"), "");
    }
}

#[test]
fn a_long_model_takes_a_moment() {
    let example =
        fs::read_to_string(root().join("examples/profit-segments/model.vekt")).expect("an example");
    let mut text = String::new();
    while text.lines().count() < 2_000 {
        text.push_str(&example);
    }
    // Not in its layout yet, so that the result is read again.
    let text = text
        .replace("  weight", " weight")
        .replace("  when", " when");
    let times = (0..5).map(|_| {
        let started = Instant::now();
        let found = laid_out(&text).expect("no errors");
        (started.elapsed(), found)
    });
    let (took, found) = times.min().expect("five");
    assert!(found.lines().count() > 1_900);
    // Without optimisation it takes many times as long; the bound is for what people run.
    let bound = if cfg!(debug_assertions) { 5_000 } else { 100 };
    assert!(took.as_millis() < bound, "{took:?}");
    if std::env::var_os("TIMES").is_some() {
        let started = Instant::now();
        let parsed = vekt::syntax::parse(SourceId(0), &text);
        eprintln!(
            "{} declarations parsed: {:?}",
            parsed.tree.declarations.len(),
            started.elapsed()
        );
        eprintln!("{} lines: {took:?}", found.lines().count());
    }
}
