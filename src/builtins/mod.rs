//! Floor 2: the functions of the language in one registry: names, parameters, documentation and an
//! example of each. It says what they take and give; it computes nothing.

mod aggregates;
mod dates;
mod numbers;
mod portfolio;
mod texts;

/// A function of the values of one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `min(a, b, …)`
    Min,
    /// `max(a, b, …)`
    Max,
    /// `abs(x)`
    Abs,
    /// `round(x, digits)`
    Round,
    /// `floor(x)`
    Floor,
    /// `ceil(x)`
    Ceil,
    /// `clamp(x, lo, hi)`
    Clamp,
    /// `days_since(d)`
    DaysSince,
    /// `months_since(d)`
    MonthsSince,
    /// `years_since(d)`
    YearsSince,
    /// `starts_with(t, p)`
    StartsWith,
    /// `contains(t, p)`
    Contains,
    /// `lower(t)`
    Lower,
}

impl Function {
    /// Its entry in the registry.
    pub fn builtin(self) -> Option<&'static Builtin> {
        all().find(|builtin| builtin.kind == Kind::Function(self))
    }

    /// How it is written.
    pub fn name(self) -> &'static str {
        self.builtin().map_or("function", |builtin| builtin.name)
    }
}

/// An entry of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// How it is written.
    pub name: &'static str,
    /// What it works on.
    pub kind: Kind,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may be repeated.
    pub repeats: bool,
    /// What it gives.
    pub result: Gives,
    /// One or two sentences about it.
    pub doc: &'static str,
    /// An expression that uses it.
    pub example: &'static str,
}

impl Builtin {
    /// How it is called: `clamp(x, lo, hi)`.
    pub fn call(&self) -> String {
        let names: Vec<&str> = self.parameters.iter().map(|it| it.name).collect();
        let more = if self.repeats { ", …" } else { "" };
        format!("{}({}{more})", self.name, names.join(", "))
    }
}

/// What a builtin works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The values of one customer or row.
    Function(Function),
    /// Many customers or the rows of a table.
    Aggregate,
    /// A customer among all customers.
    Portfolio,
    /// Axes, services and teams, by name.
    Service,
}

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What it is called in documentation.
    pub name: &'static str,
    /// What may be handed to it.
    pub takes: Takes,
}

/// What may be handed to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Anything.
    Any,
    /// Numbers of any unit, and dates.
    Comparable,
    /// Numbers of any unit.
    Quantity,
    /// Numbers, percents, money, scores and frequencies.
    Decimal,
    /// A constant whole number of digits, 0 to 6.
    Digits,
    /// A date.
    Date,
    /// A text.
    Text,
    /// A condition.
    Condition,
    /// The name of an axis, a team or a segment.
    Name,
}

/// What a builtin gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The same unit as its arguments.
    Same,
    /// A number.
    Number,
    /// A percent.
    Percent,
    /// Money.
    Money,
    /// A duration.
    Duration,
    /// A flag.
    Flag,
    /// A text.
    Text,
}

/// The whole registry, family by family.
pub fn all() -> impl Iterator<Item = &'static Builtin> {
    numbers::BUILTINS
        .iter()
        .chain(dates::BUILTINS)
        .chain(texts::BUILTINS)
        .chain(aggregates::BUILTINS)
        .chain(portfolio::BUILTINS)
}

/// The function of one customer's values with that name.
pub fn function(name: &str) -> Option<(Function, &'static Builtin)> {
    all().find_map(|builtin| match builtin.kind {
        Kind::Function(function) if builtin.name == name => Some((function, builtin)),
        _ => None,
    })
}

/// The first entry with that name; `min` and `max` are found as functions.
pub fn find(name: &str) -> Option<&'static Builtin> {
    all().find(|builtin| builtin.name == name)
}

const fn parameter(name: &'static str, takes: Takes) -> Parameter {
    Parameter { name, takes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_documented_and_uses_its_own_name() {
        for builtin in all() {
            assert!(!builtin.doc.is_empty(), "{}", builtin.name);
            assert!(builtin.example.contains(builtin.name), "{}", builtin.name);
        }
        assert_eq!(Function::Clamp.name(), "clamp");
        assert_eq!(
            find("clamp").map(Builtin::call).as_deref(),
            Some("clamp(x, lo, hi)")
        );
        assert_eq!(find("sumif"), None);
    }
}
