//! Bad rows put aside with every reason, the account of all rows and amounts, and that a row that
//! goes astray is caught.

use super::{folder, read_to_string, texts, vekt};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use vekt::eval;
use vekt::io::reconcile::reconcile;
use vekt::io::rules::DiskFiles;
use vekt::io::{self, Data, Location, ReadOptions, Sources};
use vekt::model::program::Program;
use vekt::plan::plan;
use vekt::session::{LoadOptions, load};
use vekt::value::{Date, Table, Values};

const MODEL: &str = r#"model "Rejects" { edition 2026, currency NOK, today 2026-11-21 }

customers key id from "customers.csv" {
  id       text
  name     text
  revenue  money    >= 0
  level    number
  region   one of "North", "South"
}

table invoices key customer from "invoices.csv" {
  customer  text?
  amount    money
}

exclude "Own companies" when starts_with(name, "Own")

let invoiced = sum(invoices.amount)

segments {
  key    when revenue >= 1M
  large  when invoiced >= level * 100 NOK
  other  otherwise
}

override "C-9" to key because "a friend" by "board" until 2027-01-01

output { id, name, revenue, segment, invoiced }
"#;

const CUSTOMERS: &str = "id;name;revenue;level;region
C-1;Fjord;1 500 000,50;1;North
C-2;=cmd;20 000;x;West
C-3;Own Shop;7;1;South
C-4;Twice;1;1;South
C-4;Twice too;2;1;South
C-5;Ragged;3
;No key;4;1;South
C-6;\"Quote\" d;5;1;South
C-7;Two;200,25;2;South
C-9;Negative;-1;1;North
";

const INVOICES: &str = "customer,amount
C-1,10.5
C-7,250
C-2,99
C-99,1
,7
C-7,abc
C-9,5
";

fn files(customers: &str) -> TempDir {
    folder(&[
        ("model.vekt", MODEL.as_bytes()),
        ("customers.csv", customers.as_bytes()),
        ("invoices.csv", INVOICES.as_bytes()),
    ])
}

