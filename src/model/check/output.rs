//! The columns of the result: as declared, or the default ones of section 9.
//! Every column has a header of its own.

use super::checker::{Checker, Place, Scope};
use super::names::Symbol;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    ActivityId, AxisId, Expr, ExprKind, Layer, Output, SegmentationId, TextId,
};
use crate::model::types::Type;
use crate::syntax::tree;

const OUTPUT: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Customer,
    what: "a column of the result",
};

impl<'a> Checker<'a> {
    /// The columns of the result.
    pub(super) fn outputs(&mut self) -> Vec<Output> {
        let assembly = self.assembly;
        let columns = match &assembly.output {
            Some(output) => self.declared_outputs(output),
            None => self.default_outputs(),
        };
        for (at, (output, place)) in columns.iter().enumerate() {
            let first = columns
                .iter()
                .take(at)
                .find(|(other, _)| other.header == output.header);
            if let Some((_, first)) = first {
                self.report(
                    Diagnostic::error(
                        "header-twice",
                        format!("two columns of the result are called \"{}\"", output.header),
                    )
                    .at(*place, "again")
                    .at(*first, "first")
                    .help("give one of them another name, in `output` with `as \"…\"`"),
                );
            }
        }
        columns.into_iter().map(|(output, _)| output).collect()
    }

    fn declared_outputs(&mut self, output: &'a tree::Output) -> Vec<(Output, Span)> {
        let mut columns = Vec::new();
        if output.columns.is_empty() {
            self.report(
                Diagnostic::error("empty-output", "the output has no column")
                    .at(output.span, "nothing stands in it")
                    .help("name columns, or leave `output` out for the usual ones"),
            );
        }
        for column in &output.columns {
            let span = column
                .header
                .as_ref()
                .map_or(column.value.span, |header| header.span);
            let header = match &column.header {
                Some(header) => header.value.clone(),
                None => column.text.clone(),
            };
            let value = match self.per_year(&column.value) {
                Some(value) => Some(value),
                None => self.value(&column.value, OUTPUT),
            };
            if let Some(value) = value {
                columns.push((Output { header, value }, span));
            }
        }
        columns
    }

    /// `visit_per_year`, as the column of the activity `visit` is called.
    fn per_year(&self, tree: &tree::Expr) -> Option<Expr> {
        let tree::ExprKind::Name(path) = &*tree.kind else {
            return None;
        };
        let [name] = path.names.as_slice() else {
            return None;
        };
        let activity = name.value.strip_suffix("_per_year")?;
        match (self.names.get(&name.value), self.names.get(activity)) {
            (None, Some(Symbol::Activity(id))) => Some(column(
                ExprKind::Activity(id),
                Type::Frequency,
                false,
                tree.span,
            )),
            _ => None,
        }
    }

    fn default_outputs(&mut self) -> Vec<(Output, Span)> {
        let assembly = self.assembly;
        let mut columns = Vec::new();
        let mut add = |header: &str, kind: ExprKind, ty: Type, optional: bool, span: Span| {
            let output = Output {
                header: header.to_owned(),
                value: column(kind, ty, optional, span),
            };
            columns.push((output, span));
        };
        let key = self.customers.key;
        if let Some(field) = self.customers.fields.get(key.0) {
            let ty = field.ty.clone();
            add(&field.name, ExprKind::Field(key), ty, false, field.span);
        }
        for (at, axis) in assembly.axes.iter().enumerate() {
            let kind = ExprKind::Axis(AxisId(at));
            add(&axis.name.value, kind, Type::Score, false, axis.name.span);
        }
        for (at, segments) in assembly.segmentations.iter().enumerate() {
            let name = segments.name.as_ref();
            let id = SegmentationId(at);
            add(
                name.map_or("segment", |name| name.value.as_str()),
                ExprKind::Segment(id),
                Type::Segment(id),
                false,
                name.map_or(segments.span, |name| name.span),
            );
        }
        if let Some(service) = assembly.services.first() {
            let span = service.segment.span;
            add("owner", ExprKind::Owner, Type::Team, true, span);
            for (at, activity) in assembly.activities.iter().enumerate() {
                let kind = ExprKind::Activity(ActivityId(at));
                let header = format!("{}_per_year", activity.name.value);
                add(&header, kind, Type::Frequency, false, activity.name.span);
            }
            for (at, text) in self.texts.iter().enumerate() {
                let kind = ExprKind::TextColumn(TextId(at));
                let place = match self.names.get(text) {
                    Some(Symbol::TextColumn(_)) => self.names.place(text),
                    _ => None,
                };
                let span = place.unwrap_or(span);
                add(text, kind, Type::Text, true, span);
            }
        }
        let decided = assembly
            .segmentations
            .first()
            .map(|segments| segments.span)
            .or_else(|| assembly.excludes.first().map(|exclude| exclude.reason.span));
        if let Some(span) = decided {
            add("decided_by", ExprKind::DecidedBy, Type::Text, false, span);
        }
        columns
    }
}

fn column(kind: ExprKind, ty: Type, optional: bool, span: Span) -> Expr {
    Expr {
        kind,
        ty,
        optional,
        span,
    }
}
