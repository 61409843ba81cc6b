//! The boundaries of a segmentation: constants that its clauses and its table compare with, and the
//! params among them. Each can be moved; the rest of the program stays.

use crate::base::SourceMap;
use crate::model::check::children;
use crate::model::program::{
    BoardBand, Clause, Expr, ExprKind, Literal, ParamId, Program, Segmentation,
};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;

/// A boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// What it is: ``boundary of `key` on `attractiveness` ``.
    pub what: String,
    /// Where it stands.
    pub place: BoundaryPlace,
    /// Its value, in the units of its type.
    pub value: i64,
    /// Its type; a bare number beside a score is a score.
    pub ty: Type,
}

/// Where a boundary stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundaryPlace {
    /// The constant of that number in the conditions of the clauses.
    Clause(usize),
    /// A row of the table.
    Row(usize),
    /// A column of the table.
    Column(usize),
    /// A param, by its name.
    Param(String),
}

/// All boundaries of a segmentation, in the order in which they stand; a param once.
pub fn boundaries(program: &Program, segmentation: usize, sources: &SourceMap) -> Vec<Boundary> {
    let Some(declared) = program.segmentations.get(segmentation) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut params: Vec<ParamId> = Vec::new();
    let mut count = 0;
    for clause in &declared.clauses {
        let name = declared
            .segments
            .get(clause.segment.0)
            .map_or("", |it| &it.name);
        for (word, condition) in [("boundary", &clause.when), ("slack", &clause.stays)] {
            let Some(condition) = condition else { continue };
            visit(condition, &mut |value, constant| {
                let text = sources.text(value.span).split_whitespace();
                let text = text.collect::<Vec<&str>>().join(" ");
                match number(constant) {
                    Some(at) => {
                        found.push(Boundary {
                            what: format!("{word} of `{name}` on `{text}`"),
                            place: BoundaryPlace::Clause(count),
                            value: at,
                            ty: value.ty.clone(),
                        });
                        count += 1;
                    }
                    None => add_params(program, constant, &value.ty, &mut params, &mut found),
                }
            });
        }
    }
    of_board(declared, sources, &mut found);
    found
}

fn of_board(declared: &Segmentation, sources: &SourceMap, found: &mut Vec<Boundary>) {
    let Some(board) = &declared.board else {
        return;
    };
    let mut add = |value: &Expr, bands: &[BoardBand], word: &str, is_row: bool| {
        for (at, band) in bands.iter().enumerate() {
            if let (BoardBand::Compare(_, line), true) = (band, moves(&value.ty)) {
                let text = sources.text(value.span);
                found.push(Boundary {
                    what: format!("{word} {} of `{text}`", at + 1),
                    place: match is_row {
                        true => BoundaryPlace::Row(at),
                        false => BoundaryPlace::Column(at),
                    },
                    value: *line,
                    ty: value.ty.clone(),
                });
            }
        }
    };
    add(&board.rows_by, &board.rows, "row", true);
    add(&board.columns_by, &board.columns, "column", false);
}

/// The params in the constant side of a comparison.
fn add_params(
    program: &Program,
    constant: &Expr,
    ty: &Type,
    known: &mut Vec<ParamId>,
    found: &mut Vec<Boundary>,
) {
    if let ExprKind::Param(id) = &constant.kind
        && !known.contains(id)
        && let Some(param) = program.params.get(id.0)
        && let Literal::Number(value) = param.value
    {
        known.push(*id);
        found.push(Boundary {
            what: format!("param `{}`", param.name),
            place: BoundaryPlace::Param(param.name.clone()),
            value,
            ty: if *ty == Type::Score {
                Type::Score
            } else {
                param.ty.clone()
            },
        });
    }
    let inner = children(constant);
    inner
        .into_iter()
        .for_each(|it| add_params(program, it, ty, known, found));
}

/// The comparisons of a condition: the value and the constant it is compared with.
fn visit(condition: &Expr, told: &mut impl FnMut(&Expr, &Expr)) {
    match &condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().for_each(|it| visit(it, told));
        }
        ExprKind::Not(inner) => visit(inner, told),
        ExprKind::Compare(operator, left, right) if orders(*operator) => {
            if moves(&left.ty) && is_constant(right) {
                told(left, right);
            } else if moves(&right.ty) && is_constant(left) {
                told(right, left);
            }
        }
        _ => {}
    }
}

/// The same walk, to change the constant of a number.
fn change(condition: &mut Expr, count: &mut usize, wanted: usize, value: i64) {
    match &mut condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts
                .iter_mut()
                .for_each(|it| change(it, count, wanted, value));
        }
        ExprKind::Not(inner) => change(inner, count, wanted, value),
        ExprKind::Compare(operator, left, right) if orders(*operator) => {
            let right_is_constant = moves(&left.ty) && is_constant(right);
            let left_is_constant = moves(&right.ty) && is_constant(left);
            let constant = match (right_is_constant, left_is_constant) {
                (true, _) => right,
                (false, true) => left,
                (false, false) => return,
            };
            if number(constant).is_some() {
                if *count == wanted {
                    constant.kind = ExprKind::Literal(Literal::Number(value));
                }
                *count += 1;
            }
        }
        _ => {}
    }
}

fn orders(operator: CompareOperator) -> bool {
    !matches!(operator, CompareOperator::Equal | CompareOperator::NotEqual)
}

/// Whether boundaries of that type can be moved a little.
fn moves(ty: &Type) -> bool {
    matches!(ty, Type::Score | Type::Money | Type::Number | Type::Percent)
}

/// Whether an expression is made of literals and params alone.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Param(_) => true,
        ExprKind::Arithmetic(..) | ExprKind::Negate(_) => {
            children(expr).into_iter().all(is_constant)
        }
        _ => false,
    }
}

fn number(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Number(number)) => Some(*number),
        _ => None,
    }
}

/// The program with a boundary at another value. A param is no part of the program's conditions that
/// could be changed here: `None`.
pub fn moved(
    program: &Program,
    segmentation: usize,
    place: &BoundaryPlace,
    value: i64,
) -> Option<Program> {
    let mut program = program.clone();
    let declared = program.segmentations.get_mut(segmentation)?;
    match place {
        BoundaryPlace::Clause(wanted) => {
            let mut count = 0;
            for Clause { when, stays, .. } in &mut declared.clauses {
                for condition in [when, stays].into_iter().flatten() {
                    change(condition, &mut count, *wanted, value);
                }
            }
        }
        BoundaryPlace::Row(at) => set_band(declared.board.as_mut()?.rows.get_mut(*at)?, value),
        BoundaryPlace::Column(at) => {
            set_band(declared.board.as_mut()?.columns.get_mut(*at)?, value)
        }
        BoundaryPlace::Param(_) => return None,
    }
    Some(program)
}

fn set_band(band: &mut BoardBand, value: i64) {
    if let BoardBand::Compare(_, line) = band {
        *line = value;
    }
}
