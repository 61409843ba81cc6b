//! Checks, warnings and expectations → one condition of the portfolio, the sides of its comparison
//! and the customers behind it.

use super::{Frame, Lowering, Sight};
use crate::base::Span;
use crate::model::check::children;
use crate::model::program::{Aggregate, Check, Expr, ExprKind};
use crate::model::types::Type;
use crate::plan::Wanted;
use crate::plan::lower::expression::comparison;
use crate::plan::op::{Comparison, Op, Population, Register};
use crate::plan::result::{CheckPlan, CheckSides, OperandPlan};

pub(super) const PORTFOLIO: Frame = Frame {
    sight: Sight::Portfolio,
    population: Population::Final,
};

impl Lowering<'_> {
    /// A check or warning.
    pub(super) fn check(&mut self, check: &Check) -> CheckPlan {
        CheckPlan {
            only_warns: check.only_warns,
            label: check.label.clone(),
            because: check.because.clone(),
            span: check.span,
            behind: self.behind(&check.condition),
            ..self.expectation(&check.condition)
        }
    }

    /// A condition of the portfolio, or of the customers of a test.
    pub(super) fn expectation(&mut self, condition: &Expr) -> CheckPlan {
        CheckPlan {
            only_warns: false,
            label: String::new(),
            because: None,
            span: condition.span,
            sides: self.check_sides(condition),
            condition: self.value(condition, PORTFOLIO),
            behind: None,
            operands: match self.wanted {
                Wanted {
                    test: Some(_),
                    trace: true,
                    ..
                } => self.operands(condition),
                _ => Vec::new(),
            },
        }
    }

    /// The values of an expectation's parts: names and calls under themselves, what operators make
    /// of them between the two sides. The whole is not among them.
    fn operands(&mut self, whole: &Expr) -> Vec<OperandPlan> {
        let mut operands = Vec::new();
        let mut waiting = vec![(whole, 0)];
        while let Some((expr, depth)) = waiting.pop() {
            let is_leaf = match &expr.kind {
                ExprKind::Literal(_) | ExprKind::Missing => continue,
                ExprKind::OfGiven(..)
                | ExprKind::Aggregate { .. }
                | ExprKind::PersonAggregate { .. }
                | ExprKind::RowAggregate { .. }
                | ExprKind::Portfolio { .. } => true,
                _ => children(expr).is_empty(),
            };
            let at = match (children(expr).as_slice(), is_leaf) {
                ([left, .., right], false) if left.span.end < right.span.start => Span {
                    start: left.span.end,
                    end: right.span.start,
                    ..expr.span
                },
                _ => expr.span,
            };
            // Whoever reads a chain sees its parts.
            let is_chain = matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_));
            if is_leaf || depth > 0 && !is_chain {
                operands.push(OperandPlan {
                    at,
                    register: self.value(expr, PORTFOLIO),
                    ty: expr.ty.clone(),
                });
            }
            if !is_leaf {
                let depth = depth + 1;
                waiting.extend(children(expr).into_iter().map(|child| (child, depth)));
            }
        }
        operands.sort_by_key(|operand| operand.at.start);
        operands
    }

    fn check_sides(&mut self, condition: &Expr) -> Option<CheckSides> {
        let ExprKind::Compare(operator, left, right) = &condition.kind else {
            return None;
        };
        let (left_register, right_register) = self.sides(left, right, PORTFOLIO);
        let (left_type, right_type) = match (&left.ty, &right.ty) {
            // A quotient beside a percent is shown as one.
            (Type::Number, Type::Percent) | (Type::Percent, Type::Number) => {
                (Type::Percent, Type::Percent)
            }
            (left, right) => (left.clone(), right.clone()),
        };
        Some(CheckSides {
            left: left_register,
            left_type,
            comparison: comparison(*operator),
            right: right_register,
            right_type,
            aggregate: match &left.kind {
                ExprKind::Aggregate { aggregate, .. } => Some(*aggregate),
                _ => None,
            },
        })
    }

    /// Flags of the customers that make a condition fail: those for whom an `every` does not hold,
    /// those beyond the limit of a `max`, `min` or `count`.
    fn behind(&mut self, condition: &Expr) -> Option<Register> {
        let customers = PORTFOLIO.customer();
        let span = condition.span;
        match &condition.kind {
            ExprKind::And(parts) => {
                let mut all = None;
                for part in parts {
                    let Some(behind) = self.behind(part) else {
                        continue;
                    };
                    let held = self.value(part, PORTFOLIO);
                    let failed = self.flag(Op::Not(held), span);
                    let behind = self.flag(Op::And(failed, behind), span);
                    all = Some(match all {
                        Some(before) => self.flag(Op::Or(before, behind), span),
                        None => behind,
                    });
                }
                all
            }
            ExprKind::Aggregate {
                aggregate: Aggregate::Every,
                value: Some(value),
                filter,
                by: None,
            } => {
                let held = self.value(value, customers);
                let failed = self.flag(Op::Not(held), span);
                Some(self.filtered(filter.as_deref(), failed))
            }
            ExprKind::Compare(operator, left, right) => {
                let ExprKind::Aggregate {
                    aggregate,
                    value,
                    filter,
                    by: None,
                } = &left.kind
                else {
                    return None;
                };
                let comparison = comparison(*operator);
                use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
                match (aggregate, comparison, value) {
                    (Aggregate::Count, Less | LessOrEqual | Equal, None) => {
                        let filter = filter.as_deref()?;
                        Some(self.value(filter, customers))
                    }
                    (Aggregate::Max | Aggregate::Latest, Less | LessOrEqual, Some(value))
                    | (
                        Aggregate::Min | Aggregate::Earliest,
                        Greater | GreaterOrEqual,
                        Some(value),
                    ) => {
                        let limit = self.value(right, PORTFOLIO);
                        let register = self.value(value, customers);
                        let register = self.ordered(register, value);
                        let limit = self.ordered(limit, right);
                        let op = Op::Compare(comparison.opposite(), register, limit);
                        let beyond = self.flag(op, span);
                        let there = self.is_there(register, span);
                        let beyond = self.flag(Op::And(there, beyond), span);
                        Some(self.filtered(filter.as_deref(), beyond))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn filtered(&mut self, filter: Option<&Expr>, flag: Register) -> Register {
        match filter {
            Some(filter) => {
                let counts = self.value(filter, PORTFOLIO.customer());
                self.flag(Op::And(counts, flag), filter.span)
            }
            None => flag,
        }
    }
}
