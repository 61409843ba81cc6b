//! Adds up a table's rows for their customers, some rows at a time, on all cores: rows in, one column for each
//! aggregate out. Either is sound or nothing: what cannot be computed, or gets too large, is for a run that sees
//! all rows at once.

use super::block::View;
use super::exec::Run;
use super::inputs::Inputs;
use super::kernels::aggregate::Task;
use super::kernels::counted::{BLOCK, Block, NOTHING, Seen};
use super::parts::Workbench;
use super::prepare;
use crate::model::program::Aggregate;
use crate::plan::ByCustomer;
use crate::plan::op::{Kind, Op, Register};
use crate::value::{Column, Mask, Values};
use rayon::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many cores share one set of numbers: adding up is a small part of what they do with a row.
const CORES: usize = 8;

/// Rows that are added up together: few enough that the numbers of a customer, which all lie side by side, are
/// still near the core when the next of them is asked for.
const TOGETHER: usize = 256;

/// So many bytes at most are spent on having the numbers several times.
const BYTES: usize = 256 << 20;

/// What is added up of a table's rows.
#[derive(Debug)]
pub struct Totals<'p> {
    plan: &'p ByCustomer,
    customers: usize,
    /// The numbers that each customer has.
    parts: Vec<Part>,
    /// The numbers, and the same again where there are many cores: a core takes one that is free.
    sets: Vec<Mutex<Set>>,
}

/// A number that each customer has, and the aggregate that it is for.
#[derive(Clone, Copy, Debug)]
struct Part {
    register: Register,
    kept: Kept,
}

/// What a number is of the values that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Count,
    Sum,
    Smallest,
    Largest,
}

/// The numbers of all customers after some rows.
#[derive(Debug)]
struct Set {
    /// Those of a customer lie side by side.
    numbers: Vec<i64>,
    has_rows: Vec<bool>,
    nobodys: usize,
}

/// What all rows come to.
#[derive(Debug)]
pub struct Added {
    /// The value of each customer, by aggregate.
    pub columns: Vec<(Register, Arc<Column>)>,
    /// How many rows belong to nobody.
    pub nobodys: usize,
    /// How many customers have no row.
    pub without_rows: usize,
}

/// What a core adds up with, to be used again for the next rows.
#[derive(Debug, Default)]
pub struct Sheets {
    workbench: Workbench,
    /// What each row brings, by part.
    brought: Vec<Vec<i64>>,
}

impl Kept {
    /// What makes no difference to it.
    fn nothing(self) -> i64 {
        match self {
            Kept::Count | Kept::Sum => 0,
            Kept::Smallest => i64::MAX,
            Kept::Largest => i64::MIN,
        }
    }
}

