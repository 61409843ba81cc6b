//! The two-axis table of a segmentation: its corner, the bands of rows and columns, the cells.

use super::axis::path_named;
use super::checker::{Checker, Place, Scope};
use super::ladder::Rung;
use super::scale::with_article;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Board, BoardBand, Expr, Layer, SegmentationId};
use crate::model::types::Type;
use crate::syntax::tree;

const BOARD: Place = Place {
    layer: Layer::Segments,
    scope: Scope::Customer,
    what: "the table of `segments`",
};

impl<'a> Checker<'a> {
    /// The table of a segmentation, where it has one.
    pub(super) fn board(&mut self, tree: &'a tree::Segments, id: SegmentationId) -> Option<Board> {
        let (by, board) = match (&tree.by, &tree.board) {
            (None, None) => return None,
            (Some((rows, columns)), None) => {
                self.report(
                    Diagnostic::error("by-without-table", "`by` needs a table")
                        .at(rows.span.join(columns.span), "no table follows")
                        .help(format!(
                            "draw it: `| {} \\ {} | < 4 | otherwise |`, and a row for each band",
                            rows.text(),
                            columns.text()
                        )),
                );
                return None;
            }
            (None, Some(board)) => {
                self.report(
                    Diagnostic::error("table-without-by", "a table needs `by` in the head")
                        .at(board.span, "on which two values?")
                        .at(tree.span, "no `by` here")
                        .help(format!(
                            "write `segments by {} and {}`",
                            board.rows_by.text(),
                            board.columns_by.text()
                        )),
                );
                return None;
            }
            (Some(by), Some(board)) => (by, board),
        };
        self.check_corner(by, board);
        let rows_by = self.board_value(&board.rows_by);
        let columns_by = self.board_value(&board.columns_by);
        let row_bands: Vec<&'a tree::BoardBand> = board.rows.iter().map(|row| &row.band).collect();
        let column_bands: Vec<&'a tree::BoardBand> = board.columns.iter().collect();
        let rows = self.board_bands(&row_bands, rows_by.as_ref(), "rows", board);
        let columns = self.board_bands(&column_bands, columns_by.as_ref(), "columns", board);
        let mut cells = Vec::new();
        for row in &board.rows {
            if row.cells.len() != board.columns.len() {
                let span = row
                    .cells
                    .iter()
                    .map(|cell| cell.span)
                    .reduce(|left, right| left.join(right))
                    .unwrap_or(board.span);
                self.report(
                    Diagnostic::error(
                        "table-row-length",
                        format!(
                            "this row has {} cells, the table {} columns",
                            row.cells.len(),
                            board.columns.len()
                        ),
                    )
                    .at(span, "one segment for each column"),
                );
            }
            let segments: Vec<_> = row
                .cells
                .iter()
                .filter_map(|cell| self.segment(cell, id))
                .collect();
            cells.push(segments);
        }
        let (rows_by, columns_by) = (rows_by?, columns_by?);
        Some(Board {
            rows_written: self.written_in(&rows_by, &row_bands),
            columns_written: self.written_in(&columns_by, &column_bands),
            rows_by,
            columns_by,
            rows: rows?,
            columns: columns?,
            cells,
        })
    }

    fn check_corner(&mut self, by: &(tree::Path, tree::Path), board: &tree::Board) {
        let head = [by.0.text(), by.1.text()];
        let corner = [board.rows_by.text(), board.columns_by.text()];
        let span = board.rows_by.span.join(board.columns_by.span);
        if head[0] == head[1] {
            self.report(
                Diagnostic::error("table-corner", "a table needs two different values")
                    .at(by.0.span.join(by.1.span), "twice the same")
                    .help("name two axes or other values in an order"),
            );
        } else if corner != head && [&corner[1], &corner[0]] != [&head[0], &head[1]] {
            self.report(
                Diagnostic::error(
                    "table-corner",
                    format!(
                        "the corner names `{}` and `{}`, the head `{}` and `{}`",
                        corner[0], corner[1], head[0], head[1]
                    ),
                )
                .at(span, "the corner")
                .at(by.0.span.join(by.1.span), "the head")
                .help(format!("write `{} \\ {}` in the corner", head[0], head[1])),
            );
        }
    }

    fn board_value(&mut self, path: &tree::Path) -> Option<Expr> {
        let value = self.definite(&path_named(path, path.span), None, BOARD)?;
        if value.ty.is_ordered() {
            return Some(value);
        }
        self.report(
            Diagnostic::error(
                "scale-type",
                format!(
                    "{} has no larger and smaller values",
                    with_article(&value.ty)
                ),
            )
            .at(path.span, "a table needs values in an order")
            .help("write clauses with `when` instead of a table"),
        );
        None
    }

    /// The type that limits of a value are written in.
    fn written_in(&self, value: &Expr, bands: &[&tree::BoardBand]) -> Type {
        let limits = bands.iter().filter_map(|band| match band {
            tree::BoardBand::Compare(_, limit) => Some(limit),
            tree::BoardBand::Otherwise(_) => None,
        });
        match &value.ty {
            Type::Number if self.are_percents(limits.collect()) => Type::Percent,
            ty => ty.clone(),
        }
    }

    fn board_bands(
        &mut self,
        bands: &[&'a tree::BoardBand],
        value: Option<&Expr>,
        what: &str,
        board: &'a tree::Board,
    ) -> Option<Vec<BoardBand>> {
        let mut checked = Vec::new();
        let mut rungs = Vec::new();
        let mut otherwise = None;
        let mut complete = true;
        if bands.is_empty() {
            self.report(
                Diagnostic::error("table-empty", format!("the table has no {what}"))
                    .at(board.span, ""),
            );
        }
        for band in bands {
            let (operator, threshold, span) = match band {
                tree::BoardBand::Otherwise(span) => {
                    if let Some(first) = otherwise.replace(*span) {
                        self.report_after_otherwise(*span, first);
                    }
                    checked.push(BoardBand::Otherwise);
                    continue;
                }
                tree::BoardBand::Compare(operator, threshold) => {
                    (operator, threshold, operator.span.join(threshold.span))
                }
            };
            if let Some(first) = otherwise {
                self.report_after_otherwise(span, first);
            }
            let operator = self.ladder_operator(operator);
            let units = value.and_then(|value| self.units(threshold, &value.ty));
            let (Some(operator), Some(threshold)) = (operator, units) else {
                complete = false;
                continue;
            };
            rungs.push(Rung {
                operator,
                threshold,
                span,
            });
            checked.push(BoardBand::Compare(operator, threshold));
        }
        if let Some(value) = value {
            let ends = self.ends(value);
            self.check_ladder(&rungs, otherwise, ends, &value.ty);
        }
        complete.then_some(checked)
    }

    fn report_after_otherwise(&mut self, span: Span, first: Span) {
        self.report(
            Diagnostic::error("band-unreachable", "this band is never reached")
                .at(span, "stands after `otherwise`")
                .at(first, "takes all values that are left")
                .help("put `otherwise` last"),
        );
    }
}
