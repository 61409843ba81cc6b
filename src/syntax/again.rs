//! A text that was read and another with the same words → which declarations of the other the grammar must read.
//! What differs only in blanks that the grammar does not look at is read as it was; everything else is read anew.

use std::borrow::Cow;

use rayon::prelude::*;

use super::scan::{self, Token, TokenKind};
use super::split::{self, Item};
use super::tree::Declaration;
use super::{Comments, LONG, braces, parse, read_item};
use crate::base::{Diagnostic, SourceId};

/// Signs beside which a blank says nothing: no word, number, text or other sign of the grammar reaches over them.
/// INVARIANT: a test reads with and without blanks beside each of them.
const LOOSE: [&str; 17] = [
    ",", "(", ")", "[", "]", "{", "}", "|", "=", "->", "<", ">", "<=", ">=", "!=", "==", "\n",
];

/// The word of the declaration of which the tree keeps a text with its blanks, for the headers of columns.
const AS_WRITTEN: &str = "output";

/// The words of a text that was read.
#[derive(Debug)]
pub struct Words<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) tokens: Vec<Token>,
    pub(super) items: Vec<Item>,
}

/// What reading a text beside another gives.
#[derive(Debug)]
pub struct Again {
    /// The declarations that could be read; `None` for one whose words are those of the other text.
    pub declarations: Vec<Option<Declaration>>,
    /// The comments.
    pub comments: Comments,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Words<'_> {
    /// The tokens of the text, as the grammar sees them.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Reads another text: of its declarations those whose words differ from the one in the same place.
    pub fn read_again(&self, source: SourceId, text: &str) -> Again {
        let scan = scan::scan(source, text);
        let items = split::items(&scan, text);
        if items.len() != self.items.len() || braces::mended(source, text, &scan).is_some() {
            let parsed = parse(source, text);
            return Again {
                declarations: parsed.tree.declarations.into_iter().map(Some).collect(),
                comments: parsed.comments,
                diagnostics: parsed.diagnostics,
            };
        }
        let read = |(item, before): (&Item, &Item)| {
            let known = item.unclosed.is_empty()
                && words(text, &scan.tokens, item).eq(words(&self.text, &self.tokens, before))
                && !words(text, &scan.tokens, item).any(|(word, _)| word == AS_WRITTEN);
            (!known).then(|| read_item(source, text, &scan, item))
        };
        let parts: Vec<_> = if text.len() > LONG {
            items.par_iter().zip(&self.items).map(read).collect()
        } else {
            items.iter().zip(&self.items).map(read).collect()
        };
        let (mut declarations, mut diagnostics) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts {
            match part {
                None => declarations.push(None),
                Some((declaration, messages)) => {
                    declarations.extend(declaration.map(Some));
                    diagnostics.extend(messages);
                }
            }
        }
        Again {
            declarations,
            comments: scan.comments,
            diagnostics,
        }
    }
}

