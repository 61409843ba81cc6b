//! Assembly → checked program: names, types and units, layers, weights, constants.
//! Each broken declaration gives its own messages and never hides the next one's.

mod checker;
mod names;
mod weights;

pub use checker::Settings;
use checker::{Checker, Place};
