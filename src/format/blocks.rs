//! The layout of what stands in the large blocks: criteria and scales, clauses and the two-axis table, teams,
//! activities and services. As in `layout`, a function for each node marks where its entries and parts begin.

use super::layout::BECAUSE;
use super::marks::{Class, Hang, Marker, PART, Part};
use crate::base::Span;
use crate::syntax::tree::{
    Activity, Clause, ClauseWhen, Criterion, Expr, ExprKind, Group, Member, MemberOf, ScaleKind,
    Segments, Service, ServiceEntry, ServiceEntryKind, Team, Unit,
};

impl Marker<'_, '_> {
    /// The members of an axis or group.
    pub(super) fn members(&mut self, members: &[Member]) {
        for member in members {
            match member {
                Member::Criterion(criterion) => self.criterion(self.at(criterion.span), criterion),
                Member::Group(group) => self.group(self.at(group.span), group),
            }
        }
    }

    pub(super) fn member_of(&mut self, start: usize, member: &MemberOf) {
        match &member.member {
            Member::Criterion(criterion) => self.criterion(start, criterion),
            Member::Group(group) => self.group(start, group),
        }
    }

    fn criterion(&mut self, start: usize, criterion: &Criterion) {
        let name = Part {
            longest: 48,
            ..PART
        };
        let name = match criterion.of {
            Some(_) => name.breaks(Hang::Entry),
            None => name,
        };
        self.entry_with(start, Class::Criterion, name);
        self.label(&criterion.label);
        let weight = self.before(self.at(criterion.weight.span), 1);
        let weight_part = Part {
            counts_as: Some("weight ".len() + usual_weight(&criterion.weight)),
            ..PART
        };
        self.part(weight, weight_part.column(2));
        self.part(self.at(criterion.scale.span), PART.column(3));
        self.scale(&criterion.scale.kind);
        if let Some(if_missing) = &criterion.if_missing {
            let word = self.if_missing(if_missing.span);
            self.part(word, PART.if_long());
        }
        self.because(&criterion.because, BECAUSE);
    }

    /// The `if` of `if missing …`, whether the place is that of the whole or of what follows.
    fn if_missing(&self, span: Span) -> usize {
        let at = self.at(span);
        if self.text(at) == "if" {
            at
        } else {
            self.before(at, 2)
        }
    }

    fn scale(&mut self, scale: &ScaleKind) {
        match scale {
            ScaleKind::Curve(points) => {
                for point in points {
                    self.arm(Some(&point.value), &point.score);
                }
            }
            ScaleKind::Bands { bands, otherwise } => {
                for band in bands {
                    self.arm_from(self.at(band.operator.span), &band.score);
                }
                self.otherwise_arm(otherwise);
            }
            ScaleKind::Match { arms, otherwise } => {
                for arm in arms {
                    self.arm(arm.values.first(), &arm.score);
                }
                self.otherwise_arm(otherwise);
            }
            ScaleKind::Ramp { .. } | ScaleKind::AsIs { .. } | ScaleKind::Ranked { .. } => {}
        }
    }

    fn group(&mut self, start: usize, group: &Group) {
        self.entry(start, Class::Plain);
        self.because(&group.because, BECAUSE);
        self.members(&group.members);
    }

    pub(super) fn segments(&mut self, segments: &Segments) {
        if let Some(first) = segments.order.as_ref().and_then(|order| order.first()) {
            let word = self.before(self.at(first.span), 1);
            self.entry_with(word, Class::Plain, PART.breaks(Hang::Entry));
        }
        for clause in &segments.clauses {
            self.clause(clause);
        }
        if let Some(board) = &segments.board {
            self.rows(self.at(board.span), self.end(board.span));
        }
    }

