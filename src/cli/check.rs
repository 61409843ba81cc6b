//! `vekt check`: what is wrong in rule files, and with data what was recognised in it. The findings
//! are the result, so they go to standard output.

use super::arguments::{CheckArguments, CheckFormat};
use super::loading::{folder_of, load_model};
use super::recognised::recognised;
use super::render;
use super::render::style::{BAD, GOOD, WARN, paint};
use super::table::people_count;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, Severity, SourceMap};
use crate::io::dataset::FileReport;
use crate::io::errors::DataErrors;
use crate::io::{self, Data, Location, Refusal, Sources};
use crate::model::proof::PROVED;
use crate::session::{Loaded, prove};
use std::path::Path;

/// What was found in one model.
struct Findings {
    name: String,
    loaded: Loaded,
    /// Messages about the data, and how many there are in all.
    data: DataErrors,
    reports: Vec<FileReport>,
    /// Questions that are left open.
    open: Vec<Diagnostic>,
    exit: Exit,
}

/// Runs the command.
pub fn check(arguments: &CheckArguments, quiet: bool) -> std::io::Result<Exit> {
    let found: Vec<Findings> = arguments
        .models
        .iter()
        .map(|model| look(model, arguments))
        .collect();
    let text = match arguments.format {
        CheckFormat::Human => found.iter().map(|it| it.human(quiet)).collect(),
        CheckFormat::Short => found.iter().map(Findings::short).collect(),
        CheckFormat::Json => {
            let messages: Vec<(&Diagnostic, &SourceMap)> = found
                .iter()
                .flat_map(|it| it.messages().map(|message| (message, &it.loaded.sources)))
                .collect();
            render::json_document(&messages)
        }
    };
    Stream::Output.write(&text)?;
    // What is wrong with a rule file weighs more than what is wrong with data.
    let exits = [Exit::Usage, Exit::Files, Exit::Data];
    let worst = exits
        .into_iter()
        .find(|exit| found.iter().any(|it| it.exit == *exit));
    Ok(worst.unwrap_or(Exit::Well))
}

fn look(model: &Path, arguments: &CheckArguments) -> Findings {
    let mut loaded = load_model(model, &arguments.model_options);
    let open = prove(&mut loaded);
    settle(&mut loaded, arguments);
    let mut findings = Findings {
        name: model.display().to_string(),
        loaded,
        data: DataErrors::default(),
        reports: Vec::new(),
        open,
        exit: Exit::Well,
    };
    if findings.loaded.diagnostics.iter().any(Diagnostic::is_error) {
        findings.exit = Exit::Usage;
    } else if let Some(data) = &arguments.data {
        findings.look_at_data(data, arguments);
    }
    findings
}

/// Leaves out the codes that are allowed, and makes errors of those that are denied.
fn settle(loaded: &mut Loaded, arguments: &CheckArguments) {
    let named = |codes: &[String], it: &Diagnostic| codes.iter().any(|code| code == it.code);
    let can_go = |it: &Diagnostic| !it.is_error() || PROVED.contains(&it.code);
    loaded
        .diagnostics
        .retain(|it| !(named(&arguments.allow, it) && can_go(it)));
    for diagnostic in &mut loaded.diagnostics {
        if named(&arguments.deny, diagnostic) {
            diagnostic.severity = Severity::Error;
        }
    }
}

impl Findings {
    fn look_at_data(&mut self, data: &Path, arguments: &CheckArguments) {
        let Some(program) = &self.loaded.program else {
            return;
        };
        let options = &arguments.data_options;
        let folder = |span| folder_of(&self.loaded, span);
        let customers = Some(Location::new(data));
        let sources = match Sources::choose(program, folder, customers, &options.tables) {
            Ok(sources) => sources,
            Err(wrong) => {
                self.loaded.diagnostics.extend(wrong);
                self.exit = Exit::Usage;
                return;
            }
        };
        match io::read(program, &sources, &options.reading()) {
            Ok(Data { reports, .. }) => self.reports = reports,
            Err(Refusal::Files(wrong)) => {
                self.loaded.diagnostics.extend(wrong);
                self.exit = Exit::Files;
            }
            Err(Refusal::Data(errors)) => {
                self.data = errors;
                self.exit = Exit::Data;
            }
        }
    }

    fn messages(&self) -> impl Iterator<Item = &Diagnostic> {
        let found = self.loaded.diagnostics.iter();
        found.chain(&self.data.list).chain(&self.open)
    }

    fn human(&self, quiet: bool) -> String {
        let sources = &self.loaded.sources;
        let mut text = render::messages(&self.loaded.diagnostics, sources, Stream::Output);
        text.push_str(&render::short(&self.open, sources));
        if !self.data.is_empty() {
            text.push_str(&render::data_errors(&self.data, sources, Stream::Output));
        }
        if quiet {
            return text;
        }
        for replaced in &self.loaded.assembly.replaced {
            let word = if replaced.removed {
                "removed"
            } else {
                "replaced"
            };
            let place = |span: crate::base::Span| {
                let source = sources.get(span.source)?;
                let line = source.position(span.start as usize).line;
                Some(format!("{}:{line}", source.name))
            };
            let by = place(replaced.by).unwrap_or_default();
            let before = place(replaced.before).unwrap_or_default();
            let line = format!("{by}: {word} {}, declared in {before}", replaced.what);
            text.push_str(&render::clean_line(&line));
            text.push('\n');
        }
        for report in &self.reports {
            text.push_str(&recognised(report));
        }
        text.push_str(&self.verdict());
        text
    }

    fn verdict(&self) -> String {
        let errors = self.messages().filter(|it| it.is_error()).count();
        let warnings = self.messages().filter(|it| it.is_warning()).count();
        let errors = errors.max(self.data.count);
        let count = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{} {what}s", people_count(count)),
        };
        let mut words = match (errors, warnings) {
            (0, 0) => paint(GOOD, "nothing wrong"),
            (0, _) => paint(WARN, &count(warnings, "warning")),
            (_, 0) => paint(BAD, &count(errors, "error")),
            _ => {
                let both = [count(errors, "error"), count(warnings, "warning")];
                paint(BAD, &both.join(", "))
            }
        };
        if !self.open.is_empty() {
            words.push_str(&format!(
                ", {} left open",
                count(self.open.len(), "question")
            ));
        }
        format!("{}: {words}\n", render::clean_line(&self.name))
    }

    fn short(&self) -> String {
        self.messages()
            .map(|it| render::short(std::slice::from_ref(it), &self.loaded.sources))
            .collect()
    }
}
