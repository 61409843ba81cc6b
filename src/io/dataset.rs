//! Reads the customers or a table from the bytes of a file: columns found by their headers, built,
//! converted, checked against bounds and uniqueness. It opens nothing and joins nothing.

use super::column::{Built, Context, build, style};
use super::currency::convert;
use super::errors::FileErrors;
use super::faults::Faults;
use super::formats::{self, Rows, Sought};
use super::headers::{Headers, Wanted, normal};
use super::join::Customers;
use super::limits::{check_bounds, check_unique};
use super::options::{DayOrder, Mark};
use super::rejects::{PutAside, Reject, RowTexts};
use super::sheet::{PassedRow, Sheet};
use super::stream;
use super::totals::{self, Total};
use crate::base::Diagnostic;
use crate::model::program::{Dataset, Field, FieldId};
use crate::model::types::Type;
use crate::value::{Column, Decimal, Table};
use rayon::prelude::*;
use std::fs::File;
use std::sync::Arc;

/// A file of data.
#[derive(Clone, Debug, Default)]
pub struct DataFile {
    /// The name that people know it by.
    pub name: String,
    /// What stands in it, where it has been read.
    pub bytes: Vec<u8>,
    /// The SHA-256 of the bytes, where it was wanted.
    pub fingerprint: Option<String>,
    /// Its rows, where they are the answer of a database.
    pub rows: Option<Box<Rows>>,
    /// The file, where it is open and not read yet.
    pub unread: Option<Arc<File>>,
}

impl DataFile {
    /// A file by its bytes.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> DataFile {
        DataFile {
            name: name.into(),
            bytes,
            ..DataFile::default()
        }
    }
}

/// What was recognised in the column of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// How the cells of numbers, dates and flags are written, where that is to be told.
    pub style: String,
    /// The sum of all amounts that could be read, where the field is money.
    pub sum: Option<i128>,
}

/// What was recognised in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// `customers`, the table's or the lookup's name.
    pub dataset: String,
    /// The file's name.
    pub file: String,
    /// How the file is written, in words.
    pub form: String,
    /// The line of the header.
    pub header_line: u64,
    /// What stands above the header.
    pub above: Vec<PassedRow>,
    /// Totals and notes below the rows.
    pub footer: Vec<PassedRow>,
    /// The totals among them, held against the rows.
    pub totals: Vec<Total>,
    /// How many rows of data the file has, as they were counted while they were read.
    pub rows_read: u64,
    /// How many rows take part.
    pub rows: usize,
    /// How many rows were blank and passed over.
    pub blank_rows: usize,
    /// The fields.
    pub fields: Vec<FieldReport>,
    /// The headers of columns that no field is read from.
    pub unread: Vec<String>,
    /// Rows of a table that belong to nobody.
    pub nobodys: usize,
    /// Customers without a row in the table.
    pub without_rows: usize,
    /// The SHA-256 of the file's bytes, where it was wanted.
    pub fingerprint: Option<String>,
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
    /// The customer of each row, where they were found on the way.
    pub owners: Option<Vec<u32>>,
    /// Rows that were put aside.
    pub rejects: Vec<Reject>,
    /// The keys of customers that were put aside.
    pub rejected_keys: Vec<String>,
    /// The rows as they stand in the file, where bad rows are put aside.
    pub texts: RowTexts,
}

/// A file whose rows have been taken apart, and the column of each field.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The cells.
    pub sheet: Sheet,
    /// What is known of the file so far.
    pub report: FileReport,
    /// The place of each field's column in the sheet.
    pub places: Vec<usize>,
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
    /// Whose rows those of a table are: they may be found while it is read.
    pub owners: Option<Owners<'a>>,
    /// Whether the line of each row is wanted.
    pub lines: bool,
}

/// The customers that the rows of a table belong to.
#[derive(Clone, Copy, Debug)]
pub struct Owners<'a> {
    /// The customers by key.
    pub customers: &'a Customers,
    /// Whether the keys of the rows are needed themselves.
    pub keys_needed: bool,
}

impl Wish<'_> {
    /// Whether every value of a field must stand once.
    pub(super) fn only_once(&self, field: usize) -> bool {
        let is_key = FieldId(field) == self.dataset.key;
        let declared = self.dataset.fields.get(field).is_some_and(|it| it.unique);
        declared || is_key && (self.is_customers || self.dataset.one_per_customer)
    }

    /// The customers, where the rows' own are found on the way and this is the field of their keys.
    pub(super) fn owners_by(&self, field: usize) -> Option<Owners<'_>> {
        let by_key = FieldId(field) == self.dataset.key && !self.only_once(field);
        self.owners.filter(|_| by_key)
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
    let dataset = wish.dataset;
    let (fields, customers) = (&dataset.fields, wish.is_customers);
    let opened = open(&dataset.name, fields, file, customers, wish.context)?;
    let mut read = read_opened(dataset, customers, opened, wish.rates, wish.context)?;
    for (at, column) in read.table.columns.iter_mut().enumerate() {
        // Where rows are put aside, all of their amounts may still be asked for.
        if !wish.keeps(at) {
            *column = None;
        }
    }
    Ok(read)
}

