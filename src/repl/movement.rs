//! Who moved between two states of the model: a matrix of customers, what money moved with them, and
//! names. Two columns of segments in, text out.

use super::change::{first_money, name_field};
use super::layout::{Layout, clean, counted, cut};
use super::value::{shown, whole_money};
use super::version::{Membership, Segmented};
use crate::eval::Inputs;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::value::{Column, Values};
use std::collections::BTreeMap;

/// How many customers are named.
const NAMED: usize = 8;

/// How many ways from segment to segment are listed.
const WAYS: usize = 8;

/// How customers who are kept out are called.
const OUT: &str = "(kept out)";

/// Customers and money on the way from one segment to another.
#[derive(Clone, Copy, Default)]
struct Flow {
    customers: usize,
    money: i128,
}

/// What moved, as text.
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
    let mut text = String::new();
    for now in &after.segmentations {
        let old = before.segmentations.iter().find(|it| it.name == now.name);
        match old {
            Some(old) => text.push_str(&of_one(program, old, now, inputs, width)),
            None => {
                text.push_str(&format!("the segmentation `{}` is new\n", now.name));
            }
        }
    }
    text
}

fn of_one(
    program: &Program,
    before: &Membership,
    after: &Membership,
    inputs: &Inputs,
    width: usize,
) -> String {
    let names = names(before, after);
    let place = |segments: &[String]| -> Vec<usize> {
        let at = |name: &String| names.iter().position(|it| it == name).unwrap_or(0);
        segments.iter().map(at).collect()
    };
    let (was, is) = (place(&before.segments), place(&after.segments));
    let out = names.len();
    let money = first_money(program);
    let amounts = money.and_then(|at| inputs.customers.column(at));
    let rows = after.members.len().min(before.members.len());
    let mut flows = vec![Flow::default(); (out + 1) * (out + 1)];
    let mut movers: Vec<usize> = Vec::new();
    for row in 0..rows {
        let from = of_row(&before.members, row, &was, out);
        let to = of_row(&after.members, row, &is, out);
        if let Some(flow) = flows.get_mut(from * (out + 1) + to) {
            flow.customers += 1;
            if let Some(column) = amounts {
                flow.money += i128::from(amount(column, row));
            }
        }
        if from != to {
            movers.push(row);
        }
    }
    let of = if after.name == "segment" {
        String::new()
    } else {
        format!("{}: ", after.name)
    };
    if movers.is_empty() {
        return format!("{of}no customer moves\n");
    }
    let moved = movers.len();
    let mut text = format!(
        "{of}{} of {} moves",
        counted(moved, "customer", "customers"),
        super::layout::grouped(&rows.to_string()),
    );
    if moved != 1 {
        text.truncate(text.len() - 1);
    }
    let money_name = money.and_then(|at| program.customers.fields.get(at));
    let currency = program.currency.as_deref().unwrap_or("");
    if let Some(field) = money_name {
        let all: i128 = (0..flows.len())
            .filter(|at| at / (out + 1) != at % (out + 1))
            .filter_map(|at| flows.get(at))
            .map(|flow| flow.money)
            .sum();
        text.push_str(&format!(
            ", with {} {currency} of {}",
            whole_money(all),
            field.name
        ));
    }
    text.push_str("\n\n");
    text.push_str(&matrix(&names, &flows, width));
    text.push('\n');
    text.push_str(&ways(
        &names,
        &flows,
        money_name.map(|it| it.name.as_str()),
        width,
    ));
    text.push('\n');
    text.push_str(&people(
        program,
        inputs,
        &movers,
        (before, &was),
        (after, &is),
        &names,
        width,
    ));
    text
}

/// The segments of both, those of now first.
fn names(before: &Membership, after: &Membership) -> Vec<String> {
    let mut names = after.segments.clone();
    let old = before
        .segments
        .iter()
        .filter(|it| !after.segments.contains(it));
    names.extend(old.cloned());
    names
}

fn of_row(column: &Column, row: usize, places: &[usize], out: usize) -> usize {
    if column.is_missing(row) {
        return out;
    }
    match &column.values {
        Values::Choice(codes) => codes
            .get(row)
            .and_then(|code| places.get(*code as usize))
            .copied()
            .unwrap_or(out),
        _ => out,
    }
}

fn amount(column: &Column, row: usize) -> i64 {
    match &column.values {
        Values::Number(numbers) if !column.is_missing(row) => {
            numbers.get(row).copied().unwrap_or(0)
        }
        _ => 0,
    }
}

