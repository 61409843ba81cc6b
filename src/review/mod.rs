//! Floor 7: a model and the customers it was run for → what the data says of the model: columns that
//! are mostly empty or look like another type, criteria that tell nobody apart or count the same thing
//! twice, bands that nobody meets, customers close to a line. It judges the model, never the data's
//! errors, and computes no result.

mod columns;
mod criteria;
mod lines;
mod ranks;

use crate::base::{Diagnostic, SourceMap};
use crate::eval::{Inputs, Outcome, attempt};
use crate::model::program::Program;
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::{Column, Values};

/// With fewer customers nothing is said of how they are spread.
const FEW: usize = 10;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Warnings, and notes on customers close to a line.
    pub found: Vec<Diagnostic>,
    /// The customers within a quarter of a point of any line, and those who take part; nothing where
    /// no score is compared.
    pub near: Option<(usize, usize)>,
}

/// The headers of the columns that the fields of a dataset are read from.
pub type Headers = Vec<String>;

/// Looks at a model and its data. `headers` are those of the customers' file, then of each table's.
pub fn review(
    program: &Program,
    inputs: &Inputs,
    headers: &[Headers],
    sources: &SourceMap,
) -> Review {
    let (program, lines) = lines::with_sides(program);
    let wanted = Wanted {
        trace: true,
        ..Wanted::default()
    };
    let plan = plan_for(&program, wanted);
    let outcome = attempt(&plan, inputs);
    let run = Run {
        program: &program,
        plan: &plan,
        inputs,
        outcome: &outcome,
    };
    let mut review = Review::default();
    columns::columns(&run, headers, &mut review.found);
    criteria::criteria(&run, &mut review.found);
    lines::lines(&run, &lines, sources, &mut review);
    review
}

/// A model that was run.
struct Run<'r> {
    program: &'r Program,
    plan: &'r Plan,
    inputs: &'r Inputs,
    outcome: &'r Outcome,
}

impl Run<'_> {
    /// The rows of the customers who take part.
    fn included(&self) -> impl Iterator<Item = usize> {
        (0..self.inputs.customers.rows).filter(|row| !self.outcome.is_excluded(*row))
    }

    /// The numbers of a register, one for each customer who takes part; nothing where it is missing
    /// or could not be computed.
    fn numbers(&self, register: crate::plan::op::Register) -> Vec<Option<i64>> {
        let column = self.outcome.register(register, self.inputs);
        let number = |row: usize| {
            let broken = self.outcome.is_broken(register, row);
            number(column.as_deref()?, row).filter(|_| !broken)
        };
        self.included().map(number).collect()
    }
}

/// A number, or the position of a choice.
fn number(column: &Column, row: usize) -> Option<i64> {
    if column.is_missing(row) {
        return None;
    }
    match &column.values {
        Values::Number(numbers) => numbers.get(row).copied(),
        Values::Choice(codes) => codes.get(row).map(|code| i64::from(*code)),
        Values::Flag(flags) => flags.get(row).map(|flag| i64::from(*flag)),
        Values::Text(_) => None,
    }
}
