//! The table of a segmentation: how many customers each segment has, their share, what they bring
//! in and what time is planned for them.

use crate::cli::table::{Table, people_count, people_number, people_share};
use crate::eval::Sums;
use crate::model::program::{FieldId, Program, Segmentation};
use crate::model::types::Type;

/// The money that stands first among the customers' fields.
pub fn first_money(program: &Program) -> Option<FieldId> {
    let fields = &program.customers.fields;
    let first = fields.iter().position(|field| field.ty == Type::Money);
    first.map(FieldId)
}

/// The table of a segmentation. `money` says what the money is called that is summed; `hours`, whether time is.
pub fn table(
    segmentation: &Segmentation,
    sums: &[Sums],
    money: Option<&str>,
    hours: bool,
) -> Table {
    let mut all = Sums::default();
    for sums in sums {
        all.add(sums);
    }
    let mut table = Table::new(&[segmentation.column(), "customers>", "share>"]);
    if let Some(money) = money {
        table.column(money, true);
        table.column(&format!("share of {money}"), true);
    }
    if hours {
        table.column("hours a year", true);
    }
    let row = |name: &str, sums: &Sums| {
        let share = people_share(sums.customers as i128, all.customers as i128);
        let customers = usize::try_from(sums.customers).unwrap_or(usize::MAX);
        let mut cells = vec![name.to_string(), people_count(customers), share];
        if money.is_some() {
            cells.push(people_number(sums.money));
            cells.push(people_share(sums.money, all.money));
        }
        if hours {
            cells.push(people_number(sums.hours / 3600));
        }
        cells
    };
    for (segment, sums) in segmentation.segments.iter().zip(sums) {
        let name = segment.label.as_ref().unwrap_or(&segment.name);
        table.row(row(name, sums));
    }
    if sums.len() > 1 {
        table.row(row("all", &all));
    }
    table
}
