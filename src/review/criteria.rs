//! The criteria of a run → those that score nearly everyone alike, pairs that count the same thing
//! twice, bands and arms that no customer meets.

use super::ranks::{correlation, places};
use super::{FEW, Run};
use crate::base::Diagnostic;
use crate::model::program::{Bound, Literal, Member, MemberKind, Program, Scale, ScoreRange};
use crate::model::proof::written;
use crate::model::types::Type;
use crate::plan::MemberPlan;
use crate::value::people::people_count;
use crate::value::{Column, Decimal, Values};

/// Nearly everyone: so many in a hundred.
const NEARLY_ALL: usize = 95;
/// Alike: within this part of the range of scores.
const ALIKE: i64 = 20;
/// Two criteria whose orders agree more than this count the same thing.
const THE_SAME: f64 = 0.9;

/// A criterion with what it scored, one for each customer who takes part.
struct Scored<'r> {
    name: String,
    axis: usize,
    member: &'r Member,
    scores: Vec<Option<i64>>,
}

/// Looks at all criteria.
pub(super) fn criteria(run: &Run<'_>, found: &mut Vec<Diagnostic>) {
    let mut spread: Vec<Scored<'_>> = Vec::new();
    for (at, (axis, plan)) in run
        .program
        .axes
        .iter()
        .zip(&run.plan.results.axes)
        .enumerate()
    {
        for (member, plan) in axis.members.iter().zip(&plan.members) {
            let MemberKind::Criterion {
                value,
                scale,
                written: limits,
                ..
            } = &member.kind
            else {
                continue;
            };
            if member.weight == 0 {
                continue;
            }
            let scored = Scored {
                name: format!("{}.{}", axis.name, member.path),
                axis: at,
                member,
                scores: run.numbers(plan.score),
            };
            match alike(&scored, run.program.scores) {
                Some(message) => found.push(message),
                None => spread.push(scored),
            }
            unmet(run, member, plan, (&value.ty, limits), scale, found);
        }
    }
    for (at, one) in spread.iter().enumerate() {
        for other in spread.iter().skip(at + 1) {
            found.extend(the_same(one, other));
        }
    }
}

fn alike(scored: &Scored<'_>, range: ScoreRange) -> Option<Diagnostic> {
    let mut scores: Vec<i64> = scored.scores.iter().flatten().copied().collect();
    scores.sort_unstable();
    if scores.len() < FEW {
        return None;
    }
    let width = (range.highest.0 - range.lowest.0) / ALIKE;
    // The most customers whose scores lie that close together.
    let (mut from, mut best) = (0, (0, 0, 0));
    for (to, high) in scores.iter().enumerate() {
        while scores.get(from).is_some_and(|low| high - low > width) {
            from += 1;
        }
        let count = to + 1 - from;
        if count > best.0 {
            best = (count, scores.get(from).copied().unwrap_or(*high), *high);
        }
    }
    let (count, low, high) = best;
    if count * 100 < NEARLY_ALL * scores.len() {
        return None;
    }
    let score = |units: i64| Decimal(units).fixed(range.decimals);
    let place = match low == high {
        true => score(low),
        false => format!("{} to {}", score(low), score(high)),
    };
    let message = format!(
        "`{}` gives {} of {} customers {place}: it tells hardly anybody apart",
        scored.name,
        people_count(count),
        people_count(scores.len())
    );
    Some(
        Diagnostic::warning("criterion-alike", message)
            .at(scored.member.span, "scores nearly everyone alike")
            .help("set the limits of its scale to the values in the data, or leave it out"),
    )
}

