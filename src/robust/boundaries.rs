//! The boundaries of a segmentation: constants that its clauses and its table compare with, those in
//! the lets and other segmentations that they ask, and the params among them. Each can be moved; the
//! rest of the program stays.

use crate::base::{SourceMap, Span};
use crate::model::check::children;
use crate::model::program::{
    BoardBand, Expr, ExprKind, LetId, Literal, ParamId, Program, SegmentationId,
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
    /// The constant of that number in the conditions of the clauses of a segmentation.
    Clause(usize, usize),
    /// A row of the table.
    Row(usize, usize),
    /// A column of the table.
    Column(usize, usize),
    /// The constant of that number in a let.
    Let(usize, usize),
    /// A param, by its name.
    Param(String),
}

/// All boundaries of a segmentation: its own in the order in which they stand, then those of what it
/// asks; each once.
pub fn boundaries(program: &Program, segmentation: usize, sources: &SourceMap) -> Vec<Boundary> {
    let mut search = Search {
        program,
        sources,
        own: segmentation,
        params: Vec::new(),
        lets: Vec::new(),
        segmentations: vec![SegmentationId(segmentation)],
        found: Vec::new(),
    };
    // What is asked is found on the way.
    let (mut lets, mut segmentations) = (0, 0);
    loop {
        if let Some(id) = search.segmentations.get(segmentations).copied() {
            segmentations += 1;
            search.of_segmentation(id);
        } else if let Some(id) = search.lets.get(lets).copied() {
            lets += 1;
            search.of_let(id);
        } else {
            return search.found;
        }
    }
}

struct Search<'a> {
    program: &'a Program,
    sources: &'a SourceMap,
    own: usize,
    params: Vec<ParamId>,
    lets: Vec<LetId>,
    segmentations: Vec<SegmentationId>,
    found: Vec<Boundary>,
}

impl<'a> Search<'a> {
    fn of_segmentation(&mut self, id: SegmentationId) {
        let Some(declared) = self.program.segmentations.get(id.0) else {
            return;
        };
        // The columns of other segmentations say whose boundary it is.
        let column = match id.0 == self.own {
            true => String::new(),
            false => format!("{}.", declared.column()),
        };
        let mut count = 0;
        for clause in &declared.clauses {
            let segment = declared.segments.get(clause.segment.0);
            let name = segment.map_or("", |it| &it.name);
            for (word, condition) in [("boundary", &clause.when), ("slack", &clause.stays)] {
                let Some(condition) = condition else { continue };
                let place = |at| BoundaryPlace::Clause(id.0, at);
                self.of_expr(
                    condition,
                    &mut count,
                    &format!("{word} of `{column}{name}`"),
                    &place,
                );
            }
        }
        let Some(board) = &declared.board else {
            return;
        };
        for (value, bands, word, is_row) in [
            (&board.rows_by, &board.rows, "row", true),
            (&board.columns_by, &board.columns, "column", false),
        ] {
            self.asked(value);
            for (at, band) in bands.iter().enumerate() {
                if let (BoardBand::Compare(_, line), true) = (band, moves(&value.ty)) {
                    let what = format!("{word} {} of `{column}{}`", at + 1, self.text(value.span));
                    self.found.push(Boundary {
                        what,
                        place: match is_row {
                            true => BoundaryPlace::Row(id.0, at),
                            false => BoundaryPlace::Column(id.0, at),
                        },
                        value: *line,
                        ty: value.ty.clone(),
                    });
                }
            }
        }
    }

    fn of_let(&mut self, id: LetId) {
        let Some(declared) = self.program.lets.get(id.0) else {
            return;
        };
        let place = |at| BoundaryPlace::Let(id.0, at);
        let what = format!("boundary in `{}`", declared.name);
        self.of_expr(&declared.value, &mut 0, &what, &place);
    }

    /// The boundaries of an expression; what it asks is noted.
    fn of_expr(
        &mut self,
        expr: &'a Expr,
        count: &mut usize,
        what: &str,
        place: &dyn Fn(usize) -> BoundaryPlace,
    ) {
        let program = self.program;
        visit(expr, &mut |value, constant| match number(constant) {
            Some(at) => {
                let text = self.text(value.span);
                self.found.push(Boundary {
                    what: format!("{what} on `{text}`"),
                    place: place(*count),
                    value: at,
                    ty: value.ty.clone(),
                });
                *count += 1;
            }
            None => add_params(
                program,
                constant,
                &value.ty,
                &mut self.params,
                &mut self.found,
            ),
        });
        self.asked(expr);
    }

