//! Checked program → operations: everything that the result, segments and checks are made of, for
//! the population that it ranges over. One file a part of the language.

mod aggregate;
mod axis;
mod check;
mod expression;
mod lets;
mod segmentation;
mod service;

use super::builder::Builder;
use super::op::{Kind, Node, Op, Population, Register, Scores};
use super::result::{AxisPlan, OutputPlan, Results, SegmentationPlan};
use super::{CheckPlan, Only, OperandPlan, Wanted};
use crate::base::Span;
use crate::model::lines;
use crate::model::program::{
    AxisId, Expr, ExprKind, FieldId, LetId, Literal, Program, SegmentId, Segmentation,
    SegmentationId, TableId, TeamId,
};
use crate::model::types::Type;
use ahash::AHashMap;
use service::{Case, Served};

/// Whose values stand bare, and over whom portfolio functions range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Frame {
    sight: Sight,
    population: Population,
}

/// Whose values stand bare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sight {
    Customer,
    Row(TableId),
    Portfolio,
    Person(TeamId),
}

impl Frame {
    fn customer(self) -> Frame {
        Frame {
            sight: Sight::Customer,
            ..self
        }
    }

    fn of(population: Population) -> Frame {
        Frame {
            sight: Sight::Customer,
            population,
        }
    }
}

/// The state of lowering: the operations so far and what has been lowered before.
struct Lowering<'p> {
    program: &'p Program,
    wanted: Wanted,
    builder: Builder,
    scores: Scores,
    lets: AHashMap<(LetId, Frame), Register>,
    axes: AHashMap<(AxisId, Population), AxisPlan>,
    segmentations: AHashMap<(SegmentationId, Population), SegmentationPlan>,
    cases: AHashMap<(SegmentId, Population), Case>,
    served: AHashMap<Population, Served>,
    included: AHashMap<Population, Option<Register>>,
    excluded: Option<Option<Register>>,
}

/// The operations of a program, and which of them are what.
pub(super) fn lower(program: &Program, wanted: Wanted) -> (Vec<Node>, Results) {
    let unit = crate::value::decimal::unit(program.scores.decimals);
    let mut lowering = Lowering {
        program,
        wanted,
        builder: Builder::default(),
        scores: Scores {
            lowest: program.scores.lowest.0,
            highest: program.scores.highest.0,
            unit,
        },
        lets: AHashMap::new(),
        axes: AHashMap::new(),
        segmentations: AHashMap::new(),
        cases: AHashMap::new(),
        served: AHashMap::new(),
        included: AHashMap::new(),
        excluded: None,
    };
    let mut results = match wanted.test {
        Some(test) => lowering.test(test),
        None => match wanted.only {
            Only::All => lowering.results(),
            Only::Segments => lowering.segments(),
            Only::Asked => lowering.asked(),
        },
    };
    let names = |it: &Segmentation| it.segments.iter().map(|it| it.name.clone()).collect();
    results.segmentation_names = program.segmentations.iter().map(names).collect();
    results.team_names = program.teams.iter().map(|it| it.name.clone()).collect();
    (lowering.builder.finish(), results)
}

