//! What must hold of a text and its layout, judged without any code of the layout: trees are compared as they print
//! themselves, with all places taken out.

use vekt::base::{Diagnostic, SourceId};
use vekt::format::format;
use vekt::syntax::tree::{Declaration, Item};
use vekt::syntax::{Parsed, parse};

/// The layout, or the messages in a line.
pub fn laid_out(text: &str) -> Result<String, String> {
    format(SourceId(0), text).map_err(|wrong| {
        let messages: Vec<String> = wrong
            .iter()
            .map(|it| format!("{}: {}", it.code, it.message))
            .collect();
        messages.join("; ")
    })
}

/// Whether the text could be laid out; what is wrong with its layout.
pub fn holds(text: &str) -> Result<bool, String> {
    let parsed = parse(SourceId(0), text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return match laid_out(text) {
            Ok(_) => Err("laid out in spite of errors".into()),
            Err(_) => Ok(false),
        };
    }
    let once = laid_out(text)?;
    let again = parse(SourceId(0), &once);
    if !again.diagnostics.is_empty() && parsed.diagnostics.is_empty() {
        return Err(format!("cannot be read any more:\n{once}"));
    }
    if shape(&parsed) != shape(&again) {
        return Err(format!("the tree changed:\n{once}"));
    }
    if comments(&parsed, text) != comments(&again, &once) {
        return Err(format!("a comment changed:\n{once}"));
    }
    let twice = laid_out(&once)?;
    if once != twice {
        return Err(format!("not settled:\n{once}\n--- again\n{twice}"));
    }
    let plain = once
        .lines()
        .all(|line| line.trim_end() == line && !line.contains('\t'));
    let ends = once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n");
    if !plain && !text.contains('\t') || !ends || once.contains("\n\n\n") {
        return Err(format!("stray blanks:\n{once}"));
    }
    Ok(true)
}

/// The tree without places, and without the text of output columns that have a header.
fn shape(parsed: &Parsed) -> String {
    let mut tree = parsed.tree.clone();
    tree.declarations.iter_mut().for_each(without_text);
    let printed = format!("{tree:?}");
    let mut shape = String::with_capacity(printed.len() / 2);
    let mut rest = printed.as_str();
    while let Some(at) = rest.find("Span { source") {
        shape.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, rest)| rest);
    }
    shape.push_str(rest);
    shape.replace("\\r", "")
}

fn without_text(declaration: &mut Declaration) {
    match &mut declaration.item {
        Item::Output(output) => {
            for column in &mut output.columns {
                if column.header.is_some() {
                    column.text.clear();
                }
            }
        }
        Item::Scenario(scenario) => scenario.declarations.iter_mut().for_each(without_text),
        _ => {}
    }
}

fn comments<'t>(parsed: &Parsed, text: &'t str) -> Vec<&'t str> {
    let comments = parsed.comments.all().iter();
    comments
        .map(|comment| &text[comment.span.start as usize..comment.span.end as usize])
        .collect()
}
