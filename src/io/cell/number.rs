//! Numbers as people write them: grouped digits, decimal point or comma, minus signs of every kind,
//! a percent sign or a currency beside them. It says what a cell means under both decimal marks and
//! decides nothing.

use super::evidence::Readings;
#[cfg(test)]
use super::evidence::Side;
use super::quick;
use crate::value::Decimal;
use crate::value::decimal::divide_rounded;

/// A number of a cell: whole digits and how many of them stand after the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// All digits as one whole number, with its sign.
    pub digits: i128,
    /// How many of them are decimals.
    pub decimals: u32,
}

/// What one unit in the file is in the model: `times`, over ten to the `shift`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The factor.
    pub times: i64,
    /// Places that the point moves to the left: 2 for a percent.
    pub shift: u32,
}

impl Scale {
    /// One is one.
    pub const ONE: Scale = Scale { times: 1, shift: 0 };
    /// Hundredths.
    pub const PERCENT: Scale = Scale { times: 1, shift: 2 };
}

/// A number in the model's units, and whether it was rounded on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// The value.
    pub value: Decimal,
    /// Whether it had more than six decimals.
    pub rounded: bool,
}

impl Amount {
    /// The number in the model's units, rounded half away from zero at the sixth decimal; `None`
    /// out of range.
    pub fn scaled(self, scale: Scale) -> Option<Scaled> {
        let decimals = self.decimals + scale.shift;
        // Most numbers need nothing wide.
        if let (Ok(digits), Some(power)) = (i64::try_from(self.digits), power_to(decimals))
            && let Some(product) = digits.checked_mul(scale.times)
            && let Some(value) = product.checked_mul(power)
        {
            return Some(Scaled {
                value: Decimal(value),
                rounded: false,
            });
        }
        let product = self.digits.checked_mul(i128::from(scale.times))?;
        if decimals <= 6 {
            let value = product.checked_mul(10_i128.checked_pow(6 - decimals)?)?;
            return Some(Scaled {
                value: Decimal(i64::try_from(value).ok()?),
                rounded: false,
            });
        }
        let divisor = 10_i128.checked_pow(decimals - 6)?;
        Some(Scaled {
            value: Decimal(i64::try_from(divide_rounded(product, divisor)).ok()?),
            rounded: product % divisor != 0,
        })
    }
}

/// What a number with that many decimals is multiplied by to count millionths.
pub(super) fn power_to(decimals: u32) -> Option<i64> {
    const POWERS: [i64; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    POWERS.get(decimals as usize).copied()
}

/// A number and what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<'a> {
    /// The number: under a decimal point, under a decimal comma.
    pub amount: Readings<Amount>,
    /// Whether a percent sign stands beside it.
    pub percent: bool,
    /// The currency beside it: `kr`, `€`, `NOK`, `:-`.
    pub unit: Option<&'a str>,
}

/// Reads a cell; `None` where it is no number.
pub fn read(text: &str) -> Option<Number<'_>> {
    if text.is_empty() {
        return None;
    }
    if let Some(number) = quick::number(text.as_bytes()) {
        return Some(number);
    }
    read_with_care(text)
}

/// Reads a cell of any kind.
pub(super) fn read_with_care(text: &str) -> Option<Number<'_>> {
    let mut cell = Trimmed {
        rest: text.trim(),
        sign: None,
        percent: false,
        unit: None,
    };
    while cell.step()? {}
    let amount = Readings::of(amount(cell.rest, '.'), amount(cell.rest, ','))?;
    let sign = if cell.sign == Some(true) { -1 } else { 1 };
    Some(Number {
        amount: amount.map(|amount| Amount {
            digits: amount.digits * sign,
            ..amount
        }),
        percent: cell.percent,
        unit: cell.unit,
    })
}

/// A cell from which signs and units are taken, one after the other.
struct Trimmed<'a> {
    rest: &'a str,
    sign: Option<bool>,
    percent: bool,
    unit: Option<&'a str>,
}

