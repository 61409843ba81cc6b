//! Bytes of a file in, its text out: UTF-8, UTF-16 by its byte-order mark, Windows-1252 where the
//! bytes are not UTF-8 and it fits. Never lossy: what does not fit is refused with its line.

use crate::base::Diagnostic;
use crate::io::options::Encoding;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file, without its byte-order mark, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The encoding that was recognised or declared.
    pub encoding: Encoding,
    /// Whether the file begins with a byte-order mark.
    pub marked: bool,
}

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const SAVE: &str = "save it as `CSV UTF-8`";

/// Reads the bytes of a text file. What was declared counts where there is no byte-order mark.
pub fn decode(bytes: Vec<u8>, declared: Option<Encoding>) -> Result<Decoded, Box<Diagnostic>> {
    if bytes.starts_with(b"PK\x03\x04") {
        let message = "the file is a workbook or a zip archive, not text";
        return Err(Diagnostic::error("not-text", message)
            .help("save the sheet as `CSV UTF-8`")
            .into());
    }
    let mark = match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ => None,
    };
    if let (Some(mark), Some(declared)) = (mark, declared)
        && mark != declared
    {
        return Err(Diagnostic::error(
            "wrong-encoding",
            format!(
                "the file begins with the byte-order mark of {}, not of {}",
                mark.name(),
                declared.name()
            ),
        )
        .help("leave out `--encoding`")
        .into());
    }
    let marked = mark.is_some();
    let encoding = mark.or(declared);
    let wide = matches!(encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    if !wide && let Some(at) = memchr::memchr(0, &bytes) {
        return Err(null_byte(line_of(&bytes, at)));
    }
    let (text, encoding) = match encoding {
        Some(Encoding::Utf8) => (utf8(bytes)?, Encoding::Utf8),
        Some(Encoding::Windows1252) => (windows_1252(&bytes)?, Encoding::Windows1252),
        Some(wide) => (utf16(&bytes, wide, marked)?, wide),
        None => match String::from_utf8(bytes) {
            Ok(text) => (text, Encoding::Utf8),
            Err(error) => (by_evidence(error.as_bytes())?, Encoding::Windows1252),
        },
    };
    Ok(Decoded {
        text,
        encoding,
        marked,
    })
}

fn null_byte(line: u64) -> Box<Diagnostic> {
    Diagnostic::error(
        "not-text",
        format!("the file is not a text file: a NUL byte stands in line {line}"),
    )
    .help("save it as `CSV UTF-8`; UTF-16 without a byte-order mark needs `--encoding utf-16le`")
    .into()
}

fn utf8(mut bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = line_of(error.as_bytes(), at);
        let byte = error.as_bytes().get(at).copied().unwrap_or(0);
        Diagnostic::error(
            "not-utf8",
            format!("the file is not UTF-8: byte {byte:02X} in line {line} does not belong there"),
        )
        .help(SAVE)
        .into()
    })
}

fn utf16(bytes: &[u8], encoding: Encoding, marked: bool) -> Result<String, Box<Diagnostic>> {
    let bytes = bytes.get(if marked { 2 } else { 0 }..).unwrap_or(&[]);
    let reader = match encoding {
        Encoding::Utf16Be => UTF_16BE,
        _ => UTF_16LE,
    };
    let text = reader.decode_without_bom_handling_and_without_replacement(bytes);
    let Some(text) = text else {
        let low = usize::from(encoding == Encoding::Utf16Be);
        let units = bytes.chunks_exact(2).map(|pair| {
            let (first, second) = (pair.first(), pair.get(1));
            let (low, high) = if low == 0 {
                (first, second)
            } else {
                (second, first)
            };
            u16::from(*low.unwrap_or(&0)) | u16::from(*high.unwrap_or(&0)) << 8
        });
        let good: String = char::decode_utf16(units).map_while(Result::ok).collect();
        let line = line_of(good.as_bytes(), good.len());
        let message = format!("the file is not whole UTF-16: it breaks off in line {line}");
        return Err(Diagnostic::error("not-utf16", message).help(SAVE).into());
    };
    match memchr::memchr(0, text.as_bytes()) {
        Some(at) => Err(null_byte(line_of(text.as_bytes(), at))),
        None => Ok(text.into_owned()),
    }
}

/// Bytes that Windows-1252 leaves open.
const OPEN: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

