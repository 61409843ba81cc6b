//! How commands word a model that says things in other ways than the examples do: ratios written in percent,
//! params as lines of a two-axis table, reasons that end with a full stop, names with å, ä and ö.
//! The model stands in tests/wording.

use std::path::Path;
use std::process::Command;

/// Runs the program in tests/wording; what it says, on one line with single spaces.
fn said(arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wording");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("vekt");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    let out = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

fn holds(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
}

#[test]
fn ratios_are_percents_where_the_file_writes_percents() {
    let memo = said(&["read", "model.vekt", "--format", "markdown"]);
    holds(
        &memo,
        &[
            "0% or less scores 0, 40% or more scores 10",
            "0% scores 0, 12% scores 5, 45% scores 10",
            "marginal (0% where unknown) is below Lägsta marginal (12%)",
        ],
    );
    let explained = said(&["explain", "model.vekt", "kunder.csv", "K1"]);
    holds(
        &explained,
        &[
            "marginal 33.6% 8.4 2 of 4",
            "marginal 33.6%, lägsta_marginal 12% 21.6% too much",
        ],
    );
    holds(&explained, &["row 1: bidrag >= 12% 33.6% 21.6% to spare"]);
    // Exactly it stays what results write.
    let json = said(&[
        "explain",
        "model.vekt",
        "kunder.csv",
        "K1",
        "--format",
        "json",
    ]);
    holds(&json, &["\"value\": \"0.336\""]);
}

#[test]
fn movements_in_another_segmentation_are_told() {
    let compared = said(&[
        "diff",
        "model.vekt",
        "kunder.csv",
        "--set",
        "stor_kund=400k",
    ]);
    holds(
        &compared,
        &[
            "nobody moves",
            "in `ställning` 1 customer moves; `--segmentation ställning` shows it",
        ],
    );
}

#[test]
fn what_was_computed_for_a_question_is_said_before_its_inputs() {
    let explained = said(&["explain", "model.vekt", "kunder.csv", "K1"]);
    holds(
        &explained,
        &[
            "months_since(senast) > 36 months_since(senast) 1, senast 2026-10-03 35 short",
            "bruttovinst - 5k < -100k bruttovinst - 5k 415 000.25 SEK, bruttovinst 420 000.25 SEK 515 000.25 SEK too much",
        ],
    );
}

#[test]
fn memos_say_what_a_line_of_a_table_counts_and_why_it_is_so() {
    let memo = said(&["read", "model.vekt", "--lang", "sv"]);
    holds(
        &memo,
        &[
            "Stor kund är 500 000 kr och kan sättas mellan 100 000 kr och 5 000 000 kr.",
            "Branschens: summan av Omsättning 2025 för alla kunder med samma bransch.",
            "730 dagar eller mer ger 0",
            "0 dagar eller mindre ger 10",
            "Störst: när Omsättning 2025 är störst med samma bransch.",
            "- Minst 12 %. Högst 90 dagar: God; annars: God.",
            "- Minst 5 %. Högst 90 dagar: God; annars: Svag.",
            "Lägsta marginal är 12 % och kan sättas mellan 0 % och 40 %. Det används för gruppen ”Olönsam”. \
             Under det betalar vi själva.",
            "Besök varannan vecka och Samtal med 3 veckors mellanrum",
        ],
    );
    assert!(!memo.contains("själva.."), "{memo}");
    let memo = said(&["read", "model.vekt", "--lang", "fi"]);
    holds(
        &memo,
        &[
            "Besök joka toinen viikko ja Samtal 3 viikon välein",
            "2 tuntia (asiakkaan hoitaja)",
        ],
    );
}
