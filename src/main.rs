//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    vekt::cli::main(std::env::args_os())
}
