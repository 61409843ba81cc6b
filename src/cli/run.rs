//! `vekt run`: a model and data in, the result and a summary out. It only leads from one floor to
//! the next; nothing is computed here.

use super::applying::apply;
use super::arguments::{RunArguments, RunFormat};
use super::loading::{folder_of, load_model};
use super::progress::Progress;
use super::render;
use super::summary::{Summary, first_money, first_rows, summary_sheet};
use super::terminal::{Exit, Stream};
use super::timings::Timings;
use crate::base::{Diagnostic, SourceMap};
use crate::eval::{CheckState, Outcome, Sums, sums};
use crate::io::errors::DataErrors;
use crate::io::files::{
    Fingerprint, Output, RealDisk, Staged, may_replace, may_replace_beginning, same_file,
};
use crate::io::formats::Format;
use crate::io::meta;
use crate::io::pass::{self, Pass};
use crate::io::reconcile::{Account, Tally, all_written, balance, reconcile};
use crate::io::write::{Names, ResultColumn, Results, Written, csv, format_of, rejects, write};
use crate::io::{self, Data, Location, ReadOptions, Refusal, Sources};
use crate::model::program::Program;
use crate::plan::{Plan, Wanted, plan_for};
use crate::session::Loaded;
use crate::value::Column;
use std::borrow::Cow;
use std::io::ErrorKind;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(arguments: &RunArguments, quiet: bool) -> std::io::Result<Exit> {
    let mut timings = Timings::begin();
    // Never taken apart: the process ends with it.
    let loaded = ManuallyDrop::new(load_model(&arguments.model, &arguments.model_options));
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
    /// What the customers of each segment come to, by segmentation.
    sums: Vec<Vec<Sums>>,
    /// The result, where it was made.
    result: Option<Written>,
    /// All rows and amounts; they agree.
    account: Account,
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
    for path in output.iter().chain(&arguments.rejects.as_deref()) {
        refuse_output(path, &sources, loaded).map_err(|it| Stopped::Usage(vec![*it]))?;
    }
    let format = match (output, arguments.format) {
        (Some(output), _) => format_of(output).map_err(|it| Stopped::Usage(vec![*it]))?,
        (None, Some(RunFormat::Jsonl)) => Format::Json,
        (None, _) => Format::Csv,
    };
    refuse_replacing(output, arguments).map_err(|it| Stopped::Usage(vec![*it]))?;
    let rejecting = arguments.rejects.is_some();
    let wanted = Wanted {
        service: !program.teams.is_empty(),
        ..Wanted::default()
    };
    let mut plan = plan_for(program, wanted);
    timings.end("start-up");
    let reading = ReadOptions {
        rejecting,
        fingerprints: output.is_some(),
        styles: arguments.verbose,
        ..options.reading()
    };
    let to_file = output.is_some_and(|it| format == Format::Csv && (!it.exists() || it.is_file()));
    if let (true, Some(output)) = (to_file, output) {
        progress.step("applying the model");
        let done = in_one_pass(
            arguments,
            loaded,
            (program, &plan),
            &sources,
            &reading,
            output,
            timings,
        );
        if let Some(done) = done {
            return done;
        }
    }
    progress.step("reading the data");
    let read = io::read_for(program, &sources, &reading, Some(&plan));
    let mut data = read.map_err(|refusal| match refusal {
        Refusal::Files(messages) => Stopped::Files(messages),
        Refusal::Data(errors) => Stopped::Data(errors),
    })?;
    timings.end("read");
    if !program.tables.is_empty() {
        timings.split("read", "join", data.joining);
    }
    progress.step("applying the model");
    let outcome =
        apply(program, &mut plan, &mut data, rejecting, &loaded.sources).map_err(Stopped::Data)?;
    data.sort_rejects();
    timings.end("evaluate");
    let main = program.main_segmentation().map(|(id, _)| id.0);
    let sums = sums(&plan, &outcome, &data.inputs, first_money(program), main);
    let mut done = Done {
        program,
        plan,
        data,
        outcome,
        sums,
        result: None,
        account: Account::default(),
        written: None,
    };
    let files = |wrong: Box<Diagnostic>| Stopped::Files(vec![*wrong]);
    if !to_file && (output.is_some() || done.rows_to_output(arguments)) {
        let made = done.make_result(arguments, format);
        done.result = Some(made.map_err(files)?);
    }
    let rows = done.result.as_ref().map(|it| it.rows);
    done.account = reconcile(program, &done.data, &done.outcome, rows).map_err(files)?;
    progress.step("writing the result");
    done.write_files(output, arguments, loaded).map_err(files)?;
    done.written = output.map(PathBuf::from);
    timings.end("write");
    Ok(done)
}

