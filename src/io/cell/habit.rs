//! How the numbers of a column are written: a cell that was read with more care in, and from then on cells
//! written the same way read at once. It reads nothing that the careful way would not read the same.

use super::ends::Tail;
use super::number::{Scale, power_to};
use super::quick::{digits_of, eight};
use std::iter::repeat_n;

/// How a number is written: how many decimals behind which mark, whether spaces stand between groups of three
/// digits, and what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(in crate::io) struct Habit {
    grouped: bool,
    /// The last sixteen bytes, with `0` where any digit may stand.
    written: [u64; 2],
    /// What makes at least 128 with a difference from `written` that is too large.
    room: [u64; 2],
    /// How many bits stand behind the number, and how many are the mark and the decimals.
    behind: u32,
    fraction: u32,
    /// The bits of the decimals. Without a mark all bits, or none where groups are apart.
    decimals: u64,
    /// What one unit of the last decimal is worth, and one unit before the mark.
    worth: i64,
    worth_whole: i64,
}

/// Digits differ from `0` by up to nine, everything else by nothing.
const ANY_DIGIT: u8 = 0x7F - 9;
const NOTHING: u8 = 0x7F;

/// A number of eight digits has to fit.
const MOST_WORTH: i64 = i64::MAX / 100_000_000;

impl Habit {
    /// How a cell is written that was read as a plain number in units of this scale; `None` where that is nothing
    /// to be looked for in other cells.
    pub(in crate::io) fn of(cell: &[u8], scale: Scale) -> Option<Habit> {
        let (number, scale) = match cell {
            [number @ .., b' ', b'%'] | [number @ .., b'%'] => (number, Scale::PERCENT),
            _ => (cell, scale),
        };
        let behind = cell.get(number.len()..)?;
        let mark = number.iter().position(|byte| matches!(byte, b'.' | b','));
        let (whole, fraction) = number.split_at(mark.unwrap_or(number.len()));
        let (mark, decimals) = match fraction {
            [mark, decimals @ ..] => (Some(*mark), decimals.len()),
            [] => (None, 0),
        };
        let grouped = whole.contains(&b' ');
        let is_known = |it: &u8| matches!(it, b'0'..=b'9' | b' ' | b'-');
        let is_plain = whole.iter().all(is_known) && !number.ends_with(b" ");
        // Three digits behind a mark may be a group.
        if !is_plain || decimals == 3 || grouped && scale.times != 1 {
            return None;
        }
        let places = u32::try_from(decimals).ok()?;
        let worth = power_to(places + scale.shift)?.checked_mul(scale.times)?;
        let worth_whole = power_to(scale.shift)?;
        if worth > MOST_WORTH {
            return None;
        }
        let (mut written, mut room) = ([b'0'; 16], [ANY_DIGIT; 16]);
        let whole = (1..).map(|at| if grouped && at % 4 == 0 { b' ' } else { b'0' });
        let backwards = behind.iter().rev().copied();
        let backwards = backwards.chain(repeat_n(b'0', decimals)).chain(mark);
        let last = written.iter_mut().zip(&mut room).rev();
        for ((written, room), byte) in last.zip(backwards.chain(whole)) {
            *written = byte;
            *room = if byte == b'0' { ANY_DIGIT } else { NOTHING };
        }
        Some(Habit {
            grouped,
            written: halves(written),
            room: halves(room),
            behind: 8 * behind.len() as u32,
            fraction: 8 * fraction.len() as u32,
            decimals: match mark {
                Some(_) => !(u64::MAX >> (8 * places)),
                None if grouped => 0,
                None => u64::MAX,
            },
            worth,
            worth_whole,
        })
    }

    /// The number of a cell that is written so.
    #[inline(always)]
    pub(in crate::io) fn read(&self, cell: Tail) -> Option<i64> {
        match self.grouped {
            true => self.groups(cell),
            false => self.short(cell),
        }
    }

    /// A number in up to eight bytes, with nothing between its digits.
    #[inline(always)]
    fn short(&self, cell: Tail) -> Option<i64> {
        if !(1..=8).contains(&cell.length) {
            return None;
        }
        let mut bits = 8 * cell.length as u32;
        let negative = (cell.high >> (64 - bits)) as u8 == b'-';
        bits -= 8 * u32::from(negative);
        if bits < self.behind + self.fraction + 8 {
            return None;
        }
        let [_, written] = self.written;
        let [_, room] = self.room;
        let differs = (cell.high ^ written) & (u64::MAX << (64 - bits));
        if is_too_large(differs, room) {
            return None;
        }
        let digits = differs << self.behind;
        // What stands before the mark moves into its place.
        let digits = digits & self.decimals | (digits & !self.decimals) << 8;
        let value = i64::from(digits_of(digits, 10_000)) * self.worth;
        Some(if negative { -value } else { value })
    }

