//! The door: customers by key, one run that looks at everything about them, an explanation of each.
//! A model that decides about each customer alone is run for those that are asked about only.

use super::probes::{Looked, Probes, needs_everyone, plan_of};
use super::search::Search;
use super::story::{Excluded, Explanation};
use super::teller::Teller;
use crate::base::{SourceMap, suggest};
use crate::eval::{self, EvalError, Inputs, RowTable};
use crate::model::program::{FieldId, Literal, Program, SegmentationId};
use crate::model::types::Type;
use crate::value::{Column, Table, TextColumn, Values};
use std::collections::{BTreeMap, HashMap};

/// How many near keys are named.
const NEAR: usize = 3;

/// A key that no customer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The key that was asked for.
    pub key: String,
    /// The nearest keys.
    pub nearest: Vec<String>,
}

/// The row of the customer with that key, where there is one.
fn row_of(program: &Program, inputs: &Inputs, key: &str) -> Option<usize> {
    let column = inputs.customers.column(program.customers.key.0)?;
    let Values::Text(texts) = &column.values else {
        return None;
    };
    let number = texts.dictionary.number(key)?;
    texts.numbers.iter().position(|known| *known == number)
}

/// The row of the customer with that key, or the nearest keys.
pub fn find(program: &Program, inputs: &Inputs, key: &str) -> Result<usize, Unknown> {
    let unknown = |nearest| Unknown {
        key: key.to_owned(),
        nearest,
    };
    let column = inputs.customers.column(program.customers.key.0);
    let Some(Values::Text(texts)) = column.map(|column| &column.values) else {
        return Err(unknown(Vec::new()));
    };
    let dictionary = &texts.dictionary;
    row_of(program, inputs, key).ok_or_else(|| {
        let same = |known: &&str| known.to_lowercase() == key.trim().to_lowercase();
        let mut nearest: Vec<String> = dictionary.iter().filter(same).map(str::to_owned).collect();
        while nearest.len() < NEAR {
            let left = dictionary
                .iter()
                .filter(|it| !nearest.iter().any(|known| known == it));
            match suggest::nearest(key.trim(), left) {
                Some(near) => nearest.push(near.to_owned()),
                None => break,
            }
        }
        nearest.truncate(NEAR);
        unknown(nearest)
    })
}

/// A run that looks at everything about some customers.
pub struct Bench<'b> {
    looked: Looked<'b>,
    sources: &'b SourceMap,
    search: Search<'b>,
    /// The rows that are asked about, as they stand in the whole data, with their positions in the run.
    rows: BTreeMap<usize, usize>,
}

impl<'b> Bench<'b> {
    /// Runs the model for the customers of these rows. Where one of them cannot be computed, the
    /// errors of the whole run come back.
    pub fn new(
        program: &'b Program,
        sources: &'b SourceMap,
        inputs: &'b Inputs,
        rows: &[usize],
    ) -> Result<Bench<'b>, Vec<EvalError>> {
        let probes = Probes::of(program);
        let mut plan = plan_of(&probes);
        let everyone = needs_everyone(&plan);
        let chosen = match everyone {
            true => inputs.clone(),
            false => select(inputs, rows),
        };
        if !everyone {
            keep_known_overrides(&mut plan, program, &chosen);
        }
        let looked = Looked::at(probes, plan, chosen);
        let place = |at: usize, row: usize| if everyone { row } else { at };
        let bench = Bench {
            rows: rows
                .iter()
                .enumerate()
                .map(|(at, row)| (*row, place(at, *row)))
                .collect(),
            looked,
            sources,
            search: Search::new(program, inputs),
        };
        if bench.rows.values().any(|at| bench.is_broken(*at)) {
            let plan = crate::plan::plan(program);
            eval::run(&plan, inputs)?;
        }
        Ok(bench)
    }

    /// Whether a segment or score of a customer could not be computed.
    fn is_broken(&self, row: usize) -> bool {
        let results = &self.looked.plan.results;
        let segments = results.segmentations.iter().map(|it| it.segment);
        let scores = results.axes.iter().map(|it| it.score);
        segments
            .chain(scores)
            .any(|register| self.looked.is_broken(register, row))
    }

    /// What is to be told of a customer, without what would move it.
    pub fn explain(&self, row: usize) -> Option<Explanation> {
        let at = self.rows.get(&row)?;
        let teller = Teller {
            looked: &self.looked,
            sources: self.sources,
            row: *at,
        };
        Some(explanation(&teller))
    }

    /// The same, with what would move the customer.
    pub fn explain_with_changes(&self, row: usize) -> Option<Explanation> {
        let mut explanation = self.explain(row)?;
        if explanation.excluded.is_none() {
            explanation.changes = self.search.changes(row);
        }
        Some(explanation)
    }
}

