//! One reading for a whole column, by evidence from all its cells: decimal point or comma, day or
//! month first. Where two readings stay possible and differ, it says so; it never guesses.

/// Which of the two readings: the first (point; day first) or the second (comma; month first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Decimal point; the day first.
    First,
    /// Decimal comma; the month first.
    Second,
}

/// What a cell says under the two readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readings<V> {
    /// The same under both.
    Agreed(V),
    /// Something under each, and not the same.
    Open(V, V),
    /// Something under one of them only.
    Only(Side, V),
}

impl<V: PartialEq> Readings<V> {
    /// The readings of a cell from what each gives; `None` where neither gives anything.
    pub fn of(first: Option<V>, second: Option<V>) -> Option<Readings<V>> {
        match (first, second) {
            (Some(first), Some(second)) if first == second => Some(Readings::Agreed(first)),
            (Some(first), Some(second)) => Some(Readings::Open(first, second)),
            (Some(first), None) => Some(Readings::Only(Side::First, first)),
            (None, Some(second)) => Some(Readings::Only(Side::Second, second)),
            (None, None) => None,
        }
    }
}

impl<V> Readings<V> {
    /// The same readings of another value.
    pub fn map<W>(self, change: impl Fn(V) -> W) -> Readings<W> {
        match self {
            Readings::Agreed(value) => Readings::Agreed(change(value)),
            Readings::Open(first, second) => Readings::Open(change(first), change(second)),
            Readings::Only(side, value) => Readings::Only(side, change(value)),
        }
    }
}

/// Why a column has no one reading; rows are examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// Both readings fit all cells, and differ in this row.
    Ambiguous(usize),
    /// This row needs the first reading, that one the second.
    Mixed(usize, usize),
}

/// The reading of a column (`None` where it makes no difference), and the values of the rows that
/// waited for it.
pub type Decided<V> = (Option<Side>, Vec<(usize, V)>);

/// Gathers the evidence of a column, cell by cell.
#[derive(Clone, Debug)]
pub struct Evidence<V> {
    declared: Option<Side>,
    proof: [Option<usize>; 2],
    first_open: Option<usize>,
    waiting: Vec<(usize, V, V)>,
}

impl<V: Copy> Evidence<V> {
    /// Nothing is known yet but what was declared for cells that do not tell.
    pub fn new(declared: Option<Side>) -> Self {
        Evidence {
            declared,
            proof: [None, None],
            first_open: None,
            waiting: Vec::new(),
        }
    }

    /// Takes a cell that has one reading only.
    #[inline]
    pub fn prove(&mut self, row: usize, side: Side) {
        self.proof[side as usize].get_or_insert(row);
    }

    /// Takes a cell's readings: its value, or `None` where it has to wait for other cells.
    pub fn take(&mut self, row: usize, readings: Readings<V>) -> Option<V> {
        match readings {
            Readings::Agreed(value) => Some(value),
            Readings::Only(side, value) => {
                self.proof[side as usize].get_or_insert(row);
                Some(value)
            }
            Readings::Open(first, second) => {
                self.first_open.get_or_insert(row);
                match self.declared.or(self.proven()) {
                    Some(Side::First) => Some(first),
                    Some(Side::Second) => Some(second),
                    None => {
                        self.waiting.push((row, first, second));
                        None
                    }
                }
            }
        }
    }

    fn proven(&self) -> Option<Side> {
        match self.proof {
            [Some(_), None] => Some(Side::First),
            [None, Some(_)] => Some(Side::Second),
            _ => None,
        }
    }

    /// The reading of the column (`None` where it makes no difference), and the values of the
    /// rows that waited for it. What was declared counts for cells that do not tell; where other
    /// cells of the column contradict it, the column is mixed.
    pub fn decide(self) -> Result<Decided<V>, Undecided> {
        if let [Some(first), Some(second)] = self.proof {
            return Err(Undecided::Mixed(first, second));
        }
        let side = match (self.proven(), self.declared, self.first_open) {
            (Some(proven), Some(declared), Some(open)) if proven != declared => {
                let proof = self.proof[proven as usize].unwrap_or(open);
                return Err(match proven {
                    Side::First => Undecided::Mixed(proof, open),
                    Side::Second => Undecided::Mixed(open, proof),
                });
            }
            (Some(proven), ..) => Some(proven),
            (None, Some(declared), Some(_)) => Some(declared),
            (None, None, Some(open)) => return Err(Undecided::Ambiguous(open)),
            (None, _, None) => None,
        };
        let values = self
            .waiting
            .into_iter()
            .map(|(row, first, second)| match side {
                Some(Side::Second) => (row, second),
                _ => (row, first),
            })
            .collect();
        Ok((side, values))
    }
}
