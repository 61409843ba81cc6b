//! The nearest value that moves a customer, against every value that its field can hold, tried one by
//! one: narrow windows, curves that rise and fall, criteria that pull in different directions, ratios,
//! sums of rows, many texts, rows that are not there, and places among all customers.

use super::*;
use std::fs;
use vekt::model::program::Program;

const HEAD: &str = r#"
model "Windows" { edition 2026, currency NOK }
customers key id {
  id text
  revenue money between 0 and 1_000
  cost money between 0 and 450
  orders number between 0 and 200
  seller text
}
"#;

/// Each decides about a customer alone.
const ALONE: &str = r#"
table stars key id one per customer from "stars.csv" { id text, fit number between 0 and 150 }
table bills key id from "bills.csv" { id text, amount money between 0 and 200 }
let margin = revenue - cost
let paid = sum(bills.amount where amount >= 5)
axis worth {
  criterion revenue weight 50% curve { 0 -> 0, 200 -> 9, 350 -> 2, 1_000 -> 10 }
  criterion cost weight 30% ramp 450 to 0
  criterion thrift of cost weight 10% ramp 0 to 225
  criterion focus of max(revenue, cost) / max(1, revenue + cost) weight 10% curve { 0.5 -> 10, 0.7 -> 2, 1 -> 6 }
}
axis ease {
  criterion orders weight 60% bands { >= 150 -> 1, >= 50 -> 10, >= 45 -> 4, otherwise -> 2 }
  criterion fit of stars.fit weight 40% ramp 0 to 150 if missing 2
}
segments {
  top when revenue between 612 and 613 or seller is "S77"
  key when worth >= 7 and margin / max(1, orders) >= 1.5
  held when ease >= 6 and (paid >= 155 or seller is "Nobody")
  good when (worth >= 5 and not (revenue between 450 and 470)) or abs(margin - 125) < 1
  rest otherwise
}
"#;

/// What decides is hidden behind a text, other rows of the customer and values that keep it out.
const HIDDEN: &str = r#"
table bills key id from "bills.csv" { id text, amount money between 0 and 200 }
let size = if revenue between 300 and 310 then "odd" else "plain"
let paid = sum(bills.amount)
let large = count(bills where amount * 2 > customers.paid)
let near = count(bills where amount * 4 > customers.cost)
exclude "a blank" when orders < 20 or orders > 180
segments {
  top when size is "odd"
  key when large = 0 and paid > 100
  good when near >= 2 or orders between 90 and 92
  rest otherwise
}
"#;

/// Others count.
const PLACES: &str = r#"
axis worth {
  criterion revenue weight 60% ranked
  criterion cost weight 40% ramp 450 to 0
}
segments {
  top when revenue in top 10% and revenue > average(revenue) + 100
  key when worth >= 6.5 and share(cost) < 4%
  good when share_above(revenue) < 60% or cost between 216 and 216.5
  rest otherwise
}
"#;

fn mixed(at: u64, below: u64) -> u64 {
    (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) % below
}

fn model_of(rules: &str, count: u64) -> (tempfile::TempDir, Model) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let mut customers = String::from("id,revenue,cost,orders,seller\n");
    let (mut stars, mut bills) = (String::from("id,fit\n"), String::from("id,amount\n"));
    for at in 0..count {
        let row = [
            mixed(at + 1, 1_001),
            mixed(at + 77, 451),
            mixed(at + 5, 201),
        ];
        let [revenue, cost, orders] = row;
        customers.push_str(&format!(
            "C{at},{revenue},{cost},{orders},S{}\n",
            mixed(at, 90)
        ));
        if at % 3 != 0 {
            stars.push_str(&format!("C{at},{}\n", mixed(at + 9, 151)));
        }
        for bill in 0..at % 4 {
            bills.push_str(&format!("C{at},{}\n", mixed(at * 7 + bill, 201)));
        }
    }
    for (name, text) in [("customers", customers), ("stars", stars), ("bills", bills)] {
        fs::write(path.join(format!("{name}.csv")), text).expect("a file");
    }
    fs::write(path.join("model.vekt"), format!("{HEAD}{rules}")).expect("a model");
    let model = models::model(&path.join("model.vekt"), None).expect("a model");
    (folder, model)
}

/// A field that a change is told of, as the model knows it: table, field, row in the table.
struct Spot {
    table: Option<usize>,
    field: usize,
    place: usize,
}

