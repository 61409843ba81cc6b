//! What a result is made of: which register is which column, segment, check or step on the way.
//! Names and labels for people stand here; the operations themselves know none.

use super::op::{Comparison, Decision, Register};
use super::{Only, Wanted};
use crate::base::Span;
use crate::model::program::{Aggregate, TeamId};
use crate::model::types::Type;
use std::collections::BTreeSet;

/// What a result is made of.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The columns of the result.
    pub outputs: Vec<OutputPlan>,
    /// The position of the reason for which a customer is kept out; missing for the others.
    pub excluded: Option<Register>,
    /// Whether a customer takes part; `None` where all do.
    pub included: Option<Register>,
    /// The reasons.
    pub reasons: Vec<String>,
    /// The conditions that keep customers out, in the order of the reasons; only where steps are
    /// traced.
    pub exclude_conditions: Vec<Register>,
    /// The axes.
    pub axes: Vec<AxisPlan>,
    /// The segmentations.
    pub segmentations: Vec<SegmentationPlan>,
    /// How customers are served, where the model says so.
    pub service: Option<ServicePlan>,
    /// Checks and warnings.
    pub checks: Vec<CheckPlan>,
    /// The expectations of a test.
    pub expects: Vec<CheckPlan>,
    /// What is asked of the portfolio.
    pub asked: Vec<OperandPlan>,
    /// What the deciding segmentation compares, in the order of [`crate::model::lines::compared`]; only
    /// where nothing but the segments is made.
    pub compared: Vec<Register>,
    /// The names of the segments of each segmentation, for messages.
    pub segmentation_names: Vec<Vec<String>>,
    /// The names of the teams, for messages.
    pub team_names: Vec<String>,
}

/// A column of the result.
#[derive(Clone, Debug)]
pub struct OutputPlan {
    /// The header.
    pub header: String,
    /// The type.
    pub ty: Type,
    /// The values.
    pub register: Register,
    /// Whether it stands for customers who are kept out too.
    pub for_excluded: bool,
}

/// An axis.
#[derive(Clone, Debug)]
pub struct AxisPlan {
    /// The score.
    pub score: Register,
    /// The share of the weight that was not missing.
    pub known: Register,
    /// Criteria and groups, by number.
    pub members: Vec<MemberPlan>,
}

/// A criterion or a group.
#[derive(Clone, Debug)]
pub struct MemberPlan {
    /// What is scored; `None` for a group.
    pub value: Option<Register>,
    /// The score; missing where it is left out.
    pub score: Register,
}

/// A segmentation.
#[derive(Clone, Debug)]
pub struct SegmentationPlan {
    /// The name of its column.
    pub column: String,
    /// The names of its segments.
    pub segments: Vec<String>,
    /// The customer's segment, overrides applied.
    pub segment: Register,
    /// The position of what decided among the decisions; not computed where only segments are made.
    pub decided: Register,
    /// What may decide.
    pub decisions: Vec<Decision>,
    /// The customer's earlier segment, where it is looked at.
    pub previous: Option<Register>,
    /// The conditions of each clause: `when` (nothing for `otherwise`) and `stays when`.
    pub clauses: Vec<(Option<Register>, Option<Register>)>,
    /// The values that choose row and column of the table, and the row and column chosen.
    pub board: Option<BoardPlan>,
}

/// The registers of a two-axis table.
#[derive(Clone, Copy, Debug)]
pub struct BoardPlan {
    /// The value that chooses the row.
    pub rows_by: Register,
    /// The value that chooses the column.
    pub columns_by: Register,
    /// The row.
    pub row: Register,
    /// The column.
    pub column: Register,
}

/// How customers are served.
#[derive(Clone, Debug)]
pub struct ServicePlan {
    /// The team that owns the customer.
    pub owner: Register,
    /// How often a year, by activity.
    pub activities: Vec<Register>,
    /// The text columns.
    pub texts: Vec<Register>,
    /// What the customer costs; only where it is wanted and every team has a rate.
    pub cost: Option<Register>,
    /// The teams; only where they are wanted.
    pub teams: Vec<TeamPlan>,
    /// For each segment the conditions of its refinements; only where steps are traced.
    pub refinements: Vec<Vec<Register>>,
}

/// The time of a team.
#[derive(Clone, Debug)]
pub struct TeamPlan {
    /// The team.
    pub team: TeamId,
    /// Planned for each customer.
    pub hours: Register,
    /// Planned for all.
    pub planned: Register,
    /// What the team has for customers.
    pub available: Register,
    /// Its persons, and the hours planned for and had by each.
    pub persons: Option<PersonsPlan>,
}

/// The persons of a team.
#[derive(Clone, Copy, Debug)]
pub struct PersonsPlan {
    /// Their names.
    pub names: Register,
    /// Hours planned for each.
    pub planned: Register,
    /// What each has for customers.
    pub available: Register,
}

/// A check, a warning or an expectation.
#[derive(Clone, Debug)]
pub struct CheckPlan {
    /// Whether it only warns.
    pub only_warns: bool,
    /// What should be true, in words.
    pub label: String,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// Whether it holds.
    pub condition: Register,
    /// The two sides of the comparison that it is, with their types.
    pub sides: Option<CheckSides>,
    /// Flags of the customers that make it fail.
    pub behind: Option<Register>,
    /// The values that an expectation looks at; only where steps are traced.
    pub operands: Vec<OperandPlan>,
}

