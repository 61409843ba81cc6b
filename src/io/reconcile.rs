//! The law of every run: rows read are rows segmented, excluded or rejected, and the money that was
//! read is the money that came out. It counts both sides on their own; where they differ, it says so.

use super::data::Data;
use super::rejects::Reject;
use crate::base::{DataPlace, Diagnostic};
use crate::eval::Outcome;
use crate::model::program::{Dataset, Program, TableId};
use crate::model::types::Type;
use crate::value::decimal::wide_text;
use crate::value::total::count;
use crate::value::{Column, Table};

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

/// What came out, counted: rows on either side, and the sums of columns of money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    used: u64,
    apart: u64,
    /// Of each field, those used and those apart; nothing for fields that are no money.
    sums: Vec<Option<[i128; 2]>>,
}

impl Tally {
    /// Counts the customers of a run, or some of them.
    pub fn of_customers(
        program: &Program,
        customers: &Table,
        excluded: Option<&Column>,
        segment: Option<&Column>,
    ) -> Tally {
        let rows = customers.rows;
        let (mut used, mut apart) = (vec![true; rows], vec![false; rows]);
        if let Some(excluded) = excluded {
            apart.fill(true);
            for (apart, missing) in apart.iter_mut().zip(excluded.missing.iter().flatten()) {
                *apart = !missing;
            }
        }
        if let Some(segment) = segment {
            let there = segment.len().min(rows);
            used[there..].fill(false);
            for (used, missing) in used.iter_mut().zip(segment.missing.iter().flatten()) {
                *used &= !missing;
            }
        }
        used.iter_mut()
            .zip(&apart)
            .for_each(|(used, apart)| *used &= !apart);
        Tally::of(&program.customers, customers, &used, &apart)
    }

    /// Counts rows of a table, or some of them, by the customer of each.
    pub(super) fn of_rows(
        dataset: &Dataset,
        rows: &Table,
        of_row: &[u32],
        customers: usize,
    ) -> Tally {
        let side = |apart: bool| {
            let on_it = |owner: &u32| ((*owner as usize) < customers) != apart;
            let mut side: Vec<bool> = of_row.iter().take(rows.rows).map(on_it).collect();
            side.resize(rows.rows, false);
            side
        };
        Tally::of(dataset, rows, &side(false), &side(true))
    }

    fn of(dataset: &Dataset, table: &Table, used: &[bool], apart: &[bool]) -> Tally {
        let counted = [count(used), count(apart)];
        let sums = |column: &Column| {
            if counted[0] == table.rows as u64 {
                return [column.total(), 0];
            }
            let rest = match counted[1] {
                0 => 0,
                _ => column.total_where(apart),
            };
            [column.total_where(used), rest]
        };
        let sums_of = dataset.fields.iter().enumerate().map(|(at, field)| {
            let money = (field.ty == Type::Money).then_some(table.column(at))?;
            Some(money.map_or([0; 2], sums))
        });
        Tally {
            used: counted[0],
            apart: counted[1],
            sums: sums_of.collect(),
        }
    }

    /// Adds the customers of a later part of the file.
    pub fn add(&mut self, other: &Tally) {
        self.used += other.used;
        self.apart += other.apart;
        self.sums.resize(other.sums.len(), None);
        for (sums, more) in self.sums.iter_mut().zip(&other.sums) {
            let Some([used, apart]) = more else { continue };
            let sums = sums.get_or_insert_default();
            sums[0] += used;
            sums[1] += apart;
        }
    }
}

/// Counts what came in and what came out, and fails where they differ. `written` is how many rows
/// the result has.
pub fn reconcile(
    program: &Program,
    data: &Data,
    outcome: &Outcome,
    written: Option<u64>,
) -> Result<Account, Box<Diagnostic>> {
    let segment = program
        .deciding_segmentation()
        .and_then(|(id, _)| outcome.segmentations.get(id.0))
        .map(|it| &it.segment);
    let excluded = outcome.excluded.as_ref();
    let customers = Tally::of_customers(program, &data.inputs.customers, excluded, segment);
    let account = balance(program, data, customers)?;
    if let Some(written) = written {
        all_written(&account, data, written)?;
    }
    Ok(account)
}

/// The account of a run whose customers have been counted; fails where what came in and what came out
/// differ.
pub fn balance(
    program: &Program,
    data: &Data,
    customers: Tally,
) -> Result<Account, Box<Diagnostic>> {
    let mut account = Account::default();
    let tables = program.tables.iter().zip(&data.inputs.tables).enumerate();
    let customers_there = data.inputs.customers.rows;
    let of_tables = tables.map(
        |(at, (dataset, rows))| match data.tallies.get(&TableId(at)) {
            Some(tally) => tally.clone(),
            None => Tally::of_rows(dataset, &rows.table, &rows.customer, customers_there),
        },
    );
    let tallies = std::iter::once(customers).chain(of_tables);
    let datasets = std::iter::once(&program.customers).chain(&program.tables);
    for (at, (dataset, tally)) in datasets.zip(tallies).enumerate() {
        let rejects: Vec<&Reject> = data
            .rejects
            .iter()
            .filter(|reject| reject.dataset == dataset.name)
            .collect();
        let report = data.reports.get(at);
        let counted = Rows {
            dataset: dataset.name.clone(),
            read: report.map_or(0, |report| report.rows_read),
            used: tally.used,
            apart: tally.apart,
            rejected: rejects.len() as u64,
        };
        balanced_rows(&counted, data, at)?;
        for (field, declared) in dataset.fields.iter().enumerate() {
            let Some([used, apart]) = tally.sums.get(field).copied().flatten() else {
                continue;
            };
            let amounts = rejects.iter().flat_map(|reject| &reject.amounts);
            let of_field = amounts.filter(|(at, _)| *at == field);
            let read = report.and_then(|it| it.fields.get(field)?.sum);
            let sums = Sums {
                dataset: dataset.name.clone(),
                field: declared.name.clone(),
                read: read.unwrap_or(0),
                used,
                apart,
                rejected: of_field.map(|(_, value)| i128::from(*value)).sum(),
            };
            balanced_sums(&sums, data, at)?;
            account.sums.push(sums);
        }
        account.rows.push(counted);
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
