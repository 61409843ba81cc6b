//! The types of values: what a number counts and what a choice chooses from.
//! It names them the way people do, in messages; it computes nothing.

use super::program::SegmentationId;
use std::sync::Arc;

/// The type (dimension) of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A bare number.
    Number,
    /// A number shown in hundredths; held as a fraction.
    Percent,
    /// Money in the model's currency.
    Money,
    /// A score, rounded to the model's decimals.
    Score,
    /// A length of time; held in millionths of a second.
    Duration,
    /// Calendar months; held as a whole count.
    Months,
    /// How often a year.
    Frequency,
    /// A calendar day.
    Date,
    /// Free text.
    Text,
    /// yes or no.
    Flag,
    /// One of these texts.
    OneOf(Arc<[String]>),
    /// An ordered scale of texts, lowest first.
    Steps(Arc<[String]>),
    /// A segment of that segmentation, by position in its list.
    Segment(SegmentationId),
    /// A team, by position in the program's teams.
    Team,
}

impl Type {
    /// How it is called in front of users.
    pub fn name(&self) -> &'static str {
        match self {
            Type::Number => "number",
            Type::Percent => "percent",
            Type::Money => "money",
            Type::Score => "score",
            Type::Duration => "duration",
            Type::Months => "calendar months",
            Type::Frequency => "frequency",
            Type::Date => "date",
            Type::Text => "text",
            Type::Flag => "flag",
            Type::OneOf(_) => "one of a list",
            Type::Steps(_) => "steps",
            Type::Segment(_) => "segment",
            Type::Team => "team",
        }
    }

    /// Whether columns of it hold `i64` numbers ([`crate::value::Values::Number`]).
    pub fn is_numeric(&self) -> bool {
        !matches!(
            self,
            Type::Text
                | Type::Flag
                | Type::OneOf(_)
                | Type::Steps(_)
                | Type::Segment(_)
                | Type::Team
        )
    }

    /// Whether values of it can be put in order.
    pub fn is_ordered(&self) -> bool {
        self.is_numeric() || matches!(self, Type::Steps(_))
    }

    /// Whether columns of it hold positions in a closed list ([`crate::value::Values::Choice`]).
    pub fn is_choice(&self) -> bool {
        matches!(
            self,
            Type::OneOf(_) | Type::Steps(_) | Type::Segment(_) | Type::Team
        )
    }
}
