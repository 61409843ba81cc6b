//! How the values of a customer change while one number goes from one value to another: not at all,
//! only up, only down, or nobody knows. What only rises or falls and ends where it began has not
//! moved at all; so where the segment is still, nothing between the two values moves the customer.
//! Rules say how each operation carries a change on; the values themselves come from the evaluator.

use super::bounds::bands_within;
use super::seen::{Seen, Watched};
use super::slot::Slot;
use crate::model::program::Aggregate;
use crate::plan::Plan;
use crate::plan::op::{Comparison, Kind, Op, Place, Register, Space};

/// How a value changes while the input rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It stays what it is: present, missing or broken alike.
    Still,
    /// It never falls, and is never missing.
    Up,
    /// It never rises, and is never missing.
    Down,
    /// Anything.
    Any,
}

use Way::{Any, Down, Still, Up};

impl Way {
    fn turned(self) -> Way {
        match self {
            Up => Down,
            Down => Up,
            way => way,
        }
    }
}

/// Two ways that pull together.
fn both(a: Way, b: Way) -> Way {
    match (a, b) {
        (Still, way) | (way, Still) => way,
        (Up, Up) => Up,
        (Down, Down) => Down,
        _ => Any,
    }
}

/// The values of a customer at both ends of a stretch of an input.
pub struct Stretch<'s> {
    pub plan: &'s Plan,
    pub watched: &'s Watched,
    /// At the lower end.
    pub low: &'s [Seen],
    /// At the upper end.
    pub high: &'s [Seen],
}

/// What is known of a register.
#[derive(Clone, Copy, Debug)]
struct Known {
    way: Way,
    /// The least and the most that it comes to; where they are known it is never missing.
    bounds: Option<(i64, i64)>,
    /// Whether other customers' values may change with it.
    others: bool,
    /// Of a value of a table's rows, whether other rows of the same customer may change with it.
    spreads: bool,
}

/// What is known of one that nothing reaches.
const STILL: Known = Known {
    way: Still,
    bounds: None,
    others: false,
    spreads: false,
};

impl Stretch<'_> {
    /// Whether none of these registers can change between the two ends.
    pub fn is_still(&self, slot: Slot, of: &[Register]) -> bool {
        let mut known: Vec<Known> = Vec::with_capacity(self.plan.nodes.len());
        for (at, node) in self.plan.nodes.iter().enumerate() {
            let is_live = self.plan.live.get(at) == Some(&true);
            known.push(match (slot.is_read_by(&node.op), is_live) {
                (true, _) => Known {
                    way: Up,
                    bounds: self.ends(Register(at)),
                    ..STILL
                },
                (false, false) => STILL,
                (false, true) => self.of(Register(at), &node.op, &known),
            });
        }
        let is_still = |it: &Register| known.get(it.0).is_some_and(|it| it.way == Still);
        of.iter().all(is_still)
    }

    fn of(&self, register: Register, op: &Op, known: &[Known]) -> Known {
        let inputs = op.inputs();
        let has = |property: &dyn Fn(&Known) -> bool| {
            let mut inputs = inputs.iter();
            inputs.any(|it| known.get(it.0).is_none_or(property))
        };
        let moves = has(&|it| it.way != Still);
        let is_of_rows = matches!(self.plan.node(register).space, Space::Table(_));
        // A value of the customer reaches all its rows, each in its own way.
        let spreads = has(&|it| it.spreads) || moves && matches!(op, Op::Gather(..));
        let is_own = matches!(op, Op::RowAggregate { .. });
        let asks_others = op.is_barrier() && !is_own;
        let others = has(&|it| it.others);
        let is_unknown = asks_others && (others || spreads) || is_own && spreads;
        if !moves && !is_unknown {
            return Known {
                bounds: self.ends(register).filter(|(low, high)| low == high),
                others,
                spreads: spreads && is_of_rows,
                ..STILL
            };
        }
        let rule = Rule {
            stretch: self,
            known,
        };
        let found = match is_unknown {
            true => Any,
            false => rule.way_of(op),
        };
        let ends = self.ends(register);
        let way = match (found, ends) {
            (Up | Down, Some((low, high))) if low == high => Still,
            (Up | Down, None) if !is_hidden(op) => Any,
            (way, _) => way,
        };
        Known {
            way,
            bounds: match way {
                Any => rule.bounds(op),
                _ => ends.map(|(low, high)| (low.min(high), low.max(high))),
            },
            // The order itself is nobody's value; what is read from it is.
            others: others || asks_others && !is_hidden(op),
            spreads: spreads && is_of_rows,
        }
    }

    /// A value at both ends, where it is there at both.
    fn ends(&self, register: Register) -> Option<(i64, i64)> {
        let value = |seen| self.watched.value(self.plan, seen, register);
        match (value(self.low), value(self.high)) {
            (Seen::Number(low), Seen::Number(high)) => Some((low, high)),
            _ => None,
        }
    }

    /// The value of one that is still.
    fn still(&self, register: Register) -> Seen {
        self.watched.value(self.plan, self.low, register)
    }
}

