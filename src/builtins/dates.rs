//! Functions of dates, seen from the day of the run: entries of the registry, nothing more.

use super::{Builtin, Function, Gives, Kind, Takes, parameter};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "days_since",
        kind: Kind::Function(Function::DaysSince),
        parameters: &[parameter("d", Takes::Date)],
        repeats: false,
        result: Gives::Duration,
        doc: "The time from a date to `today`; negative where the date lies ahead.",
        example: "days_since(last_order) > 90 days",
    },
    Builtin {
        name: "months_since",
        kind: Kind::Function(Function::MonthsSince),
        parameters: &[parameter("d", Takes::Date)],
        repeats: false,
        result: Gives::Number,
        doc: "The largest n with the date + n months not after `today`.",
        example: "months_since(customer_since) >= 6",
    },
    Builtin {
        name: "years_since",
        kind: Kind::Function(Function::YearsSince),
        parameters: &[parameter("d", Takes::Date)],
        repeats: false,
        result: Gives::Number,
        doc: "The whole years from a date to `today`.",
        example: "years_since(customer_since) >= 5",
    },
];
