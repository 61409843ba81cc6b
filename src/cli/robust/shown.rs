//! What `vekt robust` found, for people: on a terminal and as Markdown, the same parts in the same
//! order.

use super::Findings;
use crate::cli::render::clean_line;
use crate::cli::render::style::{BOLD, paint};
use crate::cli::table::{Table, grouped_text, people_count, people_number, people_share};
use crate::diff::Grid;
use crate::robust::{OUT, Tried};
use crate::value::decimal::wide_text;

/// A heading and what stands under it: a table, or sentences.
struct Part {
    title: String,
    grid: Grid,
    lines: Vec<String>,
}

/// For a terminal.
pub fn human(findings: &Findings<'_>, width: usize) -> String {
    let mut text = format!("{}\n", paint(BOLD, &clean_line(&findings.ran.program.name)));
    for part in parts(findings) {
        text.push_str(&format!("\n{}\n", paint(BOLD, &clean_line(&part.title))));
        if !part.grid.rows.is_empty() {
            let mut table = Table::default();
            for (header, to_the_right) in &part.grid.headers {
                table.column(header, *to_the_right);
            }
            part.grid.rows.iter().for_each(|row| table.row(row.clone()));
            text.push_str(&table.lines(width));
        }
        for line in &part.lines {
            text.push_str(&format!("  {}\n", clean_line(line)));
        }
    }
    text
}

/// As Markdown.
pub fn markdown(findings: &Findings<'_>) -> String {
    let mut text = format!("### {}\n", clean_line(&findings.ran.program.name));
    for part in parts(findings) {
        text.push_str(&format!("\n**{}**\n\n", clean_line(&part.title)));
        if !part.grid.rows.is_empty() {
            text.push_str(&part.grid.markdown());
        }
        for line in &part.lines {
            text.push_str(&format!("{}\n", clean_line(line)));
        }
    }
    text
}

fn parts(findings: &Findings<'_>) -> Vec<Part> {
    let arguments = findings.arguments;
    let by = super::percent_text(arguments.weight);
    let mut parts = vec![Part {
        title: format!("each weight {by} less and more, the others in their proportions"),
        grid: tried(findings, &findings.report.weights),
        lines: empty(&findings.report.weights, "no weight can be moved"),
    }];
    let points = wide_text(arguments.boundary.into());
    parts.push(Part {
        title: format!("each boundary {points} points lower and higher (what is no score, {by})"),
        grid: tried(findings, &findings.report.boundaries),
        lines: empty(&findings.report.boundaries, "no boundary can be moved"),
    });
    if !findings.report.dropped.is_empty() {
        parts.push(dropped(findings));
    }
    if findings.report.draws > 0 {
        parts.push(simulation(findings));
        parts.push(fragile(findings));
    }
    if !findings.report.dropped.is_empty() && !findings.report.reached.is_empty() {
        parts.push(reached(findings));
    }
    if !findings.report.notes.is_empty() {
        parts.push(Part {
            title: "what was left out".to_owned(),
            grid: Grid::default(),
            lines: findings.report.notes.clone(),
        });
    }
    parts
}

fn empty(tried: &[Tried], line: &str) -> Vec<String> {
    match tried.is_empty() {
        true => vec![line.to_owned()],
        false => Vec::new(),
    }
}

/// What was changed, as short as a column of a table allows.
fn short(what: &str) -> String {
    let what = what.replace('`', "");
    let words = ["weight of ", "boundary of "];
    let rest = words.iter().find_map(|it| what.strip_prefix(it));
    rest.unwrap_or(&what).replace("slack of ", "slack ")
}

/// Variants with whom they move.
fn tried(findings: &Findings<'_>, list: &[Tried]) -> Grid {
    let mut grid = Grid::new(&["what", "from>", "to>", "moved>", "share>"]);
    let amount = findings.amount.as_ref().map(|it| it.name.as_str());
    if let Some(amount) = amount {
        grid.column(amount, true);
    }
    let all = findings.report.segments.len() as i128;
    for it in list {
        let mut row = vec![
            short(&it.what),
            grouped_text(&it.from),
            grouped_text(&it.to),
        ];
        match &it.moved {
            Some(moved) => {
                row.push(people_count(moved.customers as usize));
                row.push(people_share(moved.customers.into(), all));
                if amount.is_some() {
                    row.push(people_number(moved.amount));
                }
            }
            None => row.extend(["not run".to_owned(), it.why.clone()]),
        }
        grid.row(row);
    }
    grid
}

/// The weights that could be left out without moving anyone, and what the others hold.
fn dropped(findings: &Findings<'_>) -> Part {
    let list = &findings.report.dropped;
    let idle = list
        .iter()
        .filter(|it| it.moved.is_some_and(|it| it.customers == 0));
    let idle: Vec<String> = idle
        .map(|it| it.what.trim_start_matches("weight of ").to_owned())
        .collect();
    let line = match idle.is_empty() {
        true => "every weight holds somebody in place".to_owned(),
        false => format!(
            "could be left out without moving anyone: {}",
            idle.join(", ")
        ),
    };
    Part {
        title: "each weight left out".to_owned(),
        grid: tried(findings, list),
        lines: vec![line],
    }
}

