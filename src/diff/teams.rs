//! Hours and cost by team, before and after. Cost is that of the planned hours at the team's rate,
//! computed exactly and rounded once.

use crate::eval::{Inputs, Outcome};
use crate::model::program::Program;
use crate::plan::Plan;
use crate::value::Values;
use crate::value::decimal::divide_rounded;

/// A team on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamFigures {
    /// Planned for all customers, in millionths of a second.
    pub planned: i128,
    /// What the team has for customers.
    pub available: i128,
    /// What the planned hours cost, where the team has a rate.
    pub cost: Option<i128>,
}

/// A team on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamChange {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// Before; `None` for a team that is new.
    pub before: Option<TeamFigures>,
    /// After; `None` for one that is gone.
    pub after: Option<TeamFigures>,
}

/// The teams of both sides, in the order of the second.
pub fn team_changes(
    before: Option<(&Program, &Outcome)>,
    after: (&Program, &Outcome),
) -> Vec<TeamChange> {
    let old = before.map_or(Vec::new(), |(program, outcome)| teams(program, outcome));
    let new = teams(after.0, after.1);
    let figures = |list: &[(String, Option<String>, TeamFigures)], name: &str| {
        let mut list = list.iter();
        list.find(|it| it.0 == name).map(|it| it.2)
    };
    let mut all: Vec<(&String, &Option<String>)> = new.iter().map(|it| (&it.0, &it.1)).collect();
    for (name, label, _) in &old {
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, label));
        }
    }
    all.into_iter()
        .map(|(name, label)| TeamChange {
            name: name.clone(),
            label: label.clone(),
            before: figures(&old, name),
            after: figures(&new, name),
        })
        .collect()
}

fn teams(program: &Program, outcome: &Outcome) -> Vec<(String, Option<String>, TeamFigures)> {
    let teams = outcome.teams.iter().filter_map(|it| {
        let team = program.teams.get(it.team.0)?;
        // Millionths of a second times millionths an hour.
        let cost = team
            .rate
            .map(|rate| divide_rounded(it.planned * i128::from(rate.0), 3_600 * 1_000_000));
        let figures = TeamFigures {
            planned: it.planned,
            available: it.available,
            cost,
        };
        Some((team.name.clone(), team.label.clone(), figures))
    });
    teams.collect()
}

/// What serving all customers costs a year, where the plan computes it.
pub fn cost_to_serve(plan: &Plan, inputs: &Inputs, outcome: &Outcome) -> Option<i128> {
    let register = plan.results.service.as_ref()?.cost?;
    let column = outcome.register(register, inputs)?;
    let Values::Number(costs) = &column.values else {
        return None;
    };
    let counted = costs.iter().enumerate();
    let counted = counted.filter(|(row, _)| !column.is_missing(*row));
    Some(counted.map(|(_, cost)| i128::from(*cost)).sum())
}
