//! What conditions are made of, each thing once: free dimensions, and what is computed from them.
//! Terms stand in an order in which each follows its parts. Nothing is searched here.

use super::domain::{Domain, OTHER, Set};
use super::forward::forward;
use crate::model::program::{
    AxisId, Expr, FieldId, Literal, MemberId, ParamId, Program, Scale, TableId,
};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::decimal::{ONE, unit};
use ahash::AHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A position in [`Terms`].
pub type T = usize;

/// Millionths of a second in a day.
pub const DAY: i64 = 86_400 * ONE;
/// 0001-01-01 and 9999-12-31 as days since 1970-01-01.
pub const DATES: (i64, i64) = (-719_162, 2_932_896);

/// A single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// In the units of a column.
    Number(i64),
    /// A flag.
    Flag(bool),
    /// A position in a list, or the number of a text.
    Code(u32),
}

/// What a term computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A constant.
    Constant(Value),
    /// Always missing; the type's kind of set is that of the other branch.
    Missing(Shape),
    /// A free dimension, by position in the leaves.
    Leaf(usize),
    /// A cell of a row that may not be there: the flag of the row, the cell.
    Cell(T, T),
    Negate(T),
    Add(T, T),
    Subtract(T, T),
    /// Rounded to a multiple of the unit.
    Multiply(T, T, i64),
    /// Missing where the divisor is 0.
    Divide(T, T, i64),
    Smaller(T, T),
    Larger(T, T),
    Absolute(T),
    RoundTo(T, i64),
    Floor(T, i64),
    Ceiling(T, i64),
    DateDifference(T, T),
    /// By calendar months, by a constant.
    ShiftMonths(T, i64),
    ShiftDays(T, i64),
    /// Whole periods of so many months until today.
    MonthsSince(T, i64),
    /// A number and a constant.
    Compare(CompareOperator, T, i64),
    /// Whether two choices or texts are the same.
    Same(T, T),
    /// Whether a choice or text is one of these.
    In(T, Vec<u32>),
    /// Whether a number is one of these.
    InNumbers(T, Vec<i64>),
    IsMissing(T),
    Not(T),
    And(Vec<T>),
    Or(Vec<T>),
    If(T, T, T),
    Default(T, T),
    /// The position of a choice as a number.
    Position(T),
    /// By value, in a table of the arena.
    Table(usize, T),
    /// The score of a criterion's value.
    Scale(AxisId, MemberId, T),
    /// The weighted mean of those that are there; without any it is missing, or nobody's.
    Mean(Vec<(i128, T)>, bool),
    /// The share of the weight of flags that hold.
    Known(Vec<(i128, T)>),
    /// The code of the first condition that holds.
    Ladder(Vec<(T, u32)>),
}

/// A kind of set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    Number,
    Flag,
    Code,
}

/// A free dimension.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// What it stands for.
    pub origin: Origin,
    /// Its type.
    pub ty: Type,
    /// All its values; those of texts follow from what the rules mention.
    pub initial: Domain,
}

/// What a free dimension stands for.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A field of the customers.
    Field(FieldId),
    /// Whether a table of one row per customer has the customer's row.
    Row(TableId),
    /// A field of that row.
    RowCell(TableId, FieldId),
    /// A field of a row inside an aggregate.
    RowField(FieldId),
    /// A param that may take any value within its bounds.
    Param(ParamId),
    /// Made from the rows of a table.
    Rows(Box<Expr>),
    /// Anything else that is not cut into cells.
    Unknown,
}

/// A table of values: keys, and what stands for all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Values {
    /// Each key once; `None` where the value is missing.
    pub entries: Vec<(Value, Option<Value>)>,
    /// What stands for other keys; `None` where there are none, `Some(None)` where it is missing.
    pub otherwise: Option<Option<Value>>,
    /// The kind of the values.
    pub shape: Shape,
}

/// All terms of a program.
pub struct Terms<'p> {
    /// The program.
    pub program: &'p Program,
    kinds: Vec<Kind>,
    steps: Vec<i64>,
    index: AHashMap<Kind, T>,
    /// The free dimensions, with the term of each.
    pub leaves: Vec<(Leaf, T)>,
    leaf_index: AHashMap<String, T>,
    /// The tables of values.
    pub tables: Vec<Values>,
    texts: Vec<Arc<str>>,
    text_index: AHashMap<Arc<str>, u32>,
    /// Numbers at which something changes, for terms that scales and comparisons look at directly.
    pub marks: AHashMap<T, BTreeSet<i64>>,
}

impl<'p> Terms<'p> {
    /// No terms yet.
    pub fn new(program: &'p Program) -> Self {
        Terms {
            program,
            kinds: Vec::new(),
            steps: Vec::new(),
            index: AHashMap::new(),
            leaves: Vec::new(),
            leaf_index: AHashMap::new(),
            tables: Vec::new(),
            texts: Vec::new(),
            text_index: AHashMap::new(),
            marks: AHashMap::new(),
        }
    }

