//! Tables whose rows are added up while they are read, against the same runs with whole tables: the same values,
//! counts and sums, on all examples, all models of the judge and files of many chunks.

use std::fmt::Write;
use std::path::Path;
use vekt::eval::{self, Outcome, literal_at};
use vekt::io::reconcile::reconcile;
use vekt::io::rules::DiskFiles;
use vekt::io::{self, Data, Location, ReadOptions, Sources};
use vekt::model::program::Program;
use vekt::plan::plan;
use vekt::session::{LoadOptions, MemoryFiles, load};
use vekt::value::Date;

/// Compares a run that adds tables up on the way with one that has their rows; how many tables were added up.
fn same(name: &str, program: &Program, sources: &Sources) -> usize {
    let (plan, options) = (plan(program), ReadOptions::default());
    let whole = io::read(program, sources, &options).expect("good data");
    let folded = io::read_for(program, sources, &options, Some(&plan)).expect("good data");
    assert_eq!(folded.reports, whole.reports, "{name}");
    let one = eval::run(&plan, &whole.inputs);
    let other = eval::run_given(&plan, &folded.inputs, &folded.folded);
    let (one, other) = match (one, other) {
        (Ok(one), Ok(other)) => (one, other),
        (one, other) => {
            assert_eq!(one.err(), other.err(), "{name}: other errors");
            return 0;
        }
    };
    assert_eq!(one.checks, other.checks, "{name}");
    assert_eq!(one.teams, other.teams, "{name}");
    for at in 0..one.columns.len() {
        let values = |outcome: &Outcome, data: &Data| {
            let column = outcome.column(at, &data.inputs).expect("a column");
            let rows = 0..outcome.rows;
            rows.map(|row| literal_at(&column, row)).collect::<Vec<_>>()
        };
        let header = &one.columns[at].header;
        assert!(
            values(&one, &whole) == values(&other, &folded),
            "{name}: {header}"
        );
    }
    let account = |data: &Data, outcome: &Outcome| {
        reconcile(program, data, outcome, None).expect("what came in came out")
    };
    assert_eq!(account(&folded, &other), account(&whole, &one), "{name}");
    tables_left_out(&folded, &whole)
}

/// How many tables have no rows among the inputs although their files have.
fn tables_left_out(folded: &Data, whole: &Data) -> usize {
    let both = folded.inputs.tables.iter().zip(&whole.inputs.tables);
    both.filter(|(folded, whole)| folded.customer.len() < whole.customer.len())
        .count()
}

#[test]
fn every_model_gives_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut models, mut left_out) = (0, 0);
    for folder in ["examples", "tests/judge/cases"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let folder = entry.expect("an entry").path();
            let Some((program, sources)) = with_data(&folder) else {
                continue;
            };
            if !program.tables.is_empty() {
                models += 1;
                left_out += same(&folder.display().to_string(), &program, &sources);
            }
        }
    }
    assert!(
        models > 5 && left_out > 3,
        "{left_out} tables of {models} models were added up on the way"
    );
}

/// The model of a folder and where its customers are, if both are well.
fn with_data(folder: &Path) -> Option<(Program, Sources)> {
    let day = Date::parse("2026-11-21")?;
    let options = LoadOptions::on(day);
    let program = load(&folder.join("model.vekt"), &DiskFiles, &options).program?;
    let customers = ["customers.csv", "orgs.csv"].map(|file| folder.join(file));
    let customers = customers.iter().find(|it| it.is_file());
    let location = customers.map(|it| Location::new(it));
    let sources = Sources::choose(&program, |_| folder.into(), location, &[]).ok()?;
    let good = io::read(&program, &sources, &ReadOptions::default()).is_ok();
    good.then_some((program, sources))
}

/// All that rows can be added up to, with and without conditions and missing values.
const MODEL: &str = r#"
model "Orders" { edition 2026, currency NOK, today 2026-11-21 }
customers key id from "customers.csv" {
  id     text
  region text
}
table orders key customer from "orders.csv" {
  customer text?
  date     date
  amount   money
  status   one of "paid", "open"
  product  text
  rating   number?
}
lookup worth { "a" -> 3, "b" -> 5 }
let paid = sum(orders.amount where status is "paid")
axis size { criterion paid weight 100% ramp 0 to 5_000 }
segments {
  big   when size >= 5
  small otherwise
}
check "All is counted" sum(paid) >= 0
output {
  id
  paid
  count(orders) as "rows"
  count(orders where date >= today - 12 months) as "recent"
  count(orders where rating is not missing) as "rated"
  average(orders.amount) as "mean"
  average(orders.amount where product is "a") as "mean of a"
  min(orders.rating) as "worst"
  max(orders.rating where status is "open") as "best open"
  earliest(orders.date) as "first"
  latest(orders.date where amount < 0) as "last return"
  sum(worth[orders.product] default 1 where starts_with(product, "a")) as "worth"
}
"#;

fn customers(count: usize, key: impl Fn(usize) -> String) -> String {
    let mut text = String::from("id;region\n");
    for row in 0..count {
        let _ = writeln!(text, "{};Nord", key(row));
    }
    text
}

