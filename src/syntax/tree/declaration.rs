//! Declarations: what stands at the top of a rule file or inside a scenario.

use super::{Because, Expr, Name, Path, Text, TimeUnit};
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

/// Rows of a file: the customers (whose name is `customers`) or a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The name; for the customers the word `customers`.
    pub name: Name,
    /// The field that tells customers apart, or says whose a row is.
    pub key: Name,
    /// `one per customer`
    pub one_per_customer: bool,
    /// `from "FILE"`
    pub from: Option<Text>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// The type as written.
    pub kind: FieldKind,
    /// Whether `?` stands after the type's first word.
    pub optional: bool,
    /// Where the type stands.
    pub kind_span: Span,
    /// Constraints in the order written.
    pub constraints: Vec<Constraint>,
    /// `from "Column" or "Alias"`: the headers, empty without `from`.
    pub columns: Vec<Text>,
    /// The whole field.
    pub span: Span,
}

/// Types of fields as written.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `date`
    Date,
    /// `flag`
    Flag,
    /// `score`
    Score,
    /// `money`, `money in thousands`, `money in millions`: the power of ten of one in the file
    Money {
        /// 0, 3 or 6.
        exponent: u8,
        /// `money in currency_field`
        currency: Option<Name>,
    },
    /// `percent`, `percent as fraction`, `percent as points`
    Percent(PercentForm),
    /// `one of "a", "b"`
    OneOf(Vec<Text>),
    /// `steps "low", "high"`
    Steps(Vec<Text>),
    /// `duration in minutes`, `hours`, `days`
    Duration(TimeUnit),
    /// `segment`, `segment abc`
    Segment(Option<Name>),
}

/// How a percent column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentForm {
    /// Not said: `12` and `12 %` are 12 %.
    Unsaid,
    /// `as fraction`: 0.12 is 12 %.
    Fraction,
    /// `as points`: 12 is 12 %, and 0.5 half a percent.
    Points,
}

/// A constraint on a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `>= x`, `> x`, `<= x`, `< x`
    Compare(Spanned<super::CompareOperator>, Expr),
    /// `between a and b`
    Between(Expr, Expr, Span),
    /// `unique`
    Unique(Span),
}

/// `field customers.region …`
#[derive(Clone, Debug, PartialEq)]
pub struct FieldOf {
    /// The dataset: `customers` or a table.
    pub dataset: Name,
    /// The field.
    pub field: Field,
}

/// A lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The name.
    pub name: Name,
    /// Where its values come from.
    pub values: LookupValues,
}

/// The values of a lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum LookupValues {
    /// `{ "NOK" -> 1, "SEK", "DKK" -> 0.98, otherwise -> 1 }`
    Inline {
        /// The arms; each has at least one key.
        arms: Vec<LookupArm>,
        /// The value of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `from "products.csv" product -> sales_price money`
    File {
        /// The file.
        from: Text,
        /// The key's column: a name or a quoted header.
        key: Text,
        /// The value's column: a name or a quoted header.
        value: Text,
        /// The value's type.
        kind: FieldKind,
        /// Where the type stands.
        kind_span: Span,
    },
}

/// `"SEK", "DKK" -> 0.98`
#[derive(Clone, Debug, PartialEq)]
pub struct LookupArm {
    /// The keys.
    pub keys: Vec<Expr>,
    /// The value.
    pub value: Expr,
}

/// `SEK 0.98`
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The currency's code.
    pub currency: Name,
    /// What one of it is in the model's currency.
    pub rate: Expr,
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

/// `axis NAME "Label" { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// Criteria and groups.
    pub members: Vec<Member>,
}

/// A criterion or a group of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    /// `criterion …`
    Criterion(Criterion),
    /// `group …`
    Group(Group),
}

/// A criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// The name; in a [`MemberOf`] the last name of the path.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// `of EXPR`; without it the field or let of the same name.
    pub of: Option<Expr>,
    /// The weight.
    pub weight: Expr,
    /// The scale.
    pub scale: Scale,
    /// `if missing …`
    pub if_missing: Option<Spanned<IfMissing>>,
    /// The reason.
    pub because: Because,
    /// The whole criterion.
    pub span: Span,
}

/// `group NAME weight W { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// The weight.
    pub weight: Expr,
    /// Its members.
    pub members: Vec<Member>,
    /// The reason.
    pub because: Because,
    /// The whole group.
    pub span: Span,
}

/// `if missing …`
#[derive(Clone, Debug, PartialEq)]
pub enum IfMissing {
    /// A score.
    Score(Expr),
    /// `skip`
    Skip,
    /// `reject`
    Reject,
}

/// A scale and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Which.
    pub kind: ScaleKind,
    /// Where it stands.
    pub span: Span,
}

/// The scales of section 6.
#[derive(Clone, Debug, PartialEq)]
pub enum ScaleKind {
    /// `ramp A to B`
    Ramp {
        /// What scores the lowest.
        worst: Expr,
        /// What scores the highest.
        best: Expr,
    },
    /// `curve { x -> s, … }`
    Curve(Vec<CurvePoint>),
    /// `bands { >= x -> s, …, otherwise -> s }`
    Bands {
        /// The bands from the top.
        bands: Vec<Band>,
        /// The score of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `match { "a", "b" -> s, …, otherwise -> s }`
    Match {
        /// The arms from the top.
        arms: Vec<MatchArm>,
        /// The score of `otherwise`.
        otherwise: Option<Expr>,
    },
    /// `as is`, `as is capped`
    AsIs {
        /// Whether `capped` stands.
        capped: bool,
    },
    /// `ranked`, `ranked in 5 steps`, `ranked less is better`
    Ranked {
        /// The number of steps.
        steps: Option<Expr>,
        /// Whether `less is better` stands.
        less_is_better: bool,
    },
}

/// `1M -> 5`
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// The value.
    pub value: Expr,
    /// The score.
    pub score: Expr,
}

