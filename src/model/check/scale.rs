//! Scales: points, thresholds and scores are computed and brought to the units of what is scored.
//! What no value could reach, and what no score could be, is refused here.

use super::checker::Checker;
use super::ladder::{Rung, symbol};
use crate::base::{Diagnostic, Span, Spanned};
use crate::model::program::{Expr, Literal, Scale};
use crate::model::types::Type;
use crate::syntax::tree::{self, CompareOperator, ScaleKind};
use crate::value::Decimal;

impl<'a> Checker<'a> {
    /// A score in the model's range, rounded to its decimals.
    pub(super) fn score(&mut self, tree: &'a tree::Expr) -> Option<Decimal> {
        let score = Decimal(self.units(tree, &Type::Score)?);
        let range = self.scores;
        let rounded = score.round(range.decimals)?;
        if rounded < range.lowest || rounded > range.highest {
            self.report(
                Diagnostic::error(
                    "score-out-of-range",
                    format!("{score} is outside the model's scores"),
                )
                .at(
                    tree.span,
                    format!("scores go from {} to {}", range.lowest, range.highest),
                )
                .help("choose a score in the range, or give the model another one with `scores`"),
            );
            return None;
        }
        Some(rounded)
    }

    /// A scale for a value; without one (it was wrong) only the scores are looked at.
    pub(super) fn scale(&mut self, tree: &'a tree::Scale, value: Option<&Expr>) -> Option<Scale> {
        let needs_order = matches!(
            tree.kind,
            ScaleKind::Ramp { .. }
                | ScaleKind::Curve(_)
                | ScaleKind::Bands { .. }
                | ScaleKind::Ranked { .. }
        );
        // Scores are checked in any case; what depends on the value only if it fits the scale.
        let value = value.filter(|value| !needs_order || self.check_ordered(tree, value));
        match &tree.kind {
            ScaleKind::Ramp { worst, best } => self.ramp(tree.span, worst, best, value),
            ScaleKind::Curve(points) => self.curve(tree.span, points, value),
            ScaleKind::Bands { bands, otherwise } => {
                self.bands(tree.span, bands, otherwise.as_ref(), value)
            }
            ScaleKind::Match { arms, otherwise } => {
                self.match_(tree.span, arms, otherwise.as_ref(), value)
            }
            ScaleKind::AsIs { capped } => {
                let value = value?;
                if matches!(value.ty, Type::Score | Type::Number) {
                    return Some(Scale::AsIs { capped: *capped });
                }
                self.report(
                    Diagnostic::error(
                        "scale-type",
                        format!("{} is not a score as it is", with_article(&value.ty)),
                    )
                    .at(tree.span, "expected a score or a number")
                    .at(value.span, value.ty.name())
                    .help("score it with a `ramp`, a `curve`, `bands` or a `match`"),
                );
                None
            }
            ScaleKind::Ranked {
                steps,
                less_is_better,
            } => {
                let steps = match steps {
                    Some(steps) => Some(self.rank_steps(steps)?),
                    None => None,
                };
                value?;
                Some(Scale::Ranked {
                    steps,
                    less_is_better: *less_is_better,
                })
            }
        }
    }

    fn check_ordered(&mut self, tree: &'a tree::Scale, value: &Expr) -> bool {
        if value.ty.is_ordered() {
            return true;
        }
        self.report(
            Diagnostic::error(
                "scale-type",
                format!(
                    "{} has no larger and smaller values",
                    with_article(&value.ty)
                ),
            )
            .at(tree.span, "needs values in an order")
            .at(value.span, value.ty.name())
            .help("score it with `match { \"a\" -> 10, otherwise -> 3 }`"),
        );
        false
    }

    fn ramp(
        &mut self,
        span: Span,
        worst: &'a tree::Expr,
        best: &'a tree::Expr,
        value: Option<&Expr>,
    ) -> Option<Scale> {
        let ty = &value?.ty;
        let ends = (self.units(worst, ty), self.units(best, ty));
        let (worst, best) = (ends.0?, ends.1?);
        if worst == best {
            self.report(
                Diagnostic::error("ramp-flat", "the ramp ends where it begins")
                    .at(span, "the worst and the best value are the same")
                    .help("write `ramp WORST to BEST`, such as `ramp 0 to 10`"),
            );
            return None;
        }
        Some(Scale::Ramp { worst, best })
    }

