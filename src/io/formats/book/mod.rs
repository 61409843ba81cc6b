//! Books of Excel: bytes in, the headers of one sheet and then its rows out. Which sheet it is the
//! command line says, or the headers; nothing is taken on a guess.

mod cell;
mod guard;

use super::Sought;
use crate::base::Diagnostic;
use crate::io::headers::normal;
use crate::io::sheet::{BadRow, Cell, Sheet, SheetBuilder};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use cell::Shown;
use std::io::Cursor;

/// The most characters of a cell.
const LONGEST_CELL: usize = 32_767;
/// The most rows and columns of a sheet.
const MOST: (u32, u32) = (1 << 20, 1 << 14);

type Inner = Xlsx<Cursor<Vec<u8>>>;

/// A book whose sheet has been chosen.
pub struct Book {
    book: Inner,
    name: String,
    /// The row of the header, counted from 0.
    header_row: u32,
    headers: Vec<String>,
    formulas: bool,
    /// How many rows at the end are no data.
    footer: usize,
}

impl Book {
    /// Opens a book, chooses the sheet and reads its header.
    pub fn open(bytes: Vec<u8>, sought: &Sought<'_>) -> Result<Book, Box<Diagnostic>> {
        let seen = guard::look(&bytes)?;
        let mut book = Inner::new(Cursor::new(bytes)).map_err(|it| broken(&it.to_string()))?;
        let names: Vec<String> = book
            .sheets_metadata()
            .iter()
            .filter(|it| it.typ == SheetType::WorkSheet && it.visible == SheetVisible::Visible)
            .map(|it| it.name.clone())
            .collect();
        let (name, (header_row, headers)) = choose(&mut book, &names, sought)?;
        Ok(Book {
            book,
            name,
            header_row,
            headers,
            formulas: seen.formulas,
            footer: sought.options.skip_footer.unwrap_or(0),
        })
    }

    /// The headers as they stand in the sheet.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The row of the header.
    pub fn header_line(&self) -> u64 {
        u64::from(self.header_row) + 1
    }

    /// How the file is written, in words.
    pub fn form(&self) -> String {
        format!("sheet `{}`", self.name)
    }

    /// Reads the rows below the header.
    pub fn into_sheet(mut self, wanted: &[bool]) -> Result<Sheet, Box<Diagnostic>> {
        let unsaved = if self.formulas {
            unsaved_formulas(&mut self.book, &self.name)?
        } else {
            Vec::new()
        };
        let mut unsaved = unsaved.into_iter().peekable();
        let is_1904 = self.book.has_1904_epoch();
        let mut cells = reader(&mut self.book, &self.name)?;
        let shown: Vec<Shown> = cells.styles().iter().map(shown).collect();
        let plain = Shown::default();
        let mut rows = RowsBelow::new(self.header_row, self.headers.len());
        while let Some((found, style)) = cells.next_cell_with_style_id().map_err(wrong)? {
            let (row, column) = found.get_position();
            refuse_place(row, column)?;
            let no_value = unsaved.next_if(|place| *place == (row, column)).is_some();
            let value = found.get_value();
            if row <= self.header_row || (!no_value && is_nothing(value)) {
                continue;
            }
            rows.at(row)?;
            let place = column as usize;
            if place >= self.headers.len() {
                rows.no_header(column);
            } else if wanted.get(place) != Some(&true) {
                rows.something();
            } else if no_value {
                rows.bad(place, "", "the cell is a formula whose value was not saved");
            } else {
                let shown = shown.get(style).unwrap_or(&plain);
                rows.set(place, value, shown, is_1904)?;
            }
        }
        let mut sheet = rows.finish();
        sheet.pass_footer(self.footer);
        Ok(sheet)
    }
}

/// The headers of a sheet, with the row that they stand in.
type Header = (u32, Vec<String>);

