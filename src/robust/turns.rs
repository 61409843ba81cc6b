//! Where the segment of a customer changes when its score on an axis does, all else as it is. Scores
//! are tried out by evaluation: those beside the lines, or all of them.

use super::Work;
use super::frozen::{Frozen, reached};
use crate::model::lines::AxisLines;
use crate::model::program::{
    Expr, ExprKind, Field, FieldId, Member, MemberId, MemberKind, Program, Reading, Scale,
};
use crate::model::types::Type;
use crate::plan::op::{Op, Register};
use crate::plan::{Wanted, plan_for};
use crate::value::decimal::unit;
use crate::value::{Column, Values};

/// So many scores are tried out one by one at most.
const SCORES: i64 = 2_001;

/// The next scores of an axis, above and below a customer's own, at which its segment changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Turns {
    /// At least this score.
    pub above: Option<i64>,
    /// Less than this score.
    pub below: Option<i64>,
}

/// The turns of these customers; `None` where a customer's segment depends on the scores of others,
/// or scores are too fine to be tried out.
pub(super) fn turns(
    work: &Work<'_>,
    axis: &AxisLines,
    scores: &Column,
    rows: &[usize],
) -> Option<Vec<Turns>> {
    let program = &work.bench.program;
    let unit = unit(program.scores.decimals);
    let (lowest, highest) = (program.scores.lowest.0, program.scores.highest.0);
    let mut tried: Vec<i64> = Vec::new();
    if axis.only_lines {
        for line in &axis.lines {
            let at = line.div_euclid(unit) * unit;
            tried.extend([at - unit, at, at + unit]);
        }
        tried.retain(|it| (lowest..=highest).contains(it));
        tried.sort_unstable();
        tried.dedup();
    } else {
        let count = (highest - lowest) / unit + 1;
        if count > SCORES {
            return None;
        }
        tried.extend((0..count).map(|at| lowest + at * unit));
    }
    let segments = tried_out(work, axis.axis.0, &tried, rows)?;
    let Values::Number(values) = &scores.values else {
        return Some(vec![Turns::default(); rows.len()]);
    };
    let of_row = |(at, row): (usize, &usize)| {
        let (Some(own), Some(score)) = (work.segments.get(*row), values.get(*row)) else {
            return Turns::default();
        };
        let other = |(_, segments): &&(i64, Vec<u32>)| segments.get(at) != Some(own);
        let above = segments.iter().filter(|(at, _)| at > score).find(other);
        let below = segments
            .iter()
            .rev()
            .filter(|(at, _)| at < score)
            .find(other);
        Turns {
            above: above.map(|(at, _)| *at),
            // To score this or less is to score less than one unit above it.
            below: below.map(|(at, _)| at + unit),
        }
    };
    Some(rows.iter().enumerate().map(of_row).collect())
}

/// The segments of these customers with each of these scores on an axis; `None` where they depend on
/// the scores of others.
fn tried_out(
    work: &Work<'_>,
    axis: usize,
    scores: &[i64],
    rows: &[usize],
) -> Option<Vec<(i64, Vec<u32>)>> {
    let mut inputs = work.bench.inputs().clone();
    let mut program = work.bench.program.clone();
    let count = inputs.customers.rows;
    let field = FieldId(program.customers.fields.len());
    inputs.customers.columns.resize(field.0 + 1, None);
    with_axis(&mut program, axis, field)?;
    let full = |score: i64| Some(Column::full(Values::Number(vec![score; count])));
    *inputs.customers.columns.get_mut(field.0)? = full(program.scores.lowest.0);
    let plan = plan_for(&program, Wanted::default());
    let nodes = plan.nodes.iter().enumerate();
    let roots = nodes.filter(|(_, node)| node.op == Op::Field(field));
    let roots: Vec<Register> = roots.map(|(at, _)| Register(at)).collect();
    let is_reached = reached(&plan, &roots);
    let mut nodes = plan.nodes.iter().enumerate();
    let asks_others = nodes.any(|(at, node)| {
        let counts = is_reached.get(at) == Some(&true) && plan.live.get(at) == Some(&true);
        counts && node.op.is_barrier() && !matches!(node.op, Op::RowAggregate { .. })
    });
    if asks_others {
        return None;
    }
    let mut frozen = Frozen::from(plan, inputs, work.segmentation, &roots);
    let mut found = Vec::new();
    for score in scores {
        *frozen.inputs.customers.columns.get_mut(field.0)? = full(*score);
        let segments = frozen.run(&frozen.plan);
        let own = rows.iter().filter_map(|row| segments.get(*row).copied());
        found.push((*score, own.collect()));
    }
    Some(found)
}

/// Makes a field the score of an axis.
fn with_axis(program: &mut Program, axis: usize, field: FieldId) -> Option<()> {
    let axis = program.axes.get_mut(axis)?;
    let span = axis.span;
    program.customers.fields.push(Field {
        name: "score".to_owned(),
        ty: Type::Score,
        reading: Reading::Plain,
        optional: false,
        unique: false,
        bounds: Vec::new(),
        headers: Vec::new(),
        span,
    });
    axis.members = vec![Member {
        path: "score".to_owned(),
        label: None,
        weight: 1,
        weight_text: String::new(),
        kind: MemberKind::Criterion {
            value: Expr {
                kind: ExprKind::Field(field),
                ty: Type::Score,
                optional: false,
                span,
            },
            scale: Scale::AsIs { capped: false },
            if_missing: None,
            written: Type::Score,
        },
        because: None,
        span,
    }];
    axis.children = vec![MemberId(0)];
    Some(())
}
