//! Changes to rule files: only what was changed differs, comments stay, and a retyped declaration changes nothing.

use super::judge::laid_out;
use super::repository::files;
use vekt::base::{SourceId, Span};
use vekt::format::{Change, changed};
use vekt::syntax::{parse, tokens};

/// Of so many declarations one is typed again.
const EACH: usize = 9;

const FILE: &str = "\
# Lines between segments.
param key_line   = 7  # agreed in May
param other_line = 4.5

axis attractiveness \"Attraktivitet\" {
  # What could be.
  criterion potential  weight 40%  ramp 0 to 5M  # in NOK
  criterion growth     weight 60%  bands {
    >= 10%    -> 10  # a tenth
    # In between:
    >= 0%     -> 5
    otherwise -> 0
  }
  # That is all.
}
";

fn at(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap_or_else(|| panic!("no `{part}`"));
    Span::new(SourceId(0), start, start + part.len())
}

/// Changes one part of the text.
fn change(text: &str, part: &str, new: &str) -> String {
    let place = at(text, part);
    let change = Change { place, text: new };
    changed(SourceId(0), text, &[change]).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// The lines that differ.
fn difference(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes();
    let changes = changes.filter(|it| it.tag() != similar::ChangeTag::Equal);
    changes
        .map(|it| format!("{}{}", it.tag(), it.value().trim_end()))
        .collect()
}

#[test]
fn a_declaration_typed_anew_keeps_comments_and_lines() {
    let axis = &FILE[FILE.find("axis").expect("the axis")..];
    let typed =
        "axis attractiveness \"Attraktivitet\" { criterion potential weight 50% ramp 0 to 5M
        criterion growth weight 50% bands { >= 10% -> 10, >= 0% -> 5, otherwise -> 1 } }";
    let after = change(FILE, axis.trim_end(), typed);
    let expected = [
        "-  criterion potential  weight 40%  ramp 0 to 5M  # in NOK",
        "-  criterion growth     weight 60%  bands {",
        "+  criterion potential  weight 50%  ramp 0 to 5M  # in NOK",
        "+  criterion growth     weight 50%  bands {",
        "-    otherwise -> 0",
        "+    otherwise -> 1",
    ];
    assert_eq!(difference(FILE, &after), expected, "{after}");
}

#[test]
fn parts_are_changed_added_and_removed() {
    let after = change(FILE, "7", "6.5");
    assert_eq!(
        difference(FILE, &after),
        [
            "-param key_line   = 7  # agreed in May",
            "+param key_line   = 6.5  # agreed in May"
        ]
    );
    let end = at(FILE, "4.5").after();
    let text = "param last_line = 2";
    let change_of = |place, text| changed(SourceId(0), FILE, &[Change { place, text }]);
    let after = change_of(end, text).expect("added");
    assert_eq!(difference(FILE, &after), ["+param last_line  = 2"]);
    let after = change(FILE, "param key_line   = 7", "");
    assert_eq!(
        difference(FILE, &after),
        [
            "-# Lines between segments.",
            "-param key_line   = 7  # agreed in May"
        ]
    );
    let after = change(FILE, "criterion potential  weight 40%  ramp 0 to 5M", "");
    assert_eq!(
        difference(FILE, &after),
        [
            "-  # What could be.",
            "-  criterion potential  weight 40%  ramp 0 to 5M  # in NOK",
            "-  criterion growth     weight 60%  bands {",
            "+  criterion growth  weight 60%  bands {"
        ]
    );
}

#[test]
fn in_a_block_of_one_line_entries_go_with_their_commas() {
    let service = "service key { owner farmers, visit weekly, newsletter monthly }\n";
    let after = change(service, "visit weekly", "");
    assert_eq!(after, "service key { owner farmers, newsletter monthly }\n");
    let after = change(service, "newsletter monthly", "");
    assert_eq!(after, "service key { owner farmers, visit weekly }\n");
    let place = at(service, "visit weekly").after();
    let text = "call monthly";
    let after = changed(SourceId(0), service, &[Change { place, text }]).expect("added");
    assert_eq!(
        after,
        "service key { owner farmers, visit weekly, call monthly, newsletter monthly }\n"
    );
}

#[test]
fn a_comment_without_a_place_goes_above() {
    let text = "let a = max(b,\n  # the larger one\n  c)\n";
    let after = change(text, "max(b,\n  # the larger one\n  c)", "b");
    assert_eq!(after, "# the larger one\nlet a = b\n");
}

#[test]
fn what_was_not_laid_out_stays_where_it_is_not_touched() {
    let text = "param  a=1\n\n\n\nlet  b  =  2   # two\nlet c=3\n";
    let after = change(text, "2", "20");
    assert_eq!(after, "param  a=1\n\n\n\nlet b = 20   # two\nlet c=3\n");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let place = at(FILE, "7");
    let refused = changed(SourceId(0), FILE, &[Change { place, text: "2,5" }]);
    assert!(refused.is_err(), "{refused:?}");
    let twice = [Change { place, text: "1" }, Change { place, text: "2" }];
    assert!(changed(SourceId(0), FILE, &twice).is_err());
}

/// A declaration as somebody types it who knows it by heart: no comment, no indentation, no columns.
fn typed(written: &str) -> String {
    let (_, comments) = tokens(SourceId(0), written);
    let mut typed = String::new();
    let mut end = 0;
    for comment in comments.all() {
        typed.push_str(&written[end..comment.span.start as usize]);
        end = comment.span.end as usize;
    }
    typed.push_str(&written[end..]);
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn whatever_is_typed_again_changes_nothing() {
    let mut tried = 0;
    for (name, text) in files() {
        let is_tidy = laid_out(&text).is_ok_and(|laid_out| laid_out == text);
        if !is_tidy || name.starts_with("tests/wrong") {
            continue;
        }
        // Every so many, in every file another one first.
        let declarations = parse(SourceId(0), &text).tree.declarations;
        for declaration in declarations.iter().skip(tried % EACH).step_by(EACH) {
            let span = declaration.span;
            let old = &text[span.start as usize..span.end as usize];
            let again = change(&text, old, &typed(old));
            assert_eq!(difference(&text, &again), [""; 0], "{name}");
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} declarations");
}
