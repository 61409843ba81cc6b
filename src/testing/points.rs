//! What the tests of a model should reach: each clause both ways, each cell of a table, each band
//! and arm, each refinement, each exclude both ways. A list in the order of the model, no more.

use crate::base::Span;
use crate::model::program::{
    Axis, BoardBand, Literal, Member, MemberKind, Program, Scale, Segmentation, Service,
};
use crate::model::types::Type;
use crate::model::written::written;
use crate::syntax::tree::CompareOperator;
use crate::value::Decimal;

/// Which way a condition goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It holds.
    Holds,
    /// It does not, and what stands below is asked.
    Fails,
}

/// A part of a model that a test may reach; all positions count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A condition that keeps customers out.
    Exclude(usize, Way),
    /// A band of a criterion: axis, member, band; the last band is `otherwise`.
    Band(usize, usize, usize),
    /// An arm of a criterion: axis, member, the first value of the arm; `None` for `otherwise`.
    Arm(usize, usize, Option<usize>),
    /// A clause of a segmentation.
    Clause(usize, usize, Way),
    /// Its `stays when`.
    Stays(usize, usize, Way),
    /// A cell of the two-axis table: segmentation, row, column.
    Cell(usize, usize, usize),
    /// A refinement of a segment's service; `None` where none of them holds.
    Refinement(usize, Option<usize>),
}

/// A part of a model that a test may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
    /// What it is, in words.
    pub text: String,
}

impl Kind {
    /// The sort of thing it is, in the plural.
    pub fn sort(self) -> &'static str {
        match self {
            Kind::Exclude(..) => "excludes",
            Kind::Band(..) => "bands",
            Kind::Arm(..) => "arms",
            Kind::Clause(..) | Kind::Stays(..) => "clauses",
            Kind::Cell(..) => "cells",
            Kind::Refinement(..) => "refinements",
        }
    }
}

/// The first value of each arm of a match: values that follow each other and score the same are
/// one arm.
pub(super) fn arms(values: &[(Literal, Decimal)]) -> Vec<std::ops::Range<usize>> {
    let mut arms: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, (_, score)) in values.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| values.get(before));
        match arms.last_mut() {
            Some(arm) if before.is_some_and(|(_, other)| other == score) => arm.end = at + 1,
            _ => arms.push(at..at + 1),
        }
    }
    arms
}

/// All of them, in the order of the layers.
pub fn points(program: &Program) -> Vec<Point> {
    let mut points = Vec::new();
    for (at, exclude) in program.excludes.iter().enumerate() {
        let what = format!("exclude \"{}\"", exclude.reason);
        let make = |way| Kind::Exclude(at, way);
        both(&mut points, make, exclude.condition.span, &what);
    }
    for (at, axis) in program.axes.iter().enumerate() {
        for (member_at, member) in axis.members.iter().enumerate() {
            criterion(&mut points, program, (at, axis), (member_at, member));
        }
    }
    for (at, segmentation) in program.segmentations.iter().enumerate() {
        segments(&mut points, at, segmentation);
    }
    if let Some((_, segmentation)) = program.main_segmentation() {
        for (at, service) in program.services.iter().enumerate() {
            let name = segmentation.segments.get(at).map(|it| it.name.as_str());
            if let (Some(service), Some(name)) = (service, name) {
                refinements(&mut points, at, name, service);
            }
        }
    }
    points
}

fn both(points: &mut Vec<Point>, make: impl Fn(Way) -> Kind, span: Span, what: &str) {
    for (way, word) in [(Way::Holds, "holds"), (Way::Fails, "does not hold")] {
        points.push(Point {
            kind: make(way),
            span,
            text: format!("{what} {word}"),
        });
    }
}

