//! What an operation comes to before any data is there: a constant, or one of its inputs.
//! Where constants leave the range nothing is folded, so that the run can say so.

use super::op::{Comparison, Node, Op, Register};
use crate::model::program::Literal;
use crate::value::decimal::{ONE, divide_rounded};

/// What an operation comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Folded {
    /// A constant.
    Constant(Literal),
    /// One of its inputs.
    Same(Register),
}

/// What the operation comes to, where that is known.
pub(super) fn fold(op: &Op, nodes: &[Node]) -> Option<Folded> {
    let constant = |register: &Register| match &nodes[register.0].op {
        Op::Constant(literal) => Some(literal),
        _ => None,
    };
    let number = |register: &Register| match constant(register) {
        Some(Literal::Number(value)) => Some(i128::from(*value)),
        _ => None,
    };
    let flag = |register: &Register| match constant(register) {
        Some(Literal::Flag(value)) => Some(*value),
        _ => None,
    };
    let made = |value: i128| {
        let value = i64::try_from(value).ok()?;
        Some(Folded::Constant(Literal::Number(value)))
    };
    match op {
        Op::Negate(a) => made(-number(a)?),
        Op::Absolute(a) => made(number(a)?.abs()),
        Op::Add(a, b) => made(number(a)? + number(b)?),
        Op::Subtract(a, b) => made(number(a)? - number(b)?),
        Op::Multiply(a, b, unit) => {
            let unit = i128::from(*unit);
            let product = number(a)? * number(b)?;
            made(divide_rounded(product, i128::from(ONE) * unit) * unit)
        }
        Op::Divide(a, b, unit, _) => {
            let (a, b, unit) = (number(a)?, number(b)?, i128::from(*unit));
            if b == 0 {
                return None;
            }
            made(divide_rounded(a * i128::from(ONE), b * unit) * unit)
        }
        Op::RoundTo(a, unit) => {
            let unit = i128::from(*unit);
            match number(a) {
                Some(value) => made(divide_rounded(value, unit) * unit),
                None => (unit == 1).then_some(Folded::Same(*a)),
            }
        }
        Op::Smaller(a, b) if a == b => Some(Folded::Same(*a)),
        Op::Larger(a, b) if a == b => Some(Folded::Same(*a)),
        Op::Smaller(a, b) => made(number(a)?.min(number(b)?)),
        Op::Larger(a, b) => made(number(a)?.max(number(b)?)),
        Op::Compare(comparison, a, b) => {
            let holds = match (constant(a)?, constant(b)?) {
                (Literal::Number(a), Literal::Number(b)) => comparison.holds(a, b),
                (Literal::Choice(a), Literal::Choice(b)) => comparison.holds(a, b),
                (a, b) => match comparison {
                    Comparison::Equal => a == b,
                    Comparison::NotEqual => a != b,
                    _ => return None,
                },
            };
            Some(Folded::Constant(Literal::Flag(holds)))
        }
        Op::IsMissing(a) => {
            let node = &nodes[a.0];
            if matches!(node.op, Op::Missing(_)) {
                return Some(Folded::Constant(Literal::Flag(true)));
            }
            matches!(node.op, Op::Constant(_)).then_some(Folded::Constant(Literal::Flag(false)))
        }
        Op::Not(a) => Some(Folded::Constant(Literal::Flag(!flag(a)?))),
        Op::And(a, b) => match (flag(a), flag(b)) {
            (Some(true), _) => Some(Folded::Same(*b)),
            (Some(false), _) => Some(Folded::Same(*a)),
            (None, Some(true)) => Some(Folded::Same(*a)),
            _ => None,
        },
        Op::Or(a, b) => match (flag(a), flag(b)) {
            (Some(false), _) => Some(Folded::Same(*b)),
            (Some(true), _) => Some(Folded::Same(*a)),
            (None, Some(false)) => Some(Folded::Same(*a)),
            _ => None,
        },
        Op::Default(a, b) => {
            if matches!(nodes[a.0].op, Op::Missing(_)) {
                return Some(Folded::Same(*b));
            }
            (!nodes[a.0].optional).then_some(Folded::Same(*a))
        }
        Op::Select(condition, then, other) => match flag(condition) {
            Some(true) => Some(Folded::Same(*then)),
            Some(false) => Some(Folded::Same(*other)),
            None => (then == other).then_some(Folded::Same(*then)),
        },
        Op::Switch(choice, cases) => match constant(choice) {
            Some(Literal::Choice(at)) => cases.get(*at as usize).copied().map(Folded::Same),
            _ => {
                let first = cases.first()?;
                let same = !nodes[choice.0].optional && cases.iter().all(|case| case == first);
                same.then_some(Folded::Same(*first))
            }
        },
        Op::FirstHolds(cases) => (flag(cases.first()?)? && !cases.is_empty())
            .then_some(Folded::Constant(Literal::Choice(0))),
        Op::Recode(a, codes) => match constant(a)? {
            Literal::Choice(at) => codes
                .get(*at as usize)
                .map(|code| Folded::Constant(Literal::Choice(*code))),
            _ => None,
        },
        Op::ChoiceNumber(a) => match constant(a)? {
            Literal::Choice(at) => made(i128::from(*at)),
            _ => None,
        },
        Op::Gather(_, a) => {
            (nodes[a.0].space == super::op::Space::Scalar).then_some(Folded::Same(*a))
        }
        Op::RowAt(_, a) => {
            (nodes[a.0].space == super::op::Space::Scalar).then_some(Folded::Same(*a))
        }
        Op::Require(a, _) => (!nodes[a.0].optional).then_some(Folded::Same(*a)),
        Op::Known(parts, total) => {
            let all = parts.iter().all(|(_, part)| flag(part) == Some(true));
            let some = total.sign() == num_bigint::Sign::Plus;
            (all && some).then_some(Folded::Constant(Literal::Number(ONE)))
        }
        Op::Mean(members, _) => match members.as_slice() {
            [(weight, member)] if *weight > 0 => Some(Folded::Same(*member)),
            _ => None,
        },
        _ => None,
    }
}
