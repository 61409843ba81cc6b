//! Puts one changed unit of a new assembly into an old one. What comes out may not stand alone: that
//! is for the checker to say.

use super::fact::Unit;
use crate::model::assembly::{Assembly, Member};
use crate::syntax::tree::{self, Dataset, Expr, Name};

/// A model between two others: declarations, and the params that are set from outside.
#[derive(Clone, Debug)]
pub(super) struct Between {
    pub(super) assembly: Assembly,
    pub(super) params: Vec<(String, Expr)>,
}

impl Between {
    /// Takes one unit from `new`; what is not there goes.
    pub(super) fn take(&mut self, unit: &Unit, new: &Between) {
        let (own, other) = (&mut self.assembly, &new.assembly);
        match unit {
            Unit::Model => own.model.clone_from(&other.model),
            Unit::Rates => own.rates.clone_from(&other.rates),
            Unit::Dataset(name) if name == "customers" => {
                if let (Some(own), Some(other)) = (&mut own.customers, &other.customers) {
                    head(own, other);
                }
            }
            Unit::Dataset(name) => {
                let there = own.tables.iter_mut().find(|it| it.name.value == *name);
                let wanted = other.tables.iter().find(|it| it.name.value == *name);
                match (there, wanted) {
                    (Some(own), Some(other)) => head(own, other),
                    _ => put(&mut own.tables, &other.tables, |it| it.name.value == *name),
                }
            }
            Unit::Field(dataset, name) => {
                let wanted = dataset_of(other, dataset).map(|it| it.fields.clone());
                if let Some(own) = dataset_of_mut(own, dataset) {
                    let wanted = wanted.unwrap_or_default();
                    put(&mut own.fields, &wanted, |it| it.name.value == *name);
                }
            }
            Unit::Lookup(name) => put(&mut own.lookups, &other.lookups, |it| {
                it.name.value == *name
            }),
            Unit::Param(name) => {
                put(&mut own.params, &other.params, |it| it.name.value == *name);
                put(&mut self.params, &new.params, |(set, _)| set == name);
            }
            Unit::Let(name) => put(&mut own.lets, &other.lets, |it| it.name.value == *name),
            Unit::Exclude(reason) => {
                put(&mut own.excludes, &other.excludes, |it| {
                    it.reason.value == *reason
                });
            }
            Unit::Axis(name) => put(&mut own.axes, &other.axes, |it| it.name.value == *name),
            Unit::Siblings(path) => {
                let wanted = members(other, path).cloned().unwrap_or_default();
                if let Some(own) = members_mut(own, path) {
                    *own = siblings(std::mem::take(own), wanted);
                }
            }
            Unit::Member(path) => {
                let Some((parent, name)) = path.rsplit_once('.') else {
                    return;
                };
                let wanted = members(other, parent).and_then(|list| live(list, name).cloned());
                let there = members_mut(own, parent).and_then(|list| {
                    let mut list = list.iter_mut();
                    list.find(|it| it.removed.is_none() && name_of(it).value == name)
                });
                if let (Some(own), Some(wanted)) = (there, wanted) {
                    content(own, wanted);
                }
            }
            Unit::Segments(name) => {
                put(&mut own.segmentations, &other.segmentations, |it| {
                    is_named(it, name)
                });
            }
            Unit::Clause(name, at) => {
                let wanted = other.segmentations.iter().find(|it| is_named(it, name));
                let wanted = wanted.and_then(|it| it.clauses.get(*at)).cloned();
                let there = own.segmentations.iter_mut().find(|it| is_named(it, name));
                if let (Some(own), Some(wanted)) =
                    (there.and_then(|it| it.clauses.get_mut(*at)), wanted)
                {
                    *own = wanted;
                }
            }
            Unit::Board(name) => {
                let wanted = other.segmentations.iter().find(|it| is_named(it, name));
                let there = own.segmentations.iter_mut().find(|it| is_named(it, name));
                if let (Some(own), Some(wanted)) = (there, wanted) {
                    own.board.clone_from(&wanted.board);
                    own.by.clone_from(&wanted.by);
                }
            }
            Unit::Override(key) => {
                put(&mut own.overrides, &other.overrides, |it| {
                    it.customer.value == *key
                });
            }
            Unit::Team(name) => put(&mut own.teams, &other.teams, |it| it.name.value == *name),
            Unit::Activity(name) => {
                put(&mut own.activities, &other.activities, |it| {
                    it.name.value == *name
                });
            }
            Unit::Service(name) => {
                put(&mut own.services, &other.services, |it| {
                    it.segment.value == *name
                });
            }
            // They move nobody.
            Unit::Check(_) | Unit::Output | Unit::Test(_) | Unit::Scenario(_) => {}
        }
    }
}

