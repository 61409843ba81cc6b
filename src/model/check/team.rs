//! Teams and activities: people and their hours, what one of an activity takes and costs.

use super::checker::{ActivityState, Checker, Place, Scope, TeamOutline, text_of};
use super::names::Symbol;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    Activity, ActivityId, Expr, ExprKind, FieldId, Layer, Literal, TakenBy, Taker, Team, TeamId,
};
use crate::model::types::Type;
use crate::syntax::tree;
use crate::value::Decimal;

const ACTIVITY: Place = Place {
    layer: Layer::Service,
    scope: Scope::Customer,
    what: "an activity",
};

impl<'a> Checker<'a> {
    /// Enters teams and activities, so that expressions find them.
    pub(super) fn outline_teams(&mut self) {
        let assembly = self.assembly;
        self.teams = assembly
            .teams
            .iter()
            .map(|team| TeamOutline {
                name: team.name.value.clone(),
                named: team.named_by.is_some(),
            })
            .collect();
        self.activities = assembly
            .activities
            .iter()
            .map(|activity| ActivityState {
                name: activity.name.value.clone(),
                ..ActivityState::default()
            })
            .collect();
    }

    /// Checks the teams.
    pub(super) fn check_teams(&mut self) -> Vec<Team> {
        let assembly = self.assembly;
        assembly
            .teams
            .iter()
            .filter_map(|team| self.team(team))
            .collect()
    }

    fn team(&mut self, tree: &'a tree::Team) -> Option<Team> {
        let people = self.not_negative(&tree.people, &Type::Number, "a number of people");
        let named_by = match &tree.named_by {
            Some(field) => self.person_field(field).map(Some),
            None => Some(None),
        };
        let hours = self.not_negative(&tree.hours, &Type::Duration, "hours");
        let share = self.not_negative(&tree.with_customers, &Type::Percent, "a share");
        if let Some(share) = share.filter(|share| *share > Decimal::ONE.0) {
            let shown = self.shown(share, &Type::Percent);
            self.report(
                Diagnostic::error(
                    "share-above-all",
                    format!("{shown} with customers is more than all hours"),
                )
                .at(tree.with_customers.span, "at most 100%")
                .help(
                    "write which part of the hours is spent with customers: `17% with customers`",
                ),
            );
        }
        let rate = match &tree.rate {
            Some(rate) => {
                self.money_needs_currency(rate.span);
                self.not_negative(rate, &Type::Money, "a rate").map(Some)
            }
            None => Some(None),
        };
        Some(Team {
            name: tree.name.value.clone(),
            label: text_of(&tree.label),
            people: Decimal(people?),
            named_by: named_by?,
            hours: hours?,
            with_customers: Decimal(share?),
            rate: rate?.map(Decimal),
        })
    }

    /// A constant that is 0 or more.
    fn not_negative(&mut self, tree: &'a tree::Expr, ty: &Type, what: &str) -> Option<i64> {
        let units = self.units(tree, ty)?;
        if units >= 0 {
            return Some(units);
        }
        self.report(
            Diagnostic::error("negative", format!("{what} cannot be negative"))
                .at(tree.span, "below 0"),
        );
        None
    }

