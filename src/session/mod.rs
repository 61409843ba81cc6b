//! Floor 6: text to program. Reads the main file and what it uses, assembles, checks, and collects
//! the messages of all floors. It knows no disk, no clock and no terminal: files, the day and the
//! options are handed in.

mod allowance;
mod files;
mod messages;
mod proving;
mod reading;
mod text;
mod trial;

pub use allowance::FROM_DATA;
pub use files::{Files, MemoryFiles, ReadError};
pub use proving::{accept, prove};
pub use reading::RuleFile;

use crate::base::{Diagnostic, Severity, Source, SourceId, SourceMap, Span};
use crate::model::assembly::{Assembled, Assembly, assemble, assemble_untested};
use crate::model::check::{Checked, Settings, check};
use crate::model::program::Program;
use crate::syntax::parse_expression;
use crate::syntax::tree::{Expr, ExprKind, Item, Test, Tree};
use crate::value::Date;
use rayon::prelude::*;
use std::path::Path;

/// How the message about a test begins that does not fit a scenario.
pub const LEFT_OUT: &str = "test left out";

/// The text of a rule file that is looked at alone, or what is wrong with its bytes.
pub fn decode(bytes: &[u8], name: &str) -> Result<String, Box<Diagnostic>> {
    text::decode(bytes, name).map_err(|unreadable| Box::new(unreadable.diagnostic))
}

/// What a run may say beside the rule files.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The scenario to apply.
    pub scenario: Option<String>,
    /// Params with their values as they were written: `--set key_line=6.5`.
    pub params: Vec<(String, String)>,
    /// The day of the run, where it is given.
    pub today: Option<Date>,
    /// The local date, for a model that looks at `today` where neither the run nor the model says
    /// which day it is.
    pub local_date: Date,
    /// Whether tests that no longer fit the model are left out with warnings, as in scenarios.
    pub leave_out_tests: bool,
}

impl LoadOptions {
    /// The model as it stands, on that local date.
    pub fn on(local_date: Date) -> Self {
        LoadOptions {
            scenario: None,
            params: Vec::new(),
            today: None,
            local_date,
            leave_out_tests: false,
        }
    }
}

/// A model as it was loaded.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The texts of all rule files, and of what was set from outside.
    pub sources: SourceMap,
    /// The rule files, used ones before those that use them, the main file last.
    pub files: Vec<RuleFile>,
    /// The declarations as they stand, as complete as the errors allow.
    pub assembly: Assembly,
    /// The checked program; there is one exactly where no message is an error.
    pub program: Option<Program>,
    /// The messages by source and place, errors and warnings together.
    pub diagnostics: Vec<Diagnostic>,
    /// What was set from outside.
    pub params: Vec<(String, Expr)>,
    /// The comments that silenced a warning.
    pub allowed: Vec<Span>,
}

impl Loaded {
    /// The model as it is on another day, with only these tests.
    pub fn on_day(&self, today: Date, tests: Vec<Test>) -> Checked {
        let assembly = Assembly {
            tests,
            ..self.assembly.clone()
        };
        let settings = Settings {
            today,
            params: self.params.clone(),
        };
        check(&assembly, &settings)
    }
}

/// Reads, assembles and checks a model, each of its scenarios too.
pub fn load(main: &Path, files: &dyn Files, options: &LoadOptions) -> Loaded {
    load_beside(SourceMap::default(), main, files, options)
}