/// Reads, applies and writes in one pass where the model and the data let it; nothing where they do not.
fn in_one_pass<'a>(
    arguments: &RunArguments,
    loaded: &'a Loaded,
    (program, plan): (&'a Program, &Plan),
    sources: &Sources,
    reading: &ReadOptions,
    output: &Path,
    timings: &mut Timings,
) -> Option<Result<Done<'a>, Stopped>> {
    let parted = plan.parted()?;
    let pass = Pass {
        program,
        parted: &parted,
        money: first_money(program),
        names: Names {
            program,
            labels: arguments.labels,
        },
        style: arguments.csv_for.style(),
    };
    let mut staged = Staged::new(&RealDisk);
    let mut fingerprint = Fingerprint::default();
    let mut watch = |part: &[u8]| fingerprint.take(part);
    let passed = staged.add_made(output, |sink| {
        let passed = pass::run(pass, sources, reading, sink, &mut watch);
        passed.ok_or_else(|| ErrorKind::Unsupported.into())
    });
    // What is wrong is told by the run that does one thing after the other.
    let passed = passed.ok()?;
    timings.end("read");
    let cores = rayon::current_num_threads() as u32;
    timings.split("read", "evaluate", passed.evaluating / cores);
    timings.split("read", "write", passed.writing / cores);
    let mut done = Done {
        program,
        plan: parted.rest,
        data: passed.data,
        outcome: passed.outcome,
        sums: passed.sums,
        result: None,
        account: Account::default(),
        written: Some(output.into()),
    };
    let result = (output, passed.tally, passed.rows);
    let ended = done.end_pass(arguments, loaded, result, staged, fingerprint);
    timings.end("write");
    Some(match ended {
        Ok(()) => Ok(done),
        Err(wrong) => Err(Stopped::Files(vec![*wrong])),
    })
}

/// Files that Vekt did not write are replaced only where that was asked for.
fn refuse_replacing(
    output: Option<&Path>,
    arguments: &RunArguments,
) -> Result<(), Box<Diagnostic>> {
    if let Some(path) = &arguments.rejects {
        may_replace_beginning(path, rejects::HEADER.as_bytes(), arguments.force)?;
    }
    match output {
        Some(output) => may_replace(output, arguments.force),
        None => Ok(()),
    }
}

/// Results never take the place of what they were made from, nor that of the rule files.
pub fn refuse_output(
    output: &Path,
    sources: &Sources,
    loaded: &Loaded,
) -> Result<(), Box<Diagnostic>> {
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
    Ok(())
}

