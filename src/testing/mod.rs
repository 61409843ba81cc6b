//! Floor 7: a checked model and its tests → how each test came out, what of the model the tests
//! reach, and customers for what they do not. Data in, data out; no file is read, nothing printed.

mod block;
pub mod cases;
mod cone;
mod coverage;
mod given;
mod missing;
mod points;
mod run;
mod slots;
mod trace;

pub use crate::model::written::written;
pub use coverage::{Coverage, Share};
pub use missing::{Found, missing};
pub use points::{Kind, Point, Way, points};
pub use run::{Expectation, State, Suite, TestOutcome, run};
pub use trace::{AxisTrace, CustomerTrace, MemberTrace, SegmentTrace, ServiceTrace};
