//! Dates as people write them: ISO, day.month.year, and slashed dates under both orders, with times
//! cut off. It decides no order.

use super::evidence::Readings;
use crate::value::Date;

/// Reads a cell; `None` where it is no date. The first reading has the day first, the second the
/// month.
pub fn read(text: &str) -> Option<Readings<Date>> {
    let text = text.trim();
    if let Some(date) = Date::parse(text) {
        return Some(Readings::Agreed(date));
    }
    let (date, time) = match text.find(['T', ' ', '\u{a0}']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    if !time.is_empty() && !is_time(time) {
        return None;
    }
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        return parts(date.get(..4)?, date.get(4..6)?, date.get(6..)?).map(Readings::Agreed);
    }
    let mark = date.chars().find(|letter| !letter.is_ascii_digit())?;
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let mut pieces = date.split(mark);
    let (first, second, third) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if pieces.next().is_some() {
        return None;
    }
    if first.len() == 4 {
        return parts(first, second, third).map(Readings::Agreed);
    }
    let day_first = parts(third, second, first);
    if mark == '.' {
        return day_first.map(Readings::Agreed);
    }
    Readings::of(day_first, parts(third, first, second))
}

/// The months of dates seen lately: dates of a column lie in few months.
#[derive(Debug)]
pub(in crate::io) struct Months {
    /// The first eight bytes of a date in ISO form, such as `2026-11-`, with the first day of the month as days
    /// since 1970-01-01 and how many days it has; none where nothing was seen.
    seen: [(u64, i64, u8); MONTHS],
}

const MONTHS: usize = 256;

impl Default for Months {
    fn default() -> Months {
        Months {
            seen: [(0, 0, 0); MONTHS],
        }
    }
}

impl Months {
    /// A date in ISO form as days since 1970-01-01; nothing where it is written otherwise, or there is no such day.
    #[inline]
    pub(in crate::io) fn day(&mut self, cell: &[u8]) -> Option<i64> {
        let [begin @ .., tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = cell else {
            return None;
        };
        let begin = u64::from_le_bytes(begin.try_into().ok()?);
        // The multiplier is 2^64 over the golden ratio (Knuth, The Art of Computer Programming, 6.4).
        let mixed = begin.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // Only the highest bits depend on all of the text.
        let seen = self.seen.get_mut((mixed >> 56) as usize % MONTHS)?;
        if seen.0 != begin {
            let (first, days) = month(begin.to_le_bytes())?;
            *seen = (begin, first, days);
        }
        let (_, first, days) = *seen;
        let day = (tens - b'0') * 10 + (ones - b'0');
        (1..=days)
            .contains(&day)
            .then(|| first + i64::from(day) - 1)
    }
}

/// The first day of a month such as `2026-11-`, as days since 1970-01-01, and how many days the month has.
fn month(begin: [u8; 8]) -> Option<(i64, u8)> {
    let text = std::str::from_utf8(&begin).ok()?;
    let first = Date::parse(&format!("{text}01"))?;
    let next = first.add_months(1)?;
    Some((first.0, u8::try_from(next.0 - first.0).ok()?))
}

fn parts(year: &str, month: &str, day: &str) -> Option<Date> {
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let digits = [year, month, day]
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !fits || !digits {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Whether text after a date is a time of a day: `T10:00`, ` 10:00:00.000`, ` 9.30`, `T10:00:00Z`,
/// ` 9:30 AM`, `T10:00+01:00`.
fn is_time(text: &str) -> bool {
    let text = text.trim_start_matches('T').trim();
    let lower = text.to_ascii_uppercase();
    let (clock, half) = match lower
        .strip_suffix("AM")
        .or_else(|| lower.strip_suffix("PM"))
    {
        Some(clock) => (clock.trim_end(), true),
        None => (lower.as_str(), false),
    };
    let clock = match clock.strip_suffix('Z') {
        Some(clock) => clock,
        None => match clock.find(['+', '-']) {
            Some(at) if is_clock(clock.get(at + 1..).unwrap_or(""), false, true) => {
                clock.get(..at).unwrap_or("").trim_end()
            }
            Some(_) => return false,
            None => clock,
        },
    };
    is_clock(clock, half, false)
}

/// Whether a text is hours, minutes and perhaps seconds; of a zone the hours alone may stand.
fn is_clock(text: &str, half: bool, zone: bool) -> bool {
    let mut parts = text.split([':', '.', ',']);
    let mut next = |most: u32, digits: std::ops::RangeInclusive<usize>| {
        let part = parts.next()?;
        let fits = digits.contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
        let value: u32 = part.parse().ok()?;
        Some(fits && value <= most)
    };
    let hours = next(if half { 12 } else { 23 }, 1..=2);
    let (minutes, seconds, fraction) = (next(59, 2..=2), next(59, 2..=2), next(u32::MAX, 1..=9));
    let rest = parts.next();
    let good = |part: Option<bool>| part.unwrap_or(true);
    let enough = minutes.is_some() || zone && text.len() == 2;
    let compact = zone && text.len() == 4 && text.bytes().all(|it| it.is_ascii_digit());
    compact
        || (hours == Some(true)
            && enough
            && good(minutes)
            && good(seconds)
            && good(fraction)
            && rest.is_none())
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Side;
    use super::*;

    #[test]
    fn dates_of_every_country() {
        let date = |text: &str| Date::parse(text).expect("a date");
        let day = date("2026-11-21");
        for text in [
            "2026-11-21",
            "2026-11-21T10:00:00Z",
            "2026-11-21 00:00:00.000",
            "20261121",
            "2026/11/21",
            "21.11.2026",
            "21.11.2026 10:00",
            "21.11.2026 9.30.00",
            "2026-11-21T10:00:00.123456+01:00",
            "2026-11-21T10:00:00-0130",
            "21.11.2026 9:30 am",
            " 2026-11-21 ",
        ] {
            assert_eq!(read(text), Some(Readings::Agreed(day)), "{text}");
        }
        assert_eq!(read("21/11/2026"), Some(Readings::Only(Side::First, day)));
        assert_eq!(read("11/21/2026"), Some(Readings::Only(Side::Second, day)));
        assert_eq!(
            read("3/1/2017"),
            Some(Readings::Open(date("2017-01-03"), date("2017-03-01")))
        );
        assert_eq!(read("1/1/2017"), Some(Readings::Agreed(date("2017-01-01"))));
        assert_eq!(read("9.4.1998"), Some(Readings::Agreed(date("1998-04-09"))));
        for text in [
            "",
            "i går",
            "21.11.26",
            "2026-13-01",
            "31/31/2026",
            "45231",
            "2026-11-21 noon",
            "2026-11-21 25:00",
            "2026-11-21 10:61",
            "2026-11-21 10",
            "2026-11-21 13:00 PM",
            "2026-11-21 10:00-x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn dates_by_their_month_are_the_same_dates() {
        let days = (1_990..2_030).flat_map(|year| (0..15).map(move |month| (year, month)));
        let mut months = Months::default();
        for (year, month) in days {
            for day in 0..35 {
                let text = format!("{year}-{month:02}-{day:02}");
                let found = months.day(text.as_bytes());
                assert_eq!(found, Date::parse(&text).map(|it| it.0), "{text}");
            }
        }
        for text in [
            "2026-1-021",
            "x2026-11-21",
            "2026-11-2x",
            "\u{e5}26-11-21",
            "\0\0\0\0\0\0\0-11",
            "9999-12-31",
        ] {
            assert_eq!(months.day(text.as_bytes()), None, "{text}");
        }
    }
}
