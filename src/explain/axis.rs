//! The score of an axis taken apart: what each criterion gives and what it costs against a full
//! score, as exact fractions that add up to the score before it is rounded.

use super::fraction::Fraction;
use super::story::{AxisStory, MemberStory, MissingStory, Title};
use super::teller::Teller;
use super::value::Value;
use crate::model::program::{
    Axis, IfMissing, Literal, Member, MemberId, MemberKind, Program, Scale,
};
use crate::model::types::Type;
use crate::plan::{AxisPlan, MemberPlan};
use crate::value::Decimal;
use crate::value::decimal::unit;

impl Teller<'_> {
    /// The score of an axis; `None` for a customer without one.
    pub fn axis(&self, at: usize) -> Option<AxisStory> {
        let program = self.program();
        let axis = program.axes.get(at)?;
        let plan = self.looked.plan.results.axes.get(at)?;
        let score = self.looked.register(plan.score, self.row)?;
        let mut members: Vec<Option<MemberStory>> = vec![None; axis.members.len()];
        self.shares(
            axis,
            plan,
            &axis.children,
            (&Fraction::whole(1), 0),
            &mut members,
        );
        let members: Vec<MemberStory> = members.into_iter().flatten().collect();
        let leaves = members.iter().filter(|member| !member.is_group);
        let given: i64 = leaves.filter_map(|it| it.gives_shown.as_number()).sum();
        let total = match score {
            Literal::Number(total) => total,
            _ => 0,
        };
        let known = self.looked.register(plan.known, self.row);
        Some(AxisStory {
            title: Title {
                name: axis.name.clone(),
                label: axis.label.clone(),
            },
            score: Value::new(program, &Type::Score, Some(score)),
            full: Value::number(program, &Type::Score, program.scores.highest.0),
            known: Value::new(program, &Type::Percent, known),
            members,
            rounding: Value::number(program, &Type::Score, total - given),
        })
    }

    /// Shares out the weight of an axis or group over those of its members that are there.
    fn shares(
        &self,
        axis: &Axis,
        plan: &AxisPlan,
        children: &[MemberId],
        (whole, depth): (&Fraction, usize),
        members: &mut Vec<Option<MemberStory>>,
    ) {
        let there = |id: &MemberId| {
            let member = plan.members.get(id.0)?;
            let score = self.looked.register(member.score, self.row)?;
            let weight = axis.members.get(id.0)?.weight;
            Some((weight, score))
        };
        let sum: i128 = children
            .iter()
            .filter_map(there)
            .map(|(weight, _)| weight)
            .sum();
        for id in children {
            let (Some(member), Some(plan_of)) = (axis.members.get(id.0), plan.members.get(id.0))
            else {
                continue;
            };
            let (share, score) = match there(id) {
                Some((weight, score)) => (whole.times(&Fraction::new(weight, sum)), Some(score)),
                None => (Fraction::zero(), None),
            };
            if let Some(place) = members.get_mut(id.0) {
                *place = Some(self.member(member, plan_of, share.clone(), score, depth));
            }
            if let MemberKind::Group { children } = &member.kind {
                self.shares(axis, plan, children, (&share, depth + 1), members);
            }
        }
    }

    fn member(
        &self,
        member: &Member,
        plan: &MemberPlan,
        share: Fraction,
        score: Option<Literal>,
        depth: usize,
    ) -> MemberStory {
        let program = self.program();
        let points = match score {
            Some(Literal::Number(points)) => points,
            _ => 0,
        };
        let full = program.scores.highest.0;
        let gives = share.times(&Fraction::millionths(points));
        let costs = share.times(&Fraction::millionths(full)).minus(&gives);
        let unit = unit(program.scores.decimals);
        let shown = |points: &Fraction| Value::number(program, &Type::Score, points.rounded(unit));
        let (input, scale, missing) = match &member.kind {
            MemberKind::Criterion {
                value,
                scale,
                if_missing,
                written,
            } => {
                let mut named = self.named(value);
                named.value.show_as(program, written);
                let gone = plan.value.is_some() && named.value.is_missing();
                let missing = match if_missing {
                    Some(IfMissing::Score(_)) if gone => Some(MissingStory::Filled),
                    _ if gone => Some(MissingStory::LeftOut),
                    _ => None,
                };
                (Some(named), scale_text(program, written, scale), missing)
            }
            MemberKind::Group { .. } => {
                let missing = score.is_none().then_some(MissingStory::LeftOut);
                (None, String::new(), missing)
            }
        };
        MemberStory {
            path: member.path.clone(),
            label: member.label.clone(),
            depth,
            is_group: matches!(member.kind, MemberKind::Group { .. }),
            weight: member.weight_text.clone(),
            input,
            scale,
            score: Value::new(program, &Type::Score, score),
            missing,
            gives_shown: shown(&gives),
            costs_shown: shown(&costs),
            share,
            gives,
            costs,
            because: member.because.clone(),
        }
    }
}

/// A scale in short.
fn scale_text(program: &Program, ty: &Type, scale: &Scale) -> String {
    let at = |number: i64| match ty {
        Type::Steps(_) => {
            let code = Literal::Choice(u32::try_from(number).unwrap_or(0));
            Value::new(program, ty, Some(code)).shown
        }
        _ => Value::number(program, ty, number).shown,
    };
    match scale {
        Scale::Ramp { worst, best } => format!("ramp {} to {}", at(*worst), at(*best)),
        Scale::Curve(points) => {
            let points: Vec<String> = points
                .iter()
                .map(|(x, score)| format!("{} -> {score}", at(*x)))
                .collect();
            format!("curve {}", points.join(", "))
        }
        Scale::Bands { bands, otherwise } => {
            let mut texts: Vec<String> = bands
                .iter()
                .map(|(operator, x, score)| {
                    format!(
                        "{} {} -> {score}",
                        super::condition::sign(*operator),
                        at(*x)
                    )
                })
                .collect();
            texts.push(format!("otherwise -> {otherwise}"));
            format!("bands {}", texts.join(", "))
        }
        Scale::Match { arms, otherwise } => {
            let mut texts: Vec<String> = arms
                .iter()
                .map(|(literal, score)| {
                    let shown = Value::new(program, ty, Some(literal.clone())).shown;
                    format!("{shown} -> {score}")
                })
                .collect();
            texts.extend(otherwise.map(|score: Decimal| format!("otherwise -> {score}")));
            format!("match {}", texts.join(", "))
        }
        Scale::AsIs { capped: false } => "as is".to_owned(),
        Scale::AsIs { capped: true } => "as is capped".to_owned(),
        Scale::Ranked {
            steps,
            less_is_better,
        } => {
            let steps = steps.map_or(String::new(), |steps| format!(" in {steps} steps"));
            let less = if *less_is_better {
                " less is better"
            } else {
                ""
            };
            format!("ranked{steps}{less}")
        }
    }
}
