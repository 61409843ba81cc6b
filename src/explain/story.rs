//! What is told of a customer: how it came to its segments, its scores, its service, and what would
//! move it. Plain data; nothing here is looked up or worded.

use super::fraction::Fraction;
use super::value::Value;
use crate::base::Span;

/// Everything that is told of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The key.
    pub key: String,
    /// The customer's name, where the model has a field for it.
    pub name: Option<String>,
    /// The line of its row in the file.
    pub line: Option<u64>,
    /// Why it is kept out, where it is.
    pub excluded: Option<Excluded>,
    /// How it came to the segment of each segmentation.
    pub segments: Vec<SegmentStory>,
    /// Its scores.
    pub axes: Vec<AxisStory>,
    /// How it is served.
    pub service: Option<ServiceStory>,
    /// What its scores and segments were made from: fields and lets.
    pub facts: Vec<Fact>,
    /// What would move it to another segment.
    pub changes: Vec<Changes>,
}

/// A named thing and what it is for this customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// As the rule file names it.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// The value.
    pub value: Value,
}

/// A name and a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// As the rule file names it.
    pub name: String,
    /// The label.
    pub label: Option<String>,
}

/// A customer who is kept out.
#[derive(Clone, Debug, PartialEq)]
pub struct Excluded {
    /// The reason.
    pub reason: String,
    /// The condition that holds.
    pub condition: Option<Condition>,
}

/// What a value was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The field or let.
    pub named: Named,
    /// The let's own words.
    pub made_of: Option<String>,
    /// The values that these words ask for.
    pub values: Vec<Named>,
}

/// A condition and how it came out for the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Its own words.
    pub text: String,
    /// Whether it holds; `None` where it could not be asked.
    pub holds: Option<bool>,
    /// What it is made of.
    pub kind: ConditionKind,
}

/// What a condition is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// All of these must hold.
    All(Vec<Condition>),
    /// One of these must hold.
    Any(Vec<Condition>),
    /// This must not hold.
    Not(Box<Condition>),
    /// A named condition and what it says.
    Let(Box<Condition>),
    /// A question about values.
    Question {
        /// The values that it asks for.
        values: Vec<Named>,
        /// How far the line is, for comparisons of what can be measured.
        distance: Option<Box<Distance>>,
    },
}

/// How far a value is from a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    /// The value.
    pub value: Named,
    /// The comparison as it is written.
    pub operator: &'static str,
    /// The line.
    pub line: Value,
    /// From the value to the line, as an amount of the value's type; never negative.
    pub gap: Value,
}

/// How a customer came to a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentStory {
    /// The name of the segmentation's column.
    pub column: String,
    /// The segment.
    pub segment: Title,
    /// What decided, as results write it: `clause 2`.
    pub decided_by: String,
    /// The reason of what decided.
    pub because: Option<String>,
    /// The clauses from the top.
    pub clauses: Vec<ClauseStory>,
    /// The two-axis table.
    pub board: Option<BoardStory>,
    /// The customer's earlier segment, where it is looked at.
    pub previous: Option<Value>,
    /// The override that moved the customer.
    pub overridden: Option<Overridden>,
}

/// How far a clause was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseState {
    /// It decides.
    Decides,
    /// Its slack decides: the customer was there before.
    Stays,
    /// It does not hold.
    Fails,
    /// Something above it had decided.
    NotAsked,
}

/// A clause.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseStory {
    /// Counted from 1.
    pub number: usize,
    /// The segment.
    pub segment: Title,
    /// How far it was asked.
    pub state: ClauseState,
    /// Its condition; `None` for `otherwise`.
    pub when: Option<Condition>,
    /// Its slack, where the customer was there before.
    pub stays: Option<Condition>,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The two-axis table.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardStory {
    /// The value that chooses the row, and the bands of the rows.
    pub rows: BoardSide,
    /// The value that chooses the column, and the bands of the columns.
    pub columns: BoardSide,
    /// Whether a cell decides.
    pub decides: bool,
    /// The segment of the customer's cell.
    pub segment: Title,
}

