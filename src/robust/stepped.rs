//! The smallest changes of weights where a customer's segment depends on the scores of others: shares
//! are tried out in steps, and between two steps where the segment changes ever finer.

use super::Work;
use super::frozen::Frozen;
use super::nearest_change::Candidate;
use super::reach::WHOLE;
use super::weights::{Siblings, WeightAt, others, shared, weight, with_share};
use std::collections::BTreeMap;

/// How many steps the shares of a weight are tried in.
pub const STEPS: i128 = 64;

/// Segments of the customers that are looked at, by weight and share; `None` where there is no such
/// share.
type Tried = BTreeMap<(usize, i128), Option<Vec<u32>>>;

/// A place between two shares at which a customer's segment changes.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The size of the change that does not move the customer.
    least: i128,
    /// The weight, among those that can be moved.
    at: usize,
    /// The share that does not move the customer.
    stays: i128,
    /// The share that does.
    moves: i128,
}

/// For each customer the smallest change found among these weights.
pub(super) fn stepped(
    work: &Work<'_>,
    siblings: &[Siblings],
    weights: &[(usize, WeightAt)],
    rows: &[usize],
) -> Vec<(usize, Candidate)> {
    let mut bench = Steps {
        work,
        siblings,
        weights: weights.iter().copied().collect(),
        frozen: Frozen::of(&work.bench, siblings),
        rows,
        tried: Tried::new(),
    };
    let mut found = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut places: Vec<Place> = Vec::new();
        for (at, _) in weights {
            places.extend(bench.places(*at, place, *row));
        }
        places.sort_by_key(|it| (it.least, it.at, it.moves));
        let mut best: Option<Candidate> = None;
        for it in places {
            // What stays is the least that it could come to.
            if best.is_some_and(|(size, ..)| size <= it.least) {
                break;
            }
            let share = bench.between(it, place, *row);
            let candidate = (bench.size(it.at, share), it.at, share);
            if best.is_none_or(|best| candidate < best) {
                best = Some(candidate);
            }
        }
        found.extend(best.map(|it| (*row, it)));
    }
    found
}

struct Steps<'s, 'w> {
    work: &'s Work<'w>,
    siblings: &'s [Siblings],
    weights: BTreeMap<usize, WeightAt>,
    frozen: Option<Frozen>,
    rows: &'s [usize],
    tried: Tried,
}

impl Steps<'_, '_> {
    /// The share of a weight in the model, as part and whole.
    fn own(&self, at: usize) -> Option<(i128, i128)> {
        let movable = self.weights.get(&at)?;
        let set = self.siblings.get(movable.siblings)?;
        let program = &self.work.bench.program;
        let own = weight(program, set.axis, movable.member);
        Some((own, own + others(program, set, movable.member)))
    }

    /// The size of a change in millionths, rounded down.
    fn size(&self, at: usize, share: i128) -> i128 {
        let Some((own, all)) = self.own(at) else {
            return i128::MAX;
        };
        let size = (share * all - own * WHOLE).abs();
        size * WHOLE / all.max(1)
    }

    /// The segment of a customer with another share of a weight.
    fn segment(&mut self, at: usize, share: i128, place: usize) -> Option<u32> {
        if !self.tried.contains_key(&(at, share)) {
            let made = self.run(at, share);
            self.tried.insert((at, share), made);
        }
        let segments = self.tried.get(&(at, share))?.as_ref()?;
        segments.get(place).copied()
    }

    fn run(&self, at: usize, share: i128) -> Option<Vec<u32>> {
        let movable = self.weights.get(&at)?;
        let program = &self.work.bench.program;
        let set = self.siblings.get(movable.siblings)?;
        let is_weighty = weight(program, set.axis, movable.member) > 0;
        let segments = match &self.frozen {
            // A weight that comes or goes makes another plan.
            Some(frozen) if is_weighty && 0 < share && share < WHOLE => {
                let mut weights = Vec::with_capacity(self.siblings.len());
                for (number, it) in self.siblings.iter().enumerate() {
                    weights.push(match number == movable.siblings {
                        true => shared(program, set, movable.member, (share, WHOLE))?,
                        false => {
                            let own = |member: &usize| (*member, weight(program, it.axis, *member));
                            it.members.iter().map(own).collect()
                        }
                    });
                }
                frozen.segments(&weights)?
            }
            _ => {
                let variant = with_share(program, set, movable.member, (share, WHOLE))?;
                self.work.bench.segments(&variant)
            }
        };
        let own = self.rows.iter().map(|row| segments.get(*row).copied());
        own.collect()
    }

    /// The nearest steps on both sides of a weight at which a customer's segment changes.
    fn places(&mut self, at: usize, place: usize, row: usize) -> Vec<Place> {
        let (Some((own, all)), Some(now)) = (self.own(at), self.work.segments.get(row).copied())
        else {
            return Vec::new();
        };
        // The share as it can be written, towards 0.
        let written = own * WHOLE / all.max(1);
        let mut found = Vec::new();
        for up in [false, true] {
            let mut stays = written;
            let steps = (0..=STEPS).map(|it| it * WHOLE / STEPS);
            let steps: Vec<i128> = match up {
                true => steps.filter(|it| *it > written).collect(),
                false => steps.rev().filter(|it| *it < written).collect(),
            };
            for share in steps {
                match self.segment(at, share, place) {
                    Some(segment) if segment == now => stays = share,
                    Some(_) => {
                        found.push(Place {
                            least: if stays == written {
                                0
                            } else {
                                self.size(at, stays)
                            },
                            at,
                            stays,
                            moves: share,
                        });
                        break;
                    }
                    None => break,
                }
            }
        }
        found
    }

    /// The share nearest to the one that stays at which the customer moves, as far as halving finds.
    fn between(&mut self, it: Place, place: usize, row: usize) -> i128 {
        let now = self.work.segments.get(row).copied();
        let (mut stays, mut moves) = (it.stays, it.moves);
        while (moves - stays).abs() > 1 {
            let middle = (stays + moves).div_euclid(2);
            match self.segment(it.at, middle, place) {
                segment if segment == now => stays = middle,
                _ => moves = middle,
            }
        }
        moves
    }
}
