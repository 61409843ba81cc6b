//! What the customers of each segment come to: how many they are, an amount of money, the time planned for them.
//! Parts can be added up; it knows no names.

use super::inputs::Inputs;
use super::outcome::Outcome;
use crate::model::program::FieldId;
use crate::plan::Plan;
use crate::value::{Column, Values};

/// What the customers of a segment come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many there are.
    pub customers: u64,
    /// Their money, in millionths.
    pub money: i128,
    /// What all teams plan for them, in millionths of a second.
    pub hours: i128,
}

impl Sums {
    /// Adds what others come to.
    pub fn add(&mut self, other: &Sums) {
        self.customers += other.customers;
        self.money += other.money;
        self.hours += other.hours;
    }
}

/// The sums of each segmentation of a plan, by segment; customers who are kept out have no part in them.
/// Services speak of the main segmentation only, so that the others have no hours.
pub fn sums(
    plan: &Plan,
    outcome: &Outcome,
    inputs: &Inputs,
    money: Option<FieldId>,
    main: Option<usize>,
) -> Vec<Vec<Sums>> {
    let money = money.and_then(|field| inputs.customers.column(field.0));
    let service = plan.results.service.iter();
    let teams = service.flat_map(|service| &service.teams);
    let hours: Vec<_> = teams
        .filter_map(|team| outcome.register(team.hours, inputs))
        .collect();
    let hours: Vec<&Column> = hours.iter().map(|it| &**it).collect();
    let segmentations = plan.results.segmentations.iter().enumerate();
    segmentations
        .map(|(at, segmentation)| {
            let hours = if main == Some(at) { &hours[..] } else { &[] };
            let count = segmentation.segments.len();
            match outcome.register(segmentation.segment, inputs) {
                Some(members) => of_members(count, &members, money, hours),
                None => vec![Sums::default(); count],
            }
        })
        .collect()
}

fn of_members(
    segments: usize,
    members: &Column,
    money: Option<&Column>,
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
        sums.money += money.map_or(0, |money| value(money, row));
        sums.hours += hours.iter().map(|it| value(it, row)).sum::<i128>();
    }
    sums
}

/// The number of a row; 0 where it is missing.
#[inline]
fn value(column: &Column, row: usize) -> i128 {
    match &column.values {
        Values::Number(values) if !column.is_missing(row) => {
            values.get(row).copied().map_or(0, i128::from)
        }
        _ => 0,
    }
}