impl Done<'_> {
    /// Makes the bytes of the result.
    fn make_result(
        &self,
        arguments: &RunArguments,
        format: Format,
    ) -> Result<Written, Box<Diagnostic>> {
        let columns = self.columns();
        let results = Results {
            columns: &self.named(&columns),
            rows: self.outcome.rows,
            names: self.names(arguments.labels),
        };
        let summary = summary_sheet(self.program, &self.outcome, arguments.labels);
        write(&results, format, arguments.csv_for.style(), &summary)
    }

    /// Writes the files of the run: the rejects, the result, and last the account of both. Separated
    /// text goes to its file while it is made; other formats have been made whole.
    fn write_files(
        &mut self,
        output: Option<&Path>,
        arguments: &RunArguments,
        loaded: &Loaded,
    ) -> Result<(), Box<Diagnostic>> {
        let mut staged = Staged::new(&RealDisk);
        if let Some(path) = &arguments.rejects {
            staged.add(&Output {
                path: path.clone(),
                parts: vec![rejects::write(&self.data.rejects)],
            })?;
        }
        let Some(output) = output else {
            return staged.name_all();
        };
        let mut fingerprint = Fingerprint::default();
        // A device keeps no file beside it.
        let is_file = !output.exists() || output.is_file();
        match self.result.take() {
            Some(result) => {
                staged.add_made(output, |sink| {
                    result.parts.iter().try_for_each(|part| {
                        fingerprint.take(part);
                        sink(part)
                    })
                })?;
            }
            None => {
                let columns = self.columns();
                let named = self.named(&columns);
                let names = self.names(arguments.labels);
                let style = arguments.csv_for.style();
                let rows = staged.add_made(output, |sink| {
                    let mut watch = |part: &[u8]| fingerprint.take(part);
                    csv::hand_on(&named, self.outcome.rows, names, style, sink, &mut watch)
                })?;
                all_written(&self.account, &self.data, rows)?;
            }
        }
        if is_file {
            self.add_account(&mut staged, output, arguments, loaded, fingerprint)?;
        }
        staged.name_all()
    }

    /// Ends a pass, whose result is staged: the account, and the names of both.
    fn end_pass(
        &mut self,
        arguments: &RunArguments,
        loaded: &Loaded,
        (output, tally, rows): (&Path, Tally, u64),
        mut staged: Staged<'_>,
        fingerprint: Fingerprint,
    ) -> Result<(), Box<Diagnostic>> {
        self.account = balance(self.program, &self.data, tally)?;
        all_written(&self.account, &self.data, rows)?;
        self.add_account(&mut staged, output, arguments, loaded, fingerprint)?;
        staged.name_all()
    }

    /// Writes the account of a result beside it.
    fn add_account(
        &self,
        staged: &mut Staged<'_>,
        output: &Path,
        arguments: &RunArguments,
        loaded: &Loaded,
        fingerprint: Fingerprint,
    ) -> Result<(), Box<Diagnostic>> {
        staged.add(&Output {
            path: meta::path_of(output),
            parts: vec![meta::account(&meta::Facts {
                program: self.program,
                sources: &loaded.sources,
                rules: &loaded.files,
                data: &self.data,
                outcome: &self.outcome,
                account: &self.account,
                set: &arguments.model_options.set,
                result: output,
                fingerprint: &fingerprint.text(),
                rejects: arguments.rejects.as_deref(),
            })],
        })
    }

    fn names(&self, labels: bool) -> Names<'_> {
        Names {
            program: self.program,
            labels,
        }
    }

    /// Whether the result itself goes to standard output.
    fn rows_to_output(&self, arguments: &RunArguments) -> bool {
        let to_file = matches!(&arguments.output, Some(path) if path != Path::new("-"));
        let as_rows = match arguments.format {
            Some(format) => format != RunFormat::Human,
            None => !Stream::Output.is_terminal(),
        };
        !to_file && (as_rows || arguments.output.is_some())
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
        let rows_to_output = self.rows_to_output(arguments);
        if let Some(result) = &self.result {
            Stream::Output.write_result(&result.parts)?;
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
            sums: &self.sums,
            account: &self.account,
            rejects: arguments.rejects.as_deref(),
            verbose: arguments.verbose,
        };
        let mut text = summary.text();
        match &self.written {
            Some(path) => text.push_str(&summary.written(path)),
            None if !rows_to_output => {
                let columns = self.columns();
                let names = self.names(arguments.labels);
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
        match stream.write(&text) {
            // The result was delivered; that nobody reads the summary is no failure.
            Err(error) if error.kind() == ErrorKind::BrokenPipe && self.is_delivered() => Ok(exit),
            written => written.map(|()| exit),
        }
    }

    fn is_delivered(&self) -> bool {
        self.written.is_some() || self.result.is_some()
    }
}
