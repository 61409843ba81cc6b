//! Comparisons → terms. Two numbers that are both free are compared by their difference, so that
//! every comparison of numbers is one of a dimension with a constant.

use super::build::Builder;
use super::term::{Kind, T, Value};
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::Literal;
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;

impl Builder<'_> {
    /// A comparison.
    pub(super) fn compare(&mut self, operator: CompareOperator, a: &Expr, b: &Expr) -> T {
        let (left, right) = (self.expr(a), self.expr(b));
        if a.ty.is_numeric() && b.ty.is_numeric() {
            return self.numbers(operator, left, right);
        }
        let ordered = !matches!(operator, CompareOperator::Equal | CompareOperator::NotEqual);
        if ordered {
            let left = self.terms.make(Kind::Position(left));
            let right = self.terms.make(Kind::Position(right));
            return self.numbers(operator, left, right);
        }
        let equal = if a.ty == Type::Flag {
            self.same_flag(left, right)
        } else {
            let lists_differ = match (&a.ty, &b.ty) {
                (Type::OneOf(one), Type::OneOf(other)) => one != other,
                _ => a.ty.is_choice() != b.ty.is_choice(),
            };
            let (left, right) = match lists_differ {
                true => (self.as_text(left, &a.ty), self.as_text(right, &b.ty)),
                false => (left, right),
            };
            self.same_code(left, right)
        };
        match operator {
            CompareOperator::Equal => equal,
            _ => self.not(equal),
        }
    }

    /// Whether a value is one of these.
    pub(super) fn is_one_of(&mut self, a: &Expr, list: &[Literal]) -> T {
        let mut term = self.expr(a);
        let mut numbers = Vec::new();
        let mut codes = Vec::new();
        let mut flags = Vec::new();
        if matches!(list.first(), Some(Literal::Text(_))) {
            term = self.as_text(term, &a.ty);
        }
        for literal in list {
            match self.terms.value(literal) {
                Value::Number(units) => numbers.push(units),
                Value::Code(code) => codes.push(code),
                Value::Flag(flag) => flags.push(flag),
            }
        }
        if !numbers.is_empty() {
            numbers.sort_unstable();
            numbers.dedup();
            return self.terms.make(Kind::InNumbers(term, numbers));
        }
        if !flags.is_empty() {
            return match (flags.contains(&true), flags.contains(&false)) {
                (true, false) => term,
                (false, true) => self.not(term),
                _ => self.terms.make(Kind::Constant(Value::Flag(true))),
            };
        }
        codes.sort_unstable();
        codes.dedup();
        self.terms.make(Kind::In(term, codes))
    }

    fn same_flag(&mut self, left: T, right: T) -> T {
        match (self.terms.constant(left), self.terms.constant(right)) {
            (_, Some(Value::Flag(true))) => left,
            (_, Some(Value::Flag(false))) => self.not(left),
            (Some(Value::Flag(true)), _) => right,
            (Some(Value::Flag(false)), _) => self.not(right),
            _ => {
                let both = self.terms.make(Kind::And(vec![left, right]));
                let (no_left, no_right) = (self.not(left), self.not(right));
                let none = self.terms.make(Kind::And(vec![no_left, no_right]));
                self.terms.make(Kind::Or(vec![both, none]))
            }
        }
    }

    fn same_code(&mut self, left: T, right: T) -> T {
        match (self.terms.constant(left), self.terms.constant(right)) {
            (_, Some(Value::Code(code))) => self.terms.make(Kind::In(left, vec![code])),
            (Some(Value::Code(code)), _) => self.terms.make(Kind::In(right, vec![code])),
            _ => self
                .terms
                .make(Kind::Same(left.min(right), left.max(right))),
        }
    }

    /// Two numbers compared.
    pub(super) fn numbers(&mut self, operator: CompareOperator, left: T, right: T) -> T {
        match (self.terms.constant(left), self.terms.constant(right)) {
            (_, Some(Value::Number(limit))) => self.limit(operator, left, limit),
            (Some(Value::Number(limit)), _) => self.limit(turned(operator), right, limit),
            _ if left <= right => {
                let difference = self.terms.make(Kind::Subtract(left, right));
                self.limit(operator, difference, 0)
            }
            _ => {
                let difference = self.terms.make(Kind::Subtract(right, left));
                self.limit(turned(operator), difference, 0)
            }
        }
    }

    /// A number compared with a constant; what is only added to the number goes to the other side.
    fn limit(&mut self, operator: CompareOperator, term: T, limit: i64) -> T {
        let constant = |term: T| match self.terms.constant(term) {
            Some(Value::Number(units)) => Some(units),
            _ => None,
        };
        let moved = match self.terms.kind(term) {
            Kind::Negate(a) => limit.checked_neg().map(|it| (turned(operator), *a, it)),
            Kind::Add(a, b) => match (constant(*a), constant(*b)) {
                (Some(by), _) => limit.checked_sub(by).map(|it| (operator, *b, it)),
                (_, Some(by)) => limit.checked_sub(by).map(|it| (operator, *a, it)),
                _ => None,
            },
            Kind::Subtract(a, b) => match (constant(*a), constant(*b)) {
                (Some(from), _) => from.checked_sub(limit).map(|it| (turned(operator), *b, it)),
                (_, Some(by)) => limit.checked_add(by).map(|it| (operator, *a, it)),
                _ => None,
            },
            _ => None,
        };
        match moved {
            Some((operator, term, limit)) => self.limit(operator, term, limit),
            None => self.terms.make(Kind::Compare(operator, term, limit)),
        }
    }

    /// A number of the expression compared with a constant, in the units of its column; steps are
    /// compared by position.
    pub(super) fn band(&mut self, operator: CompareOperator, by: &Expr, limit: i64) -> T {
        let mut term = self.expr(by);
        if by.ty.is_choice() {
            term = self.terms.make(Kind::Position(term));
        }
        self.limit(operator, term, limit)
    }

    /// Whether a value of a choice is that one.
    pub(super) fn is_code(&mut self, of: &Expr, code: u32) -> T {
        let of = self.expr(of);
        let there = self.terms.make(Kind::IsMissing(of));
        let there = self.not(there);
        let same = self.terms.make(Kind::In(of, vec![code]));
        self.terms.make(Kind::And(vec![there, same]))
    }

    /// Whether an expression asks anything of a customer, and not only of params and constants.
    pub fn is_free(&mut self, expr: &Expr) -> bool {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Literal(_) | ExprKind::Param(_) | ExprKind::Today => {}
                _ => {
                    let children = crate::model::check::children(expr);
                    if children.is_empty() {
                        return true;
                    }
                    waiting.extend(children);
                }
            }
        }
        false
    }
}

/// The comparison with its sides changed.
fn turned(operator: CompareOperator) -> CompareOperator {
    match operator {
        CompareOperator::Less => CompareOperator::Greater,
        CompareOperator::LessOrEqual => CompareOperator::GreaterOrEqual,
        CompareOperator::Greater => CompareOperator::Less,
        CompareOperator::GreaterOrEqual => CompareOperator::LessOrEqual,
        same => same,
    }
}
