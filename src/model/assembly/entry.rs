//! What tells the declarations of one kind apart: names, labels, reasons, customers.
//! One line a kind; it decides nothing.

use super::ledger::{Kind, Thing};
use super::{Axis, Service};
use crate::syntax::tree;

/// A declaration of which a model may hold several, told apart by a name.
pub(super) trait Entry {
    /// What it is and where its name stands.
    fn thing(&self) -> Thing;
}

macro_rules! entries {
    ($($kind:ident, $word:literal, $type:ty, $name:ident;)+) => {$(
        impl Entry for $type {
            fn thing(&self) -> Thing {
                Thing::new(Kind::$kind, $word, self.$name.value.as_str(), self.$name.span)
            }
        }
    )+};
}

entries! {
    Table, "table", tree::Dataset, name;
    Lookup, "lookup", tree::Lookup, name;
    Rate, "rate", tree::Rate, currency;
    Exclude, "exclude", tree::Exclude, reason;
    Let, "let", tree::Let, name;
    Param, "param", tree::Param, name;
    Axis, "axis", Axis, name;
    Override, "override", tree::Override, customer;
    Team, "team", tree::Team, name;
    Activity, "activity", tree::Activity, name;
    Service, "service", Service, segment;
    Test, "test", tree::Test, name;
    Scenario, "scenario", tree::Scenario, name;
}

impl Entry for tree::Check {
    fn thing(&self) -> Thing {
        let word = if self.only_warns { "warn" } else { "check" };
        Thing::new(
            Kind::Check,
            word,
            self.label.value.as_str(),
            self.label.span,
        )
    }
}

impl Entry for tree::Segments {
    fn thing(&self) -> Thing {
        match &self.name {
            Some(name) => Thing::new(Kind::Segments, "segments", name.value.as_str(), name.span),
            None => Thing::new(Kind::Segments, "segments", "", self.span),
        }
    }
}