impl<'p> Totals<'p> {
    /// No rows yet; nothing where some aggregate is not made of such numbers.
    pub fn new(plan: &'p ByCustomer, customers: usize) -> Option<Totals<'p>> {
        let mut parts = Vec::new();
        for register in &plan.folded {
            let node = plan.rows.node(*register);
            let Op::RowAggregate { aggregate, .. } = &node.op else {
                return None;
            };
            let kept: &[Kept] = match aggregate {
                // Texts have other numbers in each part of a file.
                _ if !matches!(node.kind, Kind::Number | Kind::Choice) => return None,
                Aggregate::Count => &[Kept::Count],
                Aggregate::Sum => &[Kept::Sum],
                Aggregate::Average => &[Kept::Count, Kept::Sum],
                Aggregate::Min | Aggregate::Earliest => &[Kept::Smallest],
                Aggregate::Max | Aggregate::Latest => &[Kept::Largest],
                Aggregate::Every | Aggregate::Distinct | Aggregate::Concentration => return None,
            };
            let register = *register;
            parts.extend(kept.iter().map(|kept| Part {
                register,
                kept: *kept,
            }));
        }
        let bytes = (customers * parts.len() * size_of::<i64>()).max(1);
        let sets = rayon::current_num_threads().div_ceil(CORES);
        let sets = sets.min((BYTES / bytes).max(1));
        let sets = (0..sets).map(|_| Mutex::new(Set::of(&parts, customers)));
        Some(Totals {
            plan,
            customers,
            sets: sets.collect(),
            parts,
        })
    }

    /// Adds rows: those of the table among the inputs. Nothing where a value could not be computed or something
    /// gets too large; what was added is void then.
    pub fn add(&self, inputs: &Inputs, sheets: &mut Sheets) -> Option<()> {
        let of_row = &inputs.tables.get(self.plan.table.0)?.customer;
        let plan = &self.plan.rows;
        let prepared = prepare::prepare(plan, inputs);
        let mut run = Run::new(plan, inputs, &prepared);
        run.block = of_row.len().max(1);
        sheets.workbench.run(&mut run);
        if !run.found.is_empty() {
            return None;
        }
        sheets.brought.resize_with(self.parts.len(), Vec::new);
        for (part, brought) in self.parts.iter().zip(&mut sheets.brought) {
            run.bring(*part, of_row.len(), brought)?;
        }
        self.free().add(&self.parts, of_row, &sheets.brought)
    }

    /// A set that nobody works on, or else one that somebody will be done with.
    fn free(&self) -> MutexGuard<'_, Set> {
        let free = self.sets.iter().find_map(|set| set.try_lock().ok());
        free.unwrap_or_else(|| {
            let core = rayon::current_thread_index().unwrap_or(0);
            let set = &self.sets[core % self.sets.len()];
            set.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// What all rows come to; nothing where something is too large.
    pub fn finish(self) -> Option<Added> {
        let mut columns = self.columns()?;
        let sets = self.sets.into_iter();
        let mut sets = sets.map(|set| set.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut all = sets.next()?;
        for set in sets {
            all.join(&self.parts, &set)?;
        }
        let width = self.parts.len();
        let grown = columns
            .par_iter_mut()
            .map(|it| it.extend(&all.numbers, width));
        grown.collect::<Option<()>>()?;
        let columns = columns.into_iter().map(Growing::finish);
        Some(Added {
            columns: columns.collect(),
            nobodys: all.nobodys,
            without_rows: all.has_rows.iter().filter(|it| !**it).count(),
        })
    }

    /// The columns of the aggregates, without any customer.
    fn columns(&self) -> Option<Vec<Growing>> {
        let columns = self.plan.folded.iter().map(|register| {
            let node = self.plan.rows.node(*register);
            let Op::RowAggregate {
                aggregate, unit, ..
            } = &node.op
            else {
                return None;
            };
            let own = self.parts.iter().enumerate();
            let own = own.filter(|(_, part)| part.register == *register);
            Some(Growing {
                register: *register,
                aggregate: *aggregate,
                unit: *unit,
                own: own.map(|(place, part)| (place, part.kept)).collect(),
                values: match node.kind {
                    Kind::Number => Values::Number(Vec::with_capacity(self.customers)),
                    _ => Values::Choice(Vec::with_capacity(self.customers)),
                },
                missing: Vec::with_capacity(self.customers),
            })
        });
        columns.collect()
    }
}

impl Set {
    fn of(parts: &[Part], customers: usize) -> Set {
        let one: Vec<i64> = parts.iter().map(|part| part.kept.nothing()).collect();
        Set {
            numbers: one.repeat(customers),
            has_rows: vec![false; customers],
            nobodys: 0,
        }
    }

    /// Adds rows, given the customer of each and what each brings by part; nothing where a sum gets too large.
    fn add(&mut self, parts: &[Part], of_row: &[u32], brought: &[Vec<i64>]) -> Option<()> {
        for customer in of_row {
            match self.has_rows.get_mut(*customer as usize) {
                Some(has_rows) => *has_rows = true,
                None => self.nobodys += 1,
            }
        }
        let mut over = false;
        for first in (0..of_row.len()).step_by(TOGETHER) {
            let rows = first..of_row.len().min(first + TOGETHER);
            for (place, (part, brought)) in parts.iter().zip(brought).enumerate() {
                let mut each = Each {
                    numbers: &mut self.numbers,
                    width: parts.len(),
                    place,
                    of_row: of_row.get(rows.clone())?,
                    brought: brought.get(rows.clone())?,
                };
                match part.kept {
                    Kept::Count | Kept::Sum => each.change(|number, more| {
                        let (sum, wide) = number.overflowing_add(more);
                        over |= wide;
                        sum
                    }),
                    Kept::Smallest => each.change(i64::min),
                    Kept::Largest => each.change(i64::max),
                }
            }
        }
        (!over).then_some(())
    }

    /// Adds what other rows came to; nothing where a sum gets too large.
    fn join(&mut self, parts: &[Part], other: &Set) -> Option<()> {
        self.nobodys += other.nobodys;
        for (has_rows, more) in self.has_rows.iter_mut().zip(&other.has_rows) {
            *has_rows |= more;
        }
        let both = self.numbers.iter_mut().zip(&other.numbers);
        for ((number, more), part) in both.zip(parts.iter().cycle()) {
            *number = match part.kept {
                Kept::Count | Kept::Sum => number.checked_add(*more)?,
                Kept::Smallest => (*number).min(*more),
                Kept::Largest => (*number).max(*more),
            };
        }
        Some(())
    }
}

/// The values of an aggregate, customer by customer.
struct Growing {
    register: Register,
    aggregate: Aggregate,
    unit: i64,
    /// The places of its numbers among those of a customer.
    own: Vec<(usize, Kept)>,
    values: Values,
    missing: Mask,
}

impl Growing {
    /// Takes the numbers of some customers; nothing where a value is too large.
    fn extend(&mut self, numbers: &[i64], width: usize) -> Option<()> {
        for customer in numbers.chunks_exact(width) {
            let mut seen = NOTHING;
            for (place, kept) in &self.own {
                seen.take(*kept, *customer.get(*place)?);
            }
            let total = seen.total(self.aggregate, self.unit);
            self.missing.push(total.is_none());
            let total = total.unwrap_or(0);
            match &mut self.values {
                Values::Number(values) => values.push(i64::try_from(total).ok()?),
                Values::Choice(values) => values.push(u32::try_from(total).ok()?),
                Values::Flag(_) | Values::Text(_) => return None,
            }
        }
        Some(())
    }

    fn finish(self) -> (Register, Arc<Column>) {
        let column = Column {
            values: self.values,
            missing: Some(self.missing).filter(|mask| mask.contains(&true)),
        };
        (self.register, Arc::new(column))
    }
}

impl Seen {
    /// Takes a number that was kept.
    fn take(&mut self, kept: Kept, number: i64) {
        match kept {
            Kept::Count => self.count = number.unsigned_abs(),
            Kept::Sum => self.sum = i128::from(number),
            Kept::Smallest | Kept::Largest => {
                self.count = u64::from(number != kept.nothing());
                (self.smallest, self.largest) = (number, number);
            }
        }
    }
}

/// A number of each of some rows' customers, and what the rows bring to it.
struct Each<'e> {
    numbers: &'e mut [i64],
    width: usize,
    place: usize,
    of_row: &'e [u32],
    brought: &'e [i64],
}

impl Each<'_> {
    fn change(&mut self, mut change: impl FnMut(i64, i64) -> i64) {
        for (customer, brought) in self.of_row.iter().zip(self.brought) {
            let at = *customer as usize * self.width + self.place;
            if let Some(number) = self.numbers.get_mut(at) {
                *number = change(*number, *brought);
            }
        }
    }
}

impl Run<'_> {
    /// What each row brings to a part: its value, or what makes no difference where it does not count. Nothing
    /// where a value could not be computed, or cannot be told from none.
    fn bring(&self, part: Part, rows: usize, brought: &mut Vec<i64>) -> Option<()> {
        let Op::RowAggregate {
            aggregate,
            value,
            filter,
            unit,
            ..
        } = &self.plan.node(part.register).op
        else {
            return None;
        };
        let view = |register: &Option<Register>| register.map(|register| self.view_of(register));
        let (value, filter) = (view(value), view(filter));
        if value.iter().chain(&filter).any(|it| !it.poison.is_empty()) {
            return None;
        }
        let task = Task {
            aggregate: *aggregate,
            value: value.as_ref(),
            unit: *unit,
        };
        let conditions: Vec<&View<'_>> = filter.iter().collect();
        let nothing = part.kept.nothing();
        let mut untold = false;
        let mut block = Block::default();
        brought.clear();
        for first in (0..rows).step_by(BLOCK) {
            let (counts, values) = block.fill(&task, &conditions, first, rows.min(first + BLOCK));
            let both = counts.iter().zip(values.iter());
            match part.kept {
                Kept::Count => brought.extend(counts.iter().map(|counts| i64::from(*counts))),
                _ => brought.extend(both.map(|(counts, value)| {
                    untold |= *counts && *value == nothing;
                    if *counts { *value } else { nothing }
                })),
            }
        }
        (part.kept == Kept::Sum || !untold).then_some(())
    }
}
