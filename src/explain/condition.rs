//! A condition of the model → how it came out for a customer: its parts in their own words, the
//! values that they asked for, how far each line is.

use super::story::{Condition, ConditionKind, Distance, Named};
use super::teller::Teller;
use super::value::Value;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::decimal::ONE;

/// Millionths of a second in a day.
const DAY: i64 = 86_400 * ONE;

impl Teller<'_> {
    /// How a condition came out.
    pub fn condition(&self, expr: &Expr) -> Condition {
        // The two halves of a `between` are one question.
        let halves = |parts: &[Expr]| parts.iter().all(|part| part.span == expr.span);
        let kind = match &expr.kind {
            ExprKind::And(parts) if !halves(parts) => {
                ConditionKind::All(parts.iter().map(|part| self.condition(part)).collect())
            }
            ExprKind::Or(parts) if !halves(parts) => {
                ConditionKind::Any(parts.iter().map(|part| self.condition(part)).collect())
            }
            ExprKind::Not(inner) if inner.span != expr.span => {
                ConditionKind::Not(Box::new(self.condition(inner)))
            }
            ExprKind::Let(id) => match self.program().lets.get(id.0) {
                Some(it) => ConditionKind::Let(Box::new(self.condition(&it.value))),
                None => self.question(expr),
            },
            _ => self.question(expr),
        };
        Condition {
            text: self.words(expr.span),
            holds: self.flag(expr),
            kind,
        }
    }

    fn question(&self, expr: &Expr) -> ConditionKind {
        let is_plain = matches!(expr.kind, ExprKind::Field(_) | ExprKind::OnePerCustomer(..));
        let mut values = match is_plain {
            true => Vec::new(),
            false => self.asked(expr),
        };
        self.show_ratios(expr, &mut values);
        let distance = self.distance(expr).map(Box::new);
        // What was computed stands before what it was computed from.
        if let (Some(distance), ExprKind::Compare(_, left, _)) = (&distance, &expr.kind)
            && matches!(left.kind, ExprKind::Call(..) | ExprKind::Arithmetic(..))
            && values.iter().all(|it| it.name != distance.value.name)
        {
            values.insert(0, distance.value.clone());
        }
        ConditionKind::Question { values, distance }
    }

    /// A ratio that is compared with a percent is shown as one.
    fn show_ratios(&self, expr: &Expr, values: &mut [Named]) {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|it| self.show_ratios(it, values));
            }
            ExprKind::Compare(_, left, right) => {
                for (side, line) in [(left, right), (right, left)] {
                    let value = match &side.kind {
                        ExprKind::Default(value, _) => value,
                        _ => side,
                    };
                    if value.ty != Type::Number || line.ty != Type::Percent {
                        continue;
                    }
                    let name = self.named(value).name;
                    for it in values.iter_mut().filter(|it| it.name == name) {
                        it.value.show_as(self.program(), &Type::Percent);
                    }
                }
            }
            _ => {}
        }
    }

    /// How far a comparison is from its line; of a `between` the nearer line, or the one that is
    /// on the wrong side.
    fn distance(&self, expr: &Expr) -> Option<Distance> {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let all = matches!(expr.kind, ExprKind::And(_));
                let mut nearest: Option<(bool, i64, Distance)> = None;
                for part in parts {
                    let decides = self.flag(part)? != all;
                    let distance = self.distance(part)?;
                    let gap = distance.gap.as_number()?;
                    let nearer = nearest.as_ref().is_none_or(|(known, size, _)| {
                        (decides && !known) || (decides == *known && gap < *size)
                    });
                    if nearer {
                        nearest = Some((decides, gap, distance));
                    }
                }
                nearest.map(|(.., distance)| distance)
            }
            ExprKind::Compare(operator, left, right) => {
                let constant =
                    |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Param(_));
                match constant(left) && !constant(right) {
                    true => self.measured(turned(*operator), right, left),
                    false => self.measured(*operator, left, right),
                }
            }
            _ => None,
        }
    }

    fn measured(&self, operator: CompareOperator, value: &Expr, line: &Expr) -> Option<Distance> {
        if matches!(operator, CompareOperator::Equal | CompareOperator::NotEqual) {
            return None;
        }
        let mut named = self.named(value);
        let at = self.value(line);
        let line = Value::new(self.program(), &kind_of_line(value, line), at.literal);
        let mut gap = self.gap(&named.value, number(&line)?)?;
        if let (Type::Number, Type::Percent) = (&value.ty, &line.ty) {
            named.value.show_as(self.program(), &line.ty);
            gap.show_as(self.program(), &line.ty);
        }
        Some(Distance {
            value: named,
            operator: sign(operator),
            line,
            gap,
        })
    }

    /// The amount from a value to a line.
    pub fn gap(&self, value: &Value, line: i64) -> Option<Value> {
        let size = i64::try_from(number(value)?.abs_diff(line)).ok()?;
        let program = self.program();
        Some(match &value.ty {
            Type::Date => Value::number(program, &Type::Duration, size.checked_mul(DAY)?),
            Type::Steps(_) => Value::number(program, &Type::Number, size.checked_mul(ONE)?),
            ty => Value::number(program, ty, size),
        })
    }
}

/// What a line counts: what the value counts, where a bare number stands beside it.
fn kind_of_line(value: &Expr, line: &Expr) -> Type {
    match (&value.ty, &line.ty) {
        (ty, Type::Number) if ty.is_numeric() => ty.clone(),
        (_, ty) => ty.clone(),
    }
}

fn number(value: &Value) -> Option<i64> {
    match value.literal {
        Some(Literal::Number(number)) => Some(number),
        Some(Literal::Choice(code)) if matches!(value.ty, Type::Steps(_)) => Some(i64::from(code)),
        _ => None,
    }
}

/// The comparison with its sides exchanged.
fn turned(operator: CompareOperator) -> CompareOperator {
    match operator {
        CompareOperator::Less => CompareOperator::Greater,
        CompareOperator::LessOrEqual => CompareOperator::GreaterOrEqual,
        CompareOperator::Greater => CompareOperator::Less,
        CompareOperator::GreaterOrEqual => CompareOperator::LessOrEqual,
        same => same,
    }
}

/// How a comparison is written.
pub fn sign(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "!=",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}
