//! Reads all data of a run: which file belongs to what, every file, every row's customer.
//! Either all of it is good, or all that is wrong comes back; nothing is passed over in silence.

use super::column::Context;
use super::dataset::{self, DataFile, FileReport, Owners, ReadFile, Wish};
use super::errors::{DataErrors, FileErrors};
use super::faults::Faults;
use super::files::Location;
use super::folding::{self, FoldedFile};
use super::join::Customers;
use super::lookup;
use super::options::ReadOptions;
use super::reconcile::Tally;
use super::rejects::{Reason, Reject, RowTexts, amount, keep_rows, kept, key_text};
use super::sources::Sources;
use crate::base::{DataPlace, Diagnostic, Span};
use crate::eval::{Inputs, LookupTable, NOBODY, RowTable};
use crate::model::program::{Dataset, Field, FieldId, LookupValues, Program, TableId};
use crate::model::types::Type;
use crate::plan::Plan;
use crate::plan::op::Register;
use crate::value::{Column, Table};
use ahash::AHashSet;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Why there is no data.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Files could not be read.
    Files(Vec<Diagnostic>),
    /// What stands in them is wrong.
    Data(DataErrors),
}

/// The data of a run, and what was recognised in each file.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// The data.
    pub inputs: Inputs,
    /// The files: customers, tables, lookups.
    pub reports: Vec<FileReport>,
    /// Rows that were put aside, by file and line.
    pub rejects: Vec<Reject>,
    /// The keys of the customers that were put aside.
    pub rejected_keys: AHashSet<String>,
    /// The rows as they stand in the files of the customers and the tables, where bad ones are put
    /// aside.
    texts: Vec<RowTexts>,
    /// What was added up of tables for each customer while they were read; those have no rows among the inputs.
    pub folded: Vec<(Register, Arc<Column>)>,
    /// The rows and amounts of those tables that came out.
    pub(super) tallies: BTreeMap<TableId, Tally>,
    /// How long it took to find the customers of the tables' rows.
    pub joining: Duration,
}

/// Reads all files of a run.
pub fn read(program: &Program, sources: &Sources, options: &ReadOptions) -> Result<Data, Refusal> {
    read_for(program, sources, options, None)
}

/// Reads all files of a run; columns that a plan does not need are checked and left out, but for keys
/// and money, which the account of every run adds up. Tables of which it needs only what each customer's rows
/// come to are added up while they are read.
pub fn read_for(
    program: &Program,
    sources: &Sources,
    options: &ReadOptions,
    plan: Option<&Plan>,
) -> Result<Data, Refusal> {
    let needed = plan.map(Plan::used_fields);
    let needed = needed.as_ref();
    let mut files = open_all(sources, options)?.into_iter();
    let context = Context::of(program, options);
    let mut errors = DataErrors::default();
    let mut data = Data::default();
    let read_one = |dataset: &Dataset, table: Option<TableId>, file, customers| {
        let file: Option<DataFile> = file;
        let folding = table.filter(|_| !options.rejecting).zip(plan);
        let plan = folding.and_then(|(table, plan)| plan.by_customer(table));
        let owners = table.zip(customers).map(|(table, customers)| Owners {
            customers,
            keys_needed: needed.is_none_or(|needed| needed.tables.contains(&(table, dataset.key))),
        });
        let file = file.unwrap_or_else(|| DataFile::new(&dataset.name, Vec::new()));
        let is_needed = |(at, field): (usize, &Field)| {
            let id = FieldId(at);
            id == dataset.key
                || field.ty == Type::Money
                || needed.is_none_or(|needed| match table {
                    None => needed.customers.contains(&id),
                    Some(table) => needed.tables.contains(&(table, id)),
                })
        };
        let kept: Vec<bool> = dataset.fields.iter().enumerate().map(is_needed).collect();
        let wish = Wish {
            dataset,
            is_customers: table.is_none(),
            kept: &kept,
            rates: &program.rates,
            context: &context,
            owners,
            lines: true,
        };
        if let (Some(plan), Some(unread)) = (plan, &file.unread) {
            let wish = Wish {
                lines: false,
                ..wish
            };
            if let Some(folded) = folding::read(&wish, &file.name, unread, &plan) {
                return Ok(Read::Folded(folded));
            }
        }
        dataset::read(&wish, file).map(Read::Whole)
    };
    let mut customers = None;
    match read_one(&program.customers, None, files.next(), None) {
        // Only tables are added up while they are read.
        Ok(Read::Folded(_)) => {}
        Ok(Read::Whole(read)) => {
            let keys = read.table.column(program.customers.key.0);
            let since = Instant::now();
            let has_tables = !program.tables.is_empty();
            customers = keys.filter(|_| has_tables).map(Customers::new);
            data.joining += since.elapsed();
            data.take_customers(read);
        }
        Err(wrong) => errors.add_file(wrong),
    }
    for (at, table) in program.tables.iter().enumerate() {
        match read_one(table, Some(TableId(at)), files.next(), customers.as_ref()) {
            Ok(Read::Folded(folded)) => data.take_folded(TableId(at), folded),
            Ok(Read::Whole(read)) => {
                let since = Instant::now();
                let customers = customers.as_ref();
                join(table, read, customers, options, &mut data, &mut errors);
                data.joining += since.elapsed();
            }
            Err(wrong) => errors.add_file(wrong),
        }
    }
    for lookup in &program.lookups {
        let table = match &lookup.values {
            LookupValues::Inline { .. } => LookupTable::default(),
            LookupValues::File { .. } => {
                match files
                    .next()
                    .map(|file| lookup::read(lookup, file, &context))
                {
                    Some(Ok((table, report))) => {
                        data.reports.extend(report);
                        table
                    }
                    Some(Err(wrong)) => {
                        errors.add_file(wrong);
                        continue;
                    }
                    None => LookupTable::default(),
                }
            }
        };
        data.inputs.lookups.push(table);
    }
    if errors.is_empty() {
        Ok(data)
    } else {
        Err(Refusal::Data(errors))
    }
}

