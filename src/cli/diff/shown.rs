//! A comparison for people: on a terminal, and as Markdown for merge requests. The same parts in the
//! same order; numbers are grouped and have one decimal.

use super::{Comparison, EffectPart, RulesPart};
use crate::cli::render::clean_line;
use crate::cli::render::style::{BOLD, paint};
use crate::cli::table::{Table, people_count, people_number, people_share};
use crate::diff::{self, Grid, Mover, NOT_THERE, Tally, TeamFigures};

/// Seconds in an hour.
const HOUR: i128 = 3600;

/// For a terminal.
pub fn human(comparison: &Comparison<'_>, width: usize) -> String {
    let mut text = format!(
        "{}\n",
        paint(
            BOLD,
            &clean_line(&format!("{} → {}", comparison.old, comparison.new))
        )
    );
    let table = |grid: &Grid| as_table(grid).lines(width);
    if let Some(rules) = &comparison.rules {
        text.push('\n');
        for line in rule_lines(rules) {
            text.push_str(&format!("  {}\n", clean_line(&line)));
        }
    }
    let Some(effect) = &comparison.effect else {
        return text;
    };
    let amount = effect.amount.as_ref().map(|it| it.name.as_str());
    let sentence = diff::sentence(&effect.migration, amount);
    text.push_str(&format!("\n{}\n", paint(BOLD, &clean_line(&sentence))));
    if !effect.migration.movers.is_empty() {
        text.push('\n');
        text.push_str(&table(&diff::matrix(&effect.migration)));
        text.push('\n');
        text.push_str(&table(&diff::moves(&effect.migration, amount)));
    }
    for grid in [
        steps(comparison, effect),
        teams(effect),
        movers(comparison, effect),
    ] {
        if !grid.rows.is_empty() {
            text.push('\n');
            text.push_str(&table(&grid));
        }
    }
    for line in notes(comparison, effect) {
        text.push_str(&format!("  {}\n", clean_line(&line)));
    }
    text
}

/// As Markdown.
pub fn markdown(comparison: &Comparison<'_>) -> String {
    let mut text = format!(
        "### {} → {}\n",
        code(&comparison.old),
        code(&comparison.new)
    );
    if let Some(rules) = &comparison.rules {
        text.push_str("\n**Rules**\n\n");
        for line in rule_lines(rules) {
            text.push_str(&format!("- {}\n", clean_line(line.trim_start())));
        }
    }
    let Some(effect) = &comparison.effect else {
        return text;
    };
    let amount = effect.amount.as_ref().map(|it| it.name.as_str());
    let sentence = clean_line(&diff::sentence(&effect.migration, amount));
    text.push_str(&format!("\n**{sentence}**\n"));
    if !effect.migration.movers.is_empty() {
        text.push('\n');
        text.push_str(&diff::matrix(&effect.migration).markdown());
        text.push('\n');
        text.push_str(&diff::moves(&effect.migration, amount).markdown());
    }
    for (title, grid) in [
        ("What moved them", steps(comparison, effect)),
        ("Teams", teams(effect)),
        ("Who moved", movers(comparison, effect)),
    ] {
        if !grid.rows.is_empty() {
            text.push_str(&format!("\n**{title}**\n\n{}", grid.markdown()));
        }
    }
    for line in notes(comparison, effect) {
        text.push_str(&format!("\n{}\n", clean_line(&line)));
    }
    text
}

fn code(text: &str) -> String {
    format!("`{}`", clean_line(text).replace('`', "'"))
}

fn as_table(grid: &Grid) -> Table {
    let mut table = Table::default();
    for (header, to_the_right) in &grid.headers {
        table.column(header, *to_the_right);
    }
    grid.rows.iter().for_each(|row| table.row(row.clone()));
    table
}

/// What changed in the rules, a line a fact; those that were applied together stand under one number.
fn rule_lines(rules: &RulesPart) -> Vec<String> {
    if rules.changes.is_empty() {
        return vec!["the rules are the same".to_owned()];
    }
    let numbered = rules.steps.len() > 1;
    let mut lines = Vec::new();
    let mut add = |changes: &[usize], number: Option<usize>| {
        let changes = changes.iter().filter_map(|at| rules.changes.get(*at));
        for (at, text) in changes.flat_map(|it| &it.texts).enumerate() {
            lines.push(match number {
                Some(number) if at == 0 => format!("{number}. {text}"),
                Some(_) => format!("   {text}"),
                None => text.clone(),
            });
        }
    };
    for (at, step) in rules.steps.iter().enumerate() {
        add(step, numbered.then_some(at + 1));
    }
    // What moves nobody comes last.
    let others = 0..rules.changes.len();
    let others = others.filter(|at| !rules.steps.iter().any(|step| step.contains(at)));
    add(&others.collect::<Vec<usize>>(), None);
    lines
}

