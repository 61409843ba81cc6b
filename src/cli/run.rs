//! `vekt run`: a model and data in, the result and a summary out. It only leads from one floor to
//! the next; nothing is computed here.

use super::arguments::{RunArguments, RunFormat};
use super::failures;
use super::loading::{folder_of, load_model};
use super::progress::Progress;
use super::render;
use super::summary::{self, Summary, first_rows};
use super::terminal::{Exit, Stream};
use super::timings::Timings;
use crate::base::{Diagnostic, SourceMap};
use crate::eval::{self, CheckState, Outcome};
use crate::io::errors::DataErrors;
use crate::io::files::{same_file, write_whole_by};
use crate::io::write::csv::{Sink, write, write_to};
use crate::io::write::{Names, ResultColumn};
use crate::io::{self, Data, Location, Refusal, Sources};
use crate::model::program::Program;
use crate::plan::{Plan, Wanted, plan_for};
use crate::session::Loaded;
use crate::value::Column;
use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(arguments: &RunArguments, quiet: bool) -> std::io::Result<Exit> {
    let mut timings = Timings::begin();
    let loaded = load_model(&arguments.model, &arguments.model_options);
    let progress = Progress::begin(quiet);
    let worked = work(arguments, &loaded, &progress, &mut timings);
    drop(progress);
    // Warnings come with every run; quiet ones leave them out.
    let said: Vec<Diagnostic> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error() || !quiet)
        .cloned()
        .collect();
    let sources = &loaded.sources;
    Stream::Errors.write(&render::messages(&said, sources, Stream::Errors))?;
    match worked {
        Ok(done) => {
            let exit = done.show(arguments, quiet);
            timings.end("summary");
            if arguments.timings {
                Stream::Errors.write(&timings.text())?;
            }
            // The process is about to end: what it holds goes back in one piece.
            std::mem::forget(done);
            exit
        }
        Err(stopped) => {
            Stream::Errors.write(&stopped.text(sources))?;
            Ok(stopped.exit())
        }
    }
}

/// Why a run ended early.
enum Stopped {
    /// A rule file is wrong; the messages are those of loading.
    Model,
    /// The command line is wrong.
    Usage(Vec<Diagnostic>),
    /// Reading or writing failed.
    Files(Vec<Diagnostic>),
    /// The data is wrong.
    Data(DataErrors),
}

impl Stopped {
    fn exit(&self) -> Exit {
        match self {
            Stopped::Model | Stopped::Usage(_) => Exit::Usage,
            Stopped::Files(_) => Exit::Files,
            Stopped::Data(_) => Exit::Data,
        }
    }

    fn text(&self, sources: &SourceMap) -> String {
        match self {
            Stopped::Model => String::new(),
            Stopped::Usage(messages) | Stopped::Files(messages) => {
                render::messages(messages, sources, Stream::Errors)
            }
            Stopped::Data(errors) => render::data_errors(errors, sources, Stream::Errors),
        }
    }
}

/// A run that came to its end.
struct Done<'a> {
    program: &'a Program,
    plan: Plan,
    data: Data,
    outcome: Outcome,
    /// The file that was written, with its rows and columns.
    written: Option<PathBuf>,
}

fn work<'a>(
    arguments: &RunArguments,
    loaded: &'a Loaded,
    progress: &Progress,
    timings: &mut Timings,
) -> Result<Done<'a>, Stopped> {
    let Some(program) = &loaded.program else {
        return Err(Stopped::Model);
    };
    let folder = |span| folder_of(loaded, span);
    let options = &arguments.data_options;
    let customers = arguments.data.as_deref().map(Location::new);
    let sources =
        Sources::choose(program, folder, customers, &options.tables).map_err(Stopped::Usage)?;
    let output = arguments
        .output
        .as_deref()
        .filter(|it| *it != Path::new("-"));
    if let Some(output) = output {
        refuse_output(output, &sources, loaded).map_err(|it| Stopped::Usage(vec![*it]))?;
    }
    let wanted = Wanted {
        service: !program.teams.is_empty(),
        ..Wanted::default()
    };
    let plan = plan_for(program, wanted);
    timings.end("start-up");
    progress.step("reading the data");
    let mut needed = plan.used_fields();
    needed.customers.extend(summary::field_of_money(program));
    let reading = options.reading();
    let data =
        io::read_for(program, &sources, &reading, Some(&needed)).map_err(
            |refusal| match refusal {
                Refusal::Files(messages) => Stopped::Files(messages),
                Refusal::Data(errors) => Stopped::Data(errors),
            },
        )?;
    timings.end("read");
    timings.split("join", data.joining);
    progress.step("applying the model");
    let outcome = eval::run(&plan, &data.inputs).map_err(|errors| {
        let sources = &loaded.sources;
        Stopped::Data(failures::word(
            &errors,
            &data.inputs,
            &data.reports,
            sources,
        ))
    })?;
    timings.end("evaluate");
    let mut done = Done {
        program,
        plan,
        data,
        outcome,
        written: None,
    };
    if let Some(output) = output {
        progress.step("writing the result");
        write_whole_by(output, |file| {
            done.write_to(arguments.labels, &mut |part: &[u8]| file.write_all(part))
        })
        .map_err(|it| Stopped::Files(vec![*it]))?;
        done.written = Some(output.into());
        timings.end("write");
    }
    Ok(done)
}

