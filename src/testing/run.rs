//! Runs the tests of a model: each on its own day, its customers as a portfolio of their own.
//! What held, what did not and why, what was reached. The same outcome whatever the number of cores.

use super::coverage::Coverage;
use super::given::inputs;
use super::points::{Kind, points};
use super::trace::{CustomerTrace, trace};
use crate::base::{Diagnostic, Span};
use crate::eval::Steps;
use crate::eval::{self, CheckState, EvalError, LookupTable, Operand, Outcome};
use crate::model::check::children;
use crate::model::program::{Expr, ExprKind, Program, Test};
use crate::plan::{Plan, Wanted, plan_for};
use crate::session::Loaded;
use crate::value::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The tests of one rule file and how they came out.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The tests, in the order of the file.
    pub tests: Vec<TestOutcome>,
    /// What they reach together.
    pub coverage: Coverage,
}

/// How a test came out.
#[derive(Clone, Debug, Default)]
pub struct TestOutcome {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub span: Option<Span>,
    /// The day it ran for, where it names one.
    pub today: Option<Date>,
    /// Its expectations.
    pub expectations: Vec<Expectation>,
    /// Why the model is wrong on the test's day.
    pub wrong: Vec<Diagnostic>,
    /// How the customers that it speaks of were judged; only where an expectation does not hold.
    pub traces: Vec<CustomerTrace>,
    /// What of the model it reached.
    pub reached: BTreeSet<Kind>,
}

/// How an expectation came out.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Where it stands.
    pub span: Span,
    /// How it came out.
    pub state: State,
    /// The values that it looked at.
    pub operands: Vec<Operand>,
}

/// How an expectation came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Held,
    /// It does not.
    Failed,
    /// It was handed a missing value, and so does not hold.
    Missing,
    /// A value that it needs could not be computed.
    Broken(Vec<EvalError>),
}

impl TestOutcome {
    /// Whether everything held.
    pub fn held(&self) -> bool {
        let held = |it: &Expectation| it.state == State::Held;
        self.wrong.is_empty() && self.expectations.iter().all(held)
    }
}

/// A program for the day of some tests, and the first message of one that is wrong that day.
enum OnDay {
    Good(Box<Program>),
    Wrong(Vec<Diagnostic>),
}

/// Runs the tests whose names hold the text.
pub fn run(loaded: &Loaded, lookups: &[LookupTable], filter: Option<&str>) -> Suite {
    let Some(program) = &loaded.program else {
        return Suite::default();
    };
    let filter = filter.map(str::to_lowercase);
    let wanted = |test: &Test| match &filter {
        Some(filter) => test.name.to_lowercase().contains(filter),
        None => true,
    };
    let days = on_days(loaded, program);
    let mut seen: BTreeMap<Date, usize> = BTreeMap::new();
    let mut jobs = Vec::new();
    for (at, test) in program.tests.iter().enumerate() {
        let day = test
            .today
            .and_then(|day| days.get(&day).map(|of| (day, of)));
        let job = match day {
            Some((day, of)) => {
                let place = seen.entry(day).or_default();
                *place += 1;
                (test, Some(of), *place - 1)
            }
            None => (test, None, at),
        };
        if wanted(test) {
            jobs.push(job);
        }
    }
    let tests: Vec<TestOutcome> = jobs
        .into_par_iter()
        .map(|(test, day, at)| match day {
            Some(OnDay::Good(program)) => one(program, at, lookups),
            Some(OnDay::Wrong(wrong)) => TestOutcome {
                wrong: wrong.clone(),
                ..named(test)
            },
            None => one(program, at, lookups),
        })
        .collect();
    let reached: BTreeSet<Kind> = tests.iter().flat_map(|it| &it.reached).copied().collect();
    let points = points(program).into_iter();
    let points = points.map(|point| {
        let is_reached = reached.contains(&point.kind);
        (point, is_reached)
    });
    Suite {
        coverage: Coverage {
            points: points.collect(),
        },
        tests,
    }
}

/// The programs of all days that tests name, where the day makes a difference.
fn on_days(loaded: &Loaded, program: &Program) -> BTreeMap<Date, OnDay> {
    let mut trees = BTreeMap::new();
    if program.uses_today {
        let tests = program.tests.iter().zip(&loaded.assembly.tests);
        for (test, tree) in tests {
            if let Some(day) = test.today.filter(|day| *day != program.today) {
                let of_day: &mut Vec<_> = trees.entry(day).or_default();
                of_day.push(tree.clone());
            }
        }
    }
    let days: Vec<(Date, Vec<_>)> = trees.into_iter().collect();
    days.into_par_iter()
        .map(|(day, tests)| {
            let checked = loaded.on_day(day, tests);
            let on_day = match checked.program {
                Some(program) => OnDay::Good(Box::new(program)),
                None => {
                    let wrong = checked.diagnostics.into_iter();
                    OnDay::Wrong(wrong.filter(Diagnostic::is_error).collect())
                }
            };
            (day, on_day)
        })
        .collect()
}