/// The rules for one operation, with what is known of its inputs.
pub(super) struct Rule<'r, 's> {
    stretch: &'r Stretch<'s>,
    known: &'r [Known],
}

impl Rule<'_, '_> {
    /// Whether a member of a mean is never there.
    pub(super) fn is_left_out(&self, register: &Register) -> bool {
        self.way(register) == Still && self.stretch.still(*register) == Seen::Missing
    }

    pub(super) fn way(&self, register: &Register) -> Way {
        self.known.get(register.0).map_or(Any, |it| it.way)
    }

    /// The least and the most that a value comes to; `None` where that is not known, or it may be
    /// missing.
    pub(super) fn range(&self, register: &Register) -> Option<(i64, i64)> {
        let known = self.known.get(register.0)?;
        match known.way {
            Still => match self.stretch.still(*register) {
                Seen::Number(number) => Some((number, number)),
                _ => None,
            },
            _ => known.bounds,
        }
    }

    /// The same, of one that only rises or falls.
    fn run(&self, register: &Register) -> Option<(i64, i64)> {
        self.range(register).filter(|_| self.way(register) != Any)
    }

    /// What an operation makes of how its inputs change.
    fn way_of(&self, op: &Op) -> Way {
        let way = |register: &Register| self.way(register);
        let is_missing =
            |it: &Register| way(it) == Still && self.stretch.still(*it) == Seen::Missing;
        // A missing condition does not hold.
        let is_flag = |it: &Register, flag: bool| match self.stretch.still(*it) {
            _ if way(it) != Still => false,
            Seen::Number(number) => number == i64::from(flag),
            Seen::Missing => !flag,
            Seen::Broken | Seen::Unknown => false,
        };
        match op {
            Op::And(a, b) | Op::Or(a, b) => {
                // What decides alone, and what leaves it to the other.
                let decides = matches!(op, Op::Or(..));
                if is_flag(a, decides) || is_flag(b, decides) && self.range(a).is_some() {
                    Still
                } else if is_flag(a, !decides) {
                    way(b)
                } else if is_flag(b, !decides) {
                    way(a)
                } else {
                    both(way(a), way(b))
                }
            }
            Op::Default(a, b) => match (way(a), self.stretch.still(*a)) {
                (Still, Seen::Missing | Seen::Unknown) => way(b),
                (way, _) => way,
            },
            Op::IsMissing(a) => match way(a) {
                Any => Any,
                _ => Still,
            },
            Op::Select(condition, then, other) => match way(condition) {
                Still if is_flag(condition, true) => way(then),
                Still if is_flag(condition, false) => way(other),
                // One of them, whichever it is.
                Still => both(way(then), way(other)),
                _ => Any,
            },
            Op::Switch(choice, cases) => match (way(choice), self.stretch.still(*choice)) {
                (Still, Seen::Number(at)) => {
                    let case = usize::try_from(at).ok().and_then(|at| cases.get(at));
                    case.map_or(Any, way)
                }
                (Still, Seen::Missing | Seen::Broken) => Still,
                _ => Any,
            },
            Op::FirstHolds(cases) => {
                for case in cases {
                    if is_flag(case, true) {
                        return Still;
                    }
                    if !is_flag(case, false) {
                        return Any;
                    }
                }
                Still
            }
            Op::Mean(members, _) => {
                let there = members
                    .iter()
                    .filter(|(weight, it)| *weight > 0 && !is_missing(it));
                there.fold(Still, |all, (_, it)| both(all, way(it)))
            }
            Op::Require(a, _) => way(a),
            Op::Hours(_) | Op::Cost(_) => {
                let inputs = op.inputs();
                let mut least = inputs.iter().map(|it| self.run(it));
                match least.all(|it| it.is_some_and(|(least, _)| least >= 0)) {
                    true => inputs.iter().fold(Still, |all, it| both(all, way(it))),
                    false => Any,
                }
            }
            // Two conditions that hold at once are an error, whatever the first input is.
            Op::Exclusive(..) => Any,
            Op::RowAggregate {
                aggregate,
                value,
                filter,
                ..
            } => self.rows(*aggregate, value.as_ref(), filter.as_ref()),
            Op::Groups(..) => Any,
            Op::Order {
                value,
                groups,
                population,
            } => {
                let beside = groups.iter().chain(population);
                match beside.into_iter().all(|it| way(it) == Still) {
                    true => way(value),
                    false => Any,
                }
            }
            Op::Share {
                value,
                groups,
                population,
            } => {
                let beside = groups.iter().chain(population);
                match (
                    beside.into_iter().all(|it| way(it) == Still),
                    self.run(value),
                ) {
                    (true, Some((least, _))) if least >= 0 => way(value),
                    _ => Any,
                }
            }
            Op::ShareAbove(order, value) => match self.run(value) {
                Some((least, _)) if least >= 0 && way(order) != Any => way(value).turned(),
                _ => Any,
            },
            Op::Place(order, place) => match place {
                Place::Rank | Place::WithinCount { top: false, .. } => way(order).turned(),
                Place::WithinShare { top: false, .. } => way(order).turned(),
                Place::Score {
                    less_is_better: true,
                    ..
                } => way(order).turned(),
                _ => way(order),
            },
            Op::Aggregate {
                aggregate,
                value,
                filter,
                groups,
                population,
                ..
            } => {
                let mut beside = filter.iter().chain(groups).chain(population);
                let is_apart = filter.as_ref().is_some_and(|it| is_flag(it, false));
                match (beside.all(|it| way(it) == Still), value) {
                    (true, _) if is_apart => Still,
                    (true, Some(value)) if follows(*aggregate) => way(value),
                    _ => Any,
                }
            }
            _ if op.is_barrier() => Any,
            _ => self.arithmetic(op),
        }
    }

