//! Findings that are accepted where they stand, and what is not used.

use super::proved;

const MODEL: &str = r#"model "m" { currency NOK }
customers key id {
  id text
  name text
  revenue money >= 0
  spare number
}
param unused_line = 5
let nothing = revenue * 2
lookup rate { "N" -> 1 }
segments {
  a when revenue >= 0 and revenue > 5
  b otherwise
}
"#;

fn codes(text: &str) -> Vec<String> {
    let proved = proved(text);
    let shown = proved.loaded.diagnostics.iter();
    shown
        .map(|it| format!("{} {}", it.code, proved.line(it)))
        .collect()
}

#[test]
fn what_nothing_uses_is_told() {
    let expected = [
        "unused-field 6",
        "unused-param 8",
        "unused-let 9",
        "unused-lookup 10",
        "constant-condition 12",
    ];
    assert_eq!(codes(MODEL), expected);
}

#[test]
fn a_scenario_uses_what_the_model_does_not() {
    let text = format!("{MODEL}scenario s {{ exclude \"x\" when spare > nothing / 1 NOK }}\n");
    let found = codes(&text);
    assert!(
        !found.iter().any(|it| it.starts_with("unused-field")),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|it| it.starts_with("unused-let")),
        "{found:?}"
    );
}

#[test]
fn an_allowance_silences_its_line() {
    let text = MODEL
        .replace(
            "  spare number",
            "  spare number  # vekt: allow unused-field because next year",
        )
        .replace(
            "  a when",
            "  # vekt: allow constant-condition because it reads better\n\n  a when",
        );
    let expected = ["unused-param 8", "unused-let 9", "unused-lookup 10"];
    assert_eq!(codes(&text), expected);
}

#[test]
fn an_allowance_without_reason_or_finding_is_told() {
    let text = MODEL
        .replace(
            "  spare number",
            "  spare number  # vekt: allow unused-field",
        )
        .replace(
            "  name text",
            "  name text  # vekt: allow unused-field because it is shown",
        );
    let found = codes(&text);
    assert!(
        found.contains(&"allow-without-finding 4".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"allow-without-reason 6".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_proved_error_may_be_accepted_too() {
    let dead = MODEL.replace("  b otherwise", "  b when revenue >= 7\n  c otherwise");
    assert!(codes(&dead).contains(&"clause-unreachable 13".to_owned()));
    let accepted = dead.replace(
        "  b when",
        "  # vekt: allow clause-unreachable because the client wants to see it\n  b when",
    );
    assert!(
        !codes(&accepted).iter().any(|it| it.starts_with("clause")),
        "{:?}",
        codes(&accepted)
    );
}
