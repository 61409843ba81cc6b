//! Errors that wait: which of the errors of its inputs an operation passes on. A branch that is not
//! taken, a condition that is not asked, an activity that is not planned keep theirs.

use super::block::{Poison, View};
use super::inputs::Inputs;
use crate::model::program::{FieldId, TableId};
use crate::plan::op::Op;

impl Inputs {
    /// The errors of a table's field that a test's rows leave out.
    pub(super) fn not_given_in(
        &self,
        table: TableId,
        field: FieldId,
        register: usize,
    ) -> Vec<Poison> {
        let given = self.rows_not_given.iter();
        let left_out = given.filter(|(of, name, _)| (*of, *name) == (table, field));
        let mut poison: Vec<Poison> = left_out
            .map(|(_, _, row)| Poison {
                row: *row,
                site: register as u32,
                values: [0, 0],
            })
            .collect();
        poison.sort_by_key(|poison| poison.row);
        poison
    }
}

/// The errors of an operation's rows that come from its inputs, one a row, by row.
pub(super) fn inherited(op: &Op, views: &[View<'_>], first: usize, rows: usize) -> Vec<Poison> {
    if views.iter().all(|view| view.poison.is_empty()) {
        return Vec::new();
    }
    let mut found: Vec<Poison> = Vec::new();
    let of = |at: usize| {
        views
            .get(at)
            .map_or(Vec::new(), |view| view.poisons(first, rows))
    };
    let local = |poison: &Poison| poison.row as usize - first;
    match (op, views) {
        (Op::Select(..), [condition, ..]) => {
            found.extend(of(0));
            found.extend(of(1).into_iter().filter(|it| condition.holds(local(it))));
            found.extend(of(2).into_iter().filter(|it| !condition.holds(local(it))));
        }
        (Op::And(..), [a, _]) => {
            found.extend(of(0));
            found.extend(of(1).into_iter().filter(|it| a.holds(local(it))));
        }
        (Op::Or(..), [a, _]) => {
            found.extend(of(0));
            found.extend(of(1).into_iter().filter(|it| !a.holds(local(it))));
        }
        (Op::Default(..), [a, _]) => {
            found.extend(of(0));
            found.extend(of(1).into_iter().filter(|it| a.missing.at(local(it))));
        }
        (Op::Switch(..), [choice, ..]) => {
            found.extend(of(0));
            for at in 1..views.len() {
                let taken = |poison: &Poison| {
                    let row = local(poison);
                    !choice.missing.at(row) && choice.codes().at(row) as usize + 1 == at
                };
                found.extend(of(at).into_iter().filter(taken));
            }
        }
        (Op::FirstHolds(_), _) => {
            for at in 0..views.len() {
                let asked = |poison: &Poison| {
                    let row = local(poison);
                    !views[..at].iter().any(|before| before.holds(row))
                };
                found.extend(of(at).into_iter().filter(asked));
            }
        }
        (Op::Hours(_), _) => {
            for at in (0..views.len()).step_by(2) {
                let done = |poison: &Poison| views[at].wide(local(poison)) != 0;
                found.extend(of(at));
                found.extend(of(at + 1).into_iter().filter(done));
            }
        }
        (Op::Cost(parts), _) => {
            let mut at = 0;
            for part in parts {
                let inputs = 1 + 2 * part.times.len() + usize::from(part.costs.is_some());
                let done = |poison: &Poison| {
                    views
                        .get(at)
                        .is_some_and(|view| view.wide(local(poison)) != 0)
                };
                found.extend(of(at));
                for other in at + 1..at + inputs {
                    found.extend(of(other).into_iter().filter(done));
                }
                at += inputs;
            }
        }
        _ => (0..views.len()).for_each(|at| found.extend(of(at))),
    }
    // A row's first error is the one that was met first.
    found.sort_by_key(|poison| poison.row);
    found.dedup_by_key(|poison| poison.row);
    found
}

/// Adds errors of the operation itself at rows that have none yet.
pub(super) fn add(poison: &mut Vec<Poison>, own: Vec<Poison>) {
    if own.is_empty() {
        return;
    }
    poison.extend(own);
    poison.sort_by_key(|poison| poison.row);
    poison.dedup_by_key(|poison| poison.row);
}
