//! Teams, activities and services of a checked program.

use super::{ActivityId, Expr, FieldId, TeamId, TextId};
use crate::base::Span;
use crate::value::Decimal;

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// How many people, in millionths.
    pub people: Decimal,
    /// The field of the customers that holds the person.
    pub named_by: Option<FieldId>,
    /// Hours of one person a year, as a duration in millionths of a second.
    pub hours: i64,
    /// The share with customers.
    pub with_customers: Decimal,
    /// Money an hour.
    pub rate: Option<Decimal>,
}

/// An activity.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// Whose time one takes.
    pub takers: Vec<Taker>,
    /// Money of one, beside the time.
    pub costs: Option<Expr>,
    /// How often it was really done.
    pub actual: Option<Expr>,
    /// What one brings in.
    pub worth: Option<Expr>,
}

/// A part of an activity's time.
#[derive(Clone, Debug)]
pub struct Taker {
    /// The time of one.
    pub duration: Expr,
    /// Whose.
    pub by: TakenBy,
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBy {
    /// The team that owns the customer.
    Owner,
    /// A named team.
    Team(TeamId),
}

/// How a segment is served.
#[derive(Clone, Debug)]
pub struct Service {
    /// What holds for all customers of the segment.
    pub basis: ServiceTerms,
    /// Refinements from the top: the first that holds replaces what it names.
    pub refinements: Vec<Refinement>,
    /// The reason.
    pub because: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A refinement of a service.
#[derive(Clone, Debug)]
pub struct Refinement {
    /// The condition.
    pub condition: Expr,
    /// What it replaces.
    pub terms: ServiceTerms,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a service or a refinement says; what it does not name is left as it was.
#[derive(Clone, Debug, Default)]
pub struct ServiceTerms {
    /// The owner.
    pub owner: Option<TeamId>,
    /// `none`, or `only …`: all activities that are not named become 0.
    pub clears_activities: bool,
    /// `none`: the owner and the texts become empty too.
    pub clears_all: bool,
    /// How often a year.
    pub activities: Vec<(ActivityId, Expr)>,
    /// Texts.
    pub texts: Vec<(TextId, Expr)>,
    /// The reasons of its entries, with the activity where one is planned.
    pub reasons: Vec<(Option<ActivityId>, String)>,
}
