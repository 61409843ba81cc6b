//! Aggregates over customers or the rows of a table: entries of the registry, nothing more.
//! `min` and `max` of one argument are described with the functions of numbers.

use super::{Builtin, Gives, Kind, Takes, parameter};

const fn aggregate(
    name: &'static str,
    parameters: &'static [super::Parameter],
    result: Gives,
    doc: &'static str,
    example: &'static str,
) -> Builtin {
    Builtin {
        name,
        kind: Kind::Aggregate,
        parameters,
        repeats: false,
        result,
        doc,
        example,
    }
}

pub(super) const BUILTINS: &[Builtin] = &[
    aggregate(
        "count",
        &[],
        Gives::Number,
        "How many customers, or how many rows of a table; with `where`, how many of them.",
        "count(visits where date >= today - 12 months)",
    ),
    aggregate(
        "sum",
        &[parameter("x", Takes::Quantity)],
        Gives::Same,
        "The exact sum; 0 over nothing. Every value must be there.",
        "sum(orders.amount where status is \"paid\")",
    ),
    aggregate(
        "average",
        &[parameter("x", Takes::Quantity)],
        Gives::Same,
        "The mean; missing over nothing. Every value must be there.",
        "average(revenue where segment is key)",
    ),
    aggregate(
        "latest",
        &[parameter("d", Takes::Date)],
        Gives::Same,
        "The latest date; missing over nothing.",
        "latest(orders.date)",
    ),
    aggregate(
        "earliest",
        &[parameter("d", Takes::Date)],
        Gives::Same,
        "The earliest date; missing over nothing.",
        "earliest(orders.date)",
    ),
    aggregate(
        "distinct",
        &[parameter("x", Takes::Any)],
        Gives::Number,
        "How many different values there are.",
        "distinct(orders.product)",
    ),
    aggregate(
        "concentration",
        &[parameter("x", Takes::Quantity)],
        Gives::Number,
        "The Herfindahl–Hirschman index of the customers' shares: 0 is spread thin, 1 is one customer.",
        "concentration(revenue)",
    ),
    aggregate(
        "every",
        &[parameter("c", Takes::Condition)],
        Gives::Flag,
        "Whether a condition holds for all customers; with `where`, for all of those.",
        "every(margin >= 0% where segment is key)",
    ),
];
