//! Calls: functions of one customer's values, typed by the registry; the way to aggregates and
//! portfolio functions; and help for those who know other names for them.

use super::agree::{Meeting, as_text};
use super::{Inference, definite};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::builtins::{self, Builtin, Function, Gives, Kind, Takes};
use crate::model::check::checker::Checker;
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree::{self, Call};
use crate::value::decimal::ONE;

impl Inference<'_, '_> {
    /// `sum(x where c by region)`, `max(a, b)`, `count()`
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let name = call.function.value.as_str();
        let Some(builtin) = builtins::find(name) else {
            return self.unknown_function(call);
        };
        match builtin.kind {
            Kind::Function(Function::Min | Function::Max)
                if call.arguments.len() < 2 || call.filter.is_some() || call.by.is_some() =>
            {
                self.aggregate(call, span)
            }
            Kind::Function(function) => self.function(function, builtin, call, span),
            Kind::Aggregate => self.aggregate(call, span),
            Kind::Portfolio => self.portfolio(call, span),
            Kind::Service => self.service(call, span),
        }
    }

    fn function(
        &mut self,
        function: Function,
        builtin: &'static Builtin,
        call: &Call,
        span: Span,
    ) -> Option<Expr> {
        let clause = match (&call.filter, &call.by) {
            (Some(filter), _) => Some(("where", filter.span)),
            (_, Some(by)) => Some(("by", by.span)),
            _ => None,
        };
        if let Some((word, place)) = clause {
            return self.error(
                Diagnostic::error(
                    "wrong-arguments",
                    format!(
                        "`{}` works on one customer, so it takes no `{word}`",
                        builtin.name
                    ),
                )
                .at(place, "belongs in an aggregate"),
            );
        }
        let least = match function {
            Function::Round => 1,
            _ => builtin.parameters.len(),
        };
        let count = call.arguments.len();
        if count < least || (count > builtin.parameters.len() && !builtin.repeats) {
            return self.wrong_count(builtin, call, span);
        }
        let mut arguments = Vec::new();
        for (at, argument) in call.arguments.iter().enumerate() {
            let parameter = builtin.parameters.get(at).or(builtin.parameters.last())?;
            arguments.push(self.argument(builtin, parameter.takes, argument));
        }
        let mut arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
        if function == Function::Round && arguments.len() == 1 {
            let kind = ExprKind::Literal(Literal::Number(0));
            arguments.push(definite(kind, Type::Number, span));
        }
        let mut ty = match builtin.result {
            Gives::Same => arguments.first()?.ty.clone(),
            Gives::Number => Type::Number,
            Gives::Percent => Type::Percent,
            Gives::Money => Type::Money,
            Gives::Duration => Type::Duration,
            Gives::Flag => Type::Flag,
            Gives::Text => Type::Text,
        };
        if matches!(function, Function::Min | Function::Max | Function::Clamp) {
            let meeting = Meeting {
                phrase: &format!("in `{}`", builtin.name),
                in_list: false,
                mixes: true,
            };
            (arguments, ty) = self.agree(arguments, meeting)?;
        }
        if matches!(
            function,
            Function::DaysSince | Function::MonthsSince | Function::YearsSince
        ) {
            self.checker.uses_today = true;
        }
        Some(Expr {
            optional: arguments.iter().any(|argument| argument.optional),
            kind: ExprKind::Call(function, arguments),
            ty,
            span,
        })
    }

    fn argument(&mut self, builtin: &Builtin, takes: Takes, tree: &tree::Expr) -> Option<Expr> {
        if takes == Takes::Digits {
            return self.digits(tree);
        }
        let expr = self.infer(tree)?;
        let (fits, wanted) = match takes {
            Takes::Comparable => (expr.ty.is_ordered(), "a number, an amount or a date"),
            Takes::Quantity => (
                expr.ty.is_numeric() && expr.ty != Type::Date,
                "a number or an amount",
            ),
            Takes::Decimal => (
                matches!(
                    expr.ty,
                    Type::Number | Type::Percent | Type::Money | Type::Score | Type::Frequency
                ),
                "a number, a percent, money or a score",
            ),
            Takes::Date => (expr.ty == Type::Date, "a date"),
            Takes::Text => (
                matches!(expr.ty, Type::Text | Type::OneOf(_) | Type::Steps(_)),
                "a text",
            ),
            Takes::Condition => (expr.ty == Type::Flag, "a condition"),
            Takes::Any | Takes::Digits | Takes::Name => (true, "a value"),
        };
        if !fits || matches!(expr.kind, ExprKind::Missing) {
            let found = self.checker.kind_of(&expr);
            let mut message = Diagnostic::error(
                "type-mismatch",
                format!(
                    "`{}` takes {wanted} here, and this is {found}",
                    builtin.name
                ),
            )
            .at(expr.span, found);
            message = match (takes, &expr.ty) {
                (Takes::Decimal, Type::Duration) => {
                    message.help("divide it first, to have a number of hours or days: `… / 1 h`")
                }
                _ => message.help(format!("as in `{}`", builtin.example)),
            };
            return self.error(message);
        }
        Some(if takes == Takes::Text {
            as_text(expr)
        } else {
            expr
        })
    }

    /// A constant whole number from -12 to 6; below 0 it counts digits before the point.
    fn digits(&mut self, tree: &tree::Expr) -> Option<Expr> {
        let constant = self.checker.constant(tree, Some(&Type::Number))?;
        match constant.value {
            Literal::Number(units)
                if units % ONE == 0 && (-12 * ONE..=6 * ONE).contains(&units) =>
            {
                let kind = ExprKind::Literal(Literal::Number(units));
                Some(definite(kind, Type::Number, tree.span))
            }
            _ => self.error(
                Diagnostic::error(
                    "wrong-arguments",
                    "`round` keeps at most 6 digits after the point",
                )
                .at(tree.span, "expected a whole number from -12 to 6")
                .help("write `round(x, 2)` for two digits, `round(x, -3)` for thousands"),
            ),
        }
    }

    /// Too few or too many arguments.
    pub(super) fn wrong_count<T>(
        &mut self,
        builtin: &Builtin,
        call: &Call,
        span: Span,
    ) -> Option<T> {
        let found = match call.arguments.len() {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let wanted = match builtin.parameters.len() {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            count if builtin.repeats => format!("at least {count} arguments"),
            count => format!("{count} arguments"),
        };
        self.error(
            Diagnostic::error(
                "wrong-arguments",
                format!("`{}` takes {wanted}, and here are {found}", builtin.name),
            )
            .at(span, "")
            .help(format!(
                "it is called so: `{}`, as in `{}`",
                builtin.call(),
                builtin.example
            )),
        )
    }

    fn unknown_function(&mut self, call: &Call) -> Option<Expr> {
        let name = call.function.value.as_str();
        let lookup = self.checker.lookups.iter().any(|it| it.name == name);
        let help = if lookup {
            Some(format!("`{name}` is a lookup: `{name}[…]`"))
        } else if let Some(instead) = other_name(&name.to_lowercase()) {
            Some(instead.to_owned())
        } else {
            let near = nearest(name, builtins::all().map(|it| it.name));
            near.and_then(builtins::find)
                .map(|builtin| format!("write `{}`", builtin.call()))
        };
        self.error(
            Diagnostic::error("unknown-function", format!("there is no function `{name}`"))
                .at(call.function.span, "not a function")
                .help_maybe(help),
        )
    }
}

