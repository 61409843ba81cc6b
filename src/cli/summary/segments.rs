//! The table of a segmentation: how many customers each segment has, their share, what they bring
//! in and what time is planned for them.

use crate::cli::table::{Table, people_count, people_number, people_share};
use crate::model::program::{Program, Segmentation};
use crate::model::types::Type;
use crate::value::{Column, Values};

/// A number of every customer that is summed by segment.
#[derive(Clone, Copy)]
pub struct Amounts<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The values.
    pub column: &'a Column,
}

/// The money that stands first among the customers' fields, by number.
pub fn first_money(program: &Program) -> Option<usize> {
    let fields = &program.customers.fields;
    fields.iter().position(|field| field.ty == Type::Money)
}

/// A segment's customers, money and hours.
#[derive(Clone, Copy, Default)]
struct Sums {
    customers: usize,
    money: i128,
    hours: i128,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.customers += other.customers;
        self.money += other.money;
        self.hours += other.hours;
    }
}

/// The table of a segmentation. `hours` are durations planned by each team.
pub fn table(
    segmentation: &Segmentation,
    members: &Column,
    money: Option<Amounts<'_>>,
    hours: &[&Column],
) -> Table {
    let sums = sums(segmentation.segments.len(), members, money, hours);
    let mut all = Sums::default();
    for sums in &sums {
        all.add(sums);
    }
    let mut table = Table::new(&[segmentation.column(), "customers>", "share>"]);
    if let Some(money) = money {
        table.column(money.name, true);
        table.column(&format!("share of {}", money.name), true);
    }
    if !hours.is_empty() {
        table.column("hours a year", true);
    }
    let row = |name: &str, sums: &Sums| {
        let share = people_share(sums.customers as i128, all.customers as i128);
        let mut cells = vec![name.to_string(), people_count(sums.customers), share];
        if money.is_some() {
            cells.push(people_number(sums.money));
            cells.push(people_share(sums.money, all.money));
        }
        if !hours.is_empty() {
            cells.push(people_number(sums.hours / 3600));
        }
        cells
    };
    for (segment, sums) in segmentation.segments.iter().zip(&sums) {
        let name = segment.label.as_ref().unwrap_or(&segment.name);
        table.row(row(name, sums));
    }
    if sums.len() > 1 {
        table.row(row("all", &all));
    }
    table
}

/// The sums of each segment; customers who are kept out have none.
fn sums(
    segments: usize,
    members: &Column,
    money: Option<Amounts<'_>>,
    hours: &[&Column],
) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); segments];
    let Values::Choice(positions) = &members.values else {
        return sums;
    };
    for (row, position) in positions.iter().enumerate() {
        if members.is_missing(row) {
            continue;
        }
        let Some(sums) = sums.get_mut(*position as usize) else {
            continue;
        };
        sums.customers += 1;
        sums.money += money.map_or(0, |money| value(money.column, row));
        sums.hours += hours.iter().map(|it| value(it, row)).sum::<i128>();
    }
    sums
}

/// The number of a row; 0 where it is missing.
fn value(column: &Column, row: usize) -> i128 {
    match &column.values {
        Values::Number(values) if !column.is_missing(row) => {
            values.get(row).copied().map_or(0, i128::from)
        }
        _ => 0,
    }
}
