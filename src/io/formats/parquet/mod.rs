//! Parquet: bytes in, the headers of the columns and then the wanted ones out, exactly. Columns of
//! lists, bytes and times of the day are refused where they are wanted.

mod pages;
mod value;

use crate::base::Diagnostic;
use crate::io::sheet::{BadCell, Cell, LARGEST_FILE, Sheet};
use ahash::AHashMap;
use bytes::Bytes;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::file::reader::{FileReader, SerializedFileReader};
use value::Kind;

/// A file of more rows than this has to have a bit for each of them.
const MANY_ROWS: i64 = 1_000_000;
/// How many rows are read at a time.
const BATCH: usize = 1 << 16;
/// The longest text of a cell.
const LONGEST_CELL: usize = 1 << 20;

/// A file of Parquet.
pub struct Parquet {
    bytes: Bytes,
    file: SerializedFileReader<Bytes>,
    headers: Vec<String>,
    rows: usize,
}

impl Parquet {
    /// Opens a file.
    pub fn open(bytes: Vec<u8>) -> Result<Parquet, Box<Diagnostic>> {
        let bytes = Bytes::from(bytes);
        let file = SerializedFileReader::new(bytes.clone()).map_err(broken)?;
        let metadata = file.metadata();
        let mut rows: i64 = 0;
        for group in metadata.row_groups() {
            rows = rows.saturating_add(group.num_rows().max(0));
        }
        let bits = i64::try_from(bytes.len())
            .unwrap_or(i64::MAX)
            .saturating_mul(8);
        if rows > MANY_ROWS && rows > bits {
            let message = format!(
                "the file is refused: it has {rows} rows in {} bytes",
                bytes.len()
            );
            return Err(Diagnostic::error("parquet-too-large", message).into());
        }
        let headers = metadata
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|column| column.path().string())
            .collect();
        Ok(Parquet {
            bytes,
            headers,
            rows: usize::try_from(rows).unwrap_or(0),
            file,
        })
    }

    /// The names of the columns.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Reads the wanted columns.
    pub fn into_sheet(self, wanted: &[bool]) -> Result<Sheet, Box<Diagnostic>> {
        let mut sheet = Sheet {
            columns: vec![Vec::new(); self.headers.len()],
            lines: (1..=self.rows as u64).collect(),
            plain_texts: true,
            rows_read: self.rows as u64,
            ..Sheet::default()
        };
        for column in (0..self.headers.len()).filter(|at| wanted.get(*at) == Some(&true)) {
            self.column(column, &mut sheet)?;
        }
        Ok(sheet)
    }

    fn column(&self, column: usize, sheet: &mut Sheet) -> Result<(), Box<Diagnostic>> {
        let metadata = self.file.metadata();
        let description = metadata.file_metadata().schema_descr().column(column);
        let name = self.headers.get(column).map_or("", String::as_str);
        let kind = value::kind(&description).map_err(|holds| {
            let message = format!("the column `{name}` holds {holds}, which are not read");
            Diagnostic::error("parquet-column", message)
        })?;
        let mut values = Values {
            sheet,
            column,
            kind,
            known: AHashMap::new(),
        };
        for (at, group) in metadata.row_groups().iter().enumerate() {
            let (start, length) = group.column(column).byte_range();
            pages::look(&self.bytes, start, length).map_err(|reason| {
                let message = format!("the column `{name}` is refused: {reason}");
                Diagnostic::error("parquet-too-large", message)
            })?;
            let reader = self
                .file
                .get_row_group(at)
                .and_then(|group| group.get_column_reader(column))
                .map_err(broken)?;
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            values.read(reader, rows, description.max_def_level())?;
        }
        Ok(())
    }
}

fn broken(error: parquet::errors::ParquetError) -> Box<Diagnostic> {
    Diagnostic::error(
        "broken-parquet",
        format!("the file cannot be read: {error}"),
    )
    .help("write it again")
    .into()
}

/// Gathers the cells of one column.
struct Values<'s> {
    sheet: &'s mut Sheet,
    column: usize,
    kind: Kind,
    /// Texts of this batch that stand in the sheet already, by where they lie in memory.
    known: AHashMap<(usize, usize), Cell>,
}

/// What a value says: its text, or what is wrong with it.
type Said = Result<String, &'static str>;

const NO_NUMBER: &str = "the value is no number";
const NO_DATE: &str = "the value is no date from year 1 to 9999";

