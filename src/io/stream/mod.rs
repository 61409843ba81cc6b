//! The quick way through separated text: an open file in, its checked columns out, or nothing where
//! anything in it is out of order. Chunks are read, taken apart and built on all cores, shown to whoever
//! makes something of them, and dropped again. It has no words for what is wrong: whoever gets nothing
//! reads the file with care.

mod distinct;
mod feed;
mod merge;
mod part;
mod rows;

use super::column::style::LOOKED_AT;
use super::csv::Csv;
use super::dataset::{FileReport, ReadFile, Wish, locate, wanted_headers};
use super::errors::FileErrors;
use super::formats::{self, Format};
use super::options::{Encoding, ReadOptions};
use super::rejects::RowTexts;
use super::sheet::LARGEST_FILE;
use crate::value::Table;
use feed::Feed;
pub(super) use merge::Joined;
use merge::{HandOn, Merged, Turns};
pub(super) use part::Part;
use part::{Layout, Worker};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek};
use std::sync::{Mutex, PoisonError};

/// How much is read to recognise how a file is written: more where rows are long, or where the cells of
/// many of them are looked at.
const HEADS: [usize; 3] = [16 * 1024, 128 * 1024, 1024 * 1024];

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Who makes something of each chunk while its columns are at hand.
pub(super) trait Taker: Sync {
    /// What is made, to be handed on in the order of the file.
    type Made: Send;

    /// Takes a chunk, on whichever core; nothing where something is out of order.
    fn take(&self, part: &mut Part) -> Option<Self::Made>;
}

/// Nothing is made of the chunks but the columns of the whole.
struct Whole;

impl Taker for Whole {
    type Made = ();

    fn take(&self, _: &mut Part) -> Option<()> {
        Some(())
    }
}

/// Reads a dataset, or gives nothing.
pub(super) fn read(wish: &Wish<'_>, name: &str, file: &File) -> Option<ReadFile> {
    read_through(wish, name, file, &Whole, &mut |(), _| Some(()))
}

/// Reads a dataset and hands its chunks through, or gives nothing; what was handed on by then is void.
pub(super) fn read_through<'h, T: Taker>(
    wish: &Wish<'_>,
    name: &str,
    mut file: &File,
    taker: &T,
    hand_on: &'h mut HandOn<'h, T::Made>,
) -> Option<ReadFile> {
    // Another reading may have ended without words.
    file.rewind().ok()?;
    let options = wish.context.options;
    let in_utf8 = matches!(options.encoding, None | Some(Encoding::Utf8));
    // What was said of the file as a whole is for the careful way.
    let said = options.rejecting || options.header_row.is_some() || options.skip_footer.is_some();
    let file_size = file.metadata().ok()?.len();
    if file_size > LARGEST_FILE || said || !in_utf8 {
        return None;
    }
    let fields = &wish.dataset.fields;
    let Head {
        bytes: mut head,
        at_end,
        csv,
    } = read_head(name, file, options, &wanted_headers(fields))?;
    let mut errors = FileErrors::new(name);
    let mut report = FileReport {
        dataset: wish.dataset.name.clone(),
        file: name.into(),
        form: csv.form(),
        header_line: csv.header_line(),
        above: csv.above().to_vec(),
        ..FileReport::default()
    };
    let places = locate(fields, csv.headers(), &mut report, &mut errors);
    if !errors.is_empty() {
        return None;
    }
    let (start, first_line) = csv.rows_start();
    let hash = options.fingerprints.then(|| Sha256::new_with_prefix(&head));
    let start = start + mark_of(&head);
    let first_rows = head.get(start..).filter(|_| options.styles);
    let first_rows = first_rows.map(<[u8]>::to_vec);
    head.drain(..start);
    let feed = Mutex::new(Feed::new(file.try_clone().ok()?, head, at_end, hash));
    let layout = Layout::new(wish, &csv, &places);
    let workers = rayon::current_num_threads();
    let merged = Merged::new(wish, first_line, &report, file_size, hand_on);
    let turns = Turns::new(merged);
    let done: Option<()> = (0..workers)
        .into_par_iter()
        .map(|_| work(&layout, &feed, taker, &turns))
        .collect();
    done?;
    let mut merged = turns.finish(wish)?;
    let lines = merged.lines.take().unwrap_or_default();
    let rows = merged.rows;
    report.rows = rows;
    report.blank_rows = csv.blank_rows() + merged.blank;
    // A file without rows, or with what may be a total below them, is for the careful way.
    if rows == 0 || merged.may_end {
        return None;
    }
    let owners = merged.owners.take();
    let columns = merged.columns(wish, &mut report)?;
    if let Some(mut first_rows) = first_rows {
        first_rows.truncate(whole_rows(&first_rows, at_end)?);
        let first_rows = String::from_utf8(first_rows).ok()?;
        Worker::default().styles(&layout, (&first_rows, at_end), &mut report)?;
    }
    report.rows_read = rows as u64;
    report.fingerprint = feed
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .fingerprint();
    Some(ReadFile {
        table: Table {
            rows,
            columns,
            lines,
        },
        headers: report.fields.iter().map(|it| it.header.clone()).collect(),
        report,
        owners,
        rejects: Vec::new(),
        rejected_keys: Vec::new(),
        texts: RowTexts::default(),
    })
}

