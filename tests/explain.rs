//! What `vekt explain` tells is true: contributions add up to the axis exactly, what is said to have
//! decided did decide, and changes that are said to move a customer move it, and no smaller one does.
//! All examples and all models of the judge are looked at; for the changes `EXPLAIN=all` takes every
//! customer of the examples instead of a sample, `EXPLAIN=two-by-two` those of this one.

#[path = "explain/brute.rs"]
mod brute;
#[path = "explain/models.rs"]
mod models;

use models::{Model, all, examples};
use rayon::prelude::*;
use std::sync::Arc;
use vekt::eval::{self, Inputs, RowTable};
use vekt::explain::{Bench, Change, ClauseState, Explanation, Fraction, MemberStory};
use vekt::model::program::Literal;
use vekt::model::types::Type;
use vekt::value::Values;
use vekt::value::decimal::unit;

/// Customers of large models that are looked at: one in so many.
const SAMPLE: usize = 20;

/// The customers of a model that are looked at.
fn looked_at(model: &Model) -> Vec<usize> {
    let rows = model.inputs.customers.rows;
    let every = if rows > 1_000 { SAMPLE } else { 1 };
    (0..rows).step_by(every).collect()
}

/// Explanations of customers of a model, without searching for changes.
fn explained(model: &Model) -> Vec<Explanation> {
    let rows = looked_at(model);
    let bench = Bench::new(&model.program, &model.loaded.sources, &model.inputs, &rows);
    let bench = bench.unwrap_or_else(|errors| panic!("{}: {errors:?}", model.name));
    rows.iter().filter_map(|row| bench.explain(*row)).collect()
}

#[test]
fn contributions_add_up_to_the_axis_exactly() {
    let (mut axes, mut rounded) = (0, 0);
    for model in all() {
        let decimals = model.program.scores.decimals;
        for customer in explained(&model) {
            for axis in &customer.axes {
                let place = format!("{}, {}, {}", model.name, customer.key, axis.title.name);
                let score = axis.score.as_number().expect("a score");
                // The exact parts of what stands directly under the axis, rounded once.
                let top = axis.members.iter().filter(|it| it.depth == 0);
                let sum = top.fold(Fraction::zero(), |sum, it| sum.plus(&it.gives));
                assert_eq!(sum.rounded(unit(decimals)), score, "{place}");
                // The column as it is shown: criteria, and the row for rounding.
                let leaves: Vec<&MemberStory> =
                    axis.members.iter().filter(|it| !it.is_group).collect();
                let shown: i64 = leaves
                    .iter()
                    .filter_map(|it| it.gives_shown.as_number())
                    .sum();
                let rounding = axis.rounding.as_number().expect("a number");
                assert_eq!(shown + rounding, score, "{place}");
                // A last digit for each criterion and group at most, halved.
                let most = unit(decimals) * (axis.members.len() as i64 + 1) / 2 + 1;
                assert!(rounding.abs() <= most, "{place}: {rounding}");
                // Shares are the whole weight, and what is given and lost a full score.
                let shares = leaves
                    .iter()
                    .fold(Fraction::zero(), |sum, it| sum.plus(&it.share));
                assert_eq!(shares, Fraction::whole(1), "{place}");
                let full = Fraction::millionths(model.program.scores.highest.0);
                for it in leaves {
                    assert_eq!(it.gives.plus(&it.costs), it.share.times(&full), "{place}");
                }
                axes += 1;
                rounded += usize::from(rounding != 0);
            }
        }
    }
    assert!(
        axes > 2_000 && rounded > 100,
        "{axes} axes, {rounded} with a row for rounding"
    );
}

