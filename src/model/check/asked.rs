//! Expressions that are asked beside the model: of the portfolio, or of each customer. They may look
//! at everything; nothing looks at them.

use super::checker::{Checker, Place, Scope};
use crate::model::assembly::AskedSight;
use crate::model::program::{Asked, Layer};

const OF_PORTFOLIO: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Portfolio,
    what: "a value of the portfolio",
};

const OF_CUSTOMER: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Customer,
    what: "a value of a customer",
};

impl Checker<'_> {
    /// Checks what is asked. Where an expression may be either, the portfolio comes first, and the
    /// messages are those of a customer's value.
    pub(super) fn check_asked(&mut self) -> Vec<Asked> {
        let assembly = self.assembly;
        let mut all = Vec::new();
        for asked in &assembly.asked {
            let before = self.diagnostics.len();
            if matches!(asked.sight, AskedSight::Any | AskedSight::Portfolio) {
                let value = self.value(&asked.value, OF_PORTFOLIO);
                if let Some(value) = value {
                    all.push(Asked {
                        value,
                        of_portfolio: true,
                    });
                    continue;
                }
                if asked.sight == AskedSight::Portfolio {
                    continue;
                }
                self.diagnostics.truncate(before);
            }
            let value = match asked.sight {
                AskedSight::Condition => self.condition(&asked.value, OF_CUSTOMER),
                _ => self.value(&asked.value, OF_CUSTOMER),
            };
            all.extend(value.map(|value| Asked {
                value,
                of_portfolio: false,
            }));
        }
        all
    }
}
