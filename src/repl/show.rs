//! What stands on the bench: declarations as they are written, segments with their sizes, checks and
//! how they came out. It changes nothing.

use super::bench::{Bench, Computed, Held};
use super::change::first_money;
use super::layout::{Layout, clean, counted};
use super::things::{Thing, things};
use super::value::whole_money;
use super::version::{Membership, Version};
use crate::base::{Diagnostic, suggest};
use crate::eval::{CheckOutcome, CheckState, key};
use crate::model::program::Program;
use crate::plan::op::Comparison;
use crate::plan::plan;
use crate::value::people::grouped_text as grouped;
use crate::value::{Column, Values};

/// How many customers behind a check are named.
const NAMED: usize = 8;

impl Bench<'_> {
    /// How something is declared.
    pub(super) fn show(&self, name: &str) -> Computed<String> {
        let version = self.version()?;
        let name = name.trim().trim_matches('"');
        let all: Vec<Thing> = version
            .loaded
            .files
            .iter()
            .flat_map(|file| things(&file.parsed.tree.declarations))
            .collect();
        if name.is_empty() {
            return Ok(overview(&version, &all));
        }
        let called = |it: &&Thing| {
            it.key == name
                || it.word == name
                || it.key.ends_with(&format!(".{name}"))
                || it.key.split(", ").any(|part| part == name)
        };
        let mut found: Vec<&Thing> = all.iter().filter(called).collect();
        // Where it is declared comes before where it is only named.
        found.sort_by_key(|it| it.key != name && it.word != name);
        // A part of something that is shown anyway is not shown again.
        let wholes: Vec<_> = found.iter().map(|it| it.span).collect();
        found.retain(|it| it.inside.is_none_or(|inside| !wholes.contains(&inside)));
        if found.is_empty() {
            let names = all
                .iter()
                .map(|it| it.key.rsplit('.').next().unwrap_or(&it.key));
            let near = suggest::nearest(name, names);
            let help = near.map_or("`:show` alone lists what there is".into(), |near| {
                format!("the nearest is `{near}`")
            });
            let message = format!("nothing is called `{}`", clean(name));
            return Err(self.wrong(Diagnostic::error("unknown-name", message).help(help)));
        }
        let mut text = String::new();
        for thing in found.iter().take(20) {
            let source = version.loaded.sources.get(thing.span.source);
            if let Some(source) = source {
                let line = source.position(thing.span.start as usize).line;
                text.push_str(&format!("# {}, line {line}\n", clean(&source.name)));
            }
            let written = version.loaded.sources.text(thing.span);
            for line in written.lines() {
                text.push_str(&clean(line));
                text.push('\n');
            }
        }
        if let Some(param) = version
            .program()
            .and_then(|it| it.params.iter().find(|it| it.name == name))
            && version.set.iter().any(|(set, _)| set == name)
        {
            text.push_str(&format!(
                "(set from outside for this sitting: {:?})\n",
                param.value
            ));
        }
        Ok(text)
    }

    /// How many customers each segment has.
    pub(super) fn segments(&self) -> Computed<String> {
        let (version, held) = (self.version()?, self.held()?);
        let segmented = self.segmented(&version, &held)?;
        let Some(program) = version.program() else {
            return Ok(String::new());
        };
        let mut text = String::new();
        for membership in &segmented.segmentations {
            text.push_str(&sizes(program, membership, &held, self.world.width()));
        }
        if text.is_empty() {
            text.push_str("the model has no segments\n");
        }
        Ok(text)
    }

    /// How the checks came out, or only the one of a label; and whether no check failed.
    pub(super) fn checks(
        &self,
        version: &Version,
        held: &Held,
        only: Option<&str>,
    ) -> Computed<(String, bool)> {
        let Some(program) = version.program() else {
            return Ok((String::new(), true));
        };
        let plan = plan(program);
        let outcome = self.run(version, &plan, held)?;
        let mut text = String::new();
        let mut held_all = true;
        let wanted = |it: &&CheckOutcome| only.is_none_or(|label| it.label == label);
        for check in outcome.checks.iter().filter(wanted) {
            text.push_str(&line(check));
            if check.state != CheckState::Held {
                held_all &= check.only_warns;
                let named: Vec<String> = check
                    .customers
                    .iter()
                    .take(NAMED)
                    .filter_map(|row| key(&plan, &held.data.inputs, *row))
                    .collect();
                if !named.is_empty() {
                    let more = check.customers.len().saturating_sub(NAMED);
                    let more = if more > 0 {
                        format!(" and {more} more")
                    } else {
                        String::new()
                    };
                    text.push_str(&format!(
                        "           {}: {}{more}\n",
                        counted(check.customers.len(), "customer", "customers"),
                        clean(&named.join(", "))
                    ));
                }
            }
        }
        Ok((text, held_all))
    }
}

