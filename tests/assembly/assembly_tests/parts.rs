//! What files take out, parts of axes that they restate one by one, and whose model block holds.

use super::{BASE, Result, assembled, client, told};
use vekt::base::SourceId;

#[test]
fn remove_takes_out() {
    let result = client(
        r#"
remove criterion attractiveness.region
remove group attractiveness.finance
remove param low_line
remove field customers.revenue
remove segments abc
remove check "Not one alone"
remove team hunters
remove rate SEK
remove output
remove table orders
remove override "C-1"
"#,
    );
    assert_eq!(
        result.members("attractiveness")[1..3],
        ["region 0:30% -1", "finance 0:30% -1"]
    );
    assert_eq!(result.param("low_line"), "none");
    assert_eq!(result.fields(), ["id", "region"]);
    assert_eq!(result.assembly.segmentations.len(), 1);
    assert_eq!(result.assembly.output, None);
    assert_eq!(result.assembly.rates.len(), 1);
    assert!(result.assembly.tables.is_empty() && result.assembly.overrides.is_empty());
    assert!(
        result
            .replaced()
            .contains(&"remove criterion attractiveness.region".to_owned())
    );

    let cases = [
        (
            "remove param low_lin",
            "nothing-to-remove: there is no `param low_lin` to remove [1:1] (the nearest is `low_line`)",
        ),
        (
            "remove criterion region",
            "nothing-to-remove: there is no `criterion region` to remove [1:1] (write `attractiveness.region`)",
        ),
        (
            "remove criterion attractiveness.finance",
            "cannot-remove: `attractiveness.finance` is a group [1:1 0:17] (write `remove group attractiveness.finance`)",
        ),
        (
            "remove let low_line",
            "nothing-to-remove: there is no `let low_line` to remove [1:1] (it is `param low_line`)",
        ),
        (
            "remove parm low_line",
            "cannot-remove: `remove parm` names no kind of declaration [1:1] (the nearest is `remove param`)",
        ),
        (
            "remove model",
            "cannot-remove: `model` cannot be removed [1:1] (write `replace model …`)",
        ),
        (
            "remove param",
            "nothing-to-remove: `remove param` does not say which [1:1] (write the name after `remove param`)",
        ),
        (
            "let a = 1\nremove let a",
            "stated-and-removed: `let a` is stated and removed in the same file [1:2 1:1] (keep one of the two)",
        ),
        (
            "replace let double = 1\nremove let double",
            "stated-and-removed: `let double` is stated and removed in the same file [1:2 1:1] (keep one of the two)",
        ),
        (
            "replace weight attractiveness.region 1%\nremove criterion attractiveness.region",
            "stated-and-removed: `criterion attractiveness.region` is stated and removed in the same file [1:2 1:1] (keep one of the two)",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), [expected], "{text}");
    }
    assert_eq!(
        told("remove let double\nremove let double"),
        ["declared-twice: `let double` is removed twice [1:2 1:1] (keep one of the two)"]
    );
}

#[test]
fn what_was_removed_may_come_back_later() {
    let back = |last: &str| {
        assembled(
            &[BASE, "remove criterion attractiveness.region", last],
            None,
        )
    };
    let result = back("criterion attractiveness.region weight 20% as is");
    assert_eq!(result.messages, Vec::<String>::new());
    assert_eq!(
        result.members("attractiveness"),
        [
            "potential 0:40%",
            "region 0:30% -1",
            "finance 0:30%",
            "finance.margin 0:1",
            "finance.growth 0:1",
            "region 2:20%",
        ]
    );
    assert_eq!(
        back("replace criterion attractiveness.region weight 20% as is").messages,
        [
            "nothing-to-replace: there is no `criterion attractiveness.region` to replace [2:1 1:1] (without `replace` it is declared as new)"
        ]
    );
}

#[test]
fn axes_and_groups_are_restated_as_a_whole_or_in_part() {
    let result = client(
        "replace group attractiveness.finance weight 50% { criterion margin weight 3 as is }\n\
         criterion attractiveness.new.part weight 1 as is capped\n\
         group attractiveness.new weight 10% { criterion first weight 1 as is }",
    );
    assert_eq!(
        result.members("attractiveness"),
        [
            "potential 0:40%",
            "region 0:30%",
            "finance 0:30% 1:50%",
            "finance.margin 1:3",
            "new 1:10%",
            "new.first 1:1",
            "new.part 1:1",
        ]
    );
    let result = client("replace axis attractiveness { criterion only weight 100% as is }");
    assert_eq!(result.members("attractiveness"), ["only 1:100%"]);
    assert_eq!(
        told(
            "replace axis attractiveness { criterion only weight 100% as is }\nreplace weight attractiveness.region 1%"
        ),
        ["unknown-member: there is no criterion or group `attractiveness.region` to weigh [1:2]"]
    );
}

#[test]
fn the_model_block_is_the_main_files_or_the_bases() {
    let model = |result: &Result| {
        result
            .assembly
            .model
            .as_ref()
            .map(|it| it.name.value.clone())
    };
    let result = client("let a = 1");
    assert_eq!(model(&result).as_deref(), Some("Base"));
    assert_eq!(result.assembly.currencies.get(&SourceId(1)), None);
    let result = client("replace model \"Client\" { edition 2026, currency SEK }");
    assert_eq!(model(&result).as_deref(), Some("Client"));
    assert_eq!(result.replaced(), ["model"]);
    let currency = |at| {
        result
            .assembly
            .currencies
            .get(&SourceId(at))
            .map(String::as_str)
    };
    assert_eq!((currency(0), currency(1)), (Some("NOK"), Some("SEK")));

    // Two used files side by side keep their own blocks until the main file says which holds.
    let other = "model \"Other\" { currency SEK }";
    assert_eq!(
        assembled(&[BASE, other, "let a = 1"], None).messages,
        [
            "two-models: two used files have a model block each [1:1 0:1] (write `replace model \"…\" { … }` in the main file)"
        ]
    );
    let main = "replace model \"Main\" { currency NOK }";
    let result = assembled(&[BASE, other, main], None);
    assert_eq!(result.messages, Vec::<String>::new());
    assert_eq!(model(&result).as_deref(), Some("Main"));
}
