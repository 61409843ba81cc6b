//! One side of a comparison: who the customers are, in which segment each is, what each is worth.
//! It comes from a run, or from a result that was written before; nothing is computed here.

use crate::eval::{Inputs, Outcome};
use crate::model::program::{Program, Segmentation};
use crate::model::types::Type;
use crate::value::{Column, Values};
use ahash::AHashSet;
use std::borrow::Cow;

/// Fields that hold what people call a customer, the likeliest first.
const NAMES: [&str; 12] = [
    "name",
    "navn",
    "namn",
    "nimi",
    "customer_name",
    "company",
    "customer",
    "kunde",
    "kund",
    "asiakas",
    "account_name",
    "account",
];

/// A segment by its name, with the label that people see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSegment {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
}

impl NamedSegment {
    /// What people call it.
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// The customers of one side.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// The segments by position.
    pub segments: Vec<NamedSegment>,
    /// The positions of the segments, the most important first.
    pub importance: Vec<usize>,
    /// The segment of each customer; missing for those who are kept out.
    pub segment: Cow<'a, Column>,
    /// The key of each customer.
    pub key: Cow<'a, Column>,
    /// What each is called, where a field says so.
    pub name: Option<&'a Column>,
    /// What each is worth, where that is counted.
    pub amount: Option<Cow<'a, Column>>,
    /// The keys of those whose rows were put aside: this side does not know where they would be.
    pub put_aside: Option<&'a AHashSet<String>>,
}

/// A number of every customer that is added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The name of the field, or the header of the column.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// Where it stands.
    pub column: AmountColumn,
}

/// Where an amount stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountColumn {
    /// A field of the customers.
    Field(usize),
    /// A column of the result.
    Output(usize),
}

impl Amount {
    /// The field of the customers or the column of the result of that name.
    pub fn named(program: &Program, outcome: &Outcome, name: &str) -> Option<Amount> {
        let fields = &program.customers.fields;
        if let Some(at) = fields.iter().position(|it| it.name == name) {
            return Amount::at(name, &fields[at].ty, AmountColumn::Field(at));
        }
        let mut columns = outcome.columns.iter();
        let at = columns.position(|it| it.header == name)?;
        Amount::at(name, &outcome.columns[at].ty, AmountColumn::Output(at))
    }

    fn at(name: &str, ty: &Type, column: AmountColumn) -> Option<Amount> {
        let adds_up = matches!(
            ty,
            Type::Money | Type::Number | Type::Duration | Type::Frequency
        );
        adds_up.then(|| Amount {
            name: name.to_owned(),
            ty: ty.clone(),
            column,
        })
    }

    /// The money that stands first among the customers' fields, else in the result.
    pub fn first_money(program: &Program, outcome: &Outcome) -> Option<Amount> {
        let mut fields = program.customers.fields.iter();
        let field = fields.find(|it| it.ty == Type::Money);
        let mut columns = outcome.columns.iter();
        let mut column = || columns.find(|it| it.ty == Type::Money);
        let name = match field {
            Some(field) => &field.name,
            None => &column()?.header,
        };
        Amount::named(program, outcome, name)
    }

    /// The names that may be asked for.
    pub fn names<'a>(program: &'a Program, outcome: &'a Outcome) -> Vec<&'a str> {
        let fields = program.customers.fields.iter();
        let fields = fields.map(|it| (&it.ty, it.name.as_str()));
        let columns = outcome.columns.iter();
        let columns = columns.map(|it| (&it.ty, it.header.as_str()));
        let mut names: Vec<&str> = Vec::new();
        for (ty, name) in fields.chain(columns) {
            if Amount::at(name, ty, AmountColumn::Field(0)).is_some() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Its values.
    fn values<'a>(&self, outcome: &'a Outcome, inputs: &'a Inputs) -> Option<Cow<'a, Column>> {
        match self.column {
            AmountColumn::Field(at) => inputs.customers.column(at).map(Cow::Borrowed),
            AmountColumn::Output(at) => outcome.column(at, inputs),
        }
    }
}

impl<'a> Side<'a> {
    /// The side that a run made, by one of its segmentations (the deciding one where none is named)
    /// and with an amount of each customer. `None` where there is no such segmentation.
    pub fn of_run(
        program: &'a Program,
        inputs: &'a Inputs,
        outcome: &'a Outcome,
        segmentation: Option<&str>,
        amount: Option<&Amount>,
    ) -> Option<Side<'a>> {
        let at = position(program, segmentation)?;
        let declared = program.segmentations.get(at)?;
        let made = outcome.segmentations.get(at)?;
        Some(Side {
            segments: named_segments(declared),
            importance: declared.importance.iter().map(|it| it.0).collect(),
            segment: Cow::Borrowed(&made.segment),
            key: Cow::Borrowed(inputs.customers.column(program.customers.key.0)?),
            name: name_field(program).and_then(|at| inputs.customers.column(at)),
            amount: amount.and_then(|it| it.values(outcome, inputs)),
            put_aside: None,
        })
    }

    /// How many customers there are.
    pub fn rows(&self) -> usize {
        self.segment.len()
    }

    /// The key of a customer.
    pub fn key_of(&self, row: u32) -> &str {
        text_at(&self.key, row).unwrap_or("")
    }

    /// What a customer is called, where a field says so and it is not the key once more.
    pub fn name_of(&self, row: u32) -> Option<&str> {
        text_at(self.name?, row).filter(|name| !name.is_empty())
    }

    /// The name of a customer's segment; `None` for one who is kept out.
    pub fn segment_of(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        match &self.segment.values {
            Values::Choice(codes) if !self.segment.is_missing(row) => {
                let segment = self.segments.get(*codes.get(row)? as usize)?;
                Some(&segment.name)
            }
            _ => None,
        }
    }

    /// What a customer is worth.
    pub fn amount_of(&self, row: u32) -> Option<i64> {
        let column = self.amount.as_deref()?;
        match &column.values {
            Values::Number(values) if !column.is_missing(row as usize) => {
                values.get(row as usize).copied()
            }
            _ => None,
        }
    }
}

/// The position of a segmentation by its name or column, or of the deciding one.
fn position(program: &Program, name: Option<&str>) -> Option<usize> {
    match name {
        Some(name) => program
            .segmentations
            .iter()
            .position(|it| it.column() == name),
        None => program.deciding_segmentation().map(|(id, _)| id.0),
    }
}

fn named_segments(segmentation: &Segmentation) -> Vec<NamedSegment> {
    let segments = segmentation.segments.iter();
    segments
        .map(|segment| NamedSegment {
            name: segment.name.clone(),
            label: segment.label.clone(),
        })
        .collect()
}

/// The field that holds what customers are called.
fn name_field(program: &Program) -> Option<usize> {
    let fields = &program.customers.fields;
    NAMES.iter().find_map(|name| {
        let mut fields = fields.iter().enumerate();
        let found =
            fields.find(|(_, it)| it.name.eq_ignore_ascii_case(name) && it.ty == Type::Text);
        found
            .map(|(at, _)| at)
            .filter(|at| *at != program.customers.key.0)
    })
}

fn text_at(column: &Column, row: u32) -> Option<&str> {
    match &column.values {
        Values::Text(texts) if !column.is_missing(row as usize) => {
            let number = texts.numbers.get(row as usize)?;
            Some(texts.dictionary.text(*number))
        }
        _ => None,
    }
}