impl<'a> Trimmed<'a> {
    /// Takes one thing off either end; whether there was one. `None` where a thing stands twice.
    fn step(&mut self) -> Option<bool> {
        let rest = self.rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            return self.signed(true, inner);
        }
        if let Some(inner) = rest.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
            return self.signed(true, inner);
        }
        if let Some(inner) = rest.strip_prefix('+') {
            return self.signed(false, inner);
        }
        for unit in [":-", ",-", ":\u{2212}"] {
            if let Some(inner) = rest.strip_suffix(unit) {
                return self.with_unit(unit_text(rest, inner.len(), rest.len()), inner);
            }
        }
        if let Some(inner) = rest.strip_suffix(['-', '\u{2212}']) {
            return self.signed(true, inner);
        }
        if let Some(inner) = rest.strip_suffix('%').or_else(|| rest.strip_prefix('%')) {
            if self.percent {
                return None;
            }
            self.percent = true;
            self.rest = inner.trim();
            return Some(true);
        }
        let beside = |it: char| it.is_alphabetic() || matches!(it, '€' | '$' | '£' | '¥');
        let before = rest.trim_start_matches(beside);
        if before.len() < rest.len() {
            let end = rest.len() - before.len();
            // `kr 500` and `kr. 500`: the full stop belongs to the unit.
            let inner = before.strip_prefix(". ").unwrap_or(before);
            return self.with_unit(unit_text(rest, 0, end), inner);
        }
        let stopped = rest.strip_suffix('.').unwrap_or(rest);
        let after = stopped.trim_end_matches(beside);
        if after.len() < stopped.len() {
            return self.with_unit(unit_text(rest, after.len(), stopped.len()), after);
        }
        Some(false)
    }

    fn signed(&mut self, negative: bool, inner: &'a str) -> Option<bool> {
        if self.sign.is_some() {
            return None;
        }
        self.sign = Some(negative);
        self.rest = inner.trim();
        Some(true)
    }

    fn with_unit(&mut self, unit: &'a str, inner: &'a str) -> Option<bool> {
        if self.unit.is_some() {
            return None;
        }
        self.unit = Some(unit);
        self.rest = inner.trim();
        Some(true)
    }
}

fn unit_text(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or("")
}

/// More digits than this count as too large a number (or, as decimals, no longer matter).
const MOST_DIGITS: usize = 25;

/// The number that digits with groups and a decimal mark stand for; `None` where they do not fit.
fn amount(text: &str, mark: char) -> Option<Amount> {
    let (whole, fraction) = match text.rsplit_once(mark) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut digits = whole_part(whole, mark, !fraction.is_empty())?;
    // INVARIANT: rounding at the sixth decimal cannot depend on decimals beyond the 25th, because
    // a tie ends at the seventh.
    let kept = fraction.get(..MOST_DIGITS).unwrap_or(fraction);
    for byte in kept.bytes() {
        digits = digits
            .saturating_mul(10)
            .saturating_add(i128::from(byte - b'0'));
    }
    Some(Amount {
        digits,
        decimals: u32::try_from(kept.len()).ok()?,
    })
}

/// The digits before the mark: ungrouped, or groups of three behind one to three.
fn whole_part(text: &str, mark: char, has_fraction: bool) -> Option<i128> {
    if text.is_empty() {
        return has_fraction.then_some(0);
    }
    let mut digits: i128 = 0;
    let mut group = 0;
    let mut kind = None;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            digits = digits.saturating_mul(10).saturating_add(i128::from(digit));
            group += 1;
            continue;
        }
        let this = grouping(letter, mark)?;
        let fits = match kind {
            None => (1..=3).contains(&group) && !text.starts_with('0'),
            Some(kind) => kind == this && group == 3,
        };
        if !fits {
            return None;
        }
        kind = Some(this);
        group = 0;
    }
    (kind.is_none() || group == 3).then_some(digits)
}

/// What groups digits, with all spaces and all apostrophes as one; `None` for what does not.
fn grouping(letter: char, mark: char) -> Option<char> {
    match letter {
        '\'' | '\u{2019}' => Some('\''),
        '.' | ',' if letter != mark => Some(letter),
        _ if letter.is_whitespace() && !matches!(letter, '\n' | '\r' | '\t') => Some(' '),
        _ => None,
    }
}

/// Whether a unit beside a number stands for a currency: `kr` for the crowns, signs for theirs.
pub fn unit_is(unit: &str, currency: &str) -> bool {
    let crown = ["NOK", "SEK", "DKK", "ISK"].contains(&currency);
    match unit {
        ":-" | ",-" | ":\u{2212}" => true,
        "€" => currency == "EUR",
        "£" => currency == "GBP",
        "$" => currency.ends_with('D'),
        "¥" => currency == "JPY" || currency == "CNY",
        _ if unit.eq_ignore_ascii_case("kr") => crown,
        _ => unit.eq_ignore_ascii_case(currency),
    }
}

