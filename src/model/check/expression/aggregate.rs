//! Aggregates: what they range over (the rows of a table, all customers, the persons of a team),
//! what they may be asked of, and what they give.

use super::missing::learned;
use super::name::of_given;
use super::{Inference, walk};
use crate::base::{Diagnostic, Span};
use crate::builtins;
use crate::model::check::checker::Scope;
use crate::model::check::names::Symbol;
use crate::model::program::{Aggregate, Expr, ExprKind, Layer, TableId, TeamId};
use crate::model::types::Type;
use crate::syntax::tree::{self, Call, Path};

/// What an aggregate ranges over.
enum Over {
    Rows(TableId),
    Customers,
    Persons(TeamId),
}

/// What is aggregated, and which count.
type Parts = (Option<Box<Expr>>, Option<Box<Expr>>);

/// What its parts name, before they are looked at.
#[derive(Default)]
struct Named {
    tables: Vec<(TableId, Span)>,
    persons: Vec<(TeamId, Span)>,
    given: Option<usize>,
}

impl Inference<'_, '_> {
    /// `sum(x where c by region)`, `count()`, `max(x)`
    pub(super) fn aggregate(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let aggregate = of_name(&call.function.value)?;
        if let Scope::Row(table) = self.place.scope {
            let rows = self.checker.tables.get(table.0).map(|it| it.name.clone());
            return self.error(
                Diagnostic::error(
                    "nested-aggregate",
                    "an aggregate cannot stand inside one over rows",
                )
                .at(
                    span,
                    format!("inside the rows of `{}`", rows.unwrap_or_default()),
                )
                .help("give it a name with `let` and write `customers.NAME` here"),
            );
        }
        let mut named = Named::default();
        for part in call.arguments.iter().chain(&call.filter) {
            self.look_for(part, &mut named);
        }
        let over = self.over(&named)?;
        let outer_given = self.given;
        if named.given.is_some() {
            self.given = named.given;
        }
        let result = match over {
            Over::Rows(table) => self.over_rows(aggregate, table, call, span),
            Over::Customers => self.over_customers(aggregate, call, span),
            Over::Persons(team) => self.over_persons(aggregate, team, call, span),
        };
        self.given = outer_given;
        result
    }

    fn over(&mut self, named: &Named) -> Option<Over> {
        if let Some((first, place)) = named.tables.first() {
            if let Some((other, there)) = named.tables.iter().find(|(table, _)| table != first) {
                let name = |id: &TableId| self.checker.tables.get(id.0).map(|it| it.name.clone());
                let (first, other) = (name(first)?, name(other)?);
                return self.error(
                    Diagnostic::error(
                        "several-tables",
                        format!("one aggregate cannot range over both `{first}` and `{other}`"),
                    )
                    .at(*there, format!("rows of `{other}`"))
                    .at(*place, format!("rows of `{first}`"))
                    .help("give one of them a name with `let`, and write `customers.NAME` here"),
                );
            }
            return Some(Over::Rows(*first));
        }
        if let Some((first, place)) = named.persons.first() {
            if let Some((_, there)) = named.persons.iter().find(|(team, _)| team != first) {
                return self.error(
                    Diagnostic::error(
                        "several-teams",
                        "one aggregate takes the persons of one team",
                    )
                    .at(*there, "another team")
                    .at(*place, "one team")
                    .help("write an aggregate for each"),
                );
            }
            return Some(Over::Persons(*first));
        }
        Some(Over::Customers)
    }

    /// Looks for tables, persons and a test's customers in a part, but not inside its aggregates.
    fn look_for(&self, tree: &tree::Expr, named: &mut Named) {
        match &*tree.kind {
            tree::ExprKind::Name(path) => self.look_at_path(path, named),
            tree::ExprKind::Call(call) => {
                let by_person = call.by.as_ref().is_some_and(|by| by.text() == "person");
                if by_person {
                    let team = call.arguments.first().and_then(|it| self.team_of(it));
                    named.persons.extend(team.map(|team| (team, tree.span)));
                } else if of_name(&call.function.value).is_none() || call.arguments.len() > 1 {
                    for argument in &call.arguments {
                        self.look_for(argument, named);
                    }
                }
            }
            _ => {
                for part in walk::parts(tree) {
                    self.look_for(part, named);
                }
            }
        }
    }

