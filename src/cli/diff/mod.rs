//! `vekt diff`: two models, a scenario, two files of customers or an earlier result; what changed in
//! the rules, and what moved. It leads from one floor to the next and computes nothing.

pub mod arguments;
mod csv;
mod earlier;
mod json;
mod shown;
mod sides;

use super::arguments::{DiffArguments, DiffFormat};
use super::comparing::{Ran, Runs, Stopped, amount_of, segmentation_of};
use super::loading::folder_of;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap, Span};
use crate::diff::rules::{self, Change, Steps};
use crate::diff::{
    Amount, Attribution, Migration, Pairs, Side, TeamChange, cost_to_serve, migration, team_changes,
};
use crate::model::program::Program;
use crate::session::Loaded;
use sides::{Compared, Model};
use std::path::PathBuf;

/// What changed in the rules.
pub struct RulesPart {
    pub changes: Vec<Change>,
    /// Which changes were applied together, in order.
    pub steps: Vec<Vec<usize>>,
}

/// What moved.
pub struct EffectPart<'a> {
    pub segmentation: String,
    pub before: Side<'a>,
    pub after: Side<'a>,
    pub amount: Option<Amount>,
    pub migration: Migration,
    pub attribution: Attribution,
    /// Why a step could not be run alone or in order.
    pub not_run: Vec<(usize, String)>,
    pub teams: Vec<TeamChange>,
    pub cost: (Option<i128>, Option<i128>),
}

/// A comparison, ready to be shown.
pub struct Comparison<'a> {
    pub old: String,
    pub new: String,
    pub rules: Option<RulesPart>,
    pub effect: Option<EffectPart<'a>>,
    pub names: usize,
}

impl Comparison<'_> {
    /// Whether anything moved; where no customers were looked at, whether any rule changed.
    fn moved(&self) -> bool {
        match (&self.effect, &self.rules) {
            (Some(effect), _) => !effect.migration.movers.is_empty(),
            (None, Some(rules)) => !rules.changes.is_empty(),
            (None, None) => false,
        }
    }
}

/// Runs the command.
pub fn diff(arguments: &DiffArguments) -> std::io::Result<Exit> {
    let mut sources = SourceMap::default();
    match compare(arguments, &mut sources) {
        Ok(exit) => exit,
        Err(stopped) => {
            let (exit, text) = stopped.told(&sources);
            Stream::Errors.write(&text)?;
            Ok(exit)
        }
    }
}

fn usage(diagnostic: Box<Diagnostic>) -> Stopped {
    Stopped::Usage(vec![*diagnostic])
}

/// The program of a model, or what is wrong with it.
fn program_of(loaded: &Loaded) -> Result<&Program, Stopped> {
    let wrong = loaded.diagnostics.iter().filter(|it| it.is_error());
    let wrong: Vec<Diagnostic> = wrong.cloned().collect();
    match &loaded.program {
        Some(program) if wrong.is_empty() => Ok(program),
        _ => Err(Stopped::Usage(wrong)),
    }
}

