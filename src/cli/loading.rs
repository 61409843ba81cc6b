//! Models from disk for every command that needs one, and the folders in which the data lies that
//! rule files name.

use super::arguments::ModelOptions;
use crate::base::Span;
use crate::io::rules::DiskFiles;
use crate::session::{LoadOptions, Loaded, load};
use crate::value::Date;
use std::path::{Path, PathBuf};

/// Loads a model as the command line wants it.
pub fn load_model(model: &Path, options: &ModelOptions) -> Loaded {
    load(model, &DiskFiles, &load_options(options, local_date()))
}

/// What the command line says about a model, on that local date.
pub fn load_options(options: &ModelOptions, local_date: Date) -> LoadOptions {
    LoadOptions {
        scenario: options.scenario.clone(),
        params: options.set.clone(),
        today: options.today,
        ..LoadOptions::on(local_date)
    }
}

/// The day on this machine; a model that names no day of its own is run for it.
pub fn local_date() -> Date {
    // The file of the local zone is enough; to find its name a whole folder of zones is walked.
    let zone = match std::env::var_os("TZ") {
        None => std::fs::read("/etc/localtime").ok(),
        Some(_) => None,
    };
    let zone = zone.and_then(|file| jiff::tz::TimeZone::tzif("local", &file).ok());
    let today = match zone {
        Some(zone) => jiff::Timestamp::now().to_zoned(zone).date(),
        None => jiff::Zoned::now().date(),
    };
    Date::new(today.year(), today.month(), today.day()).unwrap_or(Date(0))
}

/// The folder of the rule file that a span lies in: as it was written, where that is the same.
pub fn folder_of(loaded: &Loaded, span: Span) -> PathBuf {
    let source = loaded.sources.get(span.source);
    let written = source.and_then(|source| Path::new(&source.name).parent());
    let file = loaded.files.iter().find(|file| file.source == span.source);
    let real = file.and_then(|file| file.path.parent());
    match (written, real) {
        (Some(written), Some(real)) => {
            let shown = if written.as_os_str().is_empty() {
                Path::new(".")
            } else {
                written
            };
            let same = shown.canonicalize().is_ok_and(|shown| shown == real);
            if same { written.into() } else { real.into() }
        }
        (Some(folder), None) | (None, Some(folder)) => folder.into(),
        (None, None) => PathBuf::new(),
    }
}
