//! Excludes, lets, checks and warnings: what stands at the two ends of the layers.

use super::checker::{Checker, LetState, Place, Scope, text_of};
use super::expression::children;
use crate::model::program::{
    Axis, Check, Exclude, Expr, ExprKind, Layer, Let, LetId, MemberKind, Scale,
};

const EXCLUDE: Place = Place {
    layer: Layer::Axes,
    scope: Scope::Customer,
    what: "an `exclude`",
};

const CHECK: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Portfolio,
    what: "a `check`",
};

impl Checker<'_> {
    /// Checks the lets that nobody has asked for yet.
    pub(super) fn check_lets(&mut self) {
        for at in 0..self.assembly.lets.len() {
            self.let_(LetId(at));
        }
    }

    /// The checked lets, by the position of their declaration.
    pub(super) fn finished_lets(&self) -> Vec<Let> {
        self.lets
            .iter()
            .filter_map(|state| match state {
                LetState::Done(let_) => Some(let_.clone()),
                LetState::Waiting | LetState::Open(_) | LetState::Broken => None,
            })
            .collect()
    }

    /// Checks the excludes; the axes are there already, for an exclude may look at them.
    pub(super) fn check_excludes(&mut self, axes: &[Axis]) -> Vec<Exclude> {
        let assembly = self.assembly;
        let mut excludes = Vec::new();
        for tree in &assembly.excludes {
            if let Some(condition) = self.condition(&tree.condition, EXCLUDE) {
                excludes.push(Exclude {
                    reason: tree.reason.value.clone(),
                    uses_portfolio: self.uses_portfolio(&condition, axes),
                    condition,
                });
            }
        }
        excludes
    }

    /// Whether an expression looks at other customers, itself or through its lets and axes.
    fn uses_portfolio(&self, expr: &Expr, axes: &[Axis]) -> bool {
        let mut waiting: Vec<&Expr> = vec![expr];
        let mut seen: Vec<bool> = vec![false; self.lets.len()];
        let mut seen_axes: Vec<bool> = vec![false; axes.len()];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Portfolio { .. } | ExprKind::Aggregate { .. } => return true,
                ExprKind::Let(id) => {
                    let first = seen
                        .get_mut(id.0)
                        .is_some_and(|seen| !std::mem::replace(seen, true));
                    if let (true, Some(LetState::Done(let_))) = (first, self.lets.get(id.0)) {
                        waiting.push(&let_.value);
                    }
                }
                ExprKind::Axis(id) | ExprKind::Member(id, _) | ExprKind::Known(id) => {
                    let first = seen_axes
                        .get_mut(id.0)
                        .is_some_and(|seen| !std::mem::replace(seen, true));
                    let members = axes.get(id.0).filter(|_| first).map(|axis| &axis.members);
                    for member in members.into_iter().flatten() {
                        if let MemberKind::Criterion { value, scale, .. } = &member.kind {
                            if matches!(scale, Scale::Ranked { .. }) {
                                return true;
                            }
                            waiting.push(value);
                        }
                    }
                }
                _ => waiting.extend(children(expr)),
            }
        }
        false
    }

    /// Checks the checks and warnings.
    pub(super) fn check_checks(&mut self) -> Vec<Check> {
        let assembly = self.assembly;
        let mut checks = Vec::new();
        for tree in &assembly.checks {
            if let Some(condition) = self.condition(&tree.condition, CHECK) {
                checks.push(Check {
                    only_warns: tree.only_warns,
                    label: tree.label.value.clone(),
                    condition,
                    because: text_of(&tree.because),
                    span: tree.label.span,
                });
            }
        }
        checks
    }
}
