//! What may be completed: the words of the language, the names of the model, the keys of its
//! customers. Collected after each answer, so that nothing is looked up while one types.

use crate::repl::bench::{Bench, Held};
use crate::repl::things::{Kind, things};
use crate::value::{Column, Values};
use std::rc::Rc;

/// Words of the language that stand in declarations and expressions.
pub(super) const WORDS: [&str; 78] = [
    "model",
    "use",
    "customers",
    "table",
    "field",
    "lookup",
    "rates",
    "exclude",
    "let",
    "param",
    "axis",
    "criterion",
    "group",
    "weight",
    "segments",
    "override",
    "teams",
    "activities",
    "service",
    "check",
    "warn",
    "output",
    "test",
    "scenario",
    "remove",
    "replace",
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "is",
    "between",
    "default",
    "missing",
    "where",
    "when",
    "otherwise",
    "yes",
    "no",
    "today",
    "from",
    "because",
    "stays",
    "by",
    "to",
    "until",
    "ramp",
    "curve",
    "bands",
    "match",
    "ranked",
    "as",
    "one",
    "of",
    "steps",
    "skip",
    "reject",
    "capped",
    "exclusive",
    "order",
    "owner",
    "only",
    "none",
    "text",
    "named",
    "people",
    "costs",
    "actual",
    "worth",
    "in",
    "top",
    "bottom",
    "for",
    "given",
    "expect",
    "key",
];

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameKind {
    /// A field, table, let, param, axis, activity or team.
    Value,
    /// A segment.
    Segment,
    /// A function.
    Function,
}

/// The names of the sitting.
#[derive(Clone, Default)]
pub(crate) struct Names {
    /// Names that may stand in expressions, in order, with what is known of each.
    pub(super) all: Vec<(String, NameKind, String)>,
    /// Params with how they are declared behind their name.
    pub(super) params: Vec<(String, String)>,
    /// Paths of criteria and groups with their weights.
    pub(super) paths: Vec<(String, String)>,
    /// Scenarios.
    pub(super) scenarios: Vec<String>,
    /// Everything that `:show` finds.
    pub(super) things: Vec<String>,
    held: Option<Rc<Held>>,
    key: usize,
}

impl Names {
    /// The kind of a name.
    pub(super) fn kind(&self, name: &str) -> Option<NameKind> {
        self.known(name).map(|(_, kind, _)| *kind)
    }

    /// What is known of a name.
    pub(super) fn known(&self, name: &str) -> Option<&(String, NameKind, String)> {
        let at = self.all.binary_search_by(|(it, ..)| it.as_str().cmp(name));
        at.ok().and_then(|at| self.all.get(at))
    }

    /// Keys of customers that begin so, at most `most`.
    pub(super) fn keys(&self, begin: &str, most: usize) -> Vec<String> {
        let Some(held) = &self.held else {
            return Vec::new();
        };
        match held.data.inputs.customers.column(self.key) {
            Some(Column {
                values: Values::Text(texts),
                ..
            }) => {
                let keys = texts.dictionary.iter().filter(|key| key.starts_with(begin));
                keys.take(most).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Bench<'_> {
    /// What may be completed now.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names {
            held: self.data.clone(),
            ..Names::default()
        };
        for function in crate::builtins::all() {
            let what = function.call();
            names
                .all
                .push((function.name.to_string(), NameKind::Function, what));
        }
        let Some(version) = &self.now else {
            names.all.sort();
            return names;
        };
        let declared = version.loaded.files.iter();
        for thing in declared.flat_map(|it| things(&it.parsed.tree.declarations)) {
            let written = version.loaded.sources.text(thing.span);
            let last = thing.key.rsplit('.').next().unwrap_or("").to_string();
            match thing.kind {
                Kind::Param => {
                    let behind = written.split_once('=').map_or("", |(_, behind)| behind);
                    names.params.push((last.clone(), one_line(behind)));
                }
                Kind::Member => {
                    let weight = thing.value.map(|it| version.loaded.sources.text(it));
                    names
                        .paths
                        .push((thing.key.clone(), one_line(weight.unwrap_or(""))));
                }
                Kind::Scenario => names.scenarios.push(thing.key.clone()),
                _ => {}
            }
            let bare = matches!(
                thing.kind,
                Kind::Table
                    | Kind::Field
                    | Kind::Lookup
                    | Kind::Let
                    | Kind::Param
                    | Kind::Axis
                    | Kind::Team
                    | Kind::Activity
            );
            if bare {
                let name = match thing.key.strip_prefix("customers.") {
                    Some(name) => name.to_string(),
                    None => thing.key.clone(),
                };
                let what = format!("{} {}", thing.word, one_line(written));
                names.all.push((name, NameKind::Value, what));
            }
            if thing.kind == Kind::Member {
                names
                    .all
                    .push((thing.key.clone(), NameKind::Value, one_line(written)));
            }
            if !thing.key.is_empty() {
                names.things.push(last);
            }
        }
        if let Some(program) = version.program() {
            names.key = program.customers.key.0;
            for segmentation in &program.segmentations {
                let column = segmentation.column().to_string();
                names
                    .all
                    .push((column, NameKind::Value, "the segment".into()));
                for segment in &segmentation.segments {
                    let label = segment.label.clone().unwrap_or_default();
                    names
                        .all
                        .push((segment.name.clone(), NameKind::Segment, label));
                }
            }
        }
        names.all.sort_by(|left, right| left.0.cmp(&right.0));
        names.all.dedup_by(|left, right| left.0 == right.0);
        names.things.sort();
        names.things.dedup();
        names
    }
}

fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    let words: Vec<&str> = line.split_whitespace().collect();
    crate::repl::layout::cut(&crate::repl::layout::clean(&words.join(" ")), 60)
}
