//! Results as a book of Excel: a sheet of typed cells with a frozen header and filters, and a sheet
//! with the summary. Texts are never formulas; the same result gives the same bytes.

use super::csv::shown;
use super::format::hours_of;
use super::{Names, ResultColumn, Results, SummaryCell, SummarySheet, Written};
use crate::base::Diagnostic;
use crate::model::types::Type;
use crate::value::decimal::ONE;
use crate::value::{Date, Decimal, Values};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The most rows below the header of a sheet.
const MOST_ROWS: usize = (1 << 20) - 1;
/// The most columns of a sheet.
const MOST_COLUMNS: usize = 1 << 14;
/// The rows by which the widths of columns are chosen.
const LOOKED_AT: usize = 1000;

/// The bytes of a book.
pub fn write(results: &Results<'_>, summary: &SummarySheet) -> Result<Written, Box<Diagnostic>> {
    if results.rows > MOST_ROWS || results.columns.len() > MOST_COLUMNS {
        let message = format!(
            "a sheet holds {MOST_ROWS} rows of {MOST_COLUMNS} columns, the result has {} of {}",
            results.rows,
            results.columns.len()
        );
        return Err(Diagnostic::error("result-too-large", message)
            .help("name a file that ends in `.csv`, `.jsonl` or `.parquet`")
            .into());
    }
    fill(results, summary).map_err(|error| {
        Diagnostic::error(
            "result-too-large",
            format!("the book cannot be made: {error}"),
        )
        .help("name a file that ends in `.csv`, `.jsonl` or `.parquet`")
        .into()
    })
}

fn fill(results: &Results<'_>, summary: &SummarySheet) -> Result<Written, XlsxError> {
    let mut book = Workbook::new();
    // A fixed moment: the same result is the same bytes, whenever it is results.
    let moment = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_author("vekt")
            .set_creation_datetime(&moment),
    );
    // Rows wait on the disk, not in memory, until the book is put together.
    let rows = result(
        book.add_worksheet_with_low_memory()?.set_name("Result")?,
        results,
    )?;
    summarise(book.add_worksheet().set_name("Summary")?, summary)?;
    Ok(Written {
        parts: vec![book.save_to_buffer()?],
        rows,
    })
}

/// Fills the sheet of the result, row by row; how many rows it has, counted one by one.
fn result(sheet: &mut Worksheet, results: &Results<'_>) -> Result<u64, XlsxError> {
    let header = Format::new().set_bold();
    let mut formats = Vec::new();
    for (place, column) in (0_u16..).zip(results.columns) {
        sheet.set_column_width(place, width(column, results))?;
        sheet.write_string_with_format(0, place, column.header, &header)?;
        formats.push(Format::new().set_num_format(number_format(column, results.names)));
    }
    let mut count = 0;
    for (row, at) in (1_u32..).zip(0..results.rows) {
        let columns = results.columns.iter().zip(&formats);
        for (place, (column, format)) in (0_u16..).zip(columns) {
            cell(sheet, (row, place), column, at, results.names, format)?;
        }
        count += 1;
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Ok(last_row), Ok(columns)) = (
        u32::try_from(results.rows),
        u16::try_from(results.columns.len()),
    ) && columns > 0
    {
        sheet.autofilter(0, 0, last_row, columns - 1)?;
    }
    Ok(count)
}

fn cell(
    sheet: &mut Worksheet,
    (row, place): (u32, u16),
    column: &ResultColumn<'_>,
    at: usize,
    names: Names<'_>,
    format: &Format,
) -> Result<(), XlsxError> {
    if column.column.is_missing(at) {
        return Ok(());
    }
    match &column.column.values {
        Values::Number(values) => {
            let value = values.get(at).copied().unwrap_or(0);
            match number(column.ty, value, names) {
                Some(number) => sheet.write_number_with_format(row, place, number, format)?,
                None => sheet.write_string(row, place, shown(column, at, names))?,
            };
        }
        Values::Flag(values) => {
            let value = values.get(at).copied().unwrap_or(false);
            sheet.write_boolean(row, place, value)?;
        }
        Values::Choice(values) => {
            let value = values.get(at).copied().unwrap_or(u32::MAX);
            text(sheet, row, place, names.of(column.ty, value))?;
        }
        Values::Text(texts) => {
            let number = texts.numbers.get(at).copied().unwrap_or(u32::MAX);
            text(sheet, row, place, texts.dictionary.text(number))?;
        }
    }
    Ok(())
}

