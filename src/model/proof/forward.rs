//! What values a term may have, from what its parts may have. Ends of ranges are computed with the
//! arithmetic of a run, so that what rises with its parts has exact ends; nothing is left out, ever.

use super::domain::{Domain, Set, compared};
use super::score;
use super::term::{DATES, DAY, Kind, Shape, T, Terms, Value, Values};
use crate::value::Date;
use crate::value::decimal::{ONE, divide_rounded};

/// The values of a kind of term, where `of` says what its parts may be.
pub fn forward(terms: &Terms<'_>, kind: &Kind, of: &dyn Fn(T) -> Domain) -> Domain {
    match kind {
        Kind::Constant(value) => value.domain(),
        Kind::Missing(shape) => Domain::missing_like(&none(*shape)),
        Kind::Leaf(leaf) => terms.initial(*leaf),
        Kind::Cell(row, cell) => in_row(&of(*row), of(*cell)),
        Kind::And(parts) => and(parts.iter().map(|it| of(*it))),
        Kind::Or(parts) => not(&and(parts.iter().map(|it| not(&of(*it))))),
        Kind::Not(a) => not(&of(*a)),
        Kind::If(condition, then, other) => chosen(&of(*condition), || of(*then), || of(*other)),
        Kind::Default(a, b) => default(of(*a), || of(*b)),
        Kind::IsMissing(a) => {
            let a = of(*a);
            Domain::flag(!a.set.is_empty(), a.missing)
        }
        Kind::Compare(operator, a, limit) => tested(of(*a), |set| match set {
            Set::Range(low, high) => compared(*operator, *low, *high, *limit),
            _ => Set::Flag(true, true),
        }),
        Kind::In(a, list) => tested(of(*a), |set| match set {
            Set::Codes(codes) => {
                let inside = codes.iter().filter(|it| list.contains(it)).count();
                Set::Flag(inside < codes.len(), inside > 0)
            }
            _ => Set::Flag(true, true),
        }),
        Kind::InNumbers(a, list) => tested(of(*a), |set| match set {
            Set::Range(low, high) => {
                let inside = list.iter().filter(|it| low <= it && *it <= high).count();
                let all = (i128::from(*high) - i128::from(*low)) < inside as i128;
                Set::Flag(!all, inside > 0)
            }
            _ => Set::Flag(true, true),
        }),
        Kind::Same(a, b) => both(of(*a), of(*b), |a, b| match (a, b) {
            (Set::Codes(a), Set::Codes(b)) => {
                let common = a.iter().any(|it| b.contains(it));
                let certain = a.len() == 1 && a == b && a.first() != Some(&super::domain::OTHER);
                Set::Flag(!certain, common)
            }
            _ => Set::Flag(true, true),
        }),
        Kind::Position(a) => tested(of(*a), |set| match set {
            Set::Codes(codes) => match (codes.first(), codes.last()) {
                (Some(low), Some(high)) => Set::Range(i64::from(*low), i64::from(*high)),
                _ => Set::Range(1, 0),
            },
            other => other.clone(),
        }),
        Kind::Table(table, a) => match terms.tables.get(*table) {
            Some(table) => looked_up(table, &of(*a)),
            None => Domain::range(1, 0),
        },
        Kind::Ladder(steps) => ladder(steps, of),
        Kind::Scale(axis, member, a) => {
            let a = of(*a);
            match terms.scale(*axis, *member) {
                Some(scale) => Domain {
                    missing: a.missing,
                    set: match a.ends() {
                        Some((low, high)) => score::scaled(terms.program.scores, scale, low, high),
                        None => Set::Range(1, 0),
                    },
                },
                None => Domain::range(1, 0),
            }
        }
        Kind::Mean(parts, required) => {
            let parts: Vec<(i128, Domain)> = parts.iter().map(|it| (it.0, of(it.1))).collect();
            let mean = score::mean(terms.program.scores, &parts);
            Domain {
                missing: mean.missing && !required,
                ..mean
            }
        }
        Kind::Known(parts) => {
            let parts: Vec<(i128, Domain)> = parts.iter().map(|it| (it.0, of(it.1))).collect();
            score::known(&parts)
        }
        _ => number(terms, kind, of),
    }
}

