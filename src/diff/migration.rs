//! From one side to another: how many customers, and how much money, went from which segment to
//! which. One pass over the columns of positions, on all cores; no text is touched for a customer.

use super::pairs::{NOT_THERE, Pairs};
use super::side::{NamedSegment, Side};
use crate::value::{Column, Values};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Customers that are worked on at a time.
const BLOCK: usize = 1 << 15;

/// Where a customer may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a segment.
    Segment(NamedSegment),
    /// Kept out by an `exclude`.
    KeptOut,
    /// Not among the customers of that side.
    NotThere,
}

impl Place {
    /// What people call it.
    pub fn shown(&self) -> &str {
        match self {
            Place::Segment(segment) => segment.shown(),
            Place::KeptOut => "excluded",
            Place::NotThere => "not there",
        }
    }

    /// Its name in results; a segment's own.
    pub fn name(&self) -> &str {
        match self {
            Place::Segment(segment) => &segment.name,
            _ => self.shown(),
        }
    }
}

/// The customers who went from one place to another (or stayed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many.
    pub customers: u64,
    /// What they were worth on the first side, in millionths.
    pub before: i128,
    /// What they are worth on the second side.
    pub after: i128,
}

impl Cell {
    fn add(&mut self, other: &Cell) {
        self.customers += other.customers;
        self.before += other.before;
        self.after += other.after;
    }

    /// What they are worth: on the second side, or on the first where they are not on the second.
    pub fn amount(&self, to: &Place) -> i128 {
        match to {
            Place::NotThere => self.before,
            _ => self.after,
        }
    }
}

/// A customer who is not where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mover {
    /// The row on the first side, or [`NOT_THERE`].
    pub before: u32,
    /// The row on the second side, or [`NOT_THERE`].
    pub after: u32,
    /// The place on the first side.
    pub from: u32,
    /// The place on the second side.
    pub to: u32,
}

/// What moved between two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// The places: segments by importance, then `excluded` and `not there` where anybody is there.
    pub places: Vec<Place>,
    /// For each place before, for each place after, who went there.
    pub cells: Vec<Vec<Cell>>,
    /// Everybody who moved, in the order of the pairs.
    pub movers: Vec<Mover>,
}

/// What moved from `before` to `after`.
pub fn migration(before: &Side<'_>, after: &Side<'_>, pairs: &Pairs) -> Migration {
    let (places, before_places, after_places) = places(before, after);
    let count = match pairs {
        Pairs::Rows => before.rows().min(after.rows()),
        Pairs::Keyed(pairs) => pairs.len(),
    };
    let width = places.len();
    let from = Track::new(before, &before_places, width);
    let to = Track::new(after, &after_places, width);
    let blocks: Vec<Block> = (0..count.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let range = block * BLOCK..count.min((block + 1) * BLOCK);
            let mut made = Block::new(width);
            match pairs {
                Pairs::Rows => {
                    for row in range {
                        made.count(row as u32, row as u32, &from, &to);
                    }
                }
                Pairs::Keyed(pairs) => {
                    for (before, after) in pairs.get(range).unwrap_or(&[]) {
                        made.count(*before, *after, &from, &to);
                    }
                }
            }
            made
        })
        .collect();
    let mut cells = vec![Cell::default(); width * width];
    let mut movers = Vec::with_capacity(blocks.iter().map(|it| it.movers.len()).sum());
    for block in blocks {
        for (all, cell) in cells.iter_mut().zip(&block.cells) {
            all.add(cell);
        }
        movers.extend(block.movers);
    }
    let rows = cells.chunks(width.max(1)).map(<[Cell]>::to_vec);
    Migration {
        cells: rows.collect(),
        places,
        movers,
    }
    .without_empty_places()
}