    fn look_at_path(&self, path: &Path, named: &mut Named) {
        let mut names = path.names.as_slice();
        if self.place.scope == Scope::Test
            && let Some((first, rest)) = names.split_first()
            && !rest.is_empty()
            && let Some(given) = self.checker.given_called(&first.value)
        {
            named.given = named.given.or(Some(given));
            names = rest;
        }
        let Some(first) = names.first() else { return };
        if let Some(Symbol::Table(id)) = self.checker.names.get(&first.value)
            && self
                .checker
                .tables
                .get(id.0)
                .is_some_and(|it| !it.one_per_customer)
        {
            named.tables.push((id, path.span));
        }
    }

    fn team_of(&self, tree: &tree::Expr) -> Option<TeamId> {
        let tree::ExprKind::Name(path) = &*tree.kind else {
            return None;
        };
        match self.checker.names.get(&path.text()) {
            Some(Symbol::Team(id)) => Some(id),
            _ => None,
        }
    }

    fn over_rows(
        &mut self,
        aggregate: Aggregate,
        table: TableId,
        call: &Call,
        span: Span,
    ) -> Option<Expr> {
        let name = self.checker.tables.get(table.0)?.name.clone();
        if let Some(by) = &call.by {
            return self.error(
                Diagnostic::error(
                    "wrong-arguments",
                    "`by` groups customers, not the rows of a table",
                )
                .at(by.span, "")
                .help("give the rows of one customer a name with `let`, and group that"),
            );
        }
        if matches!(aggregate, Aggregate::Concentration | Aggregate::Every) {
            let word = &call.function.value;
            let help = match aggregate {
                Aggregate::Every => format!(
                    "count the rows for which it does not hold: `count({name} where not …) = 0`"
                ),
                _ => format!("make a value of each customer first: `let total = sum({name}.…)`"),
            };
            return self.error(
                Diagnostic::error(
                    "wrong-arguments",
                    format!("`{word}` takes customers, not the rows of a table"),
                )
                .at(span, format!("rows of `{name}`"))
                .help(help),
            );
        }
        let whole_table = match self.place.scope {
            Scope::Test => self.given.is_none() && self.checker.givens.len() > 1,
            Scope::Portfolio | Scope::Persons => true,
            Scope::Customer | Scope::Row(_) => false,
        };
        let given = match (self.place.scope, whole_table) {
            (Scope::Test, false) => Some(self.given.unwrap_or(0)),
            _ => None,
        };
        let keep = given.is_none() && !whole_table;
        let parts = self.inside(Scope::Row(table), keep, |it| {
            it.parts(aggregate, call, Some(table), span)
        });
        let (value, filter) = parts?;
        let mut ty = result_type(aggregate, value.as_deref());
        let optional = matches!(
            aggregate,
            Aggregate::Average
                | Aggregate::Min
                | Aggregate::Max
                | Aggregate::Latest
                | Aggregate::Earliest
        );
        if aggregate == Aggregate::Count {
            ty = Type::Number;
        }
        let expr = Expr {
            kind: ExprKind::RowAggregate {
                table,
                aggregate,
                value,
                filter,
                whole_table,
            },
            ty,
            optional,
            span,
        };
        Some(match given {
            Some(given) => of_given(given, expr),
            None => expr,
        })
    }

