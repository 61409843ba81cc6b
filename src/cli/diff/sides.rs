//! What `vekt diff` compares: which of the named files are rules, data or an earlier result, and the
//! two models, loaded side by side.

use crate::base::{Diagnostic, SourceMap};
use crate::cli::arguments::{DiffArguments, ModelOptions};
use crate::cli::loading::{load_options, local_date};
use crate::io::git::GitFiles;
use crate::io::rules::DiskFiles;
use crate::session::{Loaded, load_beside};
use std::path::{Path, PathBuf};

/// What is compared.
#[derive(Clone, Debug)]
pub enum Compared {
    /// Two models on the same data.
    Models {
        /// The old one and what is set for it.
        old: (PathBuf, ModelOptions),
        /// The new one and what is set for it.
        new: (PathBuf, ModelOptions),
        /// The customers.
        data: Option<PathBuf>,
    },
    /// One model on two files of customers.
    Data {
        /// The model and what is set for it.
        model: (PathBuf, ModelOptions),
        /// The old customers.
        old: PathBuf,
        /// The new ones.
        new: PathBuf,
    },
    /// An earlier result against the model as it is now.
    Result {
        /// The result.
        result: PathBuf,
        /// The model and what is set for it.
        model: (PathBuf, ModelOptions),
        /// The customers.
        data: Option<PathBuf>,
    },
}

/// Whether a path names a rule file, of the disk or of a revision.
fn is_rules(path: &Path) -> bool {
    let ends = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("vekt"));
    ends || path.to_str().is_some_and(|text| text.ends_with(".vekt"))
}

/// What the command line wants compared.
pub fn compared(arguments: &DiffArguments) -> Result<Compared, Box<Diagnostic>> {
    let files = &arguments.files;
    let rules: Vec<bool> = files.iter().map(|it| is_rules(it)).collect();
    let options = &arguments.model_options;
    let plain = ModelOptions {
        today: options.today,
        ..ModelOptions::default()
    };
    let at = |place: usize| files.get(place).cloned().unwrap_or_default();
    match rules.as_slice() {
        [true, true] | [true, true, false] => Ok(Compared::Models {
            old: (at(0), options.clone()),
            new: (at(1), options.clone()),
            data: files.get(2).cloned(),
        }),
        [true, false, false] => Ok(Compared::Data {
            model: (at(0), options.clone()),
            old: at(1),
            new: at(2),
        }),
        [false, true] | [false, true, false] => Ok(Compared::Result {
            result: at(0),
            model: (at(1), options.clone()),
            data: files.get(2).cloned(),
        }),
        [true] | [true, false] if options.scenario.is_some() || !options.set.is_empty() => {
            Ok(Compared::Models {
                old: (at(0), plain),
                new: (at(0), options.clone()),
                data: files.get(1).cloned(),
            })
        }
        [true] | [true, false] => {
            let name = at(0).display().to_string();
            Err(Diagnostic::error("nothing-to-compare", "there is nothing to compare with")
                .help(format!(
                    "name another rule file or revision (`HEAD:{name}`), a second file of customers, or say `--scenario NAME` or `--set PARAM=VALUE`"
                ))
                .into())
        }
        _ => Err(Diagnostic::error(
            "nothing-to-compare",
            "these files cannot be compared: rule files end in `.vekt`, and one or two of them are needed",
        )
        .help("write `vekt diff OLD.vekt NEW.vekt [DATA]`, `vekt diff MODEL.vekt OLD.csv NEW.csv` or `vekt diff RESULT.csv MODEL.vekt [DATA]`")
        .into()),
    }
}

/// A model and what it is called in front of people.
#[derive(Clone, Debug)]
pub struct Model {
    /// The model.
    pub loaded: Loaded,
    /// What it is called: the file as it was named, with scenario and params.
    pub name: String,
}

/// Loads a model beside known sources.
pub fn load(
    known: SourceMap,
    (path, options): &(PathBuf, ModelOptions),
) -> Result<Model, Box<Diagnostic>> {
    let load_options = load_options(options, local_date());
    let text = path.to_str().unwrap_or("");
    let loaded = match GitFiles::split(text) {
        Some((revision, _)) => {
            let files = GitFiles::open(revision)?;
            load_beside(known, path, &files, &load_options)
        }
        None => load_beside(known, path, &DiskFiles, &load_options),
    };
    let mut name = path.display().to_string();
    let scenario = options.scenario.iter().map(|it| format!("scenario {it}"));
    let set = options
        .set
        .iter()
        .map(|(param, value)| format!("{param}={value}"));
    let said: Vec<String> = scenario.chain(set).collect();
    if !said.is_empty() {
        name = format!("{name} ({})", said.join(", "));
    }
    Ok(Model { loaded, name })
}
