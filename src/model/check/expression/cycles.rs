//! Circles among the parts of a checked program: what would need itself to be computed.
//! It reports each once, spelled out, and changes nothing.

use crate::base::Diagnostic;
use crate::model::program::Program;

/// One message for each circle.
pub(in crate::model::check) fn circles(_program: &Program) -> Vec<Diagnostic> {
    Vec::new()
}
