//! The bench on a terminal: lines are edited, coloured and completed as they are typed, answers are
//! paged, the history is kept. What is typed goes to the bench as text; nothing is decided here.

mod colour;
mod complete;
mod names;
mod pager;

use super::answer::{Answer, Ending};
use super::bench::Bench;
use super::script::goes_on;
use complete::Assistant;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Behavior, ColorMode, CompletionType, Config, Editor};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};

/// How many lines the history keeps.
const REMEMBERED: usize = 2_000;

/// What a terminal is like.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Whether colours are shown.
    pub color: bool,
    /// Where the history is kept between sittings.
    pub history: Option<PathBuf>,
}

/// Holds a sitting on a terminal until it is over.
pub fn run_console(bench: &mut Bench<'_>, terminal: &Terminal) -> io::Result<Ending> {
    let mut editor = editor(bench, terminal)?;
    let mut ending = Ending::Well;
    loop {
        let prompt = bench.prompt();
        let Some(read) = read(&mut editor, &prompt) else {
            println!();
            say(&bench.too_long())?;
            editor = self::editor(bench, terminal)?;
            continue;
        };
        match read {
            Ok(line) => {
                if line.trim().is_empty() {
                    continue;
                }
                remember(&mut editor, &line, terminal.history.as_deref());
                let answer = bench.answer(&line);
                say(&answer)?;
                if answer.quit {
                    break;
                }
                if let Some(assistant) = editor.helper_mut() {
                    assistant.know(bench.names());
                }
            }
            Err(ReadlineError::Interrupted) => {
                println!("(:quit or Ctrl-D ends the sitting)");
            }
            Err(ReadlineError::Eof) => break,
            Err(ReadlineError::Io(error)) => {
                ending = Ending::Files;
                return Err(error).or(Ok(ending));
            }
            Err(_) => {
                ending = Ending::Files;
                break;
            }
        }
    }
    let unsaved = bench.unsaved();
    if !unsaved.is_empty() {
        println!("{unsaved}");
    }
    Ok(ending)
}

/// What edits the lines.
fn editor(bench: &Bench<'_>, terminal: &Terminal) -> io::Result<Editor<Assistant, FileHistory>> {
    let config = Config::builder()
        .auto_add_history(false)
        .max_history_size(REMEMBERED)
        .map_err(wrong)?
        .completion_type(CompletionType::List)
        .color_mode(match terminal.color {
            true => ColorMode::Enabled,
            false => ColorMode::Disabled,
        })
        .behavior(Behavior::Stdio)
        .bracketed_paste(true)
        .build();
    let mut editor = Editor::with_config(config).map_err(wrong)?;
    if let Some(path) = &terminal.history {
        // The first sitting has none.
        let _ = editor.load_history(path);
    }
    editor.set_helper(Some(Assistant::new(terminal.color, bench.names())));
    Ok(editor)
}

/// Reads a line. The library gives up on a line that fills more screens than it can count; then there
/// is none.
fn read(
    editor: &mut Editor<Assistant, FileHistory>,
    prompt: &str,
) -> Option<rustyline::Result<String>> {
    let others = take_hook();
    set_hook(Box::new(|_| {}));
    let read = catch_unwind(AssertUnwindSafe(|| editor.readline(prompt)));
    set_hook(others);
    read.ok()
}

/// Whether more lines belong to what stands on the screen.
fn is_incomplete(line: &str) -> bool {
    // Enter ends a line; what follows it was not typed yet.
    goes_on(&format!("{line}\n"))
}

fn say(answer: &Answer) -> io::Result<()> {
    if !answer.messages.is_empty() {
        anstream::eprint!("{}", answer.messages);
    }
    pager::show(&answer.text)
}

/// Keeps what was typed; a line that is very long is no use in a history.
fn remember(editor: &mut Editor<Assistant, FileHistory>, line: &str, path: Option<&Path>) {
    const LONGEST: usize = 10_000;
    if line.len() > LONGEST {
        return;
    }
    let _ = editor.add_history_entry(line.trim_end());
    if let Some(path) = path {
        if let Some(folder) = path.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        // Kept after every line, so that nothing is lost however the sitting ends.
        let _ = editor.append_history(path);
    }
}

fn wrong(error: ReadlineError) -> io::Error {
    io::Error::other(error)
}
