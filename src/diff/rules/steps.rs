//! The way from an old model to a new one, change by change: each applied alone, and all in order.
//! A change that does not stand alone goes together with those that it needs.

use super::apply::Between;
use super::fact::Change;
use crate::model::check::{Settings, check};
use crate::model::program::Program;
use crate::session::Loaded;
use crate::value::Date;

/// Above this many changes it is not searched which of them need each other.
const SEARCHED: usize = 60;

/// Changes that are applied together.
#[derive(Clone, Debug)]
pub struct Step {
    /// The changes, by position.
    pub changes: Vec<usize>,
    /// The old model with these changes alone.
    pub alone: Program,
    /// The old model with these changes and those of all steps before.
    pub in_order: Program,
}

/// The way from an old model to a new one.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// The steps; empty where nothing that changed can move a customer.
    pub steps: Vec<Step>,
}

/// The way from `old` to `new` by these changes; those that move nobody are left out.
pub fn steps(old: &Loaded, new: &Loaded, changes: &[Change]) -> Steps {
    let (Some(before), Some(after)) = (&old.program, &new.program) else {
        return Steps::default();
    };
    let way = Way {
        old: between(old, new),
        new: between(new, old),
        changes,
        days: (before.today, after.today),
    };
    let moving: Vec<usize> = (0..changes.len())
        .filter(|at| changes.get(*at).is_some_and(|it| it.moves))
        .collect();
    let mut groups = way.groups(&moving);
    // Steps that stand alone but not after each other are joined until every one does.
    loop {
        match way.programs(&groups) {
            Ok(steps) => return Steps { steps },
            Err(at) if at + 1 < groups.len() => {
                let next = groups.remove(at + 1);
                if let Some(group) = groups.get_mut(at) {
                    group.extend(next);
                    group.sort_unstable();
                }
            }
            Err(at) if at > 0 => {
                let last = groups.remove(at);
                if let Some(group) = groups.get_mut(at - 1) {
                    group.extend(last);
                    group.sort_unstable();
                }
            }
            Err(_) => return Steps::default(),
        }
    }
}

/// The declarations that decide about customers; bare money keeps the currency of its own file.
fn between(loaded: &Loaded, other: &Loaded) -> Between {
    let mut assembly = loaded.assembly.clone();
    for (source, currency) in &other.assembly.currencies {
        let known = assembly.currencies.entry(*source);
        known.or_insert_with(|| currency.clone());
    }
    assembly.tests.clear();
    assembly.checks.clear();
    assembly.output = None;
    Between {
        assembly,
        params: loaded.params.clone(),
    }
}

struct Way<'a> {
    old: Between,
    new: Between,
    changes: &'a [Change],
    /// Today of the old and of the new model.
    days: (Date, Date),
}

impl Way<'_> {
    /// The changes in groups that stand alone.
    fn groups(&self, moving: &[usize]) -> Vec<Vec<usize>> {
        let stands = |group: &[usize]| self.alone(group).is_some();
        if moving.len() > SEARCHED && !moving.iter().all(|at| stands(&[*at])) {
            return vec![moving.to_vec()];
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in moving {
            let mut group = vec![*at];
            if !stands(&group) {
                group = self.together(*at, moving);
            }
            // Groups that share a change are one.
            let mut apart = Vec::new();
            for known in groups {
                if known.iter().any(|it| group.contains(it)) {
                    group.extend(known);
                } else {
                    apart.push(known);
                }
            }
            group.sort_unstable();
            group.dedup();
            groups = apart;
            groups.push(group);
        }
        groups.sort();
        groups
    }

    /// A change with the fewest others that make it stand, as far as leaving out one by one finds.
    fn together(&self, at: usize, moving: &[usize]) -> Vec<usize> {
        for other in moving.iter().filter(|it| **it != at) {
            let pair = vec![at, *other];
            if self.alone(&pair).is_some() {
                return pair;
            }
        }
        let mut group = moving.to_vec();
        for other in moving.iter().filter(|it| **it != at) {
            let without: Vec<usize> = group.iter().copied().filter(|it| it != other).collect();
            if self.alone(&without).is_some() {
                group = without;
            }
        }
        group
    }

    fn alone(&self, group: &[usize]) -> Option<Program> {
        let mut model = self.old.clone();
        self.take(&mut model, group);
        self.check(&model, group)
    }

    /// The programs of all steps, or the first step that does not stand after those before.
    fn programs(&self, groups: &[Vec<usize>]) -> Result<Vec<Step>, usize> {
        let mut model = self.old.clone();
        let mut taken: Vec<usize> = Vec::new();
        let mut steps = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            self.take(&mut model, group);
            taken.extend(group);
            let (Some(alone), Some(in_order)) = (self.alone(group), self.check(&model, &taken))
            else {
                return Err(at);
            };
            steps.push(Step {
                changes: group.clone(),
                alone,
                in_order,
            });
        }
        Ok(steps)
    }

    fn take(&self, model: &mut Between, group: &[usize]) {
        for change in group.iter().filter_map(|at| self.changes.get(*at)) {
            model.take(&change.unit, &self.new);
        }
    }

    fn check(&self, model: &Between, group: &[usize]) -> Option<Program> {
        let changes = group.iter().filter_map(|at| self.changes.get(*at));
        let mut units = changes.map(|it| &it.unit);
        // The day belongs to the model block.
        let is_new_block = units.any(|unit| *unit == super::Unit::Model);
        let settings = Settings {
            today: if is_new_block {
                self.days.1
            } else {
                self.days.0
            },
            params: model.params.clone(),
        };
        check(&model.assembly, &settings).program
    }
}
