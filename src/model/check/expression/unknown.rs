//! The messages for names that stand for nothing: the nearest name in sight, or what the name is
//! elsewhere. It finds nothing itself.

use super::Inference;
use super::agree::CONSTANT;
use super::clash::listed;
use super::name::WORDS;
use crate::base::Diagnostic;
use crate::base::suggest::nearest;
use crate::model::check::checker::{Checker, Scope};
use crate::model::program::{Expr, TableId};
use crate::model::types::Type;
use crate::syntax::tree::Name;

impl Inference<'_, '_> {
    /// A name that stands for nothing here.
    pub(super) fn unknown(&mut self, first: &Name, names: &[Name]) -> Option<Expr> {
        let word = first.value.as_str();
        let checker = &*self.checker;
        let mut candidates: Vec<String> = Vec::new();
        if let Scope::Row(table) = self.place.scope
            && let Some(table) = checker.tables.get(table.0)
        {
            candidates.extend(table.fields.iter().map(|field| field.name.clone()));
        }
        if self.place.what == CONSTANT.what {
            candidates.extend(checker.params.iter().map(|param| param.name.clone()));
        } else {
            candidates.extend(checker.names.all().into_iter().map(str::to_owned));
            candidates.extend(WORDS.map(str::to_owned));
        }
        let near = nearest(word, candidates.iter().map(String::as_str));
        let rest: String = names
            .iter()
            .skip(1)
            .map(|it| format!(".{}", it.value))
            .collect();
        let help = if let Some(flag) = flag_word(word) {
            Some(format!("write `{flag}`"))
        } else if let Some(help) = self.beside.as_ref().and_then(|ty| in_list(ty, word)) {
            Some(help)
        } else if checker.lookups.iter().any(|lookup| lookup.name == word) {
            Some(format!("it is a lookup, which takes a key: `{word}[…]`"))
        } else if checker.is_segment(word) {
            Some(format!("it is a segment: `segment is {word}`"))
        } else if let Some(near) = near {
            Some(format!("write `{near}{rest}`"))
        } else if crate::builtins::find(word).is_some_and(|it| !it.parameters.is_empty()) {
            let call = crate::builtins::find(word).map(crate::builtins::Builtin::call);
            call.map(|call| format!("it is a function: `{call}`"))
        } else if names.len() == 1 && self.beside == Some(Type::Text) {
            Some(format!("a text stands in quotes: `\"{word}\"`"))
        } else {
            checker
                .tables
                .iter()
                .find(|table| table.fields.iter().any(|field| field.name == word))
                .map(|table| {
                    let name = &table.name;
                    match table.one_per_customer {
                        true => format!("it is a field of `{name}`: `{name}.{word}`"),
                        false => format!(
                            "it is a field of `{name}`, inside an aggregate: `sum({name}.{word})`"
                        ),
                    }
                })
        };
        let message = Diagnostic::error("unknown-name", format!("nothing here is called `{word}`"))
            .at(first.span, "not declared")
            .help_maybe(help);
        self.error(message)
    }

    /// Only one name, no parts after it.
    pub(super) fn alone(&mut self, names: &[Name]) -> Option<()> {
        if names.len() == 1 {
            return Some(());
        }
        self.no_parts(names)
    }

    pub(super) fn no_parts<T>(&mut self, names: &[Name]) -> Option<T> {
        let (last, before) = names.split_last()?;
        let before: Vec<&str> = before.iter().map(|name| name.value.as_str()).collect();
        let before = before.join(".");
        self.error(
            Diagnostic::error("unknown-name", format!("`{before}` has no parts"))
                .at(last.span, "nothing follows here")
                .help(format!("write `{before}`")),
        )
    }

    pub(super) fn no_field<T>(&mut self, table: TableId, field: &Name) -> Option<T> {
        let table = self.checker.tables.get(table.0)?;
        let names: Vec<String> = table.fields.iter().map(|it| it.name.clone()).collect();
        let help = match nearest(&field.value, names.iter().map(String::as_str)) {
            Some(near) => format!("write `{}.{near}`", table.name),
            None => format!("it has {}", listed(&names, "`")),
        };
        let message = format!("the table `{}` has no field `{}`", table.name, field.value);
        self.error(
            Diagnostic::error("unknown-name", message)
                .at(field.span, "not there")
                .help(help),
        )
    }
}

/// `yes` or `no` as others write it.
fn flag_word(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "true" | "ja" | "yes" | "kyllä" | "sann" | "sant" | "on" => "yes",
        "false" | "nei" | "nej" | "no" | "ei" | "usann" | "usant" | "falsk" | "falskt" | "off" => {
            "no"
        }
        _ => return None,
    })
}

/// A word that is, or nearly is, one of a list's texts.
fn in_list(ty: &Type, word: &str) -> Option<String> {
    let (Type::OneOf(list) | Type::Steps(list)) = ty else {
        return None;
    };
    let texts = || list.iter().map(String::as_str);
    let text = texts()
        .find(|text| *text == word)
        .or_else(|| nearest(word, texts()));
    Some(match text {
        Some(text) => format!("a text stands in quotes: `\"{text}\"`"),
        None => format!("it has {}", listed(list, "\"")),
    })
}

impl Checker<'_> {
    fn is_segment(&self, name: &str) -> bool {
        self.segmentations
            .iter()
            .any(|outline| outline.segments.iter().any(|(segment, _)| segment == name))
    }
}
