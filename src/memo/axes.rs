//! The axes of a model in a memo: a table of criteria, weights and scales, and the reasons.

use super::numbers;
use super::page::{Block, Page, capital, sentence};
use super::words::Words;
use crate::model::program::{Axis, IfMissing, Literal, Member, MemberKind, Scale};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;

/// All axes.
pub fn axes(words: &Words<'_>, page: &mut Page) {
    let axes = &words.program.axes;
    if axes.is_empty() {
        return;
    }
    page.push(Block::Heading(words.say("head.axes", &[])));
    for axis in axes {
        one(words, axis, page);
    }
}

fn one(words: &Words<'_>, axis: &Axis, page: &mut Page) {
    let title = words.title(&axis.name, axis.label.as_ref());
    page.push(Block::Subheading(capital(&title)));
    let intro = words.say("axis.intro", &[("axis", &capital(&title))]);
    page.push(Block::Paragraph(intro));
    let head = [
        "axis.column.criterion",
        "axis.column.weight",
        "axis.column.scale",
    ];
    let head = head.map(|key| words.say(key, &[])).into();
    let rows = axis.members.iter().map(|member| row(words, member));
    page.push(Block::Table(head, rows.collect()));
    let reasons = axis.members.iter().filter_map(|member| {
        let because = member.because.as_ref()?;
        let title = words.strong(&capital(&name(words, member)));
        Some(format!("{title}: {}", sentence(because)))
    });
    let reasons: Vec<String> = reasons.collect();
    if !reasons.is_empty() {
        page.push(Block::List(reasons));
    }
}

/// What a criterion is called: its label, or the label of what it scores.
fn name(words: &Words<'_>, member: &Member) -> String {
    let own = member.path.rsplit('.').next().unwrap_or(&member.path);
    match (&member.label, &member.kind) {
        (Some(label), _) => label.clone(),
        (None, MemberKind::Criterion { value, .. }) if words.name(value) == words.pretty(own) => {
            words.words(value)
        }
        _ => words.pretty(own),
    }
}

fn row(words: &Words<'_>, member: &Member) -> Vec<String> {
    let depth = member.path.matches('.').count();
    let indent = "– ".repeat(depth);
    let mut title = format!("{indent}{}", capital(&name(words, member)));
    let scale = match &member.kind {
        MemberKind::Group { .. } => words.say("axis.group", &[]),
        MemberKind::Criterion {
            value,
            scale,
            if_missing,
            written,
        } => {
            let own = member.path.rsplit('.').next().unwrap_or(&member.path);
            let scored = words.words(value);
            // What is scored is said where the name does not say it.
            if words.name(value) != words.pretty(own) && capital(&scored) != title {
                title = format!("{title} ({scored})");
            }
            let mut text = scale_words(words, written, scale);
            let missing = match if_missing {
                Some(IfMissing::Score(score)) => {
                    let score = words.decimal(*score);
                    Some(words.say("axis.missing.score", &[("score", &score)]))
                }
                Some(IfMissing::Skip) => Some(words.say("axis.missing.skip", &[])),
                Some(IfMissing::Reject) => Some(words.say("axis.missing.reject", &[])),
                None => None,
            };
            if let Some(missing) = missing {
                text = format!("{text}; {missing}");
            }
            text
        }
    };
    vec![title, words.weight(&member.weight_text), scale]
}

/// The longest time among the constants of a scale of durations.
fn longest(scale: &Scale) -> i64 {
    let times = match scale {
        Scale::Ramp { worst, best } => vec![*worst, *best],
        Scale::Curve(points) => points.iter().map(|it| it.0).collect(),
        Scale::Bands { bands, .. } => bands.iter().map(|it| it.1).collect(),
        _ => Vec::new(),
    };
    times.into_iter().max().unwrap_or(0)
}

