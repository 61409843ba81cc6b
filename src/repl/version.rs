//! A state of the model on the bench: the main file's text as it stands now, the scenario, and what
//! follows from them. Versions are kept for `:undo`; the files on disk stay as they are.

use super::things::{Kind, Thing, things};
use super::world::World;
use crate::base::Span;
use crate::diff::NamedSegment;
use crate::model::program::Program;
use crate::session::{Files, LEFT_OUT, LoadOptions, Loaded, ReadError, load};
use crate::syntax::tree::Item;
use crate::value::{Column, Date};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What was loaded and how.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The main rule file as it was named.
    pub(super) main: PathBuf,
    /// The day of the run, where it is given.
    pub(super) today: Option<Date>,
}

/// A state of the model.
#[derive(Debug)]
pub(super) struct Version {
    /// The text of the main file; `None` until something is changed.
    pub(super) text: Option<String>,
    /// The scenario that is applied.
    pub(super) scenario: Option<String>,
    /// Params set from outside.
    pub(super) set: Vec<(String, String)>,
    /// The model.
    pub(super) loaded: Loaded,
    /// What led here, in words.
    pub(super) what: String,
    /// The segments of every customer, once they are known.
    pub(super) segments: RefCell<Option<Rc<Segmented>>>,
}

/// The segments of every customer.
#[derive(Debug, Default)]
pub(super) struct Segmented {
    /// The segmentations: the names of the segments, and a column with the place of each customer's.
    pub(super) segmentations: Vec<Membership>,
    /// Who stands nearest to the lines of the deciding segmentation, the nearest first.
    pub(super) near: Vec<NearLine>,
}

/// A customer near a line, in words.
#[derive(Debug)]
pub(super) struct NearLine {
    /// The row.
    pub(super) row: u32,
    /// What is compared.
    pub(super) what: String,
    /// The value.
    pub(super) value: String,
    /// The line.
    pub(super) line: String,
}

/// A segmentation and who is in which segment.
#[derive(Debug)]
pub(super) struct Membership {
    /// The name of its column.
    pub(super) name: String,
    /// Its segments.
    pub(super) segments: Vec<NamedSegment>,
    /// Their places, the most important first.
    pub(super) importance: Vec<usize>,
    /// Where each customer is; missing for those who are kept out.
    pub(super) members: Column,
}

impl Version {
    /// The checked model; there is one for every version that was accepted.
    pub(super) fn program(&self) -> Option<&Program> {
        self.loaded.program.as_ref()
    }

    /// The names of the tests that no longer fit the model, in quotes.
    pub(super) fn tests_left_out(&self) -> Vec<String> {
        let said = self.loaded.diagnostics.iter();
        let places: Vec<Span> = said
            .filter(|it| it.message.starts_with(LEFT_OUT))
            .filter_map(|it| it.labels.first().map(|label| label.span))
            .collect();
        let files = self.loaded.files.iter();
        let tests = files
            .flat_map(|it| &it.parsed.tree.declarations)
            .filter_map(|it| match &it.item {
                Item::Test(test) => Some((it.span, test)),
                _ => None,
            });
        let around = |whole: Span| {
            let inside = |it: &Span| {
                it.source == whole.source && whole.start <= it.start && it.end <= whole.end
            };
            places.iter().any(inside)
        };
        tests
            .filter(|(span, _)| around(*span))
            .map(|(_, test)| format!("\"{}\"", super::layout::clean(&test.name.value)))
            .collect()
    }

    /// What was changed since `before` and is restated by the scenario, so that the change does not show.
    pub(super) fn restated(&self, before: &Version) -> Vec<String> {
        let declarations = |version: &Version| -> Vec<Thing> {
            let main = version.loaded.files.last();
            main.map_or(Vec::new(), |it| things(&it.parsed.tree.declarations))
        };
        let text = |version: &Version, thing: &Thing| {
            version.loaded.sources.text(thing.span).trim().to_owned()
        };
        let old: Vec<(Kind, String, String)> = declarations(before)
            .into_iter()
            .map(|it| (it.kind, it.key.clone(), text(before, &it)))
            .collect();
        let own = self.loaded.files.iter();
        let own = own.flat_map(|it| &it.parsed.tree.declarations);
        let own = own.filter_map(|it| match &it.item {
            Item::Scenario(it) if self.scenario.as_ref() == Some(&it.name.value) => {
                Some(things(&it.declarations))
            }
            _ => None,
        });
        let own: Vec<Thing> = own.flatten().collect();
        let weighs = |kind| matches!(kind, Kind::Member | Kind::Weight);
        let changed = declarations(self).into_iter().filter(|it| {
            let same = |(kind, key, was): &(Kind, String, String)| {
                *kind == it.kind && *key == it.key && *was == text(self, it)
            };
            !old.iter().any(same)
        });
        let hidden = changed.filter(|it| {
            let same = |own: &Thing| {
                own.key == it.key && (own.kind == it.kind || weighs(own.kind) && weighs(it.kind))
            };
            own.iter().any(same)
        });
        let name = |it: Thing| match it.key.is_empty() {
            true => it.word.to_owned(),
            false => it.key,
        };
        hidden.map(name).collect()
    }

    /// The text of the main file as it stands.
    pub(super) fn main_text(&self) -> &str {
        let file = self.loaded.files.last();
        let source = file.and_then(|file| self.loaded.sources.get(file.source));
        source.map_or("", |source| source.text.as_str())
    }
}

/// What makes a version, before it is loaded.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) text: Option<String>,
    pub(super) scenario: Option<String>,
    pub(super) set: Vec<(String, String)>,
    pub(super) what: String,
}

impl Draft {
    /// A draft that changes nothing yet.
    pub(super) fn of(version: &Version, what: impl Into<String>) -> Draft {
        Draft {
            text: version.text.clone(),
            scenario: version.scenario.clone(),
            set: version.set.clone(),
            what: what.into(),
        }
    }

    /// Loads what the draft says.
    pub(super) fn load(self, origin: &Origin, world: &dyn World) -> Version {
        let options = LoadOptions {
            scenario: self.scenario.clone(),
            params: self.set.clone(),
            today: origin.today,
            leave_out_tests: self.text.is_some(),
            ..LoadOptions::on(world.local_date())
        };
        let loaded = match &self.text {
            Some(text) => {
                let files = Overlay {
                    files: world.files(),
                    path: world.files().locate(&origin.main).ok(),
                    text,
                };
                load(&origin.main, &files, &options)
            }
            None => load(&origin.main, world.files(), &options),
        };
        Version {
            text: self.text,
            scenario: self.scenario,
            set: self.set,
            loaded,
            what: self.what,
            segments: RefCell::new(None),
        }
    }
}

/// The files as they are, but for the text of one.
struct Overlay<'f> {
    files: &'f dyn Files,
    path: Option<PathBuf>,
    text: &'f str,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        if self.path.as_deref() == Some(path) {
            return Ok(self.text.as_bytes().to_vec());
        }
        self.files.read(path)
    }

    fn locate(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.files.locate(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        self.files.names(folder)
    }
}
