//! `+ - * /` and the unary minus: how units combine, and when a quotient may be missing.
//! It computes nothing; constants are the business of `constant`.

use super::agree::is_bare;
use super::clash::a;
use super::literal::DAY;
use super::{Inference, definite};
use crate::base::{Diagnostic, Span, Spanned};
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, ArithmeticOperator};
use crate::value::decimal::ONE;

impl Inference<'_, '_> {
    /// `-x`
    pub(super) fn negate(&mut self, inner: &tree::Expr, span: Span) -> Option<Expr> {
        let inner = self.infer(inner)?;
        if !inner.ty.is_numeric() || inner.ty == Type::Date {
            let found = self.checker.kind_of(&inner);
            return self.error(
                Diagnostic::error(
                    "type-mismatch",
                    format!("`-` needs a number, and this is {found}"),
                )
                .at(inner.span, found),
            );
        }
        if let ExprKind::Literal(Literal::Number(units)) = inner.kind
            && let Some(negated) = units.checked_neg()
        {
            let kind = ExprKind::Literal(Literal::Number(negated));
            return Some(definite(kind, inner.ty, span));
        }
        Some(Expr {
            ty: inner.ty.clone(),
            optional: inner.optional,
            kind: ExprKind::Negate(Box::new(inner)),
            span,
        })
    }

    /// `x + y` and the other three.
    pub(super) fn arithmetic(
        &mut self,
        operator: &Spanned<ArithmeticOperator>,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        use ArithmeticOperator::{Add, Divide, Subtract};
        let left = self.infer(left);
        self.divisor = (operator.value == Divide).then_some(right.span);
        let right = self.infer(right);
        let (mut left, mut right) = (left?, right?);
        let adapts = |other: &Type| matches!(other, Type::Money | Type::Score | Type::Frequency);
        match operator.value {
            Add | Subtract if is_bare(&left) && adapts(&right.ty) => {
                left = self.adapt(left, &right.ty)?;
            }
            Add | Subtract if is_bare(&right) && adapts(&left.ty) => {
                right = self.adapt(right, &left.ty)?;
            }
            Divide if is_bare(&left) && matches!(right.ty, Type::Money | Type::Score) => {
                left = self.adapt(left, &right.ty)?;
            }
            _ => {}
        }
        let missing = |expr: &Expr| matches!(expr.kind, ExprKind::Missing);
        let combined = if missing(&left) || missing(&right) {
            None
        } else {
            combine(operator.value, &left.ty, &right.ty)
        };
        let Some(ty) = combined else {
            let message = self.cannot_combine(operator, &left, &right);
            return self.error(message);
        };
        if operator.value == Add && right.ty == Type::Date {
            std::mem::swap(&mut left, &mut right);
        }
        self.whole(&ty, &left, &right)?;
        let by_zero = operator.value == Divide && !self.checker.interval(&right).never_zero();
        Some(Expr {
            optional: left.optional || right.optional || by_zero,
            kind: ExprKind::Arithmetic(operator.value, Box::new(left), Box::new(right)),
            ty,
            span,
        })
    }

    /// Days and months come whole.
    fn whole(&mut self, ty: &Type, left: &Expr, right: &Expr) -> Option<()> {
        let part = |expr: &Expr, unit: i64| match expr.kind {
            ExprKind::Literal(Literal::Number(units)) => units % unit != 0,
            _ => false,
        };
        if *ty == Type::Date && right.ty == Type::Duration && part(right, DAY) {
            return self.error(
                Diagnostic::error("part-day", "a date moves by whole days")
                    .at(right.span, "not a whole number of days")
                    .help("write whole days: `30 days`"),
            );
        }
        for factor in [left, right] {
            if *ty == Type::Months && factor.ty == Type::Number && part(factor, ONE) {
                return self.error(
                    Diagnostic::error("part-month", "months are counted whole")
                        .at(factor.span, "not a whole number")
                        .help("count shorter times in days: `45 days`"),
                );
            }
        }
        Some(())
    }

