//! The lines that segments are drawn along, wherever a score is compared with something → how many
//! customers stand within a quarter of a point of each, and of any.

use super::{Review, Run};
use crate::base::{Diagnostic, SourceMap, Span};
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{BoardBand, Literal, Output, Program};
use crate::model::types::Type;
use crate::value::people::{people_count, people_share};
use std::collections::BTreeSet;

/// A quarter of a point: a line is half a point wide.
const NEAR: i64 = 250_000;

/// A comparison of scores.
pub(super) struct Line {
    /// Where it is written.
    span: Span,
    /// The limit of a row or column of a table, as it is told.
    limit: Option<String>,
    /// The positions of its sides among the outputs.
    sides: (usize, usize),
}

/// The program with the sides of all its lines as more columns of the result.
pub(super) fn with_sides(program: &Program) -> (Program, Vec<Line>) {
    let mut program = program.clone();
    let mut lines = Vec::new();
    let mut sides: Vec<(Span, Option<String>, Expr, Expr)> = Vec::new();
    for segmentation in &program.segmentations {
        for clause in &segmentation.clauses {
            for condition in clause.when.iter().chain(&clause.stays) {
                compared(&program, condition, &mut sides);
            }
        }
        let Some(board) = &segmentation.board else {
            continue;
        };
        let ways = [
            (&board.rows_by, &board.rows),
            (&board.columns_by, &board.columns),
        ];
        for (by, bands) in ways {
            for band in bands.iter().filter(|_| by.ty == Type::Score) {
                if let BoardBand::Compare(_, limit) = band {
                    let constant = Expr {
                        kind: ExprKind::Literal(Literal::Number(*limit)),
                        ty: Type::Score,
                        optional: false,
                        span: by.span,
                    };
                    let words = crate::value::Decimal(*limit).to_string();
                    sides.push((by.span, Some(words), by.clone(), constant));
                }
            }
        }
    }
    for (span, limit, left, right) in sides {
        let at = program.outputs.len();
        for value in [left, right] {
            let header = String::new();
            program.outputs.push(Output { header, value });
        }
        lines.push(Line {
            span,
            limit,
            sides: (at, at + 1),
        });
    }
    (program, lines)
}

/// The comparisons of scores in a condition and in the lets that it names.
fn compared(
    program: &Program,
    condition: &Expr,
    sides: &mut Vec<(Span, Option<String>, Expr, Expr)>,
) {
    let mut waiting = vec![condition];
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Let(id) if seen.insert(id.0) => {
                waiting.extend(program.lets.get(id.0).map(|it| &it.value));
            }
            ExprKind::Compare(_, left, right)
                if left.ty == Type::Score || right.ty == Type::Score =>
            {
                let known = |side: &(Span, Option<String>, Expr, Expr)| {
                    side.0 == expr.span && side.3.span == right.span
                };
                if !sides.iter().any(known) {
                    sides.push((expr.span, None, (**left).clone(), (**right).clone()));
                }
            }
            // What ranges over others is no line of this customer's.
            ExprKind::Aggregate { .. } | ExprKind::RowAggregate { .. } => continue,
            _ => {}
        }
        waiting.extend(children(expr).into_iter().rev());
    }
}

/// Counts the customers near each line.
pub(super) fn lines(run: &Run<'_>, lines: &[Line], sources: &SourceMap, review: &mut Review) {
    let all = run.included().count();
    let mut near_any = vec![false; all];
    // `between` is written as one and has two lines.
    let mut written: Vec<(Span, &Option<String>, Vec<bool>)> = Vec::new();
    for line in lines {
        let values = |at: usize| {
            let output = run.plan.results.outputs.get(at);
            output.map_or_else(Vec::new, |it| run.numbers(it.register))
        };
        let (left, right) = (values(line.sides.0), values(line.sides.1));
        let is_near = |(left, right): (&Option<i64>, &Option<i64>)| match (left, right) {
            (Some(left), Some(right)) => left.abs_diff(*right) <= NEAR.unsigned_abs(),
            _ => false,
        };
        let near: Vec<bool> = left.iter().zip(&right).map(is_near).collect();
        let same =
            |it: &&mut (Span, &Option<String>, Vec<bool>)| it.0 == line.span && it.1 == &line.limit;
        match written.iter_mut().find(same) {
            Some((.., known)) => join(known, &near),
            None => written.push((line.span, &line.limit, near)),
        }
    }
    let mut told: Vec<(String, Vec<bool>)> = Vec::new();
    for (span, limit, near) in written {
        join(&mut near_any, &near);
        let count = near.iter().filter(|near| **near).count();
        if count == 0 {
            continue;
        }
        let text = one_line(sources.text(span));
        let name = match limit {
            Some(limit) => format!("{limit} in `{text}`"),
            None => format!("`{text}`"),
        };
        // The same line may be drawn in several clauses.
        let line = (name, near);
        if told.contains(&line) {
            continue;
        }
        let share = people_share(count as i128, all as i128);
        let message = format!(
            "{} of {} customers ({share}) stand within 0.25 points of {}",
            people_count(count),
            people_count(all),
            line.0
        );
        told.push(line);
        review
            .found
            .push(Diagnostic::note("near-line", message).at(span, "the line"));
    }
    if !lines.is_empty() {
        review.near = Some((near_any.iter().filter(|near| **near).count(), all));
    }
}

fn join(all: &mut [bool], more: &[bool]) {
    for (all, more) in all.iter_mut().zip(more) {
        *all |= more;
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
