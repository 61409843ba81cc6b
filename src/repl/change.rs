//! A change on its way: the new model is loaded, checked and applied to the customers, and either
//! stands with the movement it causes, or is refused with the reason and nothing is changed.

use super::answer::{Answer, Ending};
use super::bench::{Bench, Computed, Held};
use super::edit::Editor;
use super::layout::{Layout, clean};
use super::movement;
use super::value;
use super::version::{Draft, Version};
use crate::model::program::Program;
use crate::plan::{Wanted, plan_for};
use crate::syntax::tree::{Declaration, Item};
use std::rc::Rc;

/// How many versions keep the segments of every customer.
const REMEMBERED: usize = 12;

impl Bench<'_> {
    /// Tries what an editor has made of the main file.
    pub(super) fn edited(
        &mut self,
        version: &Version,
        mut editor: Editor<'_>,
        what: String,
        declarations: &[Declaration],
    ) -> Computed<Answer> {
        let notes = std::mem::take(&mut editor.notes);
        let removed = editor.removed.take();
        let mut draft = Draft::of(version, what);
        draft.text = Some(editor.finish());
        let mut answer = self.change(draft).map_err(|mut answer| {
            if let (Some(removed), Ending::Wrong) = (removed, answer.ending) {
                let why = format!("the places above need `{}`\n", clean(&removed));
                answer.messages.push_str(&why);
            }
            answer
        })?;
        for note in notes {
            answer.text.push_str(&format!("({note})\n"));
        }
        self.beside(declarations, &mut answer);
        Ok(answer)
    }

    /// Tries a draft.
    pub(super) fn change(&mut self, draft: Draft) -> Computed<Answer> {
        let before = self.version()?;
        let Some(origin) = self.origin.clone() else {
            return self.version().map(|_| Answer::default());
        };
        let after = draft.load(&origin, self.world);
        let mut answer = self.said(&after, Some(&before));
        if after.program().is_none() {
            answer.messages.push_str("nothing was changed\n");
            answer.ending = Ending::Wrong;
            return Err(answer);
        }
        let after = Rc::new(after);
        let mut text = self.move_to(&before, &after)?;
        let hidden = after.restated(&before);
        if let (Some(scenario), false) = (&after.scenario, hidden.is_empty()) {
            text.push_str(&format!(
                "(the scenario `{}` restates {}; `:scenario` alone shows the change)\n",
                clean(scenario),
                clean(&quoted(&hidden)),
            ));
        }
        self.undo.push(before);
        self.redo.clear();
        self.forget_old();
        answer.text = text;
        Ok(answer)
    }

    /// Puts a version on the bench and says what moves; nothing is changed where that fails.
    pub(super) fn move_to(&mut self, before: &Version, after: &Rc<Version>) -> Computed<String> {
        let held = self.data_for(after).map_err(|trouble| {
            let mut answer = Answer::from(trouble);
            answer.messages.push_str("nothing was changed\n");
            answer
        })?;
        let text = match (&held, &self.data) {
            (Some(new), Some(old)) => {
                let text = self.moved((before, old), (after, new));
                text.map_err(|mut answer| {
                    if answer.ending != Ending::Stopped {
                        answer.messages.push_str("nothing was changed\n");
                    }
                    answer
                })?
            }
            _ => "changed; there is no data to show what moves\n".into(),
        };
        self.data = held;
        self.now = Some(after.clone());
        Ok(text)
    }

    /// What moves between two versions.
    pub(super) fn moved(
        &self,
        (before, old): (&Version, &Held),
        (after, new): (&Version, &Held),
    ) -> Computed<String> {
        let (Some(program), Some(_)) = (after.program(), before.program()) else {
            return Ok(String::new());
        };
        let was = self.segmented(before, old)?;
        let is = self.segmented(after, new)?;
        let inputs = &new.data.inputs;
        Ok(movement::text(
            program,
            &was,
            &is,
            inputs,
            self.world.width(),
        ))
    }

    /// What a change shows that is no movement of customers: hours of teams, how a check comes out.
    fn beside(&self, declarations: &[Declaration], answer: &mut Answer) {
        let serves = declarations.iter().any(|it| {
            let kind = match &it.item {
                Item::Remove(it) => it.kind.value.as_str(),
                Item::Service(_) | Item::Teams(_) | Item::Activities(_) => "service",
                _ => "",
            };
            matches!(kind, "service" | "team" | "activity")
        });
        let (Some(now), Some(before), Some(held)) = (&self.now, self.undo.last(), &self.data)
        else {
            return;
        };
        if serves && let Some(text) = self.hours(before, now, held) {
            answer.text.push_str(&text);
        }
        for declaration in declarations {
            if let Item::Check(check) = &declaration.item
                && let Ok(lines) = self.checks(now, held, Some(&check.label.value))
            {
                answer.text.push_str(&lines.0);
            }
        }
    }

    /// Hours and booking of the teams, before and after.
    fn hours(&self, before: &Version, after: &Version, held: &Held) -> Option<String> {
        let of = |version: &Version| {
            let program = version.program()?;
            let wanted = Wanted {
                service: true,
                ..Wanted::default()
            };
            let plan = plan_for(program, wanted);
            let outcome = self.run(version, &plan, held).ok()?;
            let teams = outcome.teams.iter().filter_map(|it| {
                let name = program.teams.get(it.team.0)?.name.clone();
                Some((name, it.planned, it.available))
            });
            Some(teams.collect::<Vec<_>>())
        };
        let (was, is) = (of(before)?, of(after)?);
        let mut table = Layout::new(&["team", "hours before>", "hours after>", "booked>"]);
        for (name, planned, available) in &is {
            let old = was.iter().find(|(old, ..)| old == name);
            table.row(vec![
                clean(name),
                old.map_or(String::new(), |(_, planned, _)| hours(*planned)),
                hours(*planned),
                booked(*planned, *available),
            ]);
        }
        (!table.is_empty()).then(|| table.lines(self.world.width()))
    }

    /// Old versions give back what can be computed again.
    fn forget_old(&mut self) {
        let old = self.undo.len().saturating_sub(REMEMBERED);
        for version in self.undo.iter().take(old) {
            let is_base = self
                .base
                .as_ref()
                .is_some_and(|base| Rc::ptr_eq(base, version));
            if !is_base {
                version.segments.borrow_mut().take();
            }
        }
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(", ")
}

