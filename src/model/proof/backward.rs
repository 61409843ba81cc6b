//! What a wanted value says of the fields below: domains are narrowed from a condition that is to
//! hold, or a score that is to be reached, down to free dimensions. What is cut off cannot lead to
//! the wanted value; what is kept may still not.

use super::domain::{Domain, Set};
use super::term::{DAY, Kind, T, Terms, Value};
use crate::model::program::Scale;
use crate::syntax::tree::CompareOperator;
use crate::value::decimal::ONE;

/// How far down, and over how many terms, one look goes.
const DEPTH: usize = 48;
const VISITS: usize = 600;

/// Narrows the free dimensions below terms.
pub struct Backward<'s, 'p> {
    /// The terms.
    pub terms: &'s Terms<'p>,
    /// The domains of the terms of a cell, and the place of each term among them.
    pub domains: &'s [Domain],
    /// See `domains`.
    pub places: &'s [usize],
    /// Free dimensions with what they can only be.
    pub narrowed: Vec<(T, Domain)>,
    visits: usize,
}

impl<'s, 'p> Backward<'s, 'p> {
    /// A look at a cell.
    pub fn new(terms: &'s Terms<'p>, domains: &'s [Domain], places: &'s [usize]) -> Self {
        Backward {
            terms,
            domains,
            places,
            narrowed: Vec::new(),
            visits: 0,
        }
    }

