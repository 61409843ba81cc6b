//! Puts the pieces of columns into their final places in the order of the file: pieces in as chunks
//! are done, the same columns out as if the file had been read in one piece, or nothing where the
//! pieces do not agree. Pieces do not wait longer than the chunks before them take.

use super::part::{Part, Piece};
use crate::io::dataset::{FieldReport, FileReport, Wish};
use crate::model::program::Field;
use crate::model::types::Type;
use crate::value::{Column, Dictionary, Mask, TextColumn, Values};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rows of a file so far.
pub(super) struct Merged {
    /// The number of the chunk whose turn it is.
    next: usize,
    /// Chunks that are done before their turn.
    waiting: BTreeMap<usize, Part>,
    /// The line on which the next chunk begins.
    line: u64,
    /// The line of each row.
    pub(super) lines: Vec<u64>,
    /// Blank rows.
    pub(super) blank: usize,
    /// Whether the last row may be a total below the data.
    pub(super) may_end: bool,
    /// The customer of each row, where they are found on the way.
    pub(super) owners: Option<Vec<u32>>,
    columns: Vec<Growing>,
    /// How many bytes are expected in all.
    expected_bytes: u64,
}

/// The column of a field on its way.
#[derive(Default)]
struct Growing {
    /// The pieces so far, put together; `None` where nobody needs them.
    column: Option<Column>,
    /// The hash of each text, where texts must differ.
    hashes: Option<Vec<u64>>,
    report: FieldReport,
}

/// Chunks that do not agree.
pub(super) struct Disagreement;

impl Merged {
    /// No rows yet; the first chunk begins on that line.
    pub(super) fn new(
        wish: &Wish<'_>,
        first_line: u64,
        report: &FileReport,
        expected_bytes: u64,
    ) -> Merged {
        let growing = |(report, field): (&FieldReport, &Field)| Growing {
            report: FieldReport {
                sum: (field.ty == Type::Money).then_some(0),
                ..report.clone()
            },
            ..Growing::default()
        };
        let fields = report.fields.iter().zip(&wish.dataset.fields);
        Merged {
            next: 0,
            waiting: BTreeMap::new(),
            line: first_line,
            lines: Vec::new(),
            blank: 0,
            may_end: false,
            owners: None,
            columns: fields.map(growing).collect(),
            expected_bytes,
        }
    }

    /// Takes a chunk, in its turn or before it.
    pub(super) fn take(&mut self, wish: &Wish<'_>, part: Part) -> Result<(), Disagreement> {
        self.waiting.insert(part.number, part);
        while let Some(part) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.append(wish, part).ok_or(Disagreement)?;
        }
        Ok(())
    }

    fn append(&mut self, wish: &Wish<'_>, part: Part) -> Option<()> {
        let rows = part.lines.len();
        if self.lines.is_empty() && rows > 0 {
            // What is not used of it in the end costs an address and no memory.
            let chunks = self.expected_bytes / part.bytes.max(1) as u64 + 1;
            let expected = usize::try_from(chunks).ok()?.checked_mul(rows)?;
            self.lines.reserve_exact(expected + expected / 16);
        }
        let room = self.lines.capacity();
        for (at, (growing, piece)) in self.columns.iter_mut().zip(part.pieces).enumerate() {
            growing.append(piece, room, wish.only_once(at))?;
        }
        if let Some(owners) = part.owners {
            let all = self.owners.get_or_insert_with(|| Vec::with_capacity(room));
            all.extend_from_slice(&owners);
        }
        let before = self.line;
        let lines = part.lines.iter().map(|line| before + u64::from(*line));
        self.lines.extend(lines);
        self.line += part.all_lines;
        self.blank += part.blank;
        if rows > 0 {
            self.may_end = part.may_end;
        }
        Some(())
    }

    /// The columns of all fields, and what was recognised in them.
    pub(super) fn columns(
        self,
        wish: &Wish<'_>,
        report: &mut FileReport,
    ) -> Option<Vec<Option<Column>>> {
        let reports = report.fields.par_iter_mut();
        let columns = self.columns.into_par_iter().zip(reports).enumerate();
        columns
            .map(|(at, (growing, report))| growing.finish(wish, at, report))
            .collect()
    }
}

impl Growing {
    fn append(&mut self, piece: Piece, room: usize, only_once: bool) -> Option<()> {
        let report = &mut self.report;
        agree(&mut report.decimal, piece.decimal)?;
        agree(&mut report.dates, piece.dates)?;
        report.rounded += piece.rounded;
        report.missing += piece.missing;
        if let (Some(sum), Some(more)) = (&mut report.sum, piece.sum) {
            *sum += more;
        }
        let hashes = piece.hashes;
        let Some(piece) = piece.column else {
            return Some(());
        };
        if only_once && !hashes.is_empty() {
            let all = self.hashes.get_or_insert_with(|| Vec::with_capacity(room));
            // A text that stands twice in a chunk has the same hash twice, or one too few.
            all.extend_from_slice(&hashes);
        }
        let column = self.column.get_or_insert_with(|| empty_like(&piece, room));
        let before = column.len();
        append_mask(&mut column.missing, before, &piece, room);
        match (&mut column.values, piece.values) {
            (Values::Number(all), Values::Number(values)) => all.extend_from_slice(&values),
            (Values::Flag(all), Values::Flag(values)) => all.extend_from_slice(&values),
            (Values::Choice(all), Values::Choice(values)) => all.extend_from_slice(&values),
            (Values::Text(all), Values::Text(texts)) => {
                append_texts(all, &texts, only_once && piece.missing.is_none())?;
            }
            _ => return None,
        }
        Some(())
    }

