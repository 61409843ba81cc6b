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
use crate::syntax::tree::{Call, CompareOperator, Expr, ExprKind, Path};
use crate::value::{Column, Values};
use std::collections::HashMap;
use std::ops::Range;
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
    /// Values of the portfolio, of all customers or of those for whom what stands behind `where` holds.
    /// `None` where something is asked of each customer, or of the rows of a table: that is a list.
    pub(super) fn of_those(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        question: &Question,
    ) -> Computed<Option<String>> {
        if question.most.is_some() {
            return Ok(None);
        }
        let names = Names::of(version.program());
        let condition = self.condition(input, question)?;
        let (mut plain, mut asked) = (Vec::new(), Vec::new());
        for part in &question.values {
            let value = self.expression(input, part)?;
            let mut found = false;
            let restricted = match &condition {
                Some(condition) => restrict(&value, condition, &names, &mut found),
                None => value.clone(),
            };
            if names_table(&value, &names) || condition.is_some() && !found {
                return Ok(None);
            }
            let sight = AskedSight::Any;
            plain.push(Asked { value, sight });
            asked.push(of_portfolio(restricted));
        }
        let known = self.asked(version, input, plain)?;
        if !known.asked.iter().all(|it| it.of_portfolio) {
            return Ok(None);
        }
        let reply = self.ask(version, held, input, asked)?;
        if question.values.len() == 1 {
            return Ok(Some(reply.single(0) + "\n"));
        }
        let headers = question.values.iter().map(|part| header(input, part));
        let headers: Vec<String> = headers.collect();
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let mut table = Layout::new(&headers);
        table.row((0..headers.len()).map(|at| reply.single(at)).collect());
        Ok(Some(table.lines(self.world.width())))
    }

    /// What stands behind `where`.
    fn condition(&self, input: &str, question: &Question) -> Computed<Option<Expr>> {
        let part = question.filter.as_ref();
        part.map(|part| self.expression(input, part)).transpose()
    }

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
        let names = Names::of(version.program());
        let filter = self.condition(input, question)?;
        let mut asked = Vec::new();
        for part in &question.values {
            let mut value = self.expression(input, part)?;
            let mut found = false;
            if let Some(filter) = &filter {
                value = restrict(&value, filter, &names, &mut found);
            }
            for (_, condition) in &groups {
                let restricted = restrict(&value, condition, &names, &mut found);
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
            headers.push(header(input, part));
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

/// The header of a column of numbers: what was asked, in its own words.
fn header(input: &str, part: &Range<usize>) -> String {
    let words = input.get(part.clone()).unwrap_or("").trim();
    format!("{}>", clean(words))
}

fn of_portfolio(value: Expr) -> Asked {
    Asked {
        value,
        sight: AskedSight::Portfolio,
    }
}

/// What names mean in a question.
#[derive(Default)]
struct Names {
    /// Tables with many rows a customer.
    tables: Vec<String>,
    /// Values of a customer.
    own: Vec<String>,
}

impl Names {
    fn of(program: Option<&Program>) -> Names {
        let Some(program) = program else {
            return Names::default();
        };
        let tables = program.tables.iter().filter(|it| !it.one_per_customer);
        let alone = program.tables.iter().filter(|it| it.one_per_customer);
        let fields = program.customers.fields.iter().map(|it| &it.name);
        let own = fields
            .chain(alone.map(|it| &it.name))
            .chain(program.lets.iter().map(|it| &it.name))
            .chain(program.axes.iter().map(|it| &it.name));
        let segmentations = program.segmentations.iter();
        let segments: Vec<&String> = segmentations
            .clone()
            .flat_map(|it| it.segments.iter().map(|it| &it.name))
            .collect();
        let own = own.filter(|name| !segments.contains(name));
        let columns = segmentations.map(|it| it.column().to_owned());
        let words = ["owner", "overridden", "decided_by"].map(str::to_owned);
        Names {
            tables: tables.map(|it| it.name.clone()).collect(),
            own: own.cloned().chain(columns).chain(words).collect(),
        }
    }

    fn is_of_customer(&self, path: &Path) -> bool {
        let first = path.names.first();
        first.is_some_and(|first| self.own.contains(&first.value))
    }
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

/// Whether a call makes one value of many.
fn reduces(call: &Call) -> bool {
    match call.function.value.as_str() {
        "min" | "max" => call.arguments.len() == 1,
        name => AGGREGATES.contains(&name),
    }
}

/// The expression with a condition in its outermost aggregates.
fn restrict(expr: &Expr, condition: &Expr, names: &Names, found: &mut bool) -> Expr {
    let mut expr = expr.clone();
    if let ExprKind::Call(call) = Arc::make_mut(&mut expr.kind)
        && reduces(call)
    {
        *found = true;
        let about_rows = call
            .arguments
            .iter()
            .chain(&call.filter)
            .any(|it| names_table(it, names));
        let condition = if about_rows {
            outside(condition, names)
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
    each_child(&mut expr, &mut |child| {
        *child = restrict(child, condition, names, found);
    });
    expr
}

/// Whether an expression names a table.
fn names_table(expr: &Expr, names: &Names) -> bool {
    if let ExprKind::Name(path) = &*expr.kind {
        let first = path.names.first().map(|it| it.value.as_str());
        return names
            .tables
            .iter()
            .any(|table| Some(table.as_str()) == first);
    }
    let mut found = false;
    each_child(&mut expr.clone(), &mut |child| {
        found |= names_table(child, names)
    });
    found
}

/// The condition as it is written among the rows of a table: `customers.segment`. Params stay bare, and so do
/// the names of segments.
fn outside(condition: &Expr, names: &Names) -> Expr {
    let mut condition = condition.clone();
    match Arc::make_mut(&mut condition.kind) {
        ExprKind::Name(path) if names.is_of_customer(path) => {
            let first = Spanned::new("customers".to_string(), path.span);
            path.names.insert(0, first);
        }
        // What stands in an aggregate of its own has its own names.
        ExprKind::Call(call) if reduces(call) => {}
        _ => each_child(&mut condition, &mut |child| *child = outside(child, names)),
    }
    condition
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
