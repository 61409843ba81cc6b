//! Floor 3: tree → checked program.

pub mod assembly;
pub mod check;
pub mod expression;
pub mod lines;
pub mod program;
pub mod proof;
pub mod types;
pub mod written;
