//! The declaration checker on text: fixtures of small models, one mistake each, with the messages
//! they give beside them. `UPDATE=1 cargo test` writes the messages anew.

use std::fmt::Write as _;
use std::path::Path;
use vekt::base::{Diagnostic, Severity, Source, SourceId};
use vekt::model::assembly::assemble;
use vekt::model::check::{Settings, check};
use vekt::model::program::{ExprKind, Literal, Program, ServiceTerms};
use vekt::syntax::{parse, parse_expression};
use vekt::value::{Date, Decimal};

/// Added below a section that does not say so itself, unless it begins with `# alone`.
const MODEL: &str = "model \"M\" { edition 2026, currency NOK }";
const CUSTOMERS: &str = "customers key id {
  id text, name text?, revenue money >= 0, growth percent?, fit score?, years number >= 0
  region one of \"Nord\", \"Sør\", stage steps \"low\", \"middle\", \"high\", since date, vip flag
}";

fn today() -> Date {
    Date::parse("2026-11-22").expect("a date")
}

/// The program of a text, and its messages from parsing to checking.
fn checked(text: &str) -> (Option<Program>, Vec<Diagnostic>) {
    let parsed = parse(SourceId(0), text);
    let mut messages = parsed.diagnostics;
    let assembled = assemble(&[(SourceId(0), parsed.tree)], None);
    messages.extend(assembled.diagnostics);
    let settings = Settings {
        today: today(),
        params: Vec::new(),
    };
    let checked = check(&assembled.assembly, &settings);
    messages.extend(checked.diagnostics);
    let wrong = messages.iter().any(Diagnostic::is_error);
    (checked.program.filter(|_| !wrong), messages)
}

fn completed(section: &str) -> String {
    let mut text = section.to_owned();
    if section.starts_with("# alone") {
        return text;
    }
    for (word, block) in [("model ", MODEL), ("customers ", CUSTOMERS)] {
        if !section.lines().any(|line| line.starts_with(word)) {
            let _ = writeln!(text, "{block}");
        }
    }
    text
}

/// One line for a message: `# error 3:7 code: message | help`.
fn line(text: &str, diagnostic: &Diagnostic) -> String {
    let source = Source::new("test.vekt", text);
    let place = diagnostic.labels.first().map_or("?".to_owned(), |label| {
        let at = source.position(label.span.start as usize);
        format!("{}:{}", at.line, at.column)
    });
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let help = diagnostic.help.as_deref().unwrap_or("-");
    format!(
        "# {severity} {place} {}: {} | {help}",
        diagnostic.code, diagnostic.message
    )
}

fn is_expectation(line: &str) -> bool {
    line.starts_with("# error ") || line.starts_with("# warning ")
}

/// Runs the sections of a fixture (each begins with `--- name`) and compares or blesses them.
fn run(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/check")
        .join(format!("{name}.vekt"));
    let fixture = std::fs::read_to_string(&path).expect("the fixture is there");
    let mut blessed = String::new();
    for section in fixture.split("--- ").skip(1) {
        let (title, body) = section.split_once('\n').expect("a section has a body");
        let code: String = body
            .lines()
            .filter(|line| !is_expectation(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let code = code.trim_end().to_owned() + "\n";
        let text = completed(&code);
        let (program, messages) = checked(&text);
        let wrong = messages.iter().any(Diagnostic::is_error);
        assert_eq!(program.is_none(), wrong, "{name}: {title}");
        let _ = write!(blessed, "--- {title}\n{code}");
        for message in &messages {
            let _ = writeln!(blessed, "{}", line(&text, message));
        }
        blessed.push('\n');
    }
    let blessed = blessed.trim_end().to_owned() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, blessed).expect("the fixture can be written");
    } else {
        similar(name, &fixture, &blessed);
    }
}

fn similar(name: &str, expected: &str, found: &str) {
    for (at, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "{name}.vekt, line {}", at + 1);
    }
    assert_eq!(
        expected.lines().count(),
        found.lines().count(),
        "{name}.vekt"
    );
}

macro_rules! fixtures {
    ($($name:ident),+ $(,)?) => {$(
        #[test]
        fn $name() {
            run(stringify!($name));
        }
    )+};
}

fixtures!(
    expression,
    good,
    setting,
    names,
    dataset,
    lookup,
    param,
    axis,
    scale,
    segmentation,
    board,
    overrides,
    team,
    service,
    output,
    portfolio,
    tests,
);

#[test]
fn the_reference_model_is_right() {
    let text = include_str!("syntax/contract.vekt");
    let (program, messages) = checked(text);
    let shown: Vec<String> = messages.iter().map(|it| line(text, it)).collect();
    assert_eq!(shown.join("\n"), "");
    let program = program.expect("a program");
    let headers: Vec<&str> = program
        .outputs
        .iter()
        .map(|it| it.header.as_str())
        .collect();
    assert_eq!(
        headers,
        [
            "customer_id",
            "attractiveness",
            "strength",
            "segment",
            "owner",
            "visit_per_year",
            "phone_call_per_year",
            "newsletter_per_year",
            "decided_by"
        ]
    );
}

