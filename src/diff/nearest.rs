//! Who stands nearest to a line: customers whose value is next to a constant that the segments compare it
//! with. For the names beside a migration; it explains nobody.

use crate::value::{Column, Values};
use rayon::prelude::*;

/// Customers that are worked on at a time.
const BLOCK: usize = 1 << 15;

/// A value of every customer and a line through it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The values.
    pub values: &'a Column,
    /// The constant that they are compared with.
    pub at: i64,
}

/// A customer near a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The row of the customer.
    pub row: u32,
    /// The number of the line.
    pub line: usize,
    /// The value.
    pub value: i64,
    /// How far the value is from the line.
    pub distance: i64,
}

/// For each line the customers next to it, at most so many a line; all together in the order of their
/// distance as a part of the line, so that a score and an amount can stand side by side. A customer
/// stands once, at the line that is nearest. Those without a place in `among` are passed over.
pub fn nearest(lines: &[Line<'_>], among: &Column, count: usize) -> Vec<Near> {
    let mut found: Vec<Near> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Values::Number(values) = &line.values.values else {
            continue;
        };
        let blocks = values.par_chunks(BLOCK).enumerate();
        let blocks = blocks.map(|(block, values)| {
            let mut near = Nearest::new(count);
            for (at, value) in values.iter().enumerate() {
                let row = block * BLOCK + at;
                let distance = value.abs_diff(line.at);
                if distance <= near.reach && !line.values.is_missing(row) && !among.is_missing(row)
                {
                    near.take(distance, row as u32);
                }
            }
            near.found
        });
        let blocks: Vec<Vec<(u64, u32)>> = blocks.collect();
        let mut near: Vec<(u64, u32)> = blocks.into_iter().flatten().collect();
        near.sort_unstable();
        near.truncate(count);
        found.extend(near.into_iter().map(|(distance, row)| Near {
            row,
            line: number,
            value: values[row as usize],
            distance: i64::try_from(distance).unwrap_or(i64::MAX),
        }));
    }
    let size = |near: &Near| i128::from(lines[near.line].at).abs().max(1);
    let nearer = |a: &Near, b: &Near| {
        let part = (i128::from(a.distance) * size(b)).cmp(&(i128::from(b.distance) * size(a)));
        part.then(a.row.cmp(&b.row)).then(a.line.cmp(&b.line))
    };
    found.sort_by(nearer);
    let mut seen = ahash::AHashSet::new();
    found.retain(|near| seen.insert(near.row));
    found
}

/// The nearest rows so far.
struct Nearest {
    count: usize,
    /// Whoever is farther is not among them.
    reach: u64,
    found: Vec<(u64, u32)>,
}

impl Nearest {
    fn new(count: usize) -> Nearest {
        Nearest {
            count,
            reach: u64::MAX,
            found: Vec::new(),
        }
    }

    fn take(&mut self, distance: u64, row: u32) {
        self.found.push((distance, row));
        // Sorting out now and then is cheaper than a place for each.
        if self.count > 0 && self.found.len() >= 4 * self.count {
            self.found.select_nth_unstable(self.count - 1);
            self.found.truncate(self.count);
            self.reach = self.found.last().map_or(u64::MAX, |it| it.0);
        }
    }
}
