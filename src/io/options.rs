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

/// How files are to be read where they do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The decimal mark of numbers that can be read with either.
    pub decimal: Option<Mark>,
    /// The order of dates that can be read in either.
    pub dates: Option<DayOrder>,
    /// The separator of cells.
    pub separator: Option<u8>,
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
