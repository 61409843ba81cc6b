//! Trees of several files → one set of declarations: each file in turn, the scenario last of all.
//! Nothing here knows what a declaration means; it only says what stands and what was replaced.

use super::entry::Entry;
use super::ledger::{Kind, Ledger, Thing};
use super::members::depth;
use super::{Assembled, Assembly, Axis, Replaced, Service};
use crate::base::{Diagnostic, SourceId, Span, suggest};
use crate::syntax::tree::{self, Declaration, Item, Tree};
use std::borrow::Borrow;

/// Puts files together in the order in which they apply: used files before the file that uses
/// them, the main file last; then the scenario of that name.
pub fn assemble<T: Borrow<Tree>>(files: &[(SourceId, T)], scenario: Option<&str>) -> Assembled {
    Assembler::default().assemble(files, scenario)
}

/// The same without the tests, for whoever asks only what holds with a scenario.
pub fn assemble_untested<T: Borrow<Tree>>(
    files: &[(SourceId, T)],
    scenario: Option<&str>,
) -> Assembled {
    let assembler = Assembler {
        untested: true,
        ..Assembler::default()
    };
    assembler.assemble(files, scenario)
}

fn step(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn own_currency(tree: &Tree) -> Option<String> {
    tree.declarations.iter().find_map(|it| match &it.item {
        Item::Model(model) => model.currency.as_ref().map(|it| it.value.clone()),
        _ => None,
    })
}

/// After so many messages nobody reads which name was probably meant.
const HINTS: usize = 200;

/// What is to be done with a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is new and goes to the end.
    Add,
    /// It takes the place of the one that is there.
    Restate,
    /// It is left out; its message is out.
    Drop,
}

/// The state of an assembly.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    pub(super) assembly: Assembly,
    pub(super) scenarios: Vec<tree::Scenario>,
    pub(super) ledger: Ledger,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The file or scenario at work, counted up in the order they apply.
    pub(super) step: u32,
    /// Whether it is the main file.
    in_main: bool,
    /// Whether tests are left out.
    untested: bool,
    /// The name of the scenario at work.
    pub(super) scenario: Option<String>,
    /// The model block of a second used file, where none has replaced the first.
    rival_model: Option<Span>,
}

impl Assembler {
    fn assemble<T: Borrow<Tree>>(
        mut self,
        files: &[(SourceId, T)],
        scenario: Option<&str>,
    ) -> Assembled {
        for (at, (source, tree)) in files.iter().enumerate() {
            let tree: &Tree = tree.borrow();
            self.step = step(at);
            self.in_main = at + 1 == files.len();
            self.apply(&tree.declarations);
            if let Some(currency) = own_currency(tree) {
                self.assembly.currencies.insert(*source, currency);
            }
        }
        self.one_model();
        if let Some((main, _)) = files.last() {
            let tests = &mut self.assembly.tests;
            tests.retain(|test| test.name.span.source == *main);
        }
        self.assembly.scenarios = self
            .scenarios
            .iter()
            .map(|scenario| (scenario.name.clone(), scenario.label.clone()))
            .collect();
        if let Some(name) = scenario {
            self.step = step(files.len());
            self.apply_scenario(name);
        }
        Assembled {
            assembly: self.assembly,
            diagnostics: self.diagnostics,
        }
    }

    /// Applies what one file or scenario says. Declarations may stand in any order, so whole things
    /// come first, then their parts from the outside in, then weights, then what goes.
    fn apply(&mut self, declarations: &[Declaration]) {
        for declaration in declarations {
            self.whole(declaration);
        }
        let mut parts: Vec<&Declaration> = declarations.iter().collect();
        parts.sort_by_key(|declaration| depth(&declaration.item));
        for declaration in parts {
            match &declaration.item {
                Item::Field(field) => self.field(field, declaration.replace),
                Item::Member(member) => self.member_of(member, declaration.replace),
                _ => {}
            }
        }
        for declaration in declarations {
            if let Item::Weight(weight) = &declaration.item {
                self.weight_of(weight, declaration.replace);
            }
        }
        for declaration in declarations {
            if let Item::Remove(remove) = &declaration.item {
                self.remove(remove);
            }
        }
    }

    fn apply_scenario(&mut self, name: &str) {
        let names = || self.scenarios.iter().map(|it| it.name.value.as_str());
        let Some(scenario) = self.scenarios.iter().find(|it| it.name.value == name) else {
            let all: Vec<String> = names().map(|it| format!("`{it}`")).collect();
            let help = match suggest::nearest(name, names()) {
                Some(near) => format!("the nearest is `{near}`"),
                None if all.is_empty() => "the model declares no scenarios".to_owned(),
                None => format!("the model declares {}", all.join(", ")),
            };
            let message = format!("there is no scenario `{name}`");
            let diagnostic = Diagnostic::error("unknown-scenario", message).help(help);
            self.diagnostics.push(diagnostic);
            return;
        };
        let declarations = scenario.declarations.clone();
        self.assembly.scenario = Some(name.to_owned());
        self.scenario = Some(name.to_owned());
        self.apply(&declarations);
    }

