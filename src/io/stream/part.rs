//! The columns of one chunk: bytes in, checked pieces of columns out, or nothing where a row or a
//! cell is out of order. Cells are read by the same builders as in a whole file.

use super::distinct::{Stretch, ascend};
use super::feed::Chunk;
use super::rows::{Form, Rows};
use crate::io::column::style::{self, LOOKED_AT};
use crate::io::column::{Built, Context, build, build_different};
use crate::io::csv::Csv;
use crate::io::currency::convert;
use crate::io::dataset::{FileReport, Wish};
use crate::io::faults::Faults;
use crate::io::limits::check_bounds;
use crate::io::options::{DayOrder, Mark, ReadOptions};
use crate::io::sheet::{Cell, Cells};
use crate::model::program::{Field, FieldId, Reading};
use crate::model::types::Type;
use crate::value::{Column, Values};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What all chunks of a file have in common.
pub(super) struct Layout<'l> {
    pub(super) wish: &'l Wish<'l>,
    form: Form,
    /// The column of each field.
    places: &'l [usize],
    /// Whether money is converted, so that bounds are looked at afterwards.
    converts: bool,
    /// The decimal mark and the order of dates that another chunk showed, for each field.
    shown: Vec<(OnceLock<Mark>, OnceLock<DayOrder>)>,
    stopped: AtomicBool,
}

/// A piece of a field's column.
#[derive(Default)]
pub(in crate::io) struct Piece {
    /// The values; `None` where nobody needs them.
    pub(in crate::io) column: Option<Column>,
    pub(super) decimal: Option<Mark>,
    pub(super) dates: Option<DayOrder>,
    pub(super) rounded: usize,
    pub(super) missing: usize,
    /// The sum of all amounts, where the field is money.
    pub(super) sum: Option<i128>,
    /// Whether each text, where texts must differ, stands behind the one before it, the shorter first.
    pub(super) ascends: bool,
    /// What is known of texts that must differ, where the column is not kept.
    pub(super) stretches: Option<Vec<Stretch>>,
}

impl Piece {
    /// Keeps of the column of texts that must differ only what tells them from others, if that is enough.
    pub(in crate::io) fn forget(&mut self, column: Column) -> bool {
        self.stretches = Stretch::of(&column);
        if self.stretches.is_none() {
            self.column = Some(column);
        }
        self.stretches.is_some()
    }
}

/// What became of a chunk.
pub(in crate::io) struct Part {
    pub(super) number: usize,
    /// How many bytes the chunk has.
    pub(in crate::io) bytes: usize,
    /// The line of each row, counted from 0 in the chunk.
    pub(in crate::io) lines: Vec<u32>,
    pub(super) all_lines: u64,
    pub(super) blank: usize,
    /// Whether its last row may be a total below the data.
    pub(super) may_end: bool,
    pub(in crate::io) pieces: Vec<Piece>,
    /// The customer of each row, where they are found on the way.
    pub(in crate::io) owners: Option<Vec<u32>>,
}

