//! Axes → terms: scores of criteria, means of groups, the share of the weight that is known.

use super::build::Builder;
use super::domain::{Domain, Set};
use super::free::shape;
use super::term::{Kind, Leaf, Origin, Shape, T, Value};
use crate::model::expression::Expr;
use crate::model::program::{
    Axis, AxisId, IfMissing, Literal, Member, MemberId, MemberKind, Scale,
};
use crate::model::types::Type;

/// What a criterion scores.
pub fn value_of(member: &Member) -> Option<&Expr> {
    match &member.kind {
        MemberKind::Criterion { value, .. } => Some(value),
        MemberKind::Group { .. } => None,
    }
}

impl Builder<'_> {
    /// The score of an axis.
    pub(super) fn axis(&mut self, id: AxisId) -> T {
        let program = self.program;
        let Some(axis) = program.axes.get(id.0) else {
            return self.number(0);
        };
        let nothing = self.number(0);
        let mut members = vec![nothing; axis.members.len()];
        // What each criterion looks at, to say whether it is known.
        let mut there = vec![nothing; axis.members.len()];
        for at in (0..axis.members.len()).rev() {
            let Some(member) = axis.members.get(at) else {
                continue;
            };
            members[at] = match &member.kind {
                MemberKind::Criterion {
                    value,
                    scale,
                    if_missing,
                    ..
                } => {
                    let term = self.expr(value);
                    let missing = self.terms.make(Kind::IsMissing(term));
                    there[at] = self.not(missing);
                    let score = self.score(id, MemberId(at), term, value, scale);
                    match if_missing {
                        Some(IfMissing::Score(fill)) => {
                            let fill = self.number(fill.0);
                            self.terms.make(Kind::Default(score, fill))
                        }
                        // A data error: the mean of one part that must be there.
                        Some(IfMissing::Reject) => {
                            self.terms.make(Kind::Mean(vec![(1, score)], true))
                        }
                        Some(IfMissing::Skip) | None => score,
                    }
                }
                MemberKind::Group { children } => {
                    let parts = weighted(axis, children, &members);
                    self.terms.make(Kind::Mean(parts, false))
                }
            };
        }
        let parts = weighted(axis, &axis.children, &members);
        let score = self.terms.make(Kind::Mean(parts, true));
        let known = self.known(axis, &there);
        self.members.insert((id, self.everyone), (members, known));
        score
    }

    fn score(&mut self, axis: AxisId, member: MemberId, term: T, value: &Expr, scale: &Scale) -> T {
        match scale {
            Scale::Match { arms, otherwise } => {
                let mut of = term;
                if matches!(arms.first(), Some((Literal::Text(_), _))) {
                    of = self.as_text(term, &value.ty);
                }
                let entries = arms
                    .iter()
                    .map(|(arm, score)| (self.terms.value(arm), Some(Value::Number(score.0))));
                let entries = entries.collect();
                let otherwise = otherwise.map(|score| Some(Value::Number(score.0)));
                self.table(of, entries, otherwise, Shape::Number)
            }
            Scale::Ranked { .. } => {
                let scores = self.program.scores;
                let leaf = Leaf {
                    origin: Origin::Unknown,
                    ty: Type::Score,
                    initial: Domain::of(Set::Range(scores.lowest.0, scores.highest.0)),
                };
                let key = format!("{} {scale:?} {}", self.everyone, shape(value));
                let unit = self.terms.score_unit();
                let place = self.terms.leaf(key, leaf, unit);
                let missing = self.terms.make(Kind::IsMissing(term));
                let nothing = self.terms.make(Kind::Missing(Shape::Number));
                self.terms.make(Kind::If(missing, nothing, place))
            }
            _ => {
                let mut of = term;
                if value.ty.is_choice() {
                    of = self.terms.make(Kind::Position(term));
                }
                self.terms.make(Kind::Scale(axis, member, of))
            }
        }
    }

    fn known(&mut self, axis: &Axis, there: &[T]) -> T {
        let parts = known_parts(axis, &axis.children, there);
        match parts {
            Some((parts, _)) if !parts.is_empty() => self.terms.make(Kind::Known(parts)),
            _ => {
                let leaf = Leaf {
                    origin: Origin::Unknown,
                    ty: Type::Percent,
                    initial: Domain::range(0, crate::value::decimal::ONE),
                };
                self.terms.leaf(format!("known {}", axis.name), leaf, 1)
            }
        }
    }
}

fn weighted(axis: &Axis, children: &[MemberId], members: &[T]) -> Vec<(i128, T)> {
    let part = |id: &MemberId| {
        let member = axis.members.get(id.0)?;
        Some((member.weight, *members.get(id.0)?))
    };
    children.iter().filter_map(part).collect()
}

/// The weight of every criterion below, brought to one whole; `None` where numbers grow too wide.
fn known_parts(axis: &Axis, children: &[MemberId], there: &[T]) -> Option<(Vec<(i128, T)>, i128)> {
    let mut branches = Vec::new();
    for id in children {
        let member = axis.members.get(id.0)?;
        let (parts, total) = match &member.kind {
            MemberKind::Group { children } => known_parts(axis, children, there)?,
            MemberKind::Criterion { .. } => (vec![(1, *there.get(id.0)?)], 1),
        };
        branches.push((member.weight, parts, total));
    }
    let mut product: i128 = 1;
    for (_, _, total) in &branches {
        product = product.checked_mul(*total)?;
    }
    let (mut all, mut sum) = (Vec::new(), 0_i128);
    for (weight, parts, total) in branches {
        let factor = weight.checked_mul(product.checked_div(total)?)?;
        sum = sum.checked_add(factor.checked_mul(total)?)?;
        for (part, flag) in parts {
            all.push((part.checked_mul(factor)?, flag));
        }
    }
    // Shares are computed times a million.
    sum.checked_mul(1_000_000)?;
    Some((all, sum))
}