fn criterion(
    points: &mut Vec<Point>,
    program: &Program,
    (axis_at, axis): (usize, &Axis),
    (member_at, member): (usize, &Member),
) {
    let MemberKind::Criterion {
        value,
        scale,
        written: limits,
        ..
    } = &member.kind
    else {
        return;
    };
    let path = format!("{}.{}", axis.name, member.path);
    let mut push = |kind, text| {
        points.push(Point {
            kind,
            span: member.span,
            text,
        });
    };
    match scale {
        Scale::Bands { bands, .. } => {
            for (at, (operator, limit, _)) in bands.iter().enumerate() {
                let limit = limit_text(program, limits, *limit);
                let text = format!("{path}: band {} {limit}", sign(*operator));
                push(Kind::Band(axis_at, member_at, at), text);
            }
            let kind = Kind::Band(axis_at, member_at, bands.len());
            push(kind, format!("{path}: band otherwise"));
        }
        Scale::Match {
            arms: values,
            otherwise,
        } => {
            for arm in arms(values) {
                let kind = Kind::Arm(axis_at, member_at, Some(arm.start));
                let values = values.get(arm).unwrap_or(&[]);
                let texts = values.iter().map(|(it, _)| written(program, &value.ty, it));
                let texts: Vec<String> = texts.collect();
                push(kind, format!("{path}: arm {}", texts.join(", ")));
            }
            if otherwise.is_some() {
                let kind = Kind::Arm(axis_at, member_at, None);
                push(kind, format!("{path}: arm otherwise"));
            }
        }
        _ => {}
    }
}

/// A threshold as it is written; that of steps is a position.
fn limit_text(program: &Program, ty: &Type, limit: i64) -> String {
    match (ty.is_choice(), u32::try_from(limit)) {
        (true, Ok(code)) => written(program, ty, &Literal::Choice(code)),
        _ => written(program, ty, &Literal::Number(limit)),
    }
}

/// How a comparison is written.
fn sign(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "!=",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}

fn segments(points: &mut Vec<Point>, at: usize, segmentation: &Segmentation) {
    let of = match &segmentation.name {
        Some(name) => format!("{name}: "),
        None => String::new(),
    };
    let name = |id: crate::model::program::SegmentId| {
        let segment = segmentation.segments.get(id.0);
        segment.map_or("", |segment| segment.name.as_str())
    };
    for (clause_at, clause) in segmentation.clauses.iter().enumerate() {
        let what = format!("{of}clause {} ({})", clause_at + 1, name(clause.segment));
        let kind = |way| Kind::Clause(at, clause_at, way);
        match clause.when {
            Some(_) => both(points, kind, clause.span, &what),
            None => points.push(Point {
                kind: kind(Way::Holds),
                span: clause.span,
                text: format!("{what} holds"),
            }),
        }
        if let Some(stays) = &clause.stays {
            let what = format!("{of}stays {} ({})", clause_at + 1, name(clause.segment));
            let kind = |way| Kind::Stays(at, clause_at, way);
            both(points, kind, stays.span, &what);
        }
    }
    let Some(board) = &segmentation.board else {
        return;
    };
    for (row, cells) in board.cells.iter().enumerate() {
        for (column, segment) in cells.iter().enumerate() {
            let never = unreached(&board.rows, row) || unreached(&board.columns, column);
            if !never {
                let (r, c) = (row + 1, column + 1);
                points.push(Point {
                    kind: Kind::Cell(at, row, column),
                    span: segmentation.span,
                    text: format!("{of}cell {r}.{c} ({})", name(*segment)),
                });
            }
        }
    }
}

/// Whether a band stands below an `otherwise`.
fn unreached(bands: &[BoardBand], at: usize) -> bool {
    bands.iter().take(at).any(|it| *it == BoardBand::Otherwise)
}

fn refinements(points: &mut Vec<Point>, at: usize, name: &str, service: &Service) {
    for (number, refinement) in service.refinements.iter().enumerate() {
        points.push(Point {
            kind: Kind::Refinement(at, Some(number)),
            span: refinement.span,
            text: format!("service {name}: refinement {} holds", number + 1),
        });
    }
    if !service.refinements.is_empty() {
        points.push(Point {
            kind: Kind::Refinement(at, None),
            span: service.span,
            text: format!("service {name}: no refinement holds"),
        });
    }
}