fn line(check: &CheckOutcome) -> String {
    let word = match (check.state, check.only_warns) {
        (CheckState::Held, _) => "ok     ",
        (_, true) => "WARNING",
        (_, false) => "FAILED ",
    };
    let sides = check.sides.as_ref().map_or(String::new(), |sides| {
        let shown =
            |value: &Option<String>| value.as_ref().map_or("missing".into(), |it| grouped(it));
        let sign = match sides.comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        format!("  ({} {sign} {})", shown(&sides.left), shown(&sides.right))
    });
    let missing = match check.state {
        CheckState::Missing => "  a value is missing",
        _ => "",
    };
    format!(
        "  {word}  {}{}{missing}\n",
        clean(&check.label),
        clean(&sides)
    )
}

/// What there is, by kind.
fn overview(version: &Version, all: &[Thing]) -> String {
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for thing in all {
        if matches!(
            thing.word,
            "model" | "rates" | "teams" | "activities" | "customers"
        ) {
            continue;
        }
        let name = match thing.key.as_str() {
            "" => thing.word.to_string(),
            key => clean(key.trim_start_matches('.').trim_start_matches("customers.")),
        };
        match kinds.iter_mut().find(|(word, _)| *word == thing.word) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => kinds.push((thing.word, vec![name])),
        }
    }
    let mut text = String::new();
    for (word, names) in kinds {
        text.push_str(&format!("  {word:<10} {}\n", names.join(", ")));
    }
    if let Some(scenario) = &version.scenario {
        text.push_str(&format!("the scenario `{scenario}` is applied\n"));
    }
    text
}

fn sizes(program: &Program, membership: &Membership, held: &Held, width: usize) -> String {
    let count = membership.segments.len();
    let mut customers = vec![0_usize; count + 1];
    let mut money = vec![0_i128; count + 1];
    let field = first_money(program);
    let amounts = field.and_then(|at| held.data.inputs.customers.column(at));
    for row in 0..membership.members.len() {
        let at = place(&membership.members, row).unwrap_or(count).min(count);
        if let (Some(customers), Some(money)) = (customers.get_mut(at), money.get_mut(at)) {
            *customers += 1;
            *money += amounts.map_or(0, |column| amount(column, row));
        }
    }
    let all: usize = customers.iter().take(count).sum();
    let all_money: i128 = money.iter().take(count).sum();
    let name = field
        .and_then(|at| program.customers.fields.get(at))
        .map(|it| it.name.as_str());
    let mut headers = vec![
        format!("{} ", membership.name).trim().to_string(),
        "customers>".into(),
        "share>".into(),
    ];
    if let Some(name) = name {
        headers.push(format!("{name}>"));
        headers.push(format!("share of {name}>"));
    }
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut table = Layout::new(&headers);
    let mut row = |name: &str, customers: usize, money: i128| {
        let mut cells = vec![
            name.to_string(),
            grouped(&customers.to_string()),
            super::change::booked(customers as i128, all as i128),
        ];
        if field.is_some() {
            cells.push(whole_money(money));
            cells.push(super::change::booked(money, all_money));
        }
        table.row(cells);
    };
    for (at, name) in membership.segments.iter().enumerate() {
        let of = |list: &[usize]| list.get(at).copied().unwrap_or(0);
        row(
            &name.name,
            of(&customers),
            money.get(at).copied().unwrap_or(0),
        );
    }
    row("all", all, all_money);
    let mut text = table.lines(width);
    let out = customers.get(count).copied().unwrap_or(0);
    if out > 0 {
        text.push_str(&format!(
            "  {} kept out\n",
            counted(out, "customer", "customers")
        ));
    }
    text
}

fn place(column: &Column, row: usize) -> Option<usize> {
    match &column.values {
        Values::Choice(codes) if !column.is_missing(row) => codes.get(row).map(|it| *it as usize),
        _ => None,
    }
}

fn amount(column: &Column, row: usize) -> i128 {
    match &column.values {
        Values::Number(numbers) if !column.is_missing(row) => {
            numbers.get(row).map_or(0, |it| i128::from(*it))
        }
        _ => 0,
    }
}
