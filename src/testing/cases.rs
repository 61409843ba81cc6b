//! A table of cases: customers as data, and columns of values that are expected of them. Each row
//! becomes a test; together they are one portfolio, as in a run. It reads no file.

use super::points::Kind;
use super::run::{Expectation, State, TestOutcome};
use crate::base::{Diagnostic, Source, SourceMap};
use crate::eval::Steps;
use crate::eval::{self, CheckState, EvalError, Inputs};
use crate::model::assembly::Assembly;
use crate::model::check::{Checked, Settings, check};
use crate::model::program::{Expect, Expr, ExprKind, Literal, Program, Test};
use crate::model::types::Type;
use crate::plan::{Wanted, plan_for};
use crate::session::Loaded;
use crate::syntax::parse_expression;
use crate::syntax::tree;
use crate::syntax::tree::CompareOperator;
use crate::value::{Column, Values};
use std::collections::{BTreeMap, BTreeSet};

/// A column of expected values and its cells.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The values, read as results are written; a segment or team by its position in the list of
    /// names, or in that of labels behind it.
    pub column: Column,
    /// Rows in which nothing is expected.
    pub blank: Vec<bool>,
}

/// A case and how it came out.
#[derive(Clone, Debug, Default)]
pub struct CaseOutcome {
    /// The customer.
    pub name: String,
    /// The line of the file.
    pub line: Option<u64>,
    /// The columns that are not as expected.
    pub differences: Vec<Difference>,
}

/// A value that is not as it is expected.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The number of the column among those that expect something.
    pub column: usize,
    /// What was found, as it is printed; `None` where it is missing.
    pub found: Option<String>,
    /// Why there is no value.
    pub errors: Vec<EvalError>,
}

/// The program whose result has a column for each name: the name of a column of the result, or any
/// value of a customer. The sources gain the names, for messages.
pub fn program(loaded: &Loaded, sources: &mut SourceMap, names: &[(String, String)]) -> Checked {
    let mut diagnostics = Vec::new();
    let mut columns = Vec::new();
    let known = loaded.assembly.output.as_ref();
    for (header, name) in names {
        let source = sources.add(Source::new(header.as_str(), name.as_str()));
        let outputs = known.into_iter().flat_map(|output| &output.columns);
        let mut same = outputs.filter(|column| match &column.header {
            Some(text) => text.value == *name,
            None => column.text == *name,
        });
        let value = match same.next() {
            Some(column) => Some(column.value.clone()),
            None => {
                let (value, wrong) = parse_expression(source, name);
                diagnostics.extend(wrong);
                value
            }
        };
        columns.extend(value.map(|value| tree::OutputColumn {
            header: Some(tree::Text {
                value: header.clone(),
                span: value.span,
            }),
            value,
            text: name.clone(),
        }));
    }
    let Some(today) = loaded.program.as_ref().map(|program| program.today) else {
        return Checked::default();
    };
    let span = columns.first().map(|column| column.value.span);
    let assembly = Assembly {
        tests: Vec::new(),
        checks: Vec::new(),
        output: span.map(|span| tree::Output { columns, span }),
        ..loaded.assembly.clone()
    };
    let settings = Settings {
        today,
        params: loaded.params.clone(),
    };
    let mut checked = check(&assembly, &settings);
    diagnostics.extend(checked.diagnostics.into_iter().filter(Diagnostic::is_error));
    if !diagnostics.is_empty() {
        checked.program = None;
    }
    Checked {
        program: checked.program,
        diagnostics,
    }
}

/// Compares what the model makes of the customers with what is expected; also says what of the
/// model they reach.
pub fn run(
    program: &Program,
    inputs: &Inputs,
    names: &[String],
    expected: &[Expected],
) -> (Vec<CaseOutcome>, BTreeSet<Kind>) {
    let rows = inputs.customers.rows;
    let mut cases: Vec<CaseOutcome> = (0..rows)
        .map(|row| CaseOutcome {
            name: names.get(row).cloned().unwrap_or_default(),
            line: inputs.customers.line(row),
            differences: Vec::new(),
        })
        .collect();
    let mut open: Vec<(usize, usize, Expr)> = Vec::new();
    for (at, (output, expected)) in program.outputs.iter().zip(expected).enumerate() {
        for row in (0..rows).filter(|row| expected.blank.get(*row) != Some(&true)) {
            let literal = literal(program, &output.value.ty, &expected.column, row);
            open.push((at, row, condition(row, &output.value, literal)));
        }
    }
    // Whatever cannot be computed is told of its customer, and the others are asked again.
    loop {
        match ask(program, inputs, &open) {
            Ok((expectations, reached)) => {
                for ((column, row, _), expectation) in open.iter().zip(expectations) {
                    let Some(case) = cases.get_mut(*row) else {
                        continue;
                    };
                    if expectation.state != State::Held {
                        let operand = expectation.operands.into_iter().next();
                        case.differences.push(Difference {
                            column: *column,
                            found: operand.and_then(|operand| operand.value),
                            errors: Vec::new(),
                        });
                    }
                }
                return (cases, reached);
            }
            Err(errors) => {
                // What is the portfolio's is told of the first customer that is asked.
                let first = open.first().map_or(0, |(_, row, _)| *row);
                let mut by_row: BTreeMap<usize, Vec<EvalError>> = BTreeMap::new();
                for error in errors {
                    let row = error.customer.map_or(first, |row| row as usize);
                    by_row.entry(row).or_default().push(error);
                }
                for (row, errors) in by_row {
                    let asked = open.iter().find(|(_, of, _)| *of == row);
                    let column = asked.map_or(0, |(column, _, _)| *column);
                    if let Some(case) = cases.get_mut(row) {
                        case.differences.push(Difference {
                            column,
                            found: None,
                            errors,
                        });
                    }
                }
                let before = open.len();
                open.retain(|(_, row, _)| !told(&cases, *row));
                if open.len() == before {
                    return (cases, BTreeSet::new());
                }
            }
        }
    }
}

