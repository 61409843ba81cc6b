//! Floor 8: the command line. Arguments in, exit code out; a file for each command, all of them
//! thin. Diagnostics go to standard error, results to standard output.

mod applying;
mod arguments;
mod check;
mod comparing;
mod diff;
mod errors;
mod explain;
mod failures;
mod fmt;
mod loading;
mod new;
mod progress;
mod read;
mod recognised;
mod render;
mod repl;
mod robust;
mod run;
mod summary;
mod table;
mod terminal;
mod test;
mod timings;

use crate::io::files::forget_unfinished;
use arguments::{Arguments, Command};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use terminal::{Exit, INTERRUPTED, Stream, choose_color};

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::read(&words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and the version are asked for, the rest is wrong.
            let code = u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code());
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    choose_color(arguments.of_all.color);
    // Without a handler an interrupted run could leave an unfinished file behind.
    // On the bench only what is being computed is called off.
    let stop = Arc::new(AtomicBool::new(false));
    let on_bench = matches!(arguments.command, Command::Repl(_));
    let called_off = stop.clone();
    let _ = ctrlc::set_handler(move || {
        if on_bench && !called_off.swap(true, Ordering::Relaxed) {
            return;
        }
        forget_unfinished();
        std::process::exit(INTERRUPTED);
    });
    if !on_bench {
        // This thread is one of those that work, and not one that waits for them.
        let threads = rayon::ThreadPoolBuilder::new().use_current_thread();
        let _ = threads.build_global();
    }
    let quiet = arguments.of_all.quiet;
    let ended = match &arguments.command {
        Command::Run(run) => run::run(run, quiet),
        Command::Check(check) => check::check(check, quiet),
        Command::Test(test) => test::test(test, quiet),
        Command::Repl(bench) => repl::repl(bench, quiet, stop),
        Command::Diff(wanted) => diff::diff(wanted, quiet),
        Command::Robust(wanted) => robust::robust(wanted, quiet),
        Command::Explain(explain) => explain::explain(explain, quiet),
        Command::Fmt(fmt) => fmt::fmt(fmt, quiet),
        Command::Read(read) => read::read(read, quiet),
        Command::New(new) => new::new(new, quiet),
        Command::Errors(wanted) => errors::errors(wanted),
    };
    match ended {
        Ok(exit) => ExitCode::from(exit.code()),
        // Nobody reads any more: nothing is said, but what was asked for was not delivered.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(Exit::Files.code()),
        Err(error) => {
            let _ = Stream::Errors.write(&format!("error: output cannot be written: {error}\n"));
            ExitCode::from(Exit::Files.code())
        }
    }
}
