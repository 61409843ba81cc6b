//! Floor 7: a checked model → a memo of one or two pages that a management team can sign: what is
//! looked at, the groups, what each gets, what must be true. Sentences come from message tables, one
//! a language; names and labels stay as the model writes them. It reads no data and prints nothing.

mod axes;
mod figures;
mod messages;
mod numbers;
mod page;
mod segments;
mod services;
mod words;

pub use messages::Language;
pub use page::Page;

use crate::model::program::Program;
use page::{Block, sentence};
use words::Words;

/// The memo of a model in a language.
pub fn memo(program: &Program, language: Language) -> Page {
    let words = Words::new(program, language);
    let mut page = Page::new(&program.name);
    opening(&words, &mut page);
    excluded(&words, &mut page);
    axes::axes(&words, &mut page);
    figures::figures(&words, &mut page);
    segments::segments(&words, &mut page);
    services::services(&words, &mut page);
    services::teams(&words, &mut page);
    figures::params(&words, &mut page);
    exceptions(&words, &mut page);
    checks(&words, &mut page);
    page.push(Block::Heading(words.say("head.sign", &[])));
    let line = ".".repeat(24);
    page.push(Block::Signature(words.say("sign.line", &[("line", &line)])));
    page
}

/// What the memo is about, in a paragraph.
fn opening(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    let axes: Vec<String> = program
        .axes
        .iter()
        .map(|axis| words.title(&axis.name, axis.label.as_ref()))
        .collect();
    let main = program.main_segmentation().map(|(_, it)| it);
    let segments: Vec<String> = main.map_or(Vec::new(), |main| {
        let titles = main
            .importance
            .iter()
            .filter_map(|id| main.segments.get(id.0));
        titles
            .map(|it| words.title(&it.name, it.label.as_ref()))
            .collect()
    });
    let (axes, segments) = (words.names(axes), words.names(segments));
    let lowest = words.decimal(program.scores.lowest);
    let highest = words.decimal(program.scores.highest);
    let key = match (program.axes.is_empty(), main) {
        (false, Some(_)) => "intro.axes",
        (true, _) => "intro.plain",
        (false, None) => "intro.none",
    };
    let values = [
        ("lowest", lowest.as_str()),
        ("highest", &highest),
        ("axes", &axes),
        ("segments", &segments),
    ];
    let mut text = words.say(key, &values);
    if let Some(scenario) = &program.scenario {
        let label = program.scenarios.iter().find(|(name, _)| name == scenario);
        let title = words.title(scenario, label.and_then(|(_, label)| label.as_ref()));
        text += &format!(" {}", words.say("intro.scenario", &[("scenario", &title)]));
    }
    if let Some((from, to)) = program.valid {
        let (from, to) = (words.date(from), words.date(to));
        text += &format!(
            " {}",
            words.say("intro.valid", &[("from", &from), ("to", &to)])
        );
    }
    if program.uses_today {
        let today = words.date(program.today);
        text += &format!(" {}", words.say("intro.today", &[("today", &today)]));
    }
    if let Some(currency) = &program.currency {
        text += &format!(
            " {}",
            words.say("intro.currency", &[("currency", currency)])
        );
    }
    page.push(Block::Paragraph(text));
}

fn excluded(words: &Words<'_>, page: &mut Page) {
    let items = words.program.excludes.iter().map(|it| {
        let condition = words.condition(&it.condition);
        let reason = words.strong(&it.reason);
        let values = [("reason", reason.as_str()), ("condition", &condition)];
        words.say("excluded.item", &values)
    });
    page.list(words.say("head.excluded", &[]), items.collect());
}

fn exceptions(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    let Some((id, _)) = program.main_segmentation() else {
        return;
    };
    let items = program.overrides.iter().filter(|it| !it.expired).map(|it| {
        let segment = words.segment(id, it.segment);
        let customer = words.strong(&it.customer.value);
        let values = [
            ("customer", customer.as_str()),
            ("segment", &segment),
            ("reason", &it.because),
        ];
        let mut text = words.say("exception.item", &values);
        let mut more = Vec::new();
        if let Some(until) = it.until {
            more.push(words.say("exception.until", &[("date", &words.date(until))]));
        }
        if let Some(by) = &it.by {
            more.push(words.say("exception.by", &[("by", by)]));
        }
        if !more.is_empty() {
            text += &format!(" ({})", more.join(", "));
        }
        sentence(&text)
    });
    page.list(words.say("head.exceptions", &[]), items.collect());
}

fn checks(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    for (only_warns, head) in [(false, "head.checks"), (true, "head.warnings")] {
        let checks = program
            .checks
            .iter()
            .filter(|it| it.only_warns == only_warns);
        let items = checks.map(|it| match &it.because {
            Some(because) => format!("{} {}", sentence(&it.label), sentence(because)),
            None => sentence(&it.label),
        });
        page.list(words.say(head, &[]), items.collect());
    }
    let scenarios = program.scenarios.iter();
    let items = scenarios.map(|(name, label)| sentence(&words.title(name, label.as_ref())));
    page.list(words.say("head.scenarios", &[]), items.collect());
}