fn compare(
    arguments: &DiffArguments,
    sources: &mut SourceMap,
) -> Result<std::io::Result<Exit>, Stopped> {
    let options = &arguments.data_options;
    let mut runs = Runs::new(options.reading(), &options.tables);
    match sides::compared(arguments).map_err(usage)? {
        Compared::Models { old, new, data } => {
            let old = load(sources, &old)?;
            let new = load(sources, &new)?;
            let changes = rules::changes(&old.loaded, &new.loaded);
            let mut comparison = Comparison {
                old: old.name.clone(),
                new: new.name.clone(),
                rules: None,
                effect: None,
                names: arguments.names,
            };
            if arguments.rules_only {
                let steps = Vec::new();
                comparison.rules = Some(RulesPart { changes, steps });
                return Ok(show(arguments, &comparison));
            }
            let before = whole(&mut runs, &old.loaded, data.as_ref(), sources)?;
            let after = whole(&mut runs, &new.loaded, data.as_ref(), sources)?;
            let steps = rules::steps(&old.loaded, &new.loaded, &changes);
            let mut effect = effect(arguments, &before, &after)?;
            // The declarations of a step come from either model.
            let folder =
                |span: Span| match old.loaded.files.iter().any(|it| it.source == span.source) {
                    true => folder_of(&old.loaded, span),
                    false => folder_of(&new.loaded, span),
                };
            let mut way = Way {
                runs: &mut runs,
                data: data.as_ref(),
                folder: &folder,
                sources,
                segmentation: effect.segmentation.clone(),
            };
            way.attribute(&steps, &before, &after, &mut effect);
            let steps = steps.steps.iter().map(|it| it.changes.clone()).collect();
            comparison.rules = Some(RulesPart { changes, steps });
            comparison.effect = Some(effect);
            Ok(show(arguments, &comparison))
        }
        Compared::Data { model, old, new } => {
            let model = load(sources, &model)?;
            let before = whole(&mut runs, &model.loaded, Some(&old), sources)?;
            let after = whole(&mut runs, &model.loaded, Some(&new), sources)?;
            let effect = effect(arguments, &before, &after)?;
            Ok(show(
                arguments,
                &Comparison {
                    old: old.display().to_string(),
                    new: new.display().to_string(),
                    rules: None,
                    effect: Some(effect),
                    names: arguments.names,
                },
            ))
        }
        Compared::Result {
            result,
            model,
            data,
        } => {
            let model = load(sources, &model)?;
            let after = whole(&mut runs, &model.loaded, data.as_ref(), sources)?;
            let name = arguments.segmentation.as_deref();
            let (at, segmentation) = segmentation_of(name, &after.program)?;
            let amount = amount_of(arguments.by.as_deref(), &after)?;
            let reading = options.reading();
            let before = earlier::read(&result, &after.program, at, amount.as_ref(), &reading)?;
            let side = side(&after, Some(&segmentation), amount.as_ref())?;
            let pairs = Pairs::of(&before, &side);
            let moved = migration(&before, &side, &pairs);
            let effect = EffectPart {
                segmentation,
                migration: moved,
                before,
                after: side,
                amount,
                attribution: Attribution::default(),
                not_run: Vec::new(),
                teams: Vec::new(),
                cost: (None, None),
            };
            Ok(show(
                arguments,
                &Comparison {
                    old: result.display().to_string(),
                    new: model.name,
                    rules: None,
                    effect: Some(effect),
                    names: arguments.names,
                },
            ))
        }
    }
}

/// Loads a model beside the sources known so far, and takes over its own.
fn load(
    sources: &mut SourceMap,
    wanted: &(PathBuf, super::arguments::ModelOptions),
) -> Result<Model, Stopped> {
    let model = sides::load(sources.clone(), wanted).map_err(usage)?;
    sources.clone_from(&model.loaded.sources);
    program_of(&model.loaded)?;
    Ok(model)
}

fn whole(
    runs: &mut Runs<'_>,
    loaded: &Loaded,
    data: Option<&PathBuf>,
    sources: &SourceMap,
) -> Result<Ran, Stopped> {
    let program = program_of(loaded)?;
    runs.whole(program, data, |span| folder_of(loaded, span), sources)
}

fn side<'a>(
    ran: &'a Ran,
    segmentation: Option<&str>,
    amount: Option<&Amount>,
) -> Result<Side<'a>, Stopped> {
    let inputs = &ran.data.inputs;
    let side = Side::of_run(&ran.program, inputs, &ran.outcome, segmentation, amount);
    side.ok_or_else(|| {
        let name = segmentation.unwrap_or("segment");
        let message = format!("the old model has no segmentation `{name}`");
        Stopped::Usage(vec![Diagnostic::error("unknown-segmentation", message)])
    })
}

