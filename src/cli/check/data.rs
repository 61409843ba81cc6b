//! `vekt check --data`: reads the customers, applies the model, and lets the review say what the data
//! shows of it. Errors in the data are told as a run tells them.

use super::Findings;
use crate::base::{DataPlace, Diagnostic};
use crate::cli::arguments::CheckArguments;
use crate::cli::failures;
use crate::cli::loading::folder_of;
use crate::cli::terminal::Exit;
use crate::eval;
use crate::io::dataset::FileReport;
use crate::io::{self, Data, Location, ReadOptions, Refusal, Sources};
use crate::plan::plan;
use crate::review::{Headers, review};
use crate::session::accept;
use std::path::Path;

/// How many columns that nothing reads are named.
const NAMED: usize = 8;

impl Findings {
    /// Looks at the customers in a file.
    pub(super) fn look_at_data(&mut self, data: &Path, arguments: &CheckArguments) {
        let Some(program) = &self.loaded.program else {
            return;
        };
        let options = &arguments.data_options;
        let folder = |span| folder_of(&self.loaded, span);
        let customers = Some(Location::new(data));
        let sources = match Sources::choose(program, folder, customers, &options.tables) {
            Ok(sources) => sources,
            Err(wrong) => {
                self.loaded.diagnostics.extend(wrong);
                self.exit = Exit::Usage;
                return;
            }
        };
        let reading = ReadOptions {
            styles: true,
            ..options.reading()
        };
        let data = match io::read(program, &sources, &reading) {
            Ok(data) => data,
            Err(Refusal::Files(wrong)) => {
                self.loaded.diagnostics.extend(wrong);
                self.exit = Exit::Files;
                return;
            }
            Err(Refusal::Data(errors)) => {
                self.data = errors;
                self.exit = Exit::Data;
                return;
            }
        };
        let Data {
            inputs, reports, ..
        } = data;
        if let Err(errors) = eval::run(&plan(program), &inputs) {
            self.data = failures::word(&errors, &inputs, &reports, &self.loaded.sources);
            self.exit = Exit::Data;
        }
        let datasets = 1 + program.tables.len();
        let headers: Vec<Headers> = reports.iter().take(datasets).map(headers).collect();
        let review = review(program, &inputs, &headers, &self.loaded.sources);
        self.near = review.near;
        self.notes.extend(reports.iter().filter_map(not_read));
        self.notes.extend(accept(&mut self.loaded, review.found));
        self.reports = reports;
    }
}

fn headers(report: &FileReport) -> Headers {
    let fields = report.fields.iter();
    fields.map(|field| field.header.clone()).collect()
}

/// The columns of a file that no field is read from.
fn not_read(report: &FileReport) -> Option<Diagnostic> {
    let named: Vec<String> = report
        .unread
        .iter()
        .take(NAMED)
        .map(|it| format!("`{}`", it.trim()))
        .collect();
    let more = report.unread.len() - named.len();
    let mut list = named.join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    let place = DataPlace {
        file: report.file.clone(),
        line: Some(report.header_line),
        ..DataPlace::default()
    };
    let message = format!("no field is read from {list}");
    (!named.is_empty()).then(|| Diagnostic::note("column-not-read", message).in_data(place))
}
