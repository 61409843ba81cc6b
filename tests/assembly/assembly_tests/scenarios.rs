//! Scenarios: what they restate, what they may add, and what a restatement leaves as it was.

use super::{BASE, assembled, scenario, scenario_told};
use vekt::syntax::tree;

#[test]
fn a_scenario_restates_what_has_a_name() {
    let result = scenario(
        r#"
  param key_line = 8
  weight attractiveness.potential 50%
  remove criterion attractiveness.region
  criterion attractiveness.finance.margin weight 2 as is if missing 0
  teams { farmers 6 people 1_650 h per year 17% with customers }
  service other { owner farmers, only visit 4 per year }
  segments { key otherwise }
  exclude "They leave" when rank(revenue) = 1
"#,
    );
    assert_eq!(result.messages, Vec::<String>::new());
    assert_eq!(result.param("key_line"), "8");
    assert_eq!(result.assembly.scenario.as_deref(), Some("tougher"));
    assert_eq!(
        result.members("attractiveness"),
        [
            "potential 0:40% 1:50%",
            "region 0:30% -1",
            "finance 0:30%",
            "finance.margin 0:1 1:2",
            "finance.growth 0:1"
        ]
    );
    let reasons: Vec<&str> = result
        .assembly
        .excludes
        .iter()
        .map(|it| it.reason.value.as_str())
        .collect();
    assert_eq!(reasons, ["Own companies", "They leave"]);
    assert_eq!(result.assembly.services[1].entries.len(), 2);
    assert_eq!(result.replaced().len(), 7);
    // The others leave the model as it is.
    let unchosen = assembled(&[BASE], None);
    assert_eq!(unchosen.param("key_line"), "7");
}

#[test]
fn a_scenario_adds_nothing_but_excludes() {
    let cases = [
        (
            "param key_lin = 8",
            "nothing-to-restate: there is no `param key_lin` for the scenario `tougher` to restate [0:35] (the nearest is `key_line`)",
        ),
        (
            "let wholly_new = 8",
            "nothing-to-restate: there is no `let wholly_new` for the scenario `tougher` to restate [0:35] (a scenario restates what the model declares; only an `exclude` may be new)",
        ),
        (
            "activities { lunch 1 h by owner }",
            "nothing-to-restate: there is no `activity lunch` for the scenario `tougher` to restate [0:35] (a scenario restates what the model declares; only an `exclude` may be new)",
        ),
        (
            "param key_line = 8, param key_line = 9",
            "declared-twice: `param key_line` is stated twice in the scenario `tougher` [0:35 0:35] (keep one of the two)",
        ),
        (
            "weight attractiveness.region 5%, remove criterion attractiveness.region",
            "stated-and-removed: `criterion attractiveness.region` is stated and removed in the scenario `tougher` [0:35 0:35] (keep one of the two)",
        ),
        (
            "test \"x\" { given { revenue = 1 }, expect yes }",
            "not-in-scenario: `test` cannot stand in a scenario [0:35] (a scenario restates or removes what the model declares, and may add an `exclude`)",
        ),
        (
            "use \"a.vekt\"",
            "not-in-scenario: `use` cannot stand in a scenario [0:35] (a scenario restates or removes what the model declares, and may add an `exclude`)",
        ),
        (
            "remove parm key_line",
            "cannot-remove: `remove parm` names no kind of declaration [0:35] (the nearest is `remove param`)",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(scenario_told(text), [expected], "{text}");
    }
    assert_eq!(
        assembled(&[BASE], Some("touger")).messages,
        ["unknown-scenario: there is no scenario `touger` [] (the nearest is `tougher`)"]
    );
    assert_eq!(
        assembled(&["let a = 1"], Some("tougher")).messages,
        ["unknown-scenario: there is no scenario `tougher` [] (the model declares no scenarios)"]
    );
}

#[test]
fn a_scenario_of_the_base_applies_to_the_client() {
    let result = assembled(
        &[BASE, "replace param key_line = 6.5\nlet a = 1"],
        Some("tougher"),
    );
    assert_eq!(result.messages, Vec::<String>::new());
    assert_eq!(result.param("key_line"), "8");
    assert_eq!(
        assembled(&[BASE, "remove param key_line"], Some("tougher")).messages,
        [
            "nothing-to-restate: there is no `param key_line` for the scenario `tougher` to restate [0:35 1:1] (a scenario restates what the model declares; only an `exclude` may be new)"
        ]
    );
}

#[test]
fn what_a_restatement_leaves_out() {
    let base = "param a \"A\" = 1 between 0 and 5\naxis x { criterion c \"C\" weight 1 as is }\nscenario s { param a = 9 }";
    let param = |files: &[&str], scenario| {
        let result = assembled(files, scenario);
        assert_eq!(result.messages, Vec::<String>::new());
        let param = &result.assembly.params[0];
        (param.label.is_some(), param.bounds.is_some())
    };
    // Labels stay; a scenario plays within the bounds, `replace` sets its own.
    assert_eq!(param(&[base], Some("s")), (true, true));
    assert_eq!(param(&[base, "replace param a = 9"], None), (true, false));
    let result = assembled(&[base, "replace criterion x.c weight 2 as is"], None);
    let tree::Member::Criterion(criterion) = &result.assembly.axes[0].members[0].node else {
        panic!("a criterion");
    };
    assert_eq!(
        criterion.label.as_ref().map(|it| it.value.as_str()),
        Some("C")
    );
}
