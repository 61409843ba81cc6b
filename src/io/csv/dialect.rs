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
    /// So many bytes at the head of the text decided all this; more of it would change nothing.
    pub looked_at: usize,
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
    let most_above = if options.header_row.is_some() {
        0
    } else {
        MOST_ABOVE
    };
    let fewest = fewest_cells(wanted);
    let probe = |separator| {
        let begin = Dialect {
            separator,
            start: first,
            line: first_line,
            first,
            first_line,
            looked_at: first,
        };
        Probe::new(text, begin, wanted, fewest, most_above)
    };
    if let Some(separator) = options.separator.or(said) {
        return Ok(probe(separator).dialect());
    }
    let mut probes = SEPARATORS.map(probe);
    let most = probes.iter().map(|it| it.headers).max().unwrap_or(0);
    let mut best: Vec<&mut Probe> = probes.iter_mut().filter(|it| it.headers == most).collect();
    if best.len() > 1 {
        // Only where separators find as many columns the rows below the header have a say.
        best.iter_mut().for_each(|probe| probe.read_on());
    }
    let mut tried: Vec<(Fit, Dialect)> = best
        .iter()
        .map(|probe| (probe.fit(), probe.dialect()))
        .collect();
    let looked_at = probes.iter().map(|it| it.dialect().looked_at).max();
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
        [(_, dialect), ..] => Ok(Dialect {
            looked_at: looked_at.unwrap_or(first),
            ..*dialect
        }),
        [] => Ok(probe(b',').dialect()),
    }
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

/// A text as one separator takes it apart, as far as anybody asked.
struct Probe<'p> {
    begin: Dialect,
    text: &'p str,
    wanted: &'p [Vec<String>],
    splitter: Splitter<'p>,
    unescaped: String,
    /// How many rows were looked at, blank ones too.
    looked_at: usize,
    /// Those that are not blank.
    rows: Vec<Sampled>,
    /// Which of them is the header.
    header: usize,
    /// How many of the wanted columns it has.
    headers: usize,
}

impl<'p> Probe<'p> {
    /// Looks for the header under one separator: the first row that is not blank, or a later one that
    /// alone has all wanted columns. A row of less than `fewest` cells has not.
    fn new(
        text: &'p str,
        begin: Dialect,
        wanted: &'p [Vec<String>],
        fewest: usize,
        above: usize,
    ) -> Probe<'p> {
        let mut probe = Probe {
            begin,
            text,
            wanted,
            splitter: Splitter::starting(text, begin.separator, begin.start, begin.line),
            unescaped: String::new(),
            looked_at: 0,
            rows: Vec::new(),
            header: 0,
            headers: 0,
        };
        let mut at = 0;
        while at <= above && probe.has(at) {
            let row = probe.rows.get(at);
            let may_be = |row: &&Sampled| !row.has_fault && row.cells.len() >= fewest;
            let complete = |row| probe.found(row) == wanted.len();
            if wanted.is_empty() || row.filter(may_be).is_some_and(complete) {
                probe.header = at;
                break;
            }
            at += 1;
        }
        let header = probe.rows.get(probe.header);
        probe.headers = header.map_or(0, |row| probe.found(row));
        probe
    }

    /// Whether there is a row of that number among those that are looked at and not blank.
    fn has(&mut self, at: usize) -> bool {
        let mut cells = Vec::new();
        while self.rows.len() <= at && self.looked_at < SAMPLE {
            let (start, line) = self.splitter.position();
            let Some(row) = self.splitter.next_row(&mut cells, &mut self.unescaped) else {
                self.looked_at = SAMPLE;
                break;
            };
            self.looked_at += 1;
            if cells.iter().any(|cell| !cell.is_empty()) {
                self.rows.push(Sampled {
                    start,
                    line,
                    cells: std::mem::take(&mut cells),
                    has_fault: row.fault.is_some(),
                });
            }
        }
        at < self.rows.len()
    }

    /// How many of the wanted columns a row has.
    fn found(&self, row: &Sampled) -> usize {
        let cells = row.cells.iter();
        let names: Vec<String> = cells
            .map(|cell| normal(cell.of(self.text, &self.unescaped)))
            .collect();
        let is_there = |headers: &&Vec<String>| headers.iter().any(|it| names.contains(it));
        self.wanted.iter().filter(is_there).count()
    }

    /// Reads the rest of the sample.
    fn read_on(&mut self) {
        self.has(SAMPLE);
    }

    /// How well the separator fits, by all rows that were read.
    fn fit(&self) -> Fit {
        let width = self.rows.get(self.header).map_or(0, |it| it.cells.len());
        let mut below = self.rows.iter().skip(self.header);
        Fit {
            headers: self.headers,
            even: below.all(|row| !row.has_fault && row.cells.len() == width),
            width,
        }
    }

    /// What was recognised.
    fn dialect(&self) -> Dialect {
        let header = self.rows.get(self.header);
        Dialect {
            start: header.map_or(self.begin.start, |row| row.start),
            line: header.map_or(self.begin.line, |row| row.line),
            looked_at: self.splitter.position().0,
            ..self.begin
        }
    }
}