/// One side of a two-axis table.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardSide {
    /// The value.
    pub value: Named,
    /// The bands in order: in its own words, and the distance to its line.
    pub bands: Vec<(String, Option<Distance>)>,
    /// The customer's band, counted from 0.
    pub at: usize,
}

/// An override that moved the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// Where the rules would have put it.
    pub without: Option<Title>,
    /// What would have decided.
    pub decided_by: Option<String>,
    /// The reason.
    pub because: String,
    /// Who decided.
    pub by: Option<String>,
    /// The last day on which it counts.
    pub until: Option<String>,
}

/// The score of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisStory {
    /// The axis.
    pub title: Title,
    /// Its score.
    pub score: Value,
    /// The highest score there is.
    pub full: Value,
    /// The share of its weight that was not missing.
    pub known: Value,
    /// Criteria and groups, groups before their members.
    pub members: Vec<MemberStory>,
    /// What the contributions as they are shown lack to the score.
    pub rounding: Value,
}

/// The part of a criterion or a group in an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberStory {
    /// The path below the axis.
    pub path: String,
    /// The label.
    pub label: Option<String>,
    /// How many groups it stands in.
    pub depth: usize,
    /// Whether it is a group.
    pub is_group: bool,
    /// The weight as it is written.
    pub weight: String,
    /// Its share of the axis for this customer.
    pub share: Fraction,
    /// What is scored; `None` for a group.
    pub input: Option<Named>,
    /// The words of its scale for people; nothing for a group.
    pub scale: String,
    /// The score; missing where it is left out.
    pub score: Value,
    /// What a missing value did.
    pub missing: Option<MissingStory>,
    /// Its points of the axis, exactly.
    pub gives: Fraction,
    /// Its points, rounded as scores are.
    pub gives_shown: Value,
    /// What a full score would give beyond that, exactly.
    pub costs: Fraction,
    /// The same, rounded as scores are.
    pub costs_shown: Value,
    /// The reason.
    pub because: Option<String>,
}

/// What a missing value did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingStory {
    /// It has the score that the file says.
    Filled,
    /// It is left out and its weight shared out.
    LeftOut,
}

/// How a customer is served.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceStory {
    /// The team that owns the customer.
    pub owner: Option<Title>,
    /// How often a year, for each activity that is planned.
    pub activities: Vec<(Title, Value)>,
    /// The texts.
    pub texts: Vec<(String, String)>,
    /// What it costs a year, where that is known.
    pub cost: Option<Value>,
    /// The refinements of the segment's service from the top.
    pub refinements: Vec<RefinementStory>,
    /// The reasons of what applies, with the activity they are about.
    pub reasons: Vec<(Option<Title>, String)>,
}

/// A refinement.
#[derive(Clone, Debug, PartialEq)]
pub struct RefinementStory {
    /// Counted from 1.
    pub number: usize,
    /// Whether it applies.
    pub applies: bool,
    /// Whether one above it applied first.
    pub asked: bool,
    /// Its condition.
    pub condition: Condition,
    /// The reasons of the refinement and its entries.
    pub reasons: Vec<(Option<Title>, String)>,
}

/// What would move the customer in one segmentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The name of the segmentation's column.
    pub column: String,
    /// What would lift it, the smallest first.
    pub up: Vec<Change>,
    /// What would drop it, the smallest first.
    pub down: Vec<Change>,
    /// Inputs that were not searched to their end, and why.
    pub unsearched: Vec<(String, String)>,
}

/// A change of one input that moves the customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The input as it is.
    pub input: Named,
    /// The value that moves the customer.
    pub to: Value,
    /// The segment that it then has.
    pub segment: Title,
    /// The step of the grid on which it was searched, for numbers.
    pub step: Option<Value>,
    /// How many customers' values lie between the two, for numbers.
    pub between: Option<usize>,
}
