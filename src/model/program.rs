//! The checked program: names are numbers, every expression has a type, constants are computed.
//! What stands here can be planned and run; nothing here is parsed, checked or evaluated.

use super::types::Type;
use crate::base::{Span, Spanned};
use crate::syntax::tree::CompareOperator;
use crate::value::{Date, Decimal};

pub use super::dataset::*;
pub use super::expression::*;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    )+};
}

ids! {
    /// A position in the fields of a [`Dataset`].
    FieldId,
    /// A position in [`Program::tables`].
    TableId,
    /// A position in [`Program::lookups`].
    LookupId,
    /// A position in [`Program::params`].
    ParamId,
    /// A position in [`Program::lets`].
    LetId,
    /// A position in [`Program::axes`].
    AxisId,
    /// A position in [`Axis::members`], which lists criteria and groups at every depth.
    MemberId,
    /// A position in [`Program::segmentations`].
    SegmentationId,
    /// A position in [`Segmentation::segments`].
    SegmentId,
    /// A position in [`Program::teams`].
    TeamId,
    /// A position in [`Program::activities`].
    ActivityId,
    /// A position in [`Program::texts`].
    TextId,
}

/// A model that has been checked.
#[derive(Clone, Debug)]
pub struct Program {
    /// The model's name.
    pub name: String,
    /// The model's currency, where it has one.
    pub currency: Option<String>,
    /// The range and the decimals of scores.
    pub scores: ScoreRange,
    /// The first and last day for which the model is meant.
    pub valid: Option<(Date, Date)>,
    /// The day that the run is for.
    pub today: Date,
    /// Whether anything in the model looks at `today`.
    pub uses_today: bool,
    /// The customers.
    pub customers: Dataset,
    /// The tables, with those of one row per customer.
    pub tables: Vec<Dataset>,
    /// Money of one unit of other currencies in the model's, for `money in FIELD`.
    pub rates: Vec<(String, Decimal)>,
    /// The lookups.
    pub lookups: Vec<Lookup>,
    /// The params with their values in this run.
    pub params: Vec<Param>,
    /// The lets, in no particular order; they never form a circle.
    pub lets: Vec<Let>,
    /// The excludes in the order of the file.
    pub excludes: Vec<Exclude>,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The segmentations in the order of the file.
    pub segmentations: Vec<Segmentation>,
    /// The overrides of the unnamed segmentation.
    pub overrides: Vec<Override>,
    /// The teams.
    pub teams: Vec<Team>,
    /// The activities.
    pub activities: Vec<Activity>,
    /// The names of the text columns, in order of first appearance in the services.
    pub texts: Vec<String>,
    /// The service of each segment of the unnamed segmentation, by [`SegmentId`]; empty where the
    /// file has no services at all. `None` for a segment without service.
    pub services: Vec<Option<Service>>,
    /// Checks and warnings in the order of the file.
    pub checks: Vec<Check>,
    /// The columns of the result: as declared, or the default ones.
    pub outputs: Vec<Output>,
    /// The tests.
    pub tests: Vec<Test>,
    /// The scenarios that the file declares: name and label.
    pub scenarios: Vec<(String, Option<String>)>,
    /// The scenario that this program is.
    pub scenario: Option<String>,
}

impl Program {
    /// The unnamed segmentation, of which services and overrides speak.
    pub fn main_segmentation(&self) -> Option<(SegmentationId, &Segmentation)> {
        self.segmentations
            .iter()
            .enumerate()
            .find(|(_, segmentation)| segmentation.name.is_none())
            .map(|(at, segmentation)| (SegmentationId(at), segmentation))
    }

    /// The segmentation of which `decided_by` speaks: the unnamed one, else the first.
    pub fn deciding_segmentation(&self) -> Option<(SegmentationId, &Segmentation)> {
        self.main_segmentation().or_else(|| {
            self.segmentations
                .first()
                .map(|segmentation| (SegmentationId(0), segmentation))
        })
    }
}

/// The range and the decimals of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreRange {
    /// The lowest score.
    pub lowest: Decimal,
    /// The highest score.
    pub highest: Decimal,
    /// Places after the point, 0 to 6.
    pub decimals: u8,
}

/// A value to play with.
#[derive(Clone, Debug)]
pub struct Param {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// The type; a bare number adapts to money and scores where it is used.
    pub ty: Type,
    /// The value in this run.
    pub value: Literal,
    /// The bounds.
    pub bounds: Option<(Literal, Literal)>,
    /// Where it is declared.
    pub span: Span,
}

