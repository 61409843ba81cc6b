//! What `vekt robust` found, for machines: one JSON object with the version of its schema. The schema
//! is in docs/commands.md; fields are added, never changed.

use super::Findings;
use crate::robust::{OUT, Tried};
use crate::value::Decimal;
use crate::value::decimal::wide_text;
use serde::Serialize;

/// The version of the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    model: &'a str,
    segmentation: &'a str,
    amount: Option<&'a str>,
    customers: usize,
    settings: Settings,
    weights: Vec<TriedEntry<'a>>,
    boundaries: Vec<TriedEntry<'a>>,
    dropped: Vec<TriedEntry<'a>>,
    simulation: Option<Simulation>,
    stability: Vec<CustomerEntry<'a>>,
    smallest_changes: Vec<ReachedEntry<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Settings {
    weight: String,
    boundary: String,
    spread: String,
    draws: u64,
    seed: u64,
}

#[derive(Serialize)]
struct TriedEntry<'a> {
    what: &'a str,
    from: &'a str,
    to: &'a str,
    customers: Option<u64>,
    amount: Option<String>,
    not_run: Option<&'a str>,
}

#[derive(Serialize)]
struct Simulation {
    draws: u64,
    /// Customers who kept their segment in every draw.
    always: u64,
    /// Those who kept it in nine draws of ten.
    mostly: u64,
    /// The share of all customers in all draws that kept their segment.
    kept: String,
}

#[derive(Serialize)]
struct CustomerEntry<'a> {
    customer: &'a str,
    name: Option<&'a str>,
    segment: Option<&'a str>,
    kept: u64,
    other: Option<&'a str>,
    line: Option<LineEntry<'a>>,
    amount: Option<String>,
}

#[derive(Serialize)]
struct LineEntry<'a> {
    axis: &'a str,
    score: String,
    line: String,
}

#[derive(Serialize)]
struct ReachedEntry<'a> {
    customer: &'a str,
    weight: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    segment: Option<&'a str>,
}

/// The whole of it.
pub fn document(findings: &Findings<'_>) -> String {
    let (report, arguments) = (&findings.report, findings.arguments);
    let document = Document {
        version: VERSION,
        model: &findings.ran.program.name,
        segmentation: &findings.segmentation,
        amount: findings.amount.as_ref().map(|it| it.name.as_str()),
        customers: report.segments.len(),
        settings: Settings {
            weight: super::percent_text(arguments.weight),
            boundary: wide_text(arguments.boundary.into()),
            spread: super::percent_text(arguments.spread),
            draws: arguments.draws,
            seed: arguments.seed,
        },
        weights: tried(findings, &report.weights),
        boundaries: tried(findings, &report.boundaries),
        dropped: tried(findings, &report.dropped),
        simulation: simulation(findings),
        stability: stability(findings),
        smallest_changes: reached(findings),
        notes: &report.notes,
    };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn tried<'a>(findings: &Findings<'_>, list: &'a [Tried]) -> Vec<TriedEntry<'a>> {
    let counted = findings.amount.is_some();
    let entries = list.iter().map(|it| TriedEntry {
        what: &it.what,
        from: &it.from,
        to: &it.to,
        customers: it.moved.map(|it| it.customers),
        amount: it.moved.filter(|_| counted).map(|it| wide_text(it.amount)),
        not_run: it.moved.is_none().then_some(it.why.as_str()),
    });
    entries.collect()
}

fn simulation(findings: &Findings<'_>) -> Option<Simulation> {
    let report = &findings.report;
    if report.draws == 0 {
        return None;
    }
    let count = |least: u64, of: u64| {
        let kept = report.stability.iter();
        kept.filter(|it| it.kept * of >= report.draws * least)
            .count() as u64
    };
    let kept: u64 = report.stability.iter().map(|it| it.kept).sum();
    let all = report.draws * report.stability.len() as u64;
    Some(Simulation {
        draws: report.draws,
        always: count(1, 1),
        mostly: count(9, 10),
        kept: crate::robust::percent(kept.into(), all.into()),
    })
}

/// Every customer, in the order of the data.
fn stability<'a>(findings: &'a Findings<'_>) -> Vec<CustomerEntry<'a>> {
    let report = &findings.report;
    let decimals = findings.ran.program.scores.decimals;
    let named = |place: u32| match place {
        OUT => None,
        place => findings
            .side
            .segments
            .get(place as usize)
            .map(|it| it.name.as_str()),
    };
    let customers = report.stability.iter().enumerate();
    let entries = customers.map(|(row, it)| {
        let near = report.near.get(row).copied().flatten();
        let at = row as u32;
        CustomerEntry {
            customer: findings.side.key_of(at),
            name: findings.side.name_of(at),
            segment: report.segments.get(row).and_then(|it| named(*it)),
            kept: it.kept,
            other: it.other.and_then(named),
            line: near.map(|near| LineEntry {
                axis: findings
                    .ran
                    .program
                    .axes
                    .get(near.axis)
                    .map_or("", |it| &it.name),
                score: Decimal(near.score).fixed(decimals),
                line: Decimal(near.line).to_string(),
            }),
            amount: findings.side.amount_of(at).map(|it| wide_text(it.into())),
        }
    });
    entries.collect()
}

fn reached<'a>(findings: &'a Findings<'_>) -> Vec<ReachedEntry<'a>> {
    let entries = findings.report.reached.iter().map(|it| {
        let change = it.change.as_ref();
        ReachedEntry {
            customer: findings.side.key_of(it.row),
            weight: change.map(|it| it.weight.as_str()),
            from: change.map(|it| it.from.as_str()),
            to: change.map(|it| it.to.as_str()),
            segment: change.and_then(|it| {
                let segment = findings.side.segments.get(it.segment as usize);
                segment.map(|it| it.name.as_str())
            }),
        }
    });
    entries.collect()
}