fn simulation(findings: &Findings<'_>) -> Part {
    let (report, arguments) = (&findings.report, findings.arguments);
    let mut grid = Grid::new(&[
        findings.segmentation.as_str(),
        "customers>",
        "keep it in all draws>",
        "in 90 %>",
        "on average>",
    ]);
    let importance = &findings.side.importance;
    let mut places: Vec<u32> = importance.iter().map(|it| *it as u32).collect();
    if report.segments.contains(&OUT) {
        places.push(OUT);
    }
    let mut all = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut row = |name: &str, (customers, always, mostly, kept): (u64, u64, u64, u64)| {
        let of = |part: u64| people_share(part.into(), customers.into());
        grid.row(vec![
            name.to_owned(),
            people_count(customers as usize),
            of(always),
            of(mostly),
            people_share(
                kept.into(),
                i128::from(customers) * i128::from(report.draws),
            ),
        ]);
    };
    for place in places {
        let mut of_place = (0, 0, 0, 0);
        for (segment, stability) in report.segments.iter().zip(&report.stability) {
            if *segment == place {
                of_place.0 += 1;
                of_place.1 += u64::from(stability.kept == report.draws);
                of_place.2 += u64::from(stability.kept * 10 >= report.draws * 9);
                of_place.3 += stability.kept;
            }
        }
        all.0 += of_place.0;
        all.1 += of_place.1;
        all.2 += of_place.2;
        all.3 += of_place.3;
        let name = if place == OUT {
            "excluded"
        } else {
            findings.segment_name(place)
        };
        row(name, of_place);
    }
    row("all", all);
    Part {
        title: format!(
            "all weights drawn {} times around the model's (spread {}, seed {})",
            people_count(report.draws as usize),
            super::percent_text(arguments.spread),
            arguments.seed
        ),
        grid,
        lines: Vec::new(),
    }
}

/// Those who stand the least firmly.
fn fragile(findings: &Findings<'_>) -> Part {
    let fragile = findings.fragile();
    let amount = findings.amount.as_ref().map(|it| it.name.as_str());
    let shown = fragile.iter().take(findings.arguments.names);
    let is_named = shown
        .clone()
        .any(|it| findings.side.name_of(it.row).is_some());
    let mut grid = Grid::new(&["customer"]);
    if is_named {
        grid.column("name", false);
    }
    for (header, right) in [
        ("segment", false),
        ("kept", true),
        ("else", false),
        ("nearest line", false),
    ] {
        grid.column(header, right);
    }
    if let Some(amount) = amount {
        grid.column(amount, true);
    }
    for it in shown {
        let row = it.row as usize;
        let mut cells = vec![findings.side.key_of(it.row).to_owned()];
        if is_named {
            cells.push(findings.side.name_of(it.row).unwrap_or_default().to_owned());
        }
        let segment = findings.report.segments.get(row).copied().unwrap_or(OUT);
        let other = findings.report.stability.get(row).and_then(|it| it.other);
        cells.extend([
            findings.segment_name(segment).to_owned(),
            people_share(it.kept.into(), findings.report.draws.into()),
            other.map_or(String::new(), |it| findings.segment_name(it).to_owned()),
            near(findings, row),
        ]);
        if amount.is_some() {
            let worth = findings.side.amount_of(it.row);
            cells.push(worth.map_or(String::new(), |it| people_number(it.into())));
        }
        grid.row(cells);
    }
    let more = fragile.len().saturating_sub(findings.arguments.names);
    let mut lines = Vec::new();
    if fragile.is_empty() {
        lines.push("everybody kept the segment in every draw".to_owned());
    } else if more > 0 {
        lines.push(format!(
            "… and {} more; `--format csv` has all",
            people_count(more)
        ));
    }
    Part {
        title: "the least firm".to_owned(),
        grid,
        lines,
    }
}

/// The nearest line of a customer: axis, score, line.
fn near(findings: &Findings<'_>, row: usize) -> String {
    let Some(near) = findings.report.near.get(row).copied().flatten() else {
        return String::new();
    };
    let axis = findings.ran.program.axes.get(near.axis);
    let decimals = findings.ran.program.scores.decimals;
    format!(
        "{} {} at {}",
        axis.map_or("", |it| &it.name),
        crate::value::Decimal(near.score).fixed(decimals),
        crate::value::Decimal(near.line)
    )
}

/// The smallest change of a weight that moves each customer of the most important segment.
fn reached(findings: &Findings<'_>) -> Part {
    let mut reached: Vec<_> = findings.report.reached.iter().collect();
    reached.sort_by_key(|it| it.change.as_ref().map_or(i128::MAX, |it| it.size));
    let mut grid = Grid::new(&["customer"]);
    let side = &findings.side;
    let is_named = reached.iter().any(|it| side.name_of(it.row).is_some());
    if is_named {
        grid.column("name", false);
    }
    for (header, to_the_right) in [
        ("weight", false),
        ("from", true),
        ("to", true),
        ("becomes", false),
    ] {
        grid.column(header, to_the_right);
    }
    let never = reached.iter().filter(|it| it.change.is_none()).count();
    for it in reached.iter().take(findings.arguments.names) {
        let Some(change) = &it.change else { continue };
        let mut row = vec![side.key_of(it.row).to_owned()];
        if is_named {
            row.push(side.name_of(it.row).unwrap_or_default().to_owned());
        }
        row.extend([
            change.weight.clone(),
            change.from.clone(),
            change.to.clone(),
            match change.segment {
                OUT => "excluded".to_owned(),
                segment => findings.segment_name(segment).to_owned(),
            },
        ]);
        grid.row(row);
    }
    let mut lines = Vec::new();
    if never > 0 {
        lines.push(format!(
            "{} are moved by no single weight",
            people_count(never)
        ));
    }
    let most = findings.side.importance.first().copied().unwrap_or(0);
    Part {
        title: format!(
            "the smallest change of one weight that moves a customer of {}",
            findings.segment_name(most as u32)
        ),
        grid,
        lines,
    }
}
