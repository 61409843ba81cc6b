//! Values that meet (in a comparison, as branches, beside `default`) are brought to one type: bare
//! numbers adapt to money, scores and frequencies, quoted texts to lists. It refuses the rest.

use super::{Inference, definite};
use crate::base::Diagnostic;
use crate::model::check::checker::{Checker, Place, Scope};
use crate::model::program::{Expr, ExprKind, Layer, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, ArithmeticOperator};
use crate::value::Decimal;
use std::sync::Arc;

/// Where values meet.
#[derive(Clone, Copy)]
pub(super) struct Meeting<'m> {
    /// In the user's words: ``in `>=` ``.
    pub(super) phrase: &'m str,
    /// Whether a quoted text beside a list must be in it.
    pub(super) in_list: bool,
    /// Whether a bare number beside a percent makes numbers of both, as arithmetic does.
    pub(super) mixes: bool,
}

impl Inference<'_, '_> {
    /// Brings values that meet to one type.
    pub(super) fn agree(
        &mut self,
        items: Vec<Expr>,
        meeting: Meeting<'_>,
    ) -> Option<(Vec<Expr>, Type)> {
        let leader = items
            .iter()
            .find(|item| !adapts(item))
            .or_else(|| items.iter().find(|item| !is_missing(item)))?
            .clone();
        let mut ty = leader.ty.clone();
        for item in &items {
            if is_missing(item) {
                continue;
            }
            match common(&ty, item, meeting.in_list, meeting.mixes) {
                Some(both) => ty = both,
                None => {
                    let message = self.checker.clash(&leader, &ty, item, meeting.phrase);
                    return self.error(message);
                }
            }
        }
        let mut brought = Vec::new();
        for item in items {
            brought.push(self.bring(item, &ty)?);
        }
        Some((brought, ty))
    }

    /// Brings a value to a type that its place wants.
    pub(super) fn bring_to(&mut self, expr: Expr, ty: &Type) -> Option<Expr> {
        if is_missing(&expr) {
            return Some(Expr {
                ty: ty.clone(),
                ..expr
            });
        }
        let fits = match (ty, &expr.ty) {
            (Type::Number, Type::Percent | Type::Score | Type::Frequency) => true,
            (Type::Score | Type::Frequency, Type::Number) => true,
            (Type::Text, Type::OneOf(_) | Type::Steps(_)) => true,
            _ => common(ty, &expr, true, false).as_ref() == Some(ty),
        };
        if !fits {
            let message = self.checker.unwanted(&expr, ty, self.place.what);
            return self.error(message);
        }
        self.bring(expr, ty)
    }

    /// Brings a value to a type that it fits.
    fn bring(&mut self, expr: Expr, ty: &Type) -> Option<Expr> {
        if expr.ty == *ty {
            return Some(expr);
        }
        if is_missing(&expr) {
            return Some(Expr {
                ty: ty.clone(),
                ..expr
            });
        }
        match (&expr.ty, ty) {
            (Type::Number, Type::Money | Type::Score | Type::Frequency) if is_bare(&expr) => {
                self.adapt(expr, ty)
            }
            (Type::Text, Type::OneOf(list) | Type::Steps(list)) => {
                let ExprKind::Literal(Literal::Text(text)) = &expr.kind else {
                    return Some(expr);
                };
                let position = position(list, text)?;
                let kind = ExprKind::Literal(Literal::Choice(position));
                Some(definite(kind, ty.clone(), expr.span))
            }
            (Type::OneOf(_) | Type::Steps(_), Type::Text) => Some(as_text(expr)),
            // `50%` beside a number is still shown as a percent.
            (Type::Percent, Type::Number) => Some(expr),
            // A literal takes the type; other values keep theirs, in the same units.
            _ if matches!(expr.kind, ExprKind::Literal(_)) => Some(Expr {
                ty: ty.clone(),
                ..expr
            }),
            _ => Some(expr),
        }
    }

