//! The bench on which variants of a program are run: only what leads to the segments, with the scores
//! of the criteria computed once where no weight can change them. Always the one evaluator.

use crate::eval::{self, Inputs, Outcome};
use crate::model::check::children;
use crate::model::lines::conditions;
use crate::model::program::{
    Expr, ExprKind, Field, FieldId, IfMissing, MemberKind, Program, Reading, Scale,
};
use crate::model::types::Type;
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::{Column, Values};
use std::borrow::Cow;

/// The place of a customer who has no segment: kept out, or nothing could be computed.
pub const OUT: u32 = u32::MAX;

/// A program trimmed for many runs, and its data.
#[derive(Clone, Debug)]
pub struct Bench<'a> {
    /// The program; its weights and boundaries are those of the model.
    pub program: Program,
    /// The data.
    inputs: Cow<'a, Inputs>,
    /// The segmentation, by position.
    pub segmentation: usize,
}

/// The segment of each customer by position, [`OUT`] for those without one.
pub fn segments_of(plan: &Plan, outcome: &Outcome, segmentation: usize) -> Vec<u32> {
    let register = plan.results.segmentations.get(segmentation);
    let made = outcome.segmentations.get(segmentation);
    let (Some(made), Some(register)) = (made, register) else {
        return Vec::new();
    };
    let Values::Choice(codes) = &made.segment.values else {
        return Vec::new();
    };
    let place = |(row, code): (usize, &u32)| {
        let is_out = made.segment.is_missing(row) || outcome.is_broken(register.segment, row);
        if is_out { OUT } else { *code }
    };
    codes.iter().enumerate().map(place).collect()
}

impl<'a> Bench<'a> {
    /// The same without anything computed before: for variants of more than weights.
    pub fn plain(program: &Program, inputs: &'a Inputs, segmentation: usize) -> Bench<'a> {
        Bench {
            program: trimmed(program),
            inputs: Cow::Borrowed(inputs),
            segmentation,
        }
    }

    /// Trims a program that ran well.
    pub fn new(program: &Program, inputs: &'a Inputs, segmentation: usize) -> Bench<'a> {
        let mut bench = Bench::plain(program, inputs, segmentation);
        if bench.may_freeze() {
            bench.freeze();
        }
        bench
    }

    /// The data.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The segment of each customer by position, [`OUT`] for those without one.
    pub fn segments(&self, program: &Program) -> Vec<u32> {
        let plan = plan_for(program, Wanted::default());
        let outcome = eval::attempt(&plan, &self.inputs);
        segments_of(&plan, &outcome, self.segmentation)
    }

    /// The scores of an axis and of all its members, as the model has them.
    pub fn scores(&self, axis: usize) -> Option<(Column, Vec<Column>)> {
        let wanted = Wanted {
            trace: true,
            ..Wanted::default()
        };
        let plan = plan_for(&self.program, wanted);
        let outcome = eval::attempt(&plan, &self.inputs);
        let axis = plan.results.axes.get(axis)?;
        let column = |register| {
            outcome
                .register(register, &self.inputs)
                .map(Cow::into_owned)
        };
        let members = axis.members.iter().map(|it| column(it.score));
        Some((
            column(axis.score)?,
            members.collect::<Option<Vec<Column>>>()?,
        ))
    }

    /// Whether the scores of the criteria stay what they are, whatever the weights: nothing that
    /// they are made from looks at an axis, and nobody asks how much of an axis was known.
    fn may_freeze(&self) -> bool {
        let program = &self.program;
        let excludes = program.excludes.iter().map(|it| &it.condition);
        let clauses = program.segmentations.iter().flat_map(conditions);
        !excludes.into_iter().any(|it| {
            looks(program, it, &|kind| {
                matches!(kind, ExprKind::Axis(_) | ExprKind::Member(..))
            })
        }) && !clauses
            .chain(program.excludes.iter().map(|it| &it.condition))
            .any(|it| looks(program, it, &|kind| matches!(kind, ExprKind::Known(_))))
    }

    /// Puts the scores of all criteria into the data.
    fn freeze(&mut self) {
        let wanted = Wanted {
            trace: true,
            ..Wanted::default()
        };
        let plan = plan_for(&self.program, wanted);
        let outcome = eval::attempt(&plan, &self.inputs);
        let mut program = self.program.clone();
        let mut columns = Vec::new();
        for (axis, made) in program.axes.iter_mut().zip(&plan.results.axes) {
            for (member, made) in axis.members.iter_mut().zip(&made.members) {
                let MemberKind::Criterion {
                    value,
                    scale,
                    if_missing,
                    ..
                } = &mut member.kind
                else {
                    continue;
                };
                let Some(column) = outcome.register(made.score, &self.inputs) else {
                    return;
                };
                let field = program.customers.fields.len();
                let optional = column.missing.is_some();
                program.customers.fields.push(Field {
                    name: format!("score {field}"),
                    ty: Type::Score,
                    reading: Reading::Plain,
                    optional,
                    unique: false,
                    bounds: Vec::new(),
                    headers: Vec::new(),
                    span: value.span,
                });
                *value = Expr {
                    kind: ExprKind::Field(FieldId(field)),
                    ty: Type::Score,
                    optional,
                    span: value.span,
                };
                *scale = Scale::AsIs { capped: false };
                *if_missing = optional.then_some(IfMissing::Skip);
                columns.push(Some(column.into_owned()));
            }
        }
        let mut inputs = self.inputs.clone().into_owned();
        inputs
            .customers
            .columns
            .resize(self.program.customers.fields.len(), None);
        inputs.customers.columns.extend(columns);
        self.inputs = Cow::Owned(inputs);
        self.program = program;
    }
}

/// What leads to the segments of a program.
fn trimmed(program: &Program) -> Program {
    let mut program = program.clone();
    program.outputs.clear();
    program.checks.clear();
    program.tests.clear();
    let clauses = program.segmentations.iter().flat_map(conditions);
    let excludes = program.excludes.iter().map(|it| &it.condition);
    let looks_at_service = clauses.chain(excludes).any(|it| {
        looks(&program, it, &|kind| {
            matches!(
                kind,
                ExprKind::CostAs(_) | ExprKind::Worth(_) | ExprKind::Actual(_)
            )
        })
    });
    if !looks_at_service {
        program.services.clear();
    }
    program
}

/// Whether an expression, or what its lets are made of, holds such a part.
fn looks(program: &Program, expr: &Expr, is_such: &dyn Fn(&ExprKind) -> bool) -> bool {
    if is_such(&expr.kind) {
        return true;
    }
    if let ExprKind::Let(id) = &expr.kind
        && let Some(it) = program.lets.get(id.0)
    {
        return looks(program, &it.value, is_such);
    }
    children(expr)
        .into_iter()
        .any(|it| looks(program, it, is_such))
}
