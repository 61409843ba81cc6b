//! Weights of the members of one axis or group, stated step by step by files and scenarios → whole
//! numbers of which only the proportions count, exactly. It sees siblings, never scores.

use crate::base::{Diagnostic, Span};
use crate::model::assembly;
use crate::syntax::tree;
use crate::value::Decimal;
use crate::value::decimal::{ONE, divide_rounded};

/// The weight of a member among its siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// A whole number of which only the proportion to the siblings' counts; their sum is below
    /// 2^63.
    pub(super) value: i128,
    /// As people read it: `40%`, `16.6667%`, `3 of 8`.
    pub(super) text: String,
}

/// How one statement of a weight was computed: its value, and whether it is a percent. `None` where
/// a message is out already.
pub(super) type Evaluate<'e> = &'e mut dyn FnMut(&tree::Expr) -> Option<(Decimal, bool)>;

/// The weights of siblings, `None` for those that were removed. `place` and `what` say whose
/// members they are, for messages: ``the axis `strength` ``.
pub(super) fn weights(
    members: &[assembly::Member],
    evaluate: Evaluate,
    place: Span,
    what: &str,
) -> Result<Vec<Option<Weight>>, Vec<Diagnostic>> {
    let siblings = evaluated(members, evaluate)?;
    let mut work = Siblings {
        members: siblings,
        place,
        what,
        shares: vec![None; members.len()],
    };
    if members.iter().all(|member| member.removed.is_some()) {
        return Err(vec![work.empty(members.is_empty())]);
    }
    let mut steps: Vec<u32> = work
        .members
        .iter()
        .flat_map(|member| member.stated.iter().map(|it| it.step).chain(member.removed))
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let percents = work
        .members
        .iter()
        .any(|it| it.stated.iter().any(|it| it.percent));
    let on_points = percents && work.percents_on_points(steps.first().copied());
    if !on_points {
        work.one_kind()?;
    }
    for (at, step) in steps.iter().enumerate() {
        if !percents || on_points && at == 0 {
            work.points(*step);
        } else if at == 0 {
            work.declared_percents(*step)?;
        } else {
            work.restated_percents(*step)?;
        }
    }
    work.finish(percents)
}

/// A weight as it was stated.
#[derive(Clone, Copy)]
struct Stated {
    step: u32,
    value: i128,
    percent: bool,
    span: Span,
}

struct Sibling {
    stated: Vec<Stated>,
    removed: Option<u32>,
}

impl Sibling {
    fn at(&self, step: u32) -> Option<Stated> {
        self.stated
            .iter()
            .copied()
            .find(|it| it.step == step && self.removed != Some(step))
    }
}

struct Siblings<'a> {
    members: Vec<Sibling>,
    place: Span,
    what: &'a str,
    /// The weights after the steps so far; `None` before a member is added and once it is gone.
    shares: Vec<Option<i128>>,
}

fn evaluated(
    members: &[assembly::Member],
    evaluate: Evaluate,
) -> Result<Vec<Sibling>, Vec<Diagnostic>> {
    let mut complete = true;
    let mut negative = Vec::new();
    let mut siblings = Vec::with_capacity(members.len());
    for member in members {
        let mut stated = Vec::with_capacity(member.weights.len());
        for (step, expr) in &member.weights {
            let Some((value, percent)) = evaluate(expr) else {
                complete = false;
                continue;
            };
            if value < Decimal::ZERO {
                negative.push(
                    Diagnostic::error("weight-negative", "a weight cannot be negative")
                        .at(expr.span, "expected 0 or more"),
                );
            }
            stated.push(Stated {
                step: *step,
                value: i128::from(value.0),
                percent,
                span: expr.span,
            });
        }
        siblings.push(Sibling {
            stated,
            removed: member.removed,
        });
    }
    if complete && negative.is_empty() {
        Ok(siblings)
    } else {
        Err(negative)
    }
}

