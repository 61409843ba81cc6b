//! Expressions of the tree become checked ones: names are found, types, units and missing values
//! agree. It declares nothing; messages go to the checker, and what is wrong becomes `None`.

mod cycles;

pub(super) use cycles::circles;

use super::checker::{Checker, Constant, Place};
use crate::model::program::{Expr, Layer, Let, LetId, Literal};
use crate::model::types::Type;
use crate::syntax::tree;

impl<'a> Checker<'a> {
    /// Any value.
    pub(super) fn value(&mut self, _tree: &tree::Expr, _place: Place) -> Option<Expr> {
        None
    }

    /// A value brought to a type; may be missing.
    pub(super) fn value_of(
        &mut self,
        _tree: &tree::Expr,
        _ty: &Type,
        _place: Place,
    ) -> Option<Expr> {
        None
    }

    /// A value that is never missing, brought to a type where one is given.
    pub(super) fn definite(
        &mut self,
        _tree: &tree::Expr,
        _ty: Option<&Type>,
        _place: Place,
    ) -> Option<Expr> {
        None
    }

    /// A flag that is never missing.
    pub(super) fn condition(&mut self, _tree: &tree::Expr, _place: Place) -> Option<Expr> {
        None
    }

    /// A constant, computed.
    pub(super) fn constant(&mut self, _tree: &tree::Expr, _ty: Option<&Type>) -> Option<Constant> {
        None
    }

    /// One value of exactly that type.
    pub(super) fn literal(&mut self, _tree: &tree::Expr, _ty: &Type) -> Option<Literal> {
        None
    }

    pub(super) fn activity_actual(
        &mut self,
        _id: crate::model::program::ActivityId,
    ) -> Option<Expr> {
        None
    }
    pub(super) fn activity_worth(
        &mut self,
        _id: crate::model::program::ActivityId,
    ) -> Option<Expr> {
        None
    }
    /// A let, checked on demand.
    pub(super) fn let_(&mut self, _id: LetId) -> Option<&Let> {
        None
    }

    /// The layer of the rightmost thing that an expression names.
    pub(super) fn layer(&self, _expr: &Expr) -> Layer {
        Layer::Customers
    }
}

pub(super) fn children(_: &Expr) -> Vec<&Expr> {
    Vec::new()
}