    fn curve(
        &mut self,
        span: Span,
        points: &'a [tree::CurvePoint],
        value: Option<&Expr>,
    ) -> Option<Scale> {
        let mut checked: Vec<(i64, Decimal)> = Vec::new();
        let mut complete = points.len() >= 2;
        if !complete {
            self.report(
                Diagnostic::error("curve-too-short", "a curve needs two points or more")
                    .at(span, format!("found {}", points.len()))
                    .help("write `curve { 0 -> 0, 10 -> 10 }`"),
            );
        }
        let mut before: Option<(i64, Span)> = None;
        for point in points {
            let score = self.score(&point.score);
            let x = value.and_then(|value| self.units(&point.value, &value.ty));
            if let (Some(x), Some((earlier, place))) = (x, before)
                && x <= earlier
            {
                self.report(
                    Diagnostic::error("curve-order", "the points of a curve must increase")
                        .at(point.value.span, "not above the point before it")
                        .at(place, "the point before it")
                        .help("write the points from the smallest value to the largest"),
                );
                complete = false;
            }
            before = x.map(|x| (x, point.value.span)).or(before);
            match (x, score) {
                (Some(x), Some(score)) => checked.push((x, score)),
                _ => complete = false,
            }
        }
        complete.then_some(Scale::Curve(checked))
    }

    fn bands(
        &mut self,
        span: Span,
        bands: &'a [tree::Band],
        otherwise: Option<&'a tree::Expr>,
        value: Option<&Expr>,
    ) -> Option<Scale> {
        let mut rungs = Vec::new();
        let mut checked = Vec::new();
        let mut complete = true;
        for band in bands {
            let score = self.score(&band.score);
            let operator = self.ladder_operator(&band.operator);
            let threshold = value.and_then(|value| self.units(&band.threshold, &value.ty));
            let (Some(score), Some(operator), Some(threshold)) = (score, operator, threshold)
            else {
                complete = false;
                continue;
            };
            rungs.push(Rung {
                operator,
                threshold,
                span: band.operator.span.join(band.threshold.span),
            });
            checked.push((operator, threshold, score));
        }
        if bands.is_empty() {
            self.report(
                Diagnostic::error("no-bands", "there is no band besides `otherwise`")
                    .at(span, "every value would score the same")
                    .help("write `bands { >= 10 -> 10, otherwise -> 1 }`"),
            );
        }
        let score = match otherwise {
            Some(otherwise) => self.score(otherwise),
            None => {
                self.report(
                    Diagnostic::error("bands-without-otherwise", "the bands leave values out")
                        .at(span, "no `otherwise`")
                        .help("end with `otherwise -> SCORE`"),
                );
                None
            }
        };
        if let Some(value) = value {
            let ends = self.ends(value);
            self.check_ladder(&rungs, otherwise.map(|tree| tree.span), ends, &value.ty);
        }
        complete.then_some(Scale::Bands {
            bands: checked,
            otherwise: score?,
        })
    }

    fn match_(
        &mut self,
        span: Span,
        arms: &'a [tree::MatchArm],
        otherwise: Option<&'a tree::Expr>,
        value: Option<&Expr>,
    ) -> Option<Scale> {
        let mut checked: Vec<(Literal, Decimal)> = Vec::new();
        let mut places: Vec<Span> = Vec::new();
        let mut complete = true;
        for arm in arms {
            let score = self.score(&arm.score);
            for tree in &arm.values {
                let Some(literal) = value.and_then(|value| self.matched(tree, &value.ty)) else {
                    complete = false;
                    continue;
                };
                let first = checked
                    .iter()
                    .zip(&places)
                    .find(|((there, _), _)| *there == literal)
                    .map(|(_, place)| *place);
                if let Some(first) = first {
                    self.report(
                        Diagnostic::error("match-twice", "this value stands twice in the match")
                            .at(tree.span, "never reached")
                            .at(first, "first")
                            .help("leave one of them out"),
                    );
                } else {
                    // A wrong score still covers its value.
                    checked.push((literal, score.unwrap_or_default()));
                    places.push(tree.span);
                }
            }
            complete &= score.is_some();
        }
        let score = match otherwise {
            Some(otherwise) => Some(self.score(otherwise)?),
            None => None,
        };
        let value = value?;
        if complete {
            self.check_cover(span, &checked, otherwise, &value.ty);
        }
        complete.then_some(Scale::Match {
            arms: checked,
            otherwise: score,
        })
    }

