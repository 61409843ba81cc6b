//! Puts the pieces of columns into their final places in the order of the file: pieces in as chunks
//! are done, the same columns out as if the file had been read in one piece, or nothing where the
//! pieces do not agree. Pieces do not wait longer than the chunks before them take.

use super::distinct::{Stretches, ascend, differ};
use super::part::{Part, Piece};
use crate::io::dataset::{FieldReport, FileReport, Wish};
use crate::model::program::Field;
use crate::model::types::Type;
use crate::value::{Column, Dictionary, Mask, TextColumn, Values};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What gets the things that were made of chunks, in the order of the file, with how many rows there may
/// be in all.
pub(super) type HandOn<'h, M> = dyn FnMut(M, usize) -> Option<()> + Send + 'h;

/// Chunks on their way into the order of the file.
pub(super) struct Turns<'m, M> {
    /// Chunks that are done and not yet put together, by number, with what was made of them.
    waiting: Mutex<BTreeMap<usize, (Part, M)>>,
    merged: Mutex<Merged<'m, M>>,
}

/// The rows of a file so far.
pub(super) struct Merged<'m, M> {
    /// The number of the chunk whose turn it is.
    next: usize,
    hand_on: &'m mut HandOn<'m, M>,
    /// The line on which the next chunk begins.
    line: u64,
    /// How many rows there are.
    pub(super) rows: usize,
    /// For how many there is room.
    room: usize,
    /// The line of each row, where it is wanted.
    pub(super) lines: Option<Vec<u64>>,
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
    /// The pieces so far, put together; empty where nobody needs them.
    column: Joined,
    /// Whether some text, where texts must differ, does not stand behind the one before it.
    falls: bool,
    /// Of texts that must differ, those that are not kept.
    stretches: Stretches,
    report: FieldReport,
}

/// A column that is put together of pieces.
#[derive(Default)]
pub(in crate::io) struct Joined(Option<Column>);

/// So many chunks may wait for one that holds them up before those who bring more wait too.
const WAITING: usize = 16;

impl<'m, M> Turns<'m, M> {
    /// No chunks yet.
    pub(super) fn new(merged: Merged<'m, M>) -> Turns<'m, M> {
        Turns {
            waiting: Mutex::new(BTreeMap::new()),
            merged: Mutex::new(merged),
        }
    }

    /// Takes a chunk, in its turn or before it; nothing where chunks do not agree. Whoever finds nobody
    /// putting chunks together does so while it is the turn of one that is there, and the others go on
    /// to their next chunk.
    pub(super) fn take(&self, wish: &Wish<'_>, part: Part, made: M) -> Option<()> {
        let mut waiting = lock(&self.waiting);
        waiting.insert(part.number, (part, made));
        let many = waiting.len() > WAITING;
        drop(waiting);
        let merged = match many {
            true => Some(lock(&self.merged)),
            false => self.merged.try_lock().ok(),
        };
        match merged {
            Some(mut merged) => self.put_together(&mut merged, wish),
            None => Some(()),
        }
    }

    /// All rows, once every chunk has been taken.
    pub(super) fn finish(self, wish: &Wish<'_>) -> Option<Merged<'m, M>> {
        self.put_together(&mut lock(&self.merged), wish)?;
        self.merged.into_inner().ok()
    }

    fn put_together(&self, merged: &mut Merged<'_, M>, wish: &Wish<'_>) -> Option<()> {
        loop {
            let Some((part, made)) = lock(&self.waiting).remove(&merged.next) else {
                return Some(());
            };
            merged.next += 1;
            merged.append(wish, part)?;
            (merged.hand_on)(made, merged.room)?;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'m, M> Merged<'m, M> {
    /// No rows yet; the first chunk begins on that line.
    pub(super) fn new(
        wish: &Wish<'_>,
        first_line: u64,
        report: &FileReport,
        expected_bytes: u64,
        hand_on: &'m mut HandOn<'m, M>,
    ) -> Merged<'m, M> {
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
            hand_on,
            line: first_line,
            rows: 0,
            room: 0,
            lines: wish.lines.then(Vec::new),
            blank: 0,
            may_end: false,
            owners: None,
            columns: fields.map(growing).collect(),
            expected_bytes,
        }
    }

    fn append(&mut self, wish: &Wish<'_>, part: Part) -> Option<()> {
        let rows = part.lines.len();
        if self.rows == 0 && rows > 0 {
            // What is not used of it in the end costs an address and no memory.
            let chunks = self.expected_bytes / part.bytes.max(1) as u64 + 1;
            let expected = usize::try_from(chunks).ok()?.checked_mul(rows)?;
            self.room = expected + expected / 16;
        }
        let room = self.room;
        self.rows += rows;
        for (at, (growing, piece)) in self.columns.iter_mut().zip(part.pieces).enumerate() {
            growing.append(piece, room, wish.only_once(at))?;
        }
        if let Some(owners) = part.owners {
            let all = self.owners.get_or_insert_with(|| Vec::with_capacity(room));
            all.extend_from_slice(&owners);
        }
        let before = self.line;
        if let Some(all) = &mut self.lines {
            if all.is_empty() {
                all.reserve_exact(room);
            }
            all.extend(part.lines.iter().map(|line| before + u64::from(*line)));
        }
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
        if let Some(stretches) = piece.stretches {
            return self.stretches.add(stretches);
        }
        let ascends = piece.ascends;
        let Some(piece) = piece.column else {
            return Some(());
        };
        if only_once && let Values::Text(texts) = &piece.values {
            let last = self.column.last_text();
            let joint = last.into_iter().chain(texts.dictionary.iter().take(1));
            self.falls |= !ascends || !ascend(joint);
        }
        let all_new = only_once && piece.missing.is_none();
        self.column.append(&piece, room, all_new)
    }

    fn finish(
        self,
        wish: &Wish<'_>,
        at: usize,
        report: &mut FieldReport,
    ) -> Option<Option<Column>> {
        *report = self.report;
        let Some(mut column) = self.column.column() else {
            return Some(None);
        };
        // Of texts that are not kept nobody knows whether they stand among these.
        let known = self.stretches.is_empty();
        if wish.only_once(at) && !(known && differ(&column, report.missing, self.falls)) {
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

impl Joined {
    /// Puts a piece behind the others. `all_new` says that none of its texts is to stand twice.
    pub(in crate::io) fn append(
        &mut self,
        piece: &Column,
        room: usize,
        all_new: bool,
    ) -> Option<()> {
        let column = self.0.get_or_insert_with(|| empty_like(piece, room));
        let before = column.len();
        append_mask(&mut column.missing, before, piece, room);
        match (&mut column.values, &piece.values) {
            (Values::Number(all), Values::Number(values)) => all.extend_from_slice(values),
            (Values::Flag(all), Values::Flag(values)) => all.extend_from_slice(values),
            (Values::Choice(all), Values::Choice(values)) => all.extend_from_slice(values),
            (Values::Text(all), Values::Text(texts)) => append_texts(all, texts, all_new)?,
            _ => return None,
        }
        Some(())
    }

    /// The text that was new last.
    fn last_text(&self) -> Option<&str> {
        let Values::Text(texts) = &self.0.as_ref()?.values else {
            return None;
        };
        let last = texts.dictionary.len().checked_sub(1)?;
        Some(texts.dictionary.text(u32::try_from(last).ok()?))
    }

    /// The column; nothing where there was no piece.
    pub(in crate::io) fn column(self) -> Option<Column> {
        self.0
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
