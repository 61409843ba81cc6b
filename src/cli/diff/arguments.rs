//! The command line of `vekt diff` as data. Nothing is done here.

use crate::cli::arguments::{DataOptions, ModelOptions, date, table};
use crate::value::Date;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `vekt diff` is given.
#[derive(Clone, Debug, Args)]
pub struct DiffArguments {
    /// OLD NEW [DATA]: two rule files, or `REV:path` of git; MODEL [DATA] with `--scenario` or
    /// `--set`; MODEL OLD-DATA NEW-DATA; OLD NEW OLD-DATA NEW-DATA; RESULT MODEL [DATA].
    #[arg(required = true, num_args = 1..=4, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read a table or a lookup of the old side from this file; `--table` is for both sides.
    #[arg(long = "old-table", value_name = "NAME=FILE", value_parser = table)]
    pub old_tables: Vec<(String, PathBuf)>,
    /// The day of the old side; `--today` is for both.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub old_today: Option<Date>,
    /// The number of the customers that is added up: a field, or a column of the result.
    #[arg(long, value_name = "FIELD")]
    pub by: Option<String>,
    /// The segmentation, where the model has several.
    #[arg(long, value_name = "NAME")]
    pub segmentation: Option<String>,
    /// How many of those who moved are shown.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub names: usize,
    /// Compare the rules alone; no data is read.
    #[arg(long)]
    pub rules_only: bool,
    /// Write bad rows of either side to this file, with every reason, and compare the others.
    #[arg(long, value_name = "FILE", conflicts_with = "rules_only")]
    pub rejects: Option<PathBuf>,
    /// Overwrite a file of rejects that Vekt did not write.
    #[arg(long)]
    pub force: bool,
    /// End with 1 where anything moved.
    #[arg(long)]
    pub exit_code: bool,
    /// How the models are loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// How the comparison is shown.
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
}

/// How `vekt diff` and `vekt robust` show what they found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Human,
    /// For merge requests.
    Markdown,
    /// One object with all of it.
    Json,
    /// One row a customer.
    Csv,
}
