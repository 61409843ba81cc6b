//! The command line: commands and options as data, read by clap. Nothing is done here.

pub use super::diff::arguments::{DiffArguments, DiffFormat};
pub use super::robust::arguments::RobustArguments;
use crate::io::write::Style;
use crate::io::{DayOrder, Encoding, Mark, ReadOptions};
use crate::value::Date;
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Decides which customers matter most and how each is served.
#[derive(Clone, Debug, Parser)]
#[command(name = "vekt", version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command is told.
    #[command(flatten)]
    pub of_all: OfAll,
}

/// What every command is told.
#[derive(Clone, Copy, Debug, Args)]
pub struct OfAll {
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Say only what is wrong.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

impl Arguments {
    /// Reads a command line, the first word of which is the name of the program.
    pub fn read(words: &[OsString]) -> Result<Arguments, clap::Error> {
        match Arguments::of_a_run(words) {
            Some(arguments) => Ok(arguments),
            None => Arguments::try_parse_from(words),
        }
    }

    /// A run that is well said. To describe all other commands, for help and for messages, takes longer than
    /// to load a small model.
    fn of_a_run(words: &[OsString]) -> Option<Arguments> {
        words.iter().find(|word| *word == "run")?;
        let run = RunArguments::augment_args(clap::Command::new("run"));
        let all = OfAll::augment_args(clap::Command::new("vekt"));
        let all = all.subcommand_required(true).subcommand(run);
        let found = all.try_get_matches_from(words).ok()?;
        let (_, of_run) = found.subcommand()?;
        Some(Arguments {
            command: Command::Run(RunArguments::from_arg_matches(of_run).ok()?),
            of_all: OfAll::from_arg_matches(&found).ok()?,
        })
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Apply a model to customers.
    Run(RunArguments),
    /// Look for what is wrong in rule files, and in data.
    Check(CheckArguments),
    /// Run the tests of rule files.
    Test(TestArguments),
    /// Try changes of a model on its customers, and ask what they do.
    Repl(super::repl::ReplArguments),
    /// Say what changed in the rules, and whom it moves.
    Diff(DiffArguments),
    /// Say how firmly customers stand when weights and boundaries move.
    Robust(RobustArguments),
    /// Say why customers are where they are, and what would move them.
    Explain(ExplainArguments),
    /// Say a whole model as a memo to sign.
    Read(ReadArguments),
    /// Lay rule files out in the one way they are laid out.
    Fmt(FmtArguments),
    /// Make a working starter folder.
    New(NewArguments),
    /// Say what a message means.
    Errors(ErrorsArguments),
}

/// What `vekt run` is given.
#[derive(Clone, Debug, Args)]
pub struct RunArguments {
    /// The rule file.
    pub model: PathBuf,
    /// The file of the customers; `-` is standard input.
    pub data: Option<PathBuf>,
    /// Where to write the result.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What a CSV result is for: separator, decimal mark and byte-order mark go by it.
    #[arg(long, value_enum, default_value_t = CsvFor::Plain)]
    pub csv_for: CsvFor,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// Write bad rows to this file, with every reason, and go on with the others.
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Overwrite files that Vekt did not write.
    #[arg(long)]
    pub force: bool,
    /// Say what was recognised in the data, column by column.
    #[arg(long, short)]
    pub verbose: bool,
    /// Write labels instead of names.
    #[arg(long)]
    pub labels: bool,
    /// What to show: a summary, or the result itself.
    #[arg(long, value_enum)]
    pub format: Option<RunFormat>,
    /// Say on standard error how long each phase took.
    #[arg(long)]
    pub timings: bool,
}

/// What a CSV result is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CsvFor {
    /// Programs: commas, decimal points.
    Plain,
    /// Excel in Norwegian: semicolons, decimal commas.
    ExcelNb,
    /// Excel in Swedish: semicolons, decimal commas.
    ExcelSv,
    /// Excel in Finnish: semicolons, decimal commas.
    ExcelFi,
}

impl CsvFor {
    /// How the text is written.
    pub fn style(self) -> Style {
        match self {
            CsvFor::Plain => Style::PLAIN,
            CsvFor::ExcelNb | CsvFor::ExcelSv | CsvFor::ExcelFi => Style::NORDIC,
        }
    }
}

/// What `vekt run` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RunFormat {
    /// A summary and the first rows.
    Human,
    /// The result.
    Csv,
    /// The result as JSON lines.
    Jsonl,
}

