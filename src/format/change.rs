//! Changes to a rule file → its new text, in which nothing else differs: what was not changed stays as it was written,
//! comments stay at the words they stood at, and a file in its layout is in its layout again. It looks up no names.

use std::ops::Range;

use super::merge::merged;
use super::same::Same;
use super::{errors_in, format};
use crate::base::{Diagnostic, SourceId, Span};
use crate::syntax::{Parsed, parse};

/// What stands somewhere in a rule file, and what is to stand there.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    /// A declaration, an entry of a block or any part of one. An empty place adds: below the entry that ends there.
    pub place: Span,
    /// What comes in its place. Nothing removes it, with the comments that end its line or stand right above it.
    pub text: &'c str,
}

/// A stretch of the old text and what comes for it.
struct Edit {
    place: Range<usize>,
    /// As it was given.
    plain: String,
    /// With the old comments and line breaks.
    merged: String,
    /// Comments that found no place; they go above.
    homeless: Vec<String>,
}

/// The text with these changes, whose places do not overlap. A file that was in its layout is laid out again; of another
/// one only the declarations that were changed. Fails with what is wrong with the changed text, by its places.
pub fn changed(
    source: SourceId,
    text: &str,
    changes: &[Change],
) -> Result<String, Vec<Diagnostic>> {
    let mut edits: Vec<Edit> = changes.iter().map(|it| edit(text, it)).collect();
    edits.sort_by_key(|edit| (edit.place.start, edit.place.end));
    let overlap = edits.windows(2).any(|pair| match pair {
        [one, next] => next.place.start < one.place.end,
        _ => false,
    });
    if overlap {
        return Err(vec![cannot_change()]);
    }
    let (plain, _) = spliced(text, &edits, |edit| edit.plain.clone());
    let wanted = parse(source, &plain);
    if errors_in(&wanted) {
        return Err(wanted.diagnostics);
    }
    let comments = kept_comments(source, text, &edits);
    let holds = |found: &str| {
        let parsed = parse(source, found);
        says_the_same(&wanted, &parsed) && has_all(&parsed, found, &comments)
    };
    let attempts = [Above::Homeless, Above::All].into_iter();
    let mut attempts = attempts.map(|above| {
        let edits = with_comments_above(source, text, &edits, above);
        spliced(text, &edits, |edit| edit.merged.clone())
    });
    let Some((found, places)) = attempts.find(|(found, _)| holds(found)) else {
        return Err(vec![cannot_change()]);
    };
    let was_laid_out = format(source, text).is_ok_and(|laid_out| laid_out == text);
    if was_laid_out {
        format(source, &found)
    } else {
        lay_out_touched(source, &found, &places)
    }
}

fn cannot_change() -> Diagnostic {
    Diagnostic::error(
        "layout-differs",
        "the change would have changed more than its place, so nothing was written",
    )
    .help("write the change into the file by hand")
}

fn edit(text: &str, change: &Change) -> Edit {
    let end = (change.place.end as usize).min(text.len());
    let place = (change.place.start as usize).min(end)..end;
    if change.text.trim().is_empty() {
        return Edit::plain(removal(text, place), String::new());
    }
    if place.is_empty() {
        return addition(text, place.start, change.text);
    }
    let merged = merged(text.get(place.clone()).unwrap_or(""), change.text);
    Edit {
        place,
        plain: change.text.trim().into(),
        merged: merged.text,
        homeless: merged.homeless,
    }
}

impl Edit {
    fn plain(place: Range<usize>, text: String) -> Edit {
        Edit {
            place,
            merged: text.clone(),
            plain: text,
            homeless: Vec::new(),
        }
    }
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or("");
    before.rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find('\n').map_or(text.len(), |length| at + length)
}

/// What goes with a place that is removed: whole lines with the comments right above them, or a comma.
fn removal(text: &str, place: Range<usize>) -> Range<usize> {
    let from = line_start(text, place.start);
    let to = line_end(text, place.end);
    let before = text.get(from..place.start).unwrap_or("").trim();
    let after = text.get(place.end..to).unwrap_or("").trim();
    let after = after.strip_prefix(',').unwrap_or(after).trim();
    if before.is_empty() && (after.is_empty() || after.starts_with('#')) {
        let mut from = from;
        while from > 0 {
            let above = line_start(text, from - 1);
            let line = text.get(above..from).unwrap_or("");
            if !line.trim_start().starts_with('#') {
                break;
            }
            from = above;
        }
        return from..(to + 1).min(text.len());
    }
    let rest = text.get(place.end..).unwrap_or("");
    let blanks = rest.len() - rest.trim_start().len();
    if rest.trim_start().starts_with(',') {
        return place.start..place.end + blanks + 1;
    }
    let before = text.get(..place.start).unwrap_or("").trim_end();
    let before = before.strip_suffix(',').map_or(place.start, str::len);
    before..place.end
}

