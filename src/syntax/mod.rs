//! Floor 1: text → tree, the only place that knows pest.
//! `parse` takes any text and gives the tree of all that could be read, the comments by position and one message for
//! each entry that could not. It resolves no names and reads no numbers.

pub mod tree;

mod again;
mod braces;
mod build;
mod comments;
mod depth;
mod error;
mod grammar;
mod mistake;
mod operators;
mod pattern;
mod scan;
mod split;
mod typing;

use std::borrow::Cow;

use pest::Parser;
use pest::iterators::Pair;
use rayon::prelude::*;

pub use again::{Again, Words};
pub use comments::{Comment, Comments};
pub use scan::{Token, TokenKind};
pub use typing::{Piece, PieceKind, begins_declaration, is_unfinished, pieces};

use self::build::Builder;
use self::grammar::{Rule, VektParser};
use self::scan::Scan;
use self::split::Item;
use self::tree::{Declaration, Expr, Tree};
use crate::base::{Diagnostic, SourceId, Span};

/// Messages for one declaration; after so many the rest of it is left unread.
const MESSAGES: usize = 50;

/// A file of more bytes is read by several threads.
const LONG: usize = 4 * 1024;

/// What a rule file's text gives.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// All declarations that could be read.
    pub tree: Tree,
    /// The comments.
    pub comments: Comments,
    /// What could not be read, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a rule file. Every text gives a result; what is wrong with it is in the diagnostics.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    read(source, text).0
}

/// The same with the words of the text, for whoever lays it out and reads what was laid out.
pub fn read(source: SourceId, text: &str) -> (Parsed, Words<'_>) {
    let mut scan = scan::scan(source, text);
    let mut mended = Cow::Borrowed(text);
    let mut diagnostics = Vec::new();
    while let Some((next, message)) = braces::mended(source, &mended, &scan) {
        scan = scan::scan(source, &next);
        mended = Cow::Owned(next);
        diagnostics.push(message);
        if diagnostics.len() > MESSAGES {
            break;
        }
    }
    let items = split::items(&scan, &mended);
    let read = |item: &Item| read_item(source, &mended, &scan, item);
    // Declarations know nothing of each other, so those of a long file are read side by side.
    let parts: Vec<_> = if mended.len() > LONG {
        items.par_iter().map(read).collect()
    } else {
        items.iter().map(read).collect()
    };
    let mut declarations = Vec::with_capacity(parts.len());
    for (declaration, messages) in parts {
        declarations.extend(declaration);
        diagnostics.extend(messages);
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span.start));
    let parsed = Parsed {
        tree: Tree { declarations },
        comments: scan.comments,
        diagnostics,
    };
    let words = Words {
        text: mended,
        tokens: scan.tokens,
        items,
    };
    (parsed, words)
}

/// Reads one declaration.
fn read_item(
    source: SourceId,
    text: &str,
    scan: &Scan,
    item: &Item,
) -> (Option<Declaration>, Vec<Diagnostic>) {
    let mut reader = Reader {
        source,
        text,
        scan,
        diagnostics: Vec::new(),
    };
    (reader.declaration(item), reader.diagnostics)
}

/// Reads one expression, as `--set` and the bench take them.
pub fn parse_expression(source: SourceId, text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    let scan = scan::scan(source, text);
    let item = Item {
        first: 0,
        last: scan.tokens.len(),
        unclosed: Vec::new(),
    };
    let mut reader = Reader {
        source,
        text,
        scan: &scan,
        diagnostics: Vec::new(),
    };
    let expression = reader.expression(&item);
    (expression, reader.diagnostics)
}

/// The tokens of a text and its comments, as the grammar sees them: what a formatter lays out anew.
pub fn tokens(source: SourceId, text: &str) -> (Vec<Token>, Comments) {
    let scan = scan::scan(source, text);
    (scan.tokens, scan.comments)
}

