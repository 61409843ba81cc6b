//! Money in files of different currencies: a bare number keeps the currency of its own file.

use vekt::base::{Diagnostic, SourceId};
use vekt::model::assembly::assemble;
use vekt::model::check::{Settings, check};
use vekt::model::program::{ExprKind, Literal, Program};
use vekt::syntax::parse;
use vekt::value::Date;

fn checked(base: &str, client: &str) -> (Option<Program>, Vec<Diagnostic>) {
    let trees = [base, client].map(|text| text.to_owned());
    let mut messages = Vec::new();
    let mut parsed = Vec::new();
    for (at, text) in trees.iter().enumerate() {
        let source = SourceId(u32::try_from(at).expect("two files"));
        let result = parse(source, text);
        messages.extend(result.diagnostics);
        parsed.push((source, result.tree));
    }
    let assembled = assemble(&parsed, None);
    messages.extend(assembled.diagnostics);
    let settings = Settings {
        today: Date::parse("2026-11-22").expect("a date"),
        params: Vec::new(),
    };
    let checked = check(&assembled.assembly, &settings);
    messages.extend(checked.diagnostics);
    (checked.program, messages)
}

const BASE: &str = "model \"Base\" { currency SEK }
customers key id { id text, revenue money }
param step = 100
let more = revenue + 500
let most = revenue + step
";

#[test]
fn bare_numbers_keep_the_currency_of_their_file() {
    let client = "use \"base.vekt\"
replace model \"Client\" { currency NOK }
rates { SEK 0.98 }
let same = revenue + 500
let written = revenue + 500 SEK
";
    let (program, messages) = checked(BASE, client);
    assert_eq!(messages, []);
    let program = program.expect("a program");
    let added = |name: &str| {
        let value = program.lets.iter().find(|it| it.name == name);
        match value.map(|it| &it.value.kind) {
            Some(ExprKind::Arithmetic(_, _, right)) => right.kind.clone(),
            other => panic!("{name}: {other:?}"),
        }
    };
    for (name, millionths) in [
        ("more", 490_000_000),
        ("same", 500_000_000),
        ("written", 490_000_000),
    ] {
        match added(name) {
            ExprKind::Literal(Literal::Number(found)) => assert_eq!(found, millionths, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    match added("most") {
        ExprKind::Arithmetic(_, param, rate) => {
            assert!(matches!(param.kind, ExprKind::Param(_)));
            assert!(matches!(
                rate.kind,
                ExprKind::Literal(Literal::Number(980_000))
            ));
        }
        other => panic!("most: {other:?}"),
    }
}

#[test]
fn without_a_rate_it_is_an_error() {
    let client = "use \"base.vekt\"
replace model \"Client\" { currency NOK }
";
    let (_, messages) = checked(BASE, client);
    let codes: Vec<&str> = messages.iter().map(|message| message.code).collect();
    assert_eq!(codes, ["no-rate", "no-rate"]);
}
