//! Constants: literals, params, `today` and what is made of them, computed exactly as a run would.
//! Whatever belongs to customers is refused before it is looked at.

use super::agree::CONSTANT;
use super::literal::DAY;
use super::{Inference, walk};
use crate::base::{Diagnostic, Span};
use crate::builtins::{self, Function, Kind};
use crate::model::check::checker::{Checker, Constant};
use crate::model::check::names::Symbol;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, ArithmeticOperator};
use crate::value::decimal::ONE;
use crate::value::{Date, Decimal};

/// What went wrong in a computation, and where.
type Computed = Result<i64, (Span, &'static str)>;

const TOO_LARGE: &str = "the result is out of range";
const BY_ZERO: &str = "this divides by 0";
const NO_DATE: &str = "there is no such date";

impl<'a> Checker<'a> {
    /// A constant, computed, and brought to a type where one is given.
    pub(in crate::model::check) fn constant(
        &mut self,
        tree: &tree::Expr,
        ty: Option<&Type>,
    ) -> Option<Constant> {
        if let Some((span, what)) = self.not_constant(tree, ty) {
            self.report(
                Diagnostic::error(
                    "not-constant",
                    format!("a constant is wanted here, and {what}"),
                )
                .at(span, "not a constant")
                .help("constants are made of numbers, texts, dates, params and `today`"),
            );
            return None;
        }
        let mut inference = Inference::new(self, CONSTANT);
        inference.beside = ty.cloned();
        let expr = match ty {
            Some(ty) => inference.infer_as(tree, ty)?,
            None => inference.infer(tree)?,
        };
        let value = match &expr.kind {
            ExprKind::Literal(literal) => literal.clone(),
            ExprKind::Param(id) => self.params.get(id.0)?.value.clone(),
            _ => match self.compute(&expr) {
                Ok(units) => Literal::Number(units),
                Err((span, why)) => {
                    self.report(
                        Diagnostic::error("constant-without-value", why).at(span, "no value"),
                    );
                    return None;
                }
            },
        };
        if let (ExprKind::Param(id), Some(ty)) = (&expr.kind, ty)
            && let Some(param) = self.params.get_mut(id.0)
        {
            param.counts = Some(ty.clone());
        }
        Some(Constant {
            value,
            ty: ty.cloned().unwrap_or(expr.ty),
            span: tree.span,
        })
    }

    /// The first part that is no constant, and what it is.
    fn not_constant(&self, tree: &tree::Expr, ty: Option<&Type>) -> Option<(Span, String)> {
        match &*tree.kind {
            tree::ExprKind::Name(path) => {
                let first = path.names.first()?;
                let text = path.text();
                let named = ty.is_some_and(|ty| self.choices(ty).contains(&text));
                let fine = named
                    || match self.names.get(&first.value) {
                        Some(symbol) => matches!(symbol, Symbol::Param(_) | Symbol::Broken),
                        // Unknown names get their own message.
                        None => !matches!(
                            first.value.as_str(),
                            "segment"
                                | "owner"
                                | "overridden"
                                | "decided_by"
                                | "cost_to_serve"
                                | "customers"
                        ),
                    };
                (!fine).then(|| {
                    (
                        path.span,
                        format!("`{text}` is not the same for all customers"),
                    )
                })
            }
            tree::ExprKind::Call(call) => {
                let plain = builtins::find(&call.function.value).is_none_or(|builtin| {
                    matches!(builtin.kind, Kind::Function(_))
                        && (call.arguments.len() > 1
                            || !matches!(
                                builtin.kind,
                                Kind::Function(Function::Min | Function::Max)
                            ))
                });
                if !plain {
                    let name = &call.function.value;
                    return Some((tree.span, format!("`{name}(…)` depends on the data")));
                }
                call.arguments
                    .iter()
                    .find_map(|it| self.not_constant(it, None))
            }
            tree::ExprKind::Negate(_) | tree::ExprKind::Arithmetic { .. } => walk::parts(tree)
                .into_iter()
                .find_map(|part| self.not_constant(part, None)),
            tree::ExprKind::Number(_)
            | tree::ExprKind::Text(_)
            | tree::ExprKind::Date(_)
            | tree::ExprKind::Flag(_)
            | tree::ExprKind::Today => None,
            tree::ExprKind::Missing => Some((tree.span, "`missing` is no value".to_owned())),
            _ => Some((tree.span, "this is a condition or a choice".to_owned())),
        }
    }

    /// The value of a constant expression of numbers and dates.
    fn compute(&self, expr: &Expr) -> Computed {
        let span = expr.span;
        let large = |units: Option<i64>| units.ok_or((span, TOO_LARGE));
        match &expr.kind {
            ExprKind::Literal(Literal::Number(units)) => Ok(*units),
            ExprKind::Param(id) => match self.params.get(id.0).map(|param| &param.value) {
                Some(Literal::Number(units)) => Ok(*units),
                _ => Err((span, "not a number")),
            },
            ExprKind::Today => Ok(self.settings.today.0),
            ExprKind::Negate(inner) => large(self.compute(inner)?.checked_neg()),
            ExprKind::Arithmetic(operator, left, right) => {
                self.compute_arithmetic(*operator, left, right, expr)
            }
            ExprKind::Call(function, arguments) => {
                let mut values = Vec::new();
                for argument in arguments {
                    values.push(self.compute(argument)?);
                }
                self.compute_call(*function, &values, span)
            }
            _ => Err((span, "not a constant")),
        }
    }

    fn compute_arithmetic(
        &self,
        operator: ArithmeticOperator,
        left: &Expr,
        right: &Expr,
        whole: &Expr,
    ) -> Computed {
        use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
        let (a, b) = (self.compute(left)?, self.compute(right)?);
        let span = whole.span;
        let large = |units: Option<i64>| units.ok_or((span, TOO_LARGE));
        let moved = if operator == Subtract {
            b.checked_neg()
        } else {
            Some(b)
        };
        match (operator, &left.ty, &right.ty) {
            (Add | Subtract, Type::Date, Type::Duration) => {
                let days = large(moved)?.div_euclid(DAY);
                let date = Date(a).add_days(days);
                date.map(|date| date.0).ok_or((span, NO_DATE))
            }
            (Add | Subtract, Type::Date, Type::Months) => {
                let date = Date(a).add_months(large(moved)?);
                date.map(|date| date.0).ok_or((span, NO_DATE))
            }
            (Subtract, Type::Date, Type::Date) => {
                large(a.checked_sub(b).and_then(|days| days.checked_mul(DAY)))
            }
            (Add | Subtract, ..) => large(moved.and_then(|b| a.checked_add(b))),
            (Multiply, Type::Months, _) | (Multiply, _, Type::Months) => {
                let product = i128::from(a) * i128::from(b);
                if product % i128::from(ONE) != 0 {
                    return Err((span, "not a whole number of months"));
                }
                large(i64::try_from(product / i128::from(ONE)).ok())
            }
            (Multiply, ..) => large(Decimal(a).multiply(Decimal(b)).map(|it| it.0)),
            (Divide, ..) if b == 0 => Err((right.span, BY_ZERO)),
            (Divide, ..) => large(Decimal(a).divide(Decimal(b)).map(|it| it.0)),
        }
    }

    fn compute_call(&self, function: Function, values: &[i64], span: Span) -> Computed {
        let large = |units: Option<i64>| units.ok_or((span, TOO_LARGE));
        let Some(first) = values.first().copied() else {
            return Err((span, "not a constant"));
        };
        let second = values.get(1).copied().unwrap_or(0);
        let to_unit = |unit: i64, towards: i64| {
            let down = first.div_euclid(unit).checked_mul(unit)?;
            if down == first || towards < 0 {
                Some(down)
            } else {
                down.checked_add(unit)
            }
        };
        let date = Date(first);
        match function {
            Function::Min => Ok(values.iter().copied().min().unwrap_or(first)),
            Function::Max => Ok(values.iter().copied().max().unwrap_or(first)),
            Function::Abs => large(first.checked_abs()),
            Function::Clamp => Ok(first
                .max(second)
                .min(values.get(2).copied().unwrap_or(first))),
            Function::Floor => large(to_unit(ONE, -1)),
            Function::Ceil => large(to_unit(ONE, 1)),
            Function::Round => {
                let digits = i8::try_from(second / ONE).unwrap_or(6);
                large(Decimal(first).round_at(digits).map(|it| it.0))
            }
            Function::DaysSince => {
                let days = self.settings.today.0.checked_sub(first);
                large(days.and_then(|days| days.checked_mul(DAY)))
            }
            Function::MonthsSince | Function::YearsSince => {
                let months = date.months_until(self.settings.today);
                let count = months.map(|months| match function {
                    Function::YearsSince => months.div_euclid(12),
                    _ => months,
                });
                large(count.and_then(|count| count.checked_mul(ONE)))
            }
            Function::StartsWith | Function::Contains | Function::Lower => {
                Err((span, "not a constant"))
            }
        }
    }
}
