//! What of a model a run of a test reached, customer by customer; and how much of it all tests
//! together did. Only what an expectation needs is looked at: the rest was never computed.

use super::points::{Kind, Point, Way, arms};
use crate::eval::Steps;
use crate::model::program::{Literal, MemberKind, Scale, SegmentationId};
use crate::model::types::Type;
use crate::syntax::tree::CompareOperator;
use std::collections::BTreeSet;

/// What the tests of a model reach.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// What there is, and whether a test reaches it.
    pub points: Vec<(Point, bool)>,
}

/// How many of one sort are reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Reached by a test.
    pub reached: usize,
    /// All.
    pub all: usize,
}

impl Coverage {
    /// What no test reaches.
    pub fn uncovered(&self) -> impl Iterator<Item = &Point> {
        let left = self.points.iter().filter(|(_, reached)| !reached);
        left.map(|(point, _)| point)
    }

    /// How many are reached.
    pub fn total(&self) -> Share {
        Share {
            reached: self.points.iter().filter(|(_, reached)| *reached).count(),
            all: self.points.len(),
        }
    }

    /// The same by the sort of thing, in the order of the model.
    pub fn shares(&self) -> Vec<(&'static str, Share)> {
        let mut shares: Vec<(&'static str, Share)> = Vec::new();
        for (point, reached) in &self.points {
            let sort = point.kind.sort();
            let place = shares.iter().position(|(known, _)| *known == sort);
            let place = place.unwrap_or_else(|| {
                shares.push((sort, Share::default()));
                shares.len() - 1
            });
            if let Some((_, share)) = shares.get_mut(place) {
                share.all += 1;
                share.reached += usize::from(*reached);
            }
        }
        shares
    }
}

impl Steps<'_> {
    /// Everything that a customer reached.
    pub(super) fn reached(&self, row: usize, reached: &mut BTreeSet<Kind>) {
        let excluded = self.excludes(row, reached);
        if excluded {
            return;
        }
        for at in 0..self.program.axes.len() {
            self.scales(at, row, reached);
        }
        for at in 0..self.program.segmentations.len() {
            self.segments(at, row, reached);
        }
        self.refinements(row, reached);
    }

    /// Whether the customer is kept out, as far as that was asked.
    fn excludes(&self, row: usize, reached: &mut BTreeSet<Kind>) -> bool {
        let excludes = || self.program.excludes.iter().enumerate();
        let plain = excludes().filter(|(_, exclude)| !exclude.uses_portfolio);
        let last = excludes().filter(|(_, exclude)| exclude.uses_portfolio);
        let conditions = &self.plan.results.exclude_conditions;
        for ((at, _), condition) in plain.chain(last).zip(conditions) {
            match self.flag(*condition, row) {
                Some(true) => {
                    reached.insert(Kind::Exclude(at, Way::Holds));
                    return true;
                }
                Some(false) => {
                    reached.insert(Kind::Exclude(at, Way::Fails));
                }
                None => {}
            }
        }
        false
    }

    fn scales(&self, at: usize, row: usize, reached: &mut BTreeSet<Kind>) {
        let (Some(axis), Some(plan)) = (self.program.axes.get(at), self.plan.results.axes.get(at))
        else {
            return;
        };
        for (member_at, (member, plan)) in axis.members.iter().zip(&plan.members).enumerate() {
            let MemberKind::Criterion { value, scale, .. } = &member.kind else {
                continue;
            };
            let scored = matches!(scale, Scale::Bands { .. } | Scale::Match { .. });
            let (true, true, Some(register)) = (scored, self.is_live(plan.score), plan.value)
            else {
                continue;
            };
            let Some(Some(literal)) = self.literal(register, row) else {
                continue;
            };
            match scale {
                Scale::Bands { bands, .. } => {
                    let number = match literal {
                        Literal::Number(number) => number,
                        Literal::Choice(code) => i64::from(code),
                        _ => continue,
                    };
                    let holds = |(operator, limit, _): &(CompareOperator, i64, _)| {
                        compare(*operator, number, *limit)
                    };
                    let band = bands.iter().position(holds).unwrap_or(bands.len());
                    reached.insert(Kind::Band(at, member_at, band));
                }
                Scale::Match { arms: values, .. } => {
                    let same = |it: &(Literal, _)| same(&value.ty, &literal, &it.0);
                    let found = values.iter().position(same);
                    let arm = found.and_then(|found| {
                        let mut arms = arms(values).into_iter();
                        arms.find(|arm| arm.contains(&found))
                    });
                    reached.insert(Kind::Arm(at, member_at, arm.map(|arm| arm.start)));
                }
                _ => {}
            }
        }
    }

