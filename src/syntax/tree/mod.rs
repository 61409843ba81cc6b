//! The tree: a rule file as it was written, every node with its place.
//! Unchecked: names are names, numbers are their text. It knows no types, no values and no pest.

mod axis;
mod dataset;
mod declaration;
mod expression;
mod segments;
mod service;

pub use axis::*;
pub use dataset::*;
pub use declaration::*;
pub use expression::*;
pub use segments::*;
pub use service::*;

use crate::base::{Span, Spanned};

/// An identifier.
pub type Name = Spanned<String>;

/// A quoted text, without its quotes and with `\"` and `\\` resolved.
pub type Text = Spanned<String>;

/// Names joined by points: `attractiveness.finance.margin`. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The names in order.
    pub names: Vec<Name>,
    /// From the first name to the last.
    pub span: Span,
}

impl Path {
    /// As it is written: names joined by points.
    pub fn text(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(|name| name.value.as_str()).collect();
        names.join(".")
    }
}

/// A rule file. Declarations that could not be read are left out; their messages are not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// The declarations in the order of the file.
    pub declarations: Vec<Declaration>,
}
