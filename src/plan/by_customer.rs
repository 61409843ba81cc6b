//! The part of a plan that is made of a table's rows a few at a time: what each row can be computed to by
//! itself, and what is added up of it for its customer. It decides nothing about the data and computes nothing.

use super::op::{Op, Register, Space};
use super::{Plan, Results};
use crate::model::program::TableId;
use std::collections::BTreeSet;

/// What a table's rows come to, for rows that come a few at a time and do not stay.
#[derive(Clone, Debug)]
pub struct ByCustomer {
    /// The table.
    pub table: TableId,
    /// What each of its rows is computed to.
    pub rows: Plan,
    /// The aggregates over each customer's rows, made of what `rows` computes and of what was made of the
    /// rows before: all that is to be known of the table.
    pub folded: Vec<Register>,
}

impl Plan {
    /// What is added up of a table; nothing where anything else is to be known of its rows, or where a row's
    /// value needs more than the row.
    pub fn by_customer(&self, table: TableId) -> Option<ByCustomer> {
        let space = Space::Table(table);
        let alone = self.alone_in(space);
        let in_rows = |register: &Register| self.node(*register).space == space;
        let mut read = BTreeSet::new();
        let mut folded = Vec::new();
        for (at, node) in self
            .nodes
            .iter()
            .enumerate()
            .filter(|(at, _)| self.live[*at])
        {
            let inputs = node.op.inputs();
            match &node.op {
                Op::RowAggregate { table: of, .. } if *of == table => {
                    if !node.op.folds() || !inputs.iter().all(|input| alone[input.0]) {
                        return None;
                    }
                    read.extend(inputs);
                    folded.push(Register(at));
                }
                Op::TableAggregate { table: of, .. } | Op::OnePerCustomer(of, _)
                    if *of == table =>
                {
                    return None;
                }
                _ if node.space == space => {
                    let stays = self.keep_until[at] == Some(usize::MAX);
                    if !alone[at] || stays || self.sinks.contains(&Register(at)) {
                        return None;
                    }
                }
                _ if inputs.iter().any(in_rows) => return None,
                _ => {}
            }
        }
        let rows = self.of(Results::default(), BTreeSet::new(), &read, &[]);
        let is_there = |at: usize| match &self.nodes[at].op {
            Op::Lookup(lookup, _) => self
                .lookups
                .get(lookup.0)
                .is_some_and(|it| it.entries.is_some()),
            _ => true,
        };
        // Lookups from files are read after the tables.
        let all_there = (0..self.nodes.len()).all(|at| !rows.live[at] || is_there(at));
        all_there.then_some(ByCustomer {
            table,
            rows,
            folded,
        })
    }
}
