//! Registers by number: every operation once, with what is known of its values before any data is
//! there. It knows operations only, neither expressions nor the order of the work.

use super::fold::{Folded, fold};
use super::op::{Kind, Node, Op, Place, Register, Space};
use crate::base::Span;
use crate::model::program::{Aggregate, Literal};
use crate::model::types::Type;
use ahash::AHashMap;

/// The nodes so far, each operation once.
#[derive(Clone, Debug, Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    known: AHashMap<Op, Register>,
}

impl Builder {
    /// The node of a register.
    pub(super) fn node(&self, register: Register) -> &Node {
        &self.nodes[register.0]
    }

    /// All nodes; inputs stand before those that read them.
    pub(super) fn finish(self) -> Vec<Node> {
        self.nodes
    }

    /// The constant that a register is, if it is one.
    pub(super) fn constant(&self, register: Register) -> Option<&Literal> {
        match &self.node(register).op {
            Op::Constant(literal) => Some(literal),
            _ => None,
        }
    }

    /// The register of an operation on other registers.
    pub(super) fn add(&mut self, op: Op, kind: Kind, ty: &Type, span: Span) -> Register {
        self.add_leaf(op, kind, ty, span, false)
    }

    /// The register of an operation of which more is known than its inputs say: whether its values
    /// may be missing for reasons of its own.
    pub(super) fn add_leaf(
        &mut self,
        op: Op,
        kind: Kind,
        ty: &Type,
        span: Span,
        optional: bool,
    ) -> Register {
        if let Some(register) = self.known.get(&op) {
            return *register;
        }
        match fold(&op, &self.nodes) {
            Some(Folded::Same(register)) => return register,
            Some(Folded::Constant(literal)) => {
                return self.add(Op::Constant(literal), kind, ty, span);
            }
            None => {}
        }
        let space = self.space(&op);
        let optional = optional || self.optional(&op, space);
        let register = Register(self.nodes.len());
        self.nodes.push(Node {
            op: op.clone(),
            space,
            kind,
            optional,
            ty: ty.clone(),
            span,
        });
        self.known.insert(op, register);
        register
    }

    fn space(&self, op: &Op) -> Space {
        match op {
            Op::Constant(_) | Op::Missing(_) | Op::RowAt(..) => Space::Scalar,
            Op::TableAggregate { .. } | Op::PersonAggregate { .. } => Space::Scalar,
            Op::Field(_) | Op::OnePerCustomer(..) | Op::Override => Space::Customers,
            Op::RowField(table, _) | Op::Gather(table, _) => Space::Table(*table),
            Op::Groups(..) | Op::Order { .. } | Op::Place(..) => Space::Customers,
            Op::Share { .. } | Op::ShareAbove(..) | Op::RowAggregate { .. } => Space::Customers,
            Op::Aggregate { groups, .. } => match groups {
                Some(_) => Space::Customers,
                None => Space::Scalar,
            },
            Op::Persons { .. } => Space::Persons(Register(self.nodes.len())),
            Op::PersonSum { persons, .. } => self.node(*persons).space,
            _ => op
                .inputs()
                .into_iter()
                .map(|input| self.node(input).space)
                .find(|space| *space != Space::Scalar)
                .unwrap_or(Space::Scalar),
        }
    }

    fn optional(&self, op: &Op, space: Space) -> bool {
        let may = |register: &Register| self.node(*register).optional;
        let any = || op.inputs().iter().any(may);
        match op {
            Op::Missing(_) | Op::OnePerCustomer(..) | Op::Override => true,
            Op::Constant(_) | Op::Field(_) | Op::RowField(..) => false,
            Op::Divide(_, _, _, never_by_zero) => !never_by_zero || any(),
            // Conditions of rows are never missing by the checker's word; those of the portfolio
            // may be handed to a check.
            Op::Compare(..) | Op::IsOneOf(..) | Op::And(..) | Op::Or(..) | Op::Not(_) => {
                space == Space::Scalar && any()
            }
            Op::StartsWith(..) | Op::Contains(..) => any(),
            Op::IsMissing(_) | Op::Require(..) | Op::Lenient(_) | Op::Known(..) => false,
            Op::Default(_, other) => may(other),
            Op::Select(_, then, other) => may(then) || may(other),
            Op::FirstHolds(cases) => !cases
                .iter()
                .any(|case| self.constant(*case) == Some(&Literal::Flag(true))),
            Op::Exclusive(place, ..) => may(place),
            Op::Mean(members, _) => members
                .iter()
                .all(|(weight, member)| *weight == 0 || may(member)),
            Op::Groups(..) | Op::Order { .. } | Op::Persons { .. } | Op::PersonSum { .. } => false,
            Op::Place(order, place) => match place {
                Place::WithinCount { .. } | Place::WithinShare { .. } => false,
                _ => match &self.node(*order).op {
                    Op::Order { value, .. } => may(value),
                    _ => true,
                },
            },
            Op::Share { value, .. } | Op::ShareAbove(_, value) => may(value),
            Op::Aggregate { aggregate, .. }
            | Op::RowAggregate { aggregate, .. }
            | Op::TableAggregate { aggregate, .. }
            | Op::PersonAggregate { aggregate, .. } => !matches!(
                aggregate,
                Aggregate::Count
                    | Aggregate::Sum
                    | Aggregate::Distinct
                    | Aggregate::Concentration
                    | Aggregate::Every
            ),
            _ => any(),
        }
    }
}