    fn finish(
        self,
        wish: &Wish<'_>,
        at: usize,
        report: &mut FieldReport,
    ) -> Option<Option<Column>> {
        *report = self.report;
        let Some(mut column) = self.column else {
            return Some(None);
        };
        if let Some(hashes) = self.hashes {
            if hashes.len() != column.len() || !all_differ(hashes) {
                return None;
            }
        } else if wish.only_once(at) && !differ(&column, report.missing) {
            return None;
        }
        if let Values::Text(texts) = &mut column.values
            && let Some(dictionary) = Arc::get_mut(&mut texts.dictionary)
        {
            dictionary.forget_index();
        }
        Some(Some(column).filter(|_| wish.keeps(at)))
    }
}

/// What was said so far and what is said now; nothing where they do not agree.
fn agree<T: PartialEq>(said: &mut Option<T>, now: Option<T>) -> Option<()> {
    match (&*said, now) {
        (Some(before), Some(now)) => (*before == now).then_some(()),
        (None, now) => {
            *said = now;
            Some(())
        }
        (Some(_), None) => Some(()),
    }
}

fn empty_like(piece: &Column, room: usize) -> Column {
    let values = match &piece.values {
        Values::Number(_) => Values::Number(Vec::with_capacity(room)),
        Values::Flag(_) => Values::Flag(Vec::with_capacity(room)),
        Values::Choice(_) => Values::Choice(Vec::with_capacity(room)),
        Values::Text(texts) => Values::Text(TextColumn {
            numbers: Vec::with_capacity(room),
            dictionary: Arc::new(dictionary_like(
                &texts.dictionary,
                texts.numbers.len(),
                room,
            )),
        }),
    };
    Column {
        values,
        missing: None,
    }
}

/// A dictionary with room for what is to be expected: where most rows bring a new text, all do.
fn dictionary_like(piece: &Dictionary, rows: usize, room: usize) -> Dictionary {
    if piece.len() < rows / 2 {
        return Dictionary::default();
    }
    let bytes = piece.bytes() / rows.max(1) + 1;
    Dictionary::with_room(room, room.saturating_mul(bytes))
}

fn append_mask(mask: &mut Option<Mask>, before: usize, piece: &Column, room: usize) {
    let more = piece.len();
    match (mask.as_mut(), &piece.missing) {
        (None, None) => {}
        (Some(mask), None) => mask.resize(before + more, false),
        (Some(mask), Some(missing)) => mask.extend_from_slice(missing),
        (None, Some(missing)) => {
            let mut all = Vec::with_capacity(room);
            all.resize(before, false);
            all.extend_from_slice(missing);
            *mask = Some(all);
        }
    }
}

/// Texts by the numbers of one dictionary, in the order of their first appearance. Those that must
/// all differ follow one another; whether they do is looked at in the end.
fn append_texts(all: &mut TextColumn, texts: &TextColumn, all_new: bool) -> Option<()> {
    let dictionary = Arc::get_mut(&mut all.dictionary)?;
    if all_new && dictionary.len() == all.numbers.len() {
        let before = u32::try_from(dictionary.len()).ok()?;
        dictionary.append_new(&texts.dictionary);
        all.numbers
            .extend(texts.numbers.iter().map(|it| before + it));
        return Some(());
    }
    let known = texts.dictionary.iter().map(|text| dictionary.insert(text));
    let map: Vec<u32> = known.collect();
    let number = |it: &u32| map.get(*it as usize).copied().unwrap_or(0);
    all.numbers.extend(texts.numbers.iter().map(number));
    Some(())
}

/// Whether all are different. Where two texts have one hash they may be the same, and the careful
/// way finds out.
fn all_differ(mut hashes: Vec<u64>) -> bool {
    hashes.par_sort_unstable();
    hashes.windows(2).all(|pair| pair.first() != pair.last())
}

/// Whether the values that are there all differ.
fn differ(column: &Column, missing: usize) -> bool {
    let mut found: Vec<i64> = match &column.values {
        Values::Text(texts) => return texts.dictionary.len() + missing == column.len(),
        Values::Number(values) => values.clone(),
        Values::Flag(values) => values.iter().map(|value| i64::from(*value)).collect(),
        Values::Choice(values) => values.iter().map(|value| i64::from(*value)).collect(),
    };
    let mut row = 0;
    found.retain(|_| {
        row += 1;
        !column.is_missing(row - 1)
    });
    found.par_sort_unstable();
    found.windows(2).all(|pair| pair.first() != pair.last())
}
