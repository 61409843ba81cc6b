//! Tables of text: columns as wide as what stands in them, numbers to the right, long cells cut. It
//! computes nothing and knows no colour.

use crate::value::people::people_count;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The widest a cell may be.
const WIDEST: usize = 40;

/// A table in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    to_the_right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Layout {
    /// A table with these headers; one that ends with `>` has its column set to the right.
    pub(super) fn new(headers: &[&str]) -> Layout {
        let mut layout = Layout::default();
        let mut row = Vec::new();
        for header in headers {
            let name = header.strip_suffix('>');
            layout.to_the_right.push(name.is_some());
            row.push(clean(name.unwrap_or(header)));
        }
        layout.rows.push(row);
        layout
    }

    /// One more row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows
            .push(cells.iter().map(|cell| cut(&clean(cell), WIDEST)).collect());
    }

    /// Whether there is no row below the headers.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// The lines, indented by two; columns that do not fit are left out and counted.
    pub(super) fn lines(&self, width: usize) -> String {
        let columns = self.to_the_right.len();
        let widths: Vec<usize> = (0..columns)
            .map(|at| {
                let cells = self.rows.iter().filter_map(|row| row.get(at));
                cells.map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        let mut fitting = 0;
        let mut taken = 0;
        for wide in &widths {
            taken += wide + 2;
            if taken > width && fitting > 0 {
                break;
            }
            fitting += 1;
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, wide), right) in row
                .iter()
                .zip(&widths)
                .zip(&self.to_the_right)
                .take(fitting)
            {
                let blank = " ".repeat(wide.saturating_sub(cell.width()));
                line.push_str("  ");
                if *right {
                    line.push_str(&blank);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&blank);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        match columns - fitting {
            0 => {}
            1 => text.push_str("  … and 1 more column\n"),
            more => text.push_str(&format!("  … and {more} more columns\n")),
        }
        text
    }
}

/// Text without what could steer a terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// Text of at most that width.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.into();
    }
    let mut short = String::new();
    let mut taken = 1;
    for letter in text.chars() {
        taken += letter.width().unwrap_or(0);
        if taken > width {
            break;
        }
        short.push(letter);
    }
    short.push('…');
    short
}

/// Lines of at most that width.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let lines = text
        .lines()
        .map(|line| cut(&clean(line), width.max(20)) + "\n");
    lines.collect()
}

/// `1 customer`, `1 200 customers`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", people_count(count)),
    }
}