fn named(test: &Test) -> TestOutcome {
    TestOutcome {
        name: test.name.clone(),
        span: Some(test.span),
        today: test.today,
        ..TestOutcome::default()
    }
}

fn planned(program: &Program, at: usize) -> Plan {
    let wanted = Wanted {
        test: Some(at),
        trace: true,
        ..Wanted::default()
    };
    plan_for(program, wanted)
}

/// Runs one test of a program.
pub(super) fn one(program: &Program, at: usize, lookups: &[LookupTable]) -> TestOutcome {
    let Some(test) = program.tests.get(at) else {
        return TestOutcome::default();
    };
    let mut result = named(test);
    let plan = planned(program, at);
    let inputs = inputs(program, &test.givens, lookups);
    let Ok(outcome) = eval::run(&plan, &inputs) else {
        return one_by_one(program, test, lookups);
    };
    result.expectations = expectations(&outcome).collect();
    let steps = Steps {
        program,
        plan: &plan,
        outcome: &outcome,
        inputs: &inputs,
    };
    let rows = spoken_of(test);
    for row in &rows {
        steps.reached(*row, &mut result.reached);
    }
    if !result.held() {
        result.traces = traces(&steps, test, &rows);
    }
    result
}

fn expectations(outcome: &Outcome) -> impl Iterator<Item = Expectation> + '_ {
    outcome.expects.iter().map(|expect| Expectation {
        span: expect.span,
        state: match expect.state {
            CheckState::Held => State::Held,
            CheckState::Failed => State::Failed,
            CheckState::Missing => State::Missing,
        },
        operands: expect.operands.clone(),
    })
}

fn traces(steps: &Steps<'_>, test: &Test, rows: &BTreeSet<usize>) -> Vec<CustomerTrace> {
    let rows = rows.iter();
    rows.map(|row| {
        let given = test.givens.get(*row);
        trace(steps, *row, given.and_then(|given| given.name.as_deref()))
    })
    .collect()
}

/// A value could not be computed: each expectation alone says which of them need it.
fn one_by_one(program: &Program, test: &Test, lookups: &[LookupTable]) -> TestOutcome {
    let mut result = named(test);
    let mut program = program.clone();
    for expect in &test.expects {
        let alone = Test {
            expects: vec![expect.clone()],
            ..test.clone()
        };
        let rows = spoken_of(&alone);
        program.tests = vec![alone];
        let plan = planned(&program, 0);
        let inputs = inputs(&program, &test.givens, lookups);
        match eval::run(&plan, &inputs) {
            Ok(outcome) => {
                let steps = Steps {
                    program: &program,
                    plan: &plan,
                    outcome: &outcome,
                    inputs: &inputs,
                };
                let failed = outcome
                    .expects
                    .iter()
                    .any(|it| it.state != CheckState::Held);
                if failed && result.traces.is_empty() {
                    result.traces = traces(&steps, test, &rows);
                }
                for row in rows {
                    steps.reached(row, &mut result.reached);
                }
                result.expectations.extend(expectations(&outcome));
            }
            Err(errors) => result.expectations.push(Expectation {
                span: expect.span,
                state: State::Broken(errors),
                operands: Vec::new(),
            }),
        }
    }
    result
}

/// The customers of a test that its expectations speak of: those that they name, all where they
/// speak of the portfolio.
fn spoken_of(test: &Test) -> BTreeSet<usize> {
    let mut rows = BTreeSet::new();
    let mut waiting: Vec<&Expr> = test.expects.iter().map(|it| &it.condition).collect();
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::OfGiven(row, _) => {
                rows.insert(*row);
            }
            ExprKind::Literal(_) | ExprKind::Param(_) | ExprKind::Today | ExprKind::Missing => {}
            _ if children(expr).is_empty() => rows.extend(0..test.givens.len()),
            ExprKind::Aggregate { .. } | ExprKind::PersonAggregate { .. } => {
                rows.extend(0..test.givens.len());
            }
            _ => waiting.extend(children(expr)),
        }
    }
    rows
}
