//! Expressions: precedence comes from `operators`, the foreign spellings of operators are refused here.
//! Chains of `and` and of `or` become one node each.

use std::sync::Arc;

use pest::iterators::Pair;

use super::literal::expr;
use super::{Builder, Children};
use crate::base::{Diagnostic, Span, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::mistake;
use crate::syntax::operators::OPERATORS;
use crate::syntax::tree::{
    ArithmeticOperator, Call, CompareOperator, Expr, ExprKind, RankEnd, TimeUnit, Unit,
};

impl Builder {
    /// `expression`, `sum`, `constant` and `operand`: primaries with operators between them.
    pub fn expression(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let parts = pair.clone().into_inner();
        // Most are one value.
        if parts.len() == 1 {
            return self.primary(parts.peek()?);
        }
        self.chained_comparison(&pair)?;
        // The closures below share the builder one after the other.
        let builder = std::cell::RefCell::new(self);
        OPERATORS
            .map_primary(|pair| builder.borrow_mut().primary(pair))
            .map_prefix(|operator, operand| builder.borrow_mut().prefix(operator, operand?))
            .map_postfix(|value, tail| builder.borrow_mut().tail(value?, tail))
            .map_infix(|left, operator, right| builder.borrow_mut().infix(left, operator, right))
            .parse(parts)
    }

    /// Comparisons do not chain: between `and`s and `or`s there is at most one.
    fn chained_comparison(&mut self, pair: &Pair<Rule>) -> Option<()> {
        let mut seen = false;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::op_and | Rule::op_or => seen = false,
                Rule::op_compare
                | Rule::op_is
                | Rule::op_is_not
                | Rule::between_tail
                | Rule::one_of_tail
                | Rule::missing_tail
                | Rule::rank_tail => {
                    if seen {
                        let place = self.span(&part);
                        return self.refuse(mistake::chained_comparison(place));
                    }
                    seen = true;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn primary(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::date => self.date(pair),
            Rule::number => self.checked_number(pair),
            Rule::text => self
                .text(pair)
                .map(|text| expr(ExprKind::Text(text.value), span)),
            Rule::flag => Some(expr(ExprKind::Flag(pair.as_str() == "yes"), span)),
            Rule::missing_word => Some(expr(ExprKind::Missing, span)),
            Rule::today_word => Some(expr(ExprKind::Today, span)),
            Rule::parentheses => {
                let inner = Children::of(pair).one(Rule::expression)?;
                let inner = self.expression(inner)?;
                Some(Expr { span, ..inner })
            }
            Rule::if_expression => self.if_expression(pair),
            _ => self.reference(pair),
        }
    }

    /// A number that is a value of its own: a quarter is a period, not a length of time.
    fn checked_number(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let number = self.number(pair)?;
        match &*number.kind {
            ExprKind::Number(inner) if inner.unit == Unit::Time(TimeUnit::Quarter) => {
                let diagnostic = Diagnostic::error(
                    "quarter-for-months",
                    "a length of time is not counted in quarters",
                )
                .at(number.span, "")
                .help("write it in months: a quarter is `3 months`");
                self.refuse(diagnostic)
            }
            _ => Some(number),
        }
    }

    fn if_expression(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Children::of(pair).all(Rule::expression).into_iter();
        let condition = self.expression(parts.next()?);
        let then = self.expression(parts.next()?);
        let otherwise = self.expression(parts.next()?);
        let kind = ExprKind::If {
            condition: condition?,
            then: then?,
            otherwise: otherwise?,
        };
        Some(expr(kind, span))
    }

    fn reference(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let path = children.one(Rule::path)?;
        if let Some(arguments) = children.one(Rule::arguments) {
            let function = self.path_as_name(path);
            let mut children = Children::of(arguments);
            let arguments: Vec<Option<Expr>> = children
                .all(Rule::expression)
                .into_iter()
                .map(|argument| self.expression(argument))
                .collect();
            let filter = match self.once(&mut children, Rule::where_part, "where") {
                Some(filter) => Some(self.only_expression(filter)?),
                None => None,
            };
            let by = self
                .once(&mut children, Rule::by_part, "by")
                .and_then(|by| Children::of(by).one(Rule::path))
                .map(|by| self.path(by));
            let call = Call {
                function: function?,
                arguments: arguments.into_iter().collect::<Option<_>>()?,
                filter,
                by,
            };
            return Some(expr(ExprKind::Call(call), span));
        }
        if let Some(key) = children.one(Rule::lookup_key) {
            let lookup = self.path_as_name(path);
            let key = self.only_expression(key)?;
            let lookup = lookup?;
            return Some(expr(ExprKind::Lookup { lookup, key }, span));
        }
        Some(expr(ExprKind::Name(self.path(path)), span))
    }

    /// The expression inside a pair that has one.
    pub(super) fn only_expression(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let is_expression = |inner: &Pair<Rule>| {
            matches!(
                inner.as_rule(),
                Rule::expression | Rule::constant | Rule::operand
            )
        };
        let inner = pair.into_inner().find(is_expression)?;
        self.expression(inner)
    }

    fn prefix(&mut self, operator: Pair<Rule>, operand: Expr) -> Option<Expr> {
        let place = self.span(&operator);
        let span = place.join(operand.span);
        self.sign(place, operator.as_str())?;
        Some(match operator.as_rule() {
            Rule::op_not => expr(ExprKind::Not(operand), span),
            _ => expr(ExprKind::Negate(operand), span),
        })
    }

    fn infix(
        &mut self,
        left: Option<Expr>,
        operator: Pair<Rule>,
        right: Option<Expr>,
    ) -> Option<Expr> {
        let place = self.span(&operator);
        self.sign(place, operator.as_str())?;
        let (left, right) = (left?, right?);
        let span = left.span.join(right.span);
        let arithmetic = |operator, left, right| {
            let operator = Spanned::new(operator, place);
            ExprKind::Arithmetic {
                operator,
                left,
                right,
            }
        };
        let compare = |operator, left, right| {
            let operator = Spanned::new(operator, place);
            ExprKind::Compare {
                operator,
                left,
                right,
            }
        };
        let kind = match operator.as_rule() {
            Rule::op_add => arithmetic(ArithmeticOperator::Add, left, right),
            Rule::op_subtract => arithmetic(ArithmeticOperator::Subtract, left, right),
            Rule::op_multiply => arithmetic(ArithmeticOperator::Multiply, left, right),
            Rule::op_divide => arithmetic(ArithmeticOperator::Divide, left, right),
            Rule::op_default => ExprKind::Default {
                value: left,
                otherwise: right,
            },
            // A chain grows from the left into one list.
            Rule::op_and => match Arc::unwrap_or_clone(left.kind) {
                ExprKind::And(mut parts) => {
                    parts.push(right);
                    ExprKind::And(parts)
                }
                first => ExprKind::And(vec![expr(first, left.span), right]),
            },
            Rule::op_or => match Arc::unwrap_or_clone(left.kind) {
                ExprKind::Or(mut parts) => {
                    parts.push(right);
                    ExprKind::Or(parts)
                }
                first => ExprKind::Or(vec![expr(first, left.span), right]),
            },
            Rule::op_is => compare(CompareOperator::Equal, left, right),
            Rule::op_is_not => compare(CompareOperator::NotEqual, left, right),
            _ => {
                let operator = compare_operator(operator.as_str());
                compare(operator, left, right)
            }
        };
        Some(expr(kind, span))
    }

    fn tail(&mut self, value: Expr, tail: Pair<Rule>) -> Option<Expr> {
        let span = value.span.join(self.span(&tail));
        let rule = tail.as_rule();
        let mut children = Children::of(tail);
        let negated = children.has(Rule::k_not);
        let kind = match rule {
            Rule::between_tail => {
                let low = children.one(Rule::sum).map(|low| self.expression(low))?;
                let high = children.one(Rule::sum).map(|high| self.expression(high))?;
                let (low, high) = (low?, high?);
                ExprKind::Between {
                    value,
                    low,
                    high,
                    negated,
                }
            }
            Rule::missing_tail => ExprKind::IsMissing { value, negated },
            Rule::one_of_tail => ExprKind::IsOneOf {
                value,
                list: self.list(children.first()?)?,
                negated,
            },
            _ => {
                let end = if children.has(Rule::k_bottom) {
                    RankEnd::Bottom
                } else {
                    RankEnd::Top
                };
                let count = children.one(Rule::operand)?;
                let count = self.expression(count)?;
                let by = children
                    .one(Rule::by_part)
                    .and_then(|by| Children::of(by).one(Rule::path))
                    .map(|by| self.path(by));
                ExprKind::InRank {
                    value,
                    end,
                    count,
                    by,
                }
            }
        };
        Some(expr(kind, span))
    }

    /// `list`, `literals` and `bare_names`, the last of which is refused.
    fn list(&mut self, pair: Pair<Rule>) -> Option<Vec<Expr>> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::list => Children::of(pair)
                .all(Rule::expression)
                .into_iter()
                .map(|item| self.expression(item))
                .collect(),
            Rule::literals => Children::of(pair)
                .all(Rule::literal)
                .into_iter()
                .map(|item| self.literal(item))
                .collect(),
            _ => self.refuse(
                Diagnostic::error(
                    "list-without-parentheses",
                    "a list of names stands in parentheses",
                )
                .at(span, "")
                .help(format!("write `is one of ({})`", pair.as_str().trim())),
            ),
        }
    }

    fn literal(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let negative = children.one(Rule::op_negate);
        let value = children.first()?;
        let value = self.primary(value)?;
        match negative {
            None => Some(value),
            Some(sign) => {
                let place = self.span(&sign);
                self.sign(place, sign.as_str())?;
                Some(expr(ExprKind::Negate(value), span))
            }
        }
    }

    /// Refuses the spellings of other languages.
    pub(super) fn sign(&mut self, place: Span, sign: &str) -> Option<()> {
        match mistake::foreign_sign(place, sign) {
            Some(diagnostic) => self.refuse(diagnostic),
            None => Some(()),
        }
    }

    /// The operator of a constraint, a band or a cell.
    pub(super) fn op_compare(&mut self, pair: Pair<Rule>) -> Option<Spanned<CompareOperator>> {
        let place = self.span(&pair);
        self.sign(place, pair.as_str())?;
        Some(Spanned::new(compare_operator(pair.as_str()), place))
    }
}

fn compare_operator(sign: &str) -> CompareOperator {
    match sign {
        "!=" => CompareOperator::NotEqual,
        "<" => CompareOperator::Less,
        "<=" => CompareOperator::LessOrEqual,
        ">" => CompareOperator::Greater,
        ">=" => CompareOperator::GreaterOrEqual,
        _ => CompareOperator::Equal,
    }
}
