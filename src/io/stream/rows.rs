//! Takes a chunk of separated text apart: text in, cells of well-formed rows out, with their lines.
//! Rows that anything is wrong with are not its business: it says that there are some and stops.

use crate::io::csv::footer::may_end;
use crate::io::csv::is_blank;
use crate::io::csv::split::Splitter;
use crate::io::sheet::Cell;

/// The rows of a chunk.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The cells, row after row.
    pub(super) cells: Vec<Cell>,
    /// The line on which each row begins, counted from 0 in the chunk.
    pub(super) lines: Vec<u32>,
    /// How many lines the chunk has.
    pub(super) all_lines: u64,
    /// Rows in which nothing stood.
    pub(super) blank: usize,
    /// Texts of cells that had doubled quotes.
    pub(super) unescaped: String,
}

/// What the rows of a file look like.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) separator: u8,
    /// The cells of the header; each row has as many.
    pub(super) headers: Vec<String>,
}

/// A row that has to be looked at more closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Irregular;

impl Rows {
    /// Takes a chunk apart into rows. A row that is blank or the header again needs a look.
    pub(super) fn take(&mut self, text: &str, form: &Form, quoted: bool) -> Result<(), Irregular> {
        if quoted {
            return self.careful(text, form);
        }
        // A carriage return that ends a line alone is rare enough for the careful way.
        self.plain(text, form)
            .or_else(|Irregular| self.careful(text, form))
    }

    /// Whether the last row could be a total instead of data.
    pub(super) fn may_end_in_footer(&self, text: &str, form: &Form) -> bool {
        let last = self.cells.len().saturating_sub(form.headers.len());
        let last = self.cells.get(last..).unwrap_or(&[]);
        !last.is_empty() && may_end(last, text, &self.unescaped)
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.lines.clear();
        self.unescaped.clear();
        (self.all_lines, self.blank) = (0, 0);
    }

    /// Any text, row by row.
    fn careful(&mut self, text: &str, form: &Form) -> Result<(), Irregular> {
        self.clear();
        let width = form.headers.len();
        let mut splitter = Splitter::starting(text, form.separator, 0, 0);
        let mut cells = Vec::with_capacity(width);
        while let Some(row) = splitter.next_row(&mut cells, &mut self.unescaped) {
            if row.fault.is_some() {
                return Err(Irregular);
            }
            if is_blank(&cells, text, &self.unescaped) {
                self.blank += 1;
            } else if cells.len() != width || form.is_header(&cells, text, &self.unescaped) {
                return Err(Irregular);
            } else {
                self.cells.extend_from_slice(&cells);
                self.lines.push(u32::try_from(row.line).unwrap_or(u32::MAX));
            }
        }
        self.all_lines = splitter.position().1;
        Ok(())
    }

    /// A text without quotes: every separator and line end is one. 64 bytes are looked at together.
    fn plain(&mut self, text: &str, form: &Form) -> Result<(), Irregular> {
        self.clear();
        let (bytes, separator) = (text.as_bytes(), form.separator);
        // Room that is not needed costs nothing, and the next chunk, a little longer, finds enough of it.
        self.cells.reserve((bytes.len() / 4).next_power_of_two());
        let mut walk = Walk {
            rows: self,
            text,
            bytes,
            form,
            separator,
            width: form.headers.len(),
            first_header: form.headers.first().map_or(0, String::len),
            row: 0,
            start: 0,
            cells: 0,
            line: 0,
        };
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for (at, block) in blocks.iter().enumerate() {
            walk.ends(marks(block, separator), at * BLOCK)?;
        }
        let mut last = [0; BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        walk.ends(marks(&last, separator), blocks.len() * BLOCK)?;
        if walk.start < bytes.len() || walk.cells > 0 {
            walk.cell(bytes.len());
            walk.end_row()?;
            // No line end, no line that is over; the careful way counts so too.
            walk.line -= 1;
        }
        self.all_lines = u64::from(walk.line);
        Ok(())
    }
}

impl Form {
    fn is_header(&self, cells: &[Cell], text: &str, unescaped: &str) -> bool {
        let cells = cells.iter().zip(&self.headers);
        cells
            .into_iter()
            .all(|(cell, header)| cell.of(text, unescaped) == header)
    }
}

const BLOCK: usize = 64;

/// One bit for each of 64 bytes: whether it is a separator or belongs to a line end. Written so
/// that the compiler compares many bytes at once.
#[inline(always)]
fn marks(block: &[u8; BLOCK], separator: u8) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(*byte == separator) | u8::from(*byte == b'\n') | u8::from(*byte == b'\r');
    }
    let mut marks = 0;
    for (at, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        // The lowest bits of eight bytes become one byte.
        marks |= (eight.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    marks
}

/// On the way through a text without quotes.
struct Walk<'w> {
    rows: &'w mut Rows,
    text: &'w str,
    bytes: &'w [u8],
    form: &'w Form,
    separator: u8,
    width: usize,
    first_header: usize,
    /// Where the row and the cell begin.
    row: usize,
    start: usize,
    /// Cells of the row so far.
    cells: usize,
    line: u32,
}

