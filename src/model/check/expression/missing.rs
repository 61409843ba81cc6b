//! What may be missing: `default`, `is missing`, `if`, and what conditions say is there. Where a
//! missing value would decide something it is refused, with the ways to say what then.

use super::agree::Meeting;
use super::{Inference, definite, walk};
use crate::base::{Diagnostic, Span};
use crate::model::check::checker::Checker;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, ArithmeticOperator};

impl Inference<'_, '_> {
    /// `x default y`
    pub(super) fn default(
        &mut self,
        value: &tree::Expr,
        otherwise: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let value = self.infer(value);
        let otherwise = match &value {
            Some(value) => self
                .named_choice(otherwise, &value.ty)
                .or_else(|| self.infer(otherwise)),
            None => self.infer(otherwise),
        };
        let (value, otherwise) = (value?, otherwise?);
        if matches!(value.kind, ExprKind::Missing) || matches!(otherwise.kind, ExprKind::Missing) {
            return self.error(
                Diagnostic::error("missing-place", "`missing` has no place beside `default`")
                    .at(span, "")
                    .help("write a value on both sides: `growth default 0%`"),
            );
        }
        if !value.optional {
            let name = self.checker.written(&value);
            let help = if self.divisor == Some(span) {
                "if the quotient may be missing, put it in parentheses: `(a / b) default 0`"
            } else {
                "leave `default` and what follows it out"
            };
            return self.error(
                Diagnostic::error("never-missing", format!("{name} is never missing"))
                    .at(value.span, "always there")
                    .at(otherwise.span, "never used")
                    .help(help),
            );
        }
        let optional = otherwise.optional;
        let meeting = Meeting {
            phrase: "beside `default`",
            in_list: false,
            mixes: false,
        };
        let (sides, ty) = self.agree(vec![value, otherwise], meeting)?;
        let [value, otherwise] = <[Expr; 2]>::try_from(sides).ok()?;
        Some(Expr {
            kind: ExprKind::Default(Box::new(value), Box::new(otherwise)),
            ty,
            optional,
            span,
        })
    }

    /// `x is missing`, `x is not missing`
    pub(super) fn is_missing(
        &mut self,
        value: &tree::Expr,
        negated: bool,
        span: Span,
    ) -> Option<Expr> {
        let value = self.infer(value)?;
        if !value.optional && !may_be_empty(&value) {
            let name = self.checker.written(&value);
            let always = if negated { "always" } else { "never" };
            return self.error(
                Diagnostic::error("never-missing", format!("{name} is never missing here"))
                    .at(span, format!("{always} holds"))
                    .help("leave this condition out, or mark the field with `?` if cells may be empty"),
            );
        }
        let kind = ExprKind::IsMissing(Box::new(value));
        let asked = definite(kind, Type::Flag, span);
        Some(negate_if(negated, asked))
    }

