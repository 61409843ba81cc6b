//! Refinements of services that never apply: nobody in the segment meets them first.

use super::prover::Prover;
use super::search::Answer;
use super::term::{Kind, T};
use crate::base::Diagnostic;

impl Prover<'_, '_> {
    /// Warns of refinements that never apply.
    pub fn refinements(&mut self) {
        let program = self.program;
        let Some((_, segmentation)) = program.main_segmentation() else {
            return;
        };
        let met = self.builder.met(segmentation);
        for (segment, service) in program.services.iter().enumerate() {
            let Some(service) = service else {
                continue;
            };
            let moved = program.overrides.iter().any(|it| it.segment.0 == segment);
            if service.refinements.is_empty() || moved {
                continue;
            }
            // The ways into the segment.
            let mut ways: Vec<T> = Vec::new();
            for (at, clause) in segmentation.clauses.iter().enumerate() {
                if clause.segment.0 == segment {
                    let mut parts = self.none(met.clauses.get(..at).unwrap_or_default());
                    parts.extend(met.clauses.get(at));
                    ways.push(self.all(parts));
                }
            }
            if let Some(board) = &segmentation.board {
                let mut before = self.none(&met.clauses);
                for (cell, of) in self.builder.cells(board, &met) {
                    if of == segment {
                        let mut parts = before.clone();
                        parts.push(cell);
                        ways.push(self.all(parts));
                    }
                    before.push(self.builder.not(cell));
                }
            }
            let inside = self.builder.terms.make(Kind::Or(ways));
            let mut parts = self.base.clone();
            parts.push(inside);
            let inside = self.all(parts.clone());
            if self.ask(inside) == Answer::Never {
                continue;
            }
            for refinement in &service.refinements {
                let holds = self.builder.expr(&refinement.condition);
                let mut all = parts.clone();
                all.push(holds);
                let condition = self.all(all);
                if self.ask(condition) == Answer::Never {
                    let segment = segmentation.segments.get(segment);
                    let segment = segment.map_or("", |it| it.name.as_str());
                    self.proofs.found.push(
                        Diagnostic::warning(
                            "refinement-unreachable",
                            format!("this never applies to a customer of `{segment}`"),
                        )
                        .at(refinement.condition.span, "nobody in the segment gets here")
                        .help("mend the condition, move it up, or leave it out"),
                    );
                }
                parts.push(self.builder.not(holds));
            }
        }
    }
}
