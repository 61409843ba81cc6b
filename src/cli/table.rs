//! Tables for people: texts in rows, numbers to the right, fitted to a width by leaving out columns.
//! Numbers are grouped with spaces and have one decimal; see [`crate::value::people`].

use super::render::style::{BOLD, FAINT, paint};
use super::render::{clean_line, shortened};
pub use crate::value::people::{grouped_text, people_count, people_number, people_share};
use comfy_table::{CellAlignment, ContentArrangement, presets};
use unicode_width::UnicodeWidthStr;

/// The widest a cell may be.
const WIDEST: usize = 36;

/// A table in the making.
#[derive(Clone, Debug, Default)]
pub struct Table {
    headers: Vec<String>,
    to_the_right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows; a header that ends with `>` has its column set to the right.
    pub fn new(headers: &[&str]) -> Table {
        let mut table = Table::default();
        for header in headers {
            let name = header.strip_suffix('>');
            table.column(name.unwrap_or(header), name.is_some());
        }
        table
    }

    /// One more column.
    pub fn column(&mut self, header: &str, to_the_right: bool) {
        self.headers.push(cell(header));
        self.to_the_right.push(to_the_right);
    }

    /// One more row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows
            .push(cells.iter().map(|text| cell(text)).collect());
    }

    /// Whether all its columns fit a width.
    pub fn is_within(&self, width: usize) -> bool {
        let widths = (0..self.headers.len()).map(|at| self.width(at) + 2);
        widths.sum::<usize>() <= width
    }

    /// The table as lines of at most `width` characters, indented by two spaces.
    pub fn lines(&self, width: usize) -> String {
        let widths: Vec<usize> = (0..self.headers.len()).map(|at| self.width(at)).collect();
        let mut taken = 0;
        let mut fitting = 0;
        for width_of_column in &widths {
            taken += width_of_column + 2;
            if taken > width && fitting > 0 {
                break;
            }
            fitting += 1;
        }
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(self.headers.iter().take(fitting));
        for row in &self.rows {
            table.add_row(row.iter().take(fitting));
        }
        for (at, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if at == 0 { 2 } else { 1 }, 1));
            if self.to_the_right.get(at) == Some(&true) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut text = String::new();
        for (at, line) in table.lines().enumerate() {
            let line = line.trim_end();
            let line = if at == 0 {
                paint(BOLD, line)
            } else {
                line.to_string()
            };
            text.push_str(&line);
            text.push('\n');
        }
        let left_out = self.headers.len() - fitting;
        if left_out > 0 {
            let plural = if left_out == 1 { "column" } else { "columns" };
            let note = format!("  … and {left_out} more {plural}");
            text.push_str(&paint(FAINT, &note));
            text.push('\n');
        }
        text
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells
            .chain(self.headers.get(column))
            .map(|text| text.width())
            .max()
            .unwrap_or(0)
    }
}

fn cell(text: &str) -> String {
    shortened(&clean_line(text), WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_their_width() {
        let mut table = Table::new(&["name", "count>", "a long header"]);
        table.row(vec!["Ås".into(), "1 000".into(), "x".into()]);
        table.row(vec!["b".into(), "2".into(), "y".into()]);
        let text = anstream::adapter::strip_str(&table.lines(20)).to_string();
        let expected = "  name  count\n  Ås    1 000\n  b         2\n  … and 1 more column\n";
        assert_eq!(text, expected);
    }
}