fn explanation(teller: &Teller<'_>) -> Explanation {
    let (program, looked, row) = (teller.program(), teller.looked, teller.row);
    let key = eval::key(&looked.plan, &looked.inputs, row as u32).unwrap_or_default();
    let mut explanation = Explanation {
        key,
        name: name_of(program, &looked.inputs, row),
        line: looked.inputs.customers.line(row),
        excluded: excluded(teller),
        segments: Vec::new(),
        axes: Vec::new(),
        service: None,
        facts: teller.facts(),
        changes: Vec::new(),
    };
    if explanation.excluded.is_none() {
        let segmentations = (0..program.segmentations.len()).map(SegmentationId);
        explanation.segments = segmentations
            .filter_map(|it| teller.segmentation(it))
            .collect();
        explanation.axes = (0..program.axes.len())
            .filter_map(|it| teller.axis(it))
            .collect();
        explanation.service = teller.service();
    }
    explanation
}

/// Why a customer is kept out.
fn excluded(teller: &Teller<'_>) -> Option<Excluded> {
    let outcome = &teller.looked.outcome;
    let column = outcome.excluded.as_ref()?;
    let literal = eval::literal_at(column, teller.row)??;
    let Literal::Choice(reason) = literal else {
        return None;
    };
    let reason = outcome.reasons.get(reason as usize)?.clone();
    let exclude = teller
        .program()
        .excludes
        .iter()
        .find(|it| it.reason == reason);
    Some(Excluded {
        condition: exclude.map(|exclude| {
            let mut condition = teller.condition(&exclude.condition);
            condition.holds = Some(true);
            condition
        }),
        reason,
    })
}

/// What the customer is called, where a field is plainly its name.
fn name_of(program: &Program, inputs: &Inputs, row: usize) -> Option<String> {
    const NAMES: [&str; 8] = [
        "name",
        "navn",
        "namn",
        "nimi",
        "customer_name",
        "kundenavn",
        "kundnamn",
        "company",
    ];
    let fields = program.customers.fields.iter().enumerate();
    let mut named = fields.filter(|(at, field)| {
        field.ty == Type::Text
            && FieldId(*at) != program.customers.key
            && NAMES.contains(&field.name.to_lowercase().as_str())
    });
    let (at, _) = named.next()?;
    match eval::literal_at(inputs.customers.column(at)?, row)?? {
        Literal::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Overrides of customers that are not looked at are left out.
fn keep_known_overrides(plan: &mut crate::plan::Plan, program: &Program, inputs: &Inputs) {
    plan.overrides
        .retain(|over| row_of(program, inputs, &over.customer).is_some());
}

/// The data of these customers only, in this order.
pub fn select(inputs: &Inputs, rows: &[usize]) -> Inputs {
    let mut places: HashMap<u32, Vec<u32>> = HashMap::new();
    for (at, row) in (0..).zip(rows) {
        places.entry(*row as u32).or_default().push(at);
    }
    // Of millions of rows of a table hardly one is meant: most are told by their owner's number alone.
    let least = rows.iter().min().map_or(0, |row| *row as u32);
    let most = rows.iter().max().map_or(0, |row| *row as u32);
    let tables = inputs.tables.iter().map(|table| {
        let mut own: Vec<(u32, usize)> = Vec::new();
        let owners = table.customer.iter().enumerate();
        for (place, owner) in owners.filter(|(_, owner)| (least..=most).contains(*owner)) {
            let at = places.get(owner).into_iter().flatten();
            own.extend(at.map(|at| (*at, place)));
        }
        own.sort_unstable();
        let customer = own.iter().map(|(at, _)| *at).collect();
        let kept: Vec<usize> = own.iter().map(|(_, place)| *place).collect();
        RowTable {
            table: rows_of(&table.table, &kept),
            customer,
        }
    });
    Inputs {
        customers: rows_of(&inputs.customers, rows),
        tables: tables.collect(),
        lookups: inputs.lookups.clone(),
        ..Inputs::default()
    }
}

fn rows_of(table: &Table, rows: &[usize]) -> Table {
    let columns = table.columns.iter();
    Table {
        columns: columns
            .map(|column| column.as_ref().map(|column| rows_of_column(column, rows)))
            .collect(),
        rows: rows.len(),
        lines: rows.iter().filter_map(|row| table.line(*row)).collect(),
    }
}

fn rows_of_column(column: &Column, rows: &[usize]) -> Column {
    fn picked<T: Copy + Default>(values: &[T], rows: &[usize]) -> Vec<T> {
        let value = |row: &usize| values.get(*row).copied().unwrap_or_default();
        rows.iter().map(value).collect()
    }
    Column {
        values: match &column.values {
            Values::Number(values) => Values::Number(picked(values, rows)),
            Values::Flag(values) => Values::Flag(picked(values, rows)),
            Values::Choice(values) => Values::Choice(picked(values, rows)),
            Values::Text(texts) => Values::Text(TextColumn {
                numbers: picked(&texts.numbers, rows),
                dictionary: texts.dictionary.clone(),
            }),
        },
        missing: column.missing.as_ref().map(|mask| picked(mask, rows)),
    }
}
