//! Expressions → operations. A value of the customer is gathered where a table's row asks for it;
//! a value that becomes a score is rounded as a score.

use super::{Frame, Lowering, Sight, kind_of};
use crate::base::Span;
use crate::builtins::Function;
use crate::model::program::{Expr, ExprKind, Literal, SegmentationId};
use crate::model::types::Type;
use crate::plan::op::{Comparison, Kind, Op, Population, Register, Space};
use crate::syntax::tree::{ArithmeticOperator, CompareOperator};

/// Millionths of a second in an hour, and millionths in one.
const HOUR: i64 = 3_600_000_000;
const ONE: i64 = crate::value::decimal::ONE;

impl Lowering<'_> {
    /// The register of an expression. A constant keeps all its decimals, also beside a score: a
    /// score is compared with what is written.
    pub(super) fn value(&mut self, expr: &Expr, frame: Frame) -> Register {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => self.constant(literal, expr),
            ExprKind::Param(param) => match self.program.params.get(param.0) {
                Some(param) => self.constant(&param.value, expr),
                None => self.missing(&expr.ty, span),
            },
            ExprKind::Today => self.number(self.program.today.0, &Type::Date, span),
            ExprKind::Missing => self.missing(&expr.ty, span),
            ExprKind::Field(field) => {
                let register = self.field(*field, span);
                self.of_customer(register, frame, expr)
            }
            ExprKind::RowField(table, field) => {
                let known = self.program.tables.get(table.0);
                let field_of = known.and_then(|it| it.fields.get(field.0));
                let optional = field_of.is_none_or(|field| field.optional);
                let op = Op::RowField(*table, *field);
                self.builder
                    .add_leaf(op, kind_of(&expr.ty), &expr.ty, span, optional)
            }
            ExprKind::OnePerCustomer(table, field) => {
                let register = self.made(Op::OnePerCustomer(*table, *field), expr);
                self.of_customer(register, frame, expr)
            }
            ExprKind::Let(id) => self.let_(*id, expr, frame),
            ExprKind::ChoiceText(inner) => {
                let register = self.value(inner, frame);
                self.as_text(register, inner)
            }
            ExprKind::Axis(axis) => {
                let register = self.axis(*axis, frame.population).score;
                self.of_customer(register, frame, expr)
            }
            ExprKind::Member(axis, member) => {
                let plan = self.axis(*axis, frame.population);
                match plan.members.get(member.0) {
                    Some(member) => self.of_customer(member.score, frame, expr),
                    None => self.missing(&expr.ty, span),
                }
            }
            ExprKind::Known(axis) => {
                let register = self.axis(*axis, frame.population).known;
                self.of_customer(register, frame, expr)
            }
            ExprKind::Segment(segmentation) => {
                let register = self.segmentation(*segmentation, frame.population).segment;
                self.of_customer(register, frame, expr)
            }
            ExprKind::Overridden => {
                let moved = self.moved(span);
                let register = self.is_there(moved, span);
                self.of_customer(register, frame, expr)
            }
            ExprKind::DecidedBy => {
                let register = self.decided_by(expr);
                self.of_customer(register, frame, expr)
            }
            ExprKind::Owner
            | ExprKind::Activity(_)
            | ExprKind::Actual(_)
            | ExprKind::Worth(_)
            | ExprKind::TextColumn(_)
            | ExprKind::CostToServe
            | ExprKind::CostAs(_)
            | ExprKind::Hours { .. }
            | ExprKind::Available { .. }
            | ExprKind::Booked { .. } => self.service_value(expr, frame),
            ExprKind::Negate(a) => {
                let a = self.value(a, frame);
                self.made(Op::Negate(a), expr)
            }
            ExprKind::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, expr, frame),
            ExprKind::Compare(operator, a, b) => {
                let (left, right) = self.sides(a, b, frame);
                match a.ty {
                    Type::Team => self.same_team(*operator, left, right, span),
                    _ => self.made(Op::Compare(comparison(*operator), left, right), expr),
                }
            }
            ExprKind::IsOneOf(a, values) => {
                let register = self.value(a, frame);
                let register = match values.first() {
                    Some(Literal::Text(_)) => self.as_text(register, a),
                    _ => register,
                };
                let listed = self.made(Op::IsOneOf(register, values.clone()), expr);
                match a.ty {
                    Type::Team => {
                        let there = self.is_there(register, span);
                        self.flag(Op::And(there, listed), span)
                    }
                    _ => listed,
                }
            }
            ExprKind::IsMissing(a) if is_service_text(a) => {
                let text = self.value(a, frame);
                let empty = self.no_text(span);
                self.made(Op::Compare(Comparison::Equal, text, empty), expr)
            }
            ExprKind::IsMissing(a) => {
                let a = self.value(a, frame);
                self.made(Op::IsMissing(a), expr)
            }
            ExprKind::And(parts) => self.joined(parts, expr, frame, Op::And),
            ExprKind::Or(parts) => self.joined(parts, expr, frame, Op::Or),
            ExprKind::Not(a) => {
                let a = self.value(a, frame);
                self.made(Op::Not(a), expr)
            }
            ExprKind::Default(a, b) => {
                let (a, b) = (self.branch(a, expr, frame), self.branch(b, expr, frame));
                self.made(Op::Default(a, b), expr)
            }
            ExprKind::If(condition, then, other) => {
                let condition = self.value(condition, frame);
                let then = self.branch(then, expr, frame);
                let other = self.branch(other, expr, frame);
                self.made(Op::Select(condition, then, other), expr)
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments, expr, frame),
            ExprKind::Lookup(lookup, key) => {
                let register = self.value(key, frame);
                let known = self.program.lookups.get(lookup.0);
                let register = match known {
                    Some(known) if known.key == Type::Text => self.as_text(register, key),
                    _ => register,
                };
                let always = known.is_some_and(super::super::always_finds);
                let op = Op::Lookup(*lookup, register);
                self.builder
                    .add_leaf(op, kind_of(&expr.ty), &expr.ty, span, !always)
            }
            ExprKind::RowAggregate { .. } => self.row_aggregate(expr, frame),
            ExprKind::Aggregate { .. } => self.aggregate(expr, frame),
            ExprKind::PersonAggregate { .. } => self.person_aggregate(expr, frame),
            ExprKind::Portfolio { .. } => self.portfolio(expr, frame),
            ExprKind::OfGiven(row, value) => {
                let value = self.value(value, Frame::of(Population::Final));
                self.made(Op::RowAt(*row, value), expr)
            }
        }
    }

    /// Whether an owner is that team: a customer without service has none, and it is no team.
    fn same_team(
        &mut self,
        operator: CompareOperator,
        left: Register,
        right: Register,
        span: Span,
    ) -> Register {
        let (one, other) = (self.is_there(left, span), self.is_there(right, span));
        let there = self.flag(Op::And(one, other), span);
        let same = self.flag(Op::Compare(Comparison::Equal, left, right), span);
        let same = self.flag(Op::And(there, same), span);
        match operator {
            CompareOperator::NotEqual => self.flag(Op::Not(same), span),
            _ => same,
        }
    }

    /// The text of what has none.
    pub(super) fn no_text(&mut self, span: Span) -> Register {
        let op = Op::Constant(Literal::Text("".into()));
        self.builder.add(op, Kind::Text, &Type::Text, span)
    }

    /// An operation with the type and place of an expression.
    pub(super) fn made(&mut self, op: Op, expr: &Expr) -> Register {
        self.builder.add(op, kind_of(&expr.ty), &expr.ty, expr.span)
    }

    /// A value of the customers as it is seen from where the expression stands.
    pub(super) fn of_customer(
        &mut self,
        register: Register,
        frame: Frame,
        expr: &Expr,
    ) -> Register {
        let node = self.builder.node(register);
        let (kind, ty) = (node.kind, node.ty.clone());
        if node.space != Space::Customers {
            return register;
        }
        match frame.sight {
            Sight::Customer => register,
            Sight::Row(table) => {
                let known = self.program.tables.get(table.0);
                let key = known.and_then(|it| it.fields.get(it.key.0));
                let nobody = key.is_none_or(|key| key.optional);
                let op = Op::Gather(table, register);
                self.builder.add_leaf(op, kind, &ty, expr.span, nobody)
            }
            // A test of one customer may name its values bare.
            Sight::Portfolio | Sight::Person(_) => {
                let op = Op::RowAt(0, register);
                self.builder.add(op, kind, &ty, expr.span)
            }
        }
    }

    fn constant(&mut self, literal: &Literal, expr: &Expr) -> Register {
        let kind = match literal {
            Literal::Number(_) => Kind::Number,
            Literal::Flag(_) => Kind::Flag,
            Literal::Choice(_) => Kind::Choice,
            Literal::Text(_) => Kind::Text,
        };
        let op = Op::Constant(literal.clone());
        self.builder.add(op, kind, &expr.ty, expr.span)
    }

    fn joined(
        &mut self,
        parts: &[Expr],
        expr: &Expr,
        frame: Frame,
        op: fn(Register, Register) -> Op,
    ) -> Register {
        let mut joined = None;
        for part in parts {
            let part = self.value(part, frame);
            joined = Some(match joined {
                None => part,
                Some(before) => self.made(op(before, part), expr),
            });
        }
        joined.unwrap_or_else(|| self.yes(expr.span))
    }

    /// A branch of a value; a constant or a number becomes a score where the whole is one.
    fn branch(&mut self, branch: &Expr, whole: &Expr, frame: Frame) -> Register {
        let register = self.value(branch, frame);
        let constant = matches!(branch.kind, ExprKind::Literal(_) | ExprKind::Param(_));
        if branch.ty == Type::Score && !constant {
            return register;
        }
        self.as_score(register, whole)
    }

    fn as_score(&mut self, register: Register, expr: &Expr) -> Register {
        if expr.ty != Type::Score || self.kind(register) != Kind::Number {
            return register;
        }
        self.made(Op::RoundTo(register, self.scores.unit), expr)
    }

    fn arithmetic(
        &mut self,
        operator: ArithmeticOperator,
        a: &Expr,
        b: &Expr,
        expr: &Expr,
        frame: Frame,
    ) -> Register {
        use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
        let (left, right) = (self.value(a, frame), self.value(b, frame));
        let unit = match expr.ty {
            Type::Score => self.scores.unit,
            _ => 1,
        };
        let back = operator == Subtract;
        match (operator, &a.ty, &b.ty) {
            (Subtract, Type::Date, Type::Date) => self.made(Op::DateDifference(left, right), expr),
            (Add | Subtract, Type::Date, Type::Months) => {
                self.made(Op::ShiftMonths(left, right, back), expr)
            }
            (Add | Subtract, Type::Date, _) => self.made(Op::ShiftDays(left, right, back), expr),
            (Add, Type::Months, Type::Date) => self.made(Op::ShiftMonths(right, left, false), expr),
            (Add, _, Type::Date) => self.made(Op::ShiftDays(right, left, false), expr),
            (Add | Subtract, _, _) => {
                let op = match operator {
                    Add => Op::Add(left, right),
                    _ => Op::Subtract(left, right),
                };
                let register = self.made(op, expr);
                self.as_score(register, expr)
            }
            (Multiply, _, _) => self.made(Op::Multiply(left, right, unit), expr),
            (Divide, _, _) => {
                let literal = self.builder.constant(right);
                let never_zero = match literal {
                    Some(Literal::Number(value)) => *value != 0,
                    _ => !expr.optional && !a.optional && !b.optional,
                };
                self.made(Op::Divide(left, right, unit, never_zero), expr)
            }
        }
    }

    /// Two sides that are compared, held in the same way.
    pub(super) fn sides(&mut self, a: &Expr, b: &Expr, frame: Frame) -> (Register, Register) {
        let (left, right) = (self.value(a, frame), self.value(b, frame));
        let different_lists = match (&a.ty, &b.ty) {
            (Type::OneOf(one), Type::OneOf(other)) => one != other,
            _ => false,
        };
        if self.kind(left) != self.kind(right) || different_lists {
            (self.as_text(left, a), self.as_text(right, b))
        } else {
            (left, right)
        }
    }

    /// A choice as text; a text as it is.
    pub(super) fn as_text(&mut self, register: Register, expr: &Expr) -> Register {
        if self.kind(register) != Kind::Choice {
            return register;
        }
        let texts: Vec<String> = match &expr.ty {
            Type::OneOf(texts) | Type::Steps(texts) => texts.to_vec(),
            Type::Segment(SegmentationId(id)) => match self.program.segmentations.get(*id) {
                Some(known) => known.segments.iter().map(|it| it.name.clone()).collect(),
                None => return register,
            },
            Type::Team => self
                .program
                .teams
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            _ => return register,
        };
        let op = Op::ChoiceText(register, texts.into());
        self.builder.add(op, Kind::Text, &Type::Text, expr.span)
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &[Expr],
        expr: &Expr,
        frame: Frame,
    ) -> Register {
        let base = match expr.ty {
            Type::Duration => HOUR,
            Type::Months => 1,
            _ => ONE,
        };
        let mut values: Vec<Register> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = match function {
                Function::StartsWith | Function::Contains | Function::Lower => {
                    let value = self.value(argument, frame);
                    self.as_text(value, argument)
                }
                Function::Round if !values.is_empty() => self.value(argument, frame),
                _ => self.branch(argument, expr, frame),
            };
            values.push(value);
        }
        let today = self.number(self.program.today.0, &Type::Date, expr.span);
        match (function, values.as_slice()) {
            (Function::Min, [first, rest @ ..]) => self.extreme(*first, rest, expr, Op::Smaller),
            (Function::Max, [first, rest @ ..]) => self.extreme(*first, rest, expr, Op::Larger),
            (Function::Abs, [a]) => self.made(Op::Absolute(*a), expr),
            (Function::Round, [a]) => self.made(Op::RoundTo(*a, base), expr),
            (Function::Round, [a, digits, ..]) => self.made(Op::Round(*a, *digits, base), expr),
            (Function::Floor, [a]) => self.made(Op::Floor(*a, base), expr),
            (Function::Ceil, [a]) => self.made(Op::Ceiling(*a, base), expr),
            (Function::Clamp, [a, low, high]) => {
                let above = self.made(Op::Larger(*a, *low), expr);
                self.made(Op::Smaller(above, *high), expr)
            }
            (Function::DaysSince, [a]) => self.made(Op::DateDifference(today, *a), expr),
            (Function::MonthsSince, [a]) => self.made(Op::MonthsBetween(*a, today, 1), expr),
            (Function::YearsSince, [a]) => self.made(Op::MonthsBetween(*a, today, 12), expr),
            (Function::StartsWith, [a, b]) => self.made(Op::StartsWith(*a, *b), expr),
            (Function::Contains, [a, b]) => self.made(Op::Contains(*a, *b), expr),
            (Function::Lower, [a]) => self.made(Op::Lower(*a), expr),
            _ => self.missing(&expr.ty, expr.span),
        }
    }

    fn extreme(
        &mut self,
        first: Register,
        rest: &[Register],
        expr: &Expr,
        op: fn(Register, Register) -> Op,
    ) -> Register {
        if kind_of(&expr.ty) != Kind::Choice {
            let made = |best, other: &Register| self.made(op(best, *other), expr);
            return rest.iter().fold(first, made);
        }
        // Steps are put in order by their positions.
        let mut best = self.ordered(first, expr);
        for other in rest {
            let other = self.ordered(*other, expr);
            best = self
                .builder
                .add(op(best, other), Kind::Number, &expr.ty, expr.span);
        }
        self.made(Op::NumberChoice(best), expr)
    }
}

/// The comparison of an operator.
/// Whether an expression is a text of the services.
fn is_service_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::TextColumn(_) => true,
        ExprKind::OfGiven(_, inner) => is_service_text(inner),
        _ => false,
    }
}

pub(super) fn comparison(operator: CompareOperator) -> Comparison {
    match operator {
        CompareOperator::Equal => Comparison::Equal,
        CompareOperator::NotEqual => Comparison::NotEqual,
        CompareOperator::Less => Comparison::Less,
        CompareOperator::LessOrEqual => Comparison::LessOrEqual,
        CompareOperator::Greater => Comparison::Greater,
        CompareOperator::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}
