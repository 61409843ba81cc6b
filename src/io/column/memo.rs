//! What was made of the texts seen lately. Columns say the same few things again and again; what is
//! remembered of a text is what was made of that very text, never of a similar one.

/// A few texts with what was made of them.
pub(super) struct Memo<'a, T> {
    seen: [Option<(Ends, &'a str, T)>; PLACES],
}

const PLACES: usize = 512;

/// The first and the last sixteen bytes of a text, of a shorter one the first and the last eight, and its length:
/// all of a text of up to [`WHOLE`] bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends(u128, u128, usize);

const WHOLE: usize = 32;

impl<'a, T: Copy> Memo<'a, T> {
    pub(super) fn new() -> Self {
        Memo {
            seen: [None; PLACES],
        }
    }

    /// What is remembered of a text, or else what is made of it now, where anything is.
    #[inline]
    pub(super) fn get(&mut self, text: &'a str, make: impl FnOnce() -> Option<T>) -> Option<T> {
        let ends = Ends::of(text.as_bytes());
        let place = self.seen.get_mut(ends.place())?;
        if let Some((known, seen, value)) = place
            && *known == ends
            && (text.len() <= WHOLE || *seen == text)
        {
            return Some(*value);
        }
        let made = make()?;
        *place = Some((ends, text, made));
        Some(made)
    }
}

impl Ends {
    #[inline(always)]
    fn of(bytes: &[u8]) -> Ends {
        let (first, last) =
            if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                (u128::from_le_bytes(*first), u128::from_le_bytes(*last))
            } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
                (first.into(), last.into())
            } else {
                let all = bytes
                    .iter()
                    .fold(0, |all, byte| all << 8 | u64::from(*byte));
                (all.into(), 0)
            };
        Ends(first, last, bytes.len())
    }

    /// Texts that differ most often differ near one of their ends.
    #[inline(always)]
    fn place(self) -> usize {
        let ends =
            self.0 as u64 ^ ((self.1 >> 64) as u64).rotate_left(29) ^ self.1 as u64 ^ self.2 as u64;
        // The multiplier is 2^64 over the golden ratio (Knuth, The Art of Computer Programming, 6.4).
        (ends.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % PLACES
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn only_the_same_text_is_remembered() {
        let texts: Vec<String> = (0..500).map(|it| format!("text {it}")).collect();
        let mut memo = Memo::new();
        for _ in 0..2 {
            for (at, text) in texts.iter().enumerate() {
                assert_eq!(memo.get(text, || Some(at)), Some(at));
            }
        }
        // As far as the ends go these are the same.
        for (at, middle) in ["-", "+", "- ", "+ "].iter().enumerate() {
            let text = format!("1234567812345678{middle}1234567812345678");
            let text = String::leak(text);
            assert_eq!(memo.get(text, || Some(at)), Some(at));
        }
        assert_eq!(memo.get("new", || None), None);
    }
}
