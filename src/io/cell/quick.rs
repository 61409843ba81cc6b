//! The quick way to read the most common cells. It reads nothing that the careful way would not read
//! the same, and leaves everything out of the ordinary to it.

use super::evidence::{Readings, Side};
use super::number::{Amount, Number};

/// More digits than these may not fit.
const MOST_DIGITS: u32 = 18;

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
    let mut rest = bytes;
    let (mut digits, mut count): (i64, u32) = (0, 0);
    // Digits since the last space, and whether there was one.
    let (mut group, mut grouped) = (0, false);
    let mark = loop {
        match *rest {
            [digit @ b'0'..=b'9', ref next @ ..] => {
                digits = digits
                    .wrapping_mul(10)
                    .wrapping_add(i64::from(digit - b'0'));
                count += 1;
                group += 1;
                rest = next;
            }
            [b' ', ref next @ ..] | [0xC2, 0xA0, ref next @ ..] => {
                let fits = match grouped {
                    true => group == 3,
                    false => (1..=3).contains(&group) && first != b'0',
                };
                if !fits {
                    return None;
                }
                (grouped, group) = (true, 0);
                rest = next;
            }
            [mark @ (b'.' | b','), ref next @ ..] => {
                rest = next;
                break Some(mark);
            }
            [] => break None,
            _ => return None,
        }
    };
    if count == 0 || (grouped && group != 3) {
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
    use super::super::number::read_with_care;

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