/// Orders of customers in no order: some have none, some rows belong to nobody.
fn orders(count: usize, key: impl Fn(usize) -> String) -> String {
    let mut text = String::from("customer;date;amount;status;product;rating\r\n");
    for row in 0..count {
        let customer = match row % 97 {
            0 => String::new(),
            _ => key(row * 7_919 % 1_000),
        };
        let amount = (row * 613 % 20_000) as i64 - 900;
        let status = ["paid", "open", "paid"][row % 3];
        let product = ["a", "b", "c", "ab", "Ærlig; \u{e9}n"][row % 5];
        let rating = ["", "1,5", "-3", "2"][row % 4];
        let _ = write!(
            text,
            "{customer};{}-0{}-15;{amount},25;{status};\"{product}\";{rating}\r\n",
            2020 + row % 7,
            row % 9 + 1,
        );
    }
    text
}

/// The model with its two files in a folder that goes when it is dropped.
fn in_a_folder(
    model: &str,
    customers: &str,
    orders: &str,
) -> (Program, Sources, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |file: &str| folder.path().join(file);
    std::fs::write(path("customers.csv"), customers).expect("written");
    std::fs::write(path("orders.csv"), orders).expect("written");
    let files = MemoryFiles::new().with("/model.vekt", model);
    let day = Date::parse("2026-11-21").expect("a date");
    let loaded = load(Path::new("/model.vekt"), &files, &LoadOptions::on(day));
    let said = &loaded.diagnostics;
    let program = loaded.program.unwrap_or_else(|| panic!("{said:?}"));
    let sources = Sources::choose(&program, |_| folder.path().into(), None, &[]);
    (program, sources.expect("files"), folder)
}

#[test]
fn files_of_many_chunks_give_the_same_on_any_number_of_cores() {
    let keys: [fn(usize) -> String; 3] = [
        |it| format!("K-{it}"),
        |it| format!("{:x}!", it * 91),
        |it| format!("Kunde nummer {it} AS"),
    ];
    for (number, key) in keys.into_iter().enumerate() {
        let (customers, orders) = (customers(1_100, key), orders(30_000, key));
        let (program, sources, _folder) = in_a_folder(MODEL, &customers, &orders);
        for threads in [1, 2, 17] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool = pool.expect("threads");
            let left_out = pool.install(|| same("many chunks", &program, &sources));
            assert_eq!(left_out, 1, "keys {number} with {threads} threads");
        }
    }
}

#[test]
fn what_is_not_added_up_on_the_way_is_the_same() {
    let key = |it| format!("K-{it}");
    let (customers, good) = (customers(1_100, key), orders(3_000, key));
    let models = [
        ("different values", "distinct(orders.product)"),
        (
            "the customer's own values",
            "count(orders where product is customers.region)",
        ),
        (
            "all rows",
            "(sum(orders.amount) / sum(sum(orders.amount))) default 0",
        ),
        (
            "a value that is too large",
            "max(orders.amount * 1_000_000 * 1_000_000)",
        ),
    ];
    for (what, value) in models {
        let model = MODEL.replace("count(orders) as", &format!("{value} as"));
        let (program, sources, _folder) = in_a_folder(&model, &customers, &good);
        let left_out = same(what, &program, &sources);
        assert_eq!(left_out, usize::from(what == "all rows"), "{what}");
    }
    let large = "K-7;2020-01-15;9_000_000_000_000;paid;a;\r\n".replace('_', "");
    let sums = format!("{good}{large}{large}");
    let (program, sources, _folder) = in_a_folder(MODEL, &customers, &sums);
    assert_eq!(same("a sum that is too large", &program, &sources), 0);
}

#[test]
fn what_is_wrong_with_rows_is_told() {
    let key = |it| format!("K-{it}");
    let (customers, good) = (customers(1_100, key), orders(3_000, key));
    for (what, row) in [
        ("an unknown customer", "K-1100;2020-01-15;1;paid;a;\r\n"),
        ("a key in small letters", "k-7;2020-01-15;1;paid;a;\r\n"),
        ("zeros before the number", "K-07;2020-01-15;1;paid;a;\r\n"),
        ("no date", "K-7;2020-02-30;1;paid;a;\r\n"),
        ("another decimal mark", "K-7;2020-01-15;1.5;paid;a;\r\n"),
        ("a cell too few", "K-7;2020-01-15;1;paid;a\r\n"),
        ("an unknown status", "K-7;2020-01-15;1;lost;a;\r\n"),
    ] {
        let orders = format!("{good}{row}");
        let (program, sources, _folder) = in_a_folder(MODEL, &customers, &orders);
        let (plan, options) = (plan(&program), ReadOptions::default());
        let whole = io::read(&program, &sources, &options);
        let folded = io::read_for(&program, &sources, &options, Some(&plan));
        let (whole, folded) = (whole.expect_err(what), folded.expect_err(what));
        assert_eq!(format!("{folded:?}"), format!("{whole:?}"), "{what}");
    }
}
