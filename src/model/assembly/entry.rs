//! What tells the declarations of one kind apart: names, labels, reasons, customers.
//! One line a kind; it decides nothing.

use super::ledger::{Kind, Thing};
use super::{Axis, Service};
use crate::syntax::tree;

/// A declaration of which a model may hold several, told apart by a name.
pub(super) trait Entry {
    /// What it is and where its name stands.
    fn thing(&self) -> Thing;

    /// The label, where it may have one. What is restated without one keeps it.
    fn label(&mut self) -> Option<&mut Option<tree::Text>> {
        None
    }
}

macro_rules! entries {
    ($($kind:ident, $word:literal, $type:ty, $name:ident $(, $label:ident)?;)+) => {$(
        impl Entry for $type {
            fn thing(&self) -> Thing {
                Thing::new(Kind::$kind, $word, self.$name.value.as_str(), self.$name.span)
            }

            $(fn label(&mut self) -> Option<&mut Option<tree::Text>> {
                Some(&mut self.$label)
            })?
        }
    )+};
}

entries! {
    Table, "table", tree::Dataset, name;
    Lookup, "lookup", tree::Lookup, name;
    Rate, "rate", tree::Rate, currency;
    Exclude, "exclude", tree::Exclude, reason;
    Let, "let", tree::Let, name, label;
    Param, "param", tree::Param, name, label;
    Axis, "axis", Axis, name, label;
    Override, "override", tree::Override, customer;
    Team, "team", tree::Team, name, label;
    Activity, "activity", tree::Activity, name, label;
    Service, "service", Service, segment;
    Test, "test", tree::Test, name;
    Scenario, "scenario", tree::Scenario, name, label;
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
