//! The models that explanations are tried on: the examples, the judge's cases and acceptance models,
//! each with its data, and with each of its scenarios.

use std::path::{Path, PathBuf};
use vekt::eval::Inputs;
use vekt::io::rules::DiskFiles;
use vekt::io::{self, Location, ReadOptions, Sources};
use vekt::model::program::Program;
use vekt::session::{LoadOptions, Loaded, load};
use vekt::value::Date;

/// A model with its data.
pub struct Model {
    pub name: String,
    pub loaded: Loaded,
    pub program: Program,
    pub inputs: Inputs,
}

/// The models of a folder's folders that load and whose data is where they say.
pub fn all() -> Vec<Model> {
    let mut models = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [root.join("examples"), root.join("tests/judge/cases")] {
        let entries = std::fs::read_dir(&folder).expect("a folder");
        let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            let path = path.join("model.vekt");
            let Some(plain) = model(&path, None) else {
                continue;
            };
            let scenarios = plain.program.scenarios.clone();
            models.push(plain);
            models.extend(
                scenarios
                    .iter()
                    .filter_map(|(name, _)| model(&path, Some(name))),
            );
        }
    }
    assert!(models.len() > 40, "only {} models were found", models.len());
    models
}

/// The examples as they stand.
pub fn examples() -> Vec<Model> {
    let names = [
        "key-account-matrix",
        "categories",
        "abc-balance",
        "profit-segments",
        "two-by-two",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let models = names
        .iter()
        .map(|name| model(&root.join(name).join("model.vekt"), None));
    models.map(|model| model.expect("an example")).collect()
}

/// A model with its data, where both are well.
pub fn model(path: &Path, scenario: Option<&str>) -> Option<Model> {
    let day = Date::parse("2026-11-21")?;
    let options = LoadOptions {
        scenario: scenario.map(str::to_owned),
        ..LoadOptions::on(day)
    };
    let loaded = load(path, &DiskFiles, &options);
    let program = loaded.program.clone()?;
    let folder = path.parent()?;
    let beside = |file: &str| {
        folder
            .join(file)
            .exists()
            .then(|| Location::new(&folder.join(file)))
    };
    let customers = match &program.customers.from {
        Some(_) => None,
        None => Some(beside("customers.csv").or(beside("orgs.csv"))?),
    };
    let of_source = |span: vekt::base::Span| {
        let file = loaded.files.iter().find(|file| file.source == span.source);
        let folder = file.and_then(|file| file.path.parent());
        folder.unwrap_or(Path::new("")).to_owned()
    };
    let sources = Sources::choose(&program, of_source, customers, &[]).ok()?;
    let data = io::read(&program, &sources, &ReadOptions::default()).ok()?;
    Some(Model {
        name: format!("{} {}", path.display(), scenario.unwrap_or("")),
        inputs: data.inputs,
        loaded,
        program,
    })
}
