//! Segmentations: clauses, the order of importance, and the two-axis table.
//! Whether every customer is covered is not judged here; only the table's shape is.

use pest::iterators::Pair;

use super::{Builder, Children};
use crate::base::Diagnostic;
use crate::syntax::grammar::Rule;
use crate::syntax::mistake;
use crate::syntax::tree::{Board, BoardBand, BoardRow, Clause, ClauseWhen, Expr, Segments};

impl Builder {
    pub(super) fn segments(&mut self, pair: Pair<Rule>) -> Option<Segments> {
        let mut span = self.span(&pair);
        let mut children = Children::of(pair);
        if let Some(brace) = children.find(Rule::open_brace) {
            span.end = self.span(brace).start;
        }
        let exclusive = children.has(Rule::k_exclusive);
        let name = self.one_name(&mut children);
        let label = self.maybe_text(&mut children)?;
        let by = children.one(Rule::segments_by).and_then(|by| {
            let mut paths = Children::of(by).all(Rule::path).into_iter();
            Some((self.path(paths.next()?), self.path(paths.next()?)))
        });
        let order = self
            .once(&mut children, Rule::order_line, "order")
            .map(|order| {
                let names = Children::of(order).all(Rule::name);
                names.into_iter().map(|name| self.name(name)).collect()
            });
        let board = children.all(Rule::board);
        let board_starts = board.first().map(|board| self.span(board));
        let mut boards = board.into_iter();
        let board = boards.next().and_then(|board| self.board(board));
        if let Some(second) = boards.next() {
            let place = self.span(&second);
            self.diagnostics.push(
                Diagnostic::error("second-board", "a segmentation has one table")
                    .at(place, "a second one")
                    .help("give it to a segmentation of its own: `segments NAME by X and Y { … }`"),
            );
        }
        let clauses: Vec<Clause> = children
            .all(Rule::clause)
            .into_iter()
            .filter_map(|clause| self.clause(clause, board_starts.is_some()))
            .collect();
        if let Some(table) = board_starts
            && let Some(late) = clauses.iter().find(|clause| {
                clause.when != ClauseWhen::LabelOnly && clause.span.start > table.start
            })
        {
            self.diagnostics.push(
                Diagnostic::error("clause-below-table", "a clause stands below the table")
                    .at(late.span, "")
                    .at(table, "the table")
                    .help("move it above the table: clauses go first"),
            );
        }
        Some(Segments {
            name,
            label,
            exclusive,
            by,
            order,
            clauses,
            board,
            span,
        })
    }

    fn clause(&mut self, pair: Pair<Rule>, has_board: bool) -> Option<Clause> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let segment = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let otherwise = children.one(Rule::otherwise).map(|word| self.span(&word));
        let when = self.once(&mut children, Rule::when_part, "when");
        let when = match (otherwise, when) {
            (Some(place), None) => ClauseWhen::Otherwise(place),
            (None, Some(when)) => ClauseWhen::Condition(self.only_expression(when)?),
            (None, None) if has_board => ClauseWhen::LabelOnly,
            (None, None) => {
                let name = &segment.value;
                let message = format!("`{name}` has neither `when` nor `otherwise`");
                let help =
                    format!("write `{name} when …`, or `{name} otherwise` for all that are left");
                return self.refuse(
                    Diagnostic::error("clause-without-condition", message)
                        .at(span, "")
                        .help(help),
                );
            }
            (Some(place), Some(_)) => {
                return self.refuse(
                    Diagnostic::error("otherwise-with-when", "`otherwise` takes no `when`")
                        .at(place, "")
                        .help("leave one of the two out"),
                );
            }
        };
        let stays = match self.once(&mut children, Rule::stays, "stays when") {
            Some(stays) => Some(self.only_expression(stays)?),
            None => None,
        };
        let because = self.because(&mut children);
        Some(Clause {
            segment,
            label,
            when,
            stays,
            because,
            span,
        })
    }

    fn board(&mut self, pair: Pair<Rule>) -> Option<Board> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let head = children.one(Rule::board_head)?;
        let head_span = self.span(&head);
        let mut head = Children::of(head);
        let rows_by = head.one(Rule::path).map(|path| self.path(path))?;
        let columns_by = head.one(Rule::path).map(|path| self.path(path))?;
        let columns: Vec<BoardBand> = head
            .all(Rule::board_band)
            .into_iter()
            .map(|band| self.board_band(band))
            .collect::<Option<_>>()?;
        let rows = children
            .all(Rule::board_row)
            .into_iter()
            .map(|row| self.board_row(row, columns.len(), head_span))
            .collect::<Option<_>>()?;
        Some(Board {
            rows_by,
            columns_by,
            columns,
            rows,
            span,
        })
    }

    fn board_row(
        &mut self,
        pair: Pair<Rule>,
        columns: usize,
        head: crate::base::Span,
    ) -> Option<BoardRow> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let band = children.one(Rule::board_band)?;
        let band = self.board_band(band)?;
        let cells = children.all(Rule::board_cell);
        if cells.len() != columns {
            return self.refuse(
                mistake::ragged_table(span, head, cells.len(), columns)
                    .help("write one segment for each column"),
            );
        }
        let cells = cells
            .into_iter()
            .map(|cell| {
                let place = self.span(&cell);
                match Children::of(cell).one(Rule::name) {
                    Some(name) => Some(self.name(name)),
                    None => self.refuse(
                        Diagnostic::error("empty-cell", "this cell of the table names no segment")
                            .at(place, "")
                            .help("write the segment of the customers who land here"),
                    ),
                }
            })
            .collect::<Option<_>>()?;
        Some(BoardRow { band, cells })
    }

    fn board_band(&mut self, pair: Pair<Rule>) -> Option<BoardBand> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let Some(operator) = children.one(Rule::op_compare) else {
            return Some(BoardBand::Otherwise(span));
        };
        let operator = self.op_compare(operator)?;
        let threshold: Expr = self.one_constant(&mut children)?;
        Some(BoardBand::Compare(operator, threshold))
    }
}
