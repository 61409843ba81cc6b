//! Checks a built column against the bounds of its field, and that its values stand once.
//! Rows that are missing, or already at fault, are passed over.

use super::column::Built;
use super::sheet::Cells;
use crate::model::program::{Bound, Field};
use crate::model::types::Type;
use crate::value::{Column, Date, Decimal, Values};
use ahash::AHashMap;

/// Finds values outside the bounds of the field.
pub fn check_bounds(field: &Field, built: &mut Built, cells: Cells<'_>) {
    for bound in &field.bounds {
        let outside: Vec<usize> = match &built.column.values {
            Values::Number(values) if all_hold(bound, values) => continue,
            Values::Number(values) => rows(&built.column, values, |it| !bound.holds(*it)),
            Values::Choice(values) => {
                rows(&built.column, values, |it| !bound.holds(i64::from(*it)))
            }
            Values::Flag(_) | Values::Text(_) => Vec::new(),
        };
        for row in outside {
            built.faults.add(row, "out-of-bounds", || {
                format!(
                    "`{}` is not {} {}",
                    cells.text(row).trim(),
                    bound.sign(),
                    limit(field, bound.limit)
                )
            });
        }
    }
}

/// Whether all values are within a bound, those of missing rows too.
fn all_hold(bound: &Bound, values: &[i64]) -> bool {
    let ends = |(least, most): (i64, i64), it: &i64| (least.min(*it), most.max(*it));
    let (least, most) = values.iter().fold((i64::MAX, i64::MIN), ends);
    bound.holds_between(least, most)
}

fn rows<T>(column: &Column, values: &[T], is_bad: impl Fn(&T) -> bool) -> Vec<usize> {
    values
        .iter()
        .enumerate()
        .filter(|(row, value)| is_bad(value) && !column.is_missing(*row))
        .map(|(row, _)| row)
        .collect()
}

/// A limit as people write it.
fn limit(field: &Field, limit: i64) -> String {
    match &field.ty {
        Type::Percent => format!(
            "{}%",
            crate::value::decimal::wide_text(i128::from(limit) * 100)
        ),
        Type::Date => Date(limit).to_string(),
        Type::Duration => {
            let minutes = crate::value::decimal::divide_rounded(i128::from(limit), 60);
            format!("{} min", crate::value::decimal::wide_text(minutes))
        }
        Type::Steps(list) => usize::try_from(limit)
            .ok()
            .and_then(|at| list.get(at))
            .map_or_else(String::new, |step| format!("`{step}`")),
        _ => Decimal(limit).to_string(),
    }
}

/// Finds values that stand more than once.
pub fn check_unique(built: &mut Built, cells: Cells<'_>, lines: &[u64], code: &'static str) {
    let column = &built.column;
    let mut doubles: Vec<(usize, usize)> = Vec::new();
    let mut seen: AHashMap<i64, usize> = AHashMap::new();
    for row in 0..column.len() {
        if column.is_missing(row) {
            continue;
        }
        let value = match &column.values {
            Values::Number(values) => values.get(row).copied(),
            Values::Choice(values) => values.get(row).copied().map(i64::from),
            Values::Flag(values) => values.get(row).copied().map(i64::from),
            Values::Text(texts) => texts.numbers.get(row).copied().map(i64::from),
        };
        let first = *seen.entry(value.unwrap_or(0)).or_insert(row);
        if first != row {
            doubles.push((row, first));
        }
    }
    if built.faults.keep_all {
        // Where bad rows are put aside none of the doubles is the good one.
        let mut firsts: Vec<(usize, usize)> = doubles.iter().map(|it| (it.1, it.0)).collect();
        firsts.sort_unstable();
        firsts.dedup_by_key(|(first, _)| *first);
        for (first, row) in firsts {
            built.faults.add(first, code, || {
                let line = lines.get(row).copied().unwrap_or(0);
                format!("`{}` stands in line {line} again", cells.text(first).trim())
            });
        }
    }
    for (row, first) in doubles {
        built.faults.add(row, code, || {
            let line = lines.get(first).copied().unwrap_or(0);
            format!("`{}` stands in line {line} already", cells.text(row).trim())
        });
    }
}
