//! `vekt run`: a model and data in, the result and a summary out. It only leads from one floor to
//! the next; nothing is computed here.

use super::arguments::{RunArguments, RunFormat};
use super::failures;
use super::loading::{folder_of, load_model};
use super::progress::Progress;
use super::render;
use super::summary::{Summary, first_rows, summary_sheet};
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap};
use crate::eval::{self, CheckState, Outcome};
use crate::io::errors::DataErrors;
use crate::io::files::{same_file, write_whole};
use crate::io::formats::Format;
use crate::io::write::{Names, ResultColumn, Written, format_of, write};
use crate::io::{self, Data, Location, Refusal, Sources};
use crate::model::program::Program;
use crate::plan::{Plan, Wanted, plan_for};
use crate::session::Loaded;
use crate::value::Column;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(arguments: &RunArguments, quiet: bool) -> std::io::Result<Exit> {
    let loaded = load_model(&arguments.model, &arguments.model_options);
    let progress = Progress::begin(quiet);
    let worked = work(arguments, &loaded, &progress);
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
        Ok(done) => done.show(arguments, quiet),
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
    progress.step("reading the data");
    let data =
        io::read(program, &sources, &options.reading()).map_err(|refusal| match refusal {
            Refusal::Files(messages) => Stopped::Files(messages),
            Refusal::Data(errors) => Stopped::Data(errors),
        })?;
    progress.step("applying the model");
    let wanted = Wanted {
        service: !program.teams.is_empty(),
        ..Wanted::default()
    };
    let plan = plan_for(program, wanted);
    let outcome = eval::run(&plan, &data.inputs).map_err(|errors| {
        let sources = &loaded.sources;
        Stopped::Data(failures::word(
            &errors,
            &data.inputs,
            &data.reports,
            sources,
        ))
    })?;
    let mut done = Done {
        program,
        plan,
        data,
        outcome,
        written: None,
    };
    if let Some(output) = output {
        progress.step("writing the result");
        let format = format_of(output).map_err(|it| Stopped::Usage(vec![*it]))?;
        let parts = done
            .result(arguments, format)
            .map_err(|it| Stopped::Files(vec![*it]))?;
        write_whole(output, &parts).map_err(|it| Stopped::Files(vec![*it]))?;
        done.written = Some(output.into());
    }
    Ok(done)
}

/// Results never take the place of what they were made from, and are of a format that is written.
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
    format_of(output)?;
    Ok(())
}

impl Done<'_> {
    /// The bytes of the result.
    fn result(
        &self,
        arguments: &RunArguments,
        format: Format,
    ) -> Result<Vec<Vec<u8>>, Box<Diagnostic>> {
        let columns = self.columns();
        let written = Written {
            columns: &self.named(&columns),
            rows: self.outcome.rows,
            names: Names {
                program: self.program,
                labels: arguments.labels,
            },
        };
        let summary = summary_sheet(self.program, &self.outcome, arguments.labels);
        write(&written, format, arguments.csv_for.style(), &summary)
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
        let as_rows = match arguments.format {
            Some(format) => format != RunFormat::Human,
            None => !Stream::Output.is_terminal(),
        };
        let rows_to_output = self.written.is_none() && (as_rows || to_output);
        if rows_to_output {
            let format = match arguments.format {
                Some(RunFormat::Jsonl) => Format::Json,
                _ => Format::Csv,
            };
            // Neither of the two can be refused.
            if let Ok(parts) = self.result(arguments, format) {
                Stream::Output.write_bytes(&parts)?;
            }
        }
        if quiet {
            return Ok(exit);
        }
        let stream = if rows_to_output {
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
            None if !rows_to_output => {
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