/// A file that has been read.
enum Read {
    /// Its rows are there.
    Whole(ReadFile),
    /// What its rows come to is there.
    Folded(FoldedFile),
}

/// Reads the lookups of a program that come from files: those of the command line first, else those
/// that the rule files name.
pub fn read_lookups(
    program: &Program,
    folder: impl Fn(Span) -> PathBuf,
    tables: &[(String, PathBuf)],
    options: &ReadOptions,
) -> Result<Vec<LookupTable>, Refusal> {
    let context = Context::of(program, options);
    let (mut lookups, mut errors) = (Vec::new(), DataErrors::default());
    for lookup in &program.lookups {
        let LookupValues::File { from, .. } = &lookup.values else {
            lookups.push(LookupTable::default());
            continue;
        };
        let named = tables.iter().rev().find(|(name, _)| *name == lookup.name);
        let location = match named {
            Some((_, path)) => Location::new(path),
            None => Location::named(&from.value, &folder(from.span)),
        };
        let file = match location.open() {
            Ok(file) => file,
            Err(diagnostic) => return Err(Refusal::Files(vec![*diagnostic])),
        };
        match lookup::read(lookup, file, &context) {
            Ok((table, _)) => lookups.push(table),
            Err(wrong) => errors.add_file(wrong),
        }
    }
    match errors.is_empty() {
        true => Ok(lookups),
        false => Err(Refusal::Data(errors)),
    }
}

/// Opens the files of the customers, the tables and the lookups, in that order.
fn open_all(sources: &Sources, options: &ReadOptions) -> Result<Vec<DataFile>, Refusal> {
    let all: Vec<&Location> = std::iter::once(&sources.customers)
        .chain(&sources.tables)
        .chain(sources.lookups.iter().flatten())
        .collect();
    let opened: Vec<_> = all
        .into_par_iter()
        .map(|location| location.open_with(options.fingerprints))
        .collect();
    let mut files = Vec::new();
    let mut wrong = Vec::new();
    for file in opened {
        match file {
            Ok(file) => files.push(file),
            Err(diagnostic) => wrong.push(*diagnostic),
        }
    }
    if wrong.is_empty() {
        Ok(files)
    } else {
        Err(Refusal::Files(wrong))
    }
}

