//! Loops over columns. Each file does one kind of work on views and slices; none knows plans' order,
//! blocks or threads.

pub(super) mod aggregate;
pub(super) mod arithmetic;
pub(super) mod counted;
pub(super) mod date;
pub(super) mod group;
pub(super) mod logic;
pub(super) mod mean;
pub(super) mod persons;
mod quotient;
pub(super) mod rank;
pub(super) mod scale;
pub(super) mod select;
pub(super) mod service;