    /// What a term computes.
    pub fn kind(&self, term: T) -> &Kind {
        &self.kinds[term]
    }

    /// All values of a term are multiples of it.
    pub fn step(&self, term: T) -> i64 {
        self.steps[term]
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Units of a score.
    pub fn score_unit(&self) -> i64 {
        unit(self.program.scores.decimals)
    }

    /// The value of a constant term.
    pub fn constant(&self, term: T) -> Option<Value> {
        match self.kind(term) {
            Kind::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// The term of a kind; constants are computed.
    pub fn make(&mut self, kind: Kind) -> T {
        if let Some(term) = self.index.get(&kind) {
            return *term;
        }
        let children = kind.children();
        let all_constant = children.iter().all(|it| self.constant(*it).is_some());
        let leafless = matches!(kind, Kind::Constant(_) | Kind::Missing(_) | Kind::Leaf(_));
        if !leafless && all_constant {
            let domains = |term: T| match self.constant(term) {
                Some(value) => value.domain(),
                None => Domain::range(1, 0),
            };
            if let Some(value) = Value::of(&forward(self, &kind, &domains)) {
                return self.make(Kind::Constant(value));
            }
        }
        let step = self.step_of(&kind);
        let term = self.kinds.len();
        self.mark(&kind);
        self.kinds.push(kind.clone());
        self.steps.push(step);
        self.index.insert(kind, term);
        term
    }

    /// A free dimension; the same key is the same dimension.
    pub fn leaf(&mut self, key: String, leaf: Leaf, step: i64) -> T {
        if let Some(term) = self.leaf_index.get(&key) {
            return *term;
        }
        let at = self.leaves.len();
        let term = self.make(Kind::Leaf(at));
        self.steps[term] = step.max(1);
        self.leaves.push((leaf, term));
        self.leaf_index.insert(key, term);
        term
    }

    /// All values of a free dimension.
    pub fn initial(&self, leaf: usize) -> Domain {
        let Some((leaf, term)) = self.leaves.get(leaf) else {
            return Domain::range(1, 0);
        };
        if leaf.ty != Type::Text {
            return self.aligned(*term, leaf.initial.clone());
        }
        let known = u32::try_from(self.texts.len()).unwrap_or(OTHER);
        Domain {
            missing: leaf.initial.missing,
            set: Set::codes((0..known).chain([OTHER])),
        }
    }

    /// A domain without what lies between the steps of a term.
    pub fn aligned(&self, term: T, domain: Domain) -> Domain {
        let step = self.step(term);
        match domain.set {
            Set::Range(low, high) if step > 1 => {
                let (low, high) = (i128::from(low), i128::from(high));
                let step = i128::from(step);
                let up = -(-low).div_euclid(step) * step;
                let down = high.div_euclid(step) * step;
                let set = match (i64::try_from(up), i64::try_from(down)) {
                    (Ok(up), Ok(down)) => Set::Range(up, down),
                    _ => Set::Range(1, 0),
                };
                Domain { set, ..domain }
            }
            _ => domain,
        }
    }

    /// The code of a text.
    pub fn text_code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.text_index.get(text) {
            return *code;
        }
        let code = u32::try_from(self.texts.len()).unwrap_or(OTHER);
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.text_index.insert(text, code);
        code
    }

    /// The text of a code, where rules mention it.
    pub fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize).map(|text| &**text)
    }

    /// A literal as a value; texts get a code.
    pub fn value(&mut self, literal: &Literal) -> Value {
        match literal {
            Literal::Number(units) => Value::Number(*units),
            Literal::Flag(flag) => Value::Flag(*flag),
            Literal::Choice(code) => Value::Code(*code),
            Literal::Text(text) => Value::Code(self.text_code(text)),
        }
    }

