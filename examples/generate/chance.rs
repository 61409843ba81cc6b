//! A small source of chance for made-up data: one independent stream a row, so that the first rows of a long file are
//! the rows of a short one. Integers only; it never reads the clock and never differs between machines.

/// SplitMix64, the generator by Steele, Lea and Flood: a counter and a mixing function.
pub struct Chance {
    state: u64,
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

impl Chance {
    /// The stream of one row of one file; files are told apart by their seed.
    pub fn of_row(seed: u64, row: u64) -> Chance {
        Chance {
            state: mixed(seed ^ mixed(row.wrapping_add(STEP))),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mixed(self.state)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u128::from(high.abs_diff(low)) + 1;
        // The upper half of the product is below the width, so it always fits.
        let offset = (u128::from(self.next()) * width) >> 64;
        low + i64::try_from(offset).unwrap_or(0)
    }

    /// Yes in so many cases of a hundred.
    pub fn percent(&mut self, cases: i64) -> bool {
        self.between(1, 100) <= cases
    }

    /// One of the values, each as likely as the others.
    pub fn pick<T: Copy, const N: usize>(&mut self, values: &[T; N]) -> T {
        let last = i64::try_from(N).unwrap_or(1) - 1;
        let at = usize::try_from(self.between(0, last)).unwrap_or(0);
        values[at]
    }

    /// One of the values, each as likely as the weight beside it.
    pub fn weighted<T: Copy, const N: usize>(&mut self, values: &[(i64, T); N]) -> T {
        let total: i64 = values.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.between(1, total);
        for (weight, value) in values {
            if drawn <= *weight {
                return *value;
            }
            drawn -= weight;
        }
        values[N - 1].1
    }

    /// A whole number whose spread is drawn by points (share of the cases in tenths of a percent, value), straight
    /// between them: `[(0, 10), (500, 40), (1000, 900)]` has its middle at 40 and a long tail up to 900.
    pub fn spread<const N: usize>(&mut self, points: &[(i64, i64); N]) -> i64 {
        let drawn = self.between(0, 999_999);
        for pair in points.windows(2) {
            let [(from, low), (to, high)] = [pair[0], pair[1]];
            let (from, to) = (from * 1000, to * 1000);
            if drawn < to {
                return low + (high - low) * (drawn - from) / (to - from);
            }
        }
        points[N - 1].1
    }
}
