//! `vekt diff`: two models, a scenario, two files of customers or an earlier result; what changed in
//! the rules, and what moved. It leads from one floor to the next and computes nothing.

pub mod arguments;
mod csv;
mod earlier;
mod json;
mod shown;
mod sides;
mod way;

use super::arguments::{DiffArguments, DiffFormat};
use super::comparing::{Ran, Runs, Stopped, amount_of, segmentation_of};
use super::loading::folder_of;
use super::progress::Progress;
use super::render::clean_line;
use super::run::refuse_output;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap};
use crate::diff::rules::{self, Change};
use crate::diff::{
    Amount, Attribution, CheckChange, Migration, Pairs, Side, TeamChange, check_changes,
    cost_to_serve, migration, team_changes,
};
use crate::io::files::{Output, RealDisk, may_replace_beginning, write_whole};
use crate::io::write::rejects;
use crate::io::{Location, ReadOptions, Sources};
use crate::model::program::Program;
use crate::session::Loaded;
use sides::{Compared, Wanted};
use std::path::Path;
use way::{End, Way, Ways};

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
    /// Whether the first step is that of the data; it has the number 0, others count from 1.
    pub data_first: bool,
    /// Why a step could not be run alone or in order.
    pub not_run: Vec<(usize, String)>,
    pub teams: Vec<TeamChange>,
    pub checks: Vec<CheckChange>,
    /// The other segmentations in which somebody moved, and how many.
    pub elsewhere: Vec<(String, usize)>,
    /// The currency in which the new model counts.
    pub currency: Option<String>,
    pub cost: (Option<i128>, Option<i128>),
}

impl EffectPart<'_> {
    /// The number of a step in front of people; that of the data is 0.
    pub fn number(&self, step: usize) -> usize {
        step + usize::from(!self.data_first)
    }

    /// Amounts as people read them: `26 505 414 NOK`.
    pub fn priced(&self, text: &str) -> String {
        match &self.currency {
            Some(currency) => format!("{text} {currency}"),
            None => text.to_owned(),
        }
    }
}

/// A comparison, ready to be shown.
pub struct Comparison<'a> {
    pub old: String,
    pub new: String,
    /// What is compared, in a line for people: of one file it says what is set for the new side.
    pub title: (String, String),
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
pub fn diff(arguments: &DiffArguments, quiet: bool) -> std::io::Result<Exit> {
    let mut sources = SourceMap::default();
    let progress = Progress::begin(quiet);
    match compare(arguments, &mut sources, progress) {
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
    progress: Progress,
) -> Result<std::io::Result<Exit>, Stopped> {
    if let Some(path) = &arguments.rejects {
        may_replace_beginning(path, rejects::HEADER.as_bytes(), arguments.force).map_err(usage)?;
    }
    let mut runs = Runs::new(ReadOptions {
        rejecting: arguments.rejects.is_some(),
        ..arguments.data_options.reading()
    });
    let (old, new, rules) = match sides::compared(arguments).map_err(usage)? {
        Compared::Runs { old, new, rules } => (old, new, rules),
        Compared::Result { result, new } => {
            progress.step("reading the data and applying the model");
            return with_result(arguments, &mut runs, &result, &new, sources, progress);
        }
    };
    let old_model = load(sources, &old)?;
    let new_model = load(sources, &new)?;
    let (old_name, new_name) = sides::names(&old, &new, rules);
    let mut comparison = Comparison {
        title: title(&old, &new, &new_model, (&old_name, &new_name)),
        old: old_name,
        new: new_name,
        rules: None,
        effect: None,
        names: arguments.names,
    };
    let changes = match rules {
        true => rules::changes(&old_model, &new_model),
        false => Vec::new(),
    };
    if arguments.rules_only {
        let steps = Vec::new();
        comparison.rules = Some(RulesPart { changes, steps });
        drop(progress);
        return Ok(show(arguments, &comparison));
    }
    progress.step("reading the data and applying the models");
    let (before, after) = runs.settle(|runs| {
        let before = whole(arguments, runs, &old_model, &old, sources)?;
        let after = whole(arguments, runs, &new_model, &new, sources)?;
        Ok((before, after))
    })?;
    write_rejects(arguments, &runs)?;
    let mut effect = effect(arguments, &before, &after)?;
    if rules {
        // Another day or other data come first; then the rules, on the data of the new side.
        let turned = old.on_data_of(&new);
        let turned = match turned == old {
            true => None,
            false => Some(load(sources, &turned)?),
        };
        let alone = rules::steps(&old_model, &new_model, &changes);
        let in_order = match &turned {
            Some(turned) if old.options.today != new.options.today => {
                Some(rules::steps(turned, &new_model, &changes))
            }
            _ => None,
        };
        let ways = Ways {
            alone: &alone,
            in_order: in_order.as_ref().unwrap_or(&alone),
            turned: turned.as_ref(),
        };
        effect.data_first = turned.is_some();
        progress.step("applying one change at a time");
        let end = |wanted, loaded, ran| End {
            wanted,
            loaded,
            ran,
        };
        let mut way = Way {
            runs: &mut runs,
            old: end(&old, &old_model, &before),
            new: end(&new, &new_model, &after),
            sources,
        };
        way.attribute(&ways, &mut effect);
        let steps = ways.in_order.steps.iter();
        let steps = steps.map(|it| it.changes.clone()).collect();
        comparison.rules = Some(RulesPart { changes, steps });
    }
    comparison.effect = Some(effect);
    drop(progress);
    Ok(show(arguments, &comparison))
}

/// The title of a comparison: where one file stands on both sides, only what is set for it.
fn title(
    old: &Wanted,
    new: &Wanted,
    loaded: &Loaded,
    (old_name, new_name): (&str, &str),
) -> (String, String) {
    let plain = (old_name.to_owned(), new_name.to_owned());
    let (true, Some(scenario)) = (old.model == new.model, &new.options.scenario) else {
        return plain;
    };
    if old.options.scenario.is_some() {
        return plain;
    }
    let declared = loaded.program.iter().flat_map(|it| &it.scenarios);
    let label = declared
        .filter(|(name, _)| name == scenario)
        .find_map(|(_, label)| label.clone());
    let label = label.map_or(String::new(), |it| format!(" \"{it}\""));
    let set = new.options.set.iter();
    let set: String = set
        .map(|(name, value)| format!(", {name}={value}"))
        .collect();
    (plain.0, format!("scenario {scenario}{label}{set}"))
}

/// An earlier result against the model as it is now.
fn with_result(
    arguments: &DiffArguments,
    runs: &mut Runs,
    result: &Path,
    new: &Wanted,
    sources: &mut SourceMap,
    progress: Progress,
) -> Result<std::io::Result<Exit>, Stopped> {
    let model = load(sources, new)?;
    let after = runs.settle(|runs| whole(arguments, runs, &model, new, sources))?;
    write_rejects(arguments, runs)?;
    let name = arguments.segmentation.as_deref();
    let (at, segmentation) = segmentation_of(name, &after.program)?;
    let amount = amount_of(arguments.by.as_deref(), &after)?;
    let reading = arguments.data_options.reading();
    let before = earlier::read(result, &after.program, at, amount.as_ref(), &reading)?;
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
        data_first: false,
        not_run: Vec::new(),
        teams: Vec::new(),
        checks: Vec::new(),
        elsewhere: Vec::new(),
        currency: after.program.currency.clone(),
        cost: (None, None),
    };
    let (old, new) = (result.display().to_string(), sides::named(new));
    let comparison = Comparison {
        title: (old.clone(), new.clone()),
        old,
        new,
        rules: None,
        effect: Some(effect),
        names: arguments.names,
    };
    drop(progress);
    Ok(show(arguments, &comparison))
}