impl Walk<'_> {
    /// Takes what ends at the marked places.
    #[inline(always)]
    fn ends(&mut self, mut marks: u64, first: usize) -> Result<(), Irregular> {
        while marks != 0 {
            let at = first + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            let byte = self.bytes.get(at).copied().unwrap_or(0);
            if byte == self.separator {
                self.cell(at);
                self.start = at + 1;
            } else if byte == b'\n' {
                // Behind a carriage return the cell has ended already.
                if at > 0 && self.bytes.get(at - 1) == Some(&b'\r') {
                    self.start = at + 1;
                    self.row = at + 1;
                    continue;
                }
                self.cell(at);
                self.end_row()?;
                (self.start, self.row) = (at + 1, at + 1);
            } else {
                if self.bytes.get(at + 1) != Some(&b'\n') {
                    return Err(Irregular);
                }
                self.cell(at);
                self.end_row()?;
                (self.start, self.row) = (at + 2, at + 2);
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn cell(&mut self, end: usize) {
        self.rows.cells.push(Cell::plain(self.start, end));
        self.cells += 1;
    }

    #[inline(always)]
    fn end_row(&mut self) -> Result<(), Irregular> {
        let count = std::mem::take(&mut self.cells);
        let first = self.rows.cells.len() - count;
        let cells = self.rows.cells.get(first..).unwrap_or(&[]);
        // Most rows begin with a letter or a digit, and not with a cell as long as the header's.
        let begins = self.bytes.get(self.row).copied().unwrap_or(b' ');
        let filled = begins.is_ascii_graphic() && begins != self.separator;
        if !filled && is_blank(cells, self.text, "") {
            self.rows.blank += 1;
            self.rows.cells.truncate(first);
        } else if count != self.width {
            return Err(Irregular);
        } else {
            if cells
                .first()
                .is_some_and(|it| it.len() == self.first_header)
                && self.form.is_header(cells, self.text, "")
            {
                return Err(Irregular);
            }
            self.rows.lines.push(self.line);
        }
        self.line += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(width: usize) -> Form {
        Form {
            separator: b';',
            headers: (0..width).map(|at| format!("h{at}")).collect(),
        }
    }

    fn both(text: &str, width: usize) -> Option<(Vec<Cell>, Vec<u32>, u64, usize)> {
        let form = form(width);
        let (mut plain, mut careful) = (Rows::default(), Rows::default());
        let one = plain.plain(text, &form);
        let other = careful.careful(text, &form);
        assert_eq!(one, other, "{text:?}");
        one.ok()?;
        let found = |rows: Rows| (rows.cells, rows.lines, rows.all_lines, rows.blank);
        let (plain, careful) = (found(plain), found(careful));
        assert_eq!(plain, careful, "{text:?}");
        Some(plain)
    }

    #[test]
    fn both_ways_find_the_same_rows() {
        let long = "kundenr 1;Ærlig Øst AS;632 517,60\r\n".repeat(20);
        let (cells, lines, all, blank) = both(&long, 3).expect("regular");
        assert_eq!((cells.len(), lines.len(), all, blank), (60, 20, 20, 0));
        for text in [
            "a;b\n\nc;d\n;\n1;2",
            "a;b\r\n\r\nc;d\r\n",
            ";\n",
            " ; \u{a0}\n;;;\n\u{a0}\n",
            "a;\n;b\nÆ;b\n",
            "",
            "a;b",
        ] {
            assert!(both(text, 2).is_some(), "{text:?}");
        }
        for text in ["a;b;c\n", "a\n", "a;b\nc", "a;b\nh0;h1\n"] {
            assert!(both(text, 2).is_none(), "{text:?}");
        }
    }

    #[test]
    fn quotes_and_lone_carriage_returns_are_taken_with_care() {
        let (mut rows, form) = (Rows::default(), form(2));
        assert_eq!(rows.take("a;b\rc;d\n", &form, false), Ok(()));
        assert_eq!((rows.lines.as_slice(), rows.all_lines), (&[0, 1][..], 2));
        assert_eq!(rows.take("a;\"b\nx\"\nc;d\n", &form, true), Ok(()));
        assert_eq!((rows.lines.as_slice(), rows.all_lines), (&[0, 2][..], 3));
        assert_eq!(rows.take("a;b\"\n", &form, true), Err(Irregular));
    }

    #[test]
    fn totals_at_the_end_are_noticed() {
        let (mut rows, form) = (Rows::default(), form(2));
        for (text, total) in [("a;b\nTotal:;12\n", true), ("Total;5\na;b\n", false)] {
            assert_eq!(rows.take(text, &form, false), Ok(()));
            assert_eq!(rows.may_end_in_footer(text, &form), total, "{text}");
        }
    }
}
