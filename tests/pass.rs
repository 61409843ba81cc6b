//! Runs in one pass against runs that read, evaluate and write one after the other: the same bytes, the same
//! checks, counts, hours and sums, on all examples, all models of the judge and files of many chunks.

use std::path::Path;
use vekt::eval::{self, CheckOutcome, CheckState, Outcome, literal_at};
use vekt::io::pass::{self, Pass, Passed};
use vekt::io::reconcile::{balance, reconcile};
use vekt::io::rules::DiskFiles;
use vekt::io::write::csv;
use vekt::io::write::{Names, ResultColumn, Style};
use vekt::io::{self, Data, Location, ReadOptions, Sources};
use vekt::model::program::{FieldId, Program};
use vekt::model::types::Type;
use vekt::plan::{Plan, Wanted, plan_for};
use vekt::session::{LoadOptions, MemoryFiles, load};
use vekt::value::Date;

fn planned(program: &Program) -> Plan {
    let service = !program.teams.is_empty();
    plan_for(
        program,
        Wanted {
            service,
            ..Wanted::default()
        },
    )
}

fn first_money(program: &Program) -> Option<FieldId> {
    let fields = &program.customers.fields;
    let first = fields.iter().position(|field| field.ty == Type::Money);
    first.map(FieldId)
}

/// The bytes of a result that is made in one pass, and what is left; nothing where it cannot be.
fn in_one_pass(program: &Program, plan: &Plan, sources: &Sources) -> Option<(Vec<u8>, Passed)> {
    let pass = Pass {
        program,
        parted: &plan.parted()?,
        money: first_money(program),
        names: Names {
            program,
            labels: false,
        },
        style: Style::PLAIN,
    };
    let (mut bytes, mut watched) = (Vec::new(), Vec::new());
    let mut sink = |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok(())
    };
    let mut watch = |part: &[u8]| watched.extend_from_slice(part);
    let options = ReadOptions::default();
    let passed = pass::run(pass, sources, &options, &mut sink, &mut watch)?;
    assert!(bytes == watched, "what is watched is what is written");
    Some((bytes, passed))
}

/// The same, one thing after the other.
fn one_by_one(program: &Program, plan: &Plan, sources: &Sources) -> (Vec<u8>, Data, Outcome) {
    let data = io::read(program, sources, &ReadOptions::default()).expect("good data");
    let outcome = eval::run(plan, &data.inputs).expect("a run");
    let columns = (0..outcome.columns.len()).filter_map(|at| outcome.column(at, &data.inputs));
    let columns: Vec<_> = columns.collect();
    let named: Vec<ResultColumn<'_>> = outcome
        .columns
        .iter()
        .zip(&columns)
        .map(|(named, column)| ResultColumn {
            header: &named.header,
            ty: &named.ty,
            column,
        })
        .collect();
    let names = Names {
        program,
        labels: false,
    };
    let written = csv::write(&named, outcome.rows, names, Style::PLAIN);
    assert_eq!(written.rows, outcome.rows as u64);
    (written.parts.concat(), data, outcome)
}

/// Compares both ways; whether there are both.
fn same(name: &str, program: &Program, sources: &Sources) -> bool {
    let plan = planned(program);
    let Some((bytes, passed)) = in_one_pass(program, &plan, sources) else {
        return false;
    };
    let (expected, data, outcome) = one_by_one(program, &plan, sources);
    assert!(bytes == expected, "{name}: other bytes");
    assert_eq!(passed.rows, outcome.rows as u64, "{name}");
    assert_eq!(passed.outcome.rows, outcome.rows, "{name}");
    assert_eq!(passed.outcome.checks, outcome.checks, "{name}");
    let named = |outcome: &Outcome, data: &Data| -> Vec<Option<String>> {
        let failed = |it: &&CheckOutcome| it.state != CheckState::Held;
        let behind = outcome.checks.iter().filter(failed).flat_map(|check| {
            let customers = check.customers.iter();
            customers.take(CheckOutcome::NAMED)
        });
        behind
            .map(|row| eval::key(&plan, &data.inputs, *row))
            .collect()
    };
    let names = named(&outcome, &data);
    assert!(names.iter().all(Option::is_some), "{name}");
    assert_eq!(named(&passed.outcome, &passed.data), names, "{name}");
    assert_eq!(passed.outcome.teams, outcome.teams, "{name}");
    for row in 0..outcome.rows {
        let excluded = |outcome: &Outcome| {
            outcome
                .excluded
                .as_ref()
                .and_then(|it| literal_at(it, row).flatten())
        };
        assert_eq!(
            excluded(&passed.outcome),
            excluded(&outcome),
            "{name}, row {row}"
        );
    }
    for (one, other) in passed
        .outcome
        .segmentations
        .iter()
        .zip(&outcome.segmentations)
    {
        assert_eq!(one.counts, other.counts, "{name}");
    }
    let main = program.main_segmentation().map(|(id, _)| id.0);
    let sums = eval::sums(&plan, &outcome, &data.inputs, first_money(program), main);
    assert_eq!(passed.sums, sums, "{name}");
    assert_eq!(passed.data.reports, data.reports, "{name}");
    let account = balance(program, &passed.data, passed.tally).expect("what came in came out");
    let expected = reconcile(program, &data, &outcome, Some(passed.rows));
    assert_eq!(account, expected.expect("what came in came out"), "{name}");
    true
}

