//! Whether two trees say the same, wherever they say it: equality of trees without their places.
//! Every field of every node is named here, so a node that gets a field does not compile until it says what of it counts.

use crate::base::{Span, Spanned};
use crate::syntax::tree::{
    Activity, ArithmeticOperator, Axis, Band, Board, BoardBand, BoardRow, Call, Check, Clause,
    ClauseWhen, CompareOperator, Constraint, Criterion, CurvePoint, Dataset, Declaration, Exclude,
    Expr, ExprKind, Field, FieldKind, FieldOf, Frequency, Given, GivenTable, GivenValue, Group,
    IfMissing, Item, Let, Lookup, LookupArm, LookupValues, MatchArm, Member, MemberOf, Model,
    Number, Output, OutputColumn, Override, Param, Path, PercentForm, RankEnd, Rate, Remove,
    RemoveWhat, Scale, ScaleKind, Scenario, Scores, Segments, Service, ServiceEntry,
    ServiceEntryKind, Taker, Team, Test, TimeUnit, Unit, WeightOf,
};
use std::sync::Arc;

/// Equality without places.
pub(super) trait Same {
    /// Whether both say the same.
    fn same(&self, other: &Self) -> bool;
}

impl Same for Span {
    /// A place says nothing but that something stands there.
    fn same(&self, _: &Self) -> bool {
        true
    }
}

impl<T: Same> Same for Spanned<T> {
    fn same(&self, other: &Self) -> bool {
        self.value.same(&other.value)
    }
}

impl<T: Same> Same for Option<T> {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.same(other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Same> Same for Vec<T> {
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| one.same(other))
    }
}

impl<A: Same, B: Same> Same for (A, B) {
    fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0) && self.1.same(&other.1)
    }
}