/// What moved between two runs, without what moved it.
fn effect<'a>(
    arguments: &DiffArguments,
    before: &'a Ran,
    after: &'a Ran,
) -> Result<EffectPart<'a>, Stopped> {
    let name = arguments.segmentation.as_deref();
    let (_, segmentation) = segmentation_of(name, &after.program)?;
    let amount = amount_of(arguments.by.as_deref(), after)?;
    let name = amount.as_ref().map(|it| it.name.as_str());
    let old_amount = name.and_then(|it| Amount::named(&before.program, &before.outcome, it));
    let old = side(before, Some(&segmentation), old_amount.as_ref())?;
    let new = side(after, Some(&segmentation), amount.as_ref())?;
    let pairs = Pairs::of(&old, &new);
    let cost = |ran: &Ran| cost_to_serve(&ran.plan, &ran.data.inputs, &ran.outcome);
    Ok(EffectPart {
        migration: migration(&old, &new, &pairs),
        before: old,
        after: new,
        segmentation,
        amount,
        attribution: Attribution::default(),
        not_run: Vec::new(),
        teams: team_changes(
            Some((&before.program, &before.outcome)),
            (&after.program, &after.outcome),
        ),
        cost: (cost(before), cost(after)),
    })
}

/// The way from one model to another, run step by step.
struct Way<'w, 'a> {
    runs: &'w mut Runs<'a>,
    data: Option<&'w PathBuf>,
    folder: &'w dyn Fn(Span) -> PathBuf,
    sources: &'w SourceMap,
    segmentation: String,
}

impl Way<'_, '_> {
    /// Says which step moved whom.
    fn attribute(&mut self, steps: &Steps, before: &Ran, after: &Ran, effect: &mut EffectPart<'_>) {
        let mut attribution = Attribution::new(steps.steps.len());
        let worth = match effect.after.rows() == effect.before.rows() {
            true => effect.after.clone(),
            false => effect.before.clone(),
        };
        if steps.steps.len() == 1 {
            attribution.note_alone(0, &effect.migration, &worth);
            attribution.note_in_order(0, &effect.migration, &worth);
            effect.attribution = attribution;
            return;
        }
        let Ok(old) = side(before, Some(&self.segmentation), None) else {
            return;
        };
        let mut last: Option<Ran> = None;
        for (at, step) in steps.steps.iter().enumerate() {
            match self.run(&step.alone) {
                Ok(alone) => {
                    if let Ok(new) = side(&alone, Some(&self.segmentation), None) {
                        let moved = migration(&old, &new, &Pairs::of(&old, &new));
                        attribution.note_alone(at, &moved, &worth);
                    }
                }
                Err(why) => effect.not_run.push((at, why)),
            }
            let is_last = at + 1 == steps.steps.len();
            let ran = match is_last {
                true => None,
                false => match self.run(&step.in_order) {
                    Ok(ran) => Some(ran),
                    Err(why) => {
                        effect.not_run.push((at, why));
                        continue;
                    }
                },
            };
            let previous = last.as_ref().unwrap_or(before);
            let current = ran.as_ref().unwrap_or(after);
            let name = Some(self.segmentation.as_str());
            if let (Ok(old), Ok(new)) = (side(previous, name, None), side(current, name, None)) {
                let moved = migration(&old, &new, &Pairs::of(&old, &new));
                attribution.note_in_order(at, &moved, &worth);
            }
            last = ran.or(last);
        }
        effect.not_run.dedup();
        effect.attribution = attribution;
    }

    fn run(&mut self, program: &Program) -> Result<Ran, String> {
        let ran = self
            .runs
            .segments(program.clone(), self.data, self.folder, self.sources);
        ran.map_err(|stopped| {
            let first = match stopped {
                Stopped::Usage(messages) | Stopped::Files(messages) => messages.into_iter().next(),
                Stopped::Data(errors) => errors.list.into_iter().next(),
            };
            first.map_or_else(String::new, |it| it.message)
        })
    }
}

fn show(arguments: &DiffArguments, comparison: &Comparison<'_>) -> std::io::Result<Exit> {
    let text = match arguments.format {
        DiffFormat::Human => shown::human(comparison, Stream::Output.width()),
        DiffFormat::Markdown => shown::markdown(comparison),
        DiffFormat::Json => json::document(comparison),
        DiffFormat::Csv => csv::movers(comparison),
    };
    match arguments.format {
        DiffFormat::Human => Stream::Output.write(&text)?,
        _ => Stream::Output.write_result(&[text.into_bytes()])?,
    }
    match arguments.exit_code && comparison.moved() {
        true => Ok(Exit::NotHeld),
        false => Ok(Exit::Well),
    }
}