    fn clause(&mut self, clause: &Clause) {
        let start = self.at(clause.span);
        if matches!(clause.when, ClauseWhen::LabelOnly)
            && clause.stays.is_none()
            && clause.because.is_none()
        {
            self.entry(start, Class::Label);
            return;
        }
        self.entry(start, Class::Clause);
        self.label(&clause.label);
        let when = match &clause.when {
            ClauseWhen::Condition(condition) => Some(self.before(self.at(condition.span), 1)),
            ClauseWhen::Otherwise(span) => Some(self.at(*span)),
            ClauseWhen::LabelOnly => None,
        };
        if let Some(when) = when {
            self.part(when, PART.column(2).breaks(Hang::Part));
        }
        if let Some(stays) = &clause.stays {
            let word = self.before(self.at(stays.span), 2);
            self.part(word, PART.kept().breaks(Hang::Part));
        }
        self.because(&clause.because, BECAUSE);
    }

    pub(super) fn team(&mut self, team: &Team) {
        self.entry(self.at(team.span), Class::Team);
        self.label(&team.label);
        let named_by = team.named_by.as_ref();
        let parts = [
            Some(self.at(team.people.span)),
            named_by.map(|name| self.before(self.at(name.span), 2)),
            Some(self.at(team.hours.span)),
            Some(self.at(team.with_customers.span)),
            team.rate.as_ref().map(|rate| self.at(rate.span)),
        ];
        let mut last = 0;
        for (column, index) in parts.into_iter().enumerate() {
            let Some(index) = index else { continue };
            let part = Part {
                inline_gap: if column == 0 { 1 } else { 2 },
                ..PART
            };
            // Parts in another order than usual have no column.
            let in_order = index > last;
            last = last.max(index);
            let part = if in_order {
                part.column(column + 2)
            } else {
                part
            };
            self.part(index, part);
        }
    }

    pub(super) fn activity(&mut self, activity: &Activity) {
        self.entry(self.at(activity.span), Class::Activity);
        self.label(&activity.label);
        let word = |marker: &Self, value: &Option<Expr>| {
            let value = value.as_ref()?;
            Some((marker.before(marker.at(value.span), 1), true))
        };
        let first_taker = activity.takers.first().map(|it| self.at(it.duration.span));
        let mut parts = [
            first_taker.map(|index| (index, false)),
            word(self, &activity.costs),
            word(self, &activity.actual),
            word(self, &activity.worth),
        ];
        parts.sort();
        for (place, (index, is_expression)) in parts.into_iter().flatten().enumerate() {
            // What an activity takes stands in one column, be it time or money.
            let part = if place == 0 { PART.column(2) } else { PART };
            let part = if is_expression {
                part.if_long().breaks(Hang::Entry)
            } else {
                part
            };
            self.part(index, part);
        }
    }

    pub(super) fn service(&mut self, start: usize, service: &Service) {
        self.entry(start, Class::Service);
        let last = service.segments.last().map(|name| self.at(name.span));
        let brace = self.next(last.unwrap_or(start), "{");
        self.part(brace, PART.column(1).gaps(1, 2).yields());
        self.because(&service.because, BECAUSE);
        self.service_entries(&service.entries);
    }

    fn service_entries(&mut self, entries: &[ServiceEntry]) {
        for entry in entries {
            let start = self.at(entry.span);
            match &entry.kind {
                ServiceEntryKind::Owner(_)
                | ServiceEntryKind::Activity(..)
                | ServiceEntryKind::Only(..) => {
                    self.entry(start, Class::Frequency);
                    self.part(start + 1, PART.column(1));
                }
                ServiceEntryKind::None => self.entry(start, Class::Plain),
                ServiceEntryKind::Text(_, value) => {
                    self.entry(start, Class::TextColumn);
                    let equals = self.before(self.at(value.span), 1);
                    let part = PART.column(1).gaps(1, 1).breaks(Hang::Entry);
                    self.part(equals, part);
                }
                ServiceEntryKind::When { entries, .. } => {
                    self.entry_with(start, Class::Plain, PART.breaks(Hang::Entry));
                    self.service_entries(entries);
                }
            }
            self.because(&entry.because, BECAUSE);
        }
    }
}

/// The width that weights usually have: two digits of percent, one of points. A weight counts with it whatever it is,
/// so that no change of a weight moves the lines around it.
fn usual_weight(weight: &Expr) -> usize {
    match &*weight.kind {
        ExprKind::Number(number) if number.unit == Unit::Percent => 3,
        _ => 1,
    }
}
