//! Floor 2: the functions of one customer's values, in one registry.

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
