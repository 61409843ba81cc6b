//! How a customer came to the segment of a segmentation: every clause from the top with its
//! condition, the cell of the two-axis table, slack and overrides.

use super::condition::sign;
use super::story::{
    BoardSide, BoardStory, ClauseState, ClauseStory, Distance, Overridden, SegmentStory, Title,
};
use super::teller::Teller;
use super::value::Value;
use crate::model::program::{
    Board, BoardBand, Expr, Literal, SegmentId, Segmentation, SegmentationId,
};
use crate::model::types::Type;
use crate::plan::SegmentationPlan;
use crate::plan::op::Decision;

impl Teller<'_> {
    /// How the customer came to its segment; `None` for one who is kept out or has no segment.
    pub fn segmentation(&self, id: SegmentationId) -> Option<SegmentStory> {
        let program = self.program();
        let segmentation = program.segmentations.get(id.0)?;
        let plan = self.looked.plan.results.segmentations.get(id.0)?;
        let own = self.looked.segment(id, self.row)?;
        let decision = self.looked.outcome.decision(id.0, self.row)?;
        let previous = segmentation.previous.as_ref().map(|it| self.value(it));
        let clauses = self.clauses(id, segmentation, previous.as_ref());
        let deciding = clauses.iter().find(|clause| decides(clause.state));
        let board = segmentation
            .board
            .as_ref()
            .and_then(|board| self.board(id, board, plan, deciding.is_none()));
        let is_moved = *decision == Decision::Override;
        let overridden = match is_moved {
            true => self.overridden(deciding, board.as_ref()),
            false => None,
        };
        Some(SegmentStory {
            column: segmentation.column().to_owned(),
            segment: self.segment(id, SegmentId(own)),
            decided_by: decision.to_string(),
            because: match (&overridden, deciding) {
                (Some(overridden), _) => Some(overridden.because.clone()),
                (None, deciding) => deciding.and_then(|clause| clause.because.clone()),
            },
            clauses,
            board,
            previous,
            overridden,
        })
    }

    fn clauses(
        &self,
        id: SegmentationId,
        segmentation: &Segmentation,
        previous: Option<&Value>,
    ) -> Vec<ClauseStory> {
        let mut decided = false;
        let clauses = segmentation.clauses.iter().enumerate();
        clauses
            .map(|(at, clause)| {
                let own = Some(Literal::Choice(clause.segment.0 as u32));
                let was_there = previous.is_some_and(|previous| previous.literal == own);
                let stays = clause.stays.as_ref().filter(|_| was_there);
                let holds = |condition: &Expr| self.flag(condition) == Some(true);
                let state = match (decided, &clause.when, stays) {
                    (true, ..) => ClauseState::NotAsked,
                    (_, None, _) => ClauseState::Decides,
                    (_, Some(when), _) if holds(when) => ClauseState::Decides,
                    (_, _, Some(stays)) if holds(stays) => ClauseState::Stays,
                    _ => ClauseState::Fails,
                };
                decided |= decides(state);
                ClauseStory {
                    number: at + 1,
                    segment: self.segment(id, clause.segment),
                    state,
                    when: clause.when.as_ref().map(|when| self.condition(when)),
                    stays: stays.map(|stays| self.condition(stays)),
                    because: clause.because.clone(),
                    span: clause.span,
                }
            })
            .collect()
    }

    fn board(
        &self,
        id: SegmentationId,
        board: &Board,
        plan: &SegmentationPlan,
        decides: bool,
    ) -> Option<BoardStory> {
        let registers = plan.board?;
        let at = |register| match self.looked.register(register, self.row)? {
            Literal::Choice(code) => Some(code as usize),
            _ => None,
        };
        let (row, column) = (at(registers.row)?, at(registers.column)?);
        let segment = board.cells.get(row)?.get(column)?;
        Some(BoardStory {
            rows: self.side((&board.rows_by, &board.rows_written), &board.rows, row),
            columns: self.side(
                (&board.columns_by, &board.columns_written),
                &board.columns,
                column,
            ),
            decides,
            segment: self.segment(id, *segment),
        })
    }

    fn side(&self, (by, written): (&Expr, &Type), bands: &[BoardBand], at: usize) -> BoardSide {
        let program = self.program();
        let mut value = self.named(by);
        value.value.show_as(program, written);
        let band = |band: &BoardBand| match band {
            BoardBand::Otherwise => ("otherwise".to_owned(), None),
            BoardBand::Compare(operator, limit) => {
                let literal = match &by.ty {
                    Type::Steps(_) => Literal::Choice(u32::try_from(*limit).unwrap_or(0)),
                    _ => Literal::Number(*limit),
                };
                let line = Value::new(program, written, Some(literal));
                let distance = self.gap(&value.value, *limit).map(|mut gap| {
                    if *written != by.ty {
                        gap.show_as(program, written);
                    }
                    Distance {
                        value: value.clone(),
                        operator: sign(*operator),
                        line: line.clone(),
                        gap,
                    }
                });
                (format!("{} {}", sign(*operator), line.shown), distance)
            }
        };
        BoardSide {
            bands: bands.iter().map(band).collect(),
            value,
            at,
        }
    }

    fn overridden(
        &self,
        deciding: Option<&ClauseStory>,
        board: Option<&BoardStory>,
    ) -> Option<Overridden> {
        let key = crate::eval::key(&self.looked.plan, &self.looked.inputs, self.row as u32)?;
        let overrides = self.program().overrides.iter();
        // Where a customer is moved twice, the later one counts.
        let mut own = overrides.filter(|it| !it.expired && it.customer.value == key);
        let own = own.next_back()?;
        let (without, decided_by): (Option<Title>, Option<String>) = match (deciding, board) {
            (Some(clause), _) => {
                let what = match clause.state {
                    ClauseState::Stays => "stays",
                    _ => "clause",
                };
                let decided_by = format!("{what} {}", clause.number);
                (Some(clause.segment.clone()), Some(decided_by))
            }
            (None, Some(board)) => {
                let cell = format!("cell {}.{}", board.rows.at + 1, board.columns.at + 1);
                (Some(board.segment.clone()), Some(cell))
            }
            (None, None) => (None, None),
        };
        Some(Overridden {
            without,
            decided_by,
            because: own.because.clone(),
            by: own.by.clone(),
            until: own.until.map(|until| until.to_string()),
        })
    }
}

/// Whether a clause decides.
pub fn decides(state: ClauseState) -> bool {
    matches!(state, ClauseState::Decides | ClauseState::Stays)
}
