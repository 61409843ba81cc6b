//! Two lists of numbers → how far they put customers in the same order (Spearman, ties sharing the
//! middle of their places). Sums are exact; only the last division is not.

/// The places of numbers, times two so that shared ones are whole.
pub(super) fn places(numbers: &[i64]) -> Vec<i64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by_key(|at| numbers.get(*at));
    let mut places = vec![0; numbers.len()];
    let mut start = 0;
    while start < order.len() {
        let value = order.get(start).and_then(|at| numbers.get(*at));
        let same = order.get(start..).unwrap_or_default().iter();
        let count = same
            .take_while(|at| numbers.get(**at) == value)
            .count()
            .max(1);
        // The middle of the places from `start` to `start + count - 1`, twice.
        let place = i64::try_from(2 * start + count - 1).unwrap_or(i64::MAX);
        for at in order.get(start..start + count).unwrap_or_default() {
            if let Some(slot) = places.get_mut(*at) {
                *slot = place;
            }
        }
        start += count;
    }
    places
}

/// The correlation of two lists of places; `None` where one of them has only one place.
pub(super) fn correlation(one: &[i64], other: &[i64]) -> Option<f64> {
    let count = i128::try_from(one.len()).ok()?;
    let sum = |list: &[i64]| list.iter().map(|it| i128::from(*it)).sum::<i128>();
    let product = |a: &[i64], b: &[i64]| {
        let pairs = a.iter().zip(b);
        pairs
            .map(|(a, b)| i128::from(*a) * i128::from(*b))
            .sum::<i128>()
    };
    let (one_sum, other_sum) = (sum(one), sum(other));
    let shared = count * product(one, other) - one_sum * other_sum;
    let one_spread = count * product(one, one) - one_sum * one_sum;
    let other_spread = count * product(other, other) - other_sum * other_sum;
    if one_spread <= 0 || other_spread <= 0 {
        return None;
    }
    Some(shared as f64 / ((one_spread as f64).sqrt() * (other_spread as f64).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_places() {
        assert_eq!(places(&[5, 1, 5, 9]), [3, 0, 3, 6]);
        assert_eq!(places(&[]), [] as [i64; 0]);
    }

    #[test]
    fn order_decides_and_distance_does_not() {
        let of = |a: &[i64], b: &[i64]| {
            let rho = correlation(&places(a), &places(b));
            rho.map(|it| format!("{it:.3}"))
        };
        assert_eq!(of(&[1, 2, 3], &[1, 20, 300]).as_deref(), Some("1.000"));
        assert_eq!(of(&[1, 2, 3], &[3, 2, 1]).as_deref(), Some("-1.000"));
        assert_eq!(of(&[1, 2, 3], &[7, 7, 7]), None);
        assert_eq!(of(&[1, 2, 3, 4], &[2, 1, 4, 3]).as_deref(), Some("0.600"));
    }
}
