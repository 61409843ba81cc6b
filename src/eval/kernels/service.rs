//! Hours and cost of one customer: products of frequencies, durations and rates, summed exactly and
//! rounded once. What is never done costs nothing, whatever its duration.

use super::quotient::divide_all;
use crate::base::vectors::widest;
use crate::eval::block::{Lane, Missing, Seen, View};
use crate::eval::loops::onto2;
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

/// The same for all rows at once in narrow numbers, where they hold whatever may come.
pub(in crate::eval) fn all_hours(parts: &[(View<'_>, View<'_>)], out: &mut [i64]) -> bool {
    // Durations are brought down by what they share, where each is one for all rows.
    let unit = HOUR_UNIT as i64;
    let durations = parts.iter().map(|(_, duration)| duration);
    let shared = shared(durations, ONE * unit).unwrap_or(1);
    let mut most = 0_i128;
    let mut done = Vec::with_capacity(parts.len());
    for (frequency, duration) in parts {
        let (Some(often), Some(long)) = (largest(frequency), largest(duration)) else {
            return false;
        };
        most = most.saturating_add(often.saturating_mul(long / i128::from(shared)));
        done.push(often != 0);
    }
    if most > LIMIT {
        return false;
    }
    out.fill(0);
    for ((frequency, duration), _) in parts.iter().zip(done).filter(|(_, done)| *done) {
        add_product(frequency.numbers(), brought_down(duration, shared), out);
    }
    divide_all(out, most, ONE * unit / shared, unit);
    true
}

/// What narrow sums stay below, so that half a divisor may be added.
const LIMIT: i128 = i64::MAX as i128 / 4;

/// What a number and single ones share; nothing where one is not single.
fn shared<'v>(views: impl Iterator<Item = &'v View<'v>>, number: i64) -> Option<i64> {
    let mut shared = number;
    for view in views {
        match view.values {
            Seen::Number(Lane::One(value)) => shared = gcd(shared, value),
            _ => return None,
        }
    }
    Some(shared)
}

/// The numbers of a view divided by one that they share; where they are many, it is 1.
fn brought_down<'v>(view: &View<'v>, shared: i64) -> Lane<'v, i64> {
    match view.numbers() {
        Lane::One(value) => Lane::One(value / shared),
        many => many,
    }
}

/// The largest size among the numbers of a view; `None` where it is too wide.
fn largest(view: &View<'_>) -> Option<i128> {
    match view.values {
        Seen::Number(Lane::One(value)) => Some(i128::from(value.unsigned_abs())),
        Seen::Number(Lane::Rows(values)) => {
            let all = widest(
                #[inline(always)]
                move || values.iter().fold(0_u64, |all, it| all | it.unsigned_abs()),
            );
            // All bits that any of them has: never less than the largest, and less than twice it.
            Some(i128::from(all))
        }
        Seen::Wide(_) => None,
        _ => Some(0),
    }
}

/// `out[i] += a[i] × b[i]`; whoever calls knows that it fits.
fn add_product(a: Lane<'_, i64>, b: Lane<'_, i64>, out: &mut [i64]) {
    onto2(
        a,
        b,
        out,
        #[inline(always)]
        |out, a, b| *out = out.wrapping_add(a.wrapping_mul(b)),
    );
}

/// Sets the mask where hours are missing: something that is done has a duration that is.
pub(in crate::eval) fn hours_missing(parts: &[(View<'_>, View<'_>)], mask: &mut [bool]) {
    for (frequency, duration) in parts {
        set_missing(mask, None, frequency.missing);
        set_missing(mask, Some(frequency), duration.missing);
    }
}

