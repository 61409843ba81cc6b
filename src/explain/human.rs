//! An explanation as people read it in a terminal: why, the scores, the service, what would move
//! the customer. It words what is there and computes nothing.

use super::sheet::{Grid, Ink, Paint, wrapped};
use super::story::*;
use crate::model::types::Type;
use std::fmt::Write;

/// Words of a let that are longer than this have their values below them.
const LONG: usize = 60;

/// The widest a line of prose may be.
const WIDTH: usize = 100;

/// The explanation as lines of text.
pub fn human(explanation: &Explanation, paint: Paint<'_>) -> String {
    let mut page = Page {
        text: String::new(),
        paint,
    };
    page.heading(explanation);
    if let Some(excluded) = &explanation.excluded {
        page.excluded(excluded);
    }
    for story in &explanation.segments {
        page.segment(story);
    }
    for axis in &explanation.axes {
        page.axis(axis);
    }
    page.facts(explanation);
    if let Some(service) = &explanation.service {
        page.service(service);
    }
    for changes in &explanation.changes {
        page.changes(changes, explanation.segments.len() > 1);
    }
    page.text
}

struct Page<'p> {
    text: String,
    paint: Paint<'p>,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn grid(&mut self, grid: &Grid, indent: usize) {
        self.text.push_str(&grid.lines(indent, self.paint));
    }

    fn heading(&mut self, explanation: &Explanation) {
        let mut line = (self.paint)(Ink::Bold, &explanation.key);
        if let Some(name) = &explanation.name {
            let _ = write!(line, "  {}", (self.paint)(Ink::Bold, name));
        }
        self.line(&line);
    }

    fn excluded(&mut self, excluded: &Excluded) {
        let line = format!("\nkept out: {}", excluded.reason);
        self.line(&line);
        if let Some(condition) = &excluded.condition {
            self.condition(condition, 2);
        }
    }

    fn segment(&mut self, story: &SegmentStory) {
        let segment = (self.paint)(Ink::Bold, &titled(&story.segment));
        let line = format!("\n{}: {segment}, by {}", story.column, story.decided_by);
        self.line(&line);
        if let Some(overridden) = &story.overridden {
            self.overridden(overridden);
        } else if let Some(because) = &story.because {
            self.text.push_str(&wrapped(because, 2, WIDTH));
        }
        if let Some(previous) = story.previous.as_ref().filter(|it| !it.is_missing()) {
            let line = format!("  earlier: {}", previous.shown);
            self.line(&line);
        }
        for clause in &story.clauses {
            self.clause(clause);
        }
        if let Some(board) = &story.board {
            self.board(board);
        }
    }

    fn overridden(&mut self, overridden: &Overridden) {
        self.text.push_str(&wrapped(&overridden.because, 2, WIDTH));
        let mut line = String::from("  moved by hand");
        if let Some(by) = &overridden.by {
            let _ = write!(line, " by {by}");
        }
        if let Some(until) = &overridden.until {
            let _ = write!(line, " until {until}");
        }
        if let Some(without) = &overridden.without {
            let decided_by = overridden.decided_by.as_deref().unwrap_or("");
            let _ = write!(line, "; without that: {}, by {decided_by}", titled(without));
        }
        self.line(&line);
    }

    fn clause(&mut self, clause: &ClauseStory) {
        let (ink, state) = match (clause.state, &clause.when) {
            (ClauseState::Decides, None) => (Ink::Good, "otherwise"),
            (ClauseState::Decides, _) => (Ink::Good, "holds"),
            (ClauseState::Stays, _) => (Ink::Good, "does not hold, but its slack does: stays"),
            (ClauseState::Fails, _) => (Ink::Bad, "does not hold"),
            (ClauseState::NotAsked, _) => (Ink::Faint, "not asked any more"),
        };
        let line = format!(
            "  {:>2}  {}  {}",
            clause.number,
            titled(&clause.segment),
            (self.paint)(ink, state)
        );
        self.line(&line);
        if clause.state == ClauseState::NotAsked {
            return;
        }
        if let Some(when) = &clause.when {
            self.condition(when, 6);
        }
        if let Some(stays) = &clause.stays
            && clause.state != ClauseState::Decides
        {
            self.line("      stays when");
            self.condition(stays, 6);
        }
    }

    fn condition(&mut self, condition: &Condition, indent: usize) {
        let mut grid = Grid::new("<<<<");
        self.rows(condition, 0, &mut grid);
        self.grid(&grid, indent);
    }

    /// A row for each question; what is inside a named condition stands below it.
    fn rows(&self, condition: &Condition, depth: usize, grid: &mut Grid) {
        let deeper = "  ".repeat(depth);
        let (ink, mark) = mark(condition.holds);
        let own = |text: &str| {
            vec![
                (ink, mark.to_owned()),
                (Ink::Plain, format!("{deeper}{text}")),
            ]
        };
        match &condition.kind {
            ConditionKind::All(parts) => {
                for part in parts {
                    self.rows(part, depth, grid);
                }
            }
            ConditionKind::Any(parts) => {
                grid.row(own("one of these"));
                for part in parts {
                    self.rows(part, depth + 1, grid);
                }
            }
            ConditionKind::Not(inner) => {
                grid.row(own("not this"));
                self.rows(inner, depth + 1, grid);
            }
            ConditionKind::Let(inner) => {
                grid.row(own(&condition.text));
                self.rows(inner, depth + 1, grid);
            }
            ConditionKind::Question { values, distance } => {
                let mut row = own(&condition.text);
                let values = match values.as_slice() {
                    // The question names it already.
                    [one] if condition.text.contains(&one.name) => one.value.shown.clone(),
                    values => asked(values),
                };
                row.push((Ink::Plain, values));
                let far = distance.as_ref().map(|it| far(it, condition.holds));
                row.push((ink, far.unwrap_or_default()));
                grid.row(row);
            }
        }
    }

    fn board(&mut self, board: &BoardStory) {
        if !board.decides {
            return;
        }
        let mut grid = Grid::new("<<<<");
        for (what, side) in [("row", &board.rows), ("column", &board.columns)] {
            for (at, (band, distance)) in side.bands.iter().enumerate() {
                let holds = at == side.at;
                let (ink, mark) = mark(Some(holds));
                if at > side.at {
                    continue;
                }
                let name = format!("{what} {}: {} {band}", at + 1, side.value.name);
                let value = side.value.value.shown.clone();
                let far = distance.as_ref().map(|it| far(it, Some(holds)));
                grid.row(vec![
                    (ink, mark.to_owned()),
                    (Ink::Plain, name),
                    (Ink::Plain, value),
                    (ink, far.unwrap_or_default()),
                ]);
            }
        }
        self.grid(&grid, 6);
    }

    fn axis(&mut self, axis: &AxisStory) {
        let mut line = format!(
            "\n{}: {} of {}",
            titled(&axis.title),
            (self.paint)(Ink::Bold, &axis.score.shown),
            axis.full.shown
        );
        if axis.known.exact != "100%" {
            let _ = write!(line, ", {} of its weight known", axis.known.shown);
        }
        self.line(&line);
        let mut grid = Grid::new("<<>>>><");
        let head = ["criterion", "input", "score", "weight", "gives", "costs"];
        grid.row(head.map(|it| (Ink::Faint, it.to_owned())).into());
        for member in ranked(&axis.members) {
            grid.row(member_row(member));
        }
        if axis.rounding.as_number() != Some(0) {
            let mut row = vec![(Ink::Faint, "rounding".to_owned())];
            row.extend((0..3).map(|_| (Ink::Plain, String::new())));
            row.push((Ink::Faint, signed(&axis.rounding.shown)));
            grid.row(row);
        }
        self.grid(&grid, 2);
    }

    fn facts(&mut self, explanation: &Explanation) {
        let mut grid = Grid::new("<<<<");
        let mut words = explanation
            .facts
            .iter()
            .filter_map(|it| it.made_of.as_ref());
        // Beside long words the values would stand far away: they stand below them.
        let is_long = words.any(|it| it.chars().count() > LONG);
        let plain = |text: &str| (Ink::Plain, text.to_owned());
        for fact in &explanation.facts {
            let Some(made_of) = &fact.made_of else {
                continue;
            };
            let values = asked(&fact.values);
            let mut row = vec![
                plain(&fact.named.name),
                plain(&fact.named.value.shown),
                (Ink::Faint, format!("= {made_of}")),
            ];
            if !is_long {
                row.push(plain(&values));
            }
            grid.row(row);
            if is_long && !values.is_empty() {
                grid.row(vec![plain(""), plain(""), plain(&format!("  {values}"))]);
            }
        }
        if !grid.is_empty() {
            self.line("\nworked out");
            self.grid(&grid, 2);
        }
    }

    fn service(&mut self, service: &ServiceStory) {
        let mut line = match &service.owner {
            Some(owner) => format!("\nserved by {}", titled(owner)),
            None if service.activities.is_empty() => "\nnot served".to_owned(),
            None => "\nserved".to_owned(),
        };
        if let Some(cost) = service.cost.as_ref().filter(|it| !it.is_missing()) {
            let _ = write!(line, ", at {} a year", cost.shown);
        }
        self.line(&line);
        let mut grid = Grid::new("<<");
        for (activity, often) in &service.activities {
            let often = (Ink::Plain, often.shown.clone());
            grid.row(vec![(Ink::Plain, titled(activity)), often]);
        }
        for (name, text) in &service.texts {
            grid.row(vec![(Ink::Plain, name.clone()), (Ink::Plain, text.clone())]);
        }
        self.grid(&grid, 2);
        self.reasons(&service.reasons, 2);
        for refinement in service.refinements.iter().filter(|it| it.asked) {
            let (ink, state) = match refinement.applies {
                true => (Ink::Good, "applies"),
                false => (Ink::Bad, "does not apply"),
            };
            let state = (self.paint)(ink, state);
            let line = format!("  refinement {} {state}", refinement.number);
            self.line(&line);
            self.condition(&refinement.condition, 6);
            if refinement.applies {
                self.reasons(&refinement.reasons, 6);
            }
        }
    }

    fn reasons(&mut self, reasons: &[(Option<Title>, String)], indent: usize) {
        for (about, reason) in reasons {
            let text = match about {
                Some(title) => format!("{}: {reason}", title.name),
                None => reason.clone(),
            };
            self.text.push_str(&wrapped(&text, indent, WIDTH));
        }
    }

    fn changes(&mut self, changes: &Changes, several: bool) {
        let of = match several {
            true => format!(" in {}", changes.column),
            false => String::new(),
        };
        for (what, list) in [("lift", &changes.up), ("drop", &changes.down)] {
            let line = match list.is_empty() {
                true => format!("\nno change of one input would {what} it{of}"),
                false => format!("\na change of one input that would {what} it{of}"),
            };
            self.line(&line);
            let mut grid = Grid::new("<><><<<");
            for change in list {
                grid.row(change_row(change));
            }
            self.grid(&grid, 2);
        }
        for (input, why) in &changes.unsearched {
            let line = format!("  {input}: {why}");
            self.line(&line);
        }
    }
}

