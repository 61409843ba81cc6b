//! What the commands that compare outcomes share: they run programs, and say which segmentation and
//! which amount is meant. Data is read once for all programs that read it in the same
//! way, so that customers stay row for row the same.

use super::applying::apply;
use super::failures;
use super::render;
use super::terminal::{Exit, Stream};
use crate::base::{DataPlace, Diagnostic, SourceMap, Span, suggest};
use crate::diff::Amount;
use crate::eval::{self, Outcome};
use crate::io::cell::text::guarded;
use crate::io::errors::DataErrors;
use crate::io::rejects::Reject;
use crate::io::{self, Data, Location, ReadOptions, Refusal, Sources};
use crate::model::program::{Dataset, LookupValues, Program};
use crate::model::types::Type;
use crate::plan::{Plan, Wanted, plan_for};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Why there is no run.
pub enum Stopped {
    /// The command line is wrong, or a rule file is.
    Usage(Vec<Diagnostic>),
    /// Files could not be read.
    Files(Vec<Diagnostic>),
    /// The data is wrong.
    Data(DataErrors),
}

impl Stopped {
    /// The exit code, and what is said.
    pub fn told(&self, sources: &SourceMap) -> (Exit, String) {
        let stream = Stream::Errors;
        match self {
            Stopped::Usage(said) => (Exit::Usage, render::messages(said, sources, stream)),
            Stopped::Files(said) => (Exit::Files, render::messages(said, sources, stream)),
            Stopped::Data(errors) => (Exit::Data, render::data_errors(errors, sources, stream)),
        }
    }
}

/// A program that was run.
pub struct Ran {
    pub program: Program,
    pub plan: Plan,
    pub data: Rc<Data>,
    pub outcome: Outcome,
}

/// The files that the command line names for a run.
#[derive(Clone, Copy, Debug)]
pub struct Files<'f> {
    /// The customers.
    pub customers: Option<&'f Path>,
    /// Tables and lookups by name.
    pub tables: &'f [(String, PathBuf)],
}

/// Reads data and runs programs on it.
pub struct Runs {
    options: ReadOptions,
    /// What was read, by how it was read.
    known: Vec<(String, Rc<Data>)>,
    /// Standard input, which can be read only once, however many programs read it.
    standard_input: Option<Location>,
    /// Rows that are put aside in every run, whichever program found them wrong.
    aside: Vec<Reject>,
    /// Whether these are all: a program that finds others wrong is not run.
    settled: bool,
}

impl Runs {
    pub fn new(options: ReadOptions) -> Runs {
        Runs {
            options,
            known: Vec::new(),
            standard_input: None,
            aside: Vec::new(),
            settled: false,
        }
    }

    /// Runs again and again until no run finds more bad rows, so that all stand on the same ones.
    pub fn settle<T>(
        &mut self,
        run: impl Fn(&mut Runs) -> Result<T, Stopped>,
    ) -> Result<T, Stopped> {
        loop {
            let known = self.aside.len();
            let made = run(self)?;
            if self.aside.len() == known {
                self.settled = true;
                return Ok(made);
            }
        }
    }

    /// The rows that were put aside, in the order of files and lines.
    pub fn rejects(&self) -> Vec<Reject> {
        let mut rejects = self.aside.clone();
        let place = |it: &Reject| {
            (
                it.dataset != "customers",
                it.dataset.clone(),
                it.file.clone(),
            )
        };
        rejects.sort_by_cached_key(|it| (place(it), it.line));
        rejects
    }

    /// Runs a whole program: result, checks and teams.
    pub fn whole(
        &mut self,
        program: &Program,
        files: Files<'_>,
        folder: impl Fn(Span) -> PathBuf,
        sources: &SourceMap,
    ) -> Result<Ran, Stopped> {
        let wanted = Wanted {
            service: !program.teams.is_empty(),
            ..Wanted::default()
        };
        self.run(program.clone(), wanted, files, folder, sources)
    }

