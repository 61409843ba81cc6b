//! A condition → a customer who meets it, a proof that there is none, or neither. Domains are cut
//! where a comparison is undecided until the condition is decided; then what scores and arithmetic
//! must give is brought about by cutting the fields below. Exact, without sampling, and bounded.

use super::backward::Backward;
use super::domain::{Domain, Set};
use super::forward::forward;
use super::point::{Point, point_in};
use super::term::{Kind, T, Terms};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::Decimal;
use crate::value::decimal::ONE;
use std::sync::Arc;

/// How many cells one question may take.
pub const CELLS: usize = 20_000;

/// How often what follows from limits is followed further.
const ROUNDS: usize = 4;

/// How many customers are tried out for one question.
const TRIES: usize = 24;

/// How many points of a decided cell are looked at, and in how many such cells.
const VARIANTS: usize = 16;
const MANY: usize = 30;

/// What became of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// No customer meets the condition.
    Never,
    /// These values meet it.
    Found(Point),
    /// Neither was shown.
    Open(Why),
}

/// Why a question stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It takes more cells than the limit.
    TooMany,
    /// Something in it is not cut into cells, and no customer could be made for it.
    NotCut,
}

/// A cell: what each term of the question may be in it, and what was asked of terms on the way.
#[derive(Clone)]
struct Cell {
    domains: Vec<Domain>,
    limits: Vec<(usize, Domain)>,
    /// The computed terms whose limits do not follow from their parts yet.
    loose: Vec<usize>,
}

/// A question: the terms below a condition, in order.
pub struct Search<'s, 'p> {
    terms: &'s Terms<'p>,
    order: Vec<T>,
    /// For each term of the order the places of its parts.
    parts: Vec<Vec<usize>>,
    /// For each term its position in the order.
    places: Vec<usize>,
    root: usize,
    cells: usize,
    limit: usize,
}

/// What values a term may have at first sight.
pub fn look(terms: &Terms<'_>, term: T) -> Domain {
    let search = Search::new(terms, term, 1);
    let place = search.root;
    search.whole().domains.swap_remove(place)
}

/// Looks for values that make a condition hold and that `accept` takes.
pub fn search(
    terms: &Terms<'_>,
    condition: T,
    limit: usize,
    accept: &mut dyn FnMut(&Point) -> bool,
) -> Answer {
    Search::new(terms, condition, limit).run(Some(accept))
}

/// Whether any values meet a condition; which ones nobody asks, so they are not made round.
pub fn exists(terms: &Terms<'_>, condition: T, limit: usize) -> Answer {
    Search::new(terms, condition, limit).run(None)
}

impl<'s, 'p> Search<'s, 'p> {
    fn new(terms: &'s Terms<'p>, condition: T, limit: usize) -> Self {
        let order = terms.needed(&[condition]);
        let mut places = vec![usize::MAX; terms.len()];
        for (place, term) in order.iter().enumerate() {
            places[*term] = place;
        }
        let place_of = |term: &T| places[*term];
        let parts = order.iter().map(|term| {
            let parts = terms.kind(*term).children();
            parts.iter().map(place_of).collect()
        });
        Search {
            terms,
            root: places[condition],
            parts: parts.collect(),
            order,
            places,
            cells: 0,
            limit,
        }
    }

