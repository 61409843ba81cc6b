//! Where a long expression is broken: before `else`, `then`, `or` and `and`, each on a line; else before the loosest
//! operator, after a comma, before `where` and `by`, where the line would grow too long. A ladder of `else if` that was
//! written over several lines stays one.

use std::ops::Range;

use super::page::{LEVEL, Page, WIDTH};
use super::tokens::Kind;

/// Places to break, the loosest first.
const LEVELS: [&[&str]; 7] = [
    &["else"],
    &["then"],
    &["or"],
    &["and"],
    &["=", "!=", "<", "<=", ">", ">=", "is", "between"],
    &["+", "-"],
    &["*", "/"],
];

/// How many of the levels begin a line at each of their places.
const EACH_ON_A_LINE: usize = 4;

impl Page<'_, '_> {
    /// Writes an expression from the current column; its further lines begin at `hang`.
    /// `reserve` columns are needed behind it.
    pub(super) fn expression(&mut self, range: Range<usize>, hang: usize, reserve: usize) {
        let is_short = self.column() + self.width(range.clone()) + reserve <= WIDTH;
        if is_short && !self.is_ladder(&range) {
            return self.flat(range);
        }
        for level in 0..LEVELS.len() {
            let places = self.operators(range.clone(), level);
            if !places.is_empty() {
                let each = level < EACH_ON_A_LINE;
                return self.broken(range, &places, each, hang, reserve);
            }
        }
        let commas = self.after_commas(range.clone());
        if !commas.is_empty() {
            return self.broken(range, &commas, false, hang, reserve);
        }
        self.parentheses(range, hang, reserve);
    }

    /// Whether an `if` with several `else`s was written over several lines.
    fn is_ladder(&self, range: &Range<usize>) -> bool {
        let places = self.operators(range.clone(), 0);
        let begins_line = |index: &usize| self.token(*index).is_some_and(|it| it.breaks > 0);
        places.len() > 1 && places.iter().any(begins_line)
    }

    /// Writes the pieces between places: all on their own lines, or as many on each as fit.
    fn broken(
        &mut self,
        range: Range<usize>,
        places: &[usize],
        each: bool,
        hang: usize,
        reserve: usize,
    ) {
        let mut from = range.start;
        let ends = places.iter().copied().chain([range.end]);
        for (index, end) in ends.enumerate() {
            if index > 0 {
                let needed = 1 + self.width(from..end) + reserve;
                if each || self.column() + needed > WIDTH {
                    self.lines.begin(hang);
                } else {
                    self.lines.push(" ", 1);
                }
            }
            let inner = if index > 0 || each {
                hang + LEVEL
            } else {
                hang
            };
            // A piece that begins with its operator is broken behind it.
            let begins_with_operator = index > 0 && self.is_operator(from) && from + 1 < end;
            if begins_with_operator && self.column() + self.width(from..end) + reserve > WIDTH {
                self.flat(from..from + 1);
                self.lines.push(" ", 1);
                from += 1;
            }
            self.expression(from..end, inner, reserve);
            from = end;
        }
    }

    /// An expression without operators of its own: a call or parentheses, broken inside.
    fn parentheses(&mut self, range: Range<usize>, hang: usize, reserve: usize) {
        let open = range.clone().find(|index| {
            self.token(*index).is_some_and(|token| {
                token.kind == Kind::Open && token.partner > index + 1 && token.partner < range.end
            })
        });
        let Some((open, close)) =
            open.and_then(|open| self.token(open).map(|token| (open, token.partner)))
        else {
            return self.flat(range);
        };
        self.flat(range.start..open + 1);
        let inner = open + 1..close;
        let mut places = self.after_commas(inner.clone());
        places.extend(
            self.at_top(inner.clone())
                .filter(|index| self.is(*index, "where") || self.is(*index, "by")),
        );
        places.sort_unstable();
        places.retain(|place| *place > inner.start);
        if places.is_empty() {
            self.expression(inner, hang, reserve + 1);
        } else {
            self.broken(inner, &places, false, hang, reserve + 1);
        }
        self.flat(close..close + 1);
        if close + 1 < range.end {
            if self.token(close + 1).is_some_and(|token| !token.is_glued) {
                self.lines.push(" ", 1);
            }
            self.expression(close + 1..range.end, hang, reserve);
        }
    }

    /// The tokens of a range that stand in none of its brackets.
    fn at_top(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let mut index = range.start;
        std::iter::from_fn(move || {
            let current = index;
            if current >= range.end {
                return None;
            }
            index = match self.token(current) {
                Some(token) if token.kind == Kind::Open => token.partner.max(current) + 1,
                _ => current + 1,
            };
            Some(current)
        })
    }

    /// The operators of a level at which a line may begin; never the first token.
    fn operators(&self, range: Range<usize>, level: usize) -> Vec<usize> {
        let words = LEVELS.get(level).copied().unwrap_or(&[]);
        let mut after_between = false;
        let mut places = Vec::new();
        for index in self.at_top(range.clone()) {
            let Some(token) = self.token(index) else {
                break;
            };
            if token.kind == Kind::Literal || token.kind == Kind::Negation {
                continue;
            }
            let belongs_to_between = after_between && token.text == "and";
            after_between = (after_between && !belongs_to_between) || token.text == "between";
            let after_not = index > 0 && self.is(index - 1, "not");
            if index > range.start
                && words.contains(&&*token.text)
                && !belongs_to_between
                && !after_not
            {
                places.push(index);
            }
        }
        places
    }

    fn is_operator(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| {
            token.kind != Kind::Literal && LEVELS.iter().any(|level| level.contains(&&*token.text))
        })
    }

    /// The tokens after the commas that stand in no bracket.
    fn after_commas(&self, range: Range<usize>) -> Vec<usize> {
        self.at_top(range.clone())
            .filter(|index| self.is(*index, ",") && index + 1 < range.end)
            .map(|index| index + 1)
            .collect()
    }
}
