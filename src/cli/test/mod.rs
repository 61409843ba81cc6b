//! `vekt test`: the tests of rule files and tables of cases, how they came out, and what of the
//! model they reach. The outcome is the result, so it goes to standard output.

mod cases;
mod human;
mod json;
mod junit;
mod values;

use super::arguments::{ModelOptions, TestArguments, TestFormat};
use super::loading::{folder_of, load_model};
use super::render;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, Position, Span};
use crate::eval::LookupTable;
use crate::io::errors::DataErrors;
use crate::io::{Refusal, read_lookups};
use crate::session::Loaded;
use crate::syntax::tree::Item;
use crate::testing::{self, Coverage, Found, Suite};
use cases::CaseTable;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Why a model could not be tested.
struct Stopped {
    exit: Exit,
    messages: Vec<Diagnostic>,
    data: DataErrors,
}

impl Stopped {
    fn at(exit: Exit, messages: Vec<Diagnostic>) -> Stopped {
        Stopped {
            exit,
            messages,
            data: DataErrors::default(),
        }
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Stopped {
        match refusal {
            Refusal::Files(messages) => Stopped::at(Exit::Files, messages),
            Refusal::Data(data) => Stopped {
                exit: Exit::Data,
                messages: Vec::new(),
                data,
            },
        }
    }
}

/// The tests of one rule file: those of the model, or of a file that it uses.
struct Tested {
    name: String,
    loaded: Loaded,
    suite: Suite,
}

/// All that was found out about one model.
struct Findings {
    /// The model itself first, then the files that it uses.
    files: Vec<Tested>,
    cases: Vec<CaseTable>,
    coverage: Coverage,
    missing: Vec<Found>,
}

impl Tested {
    /// Where a place is, as people count.
    fn position(&self, span: Span) -> Option<(&str, Position)> {
        let source = self.loaded.sources.get(span.source)?;
        Some((&source.name, source.position(span.start as usize)))
    }
}

impl Findings {
    fn tests(&self) -> usize {
        let tests: usize = self.files.iter().map(|it| it.suite.tests.len()).sum();
        tests + self.cases.iter().map(|it| it.cases.len()).sum::<usize>()
    }

    fn failed(&self) -> usize {
        let tests = self.files.iter().flat_map(|it| &it.suite.tests);
        let cases = self.cases.iter().flat_map(|it| &it.cases);
        tests.filter(|it| !it.held()).count() + cases.filter(|it| !it.held()).count()
    }

