//! The outcome of tests for people: what failed, with every value and the way that led there; how
//! many held; what is covered and what is not.

use super::cases::{Case, CaseTable};
use super::values::{below, one_line};
use super::{Findings, Tested};
use crate::base::Span;
use crate::cli::failures;
use crate::cli::render::style::{BAD, BOLD, FAINT, GOOD, WARN, paint};
use crate::cli::render::{self, clean_line};
use crate::cli::table::Table;
use crate::cli::terminal::Stream;
use crate::testing::{
    AxisTrace, Coverage, CustomerTrace, Expectation, SegmentTrace, State, TestOutcome,
};
use std::fmt::Write;

/// The outcome with all that failed.
pub fn long(findings: &Findings, quiet: bool) -> String {
    let mut text = String::new();
    for tested in &findings.files {
        let tests = &tested.suite.tests;
        if tests.is_empty() {
            continue;
        }
        for test in tests.iter().filter(|test| !test.held()) {
            failure(&mut text, tested, test);
        }
        if !quiet {
            let held = tests.iter().filter(|test| test.held()).count();
            let name = clean_line(&tested.name);
            let _ = writeln!(text, "{name}: {}", held_of(held, tests.len(), "tests"));
        }
    }
    for table in &findings.cases {
        for case in table.cases.iter().filter(|case| !case.held()) {
            failed_case(&mut text, table, case);
        }
        if !quiet {
            let held = table.cases.iter().filter(|case| case.held()).count();
            let name = clean_line(&table.name);
            let _ = writeln!(
                text,
                "{name}: {}",
                held_of(held, table.cases.len(), "cases")
            );
        }
    }
    if findings.tests() > 0 && !quiet {
        covered(&mut text, findings);
    }
    text + &missing(findings)
}

fn held_of(held: usize, all: usize, what: &str) -> String {
    if (held, all) == (1, 1) {
        paint(
            GOOD,
            &format!("the only {} holds", what.trim_end_matches('s')),
        )
    } else if held == all {
        paint(GOOD, &format!("all {all} {what} hold"))
    } else {
        paint(BAD, &format!("{held} of {all} {what} hold"))
    }
}

fn failure(text: &mut String, tested: &Tested, test: &TestOutcome) {
    let name = clean_line(&test.name);
    let place = test.span.map_or(String::new(), |span| place(tested, span));
    let day = test
        .today
        .map_or(String::new(), |day| format!(", on {day}"));
    let place = paint(FAINT, &format!("({place}{day})"));
    let _ = writeln!(
        text,
        "{} {} {place}",
        paint(BAD, "FAILED"),
        paint(BOLD, &name)
    );
    if !test.wrong.is_empty() {
        let sources = &tested.loaded.sources;
        text.push_str(&render::messages(&test.wrong, sources, Stream::Output));
    }
    for expectation in test
        .expectations
        .iter()
        .filter(|it| it.state != State::Held)
    {
        expected(text, tested, expectation, test.traces.len() <= 1);
    }
    for trace in &test.traces {
        text.push_str(&judged(tested, trace));
    }
    text.push('\n');
}

fn expected(text: &mut String, tested: &Tested, expectation: &Expectation, alone: bool) {
    let sources = &tested.loaded.sources;
    let line = one_line(sources, expectation.span);
    let _ = writeln!(text, "  expect {line}");
    for line in below(sources, expectation.span, &expectation.operands) {
        let _ = writeln!(text, "         {line}");
    }
    match &expectation.state {
        State::Missing => text.push_str("    a value is missing\n"),
        State::Broken(errors) => {
            for error in errors.iter().take(5) {
                let (what, help) = failures::of_test(error, sources, alone);
                let place = place(tested, error.span);
                let place = paint(FAINT, &format!("({place})"));
                let _ = writeln!(text, "    {} {place}", clean_line(&what));
                if let Some(help) = help {
                    let _ = writeln!(text, "    {}", clean_line(&help));
                }
            }
        }
        State::Held | State::Failed => {}
    }
}

/// How a customer came to its segment.
fn judged(tested: &Tested, trace: &CustomerTrace) -> String {
    let mut text = String::new();
    if let Some(name) = &trace.customer {
        let _ = writeln!(text, "  {}", paint(BOLD, &clean_line(name)));
    }
    if let Some(reason) = &trace.excluded {
        let _ = writeln!(text, "  excluded: {}", clean_line(reason));
    }
    for segment in &trace.segments {
        decided(&mut text, tested, segment);
    }
    if let Some(service) = &trace.service {
        let what = match service.refinement {
            Some(number) => format!("refinement {number}"),
            None => "no refinement".to_owned(),
        };
        let segment = clean_line(&service.segment);
        let place = paint(FAINT, &format!("({})", place(tested, service.span)));
        let _ = writeln!(text, "  service {segment}: {what} {place}");
    }
    for axis in &trace.axes {
        scored(&mut text, axis);
    }
    text
}

