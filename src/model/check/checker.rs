//! The state of a check: what has been declared so far, and the messages. Declarations are entered
//! first (`declare_*`), expressions are checked against them (`expression`), lets on demand.

use super::expression::LetFacts;
use super::names::Names;
use crate::base::{Diagnostic, SourceId, Span};
use crate::model::assembly::Assembly;
use crate::model::program::{
    Dataset, Expr, FieldId, Layer, Let, LetId, Literal, Lookup, Param, ScoreRange, TableId,
};
use crate::model::types::Type;
use crate::syntax::tree;
use crate::value::{Date, Decimal};
use std::collections::HashMap;

/// What a run may set from outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The day of the run: from the command line, else the model's, else the local date.
    pub today: Date,
    /// Params set from outside, with the expressions that were given.
    pub params: Vec<(String, tree::Expr)>,
}

/// What is known of an axis before its criteria are checked.
#[derive(Clone, Debug)]
pub(super) struct AxisOutline {
    pub(super) name: String,
    /// Paths below the axis in the order of the program's members; whether the score may be missing.
    pub(super) members: Vec<(String, bool)>,
}

/// What is known of a segmentation before its clauses are checked.
#[derive(Clone, Debug)]
pub(super) struct SegmentationOutline {
    pub(super) name: Option<String>,
    /// Names and labels of its segments.
    pub(super) segments: Vec<(String, Option<String>)>,
}

/// What is known of a team before services are checked.
#[derive(Clone, Debug)]
pub(super) struct TeamOutline {
    pub(super) name: String,
    pub(super) named: bool,
}

/// Where an expression stands: what it may see and what is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The rightmost layer that it may look at.
    pub(super) layer: Layer,
    /// Whose values stand bare in it.
    pub(super) scope: Scope,
    /// What it is in the user's words, for messages: ``the criterion `potential` `` is ``"a criterion"``.
    pub(super) what: &'static str,
}

/// Whose values stand bare in an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// One customer's.
    Customer,
    /// A row's of that table; the customer's as `customers.x`.
    Row(TableId),
    /// Nobody's: customers' values stand inside aggregates.
    Portfolio,
    /// One person's of a team, for values asked `by person`; customers' values inside aggregates.
    Persons,
    /// The customers of a test: one bare, or several by name.
    Test,
}

/// The state of a check.
pub(super) struct Checker<'a> {
    pub(super) assembly: &'a Assembly,
    pub(super) settings: &'a Settings,
    pub(super) names: Names,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) scores: ScoreRange,
    /// The model's currency.
    pub(super) currency: Option<String>,
    /// Money of one unit of other currencies in the model's.
    pub(super) rates: Vec<(String, Decimal)>,
    pub(super) customers: Dataset,
    pub(super) tables: Vec<Dataset>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) params: Vec<Param>,
    pub(super) axes: Vec<AxisOutline>,
    pub(super) segmentations: Vec<SegmentationOutline>,
    pub(super) teams: Vec<TeamOutline>,
    pub(super) texts: Vec<String>,
    /// The lets, by the position of their declaration; filled on demand.
    pub(super) lets: Vec<LetState>,
    /// What was found out about each let that is checked, so that chains of lets are walked once.
    pub(super) let_facts: HashMap<LetId, LetFacts>,
    /// `actual` and `worth` of the activities, checked on demand.
    pub(super) activities: Vec<ActivityState>,
    /// The names of a test's customers, while its expectations are checked.
    pub(super) givens: Vec<Option<String>>,
    /// Whether `today` was looked at.
    pub(super) uses_today: bool,
}

/// How far a let has come.
#[derive(Clone, Debug)]
pub(super) enum LetState {
    /// Not looked at yet.
    Waiting,
    /// Being checked, as the so many-th of those that wait for each other: meeting it again is a
    /// circle.
    Open(usize),
    /// Checked.
    Done(Let),
    /// Wrong; its messages are out.
    Broken,
}

/// What is known of an activity.
#[derive(Clone, Debug, Default)]
pub(super) struct ActivityState {
    pub(super) name: String,
    /// `None` not looked at yet; `Some(None)` not there or wrong.
    pub(super) actual: Option<Option<Expr>>,
    pub(super) worth: Option<Option<Expr>>,
}