impl Siblings<'_> {
    /// Refuses percents beside points.
    fn one_kind(&self) -> Result<(), Vec<Diagnostic>> {
        let all = || self.members.iter().flat_map(|member| &member.stated);
        let (percents, points): (Vec<&Stated>, Vec<&Stated>) = all().partition(|it| it.percent);
        if percents.is_empty() || points.is_empty() {
            return Ok(());
        }
        // The fewer are the odd ones out, or those that come later; they are marked first.
        let first_is_percent = all().next().is_some_and(|it| it.percent);
        let fewer = (percents.len(), first_is_percent) < (points.len(), true);
        let (odd, odd_text, rest, rest_text) = if fewer {
            (percents, "a percentage", points, "points")
        } else {
            (points, "points", percents, "a percentage")
        };
        let message = format!("the weights of {} mix percentages and points", self.what);
        let mut diagnostic = Diagnostic::error("weights-mixed", message);
        for it in odd {
            diagnostic = diagnostic.at(it.span, odd_text);
        }
        if let Some(first) = rest.first() {
            diagnostic = diagnostic.at(first.span, rest_text);
        }
        Err(vec![diagnostic.help(
            "write all of them as percentages (`weight 40%`) or all as points (`weight 4`)",
        )])
    }

    /// Whether points are declared and only percents stated later: these are shares of the whole,
    /// and the points share what is left.
    fn percents_on_points(&self, declared: Option<u32>) -> bool {
        let mut all = self.members.iter().flat_map(|member| &member.stated);
        all.all(|it| it.percent == (Some(it.step) != declared))
    }

    fn empty(&self, never_any: bool) -> Diagnostic {
        let (message, help) = if never_any {
            (
                format!("{} has no criteria", self.what),
                "write at least one `criterion`",
            )
        } else {
            (
                format!("nothing is left in {}", self.what),
                "remove the whole of it, or keep a criterion",
            )
        };
        Diagnostic::error("axis-empty", message)
            .at(self.place, "")
            .help(help)
    }

    fn points(&mut self, step: u32) {
        for (share, member) in self.shares.iter_mut().zip(&self.members) {
            if member.removed == Some(step) {
                *share = None;
            } else if let Some(stated) = member.at(step) {
                *share = Some(stated.value);
            }
        }
    }

    /// The percentages of the declaration add up to exactly 100%.
    fn declared_percents(&mut self, step: u32) -> Result<(), Vec<Diagnostic>> {
        let stated = self.stated(step);
        let sum = sum(&stated);
        if sum != i128::from(ONE) {
            return Err(vec![self.off_by("weights-not-100", &stated, sum)]);
        }
        self.shares = self
            .members
            .iter()
            .map(|it| it.at(step).map(|it| it.value))
            .collect();
        Ok(())
    }

    /// What a step states holds; the others share what is left in their old proportions.
    fn restated_percents(&mut self, step: u32) -> Result<(), Vec<Diagnostic>> {
        let whole = i128::from(ONE);
        let stated = self.stated(step);
        let left = whole - sum(&stated);
        for (share, member) in self.shares.iter_mut().zip(&self.members) {
            if member.removed == Some(step) {
                *share = None;
            }
        }
        let is_other = |member: &Sibling| member.at(step).is_none();
        let others: Vec<i128> = self
            .shares
            .iter()
            .zip(&self.members)
            .filter(|(_, member)| is_other(member))
            .filter_map(|(share, _)| *share)
            .collect();
        if others.is_empty() {
            if stated.is_empty() {
                // Everything goes in this step, and something new comes in a later one.
                return Ok(());
            }
            if left != 0 {
                return Err(vec![self.off_by("weights-not-100", &stated, whole - left)]);
            }
        }
        let old: i128 = others.iter().sum();
        if !others.is_empty() && (left < 0 || old == 0 && left > 0) {
            return Err(vec![self.cannot_share(&stated, left)]);
        }
        // A stated one is s/100%, another left/100% of its old proportion w/old: all times 100% · old.
        let unit = old.max(1);
        let mut shares = Vec::with_capacity(self.shares.len());
        for (share, member) in self.shares.iter().zip(&self.members) {
            let new = match (member.at(step), share) {
                (Some(stated), _) => Some(stated.value.checked_mul(unit)),
                (None, Some(share)) => Some(share.checked_mul(left)),
                (None, None) => None,
            };
            shares.push(match new {
                Some(Some(new)) => Some(new),
                Some(None) => return Err(vec![self.too_fine()]),
                None => None,
            });
        }
        self.shares = shares;
        self.reduce();
        Ok(())
    }

    fn reduce(&mut self) {
        let divisor = self
            .shares
            .iter()
            .flatten()
            .fold(0, |all, it| gcd(all, *it));
        if divisor > 1 {
            for share in self.shares.iter_mut().flatten() {
                *share /= divisor;
            }
        }
    }

    fn finish(mut self, percents: bool) -> Result<Vec<Option<Weight>>, Vec<Diagnostic>> {
        // Points are shown as they were stated, not as they are reduced.
        let shown = self.shares.clone();
        self.reduce();
        let total: i128 = self.shares.iter().flatten().sum();
        if total == 0 {
            let mut diagnostic = Diagnostic::error(
                "weights-all-zero",
                format!("all weights of {} are 0", self.what),
            );
            for member in self.members.iter().filter(|it| it.removed.is_none()) {
                if let Some(last) = member.stated.last() {
                    diagnostic = diagnostic.at(last.span, "");
                }
            }
            return Err(vec![
                diagnostic.help("give at least one of them a weight above 0"),
            ]);
        }
        // INVARIANT: below 2^63, so that weights times scores fit an i128 however they are summed.
        if total > i128::from(i64::MAX) {
            return Err(vec![self.too_fine()]);
        }
        let stated_total: i128 = shown.iter().flatten().sum();
        let weights = self.shares.iter().zip(shown).map(|(share, shown)| {
            let (value, shown) = ((*share)?, shown?);
            let text = if percents {
                percent(divide_rounded(value * i128::from(ONE), total))
            } else {
                let wide = crate::value::decimal::wide_text;
                format!("{} of {}", wide(shown), wide(stated_total))
            };
            Some(Weight { value, text })
        });
        Ok(weights.collect())
    }

    fn stated(&self, step: u32) -> Vec<Stated> {
        self.members.iter().filter_map(|it| it.at(step)).collect()
    }

    fn off_by(&self, code: &'static str, stated: &[Stated], sum: i128) -> Diagnostic {
        let miss = sum - i128::from(ONE);
        let side = if miss < 0 { "short of" } else { "over" };
        let message = format!(
            "the weights of {} add up to {}, {} {side} 100%",
            self.what,
            percent(sum),
            percent(miss.abs())
        );
        self.mark(Diagnostic::error(code, message), stated)
            .help("mend a percentage, or write points, which are shared out: `weight 3`")
    }

    fn cannot_share(&self, stated: &[Stated], left: i128) -> Diagnostic {
        let sum = i128::from(ONE) - left;
        let message = if left < 0 {
            format!(
                "the weights stated here for {} add up to {}, more than 100%",
                self.what,
                percent(sum)
            )
        } else {
            format!(
                "the other weights of {} are all 0%, so the {} that are left cannot be shared out",
                self.what,
                percent(left)
            )
        };
        let help = if left < 0 {
            "lower them, to leave something for the others"
        } else {
            "state a weight for each of the others, or remove them"
        };
        self.mark(Diagnostic::error("weights-nothing-left", message), stated)
            .help(help)
    }

    fn too_fine(&self) -> Diagnostic {
        let message = format!(
            "the weights of {} cannot be held exactly after so many restatements",
            self.what
        );
        Diagnostic::error("weights-too-fine", message)
            .at(self.place, "")
            .help("state all of them anew, in rounder percentages")
    }

    fn mark(&self, mut diagnostic: Diagnostic, stated: &[Stated]) -> Diagnostic {
        for it in stated {
            diagnostic = diagnostic.at(it.span, percent(it.value));
        }
        if stated.is_empty() {
            diagnostic = diagnostic.at(self.place, "");
        }
        diagnostic
    }
}