/// The same beside sources that are known already, so that no two rule files share a number.
pub fn load_beside(
    known: SourceMap,
    main: &Path,
    files: &dyn Files,
    options: &LoadOptions,
) -> Loaded {
    let reading::Reading {
        sources,
        files,
        diagnostics: found,
        complete,
    } = reading::read(known, main, files);
    let mut work = Work {
        trees: files
            .iter()
            .map(|file| (file.source, &file.parsed.tree))
            .collect(),
        sources,
        options,
        diagnostics: Vec::new(),
    };
    let params = work.outside_params();
    let unread = messages::Unread::new(&work.sources, &files, &found);
    // What an unread file declares would be missing everywhere.
    if !complete || unread.mentions("use") {
        let (sources, mut diagnostics) = (work.sources, work.diagnostics);
        diagnostics.extend(found);
        return Loaded {
            sources,
            files,
            diagnostics: messages::in_order(diagnostics),
            ..Loaded::default()
        };
    }
    let (assembly, program) = work.model(&params);
    let (sources, mut diagnostics) = (work.sources, work.diagnostics);
    diagnostics.retain(|it| !unread.explains(it, &sources));
    diagnostics.extend(found);
    let is_wrong = diagnostics.iter().any(Diagnostic::is_error);
    let mut loaded = Loaded {
        sources,
        files,
        assembly,
        program: program.filter(|_| !is_wrong),
        diagnostics: messages::in_order(diagnostics),
        params,
        allowed: Vec::new(),
    };
    let allowances = allowance::Allowance::all(&loaded);
    let Loaded {
        diagnostics,
        sources,
        allowed,
        ..
    } = &mut loaded;
    allowance::silence(diagnostics, &allowances, sources, allowed);
    loaded
}

struct Work<'o> {
    trees: Vec<(SourceId, &'o Tree)>,
    sources: SourceMap,
    options: &'o LoadOptions,
    diagnostics: Vec<Diagnostic>,
}

