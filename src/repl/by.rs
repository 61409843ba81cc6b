//! `count() by segment`: one question for each group, each the same expression with a condition in
//! its aggregates. The language's own portfolio functions do the work.

use super::bench::{Bench, Computed, Held};
use super::layout::{Layout, clean};
use super::question::{Question, unclear};
use super::version::Version;
use crate::base::{SourceId, Span, Spanned};
use crate::model::assembly::{Asked, AskedSight};
use crate::model::program::Program;
use crate::model::types::Type;
use crate::syntax::tree::{CompareOperator, Expr, ExprKind, Path};
use crate::value::{Column, Values};
use std::collections::HashMap;
use std::sync::Arc;

/// So many groups are shown; of more the largest.
const GROUPS: usize = 40;

/// Functions that make one value of many customers.
const AGGREGATES: [&str; 8] = [
    "count",
    "sum",
    "average",
    "min",
    "max",
    "distinct",
    "concentration",
    "every",
];

impl Bench<'_> {
    /// A value for each group of customers, and for all.
    pub(super) fn by_groups(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        question: &Question,
    ) -> Computed<String> {
        let Some(by) = &question.by else {
            return Ok(String::new());
        };
        let name = self.expression(input, by)?;
        let ExprKind::Name(path) = &*name.kind else {
            return Err(self.typed_wrong(
                input,
                &[unclear(by, "groups are made by a name")
                    .help("write for example `count() by segment`")],
            ));
        };
        let groups = self.groups(version, held, input, &name, path)?;
        let tables = version.program().map(table_names).unwrap_or_default();
        let mut asked = Vec::new();
        for part in &question.values {
            let value = self.expression(input, part)?;
            let mut found = false;
            for (_, condition) in &groups {
                let restricted = restrict(&value, condition, &tables, &mut found);
                asked.push(of_portfolio(restricted));
            }
            if !found && !groups.is_empty() {
                let message = "this is not made of aggregates, so it has no value for a group";
                return Err(self.typed_wrong(
                    input,
                    &[unclear(part, message).help("write for example `sum(revenue) by segment`")],
                ));
            }
            asked.push(of_portfolio(value));
        }
        let reply = self.ask(version, held, input, asked)?;
        let mut headers = vec![clean(&path.text())];
        for part in &question.values {
            headers.push(format!(
                "{}>",
                clean(input.get(part.clone()).unwrap_or("").trim())
            ));
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let mut table = Layout::new(&headers);
        let stride = groups.len() + 1;
        let all = "all".to_string();
        let names = groups
            .iter()
            .map(|(name, _)| name)
            .chain(std::iter::once(&all));
        for (at, name) in names.enumerate() {
            let mut cells = vec![name.clone()];
            let values = 0..question.values.len();
            cells.extend(values.map(|value| reply.single(value * stride + at)));
            table.row(cells);
        }
        Ok(table.lines(self.world.width()))
    }

    /// The groups that a name makes: how each is called, and its condition.
    fn groups(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        name: &Expr,
        path: &Path,
    ) -> Computed<Vec<(String, Expr)>> {
        let asked = vec![Asked {
            value: name.clone(),
            sight: AskedSight::Customer,
        }];
        let reply = self.ask(version, held, input, asked)?;
        let Some(value) = reply.program.asked.first().map(|it| &it.value) else {
            return Ok(Vec::new());
        };
        let span = path.span;
        let is = |literal: ExprKind| same(name, literal, span);
        let mut groups: Vec<(String, Expr)> = match &value.ty {
            Type::Segment(id) => {
                let Some(segmentation) = reply.program.segmentations.get(id.0) else {
                    return Ok(Vec::new());
                };
                let order = segmentation.importance.iter();
                let names = order.filter_map(|it| segmentation.segments.get(it.0));
                names
                    .map(|it| {
                        (
                            it.name.clone(),
                            is(ExprKind::Name(one_name(&it.name, span))),
                        )
                    })
                    .collect()
            }
            Type::OneOf(texts) | Type::Steps(texts) => texts
                .iter()
                .map(|text| (text.clone(), is(ExprKind::Text(text.clone()))))
                .collect(),
            Type::Flag => [(true, "yes"), (false, "no")]
                .into_iter()
                .map(|(flag, text)| (text.to_string(), is(ExprKind::Flag(flag))))
                .collect(),
            Type::Team => reply
                .program
                .teams
                .iter()
                .map(|it| {
                    (
                        it.name.clone(),
                        is(ExprKind::Name(one_name(&it.name, span))),
                    )
                })
                .collect(),
            Type::Text => match reply.column(held, 0) {
                Some(column) => texts(&column)
                    .into_iter()
                    .map(|text| (text.clone(), is(ExprKind::Text(text))))
                    .collect(),
                None => Vec::new(),
            },
            ty => {
                let place = span.start as usize..span.end as usize;
                let message = format!(
                    "`{}` is of type {}, and makes no groups",
                    path.text(),
                    ty.name()
                );
                return Err(self.typed_wrong(
                    input,
                    &[unclear(&place, &message)
                        .help("group by a segment, a text, a flag or one of a list")],
                ));
            }
        };
        if value.optional {
            let missing = |negated| {
                whole(
                    ExprKind::IsMissing {
                        value: name.clone(),
                        negated,
                    },
                    span,
                )
            };
            for (_, condition) in &mut groups {
                *condition = whole(ExprKind::And(vec![missing(true), condition.clone()]), span);
            }
            groups.push(("(missing)".into(), missing(false)));
        }
        Ok(groups)
    }
}

