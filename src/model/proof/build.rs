//! Checked expressions, axes and segmentations → terms. What is not cut into cells becomes a free
//! dimension of its own, the same wherever the same is written. Nothing is decided here.

use super::domain::{Domain, Set};
use super::term::{DAY, Kind, Leaf, Origin, Shape, T, Terms, Value, Values, gcd};
use crate::builtins::Function;
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{
    AxisId, Field, FieldId, LetId, Literal, LookupValues, ParamId, PortfolioFunction, Program,
    Reading, SegmentationId, TableId,
};
use crate::model::types::Type;
use crate::syntax::tree::{ArithmeticOperator, CompareOperator, RankEnd};
use crate::value::decimal::ONE;
use ahash::AHashMap;

/// What has to be built before an expression that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Let(LetId),
    Axis(AxisId),
    Segmentation(SegmentationId),
}

/// What params may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Params {
    /// What they are in this run.
    AsTheyAre,
    /// Anything within their bounds; flags, both.
    WithinBounds,
    /// What people try within their bounds: numbers with as many decimals as scores have, or as they have
    /// themselves.
    Played,
    /// Anything, where they have no bounds.
    Any,
}

/// Builds terms.
pub struct Builder<'p> {
    /// The program.
    pub program: &'p Program,
    /// The terms so far.
    pub terms: Terms<'p>,
    /// What params may be.
    pub params: Params,
    /// Whether portfolio functions range over everybody, as in an `exclude`.
    pub everyone: bool,
    parts: AHashMap<(Part, bool), T>,
    pub(super) members: AHashMap<(AxisId, bool), (Vec<T>, T)>,
}

impl<'p> Builder<'p> {
    /// A builder without terms.
    pub fn new(program: &'p Program, params: Params) -> Self {
        Builder {
            program,
            terms: Terms::new(program),
            params,
            everyone: false,
            parts: AHashMap::new(),
            members: AHashMap::new(),
        }
    }

    /// The term of an expression. Long chains of lets are built from their far end, so that nothing
    /// goes deep.
    pub fn expr(&mut self, expr: &Expr) -> T {
        let mut waiting = self.missing_parts(expr);
        let mut opened: Vec<Part> = Vec::new();
        while let Some(part) = waiting.last().copied() {
            if self.parts.contains_key(&(part, self.everyone)) {
                waiting.pop();
                continue;
            }
            if !opened.contains(&part) {
                opened.push(part);
                let needs: Vec<Part> = self
                    .expressions(part)
                    .into_iter()
                    .flat_map(|it| self.missing_parts(it))
                    .collect();
                if !needs.is_empty() {
                    waiting.extend(needs);
                    continue;
                }
            }
            waiting.pop();
            let term = self.part(part);
            self.parts.insert((part, self.everyone), term);
        }
        self.term(expr)
    }

