//! The commands of the bench: `:name rest`. Each is a few lines that lead to where the work is done.

use super::answer::{Answer, Ending};
use super::bench::{Bench, Computed};
use super::edit::Editor;
use super::layout::clean;
use super::version::Draft;
use crate::base::{Diagnostic, suggest};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A command, what stands after it, and what it does.
pub const COMMANDS: [(&str, &str, &str); 21] = [
    (
        "load",
        "MODEL [DATA]",
        "put a model and its data on the bench",
    ),
    ("data", "FILE", "read other customers"),
    (
        "reload",
        "",
        "read the rule files and the data again; what was tried is given up",
    ),
    (
        "show",
        "NAME",
        "how something is declared, and what it is now",
    ),
    (
        "segments",
        "",
        "how many customers each segment has, and what they bring in",
    ),
    (
        "top",
        "N by EXPR",
        "the customers with the most of something",
    ),
    ("set", "PARAM=VALUE", "give a param another value"),
    (
        "weight",
        "PATH N%",
        "give a criterion another weight; the others share the rest",
    ),
    (
        "scenario",
        "[NAME]",
        "apply a scenario; without a name none",
    ),
    ("diff", "", "what has moved since loading"),
    ("changes", "", "what was tried, in order"),
    ("undo", "", "take the last change back"),
    ("redo", "", "make it again"),
    (
        "map",
        "[X by Y]",
        "the picture of all customers between two values",
    ),
    (
        "explain",
        "KEY",
        "why a customer is where it is, and what would move it",
    ),
    (
        "plan",
        "",
        "hours by team, segment and person; activities planned and done; what it costs",
    ),
    ("test", "", "how the tests of the model come out"),
    ("save", "FILE", "write the changed model"),
    ("check", "", "whether the checks and warnings hold"),
    ("help", "", "this list"),
    ("quit", "", "end the sitting"),
];

