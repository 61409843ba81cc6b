//! Operations that need all rows at once: groups, orders, places, aggregates, persons. What an
//! aggregate counts must be free of errors; for one customer's rows they become the customer's.

use super::block::{Buffer, Computed, NONE, Poison, View};
use super::error::Found;
use super::inputs::{Inputs, NOBODY};
use super::kernels::aggregate::{Task, Totals};
use super::kernels::group::{Groups, groups, key};
use super::kernels::rank::{self, Order};
use super::single::{Single, total};
use crate::model::program::TableId;
use crate::plan::Plan;
use crate::plan::op::{Kind, Op, Register, Space};

/// Reads whole registers for a barrier.
pub(super) trait Wholes {
    /// All rows of a register, or its single value.
    fn whole(&self, register: Register) -> View<'_>;
    /// The groups that a register holds.
    fn groups(&self, register: Register) -> Option<&Groups>;
    /// The order that a register holds.
    fn order(&self, register: Register) -> Option<&Order>;
    /// How many rows a space has.
    fn rows(&self, space: Space) -> usize;
}

/// What a barrier makes.
pub(super) enum Made {
    Column(Computed),
    Single(Single),
    Groups(Groups),
    Order(Order),
}

/// A barrier at work.
pub(super) struct Barrier<'b, W> {
    pub(super) plan: &'b Plan,
    pub(super) inputs: &'b Inputs,
    pub(super) wholes: &'b W,
    pub(super) register: Register,
    pub(super) found: Vec<Found>,
}

