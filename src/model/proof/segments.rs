//! Segmentations → terms: the condition under which each clause, row, column and cell is met.

use super::build::Builder;
use super::domain::{Domain, Set};
use super::term::{Kind, Leaf, Origin, T, Value};
use crate::model::expression::Expr;
use crate::model::program::{Board, BoardBand, Segmentation, SegmentationId};
use crate::model::types::Type;

/// The conditions of a segmentation as terms.
#[derive(Clone, Debug)]
pub struct Met {
    /// For each clause its `when`; yes for `otherwise`.
    pub whens: Vec<T>,
    /// For each clause when its slack holds, for those who were there before.
    pub slacks: Vec<Option<T>>,
    /// For each clause whether it holds, by `when` or by slack.
    pub clauses: Vec<T>,
    /// The bands of the table's rows, and of its columns.
    pub rows: Vec<T>,
    /// See `rows`.
    pub columns: Vec<T>,
}

/// All expressions that a segmentation looks at.
pub fn expressions(segmentation: &Segmentation) -> Vec<&Expr> {
    let clauses = segmentation.clauses.iter();
    let mut all: Vec<&Expr> = clauses
        .flat_map(|it| it.when.iter().chain(&it.stays))
        .collect();
    all.extend(&segmentation.previous);
    if let Some(board) = &segmentation.board {
        all.extend([&board.rows_by, &board.columns_by]);
    }
    all
}

impl Builder<'_> {
    /// The conditions of a segmentation.
    pub fn met(&mut self, segmentation: &Segmentation) -> Met {
        let mut met = Met {
            whens: Vec::new(),
            slacks: Vec::new(),
            clauses: Vec::new(),
            rows: Vec::new(),
            columns: Vec::new(),
        };
        for clause in &segmentation.clauses {
            let when = match &clause.when {
                Some(when) => self.expr(when),
                None => self.terms.make(Kind::Constant(Value::Flag(true))),
            };
            let mut holds = when;
            let mut slack = None;
            if let (Some(stays), Some(previous)) = (&clause.stays, &segmentation.previous) {
                let code = u32::try_from(clause.segment.0).unwrap_or(u32::MAX);
                let own = self.is_code(previous, code);
                let stays = self.expr(stays);
                let both = self.terms.make(Kind::And(vec![own, stays]));
                holds = self.terms.make(Kind::Or(vec![when, both]));
                slack = Some(both);
            }
            met.whens.push(when);
            met.slacks.push(slack);
            met.clauses.push(holds);
        }
        if let Some(board) = &segmentation.board {
            met.rows = self.bands(&board.rows_by, &board.rows);
            met.columns = self.bands(&board.columns_by, &board.columns);
        }
        met
    }

    fn bands(&mut self, by: &Expr, bands: &[BoardBand]) -> Vec<T> {
        let band = |band: &BoardBand| match band {
            BoardBand::Compare(operator, limit) => self.band(*operator, by, *limit),
            BoardBand::Otherwise => self.terms.make(Kind::Constant(Value::Flag(true))),
        };
        bands.iter().map(band).collect()
    }

    /// The segment of a customer.
    pub(super) fn segmentation(&mut self, id: SegmentationId) -> T {
        let program = self.program;
        let Some(segmentation) = program.segmentations.get(id.0) else {
            return self.number(0);
        };
        let code = |segment: usize| u32::try_from(segment).unwrap_or(u32::MAX);
        let met = self.met(segmentation);
        let mut steps: Vec<(T, u32)> = Vec::new();
        for (clause, holds) in segmentation.clauses.iter().zip(&met.clauses) {
            steps.push((*holds, code(clause.segment.0)));
        }
        if let Some(board) = &segmentation.board {
            for (cell, segment) in self.cells(board, &met) {
                steps.push((cell, code(segment)));
            }
        }
        let segment = self.terms.make(Kind::Ladder(steps));
        match program.main_segmentation() {
            Some((main, _)) if main == id && self.has_overrides() => {
                let moved = self.moved();
                self.terms.make(Kind::Default(moved, segment))
            }
            _ => segment,
        }
    }

    fn has_overrides(&self) -> bool {
        self.program.overrides.iter().any(|it| !it.expired)
    }

    /// The segment to which an override moves a customer; missing for all others.
    fn moved(&mut self) -> T {
        let overrides = self.program.overrides.iter().filter(|it| !it.expired);
        let mut codes: Vec<u32> = overrides
            .map(|it| u32::try_from(it.segment.0).unwrap_or(u32::MAX))
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let main = self.program.main_segmentation();
        let leaf = Leaf {
            origin: Origin::Unknown,
            ty: Type::Segment(main.map_or(SegmentationId(0), |(id, _)| id)),
            initial: Domain {
                missing: true,
                set: Set::codes(codes),
            },
        };
        self.terms.leaf("moved".to_owned(), leaf, 1)
    }

    /// Whether an override moves a customer.
    pub(super) fn overridden(&mut self) -> T {
        if !self.has_overrides() {
            return self.terms.make(Kind::Constant(Value::Flag(false)));
        }
        let moved = self.moved();
        let unmoved = self.terms.make(Kind::IsMissing(moved));
        self.not(unmoved)
    }

    /// The cells of a table from the top left, each with the position of its segment. The first
    /// that holds is the one that the first row and the first column give.
    pub fn cells(&mut self, board: &Board, met: &Met) -> Vec<(T, usize)> {
        let mut cells = Vec::new();
        for (row, segments) in met.rows.iter().zip(&board.cells) {
            for (column, segment) in met.columns.iter().zip(segments) {
                let both = self.terms.make(Kind::And(vec![*row, *column]));
                cells.push((both, segment.0));
            }
        }
        cells
    }

    /// That a customer is kept out, by any `exclude`.
    pub fn excluded(&mut self) -> Vec<T> {
        let program = self.program;
        let mut conditions = Vec::new();
        for exclude in &program.excludes {
            // They range over other customers than the segments do.
            self.everyone = true;
            conditions.push(self.expr(&exclude.condition));
            self.everyone = false;
        }
        conditions
    }
}