/// Kinds that compute a number from numbers.
fn number(terms: &Terms<'_>, kind: &Kind, of: &dyn Fn(T) -> Domain) -> Domain {
    let one = |a: T, compute: &dyn Fn(i128) -> i128| {
        tested(of(a), |set| match set {
            Set::Range(low, high) => {
                let ends = [compute(i128::from(*low)), compute(i128::from(*high))];
                hull(&ends)
            }
            _ => Set::Range(1, 0),
        })
    };
    let two = |a: T, b: T, compute: &dyn Fn(i128, i128) -> i128| {
        both(of(a), of(b), |a, b| match (a, b) {
            (Set::Range(a, b), Set::Range(c, d)) => {
                let (a, b) = (i128::from(*a), i128::from(*b));
                let (c, d) = (i128::from(*c), i128::from(*d));
                hull(&[compute(a, c), compute(a, d), compute(b, c), compute(b, d)])
            }
            _ => Set::Range(1, 0),
        })
    };
    match kind {
        Kind::Negate(a) => one(*a, &|a| -a),
        Kind::Add(a, b) => two(*a, *b, &|a, b| a + b),
        Kind::Subtract(a, b) => two(*a, *b, &|a, b| a - b),
        Kind::Smaller(a, b) => two(*a, *b, &|a, b| a.min(b)),
        Kind::Larger(a, b) => two(*a, *b, &|a, b| a.max(b)),
        Kind::Multiply(a, b, unit) => {
            let unit = i128::from(*unit);
            let product = |a: i128, b: i128| divide_rounded(a * b, i128::from(ONE) * unit) * unit;
            let mut domain = two(*a, *b, &product);
            // A square is never negative.
            if a == b
                && let Set::Range(low, high) = &mut domain.set
                && low <= high
            {
                let crosses = of(*a)
                    .ends()
                    .is_some_and(|(low, high)| low <= 0 && high >= 0);
                *low = if crosses { 0 } else { (*low).max(0) };
            }
            domain
        }
        Kind::Divide(a, b, unit) => both_or_zero(of(*a), of(*b), *unit),
        Kind::Absolute(a) => tested(of(*a), |set| match set {
            Set::Range(low, high) => {
                let (low, high) = (i128::from(*low), i128::from(*high));
                let smallest = if low <= 0 && high >= 0 { 0 } else { i128::MAX };
                hull(&[low.abs(), high.abs(), smallest.min(low.abs())])
            }
            _ => Set::Range(1, 0),
        }),
        Kind::RoundTo(a, unit) => {
            let unit = i128::from(*unit);
            one(*a, &|a| divide_rounded(a, unit) * unit)
        }
        Kind::Floor(a, unit) => {
            let unit = i128::from(*unit);
            one(*a, &|a| a.div_euclid(unit) * unit)
        }
        Kind::Ceiling(a, unit) => {
            let unit = i128::from(*unit);
            one(*a, &|a| -((-a).div_euclid(unit) * unit))
        }
        Kind::DateDifference(a, b) => two(*a, *b, &|a, b| (a - b) * i128::from(DAY)),
        Kind::ShiftDays(a, days) => one(*a, &|a| {
            (a + i128::from(*days)).clamp(DATES.0.into(), DATES.1.into())
        }),
        Kind::ShiftMonths(a, months) => one(*a, &|a| {
            let beyond = if *months < 0 { DATES.0 } else { DATES.1 };
            let moved = date(a).add_months(*months);
            i128::from(moved.map_or(beyond, |date| date.0))
        }),
        Kind::MonthsSince(a, every) => one(*a, &|a| {
            let months = date(a).months_until(terms.program.today).unwrap_or(0);
            i128::from(months.div_euclid((*every).max(1))) * i128::from(ONE)
        }),
        _ => Domain::range(1, 0),
    }
}

fn date(day: i128) -> Date {
    Date(i64::try_from(day).map_or(0, |day| day.clamp(DATES.0, DATES.1)))
}

/// The range of some numbers, cut off at the ends of what a column holds.
fn hull(numbers: &[i128]) -> Set {
    let cut = |number: i128| number.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(low), Some(high)) => Set::Range(cut(*low), cut(*high)),
        _ => Set::Range(1, 0),
    }
}

/// The empty set of a kind.
pub fn none(shape: Shape) -> Set {
    match shape {
        Shape::Number => Set::Range(1, 0),
        Shape::Flag => Set::Flag(false, false),
        Shape::Code => Set::codes([]),
    }
}

/// What follows from a value; missing stays missing.
fn tested(a: Domain, test: impl Fn(&Set) -> Set) -> Domain {
    let set = test(&a.set);
    Domain {
        missing: a.missing,
        set: if a.set.is_empty() { set.none() } else { set },
    }
}