fn spot(program: &Program, inputs: &mut Inputs, row: usize, name: &str) -> Spot {
    let bare = name.split(' ').next().expect("a name");
    let find = |fields: &[vekt::model::program::Field], name: &str| {
        fields
            .iter()
            .position(|it| it.name == name)
            .expect("a field")
    };
    match bare.split_once('.') {
        None => Spot {
            table: None,
            field: find(&program.customers.fields, bare),
            place: row,
        },
        Some((table, field)) => {
            let at = program
                .tables
                .iter()
                .position(|it| it.name == table)
                .expect("a table");
            let rows = &mut inputs.tables[at];
            let place = match name.split_once(" in line ") {
                Some((_, line)) => {
                    let line: u64 = line.parse().expect("a line");
                    rows.table.lines.iter().position(|it| *it == line)
                }
                None => rows.customer.iter().position(|it| *it as usize == row),
            };
            Spot {
                table: Some(at),
                field: find(&program.tables[at].fields, field),
                place: place.unwrap_or_else(|| add_row(rows, row)),
            }
        }
    }
}

/// The places by importance of a customer with each of these numbers at a spot.
fn places_of(
    model: &Model,
    inputs: &Inputs,
    row: usize,
    spot: &Spot,
    numbers: &[i64],
) -> Vec<Option<usize>> {
    let plan = vekt::plan::plan(&model.program);
    let importance = &model.program.segmentations[0].importance;
    let mut inputs = inputs.clone();
    numbers
        .iter()
        .map(|number| {
            let columns = match spot.table {
                None => &mut inputs.customers.columns,
                Some(at) => &mut inputs.tables[at].table.columns,
            };
            let column = columns[spot.field].as_mut().expect("a column");
            let Values::Number(values) = &mut column.values else {
                panic!("no number")
            };
            values[spot.place] = *number;
            if let Some(mask) = &mut column.missing {
                mask[spot.place] = false;
            }
            let outcome = eval::attempt(&plan, &inputs);
            let segment = &outcome.segmentations[0].segment;
            let Values::Choice(codes) = &segment.values else {
                panic!("no segments")
            };
            let code = (!segment.is_missing(row)).then(|| codes[row] as usize);
            importance.iter().position(|it| Some(it.0) == code)
        })
        .collect()
}

/// The inputs of a field of a customer: one for each of its bills, the largest first, else the field.
fn inputs_of(model: &Model, row: usize, name: &str) -> Vec<String> {
    let bills = model.inputs.tables.last();
    let Some(bills) = bills.filter(|_| name == "bills.amount") else {
        return vec![name.to_owned()];
    };
    let Some(Values::Number(amounts)) = bills.table.column(1).map(|it| &it.values) else {
        panic!("no amounts")
    };
    let own = (0..bills.customer.len()).filter(|it| bills.customer[*it] as usize == row);
    let mut own: Vec<usize> = own.collect();
    own.sort_by_key(|it| (std::cmp::Reverse(amounts[*it]), *it));
    let lines = own.iter().map(|it| bills.table.line(*it).expect("a line"));
    lines.map(|line| format!("{name} in line {line}")).collect()
}

/// Compares what is told of the numbers of some customers with every number on the grid.
fn compared(model: &Model, rows: &[usize], names: &[(&str, i64)], step: i64) -> (usize, usize) {
    let one = 1_000_000;
    let bench = Bench::new(&model.program, &model.loaded.sources, &model.inputs, rows);
    let bench = bench.unwrap_or_else(|errors| panic!("{errors:?}"));
    let (mut moved, mut stayed) = (0, 0);
    for row in rows {
        let told = bench.explain_with_changes(*row).expect("a customer");
        // Nothing is told of those who are kept out.
        let Some(changes) = told.changes.first() else {
            continue;
        };
        assert!(changes.unsearched.is_empty(), "{:?}", changes.unsearched);
        for (name, highest) in names {
            let own = |it: &&Change| it.input.name.split(' ').next() == Some(*name);
            let (up, down) = (changes.up.iter().find(own), changes.down.iter().find(own));
            let base = place(model, &model.inputs, *row, "segment").map(|(at, _)| at);
            let numbers: Vec<i64> = (0..=*highest / step).map(|at| at * step * one).collect();
            // The nearest number that lifts and that drops, with how far it is, of each input.
            let mut all: [Vec<(i64, String, i64)>; 2] = [Vec::new(), Vec::new()];
            for named in inputs_of(model, *row, name) {
                let mut inputs = model.inputs.clone();
                let spot = spot(&model.program, &mut inputs, *row, &named);
                let columns = match spot.table {
                    None => &inputs.customers.columns,
                    Some(at) => &inputs.tables[at].table.columns,
                };
                let column = columns[spot.field].as_ref().expect("a column");
                let Values::Number(values) = &column.values else {
                    panic!("no number")
                };
                let is_missing = column.is_missing(spot.place);
                let now = values[spot.place];
                let far = |number: i64| match is_missing {
                    true => (number, 0),
                    false => ((number - now).abs(), i64::from(number < now)),
                };
                let places = places_of(model, &inputs, *row, &spot, &numbers);
                for (is_up, nearest) in [true, false].into_iter().zip(&mut all) {
                    let moves = |place: &Option<usize>| match is_up {
                        true => place.is_some() && *place < base,
                        false => *place > base,
                    };
                    let pairs = numbers.iter().zip(&places);
                    let moving = pairs.filter(|(_, place)| moves(place)).map(|(it, _)| *it);
                    let found = moving.min_by_key(|it| far(*it));
                    nearest.extend(found.map(|it| (far(it).0, named.clone(), it)));
                }
            }
            for (nearest, found) in all.into_iter().zip([up, down]) {
                let nearest = nearest.into_iter().min_by_key(|(far, ..)| *far);
                let nearest = nearest.map(|(_, named, number)| (named, number));
                let told_of = found.map(|it| {
                    let to = it.to.as_number().expect("a number");
                    (it.input.name.clone(), to)
                });
                assert_eq!(told_of, nearest, "{} {name}", told.key);
                moved += usize::from(nearest.is_some());
                stayed += usize::from(nearest.is_none());
            }
        }
    }
    (moved, stayed)
}