/// How a model is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct ModelOptions {
    /// Give a param another value.
    #[arg(long = "set", value_name = "PARAM=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Apply a scenario of the model.
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// The day of the run.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,
}

/// How data is read.
#[derive(Clone, Debug, Default, Args)]
pub struct DataOptions {
    /// Read a table or a lookup from this file.
    #[arg(long = "table", value_name = "NAME=FILE", value_parser = table)]
    pub tables: Vec<(String, PathBuf)>,
    /// The decimal mark, where a column can be read with either.
    #[arg(long, value_enum)]
    pub decimal: Option<DecimalMark>,
    /// The order of dates, where a column can be read in either.
    #[arg(long, value_enum)]
    pub dates: Option<DateOrder>,
    /// What separates cells: a character, or `comma`, `semicolon`, `tab`, `pipe`.
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    pub separator: Option<u8>,
    /// The sheet of a book, of the customers' or of a table's.
    #[arg(long = "sheet", value_name = "[TABLE=]NAME")]
    pub sheets: Vec<String>,
    /// The encoding of CSV files without a byte-order mark.
    #[arg(long, value_enum)]
    pub encoding: Option<FileEncoding>,
    /// The line of the header in the file of the customers.
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_row: Option<u64>,
    /// How many rows at the end of the file of the customers are no customers.
    #[arg(long, value_name = "ROWS")]
    pub skip_footer: Option<usize>,
}

impl DataOptions {
    /// What they say to the reader.
    pub fn reading(&self) -> ReadOptions {
        ReadOptions {
            decimal: self.decimal.map(|mark| match mark {
                DecimalMark::Comma => Mark::Comma,
                DecimalMark::Point => Mark::Point,
            }),
            dates: self.dates.map(|order| match order {
                DateOrder::Dmy => DayOrder::DayFirst,
                DateOrder::Mdy => DayOrder::MonthFirst,
            }),
            separator: self.separator,
            sheets: self
                .sheets
                .iter()
                .map(|text| match text.split_once('=') {
                    Some((table, sheet)) => (Some(table.trim().into()), sheet.trim().into()),
                    None => (None, text.clone()),
                })
                .collect(),
            encoding: self.encoding.map(|encoding| match encoding {
                FileEncoding::Utf8 => Encoding::Utf8,
                FileEncoding::Utf16Le => Encoding::Utf16Le,
                FileEncoding::Utf16Be => Encoding::Utf16Be,
                FileEncoding::Windows1252 => Encoding::Windows1252,
            }),
            header_row: self.header_row,
            skip_footer: self.skip_footer,
            ..ReadOptions::default()
        }
    }
}

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileEncoding {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first
    #[value(name = "utf-16be")]
    Utf16Be,
    /// Windows-1252, western Windows
    #[value(name = "windows-1252")]
    Windows1252,
}

/// The decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DecimalMark {
    /// 1234,5
    Comma,
    /// 1234.5
    Point,
}

/// The order of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    /// The day first.
    Dmy,
    /// The month first.
    Mdy,
}

/// What `vekt check` is given.
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// The rule files.
    #[arg(required = true)]
    pub models: Vec<PathBuf>,
    /// Read these customers too; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// How findings are shown.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Make an error of a warning; `warnings` are all of them.
    #[arg(long, value_name = "CODE")]
    pub deny: Vec<String>,
    /// Leave out a finding.
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

/// How `vekt check` shows its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the source underlined.
    Human,
    /// One line each: file:line:column.
    Short,
    /// One object with all of them.
    Json,
    /// SARIF 2.1.0, which code hosts and editors read.
    Sarif,
    /// Annotations of GitHub's runners.
    Github,
    /// The XML that build servers read.
    Junit,
}

/// What `vekt test` is given.
#[derive(Clone, Debug, Args)]
pub struct TestArguments {
    /// The rule files.
    #[arg(required = true)]
    pub models: Vec<PathBuf>,
    /// Run a table of customers with expected columns too; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub cases: Vec<PathBuf>,
    /// Only the tests whose names hold this text.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Write tests for what none reaches.
    #[arg(long)]
    pub missing: bool,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// How the outcome is shown.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
}

/// How `vekt test` shows the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// What failed with all its values, and what is covered.
    Human,
    /// One line each: file:line: name.
    Short,
    /// One object with all of it.
    Json,
    /// The XML that build servers read.
    Junit,
}

