//! Bad rows are put aside on both sides of a comparison: it is the one of the rows that are left, and nobody
//! whose row could not be read seems to have left or come.

use super::{MODEL, json, out, vekt};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Beta's revenue cannot be read, Epsilon's trust is missing, Phi is there twice.
const DIRTY: &str = "id,name,revenue,years,region,trust
A,Alfa,900,12,North,8
B,Beta,6oo,3,South,5
C,Gamma,500,6,North,6
D,Delta,300,11,South,7
E,Epsilon,100,1,North,
F,Phi,5,20,North,1
F,Phi,6,20,North,1
G,Gimel,800,2,South,9
";

const CLEAN: &str = "id,name,revenue,years,region,trust
C,Gamma,500,6,North,6
D,Delta,300,11,South,7
G,Gimel,800,2,South,9
";

/// A customer without trust cannot be computed; nobody of the new model has more than eleven years.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let old = MODEL
        .replace(
            "  years number >= 0\n",
            "  years number >= 0\n  trust score?\n",
        )
        .replace(
            "criterion years weight 40% bands { >= 10 -> 10, >= 5 -> 7, otherwise -> 1 }",
            "criterion trust weight 40% as is if missing reject",
        );
    assert!(old.contains("reject") && old.contains("score?"));
    let new = old
        .replace("years number >= 0", "years number between 0 and 11")
        .replace("line = 5", "line = 7")
        .replace("worth >= 3", "worth >= 5");
    for (file, text) in [
        ("old.vekt", old.as_str()),
        ("new.vekt", &new),
        ("dirty.csv", DIRTY),
        ("clean.csv", CLEAN),
    ] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    folder
}

/// The lines of the customers in the file of the rejects, with their codes.
fn rejected(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("bad.csv")).expect("rejects");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("dataset,file,line,codes,columns,reasons,row")
    );
    let cells = lines.map(|line| line.split(',').collect::<Vec<_>>());
    cells.map(|it| format!("{} {}", it[2], it[3])).collect()
}

#[test]
fn two_models_are_compared_on_the_rows_that_are_good_for_both() {
    let folder = folder();
    let path = folder.path();
    let refused = vekt(path, &["diff", "old.vekt", "new.vekt", "dirty.csv"]);
    assert_eq!(refused.status.code(), Some(3));
    let asked = ["old.vekt", "new.vekt", "dirty.csv", "--rejects", "bad.csv"];
    let dirty = json(path, &asked);
    let clean = json(path, &["old.vekt", "new.vekt", "clean.csv"]);
    assert_eq!(dirty["effect"], clean["effect"]);
    assert_ne!(clean["effect"]["moved"]["customers"], Value::from(0));
    assert_eq!(
        rejected(path),
        [
            "2 out-of-bounds",
            "3 unreadable-cell",
            "6 missing-rejected",
            "7 duplicate-key; out-of-bounds",
            "8 duplicate-key; out-of-bounds",
        ]
    );
    let said = vekt(path, &[&["diff"], &asked[..]].concat());
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("5 rows rejected; bad.csv says why"), "{said}");
}

#[test]
fn whose_row_is_bad_on_one_side_neither_left_nor_came() {
    let folder = folder();
    let path = folder.path();
    let later = CLEAN.replace("500,6", "5oo,6") + "H,Heta,700,5,North,8\n";
    fs::write(path.join("later.csv"), later).expect("customers");
    for (files, entered, left) in [
        (["clean.csv", "later.csv"], 1, 0),
        (["later.csv", "clean.csv"], 0, 1),
    ] {
        let arguments = ["old.vekt", files[0], files[1], "--rejects", "bad.csv"];
        let effect = &json(path, &arguments)["effect"];
        assert_eq!(effect["entered"], Value::from(entered), "{files:?}");
        assert_eq!(effect["left"], Value::from(left), "{files:?}");
        assert_eq!(rejected(path), ["2 unreadable-cell"]);
    }
    // Neither does one who stands in an earlier result.
    let run = ["run", "old.vekt", "clean.csv", "-o", "result.csv", "-q"];
    assert!(vekt(path, &run).status.success());
    let arguments = [
        "result.csv",
        "old.vekt",
        "later.csv",
        "--rejects",
        "bad.csv",
    ];
    let effect = &json(path, &arguments)["effect"];
    assert_eq!(
        (&effect["entered"], &effect["left"]),
        (&1.into(), &0.into())
    );
}

#[test]
fn rejects_never_take_the_place_of_another_file() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("notes.csv"), "mine\n").expect("a file");
    for (file, force, wanted) in [
        ("dirty.csv", "--force", "output-is-input"),
        ("new.vekt", "--force", "output-is-input"),
        ("notes.csv", "--exit-code", "not-own-file"),
    ] {
        let before = fs::read(path.join(file)).expect("a file");
        let arguments = [
            "diff",
            "old.vekt",
            "new.vekt",
            "dirty.csv",
            "--rejects",
            file,
            force,
        ];
        let output = vekt(path, &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{file}: {said}");
        assert!(said.contains(wanted), "{file}: {said}");
        assert_eq!(out(&output), "");
        assert_eq!(fs::read(path.join(file)).expect("a file"), before);
    }
}
