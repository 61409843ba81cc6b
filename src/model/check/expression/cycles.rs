//! Circles among the parts of a checked program: what would need itself to be computed.
//! It reports each once, spelled out, and changes nothing.

use super::lets::circle;
use super::walk;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    ActivityId, AxisId, Expr, ExprKind, LetId, MemberId, MemberKind, Program, SegmentId,
    SegmentationId, Service, TextId,
};
use std::collections::HashMap;

/// A part of a program that is computed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Let(LetId),
    Axis(AxisId),
    Member(AxisId, MemberId),
    Segmentation(SegmentationId),
    Owner,
    Activity(ActivityId),
    Actual(ActivityId),
    Worth(ActivityId),
    Text(TextId),
    Cost,
    CostAs(SegmentId),
}

/// How far the search has come with a part.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Done,
}

/// One message for each circle.
pub(in crate::model::check) fn circles(program: &Program) -> Vec<Diagnostic> {
    let mut states: HashMap<Part, State> = HashMap::new();
    let mut messages = Vec::new();
    let mut told: Vec<Part> = Vec::new();
    for start in starts(program) {
        // Without recursion: a chain of lets may be as long as the file.
        let mut trail: Vec<(Part, Vec<Part>)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(part) = next.take() {
                match states.get(&part) {
                    Some(State::Done) => {}
                    Some(State::Open) => {
                        let ring: Vec<Part> = trail
                            .iter()
                            .map(|(open, _)| *open)
                            .skip_while(|open| *open != part)
                            .collect();
                        // Circles that share a part are one mistake until it is mended.
                        if !ring.iter().any(|part| told.contains(part)) {
                            messages.push(message(program, &ring));
                        }
                        told.extend(ring);
                    }
                    None => {
                        states.insert(part, State::Open);
                        let mut needs = needs(program, part);
                        needs.reverse();
                        trail.push((part, needs));
                    }
                }
            }
            let Some((part, needs)) = trail.last_mut() else {
                break;
            };
            next = needs.pop();
            if next.is_none() {
                states.insert(*part, State::Done);
                trail.pop();
            }
        }
    }
    messages
}

fn starts(program: &Program) -> Vec<Part> {
    let segmentations =
        (0..program.segmentations.len()).map(|at| Part::Segmentation(SegmentationId(at)));
    let lets = (0..program.lets.len()).map(|at| Part::Let(LetId(at)));
    let axes = (0..program.axes.len()).map(|at| Part::Axis(AxisId(at)));
    let served = (0..program.services.len()).map(|at| Part::CostAs(SegmentId(at)));
    let texts = (0..program.texts.len()).map(|at| Part::Text(TextId(at)));
    lets.chain(axes)
        .chain(segmentations)
        .chain([Part::Cost])
        .chain(served)
        .chain(texts)
        .collect()
}

/// What a part needs, in the order in which it names it.
fn needs(program: &Program, part: Part) -> Vec<Part> {
    let mut needs = Vec::new();
    let mut look = |expr: &Expr| named(program, expr, &mut needs);
    match part {
        Part::Let(id) => program.lets.get(id.0).iter().for_each(|it| look(&it.value)),
        Part::Axis(id) => {
            let axis = program.axes.get(id.0);
            let children = axis.map_or(&[][..], |axis| &axis.children);
            needs.extend(children.iter().map(|child| Part::Member(id, *child)));
        }
        Part::Member(axis, id) => {
            let member = program.axes.get(axis.0).and_then(|it| it.members.get(id.0));
            match member.map(|member| &member.kind) {
                Some(MemberKind::Criterion { value, .. }) => look(value),
                Some(MemberKind::Group { children }) => {
                    needs.extend(children.iter().map(|child| Part::Member(axis, *child)));
                }
                None => {}
            }
        }
        Part::Segmentation(id) => {
            if let Some(segmentation) = program.segmentations.get(id.0) {
                for clause in &segmentation.clauses {
                    clause.when.iter().chain(&clause.stays).for_each(&mut look);
                }
                if let Some(board) = &segmentation.board {
                    look(&board.rows_by);
                    look(&board.columns_by);
                }
                segmentation.previous.iter().for_each(look);
            }
        }
        Part::Owner => {
            conditions(program, None).for_each(look);
            needs.extend(main(program));
        }
        Part::Activity(id) => {
            conditions(program, None)
                .chain(frequencies(program, None, Some(id)))
                .for_each(look);
            needs.extend(main(program));
        }
        Part::Text(id) => {
            conditions(program, None).for_each(&mut look);
            for terms in services(program, None).flat_map(terms) {
                let texts = terms.texts.iter().filter(|(text, _)| *text == id);
                texts.for_each(|(_, value)| look(value));
            }
            needs.extend(main(program));
        }
        Part::Actual(id) => {
            let activity = program.activities.get(id.0);
            activity.iter().flat_map(|it| &it.actual).for_each(look);
        }
        Part::Worth(id) => {
            let activity = program.activities.get(id.0);
            activity.iter().flat_map(|it| &it.worth).for_each(look);
        }
        Part::Cost => {
            prices(program).for_each(look);
            needs.push(Part::Owner);
            needs.extend((0..program.activities.len()).map(|at| Part::Activity(ActivityId(at))));
        }
        Part::CostAs(segment) => {
            conditions(program, Some(segment))
                .chain(frequencies(program, Some(segment), None))
                .chain(prices(program))
                .for_each(look);
        }
    }
    needs
}

