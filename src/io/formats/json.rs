//! JSON lines, and arrays of objects: bytes in, rows out. Numbers stay the text that they are;
//! a key is a column, and a row without it, or with null, has nothing there.

use super::Rows;
use crate::base::Diagnostic;
use crate::io::sheet::{BadCell, BadRow, Cell, LARGEST_FILE, Sheet};
use ahash::AHashMap;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// More keys than this in one file are no columns.
const MOST_COLUMNS: usize = 10_000;

/// Reads all rows of a file.
pub fn open(bytes: Vec<u8>) -> Result<Rows, Box<Diagnostic>> {
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Diagnostic::error("file-too-large", "the file is larger than 4 GiB").into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.utf8_error().valid_up_to();
        let line = 1 + count_lines(error.as_bytes().get(..before).unwrap_or_default());
        Diagnostic::error("not-utf8", format!("line {line} is not UTF-8 text"))
            .help("JSON is always UTF-8: export the file again")
    })?;
    let body = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::new(&text);
    let form = if body.trim_start().starts_with('[') {
        reader.array(body)?;
        "a JSON array"
    } else {
        reader.lines(body);
        "JSON lines"
    };
    let Reader {
        headers,
        columns,
        unescaped,
        lines,
        rows,
        bad_rows,
        bad_cells,
        blank_rows,
        rows_read,
        ..
    } = reader;
    if lines.is_empty() && bad_rows.is_empty() {
        return Err(Diagnostic::error("empty-file", "the file is empty").into());
    }
    if headers.names.len() > MOST_COLUMNS {
        let message = format!("the rows have more than {MOST_COLUMNS} different keys");
        return Err(Diagnostic::error("too-many-columns", message).into());
    }
    let mut sheet = Sheet {
        unescaped,
        columns,
        lines,
        rows,
        bad_rows,
        bad_cells,
        blank_rows,
        plain_texts: true,
        rows_read,
        ..Sheet::default()
    };
    let count = sheet.lines.len();
    for cells in &mut sheet.columns {
        cells.resize(count, Cell::default());
    }
    sheet.text = text;
    Ok(Rows {
        headers: headers.names,
        header_line: 0,
        sheet,
        form: form.into(),
    })
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// The keys seen so far, as columns.
#[derive(Default)]
struct Keys {
    names: Vec<String>,
    places: AHashMap<String, usize>,
    /// The column that is expected next: keys mostly come in the same order.
    next: usize,
}

impl Keys {
    fn place(&mut self, key: &str) -> usize {
        let place = if self.names.get(self.next).is_some_and(|name| name == key) {
            self.next
        } else if let Some(place) = self.places.get(key) {
            *place
        } else {
            self.names.push(key.into());
            self.places.insert(key.into(), self.names.len() - 1);
            self.names.len() - 1
        };
        self.next = place + 1;
        place
    }
}

