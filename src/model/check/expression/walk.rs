//! Checked expressions as trees: their parts, and whether two say the same.
//! It looks at shapes only and knows no names.

use crate::model::program::{Expr, ExprKind};
use crate::syntax::tree;

/// The expressions directly inside an expression, from the left.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Param(_)
        | ExprKind::Today
        | ExprKind::Missing
        | ExprKind::Field(_)
        | ExprKind::RowField(..)
        | ExprKind::OnePerCustomer(..)
        | ExprKind::Let(_)
        | ExprKind::Axis(_)
        | ExprKind::Member(..)
        | ExprKind::Known(_)
        | ExprKind::Segment(_)
        | ExprKind::Overridden
        | ExprKind::DecidedBy
        | ExprKind::Owner
        | ExprKind::Activity(_)
        | ExprKind::Actual(_)
        | ExprKind::Worth(_)
        | ExprKind::TextColumn(_)
        | ExprKind::CostToServe
        | ExprKind::CostAs(_)
        | ExprKind::Hours { .. }
        | ExprKind::Available { .. }
        | ExprKind::Booked { .. } => Vec::new(),
        ExprKind::Negate(inner)
        | ExprKind::IsMissing(inner)
        | ExprKind::Not(inner)
        | ExprKind::ChoiceText(inner)
        | ExprKind::IsOneOf(inner, _)
        | ExprKind::Lookup(_, inner)
        | ExprKind::OfGiven(_, inner) => vec![inner],
        ExprKind::Arithmetic(_, left, right)
        | ExprKind::Compare(_, left, right)
        | ExprKind::Default(left, right) => vec![left, right],
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Call(_, parts) => {
            parts.iter().collect()
        }
        ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
        ExprKind::RowAggregate { value, filter, .. }
        | ExprKind::PersonAggregate { value, filter, .. } => {
            value.iter().chain(filter).map(|part| &**part).collect()
        }
        ExprKind::Aggregate {
            value, filter, by, ..
        } => value
            .iter()
            .chain(filter)
            .chain(by)
            .map(|part| &**part)
            .collect(),
        ExprKind::Portfolio { value, by, .. } => std::iter::once(value)
            .chain(by)
            .map(|part| &**part)
            .collect(),
    }
}

/// Whether two expressions compute the same, as far as their shapes show. Aggregates over customers
/// and portfolio functions never count as the same.
pub(super) fn same(left: &Expr, right: &Expr) -> bool {
    let shape = match (&left.kind, &right.kind) {
        (ExprKind::Arithmetic(a, ..), ExprKind::Arithmetic(b, ..)) => a == b,
        (ExprKind::Compare(a, ..), ExprKind::Compare(b, ..)) => a == b,
        (ExprKind::IsOneOf(_, a), ExprKind::IsOneOf(_, b)) => a == b,
        (ExprKind::Call(a, _), ExprKind::Call(b, _)) => a == b,
        (ExprKind::Lookup(a, _), ExprKind::Lookup(b, _)) => a == b,
        (ExprKind::OfGiven(a, _), ExprKind::OfGiven(b, _)) => a == b,
        (
            ExprKind::RowAggregate {
                table: t,
                aggregate: a,
                value: v,
                filter: f,
                whole_table: w,
            },
            ExprKind::RowAggregate {
                table,
                aggregate,
                value,
                filter,
                whole_table,
            },
        ) => {
            let parts = (v.is_some(), f.is_some()) == (value.is_some(), filter.is_some());
            parts && (t, a, w) == (table, aggregate, whole_table)
        }
        (
            ExprKind::RowAggregate { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::PersonAggregate { .. }
            | ExprKind::Portfolio { .. },
            _,
        ) => false,
        (a, b) if std::mem::discriminant(a) != std::mem::discriminant(b) => false,
        (a, b) if children(left).is_empty() => format!("{a:?}") == format!("{b:?}"),
        _ => true,
    };
    let (left, right) = (children(left), children(right));
    shape
        && left.len() == right.len()
        && left
            .into_iter()
            .zip(right)
            .all(|(left, right)| same(left, right))
}

/// The expressions directly inside an expression of the tree, from the left.
pub(super) fn parts(tree: &tree::Expr) -> Vec<&tree::Expr> {
    use tree::ExprKind as Tree;
    match &*tree.kind {
        Tree::Negate(inner)
        | Tree::Not(inner)
        | Tree::IsMissing { value: inner, .. }
        | Tree::Lookup { key: inner, .. } => vec![inner],
        Tree::Arithmetic { left, right, .. } | Tree::Compare { left, right, .. } => {
            vec![left, right]
        }
        Tree::Default { value, otherwise } => vec![value, otherwise],
        Tree::Between {
            value, low, high, ..
        } => vec![value, low, high],
        Tree::IsOneOf { value, list, .. } => std::iter::once(value).chain(list).collect(),
        Tree::InRank { value, count, .. } => vec![value, count],
        Tree::And(parts) | Tree::Or(parts) => parts.iter().collect(),
        Tree::If {
            condition,
            then,
            otherwise,
        } => vec![condition, then, otherwise],
        Tree::Call(call) => call.arguments.iter().chain(&call.filter).collect(),
        Tree::Number(_)
        | Tree::Text(_)
        | Tree::Date(_)
        | Tree::Flag(_)
        | Tree::Missing
        | Tree::Today
        | Tree::Name(_) => Vec::new(),
    }
}

/// All names that an expression of the tree mentions, with those after a point and after `by`.
pub(in crate::model::check) fn names_in<'t>(tree: &'t tree::Expr, names: &mut Vec<&'t str>) {
    let path = match &*tree.kind {
        tree::ExprKind::Name(path) => Some(path),
        tree::ExprKind::Call(call) => call.by.as_ref(),
        tree::ExprKind::InRank { by, .. } => by.as_ref(),
        _ => None,
    };
    let path = path.iter().flat_map(|path| &path.names);
    names.extend(path.map(|name| name.value.as_str()));
    for part in parts(tree) {
        names_in(part, names);
    }
}
