//! The program: arguments in, exit code out.

use std::process::ExitCode;

/// Columns come and go in large pieces on all cores; this allocator hands them on instead of
/// giving them back to the system each time (docs/performance.md has the figures).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    vekt::cli::main(std::env::args_os())
}
