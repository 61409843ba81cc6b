//! Results out: columns of values in, the bytes of a file out. Other formats stand beside the
//! separated text; nothing here opens a file.

pub mod csv;
pub mod format;
pub mod rejects;

pub use csv::{Names, ResultColumn};
