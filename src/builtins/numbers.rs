//! Functions of numbers of any unit: entries of the registry, nothing more.

use super::{Builtin, Function, Gives, Kind, Takes, parameter};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "min",
        kind: Kind::Function(Function::Min),
        parameters: &[
            parameter("a", Takes::Comparable),
            parameter("b", Takes::Comparable),
        ],
        repeats: true,
        result: Gives::Same,
        doc: "The smallest of its arguments. With one argument it is the smallest over many customers or rows.",
        example: "min(potential, 5M)",
    },
    Builtin {
        name: "max",
        kind: Kind::Function(Function::Max),
        parameters: &[
            parameter("a", Takes::Comparable),
            parameter("b", Takes::Comparable),
        ],
        repeats: true,
        result: Gives::Same,
        doc: "The largest of its arguments. With one argument it is the largest over many customers or rows.",
        example: "max(0, profit)",
    },
    Builtin {
        name: "abs",
        kind: Kind::Function(Function::Abs),
        parameters: &[parameter("x", Takes::Quantity)],
        repeats: false,
        result: Gives::Same,
        doc: "The value without its sign.",
        example: "abs(revenue - budget)",
    },
    Builtin {
        name: "round",
        kind: Kind::Function(Function::Round),
        parameters: &[
            parameter("x", Takes::Decimal),
            parameter("digits", Takes::Digits),
        ],
        repeats: false,
        result: Gives::Same,
        doc: "Rounded half away from zero to 0 to 6 digits after the point; none where `digits` is left out. A percent counts as a fraction: 15.5% with 2 digits is 16%.",
        example: "round(revenue / 12, 2)",
    },
    Builtin {
        name: "floor",
        kind: Kind::Function(Function::Floor),
        parameters: &[parameter("x", Takes::Decimal)],
        repeats: false,
        result: Gives::Same,
        doc: "The largest whole number that is not above the value.",
        example: "floor(years)",
    },
    Builtin {
        name: "ceil",
        kind: Kind::Function(Function::Ceil),
        parameters: &[parameter("x", Takes::Decimal)],
        repeats: false,
        result: Gives::Same,
        doc: "The smallest whole number that is not below the value.",
        example: "ceil(orders / 12)",
    },
    Builtin {
        name: "clamp",
        kind: Kind::Function(Function::Clamp),
        parameters: &[
            parameter("x", Takes::Comparable),
            parameter("lo", Takes::Comparable),
            parameter("hi", Takes::Comparable),
        ],
        repeats: false,
        result: Gives::Same,
        doc: "The value, but never below `lo` and never above `hi`.",
        example: "clamp(growth, 0%, 50%)",
    },
];