/// `>= 10 -> 10`
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The comparison.
    pub operator: Spanned<super::CompareOperator>,
    /// The threshold.
    pub threshold: Expr,
    /// The score.
    pub score: Expr,
}

/// `"a", "b" -> 10`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchArm {
    /// The values.
    pub values: Vec<Expr>,
    /// The score.
    pub score: Expr,
}

/// `criterion attractiveness.potential …` outside an axis block
#[derive(Clone, Debug, PartialEq)]
pub struct MemberOf {
    /// The whole path: axis, groups, the member's own name.
    pub path: Path,
    /// The member.
    pub member: Member,
}

/// `weight attractiveness.potential 50%`
#[derive(Clone, Debug, PartialEq)]
pub struct WeightOf {
    /// The member.
    pub path: Path,
    /// Its weight.
    pub weight: Expr,
}

/// A segmentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// The name, where it has one.
    pub name: Option<Name>,
    /// Whether `exclusive` stands.
    pub exclusive: bool,
    /// `by X and Y`
    pub by: Option<(Path, Path)>,
    /// `order a, b, c`
    pub order: Option<Vec<Name>>,
    /// Clauses and bare labels in the order written.
    pub clauses: Vec<Clause>,
    /// The two-axis table.
    pub board: Option<Board>,
    /// The head of the declaration.
    pub span: Span,
}

/// `key "Nøkkelkunde" when … stays when … because "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The segment.
    pub segment: Name,
    /// Its label.
    pub label: Option<Text>,
    /// When it holds.
    pub when: ClauseWhen,
    /// `stays when …`
    pub stays: Option<Expr>,
    /// The reason.
    pub because: Because,
    /// The whole clause.
    pub span: Span,
}

/// When a clause holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseWhen {
    /// `when COND`
    Condition(Expr),
    /// `otherwise`
    Otherwise(Span),
    /// Nothing: the entry only gives a segment its label.
    LabelOnly,
}

/// The table of a segmentation by two ordered values.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The value of the rows, as the corner names it.
    pub rows_by: Path,
    /// The value of the columns, as the corner names it.
    pub columns_by: Path,
    /// The columns' bands.
    pub columns: Vec<BoardBand>,
    /// The rows.
    pub rows: Vec<BoardRow>,
    /// The whole table.
    pub span: Span,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardRow {
    /// The row's band.
    pub band: BoardBand,
    /// A segment for each column.
    pub cells: Vec<Name>,
}

/// `>= 7`, `otherwise`
#[derive(Clone, Debug, PartialEq)]
pub enum BoardBand {
    /// A comparison with a threshold.
    Compare(Spanned<super::CompareOperator>, Expr),
    /// `otherwise`
    Otherwise(Span),
}

/// `override "C-1042" to key until 2027-03-31 because "…" by "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The customer's key.
    pub customer: Text,
    /// The segment.
    pub segment: Name,
    /// The last day.
    pub until: Option<Expr>,
    /// The reason.
    pub because: Because,
    /// Who decided.
    pub by: Option<Text>,
}

/// `farmers 7 people named by account_manager 1_650 h per year 17% with customers 620 NOK per h`
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// How many people.
    pub people: Expr,
    /// `named by FIELD`
    pub named_by: Option<Name>,
    /// Hours of one person a year.
    pub hours: Expr,
    /// The share with customers.
    pub with_customers: Expr,
    /// Money an hour.
    pub rate: Option<Expr>,
    /// The whole entry.
    pub span: Span,
}

/// `visit "Besøk" 2.5 h by owner costs 350 NOK actual … worth …`
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// The name.
    pub name: Name,
    /// The label.
    pub label: Option<Text>,
    /// Whose time it takes.
    pub takers: Vec<Taker>,
    /// `costs …`
    pub costs: Option<Expr>,
    /// `actual …`
    pub actual: Option<Expr>,
    /// `worth …`
    pub worth: Option<Expr>,
    /// The whole entry.
    pub span: Span,
}

/// `2.5 h by owner`
#[derive(Clone, Debug, PartialEq)]
pub struct Taker {
    /// The time of one.
    pub duration: Expr,
    /// A team, or `owner`.
    pub by: Name,
}

/// `service key, development { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The segments.
    pub segments: Vec<Name>,
    /// The entries.
    pub entries: Vec<ServiceEntry>,
    /// The reason, after the braces.
    pub because: Because,
}

/// An entry of a service and its reason.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceEntry {
    /// What it says.
    pub kind: ServiceEntryKind,
    /// The reason.
    pub because: Because,
    /// The whole entry.
    pub span: Span,
}

/// What a service's entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceEntryKind {
    /// `owner farmers`
    Owner(Name),
    /// `visit 12 per year`
    Activity(Name, Frequency),
    /// `only newsletter 4 per year`
    Only(Name, Frequency),
    /// `none`
    None,
    /// `text channel = "personal"`
    Text(Name, Expr),
    /// `when COND { … }`
    When {
        /// The condition.
        condition: Expr,
        /// What it replaces; no `When` inside.
        entries: Vec<ServiceEntry>,
    },
}

/// How often.
#[derive(Clone, Debug, PartialEq)]
pub enum Frequency {
    /// `12 per year`, `weekly` (1 per week)
    Per(Expr, TimeUnit, Span),
    /// `every 6 weeks`, `every 2 months`, `every month` (1)
    Every(Expr, TimeUnit, Span),
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
