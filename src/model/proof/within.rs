//! Gaps and overlaps that show only with other values of params, within their bounds: nobody sees them
//! in a run of today, and everybody who plays with the param does. What is found is shown by a run of
//! the model with the param set so; nothing is said of a model where the search finds none.

use super::Verdict;
use super::customer::Customer;
use super::prover::{Prover, Settled};
use super::search::Answer;
use super::segments::Met;
use super::show;
use super::term::{Kind, Origin, T, Value};
use crate::base::Diagnostic;
use crate::model::program::{Clause, Param, ParamId, Segmentation, SegmentationId};
use crate::model::types::Type;

impl Prover<'_, '_> {
    /// Whether some param may have another value.
    pub fn has_params(&self) -> bool {
        let may_differ = |param: &Param| param.bounds.is_some() || param.ty == Type::Flag;
        self.program.params.iter().any(may_differ)
    }

    /// Asks of what holds with the params as they are whether it holds with others.
    pub fn with_other_params(&mut self, settled: &Settled) {
        let program = self.program;
        for id in &settled.covered {
            if let Some(segmentation) = program.segmentations.get(id.0) {
                self.gap_within(*id, segmentation);
            }
        }
        for (id, earlier, later) in &settled.apart {
            let Some(segmentation) = program.segmentations.get(id.0) else {
                continue;
            };
            let clause = |at: usize| segmentation.clauses.get(at).map(|clause| (at, clause));
            if let (Some(earlier), Some(later)) = (clause(*earlier), clause(*later)) {
                self.overlap_within(*id, segmentation, [earlier, later]);
            }
        }
    }

    /// Warns where some value of a param leaves a customer over.
    fn gap_within(&mut self, id: SegmentationId, segmentation: &Segmentation) {
        let met = self.builder.met(segmentation);
        let condition = self.left_over(segmentation, &met);
        let Some(customer) = self.with_params(condition, (id, &met), &|it| *it == Verdict::Nobody)
        else {
            return;
        };
        let sentence = show::sentence(self.program, &customer);
        let values = self.values(&customer);
        let last = segmentation.clauses.last().map(|clause| clause.span);
        let of = match &segmentation.name {
            Some(name) => format!(" of `{name}`"),
            None => String::new(),
        };
        let message = format!("with {values} no clause{of} holds for a customer with {sentence}");
        let message = Diagnostic::warning("no-segment-with-param", message)
            .at(last.unwrap_or(segmentation.span), "the last that is tried");
        let help = "widen a clause, or narrow the bounds";
        let message = self.at_params(message, &customer).help(help);
        self.proofs.found.push(message);
    }

    /// Warns where some value of a param lets two exclusive clauses meet.
    fn overlap_within(
        &mut self,
        id: SegmentationId,
        segmentation: &Segmentation,
        [(earlier, other), (at, clause)]: [(usize, &Clause); 2],
    ) {
        let met = self.builder.met(segmentation);
        let mut parts = self.base.clone();
        parts.extend([earlier, at].iter().filter_map(|it| met.whens.get(*it)));
        let condition = self.all(parts);
        let Some(customer) = self.with_params(condition, (id, &met), &|it| *it == Verdict::Overlap)
        else {
            return;
        };
        let sentence = show::sentence(self.program, &customer);
        let values = self.values(&customer);
        let name = |clause: &Clause| {
            let segment = segmentation.segments.get(clause.segment.0);
            segment.map_or("", |it| it.name.as_str()).to_owned()
        };
        let message =
            format!("with {values} two exclusive clauses hold for a customer with {sentence}");
        let message = Diagnostic::warning("clauses-overlap-with-param", message)
            .at(clause.span, format!("`{}` holds", name(clause)))
            .at(other.span, format!("`{}` holds too", name(other)));
        let help = "make the conditions exclude each other, or narrow the bounds";
        let message = self.at_params(message, &customer).help(help);
        self.proofs.found.push(message);
    }

    /// A customer who meets a condition with other params than today's: with one of them if that is
    /// enough.
    fn with_params(
        &mut self,
        condition: T,
        (id, met): (SegmentationId, &Met),
        wanted: &dyn Fn(&Verdict) -> bool,
    ) -> Option<Customer> {
        let params = self.params_below(condition);
        if params.is_empty() || self.ask(condition) == Answer::Never {
            return None;
        }
        let mut questions = Vec::new();
        for (one, _) in &params {
            let others = params.iter().filter(|(other, _)| other != one);
            let mut parts = vec![condition];
            parts.extend(others.filter_map(|(other, term)| self.as_it_is(*other, *term)));
            questions.push(self.all(parts));
        }
        if params.len() > 1 {
            questions.push(condition);
        }
        questions
            .into_iter()
            .find_map(|it| self.shown(it, (id, met), wanted).ok().flatten())
            .filter(|customer| !customer.params.is_empty())
    }

    /// The params below a term that are free.
    fn params_below(&self, term: T) -> Vec<(ParamId, T)> {
        let terms = &self.builder.terms;
        let below = terms.needed(&[term]).into_iter();
        let leaf = |term: T| match terms.kind(term) {
            Kind::Leaf(leaf) => terms.leaves.get(*leaf),
            _ => None,
        };
        let leaves = below.filter_map(leaf);
        leaves
            .filter_map(|(leaf, term)| match leaf.origin {
                Origin::Param(id) => Some((id, *term)),
                _ => None,
            })
            .collect()
    }

    /// That a param has the value of this run.
    fn as_it_is(&mut self, param: ParamId, term: T) -> Option<T> {
        let value = self.program.params.get(param.0)?.value.clone();
        let kind = match self.builder.terms.value(&value) {
            Value::Number(units) => Kind::InNumbers(term, vec![units]),
            Value::Code(code) => Kind::In(term, vec![code]),
            Value::Flag(true) => return Some(term),
            Value::Flag(false) => Kind::Not(term),
        };
        Some(self.builder.terms.make(kind))
    }

    fn values(&self, customer: &Customer) -> String {
        let params = customer.params.iter();
        let values: Vec<String> = params
            .filter_map(|(id, value)| {
                let param = self.program.params.get(id.0)?;
                let value = show::written(self.program, &param.ty, Some(value));
                Some(format!("`{}` at {value}", param.name))
            })
            .collect();
        values.join(" and ")
    }

    fn at_params(&self, mut message: Diagnostic, customer: &Customer) -> Diagnostic {
        for (id, value) in &customer.params {
            if let Some(param) = self.program.params.get(id.0) {
                let value = show::written(self.program, &param.ty, Some(value));
                message = message.at(param.span, format!("{value} is within its bounds"));
            }
        }
        message
    }
}
