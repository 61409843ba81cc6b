//! Takes a chunk of separated text apart: text in, cells of well-formed rows out, with their lines.
//! Rows that anything is wrong with are not its business: it says that there are some and stops.

use crate::io::csv::footer::may_end;
use crate::io::csv::is_blank;
use crate::io::csv::split::Splitter;
use crate::io::sheet::Cell;

/// The rows of a chunk.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The cells, row after row, where they were taken one by one.
    cells: Vec<Cell>,
    /// Where else cells begin, row after row: each ends one byte before the next begins. There is room for more
    /// than there are.
    starts: Vec<u32>,
    /// How many of `starts` make a row: one for each cell, and one more where a carriage return ends the last.
    /// None where cells were taken one by one.
    stride: usize,
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
        let Some(last) = self.lines.len().checked_sub(1) else {
            return false;
        };
        let cells = (0..form.headers.len()).map(|place| self.cell(last, place, form));
        may_end(&cells.collect::<Vec<_>>(), text, &self.unescaped)
    }

    /// Brings the cells of a column together.
    pub(super) fn gather(&self, place: usize, form: &Form, cells: &mut Vec<Cell>) {
        cells.clear();
        if self.stride == 0 {
            let column = self.cells.get(place..).unwrap_or(&[]);
            cells.extend(column.iter().step_by(form.headers.len().max(1)));
            return;
        }
        let last = self.lines.len() * self.stride;
        let from = |place: usize| self.starts.get(place..=last).unwrap_or(&[]).iter();
        let starts = from(place).step_by(self.stride);
        let next = from(place + 1).step_by(self.stride);
        cells.extend(
            starts
                .zip(next)
                .map(|(start, next)| Cell::between(*start, *next)),
        );
    }

    /// One cell of a row.
    fn cell(&self, row: usize, place: usize, form: &Form) -> Cell {
        if self.stride == 0 {
            let at = row * form.headers.len() + place;
            return self.cells.get(at).copied().unwrap_or_default();
        }
        match self.starts.get(row * self.stride + place..) {
            Some([start, next, ..]) => Cell::between(*start, *next),
            _ => Cell::default(),
        }
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.stride = 0;
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

    /// A text without quotes: every separator and line end is one. Rows that all end in the same way, and as many
    /// separators in each as there have to be: nothing else is taken here.
    fn plain(&mut self, text: &str, form: &Form) -> Result<(), Irregular> {
        self.clear();
        let bytes = text.as_bytes();
        let rows = memchr::memchr_iter(b'\n', bytes).count();
        let returns = memchr::memchr_iter(b'\r', bytes).count();
        let stride = form.headers.len() + usize::from(returns > 0);
        if !bytes.ends_with(b"\n") || returns != 0 && returns != rows {
            return Err(Irregular);
        }
        if self.mark(bytes, form.separator) != rows * stride {
            return Err(Irregular);
        }
        // INVARIANT: each row ends with a line end, and none is left for anywhere else; so all other marks are
        // separators.
        let marks = self.starts.get(..=rows * stride).unwrap_or(&[]);
        let firsts = marks.iter().step_by(stride.max(1));
        let seconds = marks.iter().skip(1).step_by(stride.max(1));
        let mut first_cells = firsts.clone().zip(seconds);
        let mut whole = firsts.clone().zip(firsts.skip(1));
        let is_regular = whole.all(|(start, next)| {
            let row = bytes.get(*start as usize..*next as usize).unwrap_or(&[]);
            let ends = match row {
                [.., b'\r', b'\n'] => returns > 0,
                [.., b'\n'] => returns == 0,
                _ => false,
            };
            ends && is_filled(row, form.separator)
        });
        let header = form.headers.first().map_or("", String::as_str);
        let begins = header.bytes().next();
        let may_be_header = first_cells.any(|(start, next)| {
            let cell = Cell::between(*start, *next);
            let first = bytes.get(*start as usize).copied();
            cell.len() == header.len()
                && (first == begins || begins.is_none())
                && cell.of(text, "") == header
        });
        if !is_regular || may_be_header {
            return Err(Irregular);
        }
        self.stride = stride;
        self.lines.extend(0..rows as u32);
        self.all_lines = rows as u64;
        Ok(())
    }

    /// Finds where all cells begin, the first at the beginning of the text, and counts what stands between them.
    fn mark(&mut self, bytes: &[u8], separator: u8) -> usize {
        let mut found = 0;
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        let mut last = [0; BLOCK];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let blocks = blocks.iter().chain([&last]);
        for (block, behind) in blocks.zip((1..).step_by(BLOCK)) {
            let marks = marks(block, separator);
            if self.starts.len() <= found + BLOCK {
                self.starts.resize(2 * (found + BLOCK), 0);
            }
            let room = self.starts.get_mut(found + 1..);
            if let Some(room) = room.and_then(<[u32]>::first_chunk_mut) {
                spread(marks, behind, room);
            }
            found += marks.count_ones() as usize;
        }
        found
    }
}