    /// `if c then a else b`
    pub(super) fn if_(
        &mut self,
        condition: &tree::Expr,
        then: &tree::Expr,
        otherwise: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let condition = self.flag(condition, "the condition of `if`");
        let known = |holds| {
            let learned = condition.as_ref().map(|it| learned(it, holds));
            learned.unwrap_or_default()
        };
        let then = self.knowing(known(true), |it| it.infer(then));
        let otherwise = self.knowing(known(false), |it| it.infer(otherwise));
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        if condition.optional {
            self.checker
                .refuse_missing(&condition, "the condition of `if` needs a value");
            return None;
        }
        let missing = |expr: &Expr| matches!(expr.kind, ExprKind::Missing);
        if missing(&then) && missing(&otherwise) {
            return self.error(
                Diagnostic::error("missing-place", "both branches are `missing`")
                    .at(span, "")
                    .help("one of them is a value: `if tested then level else missing`"),
            );
        }
        let optional = then.optional || otherwise.optional;
        let meeting = Meeting {
            phrase: "as branches of one `if`",
            in_list: false,
            mixes: true,
        };
        let (branches, ty) = self.agree(vec![then, otherwise], meeting)?;
        let [then, otherwise] = <[Expr; 2]>::try_from(branches).ok()?;
        Some(Expr {
            kind: ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)),
            ty,
            optional,
            span,
        })
    }

    /// `not x`
    pub(super) fn not(&mut self, inner: &tree::Expr, span: Span) -> Option<Expr> {
        let inner = self.flag(inner, "what follows `not`")?;
        Some(Expr {
            optional: inner.optional,
            kind: ExprKind::Not(Box::new(inner)),
            ty: Type::Flag,
            span,
        })
    }

    /// `a and b and c`, `a or b or c`: each part knows what the ones before it say.
    pub(super) fn all_or_any(
        &mut self,
        parts: &[tree::Expr],
        all: bool,
        span: Span,
    ) -> Option<Expr> {
        let what = if all {
            "a side of `and`"
        } else {
            "a side of `or`"
        };
        let mark = self.facts.len();
        let mut checked = Vec::new();
        for part in parts {
            if let Some(part) = self.flag(part, what) {
                self.facts.extend(learned(&part, all));
                checked.push(part);
            }
        }
        self.facts.truncate(mark);
        if checked.len() < parts.len() {
            return None;
        }
        Some(Expr {
            optional: checked.iter().any(|part| part.optional),
            kind: if all {
                ExprKind::And(checked)
            } else {
                ExprKind::Or(checked)
            },
            ty: Type::Flag,
            span,
        })
    }

    /// Looks at a part where these expressions are known to be there.
    pub(super) fn knowing<T>(&mut self, facts: Vec<Expr>, look: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.facts.len();
        self.facts.extend(facts);
        let result = look(self);
        self.facts.truncate(mark);
        result
    }
}

/// `not`, where it stood.
pub(super) fn negate_if(negated: bool, expr: Expr) -> Expr {
    if !negated {
        return expr;
    }
    Expr {
        ty: Type::Flag,
        optional: expr.optional,
        span: expr.span,
        kind: ExprKind::Not(Box::new(expr)),
    }
}

/// What is there where a condition holds, or where it does not.
pub(super) fn learned(condition: &Expr, holds: bool) -> Vec<Expr> {
    match &condition.kind {
        ExprKind::Not(inner) => learned(inner, !holds),
        ExprKind::IsMissing(value) if !holds => {
            let mut there = Vec::new();
            present(value, &mut there);
            there
        }
        ExprKind::And(parts) if holds => all_learned(parts, true),
        ExprKind::Or(parts) if !holds => all_learned(parts, false),
        // One of the parts decides, and nobody knows which: what all of them say.
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            let mut each = parts.iter().map(|part| learned(part, holds));
            let first = each.next().unwrap_or_default();
            each.fold(first, |common, other| {
                let in_other = |fact: &Expr| other.iter().any(|it| walk::same(it, fact));
                common.into_iter().filter(in_other).collect()
            })
        }
        _ => Vec::new(),
    }
}

/// Owner and texts are empty for customers who are served with nothing; that may be asked.
fn may_be_empty(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Owner | ExprKind::TextColumn(_) => true,
        ExprKind::OfGiven(_, inner) => may_be_empty(inner),
        _ => false,
    }
}

fn all_learned(parts: &[Expr], holds: bool) -> Vec<Expr> {
    parts.iter().flat_map(|it| learned(it, holds)).collect()
}

/// A value that is there, and with it what it is computed from.
fn present(value: &Expr, there: &mut Vec<Expr>) {
    there.push(value.clone());
    if matches!(
        value.kind,
        ExprKind::Arithmetic(..) | ExprKind::Negate(_) | ExprKind::Call(..) | ExprKind::Lookup(..)
    ) {
        for part in walk::children(value) {
            present(part, there);
        }
    }
}

