//! The declarations of a model as they stand after its used files, replacements, removals and the
//! chosen scenario. Still names and text: nothing here is typed or computed.

mod assemble;
mod entry;
mod ledger;
mod members;
mod remove;

pub use assemble::{assemble, assemble_untested};

use crate::base::{Diagnostic, SourceId, Span};
use crate::syntax::tree::{self, Name, Text};
use std::collections::HashMap;

/// What a model declares, all files together, each thing once.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// The model block of the main file (or the one that it replaced).
    pub model: Option<tree::Model>,
    /// The currency of each file that names one.
    pub currencies: HashMap<SourceId, String>,
    /// The customers.
    pub customers: Option<tree::Dataset>,
    /// The tables.
    pub tables: Vec<tree::Dataset>,
    /// The lookups.
    pub lookups: Vec<tree::Lookup>,
    /// The rates.
    pub rates: Vec<tree::Rate>,
    /// The excludes.
    pub excludes: Vec<tree::Exclude>,
    /// The lets.
    pub lets: Vec<tree::Let>,
    /// The params.
    pub params: Vec<tree::Param>,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The segmentations.
    pub segmentations: Vec<tree::Segments>,
    /// The overrides.
    pub overrides: Vec<tree::Override>,
    /// The teams.
    pub teams: Vec<tree::Team>,
    /// The activities.
    pub activities: Vec<tree::Activity>,
    /// The service of each segment that has one.
    pub services: Vec<Service>,
    /// Checks and warnings.
    pub checks: Vec<tree::Check>,
    /// The output.
    pub output: Option<tree::Output>,
    /// The tests of the main file.
    pub tests: Vec<tree::Test>,
    /// The scenarios: name and label.
    pub scenarios: Vec<(Name, Option<Text>)>,
    /// The scenario that was applied.
    pub scenario: Option<String>,
    /// What one file replaced or removed of another.
    pub replaced: Vec<Replaced>,
    /// What is asked beside the model.
    pub asked: Vec<Asked>,
}

/// An expression that is asked beside the model, as the bench does.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The expression.
    pub value: tree::Expr,
    /// Whose value it may be.
    pub sight: AskedSight,
}

/// Whose value an asked expression may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedSight {
    /// The portfolio's, else each customer's.
    Any,
    /// The portfolio's.
    Portfolio,
    /// Each customer's.
    Customer,
    /// Each customer's, and a condition.
    Condition,
}

/// An axis whose members may have been restated.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// The members, with those that were removed.
    pub members: Vec<Member>,
}

/// A criterion or a group, and the weights it was given in turn.
#[derive(Clone, Debug)]
pub struct Member {
    /// The criterion, or the group (whose own `members` are then empty).
    pub node: tree::Member,
    /// The members of a group.
    pub members: Vec<Member>,
    /// The weights with the step (file or scenario, counted up in the order they apply) in which
    /// each was stated; the first is the one of its declaration.
    pub weights: Vec<(u32, tree::Expr)>,
    /// The step in which it was removed.
    pub removed: Option<u32>,
}

/// The service of one segment.
#[derive(Clone, Debug)]
pub struct Service {
    /// The segment.
    pub segment: Name,
    /// The entries.
    pub entries: Vec<tree::ServiceEntry>,
    /// The reason.
    pub because: tree::Because,
}

/// Something that one file (or a scenario) replaced or removed of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// What, in the words of the language: `param key_line`.
    pub what: String,
    /// Where it is said.
    pub by: Span,
    /// Where it was declared before.
    pub before: Span,
    /// Whether it was removed rather than replaced.
    pub removed: bool,
}

/// What [`assemble()`] gives: the assembly, and what was wrong on the way.
#[derive(Clone, Debug, Default)]
pub struct Assembled {
    /// The declarations; as complete as the errors allow.
    pub assembly: Assembly,
    /// The messages.
    pub diagnostics: Vec<Diagnostic>,
}
