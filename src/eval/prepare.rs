//! What is known of texts, lookups and overrides before any row is computed: the dictionary of every
//! text register and, for each operation on texts, a table by number. Each distinct text is looked
//! at once, however many rows bear it.

use super::block::{Buffer, Computed, NONE};
use super::inputs::Inputs;
use super::memory::Value;
use crate::model::program::{Literal, LookupId, TableId};
use crate::plan::Plan;
use crate::plan::op::{Kind, Node, Op, Register};
use crate::value::{Column, Dictionary, Values};
use ahash::AHashMap;
use std::sync::Arc;

/// Dictionaries of text registers and tables of operations, by register.
pub(super) struct Prepared {
    pub(super) dictionaries: Vec<Option<Arc<Dictionary>>>,
    pub(super) aids: Vec<Aid>,
    /// For each table of one row per customer the row of each customer.
    pub(super) row_of: Vec<Option<Vec<u32>>>,
    /// The row of each customer whom an override names, where there is one.
    pub(super) overridden: Vec<Option<u32>>,
}

/// What an operation needs beside its inputs.
pub(super) enum Aid {
    None,
    /// For each input new numbers for its texts; `None` where they stay.
    Renumber(Vec<Option<Vec<u32>>>),
    /// A flag for each text of the first input.
    Flags(Vec<bool>),
    /// A score for each text of the input.
    Scores(Vec<i64>),
    /// The entries of a lookup.
    Entries(Entries),
    /// Rows with the segment they are moved to, by row.
    Moves(Vec<(u32, u32)>),
}

/// The entries of a lookup by key.
pub(super) struct Entries {
    pub(super) by: ByKey,
    pub(super) values: Computed,
    /// The entry of all other keys.
    pub(super) otherwise: Option<u32>,
}

/// How the entry of a key is found.
pub(super) enum ByKey {
    /// By the number of a text or the position of a choice.
    Code(Vec<u32>),
    /// By number or flag.
    Number(AHashMap<i64, u32>),
}

/// Prepares a run.
pub(super) fn prepare(plan: &Plan, inputs: &Inputs) -> Prepared {
    prepare_beside(plan, inputs, &[])
}

/// Prepares a run that knows some values already, by register.
pub(super) fn prepare_beside(plan: &Plan, inputs: &Inputs, known: &[Option<Value>]) -> Prepared {
    let mut prepared = Prepared {
        dictionaries: vec![None; plan.nodes.len()],
        aids: Vec::with_capacity(plan.nodes.len()),
        row_of: vec![None; inputs.tables.len()],
        overridden: overridden(plan, inputs),
    };
    for (at, node) in plan.nodes.iter().enumerate() {
        let aid = match (plan.live.get(at), known.get(at)) {
            (Some(true), Some(Some(value))) => {
                if let Value::Column(column) = value {
                    prepared.dictionaries[at] = text_of(Some(column));
                }
                Aid::None
            }
            (Some(true), _) => prepared.node(plan, inputs, at, node),
            _ => Aid::None,
        };
        prepared.aids.push(aid);
    }
    prepared
}

