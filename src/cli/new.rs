//! `vekt new`: a working starter folder from one of the examples, which are part of the program.
//! It writes into an empty folder only.

use super::arguments::NewArguments;
use super::render;
use super::table::Table;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap, suggest};
use crate::io::files::{Output, RealDisk, cannot_write, write_whole};
use include_dir::{Dir, DirEntry, include_dir};
use std::io;
use std::path::Path;

static EXAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples");

/// The rule file that makes a folder a template.
const MODEL: &str = "model.vekt";

/// The template that is taken where none is named.
const FIRST: &str = "key-account-matrix";

/// Runs the command.
pub fn new(arguments: &NewArguments, quiet: bool) -> io::Result<Exit> {
    if arguments.list {
        return list().map(|()| Exit::Well);
    }
    let Some(folder) = &arguments.folder else {
        return Ok(Exit::Usage);
    };
    let made = choose(arguments.template.as_deref())
        .map_err(|diagnostic| (Exit::Usage, diagnostic))
        .and_then(|template| make(template, folder).map(|count| (template, count)));
    match made {
        Ok((template, count)) => {
            if !quiet {
                let model = folder.join(MODEL);
                Stream::Output.write(&format!(
                    "{count} files of the template `{}` written to {}\nnext: vekt run {}\n",
                    name_of(template),
                    folder.display(),
                    model.display()
                ))?;
            }
            Ok(Exit::Well)
        }
        Err((exit, diagnostic)) => {
            let text = render::messages(&[*diagnostic], &SourceMap::default(), Stream::Errors);
            Stream::Errors.write(&text)?;
            Ok(exit)
        }
    }
}

fn templates() -> Vec<&'static Dir<'static>> {
    let mut templates: Vec<_> = EXAMPLES
        .dirs()
        .filter(|folder| folder.get_file(folder.path().join(MODEL)).is_some())
        .collect();
    templates.sort_by_key(|folder| folder.path());
    templates
}

fn name_of(template: &'static Dir<'static>) -> &'static str {
    template.path().to_str().unwrap_or("")
}

fn list() -> io::Result<()> {
    let mut table = Table::new(&["template", "what it is"]);
    for template in templates() {
        table.row(vec![name_of(template).into(), title(template)]);
    }
    Stream::Output.write(&table.lines(usize::MAX))
}

/// The first comment line of the rule file.
fn title(template: &Dir<'_>) -> String {
    template
        .get_file(template.path().join(MODEL))
        .and_then(|file| file.contents_utf8())
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("# ")))
        .unwrap_or("")
        .trim_end_matches('.')
        .into()
}

fn choose(name: Option<&str>) -> Result<&'static Dir<'static>, Box<Diagnostic>> {
    let templates = templates();
    let known = |name: &str| templates.iter().find(|it| name_of(it) == name).copied();
    match name {
        None => known(FIRST)
            .or(templates.first().copied())
            .ok_or_else(|| Diagnostic::error("unknown-template", "there are no templates").into()),
        Some(name) => known(name).ok_or_else(|| {
            let names = templates.iter().map(|it| name_of(it));
            let near = suggest::nearest(name, names);
            Diagnostic::error("unknown-template", format!("there is no template `{name}`"))
                .help(match near {
                    Some(near) => format!("the nearest is `{near}`"),
                    None => "`vekt new --list` shows them".into(),
                })
                .into()
        }),
    }
}

/// Writes the template's files; how many there were.
fn make(template: &Dir<'_>, folder: &Path) -> Result<usize, (Exit, Box<Diagnostic>)> {
    if let Ok(mut entries) = folder.read_dir()
        && entries.next().is_some()
    {
        let message = format!("the folder `{}` is not empty", folder.display());
        let diagnostic = Diagnostic::error("folder-not-empty", message);
        return Err((
            Exit::Usage,
            diagnostic.help("name a folder that is new").into(),
        ));
    }
    write_folder(template, folder).map_err(|diagnostic| (Exit::Files, diagnostic))
}

fn write_folder(from: &Dir<'_>, to: &Path) -> Result<usize, Box<Diagnostic>> {
    std::fs::create_dir_all(to).map_err(|error| cannot_write(to, &error))?;
    let mut count = 0;
    for entry in from.entries() {
        let Some(name) = entry.path().file_name() else {
            continue;
        };
        // What the results are expected to be concerns the program's own tests.
        if name.to_string_lossy().starts_with("expected") {
            continue;
        }
        count += match entry {
            DirEntry::Dir(inner) => write_folder(inner, &to.join(name))?,
            DirEntry::File(file) => {
                let output = Output {
                    path: to.join(name),
                    parts: vec![file.contents().to_vec()],
                };
                write_whole(&RealDisk, &[output])?;
                1
            }
        };
    }
    Ok(count)
}
