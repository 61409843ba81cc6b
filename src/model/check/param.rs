//! Params: values to play with, their bounds, and what a run sets from outside.
//! Params may name each other, never in a circle; a broken one poisons its users quietly.

use super::checker::{Checker, text_of};
use super::expression::names_in;
use super::names::Symbol;
use super::order::order;
use super::scale::with_article;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Literal, Param};
use crate::model::types::Type;
use crate::syntax::tree;

impl<'a> Checker<'a> {
    /// Computes all params, those first that others name.
    pub(super) fn check_params(&mut self) {
        let assembly = self.assembly;
        self.params = assembly
            .params
            .iter()
            .map(|tree| Param {
                name: tree.name.value.clone(),
                label: text_of(&tree.label),
                ty: Type::Number,
                value: Literal::Number(0),
                bounds: None,
                because: text_of(&tree.because),
                counts: None,
                span: tree.name.span,
            })
            .collect();
        let needs: Vec<Vec<usize>> = assembly
            .params
            .iter()
            .map(|tree| params_in(tree, &assembly.params))
            .collect();
        let order = order(&needs);
        for circle in &order.circles {
            self.report_param_circle(circle);
        }
        for at in order.sorted {
            let Some(tree) = assembly.params.get(at) else {
                continue;
            };
            if self.names.get(&tree.name.value) == Some(Symbol::Broken) {
                continue;
            }
            match self.param(tree) {
                Some(param) => {
                    if let Some(slot) = self.params.get_mut(at) {
                        *slot = param;
                    }
                }
                None => self.names.mark_broken(&tree.name.value),
            }
        }
        self.check_outside_params();
    }

    fn report_param_circle(&mut self, circle: &[usize]) {
        let assembly = self.assembly;
        let params: Vec<&tree::Param> = circle
            .iter()
            .filter_map(|at| assembly.params.get(*at))
            .collect();
        let Some(first) = params.first() else {
            return;
        };
        let mut names: Vec<String> = params
            .iter()
            .map(|param| format!("`{}`", param.name.value))
            .collect();
        names.push(format!("`{}`", first.name.value));
        let mut message = Diagnostic::error(
            "circle",
            format!("the params go in a circle: {}", names.join(" -> ")),
        );
        for param in &params {
            message = message.at(param.value.span, "");
        }
        self.report(message.help("give one of them a value of its own"));
        for param in params {
            self.names.mark_broken(&param.name.value);
        }
    }

    fn param(&mut self, tree: &'a tree::Param) -> Option<Param> {
        let declared = self.constant(&tree.value, None)?;
        let ty = declared.ty;
        let bounds = match &tree.bounds {
            Some((low, high)) => {
                if !ty.is_numeric() {
                    self.report(
                        Diagnostic::error(
                            "bounds-need-numbers",
                            format!("{} has no bounds", with_article(&ty)),
                        )
                        .at(low.span.join(high.span), "expected none")
                        .help("leave `between` out; bounds are for numbers, amounts, durations and dates"),
                    );
                    return None;
                }
                let ends = (self.units(low, &ty), self.units(high, &ty));
                let bounds = (ends.0?, ends.1?);
                if bounds.0 > bounds.1 {
                    self.report(
                        Diagnostic::error(
                            "bounds-backwards",
                            "nothing lies between these bounds".to_owned(),
                        )
                        .at(low.span.join(high.span), "the larger one stands first")
                        .help("write the lower one first: `between 0 and 10`"),
                    );
                    return None;
                }
                Some((bounds, low.span.join(high.span)))
            }
            None => None,
        };
        // A bare number that should have been a percent, as its bounds are.
        let written = match &tree.bounds {
            Some((low, high)) if ty == Type::Number && is_percent(low) && is_percent(high) => {
                Type::Percent
            }
            _ => ty.clone(),
        };
        let place = tree.value.span;
        self.within_bounds(
            &tree.name.value,
            &declared.value,
            (&ty, &written),
            bounds,
            place,
        );
        let mut value = declared.value;
        let settings = self.settings;
        let outside = settings
            .params
            .iter()
            .rev()
            .find(|(name, _)| *name == tree.name.value);
        if let Some((name, set)) = outside {
            value = self.constant(set, Some(&ty))?.value;
            self.within_bounds(name, &value, (&ty, &ty), bounds, set.span);
        }
        Some(Param {
            name: tree.name.value.clone(),
            label: text_of(&tree.label),
            ty,
            value,
            bounds: bounds.map(|((low, high), _)| (Literal::Number(low), Literal::Number(high))),
            because: text_of(&tree.because),
            counts: None,
            span: tree.name.span,
        })
    }