fn windows_1252(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    if let Some(at) = bytes.iter().position(|byte| OPEN.contains(byte)) {
        let (byte, line) = (bytes.get(at).copied().unwrap_or(0), line_of(bytes, at));
        let message =
            format!("the file is not Windows-1252: byte {byte:02X} in line {line} is no letter");
        return Err(Diagnostic::error("not-windows-1252", message)
            .help(SAVE)
            .into());
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(text.into_owned())
}

/// Bytes that are not UTF-8: Windows-1252 where everything speaks for it, else a question.
fn by_evidence(bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    let mut at = 0;
    let (mut first_bad, mut any_good) = (None, false);
    for chunk in bytes.utf8_chunks() {
        any_good |= !chunk.valid().is_ascii();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            first_bad.get_or_insert(at);
        }
        at += chunk.invalid().len();
    }
    let bad = first_bad.unwrap_or(0);
    let byte = bytes.get(bad).copied().unwrap_or(0);
    let line = line_of(bytes, bad);
    if any_good {
        let message = format!(
            "the file is UTF-8 in places only: byte {byte:02X} in line {line} does not belong there"
        );
        let help = "save the whole file as `CSV UTF-8`, or say `--encoding windows-1252`";
        return Err(Diagnostic::error("mixed-encodings", message)
            .help(help)
            .into());
    }
    let control = |byte: &u8| *byte < 0x20 && !b"\t\n\r".contains(byte);
    let strange = bytes
        .iter()
        .position(|byte| OPEN.contains(byte) || control(byte))
        .or_else(|| strange_neighbour(bytes));
    if let Some(at) = strange {
        let strange_byte = bytes.get(at).copied().unwrap_or(0);
        let strange_line = line_of(bytes, at);
        let message = format!(
            "the file is neither UTF-8 (byte {byte:02X} in line {line}) nor, it seems, \
             Windows-1252 (byte {strange_byte:02X} in line {strange_line})"
        );
        let help = "save it as `CSV UTF-8`, or say `--encoding windows-1252`";
        return Err(Diagnostic::error("unclear-encoding", message)
            .help(help)
            .into());
    }
    windows_1252(bytes)
}

/// A byte that is a sign in Windows-1252 and stands inside a word, where older code pages of the
/// Nordic countries have their letters: `Bj”rk`, `M†l`, `VŠster`.
fn strange_neighbour(bytes: &[u8]) -> Option<usize> {
    let inside = |window: &[u8]| match *window {
        [before, byte, after] => match byte {
            // A quote and dashes stand in words, letters of the page anywhere but for capitals.
            0x92 | 0x96 | 0x97 | 0x9A | 0x9C | 0x9E | 0x9F => false,
            0x8A | 0x8C | 0x8E => before.is_ascii_lowercase(),
            0x80..=0x9F => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
            0xA1..=0xBF if byte != 0xAD && byte != 0xB7 => {
                before.is_ascii_lowercase() && after.is_ascii_lowercase()
            }
            _ => false,
        },
        _ => false,
    };
    bytes.windows(3).position(inside).map(|at| at + 1)
}

/// The line of a byte, counted from 1; CR LF, LF and CR alone end lines.
pub fn line_of(bytes: &[u8], at: usize) -> u64 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let mut line = 1;
    for (at, byte) in before.iter().enumerate() {
        let ends = *byte == b'\n' || (*byte == b'\r' && before.get(at + 1) != Some(&b'\n'));
        line += u64::from(ends);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(String, Encoding, bool), &'static str> {
        decode(bytes.to_vec(), None)
            .map(|it| (it.text, it.encoding, it.marked))
            .map_err(|error| error.code)
    }

    #[test]
    fn encodings_are_recognised() {
        let text = |text: &str, encoding, marked| Ok((text.to_string(), encoding, marked));
        assert_eq!(read(b"\xEF\xBB\xBFa,b"), text("a,b", Encoding::Utf8, true));
        assert_eq!(read("å".as_bytes()), text("å", Encoding::Utf8, false));
        assert_eq!(
            read(b"\xFF\xFE\xE5\0\x3D\xD8\x00\xDE"),
            text("å😀", Encoding::Utf16Le, true)
        );
        assert_eq!(read(b"\xFE\xFF\0\xE5"), text("å", Encoding::Utf16Be, true));
        assert_eq!(
            read(b"V\xE5r\xA05 \x80, O\x92Neill, \x8Akoda"),
            text("Vår\u{a0}5 €, O’Neill, Škoda", Encoding::Windows1252, false)
        );
    }

    #[test]
    fn nothing_is_read_with_loss() {
        for (bytes, code) in [
            (&b"a\r\nb\0"[..], "not-text"),
            (b"PK\x03\x04", "not-text"),
            (b"\xFF\xFEa", "not-utf16"),
            (b"\xFF\xFE\x3D\xD8a\0", "not-utf16"),
            (b"\xEF\xBB\xBFV\xE5r", "not-utf8"),
            (b"V\xE5r \xC3\xA5", "mixed-encodings"),
            (b"V\xE5r \x8F", "unclear-encoding"),
            (b"M\x86l", "unclear-encoding"),
            (b"V\x8Aster\x8Cs", "unclear-encoding"),
            (b"Bj\x94rk", "unclear-encoding"),
            (b"a\x01\xE5", "unclear-encoding"),
        ] {
            let found = read(bytes).map(|it| it.0);
            assert_eq!(found, Err(code), "{bytes:x?}");
        }
        let declared = |bytes: &[u8], encoding| {
            decode(bytes.to_vec(), Some(encoding))
                .map(|it| it.text)
                .map_err(|error| error.code)
        };
        assert_eq!(
            declared(b"V\xE5r \xC3\xA5", Encoding::Windows1252),
            Ok("Vår Ã¥".into())
        );
        assert_eq!(declared(b"\xE5\0", Encoding::Utf16Le), Ok("å".into()));
        assert_eq!(declared(b"V\xE5r", Encoding::Utf8), Err("not-utf8"));
        assert_eq!(
            declared(b"\xFF\xFEa\0", Encoding::Utf8),
            Err("wrong-encoding")
        );
    }

    #[test]
    fn lines_are_counted_with_every_line_end() {
        let bytes = b"a\r\nb\nc\rd";
        assert_eq!(line_of(bytes, bytes.len()), 4);
    }
}