/// Results never take the place of what they were made from, and are separated text.
fn refuse_output(output: &Path, sources: &Sources, loaded: &Loaded) -> Result<(), Box<Diagnostic>> {
    let name = output.display();
    let is_input = sources.paths().any(|path| same_file(path, output));
    let is_rules = loaded
        .files
        .iter()
        .any(|file| same_file(&file.path, output));
    if is_input || is_rules {
        let message = format!("`{name}` is read by this run and cannot be its result");
        return Err(Diagnostic::error("output-is-input", message)
            .help("name another file after `-o`")
            .into());
    }
    let ending = output.extension().and_then(|it| it.to_str()).unwrap_or("");
    let other = ["xlsx", "xls", "parquet", "json", "jsonl", "vekt"];
    if other.contains(&ending.to_lowercase().as_str()) {
        let message = format!("results are CSV files, and `{name}` ends in `.{ending}`");
        return Err(Diagnostic::error("output-format", message)
            .help("name a file that ends in `.csv`")
            .into());
    }
    Ok(())
}

impl Done<'_> {
    /// The bytes of the result.
    fn result(&self, labels: bool) -> Vec<Vec<u8>> {
        let names = Names {
            program: self.program,
            labels,
        };
        let columns = self.columns();
        write(&self.named(&columns), self.outcome.rows, names)
    }

    /// Hands on the bytes of the result, part by part.
    fn write_to(&self, labels: bool, sink: &mut Sink<'_>) -> std::io::Result<()> {
        let names = Names {
            program: self.program,
            labels,
        };
        let columns = self.columns();
        write_to(&self.named(&columns), self.outcome.rows, names, sink)
    }

    fn columns(&self) -> Vec<Cow<'_, Column>> {
        let inputs = &self.data.inputs;
        (0..self.outcome.columns.len())
            .filter_map(|at| self.outcome.column(at, inputs))
            .collect()
    }

    fn named<'c>(&'c self, columns: &'c [Cow<'c, Column>]) -> Vec<ResultColumn<'c>> {
        let headers = self.outcome.columns.iter();
        headers
            .zip(columns)
            .map(|(named, column)| ResultColumn {
                header: &named.header,
                ty: &named.ty,
                column,
            })
            .collect()
    }

    /// Writes the result, the summary or both to where they belong.
    fn show(&self, arguments: &RunArguments, quiet: bool) -> std::io::Result<Exit> {
        let failed = self
            .outcome
            .checks
            .iter()
            .any(|check| !check.only_warns && check.state != CheckState::Held);
        let exit = if failed { Exit::NotHeld } else { Exit::Well };
        let to_output = arguments.output.is_some() && self.written.is_none();
        let as_csv = match arguments.format {
            Some(format) => format == RunFormat::Csv,
            None => !Stream::Output.is_terminal(),
        };
        let csv_to_output = self.written.is_none() && (as_csv || to_output);
        if csv_to_output {
            Stream::Output.write_bytes(&self.result(arguments.labels))?;
        }
        if quiet {
            return Ok(exit);
        }
        let stream = if csv_to_output {
            Stream::Errors
        } else {
            Stream::Output
        };
        let summary = Summary {
            program: self.program,
            plan: &self.plan,
            data: &self.data,
            outcome: &self.outcome,
            options: &arguments.model_options,
            width: stream.width(),
        };
        let mut text = summary.text();
        match &self.written {
            Some(path) => text.push_str(&summary.written(path)),
            None if !csv_to_output => {
                let columns = self.columns();
                let names = Names {
                    program: self.program,
                    labels: arguments.labels,
                };
                let named = self.named(&columns);
                text.push_str(&first_rows(
                    &named,
                    self.outcome.rows,
                    names,
                    stream.width(),
                ));
            }
            None => {}
        }
        stream.write(&text)?;
        Ok(exit)
    }
}
