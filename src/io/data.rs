//! Reads all data of a run: which file belongs to what, every file, every row's customer.
//! Either all of it is good, or all that is wrong comes back; nothing is passed over in silence.

use super::column::Context;
use super::dataset::{self, DataFile, FileReport, ReadFile, Wish};
use super::errors::{DataErrors, FileErrors};
use super::faults::Faults;
use super::files::Location;
use super::join::Customers;
use super::lookup;
use super::options::ReadOptions;
use crate::base::{DataPlace, Diagnostic, Span, suggest};
use crate::eval::{Inputs, LookupTable, NOBODY, RowTable};
use crate::model::program::{Dataset, FieldId, LookupValues, Program, TableId};
use crate::plan::UsedFields;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where the data of a program comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The customers.
    pub customers: Location,
    /// The tables in the order of the program.
    pub tables: Vec<Location>,
    /// The lookups in the order of the program; `None` for those of the rule file.
    pub lookups: Vec<Option<Location>>,
}

impl Sources {
    /// Chooses the files: those of the command line first, else those that the rule files name,
    /// which lie in the folder of the source that names them.
    pub fn choose(
        program: &Program,
        folder: impl Fn(Span) -> PathBuf,
        customers: Option<Location>,
        tables: &[(String, PathBuf)],
    ) -> Result<Sources, Vec<Diagnostic>> {
        let mut wrong = unknown_tables(program, tables);
        let named = |name: &str| {
            tables
                .iter()
                .rev()
                .find(|(table, _)| table == name)
                .map(|(_, path)| Location::new(path))
        };
        let declared = |dataset: &Dataset| {
            let from = dataset.from.as_ref()?;
            Some(Location::File(folder(from.span).join(&from.value)))
        };
        let mut choose = |dataset: &Dataset, given: Option<Location>, help: String| {
            let found = given
                .or_else(|| named(&dataset.name))
                .or_else(|| declared(dataset));
            if found.is_none() {
                wrong.push(
                    Diagnostic::error("no-data-file", format!("no file for `{}`", dataset.name))
                        .at(dataset.span, "names no file")
                        .help(help),
                );
            }
            found
        };
        let found_customers = choose(
            &program.customers,
            customers,
            "name the file of the customers after the rule file".into(),
        );
        let found_tables: Vec<Option<Location>> = program
            .tables
            .iter()
            .map(|table| {
                let help = format!("name it with `--table {}=FILE`", table.name);
                choose(table, None, help)
            })
            .collect();
        let lookups = program
            .lookups
            .iter()
            .map(|lookup| match &lookup.values {
                LookupValues::Inline { .. } => None,
                LookupValues::File { from, .. } => Some(
                    named(&lookup.name)
                        .unwrap_or_else(|| Location::File(folder(from.span).join(&from.value))),
                ),
            })
            .collect();
        match found_customers {
            Some(customers) if wrong.is_empty() => Ok(Sources {
                customers,
                tables: found_tables.into_iter().flatten().collect(),
                lookups,
            }),
            _ => Err(wrong),
        }
    }

    /// All files that are read.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        std::iter::once(&self.customers)
            .chain(&self.tables)
            .chain(self.lookups.iter().flatten())
            .filter_map(|location| match location {
                Location::File(path) => Some(path),
                Location::StandardInput => None,
            })
    }
}

/// Names of `--table` that the model does not know.
fn unknown_tables(program: &Program, tables: &[(String, PathBuf)]) -> Vec<Diagnostic> {
    let mut known: Vec<&str> = vec![&program.customers.name];
    known.extend(program.tables.iter().map(|table| table.name.as_str()));
    known.extend(
        program
            .lookups
            .iter()
            .filter(|lookup| matches!(lookup.values, LookupValues::File { .. }))
            .map(|lookup| lookup.name.as_str()),
    );
    tables
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, _)| {
            let near = suggest::nearest(name, known.iter().copied());
            Diagnostic::error("unknown-table", format!("the model has no table `{name}`"))
                .help_maybe(near.map(|near| format!("the nearest is `{near}`")))
        })
        .collect()
}

/// Why there is no data.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Files could not be read.
    Files(Vec<Diagnostic>),
    /// What stands in them is wrong.
    Data(DataErrors),
}

/// The data of a run, and what was recognised in each file.
#[derive(Clone, Debug)]
pub struct Data {
    /// The data.
    pub inputs: Inputs,
    /// The files: customers, tables, lookups.
    pub reports: Vec<FileReport>,
    /// How long it took to find the customers of the tables' rows.
    pub joining: Duration,
}

