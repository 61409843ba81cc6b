//! Loops over a run of rows, written once for columns and single values alike, and compiled for the widest registers of
//! the processor. What becomes of a row is a closure's business.

use super::block::Lane;
use crate::base::vectors::widest;

/// A value that one of two becomes without a jump, so that loops need none.
pub(super) trait Either: Copy + Default {
    /// The first where the flag is set, else the second.
    fn either(flag: bool, a: Self, b: Self) -> Self;
}

impl Either for i64 {
    #[inline(always)]
    fn either(flag: bool, a: i64, b: i64) -> i64 {
        b ^ ((a ^ b) & -i64::from(flag))
    }
}

impl Either for u32 {
    #[inline(always)]
    fn either(flag: bool, a: u32, b: u32) -> u32 {
        b ^ ((a ^ b) & u32::from(flag).wrapping_neg())
    }
}

impl Either for bool {
    #[inline(always)]
    fn either(flag: bool, a: bool, b: bool) -> bool {
        (flag & a) | (!flag & b)
    }
}

/// `out[i] = f(a[i])`
#[inline(always)]
pub(super) fn map1<A: Copy, R: Copy>(a: Lane<'_, A>, out: &mut [R], f: impl Fn(A) -> R) {
    match a {
        Lane::Rows(a) => widest(
            #[inline(always)]
            move || {
                for (out, a) in out.iter_mut().zip(a) {
                    *out = f(*a);
                }
            },
        ),
        Lane::One(a) => out.fill(f(a)),
    }
}

/// `f(&mut out[i], a[i])`
#[inline(always)]
pub(super) fn onto<A: Copy, R>(a: Lane<'_, A>, out: &mut [R], f: impl Fn(&mut R, A)) {
    widest(
        #[inline(always)]
        move || match a {
            Lane::Rows(a) => {
                for (out, a) in out.iter_mut().zip(a) {
                    f(out, *a);
                }
            }
            Lane::One(a) => {
                for out in out {
                    f(out, a);
                }
            }
        },
    );
}

/// `f(&mut out[i], a[i], b[i])`
#[inline(always)]
pub(super) fn onto2<A: Copy, B: Copy, R>(
    a: Lane<'_, A>,
    b: Lane<'_, B>,
    out: &mut [R],
    f: impl Fn(&mut R, A, B),
) {
    widest(
        #[inline(always)]
        move || match (a, b) {
            (Lane::Rows(a), Lane::Rows(b)) => {
                for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                    f(out, *a, *b);
                }
            }
            (Lane::Rows(a), Lane::One(b)) => {
                for (out, a) in out.iter_mut().zip(a) {
                    f(out, *a, b);
                }
            }
            (Lane::One(a), Lane::Rows(b)) => {
                for (out, b) in out.iter_mut().zip(b) {
                    f(out, a, *b);
                }
            }
            (Lane::One(a), Lane::One(b)) => {
                for out in out {
                    f(out, a, b);
                }
            }
        },
    );
}

/// `out[i] = f(a[i], b[i])`
#[inline(always)]
pub(super) fn map2<A: Copy, B: Copy, R: Copy>(
    a: Lane<'_, A>,
    b: Lane<'_, B>,
    out: &mut [R],
    f: impl Fn(A, B) -> R,
) {
    match (a, b) {
        (Lane::One(a), Lane::One(b)) => out.fill(f(a, b)),
        _ => onto2(
            a,
            b,
            out,
            #[inline(always)]
            move |out, a, b| *out = f(a, b),
        ),
    }
}

/// `out[i] = f(a[i], b[i])`, where `f` says beside the value whether it is in trouble; gives
/// whether any is.
#[inline(always)]
pub(super) fn map2_watched<A: Copy, B: Copy, R: Copy>(
    a: Lane<'_, A>,
    b: Lane<'_, B>,
    out: &mut [R],
    f: impl Fn(A, B) -> (R, bool),
) -> bool {
    widest(
        #[inline(always)]
        move || {
            let mut trouble = false;
            match (a, b) {
                (Lane::Rows(a), Lane::Rows(b)) => {
                    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                        let (value, bad) = f(*a, *b);
                        *out = value;
                        trouble |= bad;
                    }
                }
                (Lane::Rows(a), Lane::One(b)) => {
                    for (out, a) in out.iter_mut().zip(a) {
                        let (value, bad) = f(*a, b);
                        *out = value;
                        trouble |= bad;
                    }
                }
                (Lane::One(a), Lane::Rows(b)) => {
                    for (out, b) in out.iter_mut().zip(b) {
                        let (value, bad) = f(a, *b);
                        *out = value;
                        trouble |= bad;
                    }
                }
                (Lane::One(a), Lane::One(b)) => {
                    let (value, bad) = f(a, b);
                    out.fill(value);
                    trouble = bad;
                }
            }
            trouble
        },
    )
}

/// Codes that a table may have for its loop to be without look-ups.
const FEW: usize = 8;

/// `out[i] = table[codes[i]]`, or `otherwise` where the table ends before.
pub(super) fn by_code<T: Either>(codes: Lane<'_, u32>, table: &[T], otherwise: T, out: &mut [T]) {
    if table.len() > FEW {
        return map1(
            codes,
            out,
            #[inline(always)]
            |code| table.get(code as usize).copied().unwrap_or(otherwise),
        );
    }
    let mut few = [otherwise; FEW];
    few[..table.len()].copy_from_slice(table);
    if table.len() <= FEW / 2 {
        let [a, b, c, d, ..] = few;
        few_codes(codes, [a, b, c, d], otherwise, out);
    } else {
        few_codes(codes, few, otherwise, out);
    }
}

#[inline(always)]
fn few_codes<T: Either, const N: usize>(
    codes: Lane<'_, u32>,
    table: [T; N],
    otherwise: T,
    out: &mut [T],
) {
    map1(
        codes,
        out,
        #[inline(always)]
        move |code| {
            let mut found = otherwise;
            for (at, value) in table.iter().enumerate() {
                found = T::either(code as usize == at, *value, found);
            }
            found
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_tables_and_large_ones_are_read_alike() {
        let codes: Vec<u32> = (0..3_000)
            .map(|row| row * row % 23)
            .chain([u32::MAX])
            .collect();
        for size in [0, 1, 3, 4, 5, 8, 9, 40] {
            let table: Vec<i64> = (0..size).map(|at| at * 1_000 - 3_000).collect();
            let mut out = vec![0; codes.len()];
            by_code(Lane::Rows(&codes), &table, -7, &mut out);
            for (code, value) in codes.iter().zip(out) {
                let expected = table.get(*code as usize).copied().unwrap_or(-7);
                assert_eq!(value, expected, "code {code} of {size}");
            }
        }
    }

    #[test]
    fn one_of_two_values() {
        assert_eq!(i64::either(true, i64::MIN, i64::MAX), i64::MIN);
        assert_eq!(i64::either(false, i64::MIN, i64::MAX), i64::MAX);
        assert_eq!(u32::either(true, u32::MAX, 5), u32::MAX);
        assert_eq!(u32::either(false, u32::MAX, 5), 5);
        for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
            assert_eq!(
                (bool::either(true, a, b), bool::either(false, a, b)),
                (a, b)
            );
        }
    }
}
