//! Reads the customers or a table from the bytes of a file: columns found by their headers, built,
//! converted, checked against bounds and uniqueness. It opens nothing and joins nothing.

use super::cell::number::unit_is;
use super::column::{Built, Context, build};
use super::csv::Csv;
use super::errors::FileErrors;
use super::faults::{Fault, Faults};
use super::headers::{Headers, Wanted, normal};
use super::limits::{check_bounds, check_unique};
use super::options::{DayOrder, Mark};
use super::sheet::Sheet;
use super::stream;
use crate::base::Diagnostic;
use crate::model::program::{Dataset, Field, FieldId, Reading};
use crate::value::{Column, Decimal, Table, Values};
use rayon::prelude::*;
use std::fs::File;

/// A file of data.
#[derive(Debug, Default)]
pub struct DataFile {
    /// The name that people know it by.
    pub name: String,
    /// What stands in it, or the beginning of it.
    pub bytes: Vec<u8>,
    /// The file, where it is open and not read yet.
    pub unread: Option<File>,
}

/// What was recognised in the column of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldReport {
    /// The field.
    pub field: String,
    /// The header as it stands in the file.
    pub header: String,
    /// The decimal mark, where it made a difference.
    pub decimal: Option<Mark>,
    /// The order of days and months, where it made a difference.
    pub dates: Option<DayOrder>,
    /// How many cells are missing.
    pub missing: usize,
    /// How many cells had more than six decimals.
    pub rounded: usize,
}

/// What was recognised in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// `customers`, the table's or the lookup's name.
    pub dataset: String,
    /// The file's name.
    pub file: String,
    /// The separator.
    pub separator: u8,
    /// How many rows were read.
    pub rows: usize,
    /// How many rows were blank and passed over.
    pub blank_rows: usize,
    /// The fields.
    pub fields: Vec<FieldReport>,
    /// Rows of a table that belong to nobody.
    pub nobodys: usize,
}

/// What a reading of a file gives: its columns in the order of the fields, and the report.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// The rows.
    pub table: Table,
    /// The header of each field's column.
    pub headers: Vec<String>,
    /// What was recognised.
    pub report: FileReport,
}

/// What is read and how, beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The customers or a table.
    pub dataset: &'a Dataset,
    /// Whether there must be rows and a key that stands once.
    pub is_customers: bool,
    /// For each field whether its column is needed; the others are checked and left out.
    pub kept: &'a [bool],
    /// The rates of currencies.
    pub rates: &'a [(String, Decimal)],
    /// What reading depends on.
    pub context: &'a Context<'a>,
}

impl Wish<'_> {
    /// Whether every value of a field must stand once.
    pub(super) fn only_once(&self, field: usize) -> bool {
        let is_key = FieldId(field) == self.dataset.key;
        let declared = self.dataset.fields.get(field).is_some_and(|it| it.unique);
        declared || is_key && (self.is_customers || self.dataset.one_per_customer)
    }

    pub(super) fn keeps(&self, field: usize) -> bool {
        self.kept.get(field).copied().unwrap_or(true)
    }
}

/// Reads a dataset: by the quick way where nothing in the file is out of order, with care where
/// something is. Both give the same columns; only the careful way has words for what is wrong.
pub fn read(wish: &Wish<'_>, mut file: DataFile) -> Result<ReadFile, FileErrors> {
    if let Some(unread) = file.unread.take() {
        if let Some(read) = stream::read(wish, &file.name, &unread) {
            return Ok(read);
        }
        file.unread = Some(unread);
    }
    read_with_care(wish, file)
}

