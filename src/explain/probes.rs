//! Values of parts of a model, for every customer: each part becomes a column of a run's result.
//! The run is the one evaluator's; what is needed only elsewhere (checks, tests) is left out of it.

use crate::eval::{self, Inputs, Outcome, Steps, literal_at};
use crate::model::check::children;
use crate::model::program::{
    Expr, ExprKind, LetId, Literal, MemberKind, Output, Program, SegmentationId,
};
use crate::model::types::Type;
use crate::plan::op::{Op, Register};
use crate::plan::{Plan, Wanted, plan_for};
use std::collections::{BTreeSet, HashMap};

/// The parts of a model that are looked at.
pub struct Probes<'p> {
    program: &'p Program,
    /// The number of each part by its address: parts are never moved while the program is lent.
    numbers: HashMap<usize, usize>,
    parts: Vec<&'p Expr>,
    lets: BTreeSet<usize>,
    /// What a customer costs, where every team has a rate.
    cost: Option<Expr>,
}

impl<'p> Probes<'p> {
    /// Everything that decides about customers, scores them or refines their service.
    pub fn of(program: &'p Program) -> Probes<'p> {
        let mut probes = Probes {
            program,
            numbers: HashMap::new(),
            parts: Vec::new(),
            lets: BTreeSet::new(),
            cost: cost(program),
        };
        for exclude in &program.excludes {
            probes.enter(&exclude.condition);
        }
        for member in program.axes.iter().flat_map(|axis| &axis.members) {
            if let MemberKind::Criterion { value, .. } = &member.kind {
                probes.enter(value);
            }
        }
        for segmentation in &program.segmentations {
            if let Some(previous) = &segmentation.previous {
                probes.enter(previous);
            }
            for clause in &segmentation.clauses {
                for condition in clause.when.iter().chain(&clause.stays) {
                    probes.enter(condition);
                }
            }
            if let Some(board) = &segmentation.board {
                probes.enter(&board.rows_by);
                probes.enter(&board.columns_by);
            }
        }
        for service in program.services.iter().flatten() {
            for refinement in &service.refinements {
                probes.enter(&refinement.condition);
            }
        }
        probes
    }

    /// A part and all parts inside it that are values of a customer.
    fn enter(&mut self, expr: &'p Expr) {
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            if !matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Missing) {
                self.numbers.insert(address(expr), self.parts.len());
                self.parts.push(expr);
            }
            if let ExprKind::Let(LetId(id)) = expr.kind
                && self.lets.insert(id)
            {
                waiting.extend(self.program.lets.get(id).map(|it| &it.value));
            }
            waiting.extend(parts_of_customer(expr));
        }
    }

    /// The parts that are looked at.
    pub fn parts(&self) -> impl Iterator<Item = &'p Expr> + '_ {
        self.parts.iter().copied()
    }

    /// The program with the parts as its only result.
    pub fn program(&self) -> Program {
        let parts = self.parts.iter().copied().chain(&self.cost);
        let outputs = parts.map(|part| Output {
            header: String::new(),
            value: part.clone(),
        });
        Program {
            outputs: outputs.collect(),
            ..lean(self.program)
        }
    }

    fn number(&self, expr: &Expr) -> Option<usize> {
        self.numbers.get(&address(expr)).copied()
    }
}

/// What a customer costs a year, as an expression.
fn cost(program: &Program) -> Option<Expr> {
    let priced = program.teams.iter().all(|team| team.rate.is_some());
    let served = !program.services.is_empty() && program.currency.is_some();
    (priced && served).then_some(Expr {
        kind: ExprKind::CostToServe,
        ty: Type::Money,
        optional: false,
        span: program.customers.span,
    })
}

/// The program without what decides nothing about a customer.
pub fn lean(program: &Program) -> Program {
    Program {
        outputs: Vec::new(),
        checks: Vec::new(),
        tests: Vec::new(),
        ..program.clone()
    }
}

/// The parts of an expression that are values of the same customer.
pub fn parts_of_customer(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::RowAggregate { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::PersonAggregate { .. } => Vec::new(),
        ExprKind::Portfolio { value, .. } => vec![value],
        _ => children(expr),
    }
}

fn address(expr: &Expr) -> usize {
    std::ptr::from_ref(expr).addr()
}

/// Whether a plan looks at more than one customer at a time to decide about one.
pub fn needs_everyone(plan: &Plan) -> bool {
    let live = plan.nodes.iter().zip(&plan.live);
    let mut live = live.filter(|(_, live)| **live).map(|(node, _)| &node.op);
    live.any(|op| op.is_barrier() && !matches!(op, Op::RowAggregate { .. }))
}

/// A run in which every part has been looked at.
pub struct Looked<'p> {
    /// The parts.
    pub probes: Probes<'p>,
    /// The plan of the run.
    pub plan: Plan,
    /// What it was given: all customers, or only those that are told of.
    pub inputs: Inputs,
    /// What came out; what could not be computed is marked.
    pub outcome: Outcome,
}

/// The plan that looks at every part.
pub fn plan_of(probes: &Probes<'_>) -> Plan {
    let wanted = Wanted {
        trace: true,
        ..Wanted::default()
    };
    plan_for(&probes.program(), wanted)
}

impl<'p> Looked<'p> {
    /// Runs the plan.
    pub fn at(probes: Probes<'p>, plan: Plan, inputs: Inputs) -> Looked<'p> {
        let outcome = eval::attempt(&plan, &inputs);
        Looked {
            probes,
            plan,
            inputs,
            outcome,
        }
    }

    /// The model.
    pub fn program(&self) -> &'p Program {
        self.probes.program
    }

    /// The intermediate values.
    pub fn steps(&self) -> Steps<'_> {
        Steps {
            program: self.probes.program,
            plan: &self.plan,
            outcome: &self.outcome,
            inputs: &self.inputs,
        }
    }

    /// The value of a part for a customer; `Some(None)` is missing, `None` one that could not be
    /// computed or was not looked at.
    pub fn literal(&self, expr: &Expr, row: usize) -> Option<Option<Literal>> {
        match &expr.kind {
            ExprKind::Literal(literal) => return Some(Some(literal.clone())),
            ExprKind::Missing => return Some(None),
            ExprKind::Param(param) => {
                let param = self.probes.program.params.get(param.0)?;
                return Some(Some(param.value.clone()));
            }
            ExprKind::Field(field) => {
                // Those who are kept out have their fields too.
                let column = self.inputs.customers.column(field.0);
                if let Some(literal) = column.and_then(|column| literal_at(column, row)) {
                    return Some(literal);
                }
            }
            _ => {}
        }
        let output = self.plan.results.outputs.get(self.probes.number(expr)?)?;
        self.steps().literal(output.register, row)
    }

    /// What a customer costs a year.
    pub fn cost(&self, row: usize) -> Option<Literal> {
        self.probes.cost.as_ref()?;
        let output = self.plan.results.outputs.get(self.probes.parts.len())?;
        self.register(output.register, row)
    }

    /// The value of a register for a customer.
    pub fn register(&self, register: Register, row: usize) -> Option<Literal> {
        self.steps().literal(register, row).flatten()
    }

    /// Whether a register could not be computed for a customer.
    pub fn is_broken(&self, register: Register, row: usize) -> bool {
        self.outcome.is_broken(register, row)
    }

    /// The segment of a customer, overrides applied.
    pub fn segment(&self, id: SegmentationId, row: usize) -> Option<usize> {
        let plan = self.plan.results.segmentations.get(id.0)?;
        match self.register(plan.segment, row)? {
            Literal::Choice(code) => Some(code as usize),
            _ => None,
        }
    }
}
