//! What the customers of each segment come to: how many they are, an amount of money, the time planned for them.
//! Parts can be added up; it knows no names.

use super::inputs::Inputs;
use super::outcome::Outcome;
use crate::base::vectors::widest;
use crate::model::program::FieldId;
use crate::plan::Plan;
use crate::value::total::{BLOCK, SMALL};
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
    // Customers in no segment are added up too, behind the others.
    let mut narrow = vec![[0_i64; 3]; segments + 1];
    let (mut amounts, mut times) = ([0; BLOCK], [0; BLOCK]);
    for (positions, first) in positions.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        let (amounts, times) = (
            &mut amounts[..positions.len()],
            &mut times[..positions.len()],
        );
        amounts.fill(0);
        times.fill(0);
        let mut small = money.is_none_or(|money| add_rows(amounts, money, first, 1));
        for hours_of_team in hours {
            small &= add_rows(times, hours_of_team, first, hours.len());
        }
        narrow.fill([0; 3]);
        let rows = positions.iter().zip(amounts).zip(times).enumerate();
        for (at, ((position, amount), time)) in rows {
            let row = first + at;
            let place = match members.is_missing(row) {
                true => segments,
                false => segments.min(*position as usize),
            };
            if small {
                let narrow = &mut narrow[place];
                narrow[0] += 1;
                narrow[1] += *amount;
                narrow[2] += *time;
            } else if let Some(sums) = sums.get_mut(place) {
                sums.customers += 1;
                sums.money += money.map_or(0, |money| value(money, row));
                sums.hours += hours.iter().map(|it| value(it, row)).sum::<i128>();
            }
        }
        for (sums, narrow) in sums.iter_mut().zip(&narrow) {
            sums.customers += narrow[0].unsigned_abs();
            sums.money += i128::from(narrow[1]);
            sums.hours += i128::from(narrow[2]);
        }
    }
    sums
}

/// Adds the numbers that are there of as many rows as `to` has; says whether a block of so many columns is sure to
/// fit 64 bits when it is added up.
fn add_rows(to: &mut [i64], column: &Column, first: usize, columns: usize) -> bool {
    let range = first..first + to.len();
    let Values::Number(values) = &column.values else {
        return true;
    };
    let Some(values) = values.get(range.clone()) else {
        return false;
    };
    let missing = column.missing.as_ref();
    let missing = missing.and_then(|missing| missing.get(range));
    let bits = widest(
        #[inline(always)]
        move || {
            let mut bits = 0;
            match missing {
                Some(missing) => {
                    for ((to, value), missing) in to.iter_mut().zip(values).zip(missing) {
                        let value = value & -i64::from(!missing);
                        *to = to.wrapping_add(value);
                        bits |= value.unsigned_abs();
                    }
                }
                None => {
                    for (to, value) in to.iter_mut().zip(values) {
                        *to = to.wrapping_add(*value);
                        bits |= value.unsigned_abs();
                    }
                }
            }
            bits
        },
    );
    bits <= SMALL / columns.max(1) as u64
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: Vec<i64>, missing: Option<Vec<bool>>) -> Column {
        Column {
            missing,
            ..Column::full(Values::Number(values))
        }
    }

    #[test]
    fn blocks_and_single_rows_come_to_the_same() {
        let rows = 2 * BLOCK + 77;
        let small = |factor: i64| (0..rows as i64).map(move |row| (row * factor) % 10_007);
        let mut large: Vec<i64> = small(31).collect();
        large[BLOCK + 5] = i64::MAX;
        large[BLOCK + 6] = i64::MAX - 1;
        let every = |step: usize| Some((0..rows).map(|row| row % step == 0).collect());
        let positions = (0..rows as u32).map(|row| row % 5).collect();
        let members = Column {
            missing: every(11),
            ..Column::full(Values::Choice(positions))
        };
        let hours = [
            numbers(small(-7).collect(), every(3)),
            numbers(large.clone(), None),
        ];
        for money in [
            None,
            Some(numbers(large, every(4))),
            Some(numbers(small(13).collect(), None)),
        ] {
            let teams: Vec<&Column> = hours.iter().collect();
            // The fifth position is that of no segment.
            let sums = of_members(4, &members, money.as_ref(), &teams);
            for (segment, sums) in sums.iter().enumerate() {
                let own = |row: &usize| row % 5 == segment && !row.is_multiple_of(11);
                let own: Vec<usize> = (0..rows).filter(own).collect();
                let of = |column: &Column| own.iter().map(|row| value(column, *row)).sum::<i128>();
                assert_eq!(sums.customers, own.len() as u64);
                assert_eq!(sums.money, money.as_ref().map_or(0, of));
                assert_eq!(sums.hours, hours.iter().map(of).sum::<i128>());
            }
        }
    }
}
