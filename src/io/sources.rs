//! Which file belongs to what: the command line first, then what the rule files name. It opens
//! nothing.

use super::files::Location;
use crate::base::{Diagnostic, Span, suggest};
use crate::model::program::{Dataset, LookupValues, Program};
use std::path::PathBuf;

/// Where the data of a program comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The customers.
    pub customers: Location,
    /// The tables in the order of the program.
    pub tables: Vec<Location>,
    /// The lookups in the order of the program; `None` for those of the rule file.
    pub lookups: Vec<Option<Location>>,
}

impl Sources {
    /// Chooses the files: those of the command line first, else those that the rule files name,
    /// which lie in the folder of the source that names them.
    pub fn choose(
        program: &Program,
        folder: impl Fn(Span) -> PathBuf,
        customers: Option<Location>,
        tables: &[(String, PathBuf)],
    ) -> Result<Sources, Vec<Diagnostic>> {
        let mut wrong = unknown_tables(program, tables);
        let named = |name: &str| {
            tables
                .iter()
                .rev()
                .find(|(table, _)| table == name)
                .map(|(_, path)| Location::new(path))
        };
        let declared = |dataset: &Dataset| {
            let from = dataset.from.as_ref()?;
            Some(Location::named(&from.value, &folder(from.span)))
        };
        let mut choose = |dataset: &Dataset, given: Option<Location>, help: String| {
            let found = given
                .or_else(|| named(&dataset.name))
                .or_else(|| declared(dataset));
            if found.is_none() {
                wrong.push(
                    Diagnostic::error("no-data-file", format!("no file for `{}`", dataset.name))
                        .at(dataset.span, "names no file")
                        .help(help),
                );
            }
            found
        };
        let found_customers = choose(
            &program.customers,
            customers,
            "name the file of the customers after the rule file".into(),
        );
        let found_tables: Vec<Option<Location>> = program
            .tables
            .iter()
            .map(|table| {
                let help = format!("name it with `--table {}=FILE`", table.name);
                choose(table, None, help)
            })
            .collect();
        let lookups = program
            .lookups
            .iter()
            .map(|lookup| match &lookup.values {
                LookupValues::Inline { .. } => None,
                LookupValues::File { from, .. } => Some(
                    named(&lookup.name)
                        .unwrap_or_else(|| Location::named(&from.value, &folder(from.span))),
                ),
            })
            .collect();
        match found_customers {
            Some(customers) if wrong.is_empty() => Ok(Sources {
                customers,
                tables: found_tables.into_iter().flatten().collect(),
                lookups,
            }),
            _ => Err(wrong),
        }
    }

    /// All places that are read.
    pub fn locations(&mut self) -> impl Iterator<Item = &mut Location> {
        std::iter::once(&mut self.customers)
            .chain(&mut self.tables)
            .chain(self.lookups.iter_mut().flatten())
    }

    /// All files that are read.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        std::iter::once(&self.customers)
            .chain(&self.tables)
            .chain(self.lookups.iter().flatten())
            .filter_map(Location::path)
    }
}

/// Names of `--table` that the model does not know.
fn unknown_tables(program: &Program, tables: &[(String, PathBuf)]) -> Vec<Diagnostic> {
    let mut known: Vec<&str> = vec![&program.customers.name];
    known.extend(program.tables.iter().map(|table| table.name.as_str()));
    known.extend(
        program
            .lookups
            .iter()
            .filter(|lookup| matches!(lookup.values, LookupValues::File { .. }))
            .map(|lookup| lookup.name.as_str()),
    );
    tables
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, _)| {
            let near = suggest::nearest(name, known.iter().copied());
            Diagnostic::error("unknown-table", format!("the model has no table `{name}`"))
                .help_maybe(near.map(|near| format!("the nearest is `{near}`")))
        })
        .collect()
}
