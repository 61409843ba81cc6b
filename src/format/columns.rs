//! The columns of a run of neighbouring entries: the parts of each with their widths → where each column starts.
//! A part that has nothing in the next column may reach into it; one that is very long pushes nothing.

use super::marks::Part;

/// The parts of an entry's first line.
#[derive(Default)]
pub(super) struct Row {
    cells: Vec<Cell>,
}

struct Cell {
    column: usize,
    width: usize,
    part: Part,
}

impl Row {
    /// Adds a part to the right; one that would go back to the left belongs to no column.
    pub fn push(&mut self, column: usize, width: usize, part: Part) {
        if self.cells.last().is_none_or(|last| last.column < column) {
            self.cells.push(Cell {
                column,
                width,
                part,
            });
        }
    }
}

/// Where the columns of a run start.
#[derive(Default)]
pub(super) struct Columns {
    /// The start and the gap before it; `None` where no entry has the column.
    places: Vec<Option<(usize, usize)>>,
}

impl Columns {
    /// The columns of these rows.
    pub fn of(rows: &[Row], indent: usize) -> Columns {
        let mut columns = Columns {
            places: vec![Some((indent, 0))],
        };
        let count = rows
            .iter()
            .filter_map(|row| row.cells.last())
            .map(|cell| cell.column + 1)
            .max()
            .unwrap_or(0);
        for column in 1..count {
            let place = columns.place(column, rows);
            columns.places.push(place);
        }
        columns
    }

    fn place(&self, column: usize, rows: &[Row]) -> Option<(usize, usize)> {
        let mut end = 0;
        let mut sharing = 0;
        let mut gaps = None;
        for row in rows {
            let Some(at) = row.cells.iter().position(|cell| cell.column == column) else {
                continue;
            };
            let (Some(before), Some(cell)) = (
                at.checked_sub(1).and_then(|at| row.cells.get(at)),
                row.cells.get(at),
            ) else {
                continue;
            };
            sharing += 1;
            gaps = gaps.or(Some((cell.part.gap, cell.part.shared_gap)));
            if before.width <= before.part.longest {
                let (start, _) = self.get(before.column)?;
                end = end.max(start + before.part.counts_as.unwrap_or(before.width));
            }
        }
        let (alone, shared) = gaps?;
        let gap = if sharing > 1 { shared } else { alone };
        Some((if end > 0 { end + gap } else { 0 }, gap))
    }

    /// The start of a column and the gap before it.
    pub fn get(&self, column: usize) -> Option<(usize, usize)> {
        self.places.get(column).copied().flatten()
    }
}
