//! Members of axes as files and scenarios restate them one by one: criteria, groups and weights.
//! Weights are only collected with the step that stated them; `check` computes them.

use super::Member;
use super::assemble::{Assembler, Fate};
use super::ledger::{Kind, Thing};
use crate::base::{Diagnostic, Span};
use crate::syntax::tree::{self, Expr, Item, Name};

/// How deep in an axis a declaration reaches, so that a group stands before what goes into it.
pub(super) fn depth(item: &Item) -> usize {
    match item {
        Item::Member(member) => member.path.names.len(),
        _ => 0,
    }
}

impl Assembler {
    /// Enters the members of an axis or group that is new or restated as a whole.
    pub(super) fn own_members(&mut self, path: &str, members: &[tree::Member]) -> Vec<Member> {
        self.forget_members(path);
        members
            .iter()
            .filter_map(|member| {
                let (name, ..) = parts(member);
                let path = format!("{path}.{}", name.value);
                let thing = thing(member, path.as_str(), name.span);
                self.own(&thing).then(|| self.new_member(&path, member))
            })
            .collect()
    }

    /// Forgets what stood inside an axis or group.
    pub(super) fn forget_members(&mut self, path: &str) {
        let prefix = format!("{path}.");
        self.ledger.forget(Kind::Member, &prefix);
        self.ledger.forget(Kind::Weight, &prefix);
    }

    fn new_member(&mut self, path: &str, member: &tree::Member) -> Member {
        let (_, weight, members) = parts(member);
        Member {
            weights: vec![(self.step, weight.clone())],
            members: self.own_members(path, members),
            node: without_members(member),
            removed: None,
        }
    }

    /// `criterion AXIS.NAME …`, `group AXIS.NAME …`
    pub(super) fn member_of(&mut self, member_of: &tree::MemberOf, replace: Option<Span>) {
        let path = member_of.path.text();
        let member = &member_of.member;
        let thing = thing(member, path.as_str(), member_of.path.span);
        let Some((name, parent)) = member_of.path.names.split_last() else {
            return;
        };
        if !self.parent_is_there(parent, &thing) {
            return;
        }
        match self.admit(&thing, replace) {
            Fate::Drop => {}
            Fate::Add => {
                let member = self.new_member(&path, member);
                if let Some(siblings) = self.members_of(parent) {
                    siblings.push(member);
                }
            }
            Fate::Restate => {
                let mut member = self.new_member(&path, member);
                let there = self
                    .members_of(parent)
                    .and_then(|siblings| live(siblings, &name.value));
                if let Some(there) = there {
                    // The weights it had before are needed to share out what the others had.
                    there.weights.append(&mut member.weights);
                    member.weights = std::mem::take(&mut there.weights);
                    keep_label(&mut member.node, &there.node);
                    *there = member;
                }
            }
        }
    }

    fn parent_is_there(&mut self, parent: &[Name], thing: &Thing) -> bool {
        if !parent.is_empty() && self.members_of(parent).is_some() {
            return true;
        }
        let wanted: Vec<&str> = parent.iter().map(|name| name.value.as_str()).collect();
        let wanted = wanted.join(".");
        let (message, looked_for) = match parent {
            [] => (
                format!("`{}` says no axis", thing.text()),
                Thing {
                    kind: Kind::Member,
                    ..thing.clone()
                },
            ),
            [axis] => (
                format!("there is no axis `{wanted}`"),
                Thing::new(Kind::Axis, "axis", wanted.as_str(), axis.span),
            ),
            [first, .., last] => (
                format!("there is no group `{wanted}`"),
                Thing::new(
                    Kind::Member,
                    "group",
                    wanted.as_str(),
                    first.span.join(last.span),
                ),
            ),
        };
        let help = self.ledger.hint(&looked_for);
        self.diagnostics.push(
            Diagnostic::error("unknown-member", message)
                .at(looked_for.span, "")
                .help_maybe(help),
        );
        false
    }