/// A named value of one customer or, where it is an aggregate, of the portfolio.
#[derive(Clone, Debug)]
pub struct Let {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// The value.
    pub value: Expr,
    /// The layer of the rightmost thing it names.
    pub layer: Layer,
}

/// The layers of a model, left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Customers, tables, lookups.
    Customers,
    /// Scores of criteria and groups.
    Criteria,
    /// Scores of axes.
    Axes,
    /// Segments.
    Segments,
    /// Services and what they cost.
    Service,
    /// Checks, warnings, the plan.
    Portfolio,
}

/// Customers who are kept out.
#[derive(Clone, Debug)]
pub struct Exclude {
    /// The reason.
    pub reason: String,
    /// The condition.
    pub condition: Expr,
    /// Whether the condition uses portfolio functions: then it is applied last.
    pub uses_portfolio: bool,
}

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// Criteria and groups at every depth; a group stands before its members.
    pub members: Vec<Member>,
    /// The members directly under the axis.
    pub children: Vec<MemberId>,
    /// Where it is declared.
    pub span: Span,
}

/// A criterion or a group.
#[derive(Clone, Debug)]
pub struct Member {
    /// The path below the axis: `finance.margin`.
    pub path: String,
    /// The label.
    pub label: Option<String>,
    /// The weight among its siblings as a whole number; only proportions count.
    pub weight: i128,
    /// The share of its siblings' weight as people read it: `40%` or `3 of 8`.
    pub weight_text: String,
    /// Criterion or group.
    pub kind: MemberKind,
    /// The reason.
    pub because: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What a member of an axis is.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// A criterion.
    Criterion {
        /// What is scored.
        value: Expr,
        /// How it becomes a score.
        scale: Scale,
        /// What happens where it is missing; `None` where it never is.
        if_missing: Option<IfMissing>,
    },
    /// A group of members.
    Group {
        /// The members directly under the group.
        children: Vec<MemberId>,
    },
}

/// What a criterion does where its value is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// It has this score.
    Score(Decimal),
    /// It is left out and its weight shared out.
    Skip,
    /// It is a data error.
    Reject,
}

/// A scale with its constants computed. Numbers are in the units of the value's column (steps by
/// their position); scores are rounded to the model's decimals.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Straight from the lowest score at `worst` to the highest at `best`; they differ.
    Ramp {
        /// Scores the lowest.
        worst: i64,
        /// Scores the highest.
        best: i64,
    },
    /// Straight lines through points of strictly increasing values.
    Curve(Vec<(i64, Decimal)>),
    /// The first that holds.
    Bands {
        /// `value OPERATOR threshold` and the score.
        bands: Vec<(CompareOperator, i64, Decimal)>,
        /// The score of all others.
        otherwise: Decimal,
    },
    /// By value.
    Match {
        /// Each value once.
        arms: Vec<(Literal, Decimal)>,
        /// The score of all others; `None` where the arms cover the type.
        otherwise: Option<Decimal>,
    },
    /// The value itself, rounded to the model's decimals.
    AsIs {
        /// Whether values outside the range are cut off rather than refused.
        capped: bool,
    },
    /// The place in the portfolio.
    Ranked {
        /// `ranked in N steps`.
        steps: Option<u32>,
        /// Whether less is better.
        less_is_better: bool,
    },
}

/// A segmentation.
#[derive(Clone, Debug)]
pub struct Segmentation {
    /// The name; `None` for the one whose column is `segment`.
    pub name: Option<String>,
    /// Whether two clauses that hold for one customer are an error.
    pub exclusive: bool,
    /// The segments in the order of their first clause.
    pub segments: Vec<Segment>,
    /// The segments by importance, the most important first; each once.
    pub importance: Vec<SegmentId>,
    /// The clauses from the top (without bare labels).
    pub clauses: Vec<Clause>,
    /// The two-axis table under the clauses.
    pub board: Option<Board>,
    /// The customer's earlier segment, where `stays` is used.
    pub previous: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

impl Segmentation {
    /// The name of its column.
    pub fn column(&self) -> &str {
        self.name.as_deref().unwrap_or("segment")
    }
}

/// A segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
}

/// A clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The segment.
    pub segment: SegmentId,
    /// The condition; `None` for `otherwise`.
    pub when: Option<Expr>,
    /// `stays when …`
    pub stays: Option<Expr>,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The two-axis table.
