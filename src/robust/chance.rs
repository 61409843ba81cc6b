//! Chance that is the same everywhere: whole numbers from a seed, and weights drawn around others.
//! No floating point, so that every machine and every number of threads draws the same.

/// Balls that are drawn from an urn; the more, the nearer to Dirichlet's distribution.
const BALLS: u32 = 4_096;

/// A stream of numbers: splitmix64.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a draw; draws of one seed do not depend on each other.
    pub fn new(seed: u64, draw: u64) -> Chance {
        let mut chance = Chance(seed ^ draw.wrapping_mul(0xd1b5_4a32_d192_ed03));
        chance.next();
        Chance(chance.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a limit, each equally likely.
    fn below(&mut self, limit: u128) -> u128 {
        let wide = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
        // Numbers above the last whole multiple are drawn again.
        let last = u128::MAX - u128::MAX % limit.max(1);
        loop {
            let drawn = wide(self.next(), self.next());
            if drawn < last {
                return drawn % limit.max(1);
            }
        }
    }

    /// The same number for limits of 32 bits, by divisions of 64 bits, which are many times faster.
    fn below_small(&mut self, limit: u64) -> u64 {
        let (high, low) = loop {
            let (high, low) = (self.next(), self.next());
            // The last whole multiple lies so near the end that only the highest need a closer look.
            if high != u64::MAX || is_taken(high, low, limit) {
                break (high, low);
            }
        };
        let rest = high % limit;
        let rest = (rest << 32 | low >> 32) % limit;
        (rest << 32 | low & u64::from(u32::MAX)) % limit
    }

    /// Weights around others: Pólya's urn, which tends to Dirichlet's distribution with
    /// `concentration` times the shares. Each ball that is drawn goes back with another of its kind.
    pub fn weights(&mut self, weights: &[i128], concentration: u32) -> Vec<i128> {
        let sum: i128 = weights.iter().sum();
        let mut urn: Vec<u128> = weights
            .iter()
            .map(|it| u128::try_from(*it).unwrap_or(0) * u128::from(concentration))
            .collect();
        let added = u128::try_from(sum).unwrap_or(0);
        let mut all: u128 = urn.iter().sum();
        if all == 0 {
            return weights.to_vec();
        }
        let most = all + added * u128::from(BALLS);
        if most <= u128::from(u32::MAX) {
            let small: Vec<u64> = urn.iter().map(|it| *it as u64).collect();
            let drawn = self.small_urn(small, added as u64);
            return drawn.into_iter().map(i128::from).collect();
        }
        for _ in 0..BALLS {
            let mut drawn = self.below(all);
            for balls in &mut urn {
                if drawn < *balls {
                    *balls += added;
                    break;
                }
                drawn -= *balls;
            }
            all += added;
        }
        let back = |balls: u128| i128::try_from(balls).unwrap_or(i128::MAX);
        urn.into_iter().map(back).collect()
    }

    /// The same urn in numbers of 32 bits.
    fn small_urn(&mut self, mut urn: Vec<u64>, added: u64) -> Vec<u64> {
        let mut all: u64 = urn.iter().sum();
        for _ in 0..BALLS {
            let mut drawn = self.below_small(all);
            for balls in &mut urn {
                if drawn < *balls {
                    *balls += added;
                    break;
                }
                drawn -= *balls;
            }
            all += added;
        }
        urn
    }
}

/// Whether a number of 128 bits lies below the last whole multiple of a limit.
fn is_taken(high: u64, low: u64, limit: u64) -> bool {
    let limit = u128::from(limit);
    (u128::from(high) << 64 | u128::from(low)) < u128::MAX - u128::MAX % limit
}

/// The concentration at which a weight of 50 % strays by that many millionths (its standard
/// deviation); at least 1.
pub fn concentration(spread: i64) -> u32 {
    let spread = i128::from(spread.max(1));
    let wanted = 250_000_000_000 / (spread * spread) - 1;
    u32::try_from(wanted.clamp(1, 1_000_000)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_lie_around_those_of_the_model() {
        let weights = [40, 30, 20, 10];
        let concentration = concentration(50_000);
        assert_eq!(concentration, 99);
        let (mut sums, mut squares) = ([0.0; 4], [0.0; 4]);
        let draws = 2_000;
        for draw in 0..draws {
            let drawn = Chance::new(7, draw).weights(&weights, concentration);
            let all: i128 = drawn.iter().sum();
            for at in 0..4 {
                let share = drawn[at] as f64 / all as f64;
                sums[at] += share;
                squares[at] += share * share;
            }
        }
        for at in 0..4 {
            let share = weights[at] as f64 / 100.0;
            let mean = sums[at] / draws as f64;
            let deviation = (squares[at] / draws as f64 - mean * mean).sqrt();
            let expected = (share * (1.0 - share) / 100.0).sqrt();
            assert!((mean - share).abs() < 0.004, "{mean} around {share}");
            assert!(
                (deviation / expected - 1.0).abs() < 0.08,
                "{deviation} and {expected}"
            );
        }
    }

    #[test]
    fn small_limits_draw_what_large_ones_draw() {
        let mut limits = Chance::new(11, 0);
        for _ in 0..20_000 {
            let limit = limits.next() >> (32 + limits.next() % 31) | 1;
            let (mut small, mut large) = (Chance(limit), Chance(limit));
            assert_eq!(
                u128::from(small.below_small(limit)),
                large.below(limit.into())
            );
            assert_eq!(small.next(), large.next());
        }
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed, draw| Chance::new(seed, draw).weights(&[3, 2, 1], 99);
        assert_eq!(draw(1, 5), draw(1, 5));
        assert_ne!(draw(1, 5), draw(1, 6));
        assert_ne!(draw(1, 5), draw(2, 5));
    }
}