/// A value that an expectation looks at.
#[derive(Clone, Debug)]
pub struct OperandPlan {
    /// Where it is shown: under a name, or between the two sides of an operator.
    pub at: Span,
    /// The value.
    pub register: Register,
    /// Its type.
    pub ty: Type,
}

/// The two sides of the comparison that a check is.
#[derive(Clone, Debug)]
pub struct CheckSides {
    /// The left side.
    pub left: Register,
    /// Its type.
    pub left_type: Type,
    /// The comparison.
    pub comparison: Comparison,
    /// The right side.
    pub right: Register,
    /// Its type.
    pub right_type: Type,
    /// How the left side is made from many, where it is.
    pub aggregate: Option<Aggregate>,
}

impl SegmentationPlan {
    /// The segment, and what decided it where more than the segments is wanted.
    fn looked_at(&self, wanted: Wanted) -> impl Iterator<Item = Register> {
        let decided = (wanted.only != Only::Segments).then_some(self.decided);
        std::iter::once(self.segment).chain(decided)
    }
}

impl ServicePlan {
    /// What the teams and their persons plan and have.
    fn times(&self) -> impl Iterator<Item = Register> {
        self.teams.iter().flat_map(|team| {
            let persons = team.persons.iter();
            let persons = persons.flat_map(|it| [it.names, it.planned, it.available]);
            [team.hours, team.planned, team.available]
                .into_iter()
                .chain(persons)
        })
    }
}

impl Results {
    /// The registers whose errors end the run.
    pub(super) fn sinks(&self, wanted: Wanted) -> BTreeSet<Register> {
        let mut sinks = BTreeSet::new();
        sinks.extend(self.checks.iter().map(|check| check.condition));
        sinks.extend(self.expects.iter().map(|expect| expect.condition));
        sinks.extend(self.asked.iter().map(|asked| asked.register));
        if wanted.test.is_some() {
            return sinks;
        }
        sinks.extend(self.excluded);
        sinks.extend(self.outputs.iter().map(|output| output.register));
        sinks.extend(self.axes.iter().map(|axis| axis.score));
        for segmentation in &self.segmentations {
            sinks.extend(segmentation.looked_at(wanted));
        }
        if let Some(service) = &self.service {
            sinks.insert(service.owner);
            sinks.extend(&service.activities);
            sinks.extend(&service.texts);
            sinks.extend(service.cost);
            sinks.extend(service.teams.iter().map(|team| team.hours));
            sinks.extend(service.teams.iter().map(|team| team.planned));
        }
        sinks
    }

    /// The registers that the outcome needs as whole columns.
    pub(super) fn kept(&self, wanted: Wanted) -> BTreeSet<Register> {
        let mut kept = self.checked();
        if wanted.test.is_some() {
            if wanted.trace {
                kept.extend(self.traced());
            }
            return kept;
        }
        kept.extend(self.asked.iter().map(|asked| asked.register));
        kept.extend(self.excluded);
        kept.extend(self.included);
        kept.extend(self.outputs.iter().map(|output| output.register));
        for segmentation in &self.segmentations {
            kept.extend(segmentation.looked_at(wanted));
        }
        if let Some(service) = &self.service
            && (wanted.service || wanted.trace)
        {
            kept.insert(service.owner);
            kept.extend(&service.activities);
            kept.extend(&service.texts);
            kept.extend(service.cost);
            kept.extend(service.times());
        }
        if wanted.trace {
            kept.extend(self.traced());
        }
        kept
    }

    /// The registers that say in a few words how a run came out, without the result and the segments.
    pub(super) fn told(&self) -> BTreeSet<Register> {
        let mut told = self.checked();
        told.extend(self.asked.iter().map(|asked| asked.register));
        told.extend(self.excluded.iter().chain(&self.included));
        told.extend(self.service.iter().flat_map(|service| {
            let hours: BTreeSet<Register> = service.teams.iter().map(|team| team.hours).collect();
            service.times().filter(move |it| !hours.contains(it))
        }));
        told
    }

    fn checked(&self) -> BTreeSet<Register> {
        let mut checked = BTreeSet::new();
        for check in self.checks.iter().chain(&self.expects) {
            checked.extend([check.condition]);
            checked.extend(check.sides.iter().flat_map(|it| [it.left, it.right]));
            checked.extend(check.behind);
            checked.extend(check.operands.iter().map(|it| it.register));
        }
        checked
    }

    fn traced(&self) -> BTreeSet<Register> {
        let mut traced: BTreeSet<Register> = self.exclude_conditions.iter().copied().collect();
        if let Some(service) = &self.service {
            traced.extend(service.refinements.iter().flatten());
        }
        for axis in &self.axes {
            traced.extend([axis.score, axis.known]);
            for member in &axis.members {
                traced.insert(member.score);
                traced.extend(member.value);
            }
        }
        for segmentation in &self.segmentations {
            traced.extend(segmentation.previous);
            traced.insert(segmentation.segment);
            for (when, stays) in &segmentation.clauses {
                traced.extend(when.iter().chain(stays));
            }
            if let Some(board) = &segmentation.board {
                traced.extend([board.rows_by, board.columns_by, board.row, board.column]);
            }
        }
        traced
    }
}