#[derive(Clone, Debug)]
pub struct Board {
    /// The value that chooses the row.
    pub rows_by: Expr,
    /// The value that chooses the column.
    pub columns_by: Expr,
    /// The rows' bands from the top.
    pub rows: Vec<BoardBand>,
    /// The columns' bands from the left.
    pub columns: Vec<BoardBand>,
    /// A segment for each row and column: `cells[row][column]`.
    pub cells: Vec<Vec<SegmentId>>,
}

/// A band of the table: a comparison with a constant in the units of the value's column, or
/// `otherwise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardBand {
    /// `value OPERATOR threshold`.
    Compare(CompareOperator, i64),
    /// All others.
    Otherwise,
}

/// A customer moved by hand.
#[derive(Clone, Debug)]
pub struct Override {
    /// The customer's key.
    pub customer: Spanned<String>,
    /// The segment.
    pub segment: SegmentId,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The reason.
    pub because: String,
    /// Who decided.
    pub by: Option<String>,
    /// Whether `until` lies before today.
    pub expired: bool,
}

/// A team.
#[derive(Clone, Debug)]
pub struct Team {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// How many people, in millionths.
    pub people: Decimal,
    /// The field of the customers that holds the person.
    pub named_by: Option<FieldId>,
    /// Hours of one person a year, as a duration in millionths of a second.
    pub hours: i64,
    /// The share with customers.
    pub with_customers: Decimal,
    /// Money an hour.
    pub rate: Option<Decimal>,
}

/// An activity.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The name.
    pub name: String,
    /// The label.
    pub label: Option<String>,
    /// Whose time one takes.
    pub takers: Vec<Taker>,
    /// Money of one, beside the time.
    pub costs: Option<Expr>,
    /// How often it was really done.
    pub actual: Option<Expr>,
    /// What one brings in.
    pub worth: Option<Expr>,
}

/// A part of an activity's time.
#[derive(Clone, Debug)]
pub struct Taker {
    /// The time of one.
    pub duration: Expr,
    /// Whose.
    pub by: TakenBy,
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBy {
    /// The team that owns the customer.
    Owner,
    /// A named team.
    Team(TeamId),
}

/// How a segment is served.
#[derive(Clone, Debug)]
pub struct Service {
    /// What holds for all customers of the segment.
    pub basis: ServiceTerms,
    /// Refinements from the top: the first that holds replaces what it names.
    pub refinements: Vec<Refinement>,
    /// Where it is declared.
    pub span: Span,
}

/// A refinement of a service.
#[derive(Clone, Debug)]
pub struct Refinement {
    /// The condition.
    pub condition: Expr,
    /// What it replaces.
    pub terms: ServiceTerms,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a service or a refinement says; what it does not name is left as it was.
#[derive(Clone, Debug, Default)]
pub struct ServiceTerms {
    /// The owner.
    pub owner: Option<TeamId>,
    /// `none`, or `only …`: all activities that are not named become 0.
    pub clears_activities: bool,
    /// `none`: the owner and the texts become empty too.
    pub clears_all: bool,
    /// How often a year.
    pub activities: Vec<(ActivityId, Expr)>,
    /// Texts.
    pub texts: Vec<(TextId, Expr)>,
}

/// A check or a warning.
#[derive(Clone, Debug)]
pub struct Check {
    /// Whether it only warns.
    pub only_warns: bool,
    /// What should be true, in words.
    pub label: String,
    /// What should be true: a flag of the portfolio.
    pub condition: Expr,
    /// The reason.
    pub because: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A column of the result.
#[derive(Clone, Debug)]
pub struct Output {
    /// The header.
    pub header: String,
    /// The value.
    pub value: Expr,
}

/// A test of the model on made-up customers.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name.
    pub name: String,
    /// Its own day.
    pub today: Option<Date>,
    /// The customers.
    pub givens: Vec<Given>,
    /// What is expected: flags over the customers of this test.
    pub expects: Vec<Expect>,
    /// Where it stands.
    pub span: Span,
}

/// A customer of a test.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name in the test; `None` where there is only one.
    pub name: Option<String>,
    /// Values of the customers' fields; `None` for `missing`.
    pub values: Vec<(FieldId, Option<Literal>)>,
    /// Rows of tables: for each row the values of its fields.
    pub tables: Vec<(TableId, Vec<GivenRow>)>,
}

/// The values of a table's row in a test; `None` for `missing`.
pub type GivenRow = Vec<(FieldId, Option<Literal>)>;

/// An expectation of a test.
#[derive(Clone, Debug)]
pub struct Expect {
    /// A flag, in the scope of [`Scope::Given`] references.
    pub condition: Expr,
    /// Where it stands.
    pub span: Span,
}