    fn run(&mut self, mut accept: Option<&mut dyn FnMut(&Point) -> bool>) -> Answer {
        let mut waiting: Vec<Cell> = self
            .followed(self.whole(), Vec::new())
            .into_iter()
            .collect();
        let (mut open, mut tries, mut decided) = (None, 0, 0);
        while let Some(cell) = waiting.pop() {
            self.cells += 1;
            if self.cells > self.limit {
                return Answer::Open(Why::TooMany);
            }
            let root = &cell.domains[self.root];
            if !root.is_yes() {
                if !matches!(root.set, Set::Flag(_, true)) {
                    continue;
                }
                match self.undecided(&cell) {
                    Some((place, limits)) => self.cut(&cell, place, limits, &mut waiting),
                    None => open = open.or(Some(Why::NotCut)),
                }
                continue;
            }
            // The condition holds here; what remains is to find values that lead here.
            let variants = match cell.loose.is_empty() {
                true => 3,
                false if decided <= MANY => VARIANTS,
                false => 1,
            };
            decided += 1;
            for variant in 0..variants {
                let seed = variant + VARIANTS * decided;
                let variant = if variant < 3 { variant } else { seed };
                let point = point_in(self.terms, |leaf| self.leaf(&cell, leaf), variant);
                if !self.holds_at(&point) {
                    continue;
                }
                let Some(accept) = &mut accept else {
                    return Answer::Found(point);
                };
                let rounder = self.rounded(&point);
                if let Some(rounder) = rounder
                    && accept(&rounder)
                {
                    return Answer::Found(rounder);
                }
                if accept(&point) {
                    return Answer::Found(point);
                }
                open = Some(Why::NotCut);
                tries += 1;
            }
            if tries >= TRIES {
                return Answer::Open(Why::NotCut);
            }
            if let Some(place) = cell.loose.first() {
                match self.below(&cell, *place) {
                    Some((place, limits)) => self.cut(&cell, place, limits, &mut waiting),
                    None => open = open.or(Some(Why::NotCut)),
                }
            } else if cell.loose.is_empty() && open.is_none() {
                // Every point of the cell should do; if none does, something is not cut.
                open = Some(Why::NotCut);
            }
        }
        open.map_or(Answer::Never, Answer::Open)
    }

    /// The cell of everything that is allowed.
    fn whole(&self) -> Cell {
        let mut domains: Vec<Domain> = Vec::with_capacity(self.order.len());
        for term in &self.order {
            let kind = self.terms.kind(*term);
            let domain = forward(self.terms, kind, &|term| domains[self.places[term]].clone());
            domains.push(domain);
        }
        Cell {
            domains,
            limits: Vec::new(),
            loose: Vec::new(),
        }
    }

    /// Cuts a cell by limits on one term; the first of them is looked at first.
    fn cut(&self, cell: &Cell, place: usize, limits: Vec<Domain>, waiting: &mut Vec<Cell>) {
        for limit in limits.into_iter().rev() {
            waiting.extend(self.limited(cell, place, limit));
        }
    }

    /// The part of a cell within a limit on one term; `None` where nobody is in it. What the limit
    /// says of the dimensions below follows it.
    fn limited(&self, cell: &Cell, at: usize, limit: Domain) -> Option<Cell> {
        self.followed(cell.clone(), vec![(at, limit)])
    }

    fn followed(&self, mut cell: Cell, mut seeds: Vec<(usize, Domain)>) -> Option<Cell> {
        for _ in 0..ROUNDS {
            self.settle(&mut cell, &seeds)?;
            seeds = self.follows(&cell)?;
            if seeds.is_empty() {
                break;
            }
        }
        Some(cell)
    }

    /// Applies limits; only what follows from their terms is computed anew.
    fn settle(&self, cell: &mut Cell, seeds: &[(usize, Domain)]) -> Option<()> {
        let mut first = self.order.len();
        let mut changed = vec![false; self.order.len()];
        for (at, limit) in seeds {
            first = first.min(*at);
            match cell.limits.iter_mut().find(|(place, _)| place == at) {
                Some((_, known)) => *known = known.both(limit),
                None => cell.limits.push((*at, limit.clone())),
            }
        }
        for place in first..self.order.len() {
            let touched = self.parts[place].iter().any(|part| changed[*part]);
            if !touched && !seeds.iter().any(|(at, _)| *at == place) {
                continue;
            }
            let kind = self.terms.kind(self.order[place]);
            let domains = &cell.domains;
            let mut domain = forward(self.terms, kind, &|term| domains[self.places[term]].clone());
            if let Some((_, limit)) = cell.limits.iter().find(|(it, _)| *it == place) {
                cell.loose.retain(|it| *it != place);
                if !matches!(kind, Kind::Leaf(_)) && !domain.within(limit) {
                    cell.loose.push(place);
                }
                domain = self.terms.aligned(self.order[place], domain.both(limit));
                if domain.is_empty() {
                    return None;
                }
            }
            changed[place] = domain != cell.domains[place];
            cell.domains[place] = domain;
        }
        let root = &cell.domains[self.root];
        matches!(root.set, Set::Flag(_, true)).then_some(())
    }

