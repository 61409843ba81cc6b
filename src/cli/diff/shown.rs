//! A comparison for people: on a terminal, and as Markdown for merge requests. The same parts in the
//! same order; numbers are grouped and have one decimal.

use super::{Comparison, EffectPart, RulesPart};
use crate::cli::render::clean_line;
use crate::cli::render::style::{BOLD, paint};
use crate::cli::table::{Table, grouped_text, people_count, people_number, people_share};
use crate::diff::{self, Grid, Mover, NOT_THERE, Tally, TeamFigures};

/// Seconds in an hour.
const HOUR: i128 = 3600;

/// For a terminal.
pub fn human(comparison: &Comparison<'_>, width: usize) -> String {
    let (old, new) = &comparison.title;
    let mut text = format!("{}\n", paint(BOLD, &clean_line(&format!("{old} → {new}"))));
    let table = |grid: &Grid| as_table(grid).lines(width);
    if let Some(rules) = &comparison.rules {
        text.push('\n');
        for line in rule_lines(comparison, rules) {
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
        let matrix = diff::matrix(&effect.migration);
        text.push('\n');
        text.push_str(&match as_table(&matrix).is_within(width) {
            true => table(&matrix),
            false => table(&diff::numbered(&matrix)),
        });
        text.push('\n');
        text.push_str(&table(&diff::moves(&effect.migration, amount)));
    }
    for part in parts(comparison, effect) {
        text.push('\n');
        if !part.grid.rows.is_empty() {
            text.push_str(&table(&part.grid));
        }
        for line in part.lines {
            text.push_str(&format!("  {}\n", clean_line(&line)));
        }
    }
    text
}

/// As Markdown.
pub fn markdown(comparison: &Comparison<'_>) -> String {
    let (old, new) = &comparison.title;
    let mut text = format!("### {} → {}\n", code(old), code(new));
    if let Some(rules) = &comparison.rules {
        text.push_str("\n**Rules**\n\n");
        for line in rule_lines(comparison, rules) {
            let line = escaped(&clean_line(&line));
            // Numbers make a list of their own; what belongs to one of them stands below it.
            text.push_str(&match line.trim_start() {
                below if below.len() < line.len() => format!("   - {below}\n"),
                _ if line.starts_with(|it: char| it.is_ascii_digit()) => format!("{line}\n"),
                _ => format!("- {line}\n"),
            });
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
        text.push_str(&in_markdown(&diff::matrix(&effect.migration)));
        text.push('\n');
        text.push_str(&in_markdown(&diff::moves(&effect.migration, amount)));
    }
    for part in parts(comparison, effect) {
        text.push_str(&format!("\n**{}**\n", part.title));
        if !part.grid.rows.is_empty() {
            text.push_str(&format!("\n{}", in_markdown(&part.grid)));
        }
        for (at, line) in part.lines.iter().enumerate() {
            let gap = if at == 0 { "\n" } else { "" };
            let point = if line.starts_with('…') { "" } else { "- " };
            text.push_str(&format!("{gap}{point}{}\n", escaped(&clean_line(line))));
        }
    }
    text
}

/// A part of what is told of an effect: a table, and what is to be said below it.
struct Part {
    title: &'static str,
    grid: Grid,
    lines: Vec<String>,
}

/// The parts below the matrix; those that have nothing to tell are left out.
fn parts(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Vec<Part> {
    let part = |title, grid, lines| Part { title, grid, lines };
    let mut parts = vec![
        part("What it means", Grid::default(), meaning(effect)),
        part(
            "What moved them",
            steps(comparison, effect),
            about_steps(comparison, effect),
        ),
        part("Teams", teams(effect), Vec::new()),
        part(
            "Who moved",
            movers(comparison, effect),
            more(comparison, effect),
        ),
    ];
    parts.retain(|it| !it.grid.rows.is_empty() || !it.lines.is_empty());
    parts
}

fn in_markdown(grid: &Grid) -> String {
    let mut grid = grid.clone();
    for cell in grid.rows.iter_mut().flatten() {
        *cell = escaped(cell);
    }
    grid.markdown()
}

/// A line without what Markdown would take for its own; what stands between backticks is left.
fn escaped(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let mut text = String::with_capacity(line.len());
    let mut in_code = false;
    for (at, letter) in letters.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| letters.get(at)).copied();
        let (before, after) = (beside(at.checked_sub(1)), beside(at.checked_add(1)));
        let is_space = |it: Option<char>| it.is_none_or(char::is_whitespace);
        let in_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        in_code ^= *letter == '`';
        let means_more = match letter {
            // A product, a comparison and a name with `_` are what they are.
            '*' => !(is_space(before) && is_space(after)),
            '_' => !(in_word(before) && in_word(after)),
            '<' => !is_space(after) && after != Some('='),
            '[' | '~' | '\\' => true,
            _ => false,
        };
        if means_more && !in_code {
            text.push('\\');
        }
        text.push(*letter);
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
fn rule_lines(comparison: &Comparison<'_>, rules: &RulesPart) -> Vec<String> {
    if rules.changes.is_empty() {
        return vec!["the rules are the same".to_owned()];
    }
    // The number of a step is said where there is more than one, the data among them.
    let numbered = comparison.effect.as_ref().is_some_and(has_steps);
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
    let mut grid = Grid::new(&["change", "moves by itself>", "moves in its turn>"]);
    let Some(rules) = comparison.rules.as_ref().filter(|_| has_steps(effect)) else {
        return grid;
    };
    let amount = effect.amount.as_ref();
    if let Some(amount) = amount {
        grid.column(&amount.name, true);
    }
    let count = |tally: Option<Tally>| match tally {
        Some(tally) => people_count(usize::try_from(tally.customers).unwrap_or(usize::MAX)),
        None => "not run".to_owned(),
    };
    let mut add = |at: usize, what: String| {
        let alone = effect.attribution.alone.get(at).copied().flatten();
        let in_order = effect.attribution.in_order.get(at).copied().flatten();
        let mut row = vec![what, count(alone), count(in_order)];
        if amount.is_some() {
            row.push(in_order.map_or(String::new(), |it| people_number(it.amount)));
        }
        grid.row(row);
    };
    if effect.data_first {
        add(0, "data".to_owned());
    }
    for (at, changes) in rules.steps.iter().enumerate() {
        let texts = changes.iter().filter_map(|it| rules.changes.get(*it));
        let texts: Vec<String> = texts.map(|it| it.text()).collect();
        let step = at + usize::from(effect.data_first);
        add(step, format!("{}. {}", at + 1, texts.join("; ")));
    }
    grid
}

/// Whether there is more than one step, so that it is worth telling which moved whom.
fn has_steps(effect: &EffectPart<'_>) -> bool {
    effect.attribution.alone.len() > 1
}

/// Hours and cost by team; nothing where they stay as they are.
fn teams(effect: &EffectPart<'_>) -> Grid {
    let mut grid = Grid::new(&["team", "hours>", "change>", "booked>"]);
    if effect.teams.iter().all(|it| it.before == it.after) {
        return grid;
    }
    let costs = effect.teams.iter().any(|it| {
        let of = |side: &Option<TeamFigures>| side.and_then(|it| it.cost).is_some();
        of(&it.before) || of(&it.after)
    });
    if costs {
        let header = match &effect.currency {
            Some(currency) => format!("cost in {currency}"),
            None => "cost".to_owned(),
        };
        grid.column(&header, true);
    }
    for team in &effect.teams {
        let both = |shown: &dyn Fn(&TeamFigures) -> String| {
            let side = |side: &Option<TeamFigures>| side.as_ref().map(shown);
            from_to(side(&team.before), side(&team.after))
        };
        let planned = |side: &Option<TeamFigures>| side.map_or(0, |it| it.planned);
        let change = (planned(&team.after) - planned(&team.before)) / HOUR;
        let mut row = vec![
            team.label.clone().unwrap_or_else(|| team.name.clone()),
            both(&|it| people_number(it.planned / HOUR)),
            signed(change),
            both(&|it| people_share(it.planned, it.available)),
        ];
        if costs {
            row.push(both(&|it| it.cost.map_or(String::new(), people_number)));
        }
        grid.row(row);
    }
    grid
}

/// What was and what is: one text where they are the same.
fn from_to(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before == after => after,
        (before, after) => {
            let shown = |side: Option<String>| side.unwrap_or_else(|| "none".to_owned());
            format!("{} → {}", shown(before), shown(after))
        }
    }
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
    if has_steps(effect) {
        grid.column("moved by", false);
        let largest = effect.migration.largest(comparison.names, before, after);
        for (row, mover) in grid.rows.iter_mut().zip(&largest) {
            let (in_order, alone) = reasons(effect, mover);
            // On the old data one who entered could not be moved by anything.
            let alone = match mover.before {
                NOT_THERE => &in_order,
                _ => &alone,
            };
            row.push(moved_by(effect, &in_order, alone));
        }
    }
    grid
}

/// The steps that moved a customer: in order, and alone.
pub fn reasons(effect: &EffectPart<'_>, mover: &Mover) -> (Vec<usize>, Vec<usize>) {
    let reasons = effect.attribution.reasons(mover);
    reasons.map_or((Vec::new(), Vec::new()), |it| {
        (it.in_order.clone(), it.alone.clone())
    })
}

/// The steps that moved a customer, with what is to be said of those that do so by themselves.
fn moved_by(effect: &EffectPart<'_>, in_order: &[usize], alone: &[usize]) -> String {
    let numbers = |steps: &[usize]| {
        let shown = |step: &usize| match effect.number(*step) {
            0 => "data".to_owned(),
            number => number.to_string(),
        };
        steps.iter().map(shown).collect::<Vec<String>>().join(", ")
    };
    let without = |steps: &[usize], known: &[usize]| -> Vec<usize> {
        let others = steps.iter().filter(|it| !known.contains(it));
        others.copied().collect()
    };
    let (only_later, also) = (without(in_order, alone), without(alone, in_order));
    let mut notes = Vec::new();
    if !only_later.is_empty() {
        notes.push(match only_later.len() == in_order.len() {
            true => "not by itself".to_owned(),
            false => format!("{} not by itself", numbers(&only_later)),
        });
    }
    if !also.is_empty() {
        notes.push(format!("{} would too", numbers(&also)));
    }
    match notes.as_slice() {
        [] => numbers(in_order),
        notes => format!("{} ({})", numbers(in_order), notes.join("; ")),
    }
}

/// What a comparison comes to: who moves in the other segmentations, the cost, and the checks that came out
/// otherwise.
fn meaning(effect: &EffectPart<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, customers) in &effect.elsewhere {
        let moved = match customers {
            1 => "1 customer moves".to_owned(),
            _ => format!("{} customers move", people_count(*customers)),
        };
        lines.push(format!(
            "in `{name}` {moved}; `--segmentation {name}` shows it"
        ));
    }
    if let (Some(before), Some(after)) = effect.cost
        && before != after
    {
        let to = effect.priced(&people_number(after));
        lines.push(format!(
            "cost to serve {} → {to} ({})",
            people_number(before),
            signed(after - before)
        ));
    }
    for check in effect.checks.iter().filter(|it| it.turned()) {
        let word = if check.only_warns { "warn" } else { "check" };
        let held = check.after.as_ref().is_some_and(|it| it.held);
        let what = match (held, &check.before) {
            (true, _) => "failed before and holds now",
            (false, Some(_)) => "held before and fails now",
            (false, None) => "is new and fails",
        };
        let sides = check.after.as_ref().and_then(|it| it.sides.as_ref());
        let values = sides.map_or(String::new(), |it| {
            let (left, right) = (grouped_text(&it.left), grouped_text(&it.right));
            format!(" ({left}, wanted {} {right})", it.comparison)
        });
        lines.push(format!("{word} \"{}\" {what}{values}", check.label));
    }
    lines
}

/// What is to be said of the steps.
fn about_steps(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let steps = comparison.rules.iter().flat_map(|it| &it.steps).enumerate();
    for (at, _) in steps.filter(|(_, step)| step.len() > 1) {
        lines.push(format!(
            "the changes of {} do not stand alone and are applied together",
            at + 1
        ));
    }
    for (step, why) in &effect.not_run {
        lines.push(match effect.number(*step) {
            0 => format!("the data could not be changed by itself: {why}"),
            number => format!("change {number} could not be applied by itself: {why}"),
        });
    }
    lines
}

/// How many movers are not named.
fn more(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Vec<String> {
    let movers = effect.migration.movers.len();
    match movers.saturating_sub(comparison.names) {
        more if more > 0 && comparison.names > 0 => vec![format!(
            "… and {} more; `--names N` shows more, `--format csv` all",
            people_count(more)
        )],
        _ => Vec::new(),
    }
}