    fn whole(&mut self, declaration: &Declaration) {
        let replace = declaration.replace;
        let word = match &declaration.item {
            Item::Model(_) => "model",
            Item::Use(_) => "use",
            Item::Test(_) => "test",
            Item::Scenario(_) => "scenario",
            _ => "",
        };
        if self.scenario.is_some() && !word.is_empty() {
            let message = format!("`{word}` cannot stand in a scenario");
            self.diagnostics.push(
                Diagnostic::error("not-in-scenario", message)
                    .at(declaration.span, "")
                    .help("a scenario restates or removes what the model declares, and may add an `exclude`"),
            );
            return;
        }
        match &declaration.item {
            Item::Model(model) => self.model(model, replace),
            Item::Customers(customers) => self.customers(customers, replace),
            Item::Table(table) => {
                if let Some(fate) = self.dataset(table.thing(), replace) {
                    let mut table = table.clone();
                    self.own_fields(&mut table);
                    put(&mut self.assembly.tables, fate, table);
                }
            }
            Item::Lookup(it) => self.enter(|all| &mut all.assembly.lookups, it, replace),
            Item::Rates(rates) => self.rates(rates, replace),
            Item::Exclude(it) => self.enter(|all| &mut all.assembly.excludes, it, replace),
            Item::Let(it) => self.enter(|all| &mut all.assembly.lets, it, replace),
            Item::Param(param) => self.param(param, replace),
            Item::Axis(axis) => self.axis(axis, replace),
            Item::Segments(it) => self.enter(|all| &mut all.assembly.segmentations, it, replace),
            Item::Override(it) => self.enter(|all| &mut all.assembly.overrides, it, replace),
            Item::Teams(teams) => {
                for team in teams {
                    self.enter(|all| &mut all.assembly.teams, team, replace);
                }
            }
            Item::Activities(activities) => {
                for activity in activities {
                    self.enter(|all| &mut all.assembly.activities, activity, replace);
                }
            }
            Item::Service(service) => self.service(service, replace),
            Item::Check(it) => self.enter(|all| &mut all.assembly.checks, it, replace),
            Item::Output(output) => {
                let thing = Thing::new(Kind::Output, "output", "", output.span);
                if self.admit(&thing, replace) != Fate::Drop {
                    self.assembly.output = Some(output.clone());
                }
            }
            Item::Test(_) if self.untested => {}
            Item::Test(it) => self.enter(|all| &mut all.assembly.tests, it, replace),
            Item::Scenario(it) => self.enter(|all| &mut all.scenarios, it, replace),
            // `use` was followed before; the others are parts of a whole and come later.
            Item::Use(_) | Item::Field(_) | Item::Member(_) | Item::Weight(_) | Item::Remove(_) => {
            }
        }
    }

    /// Model blocks of used files stand side by side, each for its own file, until the main file
    /// says which holds.
    fn model(&mut self, model: &tree::Model, replace: Option<Span>) {
        let thing = Thing::new(Kind::Model, "model", "", model.span);
        let known = self.ledger.get(Kind::Model, "");
        let another = known.filter(|it| it.step != self.step);
        if another.is_some() && !self.in_main && replace.is_none() {
            self.rival_model = self.rival_model.or(Some(model.span));
            return;
        }
        if self.admit(&thing, replace) != Fate::Drop {
            self.assembly.model = Some(model.clone());
            self.rival_model = None;
        }
    }

    fn one_model(&mut self) {
        let (Some(model), Some(rival)) = (&self.assembly.model, self.rival_model) else {
            return;
        };
        self.diagnostics.push(
            Diagnostic::error("two-models", "two used files have a model block each")
                .at(rival, "the second")
                .at(model.span, "the first")
                .help("write `replace model \"…\" { … }` in the main file"),
        );
    }

    fn customers(&mut self, customers: &tree::Dataset, replace: Option<Span>) {
        let thing = Thing::new(Kind::Customers, "customers", "", customers.name.span);
        if self.dataset(thing, replace).is_some() {
            let mut customers = customers.clone();
            self.own_fields(&mut customers);
            self.assembly.customers = Some(customers);
        }
    }

    fn dataset(&mut self, thing: Thing, replace: Option<Span>) -> Option<Fate> {
        let fate = self.admit(&thing, replace);
        (fate != Fate::Drop).then_some(fate)
    }

