//! What the command line may say about how files are read. It settles what the files leave open.

/// The decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1234.5`
    Point,
    /// `1234,5`
    Comma,
}

/// The order of day and month in dates such as `3/1/2017`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 3 January.
    DayFirst,
    /// 1 March.
    MonthFirst,
}

/// How the letters of a text file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows-1252, the code page of western Windows.
    Windows1252,
}

impl Encoding {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16 LE",
            Encoding::Utf16Be => "UTF-16 BE",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// How files are to be read where they do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The decimal mark of numbers that can be read with either.
    pub decimal: Option<Mark>,
    /// The order of dates that can be read in either.
    pub dates: Option<DayOrder>,
    /// The separator of cells.
    pub separator: Option<u8>,
    /// The encoding of files without a byte-order mark.
    pub encoding: Option<Encoding>,
    /// The line of the customers' header.
    pub header_row: Option<u64>,
    /// How many rows at the end of the customers' file are no customers.
    pub skip_footer: Option<usize>,
    /// Whether bad rows are put aside instead of ending the run.
    pub rejecting: bool,
    /// Whether the bytes of the files are fingerprinted.
    pub fingerprints: bool,
    /// Whether it is to be told how the cells of each column are written.
    pub styles: bool,
    /// The sheets of books that are read: a name for a dataset, or for the customers.
    pub sheets: Vec<(Option<String>, String)>,
}

impl ReadOptions {
    /// The sheet that is read for a dataset: that of its name, for the customers also one without.
    pub fn sheet_of(&self, dataset: &str) -> Option<&str> {
        let named = |name: Option<&str>| {
            let mut sheets = self.sheets.iter().rev();
            let found = sheets.find(|(dataset, _)| dataset.as_deref() == name)?;
            Some(found.1.as_str())
        };
        let of_customers = || (dataset == "customers").then(|| named(None)).flatten();
        named(Some(dataset)).or_else(of_customers)
    }
}
