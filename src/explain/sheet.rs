//! Lines and tables of text with inks, which whoever shows them turns into colours or leaves out.
//! It measures and pads; it prints nothing.

use unicode_width::UnicodeWidthStr;

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As it is.
    Plain,
    /// A heading or what matters most.
    Bold,
    /// Beside the point.
    Faint,
    /// It holds.
    Good,
    /// It does not.
    Bad,
}

/// Turns a text in an ink into what is shown.
pub type Paint<'p> = &'p dyn Fn(Ink, &str) -> String;

/// Leaves every ink out.
pub fn plain(_: Ink, text: &str) -> String {
    text.to_owned()
}

/// A table in the making: cells with inks, columns padded to their widest cell.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Which columns stand to the right.
    right: Vec<bool>,
    rows: Vec<Vec<(Ink, String)>>,
}

impl Grid {
    /// A table whose columns stand to the right where `>` says so: `"<>>"`.
    pub fn new(columns: &str) -> Grid {
        Grid {
            right: columns.chars().map(|it| it == '>').collect(),
            rows: Vec::new(),
        }
    }

    /// One more row.
    pub fn row(&mut self, cells: Vec<(Ink, String)>) {
        self.rows.push(cells);
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, indented, with two spaces between columns.
    pub fn lines(&self, indent: usize, paint: Paint<'_>) -> String {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|(_, text)| text.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = " ".repeat(indent);
            let last = row
                .iter()
                .rposition(|(_, text)| !text.is_empty())
                .unwrap_or(0);
            for (at, (ink, cell)) in row.iter().enumerate().take(last + 1) {
                let wide = widths.get(at).copied().unwrap_or(0);
                let gap = " ".repeat(wide.saturating_sub(cell.width()));
                let to_the_right = self.right.get(at) == Some(&true);
                if to_the_right {
                    line.push_str(&gap);
                }
                line.push_str(&paint(*ink, cell));
                if at < last {
                    if !to_the_right {
                        line.push_str(&gap);
                    }
                    line.push_str("  ");
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A text broken into lines of at most `width` columns, each indented.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let full = indent + line.width() + 1 + word.width() > width;
        if full && !line.is_empty() {
            out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Grid, Ink, plain, wrapped};

    #[test]
    fn columns_line_up() {
        let mut grid = Grid::new("<>");
        for (name, number) in [("Ås", "1 000"), ("b", "2")] {
            grid.row(vec![(Ink::Plain, name.into()), (Ink::Bold, number.into())]);
        }
        assert_eq!(grid.lines(2, &plain), "  Ås  1 000\n  b       2\n");
        assert_eq!(wrapped("one two three", 2, 9), "  one two\n  three\n");
    }
}
