//! How the checks came out: whether each holds, the values it compared, the customers behind it.

use super::{BAD, GOOD, WARN, clean_line, counted, paint};
use crate::cli::table::grouped_text;
use crate::eval::{CheckOutcome, CheckState, Inputs, Outcome, key};
use crate::plan::Plan;
use crate::plan::op::Comparison;

/// A line for each check, and below a failed one the customers behind it.
pub fn lines(outcome: &Outcome, plan: &Plan, inputs: &Inputs) -> String {
    let mut text = String::new();
    for check in &outcome.checks {
        text.push_str(&line(check));
        if check.state != CheckState::Held && !check.customers.is_empty() {
            text.push_str(&behind(check, plan, inputs));
        }
    }
    text
}

fn line(check: &CheckOutcome) -> String {
    let word = match (check.state, check.only_warns) {
        (CheckState::Held, _) => paint(GOOD, "ok     "),
        (_, true) => paint(WARN, "WARNING"),
        (_, false) => paint(BAD, "FAILED "),
    };
    let values = check.sides.as_ref().map_or(String::new(), |sides| {
        let shown = |value: &Option<String>| match value {
            Some(value) => grouped_text(value),
            None => "missing".into(),
        };
        let sign = sign(sides.comparison);
        format!("  ({} {sign} {})", shown(&sides.left), shown(&sides.right))
    });
    let missing = match check.state {
        CheckState::Missing => "  a value is missing",
        _ => "",
    };
    let label = clean_line(&check.label);
    format!("  {word}  {label}{}{missing}\n", clean_line(&values))
}

fn behind(check: &CheckOutcome, plan: &Plan, inputs: &Inputs) -> String {
    let named: Vec<String> = check
        .customers
        .iter()
        .take(CheckOutcome::NAMED)
        .filter_map(|row| key(plan, inputs, *row))
        .collect();
    let more = check.customers.len().saturating_sub(CheckOutcome::NAMED);
    let more = match more {
        0 => String::new(),
        more => format!(" and {} more", grouped_text(&more.to_string())),
    };
    format!(
        "           {}: {}{more}\n",
        counted(check.customers.len(), "customer", "customers"),
        clean_line(&named.join(", "))
    )
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