impl Bench<'_> {
    /// Does what a command says.
    pub(super) fn command(&mut self, name: &str, rest: &str) -> Computed<Answer> {
        match name {
            "help" | "h" | "?" => Ok(Answer::text(help())),
            "quit" | "q" | "exit" => Ok(Answer {
                quit: true,
                ..Answer::default()
            }),
            "load" => self.load_command(rest),
            "data" => self.data_command(rest),
            "reload" => self.reload(),
            "show" => self.show(rest).map(Answer::text),
            "segments" => self.segments().map(Answer::text),
            "top" => self.top(rest),
            "set" => self.set(rest),
            "weight" => self.weight(rest),
            "scenario" => self.scenario(rest),
            "diff" => self.since_loading(),
            "changes" => self.changes(),
            "map" => self.map(rest),
            "explain" => self.explain(rest),
            "plan" => self.plan(),
            "test" => self.test(),
            "save" => self.save(rest),
            "undo" => self.step(true),
            "redo" => self.step(false),
            "check" => self.check_command(),
            _ => {
                let names = COMMANDS.iter().map(|(name, ..)| *name);
                let near = suggest::nearest(name, names);
                let help = match near {
                    Some(near) => format!("the nearest is `:{near}`"),
                    None => "`:help` lists the commands".into(),
                };
                let message = format!("there is no command `:{}`", clean(name));
                Err(self.wrong(Diagnostic::error("unknown-command", message).help(help)))
            }
        }
    }

    /// How a command is written.
    pub(super) fn usage(&self, name: &str) -> Answer {
        let known = COMMANDS.iter().find(|(command, ..)| *command == name);
        let (arguments, what) = known.map_or(("", ""), |(_, arguments, what)| (*arguments, *what));
        let message = format!("`:{name}` is written `:{name} {arguments}`");
        let help = format!("`:{name}`: {what}");
        self.wrong(Diagnostic::error("command-use", message).help(help))
    }

    fn load_command(&mut self, rest: &str) -> Computed<Answer> {
        let words = words(rest);
        let (model, data) = match words.as_slice() {
            [model] => (model, None),
            [model, data] => (model, Some(Path::new(data))),
            _ => return Err(self.usage("load")),
        };
        let unsaved = self.unsaved();
        let before = self.now.clone();
        let mut answer = self.open(Path::new(model), data, None, Vec::new());
        let same = match (&before, &self.now) {
            (Some(before), Some(now)) => Rc::ptr_eq(before, now),
            _ => true,
        };
        if !unsaved.is_empty() && !same {
            answer.text.push_str(&format!("({unsaved})\n"));
        }
        Ok(answer)
    }

    fn data_command(&mut self, rest: &str) -> Computed<Answer> {
        let version = self.version()?;
        let words = words(rest);
        let [file] = words.as_slice() else {
            return Err(self.usage("data"));
        };
        let path = PathBuf::from(file);
        let data = self.world.read(&version.loaded, Some(&path))?;
        let rows = data.inputs.customers.rows;
        self.data_path = Some(path);
        self.hold(&version, data);
        self.forget_segments();
        Ok(Answer::text(format!(
            "{}\n",
            super::layout::counted(rows, "customer", "customers")
        )))
    }

    /// Reads everything again. What was there stays where anything is wrong.
    fn reload(&mut self) -> Computed<Answer> {
        let version = self.version()?;
        let (Some(origin), Some(base)) = (self.origin.clone(), self.base.clone()) else {
            return Ok(Answer::default());
        };
        let mut draft = Draft::of(&base, "as loaded");
        draft.text = None;
        let fresh = draft.load(&origin, self.world);
        let mut answer = self.said(&fresh, None);
        if fresh.program().is_none() {
            answer.messages.push_str("nothing was changed\n");
            answer.ending = Ending::Wrong;
            return Err(answer);
        }
        let data = self
            .world
            .read(&fresh.loaded, self.data_path.as_deref())
            .map_err(|trouble| {
                let mut answer = Answer::from(trouble);
                answer
                    .messages
                    .push_str("the data that was read before stays on the bench\n");
                answer
            })?;
        let fresh = Rc::new(fresh);
        let rows = data.inputs.customers.rows;
        self.hold(&fresh, data);
        self.forget_segments();
        let given_up = self.undo.len();
        self.base = Some(fresh.clone());
        self.now = Some(fresh);
        self.undo.clear();
        self.redo.clear();
        answer.text = super::layout::counted(rows, "customer", "customers");
        if given_up > 0 && version.text.is_some() {
            let changes = super::layout::counted(given_up, "change", "changes");
            answer.text.push_str(&format!("; {changes} given up"));
        }
        answer.text.push('\n');
        Ok(answer)
    }

    fn forget_segments(&mut self) {
        let all = self
            .undo
            .iter()
            .chain(&self.redo)
            .chain(&self.base)
            .chain(&self.now);
        for version in all {
            version.segments.borrow_mut().take();
        }
    }

    fn top(&mut self, rest: &str) -> Computed<Answer> {
        let (count, by) = match rest.split_once(" by ") {
            Some((count, by)) => (count.trim(), by.trim()),
            None => return Err(self.usage("top")),
        };
        if count.parse::<usize>().is_err() || by.is_empty() {
            return Err(self.usage("top"));
        }
        let program = self.version()?;
        let name = program.program().and_then(|program| {
            let at = super::change::name_field(program)?;
            Some(program.customers.fields.get(at)?.name.clone())
        });
        let question = match name {
            Some(name) if name != by => format!("{name}, {by} top {count} by {by}"),
            _ => format!("{by} top {count} by {by}"),
        };
        self.question(&question)
    }

    fn set(&mut self, rest: &str) -> Computed<Answer> {
        let version = self.version()?;
        let (name, value) = match rest.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
                (name.trim(), value.trim())
            }
            _ => return Err(self.usage("set")),
        };
        let mut editor = Editor::new(&version.loaded, version.main_text());
        editor.param(name, value).map_err(|it| self.wrong(*it))?;
        let mut draft = Draft::of(&version, format!("{name} = {value}"));
        draft.text = Some(editor.finish());
        draft.set.retain(|(set, _)| set != name);
        self.change(draft)
    }

    fn weight(&mut self, rest: &str) -> Computed<Answer> {
        let version = self.version()?;
        let Some((path, weight)) = rest.split_once(char::is_whitespace) else {
            return Err(self.usage("weight"));
        };
        let mut editor = Editor::new(&version.loaded, version.main_text());
        let weight = weight.trim();
        editor.weight(path, weight).map_err(|it| self.wrong(*it))?;
        let full = editor.full_path(path).unwrap_or_else(|_| path.into());
        let mut answer = self.edited(&version, editor, format!("weight {path} {weight}"), &[])?;
        answer.text = self.weights_around(&full) + &answer.text;
        Ok(answer)
    }

    /// The weights of the siblings of a member as they are now.
    fn weights_around(&self, path: &str) -> String {
        let Some(program) = self.program() else {
            return String::new();
        };
        let siblings = super::weights::siblings(program, path);
        let sum: i128 = siblings.iter().map(|(_, weight)| weight).sum();
        let shares: Vec<String> = siblings
            .iter()
            .map(|(path, weight)| {
                let name = path.rsplit('.').next().unwrap_or(path);
                let share = weight
                    .checked_mul(100_000_000)
                    .map_or(0, |it| it / sum.max(1));
                let share = crate::value::decimal::divide_rounded(share, 10_000) * 10_000;
                format!("{name} {} %", crate::value::decimal::wide_text(share))
            })
            .collect();
        format!("{}: {}\n", super::things::parent(path), shares.join(", "))
    }

    fn scenario(&mut self, rest: &str) -> Computed<Answer> {
        let version = self.version()?;
        let name = rest.trim();
        if name == version.scenario.as_deref().unwrap_or("") {
            let known: Vec<&str> = version
                .loaded
                .assembly
                .scenarios
                .iter()
                .map(|(name, _)| name.value.as_str())
                .collect();
            let text = match (known.is_empty(), name.is_empty()) {
                (true, _) => "the model has no scenarios\n".to_string(),
                (_, false) => format!("the scenario `{name}` is applied already\n"),
                (_, true) => format!("no scenario is applied; there are {}\n", known.join(", ")),
            };
            return Ok(Answer::text(text));
        }
        let what = match name {
            "" => "no scenario".to_string(),
            name => format!("scenario {name}"),
        };
        let mut draft = Draft::of(&version, what);
        draft.scenario = (!name.is_empty()).then(|| name.to_string());
        self.change(draft)
    }

    fn since_loading(&mut self) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let Some(base) = self.base.clone() else {
            return Ok(Answer::default());
        };
        if Rc::ptr_eq(&base, &version) {
            return Ok(Answer::text("nothing was changed since loading\n"));
        }
        let old = self.data_for(&base)?.unwrap_or(held.clone());
        self.moved((&base, &old), (&version, &held))
            .map(Answer::text)
    }

    fn changes(&mut self) -> Computed<Answer> {
        let version = self.version()?;
        let mut text = String::new();
        let done = self.undo.iter().skip(1).chain(std::iter::once(&version));
        for (at, version) in done.enumerate() {
            if !self.undo.is_empty() {
                text.push_str(&format!("{:>3}  {}\n", at + 1, version.what));
            }
        }
        for version in self.redo.iter().rev() {
            text.push_str(&format!("  ·  {} (taken back)\n", version.what));
        }
        if text.is_empty() {
            text.push_str("nothing was changed since loading\n");
        }
        Ok(Answer::text(text))
    }

    /// One change back, or forward again.
    fn step(&mut self, back: bool) -> Computed<Answer> {
        let version = self.version()?;
        let from = if back { &self.undo } else { &self.redo };
        let Some(target) = from.last().cloned() else {
            let text = if back {
                "there is nothing to take back\n"
            } else {
                "there is nothing to make again\n"
            };
            return Ok(Answer::text(text));
        };
        let text = self.move_to(&version, &target)?;
        let what = if back { &version.what } else { &target.what };
        let what = format!(
            "{}: {what}\n",
            if back { "taken back" } else { "made again" }
        );
        if back {
            self.undo.pop();
            self.redo.push(version);
        } else {
            self.redo.pop();
            self.undo.push(version);
        }
        Ok(Answer::text(what + &text))
    }

    fn check_command(&mut self) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let (text, held_all) = self.checks(&version, &held, None)?;
        Ok(Answer {
            text: if text.is_empty() {
                "the model has no checks\n".into()
            } else {
                text
            },
            ending: if held_all {
                Ending::Well
            } else {
                Ending::NotHeld
            },
            ..Answer::default()
        })
    }
}

fn help() -> String {
    let mut text = String::from(
        "A declaration replaces the one of its name and shows whom it moves; an expression is computed.\n\n",
    );
    let examples = [
        ("sum(revenue)", "over all customers"),
        ("count(), sum(revenue) by segment", "for each group"),
        ("attractiveness for \"C-1042\"", "for one customer"),
        ("name, revenue where segment is key top 10", "a list"),
        ("key when attractiveness >= 6.5", "another clause"),
        (
            "criterion attractiveness.fit weight 20% as is",
            "a criterion, new or restated",
        ),
    ];
    for (example, what) in examples {
        text.push_str(&format!("  {example:<46} {what}\n"));
    }
    text.push('\n');
    for (name, arguments, what) in COMMANDS {
        let command = format!(":{name} {arguments}");
        text.push_str(&format!("  {command:<24} {what}\n"));
    }
    text
}

/// Words of a line; those in quotes may have spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut begun = false;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(end), letter) if letter == end => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                begun = true;
            }
            (None, letter) if letter.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (_, letter) => {
                word.push(letter);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
