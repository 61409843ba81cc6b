//! The main file's path → all rule files of the model, parsed, in the order in which they apply.
//! It follows `use`, never leaves the root and never goes in circles; it checks nothing.

use super::files::{Files, ReadError, normal};
use super::text;
use crate::base::{Diagnostic, Source, SourceId, SourceMap, Span, suggest};
use crate::syntax::tree::{Item, Text};
use crate::syntax::{self, Parsed};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// How deep files may use each other.
const DEPTH: usize = 64;

/// Endings of files that hold data and no rules.
const DATA_ENDINGS: [&str; 10] = [
    "csv", "tsv", "xlsx", "xls", "parquet", "json", "jsonl", "db", "sqlite", "zip",
];

/// A rule file of the model.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// Its number in the source map.
    pub source: SourceId,
    /// Where it is; data files that it names are relative to its folder.
    pub path: PathBuf,
    /// What was read.
    pub parsed: Parsed,
}

/// The rule files of a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) sources: SourceMap,
    /// Used files before those that use them, the main file last.
    pub(super) files: Vec<RuleFile>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Whether every file was found and read as text.
    pub(super) complete: bool,
}

/// Reads the main file and all that it uses; their sources come after those that are known.
pub(super) fn read(known: SourceMap, main: &Path, files: &dyn Files) -> Reading {
    let mut reader = Reader {
        files,
        root: PathBuf::new(),
        states: HashMap::new(),
        trail: Vec::new(),
        reading: Reading {
            sources: known,
            complete: true,
            ..Reading::default()
        },
    };
    let name = shown(main);
    match files.locate(main) {
        Ok(path) => {
            reader.root = root(&path, files);
            reader.file(path, name, None);
        }
        Err(error) => {
            let folder = main.parent().unwrap_or(Path::new(""));
            reader.unreadable(&name, &error, folder, None);
        }
    }
    reader.reading
}

/// The nearest folder above the main file with a `.git` or a `vekt.toml`, else the file's own.
fn root(main: &Path, files: &dyn Files) -> PathBuf {
    let marked = |folder: &&Path| {
        files.exists(&folder.join(".git")) || files.exists(&folder.join("vekt.toml"))
    };
    let own = main.parent().unwrap_or(main);
    own.ancestors().find(marked).unwrap_or(own).to_owned()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
}

struct Reader<'f> {
    files: &'f dyn Files,
    root: PathBuf,
    states: HashMap<PathBuf, State>,
    /// The files that are being followed, from the main one, by path and name.
    trail: Vec<(PathBuf, String)>,
    reading: Reading,
}

