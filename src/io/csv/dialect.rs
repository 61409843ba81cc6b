//! Recognises how a text file is written: that it is text, in which encoding, with which separator.
//! What cannot be told for sure is refused with a message, never assumed.

use super::split::Splitter;
use crate::base::Diagnostic;
use crate::io::headers::normal;
use crate::io::sheet::Cell;

/// The separators that files come with.
pub const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at to recognise the separator.
const SAMPLE: usize = 500;

/// What a separator is called in front of people.
pub fn separator_name(separator: u8) -> &'static str {
    match separator {
        b',' => "comma",
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "pipe",
        b':' => "colon",
        b' ' => "space",
        _ => "character",
    }
}

/// The text of a file, without its byte-order mark: UTF-8, or a message that says what it is.
pub fn decode(bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if utf16 {
        return Err(
            Diagnostic::error("not-utf8", "the file is UTF-16, not UTF-8")
                .help("save it as `CSV UTF-8`")
                .into(),
        );
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Diagnostic::error(
            "not-text",
            "the file is a workbook or a zip archive, not text",
        )
        .help("save the sheet as `CSV UTF-8`")
        .into());
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = line_of(&bytes, at);
        return Err(Diagnostic::error(
            "not-text",
            format!("the file is not a text file: a NUL byte stands in line {line}"),
        )
        .help("save it as `CSV UTF-8`")
        .into());
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = line_of(error.as_bytes(), at);
        let byte = error.as_bytes().get(at).copied().unwrap_or(0);
        Diagnostic::error(
            "not-utf8",
            format!("the file is not UTF-8: byte {byte:02X} in line {line} does not belong there"),
        )
        .help("save it as `CSV UTF-8`")
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The line of a byte, counted from 1; CR LF, LF and CR alone end lines.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let mut line = 1;
    for (at, byte) in before.iter().enumerate() {
        let ends = *byte == b'\n' || (*byte == b'\r' && before.get(at + 1) != Some(&b'\n'));
        line += u64::from(ends);
    }
    line
}

/// Where the rows begin, and what separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The separator.
    pub separator: u8,
    /// Bytes before the header: those of a `sep=` line.
    pub start: usize,
    /// The line of the header's beginning.
    pub line: u64,
}

/// Recognises the separator: the declared one, that of a `sep=` line, or the one under which the
/// wanted headers (in their normal form) are found and the rows are equally wide.
pub fn recognise(
    text: &str,
    declared: Option<u8>,
    wanted: &[String],
) -> Result<Dialect, Box<Diagnostic>> {
    let (start, line, said) = separator_line(text);
    let found = |separator| Dialect {
        separator,
        start,
        line,
    };
    if let Some(separator) = declared.or(said) {
        return Ok(found(separator));
    }
    let mut tried: Vec<(Fit, u8)> = SEPARATORS
        .into_iter()
        .map(|separator| (fit(text, found(separator), wanted), separator))
        .collect();
    // A stable sort: the comma wins where nothing tells separators apart.
    tried.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    match tried.as_slice() {
        [(best, first), (next, second), ..]
            if best == next && best.headers > 0 && best.width > 1 =>
        {
            Err(Diagnostic::error(
                "unclear-separator",
                format!(
                    "the cells may be separated by {} or {}",
                    separator_name(*first),
                    separator_name(*second)
                ),
            )
            .help("say which with `--separator`")
            .into())
        }
        [(_, separator), ..] => Ok(found(*separator)),
        [] => Ok(found(b',')),
    }
}

/// Whether what is recognised at the head of a file is what is recognised in all of it: whatever
/// the separator, the head has more rows than are looked at.
pub fn is_enough(head: &str) -> bool {
    SEPARATORS.into_iter().all(|separator| {
        let mut splitter = Splitter::new(head, separator);
        let (mut cells, mut unescaped) = (Vec::new(), String::new());
        let rows = (0..SAMPLE + 2).take_while(|_| {
            let row = splitter.next_row(&mut cells, &mut unescaped);
            row.is_some() && splitter.position().0 < head.len()
        });
        rows.count() == SAMPLE + 2
    })
}

/// How well a separator fits; more is better, the first difference decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    headers: usize,
    even: bool,
    width: usize,
}

fn fit(text: &str, dialect: Dialect, wanted: &[String]) -> Fit {
    let mut splitter = Splitter::starting(text, dialect.separator, dialect.start, dialect.line);
    let (mut cells, mut unescaped): (Vec<Cell>, String) = (Vec::new(), String::new());
    let mut header = None;
    let mut even = true;
    for _ in 0..SAMPLE {
        let Some(row) = splitter.next_row(&mut cells, &mut unescaped) else {
            break;
        };
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        even &= row.fault.is_none();
        match &header {
            None => header = Some(cells.clone()),
            Some(header) => even &= header.len() == cells.len(),
        }
    }
    let header = header.unwrap_or_default();
    let width = header.len();
    let sheet = crate::io::sheet::Sheet {
        text: text.get(..splitter.position().0).unwrap_or(text).into(),
        unescaped,
        columns: vec![header],
        ..Default::default()
    };
    let names: Vec<String> = sheet
        .cells(0)
        .iter()
        .map(|(_, text)| normal(text))
        .collect();
    Fit {
        headers: wanted.iter().filter(|name| names.contains(name)).count(),
        even,
        width,
    }
}

/// A first line such as `sep=;`: how many bytes it takes, the line that follows, the separator.
fn separator_line(text: &str) -> (usize, u64, Option<u8>) {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or("");
    let line = line.trim_matches('"');
    let said = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .and_then(|_| line.get(4..))
        .map(str::as_bytes);
    match said {
        Some([separator]) if separator.is_ascii() => {
            let rest = text.get(end..).unwrap_or("");
            let skip = if rest.starts_with("\r\n") {
                2
            } else {
                rest.len().min(1)
            };
            (end + skip, 2, Some(*separator))
        }
        _ => (0, 1, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_recognised_from_headers_and_widths() {
        let found = |text: &str| {
            recognise(text, None, &["kundenr".into(), "beløp".into()])
                .expect("recognised")
                .separator
        };
        assert_eq!(found("Kundenr;Beløp\n1;2,5\n2;3,5\n"), b';');
        assert_eq!(found("Kundenr,Beløp\n1,2.5\n"), b',');
        assert_eq!(found("Kundenr\tBeløp\n1\t2\n"), b'\t');
        assert_eq!(found("Kundenr|Beløp\n1|2\n"), b'|');
        assert_eq!(found("\"a;b\",\"c;d\"\n\"x;y\",\"z;w\"\n"), b',');
        assert_eq!(found("sep=;\r\nKundenr;Beløp\r\n"), b';');
        assert_eq!(found("Kundenr\n1\n"), b',');
    }

    #[test]
    fn what_is_not_utf8_text_is_named() {
        let code =
            |bytes: &[u8]| decode(bytes.to_vec()).map_err(|error| (error.code, error.message));
        assert_eq!(code(b"\xEF\xBB\xBFa,b"), Ok("a,b".to_string()));
        for (bytes, expected) in [
            (&b"\xFF\xFEa\0"[..], "the file is UTF-16, not UTF-8"),
            (
                b"a\r\nb\0",
                "the file is not a text file: a NUL byte stands in line 2",
            ),
            (
                b"a\nb\nV\xE5r\n",
                "the file is not UTF-8: byte E5 in line 3 does not belong there",
            ),
        ] {
            assert_eq!(
                code(bytes).map_err(|(_, message)| message),
                Err(expected.to_string())
            );
        }
    }
}