/// The parts that an expression names.
fn named(program: &Program, expr: &Expr, parts: &mut Vec<Part>) {
    match &expr.kind {
        ExprKind::Let(id) => parts.push(Part::Let(*id)),
        ExprKind::Axis(id) | ExprKind::Known(id) => parts.push(Part::Axis(*id)),
        ExprKind::Member(axis, id) => parts.push(Part::Member(*axis, *id)),
        ExprKind::Segment(id) => parts.push(Part::Segmentation(*id)),
        ExprKind::DecidedBy => {
            let deciding = program.deciding_segmentation();
            parts.extend(deciding.map(|(id, _)| Part::Segmentation(id)));
        }
        ExprKind::Owner => parts.push(Part::Owner),
        ExprKind::Activity(id) => parts.push(Part::Activity(*id)),
        ExprKind::Actual(id) => parts.push(Part::Actual(*id)),
        ExprKind::Worth(id) => parts.push(Part::Worth(*id)),
        ExprKind::TextColumn(id) => parts.push(Part::Text(*id)),
        ExprKind::CostToServe | ExprKind::Hours { .. } | ExprKind::Booked { .. } => {
            parts.push(Part::Cost);
        }
        ExprKind::CostAs(id) => parts.push(Part::CostAs(*id)),
        _ => {
            for part in walk::children(expr) {
                named(program, part, parts);
            }
        }
    }
}

fn main(program: &Program) -> Option<Part> {
    program
        .main_segmentation()
        .map(|(id, _)| Part::Segmentation(id))
}

fn services(program: &Program, of: Option<SegmentId>) -> impl Iterator<Item = &Service> {
    let wanted = move |at: usize| of.is_none_or(|segment| segment.0 == at);
    let all = program.services.iter().enumerate();
    all.filter_map(move |(at, service)| service.as_ref().filter(|_| wanted(at)))
}

fn terms(service: &Service) -> impl Iterator<Item = &crate::model::program::ServiceTerms> {
    let refined = service.refinements.iter().map(|it| &it.terms);
    std::iter::once(&service.basis).chain(refined)
}

fn conditions(program: &Program, of: Option<SegmentId>) -> impl Iterator<Item = &Expr> {
    services(program, of).flat_map(|it| it.refinements.iter().map(|it| &it.condition))
}

fn frequencies(
    program: &Program,
    of: Option<SegmentId>,
    activity: Option<ActivityId>,
) -> impl Iterator<Item = &Expr> {
    services(program, of)
        .flat_map(terms)
        .flat_map(|terms| &terms.activities)
        .filter(move |(id, _)| activity.is_none_or(|wanted| wanted == *id))
        .map(|(_, value)| value)
}

/// Times and costs of activities.
fn prices(program: &Program) -> impl Iterator<Item = &Expr> {
    program.activities.iter().flat_map(|activity| {
        let durations = activity.takers.iter().map(|taker| &taker.duration);
        durations.chain(&activity.costs)
    })
}

fn message(program: &Program, ring: &[Part]) -> Diagnostic {
    let steps: Vec<(String, Span)> = ring
        .iter()
        .filter_map(|part| describe(program, *part))
        .collect();
    circle(&steps)
}

/// How a part is called, and where it stands.
fn describe(program: &Program, part: Part) -> Option<(String, Span)> {
    let service = || services(program, None).next().map(|service| service.span);
    Some(match part {
        Part::Let(id) => {
            let it = program.lets.get(id.0)?;
            (it.name.clone(), it.value.span)
        }
        Part::Axis(id) => {
            let it = program.axes.get(id.0)?;
            (it.name.clone(), it.span)
        }
        Part::Member(axis, id) => {
            let axis = program.axes.get(axis.0)?;
            let it = axis.members.get(id.0)?;
            (format!("{}.{}", axis.name, it.path), it.span)
        }
        Part::Segmentation(id) => {
            let it = program.segmentations.get(id.0)?;
            (it.column().to_owned(), it.span)
        }
        Part::Owner => ("owner".to_owned(), service()?),
        Part::Activity(id) => (program.activities.get(id.0)?.name.clone(), service()?),
        Part::Actual(id) => {
            let it = program.activities.get(id.0)?;
            (format!("{}.actual", it.name), it.actual.as_ref()?.span)
        }
        Part::Worth(id) => {
            let it = program.activities.get(id.0)?;
            (format!("{}.worth", it.name), it.worth.as_ref()?.span)
        }
        Part::Text(id) => (program.texts.get(id.0)?.clone(), service()?),
        Part::Cost => ("cost_to_serve".to_owned(), service()?),
        Part::CostAs(id) => {
            let (_, main) = program.main_segmentation()?;
            let name = &main.segments.get(id.0)?.name;
            (
                format!("cost_as({name})"),
                program.services.get(id.0)?.as_ref()?.span,
            )
        }
    })
}
