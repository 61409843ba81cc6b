//! Floor 1: text → tree, the only place that knows pest.

pub mod tree;
