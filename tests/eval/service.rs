//! Service: what is planned, hours and cost, persons, and what serving as another segment costs.

use super::*;

const MODEL: &str = r#"model "m" { currency NOK }
customers key id { id text, x number, person text?, km number }
segments { key when x >= 5, rest otherwise }
teams {
  field 2 people named by person 1_000 h per year 50% with customers 600 NOK per h
  desk  1 people 1_000 h per year 10% with customers 300 NOK per h
}
activities {
  visit 1 h by owner 30 min by desk costs km * 3 NOK
  call  (km * 1bn * 1 h) by owner
  mail  costs 4
}
service key {
  owner field
  visit every 6 weeks
  mail monthly
  text contact = person default "nobody"
  when km > 100 { only mail 1 per year, text contact = "mail" }
}
service rest { owner desk, only mail 2 per year }
"#;
const ROWS: &str = "id,x,person,km\nA,9,Kim,10\nB,9,,200\nC,1,Bo,1\nD,9,Bo,5\n";

#[test]
fn what_is_planned_and_what_it_costs() {
    let case = Case::new(
        &format!(
            r#"{MODEL}output {{ id, owner, visit, mail, contact, hours(field) as "field",
  hours(desk) as "desk", cost_to_serve, cost_as(key) as "as_key" }}
check "persons" max(booked(field by person)) <= 1%
check "team" booked(field) <= 1%
"#
        ),
        ROWS,
        &[],
    );
    let plan = plan_for(
        &case.program,
        Wanted {
            service: true,
            ..Wanted::default()
        },
    );
    let outcome = run(&plan, &case.inputs).expect("an outcome");
    // A call is never planned, so its duration beyond the range is no error.
    assert_eq!(
        lines(&case.csv(&outcome)),
        [
            "A,field,8.666667,12,Kim,8.666667,4.333334,6808.00026,6808.00026",
            "B,field,0,1,mail,0,0,4,4",
            "C,desk,0,2,,0,0,8,6574.000251",
            "D,field,8.666667,12,Bo,8.666667,4.333334,6678.000255,6678.000255",
        ]
    );
    let hour = 3_600_000_000_i128;
    let field = &outcome.teams[0];
    assert_eq!(field.available, 1_000 * hour);
    assert_eq!(field.planned, 2 * 8_666_667 * hour / 1_000_000);
    let persons = field.persons.as_ref().expect("persons");
    let names: Vec<_> = persons.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Kim", "Bo"]);
    assert!(
        persons
            .iter()
            .all(|it| i128::from(it.available) == 500 * hour)
    );
    assert_eq!(outcome.teams[1].persons, None);
    let states: Vec<_> = outcome.checks.iter().map(|check| check.state).collect();
    assert_eq!(states, [CheckState::Failed, CheckState::Failed]);
}
