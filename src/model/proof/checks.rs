//! Checks and warnings that cannot fail, or cannot hold, whatever the data are.

use super::build::Builder;
use super::domain::{Domain, Set};
use super::prover::Prover;
use super::search::{Answer, look};
use super::term::T;
use crate::base::Diagnostic;
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::Aggregate;

impl Prover<'_, '_> {
    /// Warns of checks that tell nothing.
    pub fn checks(&mut self) {
        let program = self.program;
        for check in &program.checks {
            let mut waiting = vec![&check.condition];
            while let Some(expr) = waiting.pop() {
                self.aggregate(expr);
                waiting.extend(children(expr));
            }
            let term = self.builder.expr(&check.condition);
            let domain = look(&self.builder.terms, term);
            let kind = if check.only_warns { "warning" } else { "check" };
            let (code, message) = if domain.is_yes() {
                ("check-cannot-fail", format!("this {kind} cannot fail"))
            } else if domain.is_no() && !domain.missing {
                ("check-cannot-hold", format!("this {kind} cannot hold"))
            } else {
                continue;
            };
            let found = match code {
                "check-cannot-fail" => Diagnostic::warning("check-cannot-fail", message),
                _ => Diagnostic::warning("check-cannot-hold", message),
            };
            self.proofs.found.push(
                found
                    .at(check.condition.span, "the same whatever the data are")
                    .help("ask for something that customers decide"),
            );
        }
    }

    /// Narrows what an aggregate over customers can give, where nobody counts in it or all do.
    fn aggregate(&mut self, expr: &Expr) {
        let ExprKind::Aggregate {
            aggregate,
            value,
            filter,
            by: None,
        } = &expr.kind
        else {
            return;
        };
        let mut parts: Vec<T> = self.base.clone();
        if let Some(filter) = filter {
            parts.push(self.builder.expr(filter));
        }
        let none_counts = filter.is_some() && {
            let condition = self.all(parts.clone());
            self.ask(condition) == Answer::Never
        };
        let known = match aggregate {
            Aggregate::Count | Aggregate::Sum | Aggregate::Distinct if none_counts => {
                Some(Domain::range(0, 0))
            }
            Aggregate::Every => {
                let Some(value) = value else {
                    return;
                };
                let value = self.builder.expr(value);
                parts.push(self.builder.not(value));
                let condition = self.all(parts);
                let fails = self.ask(condition) != Answer::Never;
                (!fails).then(|| Domain::of(Set::Flag(false, true)))
            }
            _ => None,
        };
        // Over all customers there is always one; with a `where` there may be nobody.
        let known = known.or_else(|| {
            let all = filter.is_none() && expr.optional;
            let never_missing = value.as_ref().is_some_and(|it| !it.optional);
            (all && never_missing).then(|| {
                let domain = self.builder.free_values(expr);
                Domain {
                    missing: false,
                    ..domain
                }
            })
        });
        if let Some(known) = known {
            self.builder.narrow(expr, known);
        }
    }
}

impl Builder<'_> {
    /// What a free dimension for an expression could be.
    fn free_values(&mut self, expr: &Expr) -> Domain {
        let term = self.opaque(expr);
        look(&self.terms, term)
    }

    /// Says what a free dimension can only be.
    fn narrow(&mut self, expr: &Expr, domain: Domain) {
        let term = self.opaque(expr);
        for (leaf, of) in &mut self.terms.leaves {
            if *of == term {
                leaf.initial = domain.clone();
            }
        }
    }
}