impl Checker<'_> {
    /// Says that a value may be missing where one is needed, and the ways to say what then.
    pub(super) fn refuse_missing(&mut self, expr: &Expr, need: &str) {
        self.refuse_missing_for(expr, need, None);
    }

    /// The same in a `sum` or an `average`, which may also leave the empty ones out.
    pub(super) fn refuse_missing_in_sum(&mut self, expr: &Expr, sum: &str, need: &str) {
        self.refuse_missing_for(expr, need, Some(sum));
    }

    fn refuse_missing_for(&mut self, expr: &Expr, need: &str, sum: Option<&str>) {
        let cause = cause(expr);
        let name = self.written(cause);
        let why = match &cause.kind {
            ExprKind::Arithmetic(ArithmeticOperator::Divide, _, divisor) => {
                format!("it is missing where {} is 0", self.written(divisor))
            }
            ExprKind::RowAggregate { .. } => "it is missing where there are no rows".to_owned(),
            ExprKind::Aggregate { .. } | ExprKind::PersonAggregate { .. } => {
                "it is missing where nothing is counted".to_owned()
            }
            ExprKind::Lookup(..) => "it is missing for keys that the lookup lacks".to_owned(),
            ExprKind::If(..) => "one of its branches is missing".to_owned(),
            _ => "may be missing".to_owned(),
        };
        let shown = match name.strip_prefix('`').and_then(|it| it.strip_suffix('`')) {
            Some(written) if written.contains('…') => "…".to_owned(),
            // `default` binds more tightly than `/`.
            Some(written) if matches!(cause.kind, ExprKind::Arithmetic(..)) => {
                format!("({written})")
            }
            Some(written) => written.to_owned(),
            _ => "…".to_owned(),
        };
        let instead = self.sample(cause);
        let help = if let Some(sum) = sum {
            format!(
                "write `{sum}({shown} default {instead})`, or leave the empty ones out: `{sum}(… \
                 where {shown} is not missing)`"
            )
        } else if cause.ty == Type::Flag {
            format!("write `{shown} default no`, or `{shown} is not missing and {shown}`")
        } else {
            format!(
                "write `{shown} default {instead}`, or `{shown} is not missing and …`, or `if \
                 {shown} is missing then … else …`"
            )
        };
        let message = Diagnostic::error(
            "may-be-missing",
            format!("{name} may be missing, and {need}"),
        )
        .at(cause.span, why)
        .help(help);
        self.report(message);
    }

    fn sample(&self, expr: &Expr) -> String {
        match &expr.ty {
            Type::Percent => "0%".to_owned(),
            Type::Duration => "0 days".to_owned(),
            Type::Months => "0 months".to_owned(),
            Type::Date => "2026-01-01".to_owned(),
            Type::Text => "\"\"".to_owned(),
            Type::Flag => "no".to_owned(),
            Type::OneOf(list) | Type::Steps(list) => {
                format!("\"{}\"", list.first().map_or("", String::as_str))
            }
            Type::Segment(_) | Type::Team => {
                self.choices(&expr.ty).first().cloned().unwrap_or_default()
            }
            Type::Number | Type::Money | Type::Score | Type::Frequency => "0".to_owned(),
        }
    }

    /// An expression as it could be written, in backticks; `this value` where it is long.
    pub(super) fn written(&self, expr: &Expr) -> String {
        match self.short(expr) {
            Some(text) => format!("`{text}`"),
            None => "this value".to_owned(),
        }
    }

    fn short(&self, expr: &Expr) -> Option<String> {
        Some(match &expr.kind {
            ExprKind::Literal(Literal::Number(units)) => self.shown(*units, &expr.ty),
            ExprKind::Literal(Literal::Text(text)) => format!("\"{text}\""),
            ExprKind::Literal(Literal::Choice(at)) => {
                match self.choices(&expr.ty).get(*at as usize) {
                    Some(name) => name.clone(),
                    None => self.shown(i64::from(*at), &expr.ty),
                }
            }
            ExprKind::Param(id) => self.params.get(id.0)?.name.clone(),
            ExprKind::Field(id) => self.customers.fields.get(id.0)?.name.clone(),
            ExprKind::RowField(_, _) | ExprKind::OnePerCustomer(_, _) => {
                let (ExprKind::RowField(table, id) | ExprKind::OnePerCustomer(table, id)) =
                    &expr.kind
                else {
                    return None;
                };
                let table = self.tables.get(table.0)?;
                format!("{}.{}", table.name, table.fields.get(id.0)?.name)
            }
            ExprKind::Let(id) => self.assembly.lets.get(id.0)?.name.value.clone(),
            ExprKind::Axis(id) => self.axes.get(id.0)?.name.clone(),
            ExprKind::Member(axis, member) => {
                let axis = self.axes.get(axis.0)?;
                format!("{}.{}", axis.name, axis.members.get(member.0)?.0)
            }
            ExprKind::Segment(id) => match &self.segmentations.get(id.0)?.name {
                Some(name) => name.clone(),
                None => "segment".to_owned(),
            },
            ExprKind::Owner => "owner".to_owned(),
            ExprKind::Overridden => "overridden".to_owned(),
            ExprKind::DecidedBy => "decided_by".to_owned(),
            ExprKind::CostToServe => "cost_to_serve".to_owned(),
            ExprKind::CostAs(id) => {
                let main = self.segmentations.iter().find(|it| it.name.is_none())?;
                format!("cost_as({})", main.segments.get(id.0)?.0)
            }
            ExprKind::Hours { team, .. } => format!("hours({})", self.teams.get(team.0)?.name),
            ExprKind::Available { team, .. } => {
                format!("available({})", self.teams.get(team.0)?.name)
            }
            ExprKind::Booked { team, .. } => format!("booked({})", self.teams.get(team.0)?.name),
            ExprKind::Activity(id) => self.activities.get(id.0)?.name.clone(),
            ExprKind::Actual(id) => format!("{}.actual", self.activities.get(id.0)?.name),
            ExprKind::Worth(id) => format!("{}.worth", self.activities.get(id.0)?.name),
            ExprKind::TextColumn(id) => self.texts.get(id.0)?.clone(),
            ExprKind::Known(id) => format!("known({})", self.axes.get(id.0)?.name),
            ExprKind::Today => "today".to_owned(),
            ExprKind::Lookup(id, key) => {
                format!("{}[{}]", self.lookups.get(id.0)?.name, self.short(key)?)
            }
            ExprKind::ChoiceText(inner) | ExprKind::OfGiven(_, inner) => self.short(inner)?,
            ExprKind::Arithmetic(operator, left, right) => {
                let operator = match operator {
                    ArithmeticOperator::Add => "+",
                    ArithmeticOperator::Subtract => "-",
                    ArithmeticOperator::Multiply => "*",
                    ArithmeticOperator::Divide => "/",
                };
                let simple = |expr: &Expr| walk::children(expr).is_empty();
                if !simple(left) || !simple(right) {
                    return None;
                }
                format!("{} {operator} {}", self.short(left)?, self.short(right)?)
            }
            ExprKind::RowAggregate {
                aggregate,
                value,
                filter,
                ..
            }
            | ExprKind::Aggregate {
                aggregate,
                value,
                filter,
                ..
            } => {
                let value = value.as_ref().and_then(|it| self.short(it));
                format!(
                    "{}({}{})",
                    aggregate_name(*aggregate),
                    value.unwrap_or("…".to_owned()),
                    if filter.is_some() { " where …" } else { "" }
                )
            }
            _ => return None,
        })
    }
}

fn aggregate_name(aggregate: crate::model::program::Aggregate) -> &'static str {
    use crate::model::program::Aggregate::*;
    match aggregate {
        Count => "count",
        Sum => "sum",
        Average => "average",
        Min => "min",
        Max => "max",
        Latest => "latest",
        Earliest => "earliest",
        Distinct => "distinct",
        Concentration => "concentration",
        Every => "every",
    }
}

/// The part for which a value may be missing.
fn cause(expr: &Expr) -> &Expr {
    let parts = match &expr.kind {
        ExprKind::RowAggregate { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::PersonAggregate { .. }
        | ExprKind::Portfolio { .. }
        | ExprKind::OfGiven(..) => return expr,
        ExprKind::Default(_, otherwise) => vec![&**otherwise],
        ExprKind::If(_, then, otherwise) => vec![&**then, &**otherwise],
        _ => walk::children(expr),
    };
    let guilty = |part: &&&Expr| part.optional && !matches!(part.kind, ExprKind::Missing);
    match parts.iter().find(guilty) {
        Some(part) => cause(part),
        None => expr,
    }
}