impl Work<'_> {
    /// The model with the chosen scenario; beside it every other scenario, for its messages only.
    fn model(&mut self, params: &[(String, Expr)]) -> (Assembly, Option<Program>) {
        let chosen = self.options.scenario.as_deref();
        let assembled = assemble(&self.trees, chosen);
        let scenario = assembled.assembly.scenario.clone();
        let scenarios = assembled.assembly.scenarios.iter();
        let others: Vec<String> = scenarios
            .map(|(name, _)| name.value.clone())
            .filter(|name| scenario.as_ref() != Some(name))
            .collect();
        // What the model says as it stands is not new in the other scenarios either.
        let as_it_stands = !others.is_empty() && (scenario.is_some() || !params.is_empty());
        let mut variants: Vec<Option<&str>> = others.iter().map(|it| Some(it.as_str())).collect();
        variants.extend(as_it_stands.then_some(None));
        let work: &Work = self;
        let chosen = || work.variant(assembled, chosen, params);
        // Variants know nothing of each other, so they are looked at side by side.
        let ((assembly, program, mut known), mut found) = match variants.is_empty() {
            true => (chosen(), Vec::new()),
            false => rayon::join(chosen, || {
                let variants = variants.par_iter();
                variants.map(|it| work.without_tests(*it)).collect()
            }),
        };
        self.diagnostics.extend(known.iter().cloned());
        if as_it_stands {
            known.extend(found.pop().unwrap_or_default());
        }
        for (name, found) in others.iter().zip(found) {
            let new = found.into_iter().filter(|it| {
                let same = |known: &Diagnostic| {
                    known.code == it.code && messages::place(known) == messages::place(it)
                };
                !known.iter().any(same)
            });
            let new: Vec<Diagnostic> = new.map(|it| self.in_scenario(name, it)).collect();
            self.diagnostics.extend(new);
        }
        (assembly, program)
    }

    fn variant(
        &self,
        mut assembled: Assembled,
        scenario: Option<&str>,
        params: &[(String, Expr)],
    ) -> (Assembly, Option<Program>, Vec<Diagnostic>) {
        let settings = Settings {
            today: self.today(&assembled.assembly),
            params: params.to_vec(),
        };
        let mut checked = check(&assembled.assembly, &settings);
        let mut diagnostics = assembled.diagnostics;
        if scenario.is_some() || self.options.leave_out_tests {
            let unfit = unfit_tests(&mut assembled.assembly, &mut checked.diagnostics);
            if !unfit.is_empty() {
                checked = check(&assembled.assembly, &settings);
                diagnostics.extend(unfit);
            }
        }
        diagnostics.extend(checked.diagnostics);
        (assembled.assembly, checked.program, diagnostics)
    }

    /// The messages of another variant than the one that is run: whether tests fit matters to that one alone, and values
    /// set from outside are meant for it.
    fn without_tests(&self, scenario: Option<&str>) -> Vec<Diagnostic> {
        let assembled = assemble_untested(&self.trees, scenario);
        let settings = Settings {
            today: self.today(&assembled.assembly),
            params: Vec::new(),
        };
        let checked = check(&assembled.assembly, &settings);
        let mut diagnostics = assembled.diagnostics;
        diagnostics.extend(checked.diagnostics);
        diagnostics
    }

    /// The run's day, else the model's, else the local date.
    fn today(&self, assembly: &Assembly) -> Date {
        let options = self.options;
        options
            .today
            .or_else(|| model_today(assembly))
            .unwrap_or(options.local_date)
    }

    /// What was set from outside, as expressions; each is a source of its own.
    fn outside_params(&mut self) -> Vec<(String, Expr)> {
        let mut params: Vec<(String, Expr)> = Vec::new();
        for (name, value) in &self.options.params {
            // The shell takes quotes away, so a text may come without them.
            let quoted = self.is_text_param(name) && !value.starts_with(['"', '“', '”', '„']);
            let value = match quoted {
                true => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
                false => value.clone(),
            };
            let source = Source::new(format!("--set {name}={value}"), value.as_str());
            let source = self.sources.add(source);
            let (expr, diagnostics) = parse_expression(source, &value);
            if let (None, true) = (&expr, diagnostics.is_empty()) {
                let message = format!("`{name}` is set to nothing");
                self.diagnostics.push(
                    Diagnostic::error("set-without-value", message)
                        .at(Span::new(source, 0, value.len()), "")
                        .help(format!("write for example `--set {name}=6.5`")),
                );
            }
            self.diagnostics.extend(diagnostics);
            // The last one of a name counts, as on any command line.
            params.retain(|(known, _)| known != name);
            params.extend(expr.map(|expr| (name.clone(), expr)));
        }
        params
    }

    /// Whether a param is declared with a text as its value.
    fn is_text_param(&self, name: &str) -> bool {
        let all = self.trees.iter().flat_map(|(_, tree)| &tree.declarations);
        all.into_iter().any(|it| {
            matches!(&it.item, Item::Param(param)
                if param.name.value == name && matches!(*param.value.kind, ExprKind::Text(_)))
        })
    }

    /// A message that only a scenario causes says so, unless it points into the scenario itself.
    /// A scenario of a used file that no longer fits does no harm until it is chosen.
    fn in_scenario(&self, name: &str, mut diagnostic: Diagnostic) -> Diagnostic {
        let blocks: Vec<Span> = self
            .trees
            .iter()
            .flat_map(|(_, tree)| &tree.declarations)
            .filter(|it| matches!(&it.item, Item::Scenario(it) if it.name.value == name))
            .map(|it| it.span)
            .collect();
        let main = self.trees.last().map(|(source, _)| *source);
        if !blocks.iter().any(|block| Some(block.source) == main) {
            diagnostic.severity = Severity::Warning;
        }
        let stands_inside = messages::place(&diagnostic).is_some_and(|it| {
            let around = |block: &Span| {
                it.source == block.source && block.start <= it.start && it.end <= block.end
            };
            blocks.iter().any(around)
        });
        if !stands_inside {
            diagnostic.message = format!("with the scenario `{name}`: {}", diagnostic.message);
        }
        diagnostic
    }
}

/// Tests are about the model as it stands: one that speaks of what a scenario takes away is left
/// out there, with warnings.
fn unfit_tests(assembly: &mut Assembly, diagnostics: &mut [Diagnostic]) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    assembly.tests.retain(|test| {
        let inside = |it: &&mut Diagnostic| {
            let place = messages::place(it).filter(|_| it.is_error());
            place.is_some_and(|it| {
                let span = test.span;
                span.source == it.source && span.start <= it.start && it.end <= span.end
            })
        };
        let wrong: Vec<&mut Diagnostic> = diagnostics.iter_mut().filter(inside).collect();
        let fits = wrong.is_empty();
        for diagnostic in wrong {
            diagnostic.severity = Severity::Warning;
            diagnostic.message = format!("{LEFT_OUT}: {}", diagnostic.message);
            warnings.push(diagnostic.clone());
        }
        fits
    });
    warnings
}

/// The day that the model block names; what is no date there has its message from the checker.
fn model_today(assembly: &Assembly) -> Option<Date> {
    let today = assembly.model.as_ref()?.today.as_ref()?;
    match &*today.kind {
        ExprKind::Date(text) => Date::parse(text),
        _ => None,
    }
}
