//! For what no test reaches: a customer that would, found by trying the tests' own customers with
//! other values, and verified by a run. The search is the same every time; it may find nothing.

use super::block::block;
use super::cone::{Cone, Sort, cone};
use super::coverage::Coverage;
use super::given::inputs;
use super::points::{Kind, Point};
use super::run;
use super::slots::{Choice, Slot, choices, filled, get, set, with_rows};
use crate::eval::Steps;
use crate::eval::{self, LookupTable};
use crate::model::program::{
    ActivityId, AxisId, Expect, Expr, ExprKind, Given, Literal, MemberId, Program, SegmentationId,
    Test, TextId,
};
use crate::model::types::Type;
use crate::plan::op::{Op, Space};
use crate::plan::{Only, Plan, Wanted, plan_for};
use crate::value::decimal::ONE;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Customers that are tried out together.
const BATCH: usize = 4_096;
/// Customers that are tried out one change at a time, in pairs of changes, and at random.
const PAIRS: usize = 24_000;
const RANDOM: usize = 40_000;
/// Portfolios that are tried out, where one customer cannot be judged alone.
const PORTFOLIOS: usize = 3_000;
/// Customers of tests to begin with.
const BASES: usize = 40;

/// What no test reaches, and a test that would.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is; several that one customer reaches at once.
    pub points: Vec<Point>,
    /// A `test` block; `None` where no customer was found.
    pub block: Option<String>,
}

/// Portfolios to try out; only the first is asked for, all are looked at.
type Candidate = Vec<Given>;

/// Looks for customers that reach what no test does.
pub fn missing(program: &Program, lookups: &[LookupTable], coverage: &Coverage) -> Vec<Found> {
    let mut groups: Vec<(Vec<Expr>, Vec<&Point>)> = Vec::new();
    for point in coverage.uncovered() {
        let target = target(program, point.kind);
        let same =
            |it: &&mut (Vec<Expr>, Vec<&Point>)| format!("{:?}", it.0) == format!("{target:?}");
        match groups.iter_mut().find(same) {
            Some((_, points)) => points.push(point),
            None => groups.push((target, vec![point])),
        }
    }
    let groups = groups.into_par_iter();
    let found: Vec<Vec<Found>> = groups
        .map(|(target, points)| Search::new(program, lookups, target).all(&points))
        .collect();
    found.into_iter().flatten().collect()
}

/// What a test must look at to reach something.
fn target(program: &Program, kind: Kind) -> Vec<Expr> {
    let made = |kind, ty| Expr {
        kind,
        ty,
        optional: true,
        span: program.customers.span,
    };
    let segment = |at| {
        let id = SegmentationId(at);
        made(ExprKind::Segment(id), Type::Segment(id))
    };
    match kind {
        Kind::Exclude(..) => vec![made(ExprKind::DecidedBy, Type::Text)],
        Kind::Band(axis, member, _) | Kind::Arm(axis, member, _) => {
            let kind = ExprKind::Member(AxisId(axis), MemberId(member));
            vec![made(kind, Type::Score)]
        }
        Kind::Clause(at, ..) | Kind::Stays(at, ..) | Kind::Cell(at, ..) => vec![segment(at)],
        Kind::Refinement(at, _) => {
            let service = program.services.get(at).and_then(Option::as_ref);
            let (mut activities, mut texts) = (BTreeSet::new(), BTreeSet::new());
            let mut owner = false;
            for refinement in service.iter().flat_map(|it| &it.refinements) {
                let terms = &refinement.terms;
                activities.extend(terms.activities.iter().map(|(ActivityId(at), _)| *at));
                texts.extend(terms.texts.iter().map(|(TextId(at), _)| *at));
                owner |= terms.owner.is_some() || terms.clears_all;
                if terms.clears_activities || terms.clears_all {
                    let basis = service.iter().flat_map(|it| &it.basis.activities);
                    activities.extend(basis.map(|(ActivityId(at), _)| *at));
                }
            }
            let main = program.main_segmentation().map(|(id, _)| id.0);
            let mut target: Vec<Expr> = main.into_iter().map(segment).collect();
            if owner {
                target.push(made(ExprKind::Owner, Type::Team));
            }
            let activity = |at| made(ExprKind::Activity(ActivityId(at)), Type::Frequency);
            target.extend(activities.into_iter().map(activity));
            let text = |at| made(ExprKind::TextColumn(TextId(at)), Type::Text);
            target.extend(texts.into_iter().map(text));
            target
        }
    }
}

