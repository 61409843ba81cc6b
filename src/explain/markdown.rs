//! An explanation as a page of Markdown, to send to whoever asked: the same facts as in a terminal,
//! in tables.

use super::human::{far, ranked, titled};
use super::story::*;
use std::fmt::Write;

/// The explanation as a page.
pub fn markdown(explanation: &Explanation) -> String {
    let mut page = String::new();
    let name = explanation.name.as_ref().map(|name| format!(" {name}"));
    let _ = writeln!(
        page,
        "# {}{}",
        cell(&explanation.key),
        cell(&name.unwrap_or_default())
    );
    if let Some(excluded) = &explanation.excluded {
        let _ = writeln!(page, "\nKept out: {}", cell(&excluded.reason));
        table(&mut page, &["", "question", "values", "distance"], &{
            let mut rows = Vec::new();
            if let Some(condition) = &excluded.condition {
                questions(condition, 0, &mut rows);
            }
            rows
        });
    }
    for story in &explanation.segments {
        segment(&mut page, story);
    }
    for story in &explanation.axes {
        axis(&mut page, story);
    }
    worked_out(&mut page, &explanation.facts);
    if let Some(story) = &explanation.service {
        service(&mut page, story);
    }
    for story in &explanation.changes {
        changes(&mut page, story, explanation.segments.len() > 1);
    }
    page
}

/// A text that stays in its cell and means nothing to Markdown.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '<' | '[' | '\\' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

fn table(page: &mut String, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n| {} |", head.join(" | "));
    // Numbers stand to the right.
    let numbers = ["score", "weight", "gives", "costs", "now", "then"];
    let rules = head
        .iter()
        .map(|it| if numbers.contains(it) { "--:" } else { "---" });
    let _ = writeln!(page, "|{}|", rules.collect::<Vec<_>>().join("|"));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|it| cell(it)).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

fn segment(page: &mut String, story: &SegmentStory) {
    let (column, title) = (cell(&story.column), cell(&titled(&story.segment)));
    let _ = writeln!(page, "\n## {column}: {title}\n");
    let _ = writeln!(page, "Decided by {}.", cell(&story.decided_by));
    if let Some(because) = &story.because {
        let _ = writeln!(page, "\n> {}", cell(because));
    }
    if let Some(overridden) = &story.overridden {
        let by = overridden.by.as_ref().map(|by| format!(" by {by}"));
        let until = overridden
            .until
            .as_ref()
            .map(|until| format!(" until {until}"));
        let without = overridden.without.as_ref();
        let without = without.map(|it| format!("; without that: {}", titled(it)));
        let all = [by, until, without].map(Option::unwrap_or_default).concat();
        let _ = writeln!(page, "\nMoved by hand{}.", cell(&all));
    }
    let mut rows = Vec::new();
    for clause in &story.clauses {
        let state = match (clause.state, &clause.when) {
            (ClauseState::Decides, None) => "otherwise",
            (ClauseState::Decides, _) => "holds",
            (ClauseState::Stays, _) => "stays",
            (ClauseState::Fails, _) => "does not hold",
            (ClauseState::NotAsked, _) => "not asked any more",
        };
        let name = format!("{}. {}", clause.number, titled(&clause.segment));
        rows.push(vec![name, state.to_owned(), String::new(), String::new()]);
        if clause.state == ClauseState::NotAsked {
            continue;
        }
        if let Some(when) = &clause.when {
            questions(when, 0, &mut rows);
        }
        if let Some(stays) = clause
            .stays
            .as_ref()
            .filter(|_| clause.state != ClauseState::Decides)
        {
            rows.push(vec![
                String::new(),
                "stays when".into(),
                String::new(),
                String::new(),
            ]);
            questions(stays, 0, &mut rows);
        }
    }
    table(page, &["clause", "question", "values", "distance"], &rows);
    if let Some(board) = story.board.as_ref().filter(|board| board.decides) {
        let mut rows = Vec::new();
        for side in [&board.rows, &board.columns] {
            for (at, (band, distance)) in side.bands.iter().enumerate().take(side.at + 1) {
                let holds = Some(at == side.at);
                let far = distance
                    .as_ref()
                    .map(|it| far(it, holds))
                    .unwrap_or_default();
                let mark = if at == side.at { "✓" } else { "✗" };
                let question = format!("{mark} {} {band}", side.value.name);
                rows.push(vec![question, side.value.value.shown.clone(), far]);
            }
        }
        table(page, &["question", "value", "distance"], &rows);
    }
}

fn questions(condition: &Condition, depth: usize, rows: &mut Vec<Vec<String>>) {
    let mark = match condition.holds {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "·",
    };
    let mut row = |text: &str, values: String, far: String| {
        let deeper = "– ".repeat(depth);
        rows.push(vec![
            String::new(),
            format!("{mark} {deeper}{text}"),
            values,
            far,
        ]);
    };
    match &condition.kind {
        ConditionKind::All(parts) => {
            for part in parts {
                questions(part, depth, rows);
            }
        }
        ConditionKind::Any(parts) => {
            row("one of these", String::new(), String::new());
            for part in parts {
                questions(part, depth + 1, rows);
            }
        }
        ConditionKind::Not(inner) => {
            row("not this", String::new(), String::new());
            questions(inner, depth + 1, rows);
        }
        ConditionKind::Let(inner) => {
            row(&condition.text, String::new(), String::new());
            questions(inner, depth + 1, rows);
        }
        ConditionKind::Question { values, distance } => {
            let far = distance.as_ref().map(|it| far(it, condition.holds));
            row(&condition.text, listed(values), far.unwrap_or_default());
        }
    }
}

