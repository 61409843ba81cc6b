//! The outcome of tests as the XML that build servers read: a suite for each file, a case for each
//! test, and in a failure what people would see.

use super::cases::Case;
use super::values::{below, one_line};
use super::{Findings, Tested};
use crate::cli::failures;
use crate::cli::render::xml::escaped;
use crate::testing::{State, TestOutcome};
use std::fmt::Write;

/// All outcomes as one document.
pub fn document(found: &[Findings]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for findings in found {
        for tested in &findings.files {
            let cases = tested.suite.tests.iter();
            let cases: Vec<(String, Option<String>)> = cases
                .map(|it| (it.name.clone(), (!it.held()).then(|| failure(tested, it))))
                .collect();
            suite(&mut text, &tested.name, &cases);
        }
        for table in &findings.cases {
            let cases = table.cases.iter();
            let cases: Vec<(String, Option<String>)> = cases
                .map(|it| (it.name.clone(), (!it.held()).then(|| differences(it))))
                .collect();
            suite(&mut text, &table.name, &cases);
        }
    }
    text.push_str("</testsuites>\n");
    text
}

fn suite(text: &mut String, name: &str, cases: &[(String, Option<String>)]) {
    let failed = cases
        .iter()
        .filter(|(_, failure)| failure.is_some())
        .count();
    let name = escaped(name);
    let count = cases.len();
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failed}\">"
    );
    for (case, failure) in cases {
        let case = escaped(case);
        let head = format!("<testcase classname=\"{name}\" name=\"{case}\"");
        match failure {
            None => {
                let _ = writeln!(text, "    {head}/>");
            }
            Some(failure) => {
                let message = escaped(failure.lines().next().unwrap_or_default());
                let _ = writeln!(text, "    {head}>");
                let _ = writeln!(text, "      <failure message=\"{message}\">");
                let _ = writeln!(text, "{}</failure>", escaped(failure));
                text.push_str("    </testcase>\n");
            }
        }
    }
    text.push_str("  </testsuite>\n");
}

fn failure(tested: &Tested, test: &TestOutcome) -> String {
    let sources = &tested.loaded.sources;
    let mut text = String::new();
    for wrong in &test.wrong {
        let _ = writeln!(text, "{}", wrong.message);
    }
    let wrong = test
        .expectations
        .iter()
        .filter(|it| it.state != State::Held);
    for expectation in wrong {
        let _ = writeln!(text, "expect {}", one_line(sources, expectation.span));
        for line in below(sources, expectation.span, &expectation.operands) {
            let _ = writeln!(text, "       {line}");
        }
        if let State::Broken(errors) = &expectation.state {
            for error in errors {
                let (what, _) = failures::of_test(error, sources, test.traces.len() <= 1);
                let _ = writeln!(text, "  {what}");
            }
        }
    }
    for segment in test.traces.iter().flat_map(|trace| &trace.segments) {
        let (column, name, by) = (&segment.column, &segment.segment, &segment.decided_by);
        let _ = writeln!(text, "{column} {name}: {by}");
    }
    text
}

fn differences(case: &Case) -> String {
    let mut text = String::new();
    for difference in &case.differences {
        let found = difference.found.as_deref().unwrap_or("missing");
        let (what, expected) = (&difference.what, &difference.expected);
        let _ = writeln!(text, "{what}: expected {expected}, found {found}");
        for problem in &difference.problems {
            let _ = writeln!(text, "  {problem}");
        }
    }
    text
}