/// Finds the customers of a table's rows; without good customers nothing is joined.
fn join(
    table: &Dataset,
    mut read: ReadFile,
    customers: Option<&Customers>,
    options: &ReadOptions,
    data: &mut Data,
    errors: &mut DataErrors,
) {
    let mut faults = Faults::new(options.rejecting);
    let found = read.owners.take();
    let customer = match (found, customers, read.table.column(table.key.0)) {
        (Some(found), ..) => found,
        (None, Some(customers), Some(keys)) => customers.join(keys, &mut faults),
        _ => Vec::new(),
    };
    let header = read
        .headers
        .get(table.key.0)
        .map(|it| it.trim().to_string());
    let mut rows = RowTable {
        table: read.table,
        customer,
    };
    let dataset = data.inputs.tables.len();
    if options.rejecting {
        let faults = faults.list;
        data.rejects.append(&mut read.rejects);
        data.reports.push(read.report);
        data.texts.push(read.texts);
        let keys = rows.table.column(table.key.0).cloned();
        data.inputs.tables.push(rows);
        let reasons = faults.into_iter().map(|fault| {
            let key = keys.as_ref().and_then(|keys| key_text(keys, fault.row));
            let rejected = key.filter(|key| data.rejected_keys.contains(key));
            let reason = match rejected {
                Some(key) => customer_rejected(&key),
                None => Reason {
                    code: fault.code,
                    column: header.clone(),
                    message: fault.message,
                },
            };
            (fault.row, reason)
        });
        let reasons: BTreeMap<usize, Reason> = reasons.collect();
        data.put_rows_aside(table, dataset, reasons);
    } else {
        let mut wrong = FileErrors::new(&read.report.file);
        let listed = faults.list.len();
        for fault in faults.list {
            wrong.add(
                Diagnostic::error(fault.code, fault.message).in_data(DataPlace {
                    file: read.report.file.clone(),
                    line: rows.table.line(fault.row),
                    column: header.clone(),
                    value: None,
                }),
            );
        }
        wrong.count_more(faults.count - listed);
        errors.add_file(wrong);
        if rows.customer.is_empty() {
            rows.customer = vec![NOBODY; rows.table.rows];
        }
        data.inputs.tables.push(rows);
        data.reports.push(read.report);
    }
    data.count_joined(dataset);
}

fn customer_rejected(key: &str) -> Reason {
    Reason {
        code: "customer-rejected",
        column: None,
        message: format!("its customer `{key}` was put aside"),
    }
}

impl Data {
    /// Takes what was read of the customers.
    pub(super) fn take_customers(&mut self, read: ReadFile) {
        self.rejected_keys.extend(read.rejected_keys);
        self.rejects.extend(read.rejects);
        self.reports.push(read.report);
        self.texts.push(read.texts);
        self.inputs.customers = read.table;
    }

    /// Takes what was added up of a table.
    fn take_folded(&mut self, table: TableId, folded: FoldedFile) {
        let FoldedFile { read, added, tally } = folded;
        self.folded.extend(added.columns);
        self.tallies.insert(table, tally);
        self.texts.push(read.texts);
        self.reports.push(FileReport {
            nobodys: added.nobodys,
            without_rows: added.without_rows,
            ..read.report
        });
        self.inputs.tables.push(RowTable::default());
    }

    /// Puts customers aside that could not be segmented, with their rows of tables, and rows of
    /// tables that belong to nobody.
    pub fn put_aside(
        &mut self,
        program: &Program,
        customers: BTreeMap<usize, Reason>,
        rows: Vec<(TableId, usize, Reason)>,
    ) {
        let keys = self.inputs.customers.column(program.customers.key.0);
        let keys: BTreeMap<usize, String> = customers
            .keys()
            .filter_map(|row| Some((*row, key_text(keys?, *row)?)))
            .collect();
        for (at, table) in program.tables.iter().enumerate() {
            let mut reasons: BTreeMap<usize, Reason> = rows
                .iter()
                .filter(|(table, ..)| table.0 == at)
                .map(|(_, row, reason)| (*row, reason.clone()))
                .collect();
            let whose = self.inputs.tables.get(at).map(|it| it.customer.as_slice());
            for (row, customer) in whose.unwrap_or(&[]).iter().enumerate() {
                if let Some(key) = keys.get(&(*customer as usize)) {
                    reasons.insert(row, customer_rejected(key));
                }
            }
            self.put_rows_aside(table, at, reasons);
        }
        let mut keep = vec![true; self.inputs.customers.rows];
        for row in customers.keys() {
            if let Some(keep) = keep.get_mut(*row) {
                *keep = false;
            }
        }
        let mut place = 0;
        let places: Vec<u32> = keep
            .iter()
            .map(|keep| {
                let at = if *keep { place } else { NOBODY };
                place += u32::from(*keep);
                at
            })
            .collect();
        self.reject(&program.customers, 0, &customers);
        keep_rows(&mut self.inputs.customers, &keep);
        for table in &mut self.inputs.tables {
            for customer in &mut table.customer {
                *customer = places.get(*customer as usize).copied().unwrap_or(NOBODY);
            }
        }
        self.rejected_keys.extend(keys.into_values());
        if let Some(report) = self.reports.first_mut() {
            report.rows = self.inputs.customers.rows;
        }
        (0..program.tables.len()).for_each(|at| self.count_joined(at));
    }

