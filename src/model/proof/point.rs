//! One value for each free dimension: as round as its domain allows, so that people can read it.

use super::domain::{Domain, OTHER, Set};
use super::term::Terms;
use crate::model::types::Type;

/// Ends further away than this are not tried.
const FAR: i64 = 1_000_000_000_000_000;

/// A value (or missing) for each free dimension of a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    values: Vec<Option<Domain>>,
}

impl Point {
    /// The value of a free dimension, as a domain that holds it alone.
    pub fn get(&self, leaf: usize) -> Option<Domain> {
        self.values.get(leaf).cloned().flatten()
    }
}

/// A point inside the domains of the free dimensions. Variants differ in what they prefer.
pub fn point_in(
    terms: &Terms<'_>,
    domain: impl Fn(usize) -> Option<Domain>,
    variant: usize,
) -> Point {
    let one = |leaf: usize| {
        let domain = domain(leaf)?;
        let ty = terms.leaves.get(leaf).map(|(leaf, _)| &leaf.ty);
        Some(one_of(&domain, ty, terms.program.today.0, variant))
    };
    Point {
        values: (0..terms.leaves.len()).map(one).collect(),
    }
}

/// One value of a domain.
pub fn one_of(domain: &Domain, ty: Option<&Type>, today: i64, variant: usize) -> Domain {
    if domain.set.is_empty() {
        return domain.clone();
    }
    Domain::of(match &domain.set {
        Set::Range(low, high) => {
            let value = match (variant, ty) {
                (1, _) => (*low).max(-FAR).min(*high),
                (2, _) => (*high).min(FAR).max(*low),
                (_, Some(Type::Date)) => today.clamp(*low, *high),
                _ => roundest(*low, *high),
            };
            Set::Range(value, value)
        }
        Set::Codes(codes) => {
            let code = match variant {
                0 => codes.first(),
                _ => codes.last(),
            };
            Set::codes([code.copied().unwrap_or(OTHER)])
        }
        Set::Flag(no, yes) => match variant {
            2 => Set::Flag(!yes, *yes),
            _ => Set::Flag(*no, !no),
        },
    })
}

/// The number of a range that people would write with the fewest digits.
pub fn roundest(low: i64, high: i64) -> i64 {
    if low <= 0 && high >= 0 {
        return 0;
    }
    let mut power: i64 = 1_000_000_000_000_000_000;
    while power > 1 {
        for factor in [5, 2, 1] {
            let unit = power / 10 * factor;
            if unit == 0 {
                continue;
            }
            let nearest = if low > 0 {
                low.checked_add(unit - 1).map(|it| it / unit * unit)
            } else {
                high.checked_sub(unit - 1).map(|it| it / unit * unit)
            };
            if let Some(nearest) = nearest
                && low <= nearest
                && nearest <= high
            {
                return nearest;
            }
        }
        power /= 10;
    }
    low
}

