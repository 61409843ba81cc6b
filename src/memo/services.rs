//! What each group gets, who does it and what it takes, in a memo.

use super::page::{Block, Page, capital, sentence};
use super::words::Words;
use crate::model::program::{
    ActivityId, Expr, ExprKind, Literal, Service, ServiceTerms, TakenBy, TextId,
};
use crate::value::decimal::{ONE, divide_rounded, wide_text};

/// Every second week, which people do not say as a count.
const FORTNIGHTLY: i64 = 26 * ONE;

/// What each group gets.
pub fn services(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    let Some((id, main)) = program.main_segmentation() else {
        return;
    };
    let mut items = Vec::new();
    for segment in &main.importance {
        let service = program.services.get(segment.0).and_then(Option::as_ref);
        if let Some(service) = service {
            let title = words.strong(&words.segment(id, *segment));
            items.push(format!("{title}: {}", served(words, service)));
        }
    }
    page.list(words.say("head.services", &[]), items);
}

/// A service in sentences.
fn served(words: &Words<'_>, service: &Service) -> String {
    let basis = &service.basis;
    let mut sentences: Vec<String> = Vec::new();
    if let Some(team) = basis.owner.and_then(|team| words.program.teams.get(team.0)) {
        let team = words.title(&team.name, team.label.as_ref());
        sentences.push(words.say("service.owner", &[("team", &team)]));
    }
    let planned = planned(words, basis);
    if basis.clears_all {
        sentences.push(words.say("service.none", &[]));
    } else if !planned.is_empty() {
        let key = match basis.clears_activities {
            true => "service.only",
            false => "service.gets",
        };
        sentences.push(words.say(key, &[("activities", &words.all_of(&planned))]));
    }
    for (id, value) in &basis.texts {
        sentences.push(text(words, *id, value));
    }
    for refinement in &service.refinements {
        let condition = words.condition(&refinement.condition);
        let what = instead(words, &refinement.terms);
        let values = [("condition", condition.as_str()), ("what", &what)];
        sentences.push(words.say("service.when", &values));
        let texts = refinement.terms.texts.iter();
        sentences.extend(texts.map(|(id, value)| text(words, *id, value)));
        sentences.extend(refinement.because.iter().map(|it| sentence(it)));
        sentences.extend(reasons(words, &refinement.terms));
    }
    sentences.extend(service.because.iter().map(|it| sentence(it)));
    sentences.extend(reasons(words, basis));
    sentences.join(" ")
}

fn text(words: &Words<'_>, id: TextId, value: &Expr) -> String {
    let name = words.program.texts.get(id.0).map_or("", String::as_str);
    let name = capital(&words.pretty(name));
    let value = words.words(value);
    words.say("service.text", &[("name", &name), ("text", &value)])
}

fn reasons(words: &Words<'_>, terms: &ServiceTerms) -> Vec<String> {
    let reasons = terms.reasons.iter();
    reasons
        .map(|(about, reason)| match about.map(|id| words.activity(id)) {
            // One reason among several activities says which it is about.
            Some(activity) if terms.activities.len() > 1 => {
                format!("{}: {}", capital(&activity), sentence(reason))
            }
            _ => sentence(reason),
        })
        .collect()
}

fn instead(words: &Words<'_>, terms: &ServiceTerms) -> String {
    let mut parts = Vec::new();
    if terms.clears_all {
        parts.push(words.say("service.none.instead", &[]));
    }
    if let Some(team) = terms.owner.and_then(|team| words.program.teams.get(team.0)) {
        let team = words.title(&team.name, team.label.as_ref());
        parts.push(words.say("service.owner.instead", &[("team", &team)]));
    }
    let planned = planned(words, terms);
    if !planned.is_empty() {
        let planned = words.all_of(&planned);
        parts.push(words.say("service.instead", &[("activities", &planned)]));
    }
    words.all_of(&parts)
}

fn planned(words: &Words<'_>, terms: &ServiceTerms) -> Vec<String> {
    let activities = terms.activities.iter();
    activities
        .map(|(id, often)| how_often(words, *id, often))
        .collect()
}

/// How often something is done, as people say it.
fn how_often(words: &Words<'_>, id: ActivityId, often: &Expr) -> String {
    let activity = words.activity(id);
    let number = match &often.kind {
        ExprKind::Literal(Literal::Number(number)) => *number,
        _ => {
            let formula = words.words(often);
            let values = [("activity", activity.as_str()), ("words", &formula)];
            return words.say("often.formula", &values);
        }
    };
    let say = |key, count: i128| {
        let count = words.number(&wide_text(count));
        words.say(key, &[("activity", &activity), ("count", &count)])
    };
    let one = i128::from(ONE);
    // Every so many weeks or months, where that is what makes the number.
    let every = |of_year: i128| {
        let periods = divide_rounded(of_year * one, i128::from(number.max(1)));
        let back = periods > 1 && divide_rounded(of_year * one, periods) == i128::from(number);
        (back && number > 0).then_some(periods * one)
    };
    match number {
        0 => say("often.never", 0),
        ONE => say("often.once", one),
        FORTNIGHTLY => say("often.fortnight", 26 * one),
        number if number % ONE == 0 => say("often.times", i128::from(number)),
        _ => match (every(12), every(52)) {
            (Some(months), _) => say("often.months", months),
            (None, Some(weeks)) => say("often.weeks", weeks),
            (None, None) => say("often.times", i128::from(number)),
        },
    }
}

/// Who does it, and what one of each activity takes.
pub fn teams(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    if program.teams.is_empty() {
        return;
    }
    page.push(Block::Heading(words.say("head.teams", &[])));
    let head = [
        "teams.column.team",
        "teams.column.people",
        "teams.column.hours",
        "teams.column.rate",
    ];
    let rows = program.teams.iter().map(|team| {
        let people = i128::from(team.people.0);
        let hours = divide_rounded(people * i128::from(team.hours), i128::from(ONE) * 3_600);
        let hours = divide_rounded(hours * i128::from(team.with_customers.0), i128::from(ONE));
        let rate = team.rate.map(|rate| words.money(rate.0));
        vec![
            capital(&words.title(&team.name, team.label.as_ref())),
            words.decimal(team.people),
            words.number(&wide_text(hours)),
            rate.unwrap_or_default(),
        ]
    });
    page.push(Block::Table(
        head.map(|key| words.say(key, &[])).into(),
        rows.collect(),
    ));
    if program.activities.is_empty() {
        return;
    }
    let head = [
        "activities.column.activity",
        "activities.column.time",
        "activities.column.cost",
    ];
    let rows = program.activities.iter().map(|activity| {
        let takers: Vec<String> = activity
            .takers
            .iter()
            .map(|taker| {
                let team = match taker.by {
                    TakenBy::Owner => words.say("activity.owner", &[]),
                    TakenBy::Team(id) => {
                        let team = program.teams.get(id.0);
                        team.map_or(String::new(), |it| words.title(&it.name, it.label.as_ref()))
                    }
                };
                let duration = words.words(&taker.duration);
                words.say("activity.time", &[("duration", &duration), ("team", &team)])
            })
            .collect();
        let cost = activity.costs.as_ref().map(|it| words.words(it));
        vec![
            capital(&words.title(&activity.name, activity.label.as_ref())),
            takers.join(", "),
            cost.unwrap_or_default(),
        ]
    });
    page.push(Block::Table(
        head.map(|key| words.say(key, &[])).into(),
        rows.collect(),
    ));
}
