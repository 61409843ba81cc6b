//! Ladders of bands, in scales and on boards: whether every rung can be reached.
//! Thresholds are whole counts of units, so every ladder is a matter of whole numbers.

use super::bound::{lower_end, upper_end};
use super::checker::Checker;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Expr, ExprKind, Field};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;

/// A band: `value OPERATOR threshold`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rung {
    pub(super) operator: CompareOperator,
    pub(super) threshold: i64,
    pub(super) span: Span,
}

/// The smallest and largest value that something can have, where that is known.
pub(super) type Ends = (Option<i64>, Option<i64>);

/// Which values a rung takes: all from one on, or all up to one.
#[derive(Clone, Copy)]
enum Reach {
    From(i64),
    UpTo(i64),
}

impl Rung {
    fn reach(&self) -> Option<Reach> {
        match self.operator {
            CompareOperator::GreaterOrEqual => Some(Reach::From(self.threshold)),
            CompareOperator::Greater => Some(Reach::From(self.threshold.checked_add(1)?)),
            CompareOperator::LessOrEqual => Some(Reach::UpTo(self.threshold)),
            CompareOperator::Less => Some(Reach::UpTo(self.threshold.checked_sub(1)?)),
            CompareOperator::Equal | CompareOperator::NotEqual => None,
        }
    }
}

impl Checker<'_> {
    /// Says which rungs no value reaches, and which rung above takes their values.
    pub(super) fn check_ladder(
        &mut self,
        rungs: &[Rung],
        otherwise: Option<Span>,
        ends: Ends,
        ty: &Type,
    ) {
        let mut from: Option<(i64, Rung)> = None;
        let mut up_to: Option<(i64, Rung)> = None;
        for rung in rungs {
            let Some(reach) = rung.reach() else {
                continue;
            };
            let taken = match reach {
                Reach::From(start) => from.filter(|(taken, _)| *taken <= start),
                Reach::UpTo(end) => up_to.filter(|(taken, _)| *taken >= end),
            };
            let taken = taken.or_else(|| all_taken(from, up_to));
            let beyond = match reach {
                Reach::From(start) => ends.1.is_some_and(|largest| start > largest),
                Reach::UpTo(end) => ends.0.is_some_and(|smallest| end < smallest),
            };
            let text = format!(
                "`{} {}`",
                symbol(rung.operator),
                self.shown(rung.threshold, ty)
            );
            if let Some((_, other)) = taken {
                let above = format!(
                    "{} {}",
                    symbol(other.operator),
                    self.shown(other.threshold, ty)
                );
                self.report(
                    Diagnostic::error(
                        "band-unreachable",
                        format!("the band {text} is never reached"),
                    )
                    .at(rung.span, format!("`{above}` has taken these values"))
                    .at(other.span, "stands before it")
                    .help("with `>=` the largest stands first, with `<` the smallest"),
                );
                continue;
            }
            if beyond {
                let end = match reach {
                    Reach::From(_) => ends.1.map(|end| ("at most", end)),
                    Reach::UpTo(_) => ends.0.map(|end| ("at least", end)),
                };
                let note = end.map_or_else(String::new, |(word, end)| {
                    format!("values are {word} {}", self.shown(end, ty))
                });
                self.report(
                    Diagnostic::error(
                        "band-unreachable",
                        format!("the band {text} is never reached"),
                    )
                    .at(rung.span, note)
                    .help("leave it out, or widen the field's constraint"),
                );
            }
            match reach {
                Reach::From(start) => from = Some((start, *rung)),
                Reach::UpTo(end) => up_to = Some((end, *rung)),
            }
        }
        if let (Some(span), Some((_, other))) = (otherwise, all_taken(from, up_to)) {
            self.report(
                Diagnostic::error("band-unreachable", "`otherwise` is never reached")
                    .at(span, "the bands have taken all values")
                    .at(other.span, "the last of them"),
            );
        }
    }

    /// The smallest and largest value that constraints and the range of scores allow.
    pub(super) fn ends(&self, value: &Expr) -> Ends {
        match &value.kind {
            ExprKind::Field(id) => self.field_ends(self.customers.fields.get(id.0)),
            ExprKind::OnePerCustomer(table, id) => {
                let table = self.tables.get(table.0);
                self.field_ends(table.and_then(|table| table.fields.get(id.0)))
            }
            ExprKind::Axis(_) | ExprKind::Member(..) => self.type_ends(&Type::Score),
            _ => match &value.ty {
                Type::Steps(_) => self.type_ends(&value.ty),
                _ => (None, None),
            },
        }
    }

    fn field_ends(&self, field: Option<&Field>) -> Ends {
        let Some(field) = field else {
            return (None, None);
        };
        let (low, high) = self.type_ends(&field.ty);
        let lower = lower_end(&field.bounds).map(|(limit, _)| limit);
        let upper = upper_end(&field.bounds).map(|(limit, _)| limit);
        (low.max(lower), high.into_iter().chain(upper).min())
    }

    fn type_ends(&self, ty: &Type) -> Ends {
        match ty {
            Type::Score => (Some(self.scores.lowest.0), Some(self.scores.highest.0)),
            Type::Steps(texts) => (
                Some(0),
                i64::try_from(texts.len()).ok().map(|count| count - 1),
            ),
            _ => (None, None),
        }
    }
}

/// The rung that completed the cover of all values, where `from` and `up to` meet.
fn all_taken(from: Option<(i64, Rung)>, up_to: Option<(i64, Rung)>) -> Option<(i64, Rung)> {
    let (from, up_to) = (from?, up_to?);
    if from.0 > up_to.0.saturating_add(1) {
        return None;
    }
    Some(if from.1.span.start > up_to.1.span.start {
        from
    } else {
        up_to
    })
}

/// A comparison as it is written.
pub(super) fn symbol(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "!=",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}