/// Whatever has no place in it.
macro_rules! equal {
    ($($type:ty),*) => {$(
        impl Same for $type {
            fn same(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

equal!(
    String,
    bool,
    u8,
    Number,
    Unit,
    TimeUnit,
    PercentForm,
    RankEnd,
    ArithmeticOperator,
    CompareOperator
);

/// Nodes with named fields: those that count, and after `but` the places.
macro_rules! nodes {
    ($($type:ident { $($field:ident),* $(; but $($place:ident),*)? })*) => {$(
        impl Same for $type {
            fn same(&self, other: &Self) -> bool {
                let $type { $($field,)* $($($place: _,)*)? } = self;
                $($field.same(&other.$field))&&*
            }
        }
    )*};
}

nodes! {
    Declaration { item, replace; but span }
    Model { name, edition, currency, scores, valid, today, missing; but span }
    Scores { lowest, highest, decimals; but span }
    Exclude { reason, condition }
    Let { name, label, value }
    Param { name, label, value, bounds, because }
    Check { only_warns, label, condition, because }
    Output { columns; but span }
    Test { name, today, givens, expects; but span }
    Given { name, values, tables; but span }
    GivenValue { field, value }
    GivenTable { table, fields, rows; but span }
    Scenario { name, label, declarations }
    Remove { kind, what }
    Dataset { name, key, one_per_customer, from, fields }
    Field { name, label, kind, optional, constraints, columns; but kind_span, span }
    FieldOf { dataset, field }
    Lookup { name, values }
    LookupArm { keys, value }
    Rate { currency, rate }
    Axis { name, label, members }
    Criterion { name, label, of, weight, scale, if_missing, because; but span }
    Group { name, label, weight, members, because; but span }
    Scale { kind; but span }
    CurvePoint { value, score }
    Band { operator, threshold, score }
    MatchArm { values, score }
    MemberOf { path, member }
    WeightOf { path, weight }
    Segments { name, label, exclusive, by, order, clauses, board; but span }
    Clause { segment, label, when, stays, because; but span }
    Board { rows_by, columns_by, columns, rows; but span }
    BoardRow { band, cells }
    Override { customer, segment, until, because, by }
    Team { name, label, people, named_by, hours, with_customers, rate; but span }
    Activity { name, label, takers, costs, actual, worth; but span }
    Taker { duration, by }
    Service { segments, entries, because }
    ServiceEntry { kind, because; but span }
    Path { names; but span }
    Expr { kind; but span }
    Call { function, arguments, filter, by }
}

impl Same for OutputColumn {
    fn same(&self, other: &Self) -> bool {
        let OutputColumn {
            value,
            text,
            header,
        } = self;
        // The text heads the column only where no header does.
        let same_text = header.is_some() || *text == other.text;
        value.same(&other.value) && header.same(&other.header) && same_text
    }
}

impl Same for Arc<ExprKind> {
    fn same(&self, other: &Self) -> bool {
        (**self).same(&**other)
    }
}

/// Nodes of several kinds. Each kind names its parts twice, for the one and the other; `_` is a place.
macro_rules! kinds {
    ($($type:ident { $($one:pat, $other:pat => $same:expr;)* })*) => {$(
        impl Same for $type {
            fn same(&self, other: &Self) -> bool {
                match (self, other) {
                    $(($one, $other) => $same,)*
                    _ => false,
                }
            }
        }
    )*};
}

kinds! {
    Item {
        Item::Model(a), Item::Model(b) => a.same(b);
        Item::Use(a), Item::Use(b) => a.same(b);
        Item::Customers(a), Item::Customers(b) => a.same(b);
        Item::Table(a), Item::Table(b) => a.same(b);
        Item::Field(a), Item::Field(b) => a.same(b);
        Item::Lookup(a), Item::Lookup(b) => a.same(b);
        Item::Rates(a), Item::Rates(b) => a.same(b);
        Item::Exclude(a), Item::Exclude(b) => a.same(b);
        Item::Let(a), Item::Let(b) => a.same(b);
        Item::Param(a), Item::Param(b) => a.same(b);
        Item::Axis(a), Item::Axis(b) => a.same(b);
        Item::Member(a), Item::Member(b) => a.same(b);
        Item::Weight(a), Item::Weight(b) => a.same(b);
        Item::Segments(a), Item::Segments(b) => a.same(b);
        Item::Override(a), Item::Override(b) => a.same(b);
        Item::Teams(a), Item::Teams(b) => a.same(b);
        Item::Activities(a), Item::Activities(b) => a.same(b);
        Item::Service(a), Item::Service(b) => a.same(b);
        Item::Check(a), Item::Check(b) => a.same(b);
        Item::Output(a), Item::Output(b) => a.same(b);
        Item::Test(a), Item::Test(b) => a.same(b);
        Item::Scenario(a), Item::Scenario(b) => a.same(b);
        Item::Remove(a), Item::Remove(b) => a.same(b);
    }
    RemoveWhat {
        RemoveWhat::Path(a), RemoveWhat::Path(b) => a.same(b);
        RemoveWhat::Text(a), RemoveWhat::Text(b) => a.same(b);
        RemoveWhat::Nothing(_), RemoveWhat::Nothing(_) => true;
    }
    FieldKind {
        FieldKind::Text, FieldKind::Text => true;
        FieldKind::Number, FieldKind::Number => true;
        FieldKind::Date, FieldKind::Date => true;
        FieldKind::Flag, FieldKind::Flag => true;
        FieldKind::Score, FieldKind::Score => true;
        FieldKind::Money { exponent, currency }, FieldKind::Money { exponent: other_exponent, currency: other_currency } => exponent.same(other_exponent) && currency.same(other_currency);
        FieldKind::Percent(a), FieldKind::Percent(b) => a.same(b);
        FieldKind::OneOf(a), FieldKind::OneOf(b) => a.same(b);
        FieldKind::Steps(a), FieldKind::Steps(b) => a.same(b);
        FieldKind::Duration(a), FieldKind::Duration(b) => a.same(b);
        FieldKind::Segment(a), FieldKind::Segment(b) => a.same(b);
    }
    Constraint {
        Constraint::Compare(a, b), Constraint::Compare(x, y) => a.same(x) && b.same(y);
        Constraint::Between(a, b, _), Constraint::Between(x, y, _) => a.same(x) && b.same(y);
        Constraint::Unique(_), Constraint::Unique(_) => true;
    }
    LookupValues {
        LookupValues::Inline { arms, otherwise }, LookupValues::Inline { arms: other_arms, otherwise: other_otherwise } => arms.same(other_arms) && otherwise.same(other_otherwise);
        LookupValues::File { from, key, value, kind, optional, kind_span: _ }, LookupValues::File { from: other_from, key: other_key, value: other_value, kind: other_kind, optional: other_optional, kind_span: _ } => from.same(other_from) && key.same(other_key) && value.same(other_value) && kind.same(other_kind) && optional.same(other_optional);
    }
    Member {
        Member::Criterion(a), Member::Criterion(b) => a.same(b);
        Member::Group(a), Member::Group(b) => a.same(b);
    }
    IfMissing {
        IfMissing::Score(a), IfMissing::Score(b) => a.same(b);
        IfMissing::Skip, IfMissing::Skip => true;
        IfMissing::Reject, IfMissing::Reject => true;
    }
    ScaleKind {
        ScaleKind::Ramp { worst, best }, ScaleKind::Ramp { worst: other_worst, best: other_best } => worst.same(other_worst) && best.same(other_best);
        ScaleKind::Curve(a), ScaleKind::Curve(b) => a.same(b);
        ScaleKind::Bands { bands, otherwise }, ScaleKind::Bands { bands: other_bands, otherwise: other_otherwise } => bands.same(other_bands) && otherwise.same(other_otherwise);
        ScaleKind::Match { arms, otherwise }, ScaleKind::Match { arms: other_arms, otherwise: other_otherwise } => arms.same(other_arms) && otherwise.same(other_otherwise);
        ScaleKind::AsIs { capped }, ScaleKind::AsIs { capped: other_capped } => capped.same(other_capped);
        ScaleKind::Ranked { steps, less_is_better }, ScaleKind::Ranked { steps: other_steps, less_is_better: other_less_is_better } => steps.same(other_steps) && less_is_better.same(other_less_is_better);
    }
    ClauseWhen {
        ClauseWhen::Condition(a), ClauseWhen::Condition(b) => a.same(b);
        ClauseWhen::Otherwise(_), ClauseWhen::Otherwise(_) => true;
        ClauseWhen::LabelOnly, ClauseWhen::LabelOnly => true;
    }
    BoardBand {
        BoardBand::Compare(a, b), BoardBand::Compare(x, y) => a.same(x) && b.same(y);
        BoardBand::Otherwise(_), BoardBand::Otherwise(_) => true;
    }
    ServiceEntryKind {
        ServiceEntryKind::Owner(a), ServiceEntryKind::Owner(b) => a.same(b);
        ServiceEntryKind::Activity(a, b), ServiceEntryKind::Activity(x, y) => a.same(x) && b.same(y);
        ServiceEntryKind::Only(a, b), ServiceEntryKind::Only(x, y) => a.same(x) && b.same(y);
        ServiceEntryKind::None, ServiceEntryKind::None => true;
        ServiceEntryKind::Text(a, b), ServiceEntryKind::Text(x, y) => a.same(x) && b.same(y);
        ServiceEntryKind::When { condition, entries }, ServiceEntryKind::When { condition: other_condition, entries: other_entries } => condition.same(other_condition) && entries.same(other_entries);
    }
    Frequency {
        Frequency::Per(a, b, _), Frequency::Per(x, y, _) => a.same(x) && b.same(y);
        Frequency::Every(a, b, _), Frequency::Every(x, y, _) => a.same(x) && b.same(y);
    }
    ExprKind {
        ExprKind::Number(a), ExprKind::Number(b) => a.same(b);
        ExprKind::Text(a), ExprKind::Text(b) => a.same(b);
        ExprKind::Date(a), ExprKind::Date(b) => a.same(b);
        ExprKind::Flag(a), ExprKind::Flag(b) => a.same(b);
        ExprKind::Missing, ExprKind::Missing => true;
        ExprKind::Today, ExprKind::Today => true;
        ExprKind::Name(a), ExprKind::Name(b) => a.same(b);
        ExprKind::Negate(a), ExprKind::Negate(b) => a.same(b);
        ExprKind::Not(a), ExprKind::Not(b) => a.same(b);
        ExprKind::Arithmetic { operator, left, right }, ExprKind::Arithmetic { operator: other_operator, left: other_left, right: other_right } => operator.same(other_operator) && left.same(other_left) && right.same(other_right);
        ExprKind::Compare { operator, left, right }, ExprKind::Compare { operator: other_operator, left: other_left, right: other_right } => operator.same(other_operator) && left.same(other_left) && right.same(other_right);
        ExprKind::Between { value, low, high, negated }, ExprKind::Between { value: other_value, low: other_low, high: other_high, negated: other_negated } => value.same(other_value) && low.same(other_low) && high.same(other_high) && negated.same(other_negated);
        ExprKind::IsOneOf { value, list, negated }, ExprKind::IsOneOf { value: other_value, list: other_list, negated: other_negated } => value.same(other_value) && list.same(other_list) && negated.same(other_negated);
        ExprKind::IsMissing { value, negated }, ExprKind::IsMissing { value: other_value, negated: other_negated } => value.same(other_value) && negated.same(other_negated);
        ExprKind::InRank { value, end, count, by }, ExprKind::InRank { value: other_value, end: other_end, count: other_count, by: other_by } => value.same(other_value) && end.same(other_end) && count.same(other_count) && by.same(other_by);
        ExprKind::And(a), ExprKind::And(b) => a.same(b);
        ExprKind::Or(a), ExprKind::Or(b) => a.same(b);
        ExprKind::Default { value, otherwise }, ExprKind::Default { value: other_value, otherwise: other_otherwise } => value.same(other_value) && otherwise.same(other_otherwise);
        ExprKind::If { condition, then, otherwise }, ExprKind::If { condition: other_condition, then: other_then, otherwise: other_otherwise } => condition.same(other_condition) && then.same(other_then) && otherwise.same(other_otherwise);
        ExprKind::Call(a), ExprKind::Call(b) => a.same(b);
        ExprKind::Lookup { lookup, key }, ExprKind::Lookup { lookup: other_lookup, key: other_key } => lookup.same(other_lookup) && key.same(other_key);
    }
}
