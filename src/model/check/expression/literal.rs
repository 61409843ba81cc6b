//! Literals as values: digits, units and currencies become exact numbers of a column's units.
//! It knows no names; a bare number stays a number until its neighbours say what it counts.

use super::definite;
use crate::base::{Diagnostic, Span};
use crate::model::check::checker::Checker;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{Number, TimeUnit, Unit};
use crate::value::{Date, Decimal};

/// Millionths of a second in a day.
pub(super) const DAY: i64 = 86_400_000_000;

impl<'a> Checker<'a> {
    /// A number with its unit.
    pub(super) fn number(&mut self, number: &Number, span: Span) -> Option<Expr> {
        let (ty, units) = match &number.unit {
            Unit::None => (Type::Number, self.decimal(number, 0, span)?.0),
            Unit::Percent => (Type::Percent, self.decimal(number, -2, span)?.0),
            Unit::Currency(code) => {
                let amount = self.decimal(number, 0, span)?;
                (Type::Money, self.converted(amount, code, span)?.0)
            }
            Unit::Time(unit) => self.time(number, *unit, span)?,
            Unit::Per(unit) => {
                let times = match unit {
                    TimeUnit::Year => 1,
                    TimeUnit::Quarter => 4,
                    TimeUnit::Month => 12,
                    TimeUnit::Week => 52,
                    TimeUnit::Day | TimeUnit::Hour | TimeUnit::Minute => {
                        return self.literal_error(
                            Diagnostic::error("frequency-unit", "nothing is planned this often")
                                .at(span, "")
                                .help(
                                    "write it `per week`, `per month`, `per quarter` or `per year`",
                                ),
                        );
                    }
                };
                let units = self.decimal(number, 0, span)?.0.checked_mul(times);
                (Type::Frequency, self.in_range(units, span)?)
            }
        };
        Some(definite(
            ExprKind::Literal(Literal::Number(units)),
            ty,
            span,
        ))
    }

    /// A date as written.
    pub(super) fn date_literal(&mut self, text: &str, span: Span) -> Option<Expr> {
        let Some(date) = Date::parse(text) else {
            return self.literal_error(
                Diagnostic::error("no-such-date", format!("there is no day `{text}`"))
                    .at(span, "not in the calendar")
                    .help("dates are written year-month-day: `2026-11-21`"),
            );
        };
        let kind = ExprKind::Literal(Literal::Number(date.0));
        Some(definite(kind, Type::Date, span))
    }

    /// How much of the model's currency one unit of the file's is, for bare numbers that turn out to
    /// be money: 1 where they are the same.
    pub(super) fn rate_of_file(&mut self, span: Span) -> Option<Decimal> {
        let assembly = self.assembly;
        let Some(code) = assembly.currencies.get(&span.source) else {
            return Some(Decimal::ONE);
        };
        let own = self.currency.clone().unwrap_or_else(|| code.clone());
        if own == *code {
            return Some(Decimal::ONE);
        }
        if let Some((_, rate)) = self.rates.iter().find(|(other, _)| other == code) {
            return Some(*rate);
        }
        let place = format!("in {code}, the currency of its file");
        self.literal_error(no_rate(code, &own).at(span, place))
    }

    /// The first word for how often: `weekly`.
    pub(super) fn frequency_word(word: &str) -> Option<i64> {
        let times = match word {
            "weekly" => 52,
            "monthly" => 12,
            "quarterly" => 4,
            "yearly" => 1,
            _ => return None,
        };
        Some(times * crate::value::decimal::ONE)
    }

    fn converted(&mut self, amount: Decimal, code: &str, span: Span) -> Option<Decimal> {
        let Some(own) = self.currency.clone() else {
            self.money_needs_currency(span);
            return Some(amount);
        };
        if own == code {
            return Some(amount);
        }
        let Some((_, rate)) = self.rates.iter().find(|(other, _)| other == code) else {
            return self.literal_error(no_rate(code, &own).at(span, format!("money in {code}")));
        };
        let units = amount.multiply(*rate).map(|it| it.0);
        self.in_range(units, span).map(Decimal)
    }

    fn time(&mut self, number: &Number, unit: TimeUnit, span: Span) -> Option<(Type, i64)> {
        let amount = self.decimal(number, 0, span)?.0;
        let seconds = match unit {
            TimeUnit::Minute => 60,
            TimeUnit::Hour => 3_600,
            TimeUnit::Day => 86_400,
            TimeUnit::Week => 604_800,
            TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
                let each = match unit {
                    TimeUnit::Month => 1,
                    TimeUnit::Quarter => 3,
                    _ => 12,
                };
                let months = self.in_range(amount.checked_mul(each), span)?;
                if months % crate::value::decimal::ONE != 0 {
                    return self.literal_error(
                        Diagnostic::error("part-month", "this is not a whole number of months")
                            .at(span, "")
                            .help("count whole months, or shorter times in days: `45 days`"),
                    );
                }
                return Some((Type::Months, months / crate::value::decimal::ONE));
            }
        };
        let units = self.in_range(amount.checked_mul(seconds), span)?;
        Some((Type::Duration, units))
    }

    /// The digits as an exact decimal, shifted by a power of ten.
    fn decimal(&mut self, number: &Number, shift: i32, span: Span) -> Option<Decimal> {
        let exponent = number.exponent + shift;
        let fraction = number.digits.split_once('.').map_or("", |(_, it)| it);
        let digits_of = |text: &str| text.bytes().filter(|byte| *byte != b'_').count();
        let written = digits_of(fraction);
        let places = digits_of(fraction.trim_end_matches(['0', '_']));
        let allowed = usize::try_from(6 + exponent).unwrap_or(0);
        // A seventh decimal promises more than is kept, even where it is a 0.
        let too_many = places > allowed || written > allowed.max(6);
        if let Some(decimal) = Decimal::parse(&number.digits, exponent).filter(|_| !too_many) {
            return Some(decimal);
        }
        if too_many {
            let message = if shift == 0 {
                "this number has more than six decimals".to_owned()
            } else {
                format!("this percent has more than {allowed} decimals")
            };
            return self.literal_error(
                Diagnostic::error("too-many-decimals", message)
                    .at(
                        span,
                        format!("at most {allowed} digits after the point are kept here"),
                    )
                    .help("round it"),
            );
        }
        self.in_range(None, span).map(Decimal)
    }

    fn in_range(&mut self, units: Option<i64>, span: Span) -> Option<i64> {
        if units.is_none() {
            self.report(
                Diagnostic::error("out-of-range", "this number is too large")
                    .at(span, "out of range")
                    .help(
                        "numbers go from -9_223_372_036_854.775808 to 9_223_372_036_854.775807, \
                         durations to 106_751_991 days",
                    ),
            );
        }
        units
    }

    fn literal_error<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }
}

fn no_rate(code: &str, own: &str) -> Diagnostic {
    Diagnostic::error(
        "no-rate",
        format!("{code} stands beside {own}, and there is no rate between them"),
    )
    .help(format!(
        "declare what one {code} is in {own}: `rates {{ {code} 0.98 }}`"
    ))
}