    fn over_customers(&mut self, aggregate: Aggregate, call: &Call, span: Span) -> Option<Expr> {
        let by = match &call.by {
            Some(by) => Some(self.group(by)?),
            None => None,
        };
        if by.is_some() && matches!(self.place.scope, Scope::Portfolio | Scope::Persons) {
            let place = call.by.as_ref().map_or(span, |by| by.span);
            let name = &call.function.value;
            let what = self.place.what;
            return self.error(
                Diagnostic::error(
                    "customer-value",
                    format!("with `by` there is one `{name}` for each group, and {what} speaks of all customers"),
                )
                .at(place, "one for each group")
                .help(format!("put it in an aggregate: `max({name}(… by …))`")),
            );
        }
        let (value, filter) = self.inside(Scope::Customer, false, |it| {
            it.parts(aggregate, call, None, span)
        })?;
        let loose = filter.is_some() || value.as_ref().is_some_and(|value| value.optional);
        let optional = loose
            && matches!(
                aggregate,
                Aggregate::Average
                    | Aggregate::Min
                    | Aggregate::Max
                    | Aggregate::Latest
                    | Aggregate::Earliest
            );
        let ty = result_type(aggregate, value.as_deref());
        let of_one = by.is_some() && self.place.scope == Scope::Test;
        let expr = Expr {
            kind: ExprKind::Aggregate {
                // Customers have no rows to be the latest of: it is the largest date.
                aggregate: match aggregate {
                    Aggregate::Latest => Aggregate::Max,
                    Aggregate::Earliest => Aggregate::Min,
                    other => other,
                },
                value,
                filter,
                by: by.map(Box::new),
            },
            ty,
            optional,
            span,
        };
        if of_one {
            return self.of_the_given(expr, &call.function.value);
        }
        Some(expr)
    }

    fn over_persons(
        &mut self,
        aggregate: Aggregate,
        team: TeamId,
        call: &Call,
        span: Span,
    ) -> Option<Expr> {
        let outline = self.checker.teams.get(team.0)?.clone();
        if !outline.named {
            return self.error(
                Diagnostic::error(
                    "team-without-names",
                    format!("the persons of `{}` are not known", outline.name),
                )
                .at(span, "takes them one by one")
                .help(format!(
                    "say which field holds the person: `{} 7 people named by account_manager …`",
                    outline.name
                )),
            );
        }
        if self.place.layer < Layer::Portfolio {
            let what = self.place.what;
            return self.error(
                Diagnostic::error(
                    "looks-right",
                    format!("{what} cannot look at the persons of a team"),
                )
                .at(span, "belongs to the portfolio")
                .help("it may stand in a `check` or `warn`"),
            );
        }
        if let Some(by) = &call.by {
            return self.error(
                Diagnostic::error("wrong-arguments", "persons are not grouped further")
                    .at(by.span, ""),
            );
        }
        let (value, filter) = self.inside(Scope::Persons, false, |it| {
            it.parts(aggregate, call, None, span)
        })?;
        let optional = filter.is_some()
            && matches!(
                aggregate,
                Aggregate::Average | Aggregate::Min | Aggregate::Max
            );
        Some(Expr {
            ty: result_type(aggregate, value.as_deref()),
            kind: ExprKind::PersonAggregate {
                team,
                aggregate,
                value,
                filter,
            },
            optional,
            span,
        })
    }

    /// The filter and the argument; what the filter says is known in the argument.
    fn parts(
        &mut self,
        aggregate: Aggregate,
        call: &Call,
        table: Option<TableId>,
        span: Span,
    ) -> Option<Parts> {
        let filter = call.filter.as_ref().map(|it| self.flag(it, "`where`"));
        let facts = match &filter {
            Some(Some(filter)) => learned(filter, true),
            _ => Vec::new(),
        };
        let value = self.knowing(facts, |it| it.aggregated(aggregate, call, table, span));
        let filter = match filter {
            Some(filter) => Some(Box::new(filter?)),
            None => None,
        };
        Some((value?.map(Box::new), filter))
    }

