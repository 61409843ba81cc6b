//! Between which ends a value lies, as far as constraints, bounds of params and functions show:
//! enough to say that a divisor is never 0 and that a share is of nothing negative.

use super::walk;
use crate::builtins::Function;
use crate::model::check::checker::Checker;
use crate::model::program::{
    Aggregate, Bound, Expr, ExprKind, Literal, LookupValues, PortfolioFunction,
};
use crate::model::types::Type;
use crate::syntax::tree::{ArithmeticOperator, CompareOperator};
use crate::value::decimal::ONE;

/// One end of a range, in the units of the value's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model::check) struct End {
    value: i128,
    /// Whether the end itself is left out.
    open: bool,
}

/// A range; an end that is not known is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::model::check) struct Interval {
    low: Option<End>,
    high: Option<End>,
}

impl Interval {
    fn of(low: i64, high: i64) -> Interval {
        Interval {
            low: Some(End::at(low)),
            high: Some(End::at(high)),
        }
    }

    fn from(low: i64) -> Interval {
        Interval {
            low: Some(End::at(low)),
            high: None,
        }
    }

    /// Whether 0 lies outside.
    pub(super) fn never_zero(self) -> bool {
        self.above_zero() || self.negated().above_zero()
    }

    /// Whether nothing in it is below 0.
    pub(super) fn never_negative(self) -> bool {
        self.low.is_some_and(|low| low.value >= 0)
    }

    fn above_zero(self) -> bool {
        self.low
            .is_some_and(|low| low.value > 0 || (low.value == 0 && low.open))
    }

    fn negated(self) -> Interval {
        let flip = |end: End| End {
            value: -end.value,
            open: end.open,
        };
        Interval {
            low: self.high.map(flip),
            high: self.low.map(flip),
        }
    }

    /// The smallest range that holds both.
    fn hull(self, other: Interval) -> Interval {
        Interval {
            low: self.low.zip(other.low).map(|(a, b)| a.lower(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.higher(b)),
        }
    }

    /// What is in both.
    fn both(self, other: Interval) -> Interval {
        let tighter = |a: Option<End>, b: Option<End>, choose: fn(End, End) -> End| match (a, b) {
            (Some(a), Some(b)) => Some(choose(a, b)),
            (a, b) => a.or(b),
        };
        Interval {
            low: tighter(
                self.low,
                other.low,
                |a, b| if a.lower(b) == a { b } else { a },
            ),
            high: tighter(
                self.high,
                other.high,
                |a, b| if a.higher(b) == a { b } else { a },
            ),
        }
    }

    fn plus(self, other: Interval) -> Interval {
        let add = |(a, b): (End, End)| End {
            value: a.value.saturating_add(b.value),
            open: a.open || b.open,
        };
        Interval {
            low: self.low.zip(other.low).map(add),
            high: self.high.zip(other.high).map(add),
        }
    }

    /// The product; only signs are followed where an end is below 0 or not known.
    fn times(self, other: Interval) -> Interval {
        if self.never_negative() && other.never_negative() {
            let low = self.low.zip(other.low).map(|(a, b)| {
                let positive = self.above_zero() && other.above_zero();
                End {
                    value: a.value.saturating_mul(b.value) / i128::from(ONE),
                    open: positive,
                }
            });
            return Interval { low, high: None };
        }
        let (left, right) = (self.negated(), other.negated());
        if left.never_negative() && right.never_negative() {
            return left.times(right);
        }
        if left.never_negative() && other.never_negative() {
            return left.times(other).negated();
        }
        if self.never_negative() && right.never_negative() {
            return self.times(right).negated();
        }
        Interval::default()
    }

    fn size(self) -> Interval {
        if self.never_negative() {
            return self;
        }
        if self.negated().never_negative() {
            return self.negated();
        }
        Interval {
            low: Some(End {
                value: 0,
                open: false,
            }),
            high: None,
        }
    }

    fn maximum(self, other: Interval) -> Interval {
        let low = match (self.low, other.low) {
            (Some(a), Some(b)) => Some(a.higher_low(b)),
            (a, b) => a.or(b),
        };
        let high = self.high.zip(other.high).map(|(a, b)| a.higher(b));
        Interval { low, high }
    }

    fn minimum(self, other: Interval) -> Interval {
        self.negated().maximum(other.negated()).negated()
    }

    /// After rounding, which may reach the end itself and go beyond it by less than one unit.
    fn rounded(self, unit: i128) -> Interval {
        Interval {
            low: self.low.map(|low| End {
                value: low.value.div_euclid(unit) * unit,
                open: false,
            }),
            high: self.high.map(|high| End {
                value: (high.value + unit - 1).div_euclid(unit) * unit,
                open: false,
            }),
        }
    }
}

impl End {
    fn at(value: i64) -> End {
        End {
            value: i128::from(value),
            open: false,
        }
    }

