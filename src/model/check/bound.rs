//! Constraints on fields: bounds in the units of the field's column, and whether anything is left
//! between them.

use super::checker::Checker;
use super::scale::with_article;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Bound, Field};
use crate::model::types::Type;
use crate::syntax::tree::{self, CompareOperator};

impl<'a> Checker<'a> {
    /// The bounds of a field of that type.
    pub(super) fn bounds(&mut self, field: &'a tree::Field, ty: &Type) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for constraint in &field.constraints {
            match constraint {
                tree::Constraint::Unique(_) => {}
                tree::Constraint::Compare(operator, limit) => {
                    let span = operator.span.join(limit.span);
                    if matches!(
                        operator.value,
                        CompareOperator::Equal | CompareOperator::NotEqual
                    ) {
                        self.report(
                            Diagnostic::error("constraint-operator", "this is no constraint")
                                .at(operator.span, "expected `>=`, `>`, `<=` or `<`")
                                .help("write `>= x`, `> x`, `<= x`, `< x`, `between a and b` or `unique`"),
                        );
                    } else if self.can_be_bounded(field, ty, span) {
                        let limit = self.units(limit, ty);
                        bounds.extend(limit.map(|limit| Bound {
                            operator: operator.value,
                            limit,
                            span,
                        }));
                    }
                }
                tree::Constraint::Between(low, high, span) => {
                    if !self.can_be_bounded(field, ty, *span) {
                        continue;
                    }
                    let ends = [
                        (CompareOperator::GreaterOrEqual, self.units(low, ty)),
                        (CompareOperator::LessOrEqual, self.units(high, ty)),
                    ];
                    bounds.extend(ends.into_iter().filter_map(|(operator, limit)| {
                        Some(Bound {
                            operator,
                            limit: limit?,
                            span: *span,
                        })
                    }));
                }
            }
        }
        if let (Some(low), Some(high)) = (lower_end(&bounds), upper_end(&bounds))
            && low.0 > high.0
        {
            let mut message = Diagnostic::error(
                "constraint-never",
                format!(
                    "no value of `{}` can keep these constraints",
                    field.name.value
                ),
            )
            .at(low.1, "at least this");
            if high.1 != low.1 {
                message = message.at(high.1, "at most this");
            }
            self.report(message.help("the lower bound stands first: `between 0 and 10`"));
        }
        bounds
    }

    fn can_be_bounded(&mut self, field: &'a tree::Field, ty: &Type, span: Span) -> bool {
        if ty.is_ordered() {
            return true;
        }
        self.report(
            Diagnostic::error(
                "constraint-needs-order",
                format!("{} has no larger and smaller values", with_article(ty)),
            )
            .at(span, "cannot be asked for")
            .at(field.kind_span, ty.name())
            .help("only `unique` may follow here"),
        );
        false
    }

    /// Says that a value of a test breaks the constraints of its field.
    pub(super) fn check_within(&mut self, field: &Field, units: i64, span: Span) {
        for bound in &field.bounds {
            let holds = match bound.operator {
                CompareOperator::Less => units < bound.limit,
                CompareOperator::LessOrEqual => units <= bound.limit,
                CompareOperator::Greater => units > bound.limit,
                CompareOperator::GreaterOrEqual => units >= bound.limit,
                CompareOperator::Equal | CompareOperator::NotEqual => true,
            };
            if !holds {
                let shown = self.shown(units, &field.ty);
                self.report(
                    Diagnostic::error(
                        "value-out-of-bounds",
                        format!("`{}` cannot be {shown}", field.name),
                    )
                    .at(span, "out of its constraint")
                    .at(bound.span, "the constraint")
                    .help("the data could not hold it either: give a value that the field allows"),
                );
                return;
            }
        }
        let range = self.scores;
        if field.ty == Type::Score && (units < range.lowest.0 || units > range.highest.0) {
            let shown = self.shown(units, &field.ty);
            self.report(
                Diagnostic::error(
                    "score-out-of-range",
                    format!("{shown} is outside the model's scores"),
                )
                .at(
                    span,
                    format!("scores go from {} to {}", range.lowest, range.highest),
                ),
            );
        }
    }
}

/// The smallest value that bounds allow, with the place that says so.
pub(super) fn lower_end(bounds: &[Bound]) -> Option<(i64, Span)> {
    bounds
        .iter()
        .filter_map(|bound| match bound.operator {
            CompareOperator::GreaterOrEqual => Some((bound.limit, bound.span)),
            CompareOperator::Greater => Some((bound.limit.saturating_add(1), bound.span)),
            _ => None,
        })
        .max_by_key(|(limit, _)| *limit)
}

/// The largest value that bounds allow, with the place that says so.
pub(super) fn upper_end(bounds: &[Bound]) -> Option<(i64, Span)> {
    bounds
        .iter()
        .filter_map(|bound| match bound.operator {
            CompareOperator::LessOrEqual => Some((bound.limit, bound.span)),
            CompareOperator::Less => Some((bound.limit.saturating_sub(1), bound.span)),
            _ => None,
        })
        .min_by_key(|(limit, _)| *limit)
}