    /// Brings a bare number to money, a score or a frequency: down to its literals and params, so
    /// that every node has its unit.
    pub(super) fn adapt(&mut self, expr: Expr, ty: &Type) -> Option<Expr> {
        let Expr {
            kind,
            optional,
            span,
            ..
        } = expr;
        let kind = match kind {
            ExprKind::Literal(Literal::Number(units)) if *ty == Type::Money => {
                let rate = self.checker.rate_of_file(span)?;
                let Some(money) = Decimal(units).multiply(rate) else {
                    return self.error(
                        Diagnostic::error("out-of-range", "this number is too large")
                            .at(span, "out of range in the model's currency"),
                    );
                };
                ExprKind::Literal(Literal::Number(money.0))
            }
            ExprKind::Param(id) if *ty == Type::Money => {
                let declared = self.checker.params.get(id.0).map_or(span, |it| it.span);
                let rate = self.checker.rate_of_file(declared)?;
                if rate == Decimal::ONE {
                    ExprKind::Param(id)
                } else {
                    let param = definite(ExprKind::Param(id), Type::Money, span);
                    let rate = ExprKind::Literal(Literal::Number(rate.0));
                    let rate = definite(rate, Type::Number, span);
                    ExprKind::Arithmetic(
                        ArithmeticOperator::Multiply,
                        Box::new(param),
                        Box::new(rate),
                    )
                }
            }
            ExprKind::Negate(inner) => ExprKind::Negate(Box::new(self.adapt(*inner, ty)?)),
            ExprKind::Arithmetic(operator, left, right) => {
                let left = Box::new(self.adapt(*left, ty)?);
                let right = match operator {
                    ArithmeticOperator::Add | ArithmeticOperator::Subtract => {
                        Box::new(self.adapt(*right, ty)?)
                    }
                    ArithmeticOperator::Multiply | ArithmeticOperator::Divide => right,
                };
                ExprKind::Arithmetic(operator, left, right)
            }
            ExprKind::Default(left, right) => ExprKind::Default(
                Box::new(self.adapt(*left, ty)?),
                Box::new(self.adapt(*right, ty)?),
            ),
            ExprKind::If(condition, then, otherwise) => ExprKind::If(
                condition,
                Box::new(self.adapt(*then, ty)?),
                Box::new(self.adapt(*otherwise, ty)?),
            ),
            ExprKind::Call(function, arguments) => {
                let digits = function == crate::builtins::Function::Round;
                let mut adapted = Vec::new();
                for (at, argument) in arguments.into_iter().enumerate() {
                    adapted.push(if digits && at > 0 {
                        argument
                    } else {
                        self.adapt(argument, ty)?
                    });
                }
                ExprKind::Call(function, adapted)
            }
            other => other,
        };
        Some(Expr {
            kind,
            ty: ty.clone(),
            optional,
            span,
        })
    }

    /// A segment or a team by its bare name, where that type is wanted.
    pub(super) fn named_choice(&mut self, tree: &tree::Expr, ty: &Type) -> Option<Expr> {
        let tree::ExprKind::Name(path) = &*tree.kind else {
            return None;
        };
        let [name] = path.names.as_slice() else {
            return None;
        };
        let position = match ty {
            Type::Segment(id) => self
                .checker
                .segmentations
                .get(id.0)?
                .segments
                .iter()
                .position(|(segment, _)| *segment == name.value),
            Type::Team => self
                .checker
                .teams
                .iter()
                .position(|team| team.name == name.value),
            _ => None,
        }?;
        let position = u32::try_from(position).ok()?;
        let kind = ExprKind::Literal(Literal::Choice(position));
        Some(definite(kind, ty.clone(), tree.span))
    }

    /// A value beside another whose type is known: segments and teams by name, with a message of
    /// their own where there is none of that name.
    pub(super) fn infer_beside(
        &mut self,
        tree: &tree::Expr,
        beside: Option<&Expr>,
    ) -> Option<Expr> {
        let single = match &*tree.kind {
            tree::ExprKind::Name(path) if path.names.len() == 1 => path.names.first(),
            _ => None,
        };
        let Some(name) = single else {
            return self.infer(tree);
        };
        // Where the other side is wrong, a name here may be right beside what was meant.
        let beside = beside?;
        if let Some(expr) = self.named_choice(tree, &beside.ty) {
            return Some(expr);
        }
        let choices = self.checker.choices(&beside.ty);
        if !choices.is_empty() && self.checker.names.get(&name.value).is_none() {
            let message = self
                .checker
                .unknown_choice(&beside.ty, &name.value, tree.span);
            return self.error(message);
        }
        self.beside = Some(beside.ty.clone());
        let expr = self.infer(tree);
        self.beside = None;
        expr
    }
}

