//! The ledger of an assembly: what is declared, where, and by which file it was stated last.
//! It decides whether a declaration is new, restates or clashes, and finds the nearest name; it
//! holds no declarations.

use crate::base::{Span, suggest};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The kinds of things that are told apart by a name, each with its own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Model,
    Customers,
    Table,
    Field,
    Lookup,
    Rate,
    Exclude,
    Let,
    Param,
    Axis,
    Member,
    Weight,
    Segments,
    Override,
    Team,
    Activity,
    Service,
    Check,
    Output,
    Test,
    Scenario,
}

impl Kind {
    /// Whether the name is a quoted text.
    fn is_quoted(self) -> bool {
        matches!(
            self,
            Kind::Exclude | Kind::Override | Kind::Check | Kind::Test
        )
    }

    /// A name's parent, empty where it has none, and its last part.
    fn split(self, name: &str) -> (&str, &str) {
        match self {
            Kind::Field | Kind::Member | Kind::Weight => {
                name.rsplit_once('.').unwrap_or(("", name))
            }
            _ => ("", name),
        }
    }

    /// Whether a name of this kind stands bare in expressions.
    fn is_bare_name(self) -> bool {
        matches!(
            self,
            Kind::Table
                | Kind::Lookup
                | Kind::Let
                | Kind::Param
                | Kind::Axis
                | Kind::Team
                | Kind::Activity
        )
    }
}

/// Something that is declared, restated or removed.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    /// The word that it is written with: `criterion` or `group`, `check` or `warn`.
    pub(super) word: &'static str,
    /// The name, path, label, reason or customer; empty where there can be only one.
    pub(super) key: String,
    /// Where the name stands.
    pub(super) span: Span,
}

impl Thing {
    /// A thing of that kind.
    pub(super) fn new(kind: Kind, word: &'static str, key: impl Into<String>, span: Span) -> Self {
        Thing {
            kind,
            word,
            key: key.into(),
            span,
        }
    }

    /// As it would be written: `param key_line`, `check "No customer …"`, `segments`.
    pub(super) fn text(&self) -> String {
        described(self.kind, self.word, &self.key)
    }
}

/// What the ledger knows of a thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The step (file or scenario) that stated or removed it last.
    pub(super) step: u32,
    /// Where that is said.
    pub(super) span: Span,
    /// The word that it was written with.
    pub(super) word: &'static str,
    /// Whether it was removed.
    pub(super) removed: bool,
}

/// What is declared so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    entries: BTreeMap<Kind, BTreeMap<String, Entry>>,
}

impl Ledger {
    /// What is known of that thing, with those that were removed.
    pub(super) fn get(&self, kind: Kind, key: &str) -> Option<Entry> {
        self.entries.get(&kind)?.get(key).copied()
    }

    /// Notes that a step states a thing.
    pub(super) fn state(&mut self, thing: &Thing, step: u32) {
        self.note(thing, step, false);
    }

    /// Notes that a step removes a thing.
    pub(super) fn remove(&mut self, thing: &Thing, step: u32) {
        self.note(thing, step, true);
    }

    fn note(&mut self, thing: &Thing, step: u32, removed: bool) {
        let entry = Entry {
            step,
            span: thing.span,
            word: thing.word,
            removed,
        };
        let names = self.entries.entry(thing.kind).or_default();
        match names.get_mut(thing.key.as_str()) {
            Some(there) => *there = entry,
            None => {
                names.insert(thing.key.clone(), entry);
            }
        }
    }

    /// Forgets everything of a kind whose name begins so: what stood inside something that goes or
    /// is restated as a whole.
    pub(super) fn forget(&mut self, kind: Kind, prefix: &str) {
        let Some(names) = self.entries.get_mut(&kind) else {
            return;
        };
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let gone: Vec<String> = names
            .range::<str, _>(from)
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(prefix))
            .cloned()
            .collect();
        for name in gone {
            names.remove(&name);
        }
    }

    /// What may have been meant by a name that is not there, as a sentence.
    pub(super) fn hint(&self, thing: &Thing) -> Option<String> {
        let live = |entry: &Entry| !entry.removed;
        let names: Vec<&str> = self
            .entries
            .get(&thing.kind)
            .into_iter()
            .flatten()
            .filter(|(_, entry)| live(entry))
            .map(|(key, _)| key.as_str())
            .collect();
        let (parent, last) = thing.kind.split(&thing.key);
        // A member without its axis or in another group, a field without its customers.
        let whole = names.iter().find(|name| {
            let (elsewhere, name) = thing.kind.split(name);
            name == last && elsewhere != parent
        });
        if let Some(whole) = whole {
            return Some(format!("write `{whole}`"));
        }
        let elsewhere = self.entries.iter().find_map(|(kind, names)| {
            let may_be = *kind != thing.kind && kind.is_bare_name() && thing.kind.is_bare_name();
            let entry = names
                .get(&thing.key)
                .filter(|entry| may_be && live(entry))?;
            Some(described(*kind, entry.word, &thing.key))
        });
        if let Some(elsewhere) = elsewhere {
            return Some(format!("it is `{elsewhere}`"));
        }
        // Long paths are near to each other by what they share, so siblings compare by their own name.
        let siblings: Vec<&str> = names
            .iter()
            .filter_map(|name| {
                let (sibling, name) = thing.kind.split(name);
                (!parent.is_empty() && sibling == parent).then_some(name)
            })
            .collect();
        if !siblings.is_empty() {
            return suggest::nearest(last, siblings)
                .map(|near| format!("the nearest is `{parent}.{near}`"));
        }
        let named = names.into_iter().filter(|it| !it.is_empty());
        suggest::nearest(&thing.key, named).map(|near| {
            if thing.kind.is_quoted() {
                format!("the nearest is `\"{near}\"`")
            } else {
                format!("the nearest is `{near}`")
            }
        })
    }
}

fn described(kind: Kind, word: &str, key: &str) -> String {
    if key.is_empty() && !kind.is_quoted() {
        word.to_owned()
    } else if kind.is_quoted() {
        format!("{word} \"{key}\"")
    } else {
        format!("{word} {key}")
    }
}
