//! What was made of the texts seen lately. Columns say the same few things again and again; what is
//! remembered of a text is what was made of that very text, never of a similar one.

/// A few texts with what was made of them.
pub(super) struct Memo<'a, T> {
    seen: [Option<(&'a str, T)>; PLACES],
}

const PLACES: usize = 64;

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

/// Texts that differ most often differ in length or in a letter at either end.
#[inline(always)]
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let letter = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    let (first, last) = (letter(bytes.first()), letter(bytes.last()));
    let middle = letter(bytes.get(bytes.len() / 2));
    (bytes.len() ^ first.wrapping_mul(5) ^ middle.wrapping_mul(11) ^ last.wrapping_mul(23)) % PLACES
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