/// An entry below the one that ends at a place, or beside it in a block of one line.
fn addition(text: &str, at: usize, added: &str) -> Edit {
    let end = line_end(text, at);
    let rest = text.get(at..end).unwrap_or("").trim();
    let (at, added) = if text.trim().is_empty() {
        (0, format!("{}\n", added.trim()))
    } else if rest.is_empty() || rest.starts_with('#') {
        (end, format!("\n{}", added.trim_end()))
    } else {
        (at, format!(", {}", added.trim()))
    };
    Edit::plain(at..at, added)
}

/// The text with the edits, and where they stand in it.
fn spliced(
    text: &str,
    edits: &[Edit],
    what: impl Fn(&Edit) -> String,
) -> (String, Vec<Range<usize>>) {
    let mut result = String::with_capacity(text.len());
    let mut places = Vec::new();
    let mut end = 0;
    for edit in edits {
        result.push_str(text.get(end..edit.place.start).unwrap_or(""));
        let start = result.len();
        result.push_str(&what(edit));
        places.push(start..result.len());
        end = edit.place.end;
    }
    result.push_str(text.get(end..).unwrap_or(""));
    (result, places)
}

/// Which comments of an old place go on lines above the new one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Above {
    /// Those that found no place in it.
    Homeless,
    /// All, and the new text comes as it was given.
    All,
}

fn with_comments_above(source: SourceId, text: &str, edits: &[Edit], above: Above) -> Vec<Edit> {
    let mut all = Vec::new();
    for edit in edits {
        let mut moved = edit.homeless.clone();
        let mut merged = edit.merged.clone();
        if above == Above::All && !edit.plain.is_empty() {
            let old = text.get(edit.place.clone()).unwrap_or("");
            let given = comment_texts(&parse(source, &edit.plain), &edit.plain);
            moved = comment_texts(&parse(source, old), old);
            moved.retain(|comment| !given.contains(comment));
            merged.clone_from(&edit.plain);
        }
        if !moved.is_empty() {
            let start = line_start(text, edit.place.start);
            let lines: Vec<String> = moved.iter().map(|it| format!("{it}\n")).collect();
            all.push(Edit::plain(start..start, lines.concat()));
        }
        all.push(Edit::plain(edit.place.clone(), merged));
    }
    all.sort_by_key(|edit| (edit.place.start, edit.place.end));
    all
}

fn comment_texts(parsed: &Parsed, text: &str) -> Vec<String> {
    let comments = parsed.comments.all().iter();
    let texts = comments.filter_map(|it| text.get(it.span.start as usize..it.span.end as usize));
    texts.map(str::to_owned).collect()
}

/// The comments that must still be there: all but those of what is removed.
fn kept_comments(source: SourceId, text: &str, edits: &[Edit]) -> Vec<String> {
    let parsed = parse(source, text);
    let removed = |at: usize| {
        let mut edits = edits.iter().filter(|edit| edit.plain.is_empty());
        edits.any(|edit| edit.place.contains(&at))
    };
    let comments = parsed.comments.all().iter();
    let comments = comments.filter(|it| !removed(it.span.start as usize));
    let texts = comments.filter_map(|it| text.get(it.span.start as usize..it.span.end as usize));
    texts.map(str::to_owned).collect()
}

fn has_all(parsed: &Parsed, text: &str, wanted: &[String]) -> bool {
    let mut found = comment_texts(parsed, text);
    wanted.iter().all(|comment| {
        let place = found.iter().position(|it| it == comment);
        place.map(|at| found.swap_remove(at)).is_some()
    })
}

fn says_the_same(wanted: &Parsed, found: &Parsed) -> bool {
    !errors_in(found) && wanted.tree.declarations.same(&found.tree.declarations)
}

/// Lays out the declarations that stand in these places, each by itself; the others stay as they are.
fn lay_out_touched(
    source: SourceId,
    text: &str,
    places: &[Range<usize>],
) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(source, text);
    let mut edits = Vec::new();
    for declaration in &parsed.tree.declarations {
        let place = declaration.span.start as usize..declaration.span.end as usize;
        let touched = |it: &Range<usize>| it.start < place.end && place.start < it.end;
        if places.iter().any(touched) {
            let written = text.get(place.clone()).unwrap_or("");
            let laid_out = format(source, written)?;
            edits.push(Edit::plain(place, laid_out.trim_end().into()));
        }
    }
    Ok(spliced(text, &edits, |edit| edit.plain.clone()).0)
}
