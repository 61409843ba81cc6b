//! Values of free dimensions → a whole customer, with the rows of tables that make them so. What the
//! question does not ask for gets a round value that its field allows. Nothing is verified here.

use super::build::{Builder, Params};
use super::domain::{Domain, OTHER, Set};
use super::free::shape;
use super::point::{Point, one_of};
use super::search::{Answer, search};
use super::term::{Kind, Origin, T, Terms, Value};
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{
    Aggregate, Dataset, FieldId, Given, GivenRow, Literal, ParamId, Program, TableId,
};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use crate::value::decimal::ONE;
use std::collections::{BTreeMap, BTreeSet};

/// How many rows a customer may be given.
const ROWS: i64 = 60;

/// A made-up customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// All its values.
    pub given: Given,
    /// The params that have another value than in this run.
    pub params: Vec<(ParamId, Literal)>,
    /// The fields that the question is about, in their order.
    pub asked: Vec<FieldId>,
    /// All fields that the run looks at, these among them.
    pub looked_at: BTreeSet<FieldId>,
}

/// The customer of a point, for a run that looks at all of `whole`; `None` where something is asked that cannot be written down.
pub fn customer(terms: &Terms<'_>, point: &Point, whole: &[T]) -> Option<Customer> {
    let program = terms.program;
    let mut fields: BTreeMap<usize, Option<Literal>> = BTreeMap::new();
    let mut cells: BTreeMap<usize, BTreeMap<usize, Option<Literal>>> = BTreeMap::new();
    let mut has_row: BTreeMap<usize, bool> = BTreeMap::new();
    let mut made: Vec<(&Expr, Domain)> = Vec::new();
    let mut params = Vec::new();
    for (at, (leaf, _)) in terms.leaves.iter().enumerate() {
        let Some(domain) = point.get(at) else {
            continue;
        };
        let value = || literal(terms, &leaf.ty, &domain);
        match &leaf.origin {
            Origin::Field(field) => {
                fields.insert(field.0, value());
            }
            Origin::Row(table) => {
                has_row.insert(table.0, domain.is_yes());
            }
            Origin::RowCell(table, field) => {
                cells.entry(table.0).or_default().insert(field.0, value());
            }
            Origin::Rows(expr) => made.push((expr, domain)),
            Origin::Param(id) => {
                let today = program.params.get(id.0).map(|it| &it.value);
                let value = value()?;
                if Some(&value) != today {
                    params.push((*id, value));
                }
            }
            Origin::RowField(_) | Origin::Unknown => {}
        }
    }
    let asked: Vec<FieldId> = fields.keys().map(|it| FieldId(*it)).collect();
    let mut tables: Vec<(TableId, Vec<GivenRow>)> = Vec::new();
    for (table, there) in has_row {
        let dataset = program.tables.get(table)?;
        let known = cells.remove(&table).unwrap_or_default();
        let rows = if there {
            vec![row(program, dataset, known)]
        } else {
            Vec::new()
        };
        tables.push((TableId(table), rows));
    }
    for (table, rows) in made_rows(program, &made)? {
        tables.push((TableId(table), rows));
    }
    let customers = &program.customers;
    let values = (0..customers.fields.len()).map(|at| {
        let value = match fields.remove(&at) {
            Some(value) => value,
            None => usual(program, customers, at),
        };
        (FieldId(at), value)
    });
    Some(Customer {
        given: Given {
            name: None,
            values: values.collect(),
            tables,
        },
        params,
        looked_at: asked
            .iter()
            .copied()
            .chain(fields_of(terms, whole))
            .collect(),
        asked,
    })
}

/// The fields of the customers below terms.
fn fields_of(terms: &Terms<'_>, whole: &[T]) -> Vec<FieldId> {
    let leaf = |term: T| match terms.kind(term) {
        Kind::Leaf(leaf) => terms.leaves.get(*leaf),
        _ => None,
    };
    let leaves = terms.needed(whole).into_iter().filter_map(leaf);
    leaves
        .filter_map(|(leaf, _)| match &leaf.origin {
            Origin::Field(field) => Some(*field),
            _ => None,
        })
        .collect()
}

/// A row of a table, with what is known of it.
fn row(
    program: &Program,
    dataset: &Dataset,
    mut known: BTreeMap<usize, Option<Literal>>,
) -> GivenRow {
    let fields = (0..dataset.fields.len()).filter(|at| *at != dataset.key.0);
    fields
        .map(|at| {
            let value = match known.remove(&at) {
                Some(value) => value,
                None => usual(program, dataset, at),
            };
            (FieldId(at), value)
        })
        .collect()
}

