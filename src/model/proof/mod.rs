//! Proofs over every customer that a model allows: who is left over, what nobody reaches, which
//! clauses clash, what can never matter. A checked program comes in, messages with example customers
//! go out; customers are run through the model by whoever hands in a [`Trial`]. Nothing is guessed:
//! what is neither proved nor shown by a customer is kept as an open question.
//!
//! Every condition becomes terms over free dimensions ([`term`]): fields, params, and what is not cut
//! into cells. A search ([`search`]) cuts dimensions where comparisons are undecided until a condition
//! is decided everywhere. Bands are asked with the params as they are, gaps and overlaps then for all values
//! within their bounds; a clause is out of reach where it is so for all of these, and a condition
//! constant for any values.

mod axis;
mod backward;
mod build;
mod checks;
mod compare;
mod conditions;
mod customer;
mod domain;
mod forward;
mod free;
mod point;
mod prover;
mod score;
mod search;
mod segments;
mod service;
mod show;
mod term;
mod unused;
mod within;

pub use show::written;
pub use unused::{Unused, unused};

use crate::base::Diagnostic;
use crate::model::program::{Given, Literal, ParamId, Program, SegmentationId};
use build::{Builder, Params};
use prover::Prover;

/// Runs made-up customers through a model.
pub trait Trial {
    /// What a segmentation says of a customer, with other values of these params.
    fn verdict(
        &self,
        customer: &Given,
        params: &[(ParamId, Literal)],
        segmentation: SegmentationId,
    ) -> Verdict;
}

/// What a segmentation says of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has a segment.
    Decided,
    /// No clause holds.
    Nobody,
    /// Two exclusive clauses hold.
    Overlap,
    /// The customer is kept out, or is a data error anyway.
    NoCustomer,
}

/// What was proved, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    /// Errors and warnings.
    pub found: Vec<Diagnostic>,
    /// Questions that stay open.
    pub open: Vec<Diagnostic>,
}

/// Codes of errors that only proofs give; they may be allowed like warnings.
pub const PROVED: [&str; 5] = [
    "no-segment",
    "clauses-overlap",
    "clause-unreachable",
    "segment-unreachable",
    "band-unreachable",
];

/// Asks everything that can be asked of a program.
pub fn prove(program: &Program, trial: &dyn Trial) -> Proofs {
    let prover = |params| {
        let mut prover = Prover {
            program,
            builder: Builder::new(program, params),
            trial,
            proofs: Proofs::default(),
            base: Vec::new(),
        };
        let excluded = prover.builder.excluded();
        prover.base = prover.none(&excluded);
        prover
    };
    let mut certain = prover(Params::AsTheyAre);
    let everybody = certain.base.clone();
    let everybody = certain.all(everybody);
    let someone = certain.ask(everybody) != search::Answer::Never;
    let mut unreached = Vec::new();
    if someone {
        let mut wide = prover(Params::WithinBounds);
        let settled = certain.segmentations(&mut wide);
        certain.scales();
        if wide.has_params() {
            let mut played = prover(Params::Played);
            played.with_other_params(&settled);
            certain.proofs.found.extend(played.proofs.found);
        }
        unreached = settled.unreached;
    }
    let mut proofs = certain.proofs;
    let mut any = prover(Params::Any);
    any.conditions(&unreached);
    if someone {
        any.slack(&unreached);
        any.refinements();
        any.checks();
    }
    proofs.found.extend(any.proofs.found);
    proofs.open.extend(any.proofs.open);
    proofs
}
