//! Services: how each segment is served, with refinements and text columns.
//! `only` and `none` keep everything else out; an owner's activity needs an owner.

use super::checker::{Checker, Place, Scope, text_of};
use super::names::Symbol;
use super::scale::with_article;
use crate::base::{Diagnostic, Span};
use crate::model::assembly;
use crate::model::program::{
    Activity, ActivityId, Expr, ExprKind, Layer, Refinement, SegmentationId, Service, ServiceTerms,
    TakenBy, TextId,
};
use crate::model::types::Type;
use crate::syntax::tree::{self, Name, ServiceEntry, ServiceEntryKind};

const SERVICE: Place = Place {
    layer: Layer::Service,
    scope: Scope::Customer,
    what: "a service",
};

/// The entries of a service or refinement once they are checked, and where they stand.
#[derive(Default)]
struct Terms {
    terms: ServiceTerms,
    places: Vec<Span>,
    only: Option<(ActivityId, Span)>,
    /// Whether an owner is named, known or not.
    names_owner: bool,
}

impl<'a> Checker<'a> {
    /// Collects the text columns in the order in which they first appear.
    pub(super) fn outline_texts(&mut self) {
        let assembly = self.assembly;
        for service in &assembly.services {
            for entry in &service.entries {
                self.outline_text(entry);
            }
        }
    }

    fn outline_text(&mut self, entry: &'a ServiceEntry) {
        match &entry.kind {
            ServiceEntryKind::Text(name, _) if !self.texts.contains(&name.value) => {
                let id = TextId(self.texts.len());
                self.texts.push(name.value.clone());
                // A text may have the name of a field; in expressions that is the field then.
                let symbol = Symbol::TextColumn(id);
                let _ = self.names.declare(&name.value, symbol, name.span);
            }
            ServiceEntryKind::When { entries, .. } => {
                for entry in entries {
                    self.outline_text(entry);
                }
            }
            _ => {}
        }
    }

