//! The bench itself: a model, its data and its history; text in, answers out. It knows no terminal;
//! files and the clock are behind its [`World`].

use super::answer::{Answer, Ending};
use super::edit::Editor;
use super::map::called;
use super::typed::{LONGEST, Typed, typed};
use super::value::exact_text;
use super::version::{Draft, Membership, NearLine, Origin, Segmented, Version};
use super::world::{Trouble, World};
use crate::base::{Diagnostic, Source, SourceMap};
use crate::diff::{Line, NamedSegment, nearest};
use crate::eval::{self, Ended, Memory, Outcome, Work};
use crate::io::Data;
use crate::model::lines::compared;
use crate::model::program::{Dataset, Expr, ExprKind, Program, Segmentation};
use crate::plan::op::Decision;
use crate::plan::{Only, Plan, Wanted, plan_for};
use crate::session::LEFT_OUT;
use crate::syntax::parse;
use crate::value::{Date, Values};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many customers near a line are known; most of them may have moved.
const NEAR: usize = 64;

/// The what-if bench.
pub struct Bench<'w> {
    pub(super) world: &'w dyn World,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) origin: Option<Origin>,
    pub(super) now: Option<Rc<Version>>,
    /// The model as it was loaded.
    pub(super) base: Option<Rc<Version>>,
    pub(super) undo: Vec<Rc<Version>>,
    pub(super) redo: Vec<Rc<Version>>,
    pub(super) data: Option<Rc<Held>>,
    /// The customers' file, where it is named apart from the model.
    pub(super) data_path: Option<PathBuf>,
    /// What was saved last, and its text.
    pub(super) saved: Option<Rc<Version>>,
    pub(super) saved_text: Option<String>,
    today: Option<Date>,
    work: Cell<Work>,
    /// Whether what one answer computed may serve the next.
    pub remembers: bool,
}

/// Data, how the model looked that it was read for, and what has been computed of it.
pub(super) struct Held {
    pub(super) data: Data,
    signature: String,
    memory: RefCell<Memory>,
}

impl Held {
    fn new(data: Data, program: Option<&Program>) -> Rc<Held> {
        let key = program.and_then(|it| data.inputs.customers.column(it.customers.key.0));
        if let Some(Values::Text(keys)) = key.map(|it| &it.values) {
            // The first look-up makes the index, which every override and `for "KEY"` needs.
            let _ = keys.dictionary.number("");
        }
        let signature = program.map(signature).unwrap_or_default();
        Rc::new(Held {
            data,
            signature,
            memory: RefCell::default(),
        })
    }
}

/// What a computation may end with instead of its result.
pub(super) type Computed<T> = Result<T, Answer>;