/// The places of both sides, and for each side the place of each of its segments by position.
fn places(before: &Side<'_>, after: &Side<'_>) -> (Vec<Place>, Vec<u32>, Vec<u32>) {
    let ordered = |side: &Side<'_>| -> Vec<NamedSegment> {
        let ordered = side.importance.iter();
        ordered
            .filter_map(|at| side.segments.get(*at).cloned())
            .collect()
    };
    let mut merged = ordered(after);
    let mut place = 0;
    // A segment that is no more stands behind the one that it stood behind.
    for old in ordered(before) {
        match merged.iter().position(|it| it.name == old.name) {
            Some(at) => place = at + 1,
            None => {
                merged.insert(place.min(merged.len()), old);
                place += 1;
            }
        }
    }
    let numbers = |side: &Side<'_>| -> Vec<u32> {
        let find = |segment: &NamedSegment| merged.iter().position(|it| it.name == segment.name);
        let found = side.segments.iter().map(find);
        found.map(|at| at.unwrap_or(merged.len()) as u32).collect()
    };
    let (of_before, of_after) = (numbers(before), numbers(after));
    let mut places: Vec<Place> = merged.into_iter().map(Place::Segment).collect();
    places.extend([Place::KeptOut, Place::NotThere]);
    (places, of_before, of_after)
}

/// The places and the worth of the customers of one side.
struct Track<'a> {
    codes: &'a [u32],
    missing: Option<&'a [bool]>,
    places: &'a [u32],
    kept_out: u32,
    not_there: u32,
    amounts: Option<(&'a [i64], Option<&'a [bool]>)>,
}

impl<'a> Track<'a> {
    fn new(side: &'a Side<'_>, places: &'a [u32], width: usize) -> Track<'a> {
        let column: &Column = &side.segment;
        let codes: &[u32] = match &column.values {
            Values::Choice(codes) => codes,
            _ => &[],
        };
        let amount = side.amount.as_deref();
        Track {
            codes,
            missing: column.missing.as_deref(),
            places,
            kept_out: (width.saturating_sub(2)) as u32,
            not_there: (width.saturating_sub(1)) as u32,
            amounts: amount.and_then(|column| match &column.values {
                Values::Number(values) => Some((values.as_slice(), column.missing.as_deref())),
                _ => None,
            }),
        }
    }

    #[inline]
    fn place(&self, row: u32) -> u32 {
        if row == NOT_THERE {
            return self.not_there;
        }
        let row = row as usize;
        if self
            .missing
            .is_some_and(|mask| mask.get(row) == Some(&true))
        {
            return self.kept_out;
        }
        let code = self.codes.get(row).copied().unwrap_or(u32::MAX);
        let place = self.places.get(code as usize).copied();
        place.unwrap_or(self.kept_out)
    }

    #[inline]
    fn amount(&self, row: u32) -> i128 {
        let Some((values, missing)) = self.amounts else {
            return 0;
        };
        let row = row as usize;
        if missing.is_some_and(|mask| mask.get(row) == Some(&true)) {
            return 0;
        }
        values.get(row).copied().map_or(0, i128::from)
    }
}

/// What was counted of some customers.
struct Block {
    width: usize,
    cells: Vec<Cell>,
    movers: Vec<Mover>,
}

impl Block {
    fn new(width: usize) -> Block {
        Block {
            width,
            cells: vec![Cell::default(); width * width],
            movers: Vec::new(),
        }
    }

    #[inline]
    fn count(&mut self, before: u32, after: u32, old: &Track<'_>, new: &Track<'_>) {
        let (from, to) = (old.place(before), new.place(after));
        let at = from as usize * self.width + to as usize;
        if let Some(cell) = self.cells.get_mut(at) {
            cell.customers += 1;
            cell.before += old.amount(before);
            cell.after += new.amount(after);
        }
        if from != to {
            self.movers.push(Mover {
                before,
                after,
                from,
                to,
            });
        }
    }
}

impl Migration {
    /// Takes out `excluded` and `not there` where nobody is or was there.
    fn without_empty_places(mut self) -> Migration {
        for place in [Place::NotThere, Place::KeptOut] {
            let Some(at) = self.places.iter().position(|it| *it == place) else {
                continue;
            };
            if self.customers_before(at) == 0 && self.customers_after(at) == 0 {
                self.places.remove(at);
                self.cells.remove(at);
                for row in &mut self.cells {
                    row.remove(at);
                }
                for mover in &mut self.movers {
                    let shift = |place: &mut u32| *place -= u32::from(*place as usize > at);
                    shift(&mut mover.from);
                    shift(&mut mover.to);
                }
            }
        }
        self
    }

