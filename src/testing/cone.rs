//! Everything that a value of a model is made from: fields, tables, and the constants that they are
//! compared with on the way. It follows names through lets, axes, segments and services.

use crate::model::check::children;
use crate::model::program::{
    BoardBand, Expr, ExprKind, FieldId, Literal, LookupValues, MemberKind, Program, Scale,
    ServiceTerms, TableId,
};
use crate::model::types::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a value is made from.
#[derive(Clone, Debug, Default)]
pub(super) struct Cone {
    pub(super) fields: BTreeSet<FieldId>,
    pub(super) columns: BTreeSet<(TableId, FieldId)>,
    pub(super) tables: BTreeSet<TableId>,
    /// Numbers by the sort of value.
    pub(super) numbers: BTreeMap<Sort, BTreeSet<i64>>,
    pub(super) texts: BTreeSet<Arc<str>>,
    lets: BTreeSet<usize>,
    axes: BTreeSet<usize>,
    segmentations: BTreeSet<usize>,
    services: bool,
}

/// The sort of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Number,
    Percent,
    Money,
    Score,
    Duration,
    Months,
    Frequency,
    Date,
}

/// The sort of a type; `None` for what is no number.
pub(super) fn sort(ty: &Type) -> Option<Sort> {
    Some(match ty {
        Type::Number => Sort::Number,
        Type::Percent => Sort::Percent,
        Type::Money => Sort::Money,
        Type::Score => Sort::Score,
        Type::Duration => Sort::Duration,
        Type::Months => Sort::Months,
        Type::Frequency => Sort::Frequency,
        Type::Date => Sort::Date,
        _ => return None,
    })
}

/// What these values are made from, and who is kept out.
pub(super) fn cone(program: &Program, values: &[Expr]) -> Cone {
    let mut cone = Cone::default();
    let mut waiting: Vec<&Expr> = values.iter().collect();
    waiting.extend(program.excludes.iter().map(|it| &it.condition));
    while let Some(expr) = waiting.pop() {
        cone.enter(program, expr, &mut waiting);
    }
    cone
}

impl Cone {
    fn enter<'p>(&mut self, program: &'p Program, expr: &'p Expr, waiting: &mut Vec<&'p Expr>) {
        waiting.extend(children(expr));
        match &expr.kind {
            ExprKind::Literal(literal) => self.constant(&expr.ty, literal),
            ExprKind::Param(param) => {
                if let Some(param) = program.params.get(param.0) {
                    self.constant(&param.ty, &param.value);
                    self.constant(&expr.ty, &param.value);
                }
            }
            ExprKind::IsOneOf(_, values) => {
                for value in values {
                    self.constant(&Type::Text, value);
                }
            }
            ExprKind::Field(field) => {
                self.fields.insert(*field);
            }
            ExprKind::RowField(table, field) | ExprKind::OnePerCustomer(table, field) => {
                self.columns.insert((*table, *field));
                self.tables.insert(*table);
            }
            ExprKind::RowAggregate { table, .. } => {
                self.tables.insert(*table);
            }
            ExprKind::Let(id) if self.lets.insert(id.0) => {
                waiting.extend(program.lets.get(id.0).map(|it| &it.value));
            }
            ExprKind::Axis(axis) | ExprKind::Known(axis) => {
                self.axis(program, axis.0, waiting);
            }
            ExprKind::Member(axis, _) => self.axis(program, axis.0, waiting),
            ExprKind::Segment(segmentation) => {
                self.segments(program, segmentation.0, waiting);
            }
            ExprKind::DecidedBy => {
                if let Some((id, _)) = program.deciding_segmentation() {
                    self.segments(program, id.0, waiting);
                }
            }
            ExprKind::Owner
            | ExprKind::Activity(_)
            | ExprKind::Actual(_)
            | ExprKind::Worth(_)
            | ExprKind::TextColumn(_)
            | ExprKind::CostToServe
            | ExprKind::CostAs(_)
            | ExprKind::Hours { .. }
            | ExprKind::Booked { .. } => self.services(program, waiting),
            ExprKind::Lookup(lookup, _) => {
                let lookup = program.lookups.get(lookup.0);
                if let Some(LookupValues::Inline { entries, .. }) = lookup.map(|it| &it.values) {
                    for (key, _) in entries {
                        self.constant(&Type::Text, key);
                    }
                }
            }
            _ => {}
        }
    }

    fn constant(&mut self, ty: &Type, literal: &Literal) {
        match (literal, sort(ty)) {
            (Literal::Number(number), Some(sort)) => {
                self.numbers.entry(sort).or_default().insert(*number);
            }
            (Literal::Text(text), _) => {
                self.texts.insert(text.clone());
            }
            _ => {}
        }
    }

    fn axis<'p>(&mut self, program: &'p Program, at: usize, waiting: &mut Vec<&'p Expr>) {
        if !self.axes.insert(at) {
            return;
        }
        let members = program.axes.get(at).map_or(&[][..], |axis| &axis.members);
        for member in members {
            let MemberKind::Criterion { value, scale, .. } = &member.kind else {
                continue;
            };
            waiting.push(value);
            let mut number = |it: i64| self.constant(&value.ty, &Literal::Number(it));
            match scale {
                Scale::Ramp { worst, best } => [*worst, *best].into_iter().for_each(number),
                Scale::Curve(points) => points.iter().for_each(|(it, _)| number(*it)),
                Scale::Bands { bands, .. } => bands.iter().for_each(|(_, it, _)| number(*it)),
                Scale::Match { arms, .. } => {
                    for (arm, _) in arms {
                        self.constant(&value.ty, arm);
                    }
                }
                Scale::AsIs { .. } | Scale::Ranked { .. } => {}
            }
        }
    }

    fn segments<'p>(&mut self, program: &'p Program, at: usize, waiting: &mut Vec<&'p Expr>) {
        if !self.segmentations.insert(at) {
            return;
        }
        let Some(segmentation) = program.segmentations.get(at) else {
            return;
        };
        waiting.extend(&segmentation.previous);
        for clause in &segmentation.clauses {
            waiting.extend(clause.when.iter().chain(&clause.stays));
        }
        if let Some(board) = &segmentation.board {
            let sides = [
                (&board.rows_by, &board.rows),
                (&board.columns_by, &board.columns),
            ];
            for (by, bands) in sides {
                waiting.push(by);
                for band in bands {
                    if let BoardBand::Compare(_, limit) = band {
                        self.constant(&by.ty, &Literal::Number(*limit));
                    }
                }
            }
        }
    }

    fn services<'p>(&mut self, program: &'p Program, waiting: &mut Vec<&'p Expr>) {
        if std::mem::replace(&mut self.services, true) {
            return;
        }
        if let Some((id, _)) = program.main_segmentation() {
            self.segments(program, id.0, waiting);
        }
        for activity in &program.activities {
            waiting.extend(activity.takers.iter().map(|taker| &taker.duration));
            waiting.extend(
                [&activity.costs, &activity.actual, &activity.worth]
                    .into_iter()
                    .flatten(),
            );
        }
        for service in program.services.iter().flatten() {
            terms(&service.basis, waiting);
            for refinement in &service.refinements {
                waiting.push(&refinement.condition);
                terms(&refinement.terms, waiting);
            }
        }
    }
}

fn terms<'p>(terms: &'p ServiceTerms, waiting: &mut Vec<&'p Expr>) {
    waiting.extend(terms.activities.iter().map(|(_, it)| it));
    waiting.extend(terms.texts.iter().map(|(_, it)| it));
}
