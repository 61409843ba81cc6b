//! The inputs of a customer that could be changed: its fields, and those of its rows in tables.
//! Here they are found, read and set; nothing is tried out.

use crate::eval::{Inputs, NOBODY, literal_at};
use crate::model::program::{Dataset, Field, FieldId, Literal, Program, TableId};
use crate::plan::Plan;
use crate::plan::op::{Op, Register};
use crate::value::{Column, Values};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An input of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// A field.
    Field(FieldId),
    /// A field of a row in a table; the row counts among the customer's own.
    Row(TableId, FieldId, usize),
}

impl Slot {
    /// The field.
    pub fn field<'p>(&self, program: &'p Program) -> Option<&'p Field> {
        match self {
            Slot::Field(id) => program.customers.fields.get(id.0),
            Slot::Row(table, id, _) => program.tables.get(table.0)?.fields.get(id.0),
        }
    }

    /// Whether another one is the same field, perhaps in another row of its table.
    pub fn is_beside(&self, other: &Slot) -> bool {
        match (self, other) {
            (Slot::Row(table, id, _), Slot::Row(of, field, _)) => (table, id) == (of, field),
            _ => self == other,
        }
    }

    /// The column of the field, of all customers.
    pub fn column<'i>(&self, inputs: &'i Inputs) -> Option<&'i Column> {
        match self {
            Slot::Field(id) => inputs.customers.column(id.0),
            Slot::Row(table, id, _) => inputs.tables.get(table.0)?.table.column(id.0),
        }
    }

    /// Whether an operation reads it; of a table also its other rows.
    pub fn is_read_by(&self, op: &Op) -> bool {
        match (self, op) {
            (Slot::Field(id), Op::Field(field)) => field == id,
            (Slot::Row(table, id, _), Op::OnePerCustomer(of, field) | Op::RowField(of, field)) => {
                (of, field) == (table, id)
            }
            _ => false,
        }
    }

    /// The row in that column, of a customer.
    pub fn place(&self, inputs: &Inputs, customer: usize) -> Option<usize> {
        match self {
            Slot::Field(_) => Some(customer),
            Slot::Row(table, _, number) => {
                let owners = &inputs.tables.get(table.0)?.customer;
                let mut own = owners.iter().enumerate();
                let own = own
                    .by_ref()
                    .filter(|(_, owner)| **owner as usize == customer);
                own.map(|(place, _)| place).nth(*number)
            }
        }
    }

    /// The row of a table that it stands in.
    pub fn in_table(&self, place: usize) -> Option<(TableId, usize)> {
        match self {
            Slot::Field(_) => None,
            Slot::Row(table, ..) => Some((*table, place)),
        }
    }

    /// The value of a customer; `Some(None)` is missing.
    pub fn value(&self, inputs: &Inputs, customer: usize) -> Option<Option<Literal>> {
        literal_at(self.column(inputs)?, self.place(inputs, customer)?)
    }

    /// The line of its row in the file of its table.
    pub fn line(&self, inputs: &Inputs, customer: usize) -> Option<u64> {
        let Slot::Row(table, ..) = self else {
            return None;
        };
        inputs
            .tables
            .get(table.0)?
            .table
            .line(self.place(inputs, customer)?)
    }

    /// Gives a customer another value.
    pub fn set(&self, inputs: &mut Inputs, customer: usize, literal: &Literal) {
        let Some(place) = self.place(inputs, customer) else {
            return;
        };
        self.set_at(inputs, place, literal);
    }

    /// Gives a row of the column another value.
    pub fn set_at(&self, inputs: &mut Inputs, place: usize, literal: &Literal) {
        let columns = match self {
            Slot::Field(_) => Some(&mut inputs.customers.columns),
            Slot::Row(table, ..) => inputs
                .tables
                .get_mut(table.0)
                .map(|it| &mut it.table.columns),
        };
        let (Slot::Field(id) | Slot::Row(_, id, _)) = self;
        let column = columns.and_then(|columns| columns.get_mut(id.0)?.as_mut());
        if let Some(column) = column {
            set(column, place, literal);
        }
    }
}

fn set(column: &mut Column, row: usize, literal: &Literal) {
    fn put<T>(values: &mut [T], row: usize, value: T) {
        if let Some(place) = values.get_mut(row) {
            *place = value;
        }
    }
    match (&mut column.values, literal) {
        (Values::Number(values), Literal::Number(number)) => put(values, row, *number),
        (Values::Flag(values), Literal::Flag(flag)) => put(values, row, *flag),
        (Values::Choice(values), Literal::Choice(code)) => put(values, row, *code),
        (Values::Text(texts), Literal::Text(text)) => {
            let number = match texts.dictionary.number(text) {
                Some(number) => number,
                None => Arc::make_mut(&mut texts.dictionary).insert(text),
            };
            put(&mut texts.numbers, row, number);
        }
        _ => return,
    }
    if let Some(mask) = &mut column.missing {
        put(mask, row, false);
    }
}