/// Reads a dataset as a whole and tells all that is wrong with it.
fn read_with_care(wish: &Wish<'_>, file: DataFile) -> Result<ReadFile, FileErrors> {
    let Wish {
        dataset,
        is_customers,
        rates,
        context,
        ..
    } = *wish;
    let mut errors = FileErrors::new(&file.name);
    let opened = open(&dataset.name, &dataset.fields, file, context, &mut errors);
    let Some((sheet, mut report, places)) = opened else {
        return Err(errors);
    };
    if is_customers && sheet.lines.is_empty() && sheet.bad_rows.is_empty() {
        errors.add(
            Diagnostic::error(
                "no-rows",
                format!("`{}` has a header and no rows", report.file),
            )
            .help("every row below the header is a customer"),
        );
        return Err(errors);
    }
    let mut built = build_all(&dataset.fields, &sheet, &places, context);
    convert(&dataset.fields, &mut built, rates, context.currency);
    built
        .par_iter_mut()
        .zip(&dataset.fields)
        .enumerate()
        .for_each(|(at, (column, field))| {
            check_bounds(field, column, sheet.cells(place(&places, at)));
            let is_key = FieldId(at) == dataset.key;
            if is_key {
                name_key_faults(&mut column.faults);
            }
            if is_key && is_customers && field.optional {
                refuse_missing(column);
            }
            let only_once = is_key && (is_customers || dataset.one_per_customer);
            if only_once || field.unique {
                let code = if only_once {
                    "duplicate-key"
                } else {
                    "duplicate-value"
                };
                check_unique(column, sheet.cells(place(&places, at)), &sheet.lines, code);
            }
        });
    let mut columns = finish(built, &mut report, &sheet, &places, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    for (at, column) in columns.iter_mut().enumerate() {
        if !wish.keeps(at) {
            *column = None;
        }
    }
    Ok(ReadFile {
        table: Table {
            rows: sheet.lines.len(),
            columns,
            lines: sheet.lines,
        },
        headers: report.headers(),
        report,
    })
}

impl FileReport {
    /// The headers of the fields' columns.
    pub(super) fn headers(&self) -> Vec<String> {
        let fields = self.fields.iter();
        fields.map(|field| field.header.clone()).collect()
    }
}

fn place(places: &[usize], field: usize) -> usize {
    places.get(field).copied().unwrap_or(usize::MAX)
}

/// The headers that are looked for, in their normal form.
pub(super) fn wanted_headers(fields: &[Field]) -> Vec<String> {
    fields
        .iter()
        .flat_map(|field| field.headers.iter().map(|header| normal(header)))
        .collect()
}

/// Opens a file, finds the fields' columns and takes the rows apart. `None` where that failed.
pub(super) fn open(
    name: &str,
    fields: &[Field],
    file: DataFile,
    context: &Context<'_>,
    errors: &mut FileErrors,
) -> Option<(Sheet, FileReport, Vec<usize>)> {
    let wanted = wanted_headers(fields);
    let (file_name, bytes) = match file.all() {
        Ok(all) => all,
        Err(diagnostic) => {
            errors.add(*diagnostic);
            return None;
        }
    };
    let csv = match Csv::open(bytes, context.options.separator, &wanted) {
        Ok(csv) => csv,
        Err(diagnostic) => {
            errors.add(*diagnostic);
            return None;
        }
    };
    let (mut report, places) = locate(name, &file_name, fields, &csv, errors);
    if !errors.is_empty() {
        return None;
    }
    let mut used = vec![false; csv.headers().len()];
    for column in &places {
        if let Some(used) = used.get_mut(*column) {
            *used = true;
        }
    }
    let sheet = csv.into_sheet(&used);
    errors.add_bad_rows(&sheet);
    report.rows = sheet.lines.len();
    report.blank_rows = sheet.blank_rows;
    Some((sheet, report, places))
}

/// Finds the fields' columns among the headers; what is not found goes into the errors.
pub(super) fn locate(
    name: &str,
    file_name: &str,
    fields: &[Field],
    csv: &Csv,
    errors: &mut FileErrors,
) -> (FileReport, Vec<usize>) {
    let headers = Headers::new(file_name, csv.header_line(), csv.headers());
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        let wanted = Wanted {
            field: &field.name,
            headers: &field.headers,
            span: field.span,
        };
        let found = headers.find(&wanted, errors.is_empty());
        match found {
            Ok(column) => places.push(column),
            Err(diagnostic) => errors.add(*diagnostic),
        }
    }
    let report = FileReport {
        dataset: name.into(),
        file: file_name.into(),
        separator: csv.separator(),
        rows: 0,
        blank_rows: 0,
        fields: places
            .iter()
            .zip(fields)
            .map(|(column, field)| FieldReport {
                field: field.name.clone(),
                header: csv.headers().get(*column).cloned().unwrap_or_default(),
                decimal: None,
                dates: None,
                missing: 0,
                rounded: 0,
            })
            .collect(),
        nobodys: 0,
    };
    (report, places)
}

/// Builds the columns of all fields, on all cores.
pub(super) fn build_all(
    fields: &[Field],
    sheet: &Sheet,
    places: &[usize],
    context: &Context<'_>,
) -> Vec<Built> {
    fields
        .par_iter()
        .zip(places)
        .map(|(field, column)| build(field, sheet.cells(*column), context))
        .collect()
}

