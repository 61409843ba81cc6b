//! Costs that are asked for need a rate of every team whose time they count.

use super::checker::Checker;
use super::expression::children;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    Expr, ExprKind, MemberKind, Program, SegmentId, ServiceTerms, TakenBy, TeamId,
};

impl Checker<'_> {
    /// Checks every cost that the program asks for.
    pub(super) fn check_costs(&mut self, program: &Program) {
        let mut asked: Vec<(Option<SegmentId>, Span)> = Vec::new();
        for expr in expressions(program) {
            costs_in(expr, &mut asked);
        }
        for (segment, span) in asked {
            for (at, service) in program.services.iter().enumerate() {
                if segment.is_some_and(|segment| segment.0 != at) {
                    continue;
                }
                let Some(service) = service else {
                    continue;
                };
                let mut teams = Vec::new();
                teams_of(program, &service.basis, &service.basis, &mut teams);
                for refinement in &service.refinements {
                    teams_of(program, &refinement.terms, &service.basis, &mut teams);
                }
                for team in teams {
                    self.report_no_rate(program, team, span);
                }
            }
        }
    }

    fn report_no_rate(&mut self, program: &Program, team: TeamId, asked: Span) {
        let Some(found) = program.teams.get(team.0).filter(|team| team.rate.is_none()) else {
            return;
        };
        let mut message = Diagnostic::error(
            "team-without-rate",
            format!("an hour of `{}` has no price", found.name),
        )
        .at(asked, "asks for its cost");
        if let Some(span) = self.team_span(team) {
            message = message.at(span, "no rate here");
        }
        self.report(message.help("add it at the end of the team: `620 NOK per h`"));
    }
}

/// The teams whose time a service takes, as far as these terms plan it.
fn teams_of(
    program: &Program,
    terms: &ServiceTerms,
    basis: &ServiceTerms,
    teams: &mut Vec<TeamId>,
) {
    let owner = terms.owner.or(basis.owner);
    for (activity, _) in terms.activities.iter().chain(&basis.activities) {
        let takers = program
            .activities
            .get(activity.0)
            .map(|activity| activity.takers.as_slice())
            .unwrap_or_default();
        for taker in takers {
            let team = match taker.by {
                TakenBy::Owner => owner,
                TakenBy::Team(team) => Some(team),
            };
            teams.extend(team.filter(|team| !teams.contains(team)));
        }
    }
}

fn costs_in(expr: &Expr, asked: &mut Vec<(Option<SegmentId>, Span)>) {
    match expr.kind {
        ExprKind::CostToServe => asked.push((None, expr.span)),
        ExprKind::CostAs(segment) => asked.push((Some(segment), expr.span)),
        _ => {}
    }
    for child in children(expr) {
        costs_in(child, asked);
    }
}

/// All expressions of a program.
pub(super) fn expressions(program: &Program) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = Vec::new();
    all.extend(program.lets.iter().map(|let_| &let_.value));
    all.extend(program.excludes.iter().map(|exclude| &exclude.condition));
    for member in program.axes.iter().flat_map(|axis| &axis.members) {
        if let MemberKind::Criterion { value, .. } = &member.kind {
            all.push(value);
        }
    }
    for segmentation in &program.segmentations {
        for clause in &segmentation.clauses {
            all.extend(clause.when.iter().chain(&clause.stays));
        }
        if let Some(board) = &segmentation.board {
            all.extend([&board.rows_by, &board.columns_by]);
        }
    }
    for activity in &program.activities {
        all.extend(activity.takers.iter().map(|taker| &taker.duration));
        all.extend(
            activity
                .costs
                .iter()
                .chain(&activity.actual)
                .chain(&activity.worth),
        );
    }
    for service in program.services.iter().flatten() {
        let refined = service
            .refinements
            .iter()
            .map(|refinement| &refinement.terms);
        for terms in std::iter::once(&service.basis).chain(refined) {
            all.extend(terms.activities.iter().map(|(_, value)| value));
            all.extend(terms.texts.iter().map(|(_, value)| value));
        }
        all.extend(service.refinements.iter().map(|refined| &refined.condition));
    }
    all.extend(program.checks.iter().map(|check| &check.condition));
    all.extend(program.outputs.iter().map(|output| &output.value));
    for test in &program.tests {
        all.extend(test.expects.iter().map(|expect| &expect.condition));
    }
    all
}