/// What each step moves, alone and after those before it.
fn steps(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Grid {
    let mut grid = Grid::new(&["change", "alone>", "in order>"]);
    let Some(rules) = comparison.rules.as_ref().filter(|it| it.steps.len() > 1) else {
        return grid;
    };
    let amount = effect.amount.as_ref();
    if let Some(amount) = amount {
        grid.column(&format!("{} in order", amount.name), true);
    }
    let count = |tally: Option<Tally>| match tally {
        Some(tally) => people_count(usize::try_from(tally.customers).unwrap_or(usize::MAX)),
        None => "not run".to_owned(),
    };
    for (at, changes) in rules.steps.iter().enumerate() {
        let alone = effect.attribution.alone.get(at).copied().flatten();
        let in_order = effect.attribution.in_order.get(at).copied().flatten();
        let texts = changes.iter().filter_map(|it| rules.changes.get(*it));
        let texts: Vec<String> = texts.map(|it| it.text()).collect();
        let mut row = vec![
            format!("{}. {}", at + 1, texts.join("; ")),
            count(alone),
            count(in_order),
        ];
        if amount.is_some() {
            row.push(in_order.map_or(String::new(), |it| people_number(it.amount)));
        }
        grid.row(row);
    }
    grid
}

/// Hours and cost by team; nothing where the models have no teams.
fn teams(effect: &EffectPart<'_>) -> Grid {
    let mut grid = Grid::new(&[
        "team",
        "hours before>",
        "after>",
        "change>",
        "booked before>",
        "after>",
    ]);
    let costs = effect.teams.iter().any(|it| {
        let of = |side: &Option<TeamFigures>| side.and_then(|it| it.cost).is_some();
        of(&it.before) || of(&it.after)
    });
    if costs {
        grid.column("cost before", true);
        grid.column("after", true);
    }
    for team in &effect.teams {
        let hours = |side: &Option<TeamFigures>| {
            side.map_or(String::new(), |it| people_number(it.planned / HOUR))
        };
        let booked = |side: &Option<TeamFigures>| {
            side.map_or(String::new(), |it| people_share(it.planned, it.available))
        };
        let planned = |side: &Option<TeamFigures>| side.map_or(0, |it| it.planned);
        let change = (planned(&team.after) - planned(&team.before)) / HOUR;
        let mut row = vec![
            team.label.clone().unwrap_or_else(|| team.name.clone()),
            hours(&team.before),
            hours(&team.after),
            signed(change),
            booked(&team.before),
            booked(&team.after),
        ];
        if costs {
            let cost = |side: &Option<TeamFigures>| {
                let cost = side.and_then(|it| it.cost);
                cost.map_or(String::new(), people_number)
            };
            row.extend([cost(&team.before), cost(&team.after)]);
        }
        grid.row(row);
    }
    grid
}

fn signed(number: i128) -> String {
    match number {
        0 => "0".to_owned(),
        number if number > 0 => format!("+{}", people_number(number)),
        number => people_number(number),
    }
}

/// The movers who are worth the most, with the change that moved them.
fn movers(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Grid {
    let amount = effect.amount.as_ref().map(|it| it.name.as_str());
    let (before, after) = (&effect.before, &effect.after);
    let mut grid = diff::names(&effect.migration, before, after, amount, comparison.names);
    let steps = comparison.rules.as_ref().map_or(0, |it| it.steps.len());
    if steps > 1 {
        grid.column("moved by", true);
        grid.column("alone", true);
        let largest = effect.migration.largest(comparison.names, before, after);
        for (row, mover) in grid.rows.iter_mut().zip(&largest) {
            let (in_order, alone) = reasons(effect, mover);
            row.extend([numbers(&in_order), numbers(&alone)]);
        }
    }
    grid
}

/// The steps that moved a customer: in order, and alone.
pub fn reasons(effect: &EffectPart<'_>, mover: &Mover) -> (Vec<usize>, Vec<usize>) {
    if mover.before == NOT_THERE {
        return (Vec::new(), Vec::new());
    }
    let reasons = effect.attribution.reasons(mover);
    reasons.map_or((Vec::new(), Vec::new()), |it| {
        (it.in_order.clone(), it.alone.clone())
    })
}

fn numbers(steps: &[usize]) -> String {
    let steps: Vec<String> = steps.iter().map(|it| (it + 1).to_string()).collect();
    steps.join(", ")
}

fn notes(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let (Some(before), Some(after)) = effect.cost
        && before != after
    {
        notes.push(format!(
            "cost to serve {} → {} ({})",
            people_number(before),
            people_number(after),
            signed(after - before)
        ));
    }
    if let Some(rules) = &comparison.rules {
        for (at, step) in rules.steps.iter().enumerate() {
            if step.len() > 1 {
                notes.push(format!(
                    "the changes of {} do not stand alone and are applied together",
                    at + 1
                ));
            }
        }
    }
    for (step, why) in &effect.not_run {
        notes.push(format!(
            "change {} could not be applied by itself: {why}",
            step + 1
        ));
    }
    let more = effect
        .migration
        .movers
        .len()
        .saturating_sub(comparison.names);
    if more > 0 && comparison.names > 0 {
        notes.push(format!(
            "… and {} more; `--names N` shows more, `--format csv` all",
            people_count(more)
        ));
    }
    notes
}
