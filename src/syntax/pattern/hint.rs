//! What to write instead, beside a message of what was found and what was expected: turns that people use to
//! spreadsheets and to plain language try first. It judges nothing; without a hint the message stands alone.

use super::{Place, word};
use crate::syntax::grammar::Rule;
use crate::syntax::scan::TokenKind;

/// The hint for a place where the grammar stopped, if there is one.
pub(in crate::syntax) fn hint(place: &Place) -> Option<String> {
    let found = place.word(place.at);
    let before = place.before().map_or("", |before| place.word(before));
    let next = place.word(place.at + 1);
    operator(place, found, before, next)
        .or_else(|| arrow_or_equals(place, found))
        .or_else(|| scale(place, found))
        .or_else(|| condition(place, found, before))
        .or_else(|| activity(place))
        .or_else(|| declaration(place, found))
}

/// Signs and words between values.
fn operator(place: &Place, found: &str, before: &str, next: &str) -> Option<String> {
    if !place.expects(&[Rule::op_and, Rule::op_add, Rule::expression, Rule::plain])
        && !is_value_wanted(place)
    {
        return None;
    }
    Some(match found {
        "^" => "write a power as a product: `n * n`".to_owned(),
        "&" => "write `and` between conditions; texts are not joined".to_owned(),
        "?" => "write `if … then … else …`".to_owned(),
        "(" if before == "today" => "write `today`, without parentheses".to_owned(),
        "of" if before == "%" || before.ends_with('%') => {
            "write the percent of a value as a product: `15% * revenue`".to_owned()
        }
        "contains" | "starts_with" => {
            format!("write it as a function: `{found}(name, \"text\")`")
        }
        "like" => "write `contains(name, \"text\")` or `starts_with(name, \"text\")`".to_owned(),
        "than" => match before {
            "greater" | "more" | "larger" | "higher" | "bigger" => {
                "write `>` for more than, `>=` for at least".to_owned()
            }
            _ => "write `<` for less than, `<=` for at most".to_owned(),
        },
        "least" | "most" if before == "at" => {
            let sign = if found == "least" { ">=" } else { "<=" };
            format!("write `{sign}`")
        }
        "isnt" | "not" if next != "(" => "write `is not`".to_owned(),
        "<" | "<=" | ">" | ">=" | "=" | "!=" if matches!(before, "and" | "or") => {
            format!("name the value again: `… {before} revenue {found} …`, or use `between`")
        }
        _ => return None,
    })
}

fn is_value_wanted(place: &Place) -> bool {
    place.expects(&[Rule::name, Rule::path, Rule::number, Rule::digits])
}

/// `=` and `:` for an arrow, a value without `=`.
fn arrow_or_equals(place: &Place, found: &str) -> Option<String> {
    if place.expects(&[Rule::arrow]) && matches!(found, "=" | ":" | "=>" | "then") {
        return Some("write `->`".to_owned());
    }
    let begins_value = matches!(
        place.kind(place.at),
        Some(TokenKind::Number | TokenKind::Text | TokenKind::Word)
    );
    (place.expects(&[Rule::equals]) && begins_value && place.at > place.first + 1)
        .then(|| format!("write `=` before `{found}`"))
}

/// Rows of scales, weights and ramps.
fn scale(place: &Place, found: &str) -> Option<String> {
    if place.expects(&[Rule::band, Rule::op_compare])
        && place.expects(&[Rule::otherwise_arm, Rule::k_otherwise])
    {
        if matches!(found, "else" | "default") {
            return Some("write `otherwise`".to_owned());
        }
        if place.is_number(place.at) {
            return Some(format!(
                "a band begins with a comparison, and the first that holds decides: `>= {found} -> …`"
            ));
        }
    }
    if place.expects(&[Rule::otherwise_arm, Rule::k_otherwise, Rule::otherwise])
        && matches!(found, "else" | "default")
    {
        return Some("write `otherwise`".to_owned());
    }
    if place.expects(&[Rule::weight, Rule::k_weight]) && place.is_number(place.at) {
        let percent = if place.word(place.at + 1) == "%" {
            "%"
        } else {
            ""
        };
        return Some(format!("write `weight {found}{percent}`"));
    }
    let is_ramp = (place.first..place.at).any(|index| place.word(index) == "ramp");
    if is_ramp && place.expects(&[Rule::k_to]) {
        return Some("write `ramp WORST to BEST`, such as `ramp 0 to 10`".to_owned());
    }
    if place.expects(&[Rule::scale_part])
        && matches!(found, "linear" | "line" | "scale" | "between" | "from")
    {
        return Some("for a straight line write `ramp WORST to BEST`".to_owned());
    }
    (place.expects(&[Rule::ranked_steps, Rule::less_is_better, Rule::k_less])
        && matches!(found, "descending" | "desc" | "reversed" | "lowest"))
    .then(|| "write `ranked less is better`".to_owned())
}

/// `if` and `when`.
fn condition(place: &Place, found: &str, before: &str) -> Option<String> {
    if place.expects(&[Rule::k_then, Rule::k_else]) {
        return Some("an `if` says both: `if … then … else …`".to_owned());
    }
    if place.expects(&[Rule::when_part, Rule::k_when]) {
        return match found {
            "if" | "where" | "wenn" | ":" => Some("write `when`".to_owned()),
            "else" => Some("write `otherwise`".to_owned()),
            _ => None,
        };
    }
    (found == "between" && before == "is")
        .then(|| "leave `is` out: `revenue between 1M and 5M`".to_owned())
}

/// `2 h` without `by`.
fn activity(place: &Place) -> Option<String> {
    let ends = place.at >= place.last
        || matches!(place.word(place.at), "," | "}")
        || place.kind(place.at) == Some(TokenKind::LineEnd);
    let is_time = |index: usize| {
        matches!(
            place.word(index),
            "h" | "min" | "minutes" | "hour" | "hours" | "day" | "days"
        ) || place.is_number(index) && place.word(index).ends_with(['h', 'n'])
    };
    let has_time = (place.first..place.at).any(is_time);
    (ends && has_time && place.expects(&[Rule::k_by]))
        .then(|| "say whose time it is: `2 h by owner`, or `by` and a team".to_owned())
}

/// Commas and comments around declarations.
fn declaration(place: &Place, found: &str) -> Option<String> {
    if found == "/" && place.word(place.at + 1) == "*" {
        return Some("write `#` before each line of a comment".to_owned());
    }
    let head = place.word(place.first);
    let ends_with_its_line = word::begins_line(head);
    (found == "," && ends_with_its_line)
        .then(|| format!("begin a new line: a `{head}` ends with its line"))
}