impl<'w> Bench<'w> {
    /// A bench with nothing on it. Whoever sets `stop` calls off what is being computed.
    pub fn new(world: &'w dyn World, stop: Arc<AtomicBool>, today: Option<Date>) -> Bench<'w> {
        Bench {
            world,
            stop,
            origin: None,
            now: None,
            base: None,
            undo: Vec::new(),
            redo: Vec::new(),
            data: None,
            data_path: None,
            saved: None,
            saved_text: None,
            today,
            work: Cell::default(),
            remembers: true,
        }
    }

    /// Loads a model with its data, as the command line names them.
    pub fn open(
        &mut self,
        model: &Path,
        data: Option<&Path>,
        scenario: Option<String>,
        set: Vec<(String, String)>,
    ) -> Answer {
        let draft = Draft {
            scenario,
            set,
            what: "as loaded".into(),
            ..Draft::default()
        };
        let origin = Origin {
            main: model.into(),
            today: self.today,
        };
        let version = draft.load(&origin, self.world);
        let mut answer = self.said(&version, None);
        if version.program().is_none() {
            answer.ending = Ending::Wrong;
            return answer;
        }
        let held = match self.world.read(&version.loaded, data) {
            Ok(data) => Some(Held::new(data, version.program())),
            Err(trouble) => {
                answer.messages.push_str(&trouble.text);
                answer
                    .messages
                    .push_str("the model is on the bench without data; `:data FILE` reads some\n");
                answer.ending = trouble.ending;
                None
            }
        };
        let version = Rc::new(version);
        self.origin = Some(origin);
        self.data_path = data.map(Path::to_path_buf);
        self.data = held;
        self.base = Some(version.clone());
        self.now = Some(version);
        self.undo.clear();
        self.redo.clear();
        (self.saved, self.saved_text) = (None, None);
        answer.text = self.greeting();
        answer
    }

    /// Answers what was typed.
    pub fn answer(&mut self, input: &str) -> Answer {
        self.stop.store(false, Ordering::Relaxed);
        self.work.take();
        if input.len() > LONGEST {
            return self.too_long();
        }
        let names = self.segment_names();
        let is_segment = |word: &str| names.iter().any(|name| name == word);
        let answered = match typed(input, &is_segment) {
            Typed::Nothing => Ok(Answer::default()),
            Typed::Command(name, rest) => self.command(name, rest),
            Typed::Declarations => self.declarations(input),
            Typed::Clause => self.clauses(input),
            Typed::Question => self.question(input),
        };
        answered.unwrap_or_else(|answer| answer)
    }

    /// The answer to more than is taken at once.
    pub(crate) fn too_long(&self) -> Answer {
        let message = format!("at most {LONGEST} characters are taken at once");
        let help = "put them into a file, and read it with `:load FILE` or `:data FILE`";
        self.wrong(Diagnostic::error("typed-too-long", message).help(help))
    }

    /// What stands before the cursor.
    pub(crate) fn prompt(&self) -> String {
        match self.now.as_ref().and_then(|it| it.scenario.as_deref()) {
            Some(scenario) => format!("vekt ({})> ", super::layout::clean(scenario)),
            None => "vekt> ".into(),
        }
    }

    /// What the sitting holds, for whoever completes names.
    pub fn program(&self) -> Option<&Program> {
        self.now.as_ref()?.program()
    }

    /// The data that is loaded.
    pub fn inputs(&self) -> Option<&crate::eval::Inputs> {
        Some(&self.data.as_ref()?.data.inputs)
    }

    /// What the last answer had to compute of the data; the rest was known.
    pub fn work(&self) -> Work {
        self.work.get()
    }

    pub(super) fn segment_names(&self) -> Vec<String> {
        let segmentations = self.program().map(|it| it.segmentations.as_slice());
        let all = segmentations.unwrap_or_default().iter();
        all.flat_map(|it| it.segments.iter().map(|it| it.name.clone()))
            .collect()
    }

    /// The version on the bench.
    pub(super) fn version(&self) -> Computed<Rc<Version>> {
        self.now.clone().ok_or_else(|| {
            let message = "there is no model on the bench";
            let help = "load one: `:load MODEL`";
            self.wrong(Diagnostic::error("nothing-loaded", message).help(help))
        })
    }

    /// The data on the bench.
    pub(super) fn held(&self) -> Computed<Rc<Held>> {
        self.data.clone().ok_or_else(|| {
            let message = "there is no data on the bench";
            let help = "read it: `:data FILE`";
            self.wrong(Diagnostic::error("nothing-loaded", message).help(help))
        })
    }

    /// An answer that is one message without a place.
    pub(super) fn wrong(&self, diagnostic: Diagnostic) -> Answer {
        let sources = SourceMap::default();
        refused(self.world.messages(&[diagnostic], &sources))
    }

    fn greeting(&self) -> String {
        let Some(program) = self.program() else {
            return String::new();
        };
        let rows = match &self.data {
            Some(held) => {
                let rows = held.data.inputs.customers.rows;
                format!(
                    ", {}",
                    super::layout::counted(rows, "customer", "customers")
                )
            }
            None => String::new(),
        };
        format!("{}{rows}\n", super::layout::clean(&program.name))
    }

    fn declarations(&mut self, input: &str) -> Computed<Answer> {
        let version = self.version()?;
        let (sources, parsed) = self.parsed(input);
        if !parsed.diagnostics.is_empty() {
            return Err(refused(self.world.messages(&parsed.diagnostics, &sources)));
        }
        let mut editor = Editor::new(&version.loaded, version.main_text());
        for declaration in &parsed.tree.declarations {
            editor
                .declaration(input, declaration)
                .map_err(|it| refused(self.world.messages(&[*it], &sources)))?;
        }
        self.edited(
            &version,
            editor,
            first_line(input),
            &parsed.tree.declarations,
        )
    }

    fn clauses(&mut self, input: &str) -> Computed<Answer> {
        let version = self.version()?;
        let (sources, _) = self.parsed(input);
        let mut editor = Editor::new(&version.loaded, version.main_text());
        editor
            .clauses(input)
            .map_err(|it| refused(self.world.messages(&[*it], &sources)))?;
        self.edited(&version, editor, first_line(input), &[])
    }

    /// What was typed as a source of its own.
    pub(super) fn parsed(&self, input: &str) -> (SourceMap, crate::syntax::Parsed) {
        let mut sources = SourceMap::default();
        let source = sources.add(Source::new("typed", input));
        (sources, parse(source, input))
    }

    /// Messages of a version that `before` did not have. Tests that no longer fit are only counted.
    pub(super) fn said(&self, version: &Version, before: Option<&Version>) -> Answer {
        let known = |it: &Diagnostic| {
            before.is_some_and(|before| {
                let same = |old: &Diagnostic| old.code == it.code && old.message == it.message;
                !it.is_error() && before.loaded.diagnostics.iter().any(same)
            })
        };
        let said = version.loaded.diagnostics.iter();
        let is_left_out = |it: &&Diagnostic| it.message.starts_with(LEFT_OUT);
        let (left_out, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            said.filter(|it| !known(it)).partition(is_left_out);
        let others: Vec<Diagnostic> = others.into_iter().cloned().collect();
        let mut messages = self.world.messages(&others, &version.loaded.sources);
        if !left_out.is_empty() {
            let names = version.tests_left_out();
            let count =
                super::layout::counted(names.len(), "test no longer fits", "tests no longer fit");
            messages.push_str(&format!("({count}: {})\n", names.join(", ")));
        }
        Answer {
            messages,
            ..Answer::default()
        }
    }

    /// The data for a version: what is there, read again only where the version reads it otherwise.
    pub(super) fn data_for(&self, version: &Version) -> Result<Option<Rc<Held>>, Trouble> {
        let Some(held) = &self.data else {
            return Ok(None);
        };
        let wanted = version.program().map(signature).unwrap_or_default();
        if held.signature == wanted {
            return Ok(Some(held.clone()));
        }
        let data = self
            .world
            .read(&version.loaded, self.data_path.as_deref())?;
        Ok(Some(Held::new(data, version.program())))
    }

    /// Holds data that was read for a version.
    pub(super) fn hold(&mut self, version: &Version, data: Data) {
        self.data = Some(Held::new(data, version.program()));
    }

    /// The segments of every customer in a version, computed once.
    pub(super) fn segmented(&self, version: &Version, held: &Held) -> Computed<Rc<Segmented>> {
        if let Some(known) = version.segments.borrow().as_ref() {
            return Ok(known.clone());
        }
        let Some(program) = version.program() else {
            return Ok(Rc::default());
        };
        let wanted = Wanted {
            only: Only::Segments,
            ..Wanted::default()
        };
        let plan = plan_for(program, wanted);
        let outcome = self.run(version, &plan, held)?;
        let near = near(version, program, &plan, &outcome, held);
        let declared = program.segmentations.iter();
        let made = declared.zip(outcome.segmentations);
        let segmented = Rc::new(Segmented {
            segmentations: made
                .map(|(declared, made)| Membership {
                    name: made.column,
                    segments: named(declared),
                    importance: declared.importance.iter().map(|it| it.0).collect(),
                    members: made.segment,
                })
                .collect(),
            near,
        });
        *version.segments.borrow_mut() = Some(segmented.clone());
        Ok(segmented)
    }

    /// Runs a plan over the data.
    pub(super) fn run(&self, version: &Version, plan: &Plan, held: &Held) -> Computed<Outcome> {
        let memory = &mut held.memory.borrow_mut();
        if !self.remembers {
            **memory = Memory::default();
        }
        let ended = eval::run_remembering(plan, &held.data.inputs, memory, &self.stop);
        self.work.set(self.work.get() + memory.work());
        match ended {
            Ended::Done(outcome) => Ok(*outcome),
            Ended::Stopped => Err(Answer::stopped()),
            Ended::Wrong(errors) => Err(Answer {
                messages: self
                    .world
                    .values(&errors, &held.data, &version.loaded.sources),
                ending: Ending::Data,
                ..Answer::default()
            }),
        }
    }
}

/// Who stands nearest to the lines of the segments: of scores, where the segments look at any.
fn near(
    version: &Version,
    program: &Program,
    plan: &Plan,
    outcome: &Outcome,
    held: &Held,
) -> Vec<NearLine> {
    let inputs = &held.data.inputs;
    let Some((id, segmentation)) = program.deciding_segmentation() else {
        return Vec::new();
    };
    let Some(made) = outcome.segmentations.get(id.0) else {
        return Vec::new();
    };
    let compared = compared(program, segmentation).into_iter();
    let mut compared: Vec<_> = compared
        .zip(&plan.results.compared)
        .filter_map(|((value, at), register)| Some((value, at?, *register)))
        .collect();
    let is_score = |value: &Expr| matches!(value.kind, ExprKind::Axis(_));
    if compared.iter().any(|(value, ..)| is_score(value)) {
        compared.retain(|(value, ..)| is_score(value));
    }
    let mut seen = Vec::new();
    compared.retain(|(_, at, register)| {
        let new = !seen.contains(&(*at, *register));
        seen.push((*at, *register));
        new
    });
    let columns: Vec<_> = compared
        .into_iter()
        .filter_map(|(value, at, register)| Some((value, at, outcome.register(register, inputs)?)))
        .collect();
    let lines: Vec<Line<'_>> = columns
        .iter()
        .map(|(_, at, values)| Line { values, at: *at })
        .collect();
    // Whoever was moved by hand stays, wherever the lines are.
    let by_hand = made
        .decisions
        .iter()
        .position(|it| matches!(it, Decision::Override));
    let is_moved = |row: u32| {
        let Values::Choice(decided) = &made.decided.values else {
            return false;
        };
        let decided = decided
            .get(row as usize)
            .and_then(|it| usize::try_from(*it).ok());
        by_hand.is_some() && decided == by_hand
    };
    let near = nearest(&lines, &made.segment, NEAR).into_iter();
    let near = near.filter(|near| !is_moved(near.row));
    near.map(|near| {
        let (value, at, _) = &columns[near.line];
        let text = |number| exact_text(program, &value.ty, number);
        NearLine {
            row: near.row,
            what: called(program, value, &version.loaded.sources),
            value: text(near.value),
            line: text(*at),
        }
    })
    .collect()
}

/// An answer that something was not done.
pub(super) fn refused(messages: String) -> Answer {
    Answer {
        messages,
        ending: Ending::Wrong,
        ..Answer::default()
    }
}

/// The segments of a segmentation; labels are left out, for names are what is typed here.
fn named(segmentation: &Segmentation) -> Vec<NamedSegment> {
    let segments = segmentation.segments.iter();
    segments
        .map(|it| NamedSegment {
            name: it.name.clone(),
            label: None,
        })
        .collect()
}

/// The first line of what was typed, for the list of changes.
fn first_line(input: &str) -> String {
    let line = input.trim().lines().next().unwrap_or("");
    super::layout::cut(&super::layout::clean(line), 60)
}

/// Everything of a program that decides how data is read.
fn signature(program: &Program) -> String {
    let dataset = |it: &Dataset| {
        let fields: Vec<String> = it
            .fields
            .iter()
            .map(|field| {
                let bounds: Vec<_> = field
                    .bounds
                    .iter()
                    .map(|it| (it.sign(), it.limit))
                    .collect();
                format!(
                    "{:?}",
                    (
                        &field.name,
                        &field.ty,
                        &field.reading,
                        field.optional,
                        field.unique,
                        bounds,
                        &field.headers
                    )
                )
            })
            .collect();
        let from = it.from.as_ref().map(|from| &from.value);
        format!(
            "{:?}",
            (&it.name, it.key, it.one_per_customer, from, fields)
        )
    };
    let datasets: Vec<String> = std::iter::once(&program.customers)
        .chain(&program.tables)
        .map(dataset)
        .collect();
    let lookups: Vec<String> = program
        .lookups
        .iter()
        .map(|it| match &it.values {
            crate::model::program::LookupValues::Inline { .. } => format!("{} inline", it.name),
            crate::model::program::LookupValues::File { from, .. } => {
                format!(
                    "{:?}",
                    (&it.name, &it.key, &it.value, &from.value, &it.values)
                )
            }
        })
        .collect();
    // Earlier results are read as places in the list of segments.
    let segments: Vec<_> = program
        .segmentations
        .iter()
        .map(|it| (&it.name, &it.segments))
        .collect();
    let earlier = datasets.iter().any(|it| it.contains("Segment("));
    format!(
        "{:?}",
        (
            datasets,
            lookups,
            &program.rates,
            &program.missing,
            program.scores,
            earlier.then_some(segments)
        )
    )
}
