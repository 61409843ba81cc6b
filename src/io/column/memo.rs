//! What was made of the texts seen lately. Columns say the same few things again and again; what is
//! remembered of a text is what was made of that very text, never of a similar one.

use crate::io::cell::ends::Ends;

/// A few short texts with what was made of them.
pub(super) struct Memo<T, const PLACES: usize> {
    seen: Box<[(Ends, T)]>,
}

impl<T: Copy + Default, const PLACES: usize> Memo<T, PLACES> {
    pub(super) fn new() -> Self {
        Memo {
            seen: vec![(Ends::default(), T::default()); PLACES].into(),
        }
    }

    /// What is remembered of a text.
    #[inline(always)]
    pub(super) fn get(&self, text: Option<Ends>) -> Option<T> {
        let ends = text?;
        let (known, value) = self.seen.get(Self::place(ends))?;
        (*known == ends).then_some(*value)
    }

    /// Remembers what was made of a text, in place of what was made of another.
    pub(super) fn put(&mut self, text: Option<Ends>, made: T) {
        if let Some(ends) = text
            && let Some(place) = self.seen.get_mut(Self::place(ends))
        {
            *place = (ends, made);
        }
    }

    #[inline(always)]
    fn place(ends: Ends) -> usize {
        // Only the highest bits depend on all of the text.
        (((ends.mixed() >> 32) * PLACES as u64) >> 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Ends, Memo};

    #[test]
    fn only_the_same_text_is_remembered() {
        let ends = |text: &str| Ends::of(text.as_bytes(), 0, text.len());
        let mut memo: Memo<usize, 64> = Memo::new();
        assert_eq!(memo.get(ends("")), None);
        for at in 0..1_000 {
            let text = ends(&format!("text {at}"));
            assert_eq!(memo.get(text), None);
            memo.put(text, at);
            assert_eq!(memo.get(text), Some(at));
        }
        let long = ends("as far as the ends go these are the same");
        memo.put(long, 1);
        assert_eq!(memo.get(long), None);
    }
}
