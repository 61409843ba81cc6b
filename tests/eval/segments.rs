//! Segments: clauses, slack, boards, overrides, exclusive ones, and what decided.

use super::*;

#[test]
fn each_way_to_decide_is_told() {
    let case = Case::new(
        r#"model "m" { currency NOK, scores 0 to 10 with 0 decimals }
customers key id { id text, x score, y score, before segment? }
exclude "Ours" when x = 0
segments by x and y {
  a, b, c
  key "Nøkkel" when x >= 9 stays when x >= 8
  | x \ y     | < 5 | otherwise |
  | >= 5      | a   | b         |
  | otherwise | c   | c         |
}
override "6" to a until 2026-12-31 because "why"
override "7" to a until 2026-01-01 because "too late"
output { id, segment, decided_by, overridden }
"#,
        "id,x,y,before\n1,9,0,\n2,8,0,Nøkkel\n3,8,0,gone\n4,8,5,a\n5,1,9,\n6,9,9,\n7,9,9,\n8,0,0,\n",
        &[],
    );
    let outcome = case.outcome();
    let result = case.csv(&outcome);
    assert_eq!(
        lines(&result),
        [
            "1,key,clause 1,no",
            "2,key,stays 1,no",
            "3,a,cell 1.1,no",
            "4,b,cell 1.2,no",
            "5,c,cell 2.2,no",
            "6,a,override,yes",
            "7,key,clause 1,no",
            "8,,excluded: Ours,",
        ]
    );
    let segments = &outcome.segmentations[0];
    let counted: Vec<_> = segments.segments.iter().zip(&segments.counts).collect();
    for (segment, count) in counted {
        let expected = if segment == "key" {
            3
        } else if segment == "a" {
            2
        } else {
            1
        };
        assert_eq!(*count, expected, "{segment}");
    }
    assert_eq!(outcome.expired_overrides, 1);
    assert_eq!(
        outcome.decision(0, 1).map(ToString::to_string).as_deref(),
        Some("stays 1")
    );
}

#[test]
fn two_clauses_of_exclusive_segments_and_unknown_overrides() {
    let model = r#"model "m" {}
customers key id { id text, x number }
segments exclusive {
  low  when x < 5
  odd  when x = 3 or x = 7
  rest otherwise
}
"#;
    let rows = "id,x\nA,1\nB,3\nC,7\nD,9\n";
    let found = Case::new(model, rows, &[]).errors();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("B: "), "{found:?}");
    assert!(found[0].contains("clauses: (1, 2)"), "{found:?}");
    // One who is moved by hand meets no clause at all.
    let moved = format!("{model}override \"B\" to odd because \"it is\"\n");
    let result = Case::new(&moved, rows, &[]).result();
    assert!(result.contains("B,odd,override"), "{result}");
    let unknown = format!("{moved}override \"X\" to odd because \"who\"\n");
    let found = Case::new(&unknown, rows, &[]).errors();
    assert_eq!(found, ["X: \"X\": UnknownCustomer ()"]);
}
