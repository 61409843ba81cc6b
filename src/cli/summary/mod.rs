//! The summary of a run for people: what was read, the segments, who was kept out, overrides,
//! checks, the teams. Numbers are grouped and have one decimal; exact ones stand in the result.

mod accounted;
mod checks;
mod segments;
mod sheet;

pub use segments::first_money;
pub use sheet::summary_sheet;

use super::arguments::ModelOptions;
use super::recognised;
use super::render::clean_line;
use super::render::style::{BAD, BOLD, FAINT, GOOD, WARN, paint};
use super::table::{Table, people_count, people_number, people_share};
use crate::eval::{Outcome, Sums};
use crate::io::Data;
use crate::io::dataset::FileReport;
use crate::io::reconcile::Account;
use crate::io::write::csv::shown;
use crate::io::write::{Names, ResultColumn};
use crate::model::program::Program;
use crate::model::types::Type;
use crate::plan::Plan;
use crate::value::Values;
use std::path::Path;

/// How many rows of a result are shown.
const FIRST_ROWS: usize = 10;

/// What a summary is made from.
#[derive(Clone, Copy)]
pub struct Summary<'a> {
    /// The model.
    pub program: &'a Program,
    /// Its plan.
    pub plan: &'a Plan,
    /// The data and what was recognised in it.
    pub data: &'a Data,
    /// What came out.
    pub outcome: &'a Outcome,
    /// What the command line said about the model.
    pub options: &'a ModelOptions,
    /// How wide a line may be.
    pub width: usize,
    /// What the customers of each segment come to, by segmentation.
    pub sums: &'a [Vec<Sums>],
    /// All rows and amounts, in and out.
    pub account: &'a Account,
    /// The file of the rejects.
    pub rejects: Option<&'a Path>,
    /// Whether all is told that was recognised in the data.
    pub verbose: bool,
}

