//! pest's pairs → the tree: one function for each grammar rule, of the same name, split by area.
//! What the grammar accepts too much of is refused here with a sentence; then the smallest thing around it is left out.

mod axis;
mod dataset;
mod declaration;
mod expression;
mod literal;
mod segments;
mod service;
mod test;

use pest::iterators::Pair;

use super::grammar::Rule;
use super::tree::Because;
use crate::base::{Diagnostic, SourceId, Span};

/// Builds the tree of one declaration and collects what it refuses.
pub(super) struct Builder {
    source: SourceId,
    start: usize,
    /// What was refused.
    pub diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// A builder for pairs whose offsets count from `start`.
    pub fn new(source: SourceId, start: usize) -> Self {
        Builder {
            source,
            start,
            diagnostics: Vec::new(),
        }
    }

    fn span(&self, pair: &Pair<Rule>) -> Span {
        super::span_of(self.source, self.start, pair)
    }

    /// Reports and leaves out.
    fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        None
    }

    /// A part that may stand once: the first of them, and a message where there are more.
    fn once<'i>(
        &mut self,
        children: &mut Children<'i>,
        rule: Rule,
        word: &str,
    ) -> Option<Pair<'i, Rule>> {
        let mut all = children.all(rule).into_iter();
        let first = all.next();
        if let (Some(first), Some(second)) = (&first, all.next()) {
            let diagnostic =
                Diagnostic::error("repeated-part", format!("`{word}` stands here twice"))
                    .at(self.span(&second), "the second")
                    .at(self.span(first), "the first")
                    .help("leave one of them out");
            self.diagnostics.push(diagnostic);
        }
        first
    }

    fn because(&mut self, children: &mut Children) -> Because {
        let pair = self.once(children, Rule::because, "because")?;
        Children::of(pair)
            .one(Rule::text)
            .and_then(|text| self.text(text))
    }
}

/// The inner pairs of a pair, taken by rule.
struct Children<'i> {
    pairs: Vec<Option<Pair<'i, Rule>>>,
}

impl<'i> Children<'i> {
    fn of(pair: Pair<'i, Rule>) -> Self {
        Children {
            pairs: pair.into_inner().map(Some).collect(),
        }
    }

    /// Takes the first child of a rule.
    fn one(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.one_of(&[rule])
    }

    /// Takes the first child of one of some rules.
    fn one_of(&mut self, rules: &[Rule]) -> Option<Pair<'i, Rule>> {
        self.pairs
            .iter_mut()
            .find(|slot| {
                slot.as_ref()
                    .is_some_and(|pair| rules.contains(&pair.as_rule()))
            })?
            .take()
    }

    /// Takes all children of a rule.
    fn all(&mut self, rule: Rule) -> Vec<Pair<'i, Rule>> {
        self.all_of(&[rule])
    }

    /// Takes all children of some rules, in order.
    fn all_of(&mut self, rules: &[Rule]) -> Vec<Pair<'i, Rule>> {
        self.pairs
            .iter_mut()
            .filter(|slot| {
                slot.as_ref()
                    .is_some_and(|pair| rules.contains(&pair.as_rule()))
            })
            .filter_map(Option::take)
            .collect()
    }

    /// Takes the first child that is neither a word nor a sign.
    fn first(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|pair| !is_token(pair.as_rule())))?
            .take()
    }

    /// Whether a child of that rule is there.
    fn has(&self, rule: Rule) -> bool {
        self.find(rule).is_some()
    }

    /// The first child of a rule, left in its place.
    fn find(&self, rule: Rule) -> Option<&Pair<'i, Rule>> {
        self.pairs
            .iter()
            .flatten()
            .find(|pair| pair.as_rule() == rule)
    }
}

/// Whether a rule is a sign or a word of the language.
// INVARIANT: these stand last in the grammar, signs before words; a test holds it.
fn is_token(rule: Rule) -> bool {
    rule >= Rule::open_brace || matches!(rule, Rule::separator | Rule::EOI)
}

#[cfg(test)]
mod tests {
    use super::{Rule, is_token};

    #[test]
    fn words_stand_last_in_the_grammar() {
        for rule in Rule::all_rules() {
            let name = format!("{rule:?}");
            assert!(is_token(*rule) || !name.starts_with("k_"), "{name}");
            assert!(
                !is_token(*rule) || *rule <= Rule::backslash || name.starts_with("k_"),
                "{name}"
            );
        }
    }
}