    /// The lower of two ends, as lower ends.
    fn lower(self, other: End) -> End {
        if other.value < self.value || (other.value == self.value && !other.open) {
            other
        } else {
            self
        }
    }

    /// The higher of two ends, as upper ends.
    fn higher(self, other: End) -> End {
        if other.value > self.value || (other.value == self.value && !other.open) {
            other
        } else {
            self
        }
    }

    /// The higher of two ends, as lower ends.
    fn higher_low(self, other: End) -> End {
        if other.value > self.value || (other.value == self.value && other.open) {
            other
        } else {
            self
        }
    }
}

impl Checker<'_> {
    /// Between which ends a number lies.
    pub(super) fn interval(&self, expr: &Expr) -> Interval {
        let whole = ONE;
        match &expr.kind {
            ExprKind::Literal(Literal::Number(units)) => Interval::of(*units, *units),
            ExprKind::Param(id) => self
                .params
                .get(id.0)
                .map_or_else(Interval::default, |param| match &param.bounds {
                    Some((Literal::Number(low), Literal::Number(high))) => {
                        Interval::of(*low, *high)
                    }
                    _ => Interval::default(),
                }),
            ExprKind::Field(id) => {
                let field = self.customers.fields.get(id.0);
                field.map_or_else(Interval::default, |it| self.of_bounds(&it.bounds, &it.ty))
            }
            ExprKind::RowField(table, id) | ExprKind::OnePerCustomer(table, id) => {
                let field = self.tables.get(table.0).and_then(|it| it.fields.get(id.0));
                field.map_or_else(Interval::default, |it| self.of_bounds(&it.bounds, &it.ty))
            }
            ExprKind::Let(id) => {
                let facts = self.let_facts.get(id);
                facts.map_or_else(Interval::default, |facts| facts.interval)
            }
            ExprKind::Axis(_) | ExprKind::Member(..) => self.of_bounds(&[], &Type::Score),
            ExprKind::Known(_) => Interval::of(0, whole),
            ExprKind::Actual(id) => {
                match self.activities.get(id.0).and_then(|it| it.actual.as_ref()) {
                    Some(Some(actual)) => self.interval(actual),
                    _ => Interval::default(),
                }
            }
            ExprKind::Worth(id) => match self.activities.get(id.0).and_then(|it| it.worth.as_ref())
            {
                Some(Some(worth)) => self.interval(worth),
                _ => Interval::default(),
            },
            ExprKind::Activity(_)
            | ExprKind::CostToServe
            | ExprKind::CostAs(_)
            | ExprKind::Hours { .. }
            | ExprKind::Available { .. }
            | ExprKind::Booked { .. } => Interval::from(0),
            ExprKind::Negate(inner) => self.interval(inner).negated(),
            ExprKind::OfGiven(_, inner) => self.interval(inner),
            ExprKind::Arithmetic(operator, left, right) => {
                self.of_arithmetic(*operator, left, right)
            }
            ExprKind::Default(left, right) => self.interval(left).hull(self.interval(right)),
            ExprKind::If(_, then, otherwise) => match (&then.kind, &otherwise.kind) {
                (ExprKind::Missing, _) => self.interval(otherwise),
                (_, ExprKind::Missing) => self.interval(then),
                _ => self.interval(then).hull(self.interval(otherwise)),
            },
            ExprKind::Call(function, arguments) => self.of_call(*function, arguments),
            ExprKind::Lookup(id, _) => self
                .lookups
                .get(id.0)
                .map_or_else(Interval::default, |it| of_lookup(&it.values)),
            ExprKind::RowAggregate {
                aggregate, value, ..
            }
            | ExprKind::Aggregate {
                aggregate, value, ..
            }
            | ExprKind::PersonAggregate {
                aggregate, value, ..
            } => {
                let value = value
                    .as_ref()
                    .map_or_else(Interval::default, |it| self.interval(it));
                match aggregate {
                    Aggregate::Count | Aggregate::Distinct => Interval::from(0),
                    Aggregate::Concentration => Interval::of(0, whole),
                    // Over nothing a sum is 0, whatever its parts are.
                    Aggregate::Sum if value.never_negative() => Interval::from(0),
                    Aggregate::Sum => Interval::default(),
                    Aggregate::Average => value.rounded(1),
                    _ => value,
                }
            }
            ExprKind::Portfolio { function, .. } => match function {
                PortfolioFunction::Rank => Interval::from(whole),
                _ => Interval::of(0, whole),
            },
            _ => Interval::default(),
        }
    }