/// A search for customers that reach what a value's way leads through.
struct Search<'p> {
    original: &'p Program,
    /// The program with one test, that looks at the target.
    program: Program,
    plan: Plan,
    lookups: &'p [LookupTable],
    target: Vec<Expr>,
    cone: Cone,
    /// Whether a customer is judged by the others.
    portfolio: bool,
}

impl<'p> Search<'p> {
    fn new(original: &'p Program, lookups: &'p [LookupTable], target: Vec<Expr>) -> Search<'p> {
        let mut program = original.clone();
        program.tests = vec![test_of(Vec::new(), 0, &target, "search", original)];
        let plan = plan_for(&program, TRACED);
        let nodes = plan.nodes.iter().zip(&plan.live);
        let portfolio = nodes.filter(|(_, live)| **live).any(|(node, _)| {
            let over_customers = matches!(
                node.op,
                Op::Groups(..) | Op::Order { .. } | Op::Share { .. } | Op::ShareAbove(..)
            );
            over_customers
                || matches!(node.op, Op::Aggregate { .. } | Op::TableAggregate { .. })
                || matches!(node.space, Space::Persons(_))
        });
        Search {
            cone: cone(original, &target),
            original,
            program,
            plan,
            lookups,
            target,
            portfolio,
        }
    }

    /// Looks for all of these, and writes a test for what it finds.
    fn all(&self, points: &[&Point]) -> Vec<Found> {
        let mut open: BTreeSet<Kind> = points.iter().map(|point| point.kind).collect();
        let mut founds: BTreeMap<Kind, Found> = BTreeMap::new();
        let mut try_out = |candidates: Vec<Candidate>| -> bool {
            for (candidate, row, kind) in self.hits(&candidates, &open) {
                if !open.contains(&kind) {
                    continue;
                }
                let Some((text, reached)) = self.verified(&candidate, row, kind) else {
                    continue;
                };
                let also: Vec<Kind> = open.intersection(&reached).copied().collect();
                open.retain(|kind| !also.contains(kind));
                let covered = points.iter().filter(|point| also.contains(&point.kind));
                let found = Found {
                    points: covered.map(|point| (*point).clone()).collect(),
                    block: Some(text),
                };
                founds.insert(kind, found);
            }
            open.is_empty()
        };
        let bases = self.bases();
        let _ = try_out(bases.clone())
            || self.in_batches(self.single_changes(&bases), &mut try_out)
            || self.in_batches(self.pairs(&bases), &mut try_out)
            || self.in_batches(self.random(&bases), &mut try_out);
        let mut all: Vec<Found> = founds.into_values().collect();
        for point in points.iter().filter(|point| open.contains(&point.kind)) {
            all.push(Found {
                points: vec![(*point).clone()],
                block: None,
            });
        }
        all
    }

    fn in_batches(
        &self,
        candidates: impl Iterator<Item = Candidate>,
        try_out: &mut impl FnMut(Vec<Candidate>) -> bool,
    ) -> bool {
        let size = if self.portfolio { 256 } else { BATCH };
        let most = if self.portfolio {
            PORTFOLIOS
        } else {
            usize::MAX
        };
        let mut batch = Vec::new();
        for candidate in candidates.take(most) {
            batch.push(candidate);
            if batch.len() == size && try_out(std::mem::take(&mut batch)) {
                return true;
            }
        }
        !batch.is_empty() && try_out(batch)
    }

    /// The customers of the tests, with what the target needs.
    fn bases(&self) -> Vec<Candidate> {
        let mut bases: Vec<Candidate> = Vec::new();
        let fill = |given: &Given| filled(self.original, &self.cone, given);
        let tests = &self.original.tests;
        if self.portfolio {
            for test in tests {
                bases.push(test.givens.iter().map(fill).collect());
            }
        } else {
            for given in tests.iter().flat_map(|test| &test.givens) {
                bases.push(vec![Given {
                    name: None,
                    ..fill(given)
                }]);
            }
        }
        bases.truncate(BASES);
        let nobody = Given {
            name: None,
            values: Vec::new(),
            tables: Vec::new(),
        };
        bases.push(vec![fill(&nobody)]);
        let more: Vec<Candidate> = bases
            .iter()
            .filter_map(|base| {
                let with = |given: &Given| with_rows(self.original, &self.cone, given);
                let changed: Vec<Option<Given>> = base.iter().map(with).collect();
                changed.iter().any(Option::is_some).then(|| {
                    let pairs = base.iter().zip(changed);
                    pairs
                        .map(|(old, new)| new.unwrap_or_else(|| old.clone()))
                        .collect()
                })
            })
            .collect();
        bases.extend(more);
        bases
    }

    fn choices_of(&self, base: &Candidate) -> Vec<(usize, Choice)> {
        let all = base.iter().enumerate();
        all.flat_map(|(at, given)| {
            let mut choices = choices(self.original, &self.cone, given);
            if self.portfolio {
                for (slot, values) in &mut choices {
                    values.extend(self.beside_others(base, at, *slot));
                }
            }
            choices.into_iter().map(move |choice| (at, choice))
        })
        .collect()
    }

    /// Amounts beside which the others hold the shares that the model looks at, and shares between.
    fn beside_others(&self, base: &Candidate, at: usize, slot: Slot) -> Vec<Option<Literal>> {
        let others = base.iter().enumerate().filter(|(other, _)| *other != at);
        let number = |given: &Given| match get(given, slot) {
            Some(Some(Literal::Number(number))) => i128::from(*number),
            _ => 0,
        };
        let total: i128 = others.map(|(_, given)| number(given)).sum();
        let one = i128::from(ONE);
        let shares = self.cone.numbers.get(&Sort::Percent).into_iter().flatten();
        let shares: Vec<i128> = shares.map(|it| i128::from(*it)).collect();
        let between = shares.windows(2).map(|pair| pair.iter().sum::<i128>() / 2);
        let all: Vec<i128> = shares.iter().copied().chain(between).collect();
        let amounts = all.into_iter().filter(|share| (1..one).contains(share));
        let amounts = amounts.map(|share| total * (one - share) / share / one * one);
        let amounts = amounts.filter(|amount| *amount > 0);
        amounts
            .filter_map(|amount| i64::try_from(amount).ok())
            .map(|amount| Some(Literal::Number(amount)))
            .collect()
    }

    fn single_changes(&self, bases: &[Candidate]) -> impl Iterator<Item = Candidate> {
        bases.iter().flat_map(|base| {
            let choices = self.choices_of(base).into_iter();
            choices.flat_map(move |(at, (slot, values))| {
                let values = values.into_iter();
                values.map(move |value| changed(base, &[(at, slot, value)]))
            })
        })
    }

    /// Some of the values, over all of them; what stands last was made for this portfolio.
    fn few<'v>(&self, values: &'v [Option<Literal>]) -> Vec<&'v Option<Literal>> {
        match self.portfolio {
            true => values.iter().rev().take(12).collect(),
            false => values
                .iter()
                .step_by(values.len().div_ceil(12).max(1))
                .collect(),
        }
    }

    fn pairs(&self, bases: &[Candidate]) -> impl Iterator<Item = Candidate> {
        let most = if self.portfolio { PORTFOLIOS } else { PAIRS };
        bases.iter().flat_map(move |base| {
            let choices = self.choices_of(base);
            let mut pairs = Vec::new();
            for (number, (at, (slot, values))) in choices.iter().enumerate() {
                for (other_at, (other, others)) in choices.iter().skip(number + 1) {
                    for value in self.few(values) {
                        for other_value in self.few(others) {
                            pairs.push((
                                (*at, *slot, value.clone()),
                                (*other_at, *other, other_value.clone()),
                            ));
                        }
                    }
                }
            }
            // Evenly over all of them, where they are too many.
            let step = (pairs.len() * bases.len()).div_ceil(most).max(1);
            pairs
                .into_iter()
                .step_by(step)
                .map(|(one, other)| changed(base, &[one, other]))
        })
    }

    fn random(&self, bases: &[Candidate]) -> impl Iterator<Item = Candidate> {
        let with_choices: Vec<_> = bases
            .iter()
            .map(|base| (base, self.choices_of(base)))
            .collect();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move |below: usize| {
            // A fixed sequence (splitmix64), so that every search is the same.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) as usize % below.max(1)
        };
        (0..RANDOM).filter_map(move |_| {
            let (base, choices) = with_choices.get(next(with_choices.len()))?;
            let mut changes = Vec::new();
            let eagerness = 1 + next(4);
            for (at, (slot, values)) in choices {
                if next(4) < eagerness {
                    let value = values.get(next(values.len()))?.clone();
                    changes.push((*at, *slot, value));
                }
            }
            Some(changed(base, &changes))
        })
    }

    /// The first customer that reaches each open point.
    fn hits(
        &self,
        candidates: &[Candidate],
        open: &BTreeSet<Kind>,
    ) -> Vec<(Candidate, usize, Kind)> {
        let rows: Vec<(usize, usize, BTreeSet<Kind>)> = if self.portfolio {
            let reached = candidates.par_iter().enumerate().map(|(at, candidate)| {
                let sets = self.reached(candidate);
                let rows = sets.into_iter().enumerate();
                rows.map(|(row, set)| (at, row, set)).collect::<Vec<_>>()
            });
            reached.collect::<Vec<_>>().into_iter().flatten().collect()
        } else {
            let all: Vec<Given> = candidates.iter().flatten().cloned().collect();
            let sets = self.reached(&all);
            let sets = sets.into_iter().enumerate();
            sets.map(|(at, set)| (at, 0, set)).collect()
        };
        let mut tried: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut hits = Vec::new();
        for (at, row, set) in rows {
            for kind in set.intersection(open) {
                let count = tried.entry(*kind).or_default();
                *count += 1;
                if let (true, Some(candidate)) = (*count <= 3, candidates.get(at)) {
                    hits.push((candidate.clone(), row, *kind));
                }
            }
        }
        hits
    }

    fn reached(&self, givens: &[Given]) -> Vec<BTreeSet<Kind>> {
        let inputs = inputs(&self.program, givens, self.lookups);
        let outcome = eval::attempt(&self.plan, &inputs);
        let steps = Steps {
            program: &self.program,
            plan: &self.plan,
            outcome: &outcome,
            inputs: &inputs,
        };
        let rows = 0..givens.len();
        rows.map(|row| {
            let mut reached = BTreeSet::new();
            steps.reached(row, &mut reached);
            reached
        })
        .collect()
    }

    /// The test block of a customer that really reaches a point, and all that it reaches.
    fn verified(
        &self,
        candidate: &Candidate,
        row: usize,
        kind: Kind,
    ) -> Option<(String, BTreeSet<Kind>)> {
        let mut givens = candidate.clone();
        if let ([one], 0) = (givens.as_mut_slice(), row) {
            one.name = None;
        }
        let mut points = super::points::points(self.original).into_iter();
        let name = points.find(|point| point.kind == kind)?.text;
        let test = test_of(givens, row, &self.target, &name, self.original);
        let mut program = self.original.clone();
        program.tests = vec![test.clone()];
        let outcome = run::one(&program, 0, self.lookups);
        let broken = |it: &run::Expectation| matches!(it.state, run::State::Broken(_));
        if !outcome.reached.contains(&kind) || outcome.expectations.iter().any(broken) {
            return None;
        }
        let values = outcome.expectations.iter().map(|expectation| {
            let operand = expectation.operands.first();
            operand.and_then(|operand| operand.value.clone())
        });
        let values: Vec<Option<String>> = values.collect();
        let text = block(&program, &test, row, &self.target, &values)?;
        Some((text, outcome.reached))
    }
}

const TRACED: Wanted = Wanted {
    service: false,
    trace: true,
    test: Some(0),
    only: Only::All,
};

fn changed(base: &Candidate, changes: &[(usize, Slot, Option<Literal>)]) -> Candidate {
    let mut candidate = base.clone();
    for (at, slot, value) in changes {
        if let Some(given) = candidate.get_mut(*at) {
            set(given, *slot, value.clone());
        }
    }
    candidate
}

/// A test that looks at these values of one customer.
fn test_of(givens: Vec<Given>, row: usize, target: &[Expr], name: &str, program: &Program) -> Test {
    let span = program.customers.span;
    let expects = target.iter().map(|value| {
        let of_given = Expr {
            kind: ExprKind::OfGiven(row, Box::new(value.clone())),
            ..value.clone()
        };
        Expect {
            condition: Expr {
                kind: ExprKind::IsMissing(Box::new(of_given)),
                ty: Type::Flag,
                optional: false,
                span,
            },
            span,
        }
    });
    Test {
        name: name.to_owned(),
        today: None,
        expects: expects.collect(),
        givens,
        span,
    }
}