fn decided(text: &mut String, tested: &Tested, segment: &SegmentTrace) {
    let (column, name) = (clean_line(&segment.column), clean_line(&segment.segment));
    let by = clean_line(&segment.decided_by);
    let where_ = paint(FAINT, &format!("({})", place(tested, segment.span)));
    let _ = writeln!(text, "  {column} {name}: {by} {where_}");
    for span in &segment.passed {
        let line = format!("does not hold: {}", clause(tested, *span));
        let _ = writeln!(text, "    {}", paint(FAINT, &line));
    }
    if let Some(span) = segment.condition {
        let _ = writeln!(text, "    holds: {}", clause(tested, span));
    }
}

fn clause(tested: &Tested, span: Span) -> String {
    render::shortened(&one_line(&tested.loaded.sources, span), 110)
}

fn scored(text: &mut String, axis: &AxisTrace) {
    let missing = || "missing".to_owned();
    let name = clean_line(&axis.name);
    let score = axis.score.clone().unwrap_or_else(missing);
    let _ = writeln!(text, "  {name} {score}");
    let mut table = Table::new(&["criterion", "weight>", "value>", "score>"]);
    for member in &axis.members {
        table.row(vec![
            member.path.clone(),
            member.weight.clone(),
            member.value.clone().unwrap_or_default(),
            member
                .score
                .clone()
                .unwrap_or_else(|| "left out".to_owned()),
        ]);
    }
    for line in table.lines(Stream::Output.width()).lines() {
        let _ = writeln!(text, "  {line}");
    }
}

fn failed_case(text: &mut String, table: &CaseTable, case: &Case) {
    let (name, file) = (clean_line(&case.name), clean_line(&table.name));
    let line = case.line.map_or(String::new(), |line| format!(":{line}"));
    let place = paint(FAINT, &format!("({file}{line})"));
    let _ = writeln!(
        text,
        "{} {} {place}",
        paint(BAD, "FAILED"),
        paint(BOLD, &name)
    );
    for difference in &case.differences {
        let what = clean_line(&difference.what);
        let expected = match clean_line(&difference.expected) {
            text if text == "-" => "missing".to_owned(),
            text => text,
        };
        let found = match &difference.found {
            Some(found) => clean_line(found),
            None if difference.problems.is_empty() => "missing".to_owned(),
            None => "none".to_owned(),
        };
        let _ = writeln!(text, "  {what}: expected {expected}, found {found}");
        for problem in difference.problems.iter().take(5) {
            let _ = writeln!(text, "    {}", clean_line(problem));
        }
    }
    text.push('\n');
}

fn covered(text: &mut String, findings: &Findings) {
    let coverage = &findings.coverage;
    let total = coverage.total();
    if total.all == 0 {
        return;
    }
    let shares = coverage.shares().into_iter();
    let shares: Vec<String> = shares
        .map(|(sort, share)| format!("{sort} {} of {}", share.reached, share.all))
        .collect();
    let percent = percent(coverage);
    let style = if total.reached == total.all {
        GOOD
    } else {
        WARN
    };
    let percent = paint(style, &percent);
    let _ = writeln!(text, "covered: {percent} ({})", shares.join(", "));
    let Some(model) = findings.model() else {
        return;
    };
    for point in coverage.uncovered() {
        let place = place(model, point.span);
        let what = clean_line(&point.text);
        let _ = writeln!(text, "  {} {what}", paint(FAINT, &format!("{place}:")));
    }
}

/// The share that is reached; only all of it is 100%.
pub fn percent(coverage: &Coverage) -> String {
    let total = coverage.total();
    let share = total.reached * 100 / total.all.max(1);
    format!("{share}%")
}

/// Tests for what none reaches, ready for the rule file.
fn missing(findings: &Findings) -> String {
    let mut text = String::new();
    for found in &findings.missing {
        text.push('\n');
        for point in &found.points {
            let what = clean_line(&point.text);
            match found.block {
                Some(_) => {
                    let _ = writeln!(text, "# covers {what}");
                }
                None => {
                    let _ = writeln!(text, "# no customer was found for {what}");
                }
            }
        }
        if let Some(block) = &found.block {
            text.push_str(block);
        }
    }
    text
}

/// One line a test.
pub fn short(findings: &Findings) -> String {
    let mut text = String::new();
    let word = |held| if held { "ok" } else { "FAILED" };
    for tested in &findings.files {
        for test in &tested.suite.tests {
            let place = test.span.map_or(String::new(), |span| place(tested, span));
            let name = clean_line(&test.name);
            let _ = writeln!(text, "{} {place}: {name}", word(test.held()));
        }
    }
    for table in &findings.cases {
        for case in &table.cases {
            let line = case.line.map_or(String::new(), |line| format!(":{line}"));
            let (file, name) = (clean_line(&table.name), clean_line(&case.name));
            let _ = writeln!(text, "{} {file}{line}: {name}", word(case.held()));
        }
    }
    if let Some(model) = findings.model() {
        for point in findings.coverage.uncovered() {
            let what = clean_line(&point.text);
            let _ = writeln!(text, "uncovered {}: {what}", place(model, point.span));
        }
    }
    text + &missing(findings)
}

fn place(tested: &Tested, span: Span) -> String {
    match tested.position(span) {
        Some((file, position)) => clean_line(&format!("{file}:{}", position.line)),
        None => String::new(),
    }
}
