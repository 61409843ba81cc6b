//! `remove KIND WHAT`: takes out what another file declares.
//! What the same file declares is not removed but left unwritten, so that is an error.

use super::assemble::Assembler;
use super::entry::Entry;
use super::ledger::{Kind, Thing};
use crate::base::{Diagnostic, Span, suggest};
use crate::syntax::tree::{self, Name, RemoveWhat};

/// The words after `remove`, with the kind and the word that a single one is called by.
const KINDS: [(&str, Kind, &str); 24] = [
    ("field", Kind::Field, "field"),
    ("table", Kind::Table, "table"),
    ("lookup", Kind::Lookup, "lookup"),
    ("rate", Kind::Rate, "rate"),
    ("rates", Kind::Rate, "rate"),
    ("exclude", Kind::Exclude, "exclude"),
    ("let", Kind::Let, "let"),
    ("param", Kind::Param, "param"),
    ("axis", Kind::Axis, "axis"),
    ("criterion", Kind::Member, "criterion"),
    ("group", Kind::Member, "group"),
    ("segments", Kind::Segments, "segments"),
    ("override", Kind::Override, "override"),
    ("team", Kind::Team, "team"),
    ("teams", Kind::Team, "team"),
    ("activity", Kind::Activity, "activity"),
    ("activities", Kind::Activity, "activity"),
    ("service", Kind::Service, "service"),
    ("check", Kind::Check, "check"),
    ("warn", Kind::Check, "warn"),
    ("output", Kind::Output, "output"),
    ("test", Kind::Test, "test"),
    ("scenario", Kind::Scenario, "scenario"),
    ("weight", Kind::Weight, "weight"),
];

impl Assembler {
    /// Applies one `remove`.
    pub(super) fn remove(&mut self, remove: &tree::Remove) {
        let Some((kind, word)) = self.removable(&remove.kind) else {
            return;
        };
        let single = matches!(kind, Kind::Output | Kind::Segments);
        let (key, span, path): (String, Span, &[Name]) = match &remove.what {
            RemoveWhat::Path(path) => (path.text(), path.span, &path.names),
            RemoveWhat::Text(text) => (text.value.clone(), text.span, &[]),
            RemoveWhat::Nothing(span) if single => {
                (String::new(), remove.kind.span.join(*span), &[])
            }
            RemoveWhat::Nothing(_) => {
                let message = format!("`remove {}` does not say which", remove.kind.value);
                self.diagnostics.push(
                    Diagnostic::error("nothing-to-remove", message)
                        .at(remove.kind.span, "")
                        .help(format!(
                            "write the name after `remove {}`",
                            remove.kind.value
                        )),
                );
                return;
            }
        };
        let thing = Thing::new(kind, word, key, span);
        if self.may_go(&thing) {
            self.take_out(&thing, path);
            self.ledger.remove(&thing, self.step);
        }
    }

    fn removable(&mut self, written: &Name) -> Option<(Kind, &'static str)> {
        let word = written.value.as_str();
        let found = KINDS.iter().find(|(it, ..)| *it == word);
        let (message, help) = match found {
            Some((_, Kind::Weight, _)) => (
                "a weight cannot be removed".to_owned(),
                Some("remove the criterion, or state another weight".to_owned()),
            ),
            Some((_, Kind::Test | Kind::Scenario, _)) if self.scenario.is_some() => {
                (format!("`remove {word}` cannot stand in a scenario"), None)
            }
            Some((_, kind, word)) => return Some((*kind, word)),
            None if matches!(word, "model" | "customers") => (
                format!("`{word}` cannot be removed"),
                Some(format!("write `replace {word} …`")),
            ),
            None => (
                format!("`remove {word}` names no kind of declaration"),
                suggest::nearest(word, KINDS.iter().map(|(it, ..)| *it))
                    .map(|near| format!("the nearest is `remove {near}`")),
            ),
        };
        self.diagnostics.push(
            Diagnostic::error("cannot-remove", message)
                .at(written.span, "")
                .help_maybe(help),
        );
        None
    }

