//! The tree of a rule file → everything in it that has a name, with the place of each: what `:show`
//! finds and what a typed declaration replaces. It goes by names alone.

use crate::base::Span;
use crate::syntax::tree::{self, Declaration, Item, Member, Path, RemoveWhat};

/// A kind of thing; things of one kind are told apart by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Model,
    Customers,
    Table,
    Field,
    Lookup,
    Rates,
    Rate,
    Exclude,
    Let,
    Param,
    Axis,
    Member,
    Weight,
    Segments,
    Clause,
    Override,
    Teams,
    Team,
    Activities,
    Activity,
    Service,
    Check,
    Output,
    Test,
    Scenario,
}

/// Something that has a name.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    /// The word it is written with.
    pub(super) word: &'static str,
    /// The name, path, label, reason or customer; empty where there can be only one.
    pub(super) key: String,
    /// The whole of it.
    pub(super) span: Span,
    /// Its value: of a param, a weight, of a criterion or group its weight.
    pub(super) value: Option<Span>,
    /// The declaration that it stands in, where it is only a part.
    pub(super) inside: Option<Span>,
}

/// All things of some declarations, wholes before their parts.
pub(super) fn things(declarations: &[Declaration]) -> Vec<Thing> {
    let mut things = Vec::new();
    for declaration in declarations {
        of_declaration(declaration, &mut things);
    }
    things
}

fn of_declaration(declaration: &Declaration, things: &mut Vec<Thing>) {
    let whole = declaration.span;
    let mut add = |kind, word, key: &str, value| {
        things.push(Thing {
            kind,
            word,
            key: key.into(),
            span: whole,
            value,
            inside: None,
        });
    };
    match &declaration.item {
        Item::Model(it) => add(Kind::Model, "model", "", Some(it.name.span)),
        Item::Use(_) | Item::Remove(_) => {}
        Item::Customers(it) => {
            add(Kind::Customers, "customers", "customers", None);
            fields(it, whole, things);
        }
        Item::Table(it) => {
            add(Kind::Table, "table", &it.name.value, None);
            fields(it, whole, things);
        }
        Item::Field(it) => {
            let key = format!("{}.{}", it.dataset.value, it.field.name.value);
            add(Kind::Field, "field", &key, None);
        }
        Item::Lookup(it) => add(Kind::Lookup, "lookup", &it.name.value, None),
        Item::Rates(rates) => {
            add(Kind::Rates, "rates", "", None);
            for rate in rates {
                let span = rate.currency.span.join(rate.rate.span);
                things.push(part(Kind::Rate, "rate", &rate.currency.value, span, whole));
            }
        }
        Item::Exclude(it) => add(Kind::Exclude, "exclude", &it.reason.value, None),
        Item::Let(it) => add(Kind::Let, "let", &it.name.value, Some(it.value.span)),
        Item::Param(it) => add(Kind::Param, "param", &it.name.value, Some(it.value.span)),
        Item::Axis(it) => {
            add(Kind::Axis, "axis", &it.name.value, None);
            for member in &it.members {
                members(member, &it.name.value, whole, things);
            }
        }
        Item::Member(it) => {
            let (word, weight) = word_and_weight(&it.member);
            add(Kind::Member, word, &it.path.text(), Some(weight));
        }
        Item::Weight(it) => add(
            Kind::Weight,
            "weight",
            &it.path.text(),
            Some(it.weight.span),
        ),
        Item::Segments(it) => {
            let name = it.name.as_ref().map_or("", |name| name.value.as_str());
            add(Kind::Segments, "segments", name, None);
            for clause in &it.clauses {
                let key = format!("{name}.{}", clause.segment.value);
                things.push(part(Kind::Clause, "segment", &key, clause.span, whole));
            }
        }
        Item::Override(it) => add(Kind::Override, "override", &it.customer.value, None),
        Item::Teams(teams) => {
            add(Kind::Teams, "teams", "", None);
            for team in teams {
                things.push(part(Kind::Team, "team", &team.name.value, team.span, whole));
            }
        }
        Item::Activities(activities) => {
            add(Kind::Activities, "activities", "", None);
            for it in activities {
                let name = &it.name.value;
                things.push(part(Kind::Activity, "activity", name, it.span, whole));
            }
        }
        Item::Service(it) => {
            let names: Vec<&str> = it.segments.iter().map(|it| it.value.as_str()).collect();
            add(Kind::Service, "service", &names.join(", "), None);
        }
        Item::Check(it) => {
            let word = if it.only_warns { "warn" } else { "check" };
            add(Kind::Check, word, &it.label.value, None);
        }
        Item::Output(_) => add(Kind::Output, "output", "", None),
        Item::Test(it) => add(Kind::Test, "test", &it.name.value, None),
        Item::Scenario(it) => add(Kind::Scenario, "scenario", &it.name.value, None),
    }
}

fn part(kind: Kind, word: &'static str, key: &str, span: Span, inside: Span) -> Thing {
    Thing {
        kind,
        word,
        key: key.into(),
        span,
        value: None,
        inside: Some(inside),
    }
}

fn fields(dataset: &tree::Dataset, whole: Span, things: &mut Vec<Thing>) {
    for field in &dataset.fields {
        let key = format!("{}.{}", dataset.name.value, field.name.value);
        things.push(part(Kind::Field, "field", &key, field.span, whole));
    }
}

fn members(member: &Member, parent: &str, whole: Span, things: &mut Vec<Thing>) {
    let (name, span, inner) = match member {
        Member::Criterion(it) => (&it.name, it.span, None),
        Member::Group(it) => (&it.name, it.span, Some(&it.members)),
    };
    let path = format!("{parent}.{}", name.value);
    let (word, weight) = word_and_weight(member);
    things.push(Thing {
        value: Some(weight),
        ..part(Kind::Member, word, &path, span, whole)
    });
    for member in inner.into_iter().flatten() {
        members(member, &path, whole, things);
    }
}

fn word_and_weight(member: &Member) -> (&'static str, Span) {
    match member {
        Member::Criterion(it) => ("criterion", it.weight.span),
        Member::Group(it) => ("group", it.weight.span),
    }
}

/// The kind and key that a `remove` names.
pub(super) fn removed(remove: &tree::Remove) -> Option<(Kind, String)> {
    let kind = match remove.kind.value.as_str() {
        "table" => Kind::Table,
        "field" => Kind::Field,
        "lookup" => Kind::Lookup,
        "rate" | "rates" => Kind::Rate,
        "exclude" => Kind::Exclude,
        "let" => Kind::Let,
        "param" => Kind::Param,
        "axis" => Kind::Axis,
        "criterion" | "group" => Kind::Member,
        "segments" => Kind::Segments,
        "override" => Kind::Override,
        "team" | "teams" => Kind::Team,
        "activity" | "activities" => Kind::Activity,
        "service" => Kind::Service,
        "check" | "warn" => Kind::Check,
        "output" => Kind::Output,
        "test" => Kind::Test,
        "scenario" => Kind::Scenario,
        _ => return None,
    };
    let key = match &remove.what {
        RemoveWhat::Path(path) => path.text(),
        RemoveWhat::Text(text) => text.value.clone(),
        RemoveWhat::Nothing(_) => String::new(),
    };
    Some((kind, key))
}

/// The parent of a path: all but its last name.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// The last name of a path.
pub(super) fn last_name(path: &Path) -> &str {
    path.names.last().map_or("", |name| name.value.as_str())
}