    /// What free dimensions can only be, from the condition and the limits of a cell; `None` where
    /// one of them is left with nothing.
    fn follows(&self, cell: &Cell) -> Option<Vec<(usize, Domain)>> {
        let mut backward = Backward::new(self.terms, &cell.domains, &self.places);
        backward.want(self.order[self.root], &Domain::flag(false, true), 0);
        for place in &cell.loose {
            let limit = cell.domains[*place].clone();
            backward.below(self.order[*place], limit, 0);
        }
        let mut seeds: Vec<(usize, Domain)> = Vec::new();
        for (term, domain) in backward.narrowed {
            let place = self.places[term];
            match seeds.iter_mut().find(|(at, _)| *at == place) {
                Some((_, known)) => *known = known.both(&domain),
                None => seeds.push((place, domain)),
            }
        }
        for (place, domain) in &mut seeds {
            *domain = self.terms.aligned(self.order[*place], domain.clone());
            if domain.is_empty() {
                return None;
            }
        }
        seeds.retain(|(place, domain)| *domain != cell.domains[*place]);
        Some(seeds)
    }

    fn leaf(&self, cell: &Cell, leaf: usize) -> Option<Domain> {
        let (_, term) = self.terms.leaves.get(leaf)?;
        let place = *self.places.get(*term)?;
        cell.domains.get(place).cloned()
    }

    /// The point with rounder values where the condition holds for them as well; `None` where it is
    /// round already.
    fn rounded(&self, point: &Point) -> Option<Point> {
        let mut rounded = point.clone();
        for (leaf, (of, term)) in self.terms.leaves.iter().enumerate() {
            let Some(Set::Range(value, _)) = point.get(leaf).map(|it| it.set) else {
                continue;
            };
            if of.ty == Type::Date {
                continue;
            }
            let allowed = self.terms.initial(leaf);
            let length = |value: i64| Decimal(value).to_string().len();
            let marks = self.terms.marks.get(term).into_iter().flatten().copied();
            let mut better: Vec<i64> = [0, ONE].into_iter().chain(marks).collect();
            better.retain(|it| length(*it) < length(value));
            better.sort_by_key(|it| (length(*it), it.unsigned_abs()));
            for one in better {
                let one = self
                    .terms
                    .aligned(*term, allowed.both(&Domain::range(one, one)));
                if one.is_point() && !one.missing {
                    let tried = rounded.with(leaf, one);
                    if self.holds_at(&tried) {
                        rounded = tried;
                        break;
                    }
                }
            }
        }
        (rounded != *point).then_some(rounded)
    }

    /// Whether the condition holds for certain at a point.
    fn holds_at(&self, point: &Point) -> bool {
        let mut domains: Vec<Domain> = Vec::with_capacity(self.order.len());
        for term in &self.order {
            let kind = self.terms.kind(*term);
            let domain = match kind {
                Kind::Leaf(leaf) => match point.get(*leaf) {
                    Some(domain) => domain,
                    None => return false,
                },
                _ => forward(self.terms, kind, &|term| domains[self.places[term]].clone()),
            };
            domains.push(domain);
        }
        domains[self.root].is_yes()
    }

    // Where to cut.

