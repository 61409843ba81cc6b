//! Vekt decides which customers matter most and how each is served.

pub mod base;
pub mod builtins;
pub mod cli;
pub mod eval;
pub mod io;
pub mod model;
pub mod session;
pub mod syntax;
pub mod value;