impl Reader<'_> {
    /// Reads a file that exists and what it uses. `from` is the `use` that names it.
    fn file(&mut self, path: PathBuf, name: String, from: Option<Span>) {
        match self.states.get(&path) {
            Some(State::Done) => return,
            Some(State::Open) => return self.circle(&path, &name, from),
            None => {}
        }
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or("");
        if DATA_ENDINGS.contains(&ending.to_lowercase().as_str()) {
            let message = format!("`{name}` is not a rule file");
            let diagnostic = Diagnostic::error("not-a-rule-file", message);
            return self.fail(diagnostic.help("rule files end in `.vekt`"), from);
        }
        let bytes = match self.files.read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                return self.unreadable(&name, &error, &folder, from);
            }
        };
        let text = match text::decode(&bytes, &name) {
            Ok(text) => text,
            Err(unreadable) => {
                let source = Source::new(name.as_str(), unreadable.text);
                let source = self.reading.sources.add(source);
                let mut diagnostic = unreadable.diagnostic;
                if let Some(at) = unreadable.at {
                    diagnostic = diagnostic.at(Span::new(source, at.start, at.end), "");
                }
                return self.fail(diagnostic, from);
            }
        };
        let source = self
            .reading
            .sources
            .add(Source::new(name.as_str(), text.as_str()));
        let mut parsed = syntax::parse(source, &text);
        self.reading.diagnostics.append(&mut parsed.diagnostics);
        self.states.insert(path.clone(), State::Open);
        self.trail.push((path.clone(), name));
        let used: Vec<Text> = parsed
            .tree
            .declarations
            .iter()
            .filter_map(|it| match &it.item {
                Item::Use(used) => Some(used.clone()),
                _ => None,
            })
            .collect();
        for used in used {
            self.follow(&path, &used);
        }
        self.trail.pop();
        self.states.insert(path.clone(), State::Done);
        self.reading.files.push(RuleFile {
            source,
            path,
            parsed,
        });
    }

    fn follow(&mut self, user: &Path, used: &Text) {
        let written = used.value.as_str();
        if self.trail.len() >= DEPTH {
            let message = format!("files use each other more than {DEPTH} deep");
            return self.fail(Diagnostic::error("use-too-deep", message), Some(used.span));
        }
        if Path::new(written).is_absolute() || written.trim().is_empty() {
            let message = if written.trim().is_empty() {
                "`use` names no file".to_owned()
            } else {
                format!("`{written}` is not relative to this file")
            };
            let diagnostic = Diagnostic::error("use-not-relative", message)
                .help("write the way from this file's folder: `use \"../base/model.vekt\"`");
            return self.fail(diagnostic, Some(used.span));
        }
        if written.contains('\\') {
            let message = format!("`{written}` separates folders with `\\`");
            let diagnostic = Diagnostic::error("use-not-relative", message)
                .help(format!("write `use \"{}\"`", written.replace('\\', "/")));
            return self.fail(diagnostic, Some(used.span));
        }
        let folder = user.parent().unwrap_or(Path::new(""));
        let wanted = normal(&folder.join(written));
        // INVARIANT: asked before the file is looked for, so that nothing is learnt of what lies
        // outside; and again below, because a link may lead out.
        if !wanted.starts_with(&self.root) {
            return self.outside(written, used.span);
        }
        let user_name = self.trail.last().map_or("", |(_, name)| name.as_str());
        let user_folder = Path::new(user_name).parent().unwrap_or(Path::new(""));
        let name = shown(&normal(&user_folder.join(written)));
        match self.files.locate(&wanted) {
            Ok(path) if !path.starts_with(&self.root) => self.outside(written, used.span),
            Ok(path) => self.file(path, name, Some(used.span)),
            Err(error) => {
                let folder = wanted.parent().unwrap_or(Path::new(""));
                self.unreadable(&name, &error, folder, Some(used.span));
            }
        }
    }

    fn circle(&mut self, path: &Path, name: &str, from: Option<Span>) {
        let start = self.trail.iter().position(|(open, _)| open == path);
        let trail = self.trail.get(start.unwrap_or(0)..).unwrap_or(&[]);
        let first = trail.first().map_or(name, |(_, name)| name.as_str());
        let mut names: Vec<&str> = trail.iter().map(|(_, name)| name.as_str()).collect();
        names.push(first);
        let message = if trail.len() == 1 {
            format!("`{first}` uses itself")
        } else {
            format!("files use each other in a circle: {}", names.join(" -> "))
        };
        let diagnostic = Diagnostic::error("use-circle", message)
            .help("move what both need into a file of its own");
        self.fail(diagnostic, from);
    }

    fn outside(&mut self, written: &str, span: Span) {
        let message = format!("`{written}` lies outside the model's root");
        let diagnostic = Diagnostic::error("use-outside-root", message).help(format!(
            "the root is `{}`, the nearest folder above the main file with a `.git` or a `vekt.toml`, else its own",
            shown(&self.root)
        ));
        self.fail(diagnostic, Some(span));
    }

    fn unreadable(&mut self, name: &str, error: &ReadError, folder: &Path, from: Option<Span>) {
        let (code, message) = match error {
            ReadError::NotFound => ("file-not-found", format!("there is no file `{name}`")),
            ReadError::IsFolder => ("file-unreadable", format!("`{name}` is a folder")),
            ReadError::Denied => ("file-unreadable", format!("`{name}` may not be read")),
            ReadError::Other(why) => (
                "file-unreadable",
                format!("`{name}` could not be read: {why}"),
            ),
        };
        let mut help = None;
        if *error == ReadError::NotFound {
            let names = self.files.names(folder);
            let wanted = Path::new(name).file_name().and_then(|it| it.to_str());
            help = suggest::nearest(wanted.unwrap_or(name), names.iter().map(String::as_str))
                .map(|near| format!("the nearest is `{near}`"));
        }
        self.fail(Diagnostic::error(code, message).help_maybe(help), from);
    }

    fn fail(&mut self, mut diagnostic: Diagnostic, from: Option<Span>) {
        if let Some(span) = from {
            let text = if diagnostic.labels.is_empty() {
                ""
            } else {
                "used here"
            };
            diagnostic = diagnostic.at(span, text);
        }
        self.reading.complete = false;
        self.reading.diagnostics.push(diagnostic);
    }
}
