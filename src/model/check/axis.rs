//! Axes: criteria and groups at every depth, what each scores, its weight and what happens where
//! its value is missing. Members that were removed are passed over; their weights still count for
//! what the others share.

use super::checker::{AxisOutline, Checker, Place, Scope, text_of};
use super::names::Symbol;
use super::scale::with_article;
use super::weights::Weight;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span, Spanned};
use crate::model::assembly;
use crate::model::program::{
    Axis, Expr, IfMissing, Layer, Literal, Member, MemberId, MemberKind, Param,
};
use crate::model::types::Type;
use crate::syntax::tree;
use crate::value::Decimal;
use std::sync::Arc;

const CRITERION: Place = Place {
    layer: Layer::Criteria,
    scope: Scope::Customer,
    what: "a criterion",
};

/// A member that stays, in the order of the program: a group stands before its members.
struct Placed<'a> {
    path: String,
    member: &'a assembly::Member,
    parent: Option<usize>,
}

fn placed<'a>(
    members: &'a [assembly::Member],
    parent: Option<usize>,
    prefix: &str,
    all: &mut Vec<Placed<'a>>,
) {
    for member in members.iter().filter(|member| member.removed.is_none()) {
        let path = format!("{prefix}{}", name_of(&member.node).value);
        let prefix = format!("{path}.");
        let at = all.len();
        all.push(Placed {
            path,
            member,
            parent,
        });
        placed(&member.members, Some(at), &prefix, all);
    }
}

fn name_of(node: &tree::Member) -> &tree::Name {
    match node {
        tree::Member::Criterion(criterion) => &criterion.name,
        tree::Member::Group(group) => &group.name,
    }
}

/// Whether the score of a member may be missing: it, or all of its members, may be skipped.
fn may_be_skipped(member: &assembly::Member) -> bool {
    match &member.node {
        tree::Member::Criterion(criterion) => criterion
            .if_missing
            .as_ref()
            .is_some_and(|policy| policy.value == tree::IfMissing::Skip),
        tree::Member::Group(_) => member
            .members
            .iter()
            .filter(|member| member.removed.is_none())
            .all(may_be_skipped),
    }
}

impl<'a> Checker<'a> {
    /// Enters the paths of all axes, so that expressions find them.
    pub(super) fn outline_axes(&mut self) {
        let assembly = self.assembly;
        self.axes = assembly
            .axes
            .iter()
            .map(|axis| {
                let mut members = Vec::new();
                placed(&axis.members, None, "", &mut members);
                AxisOutline {
                    name: axis.name.value.clone(),
                    members: members
                        .into_iter()
                        .map(|placed| (placed.path, may_be_skipped(placed.member)))
                        .collect(),
                }
            })
            .collect();
    }

    /// Checks all axes.
    pub(super) fn check_axes(&mut self) -> Vec<Axis> {
        let assembly = self.assembly;
        assembly.axes.iter().map(|axis| self.axis(axis)).collect()
    }

    fn axis(&mut self, axis: &'a assembly::Axis) -> Axis {
        let mut all = Vec::new();
        placed(&axis.members, None, "", &mut all);
        let place = axis.name.span;
        let what = format!("the axis `{}`", axis.name.value);
        let mut weights: Vec<Option<Weight>> = vec![None; all.len()];
        self.weigh(&axis.members, None, &all, &mut weights, (place, &what));
        for (at, group) in all.iter().enumerate() {
            if let tree::Member::Group(tree) = &group.member.node {
                let what = format!("the group `{}`", tree.name.value);
                let place = (tree.name.span, what.as_str());
                self.weigh(&group.member.members, Some(at), &all, &mut weights, place);
            }
        }
        let mut members = Vec::new();
        for (at, (placed, weight)) in all.iter().zip(weights).enumerate() {
            let kind = match &placed.member.node {
                tree::Member::Criterion(criterion) => self.criterion(criterion),
                tree::Member::Group(_) => Some(MemberKind::Group {
                    children: children(&all, Some(at)),
                }),
            };
            let (label, because, span) = match &placed.member.node {
                tree::Member::Criterion(criterion) => {
                    (&criterion.label, &criterion.because, criterion.span)
                }
                tree::Member::Group(group) => (&group.label, &group.because, group.span),
            };
            // A broken criterion leaves an empty group: the program is refused anyway.
            let kind = kind.unwrap_or(MemberKind::Group {
                children: Vec::new(),
            });
            // So does a broken weight.
            let (weight, weight_text) = weight
                .map(|weight| (weight.value, weight.text))
                .unwrap_or_default();
            members.push(Member {
                path: placed.path.clone(),
                label: text_of(label),
                weight,
                weight_text,
                kind,
                because: text_of(because),
                span,
            });
        }
        Axis {
            name: axis.name.value.clone(),
            label: text_of(&axis.label),
            members,
            children: children(&all, None),
            span: axis.name.span,
        }
    }

