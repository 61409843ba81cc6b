//! Reads a table whose rows are added up for their customers while they are read and do not stay. It has no
//! words: where anything is out of order it gives nothing, and the table is read as a whole.

use super::dataset::{ReadFile, Wish};
use super::pass::Pool;
use super::reconcile::Tally;
use super::stream::{self, Part, Taker};
use crate::eval::{Added, Inputs, RowTable, Sheets, Totals};
use crate::plan::ByCustomer;
use crate::value::Table;
use std::fs::File;

/// What comes of such a reading.
#[derive(Debug)]
pub(super) struct FoldedFile {
    /// What was recognised in the file; its columns are no part of it.
    pub(super) read: ReadFile,
    /// What the rows come to.
    pub(super) added: Added,
    /// The rows and amounts that came out.
    pub(super) tally: Tally,
}

/// What becomes of each chunk.
struct Rows<'f> {
    wish: &'f Wish<'f>,
    plan: &'f ByCustomer,
    customers: usize,
    totals: Totals<'f>,
    sheets: Pool<Sheets>,
}

/// Reads the table, or gives nothing.
pub(super) fn read(
    wish: &Wish<'_>,
    name: &str,
    file: &File,
    plan: &ByCustomer,
) -> Option<FoldedFile> {
    let customers = wish.owners?.customers.count();
    let rows = Rows {
        wish,
        plan,
        customers,
        totals: Totals::new(plan, customers)?,
        sheets: Pool::default(),
    };
    let mut tally = Tally::default();
    let mut hand_on = |more: Tally, _: usize| {
        tally.add(&more);
        Some(())
    };
    let read = stream::read_through(wish, name, file, &rows, &mut hand_on)?;
    Some(FoldedFile {
        read,
        added: rows.totals.finish()?,
        tally,
    })
}

impl Taker for Rows<'_> {
    type Made = Tally;

    fn take(&self, part: &mut Part) -> Option<Tally> {
        let columns = part.pieces.iter_mut().map(|piece| piece.column.take());
        let table = Table::new(part.lines.len(), columns.collect());
        let at = self.plan.table.0;
        let mut inputs = Inputs::default();
        inputs.tables.resize_with(at, RowTable::default);
        inputs.tables.push(RowTable {
            table,
            customer: part.owners.take()?,
        });
        let mut sheets = self.sheets.take();
        let added = self.totals.add(&inputs, &mut sheets);
        self.sheets.give_back(sheets);
        added?;
        let rows = inputs.tables.pop()?;
        let tally = Tally::of_rows(
            self.wish.dataset,
            &rows.table,
            &rows.customer,
            self.customers,
        );
        let back = part.pieces.iter_mut().zip(rows.table.columns);
        for (at, (piece, column)) in back.enumerate() {
            // What must stand once is compared in the end.
            piece.column = column.filter(|_| self.wish.only_once(at));
        }
        Some(tally)
    }
}
