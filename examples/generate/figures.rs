//! How numbers and dates are written in the files of different countries: whole numbers in, text out. It never rounds,
//! because nothing that reaches it has more digits than it writes.

/// A whole number with a separator between groups of three digits: `1 250 000`.
pub fn grouped(number: i64, separator: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Hundredths as a number with two decimals, the whole part grouped: `1 250 000,50`.
pub fn hundredths_grouped(hundredths: i64, separator: char, mark: char) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let amount = hundredths.abs();
    let whole = grouped(amount / 100, separator);
    format!("{sign}{whole}{mark}{:02}", amount % 100)
}

/// Hundredths as a number with two decimals: `1250000.50`.
pub fn hundredths(hundredths: i64, mark: char) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let amount = hundredths.abs();
    format!("{sign}{}{mark}{:02}", amount / 100, amount % 100)
}

/// Tenths as a number with one decimal: `37,5`.
pub fn tenths(tenths: i64, mark: char) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let amount = tenths.abs();
    format!("{sign}{}{mark}{}", amount / 10, amount % 10)
}

/// A calendar day as (year, month, day), counted in days from 1 January 1970.
pub fn day(days: i64) -> (i64, i64, i64) {
    // The usual civil calendar in eras of 400 years, which begin in March so that the leap day comes last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// `2026-11-21`.
pub fn iso_date(days: i64) -> String {
    let (year, month, day) = day(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `21.11.2026`, as dates are written in Finland and Norway.
pub fn dotted_date(days: i64) -> String {
    let (year, month, day) = day(days);
    format!("{day}.{month}.{year}")
}

/// The day the examples stand on, 21 November 2026, in days from 1 January 1970.
pub const TODAY: i64 = 20_778;
