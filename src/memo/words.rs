//! Names, constants and expressions of a model in the words of a language. Names and labels stay as
//! the model has them; what stands between them comes from the message tables.

use super::messages::{Language, Messages};
use super::numbers;
use super::page::{PLAIN, STRONG};
use crate::builtins::Function;
use crate::model::program::{
    ActivityId, Aggregate, Expr, ExprKind, Field, Literal, PortfolioFunction, Program, SegmentId,
    SegmentationId, TableId, TeamId,
};
use crate::model::types::Type;
use crate::syntax::tree::{ArithmeticOperator, CompareOperator, RankEnd};
use crate::value::decimal::wide_text;
use crate::value::{Date, Decimal};

/// A model in the words of a language.
pub struct Words<'w> {
    /// The model.
    pub program: &'w Program,
    language: Language,
    messages: Messages,
}

impl<'w> Words<'w> {
    /// The words of a language for a model.
    pub fn new(program: &'w Program, language: Language) -> Words<'w> {
        Words {
            program,
            language,
            messages: Messages::of(language),
        }
    }

    /// A sentence with its words filled in.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.messages.say(key, values)
    }

    // Names.

    /// A name as people read it.
    pub fn pretty(&self, name: &str) -> String {
        name.replace('_', " ")
    }

    /// The label, or the name as people read it.
    pub fn title(&self, name: &str, label: Option<&String>) -> String {
        label.cloned().unwrap_or_else(|| self.pretty(name))
    }

    /// A segment.
    pub fn segment(&self, of: SegmentationId, segment: SegmentId) -> String {
        let segmentation = self.program.segmentations.get(of.0);
        let segment = segmentation.and_then(|it| it.segments.get(segment.0));
        segment.map_or(String::new(), |it| self.title(&it.name, it.label.as_ref()))
    }

    /// An activity.
    pub fn activity(&self, id: ActivityId) -> String {
        let activity = self.program.activities.get(id.0);
        activity.map_or(String::new(), |it| self.title(&it.name, it.label.as_ref()))
    }

    fn team(&self, id: TeamId) -> String {
        let team = self.program.teams.get(id.0);
        team.map_or(String::new(), |it| self.title(&it.name, it.label.as_ref()))
    }

    fn table(&self, id: TableId) -> String {
        let table = self.program.tables.get(id.0);
        table.map_or(String::new(), |it| self.pretty(&it.name))
    }

    fn field(&self, field: &Field) -> String {
        // The column's header is in the model's language.
        match field.headers.first() {
            Some(header) if *header != field.name => header.clone(),
            _ => self.pretty(&field.name),
        }
    }

    /// The plain name of what an expression names, as people read it; empty for what is no name.
    pub fn name(&self, expr: &Expr) -> String {
        let name = match &expr.kind {
            ExprKind::Field(id) => self.program.customers.fields.get(id.0).map(|it| &it.name),
            ExprKind::Let(id) => self.program.lets.get(id.0).map(|it| &it.name),
            _ => None,
        };
        name.map_or(String::new(), |name| self.pretty(name))
    }

    /// A text that stands out.
    pub fn strong(&self, text: &str) -> String {
        format!("{STRONG}{text}{PLAIN}")
    }

    /// A list: `a, b and c`.
    pub fn all_of(&self, items: &[String]) -> String {
        self.joined(items, "word.and")
    }

    /// A list of names; in quotes where one of them has a comma of its own.
    pub fn names(&self, mut items: Vec<String>) -> String {
        if items.iter().any(|it| it.contains(',')) {
            for it in &mut items {
                *it = self.say("word.named", &[("name", it)]);
            }
        }
        self.all_of(&items)
    }

    fn one_of(&self, items: &[String]) -> String {
        self.joined(items, "word.or")
    }