impl Checker<'_> {
    /// The names of the segments or teams of a type.
    pub(super) fn choices(&self, ty: &Type) -> Vec<String> {
        match ty {
            Type::Segment(id) => self.segmentations.get(id.0).map_or(Vec::new(), |outline| {
                outline.segments.iter().map(|it| it.0.clone()).collect()
            }),
            Type::Team => self.teams.iter().map(|team| team.name.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Where constants stand.
pub(super) const CONSTANT: Place = Place {
    layer: Layer::Customers,
    scope: Scope::Portfolio,
    what: "a constant",
};

/// The type that a value shares with a type it meets.
fn common(ty: &Type, item: &Expr, in_list: bool, mixes: bool) -> Option<Type> {
    if *ty == item.ty {
        return Some(ty.clone());
    }
    let text = match &item.kind {
        ExprKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    };
    match (ty, &item.ty) {
        (Type::Money | Type::Score, Type::Number) if is_bare(item) => Some(ty.clone()),
        (Type::Percent, Type::Number) if is_bare(item) && !mixes => None,
        (Type::Number, Type::Percent) | (Type::Percent, Type::Number) => Some(Type::Number),
        (Type::Number, Type::Score) | (Type::Score, Type::Number) => Some(Type::Number),
        (Type::Number, Type::Frequency) | (Type::Frequency, Type::Number) => Some(Type::Frequency),
        (Type::OneOf(list) | Type::Steps(list), Type::Text) => match text {
            Some(text) if position(list, text).is_some() => Some(ty.clone()),
            Some(_) if in_list => None,
            _ => Some(Type::Text),
        },
        (Type::Text, Type::OneOf(_) | Type::Steps(_))
        | (Type::OneOf(_) | Type::Steps(_), Type::OneOf(_) | Type::Steps(_)) => Some(Type::Text),
        _ => None,
    }
}

/// The position of a text in a list.
pub(super) fn position(list: &Arc<[String]>, text: &str) -> Option<u32> {
    let at = list.iter().position(|item| item == text)?;
    u32::try_from(at).ok()
}

/// A one-of or a step as its text.
pub(super) fn as_text(expr: Expr) -> Expr {
    if !matches!(expr.ty, Type::OneOf(_) | Type::Steps(_)) {
        return expr;
    }
    Expr {
        ty: Type::Text,
        optional: expr.optional,
        span: expr.span,
        kind: ExprKind::ChoiceText(Box::new(expr)),
    }
}

fn is_missing(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Missing)
}

/// Whether a value takes its type from its neighbours: bare numbers, quoted texts, `missing`.
fn adapts(expr: &Expr) -> bool {
    is_missing(expr) || is_bare(expr) || matches!(expr.kind, ExprKind::Literal(Literal::Text(_)))
}

/// Whether an expression is made of nothing but bare numbers and params without a unit.
pub(super) fn is_bare(expr: &Expr) -> bool {
    if expr.ty != Type::Number {
        return false;
    }
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Param(_) => true,
        ExprKind::Negate(inner) => is_bare(inner),
        ExprKind::Arithmetic(_, left, right) | ExprKind::Default(left, right) => {
            is_bare(left) && is_bare(right)
        }
        ExprKind::If(_, then, otherwise) => is_bare(then) && is_bare(otherwise),
        ExprKind::Call(function, arguments) => {
            use crate::builtins::Function::{Abs, Ceil, Clamp, Floor, Max, Min, Round};
            matches!(function, Abs | Ceil | Clamp | Floor | Max | Min | Round)
                && arguments.iter().all(is_bare)
        }
        _ => false,
    }
}
