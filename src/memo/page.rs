//! A memo as blocks, and the two ways in which it is shown: Markdown, and plain text.
//! It lays out and words nothing.

use unicode_width::UnicodeWidthStr;

/// Begins what stands out; no text of people has it.
pub const STRONG: char = '\u{e000}';
/// Ends what stands out.
pub const PLAIN: char = '\u{e001}';

/// A part of a memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A heading below a heading.
    Subheading(String),
    /// A paragraph.
    Paragraph(String),
    /// Items, each of one or more sentences.
    List(Vec<String>),
    /// A table with its headers.
    Table(Vec<String>, Vec<Vec<String>>),
    /// The line on which people sign.
    Signature(String),
}

/// A memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    title: String,
    blocks: Vec<Block>,
}

impl Page {
    /// An empty page.
    pub fn new(title: &str) -> Page {
        Page {
            title: title.to_owned(),
            blocks: Vec::new(),
        }
    }

    /// One more part.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// A heading with items below it; nothing where there is none.
    pub fn list(&mut self, heading: String, items: Vec<String>) {
        if !items.is_empty() {
            self.push(Block::Heading(heading));
            self.push(Block::List(items));
        }
    }

    /// The parts.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The memo as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", escaped(&self.title));
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(text) => out.push_str(&format!("## {}\n", escaped(text))),
                Block::Subheading(text) => out.push_str(&format!("### {}\n", escaped(text))),
                Block::Paragraph(text) => out.push_str(&format!("{}\n", escaped(text))),
                Block::Signature(text) => out.push_str(&format!("{}\n", escaped(text))),
                Block::List(items) => {
                    for item in items {
                        out.push_str(&format!("- {}\n", escaped(item)));
                    }
                }
                Block::Table(head, rows) => {
                    let line = |cells: &[String]| {
                        let cells: Vec<String> = cells.iter().map(|it| escaped(it)).collect();
                        format!("| {} |\n", cells.join(" | "))
                    };
                    out.push_str(&line(head));
                    out.push_str(&format!("|{}\n", "---|".repeat(head.len())));
                    out.extend(rows.iter().map(|row| line(row)));
                }
            }
        }
        out
    }

    /// The memo as plain text of that width.
    pub fn plain(&self, width: usize) -> String {
        let width = width.clamp(50, 100);
        let mut out = format!("{}\n{}\n", self.title, "=".repeat(self.title.width()));
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(text) => {
                    out.push_str(&format!("{text}\n{}\n", "-".repeat(text.width())));
                }
                Block::Subheading(text) => out.push_str(&format!("{text}\n")),
                Block::Paragraph(text) | Block::Signature(text) => {
                    out.push_str(&wrapped(text, "", "", width));
                }
                Block::List(items) => {
                    for item in items {
                        out.push_str(&wrapped(item, "- ", "  ", width));
                    }
                }
                Block::Table(head, rows) => {
                    for row in rows {
                        out.push_str(&wrapped(&row_text(head, row), "- ", "  ", width));
                    }
                }
            }
        }
        out.replace([STRONG, PLAIN], "")
    }
}

/// A row of a table as a line: its first cell, then what stands under the other headers.
fn row_text(head: &[String], row: &[String]) -> String {
    let first = row.first().map_or("", String::as_str);
    let rest = head
        .iter()
        .zip(row)
        .skip(1)
        .filter(|(_, cell)| !cell.is_empty());
    let rest: Vec<String> = rest
        .map(|(head, cell)| match head.is_empty() {
            true => cell.clone(),
            false => format!("{}: {cell}", lower(head)),
        })
        .collect();
    format!("{first}. {}.", capital(&rest.join("; ")))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A reason or a label as a sentence of its own.
pub fn sentence(text: &str) -> String {
    match text.trim_end() {
        ended if ended.ends_with(['.', '!', '?', '…']) => ended.to_owned(),
        open => format!("{open}."),
    }
}

/// A text with a capital first letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A text broken into lines; no line is broken at a no-break space.
fn wrapped(text: &str, first: &str, other: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.width() + 1 + word.width() > width {
            out.push_str(&line);
            out.push('\n');
            line = other.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out + &line + "\n"
}

/// A text in which nothing means anything to Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '<' | '[' | '\\' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' => out.push(' '),
            STRONG | PLAIN => out.push_str("**"),
            other => out.push(other),
        }
    }
    out
}
