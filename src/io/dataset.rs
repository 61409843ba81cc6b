//! Reads the customers or a table from the bytes of a file: columns found by their headers, built,
//! converted, checked against bounds and uniqueness. It opens nothing and joins nothing.

use super::column::{Built, Context, build};
use super::currency::convert;
use super::errors::FileErrors;
use super::faults::Faults;
use super::formats::{self, Rows, Sought};
use super::headers::{Headers, Wanted, normal};
use super::limits::{check_bounds, check_unique};
use super::options::{DayOrder, Mark};
use super::rejects::{PutAside, Reject, RowTexts};
use super::sheet::{PassedRow, Sheet};
use crate::base::Diagnostic;
use crate::model::program::{Dataset, Field, FieldId};
use crate::model::types::Type;
use crate::value::{Column, Decimal, Table, Values};
use rayon::prelude::*;

/// A file that has been read into memory.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// The name that people know it by.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
    /// The SHA-256 of the bytes, where it was wanted.
    pub fingerprint: Option<String>,
    /// Its rows, where they are the answer of a database.
    pub rows: Option<Box<Rows>>,
}

impl DataFile {
    /// A file by its bytes.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> DataFile {
        DataFile {
            name: name.into(),
            bytes,
            fingerprint: None,
            rows: None,
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
    /// How the cells of numbers, dates and flags are written.
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

/// Reads a dataset. `is_customers` says that it must have rows and a key that stands once.
pub fn read(
    dataset: &Dataset,
    is_customers: bool,
    file: DataFile,
    rates: &[(String, Decimal)],
    context: &Context<'_>,
) -> Result<ReadFile, FileErrors> {
    let opened = open(&dataset.name, &dataset.fields, file, is_customers, context)?;
    read_opened(dataset, is_customers, opened, rates, context)
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
        report.sum = (field.ty == Type::Money).then(|| sum(&built.column));
    }
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

/// The sum of all amounts of a column.
pub(super) fn sum(column: &Column) -> i128 {
    let Values::Number(values) = &column.values else {
        return 0;
    };
    match &column.missing {
        None => values.iter().map(|value| i128::from(*value)).sum(),
        Some(missing) => values
            .iter()
            .zip(missing)
            .filter(|(_, missing)| !**missing)
            .map(|(value, _)| i128::from(*value))
            .sum(),
    }
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
    let mut errors = FileErrors::new(&file.name);
    let wanted: Vec<Vec<String>> = fields
        .iter()
        .map(|field| field.headers.iter().map(|it| normal(it)).collect())
        .collect();
    let mut options = context.options.clone();
    if !is_customers {
        options.header_row = None;
        options.skip_footer = None;
    }
    let (file_name, fingerprint) = (file.name.clone(), file.fingerprint.clone());
    let sought = Sought {
        dataset: name,
        fields: &wanted,
        options: &options,
    };
    let opened = match formats::Opened::open(file, &sought) {
        Ok(opened) => opened,
        Err(diagnostic) => {
            errors.add(*diagnostic);
            return Err(errors);
        }
    };
    let headers = Headers::new(&file_name, opened.header_line(), opened.headers());
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
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut report = FileReport {
        dataset: name.into(),
        file: file_name,
        form: opened.form(),
        header_line: opened.header_line(),
        above: opened.above().to_vec(),
        fields: places
            .iter()
            .zip(fields)
            .map(|(column, field)| FieldReport {
                field: field.name.clone(),
                header: opened.headers().get(*column).cloned().unwrap_or_default(),
                ..FieldReport::default()
            })
            .collect(),
        fingerprint,
        ..FileReport::default()
    };
    let mut used = vec![false; opened.headers().len()];
    for column in &places {
        if let Some(used) = used.get_mut(*column) {
            *used = true;
        }
    }
    let headers = opened.headers().iter().zip(&used);
    let unread = headers.filter(|(header, used)| !**used && !header.trim().is_empty());
    report.unread = unread.map(|(header, _)| header.clone()).collect();
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