/// Whether an error of a customer was told already.
fn told(cases: &[CaseOutcome], row: usize) -> bool {
    let case = cases.get(row);
    case.is_some_and(|case| case.differences.iter().any(|it| !it.errors.is_empty()))
}

type Asked = (Vec<Expectation>, BTreeSet<Kind>);

fn ask(
    program: &Program,
    inputs: &Inputs,
    open: &[(usize, usize, Expr)],
) -> Result<Asked, Vec<EvalError>> {
    let span = program.customers.span;
    let mut program = program.clone();
    program.tests = vec![Test {
        name: String::new(),
        today: None,
        givens: Vec::new(),
        expects: open
            .iter()
            .map(|(_, _, condition)| Expect {
                condition: condition.clone(),
                span,
            })
            .collect(),
        span,
    }];
    let wanted = Wanted {
        test: Some(0),
        trace: true,
        ..Wanted::default()
    };
    let plan = plan_for(&program, wanted);
    let outcome = eval::run(&plan, inputs)?;
    let steps = Steps {
        program: &program,
        plan: &plan,
        outcome: &outcome,
        inputs,
    };
    let mut reached = BTreeSet::new();
    let rows: BTreeSet<usize> = open.iter().map(|(_, row, _)| *row).collect();
    for row in rows {
        steps.reached(row, &mut reached);
    }
    let expectations = outcome.expects.iter().map(|expect| Expectation {
        span: expect.span,
        state: match expect.state {
            CheckState::Held => State::Held,
            CheckState::Failed => State::Failed,
            CheckState::Missing => State::Missing,
        },
        operands: expect.operands.clone(),
    });
    Ok((expectations.collect(), reached))
}

/// That a value of a customer is what is expected; `None` is missing.
fn condition(row: usize, value: &Expr, expected: Option<Literal>) -> Expr {
    let span = value.span;
    let of_given = Box::new(Expr {
        kind: ExprKind::OfGiven(row, Box::new(value.clone())),
        ..value.clone()
    });
    Expr {
        kind: match expected {
            None => ExprKind::IsMissing(of_given),
            Some(literal) => {
                let literal = Box::new(Expr {
                    kind: ExprKind::Literal(literal),
                    ty: value.ty.clone(),
                    optional: false,
                    span,
                });
                ExprKind::Compare(CompareOperator::Equal, of_given, literal)
            }
        },
        ty: Type::Flag,
        optional: true,
        span,
    }
}

/// The expected value of a row.
fn literal(program: &Program, ty: &Type, column: &Column, row: usize) -> Option<Literal> {
    if column.is_missing(row) {
        return None;
    }
    match (&column.values, ty) {
        (Values::Number(numbers), Type::Months) => {
            let number = numbers.get(row)? / crate::value::decimal::ONE;
            Some(Literal::Number(number))
        }
        (Values::Number(numbers), _) => numbers.get(row).copied().map(Literal::Number),
        (Values::Flag(flags), _) => flags.get(row).copied().map(Literal::Flag),
        (Values::Choice(codes), ty) => {
            let names = match ty {
                Type::Segment(id) => program.segmentations.get(id.0)?.segments.len(),
                Type::Team => program.teams.len(),
                _ => usize::MAX,
            };
            let code = *codes.get(row)? as usize;
            let code = if code < names { code } else { code - names };
            Some(Literal::Choice(u32::try_from(code).ok()?))
        }
        (Values::Text(texts), _) => {
            let number = texts.numbers.get(row).copied()?;
            Some(Literal::Text(texts.dictionary.text(number).into()))
        }
    }
}

impl CaseOutcome {
    /// Whether everything is as expected.
    pub fn held(&self) -> bool {
        self.differences.is_empty()
    }
}

impl TestOutcome {
    /// How many of the expectations hold.
    pub fn count_held(&self) -> usize {
        let states = self.expectations.iter().map(|it| &it.state);
        states.filter(|state| **state == State::Held).count()
    }
}
