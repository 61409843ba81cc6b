//! Calendar dates as days since 1970-01-01, and calendar arithmetic by months.
//! The way back from days is jiff's, as is the arithmetic; no time zones, no clock.

use jiff::civil;
use std::fmt;

/// A day of the Gregorian calendar, years 1 to 9999, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i64);

impl Date {
    /// The date of that year, month and day, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Date> {
        let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
        Date::of(year, month, day)
    }

    /// The same, counted in March years: they end with the day that most years lack, and their months begin
    /// after 153 days for every five.
    #[inline]
    fn of(year: i64, month: i64, day: i64) -> Option<Date> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if !(1..=days).contains(&day) {
            return None;
        }
        let (march_year, since_march) = match month {
            1 | 2 => (year - 1, month + 9),
            _ => (year, month - 3),
        };
        let before = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400;
        // The first of March of the year 0 was that many days before 1970.
        Some(Date(
            before + (153 * since_march + 2) / 5 + day - 1 - 719_468,
        ))
    }

    /// The date written as `2026-11-21`.
    pub fn parse(text: &str) -> Option<Date> {
        let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else {
            return None;
        };
        // All eight digits at once: each byte less that of a zero, and six more than a nine shows in its high half.
        let digits =
            u64::from_be_bytes([a, b, c, d, e, f, g, h]).wrapping_sub(0x3030_3030_3030_3030);
        let sound =
            (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0;
        // The even bytes become two digits each.
        let pairs = (digits >> 8).wrapping_mul(10).wrapping_add(digits);
        let pair = |at: u32| (pairs >> (48 - 16 * at) & 0xFF) as i64;
        let (year, month, day) = (pair(0) * 100 + pair(1), pair(2), pair(3));
        Date::of(year, month, day).filter(|_| sound)
    }

    /// The date `days` later (earlier where negative), if it is in range.
    pub fn add_days(self, days: i64) -> Option<Date> {
        let date = Date(self.0.checked_add(days)?);
        date.civil().map(|_| date)
    }

    /// The date `months` later (earlier where negative); a day that the month lacks becomes its
    /// last one. `None` out of range.
    pub fn add_months(self, months: i64) -> Option<Date> {
        let from = self.civil()?;
        let count =
            (i64::from(from.year()) * 12 + i64::from(from.month()) - 1).checked_add(months)?;
        let year = i16::try_from(count.div_euclid(12)).ok()?;
        let month = i8::try_from(count.rem_euclid(12)).ok()? + 1;
        let first = civil::Date::new(year, month, 1).ok()?;
        Date::new(year, month, from.day().min(first.days_in_month()))
    }

    /// The largest n with `self` + n months not after `other`; negative where `self` lies later.
    pub fn months_until(self, other: Date) -> Option<i64> {
        let (from, to) = (self.civil()?, other.civil()?);
        let years = i64::from(to.year()) - i64::from(from.year());
        let guess = years * 12 + i64::from(to.month()) - i64::from(from.month());
        // The guess lands in the month of `other`, so it is right or one too many.
        if self.add_months(guess).is_none_or(|date| date > other) {
            Some(guess - 1)
        } else {
            Some(guess)
        }
    }

    /// Year, month and day.
    pub fn parts(self) -> Option<(i16, i8, i8)> {
        self.civil()
            .map(|date| (date.year(), date.month(), date.day()))
    }

    fn civil(self) -> Option<civil::Date> {
        let epoch = civil::Date::constant(1970, 1, 1);
        let span = jiff::Span::new().try_days(self.0).ok()?;
        epoch.checked_add(span).ok().filter(|date| date.year() >= 1)
    }
}

/// Written as `2026-11-21`.
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            Some((year, month, day)) => write!(formatter, "{year:04}-{month:02}-{day:02}"),
            None => write!(formatter, "day {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Date;
    use jiff::civil;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn reads_and_writes() {
        for text in ["1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-5",
            "21.11.2026",
            "0000-01-01",
            "2026-0:-01",
            "2026/01/01",
            "+026-01-01",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let mut days = date("0001-01-01").0;
        for year in 1..=9999 {
            for month in 1..=12 {
                let first = civil::Date::new(year, month, 1).expect("a month");
                for day in 1..=31 {
                    let is_there = day <= first.days_in_month();
                    let expected = is_there.then_some(Date(days));
                    assert_eq!(Date::new(year, month, day), expected);
                    days += i64::from(is_there);
                }
            }
        }
        assert_eq!((date("1970-01-01").0, date("9999-12-31").0), (0, days - 1));
        assert_eq!(date("9999-12-31").parts(), Some((9999, 12, 31)));
        for (year, month, day) in [
            (0, 1, 1),
            (-4, 2, 1),
            (10_000, 1, 1),
            (2026, 0, 1),
            (2026, 1, 0),
        ] {
            assert_eq!(Date::new(year, month, day), None);
        }
    }

    #[test]
    fn months_are_calendar_months() {
        assert_eq!(date("2026-03-31").add_months(-1), Some(date("2026-02-28")));
        assert_eq!(date("2024-02-29").add_months(12), Some(date("2025-02-28")));
        assert_eq!(date("2026-01-31").months_until(date("2026-02-28")), Some(1));
        assert_eq!(date("2026-01-15").months_until(date("2026-02-14")), Some(0));
        assert_eq!(
            date("2026-02-14").months_until(date("2026-01-15")),
            Some(-1)
        );
        assert_eq!(
            date("2025-11-21").months_until(date("2026-11-21")),
            Some(12)
        );
        assert_eq!(date("9999-12-31").add_months(1), None);
    }
}
