//! The model block: name, edition, currency, the range of scores, validity and today.
//! It sets what all later checks stand on; a wrong setting keeps its default.

use super::checker::Checker;
use crate::base::Diagnostic;
use crate::model::program::ScoreRange;
use crate::model::types::Type;
use crate::syntax::tree;
use crate::value::{Date, Decimal};

/// The edition of the language that this release reads.
const EDITION: &str = "2026";

/// What the model block says beside what the checker keeps.
pub(super) struct ModelBlock {
    pub(super) name: String,
    pub(super) valid: Option<(Date, Date)>,
    /// Texts that stand for nothing in cells that may be empty.
    pub(super) missing: Vec<String>,
}

impl<'a> Checker<'a> {
    /// Checks the model block and settles currency and scores.
    pub(super) fn model_block(&mut self) -> ModelBlock {
        let assembly = self.assembly;
        let Some(model) = &assembly.model else {
            let mut message = Diagnostic::error("no-model", "the model has no `model` block")
                .help("write `model \"Name\" { edition 2026, currency NOK }` at the top");
            if let Some(customers) = &assembly.customers {
                message = message.at(customers.name.span, "expected before this");
            }
            self.report(message);
            return ModelBlock {
                name: String::new(),
                valid: None,
                missing: Vec::new(),
            };
        };
        if let Some(edition) = &model.edition
            && edition.value != EDITION
        {
            self.report(
                Diagnostic::error(
                    "unknown-edition",
                    format!("edition `{}` is not known here", edition.value),
                )
                .at(edition.span, format!("known is {EDITION}"))
                .help(format!("write `edition {EDITION}`")),
            );
        }
        self.currency = model.currency.as_ref().map(|code| code.value.clone());
        if let Some(scores) = &model.scores {
            self.score_range(scores);
        }
        ModelBlock {
            name: model.name.value.clone(),
            valid: self.validity(model),
            missing: model
                .missing
                .iter()
                .map(|text| text.value.trim().to_owned())
                .collect(),
        }
    }

    fn score_range(&mut self, scores: &'a tree::Scores) {
        let lowest = self.units(&scores.lowest, &Type::Number).map(Decimal);
        let highest = self.units(&scores.highest, &Type::Number).map(Decimal);
        let decimals = match &scores.decimals {
            Some(tree) => self.score_decimals(tree),
            None => Some(self.scores.decimals),
        };
        let (Some(lowest), Some(highest), Some(decimals)) = (lowest, highest, decimals) else {
            return;
        };
        if lowest >= highest {
            self.report(
                Diagnostic::error(
                    "scores-backwards",
                    format!("scores cannot go from {lowest} to {highest}"),
                )
                .at(scores.span, "the lowest stands first")
                .help("write for example `scores 0 to 10`"),
            );
            return;
        }
        for (bound, tree) in [(lowest, &scores.lowest), (highest, &scores.highest)] {
            if bound.round(decimals) != Some(bound) {
                self.report(
                    Diagnostic::error(
                        "scores-not-rounded",
                        format!("{bound} is not a score with {decimals} decimals"),
                    )
                    .at(tree.span, "needs more decimals than scores have")
                    .help("give `scores` more decimals, or rounder ends"),
                );
                return;
            }
        }
        self.scores = ScoreRange {
            lowest,
            highest,
            decimals,
        };
    }

    fn score_decimals(&mut self, tree: &'a tree::Expr) -> Option<u8> {
        let units = self.units(tree, &Type::Number)?;
        let decimals = (0..=6).find(|digits| Decimal::whole(*digits) == Some(Decimal(units)));
        if decimals.is_none() {
            self.report(
                Diagnostic::error(
                    "scores-decimals",
                    format!("scores cannot have {} decimals", Decimal(units)),
                )
                .at(tree.span, "expected a whole number from 0 to 6")
                .help("write for example `scores 0 to 10 with 2 decimals`"),
            );
        }
        decimals.and_then(|digits| u8::try_from(digits).ok())
    }

    fn validity(&mut self, model: &'a tree::Model) -> Option<(Date, Date)> {
        if let Some(today) = &model.today {
            if matches!(&*today.kind, tree::ExprKind::Date(_)) {
                self.date(today);
            } else {
                self.report(
                    Diagnostic::error("today-not-a-date", "the model's `today` is not a date")
                        .at(today.span, "expected a date")
                        .help("write it as `today 2026-11-21`"),
                );
            }
        }
        let (first, last) = model.valid.as_ref()?;
        let (from, to) = (self.date(first), self.date(last));
        let (from, to) = (from?, to?);
        if from > to {
            self.report(
                Diagnostic::error(
                    "valid-backwards",
                    format!("the model cannot be valid from {from} to {to}"),
                )
                .at(first.span.join(last.span), "the later day stands first")
                .help(format!("write `valid {to} to {from}`")),
            );
            return None;
        }
        let today = self.settings.today;
        if today < from || today > to {
            self.report(
                Diagnostic::warning(
                    "today-outside-valid",
                    format!("today, {today}, lies outside the days for which the model is valid"),
                )
                .at(first.span.join(last.span), format!("{from} to {to}"))
                .help("look through the model and prolong `valid`, or run it for another day with `--today`"),
            );
        }
        Some((from, to))
    }
}
