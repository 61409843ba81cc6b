//! `vekt robust`: how firmly customers stand when weights and boundaries move. It leads from one floor
//! to the next and computes nothing.

pub mod arguments;
mod csv;
mod json;
mod shown;

use super::arguments::DiffFormat;
use super::comparing::{Files, Ran, Runs, Stopped, amount_of, segmentation_of};
use super::loading::{folder_of, load_model};
use super::progress::Progress;
use super::terminal::{Exit, Stream};
use crate::base::Diagnostic;
use crate::diff::{Amount, Side};
use crate::robust::{Report, Shaking, robust as shake};
use arguments::RobustArguments;

/// What was found, ready to be shown.
pub struct Findings<'a> {
    pub arguments: &'a RobustArguments,
    pub ran: &'a Ran,
    pub side: Side<'a>,
    pub segmentation: String,
    pub amount: Option<Amount>,
    pub report: Report,
}

/// A customer who stands less firmly than others: its row and how often it kept its segment.
pub struct Fragile {
    pub row: u32,
    pub kept: u64,
}

impl Findings<'_> {
    /// What a segment is called; of customers without one nothing.
    pub fn segment_name(&self, position: u32) -> &str {
        let segment = self.side.segments.get(position as usize);
        segment.map_or("", |it| it.shown())
    }

    /// Those who did not keep their segment in every draw, the least firm first, of equals those
    /// worth the most.
    pub fn fragile(&self) -> Vec<Fragile> {
        let stability = self.report.stability.iter().enumerate();
        let mut fragile: Vec<Fragile> = stability
            .filter(|(_, it)| it.kept < self.report.draws)
            .map(|(row, it)| Fragile {
                row: row as u32,
                kept: it.kept,
            })
            .collect();
        fragile.sort_by_key(|it| {
            let worth = self.side.amount_of(it.row).unwrap_or(i64::MIN);
            (it.kept, std::cmp::Reverse(worth), it.row)
        });
        fragile
    }
}

/// Runs the command.
pub fn robust(arguments: &RobustArguments, quiet: bool) -> std::io::Result<Exit> {
    let loaded = load_model(&arguments.model, &arguments.model_options);
    let sources = &loaded.sources;
    let progress = Progress::begin(quiet);
    progress.step("reading the data");
    let wrong: Vec<Diagnostic> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error())
        .cloned()
        .collect();
    let worked = match &loaded.program {
        Some(program) => {
            let options = &arguments.data_options;
            let files = Files {
                customers: arguments.data.as_deref(),
                tables: &options.tables,
            };
            let mut runs = Runs::new(options.reading());
            runs.whole(program, files, |span| folder_of(&loaded, span), sources)
        }
        None => Err(Stopped::Usage(wrong)),
    };
    let found = worked.and_then(|ran| {
        let (at, segmentation) = segmentation_of(arguments.segmentation.as_deref(), &ran.program)?;
        let amount = amount_of(arguments.by.as_deref(), &ran)?;
        Ok((ran, at, segmentation, amount))
    });
    let (ran, at, segmentation, amount) = match found {
        Ok(found) => found,
        Err(stopped) => {
            drop(progress);
            let (exit, text) = stopped.told(sources);
            Stream::Errors.write(&text)?;
            return Ok(exit);
        }
    };
    let inputs = &ran.data.inputs;
    let side = Side::of_run(
        &ran.program,
        inputs,
        &ran.outcome,
        Some(&segmentation),
        amount.as_ref(),
    );
    let Some(side) = side else {
        return Ok(Exit::Usage);
    };
    let shaking = Shaking {
        weight: arguments.weight,
        boundary: arguments.boundary,
        spread: arguments.spread,
        draws: arguments.draws,
        seed: arguments.seed,
        reach: arguments.reach,
    };
    let worth = side.amount.as_deref();
    let told = |what: &str| progress.step(what);
    let report = shake(&loaded, &ran.program, inputs, at, worth, &shaking, &told);
    drop(progress);
    let findings = Findings {
        arguments,
        ran: &ran,
        side,
        segmentation,
        amount,
        report,
    };
    match arguments.format {
        DiffFormat::Human => {
            Stream::Output.write(&shown::human(&findings, Stream::Output.width()))?
        }
        DiffFormat::Markdown => {
            Stream::Output.write_result(&[shown::markdown(&findings).into_bytes()])?
        }
        DiffFormat::Json => {
            Stream::Output.write_result(&[json::document(&findings).into_bytes()])?
        }
        DiffFormat::Csv => {
            Stream::Output.write_result(&[csv::customers(&findings).into_bytes()])?
        }
    }
    Ok(Exit::Well)
}

/// Millionths of the whole as a percent.
fn percent_text(part: i64) -> String {
    crate::robust::percent(part.into(), 1_000_000)
}
