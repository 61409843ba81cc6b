//! The bytes of a rule file → its text, or what is wrong with them and on which line.
//! A byte-order mark is left out; nothing is guessed.

use crate::base::Diagnostic;
use std::ops::Range;

/// Rule files are written by people; more than this is something else.
const LARGEST: usize = 16 * 1024 * 1024;

/// A file that is no text.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// What is wrong.
    pub(super) diagnostic: Diagnostic,
    /// As much text as can be shown.
    pub(super) text: String,
    /// The first bad place in it.
    pub(super) at: Option<Range<usize>>,
}

/// The text of a file in UTF-8.
pub(super) fn decode(bytes: &[u8], name: &str) -> Result<String, Box<Unreadable>> {
    let plain = |code, message: String, help: &str| {
        Box::new(Unreadable {
            diagnostic: Diagnostic::error(code, message).help(help),
            text: String::new(),
            at: None,
        })
    };
    if bytes.len() > LARGEST {
        return Err(plain(
            "file-too-large",
            format!("`{name}` is larger than 16 MiB"),
            "rule files are text; data belongs into files of its own",
        ));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(plain(
            "not-utf8",
            format!("`{name}` is UTF-16, expected UTF-8"),
            "save it as UTF-8",
        ));
    }
    if bytes.contains(&0) {
        return Err(plain(
            "not-a-text-file",
            format!("`{name}` is not a text file"),
            "rule files are text in UTF-8 and end in `.vekt`",
        ));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let good = error.valid_up_to();
    let line = 1 + bytes.iter().take(good).filter(|it| **it == b'\n').count();
    let bad = bytes.get(good).copied().unwrap_or(0);
    let message = format!("`{name}` is not UTF-8: line {line} holds the byte {bad:02x}");
    // The good bytes before the place are the same in both, so its offset is.
    let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
    Err(Box::new(Unreadable {
        diagnostic: Diagnostic::error("not-utf8", message).help("save the file as UTF-8"),
        text: String::from_utf8_lossy(bytes).into_owned(),
        at: Some(good..good + replacement),
    }))
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn refused(bytes: &[u8]) -> String {
        decode(bytes, "a.vekt")
            .expect_err("no text")
            .diagnostic
            .message
    }

    #[test]
    fn reads_utf8_and_says_what_else_it_found() {
        assert_eq!(decode("\u{feff}år".as_bytes(), "a").expect("text"), "år");
        assert_eq!(
            refused(b"let a = 1\nlet \xe5r = 2"),
            "`a.vekt` is not UTF-8: line 2 holds the byte e5"
        );
        assert_eq!(refused(b"PK\x03\x04\0"), "`a.vekt` is not a text file");
        assert_eq!(
            refused(b"\xff\xfel\0"),
            "`a.vekt` is UTF-16, expected UTF-8"
        );
        let at = decode(b"a \xe5 b", "a").expect_err("no text").at;
        assert_eq!(at, Some(2..5));
    }
}
