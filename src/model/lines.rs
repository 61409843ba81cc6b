//! The lines of a segmentation: where its clauses and its table compare a score with a constant. For
//! whoever asks how near a customer is to one; nothing is moved and nothing is judged here.

use super::check::children;
use super::program::{
    AxisId, Board, BoardBand, Expr, ExprKind, Literal, Program, Segmentation, SegmentationId,
};
use crate::syntax::tree::ArithmeticOperator;

/// The lines of one axis in a segmentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisLines {
    /// The axis.
    pub axis: AxisId,
    /// The constants that it is compared with, in millionths, rising, each once.
    pub lines: Vec<i64>,
    /// Whether the segmentation looks at the axis in no other way.
    pub only_lines: bool,
}

/// The axes that a segmentation looks at, each with its lines.
pub fn lines(program: &Program, id: SegmentationId) -> Vec<AxisLines> {
    let Some(segmentation) = program.segmentations.get(id.0) else {
        return Vec::new();
    };
    let mut found: Vec<AxisLines> = Vec::new();
    conditions(segmentation).for_each(|it| of_expr(program, it, &mut found));
    if let Some(board) = &segmentation.board {
        for (value, bands) in sides(board) {
            if !matches!(value.kind, ExprKind::Axis(_)) {
                of_expr(program, value, &mut found);
            }
            for band in bands {
                if let (ExprKind::Axis(axis), BoardBand::Compare(_, at)) = (&value.kind, band) {
                    lines_of(&mut found, *axis).lines.push(*at);
                }
            }
        }
    }
    for it in &mut found {
        it.lines.sort_unstable();
        it.lines.dedup();
    }
    found
}

/// The numbers that the table and the clauses of a segmentation look at, each with the constant that it is
/// compared with; the sides of the table stand once more without one.
pub fn compared<'p>(
    program: &Program,
    segmentation: &'p Segmentation,
) -> Vec<(&'p Expr, Option<i64>)> {
    let mut found = Vec::new();
    for (value, bands) in segmentation.board.iter().flat_map(sides) {
        found.push((value, None));
        for band in bands {
            if let BoardBand::Compare(_, line) = band {
                found.push((value, Some(*line)));
            }
        }
    }
    let clauses = segmentation.clauses.iter().rev();
    let mut waiting: Vec<&Expr> = clauses.filter_map(|it| it.when.as_ref()).collect();
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => waiting.extend(parts.iter().rev()),
            ExprKind::Not(part) => waiting.push(part),
            ExprKind::Compare(_, left, right) => {
                match (constant(program, left), constant(program, right)) {
                    (None, Some(line)) => found.push((left, Some(line))),
                    (Some(line), None) => found.push((right, Some(line))),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found.retain(|(value, _)| value.ty.is_numeric());
    found
}

/// The conditions of all clauses.
pub fn conditions(segmentation: &Segmentation) -> impl Iterator<Item = &Expr> {
    let clauses = segmentation.clauses.iter();
    clauses.flat_map(|clause| clause.when.iter().chain(&clause.stays))
}

fn sides(board: &Board) -> [(&Expr, &[BoardBand]); 2] {
    [
        (&board.rows_by, &board.rows),
        (&board.columns_by, &board.columns),
    ]
}

fn of_expr(program: &Program, expr: &Expr, found: &mut Vec<AxisLines>) {
    match &expr.kind {
        ExprKind::Compare(_, left, right) => {
            for (score, line) in [(left, right), (right, left)] {
                if let (ExprKind::Axis(axis), Some(at)) = (&score.kind, constant(program, line)) {
                    lines_of(found, *axis).lines.push(at);
                    return;
                }
            }
            of_expr(program, left, found);
            of_expr(program, right, found);
        }
        ExprKind::Axis(axis) => lines_of(found, *axis).only_lines = false,
        // What a let or another segmentation looks at is looked at here too.
        ExprKind::Let(id) => {
            if let Some(it) = program.lets.get(id.0) {
                of_expr(program, &it.value, found);
            }
        }
        ExprKind::Segment(id) => {
            for it in lines(program, *id) {
                lines_of(found, it.axis).only_lines = false;
            }
        }
        _ => children(expr)
            .into_iter()
            .for_each(|it| of_expr(program, it, found)),
    }
}

fn lines_of(found: &mut Vec<AxisLines>, axis: AxisId) -> &mut AxisLines {
    let at = found
        .iter()
        .position(|it| it.axis == axis)
        .unwrap_or(found.len());
    if at == found.len() {
        found.push(AxisLines {
            axis,
            lines: Vec::new(),
            only_lines: true,
        });
    }
    &mut found[at]
}

/// The value of an expression of literals and params, where it is a sum of them.
pub fn constant(program: &Program, expr: &Expr) -> Option<i64> {
    let number = |literal: &Literal| match literal {
        Literal::Number(number) => Some(*number),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Literal(literal) => number(literal),
        ExprKind::Param(param) => number(&program.params.get(param.0)?.value),
        ExprKind::Arithmetic(ArithmeticOperator::Add, left, right) => {
            constant(program, left)?.checked_add(constant(program, right)?)
        }
        ExprKind::Arithmetic(ArithmeticOperator::Subtract, left, right) => {
            constant(program, left)?.checked_sub(constant(program, right)?)
        }
        ExprKind::Negate(inner) => constant(program, inner)?.checked_neg(),
        _ => None,
    }
}
