//! Builds the typed column of a field from its cells: one reading for the whole column, what is
//! missing, and every cell that cannot be read. It knows rows, not files.

mod choices;
mod memo;
mod numbers;
pub mod style;
mod undecided;

use super::cell::evidence::{Evidence, Side};
use super::cell::{date, flag, text};
use super::faults::Faults;
use super::options::{DayOrder, Mark, ReadOptions};
use super::sheet::Cells;
use crate::model::program::{Field, Program, ScoreRange, Segmentation};
use crate::model::types::Type;
use crate::value::{Column, Date, Dictionary, TextColumn, Values};
use memo::Memo;
use std::sync::Arc;
use undecided::DATE_WORDS;

/// What reading depends on beside the field and its cells.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the command line says about the files.
    pub options: &'a ReadOptions,
    /// The range of scores.
    pub scores: ScoreRange,
    /// The model's currency.
    pub currency: Option<&'a str>,
    /// Texts that stand for nothing where a field may be empty, beside those that always do.
    pub missing: &'a [String],
    /// The segmentations, for earlier results.
    pub segmentations: &'a [Segmentation],
}

impl<'a> Context<'a> {
    /// What reading for a program depends on.
    pub fn of(program: &'a Program, options: &'a ReadOptions) -> Context<'a> {
        Context {
            options,
            scores: program.scores,
            currency: program.currency.as_deref(),
            missing: &program.missing,
            segmentations: &program.segmentations,
        }
    }
}

/// A column and what was noticed while it was built. Rows with a fault are missing in it.
#[derive(Clone, Debug)]
pub struct Built {
    /// The column.
    pub column: Column,
    /// The decimal mark, where it made a difference.
    pub decimal: Option<Mark>,
    /// The order of days and months, where it made a difference.
    pub dates: Option<DayOrder>,
    /// How many cells had more than six decimals.
    pub rounded: usize,
    /// How the cells are written, in a few words.
    pub style: String,
    /// Currencies that stood beside numbers, for columns whose currency another field says.
    pub units: Vec<(usize, String)>,
    /// What is wrong.
    pub faults: Faults,
}

impl Built {
    /// A column of which nothing else is to be said.
    fn of(column: Column) -> Built {
        Built {
            column,
            decimal: None,
            dates: None,
            rounded: 0,
            style: String::new(),
            units: Vec::new(),
            faults: Faults::default(),
        }
    }
}

/// Builds the column of a field.
pub fn build(field: &Field, cells: Cells<'_>, context: &Context<'_>) -> Built {
    let building = Building {
        field,
        cells,
        context,
        missing: Vec::new(),
        any_missing: false,
        faults: Faults::new(context.options.rejecting),
    };
    let mut built = match &field.ty {
        Type::Text => building.texts(),
        Type::Flag => building.flags(),
        Type::Date => building.dates(),
        Type::OneOf(list) | Type::Steps(list) => building.choices(list),
        Type::Segment(segmentation) => {
            let segmentation = context.segmentations.get(segmentation.0);
            building.segments(segmentation)
        }
        _ => building.numbers(),
    };
    refuse_bad_cells(field, cells, &mut built);
    built
}

/// Builds the column of a field of texts that must all differ, each with a number of its own; whether
/// they do differ is for the caller to find out. Nothing where a cell holds no text.
pub fn build_different(cells: Cells<'_>) -> Option<Built> {
    let mut dictionary = Dictionary::with_room(cells.len(), 0);
    for (_, cell) in cells.iter() {
        if text::is_blank(cell) {
            return None;
        }
        dictionary.push_new(cells.meant(cell));
    }
    let numbers = 0..u32::try_from(cells.len()).ok()?;
    Some(Built::of(Column::full(Values::Text(TextColumn {
        numbers: numbers.collect(),
        dictionary: Arc::new(dictionary),
    }))))
}

/// Cells that are no values are at fault, whatever their texts would be read as. An error such as
/// `#N/A` may stand for nothing where the field may be empty.
fn refuse_bad_cells(field: &Field, cells: Cells<'_>, built: &mut Built) {
    for bad in cells.bad() {
        let cell = cells.text(bad.row);
        if field.optional && text::is_missing(cell) && !text::is_blank(cell) {
            continue;
        }
        let rows = built.column.len();
        let missing = built
            .column
            .missing
            .get_or_insert_with(|| vec![false; rows]);
        if let Some(missing) = missing.get_mut(bad.row) {
            *missing = true;
        }
        let faults = &mut built.faults;
        let known = faults.list.len();
        faults.list.retain(|fault| fault.row != bad.row);
        faults.count -= known - faults.list.len();
        faults.add_with_help(bad.row, "unreadable-cell", || {
            (bad.message.clone(), bad.help.map(String::from))
        });
    }
}

/// So many different texts of a chunk are remembered, or a few less.
const MANY: usize = 1_024;

struct Building<'a> {
    field: &'a Field,
    cells: Cells<'a>,
    context: &'a Context<'a>,
    missing: Vec<bool>,
    any_missing: bool,
    faults: Faults,
}

