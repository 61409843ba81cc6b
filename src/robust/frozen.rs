//! A plan of which only a part changes, the weights or a score: everything that these cannot reach was
//! computed once and is a column of the data. It is run again and again, always by the one evaluator.

use super::bench::{Bench, segments_of};
use super::weights::{Siblings, reduced, weight, with_weights};
use crate::eval::{self, Inputs};
use crate::model::program::{FieldId, Literal};
use crate::plan::op::{Kind, Op, Register, Space};
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::Values;
use std::collections::BTreeSet;

/// A plan of which a part is computed again and again.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The plan.
    pub plan: Plan,
    /// The data, with what was computed once.
    pub inputs: Inputs,
    segmentation: usize,
    /// For each siblings the means that their weights stand in, and which of them have weight.
    means: Vec<(Vec<Register>, Vec<usize>)>,
}

/// The weights of some siblings: member and weight.
pub type Drawn = Vec<(usize, i128)>;

impl Frozen {
    /// The plan of a bench for other weights; `None` where weights stand elsewhere than in means.
    pub fn of(bench: &Bench<'_>, siblings: &[Siblings]) -> Option<Frozen> {
        let mut program = bench.program.clone();
        let mut marks: Vec<(Vec<i128>, Vec<usize>)> = Vec::new();
        for (number, set) in siblings.iter().enumerate() {
            // Marks by which the means are found again: neighbours share no divisor.
            let weighty = set.members.iter().copied();
            let weighty = weighty.filter(|it| weight(&program, set.axis, *it) > 0);
            let weighty: Vec<usize> = weighty.collect();
            let first = 10_000 * (number as i128 + 1);
            let marked: Drawn = weighty.iter().copied().zip(first..).collect();
            if marked.len() > 1 {
                program = with_weights(&program, set.axis, &marked)?;
            }
            marks.push((marked.into_iter().map(|(_, mark)| mark).collect(), weighty));
        }
        let plan = plan_for(&program, Wanted::default());
        let live = |at: usize| plan.live.get(at) == Some(&true);
        let mut nodes = plan.nodes.iter().enumerate();
        if nodes.any(|(at, node)| live(at) && matches!(node.op, Op::Known(..))) {
            return None;
        }
        let means = marks.into_iter().map(|(mark, weighty)| {
            let is_own = |op: &Op| match op {
                Op::Mean(members, _) => {
                    let weights = members.iter().map(|(weight, _)| *weight);
                    weights.filter(|it| *it > 0).eq(mark.iter().copied())
                }
                _ => false,
            };
            let nodes = plan.nodes.iter().enumerate();
            let own = nodes.filter(|(at, node)| mark.len() > 1 && live(*at) && is_own(&node.op));
            (own.map(|(at, _)| Register(at)).collect(), weighty)
        });
        let means: Vec<(Vec<Register>, Vec<usize>)> = means.collect();
        let roots: Vec<Register> = means.iter().flat_map(|it| &it.0).copied().collect();
        let frozen = Frozen {
            plan,
            inputs: bench.inputs().clone(),
            segmentation: bench.segmentation,
            means,
        };
        Some(frozen.with_columns(&roots))
    }

    /// A plan of which only what these registers reach is computed again.
    pub fn from(plan: Plan, inputs: Inputs, segmentation: usize, roots: &[Register]) -> Frozen {
        let frozen = Frozen {
            plan,
            inputs,
            segmentation,
            means: Vec::new(),
        };
        frozen.with_columns(roots)
    }