    /// The scale of a criterion.
    pub fn scale(&self, axis: AxisId, member: MemberId) -> Option<&'p Scale> {
        use crate::model::program::MemberKind;
        let member = self.program.axes.get(axis.0)?.members.get(member.0)?;
        match &member.kind {
            MemberKind::Criterion { scale, .. } => Some(scale),
            MemberKind::Group { .. } => None,
        }
    }

    /// The terms below these, in an order in which each follows its parts.
    pub fn needed(&self, roots: &[T]) -> Vec<T> {
        let mut seen = vec![false; self.len()];
        let mut waiting: Vec<T> = roots.to_vec();
        let mut needed = Vec::new();
        while let Some(term) = waiting.pop() {
            if !std::mem::replace(&mut seen[term], true) {
                needed.push(term);
                waiting.extend(self.kind(term).children());
            }
        }
        needed.sort_unstable();
        needed
    }

    fn step_of(&self, kind: &Kind) -> i64 {
        let of = |terms: &[T]| terms.iter().fold(0, |all, it| gcd(all, self.steps[*it]));
        match kind {
            Kind::Constant(Value::Number(units)) => units.checked_abs().unwrap_or(1),
            Kind::Cell(_, a) | Kind::Negate(a) | Kind::Absolute(a) => self.steps[*a],
            Kind::Add(a, b)
            | Kind::Subtract(a, b)
            | Kind::Smaller(a, b)
            | Kind::Larger(a, b)
            | Kind::Default(a, b)
            | Kind::If(_, a, b) => of(&[*a, *b]).max(1),
            Kind::RoundTo(_, unit)
            | Kind::Floor(_, unit)
            | Kind::Ceiling(_, unit)
            | Kind::Multiply(_, _, unit)
            | Kind::Divide(_, _, unit) => *unit,
            Kind::Scale(..) | Kind::Mean(..) => self.score_unit(),
            Kind::MonthsSince(..) => ONE,
            Kind::DateDifference(..) => DAY,
            Kind::Missing(_) => 0,
            Kind::Table(table, _) => {
                let table = self.tables.get(*table);
                let values = table.iter().flat_map(|it| {
                    it.entries
                        .iter()
                        .map(|(_, value)| *value)
                        .chain(it.otherwise)
                });
                values
                    .fold(0, |all, value| match value {
                        Some(Value::Number(units)) => gcd(all, units),
                        _ => all,
                    })
                    .max(1)
            }
            _ => 1,
        }
    }

    /// Keeps where scales and comparisons change, so that searches cut there.
    fn mark(&mut self, kind: &Kind) {
        let (term, numbers): (T, Vec<i64>) = match kind {
            Kind::Compare(_, term, limit) => (*term, vec![*limit, limit.saturating_add(1)]),
            Kind::InNumbers(term, list) => (*term, list.clone()),
            Kind::Scale(axis, member, term) => {
                let numbers = match self.scale(*axis, *member) {
                    Some(Scale::Ramp { worst, best }) => vec![*worst, *best],
                    Some(Scale::Curve(points)) => points.iter().map(|(x, _)| *x).collect(),
                    Some(Scale::Bands { bands, .. }) => bands.iter().map(|it| it.1).collect(),
                    _ => Vec::new(),
                };
                (*term, numbers)
            }
            _ => return,
        };
        self.marks.entry(term).or_default().extend(numbers);
    }
}

impl Value {
    /// The domain that holds it alone.
    pub fn domain(self) -> Domain {
        Domain::of(match self {
            Value::Number(units) => Set::Range(units, units),
            Value::Flag(flag) => Set::Flag(!flag, flag),
            Value::Code(code) => Set::codes([code]),
        })
    }

    /// The value of a domain that holds one alone.
    pub fn of(domain: &Domain) -> Option<Value> {
        if domain.missing || !domain.set.is_point() {
            return None;
        }
        Some(match &domain.set {
            Set::Range(low, _) => Value::Number(*low),
            Set::Flag(_, yes) => Value::Flag(*yes),
            Set::Codes(codes) => Value::Code(*codes.first()?),
        })
    }
}

impl Kind {
    /// The terms that it looks at.
    pub fn children(&self) -> Vec<T> {
        match self {
            Kind::Constant(_) | Kind::Missing(_) | Kind::Leaf(_) => Vec::new(),
            Kind::Cell(a, b)
            | Kind::Add(a, b)
            | Kind::Subtract(a, b)
            | Kind::Multiply(a, b, _)
            | Kind::Divide(a, b, _)
            | Kind::Smaller(a, b)
            | Kind::Larger(a, b)
            | Kind::DateDifference(a, b)
            | Kind::Same(a, b)
            | Kind::Default(a, b) => vec![*a, *b],
            Kind::Negate(a)
            | Kind::Absolute(a)
            | Kind::RoundTo(a, _)
            | Kind::Floor(a, _)
            | Kind::Ceiling(a, _)
            | Kind::ShiftMonths(a, _)
            | Kind::ShiftDays(a, _)
            | Kind::MonthsSince(a, _)
            | Kind::Compare(_, a, _)
            | Kind::In(a, _)
            | Kind::InNumbers(a, _)
            | Kind::IsMissing(a)
            | Kind::Not(a)
            | Kind::Position(a)
            | Kind::Table(_, a)
            | Kind::Scale(_, _, a) => vec![*a],
            Kind::And(parts) | Kind::Or(parts) => parts.clone(),
            Kind::If(a, b, c) => vec![*a, *b, *c],
            Kind::Mean(parts, _) | Kind::Known(parts) => parts.iter().map(|it| it.1).collect(),
            Kind::Ladder(steps) => steps.iter().map(|it| it.0).collect(),
        }
    }
}

/// The largest number of which both are multiples; that of 0 and another is the other.
pub fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).unwrap_or(1)
}
