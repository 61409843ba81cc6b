//! One pass through a file of customers: each chunk is read, evaluated and made into lines of the result
//! while it is near the core, and only what all customers together need is kept of it. It has no words: where
//! anything is out of order it gives nothing, and the run reads, evaluates and writes one after the other.

use super::column::Context;
use super::data::Data;
use super::dataset::Wish;
use super::files::{Location, Sink};
use super::options::ReadOptions;
use super::reconcile::Tally;
use super::sources::Sources;
use super::stream::{self, Joined, Part, Taker};
use super::write::lines::Lines;
use super::write::{Names, Style};
use crate::eval::{self, CheckOutcome, Folded, Inputs, LookupTable, Outcome, Sums, Workbench};
use crate::model::program::{Field, FieldId, Program};
use crate::model::types::Type;
use crate::plan::Parted;
use crate::value::{Column, Table, Values};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a pass is made for.
#[derive(Clone, Copy)]
pub struct Pass<'p> {
    /// The model.
    pub program: &'p Program,
    /// Its plan, in two parts.
    pub parted: &'p Parted,
    /// The money that is added up by segment.
    pub money: Option<FieldId>,
    /// What positions in closed lists are called.
    pub names: Names<'p>,
    /// How the result is written.
    pub style: Style,
}

/// What comes of a pass; the result has been handed on.
#[derive(Debug)]
pub struct Passed {
    /// What was recognised in the file, and the columns that are looked at afterwards.
    pub data: Data,
    /// How the run came out; the columns of the result are no part of it.
    pub outcome: Outcome,
    /// What the customers of each segment come to, by segmentation.
    pub sums: Vec<Vec<Sums>>,
    /// The customers and amounts that came out.
    pub tally: Tally,
    /// How many rows the result has, counted one by one.
    pub rows: u64,
    /// The time that all cores together spent on the columns, without the first reading of cells.
    pub evaluating: Duration,
    /// The time that all cores together spent on the lines of the result.
    pub writing: Duration,
}

/// What becomes of each chunk.
struct Rows<'p> {
    pass: Pass<'p>,
    lines: Lines<'p>,
    /// For each field what of its column is looked at afterwards.
    stays: Vec<Stays>,
    /// Whether texts that must differ were found that do not ascend.
    scattered: AtomicBool,
    /// The columns that are handed on of customers behind a check, by their positions.
    behind: Vec<usize>,
    /// The lookups; all stand in the rule file.
    lookups: Vec<LookupTable>,
    /// Buffers of lines that have been written.
    buffers: Pool<Vec<u8>>,
    workbenches: Pool<Workbench>,
    evaluating: Clock,
    writing: Clock,
}

/// What is made of a chunk.
struct Made {
    /// How many customers it has.
    customers: u32,
    lines: Vec<u8>,
    /// How many of the lines are rows.
    rows: u64,
    sums: Vec<Vec<Sums>>,
    tally: Tally,
    folded: Folded,
    /// The columns of the registers that are handed on.
    columns: Vec<Column>,
    /// The first rows that each column of customers behind a check marks, with their keys.
    named: Vec<Vec<(u32, String)>>,
}

/// What of a field's column is looked at after the pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stays {
    All,
    /// Whether its texts all differ.
    Difference,
    Nothing,
}

/// Things that are used again by whoever comes next.
#[derive(Default)]
pub(super) struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    pub(super) fn take(&self) -> T {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop().unwrap_or_default()
    }

    pub(super) fn give_back(&self, used: T) {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(used);
    }
}

/// Time that several cores spend, in nanoseconds.
#[derive(Default)]
struct Clock(AtomicU64);

