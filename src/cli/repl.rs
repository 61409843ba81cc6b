//! `vekt repl`: the what-if bench with this machine's files, clock and terminal.

use super::arguments::{DataOptions, ModelOptions};
use super::failures;
use super::loading::{folder_of, local_date};
use super::render;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap};
use crate::eval::EvalError;
use crate::io::files::{Output, RealDisk, write_whole};
use crate::io::rules::DiskFiles;
use crate::io::{self, Data, Location, Refusal, Sources};
use crate::repl::{
    Answer, Bench, Ending, Script, Terminal, Trouble, World, run_console, run_script,
};
use crate::session::{Files, Loaded};
use crate::value::Date;
use clap::Args;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The width of what is no terminal: a file or a program gets whole lines.
const NO_EDGE: usize = 10_000;

/// What `vekt repl` is given.
#[derive(Clone, Debug, Args)]
pub struct ReplArguments {
    /// The rule file.
    pub model: Option<PathBuf>,
    /// The file of the customers.
    pub data: Option<PathBuf>,
    /// Answer this and end; several are answered in order.
    #[arg(short = 'c', long = "command", value_name = "TEXT")]
    pub commands: Vec<String>,
    /// In a script, go on after something wrong.
    #[arg(long)]
    pub keep_going: bool,
    /// In a script, show what was typed before its answer.
    #[arg(long)]
    pub echo: bool,
    /// In a script, say how long each answer took.
    #[arg(long)]
    pub timing: bool,
    /// Compute everything anew for each answer, to compare with.
    #[arg(long)]
    pub anew: bool,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
}

/// This machine.
struct Machine<'a> {
    options: &'a DataOptions,
}

/// Runs the command; what it ends with is an exit code of its own.
pub fn repl(
    arguments: &ReplArguments,
    quiet: bool,
    stop: Arc<AtomicBool>,
) -> std::io::Result<Exit> {
    let machine = Machine {
        options: &arguments.data_options,
    };
    let mut bench = Bench::new(&machine, stop, arguments.model_options.today);
    bench.remembers = !arguments.anew;
    let mut say = |answer: &Answer| {
        Stream::Errors.write(&answer.messages)?;
        Stream::Output.write(&answer.text)
    };
    if let Some(model) = &arguments.model {
        let options = &arguments.model_options;
        let (scenario, set) = (options.scenario.clone(), options.set.clone());
        let mut opened = bench.open(model, arguments.data.as_deref(), scenario, set);
        if quiet || !on_terminal(arguments) {
            opened.text.clear();
        }
        say(&opened)?;
        // A script that was to be answered from this data cannot be; at a terminal `:data` may help.
        let goes_on = on_terminal(arguments) || arguments.keep_going;
        if opened.ending.is_refusal() && (bench.program().is_none() || !goes_on) {
            return Ok(exit(opened.ending));
        }
    }
    if on_terminal(arguments) {
        if bench.program().is_none() {
            say(&Answer::text("`:load MODEL` puts a model on the bench\n"))?;
        }
        if !quiet {
            say(&Answer::text("`:help` lists what can be typed\n"))?;
        }
        let terminal = Terminal {
            color: Stream::Output.has_color(),
            history: history(),
        };
        return run_console(&mut bench, &terminal).map(exit);
    }
    let script = match arguments.commands.is_empty() {
        false => arguments.commands.join("\n"),
        true => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let how = Script {
        keep_going: arguments.keep_going,
        echo: arguments.echo,
        timing: arguments.timing,
    };
    run_script(&mut bench, &script, how, &mut say).map(exit)
}

/// Whether somebody sits at a terminal.
fn on_terminal(arguments: &ReplArguments) -> bool {
    arguments.commands.is_empty() && std::io::stdin().is_terminal()
}

/// Where what was typed is kept between sittings; an empty VEKT_HISTORY keeps nothing.
fn history() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("VEKT_HISTORY") {
        return (!path.is_empty()).then(|| path.into());
    }
    let state = std::env::var_os("XDG_STATE_HOME")
        .or_else(|| std::env::var_os("LOCALAPPDATA"))
        .map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    Some(state.or_else(home)?.join("vekt/history"))
}

fn exit(ending: Ending) -> Exit {
    match ending {
        Ending::Well => Exit::Well,
        Ending::NotHeld => Exit::NotHeld,
        Ending::Wrong => Exit::Usage,
        Ending::Data => Exit::Data,
        Ending::Files => Exit::Files,
        Ending::Stopped => Exit::Interrupted,
    }
}

fn trouble(ending: Ending, text: String) -> Trouble {
    Trouble { text, ending }
}

impl World for Machine<'_> {
    fn files(&self) -> &dyn Files {
        &DiskFiles
    }

    fn local_date(&self) -> Date {
        local_date()
    }

    fn read(&self, loaded: &Loaded, data: Option<&Path>) -> Result<Data, Trouble> {
        let Some(program) = &loaded.program else {
            return Err(trouble(Ending::Wrong, String::new()));
        };
        let folder = |span| folder_of(loaded, span);
        let customers = data.map(Location::new);
        let sources = Sources::choose(program, folder, customers, &self.options.tables).map_err(
            |messages| trouble(Ending::Wrong, self.messages(&messages, &loaded.sources)),
        )?;
        io::read(program, &sources, &self.options.reading()).map_err(|refusal| match refusal {
            Refusal::Files(messages) => {
                trouble(Ending::Files, self.messages(&messages, &loaded.sources))
            }
            Refusal::Data(errors) => {
                let text = render::data_errors(&errors, &loaded.sources, Stream::Errors);
                trouble(Ending::Data, text)
            }
        })
    }

    fn messages(&self, messages: &[Diagnostic], sources: &SourceMap) -> String {
        render::messages(messages, sources, Stream::Errors)
    }

    fn values(&self, errors: &[EvalError], data: &Data, sources: &SourceMap) -> String {
        let worded = failures::word(errors, &data.inputs, &data.reports, sources);
        render::data_errors(&worded, sources, Stream::Errors)
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), Trouble> {
        let output = Output {
            path: path.into(),
            parts: vec![text.as_bytes().to_vec()],
        };
        write_whole(&RealDisk, &[output]).map_err(|diagnostic| {
            let text = self.messages(&[*diagnostic], &SourceMap::default());
            trouble(Ending::Files, text)
        })
    }

    fn width(&self) -> usize {
        match std::io::stdout().is_terminal() {
            true => Stream::Output.width(),
            false => NO_EDGE,
        }
    }
}