    /// A number in up to sixteen bytes, with spaces between groups of three digits.
    #[inline(always)]
    fn groups(&self, cell: Tail) -> Option<i64> {
        if !(1..=16).contains(&cell.length) {
            return None;
        }
        let mut bits = 8 * cell.length as u32;
        let negative = cell.first(bits) == b'-';
        bits -= 8 * u32::from(negative);
        let least = self.behind + self.fraction + 8;
        // Neither a space nor a zero stands before other digits.
        if bits < least || bits > least && cell.first(bits) <= b'0' {
            return None;
        }
        let low = (cell.low ^ self.written[0]) & u64::MAX.unbounded_shl(128 - bits);
        let high = (cell.high ^ self.written[1]) & u64::MAX << 64_u32.saturating_sub(bits);
        if is_too_large(low, self.room[0]) || is_too_large(high, self.room[1]) {
            return None;
        }
        let decimals = i64::from(digits_of(high << self.behind & self.decimals, 10_000));
        let after = self.behind + self.fraction;
        let high = high << after | low.unbounded_shr(64 - after);
        // A group and the space before it are four bytes.
        let millions = i64::from(digits_of(low << after, 1_000));
        let whole = millions * 1_000_000 + i64::from(digits_of(high, 1_000));
        let value = whole * self.worth_whole + decimals * self.worth;
        Some(if negative { -value } else { value })
    }
}

/// Whether any of eight bytes is larger than the room that there is for it.
#[inline(always)]
fn is_too_large(bytes: u64, room: u64) -> bool {
    // What a sum of two bytes carries over does no harm: the lower one is too large.
    (bytes | bytes.wrapping_add(room)) & eight(0x80) != 0
}

fn halves(bytes: [u8; 16]) -> [u64; 2] {
    let word = u128::from_le_bytes(bytes);
    [word as u64, (word >> 64) as u64]
}

#[cfg(test)]
mod tests {
    use super::{Habit, Scale, Tail};
    use crate::io::cell::quick::plain;

    /// What is read by the habit of one cell is in every other cell that number, written that way.
    #[test]
    fn a_habit_reads_what_is_written_the_same_way() {
        let wholes = [
            "",
            "0",
            "7",
            "07",
            "12",
            "123",
            "1234",
            "12345678",
            "123456789",
            "1 234",
            "0 123",
            "12 345",
            "123 456",
            "1 234 567",
            "999 999 999 999",
            " 123",
            "1 23",
            "12 3456",
            "1  234",
            "1\u{a0}234",
            "1,234",
            "1.234",
            "-",
            "--1",
            "1-2",
            "x",
        ];
        let decimals = [
            "", ",", ".", ",5", ".5", ",25", ",125", ",1234", ".123456", ",1234567", ",5,", ", 5",
        ];
        let behind = ["", "%", " %", "  %", " ", "kr"];
        let mut cells = Vec::new();
        for sign in ["", "-"] {
            for whole in wholes {
                for decimals in decimals {
                    cells.extend(behind.map(|behind| [sign, whole, decimals, behind].concat()));
                }
            }
        }
        let mut read = 0;
        for times in [1, 86_400, 1_000_000] {
            let scale = Scale { times, shift: 0 };
            let plains: Vec<_> = cells
                .iter()
                .map(|cell| plain(cell.as_bytes(), scale))
                .collect();
            for (learned, first) in cells.iter().zip(&plains) {
                let Some(first) = first else { continue };
                let Some(habit) = Habit::of(learned.as_bytes(), scale) else {
                    continue;
                };
                let own = Tail::of(learned.as_bytes(), 0, learned.len());
                assert!(
                    learned.len() > 8 || habit.read(own) == Some(first.value),
                    "{learned}"
                );
                for (cell, plain) in cells.iter().zip(&plains) {
                    for before in ["", "1 234 567,89;-99 999 999,99;", "01,234567890123456"] {
                        let text = [before, cell].concat();
                        let tail = Tail::of(text.as_bytes(), before.len(), text.len());
                        let Some(value) = habit.read(tail) else {
                            continue;
                        };
                        let expected = plain.as_ref().map(|it| (it.value, it.side, it.percent));
                        let found = (value, first.side, first.percent);
                        assert_eq!(Some(found), expected, "{cell:?} as {learned:?}");
                        read += 1;
                    }
                }
            }
        }
        assert!(read > 10_000, "{read}");
    }
}