/// A name with its label.
pub fn titled(title: &Title) -> String {
    match &title.label {
        Some(label) => format!("{} \"{label}\"", title.name),
        None => title.name.clone(),
    }
}

fn mark(holds: Option<bool>) -> (Ink, &'static str) {
    match holds {
        Some(true) => (Ink::Good, "✓"),
        Some(false) => (Ink::Bad, "✗"),
        None => (Ink::Faint, "·"),
    }
}

fn asked(values: &[Named]) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|it| format!("{} {}", it.name, it.value.shown))
        .collect();
    values.join(", ")
}

/// How far a line is, in words.
pub fn far(distance: &Distance, holds: Option<bool>) -> String {
    let gap = amount(distance);
    match (distance.gap.as_number(), holds) {
        (Some(0), Some(true)) => "exactly on the line".to_owned(),
        (Some(0), _) => "exactly on the line, which is not enough".to_owned(),
        (_, Some(true)) => format!("{gap} to spare"),
        (_, _) if distance.operator.starts_with('<') => format!("{gap} too much"),
        (_, _) => format!("{gap} short"),
    }
}

/// The size of a distance in words.
fn amount(distance: &Distance) -> String {
    let gap = &distance.gap;
    match (&gap.ty, &distance.value.value.ty) {
        (_, Type::Steps(_)) if gap.exact == "1" => "1 step".to_owned(),
        (_, Type::Steps(_)) => format!("{} steps", gap.exact),
        (Type::Percent, _) => format!("{} points", gap.exact.trim_end_matches('%')),
        _ => gap.shown.clone(),
    }
}

