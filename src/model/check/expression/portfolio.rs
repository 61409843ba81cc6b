//! A customer's place among all customers: rank, percentile, shares, `in top`.

use super::Inference;
use super::name::of_given;
use crate::base::{Diagnostic, Span};
use crate::builtins;
use crate::model::check::checker::Scope;
use crate::model::program::{Expr, ExprKind, PortfolioFunction};
use crate::model::types::Type;
use crate::syntax::tree::{self, Call, Path, RankEnd};
use crate::value::Decimal;

impl Inference<'_, '_> {
    /// `rank(x)`, `percentile(x)`, `share(x)`, `share_above(x)`, each with `by`
    pub(super) fn portfolio(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let name = call.function.value.as_str();
        let builtin = builtins::find(name)?;
        let function = match name {
            "rank" => PortfolioFunction::Rank,
            "percentile" => PortfolioFunction::Percentile,
            "share" => PortfolioFunction::Share,
            _ => PortfolioFunction::ShareAbove,
        };
        if let Some(filter) = &call.filter {
            return self.error(
                Diagnostic::error("wrong-arguments", format!("`{name}` takes no `where`"))
                    .at(filter.span, "it looks at all customers that have a value")
                    .help(format!(
                        "leave customers out by a value that they lack: `{name}(if … then revenue else missing)`"
                    )),
            );
        }
        let [argument] = call.arguments.as_slice() else {
            return self.wrong_count(builtin, call, span);
        };
        let ty = match function {
            PortfolioFunction::Rank => Type::Number,
            _ => Type::Percent,
        };
        self.placed(function, argument, call.by.as_ref(), ty, name, span)
    }

    /// `x in top 20`, `x in bottom 10% by region`
    pub(super) fn in_rank(
        &mut self,
        value: &tree::Expr,
        end: RankEnd,
        count: &tree::Expr,
        by: Option<&Path>,
        span: Span,
    ) -> Option<Expr> {
        let count = self.checker.count_or_share(count);
        let function = match &count {
            Some((Type::Percent, share)) => PortfolioFunction::InShare(end, Decimal(*share)),
            Some((_, count)) => PortfolioFunction::InCount(end, u64::try_from(*count).ok()?),
            None => PortfolioFunction::Rank,
        };
        let word = match end {
            RankEnd::Top => "in top",
            RankEnd::Bottom => "in bottom",
        };
        let placed = self.placed(function, value, by, Type::Flag, word, span);
        count.and(placed)
    }

    fn placed(
        &mut self,
        function: PortfolioFunction,
        argument: &tree::Expr,
        by: Option<&Path>,
        ty: Type,
        word: &str,
        span: Span,
    ) -> Option<Expr> {
        if let Scope::Row(_) = self.place.scope {
            return self.error(
                Diagnostic::error(
                    "nested-aggregate",
                    format!("`{word}` cannot stand inside the rows of a table"),
                )
                .at(span, "a value of the customer")
                .help("give it a name with `let` and write `customers.NAME` here"),
            );
        }
        let outer_given = self.given;
        let whose = self.whose(argument);
        self.given = whose.or(outer_given);
        let value = self.inside(Scope::Customer, false, |it| it.infer(argument));
        self.given = outer_given;
        let by = match by {
            Some(by) => Some(self.group(by)?),
            None => None,
        };
        let value = value?;
        let shares = matches!(
            function,
            PortfolioFunction::Share | PortfolioFunction::ShareAbove
        );
        let fits = if shares {
            value.ty.is_numeric() && value.ty != Type::Date
        } else {
            value.ty.is_ordered()
        };
        if !fits || matches!(value.kind, ExprKind::Missing) {
            let found = self.checker.kind_of(&value);
            return self.error(
                Diagnostic::error(
                    "type-mismatch",
                    format!("`{word}` takes a number or an amount, and this is {found}"),
                )
                .at(value.span, found),
            );
        }
        if shares && !self.checker.interval(&value).never_negative() {
            let name = self.checker.written(&value);
            let shown = name.trim_matches('`').to_owned();
            let shown = if shown.contains(' ') {
                "…".to_owned()
            } else {
                shown
            };
            return self.error(
                Diagnostic::error(
                    "negative-share",
                    format!("{name} could be below 0, and then `{word}` says nothing"),
                )
                .at(value.span, "not shown to be 0 or above")
                .help(format!(
                    "write `{word}(max({shown}, 0))`, or say `>= 0` where the field is declared"
                )),
            );
        }
        let in_top = ty == Type::Flag;
        let expr = Expr {
            // Who has no value has no place, but is not in the top either.
            optional: value.optional && !in_top,
            kind: ExprKind::Portfolio {
                function,
                value: Box::new(value),
                by: by.map(Box::new),
            },
            ty,
            span,
        };
        match self.place.scope {
            Scope::Portfolio | Scope::Persons => {
                let what = self.place.what;
                self.error(
                    Diagnostic::error(
                        "customer-value",
                        format!(
                            "`{word}` is a value of each customer, and {what} speaks of all of them"
                        ),
                    )
                    .at(span, "one for each customer")
                    .help(if in_top {
                        "put it in an aggregate: `count(where … in top 20)`".to_owned()
                    } else {
                        format!("put it in an aggregate: `max({word}(…))`")
                    }),
                )
            }
            Scope::Test => match whose {
                Some(given) => Some(of_given(given, expr)),
                None if in_top => self.of_the_given(expr, "… in top"),
                None => self.of_the_given(expr, &format!("{word}(…)")),
            },
            Scope::Customer | Scope::Row(_) => Some(expr),
        }
    }

    /// The customer of a test whose value is asked for: `rank(a.revenue)`.
    pub(super) fn whose(&self, tree: &tree::Expr) -> Option<usize> {
        if self.place.scope != Scope::Test {
            return None;
        }
        match &*tree.kind {
            tree::ExprKind::Name(path) if path.names.len() > 1 => path
                .names
                .first()
                .and_then(|it| self.checker.given_called(&it.value)),
            _ => None,
        }
    }
}
