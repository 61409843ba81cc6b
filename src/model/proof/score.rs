//! Scales and weighted means over ranges: every score that they can give, rounded as a run rounds.

use super::domain::{Domain, Set};
use crate::model::program::{Scale, ScoreRange};
use crate::syntax::tree::CompareOperator;
use crate::value::decimal::{ONE, divide_rounded, unit};

/// The scores of the values from `low` to `high`.
pub fn scaled(scores: ScoreRange, scale: &Scale, low: i64, high: i64) -> Set {
    let unit = unit(scores.decimals);
    let (lowest, highest) = (scores.lowest.0, scores.highest.0);
    match scale {
        Scale::Ramp { worst, best } => {
            let score = |x: i64| {
                let (low, high) = (*worst.min(best), *worst.max(best));
                line((*worst, lowest), (*best, highest), x.clamp(low, high), unit)
            };
            ends(&[score(low), score(high)])
        }
        Scale::Curve(points) => {
            let points: Vec<(i64, i64)> = points.iter().map(|(x, score)| (*x, score.0)).collect();
            let inside = points.iter().filter(|(x, _)| low < *x && *x < high);
            let mut all: Vec<i64> = inside.map(|(_, score)| *score).collect();
            all.extend([curve(&points, low, unit), curve(&points, high, unit)]);
            ends(&all)
        }
        Scale::Bands { bands, otherwise } => {
            let mut all = Vec::new();
            // What no band has taken yet.
            let (mut low, mut high) = (Some(low), Some(high));
            for (operator, limit, score) in bands {
                let (Some(from), Some(to)) = (low, high) else {
                    break;
                };
                if from > to {
                    break;
                }
                let first = match operator {
                    CompareOperator::GreaterOrEqual => Some(*limit),
                    CompareOperator::Greater => limit.checked_add(1),
                    _ => None,
                };
                let last = match operator {
                    CompareOperator::LessOrEqual => Some(*limit),
                    CompareOperator::Less => limit.checked_sub(1),
                    _ => None,
                };
                if let Some(first) = first
                    && to >= first
                {
                    all.push(score.0);
                    high = first.checked_sub(1);
                }
                if let Some(last) = last
                    && from <= last
                {
                    all.push(score.0);
                    low = last.checked_add(1);
                }
            }
            if let (Some(low), Some(high)) = (low, high)
                && low <= high
            {
                all.push(otherwise.0);
            }
            ends(&all)
        }
        Scale::AsIs { capped } => {
            if !capped && (high < lowest || low > highest) {
                return Set::Range(1, 0);
            }
            let round = |x: i64| {
                let inside = i128::from(x.clamp(lowest, highest));
                (divide_rounded(inside, unit.into()) * i128::from(unit)) as i64
            };
            ends(&[round(low), round(high)])
        }
        Scale::Match { .. } | Scale::Ranked { .. } => Set::Range(lowest, highest),
    }
}

fn ends(all: &[i64]) -> Set {
    match (all.iter().min(), all.iter().max()) {
        (Some(low), Some(high)) => Set::Range(*low, *high),
        _ => Set::Range(1, 0),
    }
}

/// The score at x on the line through two points, rounded once.
fn line(a: (i64, i64), b: (i64, i64), x: i64, unit: i64) -> i64 {
    let wide = |(x, score): (i64, i64)| (i128::from(x), i128::from(score));
    let ((x0, s0), (x1, s1)) = (wide(a), wide(b));
    let run = x1 - x0;
    if run == 0 {
        return if i128::from(x) < x0 { a.1 } else { b.1 };
    }
    let (numerator, divisor) = (
        s0 * run + (s1 - s0) * (i128::from(x) - x0),
        run * i128::from(unit),
    );
    let (numerator, divisor) = if divisor < 0 {
        (-numerator, -divisor)
    } else {
        (numerator, divisor)
    };
    (divide_rounded(numerator, divisor) * i128::from(unit)) as i64
}

fn curve(points: &[(i64, i64)], x: i64, unit: i64) -> i64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return 0;
    };
    if x <= first.0 {
        return first.1;
    }
    let piece = points.windows(2).find_map(|pair| match pair {
        [a, b] if x < b.0 => Some(line(*a, *b, x, unit)),
        _ => None,
    });
    piece.unwrap_or(last.1)
}

/// The weighted mean of the parts that are there.
pub fn mean(scores: ScoreRange, parts: &[(i128, Domain)]) -> Domain {
    if parts.iter().any(|(_, part)| part.is_empty()) {
        return Domain::range(1, 0);
    }
    let certain = parts
        .iter()
        .any(|(weight, part)| *weight > 0 && !part.missing);
    let lowest = extreme(parts, unit(scores.decimals), 1);
    let highest = extreme(parts, unit(scores.decimals), -1);
    let set = match (lowest, highest) {
        (Some(Some(low)), Some(Some(high))) => Set::Range(low, high),
        // Nobody has a part.
        (Some(None), _) | (_, Some(None)) => Set::Range(1, 0),
        _ => Set::Range(scores.lowest.0, scores.highest.0),
    };
    Domain {
        missing: !certain,
        set,
    }
}

/// The smallest mean (or, with the sign -1, the largest); `Some(None)` where no part can be there,
/// `None` where the numbers grow too wide.
fn extreme(parts: &[(i128, Domain)], unit: i64, sign: i128) -> Option<Option<i64>> {
    let (mut sum, mut weights) = (0_i128, 0_i128);
    let mut optional: Vec<(i128, i128)> = Vec::new();
    for (weight, part) in parts.iter().filter(|(weight, _)| *weight > 0) {
        let Some((low, high)) = part.ends() else {
            continue;
        };
        let end = sign * i128::from(if sign > 0 { low } else { high });
        if part.missing {
            optional.push((end, *weight));
        } else {
            sum = sum.checked_add(weight.checked_mul(end)?)?;
            weights = weights.checked_add(*weight)?;
        }
    }
    optional.sort_unstable();
    for (end, weight) in optional {
        // Whoever pulls the mean further is taken to be there.
        if weights == 0 || end.checked_mul(weights)? < sum {
            sum = sum.checked_add(weight.checked_mul(end)?)?;
            weights = weights.checked_add(weight)?;
        }
    }
    if weights == 0 {
        return Some(None);
    }
    let divisor = weights.checked_mul(i128::from(unit))?;
    let ticks = sign * divide_rounded(sum, divisor);
    Some(i64::try_from(ticks.checked_mul(i128::from(unit))?).ok())
}

/// The share of the weight of the flags that hold.
pub fn known(parts: &[(i128, Domain)]) -> Domain {
    let total: i128 = parts.iter().map(|(weight, _)| *weight).sum();
    if total <= 0 {
        return Domain::range(0, ONE);
    }
    let share = |counts: &dyn Fn(&Domain) -> bool| {
        let held = parts.iter().filter(|(_, flag)| counts(flag));
        let sum: i128 = held.map(|(weight, _)| *weight).sum();
        divide_rounded(sum * i128::from(ONE), total) as i64
    };
    Domain::range(
        share(&Domain::is_yes),
        share(&|flag| !flag.is_no() && !flag.is_empty()),
    )
}
