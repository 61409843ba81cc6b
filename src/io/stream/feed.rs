//! Hands out a file of separated text in chunks of whole rows, in order, to whoever asks next.
//! Row borders are line ends with an even number of quotes before them; it takes no row apart.

use crate::io::files::sha256_text;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::ops::RangeInclusive;

/// Bytes of a chunk: few enough that a chunk and its cells stay near the core, and that a small file has
/// some for every core.
const CHUNK: RangeInclusive<u64> = 32 * 1024..=256 * 1024;

/// A row longer than this is nothing that this way of reading is made for.
const LONGEST_ROW: usize = 64 << 20;

/// A file on its way into chunks.
#[derive(Debug)]
pub(super) struct Feed {
    file: File,
    /// What was read and not yet handed out.
    carried: Vec<u8>,
    at_end: bool,
    chunks: usize,
    /// How many bytes a chunk has, or a row more.
    size: usize,
    /// The fingerprint of all bytes so far, where it is wanted.
    hash: Option<Sha256>,
}

/// What is known of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Its place among all chunks.
    pub(super) number: usize,
    /// Whether a quote stands in it.
    pub(super) quoted: bool,
}

impl Feed {
    /// A file from which `carried` has been read already; `at_end` says that nothing is left.
    pub(super) fn new(file: File, carried: Vec<u8>, at_end: bool, hash: Option<Sha256>) -> Feed {
        let bytes = file.metadata().map_or(0, |it| it.len());
        let cores = rayon::current_num_threads() as u64;
        let size = (bytes / (8 * cores)).clamp(*CHUNK.start(), *CHUNK.end());
        Feed {
            size: size as usize,
            file,
            carried,
            at_end,
            chunks: 0,
            hash,
        }
    }

    /// The fingerprint of all that was read.
    pub(super) fn fingerprint(self) -> Option<String> {
        self.hash.map(sha256_text)
    }

    /// The next chunk in place of what `bytes` held; `None` at the end. A row without an end is
    /// an error, as is a file that cannot be read.
    pub(super) fn next(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Chunk>> {
        bytes.clear();
        std::mem::swap(bytes, &mut self.carried);
        let (mut counted, mut quotes) = (0, 0);
        loop {
            let enough = counted + self.size;
            if bytes.len() < enough && !self.at_end {
                self.fill(bytes, enough)?;
            }
            let new = bytes.get(counted..).unwrap_or(&[]);
            quotes += memchr::memchr_iter(b'"', new).count();
            counted = bytes.len();
            if let Some(end) = border(bytes, quotes, self.size) {
                self.carried
                    .extend_from_slice(bytes.get(end..).unwrap_or(&[]));
                bytes.truncate(end);
                break;
            }
            if self.at_end {
                break;
            }
            if counted > LONGEST_ROW {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.chunks += 1;
        Ok(Some(Chunk {
            number: self.chunks - 1,
            quoted: quotes > 0,
        }))
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, enough: usize) -> io::Result<()> {
        let before = bytes.len();
        let missing = enough - before;
        bytes.reserve(missing);
        let read = self.file.by_ref().take(missing as u64).read_to_end(bytes)?;
        self.at_end = read < missing;
        if let Some(hash) = &mut self.hash {
            hash.update(bytes.get(before..).unwrap_or(&[]));
        }
        Ok(())
    }
}

/// Where the last whole row ends that begins in the first `most` bytes or so.
fn border(bytes: &[u8], quotes: usize, most: usize) -> Option<usize> {
    let (mut end, mut after) = (bytes.len(), 0);
    // What was carried over may be much more than a chunk: the head of a file.
    while end > 2 * most {
        let next = end - most;
        after += memchr::memchr_iter(b'"', bytes.get(next..end)?).count();
        end = next;
    }
    loop {
        let line_end = memchr::memrchr(b'\n', bytes.get(..end)?)?;
        after += memchr::memchr_iter(b'"', bytes.get(line_end..end)?).count();
        if (quotes - after).is_multiple_of(2) {
            return Some(line_end + 1);
        }
        end = line_end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(head: &[u8]) -> Vec<(Vec<u8>, bool)> {
        let file = tempfile::tempfile().expect("a file");
        let mut feed = Feed::new(file, head.to_vec(), true, None);
        let (mut bytes, mut all) = (Vec::new(), Vec::new());
        while let Some(chunk) = feed.next(&mut bytes).expect("readable") {
            assert_eq!(chunk.number, all.len());
            all.push((bytes.clone(), chunk.quoted));
        }
        all
    }

    #[test]
    fn chunks_end_outside_quotes() {
        assert_eq!(chunks(b""), []);
        assert_eq!(
            chunks(b"a\nb"),
            [(b"a\n".to_vec(), false), (b"b".to_vec(), false)]
        );
        let quoted = b"a,\"x\ny\"\nb,\"z\n".to_vec();
        let (first, last) = quoted.split_at(8);
        assert_eq!(
            chunks(&quoted),
            [(first.to_vec(), true), (last.to_vec(), true)]
        );
    }

    #[test]
    fn a_long_head_is_handed_out_in_chunks() {
        let head = b"0123456,\"a\nb\"\n".repeat(100_000);
        let all = chunks(&head);
        assert!(all.len() > 3);
        assert!(all.iter().all(|(bytes, _)| bytes.len() % 14 == 0));
        let joined: Vec<u8> = all.into_iter().flat_map(|(bytes, _)| bytes).collect();
        assert_eq!(joined, head);
    }
}
