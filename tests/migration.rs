//! The migration between two runs against a slow count of the same: generated changes of a model,
//! customers who come and go, and how it reads.

use std::collections::BTreeMap;
use std::path::Path;
use vekt::diff::{Amount, Line, Migration, Pairs, Side, migration, nearest, text};
use vekt::eval::{Inputs, Outcome, run};
use vekt::io::{Location, Sources, read};
use vekt::model::program::Program;
use vekt::plan::{Plan, plan};
use vekt::session::{LoadOptions, MemoryFiles, load};
use vekt::value::{Column, Date, Values};

/// A model with its data, run.
struct Ran {
    program: Program,
    plan: Plan,
    inputs: Inputs,
    outcome: Outcome,
}

fn program(text: &str) -> Option<Program> {
    let files = MemoryFiles::new().with("/model.vekt", text);
    let day = Date::parse("2026-11-21").expect("a date");
    load(Path::new("/model.vekt"), &files, &LoadOptions::on(day)).program
}

fn inputs(program: &Program, customers: &Path) -> Inputs {
    let place = |_| customers.parent().expect("a folder").to_path_buf();
    let sources = Sources::choose(program, place, Some(Location::new(customers)), &[]);
    let data = read(program, &sources.expect("all files"), &Default::default());
    data.expect("good data").inputs
}

fn ran(text: &str, customers: &Path) -> Option<Ran> {
    let program = program(text)?;
    let inputs = inputs(&program, customers);
    let plan = plan(&program);
    let outcome = run(&plan, &inputs).expect("a result");
    Some(Ran {
        program,
        plan,
        inputs,
        outcome,
    })
}

impl Ran {
    fn amount(&self) -> Option<Amount> {
        Amount::first_money(&self.program, &self.outcome)
    }

    fn side(&self) -> Side<'_> {
        let amount = self.amount();
        let side = Side::of_run(
            &self.program,
            &self.inputs,
            &self.outcome,
            None,
            amount.as_ref(),
        );
        side.expect("a segmentation")
    }

    /// Key → segment and money, as plainly as can be.
    fn whole(&self) -> BTreeMap<String, (String, i64)> {
        let texts = |column: &Column, row: usize| match &column.values {
            Values::Text(texts) => texts.dictionary.text(texts.numbers[row]).to_owned(),
            _ => panic!("no text"),
        };
        let keys = self.inputs.customers.column(self.program.customers.key.0);
        let keys = keys.expect("keys");
        let fields = &self.program.customers.fields;
        let money = fields.iter().position(|it| it.name == "revenue");
        let money = self.inputs.customers.column(money.expect("revenue"));
        let Values::Number(money) = &money.expect("a column").values else {
            panic!("no numbers");
        };
        let made = &self.outcome.segmentations[0];
        let Values::Choice(codes) = &made.segment.values else {
            panic!("no segments");
        };
        let rows = (0..self.outcome.rows).map(|row| {
            let segment = match made.segment.is_missing(row) {
                true => "excluded".to_owned(),
                false => made.segments[codes[row] as usize].clone(),
            };
            (texts(keys, row), (segment, money[row]))
        });
        rows.collect()
    }
}

/// The migration counted from two whole runs, by the names of places: customers and money after.
fn counted(before: &Ran, after: &Ran) -> BTreeMap<(String, String), (u64, i128)> {
    let (old, new) = (before.whole(), after.whole());
    let mut cells: BTreeMap<(String, String), (u64, i128)> = BTreeMap::new();
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let place = |side: &BTreeMap<String, (String, i64)>| {
            let found = side.get(key).map(|it| it.0.clone());
            found.unwrap_or_else(|| "not there".to_owned())
        };
        let money = new.get(key).or(old.get(key)).expect("somewhere").1;
        let cell = cells.entry((place(&old), place(&new))).or_default();
        cell.0 += 1;
        cell.1 += i128::from(money);
    }
    cells
}

fn told(migration: &Migration) -> BTreeMap<(String, String), (u64, i128)> {
    let name = |at: usize| migration.places[at].name().to_owned();
    let cells = migration.all_cells().filter(|it| it.2.customers > 0);
    let cells = cells.map(|(from, to, cell)| {
        let amount = migration.amount(to, cell);
        ((name(from), name(to)), (cell.customers, amount))
    });
    cells.collect()
}

/// A small generator of numbers, the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A change of the example: some of its numbers are others.
fn changed(text: &str, chance: &mut Chance) -> String {
    let mut text = text.to_owned();
    let mut replace = |old: &str, new: String| {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, &new, 1);
    };
    match chance.below(7) {
        0 => {
            let line = format!(
                "key_line = {}.{:02} ",
                3 + chance.below(6),
                chance.below(100)
            );
            replace("key_line = 7 ", line);
        }
        1 => {
            let shift = chance.below(35);
            replace(
                "weight 35%  ramp 0",
                format!("weight {}%  ramp 0", 35 - shift),
            );
            replace(
                "weight 25%  curve",
                format!("weight {}%  curve", 25 + shift),
            );
        }
        2 => replace(
            "ramp 0 to 5M",
            format!("ramp 0 to {}00k", 1 + chance.below(90)),
        ),
        3 => replace(
            "strength >= 6\n",
            format!("strength >= {}\n", 1 + chance.below(9)),
        ),
        4 => {
            let line = format!("when attractiveness >= {} and", chance.below(7));
            replace("when attractiveness >= 4 and", line);
        }
        5 => {
            let limit = 1 + chance.below(200);
            let exclude = format!("exclude \"Too small\" when revenue < {limit}k\n");
            replace("override \"K-1072\"", exclude + "override \"K-1072\"");
        }
        _ => replace(
            "otherwise -> 1\n",
            format!("otherwise -> {}\n", chance.below(4)),
        ),
    }
    text
}

