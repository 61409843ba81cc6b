//! Names, texts, numbers and dates. Digits stay text: what they are worth is the model's business.
//! Malformed ones, and the ways of spreadsheets to write them, are refused.

use std::sync::Arc;

use pest::iterators::Pair;
use unicode_normalization::UnicodeNormalization;

use super::{Builder, Children};
use crate::base::{Diagnostic, Span, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::mistake;
use crate::syntax::tree::{Expr, ExprKind, Name, Number, Path, Text, TimeUnit, Unit};

impl Builder {
    /// A name, in the composed form of Unicode: `å` is the same however it was typed.
    pub(super) fn name(&mut self, pair: Pair<Rule>) -> Name {
        let span = self.span(&pair);
        let written = pair.as_str();
        let name = if written.is_ascii() {
            written.to_owned()
        } else {
            written.nfc().collect()
        };
        Spanned::new(name, span)
    }

    pub(super) fn path(&mut self, pair: Pair<Rule>) -> Path {
        let span = self.span(&pair);
        let names = pair.into_inner();
        let names = names.filter(|part| part.as_rule() == Rule::name);
        let names = names.map(|name| self.name(name)).collect();
        Path { names, span }
    }

    /// A path where only a name may stand.
    pub(super) fn path_as_name(&mut self, pair: Pair<Rule>) -> Option<Name> {
        let path = self.path(pair);
        match path.names.as_slice() {
            [name] => Some(name.clone()),
            names => {
                let last = names.last().map_or("", |name| name.value.as_str());
                let message = format!("`{}` is a path, and a plain name belongs here", path.text());
                self.refuse(
                    Diagnostic::error("path-for-name", message)
                        .at(path.span, "")
                        .help(format!("write `{last}`")),
                )
            }
        }
    }

    pub(super) fn text(&mut self, pair: Pair<Rule>) -> Option<Text> {
        let span = self.span(&pair);
        let written = pair.as_str();
        let mut letters = written.chars();
        let first = letters.next();
        letters.next_back();
        let inner = letters.as_str();
        if matches!(first, Some('\'' | '‘' | '’')) {
            return self.refuse(mistake::single_quotes(span, inner));
        }
        let mut value = String::with_capacity(inner.len());
        let mut letters = inner.char_indices();
        while let Some((at, letter)) = letters.next() {
            if letter != '\\' {
                value.push(letter);
                continue;
            }
            match letters.next() {
                Some((_, escaped @ ('"' | '\\' | '“' | '”'))) => value.push(escaped),
                other => {
                    let escaped = other.map_or('\\', |(_, letter)| letter);
                    let start = span.start as usize + first.map_or(1, char::len_utf8) + at;
                    let place = Span::new(self.source, start, start + 1 + escaped.len_utf8());
                    return self.refuse(mistake::unknown_escape(place, escaped));
                }
            }
        }
        Some(Spanned::new(value, span))
    }

    pub(super) fn texts(&mut self, pair: Pair<Rule>) -> Option<Vec<Text>> {
        Children::of(pair)
            .all(Rule::text)
            .into_iter()
            .map(|text| self.text(text))
            .collect()
    }

    pub(super) fn date(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let written = pair.as_str();
        match mistake::date_form(span, written) {
            Some(diagnostic) => self.refuse(diagnostic),
            None => Some(expr(ExprKind::Date(written.to_owned()), span)),
        }
    }

    pub(super) fn number(&mut self, pair: Pair<Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let digits = parts.next()?;
        let written = digits.as_str();
        if let Some(diagnostic) = mistake::malformed_digits(span, written) {
            return self.refuse(diagnostic);
        }
        let (mut exponent, mut unit) = (0, Unit::None);
        for part in parts {
            match (part.as_rule(), part.as_str()) {
                (Rule::scale, "k") => exponent = 3,
                (Rule::scale, "M") => exponent = 6,
                (Rule::scale, _) => exponent = 9,
                _ => unit = self.unit(part)?,
            }
        }
        let number = Number {
            digits: written.to_owned(),
            exponent,
            unit,
        };
        Some(expr(ExprKind::Number(number), span))
    }

    fn unit(&mut self, pair: Pair<Rule>) -> Option<Unit> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::percent_sign => Some(Unit::Percent),
            Rule::currency_code => Some(Unit::Currency(pair.as_str().to_owned())),
            Rule::time_unit => self.time_unit(pair).map(Unit::Time),
            _ => {
                let period = Children::of(pair).one(Rule::period)?;
                let unit = self.time_unit(period)?;
                if unit == TimeUnit::Day {
                    return self.refuse(
                        Diagnostic::error(
                            "period-of-a-day",
                            "a frequency counts per week or longer",
                        )
                        .at(span, "")
                        .help("write `per week`, `per month`, `per quarter` or `per year`"),
                    );
                }
                Some(Unit::Per(unit))
            }
        }
    }

    /// A word for a unit of time: of `time_unit`, `time_word` and `period`.
    pub(super) fn time_unit(&mut self, pair: Pair<Rule>) -> Option<TimeUnit> {
        let word = pair.as_str();
        Some(match word.strip_suffix('s').unwrap_or(word) {
            "min" | "minute" => TimeUnit::Minute,
            "h" | "hour" => TimeUnit::Hour,
            "day" => TimeUnit::Day,
            "week" => TimeUnit::Week,
            "month" => TimeUnit::Month,
            "quarter" => TimeUnit::Quarter,
            _ => TimeUnit::Year,
        })
    }
}

/// An expression from its kind and place.
pub(super) fn expr(kind: ExprKind, span: Span) -> Expr {
    Expr {
        kind: Arc::new(kind),
        span,
    }
}
