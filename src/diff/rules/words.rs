//! Expressions and small parts of declarations as text, in one way of writing: for words about what
//! changed, and for telling whether it did. Places and layout are lost on purpose.

use crate::syntax::tree::{
    ArithmeticOperator, BoardBand, Call, CompareOperator, Constraint, Expr, ExprKind, FieldKind,
    Frequency, IfMissing, Number, Path, PercentForm, RankEnd, ScaleKind, Text, TimeUnit, Unit,
};
use crate::value::Decimal;

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As in the file: `5M`.
    Written,
    /// By their value, so that `5M` and `5_000_000` are the same.
    Exact,
}

/// How tightly an operator binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    If,
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
    Default,
    Single,
}

impl Form {
    /// An expression.
    pub(super) fn expr(self, expr: &Expr) -> String {
        self.written(expr).0
    }

    /// An expression where only one that binds as tightly may stand without parentheses.
    fn within(self, expr: &Expr, least: Tightness) -> String {
        match self.written(expr) {
            (text, tightness) if tightness >= least => text,
            (text, _) => format!("({text})"),
        }
    }

    fn all(self, parts: &[Expr], between: &str, least: Tightness) -> String {
        let parts: Vec<String> = parts.iter().map(|it| self.within(it, least)).collect();
        parts.join(between)
    }

    fn written(self, expr: &Expr) -> (String, Tightness) {
        use Tightness as T;
        match &*expr.kind {
            ExprKind::Number(number) => (self.number(number), T::Single),
            ExprKind::Text(text) => (quoted(text), T::Single),
            ExprKind::Date(text) => (text.clone(), T::Single),
            ExprKind::Flag(true) => ("yes".into(), T::Single),
            ExprKind::Flag(false) => ("no".into(), T::Single),
            ExprKind::Missing => ("missing".into(), T::Single),
            ExprKind::Today => ("today".into(), T::Single),
            ExprKind::Name(path) => (path.text(), T::Single),
            ExprKind::Negate(inner) => (format!("-{}", self.within(inner, T::Sign)), T::Sign),
            ExprKind::Not(inner) => (format!("not {}", self.within(inner, T::Not)), T::Not),
            ExprKind::Arithmetic {
                operator,
                left,
                right,
            } => {
                let (sign, own, next) = match operator.value {
                    ArithmeticOperator::Add => ("+", T::Sum, T::Product),
                    ArithmeticOperator::Subtract => ("-", T::Sum, T::Product),
                    ArithmeticOperator::Multiply => ("*", T::Product, T::Sign),
                    ArithmeticOperator::Divide => ("/", T::Product, T::Sign),
                };
                let (left, right) = (self.within(left, own), self.within(right, next));
                (format!("{left} {sign} {right}"), own)
            }
            ExprKind::Compare {
                operator,
                left,
                right,
            } => {
                let sign = operator_text(operator.value);
                let (left, right) = (self.within(left, T::Sum), self.within(right, T::Sum));
                (format!("{left} {sign} {right}"), T::Compare)
            }
            ExprKind::Between {
                value,
                low,
                high,
                negated,
            } => {
                let value = self.within(value, T::Sum);
                let (low, high) = (self.within(low, T::Sum), self.within(high, T::Sum));
                let not = if *negated { "not " } else { "" };
                (format!("{value} {not}between {low} and {high}"), T::Compare)
            }
            ExprKind::IsOneOf {
                value,
                list,
                negated,
            } => {
                let value = self.within(value, T::Sum);
                let not = if *negated { "not " } else { "" };
                let list = self.list(list);
                (format!("{value} is {not}one of {list}"), T::Compare)
            }
            ExprKind::IsMissing { value, negated } => {
                let not = if *negated { "not " } else { "" };
                let value = self.within(value, T::Sum);
                (format!("{value} is {not}missing"), T::Compare)
            }
            ExprKind::InRank {
                value,
                end,
                count,
                by,
            } => {
                let end = match end {
                    RankEnd::Top => "top",
                    RankEnd::Bottom => "bottom",
                };
                let value = self.within(value, T::Sum);
                let count = self.within(count, T::Sum);
                (
                    format!("{value} in {end} {count}{}", by_text(by)),
                    T::Compare,
                )
            }
            ExprKind::And(parts) => (self.all(parts, " and ", T::Not), T::And),
            ExprKind::Or(parts) => (self.all(parts, " or ", T::And), T::Or),
            ExprKind::Default { value, otherwise } => {
                let value = self.within(value, T::Default);
                let otherwise = self.within(otherwise, T::Single);
                (format!("{value} default {otherwise}"), T::Default)
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                let (condition, then) = (self.within(condition, T::Or), self.within(then, T::Or));
                let otherwise = self.within(otherwise, T::If);
                (
                    format!("if {condition} then {then} else {otherwise}"),
                    T::If,
                )
            }
            ExprKind::Call(call) => (self.call(call), T::Single),
            ExprKind::Lookup { lookup, key } => {
                (format!("{}[{}]", lookup.value, self.expr(key)), T::Single)
            }
        }
    }

