//! Totals that a file states below its rows, held against what its rows add up to: how a file that
//! was cut off on its way is noticed. Nothing is decided here; what differs is said.

use super::cell::evidence::Readings;
use super::cell::number::{self, Scale};
use super::dataset::{FieldReport, FileReport};
use super::options::Mark;
use crate::model::program::{Field, Reading};
use crate::model::types::Type;

/// A total that a file states of itself, in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The line on which it stands.
    pub line: u64,
    /// The header of its column.
    pub column: String,
    /// What the file states.
    pub stated: i128,
    /// What the rows add up to.
    pub read: i128,
}

impl Total {
    /// Whether the rows add up to it.
    pub fn holds(&self) -> bool {
        self.stated == self.read
    }
}

/// The totals of the columns of money, from the last row of the footer that has one for the column:
/// those above it may be parts. Amounts in several currencies have no total.
pub fn of(fields: &[Field], report: &FileReport, places: &[usize]) -> Vec<Total> {
    let columns = fields.iter().zip(&report.fields).zip(places);
    let totals = columns.filter_map(|((field, known), place)| {
        let times = match field.reading {
            Reading::InCurrency(_) => return None,
            Reading::Scaled(times) => times,
            _ => 1,
        };
        let read = known.sum.filter(|_| field.ty == Type::Money)?;
        report.footer.iter().rev().find_map(|row| {
            let cell = row.cells.get(*place)?;
            Some(Total {
                line: row.line,
                column: known.header.trim().into(),
                stated: amount(cell, known, times, read)?,
                read,
            })
        })
    });
    totals.collect()
}

/// The amount of a total, in the reading of its column; where the column's cells left that open, in
/// the reading that agrees with the rows, if there is one.
fn amount(cell: &str, known: &FieldReport, times: i64, read: i128) -> Option<i128> {
    let scale = Scale { times, shift: 0 };
    let readings = number::read(cell)?.amount;
    let of = |amount: number::Amount| Some(i128::from(amount.scaled(scale)?.value.0));
    match (readings, known.decimal) {
        (Readings::Agreed(amount) | Readings::Only(_, amount), _) => of(amount),
        (Readings::Open(amount, _), Some(Mark::Point)) => of(amount),
        (Readings::Open(_, amount), Some(Mark::Comma)) => of(amount),
        (Readings::Open(point, comma), None) => {
            let (point, comma) = (of(point), of(comma));
            point
                .filter(|it| *it == read)
                .or(comma.filter(|it| *it == read))
        }
    }
}