/// The columns; what was recognised goes into the report, what is wrong into the errors.
pub(super) fn finish(
    built: Vec<Built>,
    report: &mut FileReport,
    sheet: &Sheet,
    places: &[usize],
    errors: &mut FileErrors,
) -> Vec<Option<Column>> {
    let mut columns = Vec::new();
    for (at, column) in built.into_iter().enumerate() {
        if let Some(field) = report.fields.get_mut(at) {
            field.decimal = column.decimal;
            field.dates = column.dates;
            field.rounded = column.rounded;
            let missing = column.column.missing.as_ref();
            field.missing = missing.map_or(0, |mask| mask.iter().filter(|it| **it).count());
            let cells = sheet.cells(place(places, at));
            errors.add_faults(column.faults, &field.header, &sheet.lines, cells);
        }
        columns.push(Some(column.column));
    }
    columns
}

/// An empty cell of a key has a code of its own.
fn name_key_faults(faults: &mut Faults) {
    for fault in &mut faults.list {
        if fault.code == "empty-cell" {
            fault.code = "empty-key";
            fault.message = "the key is empty".into();
            fault.help = Some("every row needs its key".into());
        }
    }
}

/// Customers always need their key, whatever the field says.
fn refuse_missing(built: &mut Built) {
    for row in 0..built.column.len() {
        if built.column.is_missing(row) {
            built
                .faults
                .add(row, "empty-key", || "the key is empty".into());
        }
    }
}

/// Converts money in the currencies that other fields name, by the rates.
pub(super) fn convert(
    fields: &[Field],
    built: &mut [Built],
    rates: &[(String, Decimal)],
    own: Option<&str>,
) {
    for (at, field) in fields.iter().enumerate() {
        let Reading::InCurrency(FieldId(code_field)) = field.reading else {
            continue;
        };
        let codes = built.get(code_field).map(|codes| codes.column.clone());
        let (Some(codes), Some(money)) = (codes, built.get_mut(at)) else {
            continue;
        };
        let list = fields.get(code_field).map(|field| &field.ty);
        let Values::Number(values) = &mut money.column.values else {
            continue;
        };
        let missing = money
            .column
            .missing
            .get_or_insert_with(|| vec![false; values.len()]);
        let mut units = money.units.drain(..).peekable();
        for (row, (value, missing)) in values.iter_mut().zip(missing).enumerate() {
            let unit = units.next_if(|(unit_row, _)| *unit_row == row);
            if *missing {
                continue;
            }
            let code = code_at(&codes, list, row).trim();
            let fault = match rate(code, rates, own) {
                Some(_) if unit.as_ref().is_some_and(|(_, unit)| !unit_is(unit, code)) => Fault {
                    row,
                    code: "other-currency",
                    message: format!(
                        "`{}` stands beside the number, `{code}` in the field of the currency",
                        unit.map(|(_, unit)| unit).unwrap_or_default()
                    ),
                    help: None,
                },
                Some(rate) => match Decimal(*value).multiply(rate) {
                    Some(converted) => {
                        *value = converted.0;
                        continue;
                    }
                    None => Fault {
                        row,
                        code: "number-too-large",
                        message: format!("the amount in `{code}` is too large to convert"),
                        help: None,
                    },
                },
                None if code.is_empty() => Fault {
                    row,
                    code: "unknown-currency",
                    message: "the amount has no currency".into(),
                    help: None,
                },
                None => Fault {
                    row,
                    code: "unknown-currency",
                    message: format!("the currency `{code}` has no rate"),
                    help: Some(format!("add it to `rates {{ {code} … }}`")),
                },
            };
            *missing = true;
            money
                .faults
                .add_with_help(row, fault.code, || (fault.message, fault.help));
        }
        if money
            .column
            .missing
            .as_ref()
            .is_some_and(|mask| !mask.contains(&true))
        {
            money.column.missing = None;
        }
    }
}

/// The text of a currency field: free text, or one of a list.
fn code_at<'a>(
    codes: &'a Column,
    ty: Option<&'a crate::model::types::Type>,
    row: usize,
) -> &'a str {
    use crate::model::types::Type;
    if codes.is_missing(row) {
        return "";
    }
    match (&codes.values, ty) {
        (Values::Text(texts), _) => {
            let number = texts.numbers.get(row).copied().unwrap_or(u32::MAX);
            texts.dictionary.text(number)
        }
        (Values::Choice(positions), Some(Type::OneOf(list) | Type::Steps(list))) => positions
            .get(row)
            .and_then(|position| list.get(*position as usize))
            .map_or("", String::as_str),
        _ => "",
    }
}

fn rate(code: &str, rates: &[(String, Decimal)], own: Option<&str>) -> Option<Decimal> {
    if own.is_some_and(|own| own.eq_ignore_ascii_case(code)) {
        return Some(Decimal::ONE);
    }
    rates
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, rate)| *rate)
}
