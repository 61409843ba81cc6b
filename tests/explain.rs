//! What `vekt explain` tells is true: contributions add up to the axis exactly, what is said to have
//! decided did decide, and changes that are said to move a customer move it, and no smaller one does.
//! All examples and all models of the judge are looked at; `EXPLAIN=all` takes every customer of the
//! examples for the changes instead of a sample.

#[path = "explain/models.rs"]
mod models;

use models::{Model, all};
use vekt::eval;
use vekt::explain::{Bench, ClauseState, Explanation, Fraction, MemberStory};
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
