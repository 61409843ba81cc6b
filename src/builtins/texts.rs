//! Functions of texts: entries of the registry, nothing more.

use super::{Builtin, Function, Gives, Kind, Takes, parameter};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "starts_with",
        kind: Kind::Function(Function::StartsWith),
        parameters: &[parameter("t", Takes::Text), parameter("p", Takes::Text)],
        repeats: false,
        result: Gives::Flag,
        doc: "Whether a text begins with another; capitals count.",
        example: "starts_with(postcode, \"5\")",
    },
    Builtin {
        name: "contains",
        kind: Kind::Function(Function::Contains),
        parameters: &[parameter("t", Takes::Text), parameter("p", Takes::Text)],
        repeats: false,
        result: Gives::Flag,
        doc: "Whether a text has another in it; capitals count.",
        example: "contains(lower(name), \"kommune\")",
    },
    Builtin {
        name: "lower",
        kind: Kind::Function(Function::Lower),
        parameters: &[parameter("t", Takes::Text)],
        repeats: false,
        result: Gives::Text,
        doc: "The text in small letters.",
        example: "lower(name)",
    },
];
