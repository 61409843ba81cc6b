//! Dates as days: shifts by days and calendar months, and whole months between two.
//! The calendar is computed with whole numbers only, so that a column of dates takes no detour.

use crate::value::decimal::ONE;

/// Millionths of a second in a day.
pub(in crate::eval) const DAY: i64 = 86_400 * ONE;

/// 0001-01-01 and 9999-12-31 as days since 1970-01-01.
const FIRST: i64 = -719_162;
const LAST: i64 = 2_932_896;

/// The day that many millionths of a second later, whole days only, rounded down.
pub(in crate::eval) fn shift_days(day: i64, duration: i64, back: bool) -> Option<i64> {
    let duration = i128::from(duration) * if back { -1 } else { 1 };
    let days = duration.div_euclid(i128::from(DAY));
    inside(i128::from(day) + days)
}

/// The day that many months later; a day that the month lacks becomes its last one.
pub(in crate::eval) fn shift_months(day: i64, months: i64, back: bool) -> Option<i64> {
    let months = if back { months.checked_neg()? } else { months };
    let (year, month, of_month) = parts(day);
    let count = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    if !(1..=9999).contains(&year) {
        return None;
    }
    Some(first_of(year, month) + of_month.min(length(year, month)) - 1)
}

/// The largest n with `from` + n months not after `to`.
pub(in crate::eval) fn months_between(from: i64, to: i64) -> i64 {
    let ((year, month, day), (to_year, to_month, to_day)) = (parts(from), parts(to));
    let months = (to_year - year) * 12 + to_month - month;
    // In the month of `to` the day may not have come yet; its last day stands for missing ones.
    let due = day.min(length(to_year, to_month));
    months - i64::from(due > to_day)
}

fn inside(day: i128) -> Option<i64> {
    let day = i64::try_from(day).ok()?;
    (FIRST..=LAST).contains(&day).then_some(day)
}

/// Year, month and day; years begin in March inside, so that a leap day is the last of its year.
fn parts(day: i64) -> (i64, i64, i64) {
    let day = day.clamp(FIRST, LAST) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_month)
}

/// The first day of a month.
fn first_of(year: i64, month: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Date;

    #[test]
    fn agrees_with_the_calendar() {
        assert_eq!(Date::new(1, 1, 1), Some(Date(FIRST)));
        assert_eq!(Date::new(9999, 12, 31), Some(Date(LAST)));
        let mut day = FIRST;
        while day <= LAST {
            let date = Date(day);
            let (year, month, of_month) = parts(day);
            let calendar = date
                .parts()
                .map(|(y, m, d)| (i64::from(y), i64::from(m), i64::from(d)));
            assert_eq!(calendar, Some((year, month, of_month)), "{date}");
            for months in [-13, -1, 1, 11, 12, 25] {
                let expected = date.add_months(months).map(|date| date.0);
                assert_eq!(
                    shift_months(day, months, false),
                    expected,
                    "{date} {months}"
                );
                assert_eq!(
                    shift_months(day, -months, true),
                    expected,
                    "{date} {months}"
                );
            }
            for other in [day - 31, day - 1, day, day + 28, day + 366] {
                let expected = date.months_until(Date(other));
                if (FIRST..=LAST).contains(&other) && expected.is_some() {
                    assert_eq!(Some(months_between(day, other)), expected, "{date} {other}");
                }
            }
            day += 97;
        }
    }

    #[test]
    fn whole_days_only() {
        assert_eq!(shift_days(100, 36 * 3_600 * ONE, false), Some(101));
        assert_eq!(shift_days(100, 36 * 3_600 * ONE, true), Some(98));
        assert_eq!(shift_days(LAST, DAY, false), None);
        assert_eq!(shift_months(LAST, 1, false), None);
    }
}
