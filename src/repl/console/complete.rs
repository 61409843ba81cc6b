//! What stands by while one types: completion, hints, colours, and whether a declaration is complete.
//! It knows names only; the model itself is never touched.

use super::colour::coloured;
use super::is_incomplete;
use super::names::{Names, WORDS};
use crate::repl::command::COMMANDS;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};
use std::borrow::Cow;

/// So many keys of customers are offered.
const KEYS: usize = 60;

/// A hint comes after so many letters of a word.
const LETTERS: usize = 2;

/// What stands by while one types.
pub(super) struct Assistant {
    color: bool,
    names: Names,
    files: FilenameCompleter,
}

impl Assistant {
    /// An assistant that knows these names.
    pub(super) fn new(color: bool, names: Names) -> Assistant {
        Assistant {
            color,
            names,
            files: FilenameCompleter::new(),
        }
    }

    /// Tells it the names of now.
    pub(super) fn know(&mut self, names: Names) {
        self.names = names;
    }

    /// The candidates for the word before the cursor, and where that word begins.
    fn candidates(&self, line: &str, pos: usize) -> (usize, Vec<Pair>) {
        let before = line.get(..pos).unwrap_or(line);
        if let Some(text) = open_text(before) {
            let begin = before.get(text..).unwrap_or("");
            let keys = self.names.keys(begin, KEYS).into_iter();
            return (
                text,
                keys.map(|key| pair(&key, format!("{key}\""))).collect(),
            );
        }
        let start = before
            .rfind(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.' | ':'))
            .map_or(0, |at| {
                at + before
                    .get(at..)
                    .and_then(|it| it.chars().next())
                    .map_or(1, char::len_utf8)
            });
        let word = before.get(start..).unwrap_or("");
        let command = before.trim_start().strip_prefix(':');
        let offered: Vec<String> = match command {
            Some(name) if !name.contains(char::is_whitespace) => {
                let commands = COMMANDS.iter().map(|(name, ..)| format!(":{name}"));
                commands.collect()
            }
            Some(rest) => match rest.split_whitespace().next() {
                Some("set") => self
                    .names
                    .params
                    .iter()
                    .map(|(name, _)| format!("{name}="))
                    .collect(),
                Some("weight") => self
                    .names
                    .paths
                    .iter()
                    .map(|(path, _)| path.clone())
                    .collect(),
                Some("scenario") => self.names.scenarios.clone(),
                Some("show") => self.names.things.clone(),
                Some("explain") => self.names.keys(word, KEYS),
                _ => self.words(),
            },
            None => self.words(),
        };
        let mut found: Vec<String> = offered
            .into_iter()
            .filter(|it| it.starts_with(word))
            .collect();
        found.sort();
        found.dedup();
        (
            start,
            found.into_iter().map(|it| pair(&it, it.clone())).collect(),
        )
    }

    fn words(&self) -> Vec<String> {
        let names = self.names.all.iter().map(|(name, ..)| name.clone());
        names
            .chain(WORDS.iter().map(|it| (*it).to_string()))
            .collect()
    }

    /// What may be said of the line as it stands, after the cursor.
    fn said(&self, line: &str) -> Option<String> {
        if let Some(command) = line.trim_start().strip_prefix(':') {
            let (name, rest) = command.split_once(char::is_whitespace)?;
            let rest = rest.trim();
            match name {
                "set" => {
                    let known = self.names.params.iter().find(|(param, _)| param == rest);
                    if let Some((_, value)) = known {
                        return Some(format!("   now {value}"));
                    }
                }
                "weight" => {
                    let known = self.names.paths.iter().find(|(path, _)| path == rest);
                    if let Some((_, weight)) = known {
                        return Some(format!("   now {weight}"));
                    }
                }
                _ => {}
            }
            if rest.is_empty() {
                let known = COMMANDS.iter().find(|(command, ..)| *command == name);
                return known.map(|(_, arguments, _)| (*arguments).to_string());
            }
            return None;
        }
        let start = line
            .rfind(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '.'))
            .map_or(0, |at| at + 1);
        let word = line.get(start..)?;
        let (_, _, what) = self.names.known(word)?;
        (start == 0 && !what.is_empty()).then(|| format!("   {what}"))
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        context: &Context<'_>,
    ) -> Result<(usize, Vec<Pair>)> {
        if wants_file(line.get(..pos).unwrap_or(line)) {
            return self.files.complete(line, pos, context);
        }
        Ok(self.candidates(line, pos))
    }
}

