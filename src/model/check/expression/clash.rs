//! The messages for values that do not go together: what each side is, and what to write instead.
//! It decides nothing; what fits is the business of its neighbours.

use super::agree::{CONSTANT, is_bare};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::check::checker::Checker;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::value::{Date, Decimal};

/// A type with its article, for sentences.
pub(super) fn a(ty: &Type) -> &'static str {
    match ty {
        Type::Number => "a number",
        Type::Percent => "a percent",
        Type::Money => "money",
        Type::Score => "a score",
        Type::Duration => "a duration",
        Type::Months => "calendar months",
        Type::Frequency => "a frequency",
        Type::Date => "a date",
        Type::Text => "text",
        Type::Flag => "yes or no",
        Type::OneOf(_) => "one of a list",
        Type::Steps(_) => "steps of a scale",
        Type::Segment(_) => "a segment",
        Type::Team => "a team",
    }
}

impl Checker<'_> {
    /// What a value is, in a few words.
    pub(super) fn kind_of(&self, expr: &Expr) -> &'static str {
        match &expr.kind {
            ExprKind::Missing => "`missing`",
            ExprKind::Literal(_) if expr.ty == Type::Number => "a bare number",
            _ => a(&expr.ty),
        }
    }

    /// Two values that meet and share no type; `ty` is what the first was brought to.
    pub(super) fn clash(&self, first: &Expr, ty: &Type, second: &Expr, phrase: &str) -> Diagnostic {
        for (known, other) in [(ty, second), (&second.ty, first)] {
            if let Some(message) = self.special(known, other) {
                let beside = if other.span == second.span {
                    first
                } else {
                    second
                };
                return message.at(beside.span, a(known));
            }
        }
        let (left, right) = (a(ty), self.kind_of(second));
        let message = format!("{left} and {right} do not go together {phrase}");
        Diagnostic::error("type-mismatch", message)
            .at(second.span, right)
            .at(first.span, left)
            .help_maybe(self.way_out(ty, &second.ty))
    }

    /// A value of another type than its place wants.
    pub(super) fn unwanted(&self, expr: &Expr, wanted: &Type, what: &str) -> Diagnostic {
        if let Some(message) = self.special(wanted, expr) {
            return message;
        }
        let found = self.kind_of(expr);
        let message = if what == CONSTANT.what {
            format!("{} is wanted here, and this is {found}", a(wanted))
        } else {
            format!("{what} needs {} here, and this is {found}", a(wanted))
        };
        Diagnostic::error("type-mismatch", message)
            .at(expr.span, found)
            .help_maybe(self.way_out(wanted, &expr.ty))
    }

    /// A name that is no segment or team of a type.
    pub(super) fn unknown_choice(&self, ty: &Type, name: &str, span: Span) -> Diagnostic {
        let names = self.choices(ty);
        let what = if *ty == Type::Team { "team" } else { "segment" };
        let near = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
        let labelled = match ty {
            Type::Segment(id) => self.segmentations.get(id.0).and_then(|outline| {
                let is_it = |label: &Option<String>| label.as_deref() == Some(name);
                let found = outline.segments.iter().find(|(_, label)| is_it(label))?;
                Some(found.0.clone())
            }),
            _ => None,
        };
        let help = match labelled.or(near) {
            Some(near) => format!("write `{near}`"),
            None => format!("there are {}", listed(&names, "`")),
        };
        Diagnostic::error("unknown-choice", format!("there is no {what} `{name}`"))
            .at(span, format!("not a {what}"))
            .help(help)
    }

    /// Clashes that have a message of their own: `expr` stands where `known` is.
    fn special(&self, known: &Type, expr: &Expr) -> Option<Diagnostic> {
        let text = match &expr.kind {
            ExprKind::Literal(Literal::Text(text)) => Some(text.as_ref()),
            _ => None,
        };
        match (known, text) {
            (Type::Percent, _) if is_bare(expr) => Some(self.percent_wanted(expr)),
            (Type::Duration, _) if is_bare(expr) => {
                Some(self.unit_wanted(expr, "a duration", "days"))
            }
            (Type::Months, _) if is_bare(expr) => {
                Some(self.unit_wanted(expr, "calendar months", "months"))
            }
            (Type::Duration, _) if expr.ty == Type::Months => Some(months_and_days(expr)),
            (Type::Months, _) if expr.ty == Type::Duration => Some(months_and_days(expr)),
            (Type::OneOf(list) | Type::Steps(list), Some(text)) => {
                let help = match nearest(text, list.iter().map(String::as_str)) {
                    Some(near) => format!("write `\"{near}\"`"),
                    None => format!("it has {}", listed(list, "\"")),
                };
                Some(
                    Diagnostic::error("not-in-list", format!("`\"{text}\"` is not in the list"))
                        .at(expr.span, "not one of its values")
                        .help(help),
                )
            }
            (Type::Segment(_) | Type::Team, Some(text)) => {
                let mut message = self.unknown_choice(known, text, expr.span);
                if self.choices(known).iter().any(|name| name == text) {
                    message.message = format!("{} is written without quotes", a(known));
                    message = message.help(format!("write `{text}`"));
                }
                Some(message)
            }
            (Type::Date, Some(text)) if Date::parse(text).is_some() => Some(
                Diagnostic::error("type-mismatch", "a date is written without quotes")
                    .at(expr.span, "text")
                    .help(format!("write `{text}`")),
            ),
            _ => None,
        }
    }

    fn percent_wanted(&self, expr: &Expr) -> Diagnostic {
        let message = Diagnostic::error(
            "percent-wanted",
            "a bare number stands where a percent is meant",
        )
        .at(expr.span, "a bare number");
        let help = match &expr.kind {
            ExprKind::Literal(Literal::Number(units)) => {
                let written = Decimal(*units).to_string();
                let hundred = units.checked_mul(100).map(|it| Decimal(it).to_string());
                match hundred {
                    Some(percent) if *units != 0 && units.abs() < 1_000_000 => {
                        format!("write `{percent}%`, or `{written}%` if so little is meant")
                    }
                    _ => format!("write `{written}%`"),
                }
            }
            ExprKind::Param(id) => {
                let name = self.params.get(id.0).map_or("…", |it| it.name.as_str());
                format!("give the param its unit: `param {name} = 15%`")
            }
            _ => "write percents with their sign: `15%`".to_owned(),
        };
        message.help(help)
    }

    fn unit_wanted(&self, expr: &Expr, what: &str, unit: &str) -> Diagnostic {
        let written = match &expr.kind {
            ExprKind::Literal(Literal::Number(units)) => Decimal(*units).to_string(),
            _ => "30".to_owned(),
        };
        Diagnostic::error(
            "unit-wanted",
            format!("a bare number stands where {what} is meant"),
        )
        .at(expr.span, "a bare number")
        .help(format!("write its unit: `{written} {unit}`"))
    }

    fn way_out(&self, one: &Type, other: &Type) -> Option<String> {
        let currency = self.currency.as_deref().unwrap_or("NOK");
        Some(match (one, other) {
            (Type::Money, Type::Number) | (Type::Number, Type::Money) => format!(
                "a number becomes money when it is multiplied by some: `… * 1 {currency}`; \
                 money divided by money is a number"
            ),
            (Type::Money, Type::Percent) | (Type::Percent, Type::Money) => {
                "a percent of money is money: `revenue * 15%`; for money as a percent of other \
                 money, divide: `profit / revenue`"
                    .to_owned()
            }
            (Type::Duration, Type::Number) | (Type::Number, Type::Duration) => {
                "a duration divided by a duration is a number: `days_since(date) / 1 day`"
                    .to_owned()
            }
            (Type::Months, Type::Number) | (Type::Number, Type::Months) => {
                "months are counted as a number here: `months_since(date) >= 12`".to_owned()
            }
            (Type::Date, Type::Duration | Type::Months)
            | (Type::Duration | Type::Months, Type::Date) => {
                "a date compares with a date: `date >= today - 12 months`".to_owned()
            }
            (Type::Flag, _) | (_, Type::Flag) => {
                "a flag is `yes` or `no`, or stands alone as a condition".to_owned()
            }
            (Type::Text, other) | (other, Type::Text) if other.is_numeric() => {
                "texts are written in quotes, numbers and dates without".to_owned()
            }
            _ => return None,
        })
    }
}

fn months_and_days(expr: &Expr) -> Diagnostic {
    Diagnostic::error(
        "months-and-days",
        "months and years have different lengths, so they do not go together with days and hours",
    )
    .at(expr.span, a(&expr.ty))
    .help(
        "count both in days (`365 days`), compare dates (`date >= today - 12 months`), or use \
         `months_since(date) >= 12`",
    )
}

/// Names or texts as a list in a sentence; long ones are cut.
pub(super) fn listed(names: &[String], quote: &str) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(8)
        .map(|name| format!("{quote}{name}{quote}"))
        .collect();
    if names.len() > 8 {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