fn matrix(names: &[String], flows: &[Flow], width: usize) -> String {
    let size = names.len() + 1;
    let sum = |places: &mut dyn Iterator<Item = usize>| -> usize {
        places
            .filter_map(|at| flows.get(at))
            .map(|it| it.customers)
            .sum()
    };
    let used = |at: usize| {
        at + 1 < size || sum(&mut (0..size).flat_map(|it| [at * size + it, it * size + at])) > 0
    };
    let shown: Vec<usize> = (0..size).filter(|at| used(*at)).collect();
    let name = |at: usize| names.get(at).map_or(OUT, |name| name.as_str());
    let narrow = |at: usize| cut(&clean(name(at)), 22);
    let mut headers = vec!["from \\ to".to_string()];
    headers.extend(shown.iter().map(|at| format!("{}>", narrow(*at))));
    headers.push("before>".into());
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut table = Layout::new(&headers);
    let count = |number: usize| match number {
        0 => "·".to_string(),
        _ => super::layout::grouped(&number.to_string()),
    };
    for from in &shown {
        let mut row = vec![name(*from).to_string()];
        for to in &shown {
            row.push(count(
                flows.get(from * size + to).map_or(0, |it| it.customers),
            ));
        }
        row.push(count(sum(&mut (0..size).map(|to| from * size + to))));
        table.row(row);
    }
    let mut last = vec!["after".to_string()];
    for to in &shown {
        last.push(count(sum(&mut (0..size).map(|from| from * size + to))));
    }
    last.push(count(sum(&mut (0..size * size))));
    table.row(last);
    table.lines(width)
}

fn ways(names: &[String], flows: &[Flow], money: Option<&str>, width: usize) -> String {
    let size = names.len() + 1;
    let name = |at: usize| names.get(at).map_or(OUT, |name| name.as_str());
    let mut moved: Vec<(usize, Flow)> = flows
        .iter()
        .copied()
        .enumerate()
        .filter(|(at, flow)| at / size != at % size && flow.customers > 0)
        .collect();
    moved.sort_by_key(|(at, flow)| (std::cmp::Reverse(flow.customers), *at));
    let mut headers = vec!["move", "customers>"];
    let head = money.map(|money| format!("{money}>"));
    headers.extend(head.as_deref());
    let mut table = Layout::new(&headers);
    for (at, flow) in moved.iter().take(WAYS) {
        let mut row = vec![
            format!("{} → {}", name(at / size), name(at % size)),
            super::layout::grouped(&flow.customers.to_string()),
        ];
        row.extend(money.map(|_| whole_money(flow.money)));
        table.row(row);
    }
    let mut text = table.lines(width);
    let more = moved.len().saturating_sub(WAYS);
    if more > 0 {
        text.push_str(&format!("  … and {more} more ways\n"));
    }
    text
}

/// Those who moved with the most money.
fn people(
    program: &Program,
    inputs: &Inputs,
    movers: &[usize],
    (before, was): (&Membership, &[usize]),
    (after, is): (&Membership, &[usize]),
    names: &[String],
    width: usize,
) -> String {
    let money = first_money(program);
    let amounts = money.and_then(|at| inputs.customers.column(at));
    let worth = |row: usize| amounts.map_or(0, |column| amount(column, row));
    // Only the first ones are put in order.
    let mut best: BTreeMap<(std::cmp::Reverse<i64>, usize), usize> = BTreeMap::new();
    for row in movers {
        best.insert((std::cmp::Reverse(worth(*row)), *row), *row);
        if best.len() > NAMED {
            best.pop_last();
        }
    }
    let key = &program.customers.key;
    let fields = &program.customers.fields;
    let known_as = name_field(program);
    let mut headers: Vec<String> = Vec::new();
    let mut columns: Vec<(usize, &Type)> = Vec::new();
    for at in std::iter::once(key.0).chain(known_as).chain(money) {
        if let Some(field) = fields.get(at) {
            let right = if Some(at) == money { ">" } else { "" };
            headers.push(format!("{}{right}", field.name));
            columns.push((at, &field.ty));
        }
    }
    headers.push("from".into());
    headers.push("to".into());
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut table = Layout::new(&headers);
    let out = names.len();
    let name = |at: usize| names.get(at).map_or(OUT.to_string(), Clone::clone);
    for row in best.values() {
        let mut cells: Vec<String> = columns
            .iter()
            .map(|(at, ty)| match inputs.customers.column(*at) {
                Some(column) => shown(program, ty, column, *row),
                None => String::new(),
            })
            .collect();
        cells.push(name(of_row(&before.members, *row, was, out)));
        cells.push(name(of_row(&after.members, *row, is, out)));
        table.row(cells);
    }
    let mut text = table.lines(width);
    let more = movers.len().saturating_sub(best.len());
    if more > 0 {
        let more = counted(more, "more customer", "more customers");
        text.push_str(&format!("  … and {more}\n"));
    }
    text
}