    /// The members directly under an axis (`[axis]`) or a group (`[axis, group, …]`).
    pub(super) fn members_of(&mut self, path: &[Name]) -> Option<&mut Vec<Member>> {
        let (axis, groups) = path.split_first()?;
        let axis = self
            .assembly
            .axes
            .iter_mut()
            .find(|it| it.name.value == axis.value)?;
        groups.iter().try_fold(&mut axis.members, |members, group| {
            let member = live(members, &group.value)?;
            matches!(member.node, tree::Member::Group(_)).then_some(&mut member.members)
        })
    }

    /// The member of that path.
    pub(super) fn member(&mut self, path: &[Name]) -> Option<&mut Member> {
        let (name, parent) = path.split_last()?;
        live(self.members_of(parent)?, &name.value)
    }

    /// `weight AXIS.NAME W`
    pub(super) fn weight_of(&mut self, weight_of: &tree::WeightOf, replace: Option<Span>) {
        let path = weight_of.path.text();
        let span = weight_of.path.span;
        let thing = Thing::new(Kind::Weight, "weight", path.as_str(), span);
        let step = self.step;
        let stated_now =
            |known: Option<super::ledger::Entry>| known.filter(|it| it.step == step && !it.removed);
        let twice = stated_now(self.ledger.get(Kind::Weight, &path))
            .or(stated_now(self.ledger.get(Kind::Member, &path)));
        let Some(member) = self.member(&weight_of.path.names) else {
            let looked_for = Thing::new(Kind::Member, "criterion", path.as_str(), span);
            let help = self.ledger.hint(&looked_for);
            let message = format!("there is no criterion or group `{path}` to weigh");
            self.diagnostics.push(
                Diagnostic::error("unknown-member", message)
                    .at(span, "")
                    .help_maybe(help),
            );
            return;
        };
        if let Some(there) = twice {
            self.diagnostics.push(
                Diagnostic::error(
                    "declared-twice",
                    format!("the weight of `{path}` is stated twice"),
                )
                .at(span, "the second")
                .at(there.span, "the first")
                .help("keep one of the two"),
            );
            return;
        }
        let before = member.weights.last().map_or(span, |(_, it)| it.span);
        member.weights.push((step, weight_of.weight.clone()));
        if replace.is_some() || self.scenario.is_some() {
            self.note_replaced(&thing, before, false);
        } else {
            self.needs_replace(&thing, before);
        }
        self.ledger.state(&thing, step);
    }
}

/// The member of that name that has not been removed.
fn live<'a>(members: &'a mut [Member], name: &str) -> Option<&'a mut Member> {
    members
        .iter_mut()
        .find(|it| it.removed.is_none() && parts(&it.node).0.value == name)
}

/// Name, weight and members.
fn parts(member: &tree::Member) -> (&Name, &Expr, &[tree::Member]) {
    match member {
        tree::Member::Criterion(it) => (&it.name, &it.weight, &[]),
        tree::Member::Group(it) => (&it.name, &it.weight, &it.members),
    }
}

/// A member that says no label itself keeps the one of the member whose place it takes.
fn keep_label(member: &mut tree::Member, before: &tree::Member) {
    let before = match before {
        tree::Member::Criterion(it) => &it.label,
        tree::Member::Group(it) => &it.label,
    };
    let label = match member {
        tree::Member::Criterion(it) => &mut it.label,
        tree::Member::Group(it) => &mut it.label,
    };
    if label.is_none() {
        label.clone_from(before);
    }
}

fn thing(member: &tree::Member, path: &str, span: Span) -> Thing {
    let word = match member {
        tree::Member::Criterion(_) => "criterion",
        tree::Member::Group(_) => "group",
    };
    Thing::new(Kind::Member, word, path, span)
}

fn without_members(member: &tree::Member) -> tree::Member {
    let mut node = member.clone();
    if let tree::Member::Group(group) = &mut node {
        group.members = Vec::new();
    }
    node
}
