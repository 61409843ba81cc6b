//! Teams, activities and services (section 8 of the language).

use super::{Because, Expr, Name, Text, TimeUnit};
use crate::base::Span;

/// `farmers 7 people named by account_manager 1_650 h per year 17% with customers 620 NOK per h`
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// How many people.
    pub people: Expr,
    /// `named by FIELD`
    pub named_by: Option<Name>,
    /// Hours of one person a year.
    pub hours: Expr,
    /// The share with customers.
    pub with_customers: Expr,
    /// Money an hour.
    pub rate: Option<Expr>,
    /// The whole entry.
    pub span: Span,
}

/// `visit "Besøk" 2.5 h by owner costs 350 NOK actual … worth …`
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// Whose time it takes.
    pub takers: Vec<Taker>,
    /// `costs …`
    pub costs: Option<Expr>,
    /// `actual …`
    pub actual: Option<Expr>,
    /// `worth …`
    pub worth: Option<Expr>,
    /// The whole entry.
    pub span: Span,
}

/// `2.5 h by owner`
#[derive(Clone, Debug, PartialEq)]
pub struct Taker {
    /// The time of one.
    pub duration: Expr,
    /// A team, or `owner`.
    pub by: Name,
}

/// `service key, development { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The segments.
    pub segments: Vec<Name>,
    /// The entries.
    pub entries: Vec<ServiceEntry>,
    /// The reason, after the braces.
    pub because: Because,
}

/// An entry of a service and its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceEntry {
    /// What it says.
    pub kind: ServiceEntryKind,
    /// The reason.
    pub because: Because,
    /// The whole entry.
    pub span: Span,
}

/// What a service's entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceEntryKind {
    /// `owner farmers`
    Owner(Name),
    /// `visit 12 per year`
    Activity(Name, Frequency),
    /// `only newsletter 4 per year`
    Only(Name, Frequency),
    /// `none`
    None,
    /// `text channel = "personal"`
    Text(Name, Expr),
    /// `when COND { … }`
    When {
        /// The condition.
        condition: Expr,
        /// What it replaces; no `When` inside.
        entries: Vec<ServiceEntry>,
    },
}

/// How often.
#[derive(Clone, Debug, PartialEq)]
pub enum Frequency {
    /// `12 per year`, `weekly` (1 per week)
    Per(Expr, TimeUnit, Span),
    /// `every 6 weeks`, `every 2 months`, `every month` (1)
    Every(Expr, TimeUnit, Span),
}
