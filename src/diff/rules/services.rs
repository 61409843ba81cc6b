//! Teams, activities and services, taken apart entry by entry.

use super::describe::{because, label};
use super::fact::{Described, Fact, Unit};
use super::words::{Form, joined};
use crate::session::Loaded;
use crate::syntax::tree::{Activity, ServiceEntry, ServiceEntryKind, Team};

/// Takes all of it apart.
pub(super) fn services(loaded: &Loaded, all: &mut Vec<Described>) {
    let assembly = &loaded.assembly;
    all.extend(assembly.teams.iter().map(team));
    all.extend(assembly.activities.iter().map(activity));
    for service in &assembly.services {
        let segment = &service.segment.value;
        let title = format!("service `{segment}`");
        let text = joined(service.entries.iter().map(|it| entry(it, Form::Written)));
        all.push(
            Described::new(Unit::Service(segment.clone()), title.clone())
                .saying(text)
                .with(
                    service
                        .entries
                        .iter()
                        .flat_map(|it| entry_facts(it, segment)),
                )
                .with(because(&title, &service.because)),
        );
    }
}

fn team(team: &Team) -> Described {
    let name = &team.name.value;
    let title = format!("team `{name}`");
    let mut facts = vec![
        Fact::new(format!("people of `{name}`"), |form| {
            form.expr(&team.people)
        }),
        Fact::new(format!("hours of one of `{name}`"), |form| {
            form.expr(&team.hours)
        }),
        Fact::new(format!("share of `{name}` with customers"), |form| {
            form.expr(&team.with_customers)
        }),
    ];
    if let Some(field) = &team.named_by {
        facts.push(Fact::text(
            format!("who of `{name}`"),
            format!("named by `{}`", field.value),
        ));
    }
    if let Some(rate) = &team.rate {
        facts.push(Fact::new(format!("rate of `{name}`"), |form| {
            format!("{} per h", form.expr(rate))
        }));
    }
    let people = facts.first().map_or("", |it| &it.shown);
    Described::new(Unit::Team(name.clone()), title.clone())
        .saying(format!("{people} people"))
        .with(facts)
        .with(label(&title, &team.label))
}

fn activity(activity: &Activity) -> Described {
    let name = &activity.name.value;
    let title = format!("activity `{name}`");
    let mut facts = Vec::new();
    for taker in &activity.takers {
        let what = format!("time of `{name}` by {}", taker.by.value);
        facts.push(Fact::new(what, |form| form.expr(&taker.duration)));
    }
    let parts = [
        ("cost of", &activity.costs),
        ("actual number of", &activity.actual),
        ("worth of", &activity.worth),
    ];
    for (what, part) in parts {
        if let Some(part) = part {
            facts.push(Fact::new(format!("{what} `{name}`"), |form| {
                form.expr(part)
            }));
        }
    }
    Described::new(Unit::Activity(name.clone()), title.clone())
        .with(facts)
        .with(label(&title, &activity.label))
}

/// An entry as it could be written.
fn entry(entry: &ServiceEntry, form: Form) -> String {
    match &entry.kind {
        ServiceEntryKind::Owner(team) => format!("owner {}", team.value),
        ServiceEntryKind::Activity(name, often) => {
            format!("{} {}", name.value, form.frequency(often))
        }
        ServiceEntryKind::Only(name, often) => {
            format!("only {} {}", name.value, form.frequency(often))
        }
        ServiceEntryKind::None => "none".into(),
        ServiceEntryKind::Text(name, value) => {
            format!("text {} = {}", name.value, form.expr(value))
        }
        ServiceEntryKind::When { condition, entries } => {
            let entries = joined(entries.iter().map(|it| self::entry(it, form)));
            format!("when {} {{ {entries} }}", form.expr(condition))
        }
    }
}

fn entry_facts(entry: &ServiceEntry, segment: &str) -> Vec<Fact> {
    let fact = match &entry.kind {
        ServiceEntryKind::Owner(team) => {
            Fact::text(format!("owner of `{segment}`"), format!("`{}`", team.value))
        }
        ServiceEntryKind::Activity(name, often) => {
            let what = format!("`{}` of `{segment}`", name.value);
            Fact::new(what, |form| form.frequency(often))
        }
        ServiceEntryKind::Only(name, often) => {
            let what = format!("`{}` of `{segment}`", name.value);
            Fact::new(what, |form| format!("only {}", form.frequency(often)))
        }
        ServiceEntryKind::None => Fact::text(format!("service of `{segment}`"), "none"),
        ServiceEntryKind::Text(name, value) => {
            let what = format!("text `{}` of `{segment}`", name.value);
            Fact::new(what, |form| form.expr(value))
        }
        ServiceEntryKind::When { condition, entries } => {
            let condition = Form::Written.expr(condition);
            let what = format!("`{segment}` when {condition}");
            Fact::new(what, |form| {
                joined(entries.iter().map(|it| self::entry(it, form)))
            })
        }
    };
    let why = because(&fact.what, &entry.because);
    std::iter::once(fact).chain(why).collect()
}