/// The first rows of a file.
struct Head {
    bytes: Vec<u8>,
    /// Whether they are all.
    at_end: bool,
    /// How the file is written.
    csv: Csv,
}

/// Reads as much of a file as it takes to recognise how all of it is written.
fn read_head(
    name: &str,
    mut file: &File,
    options: &ReadOptions,
    wanted: &[Vec<String>],
) -> Option<Head> {
    let mut bytes = Vec::new();
    for most in HEADS {
        let more = most - bytes.len();
        bytes.reserve_exact(more);
        let mut more = file.by_ref().take(more as u64);
        more.read_to_end(&mut bytes).ok()?;
        let at_end = bytes.len() < most;
        if formats::recognise(name, &bytes).ok()? != Format::Csv {
            return None;
        }
        // Some of the line ends may stand in quotes.
        let mut lines = memchr::memchr_iter(b'\n', &bytes);
        let enough = at_end || !options.styles || lines.nth(2 * LOOKED_AT).is_some();
        if enough && let Some(csv) = recognised(&bytes, at_end, options, wanted) {
            return Some(Head { bytes, at_end, csv });
        }
        if at_end {
            return None;
        }
    }
    None
}

/// How a file is written, where its head alone decides that.
fn recognised(
    head: &[u8],
    at_end: bool,
    options: &ReadOptions,
    wanted: &[Vec<String>],
) -> Option<Csv> {
    let rows = head.get(..whole_rows(head, at_end)?)?;
    // What is not UTF-8 in one place may be in another.
    simdutf8::basic::from_utf8(rows).ok()?;
    let csv = Csv::open(rows.to_vec(), options, wanted).ok()?;
    let text = rows.len() - mark_of(rows);
    (at_end || csv.looked_at() < text).then_some(csv)
}

/// How many bytes of a head are whole rows, or may be: its last line end may stand in quotes.
fn whole_rows(head: &[u8], at_end: bool) -> Option<usize> {
    match at_end {
        true => Some(head.len()),
        false => memchr::memrchr(b'\n', head).map(|at| at + 1),
    }
}

/// How many bytes the byte-order mark takes.
fn mark_of(head: &[u8]) -> usize {
    match head.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK.len(),
        false => 0,
    }
}

/// Builds chunks until none is left; nothing where one of them is out of order.
fn work<T: Taker>(
    layout: &Layout<'_>,
    feed: &Mutex<Feed>,
    taker: &T,
    turns: &Turns<'_, T::Made>,
) -> Option<()> {
    let mut worker = Worker::default();
    let mut bytes = Vec::new();
    while !layout.is_stopped() {
        let chunk = {
            let mut feed = feed.lock().unwrap_or_else(PoisonError::into_inner);
            feed.next(&mut bytes)
        };
        let taken = match chunk {
            Ok(None) => return Some(()),
            Ok(Some(chunk)) => worker.build(layout, chunk, &bytes).and_then(|mut part| {
                let made = taker.take(&mut part)?;
                turns.take(layout.wish, part, made)
            }),
            Err(_) => None,
        };
        if taken.is_none() {
            layout.stop();
        }
    }
    None
}
