//! Choosing between values row by row: if, default, switch, codes for codes.

use crate::base::vectors::widest;
use crate::eval::block::{Buffer, Lane, Missing, NONE, Seen, View};
use crate::eval::loops::{Either, by_code, map1, onto, onto2};

/// `out[i] = if condition[i] { a[i] } else { b[i] }`
pub(in crate::eval) fn select(
    condition: Lane<'_, bool>,
    a: &View<'_>,
    b: &View<'_>,
    out: &mut Buffer,
) {
    match (out, a.values, b.values) {
        (Buffer::Number(out), _, _) => choose(condition, a.numbers(), b.numbers(), out),
        (Buffer::Flag(out), _, _) => choose(condition, a.flags(), b.flags(), out),
        (Buffer::Code(out), _, _) => choose(condition, a.codes(), b.codes(), out),
    }
}

/// The mask of what `select` gives.
pub(in crate::eval) fn select_missing(
    condition: Lane<'_, bool>,
    a: Missing<'_>,
    b: Missing<'_>,
    out: &mut [bool],
) {
    choose(condition, a.lane(), b.lane(), out);
}

#[inline(always)]
fn choose<T: Either>(condition: Lane<'_, bool>, a: Lane<'_, T>, b: Lane<'_, T>, out: &mut [T]) {
    let conditions = match condition {
        Lane::One(true) => return map1(a, out, |a| a),
        Lane::One(false) => return map1(b, out, |b| b),
        Lane::Rows(conditions) => conditions,
    };
    widest(
        #[inline(always)]
        move || match (a, b) {
            (Lane::Rows(a), Lane::Rows(b)) => {
                for (((out, flag), a), b) in out.iter_mut().zip(conditions).zip(a).zip(b) {
                    *out = T::either(*flag, *a, *b);
                }
            }
            (Lane::Rows(a), Lane::One(b)) => {
                for ((out, flag), a) in out.iter_mut().zip(conditions).zip(a) {
                    *out = T::either(*flag, *a, b);
                }
            }
            (Lane::One(a), Lane::Rows(b)) => {
                for ((out, flag), b) in out.iter_mut().zip(conditions).zip(b) {
                    *out = T::either(*flag, a, *b);
                }
            }
            (Lane::One(a), Lane::One(b)) => {
                for (out, flag) in out.iter_mut().zip(conditions) {
                    *out = T::either(*flag, a, b);
                }
            }
        },
    );
}

/// Keeps what a text is numbered by another dictionary: `out[i] = map[out[i]]`.
pub(in crate::eval) fn renumber(map: &[u32], codes: Lane<'_, u32>, out: &mut [u32]) {
    by_code(codes, map, NONE, out);
}

/// `out[i] = cases[choice[i]][i]`; rows without a choice keep 0.
pub(in crate::eval) fn switch(choice: Lane<'_, u32>, cases: &[View<'_>], out: &mut Buffer) {
    match out {
        Buffer::Number(out) => cased(choice, cases, out, 0, View::numbers),
        Buffer::Flag(out) => cased(choice, cases, out, false, View::flags),
        Buffer::Code(out) => cased(choice, cases, out, 0, View::codes),
    }
}

fn cased<'a, T: Either + 'a>(
    choice: Lane<'_, u32>,
    cases: &[View<'a>],
    out: &mut [T],
    otherwise: T,
    values: impl Fn(&View<'a>) -> Lane<'a, T>,
) {
    let single = cases
        .iter()
        .all(|case| matches!(values(case), Lane::One(_)));
    if single {
        let table: Vec<T> = cases.iter().map(|case| values(case).at(0)).collect();
        return by_code(choice, &table, otherwise, out);
    }
    match choice {
        Lane::One(code) => match cases.get(code as usize) {
            Some(case) => map1(values(case), out, |value| value),
            None => out.fill(otherwise),
        },
        Lane::Rows(_) => {
            out.fill(otherwise);
            for (code, case) in (0..).zip(cases) {
                onto2(
                    choice,
                    values(case),
                    out,
                    #[inline(always)]
                    |out, chosen, value| *out = T::either(chosen == code, value, *out),
                );
            }
        }
    }
}

/// The mask of what `switch` gives.
pub(in crate::eval) fn switch_missing(choice: &View<'_>, cases: &[View<'_>], out: &mut [bool]) {
    cased(choice.codes(), cases, out, true, |case| case.missing.lane());
    match choice.missing {
        Missing::Never => {}
        missing => onto(missing.lane(), out, |out, missing| *out |= missing),
    }
}

/// Whether any of the views may be missing at all.
pub(in crate::eval) fn may_be_missing(views: &[View<'_>]) -> bool {
    views
        .iter()
        .any(|view| !matches!(view.missing, Missing::Never))
}

/// Whether the view is of numbers too wide for a column.
pub(in crate::eval) fn is_wide(view: &View<'_>) -> bool {
    matches!(view.values, Seen::Wide(_))
}
