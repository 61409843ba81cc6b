//! Codes over a run of rows: texts by number, values of other rows, entries of lookups, arms of a
//! match. Each distinct text was looked at before; here only numbers are.

use super::block::{Buffer, Computed, Lane, NONE, Poison, Seen, View};
use super::kernels::group::key as of_value;
use super::kernels::select;
use super::loops::{by_code, map1, map2};
use super::prepare::{Aid, ByKey, Entries};
use super::rows::{Job, clear_mask};
use crate::model::program::Literal;
use crate::plan::op::{Kind, Op, Register};
use crate::value::Mask;

impl Job<'_> {
    /// For each row the value of another row, by number; missing without one.
    pub(super) fn gathered(
        &self,
        from: &[u32],
        value: &View<'_>,
        out: &mut Computed,
        spare: &mut Vec<Mask>,
        own: &mut Vec<Poison>,
    ) {
        let mut mask = clear_mask(self.rows, spare);
        for (mask, row) in mask.iter_mut().zip(from) {
            *mask = *row == NONE || value.missing.at(*row as usize);
        }
        match &mut out.values {
            Buffer::Number(out) => pick(value.numbers(), from, out),
            Buffer::Flag(out) => pick(value.flags(), from, out),
            Buffer::Code(out) => pick(value.codes(), from, out),
        }
        match mask.contains(&true) {
            true => out.missing = Some(mask),
            false => spare.push(mask),
        }
        if !value.poison.is_empty() {
            for (row, source) in from.iter().enumerate() {
                let found = value
                    .poison
                    .binary_search_by_key(source, |poison| poison.row);
                if let Ok(at) = found {
                    let row = u32::try_from(self.first + row).unwrap_or(NONE);
                    own.push(Poison {
                        row,
                        ..value.poison[at]
                    });
                }
            }
        }
    }

    pub(super) fn matched(
        &self,
        arms: &[(Literal, i64)],
        otherwise: Option<i64>,
        a: &View<'_>,
        out: &mut Computed,
    ) {
        let otherwise = otherwise.unwrap_or(0);
        let numbers = out.values.numbers();
        let score = |matches: &dyn Fn(&Literal) -> bool| {
            let arm = arms.iter().find(|(value, _)| matches(value));
            arm.map_or(otherwise, |(_, score)| *score)
        };
        match (a.values, self.prepared.aids.get(self.register.0)) {
            (Seen::Code(codes), Some(Aid::Scores(scores))) => {
                by_code(codes, scores, otherwise, numbers);
            }
            (Seen::Code(codes), _) => {
                let largest = arms.iter().map(|(value, _)| match value {
                    Literal::Choice(code) => *code as usize + 1,
                    _ => 0,
                });
                let table: Vec<i64> = (0..largest.max().unwrap_or(0) as u32)
                    .map(|code| score(&|value| *value == Literal::Choice(code)))
                    .collect();
                by_code(codes, &table, otherwise, numbers);
            }
            (Seen::Flag(flags), _) => {
                let yes = score(&|value| *value == Literal::Flag(true));
                let no = score(&|value| *value == Literal::Flag(false));
                map1(flags, numbers, |flag| if flag { yes } else { no });
            }
            (_, _) => map1(a.numbers(), numbers, |number| {
                score(&|value| *value == Literal::Number(number))
            }),
        }
    }

    pub(super) fn is_one_of(&self, values: &[Literal], a: &View<'_>, out: &mut [bool]) {
        match (a.values, self.prepared.aids.get(self.register.0)) {
            (Seen::Code(codes), Some(Aid::Flags(flags))) => by_code(codes, flags, false, out),
            (Seen::Code(codes), _) => {
                let chosen = values.iter().filter_map(|value| match value {
                    Literal::Choice(code) => Some(*code as usize),
                    _ => None,
                });
                let chosen: Vec<usize> = chosen.collect();
                let size = chosen.iter().max().map_or(0, |largest| largest + 1);
                let mut flags = vec![false; size];
                chosen.iter().for_each(|code| flags[*code] = true);
                by_code(codes, &flags, false, out);
            }
            (Seen::Flag(flags), _) => {
                map1(flags, out, |flag| values.contains(&Literal::Flag(flag)))
            }
            (_, _) => {
                let is = |number| values.contains(&Literal::Number(number));
                map1(a.numbers(), out, is);
            }
        }
    }

    pub(super) fn text_parts(
        &self,
        op: &Op,
        a: (Register, &View<'_>),
        b: (Register, &View<'_>),
        out: &mut [bool],
    ) {
        if let Some(Aid::Flags(flags)) = self.prepared.aids.get(self.register.0) {
            return by_code(a.1.codes(), flags, false, out);
        }
        let texts = self.prepared.dictionary(a.0);
        let parts = self.prepared.dictionary(b.0);
        let starts = matches!(op, Op::StartsWith(..));
        map2(a.1.codes(), b.1.codes(), out, |text, part| {
            let (text, part) = (texts.text(text), parts.text(part));
            if starts {
                text.starts_with(part)
            } else {
                text.contains(part)
            }
        });
    }

    /// The codes of an input in the numbers of the operation's own dictionary.
    pub(super) fn renumbered<'v>(
        &self,
        input: usize,
        view: &View<'v>,
        into: &'v mut Vec<u32>,
    ) -> Lane<'v, u32> {
        let map = match self.prepared.aids.get(self.register.0) {
            Some(Aid::Renumber(maps)) => maps.get(input).and_then(Option::as_ref),
            _ => None,
        };
        match (map, view.codes()) {
            (None, codes) => codes,
            (Some(map), Lane::One(code)) => {
                Lane::One(map.get(code as usize).copied().unwrap_or(NONE))
            }
            (Some(map), codes) => {
                into.resize(self.rows, 0);
                select::renumber(map, codes, into);
                Lane::Rows(into)
            }
        }
    }

    pub(super) fn with_renumbered(&self, views: &[View<'_>], work: impl FnOnce(&[View<'_>])) {
        if self.plan.node(self.register).kind != Kind::Text {
            return work(views);
        }
        let mut scratch = vec![Vec::new(); views.len()];
        let renumbered: Vec<View<'_>> = views
            .iter()
            .zip(&mut scratch)
            .enumerate()
            .map(|(input, (view, into))| View {
                values: Seen::Code(self.renumbered(input, view, into)),
                ..view.clone()
            })
            .collect();
        work(&renumbered);
    }
}