    /// Computes what the roots do not reach, and puts it into the data.
    fn with_columns(mut self, roots: &[Register]) -> Frozen {
        let border = self.border(roots);
        let plan = self.plan.clone().keeping(&border);
        let outcome = eval::attempt(&plan, &self.inputs);
        let mut known = Vec::new();
        let rows = self.inputs.customers.rows;
        for register in border {
            if (0..rows).any(|row| outcome.is_broken(register, row)) {
                continue;
            }
            let node = plan.node(register);
            if node.space == Space::Scalar {
                let column = outcome.single(register).filter(|it| !it.is_missing(0));
                let literal = match column.map(|it| &it.values) {
                    Some(Values::Number(values)) => match values.first() {
                        // A wider number than a column holds stays what it is.
                        Some(number) if *number < i64::MAX => Some(Literal::Number(*number)),
                        _ => None,
                    },
                    Some(Values::Flag(values)) => values.first().map(|it| Literal::Flag(*it)),
                    _ => None,
                };
                known.extend(literal.map(|it| (register, Op::Constant(it))));
                continue;
            }
            let Some(column) = outcome.register(register, &self.inputs) else {
                continue;
            };
            let column = column.into_owned();
            let field = FieldId(self.inputs.customers.columns.len());
            self.inputs.customers.columns.push(Some(column));
            known.push((register, Op::Field(field)));
        }
        self.plan = self.plan.with_known(known);
        self
    }

    /// The registers that the roots do not reach and that what they reach is made from.
    fn border(&self, roots: &[Register]) -> Vec<Register> {
        let reached = reached(&self.plan, roots);
        let is_reached = |it: &Register| reached.get(it.0) == Some(&true);
        let mut border: BTreeSet<Register> = BTreeSet::new();
        for (at, node) in self.plan.nodes.iter().enumerate() {
            if is_reached(&Register(at)) && self.plan.live.get(at) == Some(&true) {
                let inputs = node.op.inputs();
                border.extend(inputs.iter().filter(|it| !is_reached(it)));
            }
        }
        let can_be_data = |register: &Register| {
            let node = self.plan.node(*register);
            let is_value = !matches!(node.kind, Kind::Order | Kind::Groups);
            let is_there = matches!(node.op, Op::Constant(_) | Op::Missing(_) | Op::Field(_));
            let of_customers = matches!(node.space, Space::Customers | Space::Scalar);
            is_value && of_customers && !is_there
        };
        border.into_iter().filter(can_be_data).collect()
    }

    /// The segments with other weights, one list for each siblings; `None` where they are too fine.
    pub fn segments(&self, weights: &[Drawn]) -> Option<Vec<u32>> {
        let mut plan = self.plan.clone();
        for ((means, weighty), drawn) in self.means.iter().zip(weights) {
            let drawn = reduced(drawn)?;
            let own = |member: &usize| {
                let drawn = drawn.iter().find(|(it, _)| it == member);
                drawn.map_or(0, |(_, weight)| *weight)
            };
            for register in means {
                let node = plan.nodes.get_mut(register.0)?;
                let Op::Mean(members, _) = &mut node.op else {
                    return None;
                };
                let parts = members.iter_mut().filter(|(weight, _)| *weight > 0);
                for ((weight, _), member) in parts.zip(weighty) {
                    *weight = own(member);
                }
            }
        }
        Some(self.run(&plan))
    }

    /// The segments that a plan of the same shape gives.
    pub fn run(&self, plan: &Plan) -> Vec<u32> {
        let outcome = eval::attempt(plan, &self.inputs);
        segments_of(plan, &outcome, self.segmentation)
    }
}