    fn joined(&self, items: &[String], key: &str) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.say(key, &[])),
        }
    }

    // Constants.

    /// A printed number.
    pub fn number(&self, text: &str) -> String {
        numbers::number(self.language, text)
    }

    /// A decimal.
    pub fn decimal(&self, decimal: Decimal) -> String {
        self.number(&decimal.to_string())
    }

    /// An amount in the model's currency.
    pub fn money(&self, millionths: i64) -> String {
        match &self.program.currency {
            Some(currency) => numbers::money(self.language, millionths, currency),
            None => self.decimal(Decimal(millionths)),
        }
    }

    /// A day.
    pub fn date(&self, date: Date) -> String {
        numbers::date(self.language, date)
    }

    /// A weight as the file writes it, in the language's form.
    pub fn weight(&self, text: &str) -> String {
        match text.strip_suffix('%').and_then(|it| Decimal::parse(it, -2)) {
            Some(percent) => numbers::percent(self.language, percent.0),
            None => text.replace(" of ", "/"),
        }
    }

    /// A constant.
    pub fn literal(&self, ty: &Type, literal: &Literal) -> String {
        match (literal, ty) {
            (Literal::Number(number), Type::Money) => self.money(*number),
            (Literal::Number(number), Type::Percent) => numbers::percent(self.language, *number),
            (Literal::Number(number), Type::Date) => self.date(Date(*number)),
            (Literal::Number(number), Type::Duration) => {
                numbers::duration(self.language, &self.messages, *number)
            }
            (Literal::Number(number), Type::Months) => {
                let key = match number {
                    1 => "unit.months.one",
                    _ => "unit.months",
                };
                self.say(key, &[("count", &self.number(&number.to_string()))])
            }
            (Literal::Number(number), _) => self.number(&wide_text(i128::from(*number))),
            (Literal::Flag(true), _) => self.say("word.yes", &[]),
            (Literal::Flag(false), _) => self.say("word.no", &[]),
            (Literal::Text(text), _) if text.is_empty() => self.say("word.nothing", &[]),
            (Literal::Text(text), _) => text.to_string(),
            (Literal::Choice(code), Type::OneOf(texts) | Type::Steps(texts)) => {
                texts.get(*code as usize).cloned().unwrap_or_default()
            }
            (Literal::Choice(code), Type::Segment(id)) => {
                self.segment(*id, SegmentId(*code as usize))
            }
            (Literal::Choice(code), _) => self.team(TeamId(*code as usize)),
        }
    }

    // Expressions.

    /// A condition as a clause: `attractiveness is at least 7 and years is above 2`.
    pub fn condition(&self, expr: &Expr) -> String {
        self.words(expr)
    }

    /// An expression in words.
    pub fn words(&self, expr: &Expr) -> String {
        let program = self.program;
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(&expr.ty, literal),
            ExprKind::Param(id) => match program.params.get(id.0) {
                Some(param) => {
                    let ty = match (&param.ty, &expr.ty) {
                        (Type::Number, ty) if ty.is_numeric() => ty,
                        (ty, _) => ty,
                    };
                    let value = self.literal(ty, &param.value);
                    let name = self.title(&param.name, param.label.as_ref());
                    self.say("param.named", &[("name", &name), ("value", &value)])
                }
                None => String::new(),
            },
            ExprKind::Today => self.say("word.today", &[]),
            ExprKind::Missing => self.say("word.nothing", &[]),
            ExprKind::Overridden => self.say("word.overridden", &[]),
            ExprKind::DecidedBy => self.say("word.decided", &[]),
            ExprKind::Owner => self.say("word.owner", &[]),
            ExprKind::Negate(inner) => format!("−{}", self.inner(inner)),
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            ExprKind::Compare(operator, left, right) => self.compare(*operator, left, right, true),
            ExprKind::IsOneOf(value, list) => self.is_one_of(value, list, true),
            ExprKind::IsMissing(value) => self.say("op.missing", &[("a", &self.words(value))]),
            ExprKind::And(parts) => match self.between(parts, true) {
                Some(words) => words,
                None => self.chain(parts, "word.and"),
            },
            ExprKind::Or(parts) => match self.between(parts, false) {
                Some(words) => words,
                None => self.chain(parts, "word.or"),
            },
            ExprKind::Not(inner) => self.negated(inner),
            ExprKind::Default(value, other) => {
                let (a, b) = (self.words(value), self.words(other));
                self.say("op.default", &[("a", &a), ("b", &b)])
            }
            ExprKind::If(condition, then, other) => {
                let (a, b, c) = (self.words(condition), self.words(then), self.words(other));
                self.say("op.if", &[("a", &a), ("b", &b), ("c", &c)])
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments),
            ExprKind::Lookup(id, key) => {
                let name = program.lookups.get(id.0).map_or("", |it| it.name.as_str());
                let values = [("name", self.pretty(name)), ("a", self.words(key))];
                self.say_with("call.lookup", &values)
            }
            ExprKind::RowAggregate {
                table,
                aggregate,
                value,
                filter,
                ..
            } => {
                let many = (self.table(*table), value.as_deref(), filter.as_deref());
                self.many(*aggregate, many, None)
            }
            ExprKind::Aggregate {
                aggregate,
                value,
                filter,
                by,
            } => {
                let all = self.say("word.all.customers", &[]);
                let many = (all, value.as_deref(), filter.as_deref());
                self.many(*aggregate, many, by.as_deref())
            }
            ExprKind::PersonAggregate {
                team,
                aggregate,
                value,
                filter,
            } => {
                let many = (self.team(*team), value.as_deref(), filter.as_deref());
                self.many(*aggregate, many, None)
            }
            ExprKind::Portfolio {
                function,
                value,
                by,
            } => {
                let place = self.place(*function, value);
                match by {
                    Some(by) => self.say("many.by", &[("many", &place), ("by", &self.words(by))]),
                    None => place,
                }
            }
            _ => self.flagged(expr),
        }
    }

    /// A named value; a named condition is said to be true.
    fn flagged(&self, expr: &Expr) -> String {
        let named = self.named(expr);
        match expr.ty {
            Type::Flag => self.say("op.flag", &[("a", &named)]),
            _ => named,
        }
    }

    fn named(&self, expr: &Expr) -> String {
        let program = self.program;
        let title = |name: &str, label: Option<&String>| self.title(name, label);
        match &expr.kind {
            ExprKind::Field(id) => {
                let field = program.customers.fields.get(id.0);
                field.map_or(String::new(), |field| self.field(field))
            }
            ExprKind::RowField(table, id) | ExprKind::OnePerCustomer(table, id) => {
                let table = program.tables.get(table.0);
                let field = table.and_then(|table| table.fields.get(id.0));
                field.map_or(String::new(), |field| self.field(field))
            }
            ExprKind::Let(id) => {
                let named = program.lets.get(id.0);
                named.map_or(String::new(), |it| title(&it.name, it.label.as_ref()))
            }
            ExprKind::Axis(id) | ExprKind::Known(id) => {
                let axis = program.axes.get(id.0);
                let axis = axis.map_or(String::new(), |it| title(&it.name, it.label.as_ref()));
                match expr.kind {
                    ExprKind::Known(_) => self.say("value.known", &[("a", &axis)]),
                    _ => axis,
                }
            }
            ExprKind::Member(axis, id) => {
                let axis = program.axes.get(axis.0);
                let member = axis.and_then(|axis| axis.members.get(id.0));
                member.map_or(String::new(), |it| title(&it.path, it.label.as_ref()))
            }
            ExprKind::Segment(id) => match program.segmentations.get(id.0) {
                Some(it) => match &it.name {
                    Some(name) => self.pretty(name),
                    None => self.say("value.group", &[]),
                },
                None => String::new(),
            },
            ExprKind::Activity(id) => {
                self.say("value.activity", &[("activity", &self.activity(*id))])
            }
            ExprKind::Actual(id) => self.say("value.actual", &[("activity", &self.activity(*id))]),
            ExprKind::Worth(id) => self.say("value.worth", &[("activity", &self.activity(*id))]),
            ExprKind::TextColumn(id) => {
                let name = program.texts.get(id.0).map_or("", String::as_str);
                self.pretty(name)
            }
            ExprKind::CostToServe => self.say("value.cost", &[]),
            ExprKind::CostAs(segment) => {
                let main = program.main_segmentation();
                let segment = main.map_or(String::new(), |(id, _)| self.segment(id, *segment));
                self.say("value.cost.as", &[("segment", &segment)])
            }
            ExprKind::Hours { team, .. } => self.say("value.hours", &[("team", &self.team(*team))]),
            ExprKind::Available { team, .. } => {
                self.say("value.available", &[("team", &self.team(*team))])
            }
            ExprKind::Booked { team, .. } => {
                self.say("value.booked", &[("team", &self.team(*team))])
            }
            ExprKind::ChoiceText(inner) | ExprKind::OfGiven(_, inner) => self.named(inner),
            _ => String::new(),
        }
    }

    fn say_with(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.say(key, &values)
    }

    /// An operand; one that is made of two stands in parentheses.
    fn inner(&self, expr: &Expr) -> String {
        match expr.kind {
            ExprKind::Arithmetic(..) | ExprKind::If(..) => format!("({})", self.words(expr)),
            _ => self.words(expr),
        }
    }

    fn arithmetic(&self, operator: ArithmeticOperator, left: &Expr, right: &Expr) -> String {
        let sum = |expr: &Expr| {
            use ArithmeticOperator::{Add, Subtract};
            matches!(
                expr.kind,
                ExprKind::Arithmetic(Add | Subtract, ..) | ExprKind::If(..)
            )
        };
        let (sign, a, b) = match operator {
            ArithmeticOperator::Add => ("+", self.words(left), self.words(right)),
            ArithmeticOperator::Subtract => ("−", self.words(left), self.inner(right)),
            ArithmeticOperator::Multiply | ArithmeticOperator::Divide => {
                let side = |expr: &Expr| {
                    if sum(expr) {
                        self.inner(expr)
                    } else {
                        self.words(expr)
                    }
                };
                match operator {
                    ArithmeticOperator::Multiply => ("×", side(left), side(right)),
                    _ => ("/", side(left), self.inner(right)),
                }
            }
        };
        format!("{a} {sign} {b}")
    }

    fn compare(&self, operator: CompareOperator, left: &Expr, right: &Expr, holds: bool) -> String {
        use CompareOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let operator = match (operator, holds) {
            (it, true) => it,
            (Equal, false) => NotEqual,
            (NotEqual, false) => Equal,
            (Less, false) => GreaterOrEqual,
            (LessOrEqual, false) => Greater,
            (Greater, false) => LessOrEqual,
            (GreaterOrEqual, false) => Less,
        };
        let key = match operator {
            Equal => "op.equal",
            NotEqual => "op.not.equal",
            Less => "op.less",
            LessOrEqual => "op.at.most",
            Greater => "op.more",
            GreaterOrEqual => "op.at.least",
        };
        let ty = match (&left.ty, &right.ty) {
            (ty, Type::Number) if ty.is_numeric() => ty,
            (_, ty) => ty,
        };
        // A bare number beside money is money, also for people.
        let line = match &right.kind {
            ExprKind::Literal(literal) => self.literal(ty, literal),
            _ => self.value(right),
        };
        self.say(key, &[("a", &self.value(left)), ("b", &line)])
    }

    /// A side of a comparison: a flag by its name alone.
    fn value(&self, expr: &Expr) -> String {
        match (&expr.ty, &expr.kind) {
            (Type::Flag, ExprKind::Field(_) | ExprKind::Let(_)) => self.named(expr),
            _ => self.words(expr),
        }
    }

    fn is_one_of(&self, value: &Expr, list: &[Literal], holds: bool) -> String {
        let list: Vec<String> = list.iter().map(|it| self.literal(&value.ty, it)).collect();
        let key = if holds { "op.equal" } else { "op.not.equal" };
        self.say(
            key,
            &[("a", &self.words(value)), ("b", &self.one_of(&list))],
        )
    }

    /// The two halves of a `between`.
    fn between(&self, parts: &[Expr], inside: bool) -> Option<String> {
        let [low, high] = parts else { return None };
        let (ExprKind::Compare(_, value, from), ExprKind::Compare(_, _, to)) =
            (&low.kind, &high.kind)
        else {
            return None;
        };
        if low.span != high.span {
            return None;
        }
        let key = if inside {
            "op.between"
        } else {
            "op.not.between"
        };
        let values = [
            ("a", self.words(value)),
            ("b", self.words(from)),
            ("c", self.words(to)),
        ];
        Some(self.say_with(key, &values))
    }

    fn chain(&self, parts: &[Expr], key: &str) -> String {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| match part.kind {
                ExprKind::And(_) | ExprKind::Or(_) if self.is_chain(part) => {
                    format!("({})", self.words(part))
                }
                _ => self.words(part),
            })
            .collect();
        self.joined(&parts, key)
    }

    /// Whether it is more than the two halves of a `between`.
    fn is_chain(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => self.between(parts, true).is_none(),
            _ => false,
        }
    }

    fn negated(&self, inner: &Expr) -> String {
        match &inner.kind {
            ExprKind::Compare(operator, left, right) => self.compare(*operator, left, right, false),
            ExprKind::IsOneOf(value, list) => self.is_one_of(value, list, false),
            ExprKind::IsMissing(value) => self.say("op.not.missing", &[("a", &self.words(value))]),
            ExprKind::And(parts) if self.between(parts, false).is_some() => {
                self.between(parts, false).unwrap_or_default()
            }
            ExprKind::Field(_) | ExprKind::Let(_) | ExprKind::OnePerCustomer(..) => {
                self.say("op.not.flag", &[("a", &self.named(inner))])
            }
            _ => self.say("op.not", &[("a", &self.words(inner))]),
        }
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> String {
        let words: Vec<String> = arguments.iter().map(|it| self.words(it)).collect();
        let key = match function {
            Function::Min => "call.min",
            Function::Max => "call.max",
            Function::Abs => "call.abs",
            Function::Round => "call.round",
            Function::Floor => "call.floor",
            Function::Ceil => "call.ceil",
            Function::Clamp => "call.clamp",
            Function::DaysSince => "call.days",
            Function::MonthsSince => "call.months",
            Function::YearsSince => "call.years",
            Function::StartsWith => "call.starts",
            Function::Contains => "call.contains",
            // Capitals or not makes no difference to a reader.
            Function::Lower => return words.into_iter().next().unwrap_or_default(),
        };
        let list = self.all_of(&words);
        let at = |at: usize| words.get(at).map_or("", String::as_str);
        self.say(
            key,
            &[("list", &list), ("a", at(0)), ("b", at(1)), ("c", at(2))],
        )
    }

    fn many(
        &self,
        aggregate: Aggregate,
        (table, value, filter): (String, Option<&Expr>, Option<&Expr>),
        by: Option<&Expr>,
    ) -> String {
        let all = self.say("word.all.customers", &[]);
        let key = match aggregate {
            Aggregate::Count if table == all => "many.count.customers",
            Aggregate::Count => "many.count",
            Aggregate::Sum if table == all => "many.sum.customers",
            Aggregate::Sum => "many.sum",
            Aggregate::Average if table == all => "many.average.customers",
            Aggregate::Average => "many.average",
            Aggregate::Min => "many.min",
            Aggregate::Max => "many.max",
            Aggregate::Latest => "many.latest",
            Aggregate::Earliest => "many.earliest",
            Aggregate::Distinct => "many.distinct",
            Aggregate::Concentration => "many.concentration",
            Aggregate::Every => "many.every",
        };
        let value = value.map_or(String::new(), |it| self.words(it));
        let mut many = self.say(key, &[("table", &table), ("value", &value)]);
        if let Some(filter) = filter {
            let condition = self.words(filter);
            many = self.say("many.where", &[("many", &many), ("condition", &condition)]);
        }
        if let Some(by) = by {
            many = self.say("many.by", &[("many", &many), ("by", &self.words(by))]);
        }
        many
    }

    fn place(&self, function: PortfolioFunction, value: &Expr) -> String {
        let value = self.words(value);
        let (key, count) = match function {
            PortfolioFunction::Rank => ("place.rank", String::new()),
            PortfolioFunction::Percentile => ("place.percentile", String::new()),
            PortfolioFunction::Share => ("place.share", String::new()),
            PortfolioFunction::ShareAbove => ("place.share.above", String::new()),
            PortfolioFunction::InCount(end, count) => {
                let key = match (end, count) {
                    (RankEnd::Top, 1) => "place.top.one",
                    (RankEnd::Top, _) => "place.top",
                    (RankEnd::Bottom, 1) => "place.bottom.one",
                    (RankEnd::Bottom, _) => "place.bottom",
                };
                (key, count.to_string())
            }
            PortfolioFunction::InShare(end, share) => {
                let key = match end {
                    RankEnd::Top => "place.top.share",
                    RankEnd::Bottom => "place.bottom.share",
                };
                (key, numbers::percent(self.language, share.0))
            }
        };
        let values = [("value", &*value), ("count", &count), ("share", &count)];
        self.say(key, &values)
    }
}