    /// The parts directly named by an expression that are not built yet.
    fn missing_parts(&self, expr: &Expr) -> Vec<Part> {
        let mut found = Vec::new();
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            let part = match &expr.kind {
                ExprKind::Let(id) => Some(Part::Let(*id)),
                ExprKind::Axis(id) | ExprKind::Member(id, _) | ExprKind::Known(id) => {
                    Some(Part::Axis(*id))
                }
                ExprKind::Segment(id) => Some(Part::Segmentation(*id)),
                _ => None,
            };
            found.extend(part.filter(|it| !self.parts.contains_key(&(*it, self.everyone))));
            waiting.extend(children(expr));
        }
        found
    }

    fn expressions(&self, part: Part) -> Vec<&'p Expr> {
        let program = self.program;
        match part {
            Part::Let(id) => program
                .lets
                .get(id.0)
                .map(|it| &it.value)
                .into_iter()
                .collect(),
            Part::Axis(id) => {
                let members = program.axes.get(id.0).map(|axis| &axis.members);
                members
                    .into_iter()
                    .flatten()
                    .filter_map(super::axis::value_of)
                    .collect()
            }
            Part::Segmentation(id) => match program.segmentations.get(id.0) {
                Some(segmentation) => super::segments::expressions(segmentation),
                None => Vec::new(),
            },
        }
    }

    fn part(&mut self, part: Part) -> T {
        let program = self.program;
        match part {
            Part::Let(id) => match program.lets.get(id.0) {
                Some(let_) => self.term(&let_.value),
                None => self.unknown("let", &Type::Number, true),
            },
            Part::Axis(id) => self.axis(id),
            Part::Segmentation(id) => self.segmentation(id),
        }
    }

    fn named(&mut self, part: Part, expr: &Expr) -> T {
        match self.parts.get(&(part, self.everyone)) {
            Some(term) => *term,
            None => self.opaque(expr),
        }
    }

    /// The term of an expression whose parts are built.
    fn term(&mut self, expr: &Expr) -> T {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Param(id) => self.param(*id, expr),
            ExprKind::Today => self.number(self.program.today.0),
            ExprKind::Missing => self.terms.make(Kind::Missing(shape_of(&expr.ty))),
            ExprKind::Field(id) => {
                let field = self.program.customers.fields.get(id.0);
                self.field(format!("field {}", id.0), Origin::Field(*id), field)
            }
            ExprKind::RowField(table, id) => {
                let field = self.field_of(*table, *id);
                let key = format!("row {} {}", table.0, id.0);
                self.field(key, Origin::RowField(*id), field)
            }
            ExprKind::OnePerCustomer(table, id) => self.cell(*table, *id),
            ExprKind::Let(id) => self.named(Part::Let(*id), expr),
            ExprKind::Axis(id) => self.named(Part::Axis(*id), expr),
            ExprKind::Member(id, member) => {
                let members = self.members.get(&(*id, self.everyone));
                match members.and_then(|(members, _)| members.get(member.0)) {
                    Some(term) => *term,
                    None => self.opaque(expr),
                }
            }
            ExprKind::Known(id) => match self.members.get(&(*id, self.everyone)) {
                Some((_, known)) => *known,
                None => self.opaque(expr),
            },
            ExprKind::Overridden => self.overridden(),
            ExprKind::Segment(id) => self.named(Part::Segmentation(*id), expr),
            ExprKind::Negate(a) => {
                let a = self.term(a);
                self.terms.make(Kind::Negate(a))
            }
            ExprKind::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, expr),
            ExprKind::Compare(operator, a, b) => self.compare(*operator, a, b),
            ExprKind::IsOneOf(a, list) => self.is_one_of(a, list),
            ExprKind::IsMissing(a) => {
                let a = self.term(a);
                self.terms.make(Kind::IsMissing(a))
            }
            ExprKind::And(parts) => {
                let parts = parts.iter().map(|it| self.term(it)).collect();
                self.terms.make(Kind::And(parts))
            }
            ExprKind::Or(parts) => {
                let parts = parts.iter().map(|it| self.term(it)).collect();
                self.terms.make(Kind::Or(parts))
            }
            ExprKind::Not(a) => {
                let a = self.term(a);
                self.not(a)
            }
            ExprKind::Default(a, b) => {
                let (a, b) = (self.branch(a, expr), self.branch(b, expr));
                self.terms.make(Kind::Default(a, b))
            }
            ExprKind::If(condition, then, other) => {
                let condition = self.term(condition);
                let (then, other) = (self.branch(then, expr), self.branch(other, expr));
                self.terms.make(Kind::If(condition, then, other))
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments, expr),
            ExprKind::Lookup(id, key) => match self.program.lookups.get(id.0) {
                Some(lookup) => self.lookup(&lookup.values, key, expr),
                None => self.opaque(expr),
            },
            ExprKind::ChoiceText(inner) => {
                let term = self.term(inner);
                self.as_text(term, &inner.ty)
            }
            ExprKind::Portfolio {
                function: PortfolioFunction::InCount(RankEnd::Top, count),
                value,
                by,
            } => {
                let rank = Expr {
                    kind: ExprKind::Portfolio {
                        function: PortfolioFunction::Rank,
                        value: value.clone(),
                        by: by.clone(),
                    },
                    ty: Type::Number,
                    ..expr.clone()
                };
                let rank = self.opaque(&rank);
                let count = i64::try_from(*count)
                    .unwrap_or(i64::MAX)
                    .saturating_mul(ONE);
                self.terms
                    .make(Kind::Compare(CompareOperator::LessOrEqual, rank, count))
            }
            _ => self.opaque(expr),
        }
    }

    /// A constant number.
    pub fn number(&mut self, units: i64) -> T {
        self.terms.make(Kind::Constant(Value::Number(units)))
    }

    /// That a flag does not hold.
    pub fn not(&mut self, a: T) -> T {
        match self.terms.kind(a) {
            Kind::Not(inner) => *inner,
            _ => self.terms.make(Kind::Not(a)),
        }
    }

    fn literal(&mut self, literal: &Literal) -> T {
        let value = self.terms.value(literal);
        self.terms.make(Kind::Constant(value))
    }

    fn param(&mut self, id: ParamId, expr: &Expr) -> T {
        let Some(param) = self.program.params.get(id.0) else {
            return self.opaque(expr);
        };
        let is_free = match self.params {
            Params::AsTheyAre => false,
            Params::WithinBounds | Params::Played => {
                param.bounds.is_some() || param.ty == Type::Flag
            }
            Params::Any => true,
        };
        if !is_free {
            return self.literal(&param.value);
        }
        let initial = match &param.bounds {
            Some((Literal::Number(low), Literal::Number(high))) => Domain::range(*low, *high),
            _ => self.all(&param.ty, false),
        };
        let leaf = Leaf {
            origin: Origin::Param(id),
            ty: param.ty.clone(),
            initial,
        };
        let step = match (self.params, &param.bounds, &param.value) {
            (
                Params::Played,
                Some((Literal::Number(low), Literal::Number(high))),
                Literal::Number(value),
            ) => [*low, *high, *value]
                .into_iter()
                .fold(self.terms.score_unit(), gcd),
            _ => 1,
        };
        self.terms.leaf(format!("param {}", id.0), leaf, step)
    }

    fn field_of(&self, table: TableId, field: FieldId) -> Option<&'p Field> {
        self.program.tables.get(table.0)?.fields.get(field.0)
    }

    fn field(&mut self, key: String, origin: Origin, field: Option<&'p Field>) -> T {
        let Some(field) = field else {
            return self.unknown(&key, &Type::Number, true);
        };
        let mut initial = self.all(&field.ty, field.optional);
        let steps = matches!(field.ty, Type::Steps(_));
        for bound in &field.bounds {
            let limit = bound.limit;
            let within = match bound.operator {
                CompareOperator::GreaterOrEqual => Set::Range(limit, i64::MAX),
                CompareOperator::Greater => Set::Range(limit.saturating_add(1), i64::MAX),
                CompareOperator::LessOrEqual => Set::Range(i64::MIN, limit),
                CompareOperator::Less => Set::Range(i64::MIN, limit.saturating_sub(1)),
                CompareOperator::Equal | CompareOperator::NotEqual => continue,
            };
            initial.set = match (&initial.set, &within) {
                (Set::Codes(codes), Set::Range(low, high)) if steps => {
                    let inside = |it: &&u32| (*low..=*high).contains(&i64::from(**it));
                    Set::codes(codes.iter().filter(inside).copied())
                }
                (set, within) => set.both(within),
            };
        }
        let step = match (&field.ty, field.reading) {
            (Type::Score, _) => self.terms.score_unit(),
            (_, Reading::Scaled(count) | Reading::Seconds(count)) => count,
            _ => 1,
        };
        // An earlier segment that no longer exists counts as none.
        initial.missing |= matches!(field.ty, Type::Segment(_));
        let leaf = Leaf {
            origin,
            ty: field.ty.clone(),
            initial,
        };
        self.terms.leaf(key, leaf, step)
    }

    /// A cell of the customer's row in a table of one row per customer.
    fn cell(&mut self, table: TableId, id: FieldId) -> T {
        let row = Leaf {
            origin: Origin::Row(table),
            ty: Type::Flag,
            initial: Domain::flag(true, true),
        };
        let row = self.terms.leaf(format!("has {}", table.0), row, 1);
        let field = self.field_of(table, id);
        let key = format!("cell {} {}", table.0, id.0);
        let cell = self.field(key, Origin::RowCell(table, id), field);
        self.terms.make(Kind::Cell(row, cell))
    }

    fn arithmetic(&mut self, operator: ArithmeticOperator, a: &Expr, b: &Expr, expr: &Expr) -> T {
        use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
        let (left, right) = (self.term(a), self.term(b));
        let unit = match expr.ty {
            Type::Score => self.terms.score_unit(),
            _ => 1,
        };
        let number = |this: &Self, term: T| match this.terms.constant(term) {
            Some(Value::Number(units)) => Some(units),
            _ => None,
        };
        match (operator, &a.ty, &b.ty) {
            (Subtract, Type::Date, Type::Date) => {
                self.terms.make(Kind::DateDifference(left, right))
            }
            (Add | Subtract, Type::Date, _) | (Add, _, Type::Date) => {
                let (date, by, ty) = match a.ty {
                    Type::Date => (left, right, &b.ty),
                    _ => (right, left, &a.ty),
                };
                let by = number(self, by).and_then(|it| match operator {
                    Subtract => it.checked_neg(),
                    _ => Some(it),
                });
                match (by, ty) {
                    (Some(by), Type::Months) => self.terms.make(Kind::ShiftMonths(date, by)),
                    (Some(by), _) => self.terms.make(Kind::ShiftDays(date, by.div_euclid(DAY))),
                    (None, _) => self.opaque(expr),
                }
            }
            (Add, _, _) => {
                let term = self.terms.make(Kind::Add(left, right));
                self.as_score(term, expr)
            }
            (Subtract, _, _) => {
                let term = self.terms.make(Kind::Subtract(left, right));
                self.as_score(term, expr)
            }
            (Multiply, Type::Months, _) | (Multiply, _, Type::Months) => self.opaque(expr),
            (Multiply, _, _) => self.terms.make(Kind::Multiply(left, right, unit)),
            (Divide, _, _) => self.terms.make(Kind::Divide(left, right, unit)),
        }
    }

    /// A number as a score, where the expression is one.
    fn as_score(&mut self, term: T, expr: &Expr) -> T {
        if expr.ty != Type::Score {
            return term;
        }
        let unit = self.terms.score_unit();
        self.terms.make(Kind::RoundTo(term, unit))
    }

    /// A branch of a value, as the run rounds it.
    fn branch(&mut self, branch: &Expr, whole: &Expr) -> T {
        let term = self.term(branch);
        let constant = matches!(branch.kind, ExprKind::Literal(_) | ExprKind::Param(_));
        let is_missing = matches!(branch.kind, ExprKind::Missing);
        if is_missing || (branch.ty == Type::Score && !constant) {
            return term;
        }
        self.as_score(term, whole)
    }

    fn call(&mut self, function: Function, arguments: &[Expr], expr: &Expr) -> T {
        let base = match expr.ty {
            Type::Duration => 3_600 * ONE,
            Type::Months => 1,
            _ => ONE,
        };
        if matches!(
            function,
            Function::StartsWith | Function::Contains | Function::Lower
        ) || matches!(expr.ty, Type::Steps(_))
        {
            return self.opaque(expr);
        }
        let mut values = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            values.push(match function {
                Function::Round if at > 0 => self.term(argument),
                _ => self.branch(argument, expr),
            });
        }
        let fold = |this: &mut Self, kind: fn(T, T) -> Kind| {
            let mut values = values.iter().copied();
            let first = values.next();
            first.map(|first| values.fold(first, |all, it| this.terms.make(kind(all, it))))
        };
        let one = values.first().copied();
        let term = match (function, values.as_slice()) {
            (Function::Min, _) => fold(self, Kind::Smaller),
            (Function::Max, _) => fold(self, Kind::Larger),
            (Function::Clamp, [a, low, high]) => {
                let above = self.terms.make(Kind::Larger(*a, *low));
                Some(self.terms.make(Kind::Smaller(above, *high)))
            }
            (Function::Abs, _) => one.map(|a| self.terms.make(Kind::Absolute(a))),
            (Function::Floor, _) => one.map(|a| self.terms.make(Kind::Floor(a, base))),
            (Function::Ceil, _) => one.map(|a| self.terms.make(Kind::Ceiling(a, base))),
            (Function::Round, [a]) => Some(self.terms.make(Kind::RoundTo(*a, base))),
            (Function::Round, [a, digits, ..]) => match self.terms.constant(*digits) {
                Some(Value::Number(digits)) => {
                    let digits = u32::try_from(digits / ONE).unwrap_or(6).min(6);
                    let unit = (base / 10_i64.pow(digits)).max(1);
                    Some(self.terms.make(Kind::RoundTo(*a, unit)))
                }
                _ => None,
            },
            (Function::DaysSince, [a]) => {
                let today = self.number(self.program.today.0);
                Some(self.terms.make(Kind::DateDifference(today, *a)))
            }
            (Function::MonthsSince, [a]) => Some(self.terms.make(Kind::MonthsSince(*a, 1))),
            (Function::YearsSince, [a]) => Some(self.terms.make(Kind::MonthsSince(*a, 12))),
            _ => None,
        };
        term.unwrap_or_else(|| self.opaque(expr))
    }

    fn lookup(&mut self, values: &LookupValues, key: &Expr, expr: &Expr) -> T {
        let LookupValues::Inline { entries, otherwise } = values else {
            return self.opaque(expr);
        };
        let mut of = self.term(key);
        if matches!(entries.first(), Some((Literal::Text(_), _))) {
            of = self.as_text(of, &key.ty);
        }
        let entries = entries
            .iter()
            .map(|(key, value)| (self.terms.value(key), Some(self.terms.value(value))));
        let entries = entries.collect();
        let otherwise = otherwise.as_ref().map(|it| self.terms.value(it));
        self.table(of, entries, Some(otherwise), shape_of(&expr.ty))
    }

    /// A value by the value of a term.
    pub(super) fn table(
        &mut self,
        of: T,
        entries: Vec<(Value, Option<Value>)>,
        otherwise: Option<Option<Value>>,
        shape: Shape,
    ) -> T {
        let values = Values {
            entries,
            otherwise,
            shape,
        };
        let known = self.terms.tables.iter().position(|it| *it == values);
        let at = known.unwrap_or_else(|| {
            self.terms.tables.push(values);
            self.terms.tables.len() - 1
        });
        self.terms.make(Kind::Table(at, of))
    }

    /// A choice as a text; a text as it is.
    pub(super) fn as_text(&mut self, term: T, ty: &Type) -> T {
        let texts: Vec<String> = match ty {
            Type::OneOf(texts) | Type::Steps(texts) => texts.to_vec(),
            Type::Segment(id) => match self.program.segmentations.get(id.0) {
                Some(known) => known.segments.iter().map(|it| it.name.clone()).collect(),
                None => Vec::new(),
            },
            Type::Team => self
                .program
                .teams
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            _ => return term,
        };
        let entries = texts.iter().zip(0..).map(|(text, code)| {
            let text = self.terms.text_code(text);
            (Value::Code(code), Some(Value::Code(text)))
        });
        let entries = entries.collect();
        self.table(term, entries, None, Shape::Code)
    }
}

/// The kind of set of a type.
pub fn shape_of(ty: &Type) -> Shape {
    match ty {
        Type::Flag => Shape::Flag,
        ty if ty.is_choice() || *ty == Type::Text => Shape::Code,
        _ => Shape::Number,
    }
}