/// Chooses the sheet: that of the command line, or the only one that has all columns.
fn choose(
    book: &mut Inner,
    names: &[String],
    sought: &Sought<'_>,
) -> Result<(String, Header), Box<Diagnostic>> {
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let listed = listed.join(", ");
    if let Some(named) = sought.options.sheet_of(sought.dataset) {
        let all = book.sheet_names();
        let Some(name) = all.iter().find(|name| *name == named) else {
            let message = format!("the book has no sheet `{named}`");
            return Err(Diagnostic::error("unknown-sheet", message)
                .help(format!("its sheets are {listed}"))
                .into());
        };
        return match header(book, name, sought)? {
            Some(header) => Ok((name.clone(), header)),
            None => Err(empty(name)),
        };
    }
    let mut fitting = Vec::new();
    let mut others = Vec::new();
    for name in names {
        if let Some(header) = header(book, name, sought)? {
            let has: Vec<String> = header.1.iter().map(|it| normal(it)).collect();
            let fits = |field: &Vec<String>| field.iter().any(|it| has.contains(it));
            if sought.fields.iter().all(fits) {
                fitting.push((name.clone(), header));
            } else {
                others.push((name.clone(), header));
            }
        }
    }
    let several = fitting.len() > 1 || (fitting.is_empty() && others.len() > 1);
    if several {
        let message = if fitting.is_empty() {
            format!("no sheet has all columns of `{}`", sought.dataset)
        } else {
            format!("several sheets have all columns of `{}`", sought.dataset)
        };
        return Err(Diagnostic::error("which-sheet", message)
            .help(format!(
                "say which with `--sheet {}=NAME`: {listed}",
                sought.dataset
            ))
            .into());
    }
    fitting
        .pop()
        .or_else(|| others.pop())
        .ok_or_else(|| Diagnostic::error("empty-file", "the book is empty").into())
}

fn empty(name: &str) -> Box<Diagnostic> {
    Diagnostic::error("empty-file", format!("the sheet `{name}` is empty")).into()
}

/// The header of a sheet: the row that was declared, or the first in which anything stands.
fn header(
    book: &mut Inner,
    name: &str,
    sought: &Sought<'_>,
) -> Result<Option<Header>, Box<Diagnostic>> {
    let declared = sought.options.header_row.unwrap_or(0);
    let is_1904 = book.has_1904_epoch();
    let mut cells = reader(book, name)?;
    let mut found: Option<Header> = None;
    while let Some(cell) = cells.next_cell().map_err(wrong)? {
        let (row, column) = cell.get_position();
        refuse_place(row, column)?;
        if is_nothing(cell.get_value()) || u64::from(row) + 1 < declared {
            continue;
        }
        let (header_row, headers) = found.get_or_insert_with(|| (row, Vec::new()));
        if row != *header_row {
            break;
        }
        headers.resize((column as usize + 1).max(headers.len()), String::new());
        if let (Ok((text, _)), Some(header)) = (
            text_of(cell.get_value(), &Shown::default(), is_1904),
            headers.get_mut(column as usize),
        ) {
            *header = text;
        }
    }
    Ok(found)
}

/// The places of formulas without a value, in the order of the sheet.
fn unsaved_formulas(book: &mut Inner, name: &str) -> Result<Vec<(u32, u32)>, Box<Diagnostic>> {
    let mut cells = reader(book, name)?;
    let mut places = Vec::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(wrong)? {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            places.push(cell.pos);
        }
    }
    Ok(places)
}

fn reader<'a>(
    book: &'a mut Inner,
    name: &str,
) -> Result<calamine::XlsxCellReader<'a, Cursor<Vec<u8>>>, Box<Diagnostic>> {
    book.worksheet_cells_reader(name).map_err(wrong)
}

fn wrong(error: XlsxError) -> Box<Diagnostic> {
    broken(&error.to_string())
}

/// A message about a book that cannot be read.
fn broken(reason: &str) -> Box<Diagnostic> {
    Diagnostic::error("broken-book", format!("the book cannot be read: {reason}"))
        .help("open it in the program that wrote it, and save it again as .xlsx")
        .into()
}

fn refuse_place(row: u32, column: u32) -> Result<(), Box<Diagnostic>> {
    if row >= MOST.0 || column >= MOST.1 {
        return Err(broken("a cell lies outside the sheet"));
    }
    Ok(())
}

fn is_nothing(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Empty => true,
        DataRef::String(text) => text.is_empty(),
        DataRef::SharedString(text) => text.is_empty(),
        _ => false,
    }
}

/// What a style says of numbers. Formats built into Excel follow the reader's country, so their
/// currency says nothing.
fn shown(style: &Style) -> Shown {
    let Some(format) = &style.number_format else {
        return Shown::default();
    };
    let mut shown = Shown::new(&format.format_code);
    if format.format_id.is_some_and(|id| id < 164) {
        shown.currency = None;
    }
    shown
}