/// The members of an axis by what they give, groups with their members behind them.
pub fn ranked(members: &[MemberStory]) -> Vec<&MemberStory> {
    let mut order = Vec::new();
    rank_below(members, "", 0, &mut order);
    order
}

fn rank_below<'m>(
    members: &'m [MemberStory],
    above: &str,
    depth: usize,
    order: &mut Vec<&'m MemberStory>,
) {
    let under = |member: &&MemberStory| member.depth == depth && member.path.starts_with(above);
    let mut own: Vec<&MemberStory> = members.iter().filter(under).collect();
    // What gives most first; what gives the same, by what it costs.
    own.sort_by_key(|member| {
        let given = member.gives.rounded(1);
        let lost = member.costs.rounded(1);
        (std::cmp::Reverse(given), std::cmp::Reverse(lost))
    });
    for member in own {
        order.push(member);
        if member.is_group {
            rank_below(members, &format!("{}.", member.path), depth + 1, order);
        }
    }
}

fn member_row(member: &MemberStory) -> Vec<(Ink, String)> {
    let name = member.path.rsplit('.').next().unwrap_or(&member.path);
    let label = member.label.as_ref().map(|label| format!(" \"{label}\""));
    let indent = "  ".repeat(member.depth);
    let name = format!("{indent}{name}{}", label.unwrap_or_default());
    let left_out = member.missing == Some(MissingStory::LeftOut);
    let note = match member.missing {
        Some(MissingStory::Filled) => format!("missing, which counts as {}", member.score.shown),
        Some(MissingStory::LeftOut) => "left out, its weight shared over the others".to_owned(),
        None => String::new(),
    };
    let input = match &member.input {
        Some(input) => input.value.shown.clone(),
        None => String::new(),
    };
    let points = |value: &super::Value| match (left_out, member.is_group) {
        (true, _) => "–".to_owned(),
        // What a group gives is what its members give.
        (_, true) => format!("({})", value.shown),
        _ => value.shown.clone(),
    };
    let score = if left_out {
        "–".to_owned()
    } else {
        member.score.shown.clone()
    };
    let ink = if member.is_group {
        Ink::Faint
    } else {
        Ink::Plain
    };
    vec![
        (Ink::Plain, name),
        (Ink::Plain, input),
        (ink, score),
        (Ink::Plain, member.weight.clone()),
        (ink, points(&member.gives_shown)),
        (ink, points(&member.costs_shown)),
        (Ink::Faint, note),
    ]
}

fn signed(text: &str) -> String {
    match text.starts_with('-') {
        true => text.to_owned(),
        false => format!("+{text}"),
    }
}

fn change_row(change: &Change) -> Vec<(Ink, String)> {
    let between = match change.between {
        Some(0) => "nobody lies between".to_owned(),
        Some(1) => "one customer lies between".to_owned(),
        Some(count) => format!("{count} customers lie between"),
        None => String::new(),
    };
    vec![
        (Ink::Plain, change.input.name.clone()),
        (Ink::Plain, change.input.value.shown.clone()),
        (Ink::Faint, "→".to_owned()),
        (Ink::Bold, change.to.shown.clone()),
        (Ink::Faint, "gives".to_owned()),
        (Ink::Plain, titled(&change.segment)),
        (Ink::Faint, between),
    ]
}
