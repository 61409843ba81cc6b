//! What was recognised in a file of data, column by column, for `vekt check --data` and `-v`.

use super::render::clean_line;
use super::table::{Table, people_count, people_share};
use super::terminal::Stream;
use crate::io::dataset::{FieldReport, FileReport};
use crate::io::sheet::PassedRow;
use crate::io::{DayOrder, Mark};
use crate::value::decimal::wide_text;

/// How much of a passed row is shown.
const SHOWN: usize = 60;

/// What was recognised in a file: how it is written, what was passed over, each column.
pub fn recognised(report: &FileReport) -> String {
    let mut table = Table::new(&["field", "column", "read with", "missing>", ""]);
    for field in &report.fields {
        let missing = match field.missing {
            0 => String::new(),
            count => people_share(count as i128, report.rows as i128),
        };
        let rounded = match field.rounded {
            0 => String::new(),
            count => format!("{} rounded at six decimals", people_count(count)),
        };
        table.row(vec![
            field.field.clone(),
            field.header.trim().to_string(),
            field.style.clone(),
            missing,
            rounded,
        ]);
    }
    let mut notes = String::new();
    for (count, what) in [
        (report.blank_rows, "blank and passed over"),
        (report.nobodys, "of nobody"),
    ] {
        if count > 0 {
            notes.push_str(&format!(", {} {what}", people_count(count)));
        }
    }
    let above = passed(&report.above, "above the header");
    let below = passed(&report.footer, "below the rows") + &totals(report);
    format!(
        "{}: {} rows of {}{notes}, {}\n{above}{below}{}",
        clean_line(&report.file),
        people_count(report.rows),
        report.dataset,
        report.form,
        table.lines(Stream::Output.width())
    )
}

/// Rows that are neither header nor data.
pub fn passed(rows: &[PassedRow], place: &str) -> String {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return String::new();
    };
    let lines = if rows.len() == 1 {
        format!("line {}", first.line)
    } else {
        format!("{} rows, lines {} to {}", rows.len(), first.line, last.line)
    };
    let text: String = first.text.chars().take(SHOWN).collect();
    format!("  passed over {place}: {lines}: {}\n", clean_line(&text))
}

/// The totals that a file states, beside what its rows add up to.
pub fn totals(report: &FileReport) -> String {
    let said = report.totals.iter().map(|total| {
        let place = format!("line {}: the total of `{}`", total.line, total.column);
        let stated = wide_text(total.stated);
        let said = match total.holds() {
            true => format!("{place}, {stated}, is what the rows add up to"),
            false => format!(
                "{place} is {stated}, but the rows add up to {}: has every row come along?",
                wide_text(total.read)
            ),
        };
        format!("  {}\n", clean_line(&said))
    });
    said.collect()
}

/// How a column was read, where the file had a choice.
pub fn reading(field: &FieldReport) -> &'static str {
    let mark = field.decimal.map(|mark| match mark {
        Mark::Point => "decimal point",
        Mark::Comma => "decimal comma",
    });
    let order = field.dates.map(|order| match order {
        DayOrder::DayFirst => "the day first",
        DayOrder::MonthFirst => "the month first",
    });
    mark.or(order).unwrap_or("")
}
