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
    let written = Written::read(bytes)?;
    let side = match written.mark {
        None => None,
        Some(b'.') => Some(Side::First),
        Some(_) => Some(Side::Second),
    };
    let decimals = written.decimals;
    // Three digits behind a mark may be a group.
    if written.whole + decimals > PLAIN_DIGITS || side.is_some() && decimals == 3 {
        return None;
    }
    let scale = match written.percent {
        true => Scale::PERCENT,
        false => scale,
    };
    let power = power_to(decimals + scale.shift)?;
    let value = written.digits.checked_mul(scale.times)?;
    Some(Plain {
        value: value.checked_mul(power)?,
        side,
        percent: written.percent,
    })
}

/// A number: a minus, digits alone or in groups of three with a space between them, at most one
/// decimal mark, a percent sign.
pub(super) fn number(bytes: &[u8]) -> Option<Number<'static>> {
    let written = Written::read(bytes)?;
    let (whole, decimals) = (written.whole, written.decimals);
    if whole + decimals > MOST_DIGITS {
        return None;
    }
    let digits = i128::from(written.digits);
    let fraction = Amount { digits, decimals };
    let grouping = Amount {
        digits,
        decimals: 0,
    };
    let may_group = decimals == 3 && whole <= 3 && !written.begins_with_zero && !written.grouped;
    let amount = match written.mark {
        None => Readings::Agreed(grouping),
        Some(b'.') if may_group => Readings::Open(fraction, grouping),
        Some(b'.') => Readings::Only(Side::First, fraction),
        Some(_) if may_group => Readings::Open(grouping, fraction),
        Some(_) => Readings::Only(Side::Second, fraction),
    };
    Some(Number {
        amount,
        percent: written.percent,
        unit: None,
    })
}

/// What stands in a cell with digits on both sides of a mark, if it has one. More digits than
/// [`MOST_DIGITS`] have gone astray.
struct Written {
    /// All digits as one whole number, with its sign.
    digits: i64,
    /// How many stand before the mark, and behind it.
    whole: u32,
    decimals: u32,
    mark: Option<u8>,
    /// Whether spaces stand between groups of three.
    grouped: bool,
    begins_with_zero: bool,
    percent: bool,
}

impl Written {
    #[inline(always)]
    fn read(bytes: &[u8]) -> Option<Written> {
        let (percent, bytes) = match bytes {
            [rest @ .., b'%'] => (true, rest.trim_ascii_end()),
            _ => (false, bytes),
        };
        let (negative, bytes) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, bytes),
        };
        let begins_with_zero = bytes.first() == Some(&b'0');
        if let Some(short) = Short::read(bytes) {
            let digits = i64::from(short.digits);
            return Some(Written {
                digits: if negative { -digits } else { digits },
                whole: short.whole,
                decimals: short.decimals,
                mark: short.mark,
                grouped: false,
                begins_with_zero,
                percent,
            });
        }
        let (mut digits, mut whole, mut rest) = (0_i64, 0, bytes);
        // Digits since the last space.
        let (mut group, mut grouped) = (0, false);
        let mark = loop {
            match rest {
                [digit @ b'0'..=b'9', next @ ..] => {
                    digits = with_digit(digits, *digit);
                    whole += 1;
                    group += 1;
                    rest = next;
                }
                [b' ', next @ ..] | [0xC2, 0xA0, next @ ..] => {
                    let fits = match grouped {
                        true => group == 3,
                        false => (1..=3).contains(&group) && !begins_with_zero,
                    };
                    if !fits {
                        return None;
                    }
                    (grouped, group) = (true, 0);
                    rest = next;
                }
                [mark @ (b'.' | b','), next @ ..] => {
                    rest = next;
                    break Some(*mark);
                }
                [] => break None,
                _ => return None,
            }
        };
        let mut decimals = 0;
        for byte in rest {
            if !byte.is_ascii_digit() {
                return None;
            }
            digits = with_digit(digits, *byte);
            decimals += 1;
        }
        if whole == 0 || grouped && group != 3 || mark.is_some() && decimals == 0 {
            return None;
        }
        Some(Written {
            digits: if negative {
                digits.wrapping_neg()
            } else {
                digits
            },
            whole,
            decimals,
            mark,
            grouped,
            begins_with_zero,
            percent,
        })
    }
}

/// Digits and at most one mark among them, eight bytes in all.
struct Short {
    digits: u32,
    whole: u32,
    decimals: u32,
    mark: Option<u8>,
}

/// A byte eight times over.
pub(super) const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

impl Short {
    /// Reads a cell of up to eight bytes without going from byte to byte: numbers of different lengths make
    /// such a loop end where no processor expects it.
    #[inline(always)]
    fn read(bytes: &[u8]) -> Option<Short> {
        let length = bytes.len();
        let word = match (bytes.first_chunk(), bytes.last_chunk(), bytes) {
            _ if length > 8 => return None,
            (Some(first), Some(last), _) => {
                let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
                u64::from(first) << (8 * (8 - length)) | u64::from(last) << 32
            }
            (.., [a, b, c]) => u64::from_le_bytes([0, 0, 0, 0, 0, *a, *b, *c]),
            (.., [a, b]) => u64::from_le_bytes([0, 0, 0, 0, 0, 0, *a, *b]),
            (.., [a]) => u64::from_le_bytes([0, 0, 0, 0, 0, 0, 0, *a]),
            _ => return None,
        };
        let word = word | eight(b'0').checked_shr(8 * length as u32).unwrap_or(0);
        // A byte of 0 where a comma or a point stands: they differ in one bit.
        let marks = (word & !eight(b',' ^ b'.')) ^ eight(b',' & b'.');
        let found = marks.wrapping_sub(eight(1)) & !marks & eight(0x80);
        let (mark, decimals, word) = match found.trailing_zeros() / 8 {
            8 => (None, 0, word),
            place => {
                let behind = (word >> (8 * place)) & !0xFF;
                let before = word & !(u64::MAX << (8 * place));
                let mark = (word >> (8 * place)) as u8;
                let joined = behind << (8 * place) | before << 8 | u64::from(b'0');
                (Some(mark), 7 - place, joined)
            }
        };
        let whole = length as u32 - decimals - u32::from(mark.is_some());
        let high = eight(0xF0);
        let all_digits =
            word & high == eight(b'0') && word.wrapping_add(eight(6)) & high == eight(b'0');
        if !all_digits || whole == 0 || mark.is_some() && decimals == 0 {
            return None;
        }
        Some(Short {
            digits: digits_of(word - eight(b'0'), 10_000),
            whole,
            decimals,
            mark,
        })
    }
}

/// Eight digits, the first in the lowest byte, as two numbers of four, of which the first counts so many times.
#[inline(always)]
pub(super) fn digits_of(digits: u64, times: u64) -> u32 {
    // Two digits become one number, then two of these, then two of those.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    fours.wrapping_mul(times).wrapping_add(fours >> 32) as u32
}

#[inline(always)]
fn with_digit(digits: i64, digit: u8) -> i64 {
    digits
        .wrapping_mul(10)
        .wrapping_add(i64::from(digit - b'0'))
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
            "56",
            "9:",
            "/5",
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
