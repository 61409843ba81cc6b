//! The checks of both sides: which held before and fails now, and the other way round. They are
//! paired by what they say; one that was worded anew is another one.

use crate::eval::{CheckOutcome, CheckState, Outcome};

/// A comparison as it came out: `16.2%`, `<=`, `15%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The left side.
    pub left: String,
    /// How they are compared.
    pub comparison: &'static str,
    /// The right side.
    pub right: String,
}

/// A check on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckSide {
    /// Whether it holds.
    pub held: bool,
    /// The two sides of its comparison as they came out, where it is one.
    pub sides: Option<Compared>,
}

/// A check on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckChange {
    /// What should be true, in words.
    pub label: String,
    /// Whether it only warns.
    pub only_warns: bool,
    /// Before; `None` for one that is new.
    pub before: Option<CheckSide>,
    /// After; `None` for one that is gone.
    pub after: Option<CheckSide>,
}

impl CheckChange {
    /// Whether it came out otherwise: it holds on one side and not on the other, or it is new and
    /// does not hold.
    pub fn turned(&self) -> bool {
        let held = |side: &Option<CheckSide>| side.as_ref().is_none_or(|it| it.held);
        self.after.is_some() && held(&self.before) != held(&self.after)
    }
}

/// The checks of both sides, in the order of the second.
pub fn check_changes(before: &Outcome, after: &Outcome) -> Vec<CheckChange> {
    let find = |list: &[CheckOutcome], label: &str| {
        let mut list = list.iter();
        list.find(|it| it.label == label).map(side)
    };
    let mut changes: Vec<CheckChange> = after
        .checks
        .iter()
        .map(|check| CheckChange {
            label: check.label.clone(),
            only_warns: check.only_warns,
            before: find(&before.checks, &check.label),
            after: Some(side(check)),
        })
        .collect();
    let gone = before.checks.iter();
    let gone = gone.filter(|check| find(&after.checks, &check.label).is_none());
    changes.extend(gone.map(|check| CheckChange {
        label: check.label.clone(),
        only_warns: check.only_warns,
        before: Some(side(check)),
        after: None,
    }));
    changes
}

fn side(check: &CheckOutcome) -> CheckSide {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "missing".to_owned());
    CheckSide {
        held: check.state == CheckState::Held,
        sides: check.sides.as_ref().map(|it| Compared {
            left: shown(&it.left),
            comparison: it.comparison.symbol(),
            right: shown(&it.right),
        }),
    }
}
