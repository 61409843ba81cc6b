//! `vekt check`: what is wrong in rule files, and with data what was recognised in it. The findings
//! are the result, so they go to standard output.

mod data;
mod github;
mod human;
mod junit;
mod sarif;

use crate::base::{Diagnostic, Severity, SourceMap};
use crate::cli::arguments::{CheckArguments, CheckFormat};
use crate::cli::errors::{meaning, unknown};
use crate::cli::loading::load_model;
use crate::cli::render;
use crate::cli::terminal::{Exit, Stream};
use crate::io::dataset::FileReport;
use crate::io::errors::DataErrors;
use crate::model::proof::PROVED;
use crate::session::{Loaded, prove};
use std::mem::ManuallyDrop;
use std::path::Path;

/// What was found in one model.
struct Findings {
    name: String,
    loaded: Loaded,
    /// Messages about the data, and how many there are in all.
    data: DataErrors,
    reports: Vec<FileReport>,
    /// Questions that are left open, and what the data shows without judging it.
    notes: Vec<Diagnostic>,
    /// The customers close to a line, and those who take part.
    near: Option<(usize, usize)>,
    exit: Exit,
}

/// Stands for all warnings in `--deny`.
const ALL_WARNINGS: &str = "warnings";

/// Runs the command.
pub fn check(arguments: &CheckArguments, quiet: bool) -> std::io::Result<Exit> {
    let named = arguments.allow.iter().chain(&arguments.deny);
    let is_unknown = |code: &&String| *code != ALL_WARNINGS && meaning(code).is_none();
    let unknown: Vec<Diagnostic> = named.filter(is_unknown).map(|it| unknown(it)).collect();
    if !unknown.is_empty() {
        let text = render::messages(&unknown, &SourceMap::default(), Stream::Errors);
        Stream::Errors.write(&text)?;
        return Ok(Exit::Usage);
    }
    let found = arguments.models.iter().map(|model| look(model, arguments));
    // Never taken apart: the process ends with them.
    let found: ManuallyDrop<Vec<Findings>> = ManuallyDrop::new(found.collect());
    let text = match arguments.format {
        CheckFormat::Human => found.iter().map(|it| it.human(quiet)).collect(),
        CheckFormat::Short => found.iter().map(Findings::short).collect(),
        CheckFormat::Json => render::json_document(&all(&found)),
        CheckFormat::Sarif => sarif::document(&all(&found)),
        CheckFormat::Github => {
            let messages = all(&found).into_iter();
            messages
                .map(|(it, sources)| github::command(it, sources))
                .collect()
        }
        CheckFormat::Junit => junit::document(&found),
    };
    Stream::Output.write(&text)?;
    // What is wrong with a rule file weighs more than what is wrong with data.
    let exits = [Exit::Usage, Exit::Files, Exit::Data];
    let worst = exits
        .into_iter()
        .find(|exit| found.iter().any(|it| it.exit == *exit));
    Ok(worst.unwrap_or(Exit::Well))
}

/// All findings, each with the texts it speaks of.
fn all(found: &[Findings]) -> Vec<(&Diagnostic, &SourceMap)> {
    found
        .iter()
        .flat_map(|it| it.messages().map(|message| (message, &it.loaded.sources)))
        .collect()
}

fn look(model: &Path, arguments: &CheckArguments) -> Findings {
    let mut loaded = load_model(model, &arguments.model_options);
    let notes = prove(&mut loaded);
    let mut findings = Findings {
        name: model.display().to_string(),
        loaded,
        data: DataErrors::default(),
        reports: Vec::new(),
        notes,
        near: None,
        exit: Exit::Well,
    };
    if let Some(data) = &arguments.data {
        findings.look_at_data(data, arguments);
    }
    settle(&mut findings, arguments);
    if findings.loaded.diagnostics.iter().any(Diagnostic::is_error) && findings.exit == Exit::Well {
        findings.exit = Exit::Usage;
    }
    findings
}

/// Leaves out the codes that are allowed, and makes errors of those that are denied.
fn settle(findings: &mut Findings, arguments: &CheckArguments) {
    let named = |codes: &[String], it: &Diagnostic| codes.iter().any(|code| code == it.code);
    let can_go = |it: &Diagnostic| !it.is_error() || PROVED.contains(&it.code);
    let goes = |it: &Diagnostic| named(&arguments.allow, it) && can_go(it);
    let Findings { loaded, notes, .. } = findings;
    loaded.diagnostics.retain(|it| !goes(it));
    notes.retain(|it| !goes(it));
    let denied: Vec<Diagnostic>;
    (denied, *notes) = std::mem::take(notes)
        .into_iter()
        .partition(|it| named(&arguments.deny, it));
    loaded.diagnostics.extend(denied);
    for diagnostic in &mut loaded.diagnostics {
        let denied = diagnostic.is_warning() && arguments.deny.iter().any(|it| it == ALL_WARNINGS);
        if denied || named(&arguments.deny, diagnostic) {
            diagnostic.severity = Severity::Error;
        }
    }
}

impl Findings {
    fn messages(&self) -> impl Iterator<Item = &Diagnostic> {
        let found = self.loaded.diagnostics.iter();
        found.chain(&self.data.list).chain(&self.notes)
    }

    fn short(&self) -> String {
        self.messages()
            .map(|it| {
                let line = render::short(std::slice::from_ref(it), &self.loaded.sources);
                // What has no place is about the whole model.
                match it.labels.is_empty() && it.data.is_none() {
                    true => format!("{}: {line}", render::clean_line(&self.name)),
                    false => line,
                }
            })
            .collect()
    }
}
