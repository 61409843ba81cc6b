//! The way from one side to the other, run step by step: first the data and the day, then every change
//! of the rules; each alone on the old side, and in order after those before it.

use super::sides::Wanted;
use super::{EffectPart, program_of, side};
use crate::base::{SourceMap, Span};
use crate::cli::comparing::{Files, Ran, Runs, Stopped};
use crate::cli::loading::folder_of;
use crate::diff::rules::Steps;
use crate::diff::{Attribution, Pairs, Rows, migration};
use crate::model::program::Program;
use crate::session::Loaded;
use std::path::PathBuf;

/// One side: what was wanted, the model as it was loaded, and its run.
pub struct End<'e> {
    pub wanted: &'e Wanted,
    pub loaded: &'e Loaded,
    pub ran: &'e Ran,
}

impl<'e> End<'e> {
    /// The files that the command line names for it.
    fn files(&self) -> Files<'e> {
        files(self.wanted)
    }
}

/// The files that the command line names for a side.
pub fn files(wanted: &Wanted) -> Files<'_> {
    Files {
        customers: wanted.data.as_deref(),
        tables: &wanted.tables,
    }
}

/// The steps of the rules, as they are applied to the old model.
pub struct Ways<'w> {
    /// On the day of the old side.
    pub alone: &'w Steps,
    /// On the day of the new side.
    pub in_order: &'w Steps,
    /// The old model on the day of the new side, where the data or the day is another one.
    pub turned: Option<&'w Loaded>,
}

/// The way between two ends.
pub struct Way<'w, 'e> {
    pub runs: &'w mut Runs,
    pub old: End<'e>,
    pub new: End<'e>,
    pub sources: &'w SourceMap,
}

impl Way<'_, '_> {
    /// Says which step moved whom.
    pub fn attribute(&mut self, ways: &Ways<'_>, effect: &mut EffectPart<'_>) {
        let first = usize::from(ways.turned.is_some());
        let count = first + ways.in_order.steps.len();
        let pairs = Pairs::of(&effect.before, &effect.after);
        let mut attribution = Attribution::new(count, &pairs);
        let name = effect.segmentation.clone();
        let sides = (&effect.before, &effect.after);
        if count == 1 {
            attribution.note_alone(0, &effect.migration, Rows::Both, sides);
            attribution.note_in_order(&[0], &effect.migration, Rows::Both, sides);
            effect.attribution = attribution;
            return;
        }
        let mut work = Work {
            name: &name,
            attribution,
            pending: Vec::new(),
            not_run: Vec::new(),
            last: None,
        };
        if let Some(turned) = ways.turned {
            let ran = program_of(turned).and_then(|program| {
                let folder = |span| folder_of(turned, span);
                let files = self.new.files();
                self.runs
                    .segments(program.clone(), files, folder, self.sources)
            });
            let ran = ran.map_err(reason);
            if let Ok(ran) = &ran {
                work.alone(0, self.old.ran, ran, Rows::Both, sides);
            }
            work.in_order(0, self.old.ran, ran.map(Some), None, Rows::Both, sides);
        }
        let (old_files, new_files) = (self.old.files(), self.new.files());
        for (at, step) in ways.alone.steps.iter().enumerate() {
            match self.run(&step.alone, old_files) {
                Ok(alone) => work.alone(first + at, self.old.ran, &alone, Rows::Old, sides),
                Err(why) => work.not_run.push((first + at, why)),
            }
        }
        for (at, step) in ways.in_order.steps.iter().enumerate() {
            let is_last = at + 1 == ways.in_order.steps.len();
            let ran = match is_last {
                true => Ok(None),
                false => self.run(&step.in_order, new_files).map(Some),
            };
            // As long as nothing ran on the data of the new side, it is the first run that does.
            let rows = match (&work.last, first) {
                (Some(_), _) | (None, 0) => Rows::New,
                (None, _) => Rows::Both,
            };
            let end = Some(self.new.ran);
            work.in_order(first + at, self.old.ran, ran, end, rows, sides);
        }
        work.not_run.sort();
        work.not_run.dedup_by_key(|it| it.0);
        let Work {
            attribution,
            not_run,
            ..
        } = work;
        effect.not_run = not_run;
        effect.attribution = attribution;
    }

    fn run(&mut self, program: &Program, files: Files<'_>) -> Result<Ran, String> {
        // The declarations of a step come from either model.
        let (old, new) = (self.old.loaded, self.new.loaded);
        let folder = |span: Span| -> PathBuf {
            match old.files.iter().any(|it| it.source == span.source) {
                true => folder_of(old, span),
                false => folder_of(new, span),
            }
        };
        let ran = self
            .runs
            .segments(program.clone(), files, folder, self.sources);
        ran.map_err(reason)
    }
}

/// Why a step could not be run, in a sentence.
fn reason(stopped: Stopped) -> String {
    let first = match stopped {
        Stopped::Usage(messages) | Stopped::Files(messages) => messages.into_iter().next(),
        Stopped::Data(errors) => errors.list.into_iter().next(),
    };
    first.map_or_else(String::new, |it| it.message)
}

/// What is known on the way.
struct Work<'w> {
    /// The segmentation.
    name: &'w str,
    attribution: Attribution,
    /// Steps that could not be run in their turn; the next one that can takes them along.
    pending: Vec<usize>,
    not_run: Vec<(usize, String)>,
    /// The last step that ran in its turn.
    last: Option<Ran>,
}

type Sides<'s, 'a> = (&'s crate::diff::Side<'a>, &'s crate::diff::Side<'a>);

impl Work<'_> {
    fn alone(&mut self, at: usize, from: &Ran, to: &Ran, rows: Rows, sides: Sides<'_, '_>) {
        let name = Some(self.name);
        if let (Ok(old), Ok(new)) = (side(from, name, None), side(to, name, None)) {
            let moved = migration(&old, &new, &Pairs::of(&old, &new));
            self.attribution.note_alone(at, &moved, rows, sides);
        }
    }

    /// Takes the next run in order; `end` stands for the last one, which has been run.
    fn in_order(
        &mut self,
        at: usize,
        begin: &Ran,
        ran: Result<Option<Ran>, String>,
        end: Option<&Ran>,
        rows: Rows,
        sides: Sides<'_, '_>,
    ) {
        self.pending.push(at);
        let ran = match ran {
            Ok(ran) => ran,
            Err(why) => return self.not_run.push((at, why)),
        };
        let previous = self.last.as_ref().unwrap_or(begin);
        let Some(current) = ran.as_ref().or(end) else {
            return;
        };
        let name = Some(self.name);
        if let (Ok(old), Ok(new)) = (side(previous, name, None), side(current, name, None)) {
            let moved = migration(&old, &new, &Pairs::of(&old, &new));
            let steps = std::mem::take(&mut self.pending);
            self.attribution.note_in_order(&steps, &moved, rows, sides);
        }
        self.last = ran.or(self.last.take());
    }
}