    fn call(self, call: &Call) -> String {
        let arguments: Vec<String> = call.arguments.iter().map(|it| self.expr(it)).collect();
        let mut inside = arguments.join(", ");
        if let Some(filter) = &call.filter {
            inside.push_str(&format!(" where {}", self.expr(filter)));
        }
        inside.push_str(&by_text(&call.by));
        format!("{}({})", call.function.value, inside.trim_start())
    }

    /// A list after `is one of`: names stand in parentheses.
    fn list(self, list: &[Expr]) -> String {
        let parts: Vec<String> = list.iter().map(|it| self.expr(it)).collect();
        let named = list.iter().any(|it| matches!(&*it.kind, ExprKind::Name(_)));
        match named {
            true => format!("({})", parts.join(", ")),
            false => parts.join(", "),
        }
    }

    fn number(self, number: &Number) -> String {
        let exact = match self {
            Form::Exact => Decimal::parse(&number.digits, number.exponent),
            Form::Written => None,
        };
        let digits = match exact {
            Some(value) => value.to_string(),
            None => {
                let letter = match number.exponent {
                    3 => "k",
                    6 => "M",
                    9 => "bn",
                    _ => "",
                };
                format!("{}{letter}", number.digits)
            }
        };
        match &number.unit {
            Unit::None => digits,
            Unit::Percent => format!("{digits}%"),
            Unit::Currency(code) => format!("{digits} {code}"),
            Unit::Time(unit) => format!("{digits} {}", times(*unit)),
            Unit::Per(unit) => format!("{digits} per {}", time(*unit)),
        }
    }

    /// A scale.
    pub(super) fn scale(self, scale: &ScaleKind) -> String {
        match scale {
            ScaleKind::Ramp { worst, best } => {
                format!("ramp {} to {}", self.expr(worst), self.expr(best))
            }
            ScaleKind::Curve(points) => {
                let rows = points.iter();
                let rows =
                    rows.map(|it| format!("{} -> {}", self.expr(&it.value), self.expr(&it.score)));
                format!("curve {{ {} }}", joined(rows))
            }
            ScaleKind::Bands { bands, otherwise } => {
                let rows = bands.iter().map(|it| {
                    let sign = operator_text(it.operator.value);
                    format!(
                        "{sign} {} -> {}",
                        self.expr(&it.threshold),
                        self.expr(&it.score)
                    )
                });
                let rows = rows.chain(self.otherwise(otherwise.as_ref()));
                format!("bands {{ {} }}", joined(rows))
            }
            ScaleKind::Match { arms, otherwise } => {
                let rows = arms.iter().map(|it| {
                    let values = joined(it.values.iter().map(|value| self.expr(value)));
                    format!("{values} -> {}", self.expr(&it.score))
                });
                let rows = rows.chain(self.otherwise(otherwise.as_ref()));
                format!("match {{ {} }}", joined(rows))
            }
            ScaleKind::AsIs { capped: true } => "as is capped".into(),
            ScaleKind::AsIs { capped: false } => "as is".into(),
            ScaleKind::Ranked {
                steps,
                less_is_better,
            } => {
                let mut text = String::from("ranked");
                if let Some(steps) = steps {
                    text.push_str(&format!(" in {} steps", self.expr(steps)));
                }
                if *less_is_better {
                    text.push_str(" less is better");
                }
                text
            }
        }
    }

    fn otherwise(self, score: Option<&Expr>) -> Option<String> {
        score.map(|score| format!("otherwise -> {}", self.expr(score)))
    }

    /// What a criterion does where its value is missing.
    pub(super) fn if_missing(self, if_missing: &IfMissing) -> String {
        match if_missing {
            IfMissing::Score(score) => self.expr(score),
            IfMissing::Skip => "skip".into(),
            IfMissing::Reject => "reject".into(),
        }
    }

