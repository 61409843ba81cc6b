//! Looks through a book of Excel before it is read: parts that unpack to far more than they are,
//! or that hold texts no book has, are refused before they can cost time and memory.

use crate::base::Diagnostic;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most that all parts of a book may unpack to.
const MOST_BYTES: u64 = 2 << 30;
/// A part of more than [`LARGE_PART`] bytes may not unpack to more than this many times its size.
const MOST_TIMES: u64 = 150;
const LARGE_PART: u64 = 8 << 20;
/// The longest text between two tags: a cell holds 32 767 characters, of at most 6 bytes.
const LONGEST_TEXT: u64 = 1 << 18;
/// The most parts of a book.
const MOST_PARTS: usize = 10_000;

/// What was seen of a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether any sheet has formulas.
    pub formulas: bool,
}

/// Looks through a book.
pub fn look(bytes: &[u8]) -> Result<Seen, Box<Diagnostic>> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| super::broken(&error.to_string()))?;
    if archive.len() > MOST_PARTS {
        return Err(too_large(&format!("it has {} parts", archive.len())));
    }
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        let part = archive
            .by_index_raw(at)
            .map_err(|error| super::broken(&error.to_string()))?;
        total = total.saturating_add(part.size());
        let times = part.size() / part.compressed_size().max(1);
        if total > MOST_BYTES || (part.size() > LARGE_PART && times > MOST_TIMES) {
            let reason = format!(
                "`{}` unpacks from {} to {} bytes",
                name_of(&part),
                part.compressed_size(),
                part.size()
            );
            return Err(too_large(&reason));
        }
    }
    let mut seen = Seen::default();
    for at in 0..archive.len() {
        let part = archive
            .by_index(at)
            .map_err(|error| super::broken(&error.to_string()))?;
        let name = name_of(&part);
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let size = part.size();
        seen.formulas |= look_at_part(part, &name, size)?;
    }
    Ok(seen)
}

/// Whether a part holds formulas; refuses one that is not what it says.
fn look_at_part(mut part: impl Read, name: &str, size: u64) -> Result<bool, Box<Diagnostic>> {
    let (mut formulas, mut read, mut since_tag) = (false, 0_u64, 0_u64);
    // Whether the last byte but one and the last byte were `<` and `f`.
    let (mut after_open, mut after_f) = (false, false);
    let mut head = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = part
            .read(&mut buffer)
            .map_err(|error| super::broken(&format!("`{name}`: {error}")))?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        if head.len() < 2048 {
            head.extend_from_slice(bytes.get(..2048.min(count)).unwrap_or_default());
        }
        read += count as u64;
        if read > size {
            return Err(super::broken(&format!("`{name}` is longer than it says")));
        }
        for byte in bytes {
            if *byte == b'<' {
                since_tag = 0;
            } else {
                since_tag += 1;
            }
            formulas |= after_f && matches!(byte, b'>' | b' ' | b'/');
            after_f = after_open && *byte == b'f';
            after_open = *byte == b'<';
            if since_tag > LONGEST_TEXT {
                return Err(too_large(&format!(
                    "`{name}` holds a text that no cell can hold"
                )));
            }
        }
    }
    refuse_count(&head, name, size)?;
    Ok(formulas && name.contains("worksheets/"))
}

/// Refuses a number of texts that the part has no room for: memory is set aside by it.
fn refuse_count(head: &[u8], name: &str, size: u64) -> Result<(), Box<Diagnostic>> {
    let head = String::from_utf8_lossy(head);
    let Some(behind) = head.split("uniqueCount=\"").nth(1) else {
        return Ok(());
    };
    let digits = behind.split('"').next().unwrap_or_default();
    match digits.parse::<u64>() {
        Ok(count) if count <= size => Ok(()),
        _ => Err(super::broken(&format!("`{name}` counts {digits} texts"))),
    }
}

fn name_of<R: Read>(part: &zip::read::ZipFile<'_, R>) -> String {
    part.name()
        .map_or_else(|_| "a part".into(), |name| name.into())
}

fn too_large(reason: &str) -> Box<Diagnostic> {
    Diagnostic::error("book-too-large", format!("the book is refused: {reason}"))
        .help("open it, and save the sheet with the data as a new book or as CSV")
        .into()
}
