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
    let trials = Trials::new(program);
    let proofs = proof::prove(program, &trials);
    let mut found = proofs.found;
    let mentioned = Mentioned::of(loaded);
    let unused = proof::unused(program);
    found.extend(unused.iter().filter_map(|it| idle(loaded, &mentioned, it)));
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
            let before = std::iter::once("").chain(words(&text));
            let pairs = before.zip(words(&text));
            let words_of_file = pairs.filter(|(before, _)| *before != "param");
            mentioned
                .not_as_param
                .extend(words_of_file.map(|(_, word)| word.to_owned()));
        }
        if let Some(main) = loaded.files.last() {
            let text = plain(loaded, main);
            for declaration in &main.parsed.tree.declarations {
                if let Item::Scenario(_) = declaration.item {
                    let span = declaration.span;
                    let place = span.start as usize..span.end as usize;
                    let scenario = text.get(place).unwrap_or_default();
                    mentioned
                        .in_scenarios
                        .extend(words(scenario).map(str::to_owned));
                }
            }
        }
        mentioned
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
    let blank = |letter: char| " ".repeat(letter.len_utf8());
    text.chars()
        .map(|letter| {
            let was = inside;
            if letter == '\n' {
                inside = false;
            } else if letter == '"' && !escaped {
                inside = !inside;
            }
            escaped = was && letter == '\\' && !escaped;
            match was && inside {
                true => blank(letter),
                false => letter.to_string(),
            }
        })
        .collect()
}