    /// The model itself.
    fn model(&self) -> Option<&Tested> {
        self.files.first()
    }
}

/// Runs the command.
pub fn test(arguments: &TestArguments, quiet: bool) -> std::io::Result<Exit> {
    let mut found = Vec::new();
    let mut exit = Exit::Well;
    for model in &arguments.models {
        match look(model, arguments) {
            Ok(findings) => {
                if let (Some(model), false) = (findings.model(), quiet) {
                    let (said, sources) = (&model.loaded.diagnostics, &model.loaded.sources);
                    Stream::Errors.write(&render::messages(said, sources, Stream::Errors))?;
                }
                if findings.failed() > 0 && exit == Exit::Well {
                    exit = Exit::NotHeld;
                }
                if findings.tests() == 0 {
                    let message = no_tests(model, arguments);
                    let sources = Default::default();
                    let text = render::messages(&[message], &sources, Stream::Errors);
                    Stream::Errors.write(&text)?;
                    if exit == Exit::Well {
                        exit = Exit::NotHeld;
                    }
                }
                found.push(findings);
            }
            Err(refused) => {
                let (loaded, stopped) = *refused;
                let sources = &loaded.sources;
                let mut text = render::messages(&stopped.messages, sources, Stream::Errors);
                if !stopped.data.is_empty() {
                    text += &render::data_errors(&stopped.data, sources, Stream::Errors);
                }
                Stream::Errors.write(&text)?;
                // What is wrong with a rule file weighs more than what is wrong with data.
                let weighs_more = match exit {
                    Exit::Usage | Exit::Interrupted => false,
                    Exit::Files | Exit::Data => stopped.exit == Exit::Usage,
                    Exit::Well | Exit::NotHeld => true,
                };
                if weighs_more {
                    exit = stopped.exit;
                }
            }
        }
    }
    let text = match arguments.format {
        TestFormat::Human => found.iter().map(|it| human::long(it, quiet)).collect(),
        TestFormat::Short => found.iter().map(human::short).collect(),
        TestFormat::Json => json::document(&found),
        TestFormat::Junit => junit::document(&found),
    };
    Stream::Output.write(&text)?;
    Ok(exit)
}

fn no_tests(model: &Path, arguments: &TestArguments) -> Diagnostic {
    let name = model.display();
    match &arguments.filter {
        Some(text) => {
            let message = format!("`{name}` has no test whose name holds `{text}`");
            Diagnostic::error("no-tests", message)
        }
        None => Diagnostic::error("no-tests", format!("`{name}` has no tests"))
            .help("add `test \"…\" { given { … }, expect … }`"),
    }
}

type Refused = Box<(Loaded, Stopped)>;

fn look(model: &Path, arguments: &TestArguments) -> Result<Findings, Refused> {
    let mut files = vec![tested(model, &arguments.model_options, arguments)?];
    for path in used_with_tests(&files) {
        // The tests of a used file are about that file as it stands.
        let alone = ModelOptions {
            today: arguments.model_options.today,
            ..ModelOptions::default()
        };
        files.push(tested(&path, &alone, arguments)?);
    }
    let mut findings = Findings {
        coverage: Coverage::default(),
        files,
        cases: Vec::new(),
        missing: Vec::new(),
    };
    for path in &arguments.cases {
        let Some(model) = findings.files.first_mut() else {
            continue;
        };
        match cases::run(path, &mut model.loaded, arguments) {
            Ok(table) => findings.cases.push(table),
            Err(stopped) => return Err(refused(&model.loaded, stopped)),
        }
    }
    findings.coverage = together(&findings);
    if let (true, Some(model)) = (arguments.missing, findings.files.first())
        && let Some(program) = &model.loaded.program
    {
        let lookups = lookups_of(&model.loaded, arguments)
            .map_err(|stopped| refused(&model.loaded, stopped))?;
        findings.missing = testing::missing(program, &lookups, &findings.coverage);
    }
    Ok(findings)
}

fn refused(loaded: &Loaded, stopped: Stopped) -> Refused {
    Box::new((loaded.clone(), stopped))
}

fn tested(
    path: &Path,
    options: &ModelOptions,
    arguments: &TestArguments,
) -> Result<Tested, Refused> {
    let loaded = load_model(path, options);
    if loaded.program.is_none() {
        let errors = loaded.diagnostics.iter().filter(|it| it.is_error());
        let stopped = Stopped::at(Exit::Usage, errors.cloned().collect());
        return Err(Box::new((loaded, stopped)));
    }
    let lookups = match lookups_of(&loaded, arguments) {
        Ok(lookups) => lookups,
        Err(stopped) => return Err(Box::new((loaded, stopped))),
    };
    let suite = testing::run(&loaded, &lookups, arguments.filter.as_deref());
    Ok(Tested {
        name: path.display().to_string(),
        loaded,
        suite,
    })
}

/// The lookups that come from files, where there is anything to test with them.
fn lookups_of(loaded: &Loaded, arguments: &TestArguments) -> Result<Vec<LookupTable>, Stopped> {
    let Some(program) = &loaded.program else {
        return Ok(Vec::new());
    };
    if program.tests.is_empty() && arguments.cases.is_empty() {
        return Ok(vec![LookupTable::default(); program.lookups.len()]);
    }
    let options = &arguments.data_options;
    let folder = |span| folder_of(loaded, span);
    Ok(read_lookups(
        program,
        folder,
        &options.tables,
        &options.reading(),
    )?)
}

/// The used files that have tests of their own.
fn used_with_tests(files: &[Tested]) -> Vec<PathBuf> {
    let Some(model) = files.first() else {
        return Vec::new();
    };
    let loaded = &model.loaded;
    let main = loaded.files.len().saturating_sub(1);
    let used = loaded.files.iter().take(main).filter(|file| {
        let mut declarations = file.parsed.tree.declarations.iter();
        declarations.any(|it| matches!(it.item, Item::Test(_)))
    });
    used.map(|file| {
        let source = loaded.sources.get(file.source);
        let named = source.map(|source| PathBuf::from(&source.name));
        // The name that people wrote, where it leads to the file.
        match named {
            Some(named) if named.canonicalize().is_ok_and(|it| it == file.path) => named,
            _ => file.path.clone(),
        }
    })
    .collect()
}

/// What of the model all tests reach, those of used files and the cases too.
fn together(findings: &Findings) -> Coverage {
    let Some(model) = findings.files.first() else {
        return Coverage::default();
    };
    let place = |tested: &Tested, point: &testing::Point| {
        let loaded = &tested.loaded;
        let file = loaded
            .files
            .iter()
            .find(|it| it.source == point.span.source);
        let path = file.map(|file| file.path.clone());
        (path, point.span.start, point.span.end, point.text.clone())
    };
    let mut reached = HashSet::new();
    for used in findings.files.iter().skip(1) {
        let points = used.suite.coverage.points.iter();
        let points = points.filter(|(_, is_reached)| *is_reached);
        reached.extend(points.map(|(point, _)| place(used, point)));
    }
    let mut coverage = model.suite.coverage.clone();
    for (point, is_reached) in &mut coverage.points {
        let in_cases = findings
            .cases
            .iter()
            .any(|it| it.reached.contains(&point.kind));
        *is_reached |= in_cases || reached.contains(&place(model, point));
    }
    coverage
}