fn text(sheet: &mut Worksheet, row: u32, place: u16, text: &str) -> Result<(), XlsxError> {
    if !text.is_empty() {
        sheet.write_string(row, place, text)?;
    }
    Ok(())
}

/// The number that a spreadsheet keeps for a value; `None` for one that it would not keep exactly.
fn number(ty: &Type, value: i64, names: Names<'_>) -> Option<f64> {
    let text = match ty {
        Type::Date => {
            let first = Date::new(1900, 3, 1)?.0;
            return (value >= first).then_some((value - first + 61) as f64);
        }
        Type::Months => return Some(value as f64).filter(|it| it.abs() < 1e15),
        Type::Score => Decimal(value).fixed(names.program.scores.decimals),
        Type::Duration => Decimal(hours_of(value)).to_string(),
        _ => Decimal(value).to_string(),
    };
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let significant = digits.skip_while(|digit| *digit == b'0').count();
    if significant > 15 {
        return None;
    }
    text.parse().ok()
}

/// How the numbers of a column are shown.
fn number_format(column: &ResultColumn<'_>, names: Names<'_>) -> String {
    let all_divide = |unit: i64| match &column.column.values {
        Values::Number(values) => values.iter().all(|value| value % unit == 0),
        _ => true,
    };
    match column.ty {
        Type::Money if all_divide(ONE) => "#,##0".into(),
        Type::Money => "#,##0.00".into(),
        Type::Percent if all_divide(ONE / 100) => "0%".into(),
        Type::Percent => "0.00%".into(),
        Type::Score => match names.program.scores.decimals {
            0 => "0".into(),
            decimals => format!("0.{}", "0".repeat(usize::from(decimals))),
        },
        Type::Duration => "0.00".into(),
        Type::Date => "yyyy-mm-dd".into(),
        _ => "General".into(),
    }
}

/// How wide a column is: by the header, with room for the filter's button, and the first rows.
fn width(column: &ResultColumn<'_>, results: &Results<'_>) -> f64 {
    let header = column.header.chars().count() + 3;
    let cells = (0..results.rows.min(LOOKED_AT))
        .map(|row| shown(column, row, results.names).chars().count() + 1)
        .max();
    header.max(cells.unwrap_or(0)).clamp(8, 60) as f64
}

fn summarise(sheet: &mut Worksheet, summary: &SummarySheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let percent = Format::new().set_num_format("0.0%");
    let mut row = 0;
    let mut widths: Vec<usize> = Vec::new();
    for block in &summary.blocks {
        for (at, line) in block.iter().enumerate() {
            for (place, cell) in (0_u16..).zip(line) {
                match cell {
                    SummaryCell::Text(text) if at == 0 => {
                        sheet.write_string_with_format(row, place, text, &bold)?
                    }
                    SummaryCell::Text(text) => sheet.write_string(row, place, text)?,
                    SummaryCell::Count(count) => sheet.write_number(row, place, *count as f64)?,
                    SummaryCell::Share(share) => {
                        let share = *share as f64 / ONE as f64;
                        sheet.write_number_with_format(row, place, share, &percent)?
                    }
                };
                let place = usize::from(place);
                widths.resize(widths.len().max(place + 1), 8);
                if let (SummaryCell::Text(text), Some(width)) = (cell, widths.get_mut(place)) {
                    *width = (text.chars().count() + 2).clamp(*width, 60);
                }
            }
            row += 1;
        }
        row += 1;
    }
    for (place, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(place, width as f64)?;
    }
    Ok(())
}
