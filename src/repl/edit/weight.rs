//! Criteria, groups and their weights: what is stated holds, the siblings share what is left.

use super::super::things::{Kind, last_name, parent, things};
use super::super::weights;
use super::{Done, Editor, cut, slice};
use crate::base::{Diagnostic, SourceId};
use crate::syntax::parse;
use crate::syntax::tree::{Member, MemberOf};

impl Editor<'_> {
    /// The weight of a criterion or group: it holds, the others share what is left.
    pub(in crate::repl) fn weight(&mut self, path: &str, weight: &str) -> Done {
        let path = self.full_path(path)?;
        if weight.trim().ends_with('%') && weights::percent(weight).is_none() {
            return Err(cannot_share(&path, weight));
        }
        let weights = match (self.program(), weights::percent(weight)) {
            (Some(program), Some(percent)) => {
                let siblings = weights::siblings(program, &path);
                let shared = weights::shared(&siblings, Some((&path, percent)));
                shared.ok_or_else(|| cannot_share(&path, weight))?
            }
            _ => vec![(path.clone(), weight.to_string())],
        };
        self.weights(&path, weight, weights);
        Ok(())
    }

    pub(super) fn member(&mut self, typed: &str, whole: &str, it: &MemberOf) -> Done {
        let path = match it.path.names.as_slice() {
            [_] => self.full_path(&it.path.text())?,
            _ => it.path.text(),
        };
        let weight = slice(
            typed,
            match &it.member {
                Member::Criterion(it) => it.weight.span,
                Member::Group(it) => it.weight.span,
            },
        );
        let written = slice(typed, it.path.span);
        let entry = whole.replacen(written, last_name(&it.path), 1);
        let alone = whole.replacen(written, &path, 1);
        let shared = match (self.program(), weights::percent(weight)) {
            (Some(program), Some(percent)) => {
                let siblings = weights::siblings(program, &path);
                let known = !siblings.is_empty();
                known.then(|| weights::shared(&siblings, Some((&path, percent))))
            }
            _ => None,
        };
        if shared == Some(None) {
            return Err(cannot_share(&path, weight));
        }
        let around = parent(&path).to_string();
        let kind = if around.contains('.') {
            Kind::Member
        } else {
            Kind::Axis
        };
        self.part(Kind::Member, &path, &entry, &alone, &(kind, around));
        if let Some(Some(shared)) = shared {
            self.weights(&path, weight, shared);
        }
        Ok(())
    }

    /// Writes weights to where they stand; those of used files are stated by the main file.
    pub(super) fn weights(&mut self, stated: &str, weight: &str, weights: Vec<(String, String)>) {
        let now = things(&parse(SourceId(0), &self.text).tree.declarations);
        let place = |path: &str| {
            let of = |kind| {
                now.iter()
                    .rev()
                    .find(|it| it.kind == kind && it.key == path)
            };
            of(Kind::Weight).or_else(|| of(Kind::Member))?.value
        };
        if place(stated).is_none() {
            // The others, in files of their own, share what is left without being told.
            self.append(
                Some(Kind::Weight),
                &format!("replace weight {stated} {weight}"),
            );
            return;
        }
        if weight.trim().ends_with('%') && weights.iter().any(|(_, text)| !text.ends_with('%')) {
            self.notes.push(
                "the weights are points now: what the others share has no exact percents".into(),
            );
        }
        let cuts = weights
            .iter()
            .filter_map(|(path, text)| Some(cut(place(path)?, text)));
        let cuts = cuts.collect();
        self.cut(cuts);
    }

    /// A path of a member, from its whole path or its last name where only one ends so.
    pub(in crate::repl) fn full_path(&self, path: &str) -> Result<String, Box<Diagnostic>> {
        let all: Vec<String> = self
            .program()
            .into_iter()
            .flat_map(|program| &program.axes)
            .flat_map(|axis| {
                axis.members
                    .iter()
                    .map(|it| format!("{}.{}", axis.name, it.path))
            })
            .collect();
        if path.contains('.') || all.iter().any(|it| it == path) {
            let known = all.iter().any(|it| it == path);
            let axis = path.split('.').next().unwrap_or("");
            let axis_known = all.iter().any(|it| it.starts_with(&format!("{axis}.")));
            if known || axis_known && self.find(Kind::Axis, axis).is_some() {
                return Ok(path.into());
            }
        }
        let ends = |it: &&String| it.ends_with(&format!(".{path}"));
        let ending: Vec<&String> = all.iter().filter(ends).collect();
        match ending.as_slice() {
            [one] => Ok((*one).clone()),
            [] => {
                let names = all.iter().map(|it| it.rsplit('.').next().unwrap_or(it));
                let near = crate::base::suggest::nearest(
                    path,
                    all.iter().map(String::as_str).chain(names),
                );
                Err(Diagnostic::error(
                    "cannot-change",
                    format!("there is no criterion or group `{path}`"),
                )
                .help_maybe(near.map(|near| format!("the nearest is `{near}`")))
                .into())
            }
            several => {
                let list: Vec<String> = several.iter().map(|it| format!("`{it}`")).collect();
                let message = format!("several criteria are called `{path}`");
                let help = format!("write one of {}", list.join(", "));
                Err(Diagnostic::error("cannot-change", message)
                    .help(help)
                    .into())
            }
        }
    }
}

fn cannot_share(path: &str, weight: &str) -> Box<Diagnostic> {
    let message = format!("with {weight} for `{path}` the others cannot share what is left");
    Diagnostic::error("cannot-change", message)
        .help("weights are from 0% to 100%, and a criterion without siblings has all of it")
        .into()
}
