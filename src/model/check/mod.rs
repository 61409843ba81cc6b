//! Assembly → checked program: names, types and units, layers, weights, constants.
//! Each broken declaration gives its own messages and never hides the next one's.

mod checker;
mod names;
mod weights;

pub use checker::Settings;
use checker::{Checker, Place};

/// What a check gives.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The program, where nothing is wrong.
    pub program: Option<crate::model::program::Program>,
    /// The messages.
    pub diagnostics: Vec<crate::base::Diagnostic>,
}

/// Checks an assembly.
pub fn check(_assembly: &crate::model::assembly::Assembly, _settings: &Settings) -> Checked {
    Checked::default()
}
