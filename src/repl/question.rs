//! A question typed at the bench, taken apart: expressions, `where`, `by`, `for "KEY"`, `top N by …`.
//! Every part is a place in the text; nothing is looked up.

use crate::base::{Diagnostic, SourceId, Span};
use crate::syntax::{Piece, PieceKind, pieces};
use std::ops::Range;

/// A question taken apart; every part is a place in its text.
#[derive(Debug, Default)]
pub(super) struct Question {
    /// The expressions.
    pub(super) values: Vec<Range<usize>>,
    /// `where`
    pub(super) filter: Option<Range<usize>>,
    /// `by`, for groups
    pub(super) by: Option<Range<usize>>,
    /// `for "KEY"`
    pub(super) key: Option<String>,
    /// `top N` or `bottom N`, and by what
    pub(super) most: Option<Most>,
}

#[derive(Debug)]
pub(super) struct Most {
    pub(super) top: bool,
    pub(super) count: usize,
    pub(super) by: Option<Range<usize>>,
}

impl Question {
    pub(super) fn is_list(&self) -> bool {
        self.values.len() > 1 || self.filter.is_some() || self.most.is_some()
    }

    /// Whether `by` begins groups here.
    fn may_group(&self, part: Part) -> bool {
        self.by.is_none() && matches!(part, Part::Value | Part::Filter)
    }

    /// Takes a question apart.
    pub(super) fn of(input: &str) -> Result<Question, Box<Diagnostic>> {
        let pieces: Vec<Piece> = pieces(input)
            .into_iter()
            .filter(|it| !matches!(it.kind, PieceKind::LineEnd | PieceKind::Comment))
            .collect();
        let text = |at: usize| {
            let piece: Option<&Piece> = pieces.get(at);
            piece
                .and_then(|it| input.get(it.start..it.end))
                .unwrap_or("")
        };
        let kind = |at: usize| pieces.get(at).map(|it| it.kind);
        let mut question = Question::default();
        let mut part = Part::Value;
        let mut start = 0;
        let mut ranked = false;
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let word = text(at);
            let bare = piece.depth == 0 && piece.kind == PieceKind::Word;
            let counted = kind(at + 1) == Some(PieceKind::Number);
            if let Some(place) = decimal_comma(&pieces, at) {
                let written = input.get(place.clone()).unwrap_or("");
                let help = written.replace(',', ".");
                let mut wrong = unclear(&place, &format!("`{written}` has a decimal comma"));
                wrong.code = "decimal-comma";
                let help = format!("write `{help}`, or a space behind the comma of a list");
                return Err(wrong.help(help).into());
            }
            if piece.depth == 0 && word == "," && !matches!(part, Part::Filter) {
                question.close(part, start..piece.start);
                (part, start, ranked) = (Part::Value, piece.end, false);
            } else if bare && word == "in" && matches!(text(at + 1), "top" | "bottom") {
                // `revenue in top 10 by region` is an expression of the language.
                ranked = true;
                at += 1;
            } else if bare && word == "where" && matches!(part, Part::Value | Part::By) {
                question.close(part, start..piece.start);
                (part, start, ranked) = (Part::Filter, piece.end, false);
            } else if bare && matches!(word, "top" | "bottom") && counted {
                question.close(part, start..piece.start);
                let count = text(at + 1).replace('_', "").parse();
                let Ok(count) = count else {
                    let place = piece.start..pieces.get(at + 1).map_or(piece.end, |it| it.end);
                    return Err(unclear(&place, "this is no count")
                        .help("write for example `top 10`")
                        .into());
                };
                question.most = Some(Most {
                    top: word == "top",
                    count,
                    by: None,
                });
                at += 1;
                (part, start) = (Part::Order, pieces.get(at).map_or(input.len(), |it| it.end));
                if text(at + 1) == "by" {
                    at += 1;
                    start = pieces.get(at).map_or(input.len(), |it| it.end);
                    part = Part::OrderBy;
                }
            } else if bare && word == "by" && !ranked && question.may_group(part) {
                question.close(part, start..piece.start);
                (part, start) = (Part::By, piece.end);
            } else if bare && word == "by" {
                ranked = false;
            } else if bare
                && word == "for"
                && at > 0
                && matches!(kind(at + 1), Some(PieceKind::Word | PieceKind::Number))
            {
                let begin = pieces.get(at + 1).map_or(piece.end, |it| it.start);
                let place = begin..pieces.last().map_or(begin, |it| it.end);
                let key = input.get(place.clone()).unwrap_or("");
                return Err(unclear(&place, "the key of a customer stands in quotes")
                    .help(format!("write `for \"{key}\"`"))
                    .into());
            } else if bare && word == "for" && kind(at + 1) == Some(PieceKind::Text) {
                question.close(part, start..piece.start);
                question.key = Some(unquoted(text(at + 1)));
                at += 1;
                (part, start) = (
                    Part::Nothing,
                    pieces.get(at).map_or(input.len(), |it| it.end),
                );
            }
            at += 1;
        }
        let end = pieces.last().map_or(input.len(), |it| it.end);
        if matches!(part, Part::Nothing | Part::Order) {
            if start < end {
                let diagnostic = unclear(&(start..end), "more stands here than was understood");
                let help = "write `VALUE for \"KEY\"` or `VALUE, … where CONDITION top N by VALUE`";
                return Err(diagnostic.help(help).into());
            }
        } else {
            question.close(part, start..end);
        }
        Ok(question)
    }

    fn close(&mut self, part: Part, place: Range<usize>) {
        match part {
            Part::Value => self.values.push(place),
            Part::Filter => self.filter = Some(place),
            Part::By => self.by = Some(place),
            Part::OrderBy => {
                if let Some(most) = &mut self.most {
                    most.by = Some(place);
                }
            }
            Part::Order | Part::Nothing => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Value,
    Filter,
    By,
    Order,
    OrderBy,
    Nothing,
}

/// A number that a comma stands in, between its digits.
fn decimal_comma(pieces: &[Piece], comma: usize) -> Option<Range<usize>> {
    let number = |at: usize| pieces.get(at).filter(|it| it.kind == PieceKind::Number);
    let (before, after) = (number(comma.checked_sub(1)?)?, number(comma + 1)?);
    let comma = pieces.get(comma)?;
    let close = before.end == comma.start && comma.end == after.start;
    let one = comma.end == comma.start + 1 && comma.depth == 0;
    (close && one).then_some(before.start..after.end)
}

/// A question that cannot be taken apart.
pub(super) fn unclear(place: &Range<usize>, message: &str) -> Diagnostic {
    let span = Span::new(SourceId(0), place.start, place.end);
    Diagnostic::error("unclear-question", message).at(span, "")
}

fn unquoted(text: &str) -> String {
    let quotes = ['"', '“', '”', '„', '\'', '‘', '’'];
    let inner = text.trim_start_matches(quotes).trim_end_matches(quotes);
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}