    /// Enters the fields of a dataset that is new or restated as a whole.
    fn own_fields(&mut self, dataset: &mut tree::Dataset) {
        let prefix = format!("{}.", dataset.name.value);
        self.ledger.forget(Kind::Field, &prefix);
        dataset.fields.retain(|field| {
            let key = format!("{prefix}{}", field.name.value);
            self.own(&Thing::new(Kind::Field, "field", key, field.name.span))
        });
    }

    fn field(&mut self, field: &tree::FieldOf, replace: Option<Span>) {
        let key = format!("{}.{}", field.dataset.value, field.field.name.value);
        let span = field.dataset.span.join(field.field.name.span);
        if self.fields_of(&field.dataset.value).is_none() {
            let table = Thing::new(
                Kind::Table,
                "table",
                field.dataset.value.as_str(),
                field.dataset.span,
            );
            let help = self.ledger.hint(&table).or_else(|| {
                suggest::nearest(&field.dataset.value, ["customers"])
                    .map(|near| format!("the nearest is `{near}`"))
            });
            let message = format!("there is no table `{}`", field.dataset.value);
            self.diagnostics.push(
                Diagnostic::error("unknown-table", message)
                    .at(field.dataset.span, "")
                    .help_maybe(help),
            );
            return;
        }
        let fate = self.admit(&Thing::new(Kind::Field, "field", key, span), replace);
        let Some(fields) = self.fields_of(&field.dataset.value) else {
            return;
        };
        let there = fields
            .iter_mut()
            .find(|it| it.name.value == field.field.name.value);
        match (fate, there) {
            (Fate::Drop, _) => {}
            (_, Some(there)) => *there = field.field.clone(),
            (_, None) => fields.push(field.field.clone()),
        }
    }

    /// The fields of the customers or of a table.
    pub(super) fn fields_of(&mut self, dataset: &str) -> Option<&mut Vec<tree::Field>> {
        let found = if dataset == "customers" {
            self.assembly.customers.as_mut()
        } else {
            self.assembly
                .tables
                .iter_mut()
                .find(|table| table.name.value == dataset)
        };
        found.map(|dataset| &mut dataset.fields)
    }

    /// A scenario plays with the value, so it stays within the bounds; `replace` sets its own.
    fn param(&mut self, param: &tree::Param, replace: Option<Span>) {
        let mut param = param.clone();
        if self.scenario.is_some() && param.bounds.is_none() {
            let params = &self.assembly.params;
            let before = params.iter().find(|it| it.name.value == param.name.value);
            param.bounds = before.and_then(|it| it.bounds.clone());
        }
        self.enter(|all| &mut all.assembly.params, &param, replace);
    }

    fn axis(&mut self, axis: &tree::Axis, replace: Option<Span>) {
        let thing = Thing::new(Kind::Axis, "axis", axis.name.value.as_str(), axis.name.span);
        let fate = self.admit(&thing, replace);
        if fate == Fate::Drop {
            return;
        }
        let members = self.own_members(&axis.name.value, &axis.members);
        let axis = Axis {
            name: axis.name.clone(),
            label: axis.label.clone(),
            members,
        };
        put(&mut self.assembly.axes, fate, axis);
    }

    fn service(&mut self, service: &tree::Service, replace: Option<Span>) {
        for segment in &service.segments {
            let service = Service {
                segment: segment.clone(),
                entries: service.entries.clone(),
                because: service.because.clone(),
            };
            self.enter(|all| &mut all.assembly.services, &service, replace);
        }
    }

    fn enter<T: Entry + Clone>(
        &mut self,
        list: fn(&mut Assembler) -> &mut Vec<T>,
        entry: &T,
        replace: Option<Span>,
    ) {
        let fate = self.admit(&entry.thing(), replace);
        put(list(self), fate, entry.clone());
    }

    /// Rates are replaced all together: they are worth what they are in one currency.
    fn rates(&mut self, rates: &[tree::Rate], replace: Option<Span>) {
        let before = match replace {
            Some(_) => std::mem::take(&mut self.assembly.rates),
            None => Vec::new(),
        };
        for rate in &before {
            self.note_replaced(&rate.thing(), rate.currency.span, false);
        }
        if !before.is_empty() {
            self.ledger.forget(Kind::Rate, "");
        }
        let replace = replace.filter(|_| before.is_empty());
        for rate in rates {
            self.enter(|all| &mut all.assembly.rates, rate, replace);
        }
    }