/// The registers that these are made from.
fn sources(plan: &Plan, of: impl Iterator<Item = Register>) -> Vec<bool> {
    let mut needed = vec![false; plan.nodes.len()];
    for register in of {
        if let Some(place) = needed.get_mut(register.0) {
            *place = true;
        }
    }
    // INVARIANT: inputs stand before those that read them, so one pass from the end sees all.
    for at in (0..plan.nodes.len()).rev() {
        let inputs = match (needed.get(at), plan.nodes.get(at)) {
            (Some(true), Some(node)) => node.op.inputs(),
            _ => continue,
        };
        for input in inputs {
            if let Some(place) = needed.get_mut(input.0) {
                *place = true;
            }
        }
    }
    needed
}

/// The inputs that segments are made from, in the order of the fields, without keys and without
/// earlier results: what was is nothing that could be changed.
pub fn slots(program: &Program, plan: &Plan) -> Vec<Slot> {
    let segments = plan.results.segmentations.iter().map(|it| it.segment);
    let needed = sources(plan, segments);
    let open = |dataset: &Dataset, id: FieldId| {
        let field = dataset.fields.get(id.0);
        let is_segment = |field: &Field| matches!(field.ty, crate::model::types::Type::Segment(_));
        id != dataset.key && field.is_some_and(|field| !is_segment(field))
    };
    let mut slots: Vec<Slot> = Vec::new();
    for (node, _) in plan
        .nodes
        .iter()
        .zip(&needed)
        .filter(|(_, needed)| **needed)
    {
        match node.op {
            Op::Field(id) if open(&program.customers, id) => slots.push(Slot::Field(id)),
            Op::OnePerCustomer(table, id) | Op::RowField(table, id)
                if program.tables.get(table.0).is_some_and(|it| open(it, id)) =>
            {
                slots.push(Slot::Row(table, id, 0));
            }
            _ => {}
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// Gives a customer a row in every table of one row per customer where it has none, with nothing in
/// it: what is not there could be filled in.
pub fn with_rows(program: &Program, inputs: &mut Inputs, customer: usize) {
    for (declared, rows) in program.tables.iter().zip(&mut inputs.tables) {
        let has_one = rows.customer.iter().any(|it| *it as usize == customer);
        let (true, Ok(owner)) = (
            declared.one_per_customer && !has_one,
            u32::try_from(customer),
        ) else {
            continue;
        };
        let count = rows.table.rows;
        for column in rows.table.columns.iter_mut().flatten() {
            match &mut column.values {
                Values::Number(values) => values.push(0),
                Values::Flag(values) => values.push(false),
                Values::Choice(values) => values.push(0),
                Values::Text(texts) => {
                    let number = Arc::make_mut(&mut texts.dictionary).insert("");
                    texts.numbers.push(number);
                }
            }
            let mask = column.missing.get_or_insert_with(|| vec![false; count]);
            mask.push(true);
        }
        rows.table.rows += 1;
        if !rows.table.lines.is_empty() {
            rows.table.lines.push(0);
        }
        rows.customer.push(owner);
    }
}

/// The slots of a customer, those of a field together. Of several rows in a table those with the
/// largest numbers are taken, so many; how many rows there are comes with each table that has more.
pub fn slots_of(
    inputs: &Inputs,
    slots: &[Slot],
    customer: usize,
    most: usize,
) -> (Vec<Slot>, BTreeMap<TableId, usize>) {
    let (mut own, mut larger) = (Vec::new(), BTreeMap::new());
    for slot in slots {
        let Slot::Row(table, id, _) = slot else {
            own.push(*slot);
            continue;
        };
        let rows = inputs.tables.get(table.0);
        let Some((rows, column)) = rows.and_then(|it| Some((it, it.table.column(id.0)?))) else {
            continue;
        };
        let owners = rows.customer.iter().enumerate();
        let places = owners.filter(|(_, owner)| **owner != NOBODY && **owner as usize == customer);
        let mut sized: Vec<(i64, usize)> = places
            .enumerate()
            .map(|(number, (place, _))| match literal_at(column, place) {
                Some(Some(Literal::Number(size))) => (size, number),
                _ => (i64::MIN, number),
            })
            .collect();
        sized.sort_by_key(|(size, number)| (std::cmp::Reverse(*size), *number));
        if sized.len() > most {
            larger.insert(*table, sized.len());
        }
        let taken = sized.into_iter().take(most);
        own.extend(taken.map(|(_, number)| Slot::Row(*table, *id, number)));
    }
    (own, larger)
}
