//! Lets → the registers of their values, each once for whoever sees it. Chains of lets may be as
//! long as a file, so what a let needs is lowered before it and nothing goes deep.

use super::{Frame, Lowering, Sight};
use crate::model::check::children;
use crate::model::program::{Expr, ExprKind, LetId};
use crate::plan::op::{Population, Register};

/// A let, and from where it is seen.
type Seen = (LetId, Frame);

impl Lowering<'_> {
    /// The register of a let.
    pub(super) fn let_(&mut self, id: LetId, expr: &Expr, frame: Frame) -> Register {
        let program = self.program;
        let mut open = vec![(id, of_let(frame))];
        while let Some(seen) = open.last().copied() {
            let Some(known) = program.lets.get(seen.0.0) else {
                return self.missing(&expr.ty, expr.span);
            };
            let mut needed = Vec::new();
            lets_in(&known.value, seen.1, &mut needed);
            needed.retain(|need| !self.lets.contains_key(need) && !open.contains(need));
            if self.lets.contains_key(&seen) || needed.is_empty() {
                if !self.lets.contains_key(&seen) {
                    let register = self.value(&known.value, seen.1);
                    self.lets.insert(seen, register);
                }
                open.pop();
            } else {
                open.extend(needed);
            }
        }
        match self.lets.get(&(id, of_let(frame))) {
            Some(register) => self.of_customer(*register, frame, expr),
            None => self.missing(&expr.ty, expr.span),
        }
    }
}

/// Rows and persons see a let as the customer, or the portfolio, sees it.
fn of_let(frame: Frame) -> Frame {
    let sight = match frame.sight {
        Sight::Customer | Sight::Row(_) => Sight::Customer,
        Sight::Portfolio | Sight::Person(_) => Sight::Portfolio,
    };
    Frame { sight, ..frame }
}

/// The lets that an expression names itself, with the frame in which it sees them.
fn lets_in(expr: &Expr, frame: Frame, found: &mut Vec<Seen>) {
    let inner = match &expr.kind {
        ExprKind::Let(id) => {
            found.push((*id, of_let(frame)));
            frame
        }
        ExprKind::Aggregate { .. } | ExprKind::Portfolio { .. } | ExprKind::RowAggregate { .. } => {
            frame.customer()
        }
        ExprKind::PersonAggregate { .. } => Frame {
            sight: Sight::Portfolio,
            ..frame
        },
        ExprKind::OfGiven(..) => Frame::of(Population::Final),
        _ => frame,
    };
    for child in children(expr) {
        lets_in(child, inner, found);
    }
}
