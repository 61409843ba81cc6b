//! Segmentations → the first clause, `stays` or cell that holds, then overrides. What decided is a
//! number among the decisions; the segment follows from it.

use super::{Frame, Lowering};
use crate::base::Span;
use crate::model::program::{Board, BoardBand, Expr, Literal, Segmentation, SegmentationId};
use crate::model::types::Type;
use crate::plan::lower::expression::comparison;
use crate::plan::op::{Comparison, Decision, Kind, Op, Population, Register, Requirement};
use crate::plan::result::{BoardPlan, SegmentationPlan};

/// What may decide, in the order of the decisions' numbers.
#[derive(Default)]
struct Ladder {
    conditions: Vec<Register>,
    segments: Vec<u32>,
    decisions: Vec<Decision>,
    whens: Vec<Register>,
    clauses: Vec<(Option<Register>, Option<Register>)>,
}

impl Lowering<'_> {
    /// The registers of a segmentation.
    pub(super) fn segmentation(
        &mut self,
        id: SegmentationId,
        population: Population,
    ) -> SegmentationPlan {
        if let Some(known) = self.segmentations.get(&(id, population)) {
            return known.clone();
        }
        let program = self.program;
        let Some(segmentation) = program.segmentations.get(id.0) else {
            let nothing = self.missing(&Type::Segment(id), program.customers.span);
            return SegmentationPlan {
                column: String::new(),
                segments: Vec::new(),
                segment: nothing,
                decided: nothing,
                decisions: Vec::new(),
                previous: None,
                clauses: Vec::new(),
                board: None,
            };
        };
        let span = segmentation.span;
        let frame = Frame::of(population);
        let previous = segmentation.previous.as_ref();
        let previous = previous.map(|previous| self.value(previous, frame));
        let mut ladder = self.ladder(segmentation, previous, frame);
        let (place, board) = self.place(segmentation, &mut ladder, frame);
        let codes = Op::Recode(place, ladder.segments.clone());
        let ty = Type::Segment(id);
        let mut segment = self.builder.add(codes, Kind::Choice, &ty, span);
        let mut decided = place;
        let main = program.main_segmentation().map(|(main, _)| main) == Some(id);
        if main && program.overrides.iter().any(|it| !it.expired) {
            let moved = self.moved(span);
            let op = Op::Default(moved, segment);
            segment = self.builder.add(op, Kind::Choice, &ty, span);
            let unmoved = self.is_missing(moved, span);
            let code = self.decision(&mut ladder, Decision::Override, span);
            decided = self.choice(Op::Select(unmoved, decided, code), span);
        }
        if population == Population::Final
            && let Some(excluded) = self.excluded()
        {
            let first = ladder.decisions.len() as u32;
            let reasons = self.reasons();
            let codes = (0..reasons.len() as u32).map(|at| first + at).collect();
            let reason = self.choice(Op::Recode(excluded, codes), span);
            let reasons = reasons.into_iter().map(Decision::Excluded);
            ladder.decisions.extend(reasons);
            decided = self.choice(Op::Default(reason, decided), span);
        }
        let plan = SegmentationPlan {
            column: segmentation.column().to_owned(),
            segments: segmentation
                .segments
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            segment,
            decided,
            decisions: ladder.decisions,
            previous,
            clauses: ladder.clauses,
            board,
        };
        self.segmentations.insert((id, population), plan.clone());
        plan
    }

    /// The segment to which an override moves a customer.
    pub(super) fn moved(&mut self, span: Span) -> Register {
        let program = self.program;
        if !program.overrides.iter().any(|it| !it.expired) {
            return self.missing(&Type::Team, span);
        }
        self.choice(Op::Override, span)
    }

    /// The text of what decided.
    pub(super) fn decided_by(&mut self, expr: &Expr) -> Register {
        let program = self.program;
        let Some((id, _)) = program.deciding_segmentation() else {
            return match self.excluded() {
                Some(excluded) => {
                    let reasons = self.reasons().into_iter();
                    let texts = reasons.map(|it| Decision::Excluded(it).to_string());
                    let op = Op::ChoiceText(excluded, texts.collect());
                    self.builder.add(op, Kind::Text, &Type::Text, expr.span)
                }
                None => self.missing(&Type::Text, expr.span),
            };
        };
        let plan = self.segmentation(id, Population::Final);
        let texts = plan.decisions.iter().map(Decision::to_string).collect();
        let op = Op::ChoiceText(plan.decided, texts);
        self.builder.add(op, Kind::Text, &Type::Text, expr.span)
    }

    fn ladder(
        &mut self,
        segmentation: &Segmentation,
        previous: Option<Register>,
        frame: Frame,
    ) -> Ladder {
        let mut ladder = Ladder::default();
        for (at, clause) in segmentation.clauses.iter().enumerate() {
            let number = at as u32 + 1;
            let segment = clause.segment.0 as u32;
            let when = match &clause.when {
                Some(when) => {
                    let when = self.value(when, frame);
                    ladder.whens.push(when);
                    when
                }
                None => self.yes(clause.span),
            };
            ladder.conditions.push(when);
            ladder.segments.push(segment);
            ladder.decisions.push(Decision::Clause(number));
            let mut slack = None;
            if let (Some(stays), Some(previous)) = (&clause.stays, previous) {
                // Only for those who were there before the slack counts at all.
                let own = self.is_choice(previous, segment, clause.span);
                let stays = self.value(stays, frame);
                ladder
                    .conditions
                    .push(self.flag(Op::And(own, stays), clause.span));
                ladder.segments.push(segment);
                ladder.decisions.push(Decision::Stays(number));
                slack = Some(stays);
            }
            let when = clause.when.is_some().then_some(when);
            ladder.clauses.push((when, slack));
        }
        ladder
    }

    /// The number of what decided, before overrides.
    fn place(
        &mut self,
        segmentation: &Segmentation,
        ladder: &mut Ladder,
        frame: Frame,
    ) -> (Register, Option<BoardPlan>) {
        let span = segmentation.span;
        let mut place = match ladder.conditions.is_empty() {
            true => None,
            false => Some(self.choice(Op::FirstHolds(ladder.conditions.clone()), span)),
        };
        let name: std::sync::Arc<str> = segmentation.column().into();
        let board = segmentation.board.as_ref().map(|board| {
            let (cell, plan) = self.board(board, ladder, frame, span);
            place = Some(match place {
                Some(place) => self.choice(Op::Default(place, cell), span),
                None => cell,
            });
            plan
        });
        let place = match place {
            Some(place) => place,
            None => self.choice(Op::Missing(Kind::Choice), span),
        };
        let place = match segmentation.exclusive && ladder.whens.len() > 1 {
            true => {
                let op = Op::Exclusive(place, ladder.whens.clone(), name.clone());
                self.choice(op, span)
            }
            false => place,
        };
        let required = Requirement::Segment(name);
        (self.choice(Op::Require(place, required), span), board)
    }

    fn board(
        &mut self,
        board: &Board,
        ladder: &mut Ladder,
        frame: Frame,
        span: Span,
    ) -> (Register, BoardPlan) {
        let (rows_by, row) = self.band(&board.rows_by, &board.rows, frame);
        let (columns_by, column) = self.band(&board.columns_by, &board.columns, frame);
        let offset = ladder.decisions.len() as u32;
        for (row, cells) in board.cells.iter().enumerate() {
            for (column, segment) in cells.iter().enumerate() {
                let decision = Decision::Cell(row as u32 + 1, column as u32 + 1);
                ladder.decisions.push(decision);
                ladder.segments.push(segment.0 as u32);
            }
        }
        let cell = Op::Cell {
            row,
            column,
            width: board.columns.len() as u32,
            offset,
        };
        let plan = BoardPlan {
            rows_by,
            columns_by,
            row,
            column,
        };
        (self.choice(cell, span), plan)
    }

    fn band(&mut self, by: &Expr, bands: &[BoardBand], frame: Frame) -> (Register, Register) {
        let value = self.value(by, frame);
        let ordered = self.ordered(value, by);
        let mut conditions = Vec::with_capacity(bands.len());
        for band in bands {
            conditions.push(match band {
                BoardBand::Compare(operator, limit) => {
                    let limit = self.number(*limit, &by.ty, by.span);
                    let op = Op::Compare(comparison(*operator), ordered, limit);
                    self.flag(op, by.span)
                }
                BoardBand::Otherwise => self.yes(by.span),
            });
        }
        (value, self.choice(Op::FirstHolds(conditions), by.span))
    }

    /// Whether a choice is there and is that one.
    pub(super) fn is_choice(&mut self, value: Register, code: u32, span: Span) -> Register {
        let code = self.choice(Op::Constant(Literal::Choice(code)), span);
        let same = self.flag(Op::Compare(Comparison::Equal, value, code), span);
        let there = self.is_there(value, span);
        self.flag(Op::And(there, same), span)
    }

    fn decision(&mut self, ladder: &mut Ladder, decision: Decision, span: Span) -> Register {
        let code = ladder.decisions.len() as u32;
        ladder.decisions.push(decision);
        self.choice(Op::Constant(Literal::Choice(code)), span)
    }
}