#[test]
fn what_is_said_to_decide_decided() {
    let (mut told, mut overridden, mut stayed) = (0, 0, 0);
    for model in all() {
        let outcome = eval::run(&vekt::plan::plan(&model.program), &model.inputs).expect("a run");
        for (row, customer) in looked_at(&model).into_iter().zip(&explained(&model)) {
            assert_eq!(
                customer.excluded.is_some(),
                outcome.is_excluded(row),
                "{}",
                model.name
            );
            if customer.excluded.is_some() {
                continue;
            }
            assert_eq!(customer.segments.len(), outcome.segmentations.len());
            for (at, story) in customer.segments.iter().enumerate() {
                let place = format!("{}, {}, {}", model.name, customer.key, story.column);
                let decision = outcome.decision(at, row).expect("a decision").to_string();
                assert_eq!(story.decided_by, decision, "{place}");
                let by_clause = story.clauses.iter().find_map(|clause| match clause.state {
                    ClauseState::Decides => {
                        Some((format!("clause {}", clause.number), &clause.segment))
                    }
                    ClauseState::Stays => {
                        Some((format!("stays {}", clause.number), &clause.segment))
                    }
                    _ => None,
                });
                let by_cell = story.board.as_ref().map(|board| {
                    let (row, column) = (board.rows.at + 1, board.columns.at + 1);
                    (format!("cell {row}.{column}"), &board.segment)
                });
                let (said, segment) = by_clause.or(by_cell).expect("something decides");
                match &story.overridden {
                    Some(overridden) => {
                        assert_eq!(overridden.decided_by.as_deref(), Some(&*said), "{place}");
                        assert_eq!(overridden.without.as_ref(), Some(segment), "{place}");
                        overridden.because.chars().next().expect("a reason");
                        assert_eq!(decision, "override");
                    }
                    None => {
                        assert_eq!(said, decision, "{place}");
                        assert_eq!(*segment, story.segment, "{place}");
                    }
                }
                overridden += usize::from(story.overridden.is_some());
                stayed += usize::from(said.starts_with("stays"));
                told += 1;
            }
        }
    }
    assert!(
        told > 4_000 && overridden > 0 && stayed > 0,
        "{told} {overridden} {stayed}"
    );
}

/// Gives one customer another value, in the data of everybody.
fn changed(model: &Model, row: usize, change: &Change, number: Option<i64>) -> Inputs {
    let mut inputs = model.inputs.clone();
    let name = change.input.name.as_str();
    let (dataset, columns, place) = match name.split_once('.') {
        None => (&model.program.customers, &mut inputs.customers.columns, row),
        Some((table, rest)) => {
            let at = model.program.tables.iter().position(|it| it.name == table);
            let at = at.expect("a table");
            let rows = &mut inputs.tables[at];
            let place = match rest.split_once(" in line ") {
                Some((_, line)) => {
                    let line: u64 = line.parse().expect("a line");
                    rows.table.lines.iter().position(|it| *it == line)
                }
                None => {
                    let own = rows.customer.iter().position(|it| *it as usize == row);
                    Some(own.unwrap_or_else(|| add_row(rows, row)))
                }
            };
            (
                &model.program.tables[at],
                &mut rows.table.columns,
                place.expect("a row"),
            )
        }
    };
    let field = name.rsplit('.').next().expect("a name");
    let field = field.split(' ').next().expect("a name");
    let at = dataset.fields.iter().position(|it| it.name == field);
    let column = columns[at.expect("a field")].as_mut().expect("a column");
    let literal = match number {
        Some(number) => Literal::Number(number),
        None => change.to.literal.clone().expect("a value"),
    };
    match (&mut column.values, literal) {
        (Values::Number(values), Literal::Number(number)) => values[place] = number,
        (Values::Flag(values), Literal::Flag(flag)) => values[place] = flag,
        (Values::Choice(values), Literal::Choice(code)) => values[place] = code,
        (Values::Text(texts), Literal::Text(text)) => {
            texts.numbers[place] = Arc::make_mut(&mut texts.dictionary).insert(&text);
        }
        (values, literal) => panic!("{values:?} and {literal:?}"),
    }
    if let Some(mask) = &mut column.missing {
        mask[place] = false;
    }
    inputs
}

/// Gives a customer an empty row; its place.
fn add_row(rows: &mut RowTable, customer: usize) -> usize {
    let count = rows.table.rows;
    for column in rows.table.columns.iter_mut().flatten() {
        match &mut column.values {
            Values::Number(values) => values.push(0),
            Values::Flag(values) => values.push(false),
            Values::Choice(values) => values.push(0),
            Values::Text(texts) => texts.numbers.push(0),
        }
        let mask = column.missing.get_or_insert_with(|| vec![false; count]);
        mask.push(true);
    }
    rows.table.rows += 1;
    rows.table.lines.push(0);
    rows.customer.push(customer as u32);
    count
}