fn the_same(one: &Scored<'_>, other: &Scored<'_>) -> Option<Diagnostic> {
    let both = one.scores.iter().zip(&other.scores);
    let (a, b): (Vec<i64>, Vec<i64>) = both.filter_map(|(a, b)| Some(((*a)?, (*b)?))).unzip();
    if a.len() < FEW {
        return None;
    }
    let rho = correlation(&places(&a), &places(&b))?;
    if rho <= THE_SAME {
        return None;
    }
    let message = format!(
        "`{}` and `{}` put customers in the same order (rank correlation {rho:.2})",
        one.name, other.name
    );
    let help = match one.axis == other.axis {
        true => "together they count the same thing twice: leave one out, or give them one weight",
        false => "the axes share what they measure, so customers gather along the diagonal",
    };
    Some(
        Diagnostic::warning("criteria-correlated", message)
            .at(other.member.span, "counts the same thing")
            .at(one.member.span, "as this")
            .help(help),
    )
}

/// Bands and arms that no customer meets.
fn unmet(
    run: &Run<'_>,
    member: &Member,
    plan: &MemberPlan,
    (ty, limits): (&Type, &Type),
    scale: &Scale,
    found: &mut Vec<Diagnostic>,
) {
    let Some(register) = plan.value else {
        return;
    };
    let Some(column) = run.outcome.register(register, run.inputs) else {
        return;
    };
    if run
        .included()
        .filter(|row| !column.is_missing(*row))
        .count()
        < FEW
    {
        return;
    }
    let missed: Vec<(&'static str, String)> = match scale {
        Scale::Bands { bands, .. } => {
            let mut met = vec![false; bands.len()];
            for number in run.numbers(register).into_iter().flatten() {
                let bound = |(operator, limit, _): &(_, i64, Decimal)| Bound {
                    operator: *operator,
                    limit: *limit,
                    span: member.span,
                };
                let first = bands.iter().position(|band| bound(band).holds(number));
                if let Some(met) = first.and_then(|at| met.get_mut(at)) {
                    *met = true;
                }
            }
            let missed = bands.iter().zip(met).filter(|(_, met)| !met);
            missed
                .map(|((operator, limit, _), _)| {
                    let bound = Bound {
                        operator: *operator,
                        limit: *limit,
                        span: member.span,
                    };
                    let limit = constant(run.program, limits, &Literal::Number(*limit));
                    ("band", format!("{} {limit}", bound.sign()))
                })
                .collect()
        }
        Scale::Match { arms, .. } => arms
            .iter()
            .filter(|(arm, _)| !run.included().any(|row| is(&column, row, arm)))
            .map(|(arm, _)| ("value", constant(run.program, ty, arm)))
            .collect(),
        _ => return,
    };
    for (what, text) in missed {
        let (code, message) = match what {
            "band" => ("band-unmet", format!("no customer meets the band `{text}`")),
            _ => ("arm-unmet", format!("no customer has the value {text}")),
        };
        let found_one = match code {
            "band-unmet" => Diagnostic::warning("band-unmet", message),
            _ => Diagnostic::warning("arm-unmet", message),
        };
        found.push(
            found_one
                .at(member.span, "of this scale")
                .help("see whether its limit, its spelling or its unit is meant so"),
        );
    }
}

fn constant(program: &Program, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        // Steps are compared by their positions.
        (Literal::Number(at), Type::Steps(_)) => {
            let code = u32::try_from(*at).unwrap_or(u32::MAX);
            written(program, ty, Some(&Literal::Choice(code)))
        }
        _ => written(program, ty, Some(literal)),
    }
}

/// Whether a row holds a value.
fn is(column: &Column, row: usize, literal: &Literal) -> bool {
    if column.is_missing(row) {
        return false;
    }
    match (&column.values, literal) {
        (Values::Number(numbers), Literal::Number(number)) => numbers.get(row) == Some(number),
        (Values::Flag(flags), Literal::Flag(flag)) => flags.get(row) == Some(flag),
        (Values::Choice(codes), Literal::Choice(code)) => codes.get(row) == Some(code),
        (Values::Text(texts), Literal::Text(text)) => {
            let number = texts.numbers.get(row);
            number.is_some_and(|number| texts.dictionary.text(*number) == &**text)
        }
        _ => false,
    }
}