    /// Weighs the members of one axis or group; `place` says whose they are.
    fn weigh(
        &mut self,
        siblings: &'a [assembly::Member],
        parent: Option<usize>,
        all: &[Placed<'a>],
        weights: &mut [Option<Weight>],
        (place, what): (Span, &str),
    ) {
        let mut evaluate = |tree: &tree::Expr| self.weight(tree);
        let shares = match super::weights::weights(siblings, &mut evaluate, place, what) {
            Ok(shares) => shares,
            Err(messages) => {
                for message in messages {
                    self.report(message);
                }
                return;
            }
        };
        let places = all
            .iter()
            .enumerate()
            .filter(|(_, placed)| placed.parent == parent)
            .map(|(at, _)| at);
        for (at, share) in places.zip(shares.into_iter().flatten()) {
            if let Some(weight) = weights.get_mut(at) {
                *weight = Some(share);
            }
        }
    }

    /// A weight and whether it is a percent.
    fn weight(&mut self, tree: &tree::Expr) -> Option<(Decimal, bool)> {
        let constant = self.constant(tree, None)?;
        match (&constant.value, &constant.ty) {
            (Literal::Number(number), Type::Percent) => Some((Decimal(*number), true)),
            (Literal::Number(number), Type::Number) => Some((Decimal(*number), false)),
            _ => {
                self.report(
                    Diagnostic::error(
                        "weight-type",
                        format!("{} is no weight", with_article(&constant.ty)),
                    )
                    .at(tree.span, "expected a percent or a number")
                    .help("write `weight 40%`, or points such as `weight 3`"),
                );
                None
            }
        }
    }

    fn criterion(&mut self, criterion: &'a tree::Criterion) -> Option<MemberKind> {
        let value = self.scored(criterion);
        let scale = self.scale(&criterion.scale, value.as_ref());
        let if_missing = match &criterion.if_missing {
            Some(policy) => Some(self.policy(policy)?),
            None => None,
        };
        let value = value?;
        let written = match &value.ty {
            Type::Number if self.are_percents(limits(&criterion.scale.kind)) => Type::Percent,
            ty => ty.clone(),
        };
        match &criterion.if_missing {
            None if value.optional => {
                self.report_undecided(criterion, &value);
                return None;
            }
            Some(policy) if !value.optional => {
                self.report(
                    Diagnostic::error(
                        "never-missing",
                        format!("`{}` is never missing", criterion.name.value),
                    )
                    .at(policy.span, "has nothing to decide")
                    .at(value.span, "always has a value")
                    .help("leave `if missing` out, or write `?` after the field's type if cells may be empty"),
                );
            }
            _ => {}
        }
        Some(MemberKind::Criterion {
            value,
            scale: scale?,
            if_missing,
            written,
        })
    }

    /// Whether limits are written as percents; a bare 0 is 0 % too.
    pub(super) fn are_percents(&self, limits: Vec<&tree::Expr>) -> bool {
        let is_percent = |limit: &tree::Expr| match &*limit.kind {
            tree::ExprKind::Number(number) => number.unit == tree::Unit::Percent,
            tree::ExprKind::Name(path) => {
                let named = |it: &&Param| path.names.iter().all(|name| name.value == it.name);
                let param = self.params.iter().find(named);
                param.is_some_and(|it| it.ty == Type::Percent)
            }
            _ => false,
        };
        let is_zero = |limit: &tree::Expr| matches!(&*limit.kind, tree::ExprKind::Number(number) if number.digits == "0");
        let unsigned = limits.into_iter().map(|limit| match &*limit.kind {
            tree::ExprKind::Negate(inner) => inner,
            _ => limit,
        });
        let (percents, others): (Vec<&tree::Expr>, Vec<&tree::Expr>) =
            unsigned.partition(|it| is_percent(it));
        !percents.is_empty() && others.into_iter().all(is_zero)
    }

    fn report_undecided(&mut self, criterion: &'a tree::Criterion, value: &Expr) {
        let middle = self
            .scores
            .lowest
            .plus(self.scores.highest)
            .and_then(|sum| sum.divide(Decimal(2_000_000)))
            .and_then(|middle| middle.round(0))
            .unwrap_or(self.scores.lowest);
        self.report(
            Diagnostic::error(
                "missing-undecided",
                format!("`{}` may be missing, and nothing says what then", criterion.name.value),
            )
            .at(value.span, "may be missing")
            .help(format!(
                "add `if missing {middle}` (that score), `if missing skip` (its weight goes to the others) \
                 or `if missing reject` (an error in the data)"
            )),
        );
    }

    /// What is scored: the expression after `of`, or the field or let of the same name.
    fn scored(&mut self, criterion: &'a tree::Criterion) -> Option<Expr> {
        if let Some(of) = &criterion.of {
            return self.value(of, CRITERION);
        }
        let name = &criterion.name;
        let found = matches!(
            self.names.get(&name.value),
            Some(Symbol::Field(_) | Symbol::Let(_) | Symbol::Param(_) | Symbol::Broken)
        );
        if !found {
            let candidates = self.names.all();
            let near = nearest(
                &name.value,
                candidates.into_iter().filter(|candidate| {
                    matches!(
                        self.names.get(candidate),
                        Some(Symbol::Field(_) | Symbol::Let(_))
                    )
                }),
            );
            let help = match near {
                Some(near) => format!("write `{near}`, or say what is scored with `of`"),
                None => format!("say what is scored: `criterion {} of VALUE`", name.value),
            };
            self.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("there is no field or `let` called `{}`", name.value),
                )
                .at(
                    name.span,
                    "a criterion without `of` scores what has its name",
                )
                .help(help),
            );
            return None;
        }
        self.value(&named(name), CRITERION)
    }

    fn policy(&mut self, policy: &'a Spanned<tree::IfMissing>) -> Option<IfMissing> {
        Some(match &policy.value {
            tree::IfMissing::Score(score) => IfMissing::Score(self.score(score)?),
            tree::IfMissing::Skip => IfMissing::Skip,
            tree::IfMissing::Reject => IfMissing::Reject,
        })
    }
}

fn children(all: &[Placed], parent: Option<usize>) -> Vec<MemberId> {
    all.iter()
        .enumerate()
        .filter(|(_, placed)| placed.parent == parent)
        .map(|(at, _)| MemberId(at))
        .collect()
}

/// A name as an expression.
pub(super) fn named(name: &tree::Name) -> tree::Expr {
    path_named(
        &tree::Path {
            names: vec![name.clone()],
            span: name.span,
        },
        name.span,
    )
}

/// A path as an expression.
pub(super) fn path_named(path: &tree::Path, span: Span) -> tree::Expr {
    tree::Expr {
        kind: Arc::new(tree::ExprKind::Name(path.clone())),
        span,
    }
}

/// The limits or points of a scale.
fn limits(scale: &tree::ScaleKind) -> Vec<&tree::Expr> {
    match scale {
        tree::ScaleKind::Bands { bands, .. } => bands.iter().map(|it| &it.threshold).collect(),
        tree::ScaleKind::Curve(points) => points.iter().map(|it| &it.value).collect(),
        tree::ScaleKind::Ramp { worst, best } => vec![worst, best],
        _ => Vec::new(),
    }
}