fn pick<T: Copy + Default>(values: Lane<'_, T>, rows: &[u32], out: &mut [T]) {
    for (out, row) in out.iter_mut().zip(rows) {
        *out = values.at(*row as usize);
    }
}

pub(super) fn look_up(
    entries: &Entries,
    key: &View<'_>,
    rows: usize,
    out: &mut Computed,
    spare: &mut Vec<Mask>,
) {
    let mut found = vec![NONE; rows];
    let otherwise = entries.otherwise.unwrap_or(NONE);
    for (row, found) in found.iter_mut().enumerate() {
        if key.missing.at(row) {
            continue;
        }
        let entry = match &entries.by {
            ByKey::Code(codes) => codes.get(key.codes().at(row) as usize).copied(),
            ByKey::Number(numbers) => numbers.get(&of_value(key, row)).copied(),
        };
        *found = entry.filter(|entry| *entry != NONE).unwrap_or(otherwise);
    }
    let size = match &entries.values.values {
        Buffer::Number(values) => values.len(),
        Buffer::Flag(values) => values.len(),
        Buffer::Code(values) => values.len(),
    };
    let values = View::of_computed(&entries.values, 0, size);
    let mut mask = clear_mask(rows, spare);
    for (mask, entry) in mask.iter_mut().zip(&found) {
        *mask = *entry == NONE || values.missing.at(*entry as usize);
    }
    match &mut out.values {
        Buffer::Number(out) => pick(values.numbers(), &found, out),
        Buffer::Flag(out) => pick(values.flags(), &found, out),
        Buffer::Code(out) => pick(values.codes(), &found, out),
    }
    match mask.contains(&true) {
        true => out.missing = Some(mask),
        false => spare.push(mask),
    }
}
