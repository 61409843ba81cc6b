//! Places of a customer in the portfolio, and what is asked of axes, services and teams by name:
//! entries of the registry, nothing more.

use super::{Builtin, Gives, Kind, Takes, parameter};

const fn entry(
    name: &'static str,
    kind: Kind,
    parameters: &'static [super::Parameter],
    result: Gives,
    doc: &'static str,
    example: &'static str,
) -> Builtin {
    Builtin {
        name,
        kind,
        parameters,
        repeats: false,
        result,
        doc,
        example,
    }
}

pub(super) const BUILTINS: &[Builtin] = &[
    entry(
        "rank",
        Kind::Portfolio,
        &[parameter("x", Takes::Comparable)],
        Gives::Number,
        "The place by size: 1 is the largest, ties share the better place.",
        "rank(revenue by region) <= 10",
    ),
    entry(
        "percentile",
        Kind::Portfolio,
        &[parameter("x", Takes::Comparable)],
        Gives::Percent,
        "The share of the other customers with a lower value.",
        "percentile(potential) >= 80%",
    ),
    entry(
        "share",
        Kind::Portfolio,
        &[parameter("x", Takes::Quantity)],
        Gives::Percent,
        "The customer's share of the total.",
        "share(revenue) > 15%",
    ),
    entry(
        "share_above",
        Kind::Portfolio,
        &[parameter("x", Takes::Quantity)],
        Gives::Percent,
        "The share held by the customers with a larger value.",
        "share_above(revenue) < 80%",
    ),
    entry(
        "known",
        Kind::Service,
        &[parameter("axis", Takes::Name)],
        Gives::Percent,
        "The share of an axis's weight that was not missing for this customer.",
        "known(attractiveness) >= 60%",
    ),
    entry(
        "cost_as",
        Kind::Service,
        &[parameter("segment", Takes::Name)],
        Gives::Money,
        "What serving this customer as that segment would cost a year.",
        "cost_as(key) < gross_profit",
    ),
    entry(
        "hours",
        Kind::Service,
        &[parameter("team", Takes::Name)],
        Gives::Duration,
        "Hours of a team planned for this customer; in a check, for all of them.",
        "hours(farmers) <= 40 h",
    ),
    entry(
        "available",
        Kind::Service,
        &[parameter("team", Takes::Name)],
        Gives::Duration,
        "Hours that a team has for customers in a year.",
        "available(farmers) - hours(farmers) >= 100 h",
    ),
    entry(
        "booked",
        Kind::Service,
        &[parameter("team", Takes::Name)],
        Gives::Percent,
        "Hours planned over hours available; `by person`, inside an aggregate, of each person.",
        "max(booked(farmers by person)) <= 110%",
    ),
];