    /// A value of a match: a literal of the type; numbers may be constants.
    fn matched(&mut self, tree: &'a tree::Expr, ty: &Type) -> Option<Literal> {
        if ty.is_numeric() {
            self.units(tree, ty).map(Literal::Number)
        } else {
            self.literal(tree, ty)
        }
    }

    fn check_cover(
        &mut self,
        span: Span,
        arms: &[(Literal, Decimal)],
        otherwise: Option<&'a tree::Expr>,
        ty: &Type,
    ) {
        let all: Vec<(Literal, String)> = match ty {
            Type::OneOf(texts) | Type::Steps(texts) => texts
                .iter()
                .zip(0..)
                .map(|(text, at)| (Literal::Choice(at), format!("\"{text}\"")))
                .collect(),
            Type::Segment(segmentation) => self
                .segmentations
                .get(segmentation.0)
                .map(|outline| outline.segments.as_slice())
                .unwrap_or_default()
                .iter()
                .zip(0..)
                .map(|((name, _), at)| (Literal::Choice(at), format!("`{name}`")))
                .collect(),
            Type::Flag => [(true, "`yes`"), (false, "`no`")]
                .map(|(flag, text)| (Literal::Flag(flag), text.to_owned()))
                .into(),
            _ => Vec::new(),
        };
        let missing: Vec<&str> = all
            .iter()
            .filter(|(literal, _)| !arms.iter().any(|(arm, _)| arm == literal))
            .map(|(_, text)| text.as_str())
            .collect();
        match otherwise {
            None if all.is_empty() => self.report(
                Diagnostic::error("match-without-otherwise", "the match leaves values out")
                    .at(span, "no `otherwise`")
                    .help("end with `otherwise -> SCORE`"),
            ),
            None if !missing.is_empty() => self.report(
                Diagnostic::error(
                    "match-without-otherwise",
                    format!("the match leaves out {}", missing.join(", ")),
                )
                .at(span, "no `otherwise`")
                .help("give each a score, or end with `otherwise -> SCORE`"),
            ),
            Some(otherwise) if !all.is_empty() && missing.is_empty() => self.report(
                Diagnostic::warning(
                    "otherwise-never",
                    "`otherwise` is never reached: every value stands above it",
                )
                .at(otherwise.span, "never reached")
                .help("leave it out"),
            ),
            _ => {}
        }
    }

    fn rank_steps(&mut self, tree: &'a tree::Expr) -> Option<u32> {
        let units = self.units(tree, &Type::Number)?;
        let whole = units / 1_000_000;
        if units % 1_000_000 == 0 && whole >= 2 {
            return u32::try_from(whole).ok();
        }
        self.report(
            Diagnostic::error(
                "rank-steps",
                format!("a ranking cannot be cut in {} steps", Decimal(units)),
            )
            .at(tree.span, "expected a whole number of 2 or more")
            .help("write for example `ranked in 5 steps`"),
        );
        None
    }

    /// An operator of a ladder: one that has larger values on one side.
    pub(super) fn ladder_operator(
        &mut self,
        operator: &Spanned<CompareOperator>,
    ) -> Option<CompareOperator> {
        if !matches!(
            operator.value,
            CompareOperator::Equal | CompareOperator::NotEqual
        ) {
            return Some(operator.value);
        }
        self.report(
            Diagnostic::error(
                "band-operator",
                format!("a band cannot begin with `{}`", symbol(operator.value)),
            )
            .at(operator.span, "expected `>=`, `>`, `<` or `<=`")
            .help("for single values write a `match`"),
        );
        None
    }
}

/// A type's name with its article.
pub(super) fn with_article(ty: &Type) -> String {
    match ty {
        Type::Money | Type::Text | Type::OneOf(_) | Type::Steps(_) | Type::Months => {
            ty.name().to_owned()
        }
        _ => format!("a {}", ty.name()),
    }
}
