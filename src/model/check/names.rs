//! What a name stands for. Fields, lets, params, axes, tables, activities and teams share one name
//! space with the segmentations; text columns are found after them. Nothing is checked here beyond
//! a name standing for two things.

use super::checker::Checker;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    ActivityId, AxisId, FieldId, LetId, ParamId, SegmentationId, TableId, TeamId, TextId,
};
use crate::syntax::tree::Name;
use ahash::AHashMap;

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
    /// Declared, but wrong: its messages are out, and whoever uses it says nothing more.
    Broken,
}

impl Symbol {
    /// What it is, in messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Symbol::Field(_) => "a field of the customers",
            Symbol::Let(_) => "a let",
            Symbol::Param(_) => "a param",
            Symbol::Axis(_) => "an axis",
            Symbol::Table(_) => "a table",
            Symbol::Activity(_) => "an activity",
            Symbol::Team(_) => "a team",
            Symbol::Segmentation(_) => "a segmentation",
            Symbol::TextColumn(_) => "a text of the services",
            Symbol::Broken => "something else",
        }
    }
}

/// All names of the shared name space with what they stand for and where they were declared.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    symbols: AHashMap<String, (Symbol, Span)>,
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

    /// Marks a name as declared, but wrong.
    pub(super) fn mark_broken(&mut self, name: &str) {
        if let Some((symbol, _)) = self.symbols.get_mut(name) {
            *symbol = Symbol::Broken;
        }
    }

    /// What a name stands for.
    pub(super) fn get(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).map(|(symbol, _)| *symbol)
    }

    /// Where a name is declared.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.symbols.get(name).map(|(_, span)| *span)
    }

    /// All names, for suggestions, in alphabetical order.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.symbols.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

impl Checker<'_> {
    /// Enters every name of the assembly, so that declarations may stand in any order.
    pub(super) fn declare_names(&mut self) {
        let assembly = self.assembly;
        if let Some(customers) = &assembly.customers {
            for (at, field) in customers.fields.iter().enumerate() {
                self.declare(&field.name, Symbol::Field(FieldId(at)));
            }
        }
        for (at, table) in assembly.tables.iter().enumerate() {
            if table.name.value == "customers" {
                self.report(
                    Diagnostic::error("name-taken", "a table cannot be called `customers`")
                        .at(table.name.span, "the word of the customers themselves")
                        .help("give the table another name"),
                );
            }
            self.declare(&table.name, Symbol::Table(TableId(at)));
        }
        for (at, param) in assembly.params.iter().enumerate() {
            self.declare(&param.name, Symbol::Param(ParamId(at)));
        }
        for (at, let_) in assembly.lets.iter().enumerate() {
            self.declare(&let_.name, Symbol::Let(LetId(at)));
        }
        for (at, axis) in assembly.axes.iter().enumerate() {
            self.declare(&axis.name, Symbol::Axis(AxisId(at)));
        }
        for (at, activity) in assembly.activities.iter().enumerate() {
            self.declare(&activity.name, Symbol::Activity(ActivityId(at)));
        }
        for (at, team) in assembly.teams.iter().enumerate() {
            self.declare(&team.name, Symbol::Team(TeamId(at)));
        }
        for (at, segments) in assembly.segmentations.iter().enumerate() {
            if let Some(name) = &segments.name {
                self.declare(name, Symbol::Segmentation(SegmentationId(at)));
            }
        }
        self.declare_results();
    }

    /// The names of results that a model has by itself are not free for others.
    fn declare_results(&mut self) {
        let assembly = self.assembly;
        let decides = !assembly.segmentations.is_empty() || !assembly.excludes.is_empty();
        let serves = !assembly.services.is_empty();
        let unnamed = assembly
            .segmentations
            .iter()
            .position(|segments| segments.name.is_none());
        let results = [
            (
                "segment",
                unnamed.is_some(),
                "the result of `segments`, which has no name of its own",
            ),
            (
                "overridden",
                decides,
                "whether an override moved a customer",
            ),
            ("decided_by", decides, "what decided a customer's segment"),
            ("cost_to_serve", serves, "what serving a customer costs"),
        ];
        for (name, exists, meaning) in results {
            let (Some(symbol), Some(span)) = (self.names.get(name), self.names.place(name)) else {
                continue;
            };
            if exists {
                let mut message = Diagnostic::error(
                    "name-of-result",
                    format!("`{name}` is {} and also {meaning}", symbol.kind()),
                )
                .at(span, "declared here");
                if let Some(segments) = unnamed
                    .filter(|_| name == "segment")
                    .and_then(|at| assembly.segmentations.get(at))
                {
                    message = message.at(segments.span, "the result is called `segment`");
                }
                self.report(message.help(format!(
                    "another name is needed here; a column of a file keeps its header with `from \"{name}\"`"
                )));
            }
        }
        if let (Some(at), None) = (unnamed, self.names.get("segment"))
            && let Some(segments) = assembly.segmentations.get(at)
        {
            let symbol = Symbol::Segmentation(SegmentationId(at));
            // It is free: looked up in the line above.
            let _ = self.names.declare("segment", symbol, segments.span);
        }
        self.warn_of_owner();
        if let Some(team) = assembly
            .teams
            .iter()
            .find(|team| team.name.value == "owner")
        {
            self.report(
                Diagnostic::error("name-of-result", "a team cannot be called `owner`")
                    .at(team.name.span, "the word for the team that owns a customer")
                    .help("give the team another name"),
            );
        }
    }

    /// Columns of CRM systems are often called `owner`; the name may stay, but it means the field.
    fn warn_of_owner(&mut self) {
        let serves = !self.assembly.services.is_empty();
        let (Some(symbol), Some(span)) = (self.names.get("owner"), self.names.place("owner"))
        else {
            return;
        };
        if serves && !matches!(symbol, Symbol::Team(_)) {
            self.report(
                Diagnostic::warning(
                    "owner-hidden",
                    format!(
                        "`owner` is {} here, not the team that owns a customer",
                        symbol.kind()
                    ),
                )
                .at(span, "declared here")
                .help("with another name for it, `owner` is the team: `account_owner text from \"owner\"`"),
            );
        }
    }

    fn declare(&mut self, name: &Name, symbol: Symbol) {
        let Err(there) = self.names.declare(&name.value, symbol, name.span) else {
            return;
        };
        let before = self.names.get(&name.value).unwrap_or(Symbol::Broken);
        let message = if before.kind() == symbol.kind() {
            format!("`{}` is declared twice", name.value)
        } else {
            format!(
                "`{}` is {} and also {}",
                name.value,
                before.kind(),
                symbol.kind()
            )
        };
        self.report(
            Diagnostic::error("name-taken", message)
                .at(name.span, "declared again")
                .at(there, "declared first")
                .help(
                    "fields, lets, params, axes, tables, activities and teams share one name \
                     space: rename one of the two",
                ),
        );
    }
}
