//! Comparisons: two sides of one type, bounds of `between`, and lists of `is one of`.
//! What may be missing is refused, except in checks and tests, which then fail and say so.

use super::Inference;
use super::agree::Meeting;
use super::clash::a;
use super::missing::negate_if;
use crate::base::{Diagnostic, Span, Spanned};
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, CompareOperator};

impl Inference<'_, '_> {
    /// `x >= y`, `x is y`
    pub(super) fn compare(
        &mut self,
        operator: &Spanned<CompareOperator>,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let left = self.infer(left);
        let right = self.infer_beside(right, left.as_ref());
        let (left, right) = (left?, right?);
        self.no_missing(&left, operator.value)?;
        self.no_missing(&right, operator.value)?;
        let sign = sign(operator.value);
        self.comparison(
            operator.value,
            vec![left, right],
            &format!("in `{sign}`"),
            span,
        )
    }

    /// `x between a and b`, `x not between a and b`
    pub(super) fn between(
        &mut self,
        value: &tree::Expr,
        low: &tree::Expr,
        high: &tree::Expr,
        negated: bool,
        span: Span,
    ) -> Option<Expr> {
        let items = [self.infer(value), self.infer(low), self.infer(high)];
        let [value, low, high] = items;
        let items = vec![value?, low?, high?];
        for item in &items {
            self.no_missing(item, CompareOperator::Equal)?;
        }
        let meeting = Meeting {
            phrase: "in `between`",
            in_list: true,
            mixes: false,
        };
        let (items, ty) = self.agree(items, meeting)?;
        self.ordered(&ty, &items, "between")?;
        for item in &items {
            self.decide(item, "`between` needs a value")?;
        }
        let [value, low, high] = <[Expr; 3]>::try_from(items).ok()?;
        let lower = flag_of(
            |left, right| ExprKind::Compare(CompareOperator::GreaterOrEqual, left, right),
            value.clone(),
            low,
            span,
        );
        let upper = flag_of(
            |left, right| ExprKind::Compare(CompareOperator::LessOrEqual, left, right),
            value,
            high,
            span,
        );
        let both = Expr {
            optional: lower.optional || upper.optional,
            kind: ExprKind::And(vec![lower, upper]),
            ty: Type::Flag,
            span,
        };
        Some(negate_if(negated, both))
    }

    /// `x is one of a, b`, `x is not one of a, b`
    pub(super) fn is_one_of(
        &mut self,
        value: &tree::Expr,
        list: &[tree::Expr],
        negated: bool,
        span: Span,
    ) -> Option<Expr> {
        let value = self.infer(value);
        let mut pairs = Vec::new();
        for item in list {
            let item = self.infer_beside(item, value.as_ref());
            if let (Some(value), Some(item)) = (&value, item) {
                self.no_missing(&item, CompareOperator::Equal)?;
                let meeting = Meeting {
                    phrase: "in `is one of`",
                    in_list: true,
                    mixes: false,
                };
                pairs.extend(self.agree(vec![value.clone(), item], meeting));
            }
        }
        let value = value?;
        self.no_missing(&value, CompareOperator::Equal)?;
        if pairs.len() < list.len() {
            return None;
        }
        self.decide(&value, "`is one of` needs a value")?;
        let mut literals = Vec::new();
        let mut compared = Vec::new();
        for (pair, ty) in pairs {
            let [left, right] = <[Expr; 2]>::try_from(pair).ok()?;
            self.decide(&right, "`is one of` needs a value")?;
            match &right.kind {
                ExprKind::Literal(literal) if ty == value.ty => literals.push(literal.clone()),
                _ => compared.push(flag_of(
                    |left, right| ExprKind::Compare(CompareOperator::Equal, left, right),
                    left,
                    right,
                    span,
                )),
            }
        }
        // Constants are looked up together; params and other values are compared one by one.
        let mut parts = compared;
        if !literals.is_empty() {
            parts.insert(0, one_of(value, literals, span));
        }
        let any = if parts.len() == 1 {
            parts.pop()?
        } else {
            Expr {
                optional: parts.iter().any(|part| part.optional),
                kind: ExprKind::Or(parts),
                ty: Type::Flag,
                span,
            }
        };
        Some(negate_if(negated, any))
    }

    /// Two sides brought together and compared.
    fn comparison(
        &mut self,
        operator: CompareOperator,
        sides: Vec<Expr>,
        phrase: &str,
        span: Span,
    ) -> Option<Expr> {
        let meeting = Meeting {
            phrase,
            in_list: true,
            mixes: false,
        };
        let (sides, ty) = self.agree(sides, meeting)?;
        if !matches!(operator, CompareOperator::Equal | CompareOperator::NotEqual) {
            self.ordered(&ty, &sides, sign(operator))?;
        }
        let mut definite = true;
        for side in &sides {
            definite &= self.decide(side, "a comparison needs a value").is_some();
        }
        let [left, right] = <[Expr; 2]>::try_from(sides).ok()?;
        definite.then(|| {
            flag_of(
                |left, right| ExprKind::Compare(operator, left, right),
                left,
                right,
                span,
            )
        })
    }

    fn ordered(&mut self, ty: &Type, sides: &[Expr], sign: &str) -> Option<()> {
        if ty.is_ordered() {
            return Some(());
        }
        let from_scales = sides.iter().any(|side| match &side.kind {
            ExprKind::ChoiceText(inner) => matches!(inner.ty, Type::Steps(_)),
            _ => false,
        });
        let what = if from_scales {
            "steps of two different scales"
        } else {
            a(ty)
        };
        let mut message = Diagnostic::error(
            "no-order",
            format!("`{sign}` needs an order, and {what} has none"),
        );
        if let Some(first) = sides.first() {
            message = message.at(first.span, what);
        }
        let help = match ty {
            Type::OneOf(_) => {
                "ask with `is` or `is one of`; an ordered list is declared as `steps`"
            }
            Type::Text => {
                "ask with `is` or `is one of`; numbers and dates are written without quotes"
            }
            _ => "ask with `is` or `is one of`",
        };
        self.error(message.help(help))
    }

    fn no_missing(&mut self, expr: &Expr, operator: CompareOperator) -> Option<()> {
        if !matches!(expr.kind, ExprKind::Missing) {
            return Some(());
        }
        let instead = match operator {
            CompareOperator::NotEqual => "is not missing",
            _ => "is missing",
        };
        self.error(
            Diagnostic::error(
                "missing-place",
                "missing equals nothing, so it does not compare",
            )
            .at(expr.span, "")
            .help(format!("write `… {instead}`")),
        )
    }
}

/// How a comparison is written.
fn sign(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "is",
        CompareOperator::NotEqual => "is not",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}

fn flag_of(
    kind: impl FnOnce(Box<Expr>, Box<Expr>) -> ExprKind,
    left: Expr,
    right: Expr,
    span: Span,
) -> Expr {
    Expr {
        optional: left.optional || right.optional,
        kind: kind(Box::new(left), Box::new(right)),
        ty: Type::Flag,
        span,
    }
}

fn one_of(value: Expr, literals: Vec<Literal>, span: Span) -> Expr {
    Expr {
        optional: value.optional,
        kind: ExprKind::IsOneOf(Box::new(value), literals),
        ty: Type::Flag,
        span,
    }
}
