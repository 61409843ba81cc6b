//! What is asked of axes, segments and teams by name: `known`, `cost_as`, `hours`, `available`,
//! `booked`, the last three also `by person`.

use super::name::of_given;
use super::{Inference, definite};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::builtins;
use crate::model::check::checker::Scope;
use crate::model::check::names::Symbol;
use crate::model::program::{Expr, ExprKind, SegmentId, SegmentationId, TeamId};
use crate::model::types::Type;
use crate::syntax::tree::{self, Call, Name};

impl Inference<'_, '_> {
    /// `known(axis)`, `cost_as(segment)`, `hours(team)`, `available(team)`, `booked(team)`
    pub(super) fn service(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let function = call.function.value.as_str();
        let builtin = builtins::find(function)?;
        if let Some(filter) = &call.filter {
            return self.error(
                Diagnostic::error("wrong-arguments", format!("`{function}` takes no `where`"))
                    .at(filter.span, "belongs in an aggregate"),
            );
        }
        let [argument] = call.arguments.as_slice() else {
            return self.wrong_count(builtin, call, span);
        };
        let tree::ExprKind::Name(path) = &*argument.kind else {
            return self.error(
                Diagnostic::error("wrong-arguments", format!("`{function}` takes a name"))
                    .at(argument.span, "not a name")
                    .help(format!("as in `{}`", builtin.example)),
            );
        };
        let given = self.whose(argument).or(self.given);
        let names = match (self.whose(argument), path.names.split_first()) {
            (Some(_), Some((_, rest))) => rest,
            _ => path.names.as_slice(),
        };
        let names = match (self.place.scope, names.split_first()) {
            (Scope::Row(_), Some((first, rest))) if first.value == "customers" => rest,
            _ => names,
        };
        let [name] = names else {
            return self.error(
                Diagnostic::error("wrong-arguments", format!("`{function}` takes one name"))
                    .at(argument.span, "more than a name")
                    .help(format!("as in `{}`", builtin.example)),
            );
        };
        if let (Some(by), "known" | "cost_as") = (&call.by, function) {
            return self.error(
                Diagnostic::error("wrong-arguments", format!("`{function}` takes no `by`"))
                    .at(by.span, ""),
            );
        }
        match function {
            "known" => {
                let Some(Symbol::Axis(id)) = self.checker.names.get(&name.value) else {
                    let axes = self.checker.axes.iter().map(|it| it.name.clone()).collect();
                    return self.not_a("an axis", "unknown-name", name, axes);
                };
                let expr = definite(ExprKind::Known(id), Type::Percent, span);
                self.of_one(expr, given, "known(…)")
            }
            "cost_as" => {
                let main = self
                    .checker
                    .segmentations
                    .iter()
                    .position(|it| it.name.is_none());
                let Some(main) = main.map(SegmentationId) else {
                    return self.error(
                        Diagnostic::error("unknown-name", "there are no segments to be served as")
                            .at(span, "")
                            .help("`cost_as` needs `segments { … }` without a name, and services"),
                    );
                };
                let segments = self.checker.choices(&Type::Segment(main));
                let Some(at) = segments.iter().position(|it| *it == name.value) else {
                    let message =
                        self.checker
                            .unknown_choice(&Type::Segment(main), &name.value, name.span);
                    return self.error(message);
                };
                let expr = definite(ExprKind::CostAs(SegmentId(at)), Type::Money, span);
                self.of_one(expr, given, "cost_as(…)")
            }
            _ => {
                let Some(Symbol::Team(team)) = self.checker.names.get(&name.value) else {
                    let teams = self
                        .checker
                        .teams
                        .iter()
                        .map(|it| it.name.clone())
                        .collect();
                    return self.not_a("a team", "unknown-name", name, teams);
                };
                self.of_team(function, team, call, span)
            }
        }
    }

    fn of_team(&mut self, function: &str, team: TeamId, call: &Call, span: Span) -> Option<Expr> {
        let by_person = match &call.by {
            None => false,
            Some(by) if by.text() == "person" => true,
            Some(by) => {
                return self.error(
                    Diagnostic::error("wrong-arguments", "a team is only taken apart `by person`")
                        .at(by.span, "expected `person`")
                        .help(format!("as in `max({function}(… by person))`")),
                );
            }
        };
        if by_person && self.place.scope != Scope::Persons {
            return self.error(
                Diagnostic::error(
                    "customer-value",
                    format!("`{function}` by person is one value for each person"),
                )
                .at(span, "one for each person")
                .help(format!(
                    "put it in an aggregate: `max({function}(… by person))`"
                )),
            );
        }
        let (kind, ty) = match function {
            "hours" => (ExprKind::Hours { team, by_person }, Type::Duration),
            "available" => (ExprKind::Available { team, by_person }, Type::Duration),
            _ => (ExprKind::Booked { team, by_person }, Type::Percent),
        };
        let expr = definite(kind, ty, span);
        let of_customers = function == "hours" && !by_person;
        match self.place.scope {
            Scope::Test if of_customers && self.checker.givens.len() == 1 => {
                let expr = self.in_sight(expr)?;
                Some(of_given(0, expr))
            }
            _ => self.in_sight(expr),
        }
    }

    /// A value of the customer, where it stands.
    fn of_one(&mut self, expr: Expr, given: Option<usize>, text: &str) -> Option<Expr> {
        let expr = self.in_sight(expr)?;
        match self.place.scope {
            Scope::Customer | Scope::Row(_) => Some(expr),
            Scope::Portfolio | Scope::Persons => self.of_nobody(expr, text),
            Scope::Test => match given {
                Some(given) => Some(of_given(given, expr)),
                None => self.of_the_given(expr, text),
            },
        }
    }

    fn not_a<T>(
        &mut self,
        what: &str,
        code: &'static str,
        name: &Name,
        names: Vec<String>,
    ) -> Option<T> {
        if self.checker.names.get(&name.value) == Some(Symbol::Broken) {
            return None;
        }
        let help = match nearest(&name.value, names.iter().map(String::as_str)) {
            Some(near) => Some(format!("write `{near}`")),
            None if names.is_empty() => None,
            None => Some(format!("there are {}", super::clash::listed(&names, "`"))),
        };
        self.error(
            Diagnostic::error(code, format!("`{}` is not {what}", name.value))
                .at(name.span, format!("expected {what}"))
                .help_maybe(help),
        )
    }
}