/// Reads all files of a run.
pub fn read(program: &Program, sources: &Sources, options: &ReadOptions) -> Result<Data, Refusal> {
    read_for(program, sources, options, None)
}

/// Reads all files of a run; columns that are not needed are checked and left out.
pub fn read_for(
    program: &Program,
    sources: &Sources,
    options: &ReadOptions,
    needed: Option<&UsedFields>,
) -> Result<Data, Refusal> {
    let mut files = open_all(sources)?.into_iter();
    let context = Context {
        options,
        scores: program.scores,
        currency: program.currency.as_deref(),
        segmentations: &program.segmentations,
    };
    let mut errors = DataErrors::default();
    let mut reports = Vec::new();
    let read_one = |dataset: &Dataset, table: Option<TableId>, file: Option<DataFile>| {
        let file = file.unwrap_or(DataFile {
            name: dataset.name.clone(),
            ..DataFile::default()
        });
        let is_needed = |field| {
            field == dataset.key
                || needed.is_none_or(|needed| match table {
                    None => needed.customers.contains(&field),
                    Some(table) => needed.tables.contains(&(table, field)),
                })
        };
        let kept: Vec<bool> = (0..dataset.fields.len())
            .map(|at| is_needed(FieldId(at)))
            .collect();
        let wish = Wish {
            dataset,
            is_customers: table.is_none(),
            kept: &kept,
            rates: &program.rates,
            context: &context,
        };
        dataset::read(&wish, file)
    };
    let mut customers = None;
    let mut customer_keys = None;
    let mut joining = Duration::ZERO;
    match read_one(&program.customers, None, files.next()) {
        Ok(read) => {
            let keys = read.table.column(program.customers.key.0);
            let since = Instant::now();
            let has_tables = !program.tables.is_empty();
            customer_keys = keys.filter(|_| has_tables).map(Customers::new);
            joining += since.elapsed();
            reports.push(read.report);
            customers = Some(read.table);
        }
        Err(wrong) => errors.add_file(wrong),
    }
    let mut tables = Vec::new();
    for (at, table) in program.tables.iter().enumerate() {
        match read_one(table, Some(TableId(at)), files.next()) {
            Ok(read) => {
                let since = Instant::now();
                let (rows, report) = join(table, read, customer_keys.as_ref(), &mut errors);
                joining += since.elapsed();
                reports.push(report);
                tables.push(rows);
            }
            Err(wrong) => errors.add_file(wrong),
        }
    }
    let mut lookups = Vec::new();
    for lookup in &program.lookups {
        let table = match &lookup.values {
            LookupValues::Inline { .. } => LookupTable::default(),
            LookupValues::File { .. } => {
                match files
                    .next()
                    .map(|file| lookup::read(lookup, file, &context))
                {
                    Some(Ok((table, report))) => {
                        reports.extend(report);
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
        lookups.push(table);
    }
    match customers {
        Some(customers) if errors.is_empty() => Ok(Data {
            inputs: Inputs {
                customers,
                tables,
                lookups,
                not_given: Vec::new(),
            },
            reports,
            joining,
        }),
        _ => Err(Refusal::Data(errors)),
    }
}

/// Opens the files of the customers, the tables and the lookups, in that order.
fn open_all(sources: &Sources) -> Result<Vec<DataFile>, Refusal> {
    let mut files = Vec::new();
    let mut wrong = Vec::new();
    let all = std::iter::once(&sources.customers)
        .chain(&sources.tables)
        .chain(sources.lookups.iter().flatten());
    for location in all {
        match location.open() {
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
    errors: &mut DataErrors,
) -> (RowTable, FileReport) {
    let mut faults = Faults::default();
    let customer = match (customers, read.table.column(table.key.0)) {
        (Some(customers), Some(keys)) => customers.join(keys, &mut faults),
        _ => Vec::new(),
    };
    let header = read
        .headers
        .get(table.key.0)
        .map(|it| it.trim().to_string());
    let mut wrong = FileErrors::new(&read.report.file);
    let listed = faults.list.len();
    for fault in faults.list {
        wrong.add(
            Diagnostic::error(fault.code, fault.message).in_data(DataPlace {
                file: read.report.file.clone(),
                line: read.table.line(fault.row),
                column: header.clone(),
                value: None,
            }),
        );
    }
    wrong.count_more(faults.count - listed);
    errors.add_file(wrong);
    read.report.nobodys = customer.iter().filter(|it| **it == NOBODY).count();
    (
        RowTable {
            table: read.table,
            customer,
        },
        read.report,
    )
}