fn scale_words(words: &Words<'_>, written: &Type, scale: &Scale) -> String {
    let scores = words.program.scores;
    let (low, high) = (words.decimal(scores.lowest), words.decimal(scores.highest));
    let at = |number: i64| match written {
        Type::Steps(_) => {
            let code = Literal::Choice(u32::try_from(number).unwrap_or(0));
            words.literal(written, &code)
        }
        // No time at all is counted as what stands beside it.
        Type::Duration if number == 0 => {
            words.say(numbers::unit(longest(scale)).0, &[("count", "0")])
        }
        ty => words.literal(ty, &Literal::Number(number)),
    };
    match scale {
        Scale::Ramp { worst, best } => {
            let (from, to) = (at(*worst), at(*best));
            let ends = [
                ("worst", from.as_str()),
                ("best", &to),
                ("low", &low),
                ("high", &high),
            ];
            let key = match (written, worst < best) {
                (Type::Steps(_), _) => "scale.steps",
                (_, true) => "scale.rising",
                (_, false) => "scale.falling",
            };
            words.say(key, &ends)
        }
        Scale::Curve(points) => {
            let points: Vec<String> = points
                .iter()
                .map(|(x, score)| {
                    let (value, score) = (at(*x), words.decimal(*score));
                    words.say("scale.point", &[("value", &value), ("score", &score)])
                })
                .collect();
            words.say("scale.curve", &[("points", &points.join(", "))])
        }
        Scale::Bands { bands, otherwise } => {
            let mut texts: Vec<String> = bands
                .iter()
                .map(|(operator, x, score)| {
                    let line = limit(words, *operator, &at(*x));
                    let score = words.decimal(*score);
                    words.say("scale.band", &[("value", &line), ("score", &score)])
                })
                .collect();
            let score = words.decimal(*otherwise);
            texts.push(words.say("scale.others", &[("score", &score)]));
            texts.join("; ")
        }
        Scale::Match { arms, otherwise } => {
            let mut texts: Vec<String> = Vec::new();
            let mut rest = arms.as_slice();
            while let Some((_, score)) = rest.first() {
                // Values that follow each other and score the same stand together.
                let same = rest.iter().take_while(|(_, other)| other == score).count();
                let (own, after) = rest.split_at(same);
                let values: Vec<String> = own
                    .iter()
                    .map(|(it, _)| words.literal(written, it))
                    .collect();
                let score = words.decimal(*score);
                let value = values.join(", ");
                texts.push(words.say("scale.band", &[("value", &value), ("score", &score)]));
                rest = after;
            }
            if let Some(score) = otherwise {
                let score = words.decimal(*score);
                texts.push(words.say("scale.others", &[("score", &score)]));
            }
            texts.join("; ")
        }
        Scale::AsIs { capped } => {
            let key = if *capped {
                "scale.capped"
            } else {
                "scale.as.is"
            };
            words.say(key, &[("low", &low), ("high", &high)])
        }
        Scale::Ranked {
            steps,
            less_is_better,
        } => {
            let key = match (steps, less_is_better) {
                (Some(_), _) => "scale.ranked.steps",
                (None, true) => "scale.ranked.less",
                (None, false) => "scale.ranked",
            };
            let steps = steps.map_or(String::new(), |steps| steps.to_string());
            // With `less is better` the steps run the other way.
            let (from, to) = match *less_is_better && key == "scale.ranked.steps" {
                true => (&high, &low),
                false => (&low, &high),
            };
            words.say(key, &[("steps", &steps), ("low", from), ("high", to)])
        }
    }
}

/// A limit in words: `at least 7`.
pub fn limit(words: &Words<'_>, operator: CompareOperator, value: &str) -> String {
    let key = match operator {
        CompareOperator::GreaterOrEqual => "scale.at.least",
        CompareOperator::Greater => "scale.above",
        CompareOperator::LessOrEqual => "scale.at.most",
        CompareOperator::Less => "scale.below",
        CompareOperator::Equal | CompareOperator::NotEqual => return value.to_owned(),
    };
    words.say(key, &[("value", value)])
}
