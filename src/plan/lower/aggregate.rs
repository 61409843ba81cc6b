//! Aggregates and places in the portfolio → operations that need all rows at once, over the
//! population that the expression is computed for.

use super::{Frame, Lowering, Sight};
use crate::model::program::{Aggregate, Expr, ExprKind, Literal, PortfolioFunction};
use crate::model::types::Type;
use crate::plan::op::{Comparison, Kind, Op, Place, Register};
use crate::syntax::tree::RankEnd;

impl Lowering<'_> {
    /// `sum(revenue)`, `count(where …)`, `sum(revenue by parent)`
    pub(super) fn aggregate(&mut self, expr: &Expr, frame: Frame) -> Register {
        let ExprKind::Aggregate {
            aggregate,
            value,
            filter,
            by,
        } = &expr.kind
        else {
            return self.missing(&expr.ty, expr.span);
        };
        let inner = frame.customer();
        let (value, filter) = self.aggregated(value.as_deref(), filter.as_deref(), inner);
        let groups = by.as_ref().map(|by| self.groups(by, inner));
        let population = match groups {
            Some(_) => None,
            None => self.included(frame.population),
        };
        let op = Op::Aggregate {
            aggregate: normal(*aggregate),
            value,
            filter,
            groups,
            population,
            unit: self.mean_unit(expr),
        };
        let register = match self.extreme_share(&op, expr) {
            Some(register) => register,
            None => self.made_aggregate(op, expr),
        };
        self.of_customer(register, frame, expr)
    }

    /// The largest share is the share of the largest part, for no part of a share is negative: nobody's share
    /// but this one is computed. Nothing where the aggregate is something else.
    fn extreme_share(&mut self, op: &Op, expr: &Expr) -> Option<Register> {
        let Op::Aggregate {
            aggregate: aggregate @ (Aggregate::Max | Aggregate::Min),
            value: Some(share),
            filter,
            groups: None,
            population,
            unit,
        } = *op
        else {
            return None;
        };
        let Op::Share {
            value: part,
            groups: None,
            population: of,
        } = self.builder.node(share).op
        else {
            return None;
        };
        if of != population {
            return None;
        }
        let ty = self.builder.node(part).ty.clone();
        let mut number = |op| self.builder.add(op, Kind::Number, &ty, expr.span);
        let mut of_parts = |aggregate, filter| {
            number(Op::Aggregate {
                aggregate,
                value: Some(part),
                filter,
                groups: None,
                population,
                unit,
            })
        };
        let total = of_parts(Aggregate::Sum, None);
        let extreme = of_parts(aggregate, filter);
        let zero = number(Op::Constant(Literal::Number(0)));
        let is_zero = Op::Compare(Comparison::Equal, total, zero);
        let is_zero = self
            .builder
            .add(is_zero, Kind::Flag, &Type::Flag, expr.span);
        // Shares of a total of 0 are 0; the largest of nobody's stays missing.
        let nothing = self.made(Op::Subtract(extreme, extreme), expr);
        let share = self.made(Op::Divide(extreme, total, 1, false), expr);
        Some(self.made(Op::Select(is_zero, nothing, share), expr))
    }

    /// `sum(orders.amount where …)`
    pub(super) fn row_aggregate(&mut self, expr: &Expr, frame: Frame) -> Register {
        let ExprKind::RowAggregate {
            table,
            aggregate,
            value,
            filter,
            whole_table,
        } = &expr.kind
        else {
            return self.missing(&expr.ty, expr.span);
        };
        let inner = Frame {
            sight: Sight::Row(*table),
            ..frame
        };
        let (value, filter) = self.aggregated(value.as_deref(), filter.as_deref(), inner);
        let unit = self.mean_unit(expr);
        let (table, aggregate) = (*table, normal(*aggregate));
        let op = if *whole_table {
            Op::TableAggregate {
                table,
                aggregate,
                value,
                filter,
                population: self.included(frame.population),
                unit,
            }
        } else {
            Op::RowAggregate {
                table,
                aggregate,
                value,
                filter,
                unit,
            }
        };
        let register = self.made_aggregate(op, expr);
        self.of_customer(register, frame, expr)
    }

    /// `max(booked(farmers by person))`
    pub(super) fn person_aggregate(&mut self, expr: &Expr, frame: Frame) -> Register {
        let ExprKind::PersonAggregate {
            team,
            aggregate,
            value,
            filter,
        } = &expr.kind
        else {
            return self.missing(&expr.ty, expr.span);
        };
        let Some(persons) = self.persons(*team, frame.population, expr.span) else {
            return self.missing(&expr.ty, expr.span);
        };
        let inner = Frame {
            sight: Sight::Person(*team),
            ..frame
        };
        let (value, filter) = self.aggregated(value.as_deref(), filter.as_deref(), inner);
        let op = Op::PersonAggregate {
            persons,
            aggregate: normal(*aggregate),
            value,
            filter,
            unit: self.mean_unit(expr),
        };
        self.made_aggregate(op, expr)
    }

    /// `rank(x)`, `x in top 20`, `share(x by seller)`
    pub(super) fn portfolio(&mut self, expr: &Expr, frame: Frame) -> Register {
        let ExprKind::Portfolio {
            function,
            value,
            by,
        } = &expr.kind
        else {
            return self.missing(&expr.ty, expr.span);
        };
        let inner = frame.customer();
        let register = self.value(value, inner);
        let ordered = self.ordered(register, value);
        let groups = by.as_ref().map(|by| self.groups(by, inner));
        let population = match groups {
            Some(_) => None,
            None => self.included(frame.population),
        };
        let order = Op::Order {
            value: ordered,
            groups,
            population,
        };
        let top = |end: &RankEnd| *end == RankEnd::Top;
        let place = match function {
            PortfolioFunction::Share => {
                let share = Op::Share {
                    value: ordered,
                    groups,
                    population,
                };
                let register = self.made(share, expr);
                return self.of_customer(register, frame, expr);
            }
            PortfolioFunction::ShareAbove => {
                let order = self.builder.add(order, Kind::Order, &value.ty, expr.span);
                let register = self.made(Op::ShareAbove(order, ordered), expr);
                return self.of_customer(register, frame, expr);
            }
            PortfolioFunction::Rank => Place::Rank,
            PortfolioFunction::Percentile => Place::Percentile,
            PortfolioFunction::InCount(end, count) => Place::WithinCount {
                top: top(end),
                count: *count,
            },
            PortfolioFunction::InShare(end, share) => Place::WithinShare {
                top: top(end),
                share: share.0,
            },
        };
        let order = self.builder.add(order, Kind::Order, &value.ty, expr.span);
        let register = self.made(Op::Place(order, place), expr);
        self.of_customer(register, frame, expr)
    }

    /// The groups of customers that share a value.
    fn groups(&mut self, by: &Expr, frame: Frame) -> Register {
        let value = self.value(by, frame);
        let population = self.included(frame.population);
        let op = Op::Groups(value, population);
        self.builder.add(op, Kind::Groups, &by.ty, by.span)
    }

    fn aggregated(
        &mut self,
        value: Option<&Expr>,
        filter: Option<&Expr>,
        inner: Frame,
    ) -> (Option<Register>, Option<Register>) {
        let register = value.map(|value| {
            let register = self.value(value, inner);
            match value.ty {
                Type::Steps(_) => self.ordered(register, value),
                _ => register,
            }
        });
        (register, filter.map(|filter| self.value(filter, inner)))
    }

    /// An aggregate; the largest or smallest of steps is found by position.
    fn made_aggregate(&mut self, op: Op, expr: &Expr) -> Register {
        match expr.ty {
            Type::Steps(_) => {
                let number = self.builder.add(op, Kind::Number, &expr.ty, expr.span);
                self.made(Op::NumberChoice(number), expr)
            }
            _ => self.made(op, expr),
        }
    }

    fn mean_unit(&self, expr: &Expr) -> i64 {
        match expr.ty {
            Type::Score => self.scores.unit,
            _ => 1,
        }
    }
}

/// Dates are numbers: the latest is the largest.
fn normal(aggregate: Aggregate) -> Aggregate {
    match aggregate {
        Aggregate::Latest => Aggregate::Max,
        Aggregate::Earliest => Aggregate::Min,
        other => other,
    }
}