/// A value of a field that nothing is asked of.
fn usual(program: &Program, dataset: &Dataset, at: usize) -> Option<Literal> {
    let field = dataset.fields.get(at)?;
    if field.optional {
        return None;
    }
    if field.ty == Type::Text {
        return Some(Literal::Text("any".into()));
    }
    let mut builder = Builder::new(program, Params::AsTheyAre);
    let kind = match std::ptr::eq(dataset, &program.customers) {
        true => ExprKind::Field(FieldId(at)),
        false => {
            let table = program
                .tables
                .iter()
                .position(|it| std::ptr::eq(it, dataset))?;
            ExprKind::RowField(TableId(table), FieldId(at))
        }
    };
    let expr = Expr {
        kind,
        ty: field.ty.clone(),
        optional: false,
        span: field.span,
    };
    let domain = builder.values_of(&expr);
    let one = one_of(&domain, Some(&field.ty), program.today.0, 0);
    literal(&builder.terms, &field.ty, &one)
}

/// The value of a domain that holds one alone, as a literal; `None` for a missing one.
fn literal(terms: &Terms<'_>, ty: &Type, domain: &Domain) -> Option<Literal> {
    match &domain.set {
        Set::Range(low, high) if low <= high => Some(Literal::Number(*low)),
        Set::Flag(no, yes) if no != yes => Some(Literal::Flag(*yes)),
        Set::Codes(codes) => {
            let code = *codes.first()?;
            Some(match ty {
                Type::Text => Literal::Text(match code {
                    OTHER => other_text(terms).into(),
                    code => terms.text(code).unwrap_or_default().into(),
                }),
                _ => Literal::Choice(code),
            })
        }
        _ => None,
    }
}

/// A text that no rule mentions.
fn other_text(terms: &Terms<'_>) -> String {
    let mut text = "any".to_owned();
    let mut at = 0;
    while let Some(known) = terms.text(at) {
        if known == text {
            text.push_str(" other");
            at = 0;
        } else {
            at += 1;
        }
    }
    text
}

/// Rows that give aggregates over tables their values: as many as are counted, the first of which
/// carries what is summed up.
fn made_rows(
    program: &Program,
    made: &[(&Expr, Domain)],
) -> Option<BTreeMap<usize, Vec<GivenRow>>> {
    let mut groups: BTreeMap<(usize, String), Vec<(&Expr, &Domain)>> = BTreeMap::new();
    for (expr, domain) in made {
        let ExprKind::RowAggregate { table, filter, .. } = &expr.kind else {
            return None;
        };
        let filter = filter.as_ref().map(|it| shape(it)).unwrap_or_default();
        groups
            .entry((table.0, filter))
            .or_default()
            .push((expr, domain));
    }
    let mut rows: BTreeMap<usize, Vec<GivenRow>> = BTreeMap::new();
    for ((table, _), group) in groups {
        let all = rows.entry(table).or_default();
        let mut count = None;
        let mut wanted = 0;
        for (expr, domain) in &group {
            let ExprKind::RowAggregate { aggregate, .. } = &expr.kind else {
                continue;
            };
            match (aggregate, domain.ends()) {
                (Aggregate::Count | Aggregate::Distinct, Some((low, _))) => {
                    count = Some(low / ONE);
                }
                (Aggregate::Sum, Some((0, _))) | (_, None) => {}
                _ => wanted = 1,
            }
        }
        let count = count.unwrap_or(wanted);
        if count > ROWS {
            return None;
        }
        let dataset = program.tables.get(table)?;
        for number in 0..count {
            let known = row_values(program, &group, number)?;
            all.push(row(program, dataset, known));
        }
    }
    Some(rows)
}

/// The values of the `number`th row that the aggregates of a group look at.
fn row_values(
    program: &Program,
    group: &[(&Expr, &Domain)],
    number: i64,
) -> Option<BTreeMap<usize, Option<Literal>>> {
    let mut builder = Builder::new(program, Params::AsTheyAre);
    let mut parts: Vec<T> = Vec::new();
    for (expr, domain) in group {
        let ExprKind::RowAggregate {
            aggregate,
            value,
            filter,
            ..
        } = &expr.kind
        else {
            continue;
        };
        if let Some(filter) = filter {
            parts.push(builder.expr(filter));
        }
        let Some(value) = value else {
            continue;
        };
        let (term, units) = (builder.expr(value), domain.ends().map(|it| it.0));
        let target = match (aggregate, units) {
            (Aggregate::Sum, Some(units)) => Some(if number == 0 { units } else { 0 }),
            (Aggregate::Distinct, _) | (_, None) => None,
            (_, Some(units)) => Some(units),
        };
        if let (Some(units), true) = (target, value.ty.is_numeric()) {
            let target = builder.terms.make(Kind::Constant(Value::Number(units)));
            parts.push(builder.numbers(CompareOperator::Equal, term, target));
        }
    }
    let condition = builder.terms.make(Kind::And(parts));
    let terms = &builder.terms;
    let Answer::Found(point) = search(terms, condition, 2_000, &mut |_| true) else {
        return None;
    };
    let mut known = BTreeMap::new();
    for (at, (leaf, _)) in terms.leaves.iter().enumerate() {
        if let (Origin::RowField(field), Some(domain)) = (&leaf.origin, point.get(at)) {
            known.insert(field.0, literal(terms, &leaf.ty, &domain));
        }
    }
    Some(known)
}