/// A duration in millionths of a second as whole hours.
pub(super) fn hours(duration: i128) -> String {
    value::whole_money(crate::value::decimal::divide_rounded(duration, 3_600))
}

/// A part of a whole as a percent with one decimal.
pub(super) fn booked(part: i128, whole: i128) -> String {
    match part.checked_mul(1000) {
        Some(part) if whole > 0 => {
            let tenths = crate::value::decimal::divide_rounded(part, whole);
            format!("{}.{} %", tenths / 10, tenths.unsigned_abs() % 10)
        }
        _ => String::new(),
    }
}

/// The name of the first money among the customers' fields, by number.
pub(super) fn first_money(program: &Program) -> Option<usize> {
    let fields = &program.customers.fields;
    fields
        .iter()
        .position(|field| field.ty == crate::model::types::Type::Money)
}

/// The field by which people know a customer, beside the key.
pub(super) fn name_field(program: &Program) -> Option<usize> {
    let fields = &program.customers.fields;
    let text = |at: usize| {
        let field = fields.get(at)?;
        let is_text = field.ty == crate::model::types::Type::Text;
        (is_text && at != program.customers.key.0).then_some(at)
    };
    let named = fields.iter().position(|field| field.name == "name");
    named
        .and_then(text)
        .or_else(|| (0..fields.len()).find_map(text))
}
