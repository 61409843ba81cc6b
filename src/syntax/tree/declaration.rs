//! Declarations: what stands at the top of a rule file or inside a scenario, and the small ones.

use super::{
    Activity, Axis, Because, Dataset, Expr, FieldOf, Lookup, MemberOf, Name, Override, Path, Rate,
    Segments, Service, Team, Text, WeightOf,
};
use crate::base::{Span, Spanned};

/// A declaration with what it does to one of the same name in a used file.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The place of the word `replace`, where it stands.
    pub replace: Option<Span>,
    /// What is declared.
    pub item: Item,
    /// The whole declaration.
    pub span: Span,
}

/// The kinds of declarations.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `model "…" { … }`
    Model(Model),
    /// `use "…"`
    Use(Text),
    /// `customers key … { … }`
    Customers(Dataset),
    /// `table … key … { … }`
    Table(Dataset),
    /// `field customers.NAME …`: a field restated or added
    Field(FieldOf),
    /// `lookup …`
    Lookup(Lookup),
    /// `rates { SEK 0.98 }`
    Rates(Vec<Rate>),
    /// `exclude "…" when …`
    Exclude(Exclude),
    /// `let NAME = …`
    Let(Let),
    /// `param NAME = …`
    Param(Param),
    /// `axis … { … }`
    Axis(Axis),
    /// `criterion AXIS.NAME …`, `group AXIS.NAME …`: a member restated or added
    Member(MemberOf),
    /// `weight AXIS.NAME W`
    Weight(WeightOf),
    /// `segments … { … }`
    Segments(Segments),
    /// `override "…" to …`
    Override(Override),
    /// `teams { … }`
    Teams(Vec<Team>),
    /// `activities { … }`
    Activities(Vec<Activity>),
    /// `service … { … }`
    Service(Service),
    /// `check "…" …` and `warn "…" …`
    Check(Check),
    /// `output { … }`
    Output(Output),
    /// `test "…" { … }`
    Test(Test),
    /// `scenario NAME { … }`
    Scenario(Scenario),
    /// `remove KIND WHAT`
    Remove(Remove),
}

/// The model block.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The model's name.
    pub name: Text,
    /// `edition 2026`, as written
    pub edition: Option<Spanned<String>>,
    /// `currency NOK`
    pub currency: Option<Name>,
    /// `scores 0 to 10 with 2 decimals`
    pub scores: Option<Scores>,
    /// `valid 2026-01-01 to 2026-12-31`
    pub valid: Option<(Expr, Expr)>,
    /// `today 2026-11-21`
    pub today: Option<Expr>,
    /// `missing "n/a" or "unknown"`: texts that stand for nothing in cells that may be empty
    pub missing: Vec<Text>,
    /// Where the block's head stands.
    pub span: Span,
}

/// The range of scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// The lowest.
    pub lowest: Expr,
    /// The highest.
    pub highest: Expr,
    /// Decimals, where they are given.
    pub decimals: Option<Expr>,
    /// The whole setting.
    pub span: Span,
}

/// `exclude "Own companies" when …`
#[derive(Clone, Debug, PartialEq)]
pub struct Exclude {
    /// The reason.
    pub reason: Text,
    /// The condition.
    pub condition: Expr,
}

/// `let NAME = …`
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// The name.
    pub name: Name,
    /// A label, where one is given.
    pub label: Option<Text>,
    /// The value.
    pub value: Expr,
}

/// `param NAME = … between a and b`
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// A label, where one is given.
    pub label: Option<Text>,
    /// The value.
    pub value: Expr,
    /// The bounds.
    pub bounds: Option<(Expr, Expr)>,
    /// The reason.
    pub because: Because,
}

/// `check "…" COND`, `warn "…" COND`
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Whether it is `warn`.
    pub only_warns: bool,
    /// What should be true, in words.
    pub label: Text,
    /// What should be true.
    pub condition: Expr,
    /// The reason.
    pub because: Because,
}

/// `output { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The columns.
    pub columns: Vec<OutputColumn>,
    /// The whole block.
    pub span: Span,
}

/// `segment as "Segment"`
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// The value.
    pub value: Expr,
    /// The value as it is written, which heads the column where no header is given.
    pub text: String,
    /// The header.
    pub header: Option<Text>,
}

/// `test "…" { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The name.
    pub name: Text,
    /// `today DATE`
    pub today: Option<Expr>,
    /// The customers.
    pub givens: Vec<Given>,
    /// The expectations.
    pub expects: Vec<Expr>,
    /// The whole test.
    pub span: Span,
}

/// `given NAME { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The customer's name in this test.
    pub name: Option<Name>,
    /// Its values.
    pub values: Vec<GivenValue>,
    /// Its rows of tables.
    pub tables: Vec<GivenTable>,
    /// The whole block.
    pub span: Span,
}

/// `revenue = 6M`
#[derive(Clone, Debug, PartialEq)]
pub struct GivenValue {
    /// The field.
    pub field: Path,
    /// The value.
    pub value: Expr,
}

/// Rows of a table for one customer.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenTable {
    /// The table.
    pub table: Name,
    /// The fields of the columns.
    pub fields: Vec<Name>,
    /// The rows: one cell a field, `None` where it is empty.
    pub rows: Vec<Vec<Option<Expr>>>,
    /// The whole table.
    pub span: Span,
}

/// `scenario NAME "Label" { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// What it restates, removes and adds.
    pub declarations: Vec<Declaration>,
}

/// `remove criterion attractiveness.region`, `remove check "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct Remove {
    /// The kind's word as written: `criterion`, `let`, `check`, …
    pub kind: Name,
    /// What goes.
    pub what: RemoveWhat,
}

/// What a `remove` names.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveWhat {
    /// A name or path.
    Path(Path),
    /// A quoted label, reason, key or test name.
    Text(Text),
    /// Nothing, where there can be only one (`remove output`, `remove segments`).
    Nothing(Span),
}
