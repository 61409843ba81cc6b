//! What a model says, taken apart: declarations, each with facts that can be compared one by one.
//! Comparing two such lists gives the changes in words; nothing is applied here.

use super::words::Form;

/// The smallest part of a model that can be taken from one and put into another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// The model block.
    Model,
    /// All rates.
    Rates,
    /// The customers or a table as a whole, and where its rows come from.
    Dataset(String),
    /// A field, by dataset and name.
    Field(String, String),
    /// A lookup.
    Lookup(String),
    /// A param.
    Param(String),
    /// A let.
    Let(String),
    /// An exclude, by its reason.
    Exclude(String),
    /// An axis as a whole.
    Axis(String),
    /// Who stands under an axis or a group, and with which weights.
    Siblings(String),
    /// A criterion or a group, by its path; not its weight.
    Member(String),
    /// A segmentation as a whole; the unnamed one has no name.
    Segments(String),
    /// A clause of a segmentation, by its place.
    Clause(String, usize),
    /// The two-axis table of a segmentation.
    Board(String),
    /// An override, by the customer's key.
    Override(String),
    /// A team.
    Team(String),
    /// An activity.
    Activity(String),
    /// The service of a segment.
    Service(String),
    /// A check or a warning, by its label.
    Check(String),
    /// The columns of the result.
    Output,
    /// A test, by its name.
    Test(String),
    /// A scenario.
    Scenario(String),
}

/// The kind of a fact that is only compared where both sides have it.
pub(super) const SHARED: &str = "shared";

/// Something that is said of a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fact {
    /// What it is: ``weight of `attractiveness.potential` ``.
    pub(super) what: String,
    /// Equal where it says the same.
    pub(super) same: String,
    /// How it is shown; nothing where only that it changed is worth saying.
    pub(super) shown: String,
    /// Whether it can move a customer.
    pub(super) moves: bool,
    /// What kind it is, where that says whether parts can be compared.
    pub(super) kind: &'static str,
    /// Facts that are compared in its place where both sides are of one kind and have some.
    pub(super) parts: Vec<Fact>,
}

impl Fact {
    /// A fact that is written in one form to be shown and in another to be compared.
    pub(super) fn new(what: impl Into<String>, write: impl Fn(Form) -> String) -> Fact {
        Fact {
            what: what.into(),
            same: write(Form::Exact),
            shown: write(Form::Written),
            moves: true,
            kind: "",
            parts: Vec::new(),
        }
    }

    /// A fact that is its text.
    pub(super) fn text(what: impl Into<String>, text: impl Into<String>) -> Fact {
        let text = text.into();
        Fact::new(what, |_| text.clone())
    }

    /// The same, which people read and nothing is computed from.
    pub(super) fn words(what: impl Into<String>, text: impl Into<String>) -> Fact {
        Fact {
            moves: false,
            ..Fact::text(what, text)
        }
    }

    pub(super) fn with_parts(mut self, parts: Vec<Fact>) -> Fact {
        self.parts = parts;
        self
    }
}

/// A declaration, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Described {
    /// As what it is applied where it changes.
    pub(super) unit: Unit,
    /// As what it is applied where it is new or gone.
    pub(super) whole: Unit,
    /// What it is called: ``param `key_line` ``.
    pub(super) title: String,
    /// What it says, where it is new.
    pub(super) text: String,
    /// The title of what it stands in.
    pub(super) inside: Option<String>,
    /// Whether it can move a customer at all.
    pub(super) moves: bool,
    /// What is said of it.
    pub(super) facts: Vec<Fact>,
}

impl Described {
    pub(super) fn new(unit: Unit, title: impl Into<String>) -> Described {
        Described {
            whole: unit.clone(),
            unit,
            title: title.into(),
            text: String::new(),
            inside: None,
            moves: true,
            facts: Vec::new(),
        }
    }

    pub(super) fn saying(mut self, text: impl Into<String>) -> Described {
        self.text = text.into();
        self
    }

    pub(super) fn with(mut self, facts: impl IntoIterator<Item = Fact>) -> Described {
        self.facts.extend(facts);
        self
    }

    pub(super) fn inside(mut self, title: &str, whole: Unit) -> Described {
        self.inside = Some(title.to_owned());
        self.whole = whole;
        self
    }

    pub(super) fn only_words(mut self) -> Described {
        self.moves = false;
        self
    }
}

/// What changed in one unit of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The unit.
    pub unit: Unit,
    /// What changed, a text a fact.
    pub texts: Vec<String>,
    /// Whether it can move a customer.
    pub moves: bool,
}