#[test]
fn the_nearest_value_of_all_is_found() {
    let (_folder, model) = model_of(ALONE, 40);
    let small: Vec<usize> = (0..40).step_by(8).collect();
    let names = [
        ("orders", 200),
        ("stars.fit", 150),
        ("bills.amount", 200),
        ("cost", 450),
        ("revenue", 1_000),
    ];
    let (moved, stayed) = compared(&model, &small, &names, 1);
    assert!(moved > 8 && stayed > 5, "{moved} {stayed}");
    let rows: Vec<usize> = (0..40).collect();
    let bench = Bench::new(&model.program, &model.loaded.sources, &model.inputs, &rows);
    let bench = bench.unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut texts = 0;
    for row in rows {
        let told = bench.explain_with_changes(row).expect("a customer");
        let seller = told.changes[0]
            .up
            .iter()
            .find(|it| it.input.name == "seller");
        texts += usize::from(seller.is_some_and(|it| it.to.exact == "S77"));
    }
    assert!(texts > 20, "{texts}");
}

#[test]
fn the_nearest_value_is_found_behind_texts_and_other_rows() {
    let (_folder, model) = model_of(HIDDEN, 40);
    let rows: Vec<usize> = (0..40).step_by(5).collect();
    let names = [
        ("revenue", 1_000),
        ("cost", 450),
        ("orders", 200),
        ("bills.amount", 200),
    ];
    let (moved, stayed) = compared(&model, &rows, &names, 1);
    assert!(moved > 15 && stayed > 20, "{moved} {stayed}");
}

#[test]
fn the_nearest_value_is_found_where_others_count() {
    let (_folder, model) = model_of(PLACES, 23);
    let rows: Vec<usize> = (0..23).step_by(5).collect();
    let (moved, stayed) = compared(&model, &rows, &[("cost", 450), ("revenue", 1_000)], 1);
    assert!(moved > 6 && stayed > 3, "{moved} {stayed}");
}

#[test]
fn of_more_than_a_hundred_rows_the_largest_are_tried_and_it_is_said() {
    let (folder, model) = model_of(HIDDEN, 40);
    let kept_in = |row: &usize| place(&model, &model.inputs, *row, "segment").is_some();
    let row = (0..40).find(kept_in).expect("a customer");
    let unsearched = |count: usize| {
        let bills = format!("id,amount\n{}", format!("C{row},7\n").repeat(count));
        fs::write(folder.path().join("bills.csv"), bills).expect("a file");
        let model = models::model(&folder.path().join("model.vekt"), None).expect("a model");
        let bench = Bench::new(&model.program, &model.loaded.sources, &model.inputs, &[row]);
        let bench = bench.unwrap_or_else(|errors| panic!("{errors:?}"));
        let told = bench.explain_with_changes(row).expect("a customer");
        told.changes[0].unsearched.clone()
    };
    assert_eq!(unsearched(100), []);
    let why = "of the customer's 120 rows 100 were tried, those with the largest numbers";
    assert_eq!(unsearched(120), [("bills".to_owned(), why.to_owned())]);
}
