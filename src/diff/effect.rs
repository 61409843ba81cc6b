//! Which change moved whom: the migrations of the steps between two sides, alone and in order, put
//! together by customer. The steps are run elsewhere.

use super::migration::{Migration, Mover};
use super::pairs::{NOT_THERE, Pairs};
use super::side::Side;
use ahash::AHashMap;

/// How many a step moves, and what they are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub customers: u64,
    /// What they are worth, in millionths.
    pub amount: i128,
}

/// The steps that moved a customer, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// Steps that move it when all are applied in order.
    pub in_order: Vec<usize>,
    /// Steps that move it when applied alone.
    pub alone: Vec<usize>,
}

/// A customer: its row on the first side, of one who is not there that on the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Customer {
    Old(u32),
    New(u32),
}

/// On the data of which sides a migration was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// On that of the first side.
    Old,
    /// From that of the first to that of the second side.
    Both,
    /// On that of the second side.
    New,
}

/// Which step moved whom.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    /// What each step moves alone; `None` where it could not be run alone.
    pub alone: Vec<Option<Tally>>,
    /// What each step moves after those before it.
    pub in_order: Vec<Option<Tally>>,
    reasons: AHashMap<Customer, Reasons>,
    /// The rows of those who are on both sides; row for row where there are none.
    pairs: Option<(AHashMap<u32, u32>, AHashMap<u32, u32>)>,
}

impl Attribution {
    /// No steps yet; `pairs` are those of the two sides.
    pub fn new(steps: usize, pairs: &Pairs) -> Attribution {
        let pairs = match pairs {
            Pairs::Rows => None,
            Pairs::Keyed(pairs) => {
                let both = pairs.iter().copied();
                let both = both.filter(|it| it.0 != NOT_THERE && it.1 != NOT_THERE);
                let (mut after, mut before) = (AHashMap::new(), AHashMap::new());
                for (old, new) in both {
                    after.insert(old, new);
                    before.insert(new, old);
                }
                Some((after, before))
            }
        };
        Attribution {
            alone: vec![None; steps],
            in_order: vec![None; steps],
            reasons: AHashMap::new(),
            pairs,
        }
    }

    /// Notes what a step moves alone; the sides say what customers are worth.
    pub fn note_alone(
        &mut self,
        step: usize,
        migration: &Migration,
        rows: Rows,
        sides: (&Side<'_>, &Side<'_>),
    ) {
        let tally = self.tally(migration, rows, sides);
        if let Some(place) = self.alone.get_mut(step) {
            *place = Some(tally);
        }
        for mover in &migration.movers {
            let customer = self.customer(mover, rows);
            self.reasons.entry(customer).or_default().alone.push(step);
        }
    }

    /// Notes what steps move after those before them; more than one where the first of them could
    /// not be run for themselves.
    pub fn note_in_order(
        &mut self,
        steps: &[usize],
        migration: &Migration,
        rows: Rows,
        sides: (&Side<'_>, &Side<'_>),
    ) {
        let tally = self.tally(migration, rows, sides);
        let last = steps.last().and_then(|step| self.in_order.get_mut(*step));
        if let Some(place) = last {
            *place = Some(tally);
        }
        for mover in &migration.movers {
            let customer = self.customer(mover, rows);
            let reasons = self.reasons.entry(customer).or_default();
            reasons.in_order.extend(steps);
        }
    }

    /// What moved a customer, by its rows on both sides.
    pub fn reasons(&self, mover: &Mover) -> Option<&Reasons> {
        self.reasons.get(&self.customer(mover, Rows::Both))
    }

    /// The rows of a mover on both sides.
    fn rows(&self, mover: &Mover, rows: Rows) -> (u32, u32) {
        let other = |side: usize, row: u32| match &self.pairs {
            None => row,
            Some((after, before)) => {
                let rows = if side == 0 { after } else { before };
                rows.get(&row).copied().unwrap_or(NOT_THERE)
            }
        };
        match rows {
            Rows::Old => (mover.before, other(0, mover.before)),
            Rows::Both => (mover.before, mover.after),
            Rows::New => (other(1, mover.after), mover.after),
        }
    }

    fn customer(&self, mover: &Mover, rows: Rows) -> Customer {
        match self.rows(mover, rows) {
            (NOT_THERE, new) => Customer::New(new),
            (old, _) => Customer::Old(old),
        }
    }

    /// Customers are worth what they are on the second side; those who left, what they were.
    fn tally(
        &self,
        migration: &Migration,
        rows: Rows,
        (before, after): (&Side<'_>, &Side<'_>),
    ) -> Tally {
        let worth = |mover: &Mover| match self.rows(mover, rows) {
            (old, NOT_THERE) => before.amount_of(old),
            (_, new) => after.amount_of(new),
        };
        let amounts = migration.movers.iter();
        Tally {
            customers: migration.movers.len() as u64,
            amount: amounts.map(|it| worth(it).map_or(0, i128::from)).sum(),
        }
    }
}