#[test]
fn every_model_runs_the_same_in_one_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut passed, mut others) = (0, 0);
    for folder in ["examples", "tests/judge/cases"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let folder = entry.expect("an entry").path();
            let Some((program, sources)) = with_data(&folder) else {
                continue;
            };
            match same(&folder.display().to_string(), &program, &sources) {
                true => passed += 1,
                false => others += 1,
            }
        }
    }
    assert!(
        passed > 10 && others > 10,
        "{passed} passed, {others} did not"
    );
}

/// The model of a folder and where its customers are, if both are well.
fn with_data(folder: &Path) -> Option<(Program, Sources)> {
    let day = Date::parse("2026-11-21")?;
    let loaded = load(
        &folder.join("model.vekt"),
        &DiskFiles,
        &LoadOptions::on(day),
    );
    let program = loaded.program?;
    let customers = ["customers.csv", "orgs.csv"].map(|file| folder.join(file));
    let customers = customers.iter().find(|it| it.is_file());
    let location = customers.map(|it| Location::new(it));
    let sources = Sources::choose(&program, |_| folder.into(), location, &[]).ok()?;
    let good = io::read(&program, &sources, &ReadOptions::default()).is_ok();
    good.then_some((program, sources))
}

/// Everything that one pass has to carry from row to row: exclusions, overrides, texts, money, missing
/// values, checks over everybody, persons of a team.
const MODEL: &str = r#"
model "Pass" {
  edition 2026, currency NOK, scores 0 to 10 with 2 decimals, valid 2026-01-01 to 2026-12-31
}
customers key id from "customers.csv" {
  id      text
  name    text
  kind    one of "shop", "chain"
  seller  text?
  sales   money >= 0
  debt    money?
  since   date
}
exclude "in debt" when debt default 0 > sales
axis size {
  criterion sales  weight 60%  ramp 0 to 100_000
  criterion kind   weight 40%  match { "chain" -> 10, otherwise -> 4 }
}
segments {
  big    when size >= 6
  small  otherwise
}
override "K-17" to big because "We promised" by "Board"
teams { field "Sales" 2 people named by seller 1_000 h per year 50% with customers 500 NOK per h }
activities { visit 2 h by owner }
service big { owner field, visit monthly }
service small { owner field, visit yearly }
check "Nobody is everything" max(share(sales)) <= 50%
warn  "Few are big" count(where segment is big) <= 10
warn  "No big customer is new" every(since < 2020-01-01 where segment is big)
output {
  sales
  lower(name) as "Name"
  debt
  since
  seller
  round(sales / 3, 2) as "Third"
}
"#;

fn customers(rows: impl Iterator<Item = usize>) -> String {
    let header = "id;name;kind;seller;sales;debt;since\r\n".to_owned();
    rows.fold(header, |text, row| text + &customer(row))
}

fn customer(row: usize) -> String {
    let kind = if row.is_multiple_of(3) {
        "chain"
    } else {
        "shop"
    };
    let name = match row % 50 {
        0 => format!("\"two\r\nlines; {row}\""),
        1 => "=1+1".into(),
        _ => format!("Ærlig {} AS", row % 700),
    };
    let seller = ["Kari", "Ola", "", "Åse"][row % 4];
    let (sales, debt) = (row * 37 % 100_000, row * 91 % 7_000);
    let debt = match row % 5 {
        0 => String::new(),
        _ => format!("{debt},25"),
    };
    let (month, year) = (row % 9 + 1, 2000 + row % 25);
    format!("K-{row};{name};{kind};{seller};{sales},5;{debt};0{month}.03.{year}\r\n")
}

