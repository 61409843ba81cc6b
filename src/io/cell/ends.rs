//! Cells by their first and their last bytes, always the same number of them: to look at these takes no turn
//! that depends on how long a cell is. It knows nothing of what they mean.

/// A cell by its end: its length, and the sixteen bytes up to where it ends. Of a shorter cell the first of
/// them are whatever stands before it.
#[derive(Clone, Copy, Debug)]
pub(in crate::io) struct Tail {
    pub(super) high: u64,
    pub(super) low: u64,
    pub(super) length: usize,
}

impl Tail {
    /// The cell between two places of a text.
    #[inline(always)]
    pub(in crate::io) fn of(text: &[u8], start: usize, end: usize) -> Tail {
        let sixteen = end.checked_sub(16).and_then(|from| text.get(from..end));
        let word = match sixteen.and_then(<[u8]>::first_chunk) {
            Some(bytes) => u128::from_le_bytes(*bytes),
            None => near_the_beginning(text.get(start..end).unwrap_or(&[])),
        };
        Tail {
            high: (word >> 64) as u64,
            low: word as u64,
            length: end.saturating_sub(start),
        }
    }

    /// Whether nothing stands in the cell.
    #[inline(always)]
    pub(in crate::io) fn is_empty(self) -> bool {
        self.length == 0
    }

    /// The first of the bytes that are so many bits up to the end.
    #[inline(always)]
    pub(super) fn first(self, bits: u32) -> u8 {
        let (half, below) = match bits > 64 {
            true => (self.low, 128 - bits),
            false => (self.high, 64 - bits),
        };
        (half >> below) as u8
    }
}

#[cold]
fn near_the_beginning(cell: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().rev().zip(cell.iter().rev()) {
        *to = *from;
    }
    u128::from_le_bytes(bytes)
}

/// The first and the last sixteen bytes of a cell, of a shorter one the whole of it twice, and its length: all
/// that there is of a cell of up to [`WHOLE`] bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::io) struct Ends {
    first: [u64; 2],
    last: [u64; 2],
    /// One more than the length, so that nothing is not the same as an empty cell.
    length: u32,
}

/// No other cell of this length or shorter has the same ends.
pub(in crate::io) const WHOLE: usize = 32;

impl Ends {
    /// The cell between two places of a text; nothing where it is longer than its ends tell.
    #[inline(always)]
    pub(in crate::io) fn of(text: &[u8], start: usize, end: usize) -> Option<Ends> {
        let length = end.saturating_sub(start);
        if length > WHOLE {
            return None;
        }
        let tail = Tail::of(text, start, end);
        let head = text.get(start..).and_then(<[u8]>::first_chunk);
        let head = match head {
            Some(bytes) => u128::from_le_bytes(*bytes),
            None => near_the_end(text.get(start..end).unwrap_or(&[])),
        };
        // How many bits of each half belong to the cell.
        let (near, far) = (
            8 * length.min(8) as u32,
            8 * length.clamp(8, 16) as u32 - 64,
        );
        let below = |bits: u32| !u64::MAX.unbounded_shl(bits);
        let above = |bits: u32| !u64::MAX.unbounded_shr(bits);
        Some(Ends {
            first: [head as u64 & below(near), (head >> 64) as u64 & below(far)],
            last: [tail.high & above(near), tail.low & above(far)],
            length: length as u32 + 1,
        })
    }

    /// A number made of the ends, in which cells differ that differ near one of them.
    #[inline(always)]
    pub(in crate::io) fn mixed(self) -> u64 {
        let [first, second] = self.first;
        let [last, before] = self.last;
        let mixed = first ^ last.rotate_left(29) ^ second ^ before ^ u64::from(self.length);
        // The multiplier is 2^64 over the golden ratio (Knuth, The Art of Computer Programming, 6.4).
        mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

#[cold]
fn near_the_end(cell: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(cell) {
        *to = *from;
    }
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::Ends;

    #[test]
    fn the_ends_of_a_short_cell_are_all_of_it() {
        let cells: Vec<String> = (0..40)
            .flat_map(|length| {
                let one = "abcdefghij".repeat(4);
                let same: String = one.chars().take(length).collect();
                let places = (0..length).map({
                    let same = same.clone();
                    move |at| {
                        let mut other = same.clone();
                        other.replace_range(at..=at, "-");
                        other
                    }
                });
                places.chain([same.clone()]).collect::<Vec<_>>()
            })
            .collect();
        let found = |cell: &str, before: &str, after: &str| {
            let text = [before, cell, after].concat();
            Ends::of(text.as_bytes(), before.len(), before.len() + cell.len())
        };
        for (at, one) in cells.iter().enumerate() {
            let ends = found(one, "", "");
            assert_eq!(ends.is_some(), one.len() <= 32, "{one}");
            for around in ["0123456789abcdef", "x"] {
                assert_eq!(found(one, around, ""), ends, "{one}");
                assert_eq!(found(one, around, "0123456789abcdef"), ends, "{one}");
            }
            let others = cells.iter().enumerate().filter(|(other, _)| *other != at);
            for (_, other) in others.filter(|_| ends.is_some()) {
                assert_ne!(found(other, "", ""), ends, "{one} {other}");
            }
        }
    }
}
