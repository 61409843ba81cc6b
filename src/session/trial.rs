//! Made-up customers → the verdict of the run itself. Each is run as a test of the model would be, so
//! that only what its segment needs is computed.

use super::Loaded;
use crate::base::{SourceId, Span};
use crate::eval::{CheckState, ErrorKind, Inputs, LookupTable, RowTable, run};
use crate::model::assembly::Assembly;
use crate::model::check::{Settings, check};
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{
    Dataset, Expect, Given, GivenRow, Literal, ParamId, Program, SegmentationId, Test,
};
use crate::model::proof::{Trial, Verdict, written};
use crate::model::types::Type;
use crate::plan::op::Requirement;
use crate::plan::{Plan, Wanted, plan_for};
use crate::syntax::parse_expression;
use crate::syntax::tree::CompareOperator;
use crate::value::{Column, Dictionary, Table, TextColumn, Values};
use std::sync::Arc;

/// A model that customers are tried on.
pub(super) struct Trials<'l> {
    loaded: &'l Loaded,
    program: Program,
    /// For each segmentation a plan that asks for a customer's segment.
    plans: Vec<Plan>,
}

impl<'l> Trials<'l> {
    /// The trials of a program.
    pub(super) fn new(loaded: &'l Loaded, program: &Program) -> Self {
        let mut program = program.clone();
        let span = Span::new(SourceId(0), 0, 0);
        program.tests = (0..program.segmentations.len())
            .map(|at| Test {
                name: String::new(),
                today: None,
                givens: Vec::new(),
                expects: vec![Expect {
                    condition: is_first(SegmentationId(at), span),
                    span,
                }],
                span,
            })
            .collect();
        let plans = (0..program.tests.len()).map(|test| {
            let wanted = Wanted {
                test: Some(test),
                ..Wanted::default()
            };
            plan_for(&program, wanted)
        });
        let plans = plans.collect();
        Trials {
            loaded,
            program,
            plans,
        }
    }

    /// The program as `--set` would make it; `None` where it refuses a value.
    fn with_params(&self, params: &[(ParamId, Literal)]) -> Option<Program> {
        let mut set = self.loaded.params.clone();
        for (id, value) in params {
            let param = self.program.params.get(id.0)?;
            let mut text = written(&self.program, &param.ty, Some(value));
            if let (Type::Money, Some(currency)) = (&param.ty, &self.program.currency) {
                text = format!("{text} {currency}");
            }
            set.retain(|(name, _)| *name != param.name);
            let (value, _) = parse_expression(param.span.source, &text);
            set.push((param.name.clone(), value?));
        }
        let assembly = Assembly {
            tests: Vec::new(),
            ..self.loaded.assembly.clone()
        };
        let settings = Settings {
            today: self.program.today,
            params: set,
        };
        check(&assembly, &settings).program
    }

    fn inputs(&self, customer: &Given) -> Inputs {
        let tables = self.program.tables.iter().enumerate().map(|(at, dataset)| {
            let own = customer.tables.iter().filter(|(table, _)| table.0 == at);
            let rows: Vec<&GivenRow> = own.flat_map(|(_, rows)| rows).collect();
            RowTable {
                table: table(dataset, &rows),
                customer: vec![0; rows.len()],
            }
        });
        Inputs {
            customers: table(&self.program.customers, &[&customer.values]),
            tables: tables.collect(),
            lookups: vec![LookupTable::default(); self.program.lookups.len()],
            ..Inputs::default()
        }
    }
}

impl Trial for Trials<'_> {
    fn verdict(
        &self,
        customer: &Given,
        params: &[(ParamId, Literal)],
        segmentation: SegmentationId,
    ) -> Verdict {
        if !params.is_empty() {
            return match self.with_params(params) {
                Some(program) => {
                    Trials::new(self.loaded, &program).verdict(customer, &[], segmentation)
                }
                None => Verdict::NoCustomer,
            };
        }
        let name = self.program.segmentations.get(segmentation.0);
        let (Some(plan), Some(name)) = (self.plans.get(segmentation.0), name) else {
            return Verdict::NoCustomer;
        };
        let name = name.column();
        let errors = match run(plan, &self.inputs(customer)) {
            Ok(outcome) => {
                let state = outcome.expects.first().map(|it| it.state);
                return match state {
                    Some(CheckState::Held | CheckState::Failed) => Verdict::Decided,
                    _ => Verdict::NoCustomer,
                };
            }
            Err(errors) => errors,
        };
        let all = |wanted: &dyn Fn(&ErrorKind) -> bool| errors.iter().all(|it| wanted(&it.kind));
        if all(
            &|kind| matches!(kind, ErrorKind::Missing(Requirement::Segment(it)) if **it == *name),
        ) {
            Verdict::Nobody
        } else if all(
            &|kind| matches!(kind, ErrorKind::Exclusive { segmentation, .. } if segmentation == name),
        ) {
            Verdict::Overlap
        } else {
            Verdict::NoCustomer
        }
    }
}

/// `segment is …` of the only customer.
fn is_first(segmentation: SegmentationId, span: Span) -> Expr {
    let of = |kind, ty| Expr {
        kind,
        ty,
        optional: false,
        span,
    };
    let ty = Type::Segment(segmentation);
    let segment = of(ExprKind::Segment(segmentation), ty.clone());
    let segment = of(ExprKind::OfGiven(0, Box::new(segment)), ty.clone());
    let first = of(ExprKind::Literal(Literal::Choice(0)), ty);
    let kind = ExprKind::Compare(CompareOperator::Equal, Box::new(segment), Box::new(first));
    of(kind, Type::Flag)
}

/// Rows as columns of the fields' types.
fn table(dataset: &Dataset, rows: &[&GivenRow]) -> Table {
    let column = |at: usize| {
        let ty = &dataset.fields.get(at)?.ty;
        let values = rows.iter().map(|row| {
            let cell = row.iter().find(|(field, _)| field.0 == at);
            cell.and_then(|(_, value)| value.as_ref())
        });
        Some(column(ty, values.collect()))
    };
    Table::new(rows.len(), (0..dataset.fields.len()).map(column).collect())
}

fn column(ty: &Type, cells: Vec<Option<&Literal>>) -> Column {
    let missing = cells.iter().map(Option::is_none).collect();
    let values = match ty {
        Type::Flag => Values::Flag(
            cells
                .iter()
                .map(|cell| matches!(cell, Some(Literal::Flag(true))))
                .collect(),
        ),
        Type::Text => {
            let mut dictionary = Dictionary::default();
            let number = |cell: &Option<&Literal>| match cell {
                Some(Literal::Text(text)) => dictionary.insert(text),
                _ => dictionary.insert(""),
            };
            let numbers = cells.iter().map(number).collect();
            Values::Text(TextColumn {
                numbers,
                dictionary: Arc::new(dictionary),
            })
        }
        ty if ty.is_choice() => Values::Choice(
            cells
                .iter()
                .map(|cell| match cell {
                    Some(Literal::Choice(code)) => *code,
                    _ => 0,
                })
                .collect(),
        ),
        _ => Values::Number(
            cells
                .iter()
                .map(|cell| match cell {
                    Some(Literal::Number(units)) => *units,
                    _ => 0,
                })
                .collect(),
        ),
    };
    Column {
        values,
        missing: Some(missing),
    }
}