/// The values of constant frequencies in a service, by activity.
fn frequencies(terms: &ServiceTerms) -> Vec<String> {
    terms
        .activities
        .iter()
        .map(|(_, value)| match value.kind {
            ExprKind::Literal(Literal::Number(number)) => Decimal(number).to_string(),
            _ => "computed".to_owned(),
        })
        .collect()
}

#[test]
fn frequencies_are_counted_by_the_year() {
    let text = completed(
        "segments { a otherwise }
activities { u costs 1, v costs 1, w costs 1, x costs 1, y costs 1, z costs 1 }
param often = 3
service a { u every 6 weeks, v every 2 months, w quarterly, x weekly, y often per quarter, z years per month }
",
    );
    let program = checked(&text).0.expect("a program");
    let service = program.services.first().and_then(Option::as_ref);
    let found = frequencies(&service.expect("a service").basis);
    assert_eq!(found, ["8.666667", "6", "4", "52", "12", "computed"]);
}

#[test]
fn a_scenario_of_the_reference_is_right() {
    let text = format!(
        "{}\n{}",
        include_str!("syntax/contract.vekt"),
        include_str!("syntax/scenario.vekt")
    );
    let parsed = parse(SourceId(0), &text);
    let assembled = assemble(&[(SourceId(0), parsed.tree)], Some("tougher"));
    let settings = Settings {
        today: today(),
        params: Vec::new(),
    };
    let checked = check(&assembled.assembly, &settings);
    let messages: Vec<String> = assembled
        .diagnostics
        .iter()
        .chain(&checked.diagnostics)
        .map(|it| line(&text, it))
        .collect();
    assert_eq!(messages.join("\n"), "");
    let program = checked.program.expect("a program");
    let axis = program.axes.first().expect("an axis");
    let paths: Vec<&str> = axis.members.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["potential", "expected_revenue", "strategic_fit"]);
    let weights: Vec<&str> = axis
        .members
        .iter()
        .map(|it| it.weight_text.as_str())
        .collect();
    assert_eq!(weights, ["50%", "30%", "20%"]);
    assert_eq!(
        program
            .excludes
            .iter()
            .filter(|it| it.uses_portfolio)
            .count(),
        1
    );
}

#[test]
fn what_is_set_from_outside_keeps_type_and_bounds() {
    let text = completed("param line = 7 between 0 and 10\nparam share = 5%\n");
    let parsed = parse(SourceId(0), &text);
    let assembled = assemble(&[(SourceId(0), parsed.tree)], None);
    let set = |name: &str, value: &str| {
        let (tree, _) = parse_expression(SourceId(1), value);
        let settings = Settings {
            today: today(),
            params: vec![(name.to_owned(), tree.expect("an expression"))],
        };
        let checked = check(&assembled.assembly, &settings);
        let codes: Vec<&str> = checked.diagnostics.iter().map(|it| it.code).collect();
        let values: Vec<Literal> = checked
            .program
            .map(|it| it.params.into_iter().map(|param| param.value).collect())
            .unwrap_or_default();
        (codes.join(" "), values)
    };
    let (codes, values) = set("line", "6.5");
    assert_eq!(codes, "");
    assert_eq!(
        values,
        [Literal::Number(6_500_000), Literal::Number(50_000)]
    );
    assert_eq!(set("line", "11").0, "param-out-of-bounds");
    assert_eq!(set("share", "6").0, "percent-wanted");
    assert_eq!(set("lime", "6").0, "unknown-param");
}

#[test]
fn long_chains_end() {
    use std::fmt::Write as _;
    let mut text =
        String::from("exclude \"E\" when a40 > 3\nlet a0 = rank(revenue)\nparam p0 = 1\n");
    for at in 1..=40 {
        let _ = writeln!(text, "let a{at} = a{} + a{}", at - 1, at - 1);
    }
    for at in (1..=3_000).rev() {
        let _ = writeln!(text, "let b{at} = b{} + 1", at - 1);
        let _ = writeln!(text, "param p{at} = p{} + 1", at - 1);
    }
    text.push_str("let b0 = years\n");
    let (program, messages) = checked(&completed(&text));
    let shown: Vec<String> = messages.iter().map(|it| line(&text, it)).collect();
    assert_eq!(shown.join("\n"), "");
    let program = program.expect("a program");
    assert!(
        program
            .excludes
            .iter()
            .all(|exclude| exclude.uses_portfolio)
    );
}

#[test]
fn no_beginning_of_a_model_panics() {
    let model = include_str!("syntax/contract.vekt");
    for (at, _) in model.match_indices('\n') {
        checked(&model[..at]);
    }
}