fn listed(values: &[Named]) -> String {
    let values = values
        .iter()
        .map(|it| format!("{} {}", it.name, it.value.shown));
    values.collect::<Vec<_>>().join(", ")
}

fn axis(page: &mut String, axis: &AxisStory) {
    let title = cell(&titled(&axis.title));
    let _ = writeln!(
        page,
        "\n## {title}: {} of {}",
        axis.score.shown, axis.full.shown
    );
    let mut rows = Vec::new();
    for member in ranked(&axis.members) {
        let name = Title {
            name: member.path.clone(),
            label: member.label.clone(),
        };
        let left_out = member.missing == Some(MissingStory::LeftOut);
        let points = |text: &str| match (left_out, member.is_group) {
            (true, _) => "–".to_owned(),
            (_, true) => format!("({text})"),
            _ => text.to_owned(),
        };
        let input = member
            .input
            .as_ref()
            .map_or("", |it| it.value.shown.as_str());
        let note = match member.missing {
            Some(MissingStory::Filled) => ", which counts as this score",
            Some(MissingStory::LeftOut) => ": its weight is shared over the others",
            None => "",
        };
        rows.push(vec![
            titled(&name),
            format!("{input}{note}"),
            if left_out {
                "–".into()
            } else {
                member.score.shown.clone()
            },
            member.weight.clone(),
            points(&member.gives_shown.shown),
            points(&member.costs_shown.shown),
        ]);
    }
    if axis.rounding.as_number() != Some(0) {
        let mut row = vec![String::new(); 6];
        if let [name, _, _, _, gives, _] = row.as_mut_slice() {
            *name = "rounding".into();
            *gives = axis.rounding.shown.clone();
        }
        rows.push(row);
    }
    table(
        page,
        &["criterion", "input", "score", "weight", "gives", "costs"],
        &rows,
    );
}

fn worked_out(page: &mut String, facts: &[Fact]) {
    let rows: Vec<Vec<String>> = facts
        .iter()
        .filter_map(|fact| {
            let made_of = fact.made_of.clone()?;
            let (name, value) = (fact.named.name.clone(), fact.named.value.shown.clone());
            Some(vec![name, value, made_of, listed(&fact.values)])
        })
        .collect();
    if !rows.is_empty() {
        page.push_str("\n## Worked out\n");
    }
    table(page, &["name", "value", "made of", "values"], &rows);
}

fn service(page: &mut String, service: &ServiceStory) {
    let owner = service.owner.as_ref().map(|it| format!(": {}", titled(it)));
    let _ = writeln!(page, "\n## Service{}\n", cell(&owner.unwrap_or_default()));
    for (activity, often) in &service.activities {
        let _ = writeln!(page, "- {}: {}", cell(&titled(activity)), often.shown);
    }
    for (name, text) in &service.texts {
        let _ = writeln!(page, "- {}: {}", cell(name), cell(text));
    }
    if let Some(cost) = service.cost.as_ref().filter(|it| !it.is_missing()) {
        let _ = writeln!(page, "- cost a year: {}", cost.shown);
    }
    let applied = service.refinements.iter().filter(|it| it.applies);
    let mut reasons: Vec<&(Option<Title>, String)> = service.reasons.iter().collect();
    for refinement in applied {
        let text = cell(&refinement.condition.text);
        let _ = writeln!(page, "- refinement {} applies: {text}", refinement.number);
        reasons.extend(&refinement.reasons);
    }
    for (about, reason) in reasons {
        let about = about.as_ref().map(|it| format!("{}: ", titled(it)));
        let text = about.unwrap_or_default() + reason;
        let _ = writeln!(page, "\n> {}", cell(&text));
    }
}

fn changes(page: &mut String, changes: &Changes, several: bool) {
    let of = if several {
        format!(" in {}", changes.column)
    } else {
        String::new()
    };
    for (what, list) in [("lift", &changes.up), ("drop", &changes.down)] {
        let _ = writeln!(page, "\n## What would {what} it{}", cell(&of));
        let rows: Vec<Vec<String>> = list
            .iter()
            .map(|it| {
                let (now, then) = (it.input.value.shown.clone(), it.to.shown.clone());
                vec![it.input.name.clone(), now, then, titled(&it.segment)]
            })
            .collect();
        if rows.is_empty() {
            page.push_str("\nNo change of one input.\n");
        }
        table(page, &["input", "now", "then", "segment"], &rows);
    }
    for (input, why) in &changes.unsearched {
        let _ = writeln!(page, "\n{}: {}", cell(input), cell(why));
    }
}
