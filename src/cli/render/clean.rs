//! Text from files made harmless for a terminal: control characters and those that turn the writing
//! direction are replaced, bytes and lines stay where they are.

/// A text of one line.
pub fn line(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\r' | '\t' => ' ',
            other => harmless(other),
        })
        .collect()
}

/// A text of several lines, every character of which keeps its length in bytes.
pub fn lines(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\n' | '\r' | '\t' => letter,
            other => harmless(other),
        })
        .collect()
}

/// A character, or one of the same length in its place.
fn harmless(letter: char) -> char {
    match letter {
        '\u{0}'..='\u{1f}' | '\u{7f}' => '?',
        '\u{80}'..='\u{9f}' => '¿',
        '\u{61c}' => '¿',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// The beginning of a text that is too long to be shown whole.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_stay() {
        let text = "a\u{1b}[31mb\u{9b}\u{202e}c\nd";
        assert_eq!(lines(text).len(), text.len());
        assert_eq!(lines(text), "a?[31mb¿\u{fffd}c\nd");
        assert_eq!(line("a\nb"), "a b");
        assert_eq!(shortened("abcdef", 4), "abc…");
    }
}
