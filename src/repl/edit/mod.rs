//! Declarations as they were typed → the new text of the main rule file: each takes the place of its
//! namesake, or goes to its likes. Comments and everything else stay as they are; nothing is checked.

mod clause;
mod text;
mod weight;

use super::things::{Kind, parent, removed, things};
use super::weights;
use crate::base::{Diagnostic, SourceId, Span};
use crate::model::program::Program;
use crate::session::Loaded;
use crate::syntax::parse;
use crate::syntax::tree::{Declaration, Item};

/// The text of the main file on its way.
pub(super) struct Editor<'v> {
    loaded: &'v Loaded,
    text: String,
    /// What else was written because of it, for the answer.
    pub(super) notes: Vec<String>,
    /// What was taken out of the main file, for the answer where something still needs it.
    pub(super) removed: Option<String>,
}

/// A part of a text and what takes its place.
struct Cut {
    from: usize,
    to: usize,
    text: String,
}

type Done = Result<(), Box<Diagnostic>>;

impl<'v> Editor<'v> {
    /// An editor of a model's main file.
    pub(super) fn new(loaded: &'v Loaded, text: &str) -> Editor<'v> {
        Editor {
            loaded,
            text: text.into(),
            notes: Vec::new(),
            removed: None,
        }
    }

    /// The new text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Applies a declaration that stands in `typed`.
    pub(super) fn declaration(&mut self, typed: &str, declaration: &Declaration) -> Done {
        let mut whole = slice(typed, declaration.span);
        if let Some(replace) = declaration.replace {
            whole = typed
                .get(replace.end as usize..declaration.span.end as usize)
                .unwrap_or("")
                .trim_start();
        }
        match &declaration.item {
            Item::Member(it) => self.member(typed, whole, it),
            Item::Weight(it) => self.weight(&it.path.text(), slice(typed, it.weight.span)),
            Item::Remove(it) => match removed(it) {
                Some((kind, key)) => self.remove(kind, &key, whole),
                None => {
                    self.append(None, whole);
                    Ok(())
                }
            },
            Item::Field(it) => {
                let key = format!("{}.{}", it.dataset.value, it.field.name.value);
                let field = slice(typed, it.field.span);
                self.part(
                    Kind::Field,
                    &key,
                    field,
                    whole,
                    &dataset_kind(&it.dataset.value),
                );
                Ok(())
            }
            Item::Teams(teams) => {
                for team in teams {
                    let entry = slice(typed, team.span);
                    let alone = format!("teams {{\n  {entry}\n}}");
                    let block = (Kind::Teams, String::new());
                    self.part(Kind::Team, &team.name.value, entry, &alone, &block);
                }
                Ok(())
            }
            Item::Activities(activities) => {
                for it in activities {
                    let entry = slice(typed, it.span);
                    let alone = format!("activities {{\n  {entry}\n}}");
                    let block = (Kind::Activities, String::new());
                    self.part(Kind::Activity, &it.name.value, entry, &alone, &block);
                }
                Ok(())
            }
            Item::Rates(rates) => {
                for it in rates {
                    let entry = slice(typed, it.currency.span.join(it.rate.span));
                    let alone = format!("rates {{ {entry} }}");
                    let block = (Kind::Rates, String::new());
                    self.part(Kind::Rate, &it.currency.value, entry, &alone, &block);
                }
                Ok(())
            }
            Item::Service(it) => {
                let names: Vec<&str> = it.segments.iter().map(|it| it.value.as_str()).collect();
                self.service(&names, whole);
                Ok(())
            }
            _ => {
                let made = things(std::slice::from_ref(declaration));
                match made.first() {
                    Some(thing) => self.whole(thing.kind, &thing.key, whole),
                    None => self.append(None, whole),
                }
                Ok(())
            }
        }
    }

    /// The value of a param, in its place.
    pub(super) fn param(&mut self, name: &str, value: &str) -> Done {
        self.bring_down(Kind::Param, name);
        let found = self.find(Kind::Param, name).and_then(|thing| thing.value);
        let Some(span) = found else {
            return Err(self.unknown("param", name));
        };
        self.cut(vec![cut(span, value)]);
        Ok(())
    }

    fn program(&self) -> Option<&'v Program> {
        self.loaded.program.as_ref()
    }

    /// A declaration in the place of its namesake.
    fn whole(&mut self, kind: Kind, key: &str, text: &str) {
        match self.find(kind, key) {
            Some(thing) => {
                let replaces = self.begins_with_replace(thing.span);
                let text = if replaces {
                    format!("replace {text}")
                } else {
                    text.into()
                };
                self.cut(vec![cut(thing.span, &text)]);
            }
            None if self.is_used(kind, key) => self.append(Some(kind), &format!("replace {text}")),
            None => self.append(Some(kind), text),
        }
    }