/// What `vekt explain` is given.
#[derive(Clone, Debug, Args)]
pub struct ExplainArguments {
    /// The rule file.
    pub model: PathBuf,
    /// The file of the customers; `-` is standard input.
    pub data: PathBuf,
    /// The keys of the customers.
    #[arg(required_unless_present = "all")]
    pub keys: Vec<String>,
    /// Explain every customer.
    #[arg(long, conflicts_with = "keys")]
    pub all: bool,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// How the explanation is shown.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    pub format: ExplainFormat,
}

/// What `vekt read` is given.
#[derive(Clone, Debug, Args)]
pub struct ReadArguments {
    /// The rule file.
    pub model: PathBuf,
    /// The language of the sentences.
    #[arg(long, value_enum, default_value_t = MemoLanguage::En)]
    pub lang: MemoLanguage,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How the memo is shown.
    #[arg(long, value_enum, default_value_t = ReadFormat::Human)]
    pub format: ReadFormat,
}

/// The language of a memo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MemoLanguage {
    /// English
    En,
    /// Norwegian bokmål
    Nb,
    /// Swedish
    Sv,
    /// Finnish
    Fi,
}

/// How `vekt read` shows the memo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReadFormat {
    /// Plain text.
    Human,
    /// Markdown, with tables.
    Markdown,
}

/// How `vekt explain` shows its explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// As people read it.
    Human,
    /// A page for each customer.
    Markdown,
    /// One object with all of it.
    Json,
    /// A row for each criterion of each customer.
    Csv,
}

/// What `vekt fmt` is given.
#[derive(Clone, Debug, Args)]
pub struct FmtArguments {
    /// The rule files; `-` is standard input, which goes to standard output.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Write nothing; end with 1 where a file would change.
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would change, and end with 1 if anything would.
    #[arg(long)]
    pub diff: bool,
}

/// What `vekt new` is given.
#[derive(Clone, Debug, Args)]
pub struct NewArguments {
    /// The folder to make.
    #[arg(required_unless_present = "list")]
    pub folder: Option<PathBuf>,
    /// What to start from.
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// Show the templates.
    #[arg(long)]
    pub list: bool,
}

/// What `vekt errors` is given.
#[derive(Clone, Debug, Args)]
pub struct ErrorsArguments {
    /// The code of the message; without it all codes are listed.
    pub code: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().into(), value.trim().into()))
        }
        _ => Err("expected NAME=VALUE".into()),
    }
}

/// A name and the file that is read for it.
pub(super) fn table(text: &str) -> Result<(String, PathBuf), String> {
    pair(text)
        .map(|(name, file)| (name, file.into()))
        .map_err(|_| "expected NAME=FILE".into())
}

/// A day.
pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "expected a date such as 2026-11-21".into())
}

fn separator(text: &str) -> Result<u8, String> {
    match text {
        "comma" => return Ok(b','),
        "semicolon" => return Ok(b';'),
        "tab" | "\\t" => return Ok(b'\t'),
        "pipe" => return Ok(b'|'),
        _ => {}
    }
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n".contains(byte) => {
            Ok(*byte)
        }
        _ => Err("expected one character, or comma, semicolon, tab or pipe".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_is_well_said_is_read_as_among_all_commands() {
        let read = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let quickly = Arguments::of_a_run(&words).map(|it| format!("{it:?}"));
            let among_all = Arguments::try_parse_from(&words).map(|it| format!("{it:?}"));
            if quickly.is_some() {
                assert_eq!(quickly, among_all.ok(), "{line}");
            }
            quickly.is_some()
        };
        for line in [
            "vekt run m.vekt",
            "vekt run m.vekt d.csv -o out.csv --timings",
            "vekt -q --color never run m.vekt - --labels",
            "vekt run -q m.vekt d.csv --color=always --set a=1 --set b=x --table t=f.csv",
            "vekt run m.vekt --scenario s --today 2026-01-31 --format jsonl --csv-for excel-nb",
            "vekt run run run",
        ] {
            assert!(read(line), "{line}");
        }
        for line in [
            "vekt",
            "vekt run",
            "vekt run --help",
            "vekt run m.vekt d.csv e.csv",
            "vekt run m.vekt --what",
            "vekt run m.vekt --color blue",
            "vekt --version run",
            "vekt check run",
            "vekt help run",
        ] {
            assert!(!read(line), "{line}");
        }
    }
}
