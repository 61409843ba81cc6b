//! Portfolio functions, who takes part in them, and the customers behind a check.

use super::*;

#[test]
fn excludes_with_portfolio_functions_come_last() {
    let case = Case::new(
        r#"model "m" { currency NOK }
customers key id { id text, x money >= 0, own flag }
exclude "Largest" when rank(x) = 1
exclude "Own" when own
output { id, x, rank(x) as "rank", share(x) as "share", decided_by }
check "small" max(x) <= 15
check "all" every(x >= 10)
warn "few" count(where x < 15) <= 0
check "nothing" average(x where x > 100) > 0
"#,
        "id,x,own\nA,100,yes\nB,50,no\nC,30,no\nD,10,no\n",
        &[],
    );
    let outcome = case.outcome();
    let result = case.csv(&outcome);
    // A is out first, so B is the largest of those whom the ranking sees.
    assert_eq!(
        lines(&result),
        [
            "A,100,,,excluded: Own",
            "B,50,,,excluded: Largest",
            "C,30,1,75%,",
            "D,10,2,25%,",
        ]
    );
    let states: Vec<_> = outcome.checks.iter().map(|check| check.state).collect();
    use CheckState::{Failed, Held, Missing};
    assert_eq!(states, [Failed, Held, Failed, Missing]);
    let behind: Vec<_> = outcome
        .checks
        .iter()
        .map(|it| it.customers.clone())
        .collect();
    assert_eq!(behind, [vec![2], vec![], vec![3], vec![]]);
}

#[test]
fn groups_and_the_missing_one() {
    let case = Case::new(
        r#"model "m" { currency NOK }
customers key id { id text, x money >= 0, seller text? }
output {
  id
  sum(x by seller) as "sum"
  rank(x by seller) as "rank"
  share(x by seller) as "share"
  share_above(x) as "above"
  x in top 1 by seller as "top"
}
"#,
        "id,x,seller\nA,10,Kim\nB,30,\nC,30,Kim\nD,10,\nE,0,Bo\n",
        &[],
    );
    assert_eq!(
        lines(&case.result()),
        [
            "A,40,2,25%,75%,no",
            "B,40,1,75%,0%,yes",
            "C,40,1,75%,0%,yes",
            "D,40,2,25%,75%,no",
            "E,0,1,0%,100%,yes",
        ]
    );
}

#[test]
fn tables_reach_customers_and_back() {
    let case = Case::new(
        r#"model "m" { currency NOK, today 2026-11-21 }
customers key id { id text, region one of "Øst", "Vest" }
table orders key id { id text?, amount money, date date, product text }
lookup price { "bolt" -> 2, "nut" -> 1 }
output {
  id
  sum(orders.amount) as "sum"
  latest(orders.date) as "latest"
  distinct(orders.product) as "products"
  sum(price[orders.product] default 0 where customers.region is "Øst") as "east"
  count(orders where date >= today - 12 months) as "recent"
}
check "nobody's rows count for nobody" sum(orders.amount) = 15
"#,
        "id,region\nA,Øst\nB,Vest\nC,Øst\n",
        &[(
            "orders",
            "id,amount,date,product\nB,4,2026-01-02,nut\nA,5,2025-11-20,bolt\n,99,2026-01-01,x\nA,6,2026-03-01,saw\n",
        )],
    );
    let outcome = case.outcome();
    assert_eq!(
        lines(&case.csv(&outcome)),
        [
            "A,11,2026-03-01,2,2,1",
            "B,4,2026-01-02,1,0,1",
            "C,0,,0,0,0",
        ]
    );
    assert_eq!(outcome.checks[0].state, CheckState::Held);
}

#[test]
fn the_largest_share_is_one_of_the_shares() {
    let model = r#"model "m" { currency NOK }
customers key id { id text, x money? >= 0, own flag }
exclude "Gone" when id = "Z"
output {
  id
  share(x) as "share"
  max(share(x)) as "most"
  min(share(x)) as "least"
  max(share(x) where own) as "most own"
}
"#;
    let cases = [
        (
            "A,1,no\nB,2,yes\nC,,yes\nD,4,no\nZ,100,yes\n",
            ["57.1429%", "14.2857%", "28.5714%"],
        ),
        ("A,0,no\nB,0,yes\nZ,1,no\n", ["0%", "0%", "0%"]),
        ("A,,yes\nB,,no\nZ,7,yes\n", ["", "", ""]),
        ("A,7,no\nB,,yes\n", ["100%", "100%", ""]),
    ];
    for (rows, expected) in cases {
        let case = Case::new(model, &format!("id,x,own\n{rows}"), &[]);
        let result = case.result();
        let of_first = lines(&result)[0].split(',').skip(2);
        assert_eq!(of_first.collect::<Vec<_>>(), expected, "{rows}");
        let shares = lines(&result).into_iter();
        let shares: Vec<&str> = shares.filter_map(|line| line.split(',').nth(1)).collect();
        assert!(
            shares.contains(&expected[0]) && shares.contains(&expected[1]),
            "{rows}"
        );
    }
}
