//! Axes → scores of criteria, means of groups, and the share of the weight that was known.

use super::{Frame, Lowering};
use crate::model::program::{Axis, AxisId, Expr, IfMissing, Literal, MemberId, MemberKind, Scale};
use crate::model::types::Type;
use crate::plan::lower::expression::comparison;
use crate::plan::op::{Kind, Op, Place, Population, Register, Requirement};
use crate::plan::result::{AxisPlan, MemberPlan};
use num_bigint::BigInt;

impl Lowering<'_> {
    /// The registers of an axis.
    pub(super) fn axis(&mut self, id: AxisId, population: Population) -> AxisPlan {
        if let Some(known) = self.axes.get(&(id, population)) {
            return known.clone();
        }
        let program = self.program;
        let Some(axis) = program.axes.get(id.0) else {
            let nothing = self.missing(&Type::Score, program.customers.span);
            return AxisPlan {
                score: nothing,
                known: nothing,
                members: Vec::new(),
            };
        };
        let mut members: Vec<Option<MemberPlan>> = vec![None; axis.members.len()];
        // INVARIANT: a group stands before its members, so from the end they are there before it.
        for at in (0..axis.members.len()).rev() {
            let member = &axis.members[at];
            let plan = match &member.kind {
                MemberKind::Criterion {
                    value,
                    scale,
                    if_missing,
                    ..
                } => {
                    let path = format!("{}.{}", axis.name, member.path);
                    self.criterion(value, scale, *if_missing, &path, population)
                }
                MemberKind::Group { children } => MemberPlan {
                    value: None,
                    score: self.mean(axis, children, &members, member.span),
                },
            };
            members[at] = Some(plan);
        }
        let score = self.mean(axis, &axis.children, &members, axis.span);
        let required = Requirement::Axis(axis.name.as_str().into());
        let score = self.score(Op::Require(score, required), axis.span);
        let (parts, total) = self.known_parts(axis, &axis.children, &members);
        let known = self.builder.add(
            Op::Known(parts, total),
            Kind::Number,
            &Type::Percent,
            axis.span,
        );
        let plan = AxisPlan {
            score,
            known,
            members: members.into_iter().flatten().collect(),
        };
        self.axes.insert((id, population), plan.clone());
        plan
    }

    fn criterion(
        &mut self,
        expr: &Expr,
        scale: &Scale,
        if_missing: Option<IfMissing>,
        path: &str,
        population: Population,
    ) -> MemberPlan {
        let value = self.value(expr, Frame::of(population));
        let scored = match if_missing {
            Some(IfMissing::Reject) => {
                let required = Requirement::Criterion(path.into());
                let kind = self.kind(value);
                let op = Op::Require(value, required);
                self.builder.add(op, kind, &expr.ty, expr.span)
            }
            _ => value,
        };
        let score = self.scaled(scored, expr, scale, population);
        let score = match if_missing {
            Some(IfMissing::Score(fill)) => {
                let fill = self.number(fill.0, &Type::Score, expr.span);
                self.score(Op::Default(score, fill), expr.span)
            }
            _ => score,
        };
        MemberPlan {
            value: Some(value),
            score,
        }
    }

    fn scaled(
        &mut self,
        value: Register,
        expr: &Expr,
        scale: &Scale,
        population: Population,
    ) -> Register {
        let scores = self.scores;
        let op = match scale {
            Scale::Ramp { worst, best } => {
                Op::Ramp(self.ordered(value, expr), *worst, *best, scores)
            }
            Scale::Curve(points) => {
                let points = points.iter().map(|(x, score)| (*x, score.0)).collect();
                Op::Curve(self.ordered(value, expr), points, scores.unit)
            }
            Scale::Bands { bands, otherwise } => {
                let bands = bands.iter();
                let bands = bands.map(|(operator, x, score)| (comparison(*operator), *x, score.0));
                let bands = bands.collect();
                Op::Bands(self.ordered(value, expr), bands, otherwise.0)
            }
            Scale::Match { arms, otherwise } => {
                let textual = matches!(arms.first(), Some((Literal::Text(_), _)));
                let value = match textual {
                    true => self.as_text(value, expr),
                    false => value,
                };
                let arms = arms.iter().map(|(value, score)| (value.clone(), score.0));
                Op::Match(value, arms.collect(), otherwise.map(|score| score.0))
            }
            Scale::AsIs { capped } => Op::AsIs(value, *capped, scores),
            Scale::Ranked {
                steps,
                less_is_better,
            } => {
                let order = Op::Order {
                    value: self.ordered(value, expr),
                    groups: None,
                    population: self.included(population),
                };
                let order = self.builder.add(order, Kind::Order, &expr.ty, expr.span);
                let place = Place::Score {
                    steps: *steps,
                    less_is_better: *less_is_better,
                    scores,
                };
                Op::Place(order, place)
            }
        };
        self.score(op, expr.span)
    }

    fn mean(
        &mut self,
        axis: &Axis,
        children: &[MemberId],
        members: &[Option<MemberPlan>],
        span: crate::base::Span,
    ) -> Register {
        let parts: Vec<(i128, Register)> = weighted(axis, children, members)
            .map(|(weight, _, plan)| (weight, plan.score))
            .collect();
        let divisor = parts
            .iter()
            .fold(0, |divisor, (weight, _)| gcd(divisor, *weight));
        let parts = parts
            .into_iter()
            .map(|(weight, score)| (weight / divisor.max(1), score))
            .collect();
        self.score(Op::Mean(parts, self.scores), span)
    }

    /// For every criterion its part of the axis's weight, with the flag that says it is there, and
    /// the sum of all parts. In groups the weights multiply.
    fn known_parts(
        &mut self,
        axis: &Axis,
        children: &[MemberId],
        members: &[Option<MemberPlan>],
    ) -> (Vec<(BigInt, Register)>, BigInt) {
        let mut branches = Vec::new();
        for (weight, id, plan) in weighted(axis, children, members) {
            let (parts, total) = match (&axis.members[id.0].kind, plan.value) {
                (MemberKind::Group { children }, _) => self.known_parts(axis, children, members),
                (MemberKind::Criterion { .. }, Some(value)) => {
                    let there = self.is_there(value, axis.members[id.0].span);
                    (vec![(BigInt::from(1), there)], BigInt::from(1))
                }
                (MemberKind::Criterion { .. }, None) => continue,
            };
            branches.push((BigInt::from(weight), parts, total));
        }
        // Each branch is brought to the product of all branches' totals.
        let product = |besides: usize| -> BigInt {
            let others = branches.iter().enumerate().filter(|(at, _)| *at != besides);
            others.map(|(_, (_, _, total))| total).product()
        };
        let mut all = Vec::new();
        let mut sum = BigInt::from(0);
        for (at, (weight, parts, total)) in branches.iter().enumerate() {
            let factor = weight * product(at);
            sum += &factor * total;
            all.extend(parts.iter().map(|(part, there)| (part * &factor, *there)));
        }
        (all, sum)
    }

    fn score(&mut self, op: Op, span: crate::base::Span) -> Register {
        self.builder.add(op, Kind::Number, &Type::Score, span)
    }
}

/// The members under an axis or group with their weights.
fn weighted<'a>(
    axis: &'a Axis,
    children: &'a [MemberId],
    members: &'a [Option<MemberPlan>],
) -> impl Iterator<Item = (i128, MemberId, &'a MemberPlan)> {
    children.iter().filter_map(|id| {
        let member = axis.members.get(id.0)?;
        let plan = members.get(id.0)?.as_ref()?;
        Some((member.weight, *id, plan))
    })
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