    /// Operations that are missing or broken as soon as one of their inputs is.
    fn arithmetic(&self, op: &Op) -> Way {
        let way = |register: &Register| self.way(register);
        let inputs = op.inputs();
        let stays_out = |it: &Register| {
            let still = self.stretch.still(*it);
            way(it) == Still && matches!(still, Seen::Missing | Seen::Broken)
        };
        if inputs.iter().any(stays_out) {
            return Still;
        }
        match op {
            Op::Negate(a) | Op::Not(a) => way(a).turned(),
            Op::Absolute(a) => match self.run(a) {
                Some((least, _)) if least >= 0 => way(a),
                Some((_, most)) if most <= 0 => way(a).turned(),
                _ => Any,
            },
            Op::Add(a, b) | Op::Smaller(a, b) | Op::Larger(a, b) => both(way(a), way(b)),
            Op::Subtract(a, b) | Op::DateDifference(a, b) => both(way(a), way(b).turned()),
            Op::ShiftDays(a, b, back) | Op::ShiftMonths(a, b, back) => match back {
                true => both(way(a), way(b).turned()),
                false => both(way(a), way(b)),
            },
            Op::MonthsBetween(from, to, _) => both(way(from).turned(), way(to)),
            Op::Multiply(a, b, _) => {
                let sign = |it: &Register| self.run(it).and_then(sign);
                match (sign(a), sign(b)) {
                    (Some(of_a), Some(of_b)) => both(signed(way(a), of_b), signed(way(b), of_a)),
                    (_, Some(of_b)) if way(b) == Still => signed(way(a), of_b),
                    (Some(of_a), _) if way(a) == Still => signed(way(b), of_a),
                    _ => Any,
                }
            }
            Op::Divide(a, b, ..) => match (self.run(a), self.run(b)) {
                (_, Some((least, _))) if least > 0 && way(b) == Still => way(a),
                (_, Some((_, most))) if most < 0 && way(b) == Still => way(a).turned(),
                (Some((least, _)), Some((divisor, _))) if least >= 0 && divisor > 0 => {
                    both(way(a), way(b).turned())
                }
                (Some((_, most)), Some((divisor, _))) if most <= 0 && divisor > 0 => {
                    both(way(a), way(b))
                }
                _ => Any,
            },
            Op::Round(a, digits, _) if way(digits) == Still => way(a),
            Op::RoundTo(a, _)
            | Op::Floor(a, _)
            | Op::Ceiling(a, _)
            | Op::ChoiceNumber(a)
            | Op::NumberChoice(a)
            | Op::Gather(_, a) => way(a),
            // Outside the range it is an error all the way.
            Op::AsIs(a, capped, scores) => match self.range(a) {
                Some((least, most))
                    if !capped && (least > scores.highest || most < scores.lowest) =>
                {
                    Still
                }
                _ => way(a),
            },
            Op::Compare(comparison, a, b) => self.compare(*comparison, a, b),
            Op::IsOneOf(a, list) => match self.range(a) {
                Some(range) if !list.iter().any(|it| is_within(it, range)) => Still,
                _ => Any,
            },
            Op::Match(a, arms, _) => match self.range(a) {
                Some(range) if !arms.iter().any(|(it, _)| is_within(it, range)) => Still,
                _ => Any,
            },
            Op::Ramp(a, worst, best, _) if worst <= best => way(a),
            Op::Ramp(a, ..) => way(a).turned(),
            Op::Curve(a, points, _) => match self.range(a) {
                Some(range) => carried(way(a), curve_way(points, range)),
                None => Any,
            },
            Op::Bands(a, bands, otherwise) => match self.range(a) {
                Some(range) => {
                    let scores = bands_within(bands, *otherwise, range);
                    carried(way(a), ordered(scores.into_iter()))
                }
                None => Any,
            },
            _ => Any,
        }
    }