    fn domain<'c>(&self, cell: &'c Cell, term: T) -> &'c Domain {
        &cell.domains[self.places[term]]
    }

    /// An undecided comparison of the condition, and how it cuts its dimension.
    fn undecided(&self, cell: &Cell) -> Option<(usize, Vec<Domain>)> {
        let mut term = self.order[self.root];
        loop {
            let children: Vec<T> = match self.terms.kind(term) {
                Kind::And(parts) | Kind::Or(parts) => parts.clone(),
                Kind::Not(a) => vec![*a],
                Kind::If(condition, then, other) => match self.domain(cell, *condition).set {
                    Set::Flag(true, true) => vec![*condition],
                    _ => vec![*then, *other],
                },
                Kind::Default(a, b) => {
                    let domain = self.domain(cell, *a);
                    if domain.missing && !domain.set.is_empty() {
                        return Some((self.places[*a], by_presence(domain)));
                    }
                    vec![*a, *b]
                }
                _ => return self.atom(cell, term),
            };
            // The part with the fewest open comparisons decides soonest.
            let open = children
                .into_iter()
                .filter(|it| !self.domain(cell, *it).is_point());
            term = open.min_by_key(|it| self.weight(cell, *it, 0))?;
        }
    }

    /// How many open comparisons a condition has.
    fn weight(&self, cell: &Cell, term: T, depth: usize) -> usize {
        if self.domain(cell, term).is_point() {
            return 0;
        }
        match self.terms.kind(term) {
            Kind::And(parts) | Kind::Or(parts) if depth < 16 => parts
                .iter()
                .map(|it| self.weight(cell, *it, depth + 1))
                .sum(),
            Kind::Not(a) if depth < 16 => self.weight(cell, *a, depth + 1),
            _ => 1,
        }
    }

    fn atom(&self, cell: &Cell, term: T) -> Option<(usize, Vec<Domain>)> {
        let of = match self.terms.kind(term) {
            Kind::Compare(_, a, _)
            | Kind::In(a, _)
            | Kind::InNumbers(a, _)
            | Kind::IsMissing(a) => *a,
            Kind::Same(a, b) => match self.domain(cell, *a).is_point() {
                true => *b,
                false => *a,
            },
            _ => term,
        };
        let place = self.places[of];
        let domain = &cell.domains[place];
        if domain.missing && !domain.set.is_empty() {
            return Some((place, by_presence(domain)));
        }
        let sets: Vec<Set> = match (self.terms.kind(term), &domain.set) {
            (Kind::Compare(operator, _, limit), Set::Range(low, high)) => {
                at_limit(*operator, *limit, *low, *high)
            }
            (Kind::InNumbers(_, list), Set::Range(low, high)) => {
                let inside = list.iter().find(|it| low <= it && *it <= high);
                at_limit(CompareOperator::Equal, *inside?, *low, *high)
            }
            (Kind::In(_, list), Set::Codes(codes)) => {
                let part = |inside: bool| {
                    Set::codes(
                        codes
                            .iter()
                            .filter(|it| list.contains(it) == inside)
                            .copied(),
                    )
                };
                vec![part(true), part(false)]
            }
            (_, set) => self.halves(of, set)?,
        };
        let limits = sets.into_iter().filter(|it| !it.is_empty());
        let limits: Vec<Domain> = limits.map(Domain::of).collect();
        (limits.len() > 1).then_some((place, limits))
    }

    /// A free dimension below a term, and how to cut it.
    fn below(&self, cell: &Cell, place: usize) -> Option<(usize, Vec<Domain>)> {
        let mut term = self.order[place];
        loop {
            if let Kind::Leaf(_) = self.terms.kind(term) {
                let place = self.places[term];
                let domain = &cell.domains[place];
                if domain.missing && !domain.set.is_empty() {
                    return Some((place, by_presence(domain)));
                }
                let sets = self.halves(term, &domain.set)?;
                return Some((place, sets.into_iter().map(Domain::of).collect()));
            }
            let width = |child: &T| {
                let domain = self.domain(cell, *child);
                // What has few values is settled before ranges are cut.
                const FEW: i128 = i128::MAX / 4;
                match &domain.set {
                    set if domain.missing && !set.is_empty() => FEW + 2,
                    Set::Flag(..) => FEW + 1,
                    Set::Codes(_) => FEW,
                    Set::Range(low, high) => i128::from(*high) - i128::from(*low),
                }
            };
            let open = |child: &T| self.is_open(cell, *child);
            term = match self.terms.kind(term) {
                Kind::Mean(parts, _) | Kind::Known(parts) => {
                    let open = parts.iter().filter(|(_, child)| open(child));
                    open.max_by_key(|(weight, child)| weight.saturating_mul(width(child)))?
                        .1
                }
                Kind::If(condition, ..) if open(condition) => *condition,
                kind => kind.children().into_iter().filter(open).max_by_key(width)?,
            };
        }
    }

    /// Whether anything below a term is still free: its own values, or those it is made of.
    fn is_open(&self, cell: &Cell, term: T) -> bool {
        let domain = self.domain(cell, term);
        if !domain.is_point() {
            return !matches!(self.terms.kind(term), Kind::Constant(_));
        }
        false
    }

    /// A set in two parts, cut where something changes, else in the middle.
    fn halves(&self, term: T, set: &Set) -> Option<Vec<Set>> {
        match set {
            Set::Flag(true, true) => Some(vec![Set::Flag(false, true), Set::Flag(true, false)]),
            Set::Codes(codes) if codes.len() > 1 => {
                let (left, right) = codes.split_at(codes.len() / 2);
                Some(vec![
                    Set::Codes(Arc::from(left)),
                    Set::Codes(Arc::from(right)),
                ])
            }
            Set::Range(low, high) if low < high => {
                let marks = self.terms.marks.get(&term).into_iter().flatten();
                let inside: Vec<i64> = marks
                    .filter(|it| low < it && *it <= high)
                    .copied()
                    .collect();
                let mut middle = match inside.get(inside.len() / 2) {
                    Some(mark) => *mark,
                    None => middle(*low, *high),
                };
                let step = self.terms.step(term);
                if step > 1 {
                    middle = middle.div_euclid(step).saturating_mul(step);
                }
                if middle <= *low {
                    middle = low.saturating_add(step.max(1)).min(*high);
                }
                Some(vec![
                    Set::Range(middle, *high),
                    Set::Range(*low, middle.saturating_sub(1)),
                ])
            }
            _ => None,
        }
    }
}