    fn of_bounds(&self, bounds: &[Bound], ty: &Type) -> Interval {
        let mut interval = match ty {
            Type::Score => Interval::of(self.scores.lowest.0, self.scores.highest.0),
            _ => Interval::default(),
        };
        for bound in bounds {
            let end = Some(End {
                value: i128::from(bound.limit),
                open: matches!(
                    bound.operator,
                    CompareOperator::Less | CompareOperator::Greater
                ),
            });
            let one = match bound.operator {
                CompareOperator::Greater | CompareOperator::GreaterOrEqual => Interval {
                    low: end,
                    high: None,
                },
                CompareOperator::Less | CompareOperator::LessOrEqual => Interval {
                    low: None,
                    high: end,
                },
                CompareOperator::Equal | CompareOperator::NotEqual => continue,
            };
            interval = interval.both(one);
        }
        interval
    }

    fn of_arithmetic(&self, operator: ArithmeticOperator, left: &Expr, right: &Expr) -> Interval {
        // Dates are counted from 1970 and months are whole: their units do not mix with others.
        let plain =
            |expr: &Expr| expr.ty.is_numeric() && !matches!(expr.ty, Type::Date | Type::Months);
        if !plain(left) || !plain(right) {
            return Interval::default();
        }
        let same = walk::same(left, right);
        let (left, right) = (self.interval(left), self.interval(right));
        match operator {
            ArithmeticOperator::Add => left.plus(right),
            ArithmeticOperator::Subtract => left.plus(right.negated()),
            ArithmeticOperator::Multiply if same => left.times(right).size(),
            ArithmeticOperator::Multiply => left.times(right),
            // A quotient may be rounded to 0, so only its sign is kept.
            ArithmeticOperator::Divide => {
                let above = left.never_negative() && right.never_negative();
                let below = left.negated().never_negative() && right.negated().never_negative();
                if above || below {
                    Interval::from(0)
                } else {
                    Interval::default()
                }
            }
        }
    }

    fn of_call(&self, function: Function, arguments: &[Expr]) -> Interval {
        let mut each = arguments.iter().map(|argument| self.interval(argument));
        let Some(first) = each.next() else {
            return Interval::default();
        };
        match function {
            Function::Max => each.fold(first, Interval::maximum),
            Function::Min => each.fold(first, Interval::minimum),
            Function::Abs => first.size(),
            Function::Clamp => match (each.next(), each.next()) {
                (Some(low), Some(high)) => first.maximum(low).minimum(high),
                _ => Interval::default(),
            },
            Function::Round => match arguments.get(1).map(|it| &it.kind) {
                Some(ExprKind::Literal(Literal::Number(digits))) => {
                    let digits = u32::try_from(digits / ONE).unwrap_or(6).min(6);
                    first.rounded(10_i128.pow(6 - digits))
                }
                _ => Interval::default(),
            },
            Function::Floor => first.rounded(i128::from(ONE)),
            Function::Ceil if first.above_zero() => Interval::from(ONE),
            Function::Ceil => first.rounded(i128::from(ONE)),
            _ => Interval::default(),
        }
    }
}

fn of_lookup(values: &LookupValues) -> Interval {
    let LookupValues::Inline { entries, otherwise } = values else {
        return Interval::default();
    };
    let mut each =
        entries
            .iter()
            .map(|(_, value)| value)
            .chain(otherwise)
            .map(|value| match value {
                Literal::Number(units) => Interval::of(*units, *units),
                _ => Interval::default(),
            });
    let first = each.next().unwrap_or_default();
    each.fold(first, Interval::hull)
}