/// The place of a customer's segment by importance, in a run over everybody, and its name.
fn place(model: &Model, inputs: &Inputs, row: usize, column: &str) -> Option<(usize, String)> {
    let outcome = eval::attempt(&vekt::plan::plan(&model.program), inputs);
    let at = outcome
        .segmentations
        .iter()
        .position(|it| it.column == column)?;
    let found = &outcome.segmentations[at];
    if found.segment.is_missing(row) {
        return None;
    }
    let Values::Choice(codes) = &found.segment.values else {
        return None;
    };
    let code = codes[row] as usize;
    let importance = &model.program.segmentations[at].importance;
    let place = importance.iter().position(|it| it.0 == code)?;
    Some((place, found.segments[code].clone()))
}

/// Checks every change that is told of a customer; how many there were.
fn verified(model: &Model, customer: &Explanation, row: usize) -> usize {
    let mut count = 0;
    for changes in &customer.changes {
        let (now, _) = place(model, &model.inputs, row, &changes.column).expect("a segment");
        let both = [(true, &changes.up), (false, &changes.down)];
        for (up, change) in both
            .into_iter()
            .flat_map(|(up, list)| list.iter().map(move |it| (up, it)))
        {
            let said = format!(
                "{} {} {} {change:?}",
                model.name, customer.key, changes.column
            );
            let moves = |number: Option<i64>| {
                let inputs = changed(model, row, change, number);
                place(model, &inputs, row, &changes.column)
                    .is_some_and(|(then, _)| if up { then < now } else { then > now })
            };
            let inputs = changed(model, row, change, None);
            let (_, segment) = place(model, &inputs, row, &changes.column).expect("a segment");
            assert!(moves(None), "does not move: {said}");
            assert_eq!(segment, change.segment.name, "{said}");
            // Its neighbour on the grid, towards the present value, does not move.
            if let (Some(step), Some(from), Some(to)) = (
                &change.step,
                change.input.value.as_number(),
                change.to.as_number(),
            ) {
                let day = 86_400_000_000;
                let step = match change.to.ty {
                    Type::Date => step.as_number().expect("a step") / day,
                    _ => step.as_number().expect("a step"),
                };
                let towards = if from < to { to - step } else { to + step };
                if (from < to) == (from < towards) && from != towards {
                    assert!(!moves(Some(towards)), "the neighbour moves too: {said}");
                }
                // Nothing in between moves either: all of it where that is little, else here and there.
                let steps = (to - from).abs() / step;
                let asked = match model.inputs.customers.rows {
                    rows if rows <= 400 => 60,
                    _ => 4,
                };
                for at in 1..=asked.min(steps - 1) {
                    let at = match steps - 1 <= asked {
                        true => at,
                        false => 1 + (at * 2_654_435_761) % (steps - 1),
                    };
                    let point = match to > from {
                        true => to - step * at,
                        false => to + step * at,
                    };
                    assert!(!moves(Some(point)), "{point} moves before: {said}");
                }
            }
            count += 1;
        }
    }
    count
}

#[test]
fn changes_move_the_customer_and_no_smaller_one_does() {
    let asked = std::env::var("EXPLAIN").unwrap_or_default();
    let every = !asked.is_empty();
    let is_asked = |model: &Model| !every || asked == "all" || model.name.contains(&asked);
    let mut counts = Vec::new();
    for model in examples().into_iter().filter(is_asked) {
        let rows = model.inputs.customers.rows;
        let apart = if every { 1 } else { rows / 4 };
        let rows: Vec<usize> = (0..rows).step_by(apart.max(1)).collect();
        let bench = Bench::new(&model.program, &model.loaded.sources, &model.inputs, &rows);
        let bench = bench.unwrap_or_else(|errors| panic!("{}: {errors:?}", model.name));
        let found: Vec<usize> = rows
            .par_iter()
            .filter_map(|row| Some(verified(&model, &bench.explain_with_changes(*row)?, *row)))
            .collect();
        let count: usize = found.iter().sum();
        println!("{}: {} customers, {count} changes", model.name, rows.len());
        counts.push(count);
    }
    let is_shown = !counts.is_empty() && counts.iter().all(|count| *count > 4);
    assert!(is_shown, "{asked} {counts:?}");
}
