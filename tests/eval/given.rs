//! Tests of a model: expectations over customers by position, and fields that are not given.

use super::*;

const MODEL: &str = r#"model "m" { currency NOK, scores 0 to 10 with 1 decimals }
customers key id { id text, x number, y number, region text, wish number? }
exclude "Far" when region is "Far"
let steep = y * 2
axis a { criterion x weight 1 ramp 0 to 10 }
segments { big when a >= 5, odd when steep > 3, small otherwise }
test "one" {
  given { id = "A", x = 7, y = 1, region = "Near" }
  expect segment is big
  expect a = 7
  expect known(a) = 100%
  expect wish = 3
  expect rank(x) = 1
}
test "two" {
  given north { id = "A", x = 7, y = 1, region = "Near" }
  given south { id = "B", x = 1, y = 9, region = "Near" }
  expect south.segment is odd
  expect north.a > south.a and south.steep = 18
  expect south.a > 5
}
"#;

fn expects(case: &Case, test: usize, inputs: &Inputs) -> Result<Vec<CheckState>, Vec<EvalError>> {
    let wanted = Wanted {
        test: Some(test),
        ..Wanted::default()
    };
    let outcome = run(&plan_for(&case.program, wanted), inputs)?;
    Ok(outcome.expects.iter().map(|expect| expect.state).collect())
}

#[test]
fn expectations_speak_of_customers_by_position() {
    use CheckState::{Failed, Held, Missing};
    let rows = "id,x,y,region,wish\nA,7,1,Near,\nB,1,9,Near,\n";
    let case = Case::new(MODEL, rows, &[]);
    let states = expects(&case, 0, &case.inputs).expect("states");
    assert_eq!(states, [Held, Held, Held, Missing, Held]);
    let states = expects(&case, 1, &case.inputs).expect("states");
    assert_eq!(states, [Held, Held, Failed]);
}

#[test]
fn what_is_not_given_is_an_error_only_where_it_is_needed() {
    let rows = "id,x,y,region,wish\nA,7,1,Near,\nB,1,9,Near,\n";
    let case = Case::new(MODEL, rows, &[]);
    let field = |name: &str| {
        let fields = &case.program.customers.fields;
        let at = fields.iter().position(|field| field.name == name);
        vekt::model::program::FieldId(at.expect("a field"))
    };
    // The first clause decides for A; the exclude cannot hold without its field.
    let mut inputs = case.inputs.clone();
    inputs.not_given = vec![(field("y"), 0), (field("region"), 0)];
    let states = expects(&case, 0, &inputs).expect("states");
    assert_eq!(states[0], CheckState::Held);
    inputs.not_given = vec![(field("y"), 1)];
    let errors = expects(&case, 1, &inputs).expect_err("an error");
    let kinds: Vec<_> = errors
        .iter()
        .map(|it| (it.customer, it.kind.clone()))
        .collect();
    let needed = ErrorKind::NotGiven {
        field: "y".to_owned(),
    };
    assert_eq!(kinds, [(Some(1), needed)]);
}

#[test]
fn long_chains_of_lets_do_not_go_deep() {
    let mut model = MODEL.to_owned();
    let _ = writeln!(model, "let c0 = x");
    for at in 1..3_000 {
        let _ = writeln!(model, "let c{at} = c{} + 0.5", at - 1);
    }
    let _ = writeln!(model, "output {{ id, c2999 as \"end\" }}");
    let case = Case::new(&model, "id,x,y,region,wish\nA,7,1,Near,\n", &[]);
    assert_eq!(lines(&case.result()), ["A,1506.5"]);
}

#[test]
fn every_step_can_be_traced() {
    let rows = "id,x,y,region,wish\nA,7,1,Near,\nB,1,9,Near,\nC,9,9,Far,\n";
    let case = Case::new(MODEL, rows, &[]);
    let plan = plan_for(
        &case.program,
        Wanted {
            trace: true,
            ..Wanted::default()
        },
    );
    let outcome = run(&plan, &case.inputs).expect("an outcome");
    let axis = &plan.results.axes[0];
    let score = outcome.register(axis.members[0].score, &case.inputs);
    let score = score.expect("a score");
    let expected = vekt::value::Values::Number(vec![7_000_000, 1_000_000, 9_000_000]);
    assert_eq!(score.values, expected);
    assert!(score.is_missing(2) && !score.is_missing(0));
    for (when, _) in &plan.results.segmentations[0].clauses {
        if let Some(when) = when {
            assert!(outcome.register(*when, &case.inputs).is_some());
        }
    }
}