/// Replaces, adds or takes out the entry that is meant.
fn put<T: Clone>(own: &mut Vec<T>, other: &[T], is_meant: impl Fn(&T) -> bool) {
    let there = own.iter().position(&is_meant);
    let wanted = other.iter().position(&is_meant);
    match (
        there,
        wanted.and_then(|at| Some((at, other.get(at)?.clone()))),
    ) {
        (Some(at), Some((_, wanted))) => {
            if let Some(own) = own.get_mut(at) {
                *own = wanted;
            }
        }
        (None, Some((at, wanted))) => own.insert(at.min(own.len()), wanted),
        (Some(at), None) => {
            own.remove(at);
        }
        (None, None) => {}
    }
}

/// Takes everything of a dataset but its fields.
fn head(own: &mut Dataset, other: &Dataset) {
    let fields = std::mem::take(&mut own.fields);
    *own = Dataset {
        fields,
        ..other.clone()
    };
}

fn dataset_of<'a>(assembly: &'a Assembly, name: &str) -> Option<&'a Dataset> {
    let mut all = assembly.customers.iter().chain(&assembly.tables);
    all.find(|it| it.name.value == name)
}

fn dataset_of_mut<'a>(assembly: &'a mut Assembly, name: &str) -> Option<&'a mut Dataset> {
    let mut all = assembly.customers.iter_mut().chain(&mut assembly.tables);
    all.find(|it| it.name.value == name)
}

fn is_named(segments: &tree::Segments, name: &str) -> bool {
    segments.name.as_ref().map_or("", |it| &it.value) == name
}

fn name_of(member: &Member) -> &Name {
    match &member.node {
        tree::Member::Criterion(it) => &it.name,
        tree::Member::Group(it) => &it.name,
    }
}

fn live<'a>(members: &'a [Member], name: &str) -> Option<&'a Member> {
    let mut members = members.iter();
    members.find(|it| it.removed.is_none() && name_of(it).value == name)
}

/// The members directly under an axis or a group.
fn members<'a>(assembly: &'a Assembly, path: &str) -> Option<&'a Vec<Member>> {
    let (axis, groups) = path.split_once('.').unwrap_or((path, ""));
    let axis = assembly.axes.iter().find(|it| it.name.value == axis)?;
    let mut groups = groups.split('.').filter(|it| !it.is_empty());
    groups.try_fold(&axis.members, |members, group| {
        Some(&live(members, group)?.members)
    })
}

fn members_mut<'a>(assembly: &'a mut Assembly, path: &str) -> Option<&'a mut Vec<Member>> {
    let (axis, groups) = path.split_once('.').unwrap_or((path, ""));
    let axis = assembly.axes.iter_mut().find(|it| it.name.value == axis)?;
    let mut groups = groups.split('.').filter(|it| !it.is_empty());
    groups.try_fold(&mut axis.members, |members, group| {
        let mut members = members.iter_mut();
        let found = members.find(|it| it.removed.is_none() && name_of(it).value == group)?;
        Some(&mut found.members)
    })
}

/// The siblings and the weights of `new`, each with what it scored before, where it was there.
fn siblings(own: Vec<Member>, new: Vec<Member>) -> Vec<Member> {
    let new = new.into_iter();
    new.map(|wanted| match live(&own, &name_of(&wanted).value) {
        Some(own) => Member {
            weights: wanted.weights,
            removed: wanted.removed,
            ..own.clone()
        },
        None => wanted,
    })
    .collect()
}

/// What a member is and scores, not its weight, nor who stands below it.
fn content(own: &mut Member, new: Member) {
    let both_groups = matches!(
        (&own.node, &new.node),
        (tree::Member::Group(_), tree::Member::Group(_))
    );
    own.node = new.node;
    if !both_groups {
        own.members = new.members;
    }
}
