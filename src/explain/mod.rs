//! Floor 7: a model, its data and a customer → why the customer is where it is, and what would move
//! it. Plain data, and texts made of it; no file is read, nothing printed.
//!
//! The door is [`Bench`]: made once for the customers that are asked about, it tells of each.

mod axis;
mod bench;
mod condition;
mod document;
mod fraction;
mod human;
mod markdown;
mod probes;
mod search;
mod segment;
mod service;
mod sheet;
mod story;
mod teller;
mod value;

pub use bench::{Bench, Unknown, find};
pub use document::{document, rows};
pub use fraction::Fraction;
pub use human::human;
pub use markdown::markdown;
pub use sheet::{Ink, Paint, plain};
pub use story::*;
pub use value::{Value, grouped};
