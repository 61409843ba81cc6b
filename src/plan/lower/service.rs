//! Services → owner, frequencies and texts of each segment, switched by the customer's segment, and
//! what follows from them: hours, cost, what is booked.

use super::{Frame, Lowering, Sight};
use crate::base::Span;
use crate::model::program::{
    ActivityId, Aggregate, Expr, ExprKind, Literal, SegmentId, ServiceTerms, TakenBy, Team, TeamId,
};
use crate::model::types::Type;
use crate::plan::op::{Comparison, CostPart, Kind, Op, Population, Register};
use crate::plan::result::{PersonsPlan, ServicePlan, TeamPlan};
use num_bigint::BigInt;

/// Owner, frequencies and texts: of one segment's service, or of each customer's.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) owner: Register,
    pub(super) activities: Vec<Register>,
    pub(super) texts: Vec<Register>,
}

/// How each customer is served.
pub(super) type Served = Case;

impl Lowering<'_> {
    /// A value of the service layer.
    pub(super) fn service_value(&mut self, expr: &Expr, frame: Frame) -> Register {
        let (population, span) = (frame.population, expr.span);
        let program = self.program;
        let register = match &expr.kind {
            ExprKind::Owner => self.served(population).owner,
            ExprKind::Activity(activity) => {
                match self.served(population).activities.get(activity.0) {
                    Some(frequency) => *frequency,
                    None => self.missing(&expr.ty, span),
                }
            }
            ExprKind::TextColumn(text) => match self.served(population).texts.get(text.0) {
                // Where a service says nothing the text is empty, and never in the way.
                Some(text) => {
                    let (text, empty) = (*text, self.no_text(span));
                    self.made(Op::Default(text, empty), expr)
                }
                None => self.no_text(span),
            },
            ExprKind::Actual(activity) | ExprKind::Worth(activity) => {
                let known = program.activities.get(activity.0);
                let part = known.and_then(|known| match expr.kind {
                    ExprKind::Actual(_) => known.actual.as_ref(),
                    _ => known.worth.as_ref(),
                });
                match part {
                    Some(part) => self.value(part, frame.customer()),
                    None => self.missing(&expr.ty, span),
                }
            }
            ExprKind::CostToServe => {
                let served = self.served(population);
                self.cost(&served, population, span)
            }
            ExprKind::CostAs(segment) => {
                let case = self.case(*segment, population);
                self.cost(&case, population, span)
            }
            ExprKind::Hours { team, by_person } => {
                let in_sight = matches!(frame.sight, Sight::Customer | Sight::Row(_));
                match (by_person, in_sight) {
                    (true, _) => self.person_hours(*team, population, span),
                    (false, true) => self.hours(*team, population, span),
                    (false, false) => self.planned(*team, population, span),
                }
            }
            ExprKind::Available { team, by_person } => self.available(*team, *by_person, span),
            ExprKind::Booked { team, by_person } => {
                let planned = match by_person {
                    true => self.person_hours(*team, population, span),
                    false => self.planned(*team, population, span),
                };
                let available = self.available(*team, *by_person, span);
                self.made(Op::Divide(planned, available, 1, false), expr)
            }
            _ => self.missing(&expr.ty, span),
        };
        self.of_customer(register, frame, expr)
    }

    /// What the result says of services.
    pub(super) fn service_plan(&mut self) -> Option<ServicePlan> {
        let program = self.program;
        if program.services.is_empty() {
            return None;
        }
        let population = Population::Final;
        let span = program.customers.span;
        let served = self.served(population);
        let every_rate = program.teams.iter().all(|team| team.rate.is_some());
        let wanted = self.wanted.service || self.wanted.trace;
        let mut teams = Vec::new();
        if wanted {
            for at in 0..program.teams.len() {
                teams.push(self.team_plan(TeamId(at), population, span));
            }
        }
        Some(ServicePlan {
            owner: served.owner,
            cost: (wanted && every_rate).then(|| self.cost(&served, population, span)),
            activities: served.activities,
            texts: served.texts,
            teams,
        })
    }

    fn team_plan(&mut self, team: TeamId, population: Population, span: Span) -> TeamPlan {
        TeamPlan {
            team,
            hours: self.hours(team, population, span),
            planned: self.planned(team, population, span),
            available: self.available(team, false, span),
            persons: self
                .persons(team, population, span)
                .map(|names| PersonsPlan {
                    names,
                    planned: self.person_hours(team, population, span),
                    available: self.available(team, true, span),
                }),
        }
    }

    // Owner, frequencies, texts.

    fn served(&mut self, population: Population) -> Served {
        if let Some(known) = self.served.get(&population) {
            return known.clone();
        }
        let program = self.program;
        let Some((id, segmentation)) = program.main_segmentation() else {
            return self.nothing(program.customers.span);
        };
        let span = segmentation.span;
        let segment = self.segmentation(id, population).segment;
        let cases: Vec<Case> = (0..segmentation.segments.len())
            .map(|it| self.case(SegmentId(it), population))
            .collect();
        let owners = cases.iter().map(|case| case.owner).collect();
        let op = Op::Switch(segment, owners);
        let owner = self.builder.add(op, Kind::Choice, &Type::Team, span);
        let mut served = Case {
            owner,
            activities: Vec::new(),
            texts: Vec::new(),
        };
        for at in 0..program.activities.len() {
            let op = Op::Switch(segment, cases.iter().map(|it| it.activities[at]).collect());
            let frequency = self.builder.add(op, Kind::Number, &Type::Frequency, span);
            served.activities.push(frequency);
        }
        for at in 0..program.texts.len() {
            let op = Op::Switch(segment, cases.iter().map(|it| it.texts[at]).collect());
            let text = self.builder.add(op, Kind::Text, &Type::Text, span);
            served.texts.push(text);
        }
        self.served.insert(population, served.clone());
        served
    }

    /// How a customer of that segment is served.
    fn case(&mut self, segment: SegmentId, population: Population) -> Case {
        if let Some(known) = self.cases.get(&(segment, population)) {
            return known.clone();
        }
        let program = self.program;
        let service = program.services.get(segment.0).and_then(Option::as_ref);
        let mut case = self.nothing(program.customers.span);
        if let Some(service) = service {
            let frame = Frame::of(population);
            self.apply(&mut case, &service.basis, frame, service.span);
            let basis = case.clone();
            for refinement in service.refinements.iter().rev() {
                let condition = self.value(&refinement.condition, frame);
                let mut refined = basis.clone();
                self.apply(&mut refined, &refinement.terms, frame, refinement.span);
                case = self.select(condition, &refined, &case, refinement.span);
            }
        }
        self.cases.insert((segment, population), case.clone());
        case
    }

    fn nothing(&mut self, span: Span) -> Case {
        let never = self.number(0, &Type::Frequency, span);
        let no_text = self.missing(&Type::Text, span);
        Case {
            owner: self.missing(&Type::Team, span),
            activities: vec![never; self.program.activities.len()],
            texts: vec![no_text; self.program.texts.len()],
        }
    }

    /// Replaces what the terms name.
    fn apply(&mut self, case: &mut Case, terms: &ServiceTerms, frame: Frame, span: Span) {
        let nothing = self.nothing(span);
        if terms.clears_all {
            *case = nothing;
        } else if terms.clears_activities {
            case.activities = nothing.activities;
        }
        if let Some(owner) = terms.owner {
            let op = Op::Constant(Literal::Choice(owner.0 as u32));
            case.owner = self.builder.add(op, Kind::Choice, &Type::Team, span);
        }
        for (activity, frequency) in &terms.activities {
            let frequency = self.value(frequency, frame);
            if let Some(there) = case.activities.get_mut(activity.0) {
                *there = frequency;
            }
        }
        for (text, value) in &terms.texts {
            let register = self.value(value, frame);
            let register = self.as_text(register, value);
            if let Some(there) = case.texts.get_mut(text.0) {
                *there = register;
            }
        }
    }

    fn select(&mut self, condition: Register, then: &Case, other: &Case, span: Span) -> Case {
        let mut choose = |kind, ty: &Type, then: Register, other: Register| {
            let op = Op::Select(condition, then, other);
            self.builder.add(op, kind, ty, span)
        };
        let pairs = |one: &[Register], two: &[Register]| -> Vec<(Register, Register)> {
            one.iter().copied().zip(two.iter().copied()).collect()
        };
        Case {
            owner: choose(Kind::Choice, &Type::Team, then.owner, other.owner),
            activities: pairs(&then.activities, &other.activities)
                .into_iter()
                .map(|(one, two)| choose(Kind::Number, &Type::Frequency, one, two))
                .collect(),
            texts: pairs(&then.texts, &other.texts)
                .into_iter()
                .map(|(one, two)| choose(Kind::Text, &Type::Text, one, two))
                .collect(),
        }
    }

    // Hours and cost.

    /// Hours of a team for each customer.
    fn hours(&mut self, team: TeamId, population: Population, span: Span) -> Register {
        let program = self.program;
        let served = self.served(population);
        let mut parts = Vec::new();
        for (at, activity) in program.activities.iter().enumerate() {
            for taker in &activity.takers {
                let frequency = match taker.by {
                    TakenBy::Team(other) if other == team => served.activities[at],
                    TakenBy::Team(_) => continue,
                    TakenBy::Owner => {
                        let own = self.is_choice(served.owner, team.0 as u32, span);
                        let never = self.number(0, &Type::Frequency, span);
                        let op = Op::Select(own, served.activities[at], never);
                        self.builder.add(op, Kind::Number, &Type::Frequency, span)
                    }
                };
                let duration = self.value(&taker.duration, Frame::of(population));
                parts.push((frequency, duration));
            }
        }
        match parts.is_empty() {
            true => self.number(0, &Type::Duration, span),
            false => {
                let op = Op::Hours(parts);
                self.builder.add(op, Kind::Number, &Type::Duration, span)
            }
        }
    }

    /// Hours of a team for all customers: what is shown for each, added up.
    fn planned(&mut self, team: TeamId, population: Population, span: Span) -> Register {
        let op = Op::Aggregate {
            aggregate: Aggregate::Sum,
            value: Some(self.hours(team, population, span)),
            filter: None,
            groups: None,
            population: self.included(population),
            unit: 1,
        };
        self.builder.add(op, Kind::Number, &Type::Duration, span)
    }

    /// Hours that a team, or one person of it, has for customers.
    fn available(&mut self, team: TeamId, by_person: bool, span: Span) -> Register {
        let hours = match self.program.teams.get(team.0) {
            Some(team) => available_hours(team, by_person),
            None => 0,
        };
        self.number(hours, &Type::Duration, span)
    }

    fn cost(&mut self, case: &Case, population: Population, span: Span) -> Register {
        let frame = Frame::of(population);
        let program = self.program;
        let mut parts = Vec::new();
        for (at, activity) in program.activities.iter().enumerate() {
            if activity.takers.is_empty() && activity.costs.is_none() {
                continue;
            }
            let mut times = Vec::new();
            for taker in &activity.takers {
                let rate = match taker.by {
                    TakenBy::Team(team) => self.rate(team, span),
                    TakenBy::Owner => self.owner_rate(case.owner, span),
                };
                times.push((self.value(&taker.duration, frame), rate));
            }
            parts.push(CostPart {
                frequency: case.activities[ActivityId(at).0],
                times,
                costs: activity
                    .costs
                    .as_ref()
                    .map(|costs| self.value(costs, frame)),
            });
        }
        match parts.is_empty() {
            true => self.number(0, &Type::Money, span),
            false => {
                let op = Op::Cost(parts);
                self.builder.add(op, Kind::Number, &Type::Money, span)
            }
        }
    }

    fn rate(&mut self, team: TeamId, span: Span) -> Register {
        let rate = self.program.teams.get(team.0).and_then(|team| team.rate);
        self.number(rate.map_or(0, |rate| rate.0), &Type::Money, span)
    }

    fn owner_rate(&mut self, owner: Register, span: Span) -> Register {
        let rates = (0..self.program.teams.len())
            .map(|team| self.rate(TeamId(team), span))
            .collect();
        let op = Op::Switch(owner, rates);
        let rate = self.builder.add(op, Kind::Number, &Type::Money, span);
        let nothing = self.number(0, &Type::Money, span);
        let op = Op::Default(rate, nothing);
        self.builder.add(op, Kind::Number, &Type::Money, span)
    }

    // Persons.

    /// The persons of a team; `None` where the model does not say who they are.
    pub(super) fn persons(
        &mut self,
        team: TeamId,
        population: Population,
        span: Span,
    ) -> Option<Register> {
        let name = self.person_name(team, span)?;
        let hours = self.hours(team, population, span);
        let nothing = self.number(0, &Type::Duration, span);
        let planned = self.flag(Op::Compare(Comparison::Greater, hours, nothing), span);
        let owner = self.served(population).owner;
        let owned = self.is_choice(owner, team.0 as u32, span);
        let op = Op::Persons {
            name,
            served: self.flag(Op::Or(owned, planned), span),
            population: self.included(population),
        };
        let node = self.builder.node(name);
        let (kind, ty) = (node.kind, node.ty.clone());
        Some(self.builder.add(op, kind, &ty, span))
    }

    fn person_name(&mut self, team: TeamId, span: Span) -> Option<Register> {
        let field = self.program.teams.get(team.0)?.named_by?;
        Some(self.field(field, span))
    }

    fn person_hours(&mut self, team: TeamId, population: Population, span: Span) -> Register {
        let persons = self.persons(team, population, span);
        let (Some(persons), Some(name)) = (persons, self.person_name(team, span)) else {
            return self.missing(&Type::Duration, span);
        };
        let op = Op::PersonSum {
            persons,
            name,
            value: self.hours(team, population, span),
            population: self.included(population),
        };
        self.builder.add(op, Kind::Number, &Type::Duration, span)
    }
}

/// People × hours × share, rounded once at the sixth digit of an hour, in millionths of a second.
fn available_hours(team: &Team, by_person: bool) -> i64 {
    let people = match by_person {
        true => crate::value::decimal::ONE,
        false => team.people.0,
    };
    // Millionths of a second in a millionth of an hour.
    let unit = BigInt::from(3_600);
    let exact = BigInt::from(people) * team.hours * team.with_customers.0;
    let divisor = BigInt::from(1_000_000_000_000_i64) * &unit;
    let half = &divisor / 2;
    let rounded = match exact.sign() {
        num_bigint::Sign::Minus => (exact - half) / divisor,
        _ => (exact + half) / divisor,
    };
    i64::try_from(rounded * unit).unwrap_or(i64::MAX)
}
