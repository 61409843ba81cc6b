//! Gathers what is wrong with the data: every bad row counts, the first thousands are kept.
//! It renders nothing.

use super::faults::Faults;
use super::sheet::{Cells, Sheet};
use crate::base::{DataPlace, Diagnostic};

/// All that is wrong with the data of a run.
#[derive(Clone, Debug, Default)]
pub struct DataErrors {
    /// The messages, in the order of the files and their lines.
    pub list: Vec<Diagnostic>,
    /// How many things are wrong; it may be more than are listed.
    pub count: usize,
}

impl DataErrors {
    /// Adds one message.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        self.list.push(diagnostic);
    }

    /// Adds all that is wrong with one file.
    pub fn add_file(&mut self, mut file: FileErrors) {
        file.list
            .sort_by_key(|diagnostic| diagnostic.data.as_ref().and_then(|place| place.line));
        self.count += file.count;
        self.list.append(&mut file.list);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What is wrong with one file.
#[derive(Clone, Debug)]
pub struct FileErrors {
    file: String,
    list: Vec<Diagnostic>,
    count: usize,
}

impl FileErrors {
    /// Nothing yet, for the file that people know by this name.
    pub fn new(file: &str) -> Self {
        FileErrors {
            file: file.into(),
            list: Vec::new(),
            count: 0,
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a message about the file as a whole.
    pub fn add(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.data.get_or_insert_with(|| DataPlace {
            file: self.file.clone(),
            ..DataPlace::default()
        });
        self.count += 1;
        self.list.push(diagnostic);
    }

    /// Counts things that are wrong and are not listed.
    pub fn count_more(&mut self, count: usize) {
        self.count += count;
    }

    /// Adds the rows that could not be taken apart.
    pub fn add_bad_rows(&mut self, sheet: &Sheet) {
        self.count += sheet.bad_rows.len();
        for row in sheet.bad_rows.iter().take(1000) {
            self.list.push(
                Diagnostic::error(row.code, row.message.clone())
                    .in_data(DataPlace {
                        file: self.file.clone(),
                        line: Some(row.line),
                        ..DataPlace::default()
                    })
                    .help_maybe(row.help.map(String::from)),
            );
        }
    }

    /// Adds the faults of a column.
    pub fn add_faults(&mut self, faults: Faults, header: &str, lines: &[u64], cells: Cells<'_>) {
        self.count += faults.count;
        for fault in faults.list {
            self.list.push(
                Diagnostic::error(fault.code, fault.message)
                    .in_data(DataPlace {
                        file: self.file.clone(),
                        line: lines.get(fault.row).copied(),
                        column: Some(header.trim().into()),
                        value: Some(cells.text(fault.row).into()),
                    })
                    .help_maybe(fault.help),
            );
        }
    }
}