/// Reads declarations one by one and collects messages.
struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    scan: &'t Scan,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn declaration(&mut self, item: &Item) -> Option<Declaration> {
        if self.scan.text(self.text, item.first) == "}" {
            self.diagnostics.push(mistake::stray_bracket(
                self.source,
                self.scan,
                self.text,
                item.first,
            ));
            return None;
        }
        if self.is_too_deep(item) {
            return None;
        }
        for open in &item.unclosed {
            let last = braces::last_before(self.scan, item.last).unwrap_or(*open);
            self.diagnostics
                .push(mistake::unclosed_brace(self.source, self.scan, *open, last));
        }
        let (start, mut slice) = self.slice(item)?;
        for _ in 0..MESSAGES {
            let quick = VektParser::parse(Rule::one_declaration, &slice);
            let parsed = quick.or_else(|_| VektParser::parse(Rule::careful_declaration, &slice));
            let failure = match parsed {
                Ok(mut pairs) => {
                    let pair = pairs.find(|pair| pair.as_rule() == Rule::declaration)?;
                    return self.build(start, pair, Builder::declaration);
                }
                Err(failure) => failure,
            };
            // What stands in a block that was closed for the user is not judged: one message is enough.
            if !item.unclosed.is_empty() {
                return None;
            }
            let at = error::offset(&failure) + start;
            let diagnostic =
                error::diagnostic(self.source, self.scan, self.text, item, at, &failure);
            let (from, to) = diagnostic.labels.first().map_or((at, at), |label| {
                (label.span.start as usize, label.span.end as usize)
            });
            // What was blanked may have been only half of what is wrong: it is said once.
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
            let from = self.token_at(item, from);
            let to = self.token_at(item, to.saturating_sub(1));
            self.blank_entries(item, from, to, start, &mut slice)?;
        }
        None
    }

    fn expression(&mut self, item: &Item) -> Option<Expr> {
        if self.is_too_deep(item) {
            return None;
        }
        let plain = self.scan.plain.clone();
        let quick = VektParser::parse(Rule::one_expression, &plain);
        match quick.or_else(|_| VektParser::parse(Rule::careful_expression, &plain)) {
            Ok(mut pairs) => {
                let pair = pairs.find(|pair| pair.as_rule() == Rule::expression)?;
                self.build(0, pair, Builder::expression)
            }
            Err(failure) => {
                let at = error::offset(&failure);
                self.diagnostics.push(error::diagnostic(
                    self.source,
                    self.scan,
                    self.text,
                    item,
                    at,
                    &failure,
                ));
                None
            }
        }
    }

    fn build<'i, T>(
        &mut self,
        start: usize,
        pair: Pair<'i, Rule>,
        rule: fn(&mut Builder, Pair<'i, Rule>) -> Option<T>,
    ) -> Option<T> {
        let mut builder = Builder::new(self.source, start);
        let built = rule(&mut builder, pair);
        self.diagnostics.extend(builder.diagnostics);
        built
    }

    fn is_too_deep(&mut self, item: &Item) -> bool {
        let message = depth::too_deep(self.source, self.scan, self.text, item);
        let refused = message.is_some();
        self.diagnostics.extend(message);
        refused
    }

    /// Where a declaration begins, and its text for the grammar, with its open braces closed.
    fn slice(&self, item: &Item) -> Option<(usize, String)> {
        let start = self.scan.tokens.get(item.first)?.start;
        let end = self.scan.tokens.get(item.last.checked_sub(1)?)?.end;
        let mut slice = self.scan.plain.get(start..end)?.to_owned();
        for _ in &item.unclosed {
            slice.push_str("\n}");
        }
        Some((start, slice))
    }

    /// The token that an error at this offset speaks of.
    fn token_at(&self, item: &Item, at: usize) -> usize {
        let tokens = self.scan.tokens.get(..item.last).unwrap_or(&[]);
        let index = tokens.partition_point(|token| token.end <= at);
        let ends = |index: usize| {
            let sign = self.scan.text(self.text, index);
            index >= item.last || matches!(sign, "," | "}") || self.is_line_end(index)
        };
        let mut index = index;
        while index > item.first && ends(index) {
            index -= 1;
            if !self.is_line_end(index) {
                break;
            }
        }
        index
    }

    fn is_line_end(&self, index: usize) -> bool {
        self.scan
            .tokens
            .get(index)
            .is_some_and(|token| token.kind == TokenKind::LineEnd)
    }

    /// Blanks the innermost entries from one token to another, or the next one outside that is not blank yet.
    /// `None` where only the whole declaration is left.
    fn blank_entries(
        &self,
        item: &Item,
        from: usize,
        to: usize,
        start: usize,
        slice: &mut String,
    ) -> Option<()> {
        let mut index = from;
        let mut last = to.max(from);
        loop {
            let entry = split::entry(self.scan, self.text, item, index)?;
            let end = split::entry(self.scan, self.text, item, last)
                .filter(|end| end.open == entry.open)
                .map_or(entry.last, |end| end.last);
            let tokens = self.scan.tokens.get(entry.first..end).unwrap_or(&[]);
            let mut tokens = tokens
                .iter()
                .filter(|token| token.kind != TokenKind::LineEnd);
            if let Some(first) = tokens.next() {
                let from = first.start - start;
                let to = tokens.next_back().unwrap_or(first).end - start;
                let written = slice.get(from..to).unwrap_or("");
                if !written
                    .trim_matches(|letter: char| letter.is_whitespace() || letter == ',')
                    .is_empty()
                {
                    let mut bytes = std::mem::take(slice).into_bytes();
                    scan::blank(&mut bytes, from, to);
                    scan::single_line_ends(&mut bytes);
                    *slice = String::from_utf8(bytes).ok()?;
                    return Some(());
                }
            }
            index = entry.open;
            last = entry.open;
        }
    }
}

/// The span of a pair in its source, without the blanks that pest takes along at its end.
fn span_of(source: SourceId, start: usize, pair: &Pair<Rule>) -> Span {
    let from = start + pair.as_span().start();
    Span::new(source, from, from + pair.as_str().trim_end().len())
}