impl Summary<'_> {
    /// The whole summary.
    pub fn text(&self) -> String {
        let parts = [
            self.title(),
            self.read(),
            accounted::lines(self),
            self.segments(),
            self.excluded(),
            self.overrides(),
            self.checks(),
            self.teams(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        format!("{}\n", parts.join("\n"))
    }

    /// The line about the file that was written.
    pub fn written(&self, path: &Path) -> String {
        format!(
            "wrote {}: {}, {}\n",
            clean_line(&path.display().to_string()),
            counted(self.outcome.rows, "row", "rows"),
            counted(self.outcome.columns.len(), "column", "columns"),
        )
    }

    fn title(&self) -> String {
        let mut facts = vec![paint(BOLD, &clean_line(&self.program.name))];
        if self.program.uses_today {
            facts.push(format!("on {}", self.program.today));
        }
        if let Some(scenario) = &self.program.scenario {
            facts.push(format!("scenario `{}`", clean_line(scenario)));
        }
        for (param, value) in &self.options.set {
            facts.push(clean_line(&format!("{param} = {value}")));
        }
        format!("{}\n", facts.join(", "))
    }

    fn read(&self) -> String {
        let mut table = Table::new(&["read", "rows>", "what", "recognised"]);
        for report in &self.data.reports {
            table.row(vec![
                file_name(&report.file),
                people_count(report.rows),
                report.dataset.clone(),
                recognised_words(report),
            ]);
        }
        let mut text = table.lines(self.width);
        self.data
            .reports
            .iter()
            .for_each(|it| text.push_str(&notes(it)));
        if self.verbose {
            for report in &self.data.reports {
                text.push('\n');
                text.push_str(&recognised::recognised(report));
            }
        }
        text
    }

    fn segments(&self) -> String {
        let main = self.program.main_segmentation().map(|(id, _)| id.0);
        let service = self.plan.results.service.iter();
        let teams = service.flat_map(|service| &service.teams).count();
        let money = first_money(self.program);
        let money = money.and_then(|field| self.program.customers.fields.get(field.0));
        let pairs = self.program.segmentations.iter().zip(self.sums);
        let tables = pairs.enumerate().map(|(at, (segmentation, sums))| {
            // Services speak of the unnamed segmentation only.
            let hours = main == Some(at) && teams > 0;
            let money = money.map(|field| field.name.as_str());
            segments::table(segmentation, sums, money, hours).lines(self.width)
        });
        tables.collect::<Vec<String>>().join("\n")
    }

    fn excluded(&self) -> String {
        let Some(excluded) = &self.outcome.excluded else {
            return String::new();
        };
        let Values::Choice(reasons) = &excluded.values else {
            return String::new();
        };
        let mut counts = vec![0_usize; self.outcome.reasons.len()];
        for (row, reason) in reasons.iter().enumerate() {
            if let Some(count) = counts.get_mut(*reason as usize)
                && !excluded.is_missing(row)
            {
                *count += 1;
            }
        }
        let mut table = Table::new(&["excluded", "customers>"]);
        for (reason, count) in self.outcome.reasons.iter().zip(counts) {
            if count > 0 {
                table.row(vec![reason.clone(), people_count(count)]);
            }
        }
        table.lines(self.width)
    }

    fn overrides(&self) -> String {
        let (in_force, expired) = (
            self.outcome.overrides_in_force,
            self.outcome.expired_overrides,
        );
        if in_force + expired == 0 {
            return String::new();
        }
        let mut text = format!("  {} in force", counted(in_force, "override", "overrides"));
        if expired > 0 {
            let expired = format!("{} expired", people_count(expired));
            text.push_str(&format!(", {}", paint(WARN, &expired)));
        }
        text.push('\n');
        text
    }

    fn checks(&self) -> String {
        checks::lines(self.outcome, self.plan, &self.data.inputs)
    }

    fn teams(&self) -> String {
        if self.outcome.teams.is_empty() {
            return String::new();
        }
        let headers = ["team", "planned h>", "available h>", "booked>"];
        let mut table = Table::new(&headers);
        for outcome in &self.outcome.teams {
            let Some(team) = self.program.teams.get(outcome.team.0) else {
                continue;
            };
            let hours = |duration: i128| people_number(duration / 3600);
            table.row(vec![
                team.label.clone().unwrap_or_else(|| team.name.clone()),
                hours(outcome.planned),
                hours(outcome.available),
                people_share(outcome.planned, outcome.available),
            ]);
        }
        table.lines(self.width)
    }
}

/// The first rows of a result as a table.
pub fn first_rows(
    columns: &[ResultColumn<'_>],
    rows: usize,
    names: Names<'_>,
    width: usize,
) -> String {
    let mut table = Table::default();
    for column in columns {
        let is_number = column.ty.is_numeric() && *column.ty != Type::Date;
        table.column(column.header, is_number);
    }
    for row in 0..rows.min(FIRST_ROWS) {
        table.row(columns.iter().map(|it| shown(it, row, names)).collect());
    }
    let mut text = table.lines(width);
    if rows > FIRST_ROWS {
        let more = counted(rows - FIRST_ROWS, "more row", "more rows");
        let note = format!("  … and {more}; `-o FILE` writes them all");
        text.push_str(&paint(FAINT, &note));
        text.push('\n');
    }
    text
}

/// A file without the folders that lead to it.
fn file_name(file: &str) -> String {
    let name = Path::new(file).file_name().and_then(|name| name.to_str());
    name.unwrap_or(file).into()
}

/// What was recognised in a file, in few words.
fn recognised_words(report: &FileReport) -> String {
    let mut words = vec![report.form.as_str()];
    for field in &report.fields {
        let word = recognised::reading(field);
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

/// What deserves to be known of a file beside how it was read; nothing of most.
fn notes(report: &FileReport) -> String {
    let rounded: usize = report.fields.iter().map(|field| field.rounded).sum();
    let notes: Vec<String> = [
        (
            report.nobodys,
            "row belongs to nobody",
            "rows belong to nobody",
        ),
        (
            report.without_rows,
            "customer has no row",
            "customers have no row",
        ),
        (report.blank_rows, "blank row", "blank rows"),
        (
            rounded,
            "cell rounded at six decimals",
            "cells rounded at six decimals",
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect();
    let above = recognised::passed(&report.above, "above the header");
    let below = recognised::passed(&report.footer, "below the rows") + &recognised::totals(report);
    if notes.is_empty() {
        return above + &below;
    }
    let file = clean_line(&file_name(&report.file));
    format!("  {file}: {}\n{above}{below}", notes.join(", "))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{} {word}", people_count(count))
}
