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

    /// The point with another value of one dimension.
    pub fn with(&self, leaf: usize, value: Domain) -> Point {
        let mut point = self.clone();
        if let Some(slot) = point.values.get_mut(leaf) {
            *slot = Some(value);
        }
        point
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
        let (_, term) = terms.leaves.get(leaf)?;
        let marks = terms.marks.get(term).into_iter().flatten().copied();
        let one = match variant {
            0..3 => one_of(&domain, ty, terms.program.today.0, variant),
            seed => any_of(&domain, &marks.collect::<Vec<i64>>(), mixed(seed, leaf)),
        };
        Some(on_grid(terms.step(*term), &domain, one))
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

/// A number that looks like chance and is the same in every run.
fn mixed(seed: usize, leaf: usize) -> u64 {
    let mut number = (seed as u64) << 32 ^ (leaf as u64 + 1);
    for _ in 0..3 {
        number = (number ^ number >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    number ^ number >> 32
}

/// A value of a domain by a number: an end, a place where something changes, or one between.
fn any_of(domain: &Domain, marks: &[i64], number: u64) -> Domain {
    if domain.missing && (domain.set.is_empty() || number.is_multiple_of(7)) {
        return Domain::missing_like(&domain.set);
    }
    let number = number / 7;
    Domain::of(match &domain.set {
        Set::Range(low, high) => {
            let inside: Vec<i64> = marks
                .iter()
                .copied()
                .filter(|it| low <= it && it <= high)
                .collect();
            let (near, far) = ((*low).max(-FAR).min(*high), (*high).min(FAR).max(*low));
            let value = match number % 4 {
                0 => near,
                1 => far,
                2 if !inside.is_empty() => inside[(number / 4) as usize % inside.len()],
                _ => {
                    // Small and large numbers are as likely.
                    let width = (i128::from(far) - i128::from(near)).max(1) as u128;
                    let bits = 128 - width.leading_zeros();
                    let step = (1_u128 << ((number / 4) as u32 % bits.max(1))).min(width);
                    let up = number % 8 < 4;
                    let step = step as i64;
                    if up {
                        near.saturating_add(step)
                    } else {
                        far.saturating_sub(step)
                    }
                }
            };
            let value = value.clamp(*low, *high);
            Set::Range(value, value)
        }
        Set::Codes(codes) => {
            let at = number as usize % codes.len().max(1);
            Set::codes(codes.get(at).copied())
        }
        Set::Flag(no, yes) if *no && *yes => {
            Set::Flag(number.is_multiple_of(2), !number.is_multiple_of(2))
        }
        flag => flag.clone(),
    })
}

/// The number of a range that people would write with the fewest digits; of these the nearest to 0.
pub fn roundest(low: i64, high: i64) -> i64 {
    if low <= 0 && high >= 0 {
        return 0;
    }
    if high < 0 {
        return roundest(high.saturating_neg(), low.saturating_neg()).saturating_neg();
    }
    let mut unit = 10_i64.pow(low.ilog10());
    while unit > 1 {
        let up = low.checked_add(unit - 1).map(|it| it / unit * unit);
        if let Some(up) = up.filter(|it| *it <= high) {
            return up;
        }
        unit /= 10;
    }
    low
}

/// The same or the next lower value on the grid of a dimension, or the next higher where that is
/// outside the domain.
fn on_grid(step: i64, domain: &Domain, one: Domain) -> Domain {
    let (Some((low, high)), Some((value, _))) = (domain.ends(), one.ends()) else {
        return one;
    };
    if step <= 1 {
        return one;
    }
    let down = value.div_euclid(step).saturating_mul(step);
    let value = if down < low {
        down.saturating_add(step)
    } else {
        down
    };
    Domain::of(Set::Range(value, value.min(high)))
}
