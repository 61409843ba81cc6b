//! Floor 5: plan and data → outcome. Loops over columns, in blocks, on all cores; the same bytes
//! whatever their number. It knows no syntax and no names but those that the plan carries.

mod inputs;

pub use inputs::{Inputs, LookupTable, NOBODY, RowTable};
