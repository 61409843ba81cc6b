//! What a name stands for. Fields, lets, params, axes, tables, activities and teams share one name
//! space; segmentations and text columns are found after them.

use crate::base::Span;
use crate::model::program::{
    ActivityId, AxisId, FieldId, LetId, ParamId, SegmentationId, TableId, TeamId, TextId,
};
use std::collections::HashMap;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Field(FieldId),
    Let(LetId),
    Param(ParamId),
    Axis(AxisId),
    Table(TableId),
    Activity(ActivityId),
    Team(TeamId),
    Segmentation(SegmentationId),
    TextColumn(TextId),
}

/// All names of the shared name space with what they stand for and where they were declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    symbols: HashMap<String, (Symbol, Span)>,
}

impl Names {
    /// Adds a name; gives the place of the one that is there already.
    pub(super) fn declare(&mut self, name: &str, symbol: Symbol, span: Span) -> Result<(), Span> {
        if let Some((_, there)) = self.symbols.get(name) {
            return Err(*there);
        }
        self.symbols.insert(name.to_owned(), (symbol, span));
        Ok(())
    }

    /// What a name stands for.
    pub(super) fn get(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).map(|(symbol, _)| *symbol)
    }

    /// All names, for suggestions, in alphabetical order.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.symbols.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}
