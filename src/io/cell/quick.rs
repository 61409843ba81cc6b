//! The quick way to read the most common cells. It reads nothing that the careful way would not read
//! the same, and leaves everything out of the ordinary to it.

use super::evidence::{Readings, Side};
use super::number::{Amount, Number, Scale, power_to};

/// More digits than these may not fit.
const MOST_DIGITS: u32 = 18;

/// A number in ordinary writing, in the model's units. `decimal` says which mark it was written
/// with; nothing is said of numbers that could be read in two ways, that have units or need rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) struct Plain {
    pub(in crate::io) value: i64,
    pub(in crate::io) side: Option<Side>,
    pub(in crate::io) percent: bool,
}

/// The most digits that are taken here; with six decimals and a factor they may not fit.
const PLAIN_DIGITS: u32 = 15;

/// Reads a number in ordinary writing; most cells are such.
#[inline]
pub(in crate::io) fn plain(bytes: &[u8], scale: Scale) -> Option<Plain> {
    let (percent, bytes) = match bytes {
        [rest @ .., b'%'] => (true, rest.trim_ascii_end()),
        _ => (false, bytes),
    };
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let Whole {
        mut digits,
        count: whole,
        mut rest,
        ..
    } = Whole::read(bytes)?;
    let mut count = whole;
    let side = match rest {
        [] => None,
        [b'.', next @ ..] => {
            rest = next;
            Some(Side::First)
        }
        [b',', next @ ..] => {
            rest = next;
            Some(Side::Second)
        }
        _ => return None,
    };
    for byte in rest {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits = digits.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
        count += 1;
    }
    let decimals = count - whole;
    // Three digits behind a mark may be a group; a mark needs digits on both sides.
    if whole == 0 || count > PLAIN_DIGITS || side.is_some() && (decimals == 0 || decimals == 3) {
        return None;
    }
    let scale = if percent { Scale::PERCENT } else { scale };
    let power = power_to(decimals + scale.shift)?;
    let value = digits.checked_mul(scale.times)?.checked_mul(power)?;
    Some(Plain {
        value: if negative { -value } else { value },
        side,
        percent,
    })
}

/// The digits before the mark.
struct Whole<'a> {
    digits: i64,
    count: u32,
    /// Whether spaces stand between groups of three.
    grouped: bool,
    rest: &'a [u8],
}

impl Whole<'_> {
    /// Reads digits alone or in groups of three with a space between them, as far as they go.
    #[inline(always)]
    fn read(bytes: &[u8]) -> Option<Whole<'_>> {
        let (mut digits, mut count, mut rest) = (0_i64, 0, bytes);
        // Digits since the last space.
        let (mut group, mut grouped) = (0, false);
        loop {
            match rest {
                [digit @ b'0'..=b'9', next @ ..] => {
                    digits = digits
                        .wrapping_mul(10)
                        .wrapping_add(i64::from(digit - b'0'));
                    count += 1;
                    group += 1;
                    rest = next;
                }
                [b' ', next @ ..] | [0xC2, 0xA0, next @ ..] => {
                    let fits = match grouped {
                        true => group == 3,
                        false => (1..=3).contains(&group) && bytes.first() != Some(&b'0'),
                    };
                    if !fits {
                        return None;
                    }
                    (grouped, group) = (true, 0);
                    rest = next;
                }
                _ => break,
            }
        }
        if grouped && group != 3 {
            return None;
        }
        Some(Whole {
            digits,
            count,
            grouped,
            rest,
        })
    }
}

/// A number: a minus, digits alone or in groups of three with a space between them, at most one
/// decimal mark, a percent sign.
pub(super) fn number(bytes: &[u8]) -> Option<Number<'static>> {
    let (percent, bytes) = match bytes {
        [rest @ .., b'%'] => (true, rest.trim_ascii_end()),
        _ => (false, bytes),
    };
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let first = *bytes.first()?;
    let Whole {
        mut digits,
        mut count,
        grouped,
        rest,
    } = Whole::read(bytes)?;
    let (mark, rest) = match rest {
        [] => (None, rest),
        [mark @ (b'.' | b','), next @ ..] => (Some(*mark), next),
        _ => return None,
    };
    if count == 0 {
        return None;
    }
    let whole = count;
    for byte in rest {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits = digits.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
        count += 1;
    }
    if count > MOST_DIGITS {
        return None;
    }
    let digits = i128::from(if negative { -digits } else { digits });
    let decimals = count - whole;
    let fraction = Amount { digits, decimals };
    let grouping = Amount {
        digits,
        decimals: 0,
    };
    let may_group = decimals == 3 && whole <= 3 && first != b'0' && !grouped;
    let amount = match mark {
        None => Readings::Agreed(grouping),
        Some(_) if decimals == 0 => return None,
        Some(b'.') if may_group => Readings::Open(fraction, grouping),
        Some(b'.') => Readings::Only(Side::First, fraction),
        Some(_) if may_group => Readings::Open(grouping, fraction),
        Some(_) => Readings::Only(Side::Second, fraction),
    };
    Some(Number {
        amount,
        percent,
        unit: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::number::{Scale, read_with_care};
    use super::{Readings, Side, plain};

    /// What is read here as a plain number is the same number with care.
    fn assert_plain(text: &str) {
        let scale = Scale {
            times: 1_000,
            shift: 0,
        };
        let Some(found) = plain(text.as_bytes(), scale) else {
            return;
        };
        let number = read_with_care(text).expect("a number");
        let scale = if number.percent {
            Scale::PERCENT
        } else {
            scale
        };
        let amount = match (number.amount, found.side) {
            (Readings::Agreed(amount), None) => amount,
            (Readings::Only(Side::First, amount), Some(Side::First)) => amount,
            (Readings::Only(Side::Second, amount), Some(Side::Second)) => amount,
            (other, side) => panic!("{text:?}: {other:?} {side:?}"),
        };
        let scaled = amount.scaled(scale).expect("in range");
        assert_eq!(
            (scaled.value.0, scaled.rounded),
            (found.value, false),
            "{text:?}"
        );
        assert_eq!((number.percent, number.unit), (found.percent, None));
    }

    #[test]
    fn nothing_is_read_otherwise_than_with_care() {
        let parts = [
            "",
            "0",
            "1",
            "12",
            "123",
            "1234",
            " ",
            "\u{a0}",
            ",",
            ".",
            "-",
            "%",
            " %",
            "007",
            "123456789012345678",
        ];
        let mut quick = 0;
        for a in parts {
            for b in parts {
                for c in parts {
                    for d in parts {
                        for e in parts {
                            let text = [a, b, c, d, e].concat();
                            assert_plain(&text);
                            if let Some(number) = super::number(text.as_bytes()) {
                                assert_eq!(Some(number), read_with_care(&text), "{text:?}");
                                quick += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(quick > 10_000);
    }
}
