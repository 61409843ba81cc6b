//! What `vekt diff` compares: which of the named files are rules, data or an earlier result, and the
//! two models, loaded side by side.

use crate::base::{Diagnostic, SourceMap};
use crate::cli::arguments::{DiffArguments, ModelOptions};
use crate::cli::loading::{load_options, local_date};
use crate::io::git::GitFiles;
use crate::io::rules::DiskFiles;
use crate::session::{Loaded, load_beside};
use std::path::{Path, PathBuf};

/// A model, what is set for it, and its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The rule file.
    pub model: PathBuf,
    /// What is set for it.
    pub options: ModelOptions,
    /// The customers.
    pub data: Option<PathBuf>,
    /// Tables and lookups that the command line names.
    pub tables: Vec<(String, PathBuf)>,
}

impl Wanted {
    /// The same model on the data and the day of another side.
    pub fn on_data_of(&self, other: &Wanted) -> Wanted {
        Wanted {
            model: self.model.clone(),
            options: ModelOptions {
                today: other.options.today,
                ..self.options.clone()
            },
            data: other.data.clone(),
            tables: other.tables.clone(),
        }
    }
}

/// What is compared.
#[derive(Clone, Debug)]
pub enum Compared {
    /// Two runs.
    Runs {
        /// The old one.
        old: Wanted,
        /// The new one.
        new: Wanted,
        /// Whether the rules may differ; else only the data does.
        rules: bool,
    },
    /// An earlier result against the model as it is now.
    Result {
        /// The result.
        result: PathBuf,
        /// The model and its data.
        new: Wanted,
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
    if files.iter().filter(|it| it.as_os_str() == "-").count() > 1 {
        let message = "standard input can be only one of the files";
        return Err(Diagnostic::error("nothing-to-compare", message)
            .help("write the other one to a file and name it")
            .into());
    }
    let rules: Vec<bool> = files.iter().map(|it| is_rules(it)).collect();
    let of = |model: usize, data: Option<usize>| Wanted {
        model: files.get(model).cloned().unwrap_or_default(),
        options: arguments.model_options.clone(),
        data: data.and_then(|it| files.get(it).cloned()),
        tables: arguments.data_options.tables.clone(),
    };
    let runs = |old: Wanted, new: Wanted, rules: bool| {
        let mut old = old;
        old.tables.extend(arguments.old_tables.iter().cloned());
        old.options.today = arguments.old_today.or(old.options.today);
        Ok(Compared::Runs { old, new, rules })
    };
    let options = &arguments.model_options;
    let varies = options.scenario.is_some() || !options.set.is_empty();
    let of_the_past = arguments.old_today.is_some() || !arguments.old_tables.is_empty();
    match rules.as_slice() {
        [true, true] | [true, true, false] => runs(of(0, Some(2)), of(1, Some(2)), true),
        [true, true, false, false] => runs(of(0, Some(2)), of(1, Some(3)), true),
        [true, false, true, false] => runs(of(0, Some(1)), of(2, Some(3)), true),
        [true, false, false] => runs(of(0, Some(1)), of(0, Some(2)), false),
        [false, true] | [false, true, false] => Ok(Compared::Result {
            result: files.first().cloned().unwrap_or_default(),
            new: of(1, Some(2)),
        }),
        [true] | [true, false] if varies => {
            let mut plain = of(0, Some(1));
            plain.options = ModelOptions {
                today: options.today,
                ..ModelOptions::default()
            };
            runs(plain, of(0, Some(1)), true)
        }
        [true] | [true, false] if of_the_past => runs(of(0, Some(1)), of(0, Some(1)), false),
        [true] | [true, false] => {
            let name = files.first().map_or(String::new(), |it| it.display().to_string());
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
        .help("write `vekt diff OLD.vekt NEW.vekt [DATA]`, `vekt diff OLD.vekt NEW.vekt OLD.csv NEW.csv`, `vekt diff MODEL.vekt OLD.csv NEW.csv` or `vekt diff RESULT.csv MODEL.vekt [DATA]`")
        .into()),
    }
}

/// Loads a model beside known sources.
pub fn load(known: SourceMap, wanted: &Wanted) -> Result<Loaded, Box<Diagnostic>> {
    let path = &wanted.model;
    let load_options = load_options(&wanted.options, local_date());
    match GitFiles::split(path.to_str().unwrap_or("")) {
        Some((revision, _)) => {
            let files = GitFiles::open(revision)?;
            Ok(load_beside(known, path, &files, &load_options))
        }
        None => Ok(load_beside(known, path, &DiskFiles, &load_options)),
    }
}

/// What a side is called: the file as it was named, with what is set for it.
pub fn named(side: &Wanted) -> String {
    with_notes(side.model.display().to_string(), &settings(side))
}

/// What the two sides are called in front of people; where only the data differs, by their data.
pub fn names(old: &Wanted, new: &Wanted, rules: bool) -> (String, String) {
    let data_differs = old.data != new.data;
    let name = |side: &Wanted| {
        let data = side.data.as_ref().filter(|_| data_differs);
        let data = data.map(|it| it.display().to_string());
        let mut said = match rules {
            true => settings(side),
            false => Vec::new(),
        };
        if old.options.today != new.options.today {
            said.extend(side.options.today.map(|day| format!("today {day}")));
        }
        if old.tables != new.tables {
            let tables = side.tables.iter();
            said.extend(tables.map(|(table, file)| format!("{table}={}", file.display())));
        }
        let name = match (rules, data) {
            (true, Some(data)) => format!("{} on {data}", side.model.display()),
            (false, Some(data)) => data,
            (_, None) => side.model.display().to_string(),
        };
        with_notes(name, &said)
    };
    (name(old), name(new))
}

/// The scenario and the params of a side.
fn settings(side: &Wanted) -> Vec<String> {
    let options = &side.options;
    let scenario = options.scenario.iter().map(|it| format!("scenario {it}"));
    let set = options.set.iter();
    scenario
        .chain(set.map(|(param, value)| format!("{param}={value}")))
        .collect()
}

fn with_notes(name: String, notes: &[String]) -> String {
    match notes {
        [] => name,
        notes => format!("{name} ({})", notes.join(", ")),
    }
}
