//! Small tables as plain text or Markdown: texts in rows, numbers to the right.
//! For the terminal that nobody decorates and for merge requests; it knows nothing of what it shows.

use unicode_width::UnicodeWidthStr;

/// A table in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// The headers, and whether their column is set to the right.
    pub headers: Vec<(String, bool)>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table without rows; a header that ends with `>` has its column set to the right.
    pub fn new(headers: &[&str]) -> Grid {
        let mut grid = Grid::default();
        for header in headers {
            let name = header.strip_suffix('>');
            grid.column(name.unwrap_or(header), name.is_some());
        }
        grid
    }

    /// One more column.
    pub fn column(&mut self, header: &str, to_the_right: bool) {
        self.headers.push((clean(header), to_the_right));
    }

    /// One more row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows
            .push(cells.iter().map(|text| clean(text)).collect());
    }

    /// As lines of plain text, indented by two spaces.
    pub fn plain(&self) -> String {
        let columns = 0..self.headers.len();
        let widths: Vec<usize> = columns.map(|at| self.width(at)).collect();
        let headers: Vec<String> = self.headers.iter().map(|(name, _)| name.clone()).collect();
        let mut text = String::new();
        for row in std::iter::once(&headers).chain(&self.rows) {
            let mut line = String::from(" ");
            for (at, width) in widths.iter().enumerate() {
                let cell = row.get(at).map_or("", String::as_str);
                let space = " ".repeat(width.saturating_sub(cell.width()));
                line.push(' ');
                if at > 0 {
                    line.push(' ');
                }
                match self.is_to_the_right(at) {
                    true => line.extend([&*space, cell]),
                    false => line.extend([cell, &*space]),
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// As a table of Markdown.
    pub fn markdown(&self) -> String {
        let escaped = |cells: &[String]| -> String {
            let cells = cells.iter().map(|it| it.replace('|', "\\|"));
            format!("| {} |\n", cells.collect::<Vec<String>>().join(" | "))
        };
        let headers: Vec<String> = self.headers.iter().map(|(name, _)| name.clone()).collect();
        let mut text = escaped(&headers);
        for (_, to_the_right) in &self.headers {
            text.push_str(if *to_the_right { "|---:" } else { "|---" });
        }
        text.push_str("|\n");
        self.rows
            .iter()
            .for_each(|row| text.push_str(&escaped(row)));
        text
    }

    fn is_to_the_right(&self, column: usize) -> bool {
        self.headers.get(column).is_some_and(|(_, right)| *right)
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let header = self.headers.get(column).map(|(name, _)| name);
        let widths = cells.chain(header).map(|text| text.width());
        widths.max().unwrap_or(0)
    }
}

/// Texts from files keep to their cell and steer no terminal.
fn clean(text: &str) -> String {
    let is_bad = |letter: char| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter);
    text.replace(is_bad, " ")
}