/// How many cells a row must have that has all wanted columns: one for each, unless several are read from
/// one.
fn fewest_cells(wanted: &[Vec<String>]) -> usize {
    let mut names: Vec<(&str, usize)> = Vec::new();
    for (field, headers) in wanted.iter().enumerate() {
        names.extend(headers.iter().map(|it| (it.as_str(), field)));
    }
    names.sort_unstable();
    names.dedup();
    let shared = names.windows(2).any(|pair| match pair {
        [(one, _), (other, _)] => one == other,
        _ => false,
    });
    if shared { 1 } else { wanted.len() }
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
    /// Every separator with all rows of the sample, whatever the first of them say.
    fn by_all_rows(text: &str, wanted: &[Vec<String>]) -> Result<(u8, u64), &'static str> {
        let mut tried: Vec<(Fit, Dialect)> = Vec::new();
        for separator in SEPARATORS {
            let begin = Dialect {
                separator,
                start: 0,
                line: 1,
                first: 0,
                first_line: 1,
                looked_at: 0,
            };
            let mut probe = Probe::new(text, begin, wanted, 0, MOST_ABOVE);
            probe.read_on();
            tried.push((probe.fit(), probe.dialect()));
        }
        tried.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
        let [(best, one), (next, _), ..] = tried.as_slice() else {
            return Err("nothing tried");
        };
        match best == next && best.headers > 0 && best.width > 1 {
            true => Err("unclear-separator"),
            false => Ok((one.separator, one.line)),
        }
    }

    #[test]
    fn what_the_first_rows_decide_holds_for_all() {
        let heads = [
            "Kundenr;Beløp",
            "Kundenr,Beløp",
            "Kundenr;Beløp,Sum",
            "Kundenr;Sum|Beløp",
            "Kundenr",
            "\"Kundenr;Beløp\",Sum",
            "Report, of today\n\nKundenr;Sum;x",
            "a;b\n;;\nKundenr\tSum",
            "a,b",
            "",
        ];
        let rows = [
            "1;2,5",
            "1,2",
            "x|y;z",
            "\"a;b\";c",
            "\"a\nb\",c",
            "\"open",
            "",
            ";",
        ];
        let mut of_head = 0;
        for head in heads {
            for (first, then) in rows.iter().flat_map(|row| rows.map(|then| (row, then))) {
                let text = format!("{head}\n{first}\n{}", format!("{then}\n").repeat(600));
                let options = ReadOptions::default();
                let found = recognise(&text, &options, &wanted());
                let short = found.as_ref().map(|it| (it.separator, it.line));
                let expected = by_all_rows(&text, &wanted());
                assert_eq!(
                    short.map_err(|it| it.code),
                    expected,
                    "{head:?} {first:?} {then:?}"
                );
                // So much of the head gives the same; a row more, because the last may have gone on.
                let Ok(found) = found else { continue };
                let Some(rest) = text.get(found.looked_at..).filter(|it| !it.is_empty()) else {
                    continue;
                };
                let row = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let enough = text.get(..found.looked_at + row).unwrap_or("");
                of_head += usize::from(enough.len() < text.len() / 2);
                assert_eq!(recognise(enough, &options, &wanted()).ok(), Some(found));
            }
        }
        assert!(of_head > 100, "{of_head}");
    }
}