/// Reads a dataset from a file that has been opened.
pub fn read_opened(
    dataset: &Dataset,
    is_customers: bool,
    opened: Opened,
    rates: &[(String, Decimal)],
    context: &Context<'_>,
) -> Result<ReadFile, FileErrors> {
    let Opened {
        sheet,
        mut report,
        places,
    } = opened;
    let mut errors = FileErrors::new(&report.file);
    if is_customers && sheet.rows_read == 0 {
        errors.add(no_rows(&report.file));
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
    for ((built, report), field) in built.iter().zip(&mut report.fields).zip(&dataset.fields) {
        report.sum = (field.ty == Type::Money).then(|| built.column.total());
        report.decimal = built.decimal;
    }
    report.totals = totals::of(&dataset.fields, &report, &places);
    let mut put_aside = PutAside::default();
    if context.options.rejecting {
        put_aside = PutAside::of(&mut built, &sheet, &report);
    } else {
        errors.add_bad_rows(&sheet);
    }
    let columns = finish(built, &mut report, &sheet, &places, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut table = Table {
        rows: sheet.lines.len(),
        columns,
        lines: sheet.lines.clone(),
    };
    let rejected_keys = put_aside.keys(&table, dataset.key);
    put_aside.take_out(&mut table);
    if is_customers && table.rows == 0 {
        errors.add(all_rejected(&put_aside.rejects, &report.file));
        return Err(errors);
    }
    report.rows = table.rows;
    let headers = report.fields.iter().map(|it| it.header.clone());
    let texts = if context.options.rejecting {
        RowTexts::of(sheet)
    } else {
        RowTexts::default()
    };
    Ok(ReadFile {
        table,
        headers: headers.collect(),
        report,
        owners: None,
        rejects: put_aside.rejects,
        rejected_keys,
        texts,
    })
}

fn no_rows(file: &str) -> Diagnostic {
    Diagnostic::error("no-rows", format!("`{file}` has a header and no rows"))
        .help("every row below the header is a customer")
}

fn all_rejected(rejects: &[Reject], file: &str) -> Diagnostic {
    let first = rejects.first().and_then(|it| it.reasons.first());
    let reason = first.map_or("", |it| it.message.as_str());
    Diagnostic::error(
        "no-rows",
        format!("`{file}` has no row without an error: the first is that {reason}"),
    )
    .help("run without `--rejects` to see them all")
}

fn place(places: &[usize], field: usize) -> usize {
    places.get(field).copied().unwrap_or(usize::MAX)
}

/// Opens a file, finds the fields' columns and takes the rows apart. Where the header stands and
/// what follows the rows is declared for the customers only.
pub fn open(
    name: &str,
    fields: &[Field],
    file: DataFile,
    is_customers: bool,
    context: &Context<'_>,
) -> Result<Opened, FileErrors> {
    let file_name = file.name.clone();
    let mut errors = FileErrors::new(&file_name);
    let mut options = context.options.clone();
    if !is_customers {
        options.header_row = None;
        options.skip_footer = None;
    }
    let wanted = wanted_headers(fields);
    let sought = Sought {
        dataset: name,
        fields: &wanted,
        options: &options,
    };
    let opened = file.whole(options.fingerprints).and_then(|mut file| {
        let fingerprint = file.fingerprint.take();
        formats::Opened::open(file, &sought).map(|opened| (opened, fingerprint))
    });
    let (opened, fingerprint) = match opened {
        Ok(opened) => opened,
        Err(diagnostic) => {
            errors.add(*diagnostic);
            return Err(errors);
        }
    };
    let mut report = FileReport {
        dataset: name.into(),
        file: file_name,
        form: opened.form(),
        header_line: opened.header_line(),
        above: opened.above().to_vec(),
        fingerprint,
        ..FileReport::default()
    };
    let places = locate(fields, opened.headers(), &mut report, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut used = vec![false; opened.headers().len()];
    for column in &places {
        if let Some(used) = used.get_mut(*column) {
            *used = true;
        }
    }
    let mut sheet = match opened.into_sheet(&used) {
        Ok(sheet) => sheet,
        Err(diagnostic) => {
            errors.add(*diagnostic);
            return Err(errors);
        }
    };
    report.rows = sheet.lines.len();
    report.rows_read = sheet.rows_read;
    report.blank_rows = sheet.blank_rows;
    report.footer = std::mem::take(&mut sheet.footer);
    Ok(Opened {
        sheet,
        report,
        places,
    })
}

/// The headers that each field may have, in their normal form.
pub(super) fn wanted_headers(fields: &[Field]) -> Vec<Vec<String>> {
    let headers = fields.iter().map(|field| &field.headers);
    headers
        .map(|headers| headers.iter().map(|it| normal(it)).collect())
        .collect()
}

/// Finds the fields' columns among the headers; what is not found goes into the errors.
pub(super) fn locate(
    fields: &[Field],
    headers: &[String],
    report: &mut FileReport,
    errors: &mut FileErrors,
) -> Vec<usize> {
    let found_headers = Headers::new(&report.file, report.header_line, headers);
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        let wanted = Wanted {
            field: &field.name,
            headers: &field.headers,
            span: field.span,
        };
        match found_headers.find(&wanted, errors.is_empty()) {
            Ok(column) => places.push(column),
            Err(diagnostic) => errors.add(*diagnostic),
        }
    }
    let reports = places
        .iter()
        .zip(fields)
        .map(|(column, field)| FieldReport {
            field: field.name.clone(),
            header: headers.get(*column).cloned().unwrap_or_default(),
            ..FieldReport::default()
        });
    report.fields = reports.collect();
    let unread = headers.iter().enumerate();
    report.unread = unread
        .filter(|(at, header)| !places.contains(at) && !header.trim().is_empty())
        .map(|(_, header)| header.clone())
        .collect();
    places
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
        .map(|(field, column)| {
            let cells = sheet.cells(*column);
            let built = build(field, cells, context);
            let style = match context.options.styles {
                true => style::of(&field.ty, cells, built.decimal, built.dates),
                false => String::new(),
            };
            Built { style, ..built }
        })
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
            field.dates = column.dates;
            field.rounded = column.rounded;
            field.style = column.style;
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