fn example() -> (String, std::path::PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/key-account-matrix");
    let text = std::fs::read_to_string(folder.join("model.vekt")).expect("the example");
    // Its tests and scenarios say nothing here.
    let end = text.find("\ntest ").expect("tests");
    let text = text[..end].to_owned();
    (text, folder.join("customers.csv"))
}

#[test]
fn two_hundred_changes_move_what_two_whole_runs_differ_by() {
    let (text, customers) = example();
    let before = ran(&text, &customers).expect("the example");
    let mut chance = Chance(20261121);
    let (mut tried, mut moved) = (0, 0);
    while tried < 200 {
        let Some(after) = ran(&changed(&text, &mut chance), &customers) else {
            continue;
        };
        tried += 1;
        let (old, new) = (before.side(), after.side());
        let rows = migration(&old, &new, &Pairs::of(&old, &new));
        assert_eq!(told(&rows), counted(&before, &after));
        assert_eq!(rows, migration(&old, &new, &Pairs::by_key(&old, &new)));
        let movers = rows.movers.len() as u64;
        assert_eq!(movers, rows.moved().0);
        moved += movers;
    }
    assert!(moved > 1_000, "only {moved} moved in all");
}

#[test]
fn customers_come_and_go() {
    let (text, customers) = example();
    let before = ran(&text, &customers).expect("the example");
    let lines = std::fs::read_to_string(&customers).expect("customers");
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.remove(5);
    lines.remove(17);
    let (head, rows) = lines.split_at_mut(1);
    rows.reverse();
    let new = rows[0].replacen("K-", "K-9", 1);
    let whole = [head[0], &rows.join("\n"), &new, ""].join("\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("customers.csv");
    std::fs::write(&path, whole).expect("a file");
    let after = ran(&text.replace("key_line = 7 ", "key_line = 6 "), &path).expect("a model");
    let (old, new) = (before.side(), after.side());
    let moved = migration(&old, &new, &Pairs::of(&old, &new));
    assert_eq!(moved.entered_and_left(), (1, 2));
    assert_eq!(told(&moved), counted(&before, &after));
}

#[test]
fn a_migration_reads_plainly() {
    let (text_of_model, customers) = example();
    let before = ran(&text_of_model, &customers).expect("the example");
    let after = ran(
        &text_of_model.replace("key_line = 7 ", "key_line = 6.5 "),
        &customers,
    );
    let after = after.expect("a model");
    let (old, new) = (before.side(), after.side());
    let moved = migration(&old, &new, &Pairs::of(&old, &new));
    let shown = text(&moved, &old, &new, Some("revenue"), 3);
    assert!(
        shown.starts_with(&format!("{} of 320 customers move", moved.moved().0)),
        "{shown}"
    );
    assert!(shown.contains("before \\ after"), "{shown}");
    let same = migration(&old, &old, &Pairs::Rows);
    assert_eq!(text(&same, &old, &old, None, 3), "nobody moves\n");
}

#[test]
fn the_nearest_to_a_line_are_the_nearest() {
    let (text, customers) = example();
    let ran = ran(&text, &customers).expect("the example");
    let side = ran.side();
    let axes: Vec<Column> = (0..2)
        .map(|axis| {
            let score = ran.plan.results.axes[axis].score;
            let output = ran
                .plan
                .results
                .outputs
                .iter()
                .find(|it| it.register == score);
            let register = output.expect("an axis in the result").register;
            let column = ran.outcome.register(register, &ran.inputs);
            column.expect("a column").into_owned()
        })
        .collect();
    let lines = [(0, 7_000_000), (1, 6_000_000), (0, 4_000_000)];
    let looked = lines.map(|(axis, at)| Line {
        values: &axes[axis],
        at,
    });
    let near = nearest(&looked, &side.segment, 10);
    // Everybody, each at the line that is nearest, by a slow count.
    let mut all: Vec<(f64, u32)> = (0..ran.outcome.rows)
        .map(|row| {
            let parts = lines.map(|(axis, at)| {
                let Values::Number(scores) = &axes[axis].values else {
                    panic!("no scores");
                };
                (scores[row] - at).abs() as f64 / at as f64
            });
            (parts.into_iter().fold(f64::MAX, f64::min), row as u32)
        })
        .collect();
    all.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    let rows: Vec<u32> = near.iter().map(|it| it.row).collect();
    let expected: Vec<u32> = all.iter().take(10).map(|it| it.1).collect();
    assert_eq!(rows[..10], expected);
    for near in near {
        let line = lines[near.line].1;
        assert_eq!((near.value - line).abs(), near.distance);
    }
}
