//! Lets, and what activities say of a customer: checked when something first names them, so that
//! declarations may stand in any order. A circle is reported once, spelled out.

use super::bounds::Interval;
use super::{definite, walk};
use crate::base::Diagnostic;
use crate::model::check::checker::{Checker, LetState, Place, Scope};
use crate::model::check::names::Symbol;
use crate::model::program::{ActivityId, Expr, ExprKind, Layer, Let, LetId};
use crate::model::types::Type;
use crate::syntax::tree;

/// Where lets stand: they may look at anything, and belong where the rightmost of it does.
const LET: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Customer,
    what: "a let",
};

/// What was found out about a let once.
#[derive(Clone, Copy, Debug)]
pub(in crate::model::check) struct LetFacts {
    /// Between which ends it lies.
    pub(super) interval: Interval,
    /// Whether it is one customer's.
    pub(super) of_customer: bool,
}

/// How many lets may wait for each other; longer circles are cut off.
const DEEPEST: usize = 64;

/// Where `actual` and `worth` of an activity stand.
const OF_ACTIVITY: Place = Place {
    layer: Layer::Segments,
    scope: Scope::Customer,
    what: "an activity",
};

impl<'a> Checker<'a> {
    /// A let, checked on demand.
    pub(in crate::model::check) fn let_(&mut self, id: LetId) -> Option<&Let> {
        match self.lets.get(id.0)? {
            LetState::Waiting => match self.open_lets().len() {
                0 => self.check_let_and_needs(id),
                // Only what goes in a circle, or through an activity, is met inside another let.
                open if open < DEEPEST => self.check_let(id),
                _ => self.report_let_circle(id),
            },
            LetState::Open(_) => self.report_let_circle(id),
            LetState::Done(_) | LetState::Broken => {}
        }
        match self.lets.get(id.0)? {
            LetState::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Checks a let after those that it names. Without recursion: a chain of lets may be as long as
    /// the file.
    fn check_let_and_needs(&mut self, id: LetId) {
        let mut seen = vec![false; self.lets.len()];
        let mut stack = vec![(id, false)];
        while let Some((id, ready)) = stack.pop() {
            if ready {
                if matches!(self.lets.get(id.0), Some(LetState::Waiting)) {
                    self.check_let(id);
                }
                continue;
            }
            match seen.get_mut(id.0) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            stack.push((id, true));
            let Some(declared) = self.assembly.lets.get(id.0) else {
                continue;
            };
            let mut names = Vec::new();
            walk::names_in(&declared.value, &mut names);
            for name in names.into_iter().rev() {
                if let Some(Symbol::Let(other)) = self.names.get(name)
                    && matches!(self.lets.get(other.0), Some(LetState::Waiting))
                {
                    stack.push((other, false));
                }
            }
        }
    }

    fn check_let(&mut self, id: LetId) {
        let assembly = self.assembly;
        let Some(declared) = assembly.lets.get(id.0) else {
            return;
        };
        let depth = self.open_lets().len();
        self.set_let(id, LetState::Open(depth));
        let state = match self.value(&declared.value, LET) {
            Some(value) => {
                let facts = LetFacts {
                    interval: self.interval(&value),
                    of_customer: self.of_customer(&value),
                };
                self.let_facts.insert(id, facts);
                LetState::Done(Let {
                    name: declared.name.value.clone(),
                    label: declared.label.as_ref().map(|label| label.value.clone()),
                    layer: self.layer(&value),
                    value,
                })
            }
            None => LetState::Broken,
        };
        self.set_let(id, state);
    }

    fn set_let(&mut self, id: LetId, state: LetState) {
        if let Some(there) = self.lets.get_mut(id.0) {
            *there = state;
        }
    }

    /// The lets that are being checked, outermost first.
    fn open_lets(&self) -> Vec<LetId> {
        let mut open: Vec<(usize, LetId)> = self
            .lets
            .iter()
            .enumerate()
            .filter_map(|(at, state)| match state {
                LetState::Open(depth) => Some((*depth, LetId(at))),
                _ => None,
            })
            .collect();
        open.sort_unstable();
        open.into_iter().map(|(_, id)| id).collect()
    }

    fn report_let_circle(&mut self, id: LetId) {
        let open = self.open_lets();
        let start = open.iter().position(|it| *it == id).unwrap_or(0);
        let mut ring: Vec<LetId> = open.into_iter().skip(start).collect();
        // It begins with the one that is declared first.
        let first = ring.iter().enumerate().min_by_key(|(_, it)| **it);
        let first = first.map_or(0, |(at, _)| at);
        ring.rotate_left(first);
        let steps: Vec<(String, crate::base::Span)> = ring
            .into_iter()
            .filter_map(|id| self.assembly.lets.get(id.0))
            .map(|declared| (declared.name.value.clone(), declared.name.span))
            .collect();
        self.report(circle(&steps));
    }

    /// What an activity says of how often it was really done.
    pub(in crate::model::check) fn activity_actual(&mut self, id: ActivityId) -> Option<Expr> {
        let declared = self.assembly.activities.get(id.0)?;
        let tree = declared.actual.as_ref();
        match self.activities.get(id.0)?.actual.clone() {
            Some(value) => self.unless_open(value, &declared.name),
            None => {
                self.activities.get_mut(id.0)?.actual = Some(tree.map(open));
                let value = tree.and_then(|it| self.value_of(it, &Type::Frequency, OF_ACTIVITY));
                self.activities.get_mut(id.0)?.actual = Some(value.clone());
                value
            }
        }
    }

    /// What an activity says of what one of it brings in.
    pub(in crate::model::check) fn activity_worth(&mut self, id: ActivityId) -> Option<Expr> {
        let declared = self.assembly.activities.get(id.0)?;
        let tree = declared.worth.as_ref();
        match self.activities.get(id.0)?.worth.clone() {
            Some(value) => self.unless_open(value, &declared.name),
            None => {
                self.activities.get_mut(id.0)?.worth = Some(tree.map(open));
                let value = tree.and_then(|it| self.value_of(it, &Type::Money, OF_ACTIVITY));
                self.activities.get_mut(id.0)?.worth = Some(value.clone());
                value
            }
        }
    }

    fn unless_open(&mut self, value: Option<Expr>, name: &tree::Name) -> Option<Expr> {
        if matches!(&value, Some(expr) if matches!(expr.kind, ExprKind::Missing)) {
            self.report(circle(&[(name.value.clone(), name.span)]));
            return None;
        }
        value
    }
}

/// Stands for a value that is being checked; `missing` alone is never a value.
fn open(tree: &tree::Expr) -> Expr {
    definite(ExprKind::Missing, Type::Number, tree.span)
}

/// The message for a circle: the names in the order in which they need each other.
pub(super) fn circle(steps: &[(String, crate::base::Span)]) -> Diagnostic {
    let mut names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(names.first().copied());
    let message = match names.as_slice() {
        [name, _] => format!("`{name}` needs itself to be computed"),
        [start @ .., last] if start.len() > 8 => format!(
            "these need each other in a circle: `{} -> … -> {last}`",
            start.get(..6).unwrap_or_default().join(" -> ")
        ),
        names => format!(
            "these need each other in a circle: `{}`",
            names.join(" -> ")
        ),
    };
    let mut message = Diagnostic::error("circle", message);
    for (at, (_, span)) in steps.iter().take(8).enumerate() {
        let next = names.get(at + 1).copied().unwrap_or_default();
        message = message.at(*span, format!("needs `{next}`"));
    }
    message.help("take one of the names out of its expression")
}