/// A unit that says thousands or millions of a currency, such as `tkr`, `MSEK` or `k€`: how many one
/// of it is, and the currency's own unit (empty where it says none, as `tusen`).
pub fn many(unit: &str) -> Option<(i64, &str)> {
    let lower = unit.to_lowercase();
    match lower.as_str() {
        "tkr" | "kkr" => return Some((1_000, "kr")),
        "mkr" | "mnkr" => return Some((1_000_000, "kr")),
        "tusen" | "tuhatta" => return Some((1_000, "")),
        "mill" | "mio" | "milj" | "millioner" | "miljoner" | "miljoonaa" => {
            return Some((1_000_000, ""));
        }
        _ => {}
    }
    let first = unit.chars().next()?;
    let rest = unit.get(first.len_utf8()..)?;
    let code = rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_uppercase());
    if !code && !matches!(rest, "€" | "$" | "£") {
        return None;
    }
    match first {
        't' | 'T' | 'k' | 'K' => Some((1_000, rest)),
        'm' | 'M' => Some((1_000_000, rest)),
        _ => None,
    }
}

/// Whether letters beside a number are a currency at all.
pub fn is_currency(unit: &str) -> bool {
    let code = unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase());
    code || matches!(unit, ":-" | ",-" | ":\u{2212}" | "€" | "£" | "$" | "¥")
        || unit.eq_ignore_ascii_case("kr")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<(Option<String>, Option<String>)> {
        let shown = |amount: Amount| amount.scaled(Scale::ONE).map(|it| it.value.to_string());
        Some(match read(text)?.amount {
            Readings::Agreed(value) => (shown(value), shown(value)),
            Readings::Open(first, second) => (shown(first), shown(second)),
            Readings::Only(Side::First, value) => (shown(value), None),
            Readings::Only(Side::Second, value) => (None, shown(value)),
        })
    }

    fn both(point: &str, comma: &str) -> Option<(Option<String>, Option<String>)> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Some((some(point), some(comma)))
    }

    #[test]
    fn numbers_of_every_country() {
        for text in [
            "1234",
            "1 234",
            "1\u{a0}234",
            "1\u{202f}234",
            "1\u{2009}234",
            "1'234",
            "1’234",
            "+1234",
            " 1234 ",
            "1234 kr",
            "kr 1234",
            "kr. 1 234",
            "1 234 kr.",
            "NOK 1234",
            "1 234 NOK",
            "€1234",
            "1234 €",
            "1234:-",
            "1234,-",
        ] {
            assert_eq!(reads(text), both("1234", "1234"), "{text}");
        }
        for text in [
            "-1234",
            "\u{2212}1 234",
            "(1 234)",
            "1234-",
            "1234\u{2212}",
            "-1 234 kr",
            "(1 234) kr",
        ] {
            assert_eq!(reads(text), both("-1234", "-1234"), "{text}");
        }
        assert_eq!(reads("1,234"), both("1234", "1.234"));
        assert_eq!(reads("1.234"), both("1.234", "1234"));
        assert_eq!(reads("-1.234"), both("-1.234", "-1234"));
        assert_eq!(reads("0,234"), both("", "0.234"));
        assert_eq!(reads("1234,5"), both("", "1234.5"));
        assert_eq!(reads("1.234,50"), both("", "1234.5"));
        assert_eq!(reads("1,234.50"), both("1234.5", ""));
        assert_eq!(reads("1.234.567"), both("", "1234567"));
        assert_eq!(reads("1 234,5"), both("", "1234.5"));
        assert_eq!(reads(".5"), both("0.5", ""));
        for text in [
            "",
            "abc",
            "1 23",
            "12 34",
            "1,23,456",
            "--1",
            "-(1)",
            "1 2 345",
            "5.",
            "1e5",
            "1 234'567",
            "12 %%",
            "kr 5 kr",
            "1-2",
            "0 123",
        ] {
            if let Some(number) = read(text) {
                panic!("{text} is {number:?}");
            }
        }
    }

    #[test]
    fn scales_are_exact() {
        let scaled = |digits, decimals, scale| Amount { digits, decimals }.scaled(scale);
        let value = |value, rounded| {
            Some(Scaled {
                value: Decimal(value),
                rounded,
            })
        };
        assert_eq!(scaled(12, 0, Scale::PERCENT), value(120_000, false));
        assert_eq!(scaled(1234567, 5, Scale::PERCENT), value(123_457, true));
        assert_eq!(scaled(5, 7, Scale::ONE), value(1, true));
        assert_eq!(scaled(10, 7, Scale::ONE), value(1, false));
        let thousands = Scale {
            times: 1000,
            shift: 0,
        };
        assert_eq!(
            scaled(1234567891, 9, thousands),
            value(1_234_567_891, false)
        );
        assert_eq!(scaled(i128::MAX, 0, Scale::ONE), None);
        assert_eq!(scaled(9_223_372_036_855, 0, Scale::ONE), None);
    }
}
