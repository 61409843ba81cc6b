//! Vekt decides which customers matter most and how each is served.

pub mod base;
pub mod syntax;
pub mod value;
