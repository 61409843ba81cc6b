//! The law of every run: rows read are rows segmented, excluded or rejected, and the money that was
//! read is the money that came out. It counts both sides on their own; where they differ, it says so.

use super::data::Data;
use super::rejects::{Reject, amount};
use crate::base::{DataPlace, Diagnostic};
use crate::eval::Outcome;
use crate::model::program::{Dataset, Program};
use crate::model::types::Type;
use crate::value::Column;
use crate::value::decimal::wide_text;

/// The rows of a file, in and out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// `customers`, or the table's name.
    pub dataset: String,
    /// Rows of data, as they were counted while the file was read.
    pub read: u64,
    /// Customers in a segment; rows of a table that belong to a customer.
    pub used: u64,
    /// Customers who are kept out; rows of a table that belong to nobody.
    pub apart: u64,
    /// Rows that were put aside.
    pub rejected: u64,
}

/// The amounts of a column of money, in and out, in millionths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// `customers`, or the table's name.
    pub dataset: String,
    /// The field.
    pub field: String,
    /// What was read.
    pub read: i128,
    /// What customers in segments have, or rows of a table that belong to a customer.
    pub used: i128,
    /// What customers have who are kept out, or rows that belong to nobody.
    pub apart: i128,
    /// What rows have that were put aside.
    pub rejected: i128,
}

/// All rows and sums of a run; they agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The customers, then the tables.
    pub rows: Vec<Rows>,
    /// The columns of money.
    pub sums: Vec<Sums>,
}

/// Counts what came in and what came out, and fails where they differ. `written` is how many rows
/// the result has.
pub fn reconcile(
    program: &Program,
    data: &Data,
    outcome: &Outcome,
    written: Option<u64>,
) -> Result<Account, Box<Diagnostic>> {
    let mut account = Account::default();
    let datasets = std::iter::once(&program.customers).chain(&program.tables);
    for (at, dataset) in datasets.enumerate() {
        let rejects: Vec<&Reject> = data
            .rejects
            .iter()
            .filter(|reject| reject.dataset == dataset.name)
            .collect();
        let side = |row: usize| match at {
            0 => customer_side(program, outcome, row),
            _ => row_side(data, at - 1, row),
        };
        let table = match at {
            0 => Some(&data.inputs.customers),
            _ => data.inputs.tables.get(at - 1).map(|it| &it.table),
        };
        let rows = match (at, table) {
            (0, _) => outcome.rows,
            (_, table) => table.map_or(0, |it| it.rows),
        };
        let sides: Vec<Side> = (0..rows).map(side).collect();
        let count = |wanted| sides.iter().filter(|side| **side == wanted).count() as u64;
        let counted = Rows {
            dataset: dataset.name.clone(),
            read: data.reports.get(at).map_or(0, |report| report.rows_read),
            used: count(Side::Used),
            apart: count(Side::Apart),
            rejected: rejects.len() as u64,
        };
        balanced_rows(&counted, data, at)?;
        for (field, declared) in dataset.fields.iter().enumerate() {
            if declared.ty != Type::Money {
                continue;
            }
            let column = table.and_then(|table| table.column(field));
            let sums = sums(dataset, field, data, at, column, &sides, &rejects);
            balanced_sums(&sums, data, at)?;
            account.sums.push(sums);
        }
        account.rows.push(counted);
    }
    if let Some(written) = written {
        all_written(&account, data, written)?;
    }
    Ok(account)
}

/// Fails where the result has other rows than the customers who were segmented or kept out.
pub fn all_written(account: &Account, data: &Data, written: u64) -> Result<(), Box<Diagnostic>> {
    let customers = account.rows.first();
    let expected = customers.map_or(0, |customers| customers.used + customers.apart);
    if written == expected {
        return Ok(());
    }
    let message = format!(
        "the result has {written} rows, and {expected} customers were segmented or kept out"
    );
    Err(lost(message, data, 0))
}

/// Where a row ended up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Used,
    Apart,
    Nowhere,
}

fn customer_side(program: &Program, outcome: &Outcome, row: usize) -> Side {
    let segmentation = program
        .deciding_segmentation()
        .and_then(|(id, _)| outcome.segmentations.get(id.0));
    if outcome.is_excluded(row) {
        return Side::Apart;
    }
    match segmentation {
        Some(it) if row >= it.segment.len() || it.segment.is_missing(row) => Side::Nowhere,
        _ => Side::Used,
    }
}

fn row_side(data: &Data, table: usize, row: usize) -> Side {
    let customers = data.inputs.customers.rows;
    let rows = data.inputs.tables.get(table);
    match rows.and_then(|it| it.customer.get(row)) {
        Some(customer) if (*customer as usize) < customers => Side::Used,
        Some(_) => Side::Apart,
        None => Side::Nowhere,
    }
}

fn sums(
    dataset: &Dataset,
    field: usize,
    data: &Data,
    file: usize,
    column: Option<&Column>,
    sides: &[Side],
    rejects: &[&Reject],
) -> Sums {
    let report = data.reports.get(file).and_then(|it| it.fields.get(field));
    let mut sums = Sums {
        dataset: dataset.name.clone(),
        field: dataset.fields.get(field).map_or("", |it| &it.name).into(),
        read: report.and_then(|it| it.sum).unwrap_or(0),
        ..Sums::default()
    };
    for (row, side) in sides.iter().enumerate() {
        let value = column.and_then(|column| amount(column, row));
        let value = i128::from(value.unwrap_or(0));
        match side {
            Side::Used => sums.used += value,
            Side::Apart => sums.apart += value,
            Side::Nowhere => {}
        }
    }
    let amounts = rejects.iter().flat_map(|reject| &reject.amounts);
    let of_field = amounts.filter(|(at, _)| *at == field);
    sums.rejected = of_field.map(|(_, value)| i128::from(*value)).sum();
    sums
}

fn balanced_rows(rows: &Rows, data: &Data, file: usize) -> Result<(), Box<Diagnostic>> {
    let out = rows.used + rows.apart + rows.rejected;
    if rows.read == out {
        return Ok(());
    }
    let Rows {
        dataset,
        read,
        used,
        apart,
        rejected,
    } = rows;
    let message = format!(
        "{read} rows of {dataset} were read, and {out} came out: {used} used, {apart} kept apart, \
         {rejected} rejected"
    );
    Err(lost(message, data, file))
}

fn balanced_sums(sums: &Sums, data: &Data, file: usize) -> Result<(), Box<Diagnostic>> {
    let out = sums.used + sums.apart + sums.rejected;
    if sums.read == out {
        return Ok(());
    }
    let message = format!(
        "`{}` of {} adds up to {} as it was read, and to {} as it came out",
        sums.field,
        sums.dataset,
        wide_text(sums.read),
        wide_text(out)
    );
    Err(lost(message, data, file))
}

fn lost(message: String, data: &Data, file: usize) -> Box<Diagnostic> {
    let name = data.reports.get(file).map(|report| report.file.clone());
    Diagnostic::error("not-reconciled", message)
        .in_data(DataPlace {
            file: name.unwrap_or_default(),
            ..DataPlace::default()
        })
        .help("this is a fault of the program: no result was written; please report it")
        .into()
}
