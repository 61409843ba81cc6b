//! Axes, criteria, groups and weights, taken apart. A weight is the share that counts in the end; one
//! that is restated changes those of its siblings too.

use super::describe::{because, label};
use super::fact::{Described, Fact, SHARED, Unit};
use super::words::{Form, operator_text};
use crate::model::assembly::Member;
use crate::model::program::{Axis, MemberId, MemberKind};
use crate::session::Loaded;
use crate::syntax::tree::{self, Criterion, ScaleKind};

/// Takes all axes apart.
pub(super) fn axes(loaded: &Loaded, all: &mut Vec<Described>) {
    for axis in &loaded.assembly.axes {
        let name = &axis.name.value;
        let title = format!("axis `{name}`");
        let label = label(&title, &axis.label);
        all.push(Described::new(Unit::Axis(name.clone()), title.clone()).with(label));
        let program = loaded.program.as_ref();
        let checked = program.and_then(|it| it.axes.iter().find(|it| it.name == *name));
        if let Some(checked) = checked {
            weights(name, checked, &checked.children, &title, all);
        }
        members(name, &axis.members, checked, &title, all);
    }
}

/// The weights of siblings as one declaration: they share 100 %.
fn weights(path: &str, axis: &Axis, children: &[MemberId], title: &str, all: &mut Vec<Described>) {
    let siblings = || children.iter().filter_map(|id| axis.members.get(id.0));
    let sum: i128 = siblings().map(|it| it.weight).sum();
    let facts = siblings().map(|member| {
        let divisor = greatest_common_divisor(member.weight, sum).max(1);
        let share = format!("{}/{}", member.weight / divisor, sum / divisor);
        Fact {
            same: share,
            kind: SHARED,
            ..Fact::text(
                format!("weight of `{}.{}`", axis.name, member.path),
                member.weight_text.clone(),
            )
        }
    });
    let unit = Unit::Siblings(path.to_owned());
    all.push(
        Described::new(unit.clone(), format!("weights of `{path}`"))
            .with(facts)
            .inside(title, unit),
    );
    for id in children {
        let Some(member) = axis.members.get(id.0) else {
            continue;
        };
        if let MemberKind::Group { children } = &member.kind {
            let path = format!("{}.{}", axis.name, member.path);
            weights(&path, axis, children, &format!("group `{path}`"), all);
        }
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 {
        a.abs()
    } else {
        greatest_common_divisor(b, a % b)
    }
}

fn members(
    parent: &str,
    members: &[Member],
    axis: Option<&Axis>,
    inside: &str,
    all: &mut Vec<Described>,
) {
    for member in members.iter().filter(|it| it.removed.is_none()) {
        let (name, word) = match &member.node {
            tree::Member::Criterion(it) => (&it.name.value, "criterion"),
            tree::Member::Group(it) => (&it.name.value, "group"),
        };
        let path = format!("{parent}.{name}");
        let title = format!("{word} `{path}`");
        let below = axis.and_then(|axis| path.strip_prefix(&format!("{}.", axis.name)));
        let weight = axis.and_then(|axis| axis.members.iter().find(|it| Some(&*it.path) == below));
        let weight = weight.map_or("", |it| &it.weight_text);
        let described = Described::new(Unit::Member(path.clone()), title.clone());
        let described = match &member.node {
            tree::Member::Criterion(it) => criterion(described, it, &path, weight),
            tree::Member::Group(it) => described
                .saying(format!("weight {weight}"))
                .with(label(&title, &it.label))
                .with(because(&title, &it.because)),
        };
        all.push(described.inside(inside, Unit::Siblings(parent.to_owned())));
        self::members(&path, &member.members, axis, &title, all);
    }
}

fn criterion(described: Described, criterion: &Criterion, path: &str, weight: &str) -> Described {
    let title = format!("criterion `{path}`");
    let mut facts = Vec::new();
    if let Some(of) = &criterion.of {
        facts.push(Fact::new(format!("what `{path}` scores"), |form| {
            form.expr(of)
        }));
    }
    facts.push(scale(&criterion.scale.kind, path));
    if let Some(if_missing) = &criterion.if_missing {
        let what = format!("`{path}` if missing");
        facts.push(Fact::new(what, |form| form.if_missing(&if_missing.value)));
    }
    let text = format!(
        "weight {weight} {}",
        Form::Written.scale(&criterion.scale.kind)
    );
    described
        .saying(text)
        .with(facts)
        .with(label(&title, &criterion.label))
        .with(because(&title, &criterion.because))
}

/// A scale; one with rows is compared row by row with another of its kind.
fn scale(scale: &ScaleKind, path: &str) -> Fact {
    let (kind, parts): (&'static str, Vec<Fact>) = match scale {
        ScaleKind::Curve(points) => {
            let points = points.iter().map(|it| {
                let what = format!("point {} of `{path}`", Form::Written.expr(&it.value));
                Fact::new(what, |form| form.expr(&it.score))
            });
            ("curve", points.collect())
        }
        ScaleKind::Bands { bands, otherwise } => {
            let bands = bands.iter().map(|it| {
                let sign = operator_text(it.operator.value);
                let at = Form::Written.expr(&it.threshold);
                Fact::new(format!("band {sign} {at} of `{path}`"), |form| {
                    form.expr(&it.score)
                })
            });
            (
                "bands",
                bands.chain(others(otherwise.as_ref(), path)).collect(),
            )
        }
        ScaleKind::Match { arms, otherwise } => {
            let arms = arms.iter().flat_map(|it| {
                it.values.iter().map(|value| {
                    let what = format!("score of {} in `{path}`", Form::Written.expr(value));
                    Fact::new(what, |form| form.expr(&it.score))
                })
            });
            (
                "match",
                arms.chain(others(otherwise.as_ref(), path)).collect(),
            )
        }
        ScaleKind::Ramp { .. } => ("ramp", Vec::new()),
        ScaleKind::AsIs { .. } => ("as is", Vec::new()),
        ScaleKind::Ranked { .. } => ("ranked", Vec::new()),
    };
    Fact {
        kind,
        ..Fact::new(format!("scale of `{path}`"), |form| form.scale(scale)).with_parts(parts)
    }
}

fn others(otherwise: Option<&tree::Expr>, path: &str) -> Option<Fact> {
    let otherwise = otherwise?;
    let what = format!("score of all others in `{path}`");
    Some(Fact::new(what, |form| form.expr(otherwise)))
}