/// The model and its customers in a folder that goes when it is dropped.
fn in_a_folder(model: &str, customers: &str) -> (Program, Sources, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("customers.csv");
    std::fs::write(&data, customers).expect("written");
    let files = MemoryFiles::new().with("/model.vekt", model);
    let day = Date::parse("2026-11-21").expect("a date");
    let loaded = load(Path::new("/model.vekt"), &files, &LoadOptions::on(day));
    let said = &loaded.diagnostics;
    let program = loaded.program.unwrap_or_else(|| panic!("{said:?}"));
    let location = Some(Location::new(&data));
    let sources = Sources::choose(&program, |_| folder.path().into(), location, &[]);
    (program, sources.expect("a file"), folder)
}

#[test]
fn files_of_many_chunks_are_the_same_on_any_number_of_cores() {
    let (program, sources, _folder) = in_a_folder(MODEL, &customers(0..30_000));
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let passed = pool
            .expect("threads")
            .install(|| same("many chunks", &program, &sources));
        assert!(passed, "with {threads} threads");
    }
}

#[test]
fn keys_may_come_in_any_order() {
    let all = 20_000;
    let in_parts = customers((all / 2..all).chain(0..all / 2));
    let scattered = customers((0..all).map(|row| row * 7_919 % all));
    let backwards = customers((0..all).rev());
    for (order, text, keys_kept) in [
        ("two parts", &in_parts, false),
        ("scattered", &scattered, true),
        ("backwards", &backwards, true),
    ] {
        let (program, sources, _folder) = in_a_folder(MODEL, text);
        assert!(same(order, &program, &sources), "{order}");
        let (_, passed) = in_one_pass(&program, &planned(&program), &sources).expect("a pass");
        let keys = passed.data.inputs.customers.column(0);
        assert_eq!(keys.is_some(), keys_kept, "{order}");
    }
    for (order, text) in [("two parts", in_parts), ("scattered", scattered)] {
        let twice = format!("{text}K-3333;x;shop;;1,5;;01.01.2020\r\n");
        let (program, sources, _folder) = in_a_folder(MODEL, &twice);
        let plan = planned(&program);
        assert!(in_one_pass(&program, &plan, &sources).is_none(), "{order}");
    }
}

#[test]
fn what_needs_other_customers_or_is_wrong_is_not_passed_through() {
    let good = customers(0..3_000);
    let (program, sources, _folder) = in_a_folder(MODEL, &good);
    assert!(same("nothing is wrong", &program, &sources));
    let whole = [
        (
            "a rank in the result",
            MODEL.replace("  seller\n  round", "  rank(sales) as \"Rank\"\n  round"),
        ),
        (
            "a share on the way",
            MODEL.replace("size >= 6", "size >= 6 and share(sales) > 0%"),
        ),
        ("an override of nobody", MODEL.replace("K-17", "K-17x")),
        (
            "customers behind a share",
            MODEL.replace("max(share(sales)) <= 50%", "max(share(sales)) <= 0.0001%"),
        ),
        (
            "an exclusion by the others",
            MODEL.replace("> sales", "> max(sales)"),
        ),
        (
            "a number too large",
            MODEL.replace("sales / 3", "sales * 1_000_000 * 1_000_000"),
        ),
    ];
    for (what, model) in whole {
        let (program, sources, _folder) = in_a_folder(&model, &good);
        let plan = planned(&program);
        assert!(in_one_pass(&program, &plan, &sources).is_none(), "{what}");
    }
    for (what, row) in [
        ("a key twice", "K-7;x;shop;;1,5;;01.01.2020\r\n"),
        ("no number", "X;x;shop;;one;;01.01.2020\r\n"),
        ("another decimal mark", "X;x;shop;;1.5;;01.01.2020\r\n"),
        ("a cell too few", "X;x;shop;;1,5;\r\n"),
        ("an unknown kind", "X;x;kiosk;;1,5;;01.01.2020\r\n"),
    ] {
        let (program, sources, _folder) = in_a_folder(MODEL, &format!("{good}{row}"));
        let plan = planned(&program);
        assert!(in_one_pass(&program, &plan, &sources).is_none(), "{what}");
    }
}
