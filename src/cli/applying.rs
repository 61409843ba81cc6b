//! Applies a plan to data. Where bad rows are put aside, customers whose values cannot be computed
//! join them, and the plan is applied to the others, until it comes to its end.

use super::failures;
use crate::base::{Diagnostic, SourceMap};
use crate::eval::{self, ErrorKind, EvalError, Outcome};
use crate::io::Data;
use crate::io::errors::DataErrors;
use crate::io::rejects::Reason;
use crate::model::program::{Program, TableId};
use crate::plan::Plan;
use std::collections::BTreeMap;

/// Applies the plan; `rejecting` says whether customers may be put aside.
pub fn apply(
    program: &Program,
    plan: &mut Plan,
    data: &mut Data,
    rejecting: bool,
    sources: &SourceMap,
) -> Result<Outcome, DataErrors> {
    if !rejecting {
        let outcome = eval::run_given(plan, &data.inputs, &data.folded);
        return outcome.map_err(|errors| word(&errors, data, sources));
    }
    loop {
        // Customers who were put aside cannot be moved by hand.
        plan.overrides
            .retain(|it| !data.rejected_keys.contains(&it.customer));
        let errors = match eval::run_for_all_errors(plan, &data.inputs) {
            Ok(outcome) => return Ok(outcome),
            Err(errors) => errors,
        };
        let worded = word(&errors, data, sources);
        let Some(blamed) = blame(&errors, &worded.list) else {
            return Err(worded);
        };
        data.put_aside(program, blamed.customers, blamed.rows);
        if data.inputs.customers.rows == 0 {
            return Err(worded);
        }
    }
}

fn word(errors: &[EvalError], data: &Data, sources: &SourceMap) -> DataErrors {
    failures::word(errors, &data.inputs, &data.reports, sources)
}

/// Who is put aside, and why.
#[derive(Default)]
struct Blamed {
    customers: BTreeMap<usize, Reason>,
    rows: Vec<(TableId, usize, Reason)>,
}

/// The rows that errors come from; `None` where one comes from none, so that nothing helps.
fn blame(errors: &[EvalError], worded: &[Diagnostic]) -> Option<Blamed> {
    let mut blamed = Blamed::default();
    for (error, worded) in errors.iter().zip(worded) {
        let reason = Reason {
            code: worded.code,
            column: None,
            message: worded.message.clone(),
        };
        match (error.customer, error.row, &error.kind) {
            (_, _, ErrorKind::UnknownCustomer) => return None,
            (Some(customer), ..) => {
                let known = blamed.customers.entry(customer as usize);
                known
                    .and_modify(|first| {
                        first.message.push_str("; ");
                        first.message.push_str(&reason.message);
                    })
                    .or_insert(reason);
            }
            (None, Some((table, row)), _) => blamed.rows.push((table, row as usize, reason)),
            (None, None, _) => return None,
        }
    }
    Some(blamed)
}