    /// Whether an override moves the customer.
    pub(super) fn is_moved(&self, row: usize) -> bool {
        let key = crate::eval::key(self.plan, self.inputs, row as u32);
        let overrides = self.program.overrides.iter().filter(|it| !it.expired);
        key.is_some_and(|key| overrides.into_iter().any(|it| it.customer.value == key))
    }

    fn segments(&self, at: usize, row: usize, reached: &mut BTreeSet<Kind>) {
        let (Some(segmentation), Some(plan)) = (
            self.program.segmentations.get(at),
            self.plan.results.segmentations.get(at),
        ) else {
            return;
        };
        if !self.is_live(plan.segment) || segmentation.name.is_none() && self.is_moved(row) {
            return;
        }
        for (number, (clause, (when, stays))) in
            segmentation.clauses.iter().zip(&plan.clauses).enumerate()
        {
            let held = match when {
                Some(when) => self.flag(*when, row),
                None => Some(true),
            };
            match held {
                Some(true) => {
                    reached.insert(Kind::Clause(at, number, Way::Holds));
                    return;
                }
                Some(false) => {
                    reached.insert(Kind::Clause(at, number, Way::Fails));
                }
                None => return,
            }
            let previous = plan.previous.and_then(|it| self.literal(it, row));
            let own = Some(Some(Literal::Choice(clause.segment.0 as u32)));
            if let (Some(stays), true) = (stays, previous == own) {
                match self.flag(*stays, row) {
                    Some(true) => {
                        reached.insert(Kind::Stays(at, number, Way::Holds));
                        return;
                    }
                    Some(false) => {
                        reached.insert(Kind::Stays(at, number, Way::Fails));
                    }
                    None => return,
                }
            }
        }
        let Some(board) = &plan.board else { return };
        let code = |register| match self.literal(register, row) {
            Some(Some(Literal::Choice(code))) => Some(code as usize),
            _ => None,
        };
        if let (Some(row), Some(column)) = (code(board.row), code(board.column)) {
            reached.insert(Kind::Cell(at, row, column));
        }
    }

    fn refinements(&self, row: usize, reached: &mut BTreeSet<Kind>) {
        let Some((SegmentationId(main), _)) = self.program.main_segmentation() else {
            return;
        };
        let results = &self.plan.results;
        let (Some(segmentation), Some(service)) =
            (results.segmentations.get(main), &results.service)
        else {
            return;
        };
        let Some(Some(Literal::Choice(segment))) = self.literal(segmentation.segment, row) else {
            return;
        };
        let segment = segment as usize;
        let conditions = service.refinements.get(segment).map_or(&[][..], |it| it);
        if conditions.is_empty() {
            return;
        }
        for (number, condition) in conditions.iter().enumerate() {
            match self.flag(*condition, row) {
                Some(true) => {
                    reached.insert(Kind::Refinement(segment, Some(number)));
                    return;
                }
                Some(false) => {}
                None => return,
            }
        }
        reached.insert(Kind::Refinement(segment, None));
    }
}

fn compare(operator: CompareOperator, value: i64, limit: i64) -> bool {
    match operator {
        CompareOperator::Equal => value == limit,
        CompareOperator::NotEqual => value != limit,
        CompareOperator::Less => value < limit,
        CompareOperator::LessOrEqual => value <= limit,
        CompareOperator::Greater => value > limit,
        CompareOperator::GreaterOrEqual => value >= limit,
    }
}

/// Whether a value is that of an arm, which may be the text of a choice.
fn same(ty: &Type, value: &Literal, arm: &Literal) -> bool {
    match (value, arm, ty) {
        (Literal::Choice(code), Literal::Text(text), Type::OneOf(texts) | Type::Steps(texts)) => {
            texts.get(*code as usize).map(String::as_str) == Some(&**text)
        }
        _ => value == arm,
    }
}