    fn cannot_combine(
        &self,
        operator: &Spanned<ArithmeticOperator>,
        left: &Expr,
        right: &Expr,
    ) -> Diagnostic {
        use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
        let checker = &*self.checker;
        let sign = match operator.value {
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Divide => "/",
        };
        let (one, other) = (&left.ty, &right.ty);
        let either = |ty: &Type| one == ty || other == ty;
        let both = |a: &Type, b: &Type| (one == a && other == b) || (one == b && other == a);
        let missing = |expr: &Expr| matches!(expr.kind, ExprKind::Missing);
        if both(&Type::Duration, &Type::Months) || missing(left) || missing(right) {
            return checker.clash(left, one, right, &format!("in `{sign}`"));
        }
        let additive = matches!(operator.value, Add | Subtract);
        let currency = checker.currency.as_deref().unwrap_or("NOK");
        let help = if additive && both(&Type::Money, &Type::Number) {
            Some(format!(
                "only a number as it is written, or a param without a unit, counts as money beside \
                 money; others become money by multiplying: `… * 1 {currency}`"
            ))
        } else if additive && both(&Type::Money, &Type::Percent) {
            Some("a percent of something is written with `*`: `revenue * (1 + 15%)`".to_owned())
        } else if operator.value == Multiply && both(&Type::Money, &Type::Money) {
            Some("money times money counts nothing; money divided by money is a number".to_owned())
        } else if additive && both(&Type::Score, &Type::Percent) {
            Some("a score grows by a percent with `*`: `… * (1 + 10%)`".to_owned())
        } else if additive && either(&Type::Date) && either(&Type::Number) {
            Some("say what is counted: `today - 30 days`, `today - 12 months`".to_owned())
        } else if additive && both(&Type::Duration, &Type::Number) {
            Some("say what is counted: `30 days`, `2.5 h`".to_owned())
        } else if additive && both(&Type::Months, &Type::Number) {
            Some("say what is counted: `12 months`".to_owned())
        } else if operator.value == Add && both(&Type::Date, &Type::Date) {
            Some("a date minus a date is a duration; two dates have no sum".to_owned())
        } else if either(&Type::Money) && either(&Type::Duration) {
            Some("divide the duration first, to have a number of hours: `… / 1 h`".to_owned())
        } else if either(&Type::Text) || matches!(one, Type::OneOf(_)) {
            Some("texts compare; they are neither counted nor joined".to_owned())
        } else if either(&Type::Flag) {
            Some("to count with a flag, say what it is worth: `if … then 1 else 0`".to_owned())
        } else if matches!(one, Type::Steps(_)) || matches!(other, Type::Steps(_)) {
            Some("steps are ordered, not counted; a `ramp` scores them".to_owned())
        } else {
            None
        };
        let (left_is, right_is) = (checker.kind_of(left), checker.kind_of(right));
        let message = match operator.value {
            Add if left_is == right_is => format!("{left_is} and {right_is} have no sum"),
            _ => format!("`{sign}` does not take {} and {}", a(one), a(other)),
        };
        Diagnostic::error("type-mismatch", message)
            .at(left.span, left_is)
            .at(right.span, right_is)
            .help_maybe(help)
    }
}

/// How units combine; `None` where they do not.
fn combine(operator: ArithmeticOperator, left: &Type, right: &Type) -> Option<Type> {
    use Type::{Date, Duration, Frequency, Money, Months, Number, Percent, Score};
    match operator {
        ArithmeticOperator::Add | ArithmeticOperator::Subtract => {
            let subtract = operator == ArithmeticOperator::Subtract;
            Some(match (left, right) {
                (Number, Number) | (Number, Percent) | (Percent, Number) => Number,
                (Number, Score) | (Score, Number) => Number,
                (Number, Frequency) | (Frequency, Number) => Frequency,
                (Percent, Percent) => Percent,
                (Money, Money) => Money,
                (Score, Score) => Score,
                (Duration, Duration) => Duration,
                (Months, Months) => Months,
                (Frequency, Frequency) => Frequency,
                (Date, Date) if subtract => Duration,
                (Date, Duration | Months) => Date,
                (Duration | Months, Date) if !subtract => Date,
                _ => return None,
            })
        }
        ArithmeticOperator::Multiply => Some(match (left, right) {
            (Percent, Percent) => Percent,
            (Number | Percent, Number | Percent) => Number,
            (Score, Score) => Number,
            (Number | Percent, unit @ (Money | Score | Duration | Frequency))
            | (unit @ (Money | Score | Duration | Frequency), Number | Percent) => unit.clone(),
            (Months, Number) | (Number, Months) => Months,
            (Frequency, unit @ (Money | Duration)) | (unit @ (Money | Duration), Frequency) => {
                unit.clone()
            }
            _ => return None,
        }),
        ArithmeticOperator::Divide => Some(match (left, right) {
            (Number | Percent, Number | Percent | Frequency | Score) => Number,
            (Money, Money)
            | (Score, Score)
            | (Duration, Duration)
            | (Frequency, Frequency)
            | (Months, Months) => Number,
            (unit @ (Money | Score | Duration | Frequency), Number | Percent) => unit.clone(),
            (unit @ (Money | Duration), Frequency) => unit.clone(),
            _ => return None,
        }),
    }
}
