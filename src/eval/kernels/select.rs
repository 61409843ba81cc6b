//! Choosing between values row by row: if, default, switch, codes for codes.

use crate::eval::block::{Buffer, Lane, Missing, NONE, Seen, View, map1};

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
    let operand = |missing| match missing {
        Missing::Never => Lane::One(false),
        Missing::Always => Lane::One(true),
        Missing::Rows(mask) => Lane::Rows(mask),
    };
    choose(condition, operand(a), operand(b), out);
}

#[inline(always)]
fn choose<T: Copy + Default>(
    condition: Lane<'_, bool>,
    a: Lane<'_, T>,
    b: Lane<'_, T>,
    out: &mut [T],
) {
    let conditions = match condition {
        Lane::One(true) => return map1(a, out, |a| a),
        Lane::One(false) => return map1(b, out, |b| b),
        Lane::Rows(conditions) => conditions,
    };
    match (a, b) {
        (Lane::Rows(a), Lane::Rows(b)) => {
            for (((out, flag), a), b) in out.iter_mut().zip(conditions).zip(a).zip(b) {
                *out = if *flag { *a } else { *b };
            }
        }
        (Lane::Rows(a), Lane::One(b)) => {
            for ((out, flag), a) in out.iter_mut().zip(conditions).zip(a) {
                *out = if *flag { *a } else { b };
            }
        }
        (Lane::One(a), Lane::Rows(b)) => {
            for ((out, flag), b) in out.iter_mut().zip(conditions).zip(b) {
                *out = if *flag { a } else { *b };
            }
        }
        (Lane::One(a), Lane::One(b)) => {
            for (out, flag) in out.iter_mut().zip(conditions) {
                *out = if *flag { a } else { b };
            }
        }
    }
}

/// Keeps what a text is numbered by another dictionary: `out[i] = map[out[i]]`.
pub(in crate::eval) fn renumber(map: &[u32], codes: Lane<'_, u32>, out: &mut [u32]) {
    map1(codes, out, |code| {
        map.get(code as usize).copied().unwrap_or(NONE)
    });
}

/// `out[i] = cases[choice[i]][i]`; rows without a choice keep 0.
pub(in crate::eval) fn switch(choice: Lane<'_, u32>, cases: &[View<'_>], out: &mut Buffer) {
    match out {
        Buffer::Number(out) => cased(choice, cases, out, View::numbers),
        Buffer::Flag(out) => cased(choice, cases, out, View::flags),
        Buffer::Code(out) => cased(choice, cases, out, View::codes),
    }
}

fn cased<'a, T: Copy + Default + 'a>(
    choice: Lane<'_, u32>,
    cases: &[View<'a>],
    out: &mut [T],
    values: impl Fn(&View<'a>) -> Lane<'a, T>,
) {
    let single = cases
        .iter()
        .all(|case| matches!(values(case), Lane::One(_)));
    if single {
        let table: Vec<T> = cases.iter().map(|case| values(case).at(0)).collect();
        return map1(choice, out, |code| {
            table.get(code as usize).copied().unwrap_or_default()
        });
    }
    match choice {
        Lane::One(code) => match cases.get(code as usize) {
            Some(case) => map1(values(case), out, |value| value),
            None => out.fill(T::default()),
        },
        Lane::Rows(codes) => {
            out.fill(T::default());
            for (at, case) in cases.iter().enumerate() {
                let code = at as u32;
                match values(case) {
                    Lane::One(value) => {
                        for (out, chosen) in out.iter_mut().zip(codes) {
                            *out = if *chosen == code { value } else { *out };
                        }
                    }
                    Lane::Rows(values) => {
                        for ((out, chosen), value) in out.iter_mut().zip(codes).zip(values) {
                            *out = if *chosen == code { *value } else { *out };
                        }
                    }
                }
            }
        }
    }
}

/// The mask of what `switch` gives.
pub(in crate::eval) fn switch_missing(choice: &View<'_>, cases: &[View<'_>], out: &mut [bool]) {
    let codes = choice.codes();
    for (row, out) in out.iter_mut().enumerate() {
        *out = choice.missing.at(row)
            || cases
                .get(codes.at(row) as usize)
                .is_none_or(|case| case.missing.at(row));
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
