//! The words and values of parts of a model for one customer: what everything that is told is made
//! of. It looks up and words; it decides nothing.

use super::probes::{Looked, parts_of_customer};
use super::story::{Fact, Named, Title};
use super::value::Value;
use crate::base::{SourceMap, Span};
use crate::model::program::{Expr, ExprKind, Field, Literal, Program, SegmentId, SegmentationId};
use crate::model::types::Type;

/// One customer of a run.
#[derive(Clone, Copy)]
pub struct Teller<'t> {
    /// The run.
    pub looked: &'t Looked<'t>,
    /// The rule files.
    pub sources: &'t SourceMap,
    /// The customer.
    pub row: usize,
}

impl Teller<'_> {
    /// The model.
    pub fn program(&self) -> &Program {
        self.looked.program()
    }

    /// What is written at a place, on one line.
    pub fn words(&self, span: Span) -> String {
        squeezed(self.sources.text(span))
    }

    /// The value of a part.
    pub fn value(&self, expr: &Expr) -> Value {
        match self.looked.literal(expr, self.row) {
            Some(literal) => Value::new(self.program(), &expr.ty, literal),
            None => Value {
                shown: "not known".to_owned(),
                ..Value::new(self.program(), &expr.ty, None)
            },
        }
    }

    /// A part by its own words, with its label and value.
    pub fn named(&self, expr: &Expr) -> Named {
        Named {
            name: self.name(expr),
            label: label(self.program(), expr),
            value: self.value(expr),
        }
    }

    /// What a part is called: its name in the model, or its own words.
    fn name(&self, expr: &Expr) -> String {
        let program = self.program();
        match &expr.kind {
            ExprKind::Field(id) => {
                let field = program.customers.fields.get(id.0);
                field.map(|field| field.name.clone())
            }
            ExprKind::Let(id) => program.lets.get(id.0).map(|it| it.name.clone()),
            ExprKind::Axis(id) => program.axes.get(id.0).map(|it| it.name.clone()),
            ExprKind::ChoiceText(inner) => Some(self.name(inner)),
            _ => None,
        }
        .unwrap_or_else(|| self.words(expr.span))
    }

    /// Whether a condition holds.
    pub fn flag(&self, expr: &Expr) -> Option<bool> {
        match self.looked.literal(expr, self.row)?? {
            Literal::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The values that a part asks for, each once, from the left; constants are not among them.
    pub fn asked(&self, expr: &Expr) -> Vec<Named> {
        let mut asked: Vec<Named> = Vec::new();
        self.ask(expr, true, &mut asked);
        asked
    }

    fn ask(&self, expr: &Expr, whole: bool, asked: &mut Vec<Named>) {
        let is_leaf = match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Missing => return,
            ExprKind::RowAggregate { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::PersonAggregate { .. } => true,
            ExprKind::Portfolio { .. } => {
                // Whether somebody is among the top is the question itself.
                if !(whole && expr.ty == Type::Flag) {
                    self.add(expr, asked);
                }
                false
            }
            ExprKind::ChoiceText(inner) => return self.ask(inner, whole, asked),
            _ => parts_of_customer(expr).is_empty(),
        };
        if is_leaf {
            return self.add(expr, asked);
        }
        for part in parts_of_customer(expr) {
            self.ask(part, false, asked);
        }
    }

    fn add(&self, expr: &Expr, asked: &mut Vec<Named>) {
        let named = self.named(expr);
        if !asked.iter().any(|known| known.name == named.name) {
            asked.push(named);
        }
    }

    /// The name and label of a segment.
    pub fn segment(&self, segmentation: SegmentationId, segment: SegmentId) -> Title {
        let segmentation = self.program().segmentations.get(segmentation.0);
        let segment = segmentation.and_then(|it| it.segments.get(segment.0));
        Title {
            name: segment.map_or(String::new(), |it| it.name.clone()),
            label: segment.and_then(|it| it.label.clone()),
        }
    }

    /// The fields and lets that the model looks at, with what each let is made of.
    pub fn facts(&self) -> Vec<Fact> {
        let program = self.program();
        let mut facts: Vec<Fact> = Vec::new();
        for part in self.looked.probes.parts() {
            let made_of = match &part.kind {
                ExprKind::Field(_) | ExprKind::OnePerCustomer(..) => None,
                ExprKind::Let(id) => program.lets.get(id.0).map(|it| &it.value),
                _ => continue,
            };
            let named = self.named(part);
            if facts.iter().any(|fact| fact.named.name == named.name) {
                continue;
            }
            facts.push(Fact {
                named,
                made_of: made_of.map(|value| self.words(value.span)),
                values: made_of.map_or(Vec::new(), |value| self.asked(value)),
            });
        }
        facts
    }
}

/// The label of what a part names.
pub fn label(program: &Program, expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Field(id) => header(program.customers.fields.get(id.0)?),
        ExprKind::OnePerCustomer(table, id) => {
            header(program.tables.get(table.0)?.fields.get(id.0)?)
        }
        ExprKind::Let(id) => program.lets.get(id.0)?.label.clone(),
        ExprKind::Param(id) => program.params.get(id.0)?.label.clone(),
        ExprKind::Axis(id) => program.axes.get(id.0)?.label.clone(),
        ExprKind::Member(axis, member) => {
            let axis = program.axes.get(axis.0)?;
            axis.members.get(member.0)?.label.clone()
        }
        ExprKind::Activity(id) => program.activities.get(id.0)?.label.clone(),
        ExprKind::ChoiceText(inner) => label(program, inner),
        _ => None,
    }
}

/// The header of a field's column, where it is more than the name.
fn header(field: &Field) -> Option<String> {
    let header = field.headers.first()?;
    (*header != field.name).then(|| header.clone())
}

/// A text on one line, without comments and with single spaces.
fn squeezed(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in text.lines() {
        // A `#` inside a quoted text is no comment.
        let comment = line.char_indices().scan(false, |quoted, (at, letter)| {
            *quoted ^= letter == '"';
            Some((at, letter == '#' && !*quoted))
        });
        let end = comment
            .filter(|(_, begins)| *begins)
            .map(|(at, _)| at)
            .next();
        let line = end.and_then(|end| line.get(..end)).unwrap_or(line);
        words.extend(line.split_whitespace());
    }
    words.join(" ")
}
