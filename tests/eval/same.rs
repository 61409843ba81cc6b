//! The same bytes whatever the number of rows in a block and of threads.

use super::*;

const MODEL: &str = r#"model "m" { currency NOK, scores 0 to 10 with 2 decimals, today 2026-11-21 }
customers key id {
  id text, x money >= 0, y percent?, region one of? "Øst", "Vest", seller text?, since date
  maturity steps "low", "mid", "high"
}
table orders key id { id text?, amount money, product text }
exclude "Tiny" when x < 1
exclude "First" when rank(x) = 1
let fresh = months_since(since) < 12
let ordered = sum(orders.amount)
axis a {
  criterion x weight 40% ramp 0 to 5k
  criterion y weight 30% curve { 0% -> 0, 10% -> 5, 100% -> 10 } if missing skip
  group g weight 30% {
    criterion maturity weight 1 ramp "low" to "high"
    criterion ordered weight 2 ranked in 5 steps
  }
}
axis b {
  criterion spread of x weight 2 ranked
  criterion region weight 1 match { "Øst" -> 10, "Vest" -> 3 } if missing 5
}
segments by a and b {
  one, two, three
  vip when share_above(x) < 20% and not fresh
  | a \ b     | < 4   | otherwise |
  | >= 5      | one   | two       |
  | otherwise | three | three     |
}
teams { field 10 people named by seller 1_500 h per year 50% with customers 500 NOK per h }
activities { visit 1.5 h by owner costs 20 }
service vip { owner field, visit 12 per year, text who = seller default "house" }
service one, two { owner field, visit quarterly, when fresh { visit monthly, text who = lower(id) } }
service three { none }
output {
  id, x, y, a, b, a.g, known(a) as "known", segment, decided_by, owner, visit, who, cost_to_serve
  share(x by seller) as "share", rank(a by region) as "rank", ordered, x / sum(x) as "part"
  average(x by maturity) as "mean", hours(field) as "hours", since + 3 months as "later"
}
check "mix" concentration(x) <= 1%
check "persons" max(booked(field by person)) <= 90%
"#;

fn data() -> (String, String) {
    let mut seed: u64 = 42;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut customers = "id,x,y,region,seller,since,maturity\n".to_owned();
    let mut orders = "id,amount,product\n".to_owned();
    for row in 0..3_000 {
        let y = match next(4) {
            0 => String::new(),
            _ => format!("{}%", next(120)),
        };
        let region = ["Øst", "Vest", ""][next(3) as usize];
        let seller = ["Kim", "Bo", "", "Åse"][next(4) as usize];
        let since = Date(15_000 + next(5_600) as i64);
        let maturity = ["low", "mid", "high"][next(3) as usize];
        let x = next(6_000);
        let _ = writeln!(
            customers,
            "C{row},{x},{y},{region},{seller},{since},{maturity}"
        );
        for _ in 0..next(3) {
            let _ = writeln!(orders, "C{},{},P{}", next(3_000), next(900), next(7));
        }
    }
    (customers, orders)
}

fn told(case: &Case, plan: &Plan, block: usize, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let outcome = pool
        .expect("a pool")
        .install(|| run_in_blocks(plan, &case.inputs, block));
    let outcome = outcome.expect("an outcome");
    format!(
        "{}{:?}{:?}",
        case.csv(&outcome),
        outcome.checks,
        outcome.teams
    )
}

#[test]
fn blocks_and_threads_change_nothing() {
    let (customers, orders) = data();
    let case = Case::new(MODEL, &customers, &[("orders", &orders)]);
    for wanted in [
        Wanted::default(),
        Wanted {
            service: true,
            trace: true,
            ..Wanted::default()
        },
    ] {
        let plan = plan_for(&case.program, wanted);
        let whole = told(&case, &plan, 1 << 20, 1);
        assert!(whole.contains("vip,clause 1"), "{}", explain(&plan));
        for (block, threads) in [(1, 1), (7, 2), (64, 2), (1_000, 1), (2_048, 2), (4_096, 3)] {
            assert_eq!(
                told(&case, &plan, block, threads),
                whole,
                "{block} {threads}"
            );
        }
    }
}

#[test]
fn nobody_at_all() {
    let (customers, orders) = data();
    let model = MODEL.replace("\"Tiny\" when x < 1", "\"All\" when x >= 0");
    let case = Case::new(&model, &customers, &[("orders", &orders)]);
    let outcome = case.outcome();
    assert_eq!(case.csv(&outcome).matches("excluded: All").count(), 3_000);
    let counts = &outcome.segmentations[0].counts;
    assert_eq!(counts.iter().sum::<u64>(), 0);
    // No rows at all, and none of the columns.
    let empty = run(&plan(&case.program), &Inputs::default()).expect("an outcome");
    assert_eq!(empty.rows, 0);
}

#[test]
fn a_plan_reads_only_what_it_needs() {
    let model = r#"model "m" { currency NOK }
customers key id { id text, a money, b money, c money }
let unused = c * 2
let used = b * 2
output { used as "x", used + 1 as "y", b * 2 as "z" }
"#;
    let case = Case::new(model, "id,a,b,c\nA,1,2,3\n", &[]);
    let plan = plan(&case.program);
    let used = plan.used_fields();
    let names: Vec<_> = used
        .customers
        .iter()
        .map(|field| case.program.customers.fields[field.0].name.as_str())
        .collect();
    assert_eq!(names, ["id", "b"]);
    // What is written twice is computed once.
    let text = explain(&plan);
    assert_eq!(text.matches("Multiply").count(), 1, "{text}");
    assert_eq!(lines(&case.result()), ["4,5,4"]);
}
