//! How a customer of a test came to its segment: what decided, the scores of axes and criteria with
//! what they scored, the refinement that applied. Plain data; how it is shown is others' business.

use super::points::{Kind, Way};
use crate::base::Span;
use crate::eval::Steps;
use crate::model::program::{Literal, MemberKind, Program, SegmentationId};
use crate::model::types::Type;
use crate::model::written::written;
use std::collections::BTreeSet;

/// How a customer was judged, as far as the expectations needed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerTrace {
    /// Its name in the test; `None` where it is the only one.
    pub customer: Option<String>,
    /// The reason for which it is kept out.
    pub excluded: Option<String>,
    /// Its segments.
    pub segments: Vec<SegmentTrace>,
    /// Its scores.
    pub axes: Vec<AxisTrace>,
    /// How it is served.
    pub service: Option<ServiceTrace>,
}

/// How a segment was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentTrace {
    /// The name of the segmentation's column.
    pub column: String,
    /// The segment.
    pub segment: String,
    /// What decided: `clause 3`, `stays 1`, `cell 2.1`, `override`.
    pub decided_by: String,
    /// Where it stands.
    pub span: Span,
    /// The condition that held, where one had to.
    pub condition: Option<Span>,
    /// Conditions above it that did not hold.
    pub passed: Vec<Span>,
}

/// The score of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisTrace {
    /// The name.
    pub name: String,
    /// The score; `None` where it is missing.
    pub score: Option<String>,
    /// Criteria and groups, groups before their members.
    pub members: Vec<MemberTrace>,
}

/// The score of a criterion or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberTrace {
    /// The path below the axis.
    pub path: String,
    /// Its weight: `40%` or `3 of 8`.
    pub weight: String,
    /// What was scored; nothing for a group.
    pub value: Option<String>,
    /// The score; `None` where it was left out.
    pub score: Option<String>,
}

/// The refinement of a service that applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceTrace {
    /// The segment.
    pub segment: String,
    /// The refinement, counted from 1; `None` where none did.
    pub refinement: Option<usize>,
    /// Where it stands.
    pub span: Span,
}

/// The trace of a customer.
pub(super) fn trace(steps: &Steps<'_>, row: usize, name: Option<&str>) -> CustomerTrace {
    let mut reached = BTreeSet::new();
    steps.reached(row, &mut reached);
    let program = steps.program;
    let mut trace = CustomerTrace {
        customer: name.map(str::to_owned),
        ..CustomerTrace::default()
    };
    for kind in &reached {
        if let Kind::Exclude(at, Way::Holds) = kind {
            trace.excluded = program.excludes.get(*at).map(|it| it.reason.clone());
        }
    }
    if trace.excluded.is_some() {
        return trace;
    }
    for at in 0..program.segmentations.len() {
        trace.segments.extend(segment(steps, at, row, &reached));
    }
    for at in 0..program.axes.len() {
        trace.axes.extend(axis(steps, at, row));
    }
    trace.service = reached.iter().find_map(|kind| service(program, *kind));
    trace
}

fn segment(
    steps: &Steps<'_>,
    at: usize,
    row: usize,
    reached: &BTreeSet<Kind>,
) -> Option<SegmentTrace> {
    let segmentation = steps.program.segmentations.get(at)?;
    let plan = steps.plan.results.segmentations.get(at)?;
    let literal = steps.literal(plan.segment, row)??;
    let mut trace = SegmentTrace {
        column: segmentation.column().to_owned(),
        segment: written(steps.program, &Type::Segment(SegmentationId(at)), &literal),
        decided_by: "override".to_owned(),
        span: segmentation.span,
        condition: None,
        passed: Vec::new(),
    };
    let clause = |number: usize| segmentation.clauses.get(number);
    for kind in reached {
        match *kind {
            Kind::Clause(of, number, way) if of == at => {
                let clause = clause(number)?;
                let when = clause.when.as_ref().map(|when| when.span);
                match way {
                    Way::Holds => {
                        trace.span = clause.span;
                        trace.condition = when;
                        trace.decided_by = format!("clause {}", number + 1);
                    }
                    Way::Fails => trace.passed.extend(when),
                }
            }
            Kind::Stays(of, number, Way::Holds) if of == at => {
                let clause = clause(number)?;
                trace.span = clause.span;
                trace.condition = clause.stays.as_ref().map(|stays| stays.span);
                trace.decided_by = format!("stays {}", number + 1);
            }
            Kind::Cell(of, row, column) if of == at => {
                trace.decided_by = format!("cell {}.{}", row + 1, column + 1);
            }
            _ => {}
        }
    }
    if trace.decided_by == "override" {
        let key = crate::eval::key(steps.plan, steps.inputs, row as u32)?;
        let mut overrides = steps.program.overrides.iter();
        trace.span = overrides.find(|it| it.customer.value == key)?.customer.span;
    }
    Some(trace)
}

fn axis(steps: &Steps<'_>, at: usize, row: usize) -> Option<AxisTrace> {
    let axis = steps.program.axes.get(at)?;
    let plan = steps.plan.results.axes.get(at)?;
    let live = plan
        .members
        .iter()
        .any(|member| steps.is_live(member.score));
    if !live {
        return None;
    }
    let decimals = steps.program.scores.decimals;
    let score = |register| match steps.literal(register, row)?? {
        Literal::Number(number) => Some(crate::value::Decimal(number).fixed(decimals)),
        _ => None,
    };
    let members = axis.members.iter().zip(&plan.members);
    let members = members.filter(|(_, plan)| steps.is_live(plan.score));
    Some(AxisTrace {
        name: axis.name.clone(),
        score: score(plan.score),
        members: members
            .map(|(member, plan)| MemberTrace {
                path: member.path.clone(),
                weight: member.weight_text.clone(),
                value: match (&member.kind, plan.value) {
                    (MemberKind::Criterion { value, .. }, Some(register)) => {
                        Some(match steps.literal(register, row) {
                            Some(Some(literal)) => written(steps.program, &value.ty, &literal),
                            Some(None) => "missing".to_owned(),
                            None => "not given".to_owned(),
                        })
                    }
                    _ => None,
                },
                score: score(plan.score),
            })
            .collect(),
    })
}

fn service(program: &Program, kind: Kind) -> Option<ServiceTrace> {
    let Kind::Refinement(at, refinement) = kind else {
        return None;
    };
    let (_, segmentation) = program.main_segmentation()?;
    let service = program.services.get(at)?.as_ref()?;
    let span = match refinement {
        Some(number) => service.refinements.get(number)?.span,
        None => service.span,
    };
    Some(ServiceTrace {
        segment: segmentation.segments.get(at)?.name.clone(),
        refinement: refinement.map(|number| number + 1),
        span,
    })
}