/// The words of a declaration, each with whether a blank that counts stands before it. Of several line ends in a row the
/// grammar sees one.
fn words<'w>(
    text: &'w str,
    tokens: &'w [Token],
    item: &Item,
) -> impl Iterator<Item = (&'w str, bool)> {
    let tokens = tokens.get(item.first..item.last).unwrap_or(&[]);
    let mut before: Option<(&Token, bool)> = None;
    tokens.iter().filter_map(move |token| {
        let word = text.get(token.start..token.end).unwrap_or("");
        let is_loose = token.kind != TokenKind::Word && LOOSE.contains(&word);
        let last = before.replace((token, is_loose));
        match last {
            Some((last, _)) if last.kind == TokenKind::LineEnd && last.kind == token.kind => None,
            Some((last, false)) if !is_loose => Some((word, last.end < token.start)),
            _ => Some((word, false)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::grammar::{Rule, VektParser};
    use pest::Parser;

    const FILES: [&str; 6] = [
        include_str!("../../examples/abc-balance/model.vekt"),
        include_str!("../../examples/categories/model.vekt"),
        include_str!("../../examples/key-account-matrix/model.vekt"),
        include_str!("../../examples/profit-segments/model.vekt"),
        include_str!("../../examples/two-by-two/model.vekt"),
        include_str!("../../tests/syntax/constructs.vekt"),
    ];

    /// The text with other blanks: where they count as many more, and beside loose signs some or none.
    fn respaced(text: &str, beside_loose: &str) -> String {
        let scan = scan::scan(SourceId(0), text);
        let mut written = String::new();
        let mut last: Option<(&Token, bool)> = None;
        for token in &scan.tokens {
            let word = &text[token.start..token.end];
            let is_loose = LOOSE.contains(&word);
            if let Some((last, was_loose)) = last {
                let merges = matches!(
                    (&text[last.start..last.end], word),
                    (
                        "=" | "<" | ">" | "!" | "-" | "|",
                        "=" | "<" | ">" | "|" | "->"
                    )
                );
                match is_loose || was_loose {
                    true if !merges => written.push_str(beside_loose),
                    true => written.push(' '),
                    false if last.end < token.start => written.push_str("   "),
                    false => {}
                }
            }
            written.push_str(word);
            last = Some((token, is_loose));
        }
        written
    }

    /// What the grammar reads in each declaration: its rules, and the words of those that hold no others.
    fn readings(text: &str) -> Vec<Vec<(Rule, String)>> {
        let scan = scan::scan(SourceId(0), text);
        let items = split::items(&scan, text);
        let read = |item: &Item| {
            let (first, last) = (&scan.tokens[item.first], &scan.tokens[item.last - 1]);
            let slice = &scan.plain[first.start..last.end];
            let pairs = VektParser::parse(Rule::one_declaration, slice).ok()?;
            let flat = pairs.flatten().map(|pair| {
                let is_leaf = pair.clone().into_inner().next().is_none();
                let text = pair.as_str().split_whitespace().collect::<String>();
                (pair.as_rule(), if is_leaf { text } else { String::new() })
            });
            Some(flat.collect())
        };
        items.iter().filter_map(read).collect()
    }

    #[test]
    fn blanks_beside_loose_signs_and_more_blanks_elsewhere_say_nothing() {
        for text in FILES {
            let wanted = readings(text);
            assert!(!wanted.is_empty());
            for beside_loose in ["", " ", "  "] {
                let other = respaced(text, beside_loose);
                assert_eq!(readings(&other), wanted, "{other}");
                let (parsed, known) = crate::syntax::read(SourceId(0), text);
                let again = known.read_again(SourceId(0), &other);
                assert_eq!(again.declarations.len(), parsed.tree.declarations.len());
                for declaration in again.declarations.iter().flatten() {
                    let place = declaration.span.start as usize..declaration.span.end as usize;
                    let written = &other[place];
                    assert!(written.contains(AS_WRITTEN), "read again: {written}");
                }
            }
        }
    }

    #[test]
    fn what_says_something_else_is_read_again() {
        let text = "let a = 2026-01-01\nlet b = x.y\nlet c = 5 %\nlet d = -1\nlet e = \"a b\"\n";
        let (_, known) = crate::syntax::read(SourceId(0), text);
        let read = |other: &str| {
            let again = known.read_again(SourceId(0), other);
            again.declarations.iter().flatten().count()
        };
        assert_eq!(read(text), 0);
        assert_eq!(read(&text.replace("2026-01-01", "2026 - 01 - 01")), 1);
        assert_eq!(read(&text.replace(" = -1", "=-1")), 0);
        assert_eq!(read(&text.replace("5 %", "5%")), 1);
        assert_eq!(read(&text.replace("-1", "- 1")), 1);
        assert_eq!(read(&text.replace("a b", "a  b")), 1);
        assert_eq!(read(&text.replace("let e", "let f")), 1);
        assert_eq!(read(&text.replace("let e", "let b = 1\nlet e")), 6);
        let broken = known.read_again(SourceId(0), &text.replace("x.y", "x . y"));
        assert_eq!(
            (broken.declarations.len(), broken.diagnostics.len()),
            (4, 1)
        );
    }
}