/// The texts of a column, the most frequent first.
fn texts(column: &Column) -> Vec<String> {
    let Values::Text(texts) = &column.values else {
        return Vec::new();
    };
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for (row, number) in texts.numbers.iter().enumerate() {
        if !column.is_missing(row) {
            *counts.entry(*number).or_default() += 1;
        }
    }
    let mut counts: Vec<(u32, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
    counts
        .into_iter()
        .take(GROUPS)
        .map(|(number, _)| texts.dictionary.text(number).to_owned())
        .collect()
}

fn of_portfolio(value: Expr) -> Asked {
    Asked {
        value,
        sight: AskedSight::Portfolio,
    }
}

fn table_names(program: &Program) -> Vec<String> {
    let tables = program.tables.iter().filter(|it| !it.one_per_customer);
    tables.map(|it| it.name.clone()).collect()
}

fn whole(kind: ExprKind, span: Span) -> Expr {
    Expr {
        kind: Arc::new(kind),
        span,
    }
}

fn one_name(name: &str, span: Span) -> Path {
    Path {
        names: vec![Spanned::new(name.to_string(), span)],
        span,
    }
}

fn same(name: &Expr, value: ExprKind, span: Span) -> Expr {
    whole(
        ExprKind::Compare {
            operator: Spanned::new(CompareOperator::Equal, span),
            left: name.clone(),
            right: whole(value, span),
        },
        span,
    )
}

/// The expression with a condition in its outermost aggregates.
fn restrict(expr: &Expr, condition: &Expr, tables: &[String], found: &mut bool) -> Expr {
    let mut expr = expr.clone();
    if let ExprKind::Call(call) = Arc::make_mut(&mut expr.kind) {
        let name = call.function.value.as_str();
        let reduces = match name {
            "min" | "max" => call.arguments.len() == 1,
            _ => AGGREGATES.contains(&name),
        };
        if reduces {
            *found = true;
            let about_rows = call
                .arguments
                .iter()
                .chain(&call.filter)
                .any(|it| names_table(it, tables));
            let condition = if about_rows {
                outside(condition)
            } else {
                condition.clone()
            };
            let span = condition.span;
            call.filter = Some(match call.filter.take() {
                Some(filter) => whole(ExprKind::And(vec![condition, filter]), span),
                None => condition,
            });
            return expr;
        }
    }
    each_child(&mut expr, &mut |child| {
        *child = restrict(child, condition, tables, found);
    });
    expr
}

/// Whether an expression names a table.
fn names_table(expr: &Expr, tables: &[String]) -> bool {
    if let ExprKind::Name(path) = &*expr.kind {
        let first = path.names.first().map(|it| it.value.as_str());
        return tables.iter().any(|table| Some(table.as_str()) == first);
    }
    let mut found = false;
    each_child(&mut expr.clone(), &mut |child| {
        found |= names_table(child, tables)
    });
    found
}

/// The condition as it is written among the rows of a table: `customers.segment`.
fn outside(condition: &Expr) -> Expr {
    let mut condition = condition.clone();
    match Arc::make_mut(&mut condition.kind) {
        ExprKind::Compare { left, .. } => customers(left),
        ExprKind::IsMissing { value, .. } => customers(value),
        ExprKind::And(parts) => parts.iter_mut().for_each(|part| *part = outside(part)),
        _ => {}
    }
    condition
}

fn customers(expr: &mut Expr) {
    if let ExprKind::Name(path) = Arc::make_mut(&mut expr.kind) {
        let first = Spanned::new("customers".to_string(), path.span);
        path.names.insert(0, first);
    }
}

/// Looks at the parts of an expression.
fn each_child(expr: &mut Expr, look: &mut dyn FnMut(&mut Expr)) {
    match Arc::make_mut(&mut expr.kind) {
        ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Flag(_)
        | ExprKind::Missing
        | ExprKind::Today
        | ExprKind::Name(_) => {}
        ExprKind::Negate(it) | ExprKind::Not(it) => look(it),
        ExprKind::Arithmetic { left, right, .. } | ExprKind::Compare { left, right, .. } => {
            look(left);
            look(right);
        }
        ExprKind::Between {
            value, low, high, ..
        } => {
            look(value);
            look(low);
            look(high);
        }
        ExprKind::IsOneOf { value, list, .. } => {
            look(value);
            list.iter_mut().for_each(look);
        }
        ExprKind::IsMissing { value, .. } => look(value),
        ExprKind::InRank { value, count, .. } => {
            look(value);
            look(count);
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter_mut().for_each(look),
        ExprKind::Default { value, otherwise } => {
            look(value);
            look(otherwise);
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            look(condition);
            look(then);
            look(otherwise);
        }
        ExprKind::Call(call) => {
            call.arguments.iter_mut().for_each(&mut *look);
            call.filter.iter_mut().for_each(look);
        }
        ExprKind::Lookup { key, .. } => look(key),
    }
}

/// Says of an expression and all its parts that they stand in another source.
pub(super) fn move_to(expr: &mut Expr, source: SourceId) {
    expr.span.source = source;
    match Arc::make_mut(&mut expr.kind) {
        ExprKind::Name(path) => {
            path.span.source = source;
            path.names.iter_mut().for_each(|it| it.span.source = source);
        }
        ExprKind::Arithmetic { operator, .. } => operator.span.source = source,
        ExprKind::Compare { operator, .. } => operator.span.source = source,
        ExprKind::InRank { by: Some(path), .. } => move_path(path, source),
        ExprKind::Call(call) => {
            call.function.span.source = source;
            if let Some(by) = &mut call.by {
                move_path(by, source);
            }
        }
        ExprKind::Lookup { lookup, .. } => lookup.span.source = source,
        _ => {}
    }
    each_child(expr, &mut |child| move_to(child, source));
}

fn move_path(path: &mut Path, source: SourceId) {
    path.span.source = source;
    path.names.iter_mut().for_each(|it| it.span.source = source);
}
