//! How deeply a declaration is nested, counted over tokens before anything recurses into it.
//! 64 levels are accepted and 65 refused, on every machine.

use super::scan::{Scan, TokenKind};
use super::split::{Item, ends_line};
use crate::base::{Diagnostic, SourceId, Span};

/// Levels of brackets, `if`s and repeated prefixes that are accepted.
const LEVELS: usize = 64;
/// Arithmetic operators of one entry that are accepted: a chain of them makes a tree as deep.
const OPERATIONS: usize = 200;

/// What one pair of parentheses adds: itself and the prefixes before it, and the `if`s inside.
#[derive(Clone, Copy, Default)]
struct Level {
    base: usize,
    ifs: usize,
}

/// A message where the declaration is nested too deeply or an expression too long.
pub(super) fn too_deep(
    source: SourceId,
    scan: &Scan,
    text: &str,
    item: &Item,
) -> Option<Diagnostic> {
    let mut levels = vec![Level::default()];
    let mut braces = 0_usize;
    let mut prefixes = 0_usize;
    let mut operations = 0_usize;
    let mut after_operand = false;
    for index in item.first..item.last {
        let token = scan.tokens.get(index)?;
        let word = scan.text(text, index);
        let was_operand = after_operand;
        after_operand = matches!(
            token.kind,
            TokenKind::Number | TokenKind::Text | TokenKind::Close
        );
        match (token.kind, word) {
            (TokenKind::Open, "{") => {
                braces += 1;
                levels.truncate(1);
                levels.fill(Level::default());
                operations = 0;
            }
            (TokenKind::Close, "}") => {
                braces = braces.saturating_sub(1);
                levels.truncate(1);
                levels.fill(Level::default());
                operations = 0;
            }
            (TokenKind::Open, _) => {
                levels.push(Level {
                    base: 1 + prefixes.saturating_sub(1),
                    ifs: 0,
                });
            }
            (TokenKind::Close, _) if levels.len() > 1 => {
                levels.pop();
            }
            (TokenKind::LineEnd, _) if !ends_line(scan, text, index) => after_operand = was_operand,
            (TokenKind::LineEnd, _) | (TokenKind::Sign, ",") => {
                if let Some(level) = levels.last_mut() {
                    level.ifs = 0;
                }
                if levels.len() == 1 {
                    operations = 0;
                }
            }
            (TokenKind::Sign, "->") => operations = 0,
            (TokenKind::Word, "if") if scan.text(text, index + 1) != "missing" => {
                if let Some(level) = levels.last_mut() {
                    level.ifs += 1;
                }
            }
            (TokenKind::Word, "default") | (TokenKind::Sign, "+" | "*" | "/" | "-" | "−" | "–") =>
            {
                operations += 1;
            }
            (TokenKind::Word, _) => after_operand = !is_operator_word(word),
            (TokenKind::Sign, "%") => after_operand = true,
            _ => {}
        }
        let is_prefix = !was_operand && matches!(word, "-" | "−" | "–" | "!") || word == "not";
        prefixes = if is_prefix { prefixes + 1 } else { 0 };
        let depth = levels
            .iter()
            .map(|level| level.base + level.ifs)
            .sum::<usize>()
            + prefixes.saturating_sub(1);
        let place = Span::new(source, token.start, token.end);
        if depth > LEVELS || braces > LEVELS {
            return Some(
                Diagnostic::error("too-deep", "this is nested more than 64 levels deep")
                    .at(place, "level 65")
                    .help("give the inner parts names of their own with `let`"),
            );
        }
        if operations > OPERATIONS {
            return Some(
                Diagnostic::error(
                    "too-long",
                    "this expression has more than 200 arithmetic operations",
                )
                .at(place, "operation 201")
                .help("give parts of it names of their own with `let`"),
            );
        }
    }
    None
}

fn is_operator_word(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "if"
            | "then"
            | "else"
            | "is"
            | "between"
            | "default"
            | "where"
            | "when"
    )
}
