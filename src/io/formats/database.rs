//! Databases as sources: which one a text names, the file or address and the query in it.
//! Passwords are in no name that is shown.

use super::Rows;
use crate::base::Diagnostic;
use std::path::{Path, PathBuf};

/// What a query is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Engine {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A server of PostgreSQL, by its address.
    Postgres(String),
}

/// A query and the database that it is asked of.
#[derive(Clone, PartialEq, Eq)]
pub struct Database {
    engine: Engine,
    query: String,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name())
    }
}

impl Database {
    /// The database that a text such as `sqlite:crm.db?SELECT …` or
    /// `postgres://user@host/db?query=SELECT …` names; `None` where it names none. A file is
    /// looked for in that folder.
    pub fn recognise(text: &str, folder: &Path) -> Option<Database> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let (file, query) = rest.split_once('?').unwrap_or((rest, ""));
            let query = query.strip_prefix("query=").unwrap_or(query);
            return Some(Database {
                engine: Engine::Sqlite(folder.join(file)),
                query: query.trim().into(),
            });
        }
        let is_postgres = ["postgres:", "postgresql:"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        if !is_postgres {
            return None;
        }
        let at = text.find("?query=").or_else(|| text.find("&query="));
        let (address, query) = match at {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let query = query.get("?query=".len()..).unwrap_or_default();
        Some(Database {
            engine: Engine::Postgres(address.into()),
            query: query.trim().into(),
        })
    }

    /// The name that people know it by, without a password.
    pub fn name(&self) -> String {
        match &self.engine {
            Engine::Sqlite(file) => format!("sqlite:{}?{}", file.display(), self.query),
            Engine::Postgres(address) => format!("{}?query={}", shown(address), self.query),
        }
    }

    /// The file that is read, where it is one.
    pub fn path(&self) -> Option<&PathBuf> {
        match &self.engine {
            Engine::Sqlite(file) => Some(file),
            Engine::Postgres(_) => None,
        }
    }

    /// Asks the query; all its rows.
    pub fn read(&self) -> Result<Rows, Box<Diagnostic>> {
        if self.query.is_empty() {
            let (name, example) = match &self.engine {
                Engine::Sqlite(file) => (
                    format!("sqlite:{}", file.display()),
                    "sqlite:FILE?SELECT … FROM …",
                ),
                Engine::Postgres(address) => (
                    shown(address),
                    "postgres://USER@HOST/DATABASE?query=SELECT … FROM …",
                ),
            };
            let message = format!("`{name}` names a database and no query");
            return Err(Diagnostic::error("no-query", message)
                .help(format!(
                    "write `{example}`, or a table's name for the query"
                ))
                .into());
        }
        let query = whole_table(&self.query).unwrap_or_else(|| self.query.clone());
        match &self.engine {
            Engine::Sqlite(file) => super::sqlite::read(file, &query, &self.name()),
            Engine::Postgres(address) => super::postgres::read(address, &query, &self.name()),
        }
    }
}

/// The query for a table by its name alone; `None` for anything else.
fn whole_table(query: &str) -> Option<String> {
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    if !query.split('.').all(is_name) {
        return None;
    }
    let parts: Vec<String> = query.split('.').map(|it| format!("\"{it}\"")).collect();
    Some(format!("SELECT * FROM {}", parts.join(".")))
}

/// An address without its password and settings.
fn shown(address: &str) -> String {
    let address = address.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = address.split_once("//") else {
        return address.into();
    };
    // INVARIANT: the last `@` ends the user and the password, which may hold others.
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{user}@{host}")
        }
        None => rest.into(),
    };
    format!("{scheme}//{rest}")
}

/// A message about a database that did not answer as it should.
pub(super) fn refused(name: &str, reason: &str) -> Box<Diagnostic> {
    Diagnostic::error("cannot-query", format!("`{name}`: {reason}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(text: &str) -> Database {
        Database::recognise(text, Path::new("/data")).expect("a database")
    }

    #[test]
    fn texts_name_databases_and_hide_passwords() {
        let sqlite = database("sqlite:crm.db?SELECT * FROM c WHERE x LIKE '%?%'");
        assert_eq!(sqlite.query, "SELECT * FROM c WHERE x LIKE '%?%'");
        assert_eq!(sqlite.path(), Some(&PathBuf::from("/data/crm.db")));
        let url = "postgres://me:p@ss:w@host:5433/db?sslmode=disable&password=x&query=SELECT 1";
        let postgres = database(url);
        assert_eq!(postgres.query, "SELECT 1");
        assert_eq!(postgres.name(), "postgres://me@host:5433/db?query=SELECT 1");
        assert_eq!(format!("{postgres:?}"), postgres.name());
        assert_eq!(
            database("postgresql:///db?query=customers").query,
            "customers"
        );
        for text in ["customers.csv", "C:\\data.csv", "-", "http://x/y.csv"] {
            assert_eq!(Database::recognise(text, Path::new("")), None, "{text}");
        }
    }

    #[test]
    fn a_name_alone_is_all_of_a_table() {
        let query = |text| whole_table(text).unwrap_or_default();
        assert_eq!(query("customers"), "SELECT * FROM \"customers\"");
        assert_eq!(query("crm.Kunder_2"), "SELECT * FROM \"crm\".\"Kunder_2\"");
        assert_eq!(query("SELECT 1"), "");
        assert_eq!(query("a;b"), "");
    }
}