    /// An entry of a block in the place of its namesake, or at the end of the block; `alone` is how
    /// it stands by itself.
    fn part(&mut self, kind: Kind, key: &str, entry: &str, alone: &str, block: &(Kind, String)) {
        match self.find(kind, key) {
            Some(thing) if thing.inside.is_some() => self.cut(vec![cut(thing.span, entry)]),
            Some(thing) => {
                let replaces = self.begins_with_replace(thing.span);
                let text = if replaces {
                    format!("replace {alone}")
                } else {
                    alone.into()
                };
                self.cut(vec![cut(thing.span, &text)]);
            }
            None if self.is_used(kind, key) => self.append(Some(kind), &format!("replace {alone}")),
            None => match self.find(block.0, &block.1) {
                Some(thing) => self.insert(thing.span, entry),
                None => self.append(Some(kind), alone),
            },
        }
    }

    fn service(&mut self, names: &[&str], whole: &str) {
        let tree = parse(SourceId(0), &self.text).tree;
        let mut cuts = Vec::new();
        let mut placed = false;
        for declaration in &tree.declarations {
            let Item::Service(it) = &declaration.item else {
                continue;
            };
            let rest: Vec<&str> = it
                .segments
                .iter()
                .map(|it| it.value.as_str())
                .filter(|it| !names.contains(it))
                .collect();
            if rest.len() == it.segments.len() {
                continue;
            }
            let replaces = declaration.replace.is_some();
            if rest.is_empty() {
                let text = match (placed, replaces) {
                    (true, _) => String::new(),
                    (false, true) => format!("replace {whole}"),
                    (false, false) => whole.into(),
                };
                placed = true;
                cuts.push(cut(declaration.span, &text));
            } else if let (Some(first), Some(last)) = (it.segments.first(), it.segments.last()) {
                cuts.push(cut(first.span.join(last.span), &rest.join(", ")));
            }
        }
        self.cut(cuts);
        if !placed {
            let used = names.iter().any(|name| self.is_used_service(name));
            let text = if used {
                format!("replace {whole}")
            } else {
                whole.into()
            };
            self.append(Some(Kind::Service), &text);
        }
    }

    fn remove(&mut self, kind: Kind, key: &str, whole: &str) -> Done {
        let mut key = key.to_string();
        let mut shares = None;
        if kind == Kind::Member {
            key = self.full_path(&key)?;
            if let Some(program) = self.program()
                && weights::are_percents(program, &key)
            {
                let mut siblings = weights::siblings(program, &key);
                siblings.retain(|(path, _)| *path != key);
                shares = weights::shared(&siblings, None);
            }
        }
        let Some(thing) = self.find(kind, &key) else {
            self.append(None, whole);
            return Ok(());
        };
        let (from, to) = self.lines_of(thing.span);
        let stated = key.clone();
        self.removed = Some(key.clone());
        self.cut(vec![Cut {
            from,
            to,
            text: String::new(),
        }]);
        if self.is_used(kind, &key) {
            self.append(None, whole);
        }
        if let Some(shares) = shares {
            let now = things(&parse(SourceId(0), &self.text).tree.declarations);
            let place = |path: &str| {
                let member = now
                    .iter()
                    .find(|it| it.kind == Kind::Member && it.key == path);
                member?.value
            };
            if shares.iter().any(|(_, text)| !text.ends_with('%')) {
                let around = parent(&stated);
                self.notes.push(format!(
                    "the weights of `{around}` are points now: what they share has no exact percents"
                ));
            }
            let cuts = shares
                .iter()
                .filter_map(|(path, text)| Some(cut(place(path)?, text)));
            let cuts = cuts.collect();
            self.cut(cuts);
        }
        Ok(())
    }

    fn unknown(&self, word: &str, name: &str) -> Box<Diagnostic> {
        let names: Vec<&str> = self
            .program()
            .map(|program| program.params.iter().map(|it| it.name.as_str()).collect())
            .unwrap_or_default();
        let near = crate::base::suggest::nearest(name, names.iter().copied());
        let help = match near {
            Some(near) => Some(format!("the nearest is `{near}`")),
            None if names.is_empty() => Some("the model has no params".to_owned()),
            None => Some(format!("the model has `{}`", names.join("`, `"))),
        };
        Diagnostic::error("cannot-change", format!("there is no {word} `{name}`"))
            .help_maybe(help)
            .into()
    }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize)
        .unwrap_or("")
}

fn dataset_kind(name: &str) -> (Kind, String) {
    let kind = if name == "customers" {
        Kind::Customers
    } else {
        Kind::Table
    };
    (kind, name.into())
}

fn cut(span: Span, text: &str) -> Cut {
    Cut {
        from: span.start as usize,
        to: span.end as usize,
        text: text.into(),
    }
}