    fn of(&self, term: T) -> &'s Domain {
        &self.domains[self.places[term]]
    }

    /// Narrows what lies below a term that is to be in a domain.
    pub fn want(&mut self, term: T, wanted: &Domain, depth: usize) {
        self.visits += 1;
        if depth > DEPTH || self.visits > VISITS {
            return;
        }
        let now = self.of(term);
        let wanted = now.both(wanted);
        if let Kind::Leaf(_) = self.terms.kind(term) {
            if wanted != *now {
                self.narrowed.push((term, wanted));
            }
        } else if !wanted.is_empty() && (!now.is_point() || matches!(wanted.set, Set::Flag(..))) {
            self.below(term, wanted, depth);
        }
    }

    /// Narrows what lies below a computed term that is to be in a domain.
    pub fn below(&mut self, term: T, wanted: Domain, depth: usize) {
        let kind = self.terms.kind(term);
        match kind {
            Kind::And(_)
            | Kind::Or(_)
            | Kind::Not(_)
            | Kind::Compare(..)
            | Kind::In(..)
            | Kind::InNumbers(..)
            | Kind::IsMissing(_) => {
                if let (Set::Flag(no, yes), false) = (&wanted.set, wanted.missing)
                    && no != yes
                {
                    self.flag(kind, *yes, depth + 1);
                }
            }
            Kind::Cell(row, cell) => {
                if !wanted.missing {
                    self.want(*row, &Domain::flag(false, true), depth + 1);
                    self.want(*cell, &Domain::of(wanted.set), depth + 1);
                }
            }
            Kind::Default(a, b) => {
                let (first, second) = (self.of(*a), self.of(*b));
                if second.both(&wanted).is_empty() || !first.missing {
                    self.want(*a, &Domain::of(wanted.set), depth + 1);
                } else if first.set.both(&wanted.set).is_empty() {
                    self.want(*a, &Domain::missing_like(&first.set), depth + 1);
                    self.want(*b, &wanted, depth + 1);
                }
            }
            Kind::If(condition, then, other) => {
                let held = self.of(*condition);
                if held.is_no() || self.of(*then).both(&wanted).is_empty() {
                    self.want(*condition, &Domain::flag(true, false), depth + 1);
                    self.want(*other, &wanted, depth + 1);
                } else if held.is_yes() || self.of(*other).both(&wanted).is_empty() {
                    self.want(*condition, &Domain::flag(false, true), depth + 1);
                    self.want(*then, &wanted, depth + 1);
                }
            }
            Kind::Position(a) => {
                if let (Set::Codes(codes), Some((low, high))) = (&self.of(*a).set, wanted.ends()) {
                    let inside = |it: &&u32| (low..=high).contains(&i64::from(**it));
                    let set = Set::codes(codes.iter().filter(inside).copied());
                    let missing = wanted.missing;
                    self.want(*a, &Domain { missing, set }, depth + 1);
                }
            }
            Kind::Table(table, a) => self.table(*table, *a, &wanted, depth + 1),
            _ => {
                if let (Some(ends), false) = (wanted.ends(), wanted.missing) {
                    self.number(kind, ends, depth + 1);
                }
            }
        }
    }

    fn flag(&mut self, kind: &Kind, yes: bool, depth: usize) {
        let is = Domain::flag(!yes, yes);
        match kind {
            Kind::Not(a) => self.want(*a, &Domain::flag(yes, !yes), depth),
            Kind::And(parts) | Kind::Or(parts) => {
                // All parts of an `and` that holds hold; of one that does not, the last that can.
                let all = matches!(kind, Kind::And(_)) == yes;
                if all {
                    for part in parts {
                        self.want(*part, &is, depth);
                    }
                    return;
                }
                let can = |part: &&T| match self.of(**part).set {
                    Set::Flag(no, may) => {
                        if yes {
                            may
                        } else {
                            no
                        }
                    }
                    _ => false,
                };
                let mut able = parts.iter().filter(can);
                if let (Some(only), None) = (able.next(), able.next()) {
                    self.want(*only, &is, depth);
                }
            }
            Kind::IsMissing(a) => {
                let set = &self.of(*a).set;
                let wanted = match yes {
                    true => Domain::missing_like(set),
                    false => Domain::of(set.clone()),
                };
                self.want(*a, &wanted, depth);
            }
            Kind::In(a, list) => {
                if let Set::Codes(codes) = &self.of(*a).set {
                    let inside = |it: &&u32| list.contains(it) == yes;
                    let set = Set::codes(codes.iter().filter(inside).copied());
                    self.want(*a, &Domain::of(set), depth);
                }
            }
            Kind::InNumbers(a, list) => {
                if let (true, Some(low), Some(high)) = (yes, list.first(), list.last()) {
                    self.want(*a, &Domain::range(*low, *high), depth);
                }
            }
            Kind::Compare(operator, a, limit) => {
                let (from, to) = held(*operator, *limit, yes);
                self.want(*a, &Domain::range(from, to), depth);
            }
            _ => {}
        }
    }

    fn table(&mut self, table: usize, a: T, wanted: &Domain, depth: usize) {
        let Some(table) = self.terms.tables.get(table) else {
            return;
        };
        let key = self.of(a);
        let fits = |value: Option<Value>| match value {
            Some(value) => value.domain().within(&Domain::of(wanted.set.clone())),
            None => wanted.missing,
        };
        let keeps = |key: Value| {
            let entry = table.entries.iter().find(|(entry, _)| *entry == key);
            match (entry, table.otherwise) {
                (Some((_, value)), _) => fits(*value),
                (None, Some(otherwise)) => fits(otherwise),
                (None, None) => false,
            }
        };
        let set = match &key.set {
            Set::Codes(codes) => {
                Set::codes(codes.iter().copied().filter(|it| keeps(Value::Code(*it))))
            }
            Set::Flag(no, yes) => Set::Flag(
                *no && keeps(Value::Flag(false)),
                *yes && keeps(Value::Flag(true)),
            ),
            Set::Range(..) => key.set.clone(),
        };
        let missing = wanted.missing;
        self.want(a, &Domain { missing, set }, depth);
    }

    fn number(&mut self, kind: &Kind, (low, high): (i64, i64), depth: usize) {
        let ends = |this: &Self, term: T| this.of(term).ends().map(|(a, b)| (open(a), open(b)));
        let (from, to) = (open(low), open(high));
        match kind {
            Kind::Negate(a) => self.within(*a, to.map(|it| -it), from.map(|it| -it), depth),
            Kind::Add(a, b) => {
                let (left, right) = (ends(self, *a), ends(self, *b));
                if let (Some(left), Some(right)) = (left, right) {
                    self.within(*a, less(from, right.1), less(to, right.0), depth);
                    self.within(*b, less(from, left.1), less(to, left.0), depth);
                }
            }
            Kind::Subtract(a, b) => {
                let (left, right) = (ends(self, *a), ends(self, *b));
                if let (Some(left), Some(right)) = (left, right) {
                    self.within(*a, plus(from, right.0), plus(to, right.1), depth);
                    self.within(*b, less(left.0, to), less(left.1, from), depth);
                }
            }
            Kind::Multiply(a, b, unit) => {
                self.factor(*a, *b, (from, to), *unit, depth);
                self.factor(*b, *a, (from, to), *unit, depth);
            }
            Kind::Divide(a, b, unit) => {
                // a = quotient × b, and the quotient is off by less than its unit.
                let divisor = self.of(*b).ends();
                if let (Some(from), Some(to), Some((low, high))) = (from, to, divisor)
                    && low > i64::MIN
                    && high < i64::MAX
                {
                    let unit = i128::from(*unit);
                    let corner = |q: i128, b: i64| q * i128::from(b) / i128::from(ONE);
                    let (from, to) = (from - unit, to + unit);
                    let all = [
                        corner(from, low),
                        corner(from, high),
                        corner(to, low),
                        corner(to, high),
                    ];
                    let low = all.iter().min().map(|it| it - 1);
                    let high = all.iter().max().map(|it| it + 1);
                    self.within(*a, low, high, depth);
                }
            }
            Kind::Smaller(a, b) => {
                self.within(*a, from, None, depth);
                self.within(*b, from, None, depth);
            }
            Kind::Larger(a, b) => {
                self.within(*a, None, to, depth);
                self.within(*b, None, to, depth);
            }
            Kind::RoundTo(a, unit) | Kind::Floor(a, unit) | Kind::Ceiling(a, unit) => {
                let unit = i128::from(*unit);
                let (from, to) = (from.map(|it| it - unit), to.map(|it| it + unit));
                self.within(*a, from, to, depth);
            }
            Kind::DateDifference(a, b) => {
                let day = i128::from(DAY);
                let (from, to) = (from.map(|it| it / day - 1), to.map(|it| it / day + 1));
                if let (Some(left), Some(right)) = (ends(self, *a), ends(self, *b)) {
                    self.within(*a, plus(from, right.0), plus(to, right.1), depth);
                    self.within(*b, less(left.0, to), less(left.1, from), depth);
                }
            }
            Kind::Mean(parts, _) => self.mean(parts, low, high, depth),
            Kind::Scale(axis, member, a) => {
                let scores = self.terms.program.scores;
                let unit = self.terms.score_unit();
                match self.terms.scale(*axis, *member) {
                    Some(Scale::Ramp { worst, best }) => {
                        let (lowest, highest) = (scores.lowest.0, scores.highest.0);
                        let run = i128::from(*best) - i128::from(*worst);
                        let rise = i128::from(highest) - i128::from(lowest);
                        let at = |score: i64| {
                            let up = i128::from(score) - i128::from(lowest);
                            i128::from(*worst) + run * up / rise.max(1)
                        };
                        let low = (low > lowest).then(|| at(low.saturating_sub(unit)));
                        let high = (high < highest).then(|| at(high.saturating_add(unit)));
                        let (low, high) = if run > 0 { (low, high) } else { (high, low) };
                        let low = low.map(|it| it - 1);
                        self.within(*a, low, high.map(|it| it + 1), depth);
                    }
                    Some(Scale::AsIs { capped }) => {
                        let (lowest, highest) = (scores.lowest.0, scores.highest.0);
                        let unit = i128::from(unit);
                        let low = (!capped || low > lowest).then(|| i128::from(low) - unit);
                        let high = (!capped || high < highest).then(|| i128::from(high) + unit);
                        self.within(*a, low, high, depth);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// A factor beside another that is above 0.
    fn factor(
        &mut self,
        a: T,
        b: T,
        (from, to): (Option<i128>, Option<i128>),
        unit: i64,
        depth: usize,
    ) {
        let Some((low, high)) = self.of(b).ends().filter(|(low, _)| *low > 0) else {
            return;
        };
        let unit = i128::from(unit);
        let far = |product: i128, by: i64| product * i128::from(ONE) / i128::from(by);
        let widest = |product: i128, up: bool| {
            let ends = [far(product, low), far(product, high)];
            let [first, second] = ends;
            if up {
                first.max(second) + 1
            } else {
                first.min(second) - 1
            }
        };
        let from = from.map(|it| widest(it - unit, false));
        let to = to.map(|it| widest(it + unit, true));
        self.within(a, from, to, depth);
    }

    /// What a mean says of each part, where all parts are there.
    fn mean(&mut self, parts: &[(i128, T)], low: i64, high: i64, depth: usize) {
        let unit = i128::from(self.terms.score_unit());
        let mut known: Vec<(i128, T, i128, i128)> = Vec::new();
        for (weight, term) in parts.iter().filter(|(weight, _)| *weight > 0) {
            match (self.of(*term).missing, self.of(*term).ends()) {
                (false, Some((low, high))) => {
                    known.push((*weight, *term, i128::from(low), i128::from(high)));
                }
                _ => return,
            }
        }
        let narrow = |weight: i128| weight < 1 << 60;
        let total: i128 = known.iter().map(|it| it.0).sum();
        if !narrow(total) {
            return;
        }
        let least: i128 = known.iter().map(|it| it.0 * it.2).sum();
        let most: i128 = known.iter().map(|it| it.0 * it.3).sum();
        for (weight, term, from, to) in known {
            let lowest = (i128::from(low) - unit) * total - (most - weight * to);
            let highest = (i128::from(high) + unit) * total - (least - weight * from);
            let lowest = lowest.div_euclid(weight);
            let highest = highest.div_euclid(weight) + 1;
            self.within(term, Some(lowest), Some(highest), depth);
        }
    }

    fn within(&mut self, term: T, from: Option<i128>, to: Option<i128>, depth: usize) {
        let cut = |it: i128| it.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        let from = from.map_or(i64::MIN, cut);
        let to = to.map_or(i64::MAX, cut);
        let missing = false;
        let set = Set::Range(from, to);
        self.want(term, &Domain { missing, set }, depth);
    }
}

/// The numbers for which a comparison holds, or does not.
fn held(operator: CompareOperator, limit: i64, yes: bool) -> (i64, i64) {
    let all = (i64::MIN, i64::MAX);
    match (operator, yes) {
        (CompareOperator::Less, true) | (CompareOperator::GreaterOrEqual, false) => {
            (i64::MIN, limit.saturating_sub(1))
        }
        (CompareOperator::LessOrEqual, true) | (CompareOperator::Greater, false) => {
            (i64::MIN, limit)
        }
        (CompareOperator::Greater, true) | (CompareOperator::LessOrEqual, false) => {
            (limit.saturating_add(1), i64::MAX)
        }
        (CompareOperator::GreaterOrEqual, true) | (CompareOperator::Less, false) => {
            (limit, i64::MAX)
        }
        (CompareOperator::Equal, true) | (CompareOperator::NotEqual, false) => (limit, limit),
        _ => all,
    }
}

/// An end; the ends of what a column holds are no ends, for beyond them nothing is known.
fn open(end: i64) -> Option<i128> {
    (end != i64::MIN && end != i64::MAX).then_some(i128::from(end))
}

fn plus(a: Option<i128>, b: Option<i128>) -> Option<i128> {
    Some(a? + b?)
}

fn less(a: Option<i128>, b: Option<i128>) -> Option<i128> {
    Some(a? - b?)
}
