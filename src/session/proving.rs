//! A loaded model → what can be proved of it: over all customers, and what nothing uses. Made-up
//! customers are run through the model before anything is said of them.

use super::Loaded;
use super::allowance::{Allowance, judge, silence};
use super::messages::{in_order, without_comments};
use super::reading::RuleFile;
use super::trial::Trials;
use crate::base::Diagnostic;
use crate::model::proof::{self, Unused};
use crate::syntax::tree::Item;
use std::collections::HashSet;

/// Adds what is proved to the messages of a model without errors; gives the questions left open.
pub fn prove(loaded: &mut Loaded) -> Vec<Diagnostic> {
    let Some(program) = &loaded.program else {
        return Vec::new();
    };
    let trials = Trials::new(loaded, program);
    let proofs = proof::prove(program, &trials);
    let mut found = proofs.found;
    let unused = proof::unused(program);
    // The texts are looked at only where something may be idle.
    if !unused.is_empty() {
        let mentioned = Mentioned::of(loaded);
        found.extend(unused.iter().filter_map(|it| idle(loaded, &mentioned, it)));
    }
    let allowances = Allowance::all(loaded);
    let mut needed = std::mem::take(&mut loaded.allowed);
    silence(&mut found, &allowances, &loaded.sources, &mut needed);
    let mut open = proofs.open;
    silence(&mut open, &allowances, &loaded.sources, &mut needed);
    found.extend(judge(&allowances, &needed, false));
    loaded.allowed = needed;
    let mut all = std::mem::take(&mut loaded.diagnostics);
    all.extend(found);
    loaded.diagnostics = in_order(all);
    in_order(open)
}

/// Takes in what the data showed: all of it, or none where there was no data to look at. Gives the
/// notes.
pub fn accept(loaded: &mut Loaded, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let allowances = Allowance::all(loaded);
    let mut needed = std::mem::take(&mut loaded.allowed);
    silence(&mut found, &allowances, &loaded.sources, &mut needed);
    found.extend(judge(&allowances, &needed, true));
    loaded.allowed = needed;
    let (notes, found): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|it| !it.is_error() && !it.is_warning());
    let mut all = std::mem::take(&mut loaded.diagnostics);
    all.extend(found);
    loaded.diagnostics = in_order(all);
    in_order(notes)
}

/// The message about something unused, where the main file declares it and nothing mentions it: a
/// scenario may use what the model as it stands does not.
fn idle(loaded: &Loaded, mentioned: &Mentioned, unused: &Unused) -> Option<Diagnostic> {
    let main = loaded.files.last()?;
    let Unused { what, name, span } = unused;
    if span.source != main.source {
        return None;
    }
    let used = match *what {
        // Values of params are put in where they stand, so only the texts tell.
        "param" => mentioned.not_as_param.contains(name),
        _ => mentioned.in_scenarios.contains(name),
    };
    if used {
        return None;
    }
    let message = format!("nothing uses the {what} `{name}`");
    let found = match *what {
        "field" => Diagnostic::warning("unused-field", message),
        "param" => Diagnostic::warning("unused-param", message),
        "lookup" => Diagnostic::warning("unused-lookup", message),
        "table" => Diagnostic::warning("unused-table", message),
        _ => Diagnostic::warning("unused-let", message),
    };
    Some(found.at(*span, "not used").help("leave it out, or use it"))
}

/// Words of the texts, looked up once for all that is unused.
#[derive(Default)]
struct Mentioned {
    /// Words of any file that do not stand behind `param`.
    not_as_param: HashSet<String>,
    /// Words of the scenarios of the main file.
    in_scenarios: HashSet<String>,
}

impl Mentioned {
    fn of(loaded: &Loaded) -> Mentioned {
        let mut mentioned = Mentioned::default();
        for file in &loaded.files {
            let text = plain(loaded, file);
            let mut before = "";
            for word in words(&text) {
                if before != "param" {
                    note(&mut mentioned.not_as_param, word);
                }
                before = word;
            }
            if loaded
                .files
                .last()
                .is_none_or(|main| main.source != file.source)
            {
                continue;
            }
            for declaration in &file.parsed.tree.declarations {
                if let Item::Scenario(_) = declaration.item {
                    let span = declaration.span;
                    let place = span.start as usize..span.end as usize;
                    for word in words(text.get(place).unwrap_or_default()) {
                        note(&mut mentioned.in_scenarios, word);
                    }
                }
            }
        }
        mentioned
    }
}

/// Adds a word; most are known already.
fn note(known: &mut HashSet<String>, word: &str) {
    if !known.contains(word) {
        known.insert(word.to_owned());
    }
}

/// The text of a file without its comments and without what stands in quotes.
fn plain(loaded: &Loaded, file: &RuleFile) -> String {
    let source = loaded.sources.get(file.source);
    let text = source.map_or("", |it| &it.text);
    without_texts(&without_comments(text, file.parsed.comments.all()))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|it| !it.is_empty())
}

/// A text with what stands in quotes blanked.
fn without_texts(text: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let was = inside;
        if letter == '\n' {
            inside = false;
        } else if letter == '"' && !escaped {
            inside = !inside;
        }
        escaped = was && letter == '\\' && !escaped;
        if was && inside {
            plain.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            plain.push(letter);
        }
    }
    plain
}