impl Values<'_> {
    fn read(
        &mut self,
        reader: ColumnReader,
        rows: usize,
        level: i16,
    ) -> Result<(), Box<Diagnostic>> {
        let kind = self.kind;
        let whole = move |value: i64, unsigned: u64| match kind {
            Kind::Whole(true) => Ok(unsigned.to_string()),
            Kind::Decimal(decimals) => Ok(value::decimal(i128::from(value), decimals)),
            Kind::Date => value::date(value).ok_or(NO_DATE),
            Kind::Time(a_second) => value::time(value, a_second).ok_or(NO_DATE),
            _ => Ok(value.to_string()),
        };
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    values.typed(Ok(it.to_string()))
                })
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    let unsigned = u64::from(u32::from_ne_bytes(it.to_ne_bytes()));
                    values.typed(whole(i64::from(*it), unsigned))
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    values.typed(whole(*it, u64::from_ne_bytes(it.to_ne_bytes())))
                })
            }
            ColumnReader::Int96ColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    values.typed(value::time(it.to_nanos(), 1_000_000_000).ok_or(NO_DATE))
                })
            }
            ColumnReader::FloatColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    values.typed(it.is_finite().then(|| it.to_string()).ok_or(NO_NUMBER))
                })
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.each(reader, rows, level, |values, it| {
                    values.typed(it.is_finite().then(|| it.to_string()).ok_or(NO_NUMBER))
                })
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.each(reader, rows, level, |values, it: &ByteArray| {
                    values.bytes(it.data())
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.each(reader, rows, level, |values, it: &FixedLenByteArray| {
                    values.bytes(it.data())
                })
            }
        }
    }

    /// Reads all rows of a row group; a value whose level is lower is missing.
    fn each<T: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<T>,
        rows: usize,
        level: i16,
        mut take: impl FnMut(&mut Self, &T::T) -> Cell,
    ) -> Result<(), Box<Diagnostic>> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let mut left = rows;
        while left > 0 {
            // INVARIANT: a text's place is only its own while the values of its batch are kept.
            self.known.clear();
            values.clear();
            levels.clear();
            if self.sheet.text.len() as u64 > LARGEST_FILE {
                let message = "the texts of the file are larger than 4 GiB";
                return Err(Diagnostic::error("file-too-large", message).into());
            }
            let (read, ..) = reader
                .read_records(left.min(BATCH), Some(&mut levels), None, &mut values)
                .map_err(broken)?;
            if read == 0 {
                let message = format!("the file cannot be read: {left} rows are not there");
                return Err(Diagnostic::error("broken-parquet", message).into());
            }
            left = left.saturating_sub(read);
            let mut present = values.iter();
            for row in 0..read {
                let is_there = level == 0 || levels.get(row) == Some(&level);
                let value = if is_there { present.next() } else { None };
                let cell = value.map_or_else(Cell::default, |value| take(self, value));
                if let Some(cells) = self.sheet.columns.get_mut(self.column) {
                    cells.push(cell);
                }
            }
        }
        Ok(())
    }

    fn typed(&mut self, said: Said) -> Cell {
        match said {
            Ok(text) => self.text(&text).typed(),
            Err(message) => self.bad("", message),
        }
    }

    fn text(&mut self, text: &str) -> Cell {
        let start = self.sheet.text.len();
        self.sheet.text.push_str(text);
        Cell::plain(start, start + text.len())
    }

    fn bad(&mut self, text: &str, message: &str) -> Cell {
        let row = self.sheet.columns.get(self.column).map_or(0, Vec::len);
        self.sheet.bad_cells.push(BadCell {
            column: self.column,
            row,
            message: message.into(),
            help: None,
        });
        self.text(text)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Cell {
        match self.kind {
            Kind::Decimal(decimals) => {
                let digits = value::digits(bytes).ok_or(NO_NUMBER);
                self.typed(digits.map(|digits| value::decimal(digits, decimals)))
            }
            Kind::Uuid => self.text(&value::uuid(bytes)),
            _ => {
                // Texts of a dictionary are the same bytes each time they come.
                let place = (bytes.as_ptr() as usize, bytes.len());
                if let Some(cell) = self.known.get(&place) {
                    return *cell;
                }
                let cell = match std::str::from_utf8(bytes) {
                    _ if bytes.len() > LONGEST_CELL => {
                        return self.bad("…", "the text is longer than 1 MiB");
                    }
                    Ok(text) => self.text(text),
                    Err(_) => return self.bad("", "the value is bytes, not text"),
                };
                self.known.insert(place, cell);
                cell
            }
        }
    }
}
