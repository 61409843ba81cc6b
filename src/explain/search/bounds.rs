//! The least and the most that an operation can come to, where its inputs pull in different directions:
//! too wide rather than too narrow, and none where it may be missing.

use super::monotone::Rule;
use crate::plan::op::{Comparison, Op, Register};
use crate::value::decimal::ONE;

impl Rule<'_, '_> {
    /// The bounds of an operation whose inputs pull in different directions.
    pub(super) fn bounds(&self, op: &Op) -> Option<(i64, i64)> {
        let range = |it: &Register| self.range(it);
        match op {
            Op::Negate(a) => {
                let (least, most) = range(a)?;
                Some((most.checked_neg()?, least.checked_neg()?))
            }
            Op::Add(a, b) => {
                let (a, b) = (range(a)?, range(b)?);
                Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?))
            }
            Op::Subtract(a, b) => {
                let (a, b) = (range(a)?, range(b)?);
                Some((a.0.checked_sub(b.1)?, a.1.checked_sub(b.0)?))
            }
            Op::Smaller(a, b) => {
                let (a, b) = (range(a)?, range(b)?);
                Some((a.0.min(b.0), a.1.min(b.1)))
            }
            Op::Larger(a, b) => {
                let (a, b) = (range(a)?, range(b)?);
                Some((a.0.max(b.0), a.1.max(b.1)))
            }
            Op::Multiply(a, b, unit) => {
                let corner = |a: i64, b: i64| Some((i128::from(a) * i128::from(b), ONE.into()));
                corners(range(a)?, range(b)?, *unit, corner)
            }
            Op::Divide(a, b, unit, _) => {
                let (a, b) = (range(a)?, range(b)?);
                let corner = |a: i64, b: i64| Some((i128::from(a) * i128::from(ONE), b.into()));
                match b.0 > 0 {
                    true => corners(a, b, *unit, corner),
                    false => None,
                }
            }
            Op::RoundTo(a, unit) => {
                let (least, most) = range(a)?;
                Some((least.checked_sub(*unit)?, most.checked_add(*unit)?))
            }
            Op::Ramp(a, worst, best, scores) => {
                let points = [(*worst, scores.lowest), (*best, scores.highest)];
                let mut points = points.to_vec();
                points.sort_unstable();
                on_points(&points, range(a)?, scores.unit)
            }
            Op::Curve(a, points, unit) => on_points(points, range(a)?, *unit),
            Op::Bands(a, bands, otherwise) => {
                let scores = bands_within(bands, *otherwise, range(a)?);
                Some((*scores.iter().min()?, *scores.iter().max()?))
            }
            Op::Mean(members, scores) => self.mean_bounds(members, scores.unit),
            _ => None,
        }
    }

    /// The bounds of a mean: those of its members, rounded outwards.
    fn mean_bounds(&self, members: &[(i128, Register)], unit: i64) -> Option<(i64, i64)> {
        let (mut all, mut least, mut most) = (0_i128, 0_i128, 0_i128);
        for (weight, member) in members.iter().filter(|(weight, _)| *weight > 0) {
            if self.is_left_out(member) {
                continue;
            }
            let (low, high) = self.range(member)?;
            all = all.checked_add(*weight)?;
            least = least.checked_add(weight.checked_mul(low.into())?)?;
            most = most.checked_add(weight.checked_mul(high.into())?)?;
        }
        if all == 0 {
            return None;
        }
        let least = i64::try_from(least.div_euclid(all)).ok()?;
        let most = i64::try_from(most.div_euclid(all)).ok()?;
        Some((least.checked_sub(unit)?, most.checked_add(unit + 1)?))
    }
}

/// The bounds of a product or a quotient, a fraction at each corner, rounded outwards.
fn corners(
    a: (i64, i64),
    b: (i64, i64),
    unit: i64,
    corner: impl Fn(i64, i64) -> Option<(i128, i128)>,
) -> Option<(i64, i64)> {
    let mut bounds: Option<(i128, i128)> = None;
    for (a, b) in [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)] {
        let (numerator, divisor) = corner(a, b)?;
        let down = numerator.div_euclid(divisor);
        bounds = match bounds {
            None => Some((down, down)),
            Some((least, most)) => Some((least.min(down), most.max(down))),
        };
    }
    let (least, most) = bounds?;
    let (least, most) = (i64::try_from(least).ok()?, i64::try_from(most).ok()?);
    Some((
        least.checked_sub(unit.max(1))?,
        most.checked_add(unit.max(1))?.checked_add(1)?,
    ))
}

/// The bounds of straight lines through points between two values, rounded outwards.
fn on_points(points: &[(i64, i64)], (least, most): (i64, i64), unit: i64) -> Option<(i64, i64)> {
    let (first, last) = (points.first()?, points.last()?);
    let at = |x: i64| -> Option<i64> {
        if x <= first.0 {
            return Some(first.1);
        }
        if x >= last.0 {
            return Some(last.1);
        }
        let next = points.iter().position(|(point, _)| *point >= x)?;
        let ((a, low), (b, high)) = (points.get(next.checked_sub(1)?)?, points.get(next)?);
        let rise = i128::from(high - low) * i128::from(x - a) / i128::from((b - a).max(1));
        i64::try_from(i128::from(*low) + rise).ok()
    };
    let inside = points.iter().filter(|(x, _)| (least..=most).contains(x));
    let mut scores: Vec<i64> = inside.map(|(_, score)| *score).collect();
    scores.extend([at(least)?, at(most)?]);
    let (low, high) = (scores.iter().min()?, scores.iter().max()?);
    Some((low.checked_sub(unit + 1)?, high.checked_add(unit + 1)?))
}

/// The scores of bands between two values: they change only beside their thresholds.
pub(super) fn bands_within(
    bands: &[(Comparison, i64, i64)],
    otherwise: i64,
    (least, most): (i64, i64),
) -> Vec<i64> {
    let score = |value: i64| {
        let mut bands = bands.iter();
        let band = bands.find(|(comparison, x, _)| comparison.holds(value, *x));
        band.map_or(otherwise, |(_, _, score)| *score)
    };
    let beside = bands
        .iter()
        .flat_map(|(_, x, _)| [x.saturating_sub(1), *x, x.saturating_add(1)]);
    let mut values: Vec<i64> = beside.filter(|it| (least..=most).contains(it)).collect();
    values.extend([least, most]);
    values.sort_unstable();
    values.into_iter().map(score).collect()
}
