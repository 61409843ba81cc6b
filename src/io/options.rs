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
}