impl<'l> Layout<'l> {
    pub(super) fn new(wish: &'l Wish<'l>, csv: &Csv, places: &'l [usize]) -> Layout<'l> {
        let fields = &wish.dataset.fields;
        Layout {
            wish,
            form: Form {
                separator: csv.separator(),
                headers: csv.headers().to_vec(),
            },
            places,
            converts: fields
                .iter()
                .any(|field| matches!(field.reading, Reading::InCurrency(_))),
            shown: fields.iter().map(|_| Default::default()).collect(),
            stopped: AtomicBool::new(false),
        }
    }

    /// Lets the others know that there is nothing to be had.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Builds the column of a field. A chunk that leaves the reading open takes that of others.
    fn column(&self, at: usize, field: &Field, cells: Cells<'_>) -> Option<Built> {
        let context = self.wish.context;
        // In a column of ticks an empty cell is a no, which one chunk cannot know.
        if field.ty == Type::Flag && !field.optional && cells.iter().any(|(_, it)| it.is_empty()) {
            return None;
        }
        if self.wish.only_once(at)
            && field.ty == Type::Text
            && !field.optional
            && let Some(built) = build_different(cells)
        {
            return Some(built);
        }
        let built = build(field, cells, context);
        let (decimal, dates) = self.shown.get(at)?;
        if let Some(mark) = built.decimal {
            let _ = decimal.set(mark);
        }
        if let Some(order) = built.dates {
            let _ = dates.set(order);
        }
        if built.faults.count == 0 {
            return Some(built);
        }
        let options = ReadOptions {
            decimal: decimal.get().copied(),
            dates: dates.get().copied(),
            ..context.options.clone()
        };
        if options.decimal.is_none() && options.dates.is_none() {
            return None;
        }
        let context = Context {
            options: &options,
            ..*context
        };
        Some(build(field, cells, &context)).filter(|built| built.faults.count == 0)
    }
}

/// What a core carries from chunk to chunk.
#[derive(Default)]
pub(super) struct Worker {
    rows: Rows,
    cells: Vec<Cell>,
}

impl Worker {
    /// The columns of a chunk.
    pub(super) fn build(
        &mut self,
        layout: &Layout<'_>,
        chunk: Chunk,
        bytes: &[u8],
    ) -> Option<Part> {
        let text = simdutf8::basic::from_utf8(bytes).ok()?;
        if memchr::memchr(0, bytes).is_some() {
            return None;
        }
        self.rows.take(text, &layout.form, chunk.quoted).ok()?;
        let wish = layout.wish;
        let fields = &wish.dataset.fields;
        let own = wish.context.currency;
        let mut pieces = Vec::with_capacity(fields.len());
        let mut owners = None;
        let mut waiting = Vec::new();
        for (at, (field, place)) in fields.iter().zip(layout.places).enumerate() {
            self.rows.gather(*place, &layout.form, &mut self.cells);
            let cells = Cells::of(text, &self.rows.unescaped, &self.cells);
            if let Some(found) = wish.owners_by(at)
                && !found.keys_needed
                && !layout.converts
                && field.ty == Type::Text
            {
                let keys = cells.iter().map(|(_, cell)| cells.meant(cell));
                owners = found.customers.join_texts(keys);
                if owners.is_some() {
                    pieces.push(Piece::default());
                    continue;
                }
            }
            let built = layout.column(at, field, cells)?;
            if let Some(found) = wish.owners_by(at) {
                let mut faults = Faults::new(false);
                owners = Some(found.customers.join(&built.column, &mut faults));
                if faults.count > 0 {
                    return None;
                }
            }
            if layout.converts {
                waiting.push(built);
            } else {
                pieces.push(piece(layout, at, field, built, cells)?);
            }
        }
        if layout.converts {
            convert(fields, &mut waiting, wish.rates, own);
            for (at, built) in waiting.into_iter().enumerate() {
                let (field, place) = (fields.get(at)?, layout.places.get(at)?);
                self.rows.gather(*place, &layout.form, &mut self.cells);
                let cells = Cells::of(text, &self.rows.unescaped, &self.cells);
                pieces.push(piece(layout, at, field, built, cells)?);
            }
        }
        Some(Part {
            number: chunk.number,
            bytes: bytes.len(),
            lines: self.rows.lines.clone(),
            all_lines: self.rows.all_lines,
            blank: self.rows.blank,
            may_end: self.rows.may_end_in_footer(text, &layout.form),
            pieces,
            owners,
        })
    }

    /// How the cells of each column are written, from the first rows of the file.
    pub(super) fn styles(
        &mut self,
        layout: &Layout<'_>,
        (head, is_whole): (&str, bool),
        report: &mut FileReport,
    ) -> Option<()> {
        self.rows
            .take(head, &layout.form, head.contains('"'))
            .ok()?;
        if !is_whole && self.rows.lines.len() < LOOKED_AT {
            return None;
        }
        let fields = layout.wish.dataset.fields.iter().zip(layout.places);
        for ((field, place), report) in fields.zip(&mut report.fields) {
            self.rows.gather(*place, &layout.form, &mut self.cells);
            self.cells.truncate(LOOKED_AT);
            let cells = Cells::of(head, &self.rows.unescaped, &self.cells);
            report.style = style::of(&field.ty, cells, report.decimal, report.dates);
        }
        Some(())
    }
}

/// What is left of a built column once it is known to be good.
fn piece(
    layout: &Layout<'_>,
    at: usize,
    field: &Field,
    mut built: Built,
    cells: Cells<'_>,
) -> Option<Piece> {
    let wish = layout.wish;
    check_bounds(field, &mut built, cells);
    if built.faults.count > 0 {
        return None;
    }
    let mask = built.column.missing.as_ref();
    let missing = mask.map_or(0, |mask| mask.iter().filter(|it| **it).count());
    if missing > 0 && wish.is_customers && FieldId(at) == wish.dataset.key {
        return None;
    }
    let keeps = match wish.owners_by(at) {
        Some(owners) => owners.keys_needed,
        None => wish.keeps(at) || wish.only_once(at),
    };
    let ascends = match &built.column.values {
        Values::Text(texts) if wish.only_once(at) => ascend(texts.dictionary.iter()),
        _ => false,
    };
    Some(Piece {
        ascends,
        stretches: None,
        sum: (field.ty == Type::Money).then(|| built.column.total()),
        column: keeps.then_some(built.column),
        decimal: built.decimal,
        dates: built.dates,
        rounded: built.rounded,
        missing,
    })
}
