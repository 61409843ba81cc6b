//! The command line of `vekt robust` as data. Nothing is done here.

use crate::cli::arguments::{DataOptions, DiffFormat, ModelOptions};
use crate::value::Decimal;
use clap::Args;
use std::path::PathBuf;

/// What `vekt robust` is given.
#[derive(Clone, Debug, Args)]
pub struct RobustArguments {
    /// The rule file.
    pub model: PathBuf,
    /// The file of the customers; `-` is standard input.
    pub data: Option<PathBuf>,
    /// By how much of itself each weight is moved, and each boundary that is no score.
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "10%")]
    pub weight: i64,
    /// By how many points each boundary on a score is moved.
    #[arg(long, value_name = "POINTS", value_parser = points, default_value = "0.25")]
    pub boundary: i64,
    /// How far weights stray in the simulation: the standard deviation of a weight of 50%.
    #[arg(long, value_name = "PERCENT", value_parser = percent, default_value = "5%")]
    pub spread: i64,
    /// How often all weights are drawn.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub draws: u64,
    /// The seed of the draws; the same seed gives the same result everywhere.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// For how many of the most important customers the smallest weight change is searched.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub reach: usize,
    /// How many customers are shown by name.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub names: usize,
    /// The number of the customers that is added up: a field, or a column of the result.
    #[arg(long, value_name = "FIELD")]
    pub by: Option<String>,
    /// The segmentation, where the model has several.
    #[arg(long, value_name = "NAME")]
    pub segmentation: Option<String>,
    /// How the model is loaded.
    #[command(flatten)]
    pub model_options: ModelOptions,
    /// How data is read.
    #[command(flatten)]
    pub data_options: DataOptions,
    /// How the findings are shown.
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
}

/// A percent between 0 and 100, in millionths.
fn percent(text: &str) -> Result<i64, String> {
    let wrong = || "expected a percent between 0% and 50%, such as 10%".to_owned();
    let digits = text.trim().strip_suffix('%').ok_or_else(wrong)?;
    let value = Decimal::parse(digits.trim_end(), -2).ok_or_else(wrong)?;
    (value.0 >= 0 && value.0 <= 500_000)
        .then_some(value.0)
        .ok_or_else(wrong)
}

/// Points of a score, in millionths.
fn points(text: &str) -> Result<i64, String> {
    let value = Decimal::parse(text.trim(), 0);
    value
        .map(|it| it.0)
        .ok_or_else(|| "expected points, such as 0.25".to_owned())
}
