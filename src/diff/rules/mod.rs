//! Two models → what changed in their rules: in words, declaration by declaration, and as steps that
//! lead from the old one to the new one. It needs no data.

mod apply;
mod axes;
mod describe;
mod fact;
mod segments;
mod services;
mod steps;
mod words;

pub use fact::{Change, Unit};
pub use steps::{Step, Steps, steps};

use crate::session::Loaded;
use fact::{Described, compare};

/// What changed from one model to another, unit by unit. Both must have been checked; their sources
/// must not share numbers (see [`crate::session::load_beside`]).
pub fn changes(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let (before, mut after) = (describe::describe(old), describe::describe(new));
    let mut before = before;
    settle_clauses(&mut before, &mut after);
    compare(&before, &after)
}

/// Where clauses came, went or changed places, the segmentation changes as a whole.
fn settle_clauses(old: &mut [Described], new: &mut [Described]) {
    let sequence = |list: &[Described], unit: &Unit| {
        let described = list.iter().find(|it| it.unit == *unit)?;
        let mut facts = described.facts.iter();
        let found = facts.find(|it| it.what.starts_with("clauses of "))?;
        Some(found.same.clone())
    };
    let units: Vec<Unit> = new.iter().map(|it| it.unit.clone()).collect();
    for unit in units.iter().filter(|it| matches!(it, Unit::Segments(_))) {
        let Unit::Segments(name) = unit else { continue };
        let (Some(before), Some(after)) = (sequence(old, unit), sequence(new, unit)) else {
            continue;
        };
        let sorted = |text: &str| {
            let mut names: Vec<String> = text.split(", ").map(str::to_owned).collect();
            names.sort();
            names
        };
        let other_clauses = sorted(&before) != sorted(&after);
        for described in old.iter_mut().chain(new.iter_mut()) {
            match &described.unit {
                // Which clauses came and went is said one by one.
                Unit::Segments(of) if of == name && other_clauses => {
                    described
                        .facts
                        .retain(|it| !it.what.starts_with("clauses of "));
                }
                Unit::Clause(of, _) | Unit::Board(of) if of == name && before != after => {
                    described.unit = unit.clone();
                }
                _ => {}
            }
        }
    }
}
