//! Floor 4: checked program → ordered column operations. Sugar ends here: whatever the language
//! offers becomes one of the operations of [`op`]. Nothing is computed but constants.

mod builder;
mod by_customer;
pub mod explain;
mod fold;
mod identity;
mod known;
mod lower;
pub mod op;
mod order;
mod parted;
mod reads;
mod result;

pub use by_customer::ByCustomer;
pub use identity::Identities;
pub use order::Stage;
pub use parted::Parted;
pub use result::*;

use crate::model::program::{Dataset, FieldId, Literal, Lookup, LookupValues, Program, TableId};
use op::{Node, Op, Register, Space};
use std::collections::BTreeSet;

/// What a plan is made for, beside the columns of the result, segments and checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Hours of every team, persons, cost to serve: what `plan` and `report` show.
    pub service: bool,
    /// Whole columns of everything that led to a segment: what `explain` shows.
    pub trace: bool,
    /// Only the expectations of this test, and what they need; traced, the steps among that.
    pub test: Option<usize>,
    /// Whether only a part of the result is made.
    pub only: Only,
}

/// The part of a result that is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Only {
    /// All of it.
    #[default]
    All,
    /// The segments of every customer.
    Segments,
    /// What is asked beside the model.
    Asked,
}

/// A checked program as operations in the order of the work.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the plan is made for.
    pub wanted: Wanted,
    /// The registers; inputs stand before those that read them.
    pub nodes: Vec<Node>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// For each register the last stage that reads it as a whole column; `None` for one that is
    /// never needed as a whole, `usize::MAX` for one that the result needs, one less for one that
    /// only stays until the end.
    pub keep_until: Vec<Option<usize>>,
    /// Which registers are needed at all.
    pub live: Vec<bool>,
    /// Registers whose errors end the run.
    pub sinks: BTreeSet<Register>,
    /// The lookups by number.
    pub lookups: Vec<LookupPlan>,
    /// The overrides that count today.
    pub overrides: Vec<OverridePlan>,
    /// How many overrides have expired.
    pub expired_overrides: usize,
    /// The key of the customers.
    pub key: FieldId,
    /// The names of the datasets' fields for messages: the customers', then each table's.
    pub field_names: Vec<Vec<String>>,
    /// Places after the point of a score.
    pub score_decimals: u8,
    /// What the result is made of.
    pub results: Results,
}

/// A lookup: what is written in the rule file, or nothing where it is read from one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookupPlan {
    /// The name, for messages.
    pub name: String,
    /// Keys and values; `None` where they come with the inputs.
    pub entries: Option<Vec<(Literal, Literal)>>,
    /// The value of all other keys.
    pub otherwise: Option<Literal>,
}

/// An override that counts today.
#[derive(Clone, Debug, PartialEq)]
pub struct OverridePlan {
    /// The key of the customer.
    pub customer: String,
    /// The segment, by position in the main segmentation.
    pub segment: u32,
    /// Where it is written.
    pub span: crate::base::Span,
}

/// The plan of a program: its result, segments and checks.
pub fn plan(program: &Program) -> Plan {
    plan_for(program, Wanted::default())
}

/// The plan of a program for more than its result.
pub fn plan_for(program: &Program, wanted: Wanted) -> Plan {
    let (nodes, results) = lower::lower(program, wanted);
    let sinks = results.sinks(wanted);
    let mut kept = results.kept(wanted);
    if wanted.test.is_some() {
        // A test looks only at what its expectations need: the rest may lack what is not given.
        let live = order::live(&nodes, sinks.iter().copied());
        kept.retain(|register| live[register.0]);
    }
    // What is compared is looked at where it is there anyway.
    let live = order::live(&nodes, sinks.iter().copied());
    kept.extend(results.compared.iter().filter(|it| live[it.0]));
    let order = order::order(&nodes, &sinks, &kept, &[]);
    let overrides = program.overrides.iter().filter(|over| !over.expired);
    let names = |dataset: &Dataset| {
        let fields = dataset.fields.iter();
        fields.map(|field| field.name.clone()).collect()
    };
    Plan {
        wanted,
        stages: order.stages,
        live: order.live,
        keep_until: order.keep_until,
        sinks,
        lookups: program.lookups.iter().map(LookupPlan::of).collect(),
        overrides: overrides
            .map(|over| OverridePlan {
                customer: over.customer.value.clone(),
                segment: over.segment.0 as u32,
                span: over.customer.span,
            })
            .collect(),
        expired_overrides: program.overrides.iter().filter(|it| it.expired).count(),
        key: program.customers.key,
        field_names: std::iter::once(&program.customers)
            .chain(&program.tables)
            .map(names)
            .collect(),
        score_decimals: program.scores.decimals,
        nodes,
        results,
    }
}

impl Plan {
    /// The node of a register.
    pub fn node(&self, register: Register) -> &Node {
        &self.nodes[register.0]
    }

    /// The fields that the plan reads and the key of the customers, by which messages name them; a reader may
    /// leave all others out.
    pub fn used_fields(&self) -> UsedFields {
        let mut used = self.computed_fields();
        used.customers.insert(self.key);
        used
    }

    /// The fields that something is computed from.
    pub fn computed_fields(&self) -> UsedFields {
        let mut used = UsedFields::default();
        let live = self.nodes.iter().zip(&self.live);
        for (node, _) in live.filter(|(_, live)| **live) {
            match &node.op {
                Op::Field(field) => {
                    used.customers.insert(*field);
                }
                Op::RowField(table, field) | Op::OnePerCustomer(table, field) => {
                    used.tables.insert((*table, *field));
                }
                _ => {}
            }
        }
        used
    }

    /// The same work where the values of some registers are known already: what only they need is left
    /// out. Those of `also_kept` that are computed stay whole until the end.
    pub fn resumed(&self, known: &[bool], also_kept: &[Register]) -> Plan {
        let registers = (0..self.nodes.len()).map(Register);
        let of_result = |it: &Register| self.keep_until[it.0] == Some(usize::MAX);
        let kept: BTreeSet<Register> = registers.filter(of_result).collect();
        let order = order::order(&self.nodes, &self.sinks, &kept, known);
        let mut keep_until = order.keep_until;
        for register in also_kept {
            if keep_until[register.0] != Some(usize::MAX) {
                keep_until[register.0] = Some(usize::MAX - 1);
            }
        }
        Plan {
            stages: order.stages,
            live: order.live,
            keep_until,
            ..self.clone()
        }
    }

    /// Whether a register holds one value in all.
    pub fn is_scalar(&self, register: Register) -> bool {
        self.node(register).space == Space::Scalar
    }
}

/// The fields that a plan reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedFields {
    /// Of the customers.
    pub customers: BTreeSet<FieldId>,
    /// Of the tables.
    pub tables: BTreeSet<(TableId, FieldId)>,
}

/// Whether a lookup has a value for every key.
fn always_finds(lookup: &Lookup) -> bool {
    matches!(
        lookup.values,
        LookupValues::Inline {
            otherwise: Some(_),
            ..
        }
    )
}

impl LookupPlan {
    fn of(lookup: &Lookup) -> LookupPlan {
        let (entries, otherwise) = match &lookup.values {
            LookupValues::Inline { entries, otherwise } => {
                (Some(entries.clone()), otherwise.clone())
            }
            LookupValues::File { .. } => (None, None),
        };
        LookupPlan {
            name: lookup.name.clone(),
            entries,
            otherwise,
        }
    }
}