/// What follows from two values; it is missing where one is.
fn both(a: Domain, b: Domain, test: impl Fn(&Set, &Set) -> Set) -> Domain {
    let set = test(&a.set, &b.set);
    let empty = a.set.is_empty() || b.set.is_empty();
    Domain {
        missing: (a.missing && !b.is_empty()) || (b.missing && !a.is_empty()),
        set: if empty { set.none() } else { set },
    }
}

fn both_or_zero(a: Domain, b: Domain, unit: i64) -> Domain {
    let mut domain = both(a.clone(), b.clone(), |_, _| Set::Range(1, 0));
    let unit = i128::from(unit);
    let quotient = |a: i64, b: i64| {
        divide_rounded(i128::from(a) * i128::from(ONE), i128::from(b) * unit) * unit
    };
    if let (Some((low, high)), Some((from, to))) = (a.ends(), b.ends()) {
        domain.missing |= from <= 0 && to >= 0;
        for (from, to) in [(from, to.min(-1)), (from.max(1), to)] {
            if from <= to {
                let corners = [
                    quotient(low, from),
                    quotient(low, to),
                    quotient(high, from),
                    quotient(high, to),
                ];
                domain.set = domain.set.hull(&hull(&corners));
            }
        }
    }
    domain
}

fn in_row(row: &Domain, cell: Domain) -> Domain {
    let Set::Flag(no, yes) = row.set else {
        return cell;
    };
    Domain {
        missing: no || (yes && cell.missing),
        set: if yes { cell.set } else { cell.set.none() },
    }
}

fn and(parts: impl Iterator<Item = Domain>) -> Domain {
    let (mut no, mut yes, mut missing, mut empty) = (false, true, false, false);
    for part in parts {
        let Set::Flag(part_no, part_yes) = part.set else {
            continue;
        };
        // One that can only be no decides, whatever the others are.
        if part_no && !part_yes && !part.missing {
            return Domain::flag(true, false);
        }
        empty |= part.is_empty();
        no |= part_no;
        yes &= part_yes;
        missing |= part.missing;
    }
    if empty {
        return Domain::flag(false, false);
    }
    Domain {
        missing,
        set: Set::Flag(no, yes),
    }
}

fn not(a: &Domain) -> Domain {
    match a.set {
        Set::Flag(no, yes) => Domain {
            missing: a.missing,
            set: Set::Flag(yes, no),
        },
        _ => a.clone(),
    }
}

fn chosen(condition: &Domain, then: impl Fn() -> Domain, other: impl Fn() -> Domain) -> Domain {
    match condition.set {
        Set::Flag(false, true) => then(),
        Set::Flag(true, false) => other(),
        Set::Flag(true, true) => then().hull(&other()),
        _ => Domain::of(then().set.none()),
    }
}

fn default(a: Domain, b: impl Fn() -> Domain) -> Domain {
    if !a.missing {
        return a;
    }
    let b = b();
    Domain {
        missing: b.missing,
        set: a.set.hull(&b.set),
    }
}

fn looked_up(table: &Values, key: &Domain) -> Domain {
    let mut domain = Domain {
        missing: key.missing,
        set: none(table.shape),
    };
    let mut add = |value: Option<Value>| match value {
        Some(value) => domain.set = domain.set.hull(&value.domain().set),
        None => domain.missing = true,
    };
    let mut inside: i128 = 0;
    for (entry, value) in &table.entries {
        let holds = match (entry, &key.set) {
            (Value::Number(entry), Set::Range(low, high)) => low <= entry && entry <= high,
            (Value::Flag(entry), Set::Flag(no, yes)) => {
                if *entry {
                    *yes
                } else {
                    *no
                }
            }
            (Value::Code(entry), Set::Codes(codes)) => codes.contains(entry),
            _ => false,
        };
        if holds {
            inside += 1;
            add(*value);
        }
    }
    let count: i128 = match &key.set {
        Set::Range(low, high) if low <= high => i128::from(*high) - i128::from(*low) + 1,
        Set::Range(..) => 0,
        Set::Flag(no, yes) => i128::from(*no) + i128::from(*yes),
        Set::Codes(codes) => codes.len() as i128,
    };
    if let (true, Some(otherwise)) = (count > inside, table.otherwise) {
        add(otherwise);
    }
    domain
}

fn ladder(steps: &[(T, u32)], of: &dyn Fn(T) -> Domain) -> Domain {
    let mut codes: Vec<u32> = Vec::new();
    for (condition, code) in steps {
        let condition = of(*condition);
        if !condition.is_no() {
            codes.push(*code);
        }
        if condition.is_yes() {
            break;
        }
    }
    codes.sort_unstable();
    codes.dedup();
    Domain::of(Set::codes(codes))
}
