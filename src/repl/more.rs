//! Commands that lead to what other floors do: why a customer is where it is, the tests, and the
//! changed model as a file.

use super::answer::{Answer, Ending};
use super::bench::{Bench, Computed};
use super::layout::{clean, counted};
use crate::base::{Diagnostic, SourceId};
use crate::explain;
use crate::format::format;
use crate::syntax::tree::Item;
use crate::testing::{self, State};
use std::path::Path;
use std::rc::Rc;

impl Bench<'_> {
    /// Why a customer is where it is.
    pub(super) fn explain(&self, rest: &str) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let wanted = rest.trim().trim_matches('"');
        let Some(program) = version.program().filter(|_| !wanted.is_empty()) else {
            return Err(self.usage("explain"));
        };
        let row = self.row_of(program, &held, wanted)?;
        let inputs = &held.data.inputs;
        let sources = &version.loaded.sources;
        let told =
            explain::Bench::new(program, sources, inputs, &[row]).map_err(|errors| Answer {
                messages: self.world.values(&errors, &held.data, sources),
                ending: Ending::Data,
                ..Answer::default()
            })?;
        let Some(explanation) = told.explain_with_changes(row) else {
            return Ok(Answer::text("there is nothing to explain\n"));
        };
        Ok(Answer::text(explain::human(&explanation, &explain::plain)))
    }

    /// How the tests of the model come out.
    pub(super) fn test(&self) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let suite = testing::run(&version.loaded, &held.data.inputs.lookups, None);
        let mut text = String::new();
        let mut failed = 0;
        for test in suite.tests.iter().filter(|it| !it.held()) {
            failed += 1;
            text.push_str(&format!("  FAILED  {}\n", clean(&test.name)));
            for expectation in &test.expectations {
                if expectation.state == State::Held {
                    continue;
                }
                let written = version.loaded.sources.text(expectation.span);
                let values: Vec<String> = expectation
                    .operands
                    .iter()
                    .map(|operand| {
                        let name = version.loaded.sources.text(operand.at);
                        let value = operand.value.as_deref().unwrap_or("missing");
                        format!("{} = {}", clean(name.trim()), clean(value))
                    })
                    .collect();
                let values = match values.is_empty() {
                    true => String::new(),
                    false => format!("   ({})", values.join(", ")),
                };
                text.push_str(&format!("          {}{values}\n", clean(written)));
            }
        }
        let held_count = suite.tests.len() - failed;
        let held_text = counted(held_count, "test holds", "tests hold");
        text.push_str(&match failed {
            0 if suite.tests.is_empty() => "the model has no tests\n".to_string(),
            0 => format!("{held_text}\n"),
            _ => format!("{held_text}, {failed} failed\n"),
        });
        let left_out = version.tests_left_out();
        if !left_out.is_empty() {
            let count = counted(left_out.len(), "test no longer fits", "tests no longer fit");
            text.push_str(&format!("{count}: {}\n", left_out.join(", ")));
        }
        Ok(Answer {
            text,
            ending: if failed > 0 {
                Ending::NotHeld
            } else {
                Ending::Well
            },
            ..Answer::default()
        })
    }

    /// Writes the changed model.
    pub(super) fn save(&mut self, rest: &str) -> Computed<Answer> {
        let version = self.version()?;
        let (Some(origin), Some(base)) = (self.origin.clone(), self.base.clone()) else {
            return Err(self.usage("save"));
        };
        let (rest, force) = match rest.trim().strip_suffix("--force") {
            Some(rest) => (rest.trim(), true),
            None => (rest.trim(), false),
        };
        let name = rest.trim_matches('"');
        if name.is_empty() {
            return Err(self.usage("save"));
        }
        let path = Path::new(name);
        let files = self.world.files();
        let there = files.read(path);
        let own = match (files.locate(path), files.locate(&origin.main)) {
            (Ok(path), Ok(main)) => path == main,
            _ => false,
        };
        let saved = self.saved.as_ref().unwrap_or(&base);
        if let (Ok(bytes), false) = (&there, force) {
            let as_read = saved.main_text().as_bytes() == bytes.as_slice();
            if own && !as_read && self.saved_text.as_deref().map(str::as_bytes) != Some(bytes) {
                let message = format!(
                    "`{}` has changed on the disk since it was loaded",
                    clean(name)
                );
                let help = "save under another name, or add `--force` to overwrite it";
                return Err(self.wrong(Diagnostic::error("not-own-file", message).help(help)));
            }
            if !own {
                let message = format!("`{}` is there already", clean(name));
                let help = "save under another name, or add `--force` to overwrite it";
                return Err(self.wrong(Diagnostic::error("not-own-file", message).help(help)));
            }
        }
        let text = laid_out(base.main_text(), version.main_text());
        self.world.write(path, &text)?;
        let mut said = format!("saved as {}\n", clean(name));
        if let Some(scenario) = &version.scenario {
            said.push_str(&format!(
                "(the scenario `{scenario}` is applied here; the file is the model without it)\n"
            ));
        }
        for (param, _) in &version.set {
            said.push_str(&format!(
                "(`{param}` is set from outside; the file has its own value)\n"
            ));
        }
        let left_out = version.tests_left_out();
        if !left_out.is_empty() {
            let count = counted(left_out.len(), "test no longer fits", "tests no longer fit");
            said.push_str(&format!(
                "({count} the model, and must be mended: {})\n",
                left_out.join(", ")
            ));
        }
        if !own && path.parent() != origin.main.parent() && names_files(&version) {
            said.push_str("(files that it names are looked for beside it)\n");
        }
        self.saved = Some(version);
        self.saved_text = Some(text);
        Ok(Answer::text(said))
    }

    /// A word on changes that no file has, at the end of a sitting.
    pub(crate) fn unsaved(&self) -> String {
        let (Some(now), Some(base)) = (&self.now, &self.base) else {
            return String::new();
        };
        let saved = self.saved.as_ref().unwrap_or(base);
        if now.main_text() == saved.main_text() {
            return String::new();
        }
        let at = self.undo.iter().position(|it| Rc::ptr_eq(it, saved));
        let count = self.undo.len() - at.unwrap_or(0);
        format!("{} not saved", counted(count, "change was", "changes were"))
    }
}

/// The changed text in the canonical layout, where the file was in it before; else as it is, so that
/// nothing but the change differs.
fn laid_out(before: &str, now: &str) -> String {
    let was_laid_out = format(SourceId(0), before).is_ok_and(|it| it == before);
    match format(SourceId(0), now) {
        Ok(text) if was_laid_out => text,
        _ => now.to_string(),
    }
}

fn names_files(version: &super::version::Version) -> bool {
    let main = version.loaded.files.last();
    main.is_some_and(|file| {
        file.parsed
            .tree
            .declarations
            .iter()
            .any(|it| match &it.item {
                Item::Use(_) => true,
                Item::Customers(it) | Item::Table(it) => it.from.is_some(),
                _ => false,
            })
    })
}