impl Clock {
    fn add(&self, since: Instant) {
        let nanoseconds = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    fn total(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Makes the pass: the result goes to `sink` in order, and each part of it to `watch` too. Nothing where the
/// model needs more than the file of the customers, or anything is out of order; what went to `sink` is void
/// then.
pub fn run(
    pass: Pass<'_>,
    sources: &Sources,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
    watch: &mut (dyn FnMut(&[u8]) + Send),
) -> Option<Passed> {
    let (program, parted) = (pass.program, pass.parted);
    let has_more = !sources.tables.is_empty() || sources.lookups.iter().any(Option::is_some);
    // What can be read only once is not for something that may end without words.
    let again = matches!(&sources.customers, Location::File(path) if path.is_file());
    if has_more || options.rejecting || !again {
        return None;
    }
    let file = sources.customers.open().ok()?;
    let unread = file.unread.as_ref()?;
    let rows = Rows::of(pass, unread.metadata().ok()?.len());
    let read_in_rows = parted.rows.used_fields().customers;
    let kept = program.customers.fields.iter().zip(&rows.stays).enumerate();
    let is_kept = |(at, (field, stays)): (usize, (&Field, &Stays))| {
        *stays == Stays::All || field.ty == Type::Money || read_in_rows.contains(&FieldId(at))
    };
    let kept: Vec<bool> = kept.map(is_kept).collect();
    let context = Context::of(program, options);
    let wish = Wish {
        dataset: &program.customers,
        is_customers: true,
        kept: &kept,
        rates: &program.rates,
        context: &context,
        owners: None,
        lines: false,
    };
    let header = rows.lines.header();
    sink(&header).ok()?;
    watch(&header);
    let mut columns: Vec<Joined> = Vec::new();
    columns.resize_with(parted.handed_on.len(), Joined::default);
    let (mut tally, mut folded) = (Tally::default(), Folded::default());
    let (mut customers, mut written) = (0, 0);
    let mut named: Vec<Vec<(u32, String)>> = vec![Vec::new(); rows.behind.len()];
    let mut sums: Vec<Vec<Sums>> = Vec::new();
    let mut hand_on = |made: Made, room: usize| {
        let since = Instant::now();
        sink(&made.lines).ok()?;
        watch(&made.lines);
        rows.writing.add(since);
        tally.add(&made.tally);
        folded.add(&made.folded);
        add_sums(&mut sums, &made.sums);
        for (named, more) in named.iter_mut().zip(made.named) {
            let room = CheckOutcome::NAMED - named.len();
            let more = more.into_iter().take(room);
            named.extend(more.map(|(row, key)| (customers + row, key)));
        }
        customers += made.customers;
        written += made.rows;
        for (joined, column) in columns.iter_mut().zip(&made.columns) {
            joined.append(column, room, false)?;
        }
        rows.buffers.give_back(made.lines);
        Some(())
    };
    let read = stream::read_through(&wish, &file.name, unread, &rows, &mut hand_on)?;
    let mut data = Data::default();
    data.take_customers(read);
    data.inputs.lookups.clone_from(&rows.lookups);
    data.inputs.named.extend(named.into_iter().flatten());
    let since = Instant::now();
    let columns = columns.into_iter().filter_map(Joined::column).collect();
    let mut outcome = eval::run_rest(parted, &data.inputs, columns, &folded)?;
    for (segmentation, sums) in outcome.segmentations.iter_mut().zip(&sums) {
        segmentation.counts = sums.iter().map(|it| it.customers).collect();
    }
    rows.evaluating.add(since);
    Some(Passed {
        data,
        outcome,
        sums,
        tally,
        rows: written,
        evaluating: rows.evaluating.total(),
        writing: rows.writing.total(),
    })
}

impl<'p> Rows<'p> {
    fn of(pass: Pass<'p>, bytes: u64) -> Rows<'p> {
        let program = pass.program;
        let customers = &program.customers;
        let outputs = pass.parted.rows.results.outputs.iter();
        let columns = outputs.map(|output| (output.header.as_str(), &output.ty));
        let read_by_rest = pass.parted.rest.computed_fields().customers;
        let stays = |(at, field): (usize, &Field)| {
            let id = FieldId(at);
            match id == customers.key || field.unique {
                _ if read_by_rest.contains(&id) => Stays::All,
                true if field.ty == Type::Text => Stays::Difference,
                // What must stand once is compared in the end.
                true => Stays::All,
                false => Stays::Nothing,
            }
        };
        let handed_on = &pass.parted.handed_on;
        let behind = pass.parted.rest.results.checks.iter();
        let behind = behind.filter_map(|check| {
            let behind = check.behind?;
            handed_on.iter().position(|register| *register == behind)
        });
        // A row has some bytes a field at least; it is no matter where the guess is wrong.
        let rows = bytes / (4 * customers.fields.len().max(1) as u64);
        Rows {
            lines: Lines::new(columns, rows as usize, pass.names, pass.style),
            stays: customers.fields.iter().enumerate().map(stays).collect(),
            scattered: AtomicBool::new(false),
            behind: behind.collect(),
            lookups: vec![LookupTable::default(); program.lookups.len()],
            buffers: Pool::default(),
            workbenches: Pool::default(),
            evaluating: Clock::default(),
            writing: Clock::default(),
            pass,
        }
    }

    /// The customers and amounts of a chunk.
    fn tally(&self, outcome: &Outcome, inputs: &Inputs) -> Tally {
        let program = self.pass.program;
        let segment = program.deciding_segmentation().and_then(|(id, _)| {
            let plans = &self.pass.parted.rest.results.segmentations;
            outcome.register(plans.get(id.0)?.segment, inputs)
        });
        let excluded = outcome.excluded.as_ref();
        Tally::of_customers(program, &inputs.customers, excluded, segment.as_deref())
    }

    /// The lines of a chunk, and how many they are.
    fn lines_of(&self, outcome: &Outcome, inputs: &Inputs, room: usize) -> Option<(Vec<u8>, u64)> {
        let columns: Option<Vec<_>> = (0..outcome.columns.len())
            .map(|at| outcome.column(at, inputs))
            .collect();
        let columns = columns?;
        let mut lines = self.buffers.take();
        lines.clear();
        if lines.capacity() < room {
            // Lines that outgrow their buffer are copied and touch new memory, and chunks differ a little.
            lines = Vec::with_capacity(room.next_power_of_two());
        }
        let rows = self.lines.of(columns.iter().map(|it| &**it));
        let written = rows.append(&mut lines, 0..outcome.rows);
        Some((lines, written))
    }

    /// The first customers behind each check, with their keys.
    fn named(&self, columns: &[Column], inputs: &Inputs) -> Vec<Vec<(u32, String)>> {
        let plan = &self.pass.parted.rest;
        let behind = self.behind.iter().filter_map(|at| columns.get(*at));
        let of_column = |column: &Column| {
            let Values::Flag(flags) = &column.values else {
                return Vec::new();
            };
            let marked = flags.iter().enumerate().filter(|(_, flag)| **flag);
            let there = marked.filter(|(row, _)| !column.is_missing(*row));
            let rows = there.take(CheckOutcome::NAMED).map(|(row, _)| row as u32);
            let named = rows.filter_map(|row| Some((row, eval::key(plan, inputs, row)?)));
            named.collect()
        };
        behind.map(of_column).collect()
    }

    /// What the rest needs of a chunk; nothing else will be asked of its outcome.
    fn handed_on(&self, outcome: &mut Outcome) -> Option<Vec<Column>> {
        let parted = self.pass.parted;
        let columns = parted.handed_on.iter().map(|register| {
            if parted.rows.results.excluded == Some(*register) {
                let excluded = outcome.excluded.take();
                return Some(excluded.unwrap_or_else(|| nobody(outcome.rows)));
            }
            outcome.take(*register)
        });
        columns.collect()
    }
}

fn add_sums(all: &mut Vec<Vec<Sums>>, more: &[Vec<Sums>]) {
    all.resize_with(more.len(), Vec::new);
    for (all, more) in all.iter_mut().zip(more) {
        all.resize_with(more.len(), Sums::default);
        all.iter_mut()
            .zip(more)
            .for_each(|(all, more)| all.add(more));
    }
}

/// The reasons to keep customers out where nobody is kept out.
fn nobody(rows: usize) -> Column {
    Column {
        values: Values::Choice(vec![0; rows]),
        missing: Some(vec![true; rows]),
    }
}

impl Taker for Rows<'_> {
    type Made = Made;

    fn take(&self, part: &mut Part) -> Option<Made> {
        let since = Instant::now();
        let columns = part.pieces.iter_mut().map(|piece| piece.column.take());
        let mut inputs = Inputs {
            customers: Table::new(part.lines.len(), columns.collect()),
            lookups: self.lookups.clone(),
            ..Inputs::default()
        };
        let mut workbench = self.workbenches.take();
        let (mut outcome, folded) = eval::run_rows(self.pass.parted, &inputs, &mut workbench)?;
        let tally = self.tally(&outcome, &inputs);
        let main = self.pass.program.main_segmentation().map(|(id, _)| id.0);
        let rest = &self.pass.parted.rest;
        let sums = eval::sums(rest, &outcome, &inputs, self.pass.money, main);
        self.evaluating.add(since);
        let since = Instant::now();
        let (lines, rows) = self.lines_of(&outcome, &inputs, 2 * part.bytes)?;
        self.writing.add(since);
        let columns = self.handed_on(&mut outcome)?;
        let named = self.named(&columns, &inputs);
        let customers = u32::try_from(outcome.rows).ok()?;
        workbench.take_back(outcome);
        self.workbenches.give_back(workbench);
        let back = part.pieces.iter_mut().zip(&mut inputs.customers.columns);
        for ((piece, column), stays) in back.zip(&self.stays) {
            let Some(column) = column.take() else {
                continue;
            };
            let keeps = match stays {
                Stays::All => true,
                Stays::Nothing => false,
                // Where some do not ascend all are compared in the end.
                Stays::Difference => self.scattered.load(Ordering::Relaxed),
            };
            if keeps {
                piece.column = Some(column);
            } else if *stays == Stays::Difference && !piece.forget(column) {
                self.scattered.store(true, Ordering::Relaxed);
            }
        }
        Some(Made {
            customers,
            lines,
            rows,
            sums,
            tally,
            folded,
            named,
            columns,
        })
    }
}
