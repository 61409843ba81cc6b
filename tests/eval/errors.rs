//! Errors name the customer, the place and the values; what is not asked for is no error.

use super::*;

const HEAD: &str = r#"model "m" { currency NOK, scores 0 to 10 with 2 decimals }
customers key id { id text, a number, b number?, big money }
"#;
const ROWS: &str = "id,a,b,big\nA,1,2,9000000000000\nB,2,,1\nC,3,0,2\n";

fn case(rest: &str) -> Case {
    Case::new(&format!("{HEAD}{rest}"), ROWS, &[])
}

#[test]
fn leaving_the_range_names_customer_place_and_values() {
    let found = case("output { id, big * 2 as \"x\", big + big as \"y\" }").errors();
    assert_eq!(
        found,
        [
            "A: big * 2: out of range (9000000000000, 2)",
            "A: big + big: out of range (9000000000000, 9000000000000)",
        ]
    );
}

#[test]
fn what_is_not_asked_for_is_no_error() {
    let case = case(
        r#"let double = big * 2
let unused = big * 3
output {
  id
  if a > 1 then double else 0 as "if"
  a > 1 and double > 3 as "and"
  a = 1 or double > 3 as "or"
  (if a = 1 then a else missing) default (if double > 1 then 5 else 6) as "default"
}"#,
    );
    assert_eq!(
        case.result(),
        "id,if,and,or,default\nA,0,no,yes,1\nB,2,no,no,5\nC,4,yes,yes,5\n"
    );
}

#[test]
fn missing_rows_have_no_errors() {
    let case = case("output { id, 1 / b as \"x\", big * (b default 0) as \"y\" }");
    assert_eq!(
        case.errors(),
        ["A: big * (b default 0): out of range (9000000000000, 2)"]
    );
    let case = super::errors::case("output { id, 1 / b as \"x\", b * 3 as \"y\" }");
    assert_eq!(case.result(), "id,x,y\nA,0.5,6\nB,,\nC,,0\n");
}

#[test]
fn excluded_customers_never_err() {
    let case = case(
        r#"exclude "Own" when a = 1
output { id, big, big * 2 as "x", sum(big) as "sum", decided_by }"#,
    );
    assert_eq!(
        case.result(),
        "id,big,x,sum,decided_by\nA,9000000000000,,,excluded: Own\nB,1,2,3,\nC,2,4,3,\n"
    );
}

#[test]
fn scores_outside_their_range_and_missing_ones() {
    let found = case(
        r#"axis x {
  criterion a weight 1 as is
  criterion b weight 1 as is if missing reject
  criterion c of a * 5 weight 1 as is
}"#,
    )
    .errors();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("B: "), "{found:?}");
    assert!(found[0].contains("x.b"), "{found:?}");
    assert!(found[1].starts_with("C: "), "{found:?}");
    assert!(found[1].contains("OutsideScores (15)"), "{found:?}");
    let found = case("axis x { criterion b weight 1 ramp 0 to 1 if missing skip }").errors();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("B: ") && found[0].contains("Axis(\"x\")"),
        "{found:?}"
    );
}

#[test]
fn sums_are_wider_than_numbers() {
    let rows = "id,a,b,big\nA,1,2,9000000000000\nB,2,,9000000000000\nC,3,0,9000000000000\n";
    let model = format!(
        "{HEAD}output {{ id, big / sum(big) as \"share\" }}\ncheck \"wide\" sum(big) > 20bn * 1000\n"
    );
    let case = Case::new(&model, rows, &[]);
    let outcome = case.outcome();
    let result = case.csv(&outcome);
    assert_eq!(lines(&result), ["A,0.333333", "B,0.333333", "C,0.333333"]);
    assert_eq!(outcome.checks[0].state, CheckState::Held);
    let sides = outcome.checks[0].sides.clone().expect("a comparison");
    assert_eq!(sides.left.as_deref(), Some("27000000000000"));
    let model = format!("{HEAD}output {{ id, sum(big) as \"all\" }}\n");
    let found = Case::new(&model, rows, &[]).errors();
    assert_eq!(found, ["all: sum(big): out of range (27000000000000)"]);
    let model = format!("{HEAD}output {{ id, sum(big) - big as \"rest\" }}\n");
    let found = Case::new(&model, rows, &[]).errors();
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn errors_of_a_tables_rows_are_the_customers() {
    let model = format!(
        r#"{HEAD}table t key id {{ id text, amount money }}
output {{ id, if a < 3 then sum(amount * amount where t.amount > 0) else 0 as "x" }}"#
    );
    let rows = "id,amount\nC,9000000000\nB,3\nA,9000000000\nB,4\n";
    let case = Case::new(
        &model.replace("amount * amount", "t.amount * 2000"),
        ROWS,
        &[("t", rows)],
    );
    let found = case.errors();
    assert_eq!(
        found,
        ["A: t.amount * 2000: out of range (9000000000, 2000)"]
    );
}