    fn compare(&self, comparison: Comparison, a: &Register, b: &Register) -> Way {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        // Texts have numbers in no order.
        if self.stretch.plan.node(*a).kind == Kind::Text {
            return Any;
        }
        if let (Some(a), Some(b)) = (self.range(a), self.range(b)) {
            let is_decided = match comparison {
                Greater | LessOrEqual => a.0 > b.1 || a.1 <= b.0,
                GreaterOrEqual | Less => a.0 >= b.1 || a.1 < b.0,
                Equal | NotEqual => a.1 < b.0 || b.1 < a.0,
            };
            if is_decided {
                return Still;
            }
        }
        match comparison {
            Greater | GreaterOrEqual => both(self.way(a), self.way(b).turned()),
            Less | LessOrEqual => both(self.way(a).turned(), self.way(b)),
            Equal | NotEqual => Any,
        }
    }

    /// The rows of a customer, of which one changes.
    fn rows(
        &self,
        aggregate: Aggregate,
        value: Option<&Register>,
        filter: Option<&Register>,
    ) -> Way {
        let way = |register: &Register| self.way(register);
        let counts = filter.map_or(Some(true), |it| match (way(it), self.stretch.still(*it)) {
            (Still, Seen::Number(flag)) => Some(flag != 0),
            _ => None,
        });
        let Some(value) = value else {
            return filter.map_or(Still, way);
        };
        match (aggregate, counts) {
            (_, Some(false)) => Still,
            (aggregate, Some(true)) if follows(aggregate) => way(value),
            (Aggregate::Sum, None) => match (self.run(value), filter) {
                (Some((least, _)), Some(filter)) if least >= 0 => both(way(value), way(filter)),
                _ => Any,
            },
            _ => Any,
        }
    }
}

/// Whether an aggregate goes the way of its values.
fn follows(aggregate: Aggregate) -> bool {
    match aggregate {
        Aggregate::Sum
        | Aggregate::Average
        | Aggregate::Min
        | Aggregate::Max
        | Aggregate::Latest
        | Aggregate::Earliest
        | Aggregate::Every => true,
        Aggregate::Count | Aggregate::Distinct | Aggregate::Concentration => false,
    }
}

/// Whether the values of an operation are not looked at: those of orders are no values.
fn is_hidden(op: &Op) -> bool {
    matches!(op, Op::Order { .. } | Op::Groups(..))
}

/// A sign that all values between two have: 1 or −1; 0 counts as either.
fn sign((least, most): (i64, i64)) -> Option<i64> {
    if least >= 0 {
        Some(1)
    } else if most <= 0 {
        Some(-1)
    } else {
        None
    }
}

fn signed(way: Way, sign: i64) -> Way {
    if sign < 0 { way.turned() } else { way }
}

fn is_within(literal: &crate::model::program::Literal, (least, most): (i64, i64)) -> bool {
    use crate::model::program::Literal;
    match literal {
        Literal::Number(number) => (least..=most).contains(number),
        Literal::Choice(code) => (least..=most).contains(&i64::from(*code)),
        Literal::Flag(flag) => (least..=most).contains(&i64::from(*flag)),
        Literal::Text(_) => true,
    }
}

/// The way of a scale after the way of its value.
fn carried(way: Way, scale: Way) -> Way {
    match (way, scale) {
        (_, Still) => Still,
        (Any, _) | (_, Any) => Any,
        (way, Up) => way,
        (way, Down) => way.turned(),
    }
}

/// How scores that follow each other change.
fn ordered(scores: impl Iterator<Item = i64>) -> Way {
    let scores: Vec<i64> = scores.collect();
    let pairs = || {
        scores
            .windows(2)
            .filter_map(|it| Some((it.first()?, it.get(1)?)))
    };
    if pairs().all(|(a, b)| a == b) {
        Still
    } else if pairs().all(|(a, b)| a <= b) {
        Up
    } else if pairs().all(|(a, b)| a >= b) {
        Down
    } else {
        Any
    }
}

/// How a curve goes between two values.
fn curve_way(points: &[(i64, i64)], (least, most): (i64, i64)) -> Way {
    // The points inside, with the next one on either side.
    let first = points.iter().rposition(|(x, _)| *x <= least).unwrap_or(0);
    let last = points.iter().position(|(x, _)| *x >= most);
    let last = last.unwrap_or(points.len().saturating_sub(1));
    let inside = points.get(first..=last.max(first)).unwrap_or(&[]);
    ordered(inside.iter().map(|(_, score)| *score))
}
