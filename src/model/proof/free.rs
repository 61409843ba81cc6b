//! What is not cut into cells → free dimensions in the range that they can have, the same one wherever
//! the same is written: ranks and shares, aggregates over rows and customers, functions of texts.

use super::build::Builder;
use super::domain::{Domain, Set};
use super::term::{DATES, Leaf, Origin, T};
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{Aggregate, PortfolioFunction};
use crate::model::types::Type;
use crate::value::decimal::ONE;

impl Builder<'_> {
    /// All values of a type; texts are added when they are asked for.
    pub(super) fn all(&self, ty: &Type, missing: bool) -> Domain {
        let codes = |count: usize| Set::codes(0..u32::try_from(count).unwrap_or(0));
        let set = match ty {
            Type::Score => {
                let scores = self.program.scores;
                Set::Range(scores.lowest.0, scores.highest.0)
            }
            Type::Date => Set::Range(DATES.0, DATES.1),
            Type::Flag => Set::Flag(true, true),
            Type::Text => codes(0),
            Type::OneOf(list) | Type::Steps(list) => codes(list.len()),
            Type::Segment(id) => {
                let segmentation = self.program.segmentations.get(id.0);
                codes(segmentation.map_or(0, |it| it.segments.len()))
            }
            Type::Team => codes(self.program.teams.len()),
            _ => Set::Range(i64::MIN, i64::MAX),
        };
        Domain { missing, set }
    }

    /// A free dimension for something that is not cut into cells.
    pub(super) fn unknown(&mut self, key: &str, ty: &Type, missing: bool) -> T {
        let mut initial = self.all(ty, missing);
        if *ty == Type::Score {
            initial.set = Set::Range(i64::MIN, i64::MAX);
        }
        let leaf = Leaf {
            origin: Origin::Unknown,
            ty: ty.clone(),
            initial,
        };
        self.terms.leaf(key.to_owned(), leaf, 1)
    }

    /// A free dimension for an expression that is not cut into cells, in the range it can have.
    pub(super) fn opaque(&mut self, expr: &Expr) -> T {
        let key = format!("{} {}", self.everyone, shape(expr));
        let mut initial = self.all(&expr.ty, expr.optional);
        if expr.ty == Type::Score {
            initial.set = Set::Range(i64::MIN, i64::MAX);
        }
        let mut origin = Origin::Unknown;
        let mut step = 1;
        let from_zero = Set::Range(0, i64::MAX);
        let share = Set::Range(0, ONE);
        match &expr.kind {
            ExprKind::Portfolio { function, .. } => match function {
                PortfolioFunction::Rank => {
                    initial.set = Set::Range(ONE, i64::MAX);
                    step = ONE;
                }
                PortfolioFunction::Percentile
                | PortfolioFunction::Share
                | PortfolioFunction::ShareAbove => initial.set = share,
                _ => {}
            },
            ExprKind::RowAggregate {
                aggregate, value, ..
            }
            | ExprKind::Aggregate {
                aggregate, value, ..
            }
            | ExprKind::PersonAggregate {
                aggregate, value, ..
            } => {
                let values = value.as_ref().map(|value| self.values_of(value));
                match (aggregate, values.map(|it| it.set)) {
                    (Aggregate::Count | Aggregate::Distinct, _) => {
                        initial.set = from_zero;
                        step = ONE;
                    }
                    (Aggregate::Concentration, _) => initial.set = share,
                    (Aggregate::Sum, Some(Set::Range(low, high))) => {
                        let low = if low >= 0 { 0 } else { i64::MIN };
                        let high = if high <= 0 { 0 } else { i64::MAX };
                        initial.set = Set::Range(low, high);
                    }
                    (Aggregate::Sum | Aggregate::Every, _) | (_, None) => {}
                    (_, Some(set))
                        if expr.ty != Type::Text
                            && std::mem::discriminant(&set)
                                == std::mem::discriminant(&initial.set) =>
                    {
                        initial.set = set;
                    }
                    _ => {}
                }
                if let ExprKind::RowAggregate {
                    whole_table: false, ..
                } = &expr.kind
                {
                    origin = Origin::Rows(Box::new(expr.clone()));
                }
            }
            ExprKind::Activity(_)
            | ExprKind::CostToServe
            | ExprKind::CostAs(_)
            | ExprKind::Hours { .. }
            | ExprKind::Available { .. }
            | ExprKind::Booked { .. } => initial.set = from_zero,
            _ => {}
        }
        let leaf = Leaf {
            origin,
            ty: expr.ty.clone(),
            initial,
        };
        self.terms.leaf(key, leaf, step)
    }

    /// All values that an expression can have, as far as one look at its parts shows.
    pub fn values_of(&mut self, expr: &Expr) -> Domain {
        let term = self.expr(expr);
        super::search::look(&self.terms, term)
    }
}

/// What an expression says, without places: the same for the same.
pub fn shape(expr: &Expr) -> String {
    let head = match &expr.kind {
        ExprKind::Arithmetic(operator, ..) => format!("{operator:?}"),
        ExprKind::Compare(operator, ..) => format!("{operator:?}"),
        ExprKind::IsOneOf(_, list) => format!("{list:?}"),
        ExprKind::Call(function, _) => format!("{function:?}"),
        ExprKind::Lookup(id, _) => format!("{id:?}"),
        ExprKind::OfGiven(row, _) => format!("given {row}"),
        ExprKind::RowAggregate {
            table,
            aggregate,
            value,
            filter,
            whole_table,
        } => format!(
            "rows {table:?} {aggregate:?} {} {} {whole_table}",
            value.is_some(),
            filter.is_some()
        ),
        ExprKind::Aggregate {
            aggregate,
            value,
            filter,
            by,
        } => format!(
            "all {aggregate:?} {} {} {}",
            value.is_some(),
            filter.is_some(),
            by.is_some()
        ),
        ExprKind::PersonAggregate {
            team,
            aggregate,
            value,
            filter,
        } => format!(
            "persons {team:?} {aggregate:?} {} {}",
            value.is_some(),
            filter.is_some()
        ),
        ExprKind::Portfolio { function, by, .. } => format!("{function:?} {}", by.is_some()),
        ExprKind::Negate(_) => "negate".to_owned(),
        ExprKind::IsMissing(_) => "missing".to_owned(),
        ExprKind::And(_) => "and".to_owned(),
        ExprKind::Or(_) => "or".to_owned(),
        ExprKind::Not(_) => "not".to_owned(),
        ExprKind::Default(..) => "default".to_owned(),
        ExprKind::If(..) => "if".to_owned(),
        ExprKind::ChoiceText(_) => "text".to_owned(),
        // What has no parts holds no places either.
        leaf => format!("{leaf:?}"),
    };
    let parts: Vec<String> = children(expr).into_iter().map(shape).collect();
    format!("{head}({})", parts.join(", "))
}
