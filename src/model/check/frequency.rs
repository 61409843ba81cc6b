//! How often: `12 per year`, `monthly`, `every 6 weeks` → a number a year.
//! A year has 52 weeks and 12 months; what does not divide is rounded at the sixth digit.

use super::checker::{Checker, Place, Scope};
use crate::base::{Diagnostic, Span};
use crate::model::program::{Expr, ExprKind, Layer, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, ArithmeticOperator, Frequency, TimeUnit};
use crate::value::Decimal;

const FREQUENCY: Place = Place {
    layer: Layer::Service,
    scope: Scope::Customer,
    what: "a frequency",
};

impl<'a> Checker<'a> {
    /// A frequency a year.
    pub(super) fn frequency(&mut self, tree: &'a Frequency) -> Option<Expr> {
        let (count, unit, span) = match tree {
            Frequency::Per(count, unit, span) | Frequency::Every(count, unit, span) => {
                (count, *unit, *span)
            }
        };
        let Some(a_year) = a_year(unit) else {
            self.report(
                Diagnostic::error(
                    "frequency-unit",
                    "a frequency is not counted by days or hours",
                )
                .at(span, "expected weeks, months, quarters or years")
                .help("write for example `260 per year` or `5 per week`"),
            );
            return None;
        };
        let per = matches!(tree, Frequency::Per(..));
        if !self.is_constant(count) {
            return self.computed_frequency(count, a_year, span, per);
        }
        let count = (self.units(count, &Type::Number)?, count.span);
        let frequency = if per {
            Decimal(count.0).multiply(a_year)
        } else {
            self.check_interval(count.0, count.1)?;
            a_year.divide(Decimal(count.0))
        };
        let Some(frequency) = frequency else {
            self.report(
                Diagnostic::error("out-of-range", "the frequency is out of range").at(span, ""),
            );
            return None;
        };
        if frequency < Decimal::ZERO {
            self.report(
                Diagnostic::error("negative", "a frequency cannot be negative")
                    .at(count.1, "below 0"),
            );
            return None;
        }
        Some(number(frequency, Type::Frequency, span))
    }

    fn check_interval(&mut self, units: i64, span: Span) -> Option<()> {
        if units > 0 {
            return Some(());
        }
        self.report(
            Diagnostic::error(
                "frequency-every",
                format!("nothing happens every {}", Decimal(units)),
            )
            .at(span, "expected a number above 0")
            .help("for never, leave the activity out"),
        );
        None
    }

    /// A frequency that depends on the customer: a number of the customer, times or under a
    /// constant.
    fn computed_frequency(
        &mut self,
        count: &'a tree::Expr,
        a_year: Decimal,
        span: Span,
        per: bool,
    ) -> Option<Expr> {
        if !per {
            self.report(
                Diagnostic::error("frequency-every", "`every` needs a constant")
                    .at(count.span, "depends on the customer")
                    .help("write it the other way round: `EXPRESSION per year`"),
            );
            return None;
        }
        let count = self.definite(count, Some(&Type::Number), FREQUENCY)?;
        let kind = ExprKind::Arithmetic(
            ArithmeticOperator::Multiply,
            Box::new(count),
            Box::new(number(a_year, Type::Number, span)),
        );
        Some(Expr {
            kind,
            ty: Type::Frequency,
            optional: false,
            span,
        })
    }
}

fn number(value: Decimal, ty: Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Literal(Literal::Number(value.0)),
        ty,
        optional: false,
        span,
    }
}

/// How many of a unit a year has.
fn a_year(unit: TimeUnit) -> Option<Decimal> {
    Decimal::whole(match unit {
        TimeUnit::Year => 1,
        TimeUnit::Quarter => 4,
        TimeUnit::Month => 12,
        TimeUnit::Week => 52,
        TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day => return None,
    })
}
