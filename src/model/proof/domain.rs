//! Sets of values that something may have: a range of units, a list of codes, yes and no, and
//! whether it may be missing. An empty set stands for what no customer without a data error has.

use crate::syntax::tree::CompareOperator;
use std::sync::Arc;

/// The code of every text that no rule mentions.
pub const OTHER: u32 = u32::MAX;

/// The values of something that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Set {
    /// All from the first to the second; none where the first is above.
    Range(i64, i64),
    /// Positions in a list or numbers of texts, ascending.
    Codes(Arc<[u32]>),
    /// Whether it may be no, whether it may be yes.
    Flag(bool, bool),
}

/// The values of something, and whether it may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Whether it may be missing.
    pub missing: bool,
    /// Its values where it is there.
    pub set: Set,
}

impl Set {
    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        match self {
            Set::Range(low, high) => low > high,
            Set::Codes(codes) => codes.is_empty(),
            Set::Flag(no, yes) => !no && !yes,
        }
    }

    /// Whether there is exactly one value; texts that no rule mentions are many.
    pub fn is_point(&self) -> bool {
        match self {
            Set::Range(low, high) => low == high,
            Set::Codes(codes) => codes.len() == 1,
            Set::Flag(no, yes) => no != yes,
        }
    }

    /// No value, of the same kind.
    pub fn none(&self) -> Set {
        match self {
            Set::Range(..) => Set::Range(1, 0),
            Set::Codes(_) => Set::Codes(Arc::from([])),
            Set::Flag(..) => Set::Flag(false, false),
        }
    }

    /// Codes in order.
    pub fn codes(codes: impl IntoIterator<Item = u32>) -> Set {
        Set::Codes(codes.into_iter().collect())
    }

    /// What is in both.
    pub fn both(&self, other: &Set) -> Set {
        match (self, other) {
            (Set::Range(a, b), Set::Range(c, d)) => Set::Range(*a.max(c), *b.min(d)),
            (Set::Flag(a, b), Set::Flag(c, d)) => Set::Flag(a & c, b & d),
            (Set::Codes(a), Set::Codes(b)) => {
                Set::codes(a.iter().filter(|it| b.contains(it)).copied())
            }
            _ => self.none(),
        }
    }

    /// The smallest set that holds both.
    pub fn hull(&self, other: &Set) -> Set {
        match (self, other) {
            _ if self.is_empty() => other.clone(),
            _ if other.is_empty() => self.clone(),
            (Set::Range(a, b), Set::Range(c, d)) => Set::Range(*a.min(c), *b.max(d)),
            (Set::Flag(a, b), Set::Flag(c, d)) => Set::Flag(a | c, b | d),
            (Set::Codes(a), Set::Codes(b)) => {
                let mut all: Vec<u32> = a.iter().chain(b.iter()).copied().collect();
                all.sort_unstable();
                all.dedup();
                Set::codes(all)
            }
            _ => self.clone(),
        }
    }

    /// Whether every value is in the other set.
    pub fn within(&self, other: &Set) -> bool {
        match (self, other) {
            _ if self.is_empty() => true,
            (Set::Range(a, b), Set::Range(c, d)) => c <= a && b <= d,
            (Set::Flag(a, b), Set::Flag(c, d)) => (!a | c) && (!b | d),
            (Set::Codes(a), Set::Codes(b)) => a.iter().all(|it| b.contains(it)),
            _ => false,
        }
    }
}

impl Domain {
    /// A set that is never missing.
    pub fn of(set: Set) -> Domain {
        Domain {
            missing: false,
            set,
        }
    }

    /// A range that is never missing.
    pub fn range(low: i64, high: i64) -> Domain {
        Domain::of(Set::Range(low, high))
    }

    /// A flag.
    pub fn flag(no: bool, yes: bool) -> Domain {
        Domain::of(Set::Flag(no, yes))
    }

    /// Only missing, of the kind of a set.
    pub fn missing_like(set: &Set) -> Domain {
        Domain {
            missing: true,
            set: set.none(),
        }
    }

    /// Whether no customer has it.
    pub fn is_empty(&self) -> bool {
        !self.missing && self.set.is_empty()
    }

    /// Whether it is exactly one value, or missing alone.
    pub fn is_point(&self) -> bool {
        if self.missing {
            self.set.is_empty()
        } else {
            self.set.is_point()
        }
    }

    /// Whether it can only be yes.
    pub fn is_yes(&self) -> bool {
        *self == Domain::flag(false, true)
    }

    /// Whether it can only be no (or missing, which decides nothing).
    pub fn is_no(&self) -> bool {
        matches!(self.set, Set::Flag(_, false)) && !self.is_empty()
    }

    /// What is in both.
    pub fn both(&self, other: &Domain) -> Domain {
        Domain {
            missing: self.missing && other.missing,
            set: self.set.both(&other.set),
        }
    }

    /// The smallest that holds both.
    pub fn hull(&self, other: &Domain) -> Domain {
        Domain {
            missing: self.missing || other.missing,
            set: self.set.hull(&other.set),
        }
    }

    /// Whether everything in it is in the other.
    pub fn within(&self, other: &Domain) -> bool {
        (!self.missing || other.missing) && self.set.within(&other.set)
    }

    /// The ends of a range; nothing for other kinds and for empty ones.
    pub fn ends(&self) -> Option<(i64, i64)> {
        match self.set {
            Set::Range(low, high) if low <= high => Some((low, high)),
            _ => None,
        }
    }
}

/// Whether `value OPERATOR limit` may be wrong, and whether it may be true, for a range.
pub fn compared(operator: CompareOperator, low: i64, high: i64, limit: i64) -> Set {
    let (yes, no) = match operator {
        CompareOperator::Less => (low < limit, high >= limit),
        CompareOperator::LessOrEqual => (low <= limit, high > limit),
        CompareOperator::Greater => (high > limit, low <= limit),
        CompareOperator::GreaterOrEqual => (high >= limit, low < limit),
        CompareOperator::Equal => (
            low <= limit && limit <= high,
            !(low == limit && high == limit),
        ),
        CompareOperator::NotEqual => (
            !(low == limit && high == limit),
            low <= limit && limit <= high,
        ),
    };
    Set::Flag(no, yes)
}