impl Building<'_> {
    fn finish(self, values: Values) -> Built {
        let column = Column {
            values,
            missing: self.any_missing.then_some(self.missing),
        };
        Built {
            faults: self.faults,
            ..Built::of(column)
        }
    }

    fn set_missing(&mut self, row: usize) {
        if !self.any_missing {
            self.any_missing = true;
            self.missing = vec![false; self.cells.len()];
        }
        if let Some(missing) = self.missing.get_mut(row) {
            *missing = true;
        }
    }

    /// Whether a cell of a field that may be empty stands for nothing.
    fn is_missing(&self, cell: &str) -> bool {
        self.field.optional && (text::is_missing(cell) || self.is_declared_missing(cell))
    }

    /// Whether the model says that a cell stands for nothing, whatever else it could be read as.
    fn is_declared_missing(&self, cell: &str) -> bool {
        let declared = self.context.missing;
        self.field.optional
            && !declared.is_empty()
            && declared.iter().any(|text| text == cell.trim())
    }

    /// A cell that holds no value: missing where it may be, otherwise a fault.
    fn no_value(&mut self, row: usize, cell: &str, what: &str, help: Option<&str>) {
        self.set_missing(row);
        if self.is_missing(cell) {
            return;
        }
        if text::is_blank(cell) {
            self.empty(row);
        } else {
            self.faults.add_with_help(row, "unreadable-cell", || {
                (format!("`{cell}` is not {what}"), help.map(String::from))
            });
        }
    }

    fn empty(&mut self, row: usize) {
        let field = self.field;
        self.faults.add_with_help(row, "empty-cell", || {
            let name = &field.name;
            let kind = field.ty.name().split(' ').next().unwrap_or_default();
            let kind = if kind == "one" { "one of" } else { kind };
            (
                "the cell is empty".into(),
                Some(format!(
                    "where `{name}` may be empty, declare `{name} {kind}?`"
                )),
            )
        });
    }

    fn texts(mut self) -> Built {
        let mut dictionary = Dictionary::default();
        let mut numbers = vec![0; self.cells.len()];
        let mut memo: Memo<u32, MANY> = Memo::new();
        for (row, number) in numbers.iter_mut().enumerate() {
            let ends = self.cells.ends(row);
            if let Some(known) = memo.get(ends) {
                *number = known;
                continue;
            }
            let cell = self.cells.text(row);
            let missing = if self.field.optional {
                self.is_missing(cell)
            } else {
                text::is_blank(cell)
            };
            if missing {
                self.set_missing(row);
                if !self.field.optional {
                    self.empty(row);
                }
            } else {
                *number = dictionary.insert(self.cells.meant(cell));
                memo.put(ends, *number);
            }
        }
        self.finish(Values::Text(TextColumn {
            numbers,
            dictionary: Arc::new(dictionary),
        }))
    }

    fn flags(mut self) -> Built {
        // A column of ticks: an empty cell is a no, unless the field may be empty.
        let ticks = !self.field.optional
            && self
                .cells
                .iter()
                .all(|(_, cell)| text::is_blank(cell) || flag::is_tick(cell))
            && self.cells.iter().any(|(_, cell)| flag::is_tick(cell));
        let mut values = vec![false; self.cells.len()];
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            match flag::read(cell).filter(|_| !self.is_declared_missing(cell)) {
                Some(read) => *value = read,
                None if ticks => {}
                None => self.no_value(
                    row,
                    cell,
                    "yes or no",
                    Some("flags are yes/no, ja/nei/nej, kyllä/ei, true/false, 1/0 or x"),
                ),
            }
        }
        self.finish(Values::Flag(values))
    }

    fn dates(mut self) -> Built {
        let declared = self.context.options.dates.map(|order| match order {
            DayOrder::DayFirst => Side::First,
            DayOrder::MonthFirst => Side::Second,
        });
        let mut evidence = Evidence::new(declared);
        let mut values = vec![0; self.cells.len()];
        // Texts that stand for nothing could be dates.
        let plainly = self.context.missing.is_empty();
        for (row, value) in values.iter_mut().enumerate() {
            let cell = self.cells.text(row);
            if plainly && let Some(date) = Date::parse(cell) {
                *value = date.0;
                continue;
            }
            match date::read(cell).filter(|_| !self.is_declared_missing(cell)) {
                Some(readings) => {
                    if let Some(date) = evidence.take(row, readings) {
                        *value = date.0;
                    }
                }
                None => self.no_value(
                    row,
                    cell,
                    "a date",
                    Some("dates are 2026-11-21, 21.11.2026, 21/11/2026 or 20261121"),
                ),
            }
        }
        let mut order = None;
        match evidence.decide() {
            Ok((side, waiting)) => {
                order = side.map(|side| match side {
                    Side::First => DayOrder::DayFirst,
                    Side::Second => DayOrder::MonthFirst,
                });
                for (row, date) in waiting {
                    if let Some(value) = values.get_mut(row) {
                        *value = date.0;
                    }
                }
            }
            Err(undecided) => self.undecided(undecided, &DATE_WORDS),
        }
        Built {
            dates: order,
            ..self.finish(Values::Number(values))
        }
    }
}