    /// Checks the services: one place for each segment of the unnamed segmentation.
    pub(super) fn check_services(&mut self, activities: &[Activity]) -> Vec<Option<Service>> {
        let assembly = self.assembly;
        let Some(first) = assembly.services.first() else {
            return Vec::new();
        };
        let main = assembly
            .segmentations
            .iter()
            .position(|segments| segments.name.is_none());
        let Some(main) = main else {
            self.report(
                Diagnostic::error(
                    "service-without-segments",
                    "a service belongs to a segment, and the model has no `segments` without a name",
                )
                .at(first.segment.span, "a segment of what?")
                .help("add `segments { … }`; where there is `segments NAME { … }`, leave the name out"),
            );
            return Vec::new();
        };
        let names: Vec<String> = self
            .segmentations
            .get(main)
            .map(|outline| outline.segments.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let mut services: Vec<Option<Service>> = names.iter().map(|_| None).collect();
        for tree in &assembly.services {
            let segment = self.segment(&tree.segment, SegmentationId(main));
            let service = self.service(tree, activities);
            let Some(segment) = segment else {
                continue;
            };
            if let Some(slot) = services.get_mut(segment.0) {
                *slot = Some(service);
            }
        }
        self.warn_unserved(main, &names);
        services
    }

    fn warn_unserved(&mut self, main: usize, names: &[String]) {
        let assembly = self.assembly;
        let Some(segments) = assembly.segmentations.get(main) else {
            return;
        };
        for name in names {
            let served = assembly.services.iter();
            if served.into_iter().any(|it| it.segment.value == *name) {
                continue;
            }
            let cells = segments
                .board
                .iter()
                .flat_map(|board| &board.rows)
                .flat_map(|row| &row.cells);
            let span = segments
                .clauses
                .iter()
                .map(|clause| &clause.segment)
                .chain(cells)
                .find(|segment| segment.value == *name)
                .map_or(segments.span, |segment| segment.span);
            self.report(
                Diagnostic::warning(
                    "segment-without-service",
                    format!("nothing says how `{name}` is served"),
                )
                .at(span, "no `service`")
                .help(format!(
                    "write `service {name} {{ … }}`, or `service {name} {{ none }}` if that is meant"
                )),
            );
        }
    }

    fn service(&mut self, tree: &'a assembly::Service, activities: &[Activity]) -> Service {
        let basis = self.terms(&tree.entries);
        let mut refinements = Vec::new();
        for entry in &tree.entries {
            let ServiceEntryKind::When { condition, entries } = &entry.kind else {
                continue;
            };
            if basis.terms.clears_all {
                self.report(
                    Diagnostic::error("none-and-more", "`none` stands alone")
                        .at(entry.span, "cannot be refined")
                        .help("leave one of the two out"),
                );
            }
            let condition = self.condition(condition, SERVICE);
            let terms = self.terms(entries);
            self.check_only_kept(&basis, &terms);
            if !basis.names_owner {
                self.check_owner(&tree.segment, &terms, activities);
            }
            if let Some(condition) = condition {
                refinements.push(Refinement {
                    condition,
                    terms: terms.terms,
                    because: text_of(&entry.because),
                    span: entry.span,
                });
            }
        }
        self.check_owner(&tree.segment, &basis, activities);
        Service {
            basis: basis.terms,
            refinements,
            because: text_of(&tree.because),
            span: tree.segment.span,
        }
    }

    /// The entries of a service or a refinement, without the refinements inside.
    fn terms(&mut self, entries: &'a [ServiceEntry]) -> Terms {
        let mut found = Terms::default();
        let mut owner: Option<Span> = None;
        let mut texts: Vec<(TextId, Span)> = Vec::new();
        let mut none: Option<Span> = None;
        let mut planned: Vec<(ActivityId, Span)> = Vec::new();
        for entry in entries {
            let mut planned_here = None;
            match &entry.kind {
                ServiceEntryKind::When { .. } => continue,
                ServiceEntryKind::None => {
                    none = Some(entry.span);
                    found.terms.clears_all = true;
                    found.terms.clears_activities = true;
                }
                ServiceEntryKind::Owner(name) => {
                    if let Some(first) = owner.replace(name.span) {
                        self.report_twice("two owners", name.span, first);
                    }
                    found.names_owner = true;
                    let team = self.team_named(name, None);
                    found.terms.owner = team.or(found.terms.owner);
                }
                ServiceEntryKind::Activity(name, frequency)
                | ServiceEntryKind::Only(name, frequency) => {
                    let is_only = matches!(entry.kind, ServiceEntryKind::Only(..));
                    let activity = self.activity_named(name);
                    let frequency = self.frequency(frequency);
                    let Some(activity) = activity else {
                        continue;
                    };
                    let first = planned.iter().find(|(there, _)| *there == activity);
                    if let Some((_, first)) = first {
                        let what = format!("`{}` twice", name.value);
                        self.report_twice(&what, name.span, *first);
                    }
                    planned.push((activity, name.span));
                    planned_here = Some(activity);
                    if is_only {
                        found.terms.clears_activities = true;
                        found.only = found.only.or(Some((activity, entry.span)));
                    }
                    if let Some(frequency) = frequency {
                        found.terms.activities.push((activity, frequency));
                        found.places.push(name.span);
                    }
                }
                ServiceEntryKind::Text(name, value) => {
                    let Some(id) = self.texts.iter().position(|text| *text == name.value) else {
                        continue;
                    };
                    let first = texts.iter().find(|(there, _)| there.0 == id);
                    if let Some((_, first)) = first {
                        let what = format!("`{}` twice", name.value);
                        self.report_twice(&what, name.span, *first);
                    }
                    texts.push((TextId(id), name.span));
                    if let Some(value) = self.service_text(name, value) {
                        found.terms.texts.push((TextId(id), value));
                    }
                }
            }
            let reason = text_of(&entry.because);
            let reason = reason.map(|reason| (planned_here, reason));
            found.terms.reasons.extend(reason);
        }
        if let Some(none) = none {
            let other = entries.iter().find(|entry| {
                !matches!(
                    entry.kind,
                    ServiceEntryKind::None | ServiceEntryKind::When { .. }
                )
            });
            if let Some(other) = other {
                self.report(
                    Diagnostic::error("none-and-more", "`none` stands alone")
                        .at(none, "no service at all")
                        .at(other.span, "but this is planned")
                        .help("leave one of the two out"),
                );
            }
        }
        if let Some((only, span)) = found.only {
            let other = planned.iter().find(|(activity, _)| *activity != only);
            if let Some((_, other)) = other {
                self.report_only(*other, span);
            }
        }
        found
    }

    fn report_twice(&mut self, what: &str, again: Span, first: Span) {
        self.report(
            Diagnostic::error("entry-twice", format!("the service names {what}"))
                .at(again, "again")
                .at(first, "first")
                .help("leave one of them out, or put it under a `when`"),
        );
    }

    fn report_only(&mut self, other: Span, only: Span) {
        self.report(
            Diagnostic::error("only-and-more", "`only` lets nothing else be planned")
                .at(other, "planned beside it")
                .at(only, "only this")
                .help("leave `only` out, or the other activity"),
        );
    }

    fn check_only_kept(&mut self, basis: &Terms, refinement: &Terms) {
        let Some((only, span)) = basis.only else {
            return;
        };
        for ((activity, _), place) in refinement.terms.activities.iter().zip(&refinement.places) {
            if *activity != only {
                self.report_only(*place, span);
            }
        }
    }

    /// A text of the service; choices are written by their name.
    fn service_text(&mut self, name: &'a Name, value: &'a tree::Expr) -> Option<Expr> {
        let value = self.value(value, SERVICE)?;
        if value.ty == Type::Text {
            return Some(value);
        }
        if value.ty.is_choice() {
            return Some(Expr {
                ty: Type::Text,
                optional: value.optional,
                span: value.span,
                kind: ExprKind::ChoiceText(Box::new(value)),
            });
        }
        self.report(
            Diagnostic::error(
                "text-wanted",
                format!("the text `{}` is {}", name.value, with_article(&value.ty)),
            )
            .at(value.span, "expected a text")
            .help("write a quoted text, a field that is `text`, or `if … then \"…\" else \"…\"`"),
        );
        None
    }

    /// An activity that takes the owner's time needs an owner.
    fn check_owner(&mut self, segment: &'a Name, terms: &Terms, activities: &[Activity]) {
        if terms.names_owner {
            return;
        }
        for ((activity, _), place) in terms.terms.activities.iter().zip(&terms.places) {
            let Some(planned) = activities.get(activity.0) else {
                continue;
            };
            let by_owner = planned
                .takers
                .iter()
                .any(|taker| taker.by == TakenBy::Owner);
            if by_owner {
                self.report(
                    Diagnostic::error(
                        "service-without-owner",
                        format!(
                            "`{}` takes the owner's time, and `{}` has no owner",
                            planned.name, segment.value
                        ),
                    )
                    .at(*place, "done by the owner")
                    .at(segment.span, "names no `owner`")
                    .help("add `owner TEAM` to the service"),
                );
            }
        }
    }
}