/// The text of a value and whether it is typed, or why it is none.
fn text_of(
    value: &DataRef<'_>,
    shown: &Shown,
    is_1904: bool,
) -> Result<(String, bool), (String, &'static str)> {
    let digits = "the cell has more than the 15 digits that a spreadsheet keeps";
    match value {
        DataRef::Empty => Ok((String::new(), false)),
        DataRef::String(text) => short(text),
        DataRef::SharedString(text) => short(text),
        DataRef::Float(value) => match cell::number(*value, shown) {
            Some(text) => Ok((text, true)),
            None => Err((value.to_string(), digits)),
        },
        DataRef::Int(value) => Ok((value.to_string(), true)),
        DataRef::Bool(value) => Ok((value.to_string(), true)),
        DataRef::DateTime(serial) if serial.is_duration() => {
            Err((serial.as_f64().to_string(), "the cell is a span of time"))
        }
        DataRef::DateTime(serial) => match cell::date(serial.as_f64(), is_1904) {
            Some(text) => Ok((text, true)),
            None => Err((
                serial.as_f64().to_string(),
                "the cell is a date that is none",
            )),
        },
        DataRef::DateTimeIso(text) => Ok((text.clone(), true)),
        DataRef::DurationIso(text) => Err((text.clone(), "the cell is a span of time")),
        DataRef::Error(error) => Err((error.to_string(), "the cell is an error of a formula")),
    }
}

fn short(text: &str) -> Result<(String, bool), (String, &'static str)> {
    if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
        let start: String = text.chars().take(40).chain(['…']).collect();
        return Err((
            start,
            "the cell is longer than the 32 767 characters of a cell",
        ));
    }
    Ok((text.into(), false))
}

/// Gathers the rows below a header.
struct RowsBelow {
    sheet: SheetBuilder,
    width: usize,
    header_row: u32,
    /// The row that is being read; that of the header before the first.
    row: u32,
    /// Whether the row that is being read has anything in it.
    any: bool,
    /// A column without a header in which something stands.
    outside: Option<u32>,
    /// Rows in which something stood.
    count: u32,
}

impl RowsBelow {
    fn new(header_row: u32, width: usize) -> Self {
        RowsBelow {
            sheet: SheetBuilder::new(width),
            width,
            header_row,
            row: header_row,
            any: false,
            outside: None,
            count: 0,
        }
    }

    /// Goes on to a row.
    fn at(&mut self, row: u32) -> Result<(), Box<Diagnostic>> {
        if row < self.row {
            return Err(broken("its rows are not in order"));
        }
        if row > self.row {
            self.end_row();
            self.row = row;
        }
        if self.sheet.is_full() {
            return Err(
                Diagnostic::error("file-too-large", "the sheet is larger than 4 GiB").into(),
            );
        }
        Ok(())
    }

    fn end_row(&mut self) {
        if !self.any {
            return;
        }
        let line = u64::from(self.row) + 1;
        self.any = false;
        self.count += 1;
        match self.outside.take() {
            None => self.sheet.end_row(line),
            Some(column) => self.sheet.bad_row(BadRow {
                line,
                first_line: line,
                text: Cell::default(),
                code: "ragged-row",
                message: format!(
                    "something stands in column {}, the header ends at {}",
                    letters(column),
                    letters(u32::try_from(self.width.saturating_sub(1)).unwrap_or(0))
                ),
                help: Some("give the column a header, or empty the cell"),
            }),
        }
    }

    fn something(&mut self) {
        self.any = true;
    }

    fn no_header(&mut self, column: u32) {
        self.any = true;
        self.outside = Some(column);
    }

    fn bad(&mut self, column: usize, text: &str, message: &str) {
        self.any = true;
        let help = Some("open the book, mend the cell and save it");
        self.sheet.set_bad(column, text, message, help);
    }

    fn set(
        &mut self,
        column: usize,
        value: &DataRef<'_>,
        shown: &Shown,
        is_1904: bool,
    ) -> Result<(), Box<Diagnostic>> {
        if self.sheet.is_set(column) {
            return Err(broken("a cell stands in it twice"));
        }
        match text_of(value, shown, is_1904) {
            Ok((text, typed)) => {
                self.any = true;
                self.sheet.set(column, &text, typed);
            }
            Err((text, message)) => self.bad(column, &text, message),
        }
        Ok(())
    }

    fn finish(mut self) -> Sheet {
        self.end_row();
        let blank = (self.row - self.header_row).saturating_sub(self.count);
        self.sheet.finish(blank as usize)
    }
}

/// A column as spreadsheets call it: `A`, `Z`, `AA`.
fn letters(column: u32) -> String {
    let mut text = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        text.push(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
    }
    text.reverse();
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_have_letters() {
        let names: Vec<String> = [0, 25, 26, 701, 702, 16_383].map(letters).into();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