/// Whether something that is neither blank nor a separator stands in a row. Most rows begin with it.
#[inline(always)]
fn is_filled(row: &[u8], separator: u8) -> bool {
    let fills = |byte: &u8| byte.is_ascii_graphic() && *byte != separator;
    row.iter().any(fills)
}

/// Writes down where the bits of a block stand, counted from `behind`. What follows the last of them has no meaning.
#[inline(always)]
fn spread(mut marks: u64, behind: u32, room: &mut [u32; BLOCK]) {
    // Most blocks have fewer marks than these; to write them all takes no turn that depends on the text.
    let (usual, rare) = room.split_at_mut(USUAL);
    for place in usual {
        *place = behind + marks.trailing_zeros();
        marks &= marks.wrapping_sub(1);
    }
    for place in rare {
        if marks == 0 {
            break;
        }
        *place = behind + marks.trailing_zeros();
        marks &= marks - 1;
    }
}

const USUAL: usize = 12;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn form(width: usize) -> Form {
        Form {
            separator: b';',
            headers: (0..width).map(|at| format!("h{at}")).collect(),
        }
    }

    /// What a text is with care, and whether it is that at once too; it may be nothing at once.
    fn both(text: &str, width: usize) -> (Option<Found>, bool) {
        let form = form(width);
        let found = |rows: &Rows| {
            let columns = (0..width).map(|place| {
                let mut cells = vec![Cell::default()];
                rows.gather(place, &form, &mut cells);
                cells
            });
            let columns: Vec<_> = columns.collect();
            let ends = rows.may_end_in_footer(text, &form);
            (
                columns,
                rows.lines.clone(),
                rows.all_lines,
                rows.blank,
                ends,
            )
        };
        let mut rows = Rows::default();
        let careful = rows.careful(text, &form).ok().map(|()| found(&rows));
        // What another chunk left behind is no matter.
        assert_eq!(
            rows.plain("a;b;c\n;;\n", &super::tests::form(3)),
            Err(Irregular)
        );
        let plain = rows.plain(text, &form).ok().map(|()| found(&rows));
        assert!(plain.is_none() || plain == careful, "{text:?}: {plain:?}");
        (careful, plain.is_some())
    }

    type Found = (Vec<Vec<Cell>>, Vec<u32>, u64, usize, bool);

    #[test]
    fn both_ways_find_the_same_rows() {
        for ending in ["\r\n", "\n"] {
            for count in [1, 2, 3, 7, 64, 65, 200] {
                let row = format!("kundenr 1;Ærlig Øst AS;632 517,60{ending}");
                let (found, at_once) = both(&row.repeat(count), 3);
                let (columns, lines, all, ..) = found.expect("regular");
                let rows = columns.iter().map(Vec::len);
                assert!(at_once && rows.eq([count, count, count]));
                assert_eq!((lines.len(), all), (count, count as u64));
            }
            for (text, at_once) in [
                ("a;b|", true),
                ("a;|;b|-;Æ|", true),
                (
                    ";;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;x|",
                    true,
                ),
                ("a;b||c;d|;|1;2", false),
                ("a;b||c;d|", false),
                (";|", false),
                ("Æ;Ø|", false),
                (" ; \u{a0}|;;;|\u{a0}|", false),
                ("", false),
                ("a;b", false),
            ] {
                let text = text.replace('|', ending);
                let width = text.matches(';').count().clamp(2, 54);
                let width = if at_once && width > 10 { width + 1 } else { 2 };
                let (found, found_at_once) = both(&text, width);
                assert_eq!(
                    (found.is_some(), found_at_once),
                    (true, at_once),
                    "{text:?}"
                );
            }
            for text in [
                "a;b;c|",
                "a|",
                "a;b|c",
                "a;b|h0;h1|",
                "a;b;c|d|",
                "a|b;c;d|",
            ] {
                let text = text.replace('|', ending);
                assert_eq!(both(&text, 2), (None, false), "{text:?}");
            }
        }
        for text in [
            "a;b\r\nc;d\n",
            "a;b\nc;d\r\n",
            "a;b\rc;d\n",
            "a\rb;c\n",
            "a;b\r\r\n\n",
            "h0;\n",
        ] {
            let (_, at_once) = both(text, 2);
            assert!(!at_once, "{text:?}");
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