/// What spreadsheets and databases call it, and how it is written here.
fn other_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "avg" | "mean" | "averageif" | "averageifs" => "write `average(x where …)`",
        "countif" | "countifs" | "count_if" => "write `count(where …)`",
        "sumif" | "sumifs" | "sum_if" => "write `sum(x where …)`",
        "minimum" | "least" => "write `min(a, b)`",
        "maximum" | "greatest" => "write `max(a, b)`",
        "coalesce" | "ifnull" | "nvl" | "iferror" | "ifna" => "write `x default y`",
        "isblank" | "isnull" | "is_missing" | "isempty" => "write `x is missing`",
        "if" | "hvis" | "om" | "jos" | "iif" | "if_" | "when" | "choose" | "ifs" | "switch" => {
            "write `if … then … else …`"
        }
        "and" | "og" | "och" | "ja" => "write `and` between the conditions: `a and b`",
        "or" | "eller" | "tai" => "write `or` between the conditions: `a or b`",
        "not" | "ikke" | "inte" | "ei" => "write `not` before the condition: `not a`",
        "and_" | "all" => "write `every(… where …)`, or `a and b`",
        "any" | "exists" => "write `count(where …) > 0`",
        "vlookup" | "xlookup" | "lookup" => "declare a `lookup` and write `rate[currency]`",
        "upper" => "compare in small letters: `lower(t)`",
        "year" | "years" | "yearfrac" | "age" => "write `years_since(d)`",
        "datedif" | "datediff" | "months" => "write `months_since(d)`, or `today - d`",
        "today" | "now" | "sysdate" | "current_date" => "write `today`, without parentheses",
        "percentrank" | "percent_rank" => "write `percentile(x)`",
        "median" => "there is no median; `percentile(x) >= 50%` finds the upper half",
        "int" | "trunc" => "write `floor(x)`",
        "ceiling" | "roundup" => "write `ceil(x)`",
        "last" | "last_date" => "write `latest(orders.date)`",
        "first" => "write `earliest(orders.date)`",
        _ => return None,
    })
}

impl Checker<'_> {
    /// A constant that is counted with: a whole number above 0, or a percent.
    pub(super) fn count_or_share(&mut self, tree: &tree::Expr) -> Option<(Type, i64)> {
        let constant = self.constant(tree, None)?;
        match (&constant.ty, &constant.value) {
            (Type::Number, Literal::Number(units)) if *units > 0 && units % ONE == 0 => {
                Some((Type::Number, units / ONE))
            }
            (Type::Percent, Literal::Number(units)) if (1..=ONE).contains(units) => {
                Some((Type::Percent, *units))
            }
            _ => {
                self.report(
                    Diagnostic::error("wrong-arguments", "`in top` takes how many, or what share")
                        .at(
                            tree.span,
                            "expected a whole number above 0, or a percent up to 100%",
                        )
                        .help("as in `revenue in top 20` or `revenue in top 10%`"),
                );
                None
            }
        }
    }
}
