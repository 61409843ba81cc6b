//! `vekt fmt`: rule files in their one layout. A file with errors is left as it is; the others are written whole or
//! not at all, and only where something changes.

use super::arguments::FmtArguments;
use super::render;
use super::render::style::{BAD, BOLD, GOOD, paint};
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, Source, SourceMap};
use crate::format::format;
use crate::io::files::{Location, rewrite};
use crate::session::decode;
use similar::{ChangeTag, TextDiff};
use std::io;
use std::path::Path;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// Runs the command.
pub fn fmt(arguments: &FmtArguments, quiet: bool) -> io::Result<Exit> {
    let mut worst = Exit::Well;
    for file in &arguments.files {
        let exit = one(file, arguments, quiet)?;
        // What is wrong with a rule file weighs more than what could not be read, and that more than a change.
        let order = [Exit::Usage, Exit::Files, Exit::NotHeld];
        worst = order
            .into_iter()
            .find(|it| *it == exit || *it == worst)
            .unwrap_or(Exit::Well);
    }
    Ok(worst)
}

fn one(file: &Path, arguments: &FmtArguments, quiet: bool) -> io::Result<Exit> {
    let mut sources = SourceMap::default();
    let location = Location::new(file);
    let name = location.name();
    let refuse = |wrong: &[Diagnostic], sources: &SourceMap, exit: Exit| {
        let text = render::messages(wrong, sources, Stream::Errors);
        Stream::Errors.write(&text).map(|()| exit)
    };
    let bytes = match location.read() {
        Ok(read) => read.bytes,
        Err(wrong) => return refuse(&[*wrong], &sources, Exit::Files),
    };
    let text = match decode(&bytes, &name) {
        Ok(text) => text,
        Err(wrong) => return refuse(&[*wrong], &sources, Exit::Usage),
    };
    let source = sources.add(Source::new(name.as_str(), text.as_str()));
    let written = match format(source, &text) {
        Ok(written) => written,
        Err(wrong) => {
            let exit = refuse(&wrong, &sources, Exit::Usage)?;
            let line = format!("{}: has errors, left as it is\n", render::clean_line(&name));
            Stream::Errors.write(&line)?;
            return Ok(exit);
        }
    };
    let changes = written.as_bytes() != bytes;
    if arguments.diff && changes {
        Stream::Output.write(&difference(&name, &text, &written))?;
    }
    let only_looks = arguments.check || arguments.diff;
    if location == Location::StandardInput && !only_looks {
        Stream::Output.write_result(&[written.into_bytes()])?;
        return Ok(Exit::Well);
    }
    if !changes {
        return Ok(Exit::Well);
    }
    if !only_looks && let Err(wrong) = rewrite(file, written.as_bytes()) {
        return refuse(&[*wrong], &sources, Exit::Files);
    }
    if !quiet && !arguments.diff {
        let what = if only_looks {
            "would be laid out anew"
        } else {
            "laid out anew"
        };
        let name = render::clean_line(&name);
        Stream::Output.write(&format!("{name}: {what}\n"))?;
    }
    Ok(if only_looks {
        Exit::NotHeld
    } else {
        Exit::Well
    })
}

/// What changes, as `diff -u` shows it.
fn difference(name: &str, before: &str, after: &str) -> String {
    let name = render::clean_line(name);
    let mut text = format!(
        "{}\n{}\n",
        paint(BOLD, &format!("--- {name}")),
        paint(BOLD, &format!("+++ {name}"))
    );
    let on_terminal = Stream::Output.is_terminal();
    let diff = TextDiff::from_lines(before, after);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        text.push_str(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let line = change.value();
            let content = line.strip_suffix('\n').unwrap_or(line);
            let content = if on_terminal {
                render::clean_line(content)
            } else {
                content.into()
            };
            let marked = format!("{}{content}", change.tag());
            text.push_str(&match change.tag() {
                ChangeTag::Equal => marked,
                ChangeTag::Delete => paint(BAD, &marked),
                ChangeTag::Insert => paint(GOOD, &marked),
            });
            text.push('\n');
            if !line.ends_with('\n') {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    text
}