/// Loads a model beside the sources known so far, and takes over its own.
fn load(sources: &mut SourceMap, wanted: &Wanted) -> Result<Loaded, Stopped> {
    let loaded = sides::load(sources.clone(), wanted).map_err(usage)?;
    sources.clone_from(&loaded.sources);
    program_of(&loaded)?;
    Ok(loaded)
}

/// Writes the rows that were put aside, and says how many.
fn write_rejects(arguments: &DiffArguments, runs: &Runs) -> Result<(), Stopped> {
    let Some(path) = &arguments.rejects else {
        return Ok(());
    };
    let rows = runs.rejects();
    let output = Output {
        path: path.clone(),
        parts: vec![rejects::write(&rows)],
    };
    write_whole(&RealDisk, &[output]).map_err(|it| Stopped::Files(vec![*it]))?;
    let said = match rows.len() {
        0 => "no row rejected".to_owned(),
        1 => format!("1 row rejected; {} says why", path.display()),
        count => format!("{count} rows rejected; {} says why", path.display()),
    };
    // What cannot be said is no reason not to compare.
    let _ = Stream::Errors.write(&format!("{}\n", clean_line(&said)));
    Ok(())
}

fn whole(
    arguments: &DiffArguments,
    runs: &mut Runs,
    loaded: &Loaded,
    wanted: &Wanted,
    sources: &SourceMap,
) -> Result<Ran, Stopped> {
    let program = program_of(loaded)?;
    let folder = |span| folder_of(loaded, span);
    if let Some(path) = &arguments.rejects {
        let customers = wanted.data.as_deref().map(Location::new);
        let read = Sources::choose(program, folder, customers, &wanted.tables);
        let read = read.map_err(Stopped::Usage)?;
        refuse_output(path, &read, loaded).map_err(usage)?;
    }
    runs.whole(program, way::files(wanted), folder, sources)
}

fn side<'a>(
    ran: &'a Ran,
    segmentation: Option<&str>,
    amount: Option<&Amount>,
) -> Result<Side<'a>, Stopped> {
    let inputs = &ran.data.inputs;
    let side = Side::of_run(&ran.program, inputs, &ran.outcome, segmentation, amount);
    let side = side.map(|side| Side {
        put_aside: Some(&ran.data.rejected_keys),
        ..side
    });
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
    let others = after.program.segmentations.iter().map(|it| it.column());
    let others = others.filter(|it| *it != segmentation);
    let elsewhere = others.filter_map(|other| {
        // One that only one of the models has cannot be compared.
        let old = side(before, Some(other), None).ok()?;
        let new = side(after, Some(other), None).ok()?;
        let moved = migration(&old, &new, &pairs).movers.len();
        (moved > 0).then(|| (other.to_owned(), moved))
    });
    let elsewhere = elsewhere.collect();
    let cost = |ran: &Ran| cost_to_serve(&ran.plan, &ran.data.inputs, &ran.outcome);
    Ok(EffectPart {
        migration: migration(&old, &new, &pairs),
        before: old,
        after: new,
        segmentation,
        amount,
        attribution: Attribution::default(),
        data_first: false,
        not_run: Vec::new(),
        teams: team_changes(
            Some((&before.program, &before.outcome)),
            (&after.program, &after.outcome),
        ),
        checks: check_changes(&before.outcome, &after.outcome),
        elsewhere,
        currency: after.program.currency.clone(),
        cost: (cost(before), cost(after)),
    })
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