    /// Notes the lets and segmentations that an expression asks.
    fn asked(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Let(id) if !self.lets.contains(id) => self.lets.push(*id),
            ExprKind::Segment(id) if !self.segmentations.contains(id) => {
                self.segmentations.push(*id);
            }
            _ => parts(expr).into_iter().for_each(|it| self.asked(it)),
        }
    }

    /// What is written at a place, on one line.
    fn text(&self, span: Span) -> String {
        let words = self.sources.text(span).split_whitespace();
        words.collect::<Vec<&str>>().join(" ")
    }
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
    for part in parts(constant) {
        add_params(program, part, ty, known, found);
    }
}

/// The parts of an expression that are values of the same customer, without aggregates and places in
/// the portfolio: a constant in these is no boundary of the customer.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::RowAggregate { .. }
        | ExprKind::PersonAggregate { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Portfolio { .. }
        | ExprKind::OfGiven(..) => Vec::new(),
        _ => children(expr),
    }
}

/// The same parts in the same order, to be changed.
fn parts_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.kind {
        ExprKind::Negate(inner)
        | ExprKind::IsMissing(inner)
        | ExprKind::Not(inner)
        | ExprKind::ChoiceText(inner)
        | ExprKind::IsOneOf(inner, _)
        | ExprKind::Lookup(_, inner) => vec![inner],
        ExprKind::Arithmetic(_, left, right)
        | ExprKind::Compare(_, left, right)
        | ExprKind::Default(left, right) => vec![left, right],
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Call(_, parts) => {
            parts.iter_mut().collect()
        }
        ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
        _ => Vec::new(),
    }
}

/// On which side of a comparison a constant stands that can be moved: `true` for the right one.
fn constant_side(expr: &Expr) -> Option<bool> {
    let ExprKind::Compare(operator, left, right) = &expr.kind else {
        return None;
    };
    if matches!(operator, CompareOperator::Equal | CompareOperator::NotEqual) {
        return None;
    }
    if moves(&left.ty) && is_constant(right) && !is_constant(left) {
        Some(true)
    } else if moves(&right.ty) && is_constant(left) && !is_constant(right) {
        Some(false)
    } else {
        None
    }
}

/// The comparisons in an expression: the value and the constant it is compared with.
fn visit<'e>(expr: &'e Expr, told: &mut impl FnMut(&'e Expr, &'e Expr)) {
    if let (Some(right_is_constant), ExprKind::Compare(_, left, right)) =
        (constant_side(expr), &expr.kind)
    {
        match right_is_constant {
            true => told(left, right),
            false => told(right, left),
        }
    }
    parts(expr).into_iter().for_each(|it| visit(it, told));
}

/// The same walk, to change the constant of a number.
fn change(expr: &mut Expr, count: &mut usize, wanted: usize, value: i64) {
    if let Some(right_is_constant) = constant_side(expr)
        && let ExprKind::Compare(_, left, right) = &mut expr.kind
    {
        let constant = if right_is_constant { right } else { left };
        if number(constant).is_some() {
            if *count == wanted {
                constant.kind = ExprKind::Literal(Literal::Number(value));
            }
            *count += 1;
        }
    }
    for part in parts_mut(expr) {
        change(part, count, wanted, value);
    }
}

/// Whether boundaries of that type can be moved a little.
fn moves(ty: &Type) -> bool {
    matches!(ty, Type::Score | Type::Money | Type::Number | Type::Percent)
}

/// Whether an expression is made of literals and params alone.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Param(_) => true,
        ExprKind::Arithmetic(..) | ExprKind::Negate(_) => parts(expr).into_iter().all(is_constant),
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
pub fn moved(program: &Program, place: &BoundaryPlace, value: i64) -> Option<Program> {
    let mut program = program.clone();
    match place {
        BoundaryPlace::Clause(segmentation, wanted) => {
            let mut count = 0;
            for clause in &mut program.segmentations.get_mut(*segmentation)?.clauses {
                for condition in [&mut clause.when, &mut clause.stays].into_iter().flatten() {
                    change(condition, &mut count, *wanted, value);
                }
            }
        }
        BoundaryPlace::Let(id, wanted) => {
            change(
                &mut program.lets.get_mut(*id)?.value,
                &mut 0,
                *wanted,
                value,
            );
        }
        BoundaryPlace::Row(segmentation, at) => {
            let board = program
                .segmentations
                .get_mut(*segmentation)?
                .board
                .as_mut()?;
            set_band(board.rows.get_mut(*at)?, value);
        }
        BoundaryPlace::Column(segmentation, at) => {
            let board = program
                .segmentations
                .get_mut(*segmentation)?
                .board
                .as_mut()?;
            set_band(board.columns.get_mut(*at)?, value);
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