    /// Runs only what leads to the segments of a program.
    pub fn segments(
        &mut self,
        mut program: Program,
        files: Files<'_>,
        folder: impl Fn(Span) -> PathBuf,
        sources: &SourceMap,
    ) -> Result<Ran, Stopped> {
        program.outputs.clear();
        program.checks.clear();
        self.run(program, Wanted::default(), files, folder, sources)
    }

    fn run(
        &mut self,
        program: Program,
        wanted: Wanted,
        files: Files<'_>,
        folder: impl Fn(Span) -> PathBuf,
        sources: &SourceMap,
    ) -> Result<Ran, Stopped> {
        let location = files.customers.map(Location::new);
        let chosen = Sources::choose(&program, folder, location, files.tables);
        let mut chosen = chosen.map_err(Stopped::Usage)?;
        for location in chosen.locations() {
            if *location == Location::StandardInput {
                *location = self.standard_input()?;
            }
        }
        let data = self.read(&program, &chosen)?;
        let mut plan = plan_for(&program, wanted);
        if self.options.rejecting {
            let (data, outcome) = self.without_bad_rows(&program, &mut plan, &data, sources)?;
            return Ok(Ran {
                program,
                plan,
                data,
                outcome,
            });
        }
        let outcome = eval::run(&plan, &data.inputs).map_err(|errors| {
            Stopped::Data(failures::word(
                &errors,
                &data.inputs,
                &data.reports,
                sources,
            ))
        })?;
        Ok(Ran {
            program,
            plan,
            data,
            outcome,
        })
    }

    /// Runs a program on the rows that no run found wrong.
    fn without_bad_rows(
        &mut self,
        program: &Program,
        plan: &mut Plan,
        data: &Data,
        sources: &SourceMap,
    ) -> Result<(Rc<Data>, Outcome), Stopped> {
        let mut data = data.clone();
        data.put_lines_aside(program, &self.aside);
        let outcome = apply(program, plan, &mut data, true, sources).map_err(Stopped::Data)?;
        for reject in &data.rejects {
            let same = |it: &&mut Reject| {
                (it.line, &it.dataset, &it.file) == (reject.line, &reject.dataset, &reject.file)
            };
            match (self.aside.iter_mut().find(same), self.settled) {
                (Some(known), _) => {
                    for reason in &reject.reasons {
                        if !known.reasons.contains(reason) {
                            known.reasons.push(reason.clone());
                        }
                    }
                }
                (None, false) => self.aside.push(reject.clone()),
                (None, true) => {
                    let worded = reject.reasons.iter().map(|it| {
                        Diagnostic::error(it.code, it.message.clone()).in_data(DataPlace {
                            file: reject.file.clone(),
                            line: Some(reject.line),
                            column: it.column.clone(),
                            value: None,
                        })
                    });
                    return Err(Stopped::Data(DataErrors {
                        list: worded.collect(),
                        ..DataErrors::default()
                    }));
                }
            }
        }
        Ok((Rc::new(data), outcome))
    }

    fn standard_input(&mut self) -> Result<Location, Stopped> {
        if let Some(known) = &self.standard_input {
            return Ok(known.clone());
        }
        let held = Location::StandardInput.held();
        let held = held.map_err(|it| Stopped::Files(vec![*it]))?;
        self.standard_input = Some(held.clone());
        Ok(held)
    }

    fn read(&mut self, program: &Program, sources: &Sources) -> Result<Rc<Data>, Stopped> {
        let way = way_of_reading(program, sources);
        if let Some((_, data)) = self.known.iter().find(|(known, _)| *known == way) {
            return Ok(data.clone());
        }
        let data = io::read(program, sources, &self.options).map_err(|refusal| match refusal {
            Refusal::Files(messages) => Stopped::Files(messages),
            Refusal::Data(errors) => Stopped::Data(errors),
        })?;
        let data = Rc::new(data);
        self.known.push((way, data.clone()));
        Ok(data)
    }
}

