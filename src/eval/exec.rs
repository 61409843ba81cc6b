//! Runs the stages of a plan: single values, then rows block by block on all cores, then what needs
//! all rows at once. Only what is needed later is kept as whole columns, and only as long.

use super::barrier::{Barrier, Made, Wholes};
use super::block::{Computed, Lane, Missing, NONE, Poison, Seen, View};
use super::error::Found;
use super::inputs::Inputs;
use super::kernels::group::Groups;
use super::kernels::rank::Order;
use super::memory::Value;
use super::places::{Bench, Target, split};
use super::prepare::Prepared;
use super::rows::Job;
use super::single::{Single, SingleValue};
use crate::plan::op::{Kind, Op, Register, Space};
use crate::plan::{Plan, Stage};
use crate::value::Column;
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows that are computed together: few enough that they stay near the core, many enough that
/// going from one operation to the next costs nothing.
pub(super) const BLOCK: usize = 2_048;

/// A run on its way.
pub(super) struct Run<'r> {
    pub(super) plan: &'r Plan,
    pub(super) inputs: &'r Inputs,
    pub(super) prepared: &'r Prepared,
    /// Rows in a block.
    pub(super) block: usize,
    /// Whether somebody wants it to stop.
    pub(super) stop: Option<&'r AtomicBool>,
    /// What rows that are one block are computed on.
    pub(super) bench: Bench,
    wholes: Vec<Option<Whole<'r>>>,
    singles: Vec<Option<Single>>,
    pub(super) found: Vec<Found>,
}

/// A register as a whole.
pub(super) enum Whole<'r> {
    Input(&'r Column, Vec<Poison>),
    Made(Computed),
    /// Of an earlier run, or kept for later ones.
    Shared(Arc<Column>),
    Groups(Arc<Groups>),
    Order(Arc<Order>),
}

/// Errors of a block: of kept registers by their position, and those that sinks met.
#[derive(Default)]
struct Report {
    kept: Vec<(usize, Vec<Poison>)>,
    met: Vec<(Register, Poison)>,
}

/// The rows of one space in one stage, and what each block needs to know of them.
struct Work<'w> {
    registers: &'w [Register],
    /// The inputs of each.
    inputs: Vec<Vec<Register>>,
    /// The place of a register in the list, `NONE` for others.
    place: Vec<u32>,
    /// For each place the last place that reads it.
    last_read: Vec<usize>,
    /// The places that are kept as whole columns.
    kept: Vec<usize>,
}

impl<'r> Run<'r> {
    pub(super) fn new(plan: &'r Plan, inputs: &'r Inputs, prepared: &'r Prepared) -> Self {
        let mut run = Run {
            plan,
            inputs,
            prepared,
            block: BLOCK,
            stop: None,
            bench: Bench::default(),
            wholes: Vec::new(),
            singles: Vec::new(),
            found: Vec::new(),
        };
        run.wholes.resize_with(plan.nodes.len(), || None);
        run.singles.resize_with(plan.nodes.len(), || None);
        for (at, node) in plan.nodes.iter().enumerate() {
            run.wholes[at] = match &node.op {
                Op::Field(field) => {
                    let column = inputs.customers.column(field.0);
                    let given = inputs.not_given.iter().filter(|(name, _)| name == field);
                    let poison = given.map(|(_, row)| Poison {
                        row: *row,
                        site: at as u32,
                        values: [0, 0],
                    });
                    let mut poison: Vec<Poison> = poison.collect();
                    poison.sort_by_key(|poison| poison.row);
                    column.map(|column| Whole::Input(column, poison))
                }
                Op::RowField(table, field) => {
                    let poison = inputs.not_given_in(*table, *field, at);
                    let table = inputs.tables.get(table.0);
                    let column = table.and_then(|table| table.table.column(field.0));
                    column.map(|column| Whole::Input(column, poison))
                }
                _ => None,
            };
        }
        run
    }

    /// Takes values that are known of earlier runs, by register.
    pub(super) fn recall(&mut self, known: &[Option<Value>]) {
        for (at, value) in known
            .iter()
            .enumerate()
            .filter(|(at, _)| self.plan.live[*at])
        {
            let whole = match value.clone() {
                None => continue,
                Some(Value::Single(single)) => {
                    self.singles[at] = Some(single);
                    continue;
                }
                Some(Value::Column(column)) => Whole::Shared(column),
                Some(Value::Groups(groups)) => Whole::Groups(groups),
                Some(Value::Order(order)) => Whole::Order(order),
            };
            self.wholes[at] = Some(whole);
        }
    }

