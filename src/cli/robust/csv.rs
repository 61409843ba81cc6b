//! Every customer's stability as separated text, one row a customer.

use super::Findings;
use crate::cli::comparing::cell;
use crate::robust::OUT;
use crate::value::Decimal;
use crate::value::decimal::wide_text;

/// The header of the rows.
const HEADER: &str = "customer,name,segment,kept,draws,other,axis,score,line,amount";

/// All customers, in the order of the data.
pub fn customers(findings: &Findings<'_>) -> String {
    let report = &findings.report;
    let program = &findings.ran.program;
    let mut text = format!("{HEADER}\n");
    for (row, segment) in report.segments.iter().enumerate() {
        let at = row as u32;
        let named = |place: u32| match place {
            OUT => String::new(),
            place => {
                let segment = findings.side.segments.get(place as usize);
                segment.map_or(String::new(), |it| cell(&it.name).into_owned())
            }
        };
        let stability = report.stability.get(row);
        let near = report.near.get(row).copied().flatten();
        let axis = near.and_then(|near| program.axes.get(near.axis));
        let cells = [
            cell(findings.side.key_of(at)).into_owned(),
            cell(findings.side.name_of(at).unwrap_or("")).into_owned(),
            named(*segment),
            stability.map_or(String::new(), |it| it.kept.to_string()),
            report.draws.to_string(),
            stability
                .and_then(|it| it.other)
                .map_or(String::new(), named),
            axis.map_or(String::new(), |it| cell(&it.name).into_owned()),
            near.map_or(String::new(), |it| {
                Decimal(it.score).fixed(program.scores.decimals)
            }),
            near.map_or(String::new(), |it| Decimal(it.line).to_string()),
            findings
                .side
                .amount_of(at)
                .map_or(String::new(), |it| wide_text(it.into())),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