/// All that reading depends on, as a text: two programs with the same one read the same data.
fn way_of_reading(program: &Program, sources: &Sources) -> String {
    let dataset = |it: &Dataset| {
        let fields = it.fields.iter().map(|field| {
            let bounds = field.bounds.iter().map(|it| (it.operator, it.limit));
            let bounds: Vec<_> = bounds.collect();
            let (name, headers) = (&field.name, &field.headers);
            let (ty, reading) = (&field.ty, field.reading);
            let marks = (field.optional, field.unique);
            format!("{name:?} {ty:?} {reading:?} {marks:?} {bounds:?} {headers:?}")
        });
        let fields: Vec<String> = fields.collect();
        let head = (&it.name, it.key, it.one_per_customer);
        format!("{head:?} {fields:?}")
    };
    let datasets = std::iter::once(&program.customers).chain(&program.tables);
    let datasets: Vec<String> = datasets.map(dataset).collect();
    let lookups = program.lookups.iter().map(|it| match &it.values {
        LookupValues::Inline { .. } => String::new(),
        LookupValues::File {
            key,
            value,
            reading,
            optional,
            ..
        } => format!(
            "{:?} {:?} {key:?} {value:?} {reading:?} {optional}",
            it.key, it.value
        ),
    });
    let lookups: Vec<String> = lookups.collect();
    let mut fields = program.customers.fields.iter();
    let looks_at_segments = fields.any(|it| matches!(it.ty, Type::Segment(_)))
        || program.tables.iter().any(|table| {
            let mut fields = table.fields.iter();
            fields.any(|it| matches!(it.ty, Type::Segment(_)))
        });
    let segments: Vec<_> = match looks_at_segments {
        true => program
            .segmentations
            .iter()
            .map(|it| &it.segments)
            .collect(),
        false => Vec::new(),
    };
    let block = (
        &program.currency,
        program.scores,
        &program.missing,
        &program.rates,
    );
    format!("{sources:?} {block:?} {datasets:?} {lookups:?} {segments:?}")
}

/// The segmentation that is compared: its position and its column.
pub fn segmentation_of(name: Option<&str>, program: &Program) -> Result<(usize, String), Stopped> {
    let columns = || program.segmentations.iter().map(|it| it.column());
    let found = match name {
        Some(name) => columns().position(|it| it == name),
        None => program.deciding_segmentation().map(|(id, _)| id.0),
    };
    if let Some(at) = found {
        let column = columns().nth(at).unwrap_or("segment");
        return Ok((at, column.to_owned()));
    }
    let diagnostic = match name {
        Some(name) => {
            let message = format!("the model has no segmentation `{name}`");
            let near = suggest::nearest(name, columns());
            Diagnostic::error("unknown-segmentation", message)
                .help_maybe(near.map(|near| format!("the nearest is `{near}`")))
        }
        None => Diagnostic::error("unknown-segmentation", "the model has no segments")
            .help("`--rules-only` compares the rules alone"),
    };
    Err(Stopped::Usage(vec![diagnostic]))
}

/// The amount that is added up: the one of that name, else the first money.
pub fn amount_of(name: Option<&str>, ran: &Ran) -> Result<Option<Amount>, Stopped> {
    let (program, outcome) = (&ran.program, &ran.outcome);
    match name {
        None => Ok(Amount::first_money(program, outcome)),
        Some(name) => match Amount::named(program, outcome, name) {
            Some(amount) => Ok(Some(amount)),
            None => {
                let names = Amount::names(program, outcome);
                Err(Stopped::Usage(vec![unknown_amount(name, &names)]))
            }
        },
    }
}

/// The message about an amount that is not there.
fn unknown_amount(name: &str, names: &[&str]) -> Diagnostic {
    let message = format!("`{name}` is no number of the customers that could be added up");
    let near = suggest::nearest(name, names.iter().copied());
    let all: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    Diagnostic::error("unknown-amount", message).help(match near {
        Some(near) => format!("the nearest is `{near}`"),
        None if all.is_empty() => "the model has none".to_owned(),
        None => format!("there are {}", all.join(", ")),
    })
}

/// A cell: guarded against spreadsheets, in quotes where it needs them.
pub fn cell(text: &str) -> Cow<'_, str> {
    let text = guarded(text);
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
        false => text,
    }
}
