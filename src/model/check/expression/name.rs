//! Names: what a bare name or a path stands for where it is written, and the nearest name where it
//! stands for nothing.

use super::{Inference, definite};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::check::checker::{Checker, Scope};
use crate::model::check::names::Symbol;
use crate::model::program::{Expr, ExprKind, FieldId, Literal, MemberId, TableId, TextId};
use crate::model::types::Type;
use crate::syntax::tree::{Name, Path};

/// Names that have their meaning without a declaration.
pub(super) const WORDS: [&str; 9] = [
    "segment",
    "overridden",
    "owner",
    "decided_by",
    "cost_to_serve",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
];

impl Inference<'_, '_> {
    /// A bare name or a path.
    pub(super) fn name(&mut self, path: &Path) -> Option<Expr> {
        let (first, rest) = path.names.split_first()?;
        match self.place.scope {
            Scope::Row(table) => self.row_name(table, path),
            Scope::Customer => {
                let names = self.without_given(&path.names);
                self.customer_name(names, path.span)
            }
            Scope::Portfolio | Scope::Persons => {
                let expr = self.customer_name(&path.names, path.span)?;
                self.of_nobody(expr, &path.text())
            }
            Scope::Test => {
                if !rest.is_empty()
                    && let Some(given) = self.checker.given_called(&first.value)
                {
                    let expr = self.customer_name(rest, path.span)?;
                    return Some(of_given(given, expr));
                }
                let expr = self.customer_name(&path.names, path.span)?;
                self.of_the_given(expr, &path.text())
            }
        }
    }