impl Hinter for Assistant {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _context: &Context<'_>) -> Option<String> {
        if pos < line.len() || line.is_empty() || line.len() > 2_000 {
            return None;
        }
        if let Some(said) = self.said(line) {
            return Some(said);
        }
        let (start, found) = self.candidates(line, pos);
        let word = line.get(start..)?;
        match found.as_slice() {
            [one] if word.chars().count() > LETTERS => {
                let rest = one.replacement.strip_prefix(word)?;
                (!rest.is_empty()).then(|| rest.to_string())
            }
            _ => None,
        }
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _pos: usize) -> Cow<'l, str> {
        match coloured(line, &self.names) {
            Some(text) if self.color => Cow::Owned(text),
            _ => Cow::Borrowed(line),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        match self.color {
            true => Cow::Owned(format!("\x1b[2m{hint}\x1b[0m")),
            false => Cow::Borrowed(hint),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(
        &'s self,
        prompt: &'p str,
        _default: bool,
    ) -> Cow<'b, str> {
        match self.color {
            true => Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m")),
            false => Cow::Borrowed(prompt),
        }
    }

    fn highlight_char(&self, line: &str, _pos: usize, kind: CmdKind) -> bool {
        // A very long line is not coloured, and so need not be drawn again for each letter.
        self.color && line.len() < 20_000 && kind != CmdKind::MoveCursor
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        Ok(match is_incomplete(context.input()) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

impl Helper for Assistant {}

fn pair(shown: &str, replacement: String) -> Pair {
    Pair {
        display: shown.to_string(),
        replacement,
    }
}

/// Where the text begins that is open before the cursor.
fn open_text(before: &str) -> Option<usize> {
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let quotes = before
        .get(line..)?
        .match_indices('"')
        .map(|(at, _)| line + at);
    let quotes: Vec<usize> = quotes.collect();
    match quotes.len() % 2 {
        1 => quotes.last().map(|at| at + 1),
        _ => None,
    }
}

/// Whether a file is wanted where the cursor stands.
fn wants_file(before: &str) -> bool {
    let words: Vec<&str> = before.split_whitespace().collect();
    let command = matches!(words.first(), Some(&(":load" | ":data" | ":save")))
        && before.trim_start().contains(char::is_whitespace);
    let in_text = open_text(before).is_some_and(|at| {
        let head = before.get(..at.saturating_sub(1)).unwrap_or("").trim_end();
        head.ends_with("use") || head.ends_with("from")
    });
    command || in_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_wanted_where_they_stand() {
        assert!(wants_file(":load exam"));
        assert!(wants_file(":save "));
        assert!(!wants_file(":load"));
        assert!(wants_file("use \"../ba"));
        assert!(!wants_file("revenue for \"C-1"));
        assert_eq!(open_text("revenue for \"C-1"), Some(13));
        assert_eq!(open_text("revenue for \"C-1\""), None);
    }

    #[test]
    fn commands_are_completed() {
        let assistant = Assistant::new(false, Names::default());
        let (start, found) = assistant.candidates(":und", 4);
        let found: Vec<&str> = found.iter().map(|it| it.replacement.as_str()).collect();
        assert_eq!((start, found), (0, vec![":undo"]));
        assert_eq!(assistant.said(":weight "), Some("PATH N%".into()));
    }
}