/// Gathers the rows of a text.
struct Reader<'a> {
    text: &'a str,
    headers: Keys,
    columns: Vec<Vec<Cell>>,
    unescaped: String,
    lines: Vec<u64>,
    rows: Vec<Cell>,
    bad_rows: Vec<BadRow>,
    bad_cells: Vec<BadCell>,
    blank_rows: usize,
    rows_read: u64,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader {
            text,
            headers: Keys::default(),
            columns: Vec::new(),
            unescaped: String::new(),
            lines: Vec::new(),
            rows: Vec::new(),
            bad_rows: Vec::new(),
            bad_cells: Vec::new(),
            blank_rows: 0,
            rows_read: 0,
        }
    }

    fn lines(&mut self, body: &'a str) {
        for (line, text) in (1..).zip(body.lines()) {
            if text.trim().is_empty() {
                self.blank_rows += 1;
            } else {
                self.row(text, line);
            }
        }
    }

    fn array(&mut self, body: &'a str) -> Result<(), Box<Diagnostic>> {
        let elements: Vec<&RawValue> = serde_json::from_str(body).map_err(|error| {
            let message = format!("line {}: {}", error.line(), reason(&error));
            Diagnostic::error("broken-json", message).help("export the file again")
        })?;
        let (mut line, mut counted) = (1, 0);
        for element in elements {
            let start = self.offset(element.get());
            let between = self.text.as_bytes().get(counted..start);
            line += count_lines(between.unwrap_or_default()) as u64;
            counted = start;
            self.row(element.get(), line);
        }
        Ok(())
    }

    /// Where a piece of the text begins in it.
    fn offset(&self, piece: &str) -> usize {
        piece.as_ptr() as usize - self.text.as_ptr() as usize
    }

    fn row(&mut self, text: &'a str, line: u64) {
        self.rows_read += 1;
        let mut pairs = Vec::with_capacity(self.columns.len());
        self.headers.next = 0;
        let seed = Pairs {
            headers: &mut self.headers,
            pairs: &mut pairs,
        };
        let mut parser = serde_json::Deserializer::from_str(text);
        let read = seed.deserialize(&mut parser).and_then(|()| parser.end());
        self.columns.resize_with(self.headers.names.len(), Vec::new);
        if let Err(error) = read {
            self.bad_rows.push(BadRow {
                line,
                first_line: line,
                text: self.whole(text),
                code: "broken-json",
                message: reason(&error),
                help: Some("every line is one object: {\"key\": \"C1\", \"revenue\": 12.5}"),
            });
            return;
        }
        let row = self.lines.len();
        let doubled = pairs.iter().enumerate().find_map(|(at, (column, _))| {
            let before = pairs.get(..at)?;
            before.iter().any(|it| it.0 == *column).then_some(*column)
        });
        if let Some(column) = doubled {
            let name = self.headers.names.get(column).map_or("", String::as_str);
            self.bad_rows.push(BadRow {
                line,
                first_line: line,
                text: self.whole(text),
                code: "doubled-key",
                message: format!("`{name}` stands twice in the object"),
                help: None,
            });
            return;
        }
        for (column, value) in pairs {
            let cell = self.cell(value.get(), column, row);
            if let Some(cells) = self.columns.get_mut(column) {
                cells.resize(row, Cell::default());
                cells.push(cell);
            }
        }
        self.lines.push(line);
        let whole = self.whole(text);
        self.rows.push(whole);
    }

    fn whole(&self, text: &str) -> Cell {
        let start = self.offset(text);
        Cell::plain(start, start + text.len())
    }

    /// The cell of a value: a piece of the text wherever it can be one.
    fn cell(&mut self, value: &'a str, column: usize, row: usize) -> Cell {
        let start = self.offset(value);
        let whole = Cell::plain(start, start + value.len());
        match value.as_bytes().first() {
            Some(b'"') if !value.contains('\\') => {
                Cell::plain(start + 1, (start + value.len()).saturating_sub(1))
            }
            Some(b'"') => {
                let begin = self.unescaped.len();
                let text: Result<String, _> = serde_json::from_str(value);
                match text {
                    Ok(text) => self.unescaped.push_str(&text),
                    Err(_) => self.bad(column, row, "is text with a broken escape"),
                }
                Cell::unescaped(begin, self.unescaped.len())
            }
            Some(b'n') => Cell::default(),
            Some(b'{') => {
                self.bad(column, row, "is an object, not a value");
                whole
            }
            Some(b'[') => {
                self.bad(column, row, "is a list, not a value");
                whole
            }
            _ => whole.typed(),
        }
    }

    fn bad(&mut self, column: usize, row: usize, what: &str) {
        self.bad_cells.push(BadCell {
            column,
            row,
            message: format!("the cell {what}"),
            help: Some("every key holds one text, number, true, false or null"),
        });
    }
}

/// What is wrong with a line, without the place that the message has already.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    match text {
        text if text.starts_with("invalid type") => "the line is no object".into(),
        "trailing characters" => "something stands behind the object".into(),
        text if text.starts_with("EOF") => "the object has no end".into(),
        text => format!("the line is no JSON: {text}"),
    }
}

/// Reads the pairs of an object: columns, and values as they are written.
struct Pairs<'k, 'a> {
    headers: &'k mut Keys,
    pairs: &'k mut Vec<(usize, &'a RawValue)>,
}

impl<'a> DeserializeSeed<'a> for Pairs<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Pairs<'_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(column) = map.next_key_seed(Key(self.headers))? {
            self.pairs.push((column, map.next_value()?));
        }
        Ok(())
    }
}

/// Reads a key as its column.
struct Key<'k>(&'k mut Keys);

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<usize, E> {
        Ok(self.0.place(key))
    }
}