    /// Notes a part of something that is declared in the same breath; only two of one name clash.
    pub(super) fn own(&mut self, thing: &Thing) -> bool {
        match self.ledger.get(thing.kind, &thing.key) {
            Some(there) if there.step == self.step => {
                self.twice(thing, there.span);
                false
            }
            _ => {
                self.ledger.state(thing, self.step);
                true
            }
        }
    }

    /// Decides what becomes of a declaration, says what is wrong with it, and notes it.
    pub(super) fn admit(&mut self, thing: &Thing, replace: Option<Span>) -> Fate {
        let known = self.ledger.get(thing.kind, &thing.key);
        let fate = match known {
            Some(there) if there.step == self.step => {
                self.twice(thing, there.span);
                return Fate::Drop;
            }
            Some(there) if !there.removed => {
                if replace.is_some() || self.scenario.is_some() {
                    self.note_replaced(thing, there.span, false);
                } else {
                    self.needs_replace(thing, there.span);
                }
                // Also where `replace` is lacking: it is what was meant, and so nothing follows.
                Fate::Restate
            }
            removed => {
                let may_be_new =
                    replace.is_none() && (self.scenario.is_none() || thing.kind == Kind::Exclude);
                if !may_be_new {
                    let misspelt = self.not_there(thing, removed.map(|it| it.span));
                    if misspelt || self.scenario.is_some() || thing.kind == Kind::Member {
                        return Fate::Drop;
                    }
                }
                Fate::Add
            }
        };
        self.ledger.state(thing, self.step);
        fate
    }

    /// Notes what is replaced or removed.
    pub(super) fn note_replaced(&mut self, thing: &Thing, before: Span, removed: bool) {
        self.assembly.replaced.push(Replaced {
            what: thing.text(),
            by: thing.span,
            before,
            removed,
        });
    }

    /// Says that one file or scenario states a thing twice.
    pub(super) fn twice(&mut self, thing: &Thing, before: Span) {
        let what = thing.text();
        let message = match &self.scenario {
            Some(scenario) => format!("`{what}` is stated twice in the scenario `{scenario}`"),
            None => format!("`{what}` is declared twice"),
        };
        self.diagnostics.push(
            Diagnostic::error("declared-twice", message)
                .at(thing.span, "the second")
                .at(before, "the first")
                .help("keep one of the two"),
        );
    }

    /// Says that a thing of a used file is restated without `replace`.
    pub(super) fn needs_replace(&mut self, thing: &Thing, before: Span) {
        let what = thing.text();
        let mut help = format!("write `replace {what} …` to restate it");
        if matches!(thing.kind, Kind::Team | Kind::Activity | Kind::Rate) {
            let block = match thing.kind {
                Kind::Team => "teams",
                Kind::Activity => "activities",
                _ => "rates",
            };
            help = format!(
                "write `replace {block} {{ {} … }}` to restate it",
                thing.key
            );
        }
        let message = format!("`{what}` is already declared in a used file");
        self.diagnostics.push(
            Diagnostic::error("needs-replace", message)
                .at(thing.span, "restated without `replace`")
                .at(before, "declared here")
                .help(help),
        );
    }

    /// Says that what is to be replaced, restated or removed is not there; gives whether some other
    /// name was probably meant.
    fn not_there(&mut self, thing: &Thing, removed: Option<Span>) -> bool {
        let what = thing.text();
        let hint = (self.diagnostics.len() < HINTS)
            .then(|| self.ledger.hint(thing))
            .flatten();
        let misspelt = hint.is_some();
        let (code, message, help) = match &self.scenario {
            Some(scenario) => (
                "nothing-to-restate",
                format!("there is no `{what}` for the scenario `{scenario}` to restate"),
                "a scenario restates what the model declares; only an `exclude` may be new",
            ),
            None => (
                "nothing-to-replace",
                format!("there is no `{what}` to replace"),
                "without `replace` it is declared as new",
            ),
        };
        let mut diagnostic = Diagnostic::error(code, message).at(thing.span, "");
        if let Some(span) = removed {
            diagnostic = diagnostic.at(span, "removed here");
        }
        self.diagnostics
            .push(diagnostic.help(hint.unwrap_or_else(|| help.to_owned())));
        misspelt
    }
}

/// Puts an entry in the place that its fate says.
fn put<T: Entry>(list: &mut Vec<T>, fate: Fate, mut entry: T) {
    match fate {
        Fate::Drop => {}
        Fate::Add => list.push(entry),
        Fate::Restate => {
            let key = entry.thing().key;
            match list.iter_mut().find(|it| it.thing().key == key) {
                Some(there) => {
                    std::mem::swap(there, &mut entry);
                    if let (Some(label), Some(before)) = (there.label(), entry.label()) {
                        *label = label.take().or(before.take());
                    }
                }
                None => list.push(entry),
            }
        }
    }
}