    /// The names of a path without the name of the test's customer that stands before it.
    pub(super) fn without_given<'n>(&self, names: &'n [Name]) -> &'n [Name] {
        match (names.split_first(), self.given) {
            (Some((first, rest)), Some(given))
                if !rest.is_empty() && self.checker.given_called(&first.value) == Some(given) =>
            {
                rest
            }
            _ => names,
        }
    }

    /// A customer's value where customers stand only inside aggregates.
    pub(super) fn of_nobody(&mut self, expr: Expr, text: &str) -> Option<Expr> {
        if !self.checker.of_customer(&expr) {
            return Some(expr);
        }
        let help = match &expr.ty {
            Type::Flag => format!("count the customers: `count(where {text})`, or `every({text})`"),
            Type::Segment(_) | Type::Team | Type::Text | Type::OneOf(_) | Type::Steps(_) => {
                format!("count the customers: `count(where {text} is …)`")
            }
            Type::Date => format!("put it in an aggregate: `max({text})`"),
            _ => format!("put it in an aggregate: `sum({text})`, `average({text})`, `max({text})`"),
        };
        let what = self.place.what;
        self.error(
            Diagnostic::error(
                "customer-value",
                format!("`{text}` is a value of each customer, and {what} speaks of all of them"),
            )
            .at(expr.span, "one for each customer")
            .help(help),
        )
    }

    /// A customer's value in a test: that of its one customer.
    pub(super) fn of_the_given(&mut self, expr: Expr, text: &str) -> Option<Expr> {
        if !self.checker.of_customer(&expr) {
            return Some(expr);
        }
        if self.checker.givens.len() == 1 {
            return Some(of_given(0, expr));
        }
        let first = self.checker.givens.iter().flatten().next().cloned();
        let help = match (first, text.strip_suffix("(…)")) {
            (Some(name), Some(function)) => format!("say whose it is: `{function}({name}.…)`"),
            (Some(name), None) => format!("say whose it is: `{name}.{text}`"),
            (None, _) => "a customer is described in a `given` block".to_owned(),
        };
        self.error(
            Diagnostic::error(
                "customer-value",
                format!("`{text}` is a value of one customer, and this test has several"),
            )
            .at(expr.span, "whose?")
            .help(help),
        )
    }

    /// A name inside an aggregate over the rows of a table.
    fn row_name(&mut self, table: TableId, path: &Path) -> Option<Expr> {
        let names = self.without_given(&path.names);
        let (first, rest) = names.split_first()?;
        let rows = self.checker.tables.get(table.0)?;
        if rest.is_empty() {
            let word = first.value.as_str();
            let field = rows.fields.iter().position(|field| field.name == word);
            let symbol = self.checker.names.get(word);
            let Some(field) = field else {
                let of_customers = WORDS.iter().take(5).any(|it| *it == word);
                return match symbol {
                    None if !of_customers => self.word(first, names, path.span),
                    Some(
                        Symbol::Param(_) | Symbol::Broken | Symbol::Table(_) | Symbol::Team(_),
                    ) => self.customer_name(names, path.span),
                    _ => {
                        let rows = rows.name.clone();
                        self.error(
                            Diagnostic::error(
                                "customer-value",
                                format!("`{word}` is a value of the customer, and bare names here are fields of `{rows}`"),
                            )
                            .at(path.span, "")
                            .help(format!("write `customers.{word}`")),
                        )
                    }
                };
            };
            let both_keys = rows.key == FieldId(field)
                && symbol == Some(Symbol::Field(self.checker.customers.key));
            let also = matches!(symbol, Some(Symbol::Field(_) | Symbol::Let(_)));
            if also && !both_keys {
                let rows = rows.name.clone();
                return self.error(
                    Diagnostic::error(
                        "ambiguous-name",
                        format!("both `{rows}` and the customers have `{word}`"),
                    )
                    .at(path.span, "which of them?")
                    .help(format!("write `{rows}.{word}` or `customers.{word}`")),
                );
            }
            return self.checker.row_field(table, field, path.span);
        }
        if first.value == rows.name {
            return match rest {
                [field] => {
                    let at = rows.fields.iter().position(|it| it.name == field.value);
                    match at {
                        Some(at) => self.checker.row_field(table, at, path.span),
                        None => self.no_field(table, field),
                    }
                }
                _ => self.no_parts(names),
            };
        }
        if first.value == "customers" {
            return self.customer_name(rest, path.span);
        }
        let text = path.text();
        if self.checker.names.get(&first.value).is_some() {
            return self.error(
                Diagnostic::error(
                    "customer-value",
                    format!("`{text}` is a value of the customer, and bare names here are fields of a table"),
                )
                .at(path.span, "")
                .help(format!("write `customers.{text}`")),
            );
        }
        self.unknown(first, names)
    }

    /// A value of the customer (or a param, or another value without rows).
    fn customer_name(&mut self, names: &[Name], span: Span) -> Option<Expr> {
        let (first, rest) = names.split_first()?;
        if first.value == "customers"
            && !rest.is_empty()
            && self.checker.names.get("customers").is_none()
        {
            return self.customer_name(rest, span);
        }
        let Some(symbol) = self.checker.names.get(&first.value) else {
            return self.word(first, names, span);
        };
        let expr = match symbol {
            Symbol::Field(id) => {
                self.alone(names)?;
                let field = self.checker.customers.fields.get(id.0)?;
                Expr {
                    kind: ExprKind::Field(id),
                    ty: field.ty.clone(),
                    optional: field.optional,
                    span,
                }
            }
            Symbol::Let(id) => {
                self.alone(names)?;
                let value = self.checker.let_(id)?;
                Expr {
                    kind: ExprKind::Let(id),
                    ty: value.value.ty.clone(),
                    optional: value.value.optional,
                    span,
                }
            }
            Symbol::Param(id) => {
                self.alone(names)?;
                let param = self.checker.params.get(id.0)?;
                definite(ExprKind::Param(id), param.ty.clone(), span)
            }
            Symbol::Axis(id) if rest.is_empty() => definite(ExprKind::Axis(id), Type::Score, span),
            Symbol::Axis(id) => {
                let axis = self.checker.axes.get(id.0)?;
                let texts: Vec<&str> = rest.iter().map(|name| name.value.as_str()).collect();
                let member = texts.join(".");
                let Some(at) = axis.members.iter().position(|(path, _)| *path == member) else {
                    let members: Vec<String> = axis.members.iter().map(|it| it.0.clone()).collect();
                    let message = format!(
                        "the axis `{}` has no criterion or group `{member}`",
                        axis.name
                    );
                    let near = nearest(&member, members.iter().map(String::as_str));
                    let help = match near {
                        Some(near) => format!("write `{}.{near}`", first.value),
                        None => format!("it has {}", super::clash::listed(&members, "`")),
                    };
                    return self.error(
                        Diagnostic::error("unknown-name", message)
                            .at(span, "not there")
                            .help(help),
                    );
                };
                let optional = axis.members.get(at).is_some_and(|it| it.1);
                Expr {
                    kind: ExprKind::Member(id, MemberId(at)),
                    ty: Type::Score,
                    optional,
                    span,
                }
            }
            Symbol::Table(id) => self.table_name(id, names, span)?,
            Symbol::Activity(id) => match rest {
                [] => definite(ExprKind::Activity(id), Type::Frequency, span),
                [part] if part.value == "actual" || part.value == "worth" => {
                    let is_actual = part.value == "actual";
                    let value = if is_actual {
                        self.checker.activity_actual(id)
                    } else {
                        self.checker.activity_worth(id)
                    };
                    let declared = self.checker.assembly.activities.get(id.0)?;
                    let there = if is_actual {
                        &declared.actual
                    } else {
                        &declared.worth
                    };
                    if there.is_none() {
                        let (name, part) = (&first.value, &part.value);
                        let message = format!("the activity `{name}` does not say its `{part}`");
                        let message = Diagnostic::error("unknown-name", message)
                            .at(span, "not there")
                            .at(declared.span, "the activity")
                            .help(format!("add `{part} …` to it in `activities`"));
                        return self.error(message);
                    }
                    let value = value?;
                    let (kind, ty) = if is_actual {
                        (ExprKind::Actual(id), Type::Frequency)
                    } else {
                        (ExprKind::Worth(id), Type::Money)
                    };
                    Expr {
                        kind,
                        ty,
                        optional: value.optional,
                        span,
                    }
                }
                [part, ..] => {
                    let (name, part) = (&first.value, part.value.clone());
                    return self.error(
                        Diagnostic::error("unknown-name", format!("an activity has no `{part}`"))
                            .at(span, "not there")
                            .help(format!(
                                "`{name}` is how often it is planned; beside it there are \
                                 `{name}.actual` and `{name}.worth`"
                            )),
                    );
                }
            },
            Symbol::Team(_) => {
                let name = &first.value;
                return self.error(
                    Diagnostic::error("team-as-value", format!("`{name}` is a team, not a value"))
                        .at(span, "a team")
                        .help(format!(
                            "write `owner is {name}`, `hours({name})`, `available({name})` or \
                             `booked({name})`"
                        )),
                );
            }
            Symbol::Segmentation(id) => {
                self.alone(names)?;
                definite(ExprKind::Segment(id), Type::Segment(id), span)
            }
            Symbol::TextColumn(id) => {
                self.alone(names)?;
                definite(ExprKind::TextColumn(id), Type::Text, span)
            }
            Symbol::Broken => return None,
        };
        self.in_sight(expr)
    }

    /// A table's name outside aggregates: a field of one row per customer.
    fn table_name(&mut self, id: TableId, names: &[Name], span: Span) -> Option<Expr> {
        let table = self.checker.tables.get(id.0)?;
        let name = table.name.clone();
        let is_field = |name: &Name| table.fields.iter().any(|it| it.name == name.value);
        if let Some(field) = names.get(1).filter(|it| !is_field(it)) {
            return self.no_field(id, field);
        }
        if !table.one_per_customer {
            let example = match names.get(1) {
                Some(field) => format!("sum({name}.{})", field.value),
                None => format!("count({name})"),
            };
            return self.error(
                Diagnostic::error(
                    "table-as-value",
                    format!("`{name}` has many rows for a customer, so it is no value by itself"),
                )
                .at(span, "a table")
                .help(format!("put it in an aggregate: `{example}`")),
            );
        }
        let Some(field) = names.get(1) else {
            return self.error(
                Diagnostic::error(
                    "table-as-value",
                    format!("`{name}` is a table, not a value"),
                )
                .at(span, "a table")
                .help(format!("name one of its fields: `{name}.…`")),
            );
        };
        let Some(at) = table.fields.iter().position(|it| it.name == field.value) else {
            return self.no_field(id, field);
        };
        if names.len() > 2 {
            return self.no_parts(names);
        }
        let ty = table.fields.get(at)?.ty.clone();
        Some(Expr {
            kind: ExprKind::OnePerCustomer(id, FieldId(at)),
            ty,
            optional: true,
            span,
        })
    }

    /// Words that stand for something without a declaration.
    fn word(&mut self, first: &Name, names: &[Name], span: Span) -> Option<Expr> {
        let assembly = self.checker.assembly;
        let decides = assembly.segmentations.iter().any(|it| it.name.is_none());
        let serves = !assembly.services.is_empty();
        let (kind, ty, there, needs) = match first.value.as_str() {
            "segment" => {
                let at = assembly
                    .segmentations
                    .iter()
                    .position(|it| it.name.is_none());
                let id = crate::model::program::SegmentationId(at.unwrap_or(0));
                (
                    ExprKind::Segment(id),
                    Type::Segment(id),
                    decides,
                    "`segments { … }`",
                )
            }
            "overridden" => (
                ExprKind::Overridden,
                Type::Flag,
                decides,
                "`segments { … }`",
            ),
            "decided_by" => {
                let any = !assembly.segmentations.is_empty() || !assembly.excludes.is_empty();
                (ExprKind::DecidedBy, Type::Text, any, "`segments { … }`")
            }
            "owner" => (ExprKind::Owner, Type::Team, serves, "`service … { … }`"),
            "cost_to_serve" => (
                ExprKind::CostToServe,
                Type::Money,
                serves,
                "`service … { … }`",
            ),
            word => match Checker::frequency_word(word) {
                _ if self.checker.texts.iter().any(|text| text == word) => {
                    let at = self.checker.texts.iter().position(|text| text == word);
                    let id = TextId(at.unwrap_or(0));
                    (ExprKind::TextColumn(id), Type::Text, true, "")
                }
                Some(units) => {
                    let literal = ExprKind::Literal(Literal::Number(units));
                    (literal, Type::Frequency, true, "")
                }
                None => return self.unknown(first, names),
            },
        };
        if !there {
            let word = &first.value;
            return self.error(
                Diagnostic::error("unknown-name", format!("there is no `{word}` here"))
                    .at(span, "not there")
                    .help(format!("it comes with {needs}, and the model has none")),
            );
        }
        self.alone(names)?;
        self.in_sight(definite(kind, ty, span))
    }
}

impl Checker<'_> {
    /// The customer of a test with that name.
    pub(super) fn given_called(&self, name: &str) -> Option<usize> {
        let is_it = |given: &Option<String>| given.as_deref() == Some(name);
        self.givens.iter().position(is_it)
    }

    fn row_field(&self, table: TableId, at: usize, span: Span) -> Option<Expr> {
        let field = self.tables.get(table.0)?.fields.get(at)?;
        Some(Expr {
            kind: ExprKind::RowField(table, FieldId(at)),
            ty: field.ty.clone(),
            optional: field.optional,
            span,
        })
    }
}

/// A value of one customer of a test.
pub(super) fn of_given(given: usize, expr: Expr) -> Expr {
    Expr {
        ty: expr.ty.clone(),
        optional: expr.optional,
        span: expr.span,
        kind: ExprKind::OfGiven(given, Box::new(expr)),
    }
}