fn sum(stated: &[Stated]) -> i128 {
    stated.iter().map(|it| it.value).sum()
}

/// A fraction in millionths as people read it: with at most four digits after the point.
fn percent(millionths: i128) -> String {
    format!("{}%", crate::value::decimal::wide_text(millionths * 100))
}

fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourceId, Spanned};
    use crate::syntax::tree::{Criterion, Expr, ExprKind, Number, Scale, ScaleKind, Unit};
    use std::sync::Arc;

    const PLACE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    fn expr(text: &str) -> Expr {
        let digits = text.trim_end_matches('%');
        let unit = if digits == text {
            Unit::None
        } else {
            Unit::Percent
        };
        let kind = Arc::new(ExprKind::Number(Number {
            digits: digits.to_owned(),
            exponent: 0,
            unit,
        }));
        Expr { kind, span: PLACE }
    }

    fn evaluate(expr: &Expr) -> Option<(Decimal, bool)> {
        let ExprKind::Number(number) = &*expr.kind else {
            return None;
        };
        let percent = number.unit == Unit::Percent;
        let (negative, digits) = match number.digits.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, &*number.digits),
        };
        let value = Decimal::parse(digits, if percent { -2 } else { 0 })?;
        Some((Decimal(negative * value.0), percent))
    }

    /// Members written as `0:40% 2:50%` (step and weight), `0:40% -3` (removed in step 3).
    fn member(text: &str) -> assembly::Member {
        let mut weights = Vec::new();
        let mut removed = None;
        for part in text.split(' ') {
            match part.split_once(':') {
                Some((step, weight)) => weights.push((step.parse().expect("a step"), expr(weight))),
                None => removed = part.trim_start_matches('-').parse().ok(),
            }
        }
        let node = tree::Member::Criterion(Criterion {
            name: Spanned::new("x".to_owned(), PLACE),
            label: None,
            of: None,
            weight: expr("1"),
            scale: Scale {
                kind: ScaleKind::AsIs { capped: false },
                span: PLACE,
            },
            if_missing: None,
            because: None,
            span: PLACE,
        });
        assembly::Member {
            node,
            members: Vec::new(),
            weights,
            removed,
        }
    }

    fn check(members: &[&str], expected: &str) {
        let members: Vec<assembly::Member> = members.iter().map(|it| member(it)).collect();
        let text = match weights(&members, &mut evaluate, PLACE, "the axis `a`") {
            Ok(weights) => {
                let texts: Vec<String> = weights
                    .into_iter()
                    .map(|it| {
                        it.map_or("gone".to_owned(), |it| {
                            format!("{} ({})", it.text, it.value)
                        })
                    })
                    .collect();
                texts.join(", ")
            }
            Err(messages) => {
                let texts: Vec<String> = messages.into_iter().map(|it| it.message).collect();
                texts.join("; ")
            }
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn declared_percentages_add_up_to_exactly_100() {
        check(&["0:40%", "0:30%", "0:30%"], "40% (4), 30% (3), 30% (3)");
        check(&["0:100%", "0:0%"], "100% (1), 0% (0)");
        check(
            &["0:40%", "0:30%", "0:25.5%"],
            "the weights of the axis `a` add up to 95.5%, 4.5% short of 100%",
        );
        check(
            &["0:33.3333%", "0:66.6668%"],
            "the weights of the axis `a` add up to 100.0001%, 0.0001% over 100%",
        );
        // Also where a later step would mend it.
        check(
            &["0:40%", "0:70% -1"],
            "the weights of the axis `a` add up to 110%, 10% over 100%",
        );
    }

    #[test]
    fn points_are_shared_out() {
        check(&["0:3", "0:4", "0:1"], "3 of 8 (3), 4 of 8 (4), 1 of 8 (1)");
        check(&["0:2", "0:0", "0:2"], "2 of 4 (1), 0 of 4 (0), 2 of 4 (1)");
        check(
            &["0:3 1:5", "0:4 -1", "0:1"],
            "5 of 6 (5), gone, 1 of 6 (1)",
        );
        check(&["0:0.5", "1:1.5"], "0.5 of 2 (1), 1.5 of 2 (3)");
        check(&["0:0", "0:0"], "all weights of the axis `a` are 0");
        check(&["0:0", "0:1 -1"], "all weights of the axis `a` are 0");
        check(&["0:-1", "0:1"], "a weight cannot be negative");
        check(
            &["0:40%", "0:60%", "0:3"],
            "the weights of the axis `a` mix percentages and points",
        );
    }

    #[test]
    fn what_a_step_states_holds_and_the_others_share_the_rest() {
        check(
            &["0:40% 1:50%", "0:30%", "0:20%", "0:10%"],
            "50% (6), 25% (3), 16.6667% (2), 8.3333% (1)",
        );
        check(
            &["0:40%", "0:30%", "0:30% -1"],
            "57.1429% (4), 42.8571% (3), gone",
        );
        // The scenario of section 9: 50% and 20% stated, 10% removed, the rest to one.
        check(
            &["0:40% 1:50%", "0:30%", "0:20% 1:20%", "0:10% -1"],
            "50% (5), 30% (3), 20% (2), gone",
        );
        // Step by step: what the first step stated is shared by the second.
        check(
            &["0:50% 1:80%", "0:25%", "0:25% 2:60%"],
            "35.5556% (16), 4.4444% (2), 60% (27)",
        );
        check(&["0:60%", "0:40%", "1:20%"], "48% (12), 32% (8), 20% (5)");
    }

    #[test]
    fn says_what_cannot_be_shared() {
        check(&["0:40% 1:100%", "0:60%"], "100% (1), 0% (0)");
        check(
            &["0:40% 1:80%", "0:30% 1:30%", "0:30%"],
            "the weights stated here for the axis `a` add up to 110%, more than 100%",
        );
        check(
            &["0:40% 1:80%", "0:60% 1:10%"],
            "the weights of the axis `a` add up to 90%, 10% short of 100%",
        );
        check(
            &["0:100% 1:80%", "0:0%"],
            "the other weights of the axis `a` are all 0%, so the 20% that are left cannot be shared out",
        );
        check(&["0:100%", "0:0% 1:0%"], "100% (1), 0% (0)");
        check(&["0:100% -1"], "nothing is left in the axis `a`");
        check(&["0:100% -1", "2:100%"], "gone, 100% (1)");
    }

    #[test]
    fn never_wraps() {
        let ugly: Vec<String> = ["0:33.3333%", "0:33.3331%", "0:33.3336%"]
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let later = (1..9).filter(|step| step % 3 == at);
                let later: Vec<String> = later.map(|it| format!(" {it}:{it}.1237%")).collect();
                format!("{text}{}", later.concat())
            })
            .collect();
        let ugly: Vec<&str> = ugly.iter().map(String::as_str).collect();
        check(
            &ugly,
            "the weights of the axis `a` cannot be held exactly after so many restatements",
        );
    }
}
