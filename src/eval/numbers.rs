//! Arithmetic over a run of rows: the fast loop first, then the rows that left the range, if any
//! did. The exact forms here serve single values too.

use super::block::{Computed, Poison, View};
use super::kernels::{arithmetic, select};
use super::loops::map2;
use super::rows::Job;
use crate::plan::op::Op;

impl Job<'_> {
    /// Arithmetic: the fast loop, then the rows that left the range, if any did.
    pub(super) fn arithmetic(
        &self,
        op: &Op,
        a: &View<'_>,
        b: &View<'_>,
        out: &mut Computed,
        own: &mut Vec<Poison>,
    ) {
        let numbers = out.values.numbers();
        let (left, right) = (a.numbers(), b.numbers());
        let narrow = |row: usize| {
            exact(op, a.wide(row), b.wide(row)).and_then(|value| i64::try_from(value).ok())
        };
        let trouble = if select::is_wide(a) || select::is_wide(b) {
            for (row, out) in numbers.iter_mut().enumerate() {
                *out = narrow(row).unwrap_or(0);
            }
            true
        } else {
            match op {
                Op::Add(..) => arithmetic::add(left, right, numbers),
                Op::Subtract(..) => arithmetic::subtract(left, right, numbers),
                Op::Multiply(_, _, unit) => arithmetic::multiply(left, right, *unit, numbers),
                Op::Divide(_, _, unit, _) => arithmetic::divide(left, right, *unit, numbers),
                Op::Negate(_) => arithmetic::negate(left, numbers),
                Op::Absolute(_) => arithmetic::absolute(left, numbers),
                Op::RoundTo(_, unit) => arithmetic::round_to(left, *unit, numbers),
                Op::Floor(_, unit) => arithmetic::floor(left, *unit, numbers),
                Op::Ceiling(_, unit) => arithmetic::ceiling(left, *unit, numbers),
                Op::Smaller(..) => {
                    map2(left, right, numbers, i64::min);
                    false
                }
                Op::Larger(..) => {
                    map2(left, right, numbers, i64::max);
                    false
                }
                _ => {
                    for (row, out) in numbers.iter_mut().enumerate() {
                        *out = narrow(row).unwrap_or(0);
                    }
                    true
                }
            }
        };
        if !trouble {
            return;
        }
        let by_zero = |row: usize| matches!(op, Op::Divide(..)) && b.wide(row) == 0;
        for row in 0..self.rows {
            let there = !a.missing.at(row) && !b.missing.at(row) && !by_zero(row);
            if there && narrow(row).is_none() {
                own.push(self.poison(row, [a.wide(row), b.wide(row)]));
            }
        }
    }
}

/// The exact result of arithmetic, as wide as it may be; `None` where even that does not hold it,
/// or for a divisor of 0.
pub(super) fn exact(op: &Op, a: i128, b: i128) -> Option<i128> {
    match op {
        Op::Add(..) => a.checked_add(b),
        Op::Subtract(..) => a.checked_sub(b),
        Op::Multiply(_, _, unit) => arithmetic::multiply_exact(a, b, *unit),
        Op::Divide(_, _, unit, _) => arithmetic::divide_exact(a, b, *unit),
        Op::Negate(_) => a.checked_neg(),
        Op::Absolute(_) => a.checked_abs(),
        Op::RoundTo(_, unit) => Some(arithmetic::round_exact(a, i128::from(*unit))),
        Op::Round(_, _, base) => Some(arithmetic::round_exact(a, arithmetic::digit_unit(b, *base))),
        Op::Floor(_, unit) => Some(arithmetic::floor_exact(a, i128::from(*unit))),
        Op::Ceiling(_, unit) => Some(-arithmetic::floor_exact(-a, i128::from(*unit))),
        Op::Smaller(..) => Some(a.min(b)),
        Op::Larger(..) => Some(a.max(b)),
        _ => None,
    }
}

/// Whether an operation can take a single number beyond the range of a column.
pub(super) fn takes_wide(op: &Op) -> bool {
    matches!(
        op,
        Op::Add(..)
            | Op::Subtract(..)
            | Op::Multiply(..)
            | Op::Divide(..)
            | Op::Negate(_)
            | Op::Absolute(_)
            | Op::RoundTo(..)
            | Op::Round(..)
            | Op::Floor(..)
            | Op::Ceiling(..)
            | Op::Smaller(..)
            | Op::Larger(..)
            | Op::Compare(..)
            | Op::IsMissing(_)
    )
}
