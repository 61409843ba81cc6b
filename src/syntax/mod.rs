//! Floor 1: text → tree, the only place that knows pest.
//! `parse` takes any text and gives the tree of all that could be read, the comments by position and one message for
//! each entry that could not. It resolves no names and reads no numbers.

pub mod tree;

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

use pest::Parser;
use pest::iterators::Pair;

pub use comments::{Comment, Comments};

use self::build::Builder;
use self::grammar::{Rule, VektParser};
use self::scan::{Scan, TokenKind};
use self::split::Item;
use self::tree::{Declaration, Expr, Tree};
use crate::base::{Diagnostic, SourceId, Span};

/// Messages for one declaration; after so many the rest of it is left unread.
const MESSAGES: usize = 50;

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
    let scan = scan::scan(source, text);
    let items = split::items(&scan, text);
    let mut reader = Reader {
        source,
        text,
        scan,
        diagnostics: Vec::new(),
    };
    let declarations = items
        .iter()
        .filter_map(|item| reader.declaration(item))
        .collect();
    let mut diagnostics = reader.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span.start));
    Parsed {
        tree: Tree { declarations },
        comments: reader.scan.comments,
        diagnostics,
    }
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
        scan,
        diagnostics: Vec::new(),
    };
    let expression = reader.expression(&item);
    (expression, reader.diagnostics)
}

/// Reads declarations one by one and collects messages.
struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    scan: Scan,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn declaration(&mut self, item: &Item) -> Option<Declaration> {
        if self.scan.text(self.text, item.first) == "}" {
            self.diagnostics.push(mistake::stray_bracket(
                self.source,
                &self.scan,
                self.text,
                item.first,
            ));
            return None;
        }
        if self.is_too_deep(item) {
            return None;
        }
        for open in &item.unclosed {
            self.diagnostics.push(mistake::unclosed_brace(
                self.source,
                &self.scan,
                *open,
                item,
            ));
        }
        let (start, mut slice) = self.slice(item)?;
        for _ in 0..MESSAGES {
            let failure = match VektParser::parse(Rule::one_declaration, &slice) {
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
            let index = self.token_at(item, at);
            self.diagnostics.push(error::diagnostic(
                self.source,
                &self.scan,
                self.text,
                item,
                at,
                &failure,
            ));
            self.blank_entry(item, index, start, &mut slice)?;
        }
        None
    }

    fn expression(&mut self, item: &Item) -> Option<Expr> {
        if self.is_too_deep(item) {
            return None;
        }
        let plain = self.scan.plain.clone();
        match VektParser::parse(Rule::one_expression, &plain) {
            Ok(mut pairs) => {
                let pair = pairs.find(|pair| pair.as_rule() == Rule::expression)?;
                self.build(0, pair, Builder::expression)
            }
            Err(failure) => {
                let at = error::offset(&failure);
                self.diagnostics.push(error::diagnostic(
                    self.source,
                    &self.scan,
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
        let message = depth::too_deep(self.source, &self.scan, self.text, item);
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

    /// Blanks the innermost entry around a token, or the next one outside it that is not blank yet.
    /// `None` where only the whole declaration is left.
    fn blank_entry(
        &self,
        item: &Item,
        index: usize,
        start: usize,
        slice: &mut String,
    ) -> Option<()> {
        let mut index = index;
        loop {
            let entry = split::entry(&self.scan, self.text, item, index)?;
            let tokens = self.scan.tokens.get(entry.first..entry.last).unwrap_or(&[]);
            let tokens: Vec<_> = tokens
                .iter()
                .filter(|token| token.kind != TokenKind::LineEnd)
                .collect();
            if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
                let (from, to) = (first.start - start, last.end - start);
                if slice
                    .get(from..to)
                    .is_some_and(|text| !text.trim().is_empty())
                {
                    let mut bytes = std::mem::take(slice).into_bytes();
                    scan::blank(&mut bytes, from, to);
                    *slice = String::from_utf8(bytes).ok()?;
                    return Some(());
                }
            }
            index = entry.open;
        }
    }
}

/// The span of a pair in its source.
fn span_of(source: SourceId, start: usize, pair: &Pair<Rule>) -> Span {
    let span = pair.as_span();
    Span::new(source, start + span.start(), start + span.end())
}