impl Prepared {
    fn node(&mut self, plan: &Plan, inputs: &Inputs, at: usize, node: &Node) -> Aid {
        let is_text = |register: &Register| plan.node(*register).kind == Kind::Text;
        match &node.op {
            Op::Constant(Literal::Text(text)) => {
                self.dictionaries[at] = Some(Arc::new(Dictionary::new([&**text])));
                Aid::None
            }
            Op::Field(field) => {
                self.dictionaries[at] = text_of(inputs.customers.column(field.0));
                Aid::None
            }
            Op::RowField(table, field) => {
                self.dictionaries[at] = text_of(column(inputs, *table, field.0));
                Aid::None
            }
            Op::OnePerCustomer(table, field) => {
                self.dictionaries[at] = text_of(column(inputs, *table, field.0));
                self.one_per_customer(inputs, *table);
                Aid::None
            }
            Op::Override => Aid::Moves(moves(plan, &self.overridden)),
            Op::Gather(_, a) | Op::RowAt(_, a) | Op::Require(a, _) => {
                self.dictionaries[at] = self.dictionaries[a.0].clone();
                Aid::None
            }
            Op::Persons { name, .. } => {
                self.dictionaries[at] = self.dictionaries[name.0].clone();
                Aid::None
            }
            Op::Lower(a) => {
                let from = self.dictionary(*a);
                let mut lowered = Dictionary::default();
                let map = from
                    .iter()
                    .map(|text| lowered.insert(&text.to_lowercase()))
                    .collect();
                self.dictionaries[at] = Some(Arc::new(lowered));
                Aid::Renumber(vec![Some(map)])
            }
            Op::ChoiceText(_, texts) => {
                let mut dictionary = Dictionary::default();
                let map = texts.iter().map(|text| dictionary.insert(text)).collect();
                self.dictionaries[at] = Some(Arc::new(dictionary));
                Aid::Renumber(vec![Some(map)])
            }
            Op::Select(_, a, b) | Op::Default(a, b) if node.kind == Kind::Text => {
                self.union(at, &[*a, *b])
            }
            Op::Switch(_, cases) if node.kind == Kind::Text => self.union(at, cases),
            Op::Compare(_, a, b) if is_text(a) && is_text(b) => {
                let (left, right) = (self.dictionary(*a), self.dictionary(*b));
                let map = (!Arc::ptr_eq(&left, &right)).then(|| {
                    let numbers = right.iter().map(|text| left.number(text));
                    numbers.map(|number| number.unwrap_or(NONE)).collect()
                });
                Aid::Renumber(vec![None, map])
            }
            Op::IsOneOf(a, values) if is_text(a) => {
                let is_one = |text: &str| {
                    let texts = values.iter();
                    let mut texts = texts.filter_map(|value| match value {
                        Literal::Text(text) => Some(&**text),
                        _ => None,
                    });
                    texts.any(|value| value == text)
                };
                Aid::Flags(self.dictionary(*a).iter().map(is_one).collect())
            }
            Op::StartsWith(a, b) | Op::Contains(a, b) => match &plan.node(*b).op {
                Op::Constant(Literal::Text(part)) => {
                    let starts = matches!(node.op, Op::StartsWith(..));
                    let dictionary = self.dictionary(*a);
                    let flags = dictionary.iter().map(|text| match starts {
                        true => text.starts_with(&**part),
                        false => text.contains(&**part),
                    });
                    Aid::Flags(flags.collect())
                }
                _ => Aid::None,
            },
            Op::Match(a, arms, otherwise) if is_text(a) => {
                let score = |text: &str| {
                    let arm = arms.iter().find(|(value, _)| match value {
                        Literal::Text(value) => &**value == text,
                        _ => false,
                    });
                    arm.map_or(otherwise.unwrap_or(0), |(_, score)| *score)
                };
                Aid::Scores(self.dictionary(*a).iter().map(score).collect())
            }
            Op::Lookup(lookup, key) => self.lookup(plan, inputs, at, *lookup, *key),
            _ => Aid::None,
        }
    }

    /// The dictionary of a text register.
    pub(super) fn dictionary(&self, register: Register) -> Arc<Dictionary> {
        let known = self.dictionaries.get(register.0).cloned().flatten();
        known.unwrap_or_default()
    }

    /// One dictionary with the texts of all, and the new numbers of each.
    fn union(&mut self, at: usize, inputs: &[Register]) -> Aid {
        let from: Vec<Arc<Dictionary>> = inputs.iter().map(|it| self.dictionary(*it)).collect();
        // The largest keeps its numbers; most often the others have nothing new for it.
        let largest = from.iter().max_by_key(|dictionary| dictionary.len());
        let mut all = largest.cloned().unwrap_or_default();
        let largest = all.clone();
        let mut maps = Vec::with_capacity(from.len());
        for dictionary in &from {
            maps.push((!Arc::ptr_eq(dictionary, &largest)).then(|| {
                let number = |text| match all.number(text) {
                    Some(number) => number,
                    None => Arc::make_mut(&mut all).insert(text),
                };
                dictionary.iter().map(number).collect()
            }));
        }
        self.dictionaries[at] = Some(all);
        Aid::Renumber(maps)
    }

    fn one_per_customer(&mut self, inputs: &Inputs, table: TableId) {
        let (Some(slot), Some(rows)) = (self.row_of.get_mut(table.0), inputs.tables.get(table.0))
        else {
            return;
        };
        if slot.is_none() {
            let mut row_of = vec![NONE; inputs.customers.rows];
            for (row, customer) in rows.customer.iter().enumerate() {
                if let Some(row_of) = row_of.get_mut(*customer as usize) {
                    *row_of = row as u32;
                }
            }
            *slot = Some(row_of);
        }
    }