impl<'b, W: Wholes + Sync> Barrier<'b, W> {
    /// Computes the operation.
    pub(super) fn compute(&mut self) -> Made {
        let (plan, wholes) = (self.plan, self.wholes);
        let node = plan.node(self.register);
        let kind = node.kind;
        let customers = wholes.rows(Space::Customers);
        let view = |register: &Option<Register>| register.map(|register| wholes.whole(register));
        match &node.op {
            Op::Groups(by, population) => {
                let (by, included) = (wholes.whole(*by), view(population));
                self.report(&by, Space::Customers, |row| holds(&included, row));
                Made::Groups(groups(&by, included.as_ref(), customers))
            }
            Op::Order {
                value,
                groups,
                population,
            } => {
                let (value, included) = (wholes.whole(*value), view(population));
                let groups = groups.and_then(|groups| wholes.groups(groups));
                self.report(&value, Space::Customers, |row| {
                    holds(&included, row) && in_group(groups, row)
                });
                Made::Order(rank::order(&value, groups, included.as_ref(), customers))
            }
            Op::Place(order, place) => {
                let mut out = Computed::zeros(kind, customers);
                let mut mask = vec![true; customers];
                if let Some(order) = wholes.order(*order) {
                    order.places(*place, |row, value| {
                        mask[row] = false;
                        match &mut out.values {
                            Buffer::Number(out) => out[row] = value,
                            Buffer::Flag(out) => out[row] = value != 0,
                            Buffer::Code(_) => {}
                        }
                    });
                }
                // Who has no value is in no top; other places are missing.
                if kind == Kind::Number && node.optional {
                    out.missing = mask.contains(&true).then_some(mask);
                }
                Made::Column(out)
            }
            Op::Share {
                value,
                groups,
                population,
            } => {
                let (value, included) = (wholes.whole(*value), view(population));
                let groups = groups.and_then(|groups| wholes.groups(groups));
                self.report(&value, Space::Customers, |row| {
                    holds(&included, row) && in_group(groups, row)
                });
                let mut out = vec![0; customers];
                rank::shares(&value, groups, included.as_ref(), &mut out);
                Made::Column(Computed {
                    missing: mask_of(&value, customers),
                    ..Computed::full(Buffer::Number(out))
                })
            }
            Op::ShareAbove(order, value) => {
                let mut out = vec![0; customers];
                if let Some(order) = wholes.order(*order) {
                    order.shares_above(|row, share| out[row] = share);
                }
                Made::Column(Computed {
                    missing: mask_of(&wholes.whole(*value), customers),
                    ..Computed::full(Buffer::Number(out))
                })
            }
            Op::Aggregate {
                aggregate,
                value,
                filter,
                groups,
                population,
                unit,
            } => {
                let (value, filter, included) = (view(value), view(filter), view(population));
                let groups = groups.and_then(|groups| wholes.groups(groups));
                let part = |row| holds(&included, row) && in_group(groups, row);
                self.reported(&value, &filter, Space::Customers, part);
                let task = Task {
                    aggregate: *aggregate,
                    value: value.as_ref(),
                    unit: *unit,
                };
                match groups {
                    None => {
                        let conditions: Vec<&View<'_>> = included.iter().chain(&filter).collect();
                        Made::Single(total(kind, task.single_where(customers, &conditions)))
                    }
                    Some(groups) => {
                        let filter: Vec<&View<'_>> = filter.iter().collect();
                        let totals = task.grouped_where(&groups.of_row, groups.count, &filter);
                        Made::Column(self.spread(&totals, &groups.of_row, kind))
                    }
                }
            }
            Op::RowAggregate {
                table,
                aggregate,
                value,
                filter,
                unit,
            } => {
                let (value, filter) = (view(value), view(filter));
                let task = Task {
                    aggregate: *aggregate,
                    value: value.as_ref(),
                    unit: *unit,
                };
                let of_row = self.customers_of(*table);
                let conditions: Vec<&View<'_>> = filter.iter().collect();
                let totals = task.grouped_where(of_row, customers, &conditions);
                let mut out = self.per_group(&totals, kind);
                let waiting = waiting(&value, &filter, of_row);
                super::poison::add(&mut out.poison, waiting);
                Made::Column(out)
            }
            Op::TableAggregate {
                table,
                aggregate,
                value,
                filter,
                population,
                unit,
            } => {
                let (value, filter, included) = (view(value), view(filter), view(population));
                let of_row = self.customers_of(*table);
                let part = |row: usize| {
                    let customer = of_row.get(row).filter(|customer| **customer != NOBODY);
                    customer.is_some_and(|customer| holds(&included, *customer as usize))
                };
                self.reported(&value, &filter, Space::Table(*table), part);
                let task = Task {
                    aggregate: *aggregate,
                    value: value.as_ref(),
                    unit: *unit,
                };
                let counts = |row| part(row) && holds(&filter, row);
                Made::Single(total(kind, task.single(of_row.len(), counts)))
            }
            Op::Persons {
                name,
                served,
                population,
            } => {
                let (name, served) = (wholes.whole(*name), wholes.whole(*served));
                let included = view(population);
                self.report(&served, Space::Customers, |row| holds(&included, row));
                let mut seen = ahash::AHashSet::new();
                let persons = (0..customers).filter(|row| {
                    holds(&included, *row)
                        && served.holds(*row)
                        && !name.missing.at(*row)
                        && seen.insert(key(&name, *row))
                });
                let codes = persons.map(|row| name.codes().at(row)).collect();
                Made::Column(Computed::full(Buffer::Code(codes)))
            }
            Op::PersonSum {
                persons,
                name,
                value,
                population,
            } => {
                let (persons, name) = (wholes.whole(*persons), wholes.whole(*name));
                let (value, included) = (wholes.whole(*value), view(population));
                let count = wholes.rows(node.space);
                self.report(&value, Space::Customers, |row| holds(&included, row));
                let numbers = (0..count).map(|person| (key(&persons, person), person));
                let number_of: ahash::AHashMap<i64, usize> = numbers.collect();
                let task = Task {
                    aggregate: crate::model::program::Aggregate::Sum,
                    value: Some(&value),
                    unit: 1,
                };
                let totals = task.grouped(customers, count, |row| {
                    if !holds(&included, row) || name.missing.at(row) {
                        return None;
                    }
                    number_of.get(&key(&name, row)).copied()
                });
                Made::Column(self.per_group(&totals, kind))
            }
            Op::PersonAggregate {
                persons,
                aggregate,
                value,
                filter,
                unit,
            } => {
                let (value, filter) = (view(value), view(filter));
                let space = plan.node(*persons).space;
                self.reported(&value, &filter, space, |_| true);
                let task = Task {
                    aggregate: *aggregate,
                    value: value.as_ref(),
                    unit: *unit,
                };
                let rows = wholes.rows(space);
                let conditions: Vec<&View<'_>> = filter.iter().collect();
                Made::Single(total(kind, task.single_where(rows, &conditions)))
            }
            Op::RowAt(row, value) => Made::Single(Single::at(&wholes.whole(*value), *row)),
            _ => Made::Single(Single::missing(kind)),
        }
    }