    /// Runs all stages.
    pub(super) fn run(&mut self) {
        let plan = self.plan;
        for (number, stage) in plan.stages.iter().enumerate() {
            if self.is_stopped() {
                return;
            }
            self.stage(stage);
            for (at, until) in plan.keep_until.iter().enumerate() {
                if *until == Some(number) && !plan.nodes[at].op.is_input() {
                    self.wholes[at] = None;
                }
            }
        }
        // A sink may be a column of the data that a test did not give.
        for sink in plan
            .sinks
            .iter()
            .filter(|sink| plan.node(**sink).op.is_input())
        {
            if let Some(Whole::Input(_, poison)) = &self.wholes[sink.0] {
                let poison = poison.clone();
                poison
                    .into_iter()
                    .for_each(|poison| self.meet(*sink, poison));
            }
        }
    }

    /// Whether the work has been called off; what is there then is not to be used.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    fn stage(&mut self, stage: &Stage) {
        for register in &stage.scalars {
            let single = self.single(*register);
            self.keep_single(*register, single);
        }
        for (space, registers) in &stage.rows {
            self.rows_of(*space, registers);
        }
        if self.is_stopped() {
            return;
        }
        // No barrier of a stage reads another.
        let barriers = stage.barriers.par_iter().map(|register| {
            let mut barrier = Barrier {
                plan: self.plan,
                inputs: self.inputs,
                wholes: &*self,
                register: *register,
                found: Vec::new(),
            };
            (barrier.compute(), barrier.found)
        });
        let made: Vec<(Made, Vec<Found>)> = barriers.collect();
        for (register, (made, found)) in stage.barriers.iter().zip(made) {
            self.found.extend(found);
            match made {
                Made::Single(single) => self.keep_single(*register, single),
                Made::Column(column) => self.keep_column(*register, column),
                Made::Groups(groups) => {
                    self.wholes[register.0] = Some(Whole::Groups(groups.into()))
                }
                Made::Order(order) => self.wholes[register.0] = Some(Whole::Order(order.into())),
            }
        }
    }

    fn single(&self, register: Register) -> Single {
        let nothing = Single::missing(Kind::Number);
        let inputs = self.plan.node(register).op.inputs();
        let inputs = inputs.iter();
        let inputs: Vec<&Single> = inputs
            .map(|input| self.singles[input.0].as_ref().unwrap_or(&nothing))
            .collect();
        self.job(register, 0, 1).single(&inputs)
    }

    fn job(&self, register: Register, first: usize, rows: usize) -> Job<'r> {
        Job {
            plan: self.plan,
            inputs: self.inputs,
            prepared: self.prepared,
            register,
            first,
            rows,
        }
    }

    fn keep_single(&mut self, register: Register, single: Single) {
        if self.plan.sinks.contains(&register) {
            let poison = single.poison.clone();
            poison
                .into_iter()
                .for_each(|poison| self.meet(register, poison));
        }
        // A column of the result holds no wider number than any other column.
        let outputs = &self.plan.results.outputs;
        if let SingleValue::Number(value) = single.value
            && i64::try_from(value).is_err()
            && outputs.iter().any(|output| output.register == register)
        {
            let site = register.0 as u32;
            let inputs = self.plan.node(register).op.inputs();
            let met = |at: usize| {
                let input = self.single_value(*inputs.get(at)?)?;
                match input.value {
                    SingleValue::Number(number) => Some(number),
                    _ => None,
                }
            };
            // What arithmetic met; of an aggregate the value itself.
            let values = met(0).map_or([value, 0], |first| [first, met(1).unwrap_or(0)]);
            self.meet(
                register,
                Poison {
                    row: 0,
                    site,
                    values,
                },
            );
        }
        self.singles[register.0] = Some(single);
    }

    fn keep_column(&mut self, register: Register, column: Computed) {
        if self.plan.sinks.contains(&register) {
            for poison in &column.poison {
                self.meet(register, *poison);
            }
        }
        self.wholes[register.0] = Some(Whole::Made(column));
    }

    fn meet(&mut self, sink: Register, poison: Poison) {
        self.found.push(Found {
            space: self.plan.node(sink).space,
            poison,
            always: self.plan.results.excluded == Some(sink),
        });
    }

    /// Computes the rows of one space, block by block.
    fn rows_of(&mut self, space: Space, registers: &[Register]) {
        let rows = self.rows(space);
        let work = self.work(registers);
        if rows <= self.block {
            return self.one_block(&work, rows);
        }
        let mut kept: Vec<Computed> = work
            .kept
            .iter()
            .map(|place| {
                let node = self.plan.node(registers[*place]);
                let mut whole = Computed::zeros(node.kind, rows);
                whole.missing = node.optional.then(|| vec![false; rows]);
                whole
            })
            .collect();
        let blocks = rows.div_ceil(self.block);
        let mut targets: Vec<Vec<Target<'_>>> = Vec::new();
        targets.resize_with(blocks, || Vec::with_capacity(kept.len()));
        for column in &mut kept {
            split(column, self.block, &mut targets);
        }
        let reports: Vec<Report> = targets
            .into_par_iter()
            .enumerate()
            .map_init(Bench::default, |bench, (block, targets)| {
                let first = block * self.block;
                let count = self.block.min(rows - first);
                self.run_block(&work, bench, (first, count), Some(targets))
            })
            .collect();
        for report in reports {
            for (at, poison) in report.kept {
                kept[at].poison.extend(poison);
            }
            for (sink, poison) in report.met {
                self.meet(sink, poison);
            }
        }
        for (place, column) in work.kept.iter().zip(kept) {
            self.wholes[registers[*place].0] = Some(Whole::Made(column));
        }
    }

    /// The same for rows that are one block: what is kept stays where it was computed.
    fn one_block(&mut self, work: &Work<'_>, rows: usize) {
        let mut bench = std::mem::take(&mut self.bench);
        let report = self.run_block(work, &mut bench, (0, rows), None);
        for (sink, poison) in report.met {
            self.meet(sink, poison);
        }
        for place in &work.kept {
            let register = work.registers[*place];
            let computed = bench.values.get_mut(*place).and_then(Option::take);
            self.wholes[register.0] = computed.map(|mut computed| {
                if !self.plan.node(register).optional {
                    computed.missing = None;
                }
                Whole::Made(computed)
            });
        }
        self.bench = bench;
    }

    fn work<'w>(&self, registers: &'w [Register]) -> Work<'w> {
        let mut place = vec![NONE; self.plan.nodes.len()];
        for (at, register) in registers.iter().enumerate() {
            place[register.0] = at as u32;
        }
        let mut last_read: Vec<usize> = (0..registers.len()).collect();
        let inputs = registers.iter().map(|it| self.plan.node(*it).op.inputs());
        let inputs: Vec<Vec<Register>> = inputs.collect();
        for (at, inputs) in inputs.iter().enumerate() {
            for input in inputs {
                if let Some(last) = last_read.get_mut(place[input.0] as usize) {
                    *last = at;
                }
            }
        }
        let kept = (0..registers.len())
            .filter(|at| self.plan.keep_until[registers[*at].0].is_some())
            .collect();
        Work {
            registers,
            inputs,
            place,
            last_read,
            kept,
        }
    }

    fn run_block(
        &self,
        work: &Work<'_>,
        bench: &mut Bench,
        (first, rows): (usize, usize),
        targets: Option<Vec<Target<'_>>>,
    ) -> Report {
        let mut report = Report::default();
        if self.is_stopped() {
            return report;
        }
        bench.values.resize_with(work.registers.len(), || None);
        // Without targets what is kept stays on the bench.
        let in_place = targets.is_none();
        let stays = |place| in_place && work.kept.binary_search(&place).is_ok();
        let mut targets = targets.into_iter().flatten();
        let mut kept = work.kept.iter().enumerate().peekable();
        for (at, register) in work.registers.iter().enumerate() {
            let node = self.plan.node(*register);
            let mut out = bench.take(node.kind, rows);
            let inputs = &work.inputs[at];
            let views: Vec<View<'_>> = inputs
                .iter()
                .map(|input| match &node.op {
                    Op::Gather(..) => self.whole(*input),
                    _ => match bench.values.get(work.place[input.0] as usize) {
                        Some(Some(computed)) => View::of_block(computed),
                        _ => self.view(*input, first, rows),
                    },
                })
                .collect();
            let mut masks = std::mem::take(&mut bench.masks);
            self.job(*register, first, rows)
                .compute(&views, &mut out, &mut masks);
            drop(views);
            bench.masks = masks;
            if !out.poison.is_empty() && self.plan.sinks.contains(register) {
                report
                    .met
                    .extend(out.poison.iter().map(|poison| (*register, *poison)));
            }
            if let Some((number, _)) = kept.next_if(|(_, place)| **place == at) {
                if let Some(target) = targets.next() {
                    target.write(&out);
                }
                if !out.poison.is_empty() {
                    report.kept.push((number, out.poison.clone()));
                }
            }
            bench.values[at] = Some(out);
            for input in inputs.iter().map(|input| work.place[input.0] as usize) {
                if work.last_read.get(input) == Some(&at) && !stays(input) {
                    bench.give_back(input);
                }
            }
            if work.last_read[at] == at && !stays(at) {
                bench.give_back(at);
            }
        }
        report
    }

    /// A part of a register that is there as a whole, or its single value.
    fn view(&self, register: Register, first: usize, rows: usize) -> View<'_> {
        if let Some(single) = self.singles.get(register.0).and_then(Option::as_ref) {
            return single.view();
        }
        match self.wholes.get(register.0).and_then(Option::as_ref) {
            Some(Whole::Input(column, poison)) => {
                let mut view = View::of_column(column, first, rows);
                let inside = |row: u32| (first..first + rows).contains(&(row as usize));
                let own = poison.iter().filter(|poison| inside(poison.row)).copied();
                if !poison.is_empty() {
                    view.poison = Cow::Owned(own.collect());
                }
                view
            }
            Some(Whole::Made(computed)) => View::of_computed(computed, first, rows),
            Some(Whole::Shared(column)) => View::of_column(column, first, rows),
            _ => {
                // A column that was not read: nothing is known of it.
                let values = match self.plan.node(register).kind {
                    Kind::Number => Seen::Number(Lane::One(0)),
                    Kind::Flag => Seen::Flag(Lane::One(false)),
                    _ => Seen::Code(Lane::One(NONE)),
                };
                View {
                    values,
                    missing: Missing::Always,
                    poison: Cow::Borrowed(&[]),
                    single: true,
                }
            }
        }
    }

    /// All rows of a register, or its single value.
    pub(super) fn view_of(&self, register: Register) -> View<'_> {
        self.whole(register)
    }

    /// How many rows a space has.
    pub(super) fn count(&self, space: Space) -> usize {
        self.rows(space)
    }

    /// The single value of a register, where it is one.
    pub(super) fn single_value(&self, register: Register) -> Option<&Single> {
        self.singles.get(register.0)?.as_ref()
    }

    /// A register as a whole, where it is there.
    pub(super) fn whole_of(&self, register: Register) -> Option<&Whole<'r>> {
        self.wholes.get(register.0)?.as_ref()
    }

    /// Puts a column in the place of a register, to be shared.
    pub(super) fn share(&mut self, register: Register, column: Arc<Column>) {
        self.wholes[register.0] = Some(Whole::Shared(column));
    }

    /// Takes the whole column of a register out of the run.
    pub(super) fn take_whole(&mut self, register: Register) -> Option<Computed> {
        match self.wholes.get_mut(register.0)?.take() {
            Some(Whole::Made(computed)) => Some(computed),
            other => {
                self.wholes[register.0] = other;
                None
            }
        }
    }
}

impl Wholes for Run<'_> {
    fn whole(&self, register: Register) -> View<'_> {
        let rows = self.rows(self.plan.node(register).space);
        self.view(register, 0, rows)
    }

    fn groups(&self, register: Register) -> Option<&Groups> {
        match self.wholes.get(register.0)?.as_ref()? {
            Whole::Groups(groups) => Some(groups),
            _ => None,
        }
    }

    fn order(&self, register: Register) -> Option<&Order> {
        match self.wholes.get(register.0)?.as_ref()? {
            Whole::Order(order) => Some(order),
            _ => None,
        }
    }

    fn rows(&self, space: Space) -> usize {
        match space {
            Space::Scalar => 1,
            Space::Customers => self.inputs.customers.rows,
            Space::Table(table) => {
                let table = self.inputs.tables.get(table.0);
                table.map_or(0, |table| table.customer.len())
            }
            Space::Persons(names) => match self.wholes.get(names.0).and_then(Option::as_ref) {
                Some(Whole::Made(names)) => names.values.len(),
                Some(Whole::Shared(names)) => names.len(),
                _ => 0,
            },
        }
    }
}
