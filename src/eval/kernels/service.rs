//! Hours and cost of one customer: products of frequencies, durations and rates, summed exactly and
//! rounded once. What is never done costs nothing, whatever its duration.

use crate::eval::block::View;
use crate::value::decimal::{ONE, divide_rounded};

/// Millionths of a second in a millionth of an hour.
const HOUR_UNIT: i128 = 3_600;
const WIDE_ONE: i128 = ONE as i128;

/// A part of the cost: how often, the time of one with its rate an hour, and money beside it.
pub(in crate::eval) struct Part<'a> {
    pub(in crate::eval) frequency: View<'a>,
    pub(in crate::eval) times: Vec<(View<'a>, View<'a>)>,
    pub(in crate::eval) costs: Option<View<'a>>,
}

/// Frequencies times durations, rounded at the sixth digit of an hour, as a duration. What does not
/// fit 128 bits on the way is far beyond the range in the end.
pub(in crate::eval) fn hours(parts: &[(View<'_>, View<'_>)], row: usize) -> Option<i64> {
    let mut done = parts
        .iter()
        .filter(|(frequency, _)| frequency.wide(row) != 0);
    let sum = done.try_fold(0_i128, |sum, (frequency, duration)| {
        sum.checked_add(frequency.wide(row).checked_mul(duration.wide(row))?)
    })?;
    let rounded = divide_rounded(sum, WIDE_ONE * HOUR_UNIT);
    i64::try_from(rounded.checked_mul(HOUR_UNIT)?).ok()
}

/// Whether hours of a row are missing: something that is done has a duration that is.
pub(in crate::eval) fn hours_missing(parts: &[(View<'_>, View<'_>)], row: usize) -> bool {
    parts.iter().any(|(frequency, duration)| {
        frequency.missing.at(row) || (frequency.wide(row) != 0 && duration.missing.at(row))
    })
}

/// What a customer costs a year, rounded once.
pub(in crate::eval) fn cost(parts: &[Part<'_>], row: usize) -> Option<i64> {
    // frequency × duration × rate is in 1e-18 money × 3600; money beside the time in 1e-12.
    let beside = 3_600 * WIDE_ONE;
    let mut done = parts.iter().filter(|part| part.frequency.wide(row) != 0);
    let sum = done.try_fold(0_i128, |sum, part| {
        let mut one = match &part.costs {
            Some(costs) => costs.wide(row).checked_mul(beside)?,
            None => 0,
        };
        for (duration, rate) in &part.times {
            one = one.checked_add(duration.wide(row).checked_mul(rate.wide(row))?)?;
        }
        sum.checked_add(part.frequency.wide(row).checked_mul(one)?)
    })?;
    i64::try_from(divide_rounded(sum, beside * WIDE_ONE)).ok()
}

/// Whether the cost of a row is missing: something that is done has a part that is.
pub(in crate::eval) fn cost_missing(parts: &[Part<'_>], row: usize) -> bool {
    parts.iter().any(|part| {
        let unknown = |view: &View<'_>| view.missing.at(row);
        let times = || part.times.iter();
        part.frequency.missing.at(row)
            || part.frequency.wide(row) != 0
                && (times().any(|(duration, rate)| unknown(duration) || unknown(rate))
                    || part.costs.as_ref().is_some_and(unknown))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::{Lane, Missing, Seen};
    use std::borrow::Cow;

    fn one(value: i64) -> View<'static> {
        View {
            values: Seen::Number(Lane::One(value)),
            missing: Missing::Never,
            poison: Cow::Borrowed(&[]),
            single: true,
        }
    }

    #[test]
    fn rounded_once() {
        let minutes = 60 * ONE;
        // Every 6 weeks, 20 minutes: 8.666667 × 1/3 h.
        let parts = [(one(8_666_667), one(20 * minutes))];
        assert_eq!(hours(&parts, 0), Some(2_888_889 * 3_600));
        let part = Part {
            frequency: one(8_666_667),
            times: vec![(one(20 * minutes), one(410 * ONE))],
            costs: Some(one(350 * ONE)),
        };
        // 8.666667 × (410 / 3 + 350)
        assert_eq!(cost(&[part], 0), Some(4_217_777_940));
    }

    #[test]
    fn what_leaves_the_range_is_none() {
        let part = |frequency| Part {
            frequency: one(frequency),
            times: vec![(one(1_000_000_000_000_000_000), one(3_600_000_000_000))],
            costs: None,
        };
        assert_eq!(cost(&[part(1_000_000_000_000)], 0), None);
        assert_eq!(cost(&[part(9_000)], 0), Some(9_000_000_000_000_000_000));
        assert_eq!(cost(&[part(0)], 0), Some(0));
    }
}