#[test]
fn bad_rows_are_put_aside_as_they_came() {
    let folder = files(CUSTOMERS);
    let arguments = ["run", "model.vekt", "-o", "out.csv", "--rejects", "bad.csv"];
    let (code, out, errors) = texts(&vekt(folder.path(), &arguments));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    assert_eq!(
        read_to_string(&folder, "out.csv"),
        "id,name,revenue,segment,invoiced\n\
         C-1,Fjord,1500000.5,key,10.5\n\
         C-3,Own Shop,7,,\n\
         C-7,Two,200.25,large,250\n"
    );
    let expected = "dataset,file,line,codes,columns,reasons,row\n\
        customers,customers.csv,3,unreadable-cell; not-in-list,level; region,`x` is not a number; `West` is not in the list of `region`,C-2;=cmd;20 000;x;West\n\
        customers,customers.csv,5,duplicate-key,id,`C-4` stands in line 6 again,C-4;Twice;1;1;South\n\
        customers,customers.csv,6,duplicate-key,id,`C-4` stands in line 5 already,C-4;Twice too;2;1;South\n\
        customers,customers.csv,7,ragged-row,,\"the row has 3 cells, the header has 5\",C-5;Ragged;3\n\
        customers,customers.csv,8,empty-key,id,the key is empty,;No key;4;1;South\n\
        customers,customers.csv,9,text-after-quote,,text stands after a closing quote,\"C-6;\"\"Quote\"\" d;5;1;South\"\n\
        customers,customers.csv,11,out-of-bounds,revenue,`-1` is not >= 0,C-9;Negative;-1;1;North\n\
        invoices,invoices.csv,4,customer-rejected,,its customer `C-2` was put aside,\"C-2,99\"\n\
        invoices,invoices.csv,5,unknown-customer,customer,no customer has the key `C-99`,\"C-99,1\"\n\
        invoices,invoices.csv,7,unreadable-cell,amount,`abc` is not a number,\"C-7,abc\"\n\
        invoices,invoices.csv,8,customer-rejected,,its customer `C-9` was put aside,\"C-9,5\"\n";
    assert_eq!(read_to_string(&folder, "bad.csv"), expected);
    for part in [
        "10 customers read: 2 segmented, 1 excluded, 7 rejected",
        "11 rows rejected in all; bad.csv says why",
        "customers.revenue",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let account: serde_json::Value =
        serde_json::from_str(&read_to_string(&folder, "out.csv.meta.json")).expect("JSON");
    let rows = &account["rows"];
    for (at, key, expected) in [
        (0, "read", 10),
        (0, "segmented", 2),
        (0, "excluded", 1),
        (0, "rejected", 7),
        (1, "read", 7),
        (1, "matched", 2),
        (1, "of_nobody", 1),
        (1, "rejected", 4),
        (1, "orphans", 3),
    ] {
        assert_eq!(rows[at][key], expected, "{key} of {rows}");
    }
    let sums = &account["money"];
    for (at, key, expected) in [
        (0, "read", "1520213.75"),
        (0, "used", "1500200.75"),
        (0, "apart", "7"),
        (0, "rejected", "20006"),
        (1, "read", "372.5"),
        (1, "used", "260.5"),
        (1, "apart", "7"),
        (1, "rejected", "105"),
    ] {
        assert_eq!(sums[at][key], expected, "{key} of {sums}");
    }
    assert_eq!(account["rejects"]["rows"], 11);
    assert_eq!(
        account["overrides"]["in_force"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn values_that_cannot_be_computed_are_rejects_too() {
    let model = MODEL
        .replace(
            "key    when revenue >= 1M",
            "key    when level * level * level >= 5",
        )
        .replace("override \"C-9\"", "override \"C-7\"");
    let customers = "id;name;revenue;level;region\n\
        C-1;Fjord;5 000 000 000 000;1 000 000 000 000;North\n\
        C-7;Two;9;2;South\n";
    let folder = folder(&[
        ("model.vekt", model.as_bytes()),
        ("customers.csv", customers.as_bytes()),
        ("invoices.csv", b"customer,amount\nC-1,3\nC-7,4\n"),
    ]);
    let (code, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt", "-q"]));
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("out-of-range"), "{errors}");
    let arguments = [
        "run",
        "model.vekt",
        "-q",
        "-o",
        "out.csv",
        "--rejects",
        "bad.csv",
    ];
    let (code, _, errors) = texts(&vekt(folder.path(), &arguments));
    let bad = read_to_string(&folder, "bad.csv");
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        bad.contains("customers,customers.csv,2,out-of-range"),
        "{bad}"
    );
    assert!(
        bad.contains("invoices,invoices.csv,2,customer-rejected"),
        "{bad}"
    );
    let out = read_to_string(&folder, "out.csv");
    assert_eq!(out.lines().count(), 2, "{out}");
}

#[test]
fn what_is_wrong_with_a_whole_column_is_no_reject() {
    let customers = "id;name;revenue;level;region\nC-1;a;1,234;1;North\nC-2;b;x;1;South\n";
    let folder = folder(&[
        ("model.vekt", MODEL.replace("\"C-9\"", "\"C-1\"").as_bytes()),
        ("customers.csv", customers.as_bytes()),
        ("invoices.csv", b"customer,amount\n"),
    ]);
    let arguments = [
        "run",
        "model.vekt",
        "-q",
        "-o",
        "out.csv",
        "--rejects",
        "bad.csv",
    ];
    let (code, _, errors) = texts(&vekt(folder.path(), &arguments));
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("ambiguous-number"), "{errors}");
    assert!(!folder.path().join("out.csv").exists());
    assert!(!folder.path().join("bad.csv").exists());
}

/// What a run has before its result is written.
fn data_of(folder: &Path, rejecting: bool) -> (Program, Data) {
    let options = LoadOptions::on(Date::parse("2026-11-21").expect("a date"));
    let loaded = load(&folder.join("model.vekt"), &DiskFiles, &options);
    let program = loaded.program.expect("a model");
    let sources = Sources::choose(&program, |_| folder.into(), None::<Location>, &[]);
    let reading = ReadOptions {
        rejecting,
        ..ReadOptions::default()
    };
    let data = io::read(&program, &sources.expect("files"), &reading).expect("data");
    (program, data)
}

fn drop_row(table: &mut Table) {
    for column in table.columns.iter_mut().flatten() {
        match &mut column.values {
            Values::Number(values) => drop(values.pop()),
            Values::Flag(values) => drop(values.pop()),
            Values::Choice(values) => drop(values.pop()),
            Values::Text(texts) => drop(texts.numbers.pop()),
        }
        if let Some(missing) = &mut column.missing {
            missing.pop();
        }
    }
    table.lines.pop();
    table.rows -= 1;
}

#[test]
fn a_row_that_goes_astray_is_caught() {
    let folder = files(CUSTOMERS);
    // Something goes wrong in the middle of the run, at one place after the other.
    type Damage = fn(&mut Data);
    let damages: [(&str, Damage); 6] = [
        ("", |_| {}),
        ("10 rows of customers were read, and 9 came out", |data| {
            drop_row(&mut data.inputs.customers);
        }),
        ("10 rows of customers were read, and 9 came out", |data| {
            data.rejects.remove(0);
        }),
        ("7 rows of invoices were read, and 6 came out", |data| {
            drop_row(&mut data.inputs.tables[0].table);
            data.inputs.tables[0].customer.pop();
        }),
        ("`revenue` of customers adds up", |data| {
            let column = data.inputs.customers.columns[2].as_mut().expect("revenue");
            if let Values::Number(values) = &mut column.values {
                values[0] += 1;
            }
        }),
        ("`amount` of invoices adds up", |data| {
            data.rejects.last_mut().expect("a reject").amounts.clear();
        }),
    ];
    for (expected, damage) in damages {
        let (program, mut data) = data_of(folder.path(), true);
        damage(&mut data);
        let mut plan = plan(&program);
        plan.overrides.clear();
        let outcome = eval::run(&plan, &data.inputs).expect("an outcome");
        let rows = outcome.rows as u64;
        let found = reconcile(&program, &data, &outcome, Some(rows));
        match (expected, found) {
            ("", found) => {
                let account = found.expect("it agrees");
                assert_eq!(account.rows[0].read, 10);
                // One row too few in the result.
                let short = reconcile(&program, &data, &outcome, Some(rows - 1));
                assert_eq!(short.expect_err("a row is gone").code, "not-reconciled");
            }
            (expected, Ok(account)) => panic!("{expected}: {account:?}"),
            (expected, Err(wrong)) => {
                assert_eq!(wrong.code, "not-reconciled");
                assert!(wrong.message.contains(expected), "{}", wrong.message);
            }
        }
    }
}

#[test]
fn the_account_is_the_same_again_and_knows_no_folder() {
    let one = files(CUSTOMERS);
    let other = files(CUSTOMERS);
    let arguments = [
        "run",
        "model.vekt",
        "-q",
        "-o",
        "out.csv",
        "--rejects",
        "bad.csv",
    ];
    for (folder, threads, zone) in [(&one, "1", "Asia/Tokyo"), (&other, "7", "America/Lima")] {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_vekt"))
            .current_dir(folder.path())
            .args(arguments)
            .envs([
                ("RAYON_NUM_THREADS", threads),
                ("TZ", zone),
                ("LC_ALL", "nb_NO.UTF-8"),
            ])
            .status();
        assert!(status.expect("it runs").success());
    }
    for name in ["out.csv", "bad.csv", "out.csv.meta.json"] {
        let bytes = |folder: &TempDir| fs::read(folder.path().join(name)).expect("a file");
        assert_eq!(bytes(&one), bytes(&other), "{name}");
        let text = read_to_string(&one, name);
        let place = one.path().to_string_lossy().into_owned();
        assert!(!text.contains(&place), "{name}");
    }
}