/// What expressions offer to declarations (implemented in `expression/`). All of them push their
/// messages and give `None` where something is wrong.
///
/// - `value(&tree::Expr, Place) -> Option<Expr>`: any value.
/// - `value_of(&tree::Expr, &Type, Place) -> Option<Expr>`: a value brought to a type; bare numbers
///   adapt to money, scores and frequencies; another dimension is an error. May be optional.
/// - `definite(&tree::Expr, Option<&Type>, Place) -> Option<Expr>`: the same, refused where it may be
///   missing.
/// - `condition(&tree::Expr, Place) -> Option<Expr>`: a flag that is never missing.
/// - `constant(&tree::Expr, Option<&Type>) -> Option<Constant>`: literals, params, `today` and
///   arithmetic of them, computed; brought to the type where one is given.
/// - `literal(&tree::Expr, &Type) -> Option<Literal>`: one value of exactly that type, for match
///   arms, lookups, givens: texts of a list by position, segments by bare name.
/// - `let_(LetId) -> Option<&Let>`: a let, checked on demand.
/// - `layer(&Expr) -> Layer`: the layer of the rightmost thing an expression names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) value: Literal,
    pub(super) ty: Type,
    pub(super) span: Span,
}

impl<'a> Checker<'a> {
    /// A checker that knows nothing yet.
    pub(super) fn new(assembly: &'a Assembly, settings: &'a Settings) -> Self {
        let nowhere = Span::new(SourceId(0), 0, 0);
        Checker {
            assembly,
            settings,
            names: Names::default(),
            diagnostics: Vec::new(),
            scores: ScoreRange {
                lowest: Decimal::ZERO,
                highest: Decimal(10_000_000),
                decimals: 2,
            },
            currency: None,
            rates: Vec::new(),
            customers: Dataset {
                name: "customers".to_owned(),
                key: FieldId(0),
                one_per_customer: false,
                from: None,
                fields: Vec::new(),
                span: nowhere,
            },
            tables: Vec::new(),
            lookups: Vec::new(),
            params: Vec::new(),
            axes: Vec::new(),
            segmentations: Vec::new(),
            teams: Vec::new(),
            texts: Vec::new(),
            lets: assembly.lets.iter().map(|_| LetState::Waiting).collect(),
            let_facts: HashMap::new(),
            activities: Vec::new(),
            givens: Vec::new(),
            uses_today: false,
        }
    }

    /// Adds a message, once: what several segments share is checked for each of them.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// A constant of a type in the units of its column; steps and other choices by position.
    pub(super) fn units(&mut self, tree: &tree::Expr, ty: &Type) -> Option<i64> {
        match self.constant(tree, Some(ty))?.value {
            Literal::Number(number) => Some(number),
            Literal::Choice(position) => Some(i64::from(position)),
            Literal::Flag(_) | Literal::Text(_) => None,
        }
    }

    /// A constant date.
    pub(super) fn date(&mut self, tree: &tree::Expr) -> Option<Date> {
        self.units(tree, &Type::Date).map(Date)
    }

    /// A number of a type as people read it, for messages.
    pub(super) fn shown(&self, units: i64, ty: &Type) -> String {
        let plain = || grouped(&Decimal(units).to_string());
        match ty {
            Type::Percent => {
                let hundredths = i128::from(units) * 100;
                format!("{}%", crate::value::decimal::wide_text(hundredths))
            }
            Type::Money => match &self.currency {
                Some(currency) => format!("{} {currency}", plain()),
                None => plain(),
            },
            Type::Date => Date(units).to_string(),
            Type::Months => format!("{units} months"),
            Type::Duration => {
                let hours = Decimal(units).divide(Decimal(3_600_000_000));
                hours.map_or_else(plain, |hours| format!("{hours} h"))
            }
            Type::Frequency => format!("{} per year", plain()),
            Type::OneOf(texts) | Type::Steps(texts) => usize::try_from(units)
                .ok()
                .and_then(|at| texts.get(at))
                .map_or_else(plain, |text| format!("\"{text}\"")),
            _ => plain(),
        }
    }
}

/// A label or reason without its place.
pub(super) fn text_of(text: &Option<tree::Text>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

/// A number as it is written in rule files: `1_250_000.5`.
fn grouped(number: &str) -> String {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (number, String::new()),
    };
    let digits = whole.trim_start_matches('-').len();
    if digits <= 4 {
        return number.to_owned();
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    let mut text = String::from(sign);
    for (at, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text + &fraction
}