    fn within_bounds(
        &mut self,
        name: &str,
        value: &Literal,
        (ty, written): (&Type, &Type),
        bounds: Option<((i64, i64), Span)>,
        span: Span,
    ) {
        let (Literal::Number(value), Some(((low, high), place))) = (value, bounds) else {
            return;
        };
        if *value >= low && *value <= high {
            return;
        }
        let ends = (self.shown(low, written), self.shown(high, written));
        let range = format!("from {} to {}", ends.0, ends.1);
        let value = self.shown(*value, ty);
        let message = format!("`{name}` is {value}, and may be {range}");
        let help = match ty == written {
            true => "choose a value within the bounds, or widen `between`".to_owned(),
            false => format!("write a percent with its sign: `{value}%`"),
        };
        self.report(
            Diagnostic::error("param-out-of-bounds", message)
                .at(span, "outside its bounds")
                .at(place, "its bounds")
                .help(help),
        );
    }

    fn check_outside_params(&mut self) {
        let (assembly, settings) = (self.assembly, self.settings);
        for (name, set) in &settings.params {
            let known = assembly.params.iter().map(|param| &*param.name.value);
            if known.clone().any(|param| param == name) {
                continue;
            }
            let help = match nearest(name, known.clone()) {
                Some(near) => format!("write `{near}`"),
                None if assembly.params.is_empty() => "the model has no params".to_owned(),
                None => {
                    let names: Vec<String> = known.map(|name| format!("`{name}`")).collect();
                    format!("the params are {}", names.join(", "))
                }
            };
            self.report(
                Diagnostic::error(
                    "unknown-param",
                    format!("there is no param `{name}` to set"),
                )
                .at(set.span, "")
                .help(help),
            );
        }
    }

    /// Whether an expression is arithmetic of numbers and params alone.
    pub(super) fn is_constant(&self, tree: &tree::Expr) -> bool {
        match &*tree.kind {
            tree::ExprKind::Number(_) => true,
            tree::ExprKind::Negate(inner) => self.is_constant(inner),
            tree::ExprKind::Arithmetic { left, right, .. } => {
                self.is_constant(left) && self.is_constant(right)
            }
            tree::ExprKind::Name(path) => matches!(path.names.as_slice(), [name] if matches!(
                self.names.get(&name.value),
                Some(Symbol::Param(_) | Symbol::Broken)
            )),
            _ => false,
        }
    }
}

/// Whether a constant expression looks at params or anything else by name.
pub(super) fn names_something(tree: &tree::Expr) -> bool {
    let mut named = Vec::new();
    names_in(tree, &mut named);
    !named.is_empty()
}

/// The params that a param names, by position.
fn params_in(tree: &tree::Param, params: &[tree::Param]) -> Vec<usize> {
    let mut named = Vec::new();
    names_in(&tree.value, &mut named);
    if let Some((low, high)) = &tree.bounds {
        names_in(low, &mut named);
        names_in(high, &mut named);
    }
    named
        .into_iter()
        .filter_map(|name| params.iter().position(|it| it.name.value == name))
        .collect()
}

/// Whether a constant is written as a percent.
fn is_percent(tree: &tree::Expr) -> bool {
    matches!(&*tree.kind, tree::ExprKind::Number(number) if number.unit == tree::Unit::Percent)
}