    /// How often.
    pub(super) fn frequency(self, frequency: &Frequency) -> String {
        match frequency {
            Frequency::Per(count, unit, _) => format!("{} per {}", self.expr(count), time(*unit)),
            Frequency::Every(count, unit, _) => {
                format!("every {} {}", self.expr(count), times(*unit))
            }
        }
    }

    /// A band of a two-axis table.
    pub(super) fn band(self, band: &BoardBand) -> String {
        match band {
            BoardBand::Compare(operator, at) => {
                format!("{} {}", operator_text(operator.value), self.expr(at))
            }
            BoardBand::Otherwise(_) => "otherwise".into(),
        }
    }

    /// A constraint of a field.
    pub(super) fn constraint(self, constraint: &Constraint) -> String {
        match constraint {
            Constraint::Compare(operator, at) => {
                format!("{} {}", operator_text(operator.value), self.expr(at))
            }
            Constraint::Between(low, high, _) => {
                format!("between {} and {}", self.expr(low), self.expr(high))
            }
            Constraint::Unique(_) => "unique".into(),
        }
    }
}

/// The type of a field, with the mark that says whether it may be empty after its first word.
pub(super) fn field_kind(kind: &FieldKind, optional: bool) -> String {
    let texts = |list: &[Text]| joined(list.iter().map(|it| quoted(&it.value)));
    let text = match kind {
        FieldKind::Text => "text".into(),
        FieldKind::Number => "number".into(),
        FieldKind::Date => "date".into(),
        FieldKind::Flag => "flag".into(),
        FieldKind::Score => "score".into(),
        FieldKind::Money { exponent, currency } => match (exponent, currency) {
            (3, _) => "money in thousands".into(),
            (6, _) => "money in millions".into(),
            (_, Some(field)) => format!("money in {}", field.value),
            _ => "money".to_owned(),
        },
        FieldKind::Percent(PercentForm::Unsaid) => "percent".into(),
        FieldKind::Percent(PercentForm::Fraction) => "percent as fraction".into(),
        FieldKind::Percent(PercentForm::Points) => "percent as points".into(),
        FieldKind::OneOf(list) => format!("one of {}", texts(list)),
        FieldKind::Steps(list) => format!("steps {}", texts(list)),
        FieldKind::Duration(unit) => format!("duration in {}", long_times(*unit)),
        FieldKind::Segment(None) => "segment".into(),
        FieldKind::Segment(Some(name)) => format!("segment {}", name.value),
    };
    match (optional, text.split_once(' ')) {
        (false, _) => text,
        (true, None) => format!("{text}?"),
        // `one of` is one word in this respect.
        (true, Some(("one", rest))) => format!("one {}", rest.replacen("of", "of?", 1)),
        (true, Some((first, rest))) => format!("{first}? {rest}"),
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Parts with commas between them.
pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<String>>().join(", ")
}

fn by_text(by: &Option<Path>) -> String {
    by.as_ref()
        .map_or(String::new(), |by| format!(" by {}", by.text()))
}

/// An operator as it is written.
pub(super) fn operator_text(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "!=",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}

fn time(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Minute => "min",
        TimeUnit::Hour => "h",
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
        TimeUnit::Month => "month",
        TimeUnit::Quarter => "quarter",
        TimeUnit::Year => "year",
    }
}

fn times(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Minute => "min",
        TimeUnit::Hour => "h",
        TimeUnit::Day => "days",
        TimeUnit::Week => "weeks",
        TimeUnit::Month => "months",
        TimeUnit::Quarter => "quarters",
        TimeUnit::Year => "years",
    }
}

fn long_times(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Minute => "minutes",
        TimeUnit::Hour => "hours",
        unit => times(unit),
    }
}

/// Rule text on one line, without comments: for declarations that are compared by how they read.
pub(super) fn one_line(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines() {
        let mut in_quotes = false;
        let mut escaped = false;
        let end = line.char_indices().find(|(_, letter)| {
            let ends = *letter == '#' && !in_quotes;
            if *letter == '"' && !escaped {
                in_quotes = !in_quotes;
            }
            escaped = *letter == '\\' && !escaped;
            ends
        });
        let line = line
            .get(..end.map_or(line.len(), |(at, _)| at))
            .unwrap_or("");
        for word in line.split_whitespace() {
            plain.push_str(word);
            plain.push(' ');
        }
    }
    plain.trim_end().to_owned()
}
