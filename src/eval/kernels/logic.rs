//! Conditions: comparisons, and, or, not, the first that holds. A missing condition does not hold.

use crate::eval::block::{Lane, Missing, NONE, View};
use crate::eval::loops::{Either, map1, map2, onto};
use crate::plan::op::Comparison;

/// Compares numbers or codes.
pub(in crate::eval) fn compare<T: Copy + PartialOrd>(
    comparison: Comparison,
    a: Lane<'_, T>,
    b: Lane<'_, T>,
    out: &mut [bool],
) {
    // One loop for each comparison, so that none asks inside which one it is.
    match comparison {
        Comparison::Equal => map2(a, b, out, |a, b| a == b),
        Comparison::NotEqual => map2(a, b, out, |a, b| a != b),
        Comparison::Less => map2(a, b, out, |a, b| a < b),
        Comparison::LessOrEqual => map2(a, b, out, |a, b| a <= b),
        Comparison::Greater => map2(a, b, out, |a, b| a > b),
        Comparison::GreaterOrEqual => map2(a, b, out, |a, b| a >= b),
    }
}

/// The flags of a condition with missing ones as no.
pub(in crate::eval) fn definite<'a>(view: &View<'a>, scratch: &'a mut Vec<bool>) -> Lane<'a, bool> {
    let flags = view.flags();
    match view.missing {
        Missing::Never => flags,
        Missing::Always => Lane::One(false),
        Missing::Rows(mask) => {
            scratch.clear();
            scratch.resize(mask.len(), false);
            map2(flags, Lane::Rows(mask), scratch, |flag, missing| {
                flag & !missing
            });
            Lane::Rows(scratch)
        }
    }
}

pub(in crate::eval) fn and(a: Lane<'_, bool>, b: Lane<'_, bool>, out: &mut [bool]) {
    map2(a, b, out, |a, b| a & b);
}

pub(in crate::eval) fn or(a: Lane<'_, bool>, b: Lane<'_, bool>, out: &mut [bool]) {
    map2(a, b, out, |a, b| a | b);
}

pub(in crate::eval) fn not(a: Lane<'_, bool>, out: &mut [bool]) {
    map1(a, out, |a| !a);
}

/// The position of the first condition that holds, `NONE` where none does.
pub(in crate::eval) fn first_holds(conditions: &[Lane<'_, bool>], out: &mut [u32]) {
    out.fill(NONE);
    // From the last to the first, each writes over those after it: no row asks twice.
    for (at, condition) in conditions.iter().enumerate().rev() {
        let code = at as u32;
        match condition {
            Lane::One(true) => out.fill(code),
            Lane::One(false) => {}
            Lane::Rows(_) => onto(
                *condition,
                out,
                #[inline(always)]
                |out, flag| *out = u32::either(flag, code, *out),
            ),
        }
    }
}

/// How many conditions hold, counted up to two.
pub(in crate::eval) fn more_than_one(conditions: &[View<'_>], row: usize) -> bool {
    conditions
        .iter()
        .filter(|view| view.holds(row))
        .nth(1)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_wins() {
        let (a, b) = ([false, true, false], [true, true, false]);
        let mut out = [0; 3];
        first_holds(&[Lane::Rows(&a), Lane::Rows(&b)], &mut out);
        assert_eq!(out, [1, 0, NONE]);
        first_holds(&[Lane::Rows(&a), Lane::One(true)], &mut out);
        assert_eq!(out, [1, 0, 1]);
    }
}
