//! Fields, params, lookups and lets that nothing in the program uses. It looks at expressions only;
//! who mentions a name in a scenario is the session's business.

use crate::base::Span;
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{Dataset, Field, FieldId, MemberKind, Program, Reading, ServiceTerms};
use crate::model::types::Type;
use std::collections::BTreeSet;

/// Something that is declared and not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// What it is: `field`, `param`, `lookup`, `let`, `table`.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
}

#[derive(Default)]
struct Used {
    fields: BTreeSet<usize>,
    cells: BTreeSet<(usize, usize)>,
    tables: BTreeSet<usize>,
    lets: BTreeSet<usize>,
    lookups: BTreeSet<usize>,
}

/// What nothing in the program uses. Params are listed all: their values are computed where they
/// stand, so only the text tells who uses them.
pub fn unused(program: &Program) -> Vec<Unused> {
    let used = used(program);
    let mut unused = Vec::new();
    let mut add = |what, name: &str, span| {
        unused.push(Unused {
            what,
            name: name.to_owned(),
            span,
        });
    };
    for (at, field) in program.customers.fields.iter().enumerate() {
        if FieldId(at) != program.customers.key && counts(field) && !used.fields.contains(&at) {
            add("field", &field.name, field.span);
        }
    }
    for (number, table) in program.tables.iter().enumerate() {
        if !used.tables.contains(&number) {
            add("table", &table.name, table.span);
            continue;
        }
        for (at, field) in table.fields.iter().enumerate() {
            if FieldId(at) != table.key && counts(field) && !used.cells.contains(&(number, at)) {
                add("field", &field.name, field.span);
            }
        }
    }
    for param in &program.params {
        add("param", &param.name, param.span);
    }
    for (at, lookup) in program.lookups.iter().enumerate() {
        if !used.lookups.contains(&at) {
            add("lookup", &lookup.name, lookup.span);
        }
    }
    for (at, let_) in program.lets.iter().enumerate() {
        if !used.lets.contains(&at) {
            add("let", &let_.name, let_.value.span);
        }
    }
    unused
}

/// Texts tell people whose row it is, whether rules look at them or not.
fn counts(field: &Field) -> bool {
    field.ty != Type::Text
}

fn used(program: &Program) -> Used {
    let mut used = Used::default();
    let mut waiting = expressions(program);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Field(id) => {
                used.fields.insert(id.0);
            }
            ExprKind::RowField(table, id) | ExprKind::OnePerCustomer(table, id) => {
                used.tables.insert(table.0);
                used.cells.insert((table.0, id.0));
            }
            ExprKind::RowAggregate { table, .. } => {
                used.tables.insert(table.0);
            }
            ExprKind::Let(id) => {
                used.lets.insert(id.0);
            }
            ExprKind::Lookup(id, _) => {
                used.lookups.insert(id.0);
            }
            _ => {}
        }
        waiting.extend(children(expr));
    }
    used.fields.extend(
        program
            .teams
            .iter()
            .filter_map(|team| team.named_by)
            .map(|it| it.0),
    );
    used.fields.extend(read_by(&program.customers));
    for (number, table) in program.tables.iter().enumerate() {
        used.cells.extend(read_by(table).map(|at| (number, at)));
        // A unique field is checked while it is read.
        let unique = table
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.unique);
        used.cells.extend(unique.map(|(at, _)| (number, at)));
    }
    used
}

/// Fields that say in which currency others are.
fn read_by(dataset: &Dataset) -> impl Iterator<Item = usize> {
    dataset
        .fields
        .iter()
        .filter_map(|field| match field.reading {
            Reading::InCurrency(other) => Some(other.0),
            _ => None,
        })
}

fn expressions(program: &Program) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = Vec::new();
    all.extend(program.lets.iter().map(|it| &it.value));
    all.extend(program.excludes.iter().map(|it| &it.condition));
    for member in program.axes.iter().flat_map(|axis| &axis.members) {
        if let MemberKind::Criterion { value, .. } = &member.kind {
            all.push(value);
        }
    }
    for segmentation in &program.segmentations {
        all.extend(super::segments::expressions(segmentation));
    }
    for activity in &program.activities {
        all.extend(activity.takers.iter().map(|it| &it.duration));
        all.extend(
            activity
                .costs
                .iter()
                .chain(&activity.actual)
                .chain(&activity.worth),
        );
    }
    for service in program.services.iter().flatten() {
        terms(&service.basis, &mut all);
        for refinement in &service.refinements {
            all.push(&refinement.condition);
            terms(&refinement.terms, &mut all);
        }
    }
    all.extend(program.checks.iter().map(|it| &it.condition));
    all.extend(program.outputs.iter().map(|it| &it.value));
    let expects = program.tests.iter().flat_map(|test| &test.expects);
    all.extend(expects.map(|it| &it.condition));
    all
}

fn terms<'p>(terms: &'p ServiceTerms, all: &mut Vec<&'p Expr>) {
    all.extend(terms.activities.iter().map(|(_, frequency)| frequency));
    all.extend(terms.texts.iter().map(|(_, text)| text));
}
