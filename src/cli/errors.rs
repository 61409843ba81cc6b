//! `vekt errors`: what a message means, from the page of the documentation that is part of the
//! program.

use super::arguments::ErrorsArguments;
use super::render;
use super::terminal::{Exit, Stream};
use crate::base::{Diagnostic, SourceMap, suggest};
use include_dir::{Dir, include_dir};
use std::io;

static DOCS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs");

/// What the documentation says of a code, up to its first example; `None` where there is no such code.
pub fn meaning(code: &str) -> Option<String> {
    let (_, text) = entries(page()).into_iter().find(|(it, _)| *it == code)?;
    let words = text.split("```").next().unwrap_or_default();
    let words: Vec<&str> = words.split_whitespace().collect();
    Some(words.join(" "))
}

/// The message about a code that no message has.
pub fn unknown(wanted: &str) -> Diagnostic {
    let near = suggest::nearest(wanted, entries(page()).into_iter().map(|(code, _)| code));
    Diagnostic::error(
        "unknown-code",
        format!("no message has the code `{wanted}`"),
    )
    .help(match near {
        Some(near) => format!("the nearest is `{near}`"),
        None => "`vekt errors` lists them".into(),
    })
}

fn page() -> &'static str {
    let page = DOCS.get_file("errors.md");
    page.and_then(|file| file.contents_utf8()).unwrap_or("")
}

/// Runs the command.
pub fn errors(arguments: &ErrorsArguments) -> io::Result<Exit> {
    let entries = entries(page());
    let Some(wanted) = &arguments.code else {
        let codes: String = entries
            .iter()
            .map(|(code, _)| format!("{code}\n"))
            .collect();
        return Stream::Output.write(&codes).map(|()| Exit::Well);
    };
    if let Some((code, text)) = entries.iter().find(|(code, _)| code == wanted) {
        let text = format!("{code}\n\n{}\n", text.trim());
        return Stream::Output.write(&text).map(|()| Exit::Well);
    }
    let text = render::messages(&[unknown(wanted)], &SourceMap::default(), Stream::Errors);
    Stream::Errors.write(&text)?;
    Ok(Exit::Usage)
}

/// The codes with what stands below each.
fn entries(page: &str) -> Vec<(&str, &str)> {
    page.split("\n## `")
        .skip(1)
        .filter_map(|entry| entry.split_once('`'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn entries_stand_below_their_codes() {
        let page = "# Errors\n\n## `one`\n\nfirst\n\n## `two`\nsecond\n";
        assert_eq!(
            entries(page),
            [("one", "\n\nfirst\n"), ("two", "\nsecond\n")]
        );
    }
}
