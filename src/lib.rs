//! Vekt decides which customers matter most and how each is served.

pub mod base;
pub mod value;

pub mod syntax;

pub mod format;

pub mod builtins;

pub mod model;

pub mod plan;

pub mod eval;

pub mod session;

pub mod diff;
pub mod explain;
pub mod memo;
pub mod review;
pub mod robust;
pub mod testing;

pub mod cli;
pub mod io;
pub mod repl;
