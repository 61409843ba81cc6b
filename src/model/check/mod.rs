//! Assembly → checked program: names, types and units, layers, weights, constants.
//! Each broken declaration gives its own messages and never hides the next one's.

mod asked;
mod axis;
mod board;
mod bound;
mod checker;
mod cost;
mod dataset;
mod expression;
mod frequency;
mod ladder;
mod lookup;
mod names;
mod order;
mod output;
mod overrides;
mod param;
mod portfolio;
mod scale;
mod segmentation;
mod service;
mod setting;
mod team;
mod test;
mod weights;

pub use checker::Settings;
pub(crate) use expression::children;

use super::assembly::Assembly;
use super::program::Program;
use crate::base::Diagnostic;
use checker::{Checker, text_of};

/// What a check gives: the program where nothing is wrong, and the messages in any case.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The program; `None` where a message is an error.
    pub program: Option<Program>,
    /// Errors and warnings, in the order of the layers.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks the declarations of a model.
pub fn check(assembly: &Assembly, settings: &Settings) -> Checked {
    let mut checker = Checker::new(assembly, settings);
    let program = checker.program();
    let wrong = checker.diagnostics.iter().any(Diagnostic::is_error);
    Checked {
        program: program.filter(|_| !wrong),
        diagnostics: checker.diagnostics,
    }
}

impl Checker<'_> {
    /// Checks all declarations, those first that others look at.
    fn program(&mut self) -> Option<Program> {
        let assembly = self.assembly;
        let block = self.model_block();
        if assembly.customers.is_none() {
            let mut message = Diagnostic::error("no-customers", "the model has no customers");
            if let Some(model) = &assembly.model {
                message = message.at(model.span, "no `customers` in this model");
            }
            self.report(message.help(
                "declare them: `customers key customer_id { customer_id text, revenue money }`",
            ));
            return None;
        }
        self.declare_names();
        self.outline_segmentations();
        self.outline_axes();
        self.outline_teams();
        self.outline_texts();
        self.check_rates(false);
        self.check_params();
        self.check_rates(true);
        self.datasets();
        self.check_lookups();
        self.check_lets();
        let axes = self.check_axes();
        let excludes = self.check_excludes(&axes);
        let segmentations = self.check_segmentations();
        let overrides = self.check_overrides();
        let teams = self.check_teams();
        let activities = self.check_activities();
        let services = self.check_services(&activities);
        let checks = self.check_checks();
        let outputs = self.outputs();
        let tests = self.check_tests();
        let asked = self.check_asked();
        let program = Program {
            name: block.name,
            currency: self.currency.clone(),
            scores: self.scores,
            valid: block.valid,
            missing: block.missing,
            today: self.settings.today,
            uses_today: self.uses_today,
            customers: self.customers.clone(),
            tables: self.tables.clone(),
            rates: self.rates.clone(),
            lookups: self.lookups.clone(),
            params: self.params.clone(),
            lets: self.finished_lets(),
            excludes,
            axes,
            segmentations,
            overrides,
            teams,
            activities,
            texts: self.texts.clone(),
            services,
            checks,
            outputs,
            tests,
            asked,
            scenarios: assembly
                .scenarios
                .iter()
                .map(|(name, label)| (name.value.clone(), text_of(label)))
                .collect(),
            scenario: assembly.scenario.clone(),
        };
        // What is not complete would look like other mistakes.
        if self.diagnostics.iter().any(Diagnostic::is_error) {
            return None;
        }
        self.check_costs(&program);
        for circle in expression::circles(&program) {
            self.report(circle);
        }
        Some(program)
    }
}