    /// Those who went from one place to another.
    pub fn cell(&self, from: usize, to: usize) -> Cell {
        let cell = self.cells.get(from).and_then(|row| row.get(to));
        cell.copied().unwrap_or_default()
    }

    /// All cells with their places: from, to.
    pub fn all_cells(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        let rows = self.cells.iter().enumerate();
        rows.flat_map(|(from, row)| {
            let cells = row.iter().enumerate();
            cells.map(move |(to, cell)| (from, to, cell))
        })
    }

    /// All on the way from one place to another, and what they are worth.
    pub fn moves(&self) -> Vec<(usize, usize, Cell)> {
        self.all_cells()
            .filter(|(from, to, cell)| from != to && cell.customers > 0)
            .map(|(from, to, cell)| (from, to, *cell))
            .collect()
    }

    /// How many moved, and what they are worth.
    pub fn moved(&self) -> (u64, i128) {
        let moves = self.moves();
        let customers = moves.iter().map(|(.., cell)| cell.customers).sum();
        let amounts = moves.iter().map(|(_, to, cell)| self.amount(*to, cell));
        (customers, amounts.sum())
    }

    /// What the customers of a cell are worth.
    pub fn amount(&self, to: usize, cell: &Cell) -> i128 {
        self.places.get(to).map_or(0, |place| cell.amount(place))
    }

    /// How many rose to a more important segment, and how many fell.
    pub fn risen_and_fallen(&self) -> (u64, u64) {
        let is_segment = |at: &usize| matches!(self.places.get(*at), Some(Place::Segment(_)));
        let moves = self.moves().into_iter();
        let within = moves.filter(|(from, to, _)| is_segment(from) && is_segment(to));
        within.fold((0, 0), |(risen, fallen), (from, to, cell)| {
            if to < from {
                (risen + cell.customers, fallen)
            } else {
                (risen, fallen + cell.customers)
            }
        })
    }

    /// How many were in a place before.
    pub fn customers_before(&self, place: usize) -> u64 {
        let row = self.cells.get(place);
        row.map_or(0, |row| row.iter().map(|cell| cell.customers).sum())
    }

    /// How many are in a place after.
    pub fn customers_after(&self, place: usize) -> u64 {
        let cells = self.cells.iter().filter_map(|row| row.get(place));
        cells.map(|cell| cell.customers).sum()
    }

    /// What those in a place were worth before.
    pub fn amount_before(&self, place: usize) -> i128 {
        let row = self.cells.get(place);
        row.map_or(0, |row| row.iter().map(|cell| cell.before).sum())
    }

    /// What those in a place are worth after.
    pub fn amount_after(&self, place: usize) -> i128 {
        let cells = self.cells.iter().filter_map(|row| row.get(place));
        cells.map(|cell| cell.after).sum()
    }

    /// Those on the second side (or the first, in turn) who are not on the other.
    pub fn entered_and_left(&self) -> (u64, u64) {
        let at = self.places.iter().position(|it| *it == Place::NotThere);
        at.map_or((0, 0), |at| {
            (self.customers_before(at), self.customers_after(at))
        })
    }

    /// What a mover is worth: on the second side, or on the first where it is not on the second.
    pub fn worth(&self, mover: &Mover, before: &Side<'_>, after: &Side<'_>) -> Option<i64> {
        match mover.after {
            NOT_THERE => before.amount_of(mover.before),
            row => after.amount_of(row),
        }
    }

    /// The movers who are worth the most, at most so many; equals in the order of the pairs.
    pub fn largest(&self, count: usize, before: &Side<'_>, after: &Side<'_>) -> Vec<Mover> {
        let mut found: Vec<(Reverse<i64>, usize)> = self
            .movers
            .par_iter()
            .enumerate()
            .map(|(at, mover)| {
                let worth = self.worth(mover, before, after);
                (Reverse(worth.unwrap_or(i64::MIN)), at)
            })
            .collect();
        if count < found.len() {
            found.select_nth_unstable(count);
            found.truncate(count);
        }
        found.sort_unstable();
        let movers = found.iter().filter_map(|(_, at)| self.movers.get(*at));
        movers.copied().collect()
    }
}
