//! The outcome of tests for machines: one JSON object with the version of its schema. The schema is
//! in docs/commands.md; fields are added, never changed.

use super::cases::{Case, CaseTable};
use super::values::one_line;
use super::{Findings, Tested};
use crate::base::Span;
use crate::cli::failures;
use crate::testing::{AxisTrace, CustomerTrace, Expectation, SegmentTrace, State, TestOutcome};
use serde::Serialize;

/// The version of the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    version: u32,
    models: Vec<Model>,
}

#[derive(Serialize)]
struct Model {
    model: String,
    held: usize,
    failed: usize,
    tests: Vec<TestEntry>,
    coverage: CoverageEntry,
    /// Tests for what none reaches, where they were asked for.
    missing: Vec<MissingEntry>,
}

#[derive(Serialize)]
struct TestEntry {
    name: String,
    file: String,
    line: Option<u64>,
    held: bool,
    expectations: Vec<ExpectationEntry>,
    customers: Vec<CustomerEntry>,
}

#[derive(Serialize)]
struct ExpectationEntry {
    text: String,
    /// `held`, `failed`, `missing`, `broken`.
    state: &'static str,
    values: Vec<ValueEntry>,
    /// Why it could not be computed.
    problems: Vec<String>,
}

#[derive(Serialize)]
struct ValueEntry {
    text: String,
    value: Option<String>,
}

#[derive(Serialize)]
struct CustomerEntry {
    name: Option<String>,
    excluded: Option<String>,
    segments: Vec<SegmentEntry>,
    axes: Vec<AxisEntry>,
}

#[derive(Serialize)]
struct SegmentEntry {
    column: String,
    segment: String,
    decided_by: String,
    line: Option<u64>,
}

#[derive(Serialize)]
struct AxisEntry {
    axis: String,
    score: Option<String>,
    criteria: Vec<CriterionEntry>,
}

#[derive(Serialize)]
struct CriterionEntry {
    name: String,
    weight: String,
    value: Option<String>,
    score: Option<String>,
}

#[derive(Serialize)]
struct CoverageEntry {
    reached: usize,
    all: usize,
    points: Vec<PointEntry>,
}

#[derive(Serialize)]
struct PointEntry {
    sort: &'static str,
    text: String,
    file: String,
    line: Option<u64>,
    reached: bool,
}

#[derive(Serialize)]
struct MissingEntry {
    points: Vec<String>,
    block: Option<String>,
}

/// All outcomes as one object.
pub fn document(found: &[Findings]) -> String {
    let document = Document {
        version: VERSION,
        models: found.iter().map(model).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn model(findings: &Findings) -> Model {
    let total = findings.coverage.total();
    let mut tests: Vec<TestEntry> = Vec::new();
    for tested in &findings.files {
        tests.extend(tested.suite.tests.iter().map(|it| test(tested, it)));
    }
    for table in &findings.cases {
        tests.extend(table.cases.iter().map(|it| case(table, it)));
    }
    let points = findings.coverage.points.iter();
    let points = points.map(|(point, reached)| {
        let place = findings.model().and_then(|it| place(it, point.span));
        let (file, line) = place.unwrap_or_default();
        PointEntry {
            sort: point.kind.sort(),
            text: point.text.clone(),
            file,
            line: Some(line),
            reached: *reached,
        }
    });
    Model {
        model: findings.model().map_or(String::new(), |it| it.name.clone()),
        held: findings.tests() - findings.failed(),
        failed: findings.failed(),
        tests,
        coverage: CoverageEntry {
            reached: total.reached,
            all: total.all,
            points: points.collect(),
        },
        missing: findings
            .missing
            .iter()
            .map(|found| MissingEntry {
                points: found.points.iter().map(|it| it.text.clone()).collect(),
                block: found.block.clone(),
            })
            .collect(),
    }
}

fn place(tested: &Tested, span: Span) -> Option<(String, u64)> {
    let (file, position) = tested.position(span)?;
    Some((file.to_owned(), position.line as u64))
}

fn test(tested: &Tested, test: &TestOutcome) -> TestEntry {
    let place = test.span.and_then(|span| place(tested, span));
    let (file, line) = place.unwrap_or_default();
    let alone = test.traces.len() <= 1;
    let mut expectations: Vec<ExpectationEntry> = test
        .expectations
        .iter()
        .map(|it| expectation(tested, it, alone))
        .collect();
    if !test.wrong.is_empty() {
        expectations.push(ExpectationEntry {
            text: String::new(),
            state: "broken",
            values: Vec::new(),
            problems: test.wrong.iter().map(|it| it.message.clone()).collect(),
        });
    }
    TestEntry {
        name: test.name.clone(),
        file,
        line: Some(line),
        held: test.held(),
        expectations,
        customers: test.traces.iter().map(|it| customer(tested, it)).collect(),
    }
}

fn expectation(tested: &Tested, it: &Expectation, alone: bool) -> ExpectationEntry {
    let sources = &tested.loaded.sources;
    ExpectationEntry {
        text: one_line(sources, it.span),
        state: match it.state {
            State::Held => "held",
            State::Failed => "failed",
            State::Missing => "missing",
            State::Broken(_) => "broken",
        },
        values: it
            .operands
            .iter()
            .map(|operand| ValueEntry {
                text: one_line(sources, operand.at),
                value: operand.value.clone(),
            })
            .collect(),
        problems: match &it.state {
            State::Broken(errors) => errors
                .iter()
                .map(|error| failures::of_test(error, sources, alone).0)
                .collect(),
            _ => Vec::new(),
        },
    }
}

fn customer(tested: &Tested, trace: &CustomerTrace) -> CustomerEntry {
    let segment = |it: &SegmentTrace| SegmentEntry {
        column: it.column.clone(),
        segment: it.segment.clone(),
        decided_by: it.decided_by.clone(),
        line: place(tested, it.span).map(|(_, line)| line),
    };
    let axis = |it: &AxisTrace| AxisEntry {
        axis: it.name.clone(),
        score: it.score.clone(),
        criteria: it
            .members
            .iter()
            .map(|member| CriterionEntry {
                name: member.path.clone(),
                weight: member.weight.clone(),
                value: member.value.clone(),
                score: member.score.clone(),
            })
            .collect(),
    };
    CustomerEntry {
        name: trace.customer.clone(),
        excluded: trace.excluded.clone(),
        segments: trace.segments.iter().map(segment).collect(),
        axes: trace.axes.iter().map(axis).collect(),
    }
}

fn case(table: &CaseTable, case: &Case) -> TestEntry {
    let expectations = case.differences.iter().map(|difference| ExpectationEntry {
        text: format!("{} = {}", difference.what, difference.expected),
        state: match difference.problems.is_empty() {
            true => "failed",
            false => "broken",
        },
        values: vec![ValueEntry {
            text: difference.what.clone(),
            value: difference.found.clone(),
        }],
        problems: difference.problems.clone(),
    });
    TestEntry {
        name: case.name.clone(),
        file: table.name.clone(),
        line: case.line,
        held: case.held(),
        expectations: expectations.collect(),
        customers: Vec::new(),
    }
}
