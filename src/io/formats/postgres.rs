//! PostgreSQL as a source: an address and a query in, rows out, streamed. The transaction is read
//! only, all values come as the server's own text, and no password is in any message.

use super::Rows;
use super::database::refused;
use crate::base::Diagnostic;
use crate::io::sheet::SheetBuilder;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::Type;
use postgres::{Client, Config, NoTls};
use std::path::Path;
use std::time::Duration;

/// Asks a query; numbers exactly as the server writes them, times in UTC.
pub fn read(address: &str, query: &str, name: &str) -> Result<Rows, Box<Diagnostic>> {
    let wrong = |error: postgres::Error| refused(name, &reason(&error));
    let mut client = configuration(address, name)?
        .connect(NoTls)
        .map_err(wrong)?;
    client
        .batch_execute(
            "SET default_transaction_read_only = on; SET DateStyle = 'ISO'; \
             SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex'",
        )
        .map_err(wrong)?;
    let (headers, kinds) = columns(&mut client, query).map_err(wrong)?;
    if headers.is_empty() {
        return Err(refused(name, "the query gives no columns"));
    }
    let mut transaction = client
        .build_transaction()
        .read_only(true)
        .start()
        .map_err(wrong)?;
    let texts = as_texts(query, &kinds);
    let mut sheet = SheetBuilder::new(headers.len());
    let mut number = 0;
    {
        let none: [&str; 0] = [];
        let mut rows = transaction.query_raw(&texts, none).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            number += 1;
            for (column, kind) in kinds.iter().enumerate() {
                let value: Option<&str> = row.try_get(column).map_err(wrong)?;
                if let Some(text) = value {
                    sheet.set(column, text, is_typed(kind));
                }
            }
            sheet.end_row(number);
            if sheet.is_full() {
                return Err(refused(name, "the answer is larger than 4 GiB"));
            }
        }
    }
    transaction.rollback().map_err(wrong)?;
    Ok(Rows {
        headers,
        header_line: 0,
        sheet: sheet.finish(0),
        form: "PostgreSQL".into(),
    })
}

/// The address, and what it leaves open from the environment as other programs take it.
fn configuration(address: &str, name: &str) -> Result<Config, Box<Diagnostic>> {
    let full = match address.split_once(':') {
        Some((_, rest)) if rest.starts_with("//") => format!("postgres:{rest}"),
        Some((_, rest)) => format!("postgres://{rest}"),
        None => address.into(),
    };
    // The text of this error may hold pieces of the address.
    let mut config: Config = full.parse().map_err(|_| {
        let what = "the address cannot be read: write `postgres://USER@HOST/DATABASE?query=…`";
        refused(name, what)
    })?;
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        match set("PGHOST") {
            Some(host) => config.host(&host),
            None if Path::new("/var/run/postgresql").is_dir() => {
                config.host_path("/var/run/postgresql")
            }
            None => config.host("localhost"),
        };
    }
    if config.get_ports().is_empty()
        && let Some(port) = set("PGPORT").and_then(|port| port.parse().ok())
    {
        config.port(port);
    }
    if let (None, Some(user)) = (config.get_user(), set("PGUSER")) {
        config.user(&user);
    }
    if let (None, Some(password)) = (config.get_password(), set("PGPASSWORD")) {
        config.password(password);
    }
    if let (None, Some(database)) = (config.get_dbname(), set("PGDATABASE")) {
        config.dbname(&database);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    config.application_name("vekt");
    Ok(config)
}

/// The names and types of a query's columns; the query is not run for it.
fn columns(client: &mut Client, query: &str) -> Result<(Vec<String>, Vec<Type>), postgres::Error> {
    let statement = client.prepare(query.trim_end_matches([';', ' ', '\n']))?;
    Ok(statement
        .columns()
        .iter()
        .map(|column| (column.name().to_string(), column.type_().clone()))
        .unzip())
}

/// The same query with all its columns as texts. As a part of another query it cannot end the
/// transaction or change anything.
fn as_texts(query: &str, kinds: &[Type]) -> String {
    let names: Vec<String> = (0..kinds.len()).map(|at| format!("c{at}")).collect();
    let texts: Vec<String> = names
        .iter()
        .zip(kinds)
        .map(|(name, kind)| match *kind {
            Type::MONEY => format!("{name}::numeric::text"),
            _ => format!("{name}::text"),
        })
        .collect();
    format!(
        "SELECT {} FROM (\n{}\n) AS asked ({})",
        texts.join(", "),
        query.trim_end_matches([';', ' ', '\n']),
        names.join(", ")
    )
}

/// Whether the server's texts of a type have one reading only.
fn is_typed(kind: &Type) -> bool {
    matches!(
        *kind,
        Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::NUMERIC
            | Type::FLOAT4
            | Type::FLOAT8
            | Type::MONEY
            | Type::BOOL
            | Type::DATE
            | Type::TIMESTAMP
            | Type::TIMESTAMPTZ
    )
}

/// What the server says, in one line.
fn reason(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().into();
    }
    let cause = std::error::Error::source(error);
    match cause {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
