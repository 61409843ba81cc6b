//! What an expression may look at: the layers of a model, left to right, and whether a value
//! belongs to one customer or to all of them.

use super::{Inference, walk};
use crate::base::Diagnostic;
use crate::model::check::checker::{Checker, LetState};
use crate::model::program::{Expr, ExprKind, Layer};

impl Inference<'_, '_> {
    /// Refuses what is decided later than the place where it is looked at.
    pub(super) fn in_sight(&mut self, expr: Expr) -> Option<Expr> {
        let layer = self.checker.layer(&expr);
        if layer <= self.place.layer {
            return Some(expr);
        }
        let name = self.checker.written(&expr);
        let reason = match (&expr.kind, self.checker.rightmost(&expr, layer)) {
            (ExprKind::Let(_), Some(part)) => {
                format!("it names {}, which belongs to", self.checker.written(part))
            }
            _ => "it belongs to".to_owned(),
        };
        let what = self.place.what;
        self.error(
            Diagnostic::error(
                "looks-right",
                format!("{what} cannot look at {name}: {reason} {}", name_of(layer)),
            )
            .at(expr.span, format!("{name} comes later"))
            .help(format!(
                "what may stand here: {}",
                in_reach(self.place.layer)
            )),
        )
    }
}

impl Checker<'_> {
    /// The layer of the rightmost thing that an expression names.
    pub(in crate::model::check) fn layer(&self, expr: &Expr) -> Layer {
        let parts = walk::children(expr)
            .into_iter()
            .map(|part| self.layer(part));
        let own = self.own_layer(expr);
        parts.fold(own, Layer::max)
    }

    fn own_layer(&self, expr: &Expr) -> Layer {
        match &expr.kind {
            ExprKind::Let(id) => match self.lets.get(id.0) {
                Some(LetState::Done(value)) => value.layer,
                _ => Layer::Customers,
            },
            ExprKind::Member(..) => Layer::Criteria,
            // What serving would cost depends on customers and activities; its own conditions may
            // say more, and a circle through them is found at the end.
            ExprKind::Axis(_) | ExprKind::Known(_) | ExprKind::CostAs(_) => Layer::Axes,
            ExprKind::Segment(_) | ExprKind::Overridden | ExprKind::DecidedBy => Layer::Segments,
            ExprKind::Owner
            | ExprKind::Activity(_)
            | ExprKind::Actual(_)
            | ExprKind::Worth(_)
            | ExprKind::TextColumn(_)
            | ExprKind::CostToServe
            | ExprKind::Hours { .. }
            | ExprKind::Available { .. } => Layer::Service,
            ExprKind::Booked { .. } => Layer::Portfolio,
            _ => Layer::Customers,
        }
    }

    /// The part of an expression, through lets, that puts it into its layer.
    fn rightmost<'e>(&'e self, expr: &'e Expr, layer: Layer) -> Option<&'e Expr> {
        let mut expr = expr;
        while let ExprKind::Let(id) = &expr.kind {
            let Some(LetState::Done(value)) = self.lets.get(id.0) else {
                return None;
            };
            expr = self.part_of_layer(&value.value, layer)?;
        }
        Some(expr)
    }

    /// The first part that itself belongs to a layer, not looking into lets.
    fn part_of_layer<'e>(&self, expr: &'e Expr, layer: Layer) -> Option<&'e Expr> {
        if self.own_layer(expr) == layer {
            return Some(expr);
        }
        walk::children(expr)
            .into_iter()
            .find_map(|part| self.part_of_layer(part, layer))
    }

    /// Whether a value is one customer's, rather than one for all of them.
    pub(super) fn of_customer(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Literal(_)
            | ExprKind::Param(_)
            | ExprKind::Today
            | ExprKind::Missing
            | ExprKind::Available { .. }
            | ExprKind::Booked { .. }
            | ExprKind::PersonAggregate { .. }
            | ExprKind::OfGiven(..)
            | ExprKind::Aggregate { by: None, .. } => false,
            ExprKind::RowAggregate { whole_table, .. } => !whole_table,
            ExprKind::Let(id) => self.let_facts.get(id).is_none_or(|facts| facts.of_customer),
            ExprKind::Negate(_)
            | ExprKind::Arithmetic(..)
            | ExprKind::Compare(..)
            | ExprKind::IsOneOf(..)
            | ExprKind::IsMissing(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Default(..)
            | ExprKind::If(..)
            | ExprKind::ChoiceText(_)
            | ExprKind::Call(..)
            | ExprKind::Lookup(..) => walk::children(expr)
                .into_iter()
                .any(|part| self.of_customer(part)),
            _ => true,
        }
    }
}

fn name_of(layer: Layer) -> &'static str {
    match layer {
        Layer::Customers => "the customers",
        Layer::Criteria => "the criteria",
        Layer::Axes => "the axes",
        Layer::Segments => "the segments",
        Layer::Service => "the services",
        Layer::Portfolio => "the portfolio",
    }
}

fn in_reach(layer: Layer) -> &'static str {
    match layer {
        Layer::Customers => "fields, tables, lookups, params, and lets made of them",
        Layer::Criteria => "fields, tables, scores of criteria, and lets made of them",
        Layer::Axes => "fields, tables, criteria, axes, and lets made of them",
        Layer::Segments => "fields, tables, axes, segments, and lets made of them",
        Layer::Service | Layer::Portfolio => {
            "fields, tables, axes, segments, services, and lets made of them"
        }
    }
}