/// The parts of a range on either side of a comparison.
fn at_limit(operator: CompareOperator, limit: i64, low: i64, high: i64) -> Vec<Set> {
    let below = |end: i64| Set::Range(low, high.min(end));
    let above = |start: i64| Set::Range(low.max(start), high);
    match operator {
        CompareOperator::Less | CompareOperator::GreaterOrEqual => {
            vec![above(limit), below(limit.saturating_sub(1))]
        }
        CompareOperator::LessOrEqual | CompareOperator::Greater => {
            vec![below(limit), above(limit.saturating_add(1))]
        }
        CompareOperator::Equal | CompareOperator::NotEqual => vec![
            Set::Range(low.max(limit), high.min(limit)),
            below(limit.saturating_sub(1)),
            above(limit.saturating_add(1)),
        ],
    }
}

/// There, or missing.
fn by_presence(domain: &Domain) -> Vec<Domain> {
    vec![
        Domain::of(domain.set.clone()),
        Domain::missing_like(&domain.set),
    ]
}

/// A place to cut a range: 0 inside it, a round step towards an end that is far away, else the middle.
fn middle(low: i64, high: i64) -> i64 {
    const FAR: i64 = 1_000_000_000_000_000;
    if low < 0 && high > 0 {
        return 0;
    }
    if low >= 0 && high > FAR {
        return low
            .max(1_000)
            .saturating_mul(100)
            .min(high / 2)
            .max(low.saturating_add(1));
    }
    if high <= 0 && low < -FAR {
        return high
            .min(-1_000)
            .saturating_mul(100)
            .max(low / 2)
            .min(high.saturating_sub(1));
    }
    low + (high - low + 1) / 2
}
