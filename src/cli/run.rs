//! `vekt run`.
use super::arguments::RunArguments;
use super::terminal::Exit;
/// Runs the command.
pub fn run(_: &RunArguments, _quiet: bool) -> std::io::Result<Exit> {
    Ok(Exit::Well)
}