    fn lookup(
        &mut self,
        plan: &Plan,
        inputs: &Inputs,
        at: usize,
        lookup: LookupId,
        key: Register,
    ) -> Aid {
        let node = &plan.nodes[at];
        let known = plan.lookups.get(lookup.0);
        let (keys, values, otherwise) = match known.and_then(|known| known.entries.as_ref()) {
            Some(entries) => {
                let otherwise = known.and_then(|known| known.otherwise.as_ref());
                let keys = entries.iter().map(|(key, _)| key);
                let values = entries.iter().map(|(_, value)| value).chain(otherwise);
                (
                    of_literals(plan.node(key).kind, keys),
                    of_literals(node.kind, values),
                    otherwise.map(|_| entries.len() as u32),
                )
            }
            None => {
                let table = inputs.lookups.get(lookup.0);
                let keys = table.and_then(|table| table.keys.clone());
                let values = table.and_then(|table| table.values.clone());
                (
                    keys.unwrap_or_else(|| of_literals(plan.node(key).kind, [].iter())),
                    values.unwrap_or_else(|| of_literals(node.kind, [].iter())),
                    None,
                )
            }
        };
        let by = match (&keys.values, plan.node(key).kind) {
            (Values::Text(texts), _) => {
                let mut entry_of = vec![NONE; texts.dictionary.len()];
                for (entry, number) in texts.numbers.iter().enumerate() {
                    if let Some(slot) = entry_of.get_mut(*number as usize) {
                        *slot = entry as u32;
                    }
                }
                let dictionary = self.dictionary(key);
                let entries = dictionary.iter().map(|text| {
                    let number = texts.dictionary.number(text)?;
                    entry_of.get(number as usize).copied()
                });
                ByKey::Code(entries.map(|entry| entry.unwrap_or(NONE)).collect())
            }
            (Values::Choice(codes), _) => {
                let size = codes
                    .iter()
                    .max()
                    .map_or(0, |largest| *largest as usize + 1);
                let mut entries = vec![NONE; size];
                for (entry, code) in codes.iter().enumerate() {
                    entries[*code as usize] = entry as u32;
                }
                ByKey::Code(entries)
            }
            (Values::Number(numbers), _) => {
                let entries = numbers.iter().enumerate();
                ByKey::Number(entries.map(|(entry, key)| (*key, entry as u32)).collect())
            }
            (Values::Flag(flags), _) => {
                let entries = flags.iter().enumerate();
                let entries = entries.map(|(entry, key)| (i64::from(*key), entry as u32));
                ByKey::Number(entries.collect())
            }
        };
        let missing = values.missing;
        let values = match values.values {
            Values::Number(numbers) => Buffer::Number(numbers),
            Values::Flag(flags) => Buffer::Flag(flags),
            Values::Choice(codes) => Buffer::Code(codes),
            Values::Text(texts) => {
                self.dictionaries[at] = Some(texts.dictionary);
                Buffer::Code(texts.numbers)
            }
        };
        Aid::Entries(Entries {
            by,
            values: Computed {
                missing,
                ..Computed::full(values)
            },
            otherwise,
        })
    }
}

fn column(inputs: &Inputs, table: TableId, field: usize) -> Option<&Column> {
    inputs.tables.get(table.0)?.table.column(field)
}

fn text_of(column: Option<&Column>) -> Option<Arc<Dictionary>> {
    match &column?.values {
        Values::Text(texts) => Some(texts.dictionary.clone()),
        _ => None,
    }
}

/// A column of constants of one kind.
fn of_literals<'a>(kind: Kind, literals: impl Iterator<Item = &'a Literal>) -> Column {
    let mut dictionary = Dictionary::default();
    let (mut numbers, mut flags, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for literal in literals {
        match literal {
            Literal::Number(number) => numbers.push(*number),
            Literal::Flag(flag) => flags.push(*flag),
            Literal::Choice(code) => codes.push(*code),
            Literal::Text(text) => codes.push(dictionary.insert(text)),
        }
    }
    Column::full(match kind {
        Kind::Number => Values::Number(numbers),
        Kind::Flag => Values::Flag(flags),
        Kind::Text => Values::Text(crate::value::TextColumn {
            numbers: codes,
            dictionary: Arc::new(dictionary),
        }),
        _ => Values::Choice(codes),
    })
}

/// The rows of the customers whom overrides name, with their segments; of two overrides of one
/// customer the later one counts.
fn moves(plan: &Plan, overridden: &[Option<u32>]) -> Vec<(u32, u32)> {
    let mut moves: Vec<(u32, u32)> = Vec::new();
    for (over, row) in plan.overrides.iter().zip(overridden) {
        let Some(row) = row else { continue };
        match moves.binary_search_by_key(row, |(row, _)| *row) {
            Ok(at) => moves[at].1 = over.segment,
            Err(at) => moves.insert(at, (*row, over.segment)),
        }
    }
    moves
}

/// The row of each customer whom an override names, where there is one.
fn overridden(plan: &Plan, inputs: &Inputs) -> Vec<Option<u32>> {
    let keys: Vec<&str> = plan.overrides.iter().map(|it| &*it.customer).collect();
    let column = inputs.customers.column(plan.key.0);
    let Some(Values::Text(texts)) = column.map(|it| &it.values).filter(|_| !keys.is_empty()) else {
        return vec![None; keys.len()];
    };
    let numbers = texts.dictionary.numbers(&keys);
    // Where every key is new in its row, which is how most files are, numbers are rows.
    let as_rows = |number: &u32| texts.numbers.get(*number as usize) == Some(number);
    if numbers.iter().flatten().all(as_rows) {
        return numbers;
    }
    let mut wanted: AHashMap<u32, Option<u32>> = numbers
        .iter()
        .flatten()
        .map(|number| (*number, None))
        .collect();
    for (row, number) in texts.numbers.iter().enumerate() {
        if let Some(slot) = wanted.get_mut(number) {
            *slot = Some(row as u32);
        }
    }
    let row = |number: &u32| wanted.get(number).copied().flatten();
    numbers
        .iter()
        .map(|number| number.as_ref().and_then(row))
        .collect()
}