    /// What is aggregated; none for `count`.
    fn aggregated(
        &mut self,
        aggregate: Aggregate,
        call: &Call,
        table: Option<TableId>,
        span: Span,
    ) -> Option<Option<Expr>> {
        let name = call.function.value.as_str();
        let builtin = builtins::find(name)?;
        let argument = match call.arguments.as_slice() {
            [] => None,
            [argument] => Some(argument),
            _ => return self.wrong_count(builtin, call, span),
        };
        if aggregate == Aggregate::Count {
            let Some(argument) = argument else {
                return Some(None);
            };
            return match self.counted(argument, table) {
                true => Some(None),
                false => self.error(
                    Diagnostic::error("wrong-arguments", "`count` counts customers or rows, not values")
                        .at(argument.span, "expected a table, or `where` and a condition")
                        .help("as in `count(visits)`, `count(visits where minutes > 1 h)` or `count(where revenue > 5M)`"),
                ),
            };
        }
        let Some(argument) = argument else {
            return self.wrong_count(builtin, call, span);
        };
        if let (Some(table), true) = (table, self.counted(argument, table)) {
            let rows = self.checker.tables.get(table.0)?.name.clone();
            return self.error(
                Diagnostic::error(
                    "wrong-arguments",
                    format!("`{name}` needs a field of `{rows}`"),
                )
                .at(argument.span, "a whole table")
                .help(format!(
                    "write `{name}({rows}.…)`, or `count({rows})` to count the rows"
                )),
            );
        }
        let value = match aggregate {
            Aggregate::Every => self.flag(argument, "the condition of `every`")?,
            _ => self.infer(argument)?,
        };
        let (fits, wanted) = match aggregate {
            Aggregate::Sum | Aggregate::Average | Aggregate::Concentration => (
                value.ty.is_numeric() && value.ty != Type::Date,
                "a number or an amount",
            ),
            Aggregate::Min | Aggregate::Max => {
                (value.ty.is_ordered(), "a number, an amount or a date")
            }
            Aggregate::Latest | Aggregate::Earliest => (value.ty == Type::Date, "a date"),
            Aggregate::Count | Aggregate::Distinct | Aggregate::Every => (true, "a value"),
        };
        if !fits || matches!(value.kind, ExprKind::Missing) {
            let found = self.checker.kind_of(&value);
            let mut message = Diagnostic::error(
                "type-mismatch",
                format!("`{name}` takes {wanted}, and this is {found}"),
            )
            .at(value.span, found);
            if value.ty == Type::Flag {
                message = message.help("to count those for which it holds: `count(where …)`");
            }
            return self.error(message);
        }
        if matches!(aggregate, Aggregate::Sum | Aggregate::Average) && value.optional {
            let rows = if table.is_some() { "row" } else { "customer" };
            let need = format!("`{name}` needs one for every {rows}");
            self.checker.refuse_missing_in_sum(&value, name, &need);
            return None;
        }
        Some(Some(value))
    }

    /// Whether an argument is the very thing that is counted: the table, or the customers.
    fn counted(&self, argument: &tree::Expr, table: Option<TableId>) -> bool {
        let tree::ExprKind::Name(path) = &*argument.kind else {
            return false;
        };
        let names = self.without_given(&path.names);
        let [name] = names else { return false };
        match table {
            Some(table) => self.checker.names.get(&name.value) == Some(Symbol::Table(table)),
            None => name.value == "customers",
        }
    }

    /// What follows `by`: a field or a let of the customers layer.
    pub(super) fn group(&mut self, by: &Path) -> Option<Expr> {
        let layer = std::mem::replace(&mut self.place.layer, Layer::Customers);
        let what = std::mem::replace(&mut self.place.what, "`by`");
        let expr = self.inside(Scope::Customer, false, |it| it.name(by));
        self.place.layer = layer;
        self.place.what = what;
        let expr = expr?;
        if !matches!(
            expr.kind,
            ExprKind::Field(_) | ExprKind::Let(_) | ExprKind::OnePerCustomer(..)
        ) {
            return self.error(
                Diagnostic::error(
                    "group-wanted",
                    "`by` takes a field or a let of the customers",
                )
                .at(by.span, "neither of them")
                .help("as in `sum(revenue by region)`"),
            );
        }
        Some(expr)
    }
}

/// The aggregate of a name.
fn of_name(name: &str) -> Option<Aggregate> {
    Some(match name {
        "count" => Aggregate::Count,
        "sum" => Aggregate::Sum,
        "average" => Aggregate::Average,
        "min" => Aggregate::Min,
        "max" => Aggregate::Max,
        "latest" => Aggregate::Latest,
        "earliest" => Aggregate::Earliest,
        "distinct" => Aggregate::Distinct,
        "concentration" => Aggregate::Concentration,
        "every" => Aggregate::Every,
        _ => return None,
    })
}

fn result_type(aggregate: Aggregate, value: Option<&Expr>) -> Type {
    match aggregate {
        Aggregate::Count | Aggregate::Distinct | Aggregate::Concentration => Type::Number,
        Aggregate::Every => Type::Flag,
        _ => value.map_or(Type::Number, |value| value.ty.clone()),
    }
}
