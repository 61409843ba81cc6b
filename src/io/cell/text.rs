//! What an empty cell is, and texts that were guarded against being run as a formula.
//! Texts are kept as they stand: leading zeros and spaces are theirs.

use std::borrow::Cow;

/// Whether nothing, or only blanks, stand in a cell.
pub fn is_blank(text: &str) -> bool {
    if text.as_bytes().first().is_some_and(u8::is_ascii_graphic) {
        return false;
    }
    text.is_empty() || text.trim().is_empty()
}

/// Whether a cell of an optional field stands for nothing: blank, `NULL`, `#N/A` or a lone dash.
pub fn is_missing(text: &str) -> bool {
    // Most cells are empty, or begin and end with a letter or a digit.
    match text.as_bytes() {
        [] => return true,
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
            return text == "NULL";
        }
        _ if text.len() > 16 => return is_blank(text),
        _ => {}
    }
    matches!(
        text.trim(),
        "" | "NULL" | "#N/A" | "-" | "\u{2212}" | "\u{2013}" | "\u{2014}"
    )
}

/// Whether a text would be run as a formula by a spreadsheet, or looks as if it was guarded.
pub fn needs_guard(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A text without the apostrophe that guards it: the reverse of writing.
pub fn unguarded(text: &str) -> &str {
    // Hardly any text is; to ask for its first byte is quicker than to ask for a beginning.
    if text.as_bytes().first() != Some(&b'\'') {
        return text;
    }
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => text,
    }
}

/// A text with an apostrophe in front where a spreadsheet would run it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if needs_guard(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_come_off_again() {
        for text in [
            "=1+1", "'=1+1", "''@x", "-5", "plain", "'plain", "", "'", "+47 22",
        ] {
            assert_eq!(unguarded(&guarded(text)), text, "{text}");
        }
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("'plain"), "'plain");
    }
}
