//! The summary of a run as the second sheet of a book: the model, the day, the segments with their
//! customers. Exact numbers only; it writes nothing.

use crate::eval::Outcome;
use crate::io::write::{SummaryCell, SummarySheet};
use crate::model::program::Program;

/// The summary of a run.
pub fn summary_sheet(program: &Program, outcome: &Outcome, labels: bool) -> SummarySheet {
    let text = |text: &str| SummaryCell::Text(text.into());
    let rows = outcome.rows as u64;
    let mut facts = vec![
        vec![text("Model"), text(&program.name)],
        vec![text("Day"), SummaryCell::Text(program.today.to_string())],
    ];
    if let Some(scenario) = &program.scenario {
        facts.push(vec![text("Scenario"), text(scenario)]);
    }
    if let Some(currency) = &program.currency {
        facts.push(vec![text("Currency"), text(currency)]);
    }
    facts.push(vec![text("Customers"), SummaryCell::Count(rows)]);
    let mut blocks = vec![facts];
    for (segmentation, counted) in program.segmentations.iter().zip(&outcome.segmentations) {
        let mut block = vec![vec![
            text(&counted.column),
            text("Customers"),
            text("Share"),
        ]];
        for (segment, count) in segmentation.segments.iter().zip(&counted.counts) {
            let label = segment.label.as_deref().filter(|_| labels);
            block.push(vec![
                text(label.unwrap_or(&segment.name)),
                SummaryCell::Count(*count),
                SummaryCell::Share(share(*count, rows)),
            ]);
        }
        blocks.push(block);
    }
    SummarySheet { blocks }
}

/// A part of a whole, in millionths.
fn share(part: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(part) * 1_000_000 / u128::from(whole.max(1))).unwrap_or(0)
}
