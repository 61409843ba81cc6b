//! Recognises how rows are written: the separator, and the row of the header among what may stand
//! above it. What cannot be told for sure is refused with a message, never assumed.

use super::split::Splitter;
use crate::base::Diagnostic;
use crate::io::headers::normal;
use crate::io::options::ReadOptions;
use crate::io::sheet::Cell;

/// The separators that files come with.
pub const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at to recognise the separator and the header.
const SAMPLE: usize = 500;

/// How many rows may stand above the header.
const MOST_ABOVE: usize = 50;

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

/// Where the header begins, and what separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The separator.
    pub separator: u8,
    /// Bytes before the header.
    pub start: usize,
    /// The line on which the header begins.
    pub line: u64,
    /// Bytes before the first row: those of a `sep=` line.
    pub first: usize,
    /// The line of the first row.
    pub first_line: u64,
}

/// Recognises separator and header: declared, said by a `sep=` line, or those under which the
/// wanted columns are found and the rows are equally wide. `wanted` holds the headers that each
/// field may have, in their normal form.
pub fn recognise(
    text: &str,
    options: &ReadOptions,
    wanted: &[Vec<String>],
) -> Result<Dialect, Box<Diagnostic>> {
    let (mut first, mut first_line, said) = separator_line(text);
    if let Some(line) = options.header_row {
        first = line_start(text, line)?;
        first_line = line;
    }
    let probe = |separator| {
        let begin = Dialect {
            separator,
            start: first,
            line: first_line,
            first,
            first_line,
        };
        let most_above = if options.header_row.is_some() {
            0
        } else {
            MOST_ABOVE
        };
        probe(text, begin, wanted, most_above)
    };
    if let Some(separator) = options.separator.or(said) {
        return Ok(probe(separator).1);
    }
    let mut tried: Vec<(Fit, Dialect)> = SEPARATORS.into_iter().map(probe).collect();
    // A stable sort: the comma wins where nothing tells separators apart.
    tried.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    match tried.as_slice() {
        [(best, one), (next, other), ..] if best == next && best.headers > 0 && best.width > 1 => {
            Err(Diagnostic::error(
                "unclear-separator",
                format!(
                    "the cells may be separated by {} or {}",
                    separator_name(one.separator),
                    separator_name(other.separator)
                ),
            )
            .help("say which with `--separator`")
            .into())
        }
        [(_, dialect), ..] => Ok(*dialect),
        [] => Ok(probe(b',').1),
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

/// A row of the sample.
struct Sampled {
    start: usize,
    line: u64,
    cells: Vec<Cell>,
    has_fault: bool,
}

/// Looks for the header under one separator: the first row that is not blank, or a later one that
/// alone has all wanted columns. Says how well the separator fits.
fn probe(text: &str, begin: Dialect, wanted: &[Vec<String>], above: usize) -> (Fit, Dialect) {
    let mut splitter = Splitter::starting(text, begin.separator, begin.start, begin.line);
    let (mut cells, mut unescaped) = (Vec::new(), String::new());
    let mut rows: Vec<Sampled> = Vec::new();
    for _ in 0..SAMPLE {
        let (start, line) = splitter.position();
        let Some(row) = splitter.next_row(&mut cells, &mut unescaped) else {
            break;
        };
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Sampled {
                start,
                line,
                cells: cells.clone(),
                has_fault: row.fault.is_some(),
            });
        }
    }
    let found = |row: &Sampled| -> usize {
        let names: Vec<String> = row
            .cells
            .iter()
            .map(|cell| normal(cell.of(text, &unescaped)))
            .collect();
        let is_there = |headers: &&Vec<String>| headers.iter().any(|it| names.contains(it));
        wanted.iter().filter(is_there).count()
    };
    let complete = |row: &&Sampled| !row.has_fault && found(row) == wanted.len();
    let mut candidates = rows.iter().take(above + 1);
    let header = match candidates.next() {
        Some(first) if !wanted.is_empty() && !complete(&first) => {
            candidates.find(complete).or(Some(first))
        }
        first => first,
    };
    let Some(header) = header else {
        let fit = Fit {
            headers: 0,
            even: true,
            width: 0,
        };
        return (fit, begin);
    };
    let width = header.cells.len();
    let below = rows.iter().filter(|row| row.start >= header.start);
    let fit = Fit {
        headers: found(header),
        even: below
            .into_iter()
            .all(|row| !row.has_fault && row.cells.len() == width),
        width,
    };
    let dialect = Dialect {
        start: header.start,
        line: header.line,
        ..begin
    };
    (fit, dialect)
}

/// Where a line begins, counted from 1.
fn line_start(text: &str, wanted: u64) -> Result<usize, Box<Diagnostic>> {
    let bytes = text.as_bytes();
    let (mut line, mut at) = (1, 0);
    while line < wanted {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else {
            let message = format!("the file has no line {wanted}: it ends with line {line}");
            return Err(Diagnostic::error("no-header-row", message)
                .help("`--header-row` is the line of the header, counted from 1")
                .into());
        };
        at += end;
        let two = bytes.get(at..at + 2) == Some(b"\r\n");
        at += if two { 2 } else { 1 };
        line += 1;
    }
    Ok(at)
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

    fn wanted() -> [Vec<String>; 2] {
        [vec!["kundenr".into()], vec!["beløp".into(), "sum".into()]]
    }

    #[test]
    fn the_separator_is_recognised_from_headers_and_widths() {
        let found = |text: &str| {
            recognise(text, &ReadOptions::default(), &wanted())
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
    fn the_header_is_found_below_other_lines() {
        let found = |text: &str, header_row| {
            let options = ReadOptions {
                header_row,
                ..ReadOptions::default()
            };
            recognise(text, &options, &wanted())
                .map(|it| (it.line, it.separator))
                .map_err(|error| error.code)
        };
        let text = "Report, of today\n\nKundenr;Sum;x\n1;2;3\n";
        assert_eq!(found(text, None), Ok((3, b';')));
        assert_eq!(found(text, Some(4)), Ok((4, b';')));
        assert_eq!(found(text, Some(9)), Err("no-header-row"));
        // No row has all: the first one, of which the messages then speak.
        assert_eq!(found("a;b\nKundenr;c\n", None), Ok((1, b';')));
    }
}
