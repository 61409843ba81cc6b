//! What was made of the texts seen lately. Columns say the same few things again and again; what is
//! remembered of a text is what was made of that very text, never of a similar one.

/// A few texts with what was made of them.
pub(super) struct Memo<'a, T> {
    seen: [Option<(&'a str, T)>; PLACES],
}

const PLACES: usize = 512;

impl<'a, T: Copy> Memo<'a, T> {
    pub(super) fn new() -> Self {
        Memo {
            seen: [None; PLACES],
        }
    }

    /// What is remembered of a text, or else what is made of it now, where anything is.
    #[inline]
    pub(super) fn get(&mut self, text: &'a str, make: impl FnOnce() -> Option<T>) -> Option<T> {
        let place = self.seen.get_mut(place(text))?;
        if let Some((seen, value)) = place
            && *seen == text
        {
            return Some(*value);
        }
        let made = make()?;
        *place = Some((text, made));
        Some(made)
    }
}

/// Texts that differ most often differ near one of their ends.
#[inline(always)]
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
        }
        _ => bytes
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    // The multiplier is 2^64 over the golden ratio (Knuth, The Art of Computer Programming, 6.4).
    let spread = (ends ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (spread >> 32) as usize % PLACES
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
        assert_eq!(memo.get("new", || None), None);
    }
}