    fn customers_of(&self, table: TableId) -> &'b [u32] {
        let table = self.inputs.tables.get(table.0);
        table.map_or(&[], |table| &table.customer)
    }

    /// Errors of rows that take part end the run.
    fn report(&mut self, view: &View<'_>, space: Space, part: impl Fn(usize) -> bool) {
        // A single value's error is the portfolio's, whatever rows it meets.
        let space = if view.single { Space::Scalar } else { space };
        let met = view.poison.iter();
        let met = met.filter(|poison| view.single || part(poison.row as usize));
        self.found.extend(met.map(|poison| Found {
            space,
            poison: *poison,
            always: true,
        }));
    }

    /// The same for a value that only counts where a filter holds.
    fn reported(
        &mut self,
        value: &Option<View<'_>>,
        filter: &Option<View<'_>>,
        space: Space,
        part: impl Fn(usize) -> bool,
    ) {
        if let Some(filter) = filter {
            self.report(filter, space, &part);
        }
        if let Some(value) = value {
            self.report(value, space, |row| part(row) && holds(filter, row));
        }
    }

    /// A column with the value of each row's group.
    fn spread(&self, totals: &Totals, of_row: &[u32], kind: Kind) -> Computed {
        let groups = self.per_group(totals, kind);
        let count = totals.len();
        let view = View::of_computed(&groups, 0, count);
        let mut out = Computed::zeros(kind, of_row.len());
        let mut mask = vec![false; of_row.len()];
        for (row, group) in of_row.iter().enumerate() {
            let group = *group as usize;
            if group >= count {
                continue;
            }
            mask[row] = view.missing.at(group);
            match &mut out.values {
                Buffer::Number(out) => out[row] = view.numbers().at(group),
                Buffer::Flag(out) => out[row] = view.flags().at(group),
                Buffer::Code(out) => out[row] = view.codes().at(group),
            }
        }
        if !groups.poison.is_empty() {
            for (row, group) in of_row.iter().enumerate() {
                let found = groups
                    .poison
                    .binary_search_by_key(group, |poison| poison.row);
                if let Ok(at) = found {
                    let row = row as u32;
                    out.poison.push(Poison {
                        row,
                        ..groups.poison[at]
                    });
                }
            }
        }
        out.missing = mask.contains(&true).then_some(mask);
        out
    }

    /// A column with a row for each group.
    fn per_group(&self, totals: &Totals, kind: Kind) -> Computed {
        let mut out = Computed::zeros(kind, totals.len());
        let mut mask = vec![false; totals.len()];
        for row in 0..totals.len() {
            let Some(total) = totals.at(row) else {
                mask[row] = true;
                continue;
            };
            match &mut out.values {
                Buffer::Number(numbers) => match i64::try_from(total) {
                    Ok(total) => numbers[row] = total,
                    Err(_) => out.poison.push(Poison {
                        row: row as u32,
                        site: self.register.0 as u32,
                        values: [total, 0],
                    }),
                },
                Buffer::Flag(flags) => flags[row] = total != 0,
                Buffer::Code(codes) => codes[row] = u32::try_from(total).unwrap_or(NONE),
            }
        }
        out.missing = mask.contains(&true).then_some(mask);
        out
    }
}

/// Whether a condition holds for a row; without one it does.
fn holds(condition: &Option<View<'_>>, row: usize) -> bool {
    condition
        .as_ref()
        .is_none_or(|condition| condition.holds(row))
}

fn in_group(groups: Option<&Groups>, row: usize) -> bool {
    groups.is_none_or(|groups| groups.of_row.get(row).is_some_and(|group| *group != NONE))
}

fn mask_of(view: &View<'_>, rows: usize) -> Option<Vec<bool>> {
    let mask: Vec<bool> = (0..rows).map(|row| view.missing.at(row)).collect();
    mask.contains(&true).then_some(mask)
}

/// The errors of a table's rows that count, at their customers.
fn waiting(value: &Option<View<'_>>, filter: &Option<View<'_>>, of_row: &[u32]) -> Vec<Poison> {
    let mut waiting = Vec::new();
    for (view, filter) in [(filter, &None), (value, filter)] {
        let Some(view) = view else { continue };
        if view.poison.is_empty() {
            continue;
        }
        for poison in view.poisons(0, of_row.len()) {
            let row = poison.row as usize;
            let customer = of_row.get(row).filter(|customer| **customer != NOBODY);
            if let (Some(customer), true) = (customer, holds(filter, row)) {
                let row = *customer;
                waiting.push(Poison { row, ..poison });
            }
        }
    }
    waiting
}
