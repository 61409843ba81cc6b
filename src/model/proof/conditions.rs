//! Conditions that always hold or never do, and bands of scales that nobody's value is in.

use super::domain::Set;
use super::prover::Prover;
use super::search::{Answer, exists, look};
use super::show;
use crate::base::{Diagnostic, Span};
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{Literal, MemberKind, Scale};
use crate::model::types::Type;

/// How many cells the question whether a condition is constant may take.
const FEW: usize = 1_000;

impl Prover<'_, '_> {
    /// Warns of conditions that are the same for every customer, whatever params say. Those of
    /// clauses that nobody reaches are passed over: they have their own message.
    pub fn conditions(&mut self, unreached: &[Span]) {
        let program = self.program;
        let mut conditions: Vec<&Expr> = Vec::new();
        for exclude in &program.excludes {
            conditions.push(&exclude.condition);
        }
        for segmentation in &program.segmentations {
            for clause in &segmentation.clauses {
                if !unreached.contains(&clause.span) {
                    conditions.extend(clause.when.iter().chain(&clause.stays));
                }
            }
        }
        for service in program.services.iter().flatten() {
            conditions.extend(service.refinements.iter().map(|it| &it.condition));
        }
        for let_ in &program.lets {
            branches(&let_.value, &mut conditions);
        }
        for condition in conditions {
            let mut found = Vec::new();
            self.constant(condition, &mut found);
            for (span, always) in found {
                let (message, help) = match always {
                    true => ("this always holds", "leave it out: it changes nothing"),
                    false => ("this never holds", "mend it, or leave it out"),
                };
                let message = Diagnostic::warning("constant-condition", message)
                    .at(span, "the same for every customer")
                    .help(help);
                if !self.proofs.found.contains(&message) {
                    self.proofs.found.push(message);
                }
            }
        }
    }

    /// The smallest parts of a condition that always or never hold.
    fn constant(&mut self, expr: &Expr, found: &mut Vec<(Span, bool)>) {
        let before = found.len();
        match &expr.kind {
            // `between` and lists are written as one, whatever they are made of.
            ExprKind::And(parts) | ExprKind::Or(parts)
                if parts.iter().any(|part| part.span != expr.span) =>
            {
                for part in parts {
                    self.constant(part, found);
                }
            }
            ExprKind::Not(inner) => self.constant(inner, found),
            _ => {}
        }
        if found.len() > before || !self.builder.is_free(expr) {
            return;
        }
        if let Some(always) = self.always(expr) {
            found.push((expr.span, always));
        }
    }

    /// Whether a condition always holds, or never does.
    fn always(&mut self, expr: &Expr) -> Option<bool> {
        let term = self.builder.expr(expr);
        let opposite = self.builder.not(term);
        let never = |term| exists(&self.builder.terms, term, FEW) == Answer::Never;
        if never(term) {
            Some(false)
        } else if never(opposite) {
            Some(true)
        } else {
            None
        }
    }

    /// The part of a condition that nobody meets, and why.
    pub(super) fn impossible(&mut self, expr: &Expr) -> Option<(Span, String)> {
        if let ExprKind::And(parts) = &expr.kind
            && let Some(found) = parts.iter().find_map(|part| self.impossible(part))
        {
            return Some(found);
        }
        let ExprKind::Compare(_, left, right) = &expr.kind else {
            return None;
        };
        let term = self.builder.expr(expr);
        if !look(&self.builder.terms, term).is_no() {
            return None;
        }
        let of = match (&left.kind, &right.kind) {
            (ExprKind::Literal(_) | ExprKind::Param(_), _) => right,
            _ => left,
        };
        let of_term = self.builder.expr(of);
        let Set::Range(low, high) = look(&self.builder.terms, of_term).set else {
            return Some((expr.span, "no customer meets this".to_owned()));
        };
        if of.ty.is_choice() {
            return Some((expr.span, "no customer meets this".to_owned()));
        }
        let shown = |units: i64| {
            let ty = if of.ty == Type::Date {
                &Type::Date
            } else {
                &of.ty
            };
            show::written(self.program, ty, Some(&Literal::Number(units)))
        };
        let words = match (low == i64::MIN, high == i64::MAX) {
            (false, false) => format!("values are between {} and {}", shown(low), shown(high)),
            (false, true) => format!("values are at least {}", shown(low)),
            (true, false) => format!("values are at most {}", shown(high)),
            (true, true) => "no customer meets this".to_owned(),
        };
        Some((expr.span, words))
    }

    /// Bands of criteria that no value reaches, where the value is computed.
    pub fn scales(&mut self) {
        let program = self.program;
        for axis in &program.axes {
            for member in &axis.members {
                let MemberKind::Criterion {
                    value,
                    scale,
                    written,
                    ..
                } = &member.kind
                else {
                    continue;
                };
                match scale {
                    Scale::Bands { bands, .. } => {
                        let terms: Vec<_> = bands
                            .iter()
                            .map(|(operator, limit, _)| self.builder.band(*operator, value, *limit))
                            .collect();
                        for (at, (operator, limit, _)) in bands.iter().enumerate() {
                            let mut parts = self.none(terms.get(..at).unwrap_or_default());
                            parts.extend(terms.get(at));
                            let condition = self.all(parts);
                            let answer = exists(&self.builder.terms, condition, FEW);
                            if answer != Answer::Never {
                                continue;
                            }
                            let sign = crate::model::program::Bound {
                                operator: *operator,
                                limit: *limit,
                                span: member.span,
                            };
                            let sign = sign.sign();
                            let limit =
                                show::written(program, written, Some(&Literal::Number(*limit)));
                            self.proofs.found.push(
                                Diagnostic::error(
                                    "band-unreachable",
                                    format!("the band `{sign} {limit}` is never reached"),
                                )
                                .at(member.span, "no customer has such a value")
                                .help("leave the band out"),
                            );
                        }
                    }
                    Scale::Match { arms, .. } => {
                        for (arm, _) in arms {
                            let condition =
                                self.builder.is_one_of(value, std::slice::from_ref(arm));
                            let answer = exists(&self.builder.terms, condition, FEW);
                            if answer == Answer::Never {
                                let arm = show::written(program, &value.ty, Some(arm));
                                self.proofs.found.push(
                                    Diagnostic::warning(
                                        "arm-unreachable",
                                        format!("the value {arm} never comes up here"),
                                    )
                                    .at(member.span, "no customer has it")
                                    .help("leave the value out of the match"),
                                );
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The conditions of `if` in an expression.
fn branches<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if let ExprKind::If(condition, ..) = &expr.kind {
            found.push(condition);
        }
        waiting.extend(crate::model::check::children(expr));
    }
}