impl Lowering<'_> {
    fn results(&mut self) -> Results {
        let program = self.program;
        Results {
            excluded: self.excluded(),
            exclude_conditions: match self.wanted.trace {
                true => self.traced_excludes(),
                false => Vec::new(),
            },
            included: self.included(Population::Final),
            reasons: self.reasons(),
            axes: (0..program.axes.len())
                .map(|axis| self.axis(AxisId(axis), Population::Final))
                .collect(),
            segmentations: (0..program.segmentations.len())
                .map(|it| self.segmentation(SegmentationId(it), Population::Final))
                .collect(),
            service: self.service_plan(),
            outputs: program
                .outputs
                .iter()
                .map(|output| OutputPlan {
                    header: output.header.clone(),
                    ty: output.value.ty.clone(),
                    register: self.value(&output.value, Frame::of(Population::Final)),
                    for_excluded: matches!(
                        output.value.kind,
                        ExprKind::Field(_) | ExprKind::OnePerCustomer(..) | ExprKind::DecidedBy
                    ),
                })
                .collect(),
            checks: program.checks.iter().map(|it| self.check(it)).collect(),
            ..Results::default()
        }
    }

    /// Who is kept out, and the segments of the others.
    fn segments(&mut self) -> Results {
        let segmentations = 0..self.program.segmentations.len();
        Results {
            segmentations: segmentations
                .map(|it| self.segmentation(SegmentationId(it), Population::Final))
                .collect(),
            compared: self.compared(),
            ..self.population()
        }
    }

    fn compared(&mut self) -> Vec<Register> {
        let program = self.program;
        let deciding = program.deciding_segmentation();
        let compared = deciding.map(|(_, it)| lines::compared(program, it));
        let values = compared.unwrap_or_default().into_iter();
        values
            .map(|(value, _)| self.value(value, Frame::of(Population::Final)))
            .collect()
    }

    /// What is asked beside the model.
    fn asked(&mut self) -> Results {
        let mut results = self.population();
        for asked in &self.program.asked {
            let expr = &asked.value;
            if asked.of_portfolio {
                results.asked.push(OperandPlan {
                    at: expr.span,
                    register: self.value(expr, check::PORTFOLIO),
                    ty: expr.ty.clone(),
                });
            } else {
                results.outputs.push(OutputPlan {
                    header: String::new(),
                    ty: expr.ty.clone(),
                    register: self.value(expr, Frame::of(Population::Final)),
                    for_excluded: false,
                });
            }
        }
        results
    }

    fn population(&mut self) -> Results {
        Results {
            excluded: self.excluded(),
            included: self.included(Population::Final),
            reasons: self.reasons(),
            ..Results::default()
        }
    }

    fn test(&mut self, test: usize) -> Results {
        let mut results = Results::default();
        let Some(test) = self.program.tests.get(test) else {
            return results;
        };
        for expect in &test.expects {
            let condition = self.expectation(&expect.condition);
            results.expects.push(CheckPlan {
                only_warns: false,
                label: test.name.clone(),
                because: None,
                span: expect.span,
                ..condition
            });
        }
        if self.wanted.trace {
            results.exclude_conditions = self.traced_excludes();
            let axes = 0..self.program.axes.len();
            results.axes = axes
                .map(|axis| self.axis(AxisId(axis), Population::Final))
                .collect();
            let segmentations = 0..self.program.segmentations.len();
            results.segmentations = segmentations
                .map(|it| self.segmentation(SegmentationId(it), Population::Final))
                .collect();
            results.service = self.service_plan();
        }
        results
    }

    // Who is kept out.

    /// Whether a customer belongs to a population; `None` where all do.
    fn included(&mut self, population: Population) -> Option<Register> {
        if let Some(known) = self.included.get(&population) {
            return *known;
        }
        let included = match population {
            Population::Everyone => None,
            Population::Kept => {
                let reasons = self.exclude_conditions(false);
                self.none_of(&reasons)
            }
            Population::Final => {
                let kept = self.included(Population::Kept);
                let reasons = self.exclude_conditions(true);
                match (kept, self.none_of(&reasons)) {
                    (Some(kept), Some(none)) => {
                        Some(self.flag(Op::And(kept, none), self.program.customers.span))
                    }
                    (kept, none) => kept.or(none),
                }
            }
        };
        self.included.insert(population, included);
        included
    }

    fn exclude_conditions(&mut self, uses_portfolio: bool) -> Vec<Register> {
        let population = match uses_portfolio {
            true => Population::Kept,
            false => Population::Everyone,
        };
        let program = self.program;
        let excludes = program.excludes.iter();
        excludes
            .filter(|exclude| exclude.uses_portfolio == uses_portfolio)
            .map(|exclude| {
                let condition = self.value(&exclude.condition, Frame::of(population));
                match self.wanted.test {
                    Some(_) => self.flag(Op::Lenient(condition), exclude.condition.span),
                    None => condition,
                }
            })
            .collect()
    }

    fn traced_excludes(&mut self) -> Vec<Register> {
        let mut conditions = self.exclude_conditions(false);
        conditions.extend(self.exclude_conditions(true));
        conditions
    }

    fn none_of(&mut self, conditions: &[Register]) -> Option<Register> {
        let span = self.program.customers.span;
        let any = conditions
            .iter()
            .copied()
            .reduce(|a, b| self.flag(Op::Or(a, b), span))?;
        Some(self.flag(Op::Not(any), span))
    }

    /// The position of the first reason that holds for a customer; missing where none does.
    fn excluded(&mut self) -> Option<Register> {
        if let Some(known) = self.excluded {
            return known;
        }
        let mut reasons = self.exclude_conditions(false);
        reasons.extend(self.exclude_conditions(true));
        let first = (!reasons.is_empty()).then(|| {
            let op = Op::FirstHolds(reasons);
            self.choice(op, self.program.customers.span)
        });
        self.excluded = Some(first);
        first
    }

    /// The reasons in the order in which they are tried.
    fn reasons(&self) -> Vec<String> {
        let excludes = || self.program.excludes.iter();
        let plain = excludes().filter(|exclude| !exclude.uses_portfolio);
        let last = excludes().filter(|exclude| exclude.uses_portfolio);
        plain.chain(last).map(|it| it.reason.clone()).collect()
    }

    // Short words for operations that are made often.

    fn number(&mut self, value: i64, ty: &Type, span: Span) -> Register {
        let op = Op::Constant(Literal::Number(value));
        self.builder.add(op, Kind::Number, ty, span)
    }

    fn flag(&mut self, op: Op, span: Span) -> Register {
        self.builder.add(op, Kind::Flag, &Type::Flag, span)
    }

    fn choice(&mut self, op: Op, span: Span) -> Register {
        self.builder.add(op, Kind::Choice, &Type::Number, span)
    }

    fn yes(&mut self, span: Span) -> Register {
        self.flag(Op::Constant(Literal::Flag(true)), span)
    }

    fn missing(&mut self, ty: &Type, span: Span) -> Register {
        let kind = kind_of(ty);
        self.builder.add(Op::Missing(kind), kind, ty, span)
    }

    fn is_missing(&mut self, value: Register, span: Span) -> Register {
        self.flag(Op::IsMissing(value), span)
    }

    fn is_there(&mut self, value: Register, span: Span) -> Register {
        let missing = self.is_missing(value, span);
        self.flag(Op::Not(missing), span)
    }

    /// A field of the customers.
    fn field(&mut self, field: FieldId, span: Span) -> Register {
        let (ty, optional) = match self.program.customers.fields.get(field.0) {
            Some(field) => (field.ty.clone(), field.optional),
            None => (Type::Text, true),
        };
        let op = Op::Field(field);
        self.builder.add_leaf(op, kind_of(&ty), &ty, span, optional)
    }

    fn kind(&self, register: Register) -> Kind {
        self.builder.node(register).kind
    }

    /// A choice as the number of its position, so that it can be ordered; a number as it is.
    fn ordered(&mut self, value: Register, expr: &Expr) -> Register {
        match self.kind(value) {
            Kind::Choice => {
                let op = Op::ChoiceNumber(value);
                self.builder.add(op, Kind::Number, &expr.ty, expr.span)
            }
            _ => value,
        }
    }
}

/// How values of a type are held.
fn kind_of(ty: &Type) -> Kind {
    match ty {
        Type::Flag => Kind::Flag,
        Type::Text => Kind::Text,
        ty if ty.is_choice() => Kind::Choice,
        _ => Kind::Number,
    }
}
