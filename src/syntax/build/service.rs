//! Teams, activities and services.
//! Frequencies keep their count and their period apart; what they come to in a year is the model's business.

use std::sync::Arc;

use pest::iterators::Pair;

use super::literal::expr;
use super::{Builder, Children};
use crate::base::{Diagnostic, Span};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{
    Activity, Expr, ExprKind, Frequency, Number, Service, ServiceEntry, ServiceEntryKind, Taker,
    Team, TimeUnit, Unit,
};

const TEAM: &str =
    "write it like `farmers 7 people 1_650 h per year 17% with customers 620 NOK per h`";
const HOW_OFTEN: &str = "write `12 per year`, `monthly` or `every 6 weeks`";

impl Builder {
    pub(super) fn teams(&mut self, pair: Pair<Rule>) -> Vec<Team> {
        let teams = Children::of(pair).all(Rule::team);
        teams
            .into_iter()
            .filter_map(|team| self.team(team))
            .collect()
    }

    fn team(&mut self, pair: Pair<Rule>) -> Option<Team> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let named_by = self.once(&mut children, Rule::named_by, "named by");
        let named_by = named_by.and_then(|named| self.one_name(&mut Children::of(named)));
        let (mut people, mut hours, mut share, mut rate) = (None, None, None, None);
        for part in children.all(Rule::team_part) {
            let place = self.span(&part);
            let mut children = Children::of(part);
            if let Some(hours) = children.one(Rule::bare_hours) {
                let digits = Children::of(hours).one(Rule::digits)?;
                return self.refuse(
                    Diagnostic::error(
                        "hours-without-unit",
                        "a person's hours per year need their unit",
                    )
                    .at(place, "")
                    .help(format!("write `{} h per year`", digits.as_str())),
                );
            }
            let value = children.one(Rule::operand)?;
            let value = self.expression(value)?;
            let (slot, word) = if children.has(Rule::k_people) || children.has(Rule::k_person) {
                (&mut people, "people")
            } else if children.has(Rule::with_customers) {
                (&mut share, "with customers")
            } else if children.has(Rule::per_hour) {
                (&mut rate, "per h")
            } else {
                (&mut hours, "per year")
            };
            if slot.replace(value).is_some() {
                let message = format!("`{word}` stands here twice");
                return self.refuse(
                    Diagnostic::error("repeated-part", message)
                        .at(place, "the second")
                        .help("leave one of them out"),
                );
            }
        }
        let missing = [
            (people.is_none(), "how many people it has"),
            (hours.is_none(), "a person's hours per year"),
            (share.is_none(), "the share of them with customers"),
        ];
        if let (Some(people), Some(hours), Some(with_customers)) = (people, hours, share) {
            return Some(Team {
                name,
                label,
                people,
                named_by,
                hours,
                with_customers,
                rate,
                span,
            });
        }
        let missing: Vec<&str> = missing
            .iter()
            .filter(|part| part.0)
            .map(|part| part.1)
            .collect();
        let message = format!(
            "team `{}` does not say {}",
            name.value,
            missing.join(", nor ")
        );
        self.refuse(
            Diagnostic::error("incomplete-team", message)
                .at(name.span, "")
                .help(TEAM),
        )
    }

    pub(super) fn activities(&mut self, pair: Pair<Rule>) -> Vec<Activity> {
        let activities = Children::of(pair).all(Rule::activity);
        activities
            .into_iter()
            .filter_map(|activity| self.activity(activity))
            .collect()
    }

    fn activity(&mut self, pair: Pair<Rule>) -> Option<Activity> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let takers = children.all(Rule::taker).into_iter();
        let takers = takers
            .map(|taker| self.taker(taker))
            .collect::<Option<_>>()?;
        let mut part = |rule, word| match self.once(&mut children, rule, word) {
            Some(part) => self.only_expression(part).map(Some),
            None => Some(None),
        };
        let costs = part(Rule::costs, "costs");
        let actual = part(Rule::actual, "actual");
        let worth = part(Rule::worth, "worth");
        Some(Activity {
            name,
            label,
            takers,
            costs: costs?,
            actual: actual?,
            worth: worth?,
            span,
        })
    }

    fn taker(&mut self, pair: Pair<Rule>) -> Option<Taker> {
        let mut children = Children::of(pair);
        let duration = children.one(Rule::expression)?;
        let duration = self.expression(duration)?;
        let by = self.one_name(&mut children)?;
        Some(Taker { duration, by })
    }

    pub(super) fn service(&mut self, pair: Pair<Rule>) -> Option<Service> {
        let mut children = Children::of(pair);
        let segments = children.all(Rule::name);
        let segments = segments.into_iter().map(|name| self.name(name)).collect();
        let block = children.one(Rule::service_block)?;
        let entries = self.service_block(block, false);
        let because = self.because(&mut children);
        Some(Service {
            segments,
            entries,
            because,
        })
    }

    fn service_block(&mut self, pair: Pair<Rule>, refined: bool) -> Vec<ServiceEntry> {
        let entries = Children::of(pair).all(Rule::service_entry);
        entries
            .into_iter()
            .filter_map(|entry| self.service_entry(entry, refined))
            .collect()
    }

    fn service_entry(&mut self, pair: Pair<Rule>, refined: bool) -> Option<ServiceEntry> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let because = self.because(&mut children);
        let entry = children.first()?;
        let rule = entry.as_rule();
        let place = self.span(&entry);
        let mut children = Children::of(entry);
        let kind = match rule {
            Rule::owner => ServiceEntryKind::Owner(self.one_name(&mut children)?),
            Rule::no_service => ServiceEntryKind::None,
            Rule::text_column => {
                let name = self.one_name(&mut children)?;
                let value = children.one(Rule::expression)?;
                ServiceEntryKind::Text(name, self.expression(value)?)
            }
            Rule::refinement if refined => {
                return self.refuse(
                    Diagnostic::error("nested-refinement", "a `when` stands inside a `when`")
                        .at(place, "")
                        .help("write one `when` with `and`, beside the other and above it"),
                );
            }
            Rule::refinement => {
                let condition = children
                    .one(Rule::expression)
                    .and_then(|part| self.expression(part));
                let block = children.one(Rule::service_block)?;
                let entries = self.service_block(block, true);
                ServiceEntryKind::When {
                    condition: condition?,
                    entries,
                }
            }
            _ => {
                let name = self.one_name(&mut children)?;
                let frequency = children.one(Rule::frequency)?;
                let frequency = self.frequency(frequency)?;
                match rule {
                    Rule::only => ServiceEntryKind::Only(name, frequency),
                    _ => ServiceEntryKind::Activity(name, frequency),
                }
            }
        };
        Some(ServiceEntry {
            kind,
            because,
            span,
        })
    }

    fn frequency(&mut self, pair: Pair<Rule>) -> Option<Frequency> {
        let inner = Children::of(pair).first()?;
        let span = self.span(&inner);
        let rule = inner.as_rule();
        let mut children = Children::of(inner);
        if rule == Rule::adverb {
            let unit = if children.has(Rule::k_weekly) {
                TimeUnit::Week
            } else if children.has(Rule::k_monthly) {
                TimeUnit::Month
            } else if children.has(Rule::k_quarterly) {
                TimeUnit::Quarter
            } else {
                TimeUnit::Year
            };
            return Some(Frequency::Per(one(span), unit, span));
        }
        let period = match children.one(Rule::period) {
            Some(period) => self.time_unit(period),
            None => None,
        };
        let count = match children.one(Rule::operand) {
            Some(count) => Some(self.count(count)?),
            None => None,
        };
        match (rule, count, period) {
            (Rule::every, None, Some(unit)) => Some(Frequency::Every(one(span), unit, span)),
            (Rule::every, Some((count, Unit::None)), Some(unit)) => {
                Some(Frequency::Every(count, unit, span))
            }
            (Rule::every, Some((count, Unit::Time(unit))), None)
                if !matches!(unit, TimeUnit::Minute | TimeUnit::Hour) =>
            {
                Some(Frequency::Every(count, unit, span))
            }
            (Rule::every, ..) => self.refuse(
                Diagnostic::error(
                    "frequency-form",
                    "`every` needs a number of weeks or months",
                )
                .at(span, "")
                .help("write `every 6 weeks` or `every 2 months`"),
            ),
            (_, Some((count, Unit::None)), Some(unit)) if unit != TimeUnit::Day => {
                Some(Frequency::Per(count, unit, span))
            }
            (_, Some((count, Unit::Per(unit))), None) => Some(Frequency::Per(count, unit, span)),
            _ => self.refuse(
                Diagnostic::error("frequency-form", "this does not say how often")
                    .at(span, "")
                    .help(HOW_OFTEN),
            ),
        }
    }

    /// A count, with the unit that its literal swallowed: `12 per year` reads as one literal, and so does `6 weeks`.
    fn count(&mut self, pair: Pair<Rule>) -> Option<(Expr, Unit)> {
        let number = pair
            .clone()
            .into_inner()
            .next()
            .filter(|inner| inner.as_rule() == Rule::number);
        let Some(number) = number else {
            return self.expression(pair).map(|count| (count, Unit::None));
        };
        let mut place = self.span(&number);
        if let Some(digits) = Children::of(number.clone()).one(Rule::digits) {
            place = self.span(&digits);
        }
        let value = self.number(number)?;
        match Arc::unwrap_or_clone(value.kind) {
            ExprKind::Number(number) => {
                let bare = Number {
                    unit: Unit::None,
                    ..number
                };
                Some((expr(ExprKind::Number(bare), place), number.unit))
            }
            kind => Some((expr(kind, value.span), Unit::None)),
        }
    }
}

/// The count that `weekly` and `every month` leave unsaid.
fn one(span: Span) -> Expr {
    let number = Number {
        digits: "1".to_owned(),
        exponent: 0,
        unit: Unit::None,
    };
    expr(ExprKind::Number(number), span)
}
