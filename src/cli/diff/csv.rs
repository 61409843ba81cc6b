//! Everybody who moved, as separated text: one row a customer, with the changes that moved it.

use super::json::who;
use super::shown::reasons;
use super::{Comparison, EffectPart};
use crate::cli::comparing::cell;
use crate::diff::{NOT_THERE, Place, Side};
use crate::value::decimal::wide_text;

/// The header of the rows.
const HEADER: &str = "customer,name,from,to,amount_before,amount_after,moved_by,moved_alone_by";

/// The movers, or the changes of the rules where no customers were looked at.
pub fn movers(comparison: &Comparison<'_>) -> String {
    let Some(effect) = &comparison.effect else {
        let mut text = String::from("change,moves\n");
        let rules = comparison.rules.iter().flat_map(|it| &it.changes);
        for change in rules {
            let moves = if change.moves { "yes" } else { "no" };
            text.push_str(&format!("{},{moves}\n", cell(&change.text())));
        }
        return text;
    };
    let mut text = format!("{HEADER}\n");
    for mover in &effect.migration.movers {
        let (key, name) = who(effect, mover);
        let place = |at: u32| {
            let place = effect.migration.places.get(at as usize);
            place.map_or("", Place::name)
        };
        let (in_order, alone) = reasons(effect, mover);
        let cells = [
            cell(key).into_owned(),
            cell(name.unwrap_or("")).into_owned(),
            cell(place(mover.from)).into_owned(),
            cell(place(mover.to)).into_owned(),
            worth(&effect.before, mover.before),
            worth(&effect.after, mover.after),
            changes(comparison, effect, &in_order),
            changes(comparison, effect, &alone),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// The changes of some steps, in words.
fn changes(comparison: &Comparison<'_>, effect: &EffectPart<'_>, steps: &[usize]) -> String {
    let Some(rules) = &comparison.rules else {
        return String::new();
    };
    let texts = steps.iter().filter_map(|step| {
        let Some(at) = effect.number(*step).checked_sub(1) else {
            return Some("data".to_owned());
        };
        let changes = rules.steps.get(at)?.iter();
        let texts = changes.filter_map(|at| Some(rules.changes.get(*at)?.text()));
        Some(texts.collect::<Vec<String>>().join("; "))
    });
    cell(&texts.collect::<Vec<String>>().join("; ")).into_owned()
}

fn worth(side: &Side<'_>, row: u32) -> String {
    match row {
        NOT_THERE => String::new(),
        row => side
            .amount_of(row)
            .map_or(String::new(), |it| wide_text(it.into())),
    }
}
