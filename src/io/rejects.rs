//! Rows that are put aside instead of ending a run: why, and as they came. Tables lose them here,
//! and only here; nothing is written to disk.

use super::column::Built;
use super::dataset::FileReport;
use super::faults::{Fault, Faults};
use super::sheet::Sheet;
use crate::model::program::FieldId;
use crate::value::{Column, Decimal, Table, TextColumn, Values};
use std::collections::BTreeMap;

/// Why a row was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code of the message.
    pub code: &'static str,
    /// The header of the column, where it was one.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// A row that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// `customers`, or the table's name.
    pub dataset: String,
    /// The file.
    pub file: String,
    /// The line on which the row begins.
    pub line: u64,
    /// The row as it stands in the file.
    pub text: String,
    /// Every reason.
    pub reasons: Vec<Reason>,
    /// The amounts of the row by field, where a field is money.
    pub amounts: Vec<(usize, i64)>,
}

/// The rows of a file as they stand in it, by line.
#[derive(Clone, Debug, Default)]
pub struct RowTexts {
    sheet: Sheet,
}

impl RowTexts {
    /// Keeps what is needed of a sheet.
    pub(super) fn of(sheet: Sheet) -> RowTexts {
        RowTexts { sheet }
    }

    /// The row that begins on a line.
    pub fn on_line(&self, line: u64) -> String {
        match self.sheet.lines.binary_search(&line) {
            Ok(row) => self.sheet.row_text(row),
            Err(_) => String::new(),
        }
    }
}

/// The rows of one file that are put aside while it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct PutAside {
    pub(super) rejects: Vec<Reject>,
    /// The good rows of the sheet that are rejected.
    rows: Vec<usize>,
}

impl PutAside {
    /// Takes the faults of rows out of the built columns; those of whole columns stay.
    pub(super) fn of(built: &mut [Built], sheet: &Sheet, report: &FileReport) -> PutAside {
        let mut reasons: BTreeMap<usize, Vec<Reason>> = BTreeMap::new();
        for (column, field) in built.iter_mut().zip(&report.fields) {
            let (whole, of_rows): (Vec<Fault>, Vec<Fault>) =
                std::mem::take(&mut column.faults.list)
                    .into_iter()
                    .partition(|fault| fault.whole_column);
            column.faults = Faults {
                list: whole,
                ..Faults::new(true)
            };
            column.faults.count = column.faults.list.len();
            for fault in of_rows {
                reasons.entry(fault.row).or_default().push(Reason {
                    code: fault.code,
                    column: Some(field.header.trim().into()),
                    message: fault.message,
                });
            }
        }
        let money: Vec<usize> = report
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.sum.is_some())
            .map(|(at, _)| at)
            .collect();
        let mut put_aside = PutAside {
            rows: reasons.keys().copied().collect(),
            rejects: Vec::new(),
        };
        let reject = |line, text, reasons, amounts| Reject {
            dataset: report.dataset.clone(),
            file: report.file.clone(),
            line,
            text,
            reasons,
            amounts,
        };
        for (row, reasons) in reasons {
            let amount = |at: &usize| Some((*at, amount(&built.get(*at)?.column, row)?));
            put_aside.rejects.push(reject(
                sheet.lines.get(row).copied().unwrap_or(0),
                sheet.row_text(row),
                reasons,
                money.iter().filter_map(amount).collect(),
            ));
        }
        for bad in &sheet.bad_rows {
            let reason = Reason {
                code: bad.code,
                column: None,
                message: bad.message.clone(),
            };
            let text = sheet.plain_text(bad.text).into();
            put_aside
                .rejects
                .push(reject(bad.first_line, text, vec![reason], Vec::new()));
        }
        put_aside.rejects.sort_by_key(|reject| reject.line);
        put_aside
    }

    /// The keys of the rows that are put aside, before they are taken out.
    pub(super) fn keys(&self, table: &Table, key: FieldId) -> Vec<String> {
        let Some(column) = table.column(key.0) else {
            return Vec::new();
        };
        self.rows
            .iter()
            .filter_map(|row| key_text(column, *row))
            .collect()
    }

    /// Takes the rows out of the table.
    pub(super) fn take_out(&self, table: &mut Table) {
        if self.rows.is_empty() {
            return;
        }
        let mut keep = vec![true; table.rows];
        for row in &self.rows {
            if let Some(keep) = keep.get_mut(*row) {
                *keep = false;
            }
        }
        keep_rows(table, &keep);
    }
}

/// The key of a row as text; `None` where it has none.
pub fn key_text(column: &Column, row: usize) -> Option<String> {
    if column.is_missing(row) {
        return None;
    }
    match &column.values {
        Values::Text(texts) => Some(texts.dictionary.text(*texts.numbers.get(row)?).into()),
        Values::Number(values) => Some(Decimal(*values.get(row)?).to_string()),
        Values::Choice(_) | Values::Flag(_) => None,
    }
}

/// The amount of a row; `None` where it is missing.
pub fn amount(column: &Column, row: usize) -> Option<i64> {
    match &column.values {
        Values::Number(values) if !column.is_missing(row) => values.get(row).copied(),
        _ => None,
    }
}

/// Keeps the rows of a table that `keep` says.
pub fn keep_rows(table: &mut Table, keep: &[bool]) {
    for column in table.columns.iter_mut().flatten() {
        match &mut column.values {
            Values::Number(values) => kept(values, keep),
            Values::Flag(values) => kept(values, keep),
            Values::Choice(values) => kept(values, keep),
            Values::Text(TextColumn { numbers, .. }) => kept(numbers, keep),
        }
        if let Some(missing) = &mut column.missing {
            kept(missing, keep);
        }
        if column
            .missing
            .as_ref()
            .is_some_and(|it| !it.contains(&true))
        {
            column.missing = None;
        }
    }
    kept(&mut table.lines, keep);
    table.rows = keep.iter().filter(|keep| **keep).count();
}

/// Keeps the values of a vector that `keep` says.
pub fn kept<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    values.retain(|_| keep.next().copied().unwrap_or(true));
}
