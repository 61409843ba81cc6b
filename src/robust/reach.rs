//! The share of one weight at which an axis reaches a score: a weighted mean is linear-fractional in
//! one share, and each group rounds on the way. What comes out is verified by evaluation elsewhere.

/// Shares are counted in millionths, as finely as a weight in percent can be written.
pub const WHOLE: i128 = 1_000_000;

/// Siblings as one customer sees them.
#[derive(Clone, Debug, Default)]
pub struct Level {
    /// The weight of the member on the way.
    pub weight: i128,
    /// Its score for this customer, in millionths.
    pub score: i128,
    /// The weights of all its siblings.
    pub others: i128,
    /// The weights of those siblings that have a score for this customer.
    pub present: i128,
    /// Weights times scores of those.
    pub product: i128,
}

/// The scores at which a mean is rounded up to `target`, doubled so that they stay whole.
fn doubled_threshold(target: i128, unit: i128) -> i128 {
    2 * target - unit
}

/// The score that a member must have at least for the mean of its level to reach `target`, on the
/// grid of scores.
fn needed(level: &Level, target: i128, unit: i128) -> Option<i128> {
    let all = level.weight + level.present;
    let wanted = doubled_threshold(target, unit)
        .checked_mul(all)?
        .checked_sub(2_i128.checked_mul(level.product)?)?;
    let divisor = level.weight.checked_mul(2)?.checked_mul(unit)?;
    if divisor <= 0 {
        return None;
    }
    // Rounded up to the grid.
    let steps = wanted.div_euclid(divisor) + i128::from(wanted.rem_euclid(divisor) != 0);
    steps.checked_mul(unit)
}

/// The share, in millionths, nearest to today's at which the axis scores at least `target` (`up`), or
/// less than it. `levels` lead from the axis down to the weight's own siblings; `unit` is one in the
/// last decimal of a score. `None` where no share does it.
pub fn share(levels: &[Level], mut target: i128, unit: i128, up: bool) -> Option<i128> {
    let (own, above) = levels.split_last()?;
    for level in above {
        target = needed(level, target, unit)?;
    }
    // t · (score − line) + (1 − t) · (product − line · present) / others = 0, all doubled.
    let line = doubled_threshold(target, unit);
    let rise = 2_i128.checked_mul(own.score)?.checked_sub(line)?;
    let lack = line
        .checked_mul(own.present)?
        .checked_sub(2_i128.checked_mul(own.product)?)?;
    let lever = own.others.checked_mul(rise)?;
    let divisor = lever.checked_add(lack)?;
    if divisor == 0 {
        return None;
    }
    // At the share lack / divisor the mean stands on the line; beyond it more weight lifts it.
    let heavier_lifts = divisor > 0;
    let (numerator, divisor) = match divisor < 0 {
        true => (-lack, -divisor),
        false => (lack, divisor),
    };
    if numerator < 0 || numerator > divisor {
        return None;
    }
    let scaled = numerator.checked_mul(WHOLE)?;
    let below = scaled / divisor;
    let on_the_grid = scaled % divisor == 0;
    let found = match (up == heavier_lifts, up, on_the_grid) {
        // More weight is needed: at least the line, or beyond it.
        (true, true, true) => below,
        (true, _, _) => below + 1,
        // Less weight is needed.
        (false, true, _) => below,
        (false, false, true) => below - 1,
        (false, false, false) => below,
    };
    (0..=WHOLE).contains(&found).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of a level with the member's share at so many millionths, rounded half away from 0.
    fn mean(level: &Level, share: i128, score: i128, unit: i128) -> i128 {
        let (own, rest) = (share * level.others, WHOLE - share);
        let numerator = own * score + rest * level.product;
        let divisor = own + rest * level.present;
        let doubled = 2 * numerator + divisor * unit;
        doubled.div_euclid(2 * divisor * unit) * unit
    }

    #[test]
    fn the_share_found_is_the_nearest_that_reaches() {
        let unit = 10_000;
        let inner = Level {
            weight: 40,
            score: 9_000_000,
            others: 60,
            present: 60,
            product: 60 * 4_500_000,
        };
        let outer = Level {
            weight: 70,
            score: 0,
            others: 30,
            present: 30,
            product: 30 * 2_000_000,
        };
        let axis = |share: i128| {
            let group = mean(&inner, share, inner.score, unit);
            let numerator = 2 * (outer.weight * group + outer.product) + 100 * unit;
            numerator.div_euclid(2 * 100 * unit) * unit
        };
        let now = axis(400_000);
        for (target, up) in [
            (now + 50_000, true),
            (now - 50_000, false),
            (now + 1_000_000, true),
        ] {
            let levels = [outer.clone(), inner.clone()];
            let found = share(&levels, target, unit, up).expect("a share");
            assert_eq!(axis(found) >= target, up, "{found}");
            let back = if found > 400_000 {
                found - 1
            } else {
                found + 1
            };
            assert_ne!(axis(back) >= target, up, "{found}");
        }
        // Beyond what the weight alone can do.
        assert_eq!(share(&[outer, inner], 9_500_000, unit, true), None);
    }
}
