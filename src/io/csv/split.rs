//! Takes separated text apart: bytes in, cells out, row by row, with the lines counted.
//! Strict: what does not follow the quoting rules is reported with its line, never guessed at.

use crate::io::sheet::Cell;

/// Walks over the rows of a text.
#[derive(Clone, Debug)]
pub struct Splitter<'a> {
    bytes: &'a [u8],
    text: &'a str,
    separator: u8,
    at: usize,
    line: u64,
}

/// What is known of a row beside its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// What is wrong with its quoting; the first thing only.
    pub fault: Option<Misquoted>,
}

/// What is wrong with the quoting of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misquoted {
    /// The line on which it goes wrong.
    pub line: u64,
    /// The code of the message.
    pub code: &'static str,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

impl<'a> Splitter<'a> {
    /// Starts at the beginning of `text`; `separator` is one ASCII character.
    pub fn new(text: &'a str, separator: u8) -> Self {
        Splitter {
            bytes: text.as_bytes(),
            text,
            separator,
            at: 0,
            line: 1,
        }
    }

    /// Starts `at` bytes into the text, which is the beginning of `line`.
    pub fn starting(text: &'a str, separator: u8, at: usize, line: u64) -> Self {
        Splitter {
            at,
            line,
            ..Splitter::new(text, separator)
        }
    }

    /// How many bytes have been read, and the line that comes next.
    pub fn position(&self) -> (usize, u64) {
        (self.at, self.line)
    }

    /// The next row: its cells go to `cells` (emptied first), texts that had doubled quotes to
    /// `unescaped`. `None` at the end of the text.
    pub fn next_row(&mut self, cells: &mut Vec<Cell>, unescaped: &mut String) -> Option<Row> {
        if self.at >= self.bytes.len() {
            return None;
        }
        cells.clear();
        let mut row = Row {
            line: self.line,
            fault: None,
        };
        loop {
            let cell = if self.byte() == Some(b'"') {
                self.quoted(unescaped, &mut row.fault)
            } else {
                self.bare(self.at, &mut row.fault)
            };
            cells.push(cell);
            match self.byte() {
                Some(byte) if byte == self.separator => self.at += 1,
                Some(_) => {
                    self.line_end();
                    return Some(row);
                }
                None => return Some(row),
            }
        }
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// A cell without quotes, from `start` up to the next separator or line end.
    fn bare(&mut self, start: usize, fault: &mut Option<Misquoted>) -> Cell {
        while let Some(byte) = self.byte() {
            if byte == self.separator || byte == b'\n' || byte == b'\r' {
                break;
            }
            if byte == b'"' && fault.is_none() {
                *fault = Some(Misquoted {
                    line: self.line,
                    code: "stray-quote",
                    message: "a quote stands inside a cell that does not begin with one",
                    help: "put the whole cell in quotes and double the quote inside it",
                });
            }
            self.at += 1;
        }
        Cell::plain(start, self.at)
    }

    /// A cell in quotes; the opening quote comes next.
    fn quoted(&mut self, unescaped: &mut String, fault: &mut Option<Misquoted>) -> Cell {
        let opening = self.line;
        self.at += 1;
        let start = self.at;
        // Where the text after the last doubled quote begins, and where its unescaped copy begins.
        let mut copied: Option<(usize, usize)> = None;
        loop {
            match self.byte() {
                None => {
                    fault.get_or_insert_with(|| Misquoted {
                        line: opening,
                        code: "open-quote",
                        message: "a quote opens here and never closes",
                        help: "close it, or double it where it belongs to the text",
                    });
                    return Cell::plain(start, self.at);
                }
                Some(b'"') if self.bytes.get(self.at + 1) == Some(&b'"') => {
                    let (from, copy) = copied.unwrap_or((start, unescaped.len()));
                    unescaped.push_str(self.text.get(from..=self.at).unwrap_or(""));
                    self.at += 2;
                    copied = Some((self.at, copy));
                }
                Some(b'"') => break,
                Some(b'\n' | b'\r') => self.line_end(),
                Some(_) => self.at += 1,
            }
        }
        let cell = match copied {
            None => Cell::plain(start, self.at),
            Some((from, copy)) => {
                unescaped.push_str(self.text.get(from..self.at).unwrap_or(""));
                Cell::unescaped(copy, unescaped.len())
            }
        };
        self.at += 1;
        match self.byte() {
            None | Some(b'\n' | b'\r') => cell,
            Some(byte) if byte == self.separator => cell,
            Some(_) => {
                fault.get_or_insert_with(|| Misquoted {
                    line: self.line,
                    code: "text-after-quote",
                    message: "text stands after a closing quote",
                    help: "double the quotes that belong to the text",
                });
                self.bare(start, fault)
            }
        }
    }

    /// Steps over a line end: CR LF, LF, or CR alone.
    fn line_end(&mut self) {
        let two = self.bytes.get(self.at..self.at + 2) == Some(b"\r\n");
        self.at += if two { 2 } else { 1 };
        self.line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::sheet::Sheet;

    fn split(text: &str) -> Vec<(u64, Vec<String>, Option<&'static str>)> {
        let mut splitter = Splitter::new(text, b',');
        let (mut cells, mut unescaped, mut rows) = (Vec::new(), String::new(), Vec::new());
        while let Some(row) = splitter.next_row(&mut cells, &mut unescaped) {
            let sheet = Sheet {
                text: text.into(),
                unescaped: unescaped.clone(),
                columns: vec![cells.clone()],
                ..Sheet::default()
            };
            let texts = sheet.cells(0).iter().map(|(_, text)| text.into()).collect();
            rows.push((row.line, texts, row.fault.map(|fault| fault.code)));
        }
        rows
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>, Option<&'static str>) {
        (
            line,
            cells.iter().map(|cell| cell.to_string()).collect(),
            None,
        )
    }

    #[test]
    fn rows_end_with_every_kind_of_line_end() {
        let expected = [row(1, &["a", "b"]), row(2, &["1", "2"])];
        for text in ["a,b\n1,2\n", "a,b\r\n1,2", "a,b\r1,2\r"] {
            assert_eq!(split(text), expected, "{text:?}");
        }
        assert_eq!(
            split("a,\n\n,"),
            [row(1, &["a", ""]), row(2, &[""]), row(3, &["", ""])]
        );
        assert_eq!(split(""), []);
    }

    #[test]
    fn quotes_hold_separators_line_breaks_and_quotes() {
        assert_eq!(
            split("\"a,b\",\"x\r\ny\nz\"\n\"say \"\"hi\"\", he\",\"\"\n"),
            [
                row(1, &["a,b", "x\r\ny\nz"]),
                row(4, &["say \"hi\", he", ""])
            ]
        );
    }

    #[test]
    fn broken_quoting_is_named_with_its_line() {
        let faults = |text: &str| -> Vec<_> {
            let mut splitter = Splitter::new(text, b',');
            let (mut cells, mut unescaped) = (Vec::new(), String::new());
            let mut faults = Vec::new();
            while let Some(row) = splitter.next_row(&mut cells, &mut unescaped) {
                faults.extend(row.fault.map(|fault| (fault.line, fault.code)));
            }
            faults
        };
        assert_eq!(faults("a\n5\" pipe\nb\n"), [(2, "stray-quote")]);
        assert_eq!(faults("a\n\"b\" c,\"d\n\"\n"), [(2, "text-after-quote")]);
        assert_eq!(faults("a\nb,\"c\nd\n"), [(2, "open-quote")]);
    }
}
