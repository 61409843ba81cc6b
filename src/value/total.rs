//! Sums of numbers, exact whatever their size: block by block in 64 bits where the numbers of a block are small enough,
//! else one by one in 128. It knows nothing of what is added up.

use crate::base::vectors::widest;

/// Numbers that are added up together.
pub const BLOCK: usize = 1_024;

/// Numbers of this size and smaller can be added up in 64 bits, as many as a block holds.
pub const SMALL: u64 = i64::MAX as u64 / BLOCK as u64;

/// The sum of all.
pub fn total(values: &[i64]) -> i128 {
    let block = |values: &[i64]| match narrow(values) {
        Some(sum) => i128::from(sum),
        None => values.iter().map(|value| i128::from(*value)).sum(),
    };
    values.chunks(BLOCK).map(block).sum()
}

/// The sum of those that count.
pub fn total_where(values: &[i64], counts: &[bool]) -> i128 {
    let block = |(values, counts): (&[i64], &[bool])| match narrow_where(values, counts) {
        Some(sum) => i128::from(sum),
        None => {
            let those = values.iter().zip(counts).filter(|(_, counts)| **counts);
            those.map(|(value, _)| i128::from(*value)).sum()
        }
    };
    let blocks = values.chunks(BLOCK).zip(counts.chunks(BLOCK));
    blocks.map(block).sum()
}

/// How many count.
pub fn count(counts: &[bool]) -> u64 {
    // A byte holds what so few come to.
    let few = |counts: &[bool]| {
        widest(
            #[inline(always)]
            move || counts.iter().fold(0_u8, |sum, it| sum + u8::from(*it)),
        )
    };
    counts.chunks(255).map(|it| u64::from(few(it))).sum()
}

/// The sum of a block, where all of them are small.
fn narrow(values: &[i64]) -> Option<i64> {
    let (sum, bits) = widest(
        #[inline(always)]
        move || {
            let (mut sum, mut bits) = (0_i64, 0);
            for value in values {
                sum = sum.wrapping_add(*value);
                bits |= value.unsigned_abs();
            }
            (sum, bits)
        },
    );
    (bits <= SMALL).then_some(sum)
}

/// The sum of those of a block that count, where all of them are small.
fn narrow_where(values: &[i64], counts: &[bool]) -> Option<i64> {
    let (sum, bits) = widest(
        #[inline(always)]
        move || {
            let (mut sum, mut bits) = (0_i64, 0);
            for (value, counts) in values.iter().zip(counts) {
                let value = value & -i64::from(*counts);
                sum = sum.wrapping_add(value);
                bits |= value.unsigned_abs();
            }
            (sum, bits)
        },
    );
    (bits <= SMALL).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_wide_where_they_must_be() {
        let small: Vec<i64> = (-700..2_000).collect();
        let mut large = small.clone();
        large.extend([i64::MAX; 3]);
        for values in [small, large, vec![i64::MIN, -1], Vec::new()] {
            let expected: i128 = values.iter().map(|it| i128::from(*it)).sum();
            assert_eq!(total(&values), expected);
            let counts: Vec<bool> = (0..values.len()).map(|row| row % 3 != 1).collect();
            let those = values.iter().zip(&counts).filter(|(_, counts)| **counts);
            let expected: i128 = those.map(|(value, _)| i128::from(*value)).sum();
            assert_eq!(total_where(&values, &counts), expected);
            let expected = counts.iter().filter(|it| **it).count();
            assert_eq!(count(&counts), expected as u64);
        }
        assert_eq!(count(&[true; 1_000]), 1_000);
    }
}