    fn person_field(&mut self, name: &'a tree::Name) -> Option<FieldId> {
        let position = self
            .customers
            .fields
            .iter()
            .position(|field| field.name == name.value);
        let Some(position) = position else {
            let names = self
                .customers
                .fields
                .iter()
                .map(|field| field.name.as_str());
            let help = match nearest(&name.value, names) {
                Some(near) => format!("write `{near}`"),
                None => format!("declare `{} text?` among the customers", name.value),
            };
            self.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("the customers have no field `{}`", name.value),
                )
                .at(name.span, "expected the field that holds the person")
                .help(help),
            );
            return None;
        };
        let field = self.customers.fields.get(position)?;
        if !matches!(field.ty, Type::Text | Type::OneOf(_)) {
            let message = Diagnostic::error(
                "person-not-text",
                format!("`{}` does not hold names of persons", name.value),
            )
            .at(name.span, "names a person")
            .at(field.span, field.ty.name())
            .help("name a field that is `text` or `one of`");
            self.report(message);
            return None;
        }
        Some(FieldId(position))
    }

    /// Checks the activities.
    pub(super) fn check_activities(&mut self) -> Vec<Activity> {
        let assembly = self.assembly;
        assembly
            .activities
            .iter()
            .enumerate()
            .map(|(at, activity)| self.activity(activity, ActivityId(at)))
            .collect()
    }

    fn activity(&mut self, tree: &'a tree::Activity, id: ActivityId) -> Activity {
        let takers = tree
            .takers
            .iter()
            .filter_map(|taker| {
                let duration = self.definite(&taker.duration, Some(&Type::Duration), ACTIVITY);
                let by = self.taken_by(&taker.by);
                let duration = duration?;
                self.check_literal_not_negative(&duration, "the time of an activity");
                Some(Taker { duration, by: by? })
            })
            .collect();
        for (at, taker) in tree.takers.iter().enumerate() {
            let first = tree
                .takers
                .iter()
                .take(at)
                .find(|other| other.by.value == taker.by.value);
            if let Some(first) = first {
                self.report(
                    Diagnostic::error(
                        "taker-twice",
                        format!("`{}` takes its time twice", taker.by.value),
                    )
                    .at(taker.by.span, "again")
                    .at(first.by.span, "first")
                    .help("write the whole time once"),
                );
            }
        }
        let costs = tree.costs.as_ref().and_then(|costs| {
            self.money_needs_currency(costs.span);
            let costs = self.definite(costs, Some(&Type::Money), ACTIVITY)?;
            self.check_literal_not_negative(&costs, "the cost of an activity");
            Some(costs)
        });
        Activity {
            name: tree.name.value.clone(),
            label: text_of(&tree.label),
            takers,
            costs,
            actual: self.activity_actual(id),
            worth: self.activity_worth(id),
        }
    }

    fn check_literal_not_negative(&mut self, expr: &Expr, what: &str) {
        if matches!(expr.kind, ExprKind::Literal(Literal::Number(number)) if number < 0)
            || matches!(expr.kind, ExprKind::Negate(ref inner)
                if matches!(inner.kind, ExprKind::Literal(Literal::Number(number)) if number > 0))
        {
            self.report(
                Diagnostic::error("negative", format!("{what} cannot be negative"))
                    .at(expr.span, "below 0"),
            );
        }
    }

    fn taken_by(&mut self, name: &'a tree::Name) -> Option<TakenBy> {
        if name.value == "owner" {
            return Some(TakenBy::Owner);
        }
        self.team_named(name, Some("owner")).map(TakenBy::Team)
    }

    /// A team by name; `besides` is another word that may stand in its place.
    pub(super) fn team_named(
        &mut self,
        name: &'a tree::Name,
        besides: Option<&str>,
    ) -> Option<TeamId> {
        match self.names.get(&name.value) {
            Some(Symbol::Team(team)) => return Some(team),
            Some(Symbol::Broken) => return None,
            _ => {}
        }
        let names: Vec<&str> = self
            .teams
            .iter()
            .map(|team| team.name.as_str())
            .chain(besides)
            .collect();
        let help = match nearest(&name.value, names.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None if self.teams.is_empty() => {
                "declare it: `teams { farmers 5 people 1_650 h per year 20% with customers }`"
                    .to_owned()
            }
            None => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("there are {}", names.join(", "))
            }
        };
        self.report(
            Diagnostic::error("unknown-team", format!("there is no team `{}`", name.value))
                .at(name.span, "")
                .help(help),
        );
        None
    }

    /// An activity by name.
    pub(super) fn activity_named(&mut self, name: &'a tree::Name) -> Option<ActivityId> {
        match self.names.get(&name.value) {
            Some(Symbol::Activity(activity)) => return Some(activity),
            Some(Symbol::Broken) => return None,
            _ => {}
        }
        let names: Vec<&str> = self
            .activities
            .iter()
            .map(|activity| activity.name.as_str())
            .collect();
        let help = match nearest(&name.value, names.iter().copied()) {
            Some(near) => format!("write `{near}`"),
            None if names.is_empty() => {
                format!("declare it: `activities {{ {} 2 h by owner }}`", name.value)
            }
            None => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("the activities are {}", names.join(", "))
            }
        };
        self.report(
            Diagnostic::error(
                "unknown-activity",
                format!("there is no activity `{}`", name.value),
            )
            .at(name.span, "")
            .help(help),
        );
        None
    }

    /// Where an activity or team is declared, for messages.
    pub(super) fn team_span(&self, team: TeamId) -> Option<Span> {
        let team = self.assembly.teams.get(team.0)?;
        Some(team.name.span)
    }
}