/// Which registers are made from the roots, themselves among them.
pub fn reached(plan: &Plan, roots: &[Register]) -> Vec<bool> {
    let mut reached = vec![false; plan.nodes.len()];
    for root in roots {
        if let Some(place) = reached.get_mut(root.0) {
            *place = true;
        }
    }
    // INVARIANT: inputs stand before those that read them, so one pass sees all.
    for (at, node) in plan.nodes.iter().enumerate() {
        let mut inputs = node.op.inputs().into_iter();
        let is_made = inputs.any(|it| reached.get(it.0) == Some(&true));
        if let Some(place) = reached.get_mut(at) {
            *place |= is_made;
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::super::weights::all_siblings;
    use super::*;
    use crate::eval::RowTable;
    use crate::session::{LoadOptions, MemoryFiles, load};
    use crate::value::{Column, Date, Table};
    use std::path::Path;

    /// Groups, ranks, an exclude that looks at an axis, sums of rows, a cost in the clauses.
    const MODEL: &str = r#"
model "Frozen" { edition 2026, currency NOK }
customers key id { id text, revenue money >= 0, growth percent?, years number >= 0 }
table orders key id { id text, amount money >= 0 }
let bought = sum(orders.amount)
exclude "Hopeless" when worth < 1.5
axis worth {
  group size weight 60% {
    criterion revenue weight 70% ramp 0 to 1_000
    criterion growth weight 30% ramp 0% to 20% if missing skip
  }
  criterion place of revenue weight 25% ranked
  criterion years weight 15% bands { >= 10 -> 10, >= 5 -> 7, otherwise -> 1 }
}
axis fit {
  criterion bought weight 50% ramp 0 to 400
  criterion revenue weight 50% ranked less is better
}
segments {
  key when worth >= 6 and bought >= average(bought) and worth in top 30%
  dear when fit >= 5 and cost_as(key) > bought * 2
  good when worth >= 4 or revenue / max(1, years) > 100
  rest otherwise
}
teams { sellers 2 people 1_600 h per year 50% with customers 500 NOK per h }
activities { visit 2 h by owner }
service key { owner sellers, visit 12 per year, when years >= 8 { visit 6 per year } }
service dear, good, rest { owner sellers, visit 1 per year }
"#;

    #[test]
    fn a_frozen_plan_gives_what_a_whole_one_gives() {
        let files = MemoryFiles::new().with("/m.vekt", MODEL);
        let day = Date::parse("2026-11-21").expect("a date");
        let loaded = load(Path::new("/m.vekt"), &files, &LoadOptions::on(day));
        let program = loaded.program.clone();
        let program = program.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
        let rows = 70_i64;
        let mixed = |at: i64, by: i64| (at * 2_654_435_761 / 7) % by;
        let numbers = |by: i64, one: i64| {
            let values = (0..rows).map(|at| mixed(at + by, by) * one);
            Values::Number(values.collect())
        };
        let mut growth = Column::full(numbers(23, 10_000));
        growth.missing = Some((0..rows).map(|at| at % 7 == 0).collect());
        let columns = vec![
            None,
            Some(Column::full(numbers(1_100, 1_000_000))),
            Some(growth),
            Some(Column::full(numbers(14, 1_000_000))),
        ];
        let table = |columns| Table {
            columns,
            rows: rows as usize,
            lines: Vec::new(),
        };
        let amounts = Some(Column::full(numbers(500, 1_000_000)));
        let inputs = Inputs {
            customers: table(columns),
            tables: vec![RowTable {
                table: table(vec![None, amounts]),
                customer: (0..rows as u32).map(|at| at / 2).collect(),
            }],
            ..Inputs::default()
        };
        let bench = Bench::new(&program, &inputs, 0);
        let siblings = all_siblings(&bench.program);
        let frozen = Frozen::of(&bench, &siblings).expect("a plan");
        let ops = frozen.plan.nodes.iter().zip(&frozen.plan.live);
        let rows = ops.filter(|(node, live)| **live && matches!(node.op, Op::RowAggregate { .. }));
        assert_eq!(rows.count(), 0, "orders are summed for every draw");
        let mut different = BTreeSet::new();
        for draw in 0..200 {
            let mut chance = Chance::new(3, draw);
            let mut whole = program.clone();
            let mut drawn = Vec::new();
            for set in &siblings {
                let known = set.members.iter().map(|it| weight(&program, set.axis, *it));
                let weights = chance.weights(&known.collect::<Vec<i128>>(), 9);
                let weights: Drawn = set.members.iter().copied().zip(weights).collect();
                whole = with_weights(&whole, set.axis, &weights).expect("a program");
                drawn.push(weights);
            }
            let plan = plan_for(&whole, Wanted::default());
            let outcome = eval::attempt(&plan, &inputs);
            let expected = segments_of(&plan, &outcome, 0);
            assert_eq!(frozen.segments(&drawn), Some(expected.clone()), "{draw}");
            different.insert(expected);
        }
        assert!(different.len() > 50, "{}", different.len());
    }
}