/// Sets the mask of rows that are missing, or of those among them that have a frequency.
fn set_missing(mask: &mut [bool], frequency: Option<&View<'_>>, missing: Missing<'_>) {
    if matches!(missing, Missing::Never) {
        return;
    }
    let often = match frequency.map(|frequency| frequency.values) {
        Some(Seen::Number(often)) => often,
        Some(Seen::Wide(_)) | None => Lane::One(1),
        Some(_) => Lane::One(0),
    };
    onto2(
        often,
        missing.lane(),
        mask,
        #[inline(always)]
        |mask, often, missing| *mask |= missing & (often != 0),
    );
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

/// The same for all rows at once in narrow numbers, where every duration is one for all rows and
/// the numbers hold whatever may come.
pub(in crate::eval) fn all_costs(
    parts: &[Part<'_>],
    out: &mut [i64],
    scratch: &mut Vec<i64>,
) -> bool {
    // What durations and the money beside them are counted in is brought down by what they share.
    let beside = 3_600 * ONE;
    let times = parts.iter().flat_map(|part| &part.times);
    let Some(shared) = shared(times.map(|(duration, _)| duration), beside) else {
        return false;
    };
    let beside = beside / shared;
    let mut most = 0_i128;
    let mut done = Vec::with_capacity(parts.len());
    for part in parts {
        let mut one = 0_i128;
        for (duration, rate) in &part.times {
            let (Some(long), Some(rate)) = (largest(duration), largest(rate)) else {
                return false;
            };
            one = one.saturating_add((long / i128::from(shared)).saturating_mul(rate));
        }
        if let Some(costs) = &part.costs {
            let Some(costs) = largest(costs) else {
                return false;
            };
            one = one.saturating_add(costs.saturating_mul(i128::from(beside)));
        }
        let Some(often) = largest(&part.frequency) else {
            return false;
        };
        most = most.saturating_add(one.saturating_mul(often.max(1)));
        done.push(often != 0);
    }
    if most > LIMIT {
        return false;
    }
    out.fill(0);
    for (part, _) in parts.iter().zip(done).filter(|(_, done)| *done) {
        let often = part.frequency.numbers();
        // What is one for all rows is added up before any row.
        let (mut one, mut many) = (0_i64, false);
        scratch.clear();
        let costs = part
            .costs
            .iter()
            .map(|it| (Lane::One(beside), it.numbers()));
        let times = part.times.iter();
        let times = times.map(|(long, rate)| (brought_down(long, shared), rate.numbers()));
        for product in costs.chain(times) {
            match product {
                (Lane::One(a), Lane::One(b)) => one = one.wrapping_add(a.wrapping_mul(b)),
                (a, b) => {
                    scratch.resize(out.len(), 0);
                    many = true;
                    add_product(a, b, scratch);
                }
            }
        }
        if one != 0 || !many {
            add_product(often, Lane::One(one), out);
        }
        if many {
            add_product(often, Lane::Rows(scratch), out);
        }
    }
    divide_all(out, most, beside * ONE, 1);
    true
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).unwrap_or(1).max(1)
}

/// Sets the mask where costs are missing: something that is done has a part that is.
pub(in crate::eval) fn cost_missing(parts: &[Part<'_>], mask: &mut [bool]) {
    for part in parts {
        set_missing(mask, None, part.frequency.missing);
        let of_times = part.times.iter().flat_map(|(long, rate)| [long, rate]);
        for value in of_times.chain(&part.costs) {
            set_missing(mask, Some(&part.frequency), value.missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::Missing;
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
    fn narrow_and_wide_numbers_give_the_same() {
        let rows = |values: &'static [i64]| View {
            values: Seen::Number(Lane::Rows(values)),
            ..one(0)
        };
        let often = || rows(&[0, 12_000_000, 8_666_667, 1, -3]);
        let rates = || rows(&[410_000_000, 620_000_000, 0, 7, 999_999]);
        let minute = 60 * ONE;
        let hours_parts = [(often(), one(20 * minute)), (rates(), one(5 * minute + 1))];
        let cost_parts = [
            Part {
                frequency: often(),
                times: vec![
                    (one(150 * minute), rates()),
                    (one(240 * minute), one(700 * ONE)),
                ],
                costs: Some(one(350 * ONE)),
            },
            Part {
                frequency: rates(),
                times: Vec::new(),
                costs: Some(often()),
            },
        ];
        let (mut narrow, mut scratch) = ([7; 5], Vec::new());
        assert!(all_hours(&hours_parts, &mut narrow));
        let wide: Vec<_> = (0..5).map(|row| hours(&hours_parts, row)).collect();
        assert_eq!(narrow.map(Some), *wide);
        assert!(all_costs(&cost_parts, &mut narrow, &mut scratch));
        let wide: Vec<_> = (0..5).map(|row| cost(&cost_parts, row)).collect();
        assert_eq!(narrow.map(Some), *wide);
        let huge = [(one(i64::MAX), one(2))];
        assert!(!all_hours(&huge, &mut narrow));
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
