//! Columns of choices: one of a list, steps, earlier segments. Cells become positions in the list.

use super::memo::Memo;
use super::{Building, Built};
use crate::base::suggest;
use crate::io::cell::text;
use crate::model::program::Segmentation;
use crate::value::Values;
use ahash::AHashMap;
use unicode_normalization::UnicodeNormalization;

/// Lists are short.
const PLACES: usize = 128;

impl Building<'_> {
    pub(super) fn choices(mut self, list: &[String]) -> Built {
        let mut positions: AHashMap<String, u32> = AHashMap::new();
        for (position, choice) in (0..).zip(list) {
            positions.entry(choice.clone()).or_insert(position);
            positions.entry(choice.nfc().collect()).or_insert(position);
        }
        let mut values = vec![0; self.cells.len()];
        let mut memo: Memo<u32, PLACES> = Memo::new();
        for (row, value) in values.iter_mut().enumerate() {
            let ends = self.cells.ends(row);
            if let Some(known) = memo.get(ends) {
                *value = known;
                continue;
            }
            let cell = self.cells.text(row);
            let trimmed = self.cells.meant(cell.trim());
            let position = positions.get(trimmed).copied().or_else(|| {
                let composed: String = trimmed.nfc().collect();
                positions.get(&composed).copied()
            });
            match position {
                Some(position) => {
                    memo.put(ends, position);
                    *value = position;
                }
                None if text::is_blank(cell) || self.is_missing(cell) => {
                    self.no_value(row, cell, "", None);
                }
                None => {
                    self.set_missing(row);
                    self.faults.add_with_help(row, "not-in-list", || {
                        not_in_list(trimmed, &self.field.name, list)
                    });
                }
            }
        }
        self.finish(Values::Choice(values))
    }

    /// An earlier result: names or labels; segments that are no more count as none.
    pub(super) fn segments(mut self, segmentation: Option<&Segmentation>) -> Built {
        let segments = segmentation.map_or(&[][..], |it| it.segments.as_slice());
        let mut positions: AHashMap<&str, u32> = AHashMap::new();
        for (position, segment) in (0..).zip(segments) {
            positions.entry(&segment.name).or_insert(position);
        }
        for (position, segment) in (0..).zip(segments) {
            if let Some(label) = &segment.label {
                positions.entry(label.trim()).or_insert(position);
            }
        }
        let mut values = vec![0; self.cells.len()];
        let mut memo: Memo<u32, PLACES> = Memo::new();
        for (row, value) in values.iter_mut().enumerate() {
            let ends = self.cells.ends(row);
            if let Some(known) = memo.get(ends) {
                *value = known;
                continue;
            }
            let cell = self.cells.text(row);
            match positions.get(self.cells.meant(cell.trim())).copied() {
                Some(position) => {
                    memo.put(ends, position);
                    *value = position;
                }
                None if text::is_blank(cell) && !self.field.optional => {
                    self.set_missing(row);
                    self.empty(row);
                }
                None => self.set_missing(row),
            }
        }
        self.finish(Values::Choice(values))
    }
}

fn not_in_list(cell: &str, field: &str, list: &[String]) -> (String, Option<String>) {
    let shown: Vec<String> = list.iter().map(|it| format!("`{it}`")).collect();
    let near = suggest::nearest(cell, list.iter().map(String::as_str)).or_else(|| {
        let lower = cell.to_lowercase();
        let same = |it: &&String| it.to_lowercase() == lower;
        list.iter().find(same).map(String::as_str)
    });
    let nearest = near.map_or(String::new(), |near| format!("the nearest is `{near}`; "));
    (
        format!("`{cell}` is not in the list of `{field}`"),
        Some(format!("{nearest}the list is {}", shown.join(", "))),
    )
}
