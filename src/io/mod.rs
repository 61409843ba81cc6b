//! Floor 8: data files. Separated text in, typed columns out; results out again, whole or not at
//! all. It decides nothing silently: what it recognised is in the reports, what is wrong in errors.
//! Only `pass` and `folding` go through more than this floor: rows in, computed by the evaluator, lines or sums out.

pub mod cases;
pub mod cell;
pub mod column;
pub mod csv;
mod currency;
pub mod data;
pub mod dataset;
pub mod errors;
pub mod faults;
pub mod files;
mod folding;
pub mod formats;
pub mod git;
pub mod headers;
pub mod join;
pub mod limits;
pub mod lookup;
pub mod meta;
mod numbered_keys;
pub mod options;
pub mod pass;
pub mod reconcile;
pub mod rejects;
pub mod rules;
pub mod sheet;
mod short_keys;
pub mod sources;
mod stream;
pub mod totals;
pub mod write;

pub use data::{Data, Refusal, read, read_for, read_lookups};
pub use files::Location;
pub use options::{DayOrder, Encoding, Mark, ReadOptions};
pub use sources::Sources;
