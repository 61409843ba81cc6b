//! How a customer is served: what is planned, which refinements apply, and the reasons.

use super::story::{RefinementStory, ServiceStory, Title};
use super::teller::Teller;
use super::value::Value;
use crate::model::program::{ActivityId, Literal, ServiceTerms};
use crate::model::types::Type;

impl Teller<'_> {
    /// How the customer is served; `None` where the model says nothing of service.
    pub fn service(&self) -> Option<ServiceStory> {
        let program = self.program();
        let plan = self.looked.plan.results.service.as_ref()?;
        let (id, _) = program.main_segmentation()?;
        let segment = self.looked.segment(id, self.row)?;
        let owner = match self.looked.register(plan.owner, self.row) {
            Some(Literal::Choice(team)) => program.teams.get(team as usize).map(|team| Title {
                name: team.name.clone(),
                label: team.label.clone(),
            }),
            _ => None,
        };
        let planned = program.activities.iter().zip(&plan.activities);
        let activities: Vec<(Title, Value)> = planned
            .filter_map(|(activity, register)| {
                let often = self.looked.register(*register, self.row)?;
                if often == Literal::Number(0) {
                    return None;
                }
                let title = Title {
                    name: activity.name.clone(),
                    label: activity.label.clone(),
                };
                Some((title, Value::new(program, &Type::Frequency, Some(often))))
            })
            .collect();
        let texts = program.texts.iter().zip(&plan.texts);
        let texts = texts.filter_map(|(name, register)| {
            match self.looked.register(*register, self.row)? {
                Literal::Text(text) if !text.is_empty() => Some((name.clone(), text.to_string())),
                _ => None,
            }
        });
        let mut story = ServiceStory {
            owner,
            texts: texts.collect(),
            cost: self
                .looked
                .cost(self.row)
                .map(|cost| Value::new(program, &Type::Money, Some(cost))),
            refinements: Vec::new(),
            reasons: Vec::new(),
            activities,
        };
        if let Some(service) = program.services.get(segment).and_then(Option::as_ref) {
            let mut asked = true;
            let mut replaced: Option<&ServiceTerms> = None;
            for (at, refinement) in service.refinements.iter().enumerate() {
                let condition = self.condition(&refinement.condition);
                let applies = asked && condition.holds == Some(true);
                let mut reasons: Vec<(Option<Title>, String)> = Vec::new();
                reasons.extend(refinement.because.clone().map(|reason| (None, reason)));
                reasons.extend(self.reasons(&refinement.terms, None));
                story.refinements.push(RefinementStory {
                    number: at + 1,
                    applies,
                    asked,
                    condition,
                    reasons,
                });
                if applies {
                    replaced = Some(&refinement.terms);
                }
                asked &= !applies;
            }
            story
                .reasons
                .extend(service.because.clone().map(|it| (None, it)));
            story.reasons.extend(self.reasons(&service.basis, replaced));
        }
        Some(story)
    }

    /// The reasons of entries that still count beside what replaces some of them.
    fn reasons(
        &self,
        terms: &ServiceTerms,
        replaced: Option<&ServiceTerms>,
    ) -> Vec<(Option<Title>, String)> {
        let is_replaced = |id: &ActivityId| {
            replaced.is_some_and(|terms| {
                terms.clears_activities || terms.activities.iter().any(|(it, _)| it == id)
            })
        };
        let title = |id: &ActivityId| {
            let activity = self.program().activities.get(id.0)?;
            Some(Title {
                name: activity.name.clone(),
                label: activity.label.clone(),
            })
        };
        let reasons = terms.reasons.iter();
        reasons
            .filter(|(activity, _)| !activity.as_ref().is_some_and(is_replaced))
            .map(|(activity, reason)| (activity.as_ref().and_then(title), reason.clone()))
            .collect()
    }
}