    /// Whether the thing is there, of that kind, and not this very file's own.
    fn may_go(&mut self, thing: &Thing) -> bool {
        let what = thing.text();
        let known = self.ledger.get(thing.kind, &thing.key);
        let weighed = self.ledger.get(Kind::Weight, &thing.key);
        let weighed = weighed.filter(|it| thing.kind == Kind::Member && it.step == self.step);
        let place = match &self.scenario {
            Some(scenario) => format!("the scenario `{scenario}`"),
            None => "the same file".to_owned(),
        };
        let diagnostic = match known {
            Some(there) if !there.removed && there.word != thing.word => {
                let right = Thing {
                    word: there.word,
                    ..thing.clone()
                };
                Diagnostic::error(
                    "cannot-remove",
                    format!("`{}` is a {}", thing.key, there.word),
                )
                .at(thing.span, format!("removed as a {}", thing.word))
                .at(there.span, "declared here")
                .help(format!("write `remove {}`", right.text()))
            }
            Some(there) if there.step == self.step && there.removed => {
                Diagnostic::error("declared-twice", format!("`{what}` is removed twice"))
                    .at(thing.span, "the second")
                    .at(there.span, "the first")
                    .help("keep one of the two")
            }
            Some(there) if !there.removed && (there.step == self.step || weighed.is_some()) => {
                let stated = weighed.map_or(there.span, |it| it.span);
                let message = format!("`{what}` is stated and removed in {place}");
                Diagnostic::error("stated-and-removed", message)
                    .at(thing.span, "removed here")
                    .at(stated, "stated here")
                    .help("keep one of the two")
            }
            Some(there) if !there.removed => {
                self.note_replaced(thing, there.span, true);
                return true;
            }
            gone => {
                let message = format!("there is no `{what}` to remove");
                let mut diagnostic =
                    Diagnostic::error("nothing-to-remove", message).at(thing.span, "");
                if let Some(gone) = gone {
                    diagnostic = diagnostic.at(gone.span, "removed here already");
                }
                diagnostic.help_maybe(self.ledger.hint(thing))
            }
        };
        self.diagnostics.push(diagnostic);
        false
    }

    fn take_out(&mut self, thing: &Thing, path: &[Name]) {
        let key = &thing.key;
        let step = self.step;
        match thing.kind {
            Kind::Field => {
                if let Some((dataset, name)) = key.split_once('.')
                    && let Some(fields) = self.fields_of(dataset)
                {
                    fields.retain(|field| field.name.value != name);
                }
            }
            Kind::Table => {
                drop_entry(&mut self.assembly.tables, key);
                self.ledger.forget(Kind::Field, &format!("{key}."));
            }
            Kind::Axis => {
                drop_entry(&mut self.assembly.axes, key);
                self.forget_members(key);
            }
            Kind::Member => {
                // It stays in the list: its weight is shared out over the others.
                if let Some(member) = self.member(path) {
                    member.removed = Some(step);
                }
                self.forget_members(key);
            }
            Kind::Lookup => drop_entry(&mut self.assembly.lookups, key),
            Kind::Rate => drop_entry(&mut self.assembly.rates, key),
            Kind::Exclude => drop_entry(&mut self.assembly.excludes, key),
            Kind::Let => drop_entry(&mut self.assembly.lets, key),
            Kind::Param => drop_entry(&mut self.assembly.params, key),
            Kind::Segments => drop_entry(&mut self.assembly.segmentations, key),
            Kind::Override => drop_entry(&mut self.assembly.overrides, key),
            Kind::Team => drop_entry(&mut self.assembly.teams, key),
            Kind::Activity => drop_entry(&mut self.assembly.activities, key),
            Kind::Service => drop_entry(&mut self.assembly.services, key),
            Kind::Check => drop_entry(&mut self.assembly.checks, key),
            Kind::Test => drop_entry(&mut self.assembly.tests, key),
            Kind::Scenario => drop_entry(&mut self.scenarios, key),
            Kind::Output => self.assembly.output = None,
            // Refused before.
            Kind::Model | Kind::Customers | Kind::Weight => {}
        }
    }
}

fn drop_entry<T: Entry>(list: &mut Vec<T>, key: &str) {
    list.retain(|entry| entry.thing().key != key);
}
