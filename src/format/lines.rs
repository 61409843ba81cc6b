//! The lines of the result as they grow, and the comments at their ends → one text. It knows nothing of tokens.

use super::tokens::{Note, width};

/// Comments of neighbouring lines are put below each other if no line is longer than another by more than this.
const COMMENT_REACH: usize = 40;

/// A line of the result.
#[derive(Default)]
struct Line<'t> {
    text: String,
    width: usize,
    comment: Option<&'t str>,
    /// The run of entries it belongs to, whose comments are aligned; 0 for none.
    run: usize,
}

/// The lines written so far; the last one is still open.
#[derive(Default)]
pub(super) struct Lines<'t> {
    list: Vec<Line<'t>>,
}

impl<'t> Lines<'t> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The columns that the open line takes.
    pub fn column(&self) -> usize {
        self.list.last().map_or(0, |line| line.width)
    }

    /// Whether the open line holds nothing but the end of a block.
    pub fn is_at_brace(&self) -> bool {
        self.list
            .last()
            .is_some_and(|line| line.comment.is_none() && line.text.trim_start() == "}")
    }

    /// Begins a line.
    pub fn begin(&mut self, indent: usize) {
        self.list.push(Line {
            text: " ".repeat(indent),
            width: indent,
            ..Line::default()
        });
    }

    /// A blank line.
    pub fn blank_line(&mut self) {
        self.list.push(Line::default());
    }

    /// Adds text that takes so many columns.
    pub fn push(&mut self, text: &str, width: usize) {
        if let Some(line) = self.list.last_mut() {
            line.text.push_str(text);
            line.width += width;
        }
    }

    /// Adds blanks up to a column.
    pub fn pad(&mut self, to: usize) {
        if let Some(line) = self.list.last_mut() {
            let blanks = to.saturating_sub(line.width);
            line.text.extend(std::iter::repeat_n(' ', blanks));
            line.width += blanks;
        }
    }

    /// Writes comments before what follows: one that ended a line stays at the end of the open one, the others get
    /// lines. Gives whether any has a line of its own.
    pub fn comments(
        &mut self,
        notes: &[Note<'t>],
        indent: usize,
        at_top: bool,
        run: usize,
    ) -> bool {
        let mut own_lines = false;
        for (index, note) in notes.iter().enumerate() {
            if index == 0
                && !note.own_line
                && let Some(line) = self.list.last_mut()
                && line.comment.is_none()
            {
                line.comment = Some(note.text);
                line.run = run;
                continue;
            }
            if note.after_blank && (own_lines || !at_top) {
                self.blank_line();
            }
            self.begin(indent);
            self.push(note.text, width(note.text));
            own_lines = true;
        }
        own_lines
    }

    /// All lines as one text, the comments of neighbours below each other.
    pub fn text(self) -> String {
        let mut text = String::new();
        let belongs = |line: &Line, next: &Line| {
            line.comment.is_some() && next.comment.is_some() && line.run == next.run && line.run > 0
        };
        for group in self.list.chunk_by(belongs) {
            let longest = group.iter().map(|line| line.width).max().unwrap_or(0);
            let shortest = group.iter().map(|line| line.width).min().unwrap_or(0);
            for line in group {
                text.push_str(&line.text);
                if let Some(comment) = line.comment {
                    let blanks = if longest - shortest <= COMMENT_REACH {
                        longest - line.width
                    } else {
                        0
                    };
                    text.extend(std::iter::repeat_n(' ', blanks + 2));
                    text.push_str(comment);
                }
                text.push('\n');
            }
        }
        text
    }
}
