//! Cells that cannot be used, by row: the first of a column with their messages, the others counted.

/// A cell, or a whole column by the example of a cell, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row.
    pub row: usize,
    /// The code of the message.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the whole column cannot be read, and the row is only an example.
    pub whole_column: bool,
}

/// How many faults of one column are kept; the others are counted.
const KEPT: usize = 1000;

/// The faults of a column.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The first of them.
    pub list: Vec<Fault>,
    /// How many there are in all.
    pub count: usize,
    /// Whether all are kept, because bad rows are put aside with every reason.
    pub keep_all: bool,
}

impl Faults {
    /// No faults yet; `keep_all` says whether all are kept.
    pub fn new(keep_all: bool) -> Faults {
        Faults {
            keep_all,
            ..Faults::default()
        }
    }

    /// Adds a fault; the message is made only where it is kept.
    pub fn add(&mut self, row: usize, code: &'static str, message: impl FnOnce() -> String) {
        self.add_with_help(row, code, || (message(), None));
    }

    /// Adds a fault with what to do about it.
    pub fn add_with_help(
        &mut self,
        row: usize,
        code: &'static str,
        texts: impl FnOnce() -> (String, Option<String>),
    ) {
        self.count += 1;
        if self.keep_all || self.list.len() < KEPT {
            let (message, help) = texts();
            self.list.push(Fault {
                row,
                code,
                message,
                help,
                whole_column: false,
            });
        }
    }

    /// Adds the fault of a whole column, by the example of a row.
    pub fn add_for_column(
        &mut self,
        row: usize,
        code: &'static str,
        message: String,
        help: Option<String>,
    ) {
        self.count += 1;
        self.list.push(Fault {
            row,
            code,
            message,
            help,
            whole_column: true,
        });
    }
}