    /// Puts rows aside that were put aside elsewhere: those on the same lines of the same files.
    pub fn put_lines_aside(&mut self, program: &Program, rejects: &[Reject]) {
        let reasons = |dataset: &str, at: usize, rows: &Table| -> BTreeMap<usize, Reason> {
            let file = self.reports.get(at).map(|it| it.file.as_str());
            let of_file = rejects
                .iter()
                .filter(|it| it.dataset == dataset && Some(it.file.as_str()) == file);
            let lines: BTreeMap<u64, &Reject> = of_file.map(|it| (it.line, it)).collect();
            let numbers = 0..if lines.is_empty() { 0 } else { rows.rows };
            let found = numbers.filter_map(|row| {
                let reject = lines.get(&rows.line(row)?)?;
                Some((row, reject.reasons.first()?.clone()))
            });
            found.collect()
        };
        let customers = reasons(&program.customers.name, 0, &self.inputs.customers);
        let mut rows = Vec::new();
        for (at, (dataset, table)) in program.tables.iter().zip(&self.inputs.tables).enumerate() {
            let found = reasons(&dataset.name, at + 1, &table.table).into_iter();
            rows.extend(found.map(|(row, reason)| (TableId(at), row, reason)));
        }
        if !customers.is_empty() || !rows.is_empty() {
            self.put_aside(program, customers, rows);
        }
    }

    /// Puts the rejects in the order of files and lines.
    pub fn sort_rejects(&mut self) {
        let place = |reject: &Reject| {
            let files = self.reports.iter();
            files.clone().position(|it| it.dataset == reject.dataset)
        };
        self.rejects
            .sort_by_cached_key(|reject| (place(reject), reject.line));
    }

    /// Takes rows out of a table.
    fn put_rows_aside(
        &mut self,
        dataset: &Dataset,
        table: usize,
        reasons: BTreeMap<usize, Reason>,
    ) {
        if reasons.is_empty() {
            return;
        }
        self.reject(dataset, table + 1, &reasons);
        let Some(rows) = self.inputs.tables.get_mut(table) else {
            return;
        };
        let keep: Vec<bool> = (0..rows.table.rows)
            .map(|row| !reasons.contains_key(&row))
            .collect();
        keep_rows(&mut rows.table, &keep);
        kept(&mut rows.customer, &keep);
        if let Some(report) = self.reports.get_mut(table + 1) {
            report.rows = rows.table.rows;
        }
    }

    /// Lists rows of the customers (0) or of a table (from 1) as rejects; they are still there.
    fn reject(&mut self, dataset: &Dataset, file: usize, reasons: &BTreeMap<usize, Reason>) {
        let table = match file {
            0 => Some(&self.inputs.customers),
            _ => self.inputs.tables.get(file - 1).map(|it| &it.table),
        };
        let (Some(table), Some(report)) = (table, self.reports.get(file)) else {
            return;
        };
        for (row, reason) in reasons {
            let line = table.line(*row).unwrap_or(0);
            let money = dataset.fields.iter().enumerate();
            let money = money.filter(|(_, field)| field.ty == Type::Money);
            let amounts = money.filter_map(|(at, _)| Some((at, amount(table.column(at)?, *row)?)));
            self.rejects.push(Reject {
                dataset: dataset.name.clone(),
                file: report.file.clone(),
                line,
                text: self
                    .texts
                    .get(file)
                    .map_or(String::new(), |it| it.on_line(line)),
                reasons: vec![reason.clone()],
                amounts: amounts.collect(),
            });
        }
    }

    /// Counts what a table has in common with the customers, and what not.
    fn count_joined(&mut self, table: usize) {
        let (Some(rows), Some(report)) = (
            self.inputs.tables.get(table),
            self.reports.get_mut(table + 1),
        ) else {
            return;
        };
        let mut has_rows = vec![false; self.inputs.customers.rows];
        report.nobodys = 0;
        for customer in &rows.customer {
            match has_rows.get_mut(*customer as usize) {
                Some(has) => *has = true,
                None => report.nobodys += 1,
            }
        }
        report.without_rows = has_rows.iter().filter(|has| !**has).count();
    }
}
