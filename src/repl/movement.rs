//! Who moved between two states of the model, as text: two columns of segments go through the
//! migration of `diff`, one for each segmentation. Nothing is computed again.

use super::change::{first_money, name_field};
use super::layout::{Layout, fitted};
use super::version::{Membership, NearLine, Segmented};
use crate::diff::{Migration, Pairs, Side, matrix, migration, moves, names, sentence};
use crate::eval::Inputs;
use crate::model::program::Program;
use crate::value::Column;
use std::borrow::Cow;

/// How many customers are named.
const NAMED: usize = 8;

/// How many are named who stayed, but stand nearest to a line.
const NEAREST: usize = 5;

/// What moved.
pub(super) fn text(
    program: &Program,
    before: &Segmented,
    after: &Segmented,
    inputs: &Inputs,
    width: usize,
) -> String {
    if after.segmentations.is_empty() {
        return "changed; the model has no segments\n".into();
    }
    let Some(key) = inputs.customers.column(program.customers.key.0) else {
        return String::new();
    };
    let money = first_money(program);
    let amount = money.and_then(|at| program.customers.fields.get(at));
    let amount = amount.map(|it| it.name.as_str());
    let mut text = String::new();
    let mut still = Vec::new();
    for now in &after.segmentations {
        let Some(old) = before.segmentations.iter().find(|it| it.name == now.name) else {
            text.push_str(&format!("the segmentation `{}` is new\n", now.name));
            continue;
        };
        let (old, new) = (
            side(program, key, money, old, inputs),
            side(program, key, money, now, inputs),
        );
        let moved = migration(&old, &new, &Pairs::Rows);
        if moved.movers.is_empty() {
            still.push(now.name.as_str());
            continue;
        }
        if after.segmentations.len() > 1 {
            text.push_str(&format!("{}: ", now.name));
        }
        text.push_str(&sentence(&moved, amount));
        text.push_str("\n\n");
        text.push_str(&fitted(&matrix(&moved).plain(), width));
        text.push('\n');
        text.push_str(&fitted(&moves(&moved, amount).plain(), width));
        text.push('\n');
        text.push_str(&fitted(
            &names(&moved, &old, &new, amount, NAMED).plain(),
            width,
        ));
        let more = moved.movers.len().saturating_sub(NAMED);
        if more > 0 {
            let more = super::layout::counted(more, "more customer", "more customers");
            text.push_str(&format!("  … and {more}\n"));
        }
        let deciding = program.deciding_segmentation();
        if deciding.is_some_and(|(_, it)| it.column() == now.name) {
            text.push_str(&stayed(&after.near, &moved, &new, width));
        }
    }
    if text.is_empty() {
        return "nobody moves\n".into();
    }
    if !still.is_empty() {
        text.push_str(&format!("nobody moves in {}\n", still.join(", ")));
    }
    text
}

/// Those who did not move and stand nearest to a line now.
fn stayed(near: &[NearLine], moved: &Migration, side: &Side<'_>, width: usize) -> String {
    let stays = |near: &&NearLine| {
        let mover = moved.movers.binary_search_by_key(&near.row, |it| it.after);
        mover.is_err()
    };
    let near: Vec<&NearLine> = near.iter().filter(stays).take(NEAREST).collect();
    let named = near.iter().any(|it| side.name_of(it.row).is_some());
    let mut headers = vec!["nearest to a line"];
    headers.extend(named.then_some("name"));
    headers.extend(["stays", "by", "value>", "line>"]);
    let mut table = Layout::new(&headers);
    for near in near {
        let mut row = vec![side.key_of(near.row).to_owned()];
        row.extend(named.then(|| side.name_of(near.row).unwrap_or_default().to_owned()));
        row.push(side.segment_of(near.row).unwrap_or_default().to_owned());
        row.extend([near.what.clone(), near.value.clone(), near.line.clone()]);
        table.row(row);
    }
    match table.is_empty() {
        true => String::new(),
        false => format!("\n{}", table.lines(width)),
    }
}

fn side<'a>(
    program: &'a Program,
    key: &'a Column,
    money: Option<usize>,
    membership: &'a Membership,
    inputs: &'a Inputs,
) -> Side<'a> {
    Side {
        segments: membership.segments.clone(),
        importance: membership.importance.clone(),
        segment: Cow::Borrowed(&membership.members),
        key: Cow::Borrowed(key),
        name: name_field(program).and_then(|at| inputs.customers.column(at)),
        amount: money
            .and_then(|at| inputs.customers.column(at))
            .map(Cow::Borrowed),
        put_aside: None,
    }
}
