//! Which change moved whom: the migrations of the steps between two models, alone and in order, put
//! together by customer. The steps are run elsewhere.

use super::migration::{Migration, Mover};
use super::pairs::NOT_THERE;
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

/// Which step moved whom.
#[derive(Clone, Debug, Default)]
pub struct Attribution {
    /// What each step moves alone; `None` where it could not be run alone.
    pub alone: Vec<Option<Tally>>,
    /// What each step moves after those before it.
    pub in_order: Vec<Option<Tally>>,
    reasons: AHashMap<u32, Reasons>,
}

impl Attribution {
    /// No steps yet.
    pub fn new(steps: usize) -> Attribution {
        Attribution {
            alone: vec![None; steps],
            in_order: vec![None; steps],
            reasons: AHashMap::new(),
        }
    }

    /// Notes what a step moves alone; `side` says what customers are worth.
    pub fn note_alone(&mut self, step: usize, migration: &Migration, side: &Side<'_>) {
        if let Some(tally) = self.alone.get_mut(step) {
            *tally = Some(tally_of(migration, side));
        }
        for row in rows(migration) {
            self.reasons.entry(row).or_default().alone.push(step);
        }
    }

    /// Notes what a step moves after those before it.
    pub fn note_in_order(&mut self, step: usize, migration: &Migration, side: &Side<'_>) {
        if let Some(tally) = self.in_order.get_mut(step) {
            *tally = Some(tally_of(migration, side));
        }
        for row in rows(migration) {
            self.reasons.entry(row).or_default().in_order.push(step);
        }
    }

    /// What moved a customer, by its row on the first side.
    pub fn reasons(&self, mover: &Mover) -> Option<&Reasons> {
        self.reasons.get(&mover.before)
    }
}

fn rows(migration: &Migration) -> impl Iterator<Item = u32> {
    let movers = migration.movers.iter();
    movers.map(|it| it.before).filter(|row| *row != NOT_THERE)
}

fn tally_of(migration: &Migration, side: &Side<'_>) -> Tally {
    let amounts = rows(migration).map(|row| side.amount_of(row).map_or(0, i128::from));
    Tally {
        customers: migration.movers.len() as u64,
        amount: amounts.sum(),
    }
}
