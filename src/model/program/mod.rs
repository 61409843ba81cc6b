//! The checked program: names are numbers, every expression has a type, constants are computed.
//! What stands here can be planned and run; nothing here is parsed, checked or evaluated.

mod axis;
mod dataset;
mod segmentation;
mod service;
mod test;

use crate::base::Span;
use crate::model::types::Type;
use crate::value::{Date, Decimal};
pub use axis::*;
pub use dataset::*;
pub use segmentation::*;
pub use service::*;
pub use test::*;

pub use crate::model::expression::*;

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
    /// Texts that stand for nothing in cells that may be empty, beside those that always do.
    pub missing: Vec<String>,
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
    /// What is asked beside the model.
    pub asked: Vec<Asked>,
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
    /// Why it is so.
    pub because: Option<String>,
    /// What is counted where it stands as a constant of a scale or of a two-axis table.
    pub counts: Option<Type>,
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

/// An expression that is asked beside the model.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The value.
    pub value: Expr,
    /// Whether it is one value of the portfolio.
    pub of_portfolio: bool,
}

/// A column of the result.
#[derive(Clone, Debug)]
pub struct Output {
    /// The header.
    pub header: String,
    /// The value.
    pub value: Expr,
}