impl Change {
    /// All texts on one line.
    pub fn text(&self) -> String {
        self.texts.join("; ")
    }
}

/// What differs between two descriptions, unit by unit in the order of the new one; what is gone
/// stands where it stood.
pub(super) fn compare(old: &[Described], new: &[Described]) -> Vec<Change> {
    let mut changes = Changes::default();
    let find = |list: &'_ [Described], title: &str| list.iter().position(|it| it.title == title);
    let is_within_one_sided = |it: &Described, other: &[Described]| {
        let inside = it.inside.as_deref();
        inside.is_some_and(|title| find(other, title).is_none())
    };
    let mut next_old = 0;
    for described in new {
        let Some(at) = find(old, &described.title) else {
            if !is_within_one_sided(described, old) {
                let text = match described.text.as_str() {
                    "" => format!("new {}", described.title),
                    text => format!("new {}: {text}", described.title),
                };
                changes.add(&described.whole, text, described.moves);
            }
            continue;
        };
        changes.gone(old, new, next_old..at, &is_within_one_sided);
        next_old = next_old.max(at + 1);
        let Some(before) = old.get(at) else { continue };
        let mut texts = Vec::new();
        facts(&before.facts, &described.facts, &mut texts);
        for (text, moves) in texts {
            changes.add(&described.unit, text, moves && described.moves);
        }
    }
    changes.gone(old, new, next_old..old.len(), &is_within_one_sided);
    changes.list
}

#[derive(Default)]
struct Changes {
    list: Vec<Change>,
}

impl Changes {
    fn add(&mut self, unit: &Unit, text: String, moves: bool) {
        match self.list.iter_mut().find(|it| it.unit == *unit) {
            Some(known) => {
                known.texts.push(text);
                known.moves |= moves;
            }
            None => self.list.push(Change {
                unit: unit.clone(),
                texts: vec![text],
                moves,
            }),
        }
    }

    fn gone(
        &mut self,
        old: &[Described],
        new: &[Described],
        range: std::ops::Range<usize>,
        is_within_one_sided: &dyn Fn(&Described, &[Described]) -> bool,
    ) {
        for described in old.get(range).unwrap_or(&[]) {
            let is_there = new.iter().any(|it| it.title == described.title);
            if !is_there && !is_within_one_sided(described, new) {
                let text = format!("{} is gone", described.title);
                self.add(&described.whole, text, described.moves);
            }
        }
    }
}

/// The words about facts that differ, and whether each can move a customer.
fn facts(old: &[Fact], new: &[Fact], texts: &mut Vec<(String, bool)>) {
    let mut known: Vec<bool> = vec![false; old.len()];
    for fact in new {
        // Of several facts of one name the first that is left belongs to it.
        let at = old
            .iter()
            .enumerate()
            .position(|(at, it)| known.get(at) == Some(&false) && it.what == fact.what);
        let Some((at, before)) = at.and_then(|at| Some((at, old.get(at)?))) else {
            if !fact.shown.is_empty() && fact.kind != SHARED {
                texts.push((format!("{} is new: {}", fact.what, fact.shown), fact.moves));
            }
            continue;
        };
        if let Some(known) = known.get_mut(at) {
            *known = true;
        }
        if before.same == fact.same {
            continue;
        }
        let both_have_parts = !before.parts.is_empty() && !fact.parts.is_empty();
        if both_have_parts && before.kind == fact.kind {
            facts(&before.parts, &fact.parts, texts);
            continue;
        }
        texts.push((changed(before, fact), fact.moves || before.moves));
    }
    let gone = old.iter().zip(&known).filter(|(_, known)| !**known);
    for (fact, _) in gone {
        if !fact.shown.is_empty() && fact.kind != SHARED {
            texts.push((format!("{} is gone: {}", fact.what, fact.shown), fact.moves));
        }
    }
}

fn changed(old: &Fact, new: &Fact) -> String {
    let (mut before, mut after) = (old.shown.as_str(), new.shown.as_str());
    // `>= 7 → >= 6.5` is plainer without its operator.
    if let (Some((operator, old)), Some((same, new))) =
        (before.split_once(' '), after.split_once(' '))
        && operator == same
        && [">=", "<=", ">", "<", "="].contains(&operator)
    {
        (before, after) = (old, new);
    }
    match (before, after) {
        ("", "") => format!("{} changed", new.what),
        ("", after) => format!("{} is new: {after}", new.what),
        (before, "") => format!("{} is gone: {before}", new.what),
        (before, after) => format!("{} {before} → {after}", new.what),
    }
}
