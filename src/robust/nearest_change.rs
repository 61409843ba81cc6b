//! The smallest change of one weight that moves a customer. Where the segment changes with the axis
//! is tried by evaluation; which share takes the axis there is computed exactly, then evaluated too.

use super::reach::{Level, WHOLE, share};
use super::stepped::{STEPS, stepped};
use super::turns::{Turns, turns};
use super::weights::{Siblings, WeightAt, all_siblings, movable, others, path, weight, with_share};
use super::{OUT, Report, Work, percent};
use crate::model::lines::AxisLines;
use crate::model::program::{MemberId, MemberKind, Program};
use crate::value::decimal::unit;
use crate::value::{Column, Values};
use std::collections::BTreeMap;

/// A customer, and the smallest change of a weight that moves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The row.
    pub row: u32,
    /// The change; `None` where no single weight moves it.
    pub change: Option<Change>,
}

/// A change of one weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the criterion or group.
    pub weight: String,
    /// Its share in the model.
    pub from: String,
    /// The share that moves the customer; a ten-thousandth of a percent less does not.
    pub to: String,
    /// The size of the change, in millionths of the whole.
    pub size: i128,
    /// The segment that the customer then has, by position; [`OUT`] for none.
    pub segment: u32,
}

/// A candidate: the size of the change, the weight among those that can be moved, and its share.
pub(super) type Candidate = (i128, usize, i128);

/// Searches for the customers of the most important segment, those worth the most first.
pub(super) fn search(work: &mut Work<'_>, lines: &[AxisLines], report: &mut Report) {
    let declared = work.program.segmentations.get(work.segmentation);
    let Some(most) = declared.and_then(|it| it.importance.first()) else {
        return;
    };
    let mut rows: Vec<usize> = (0..work.segments.len())
        .filter(|row| work.segments.get(*row) == Some(&(most.0 as u32)))
        .collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(work.worth_of(*row)), *row));
    let siblings = all_siblings(&work.bench.program);
    let movable = movable(&work.bench.program, &siblings);
    if movable.is_empty() {
        return;
    }
    if rows.len() > work.shaking.reach {
        let note = format!(
            "the smallest change is given for {} of {} customers of `{}`, those worth the most",
            work.shaking.reach,
            rows.len(),
            declared
                .and_then(|it| it.segments.get(most.0))
                .map_or("", |it| &it.name),
        );
        report.notes.push(note);
        rows.truncate(work.shaking.reach);
    }
    let mut candidates: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for axis in lines {
        let own = movable.iter().enumerate();
        let own: Vec<(usize, WeightAt)> = own
            .filter(|(_, it)| it.axis == axis.axis.0)
            .map(|(at, it)| (at, *it))
            .collect();
        let Some((scores, members)) = work.bench.scores(axis.axis.0) else {
            continue;
        };
        let Some(turns) = turns(work, axis, &scores, &rows) else {
            let found = stepped(work, &siblings, &own, &rows);
            for (row, candidate) in found {
                candidates.entry(row).or_default().push(candidate);
            }
            if let Some(axis) = work.program.axes.get(axis.axis.0) {
                report.notes.push(format!(
                    "what `{}` decides depends on the scores of others: its weights were tried in steps of {}, and a smaller change between two of them may be missed",
                    axis.name,
                    percent(1, STEPS),
                ));
            }
            continue;
        };
        for (at, movable) in own {
            for (row, turns) in rows.iter().zip(&turns) {
                let found = shares(work, movable.axis, movable.member, *row, &members, turns);
                let list = candidates.entry(*row).or_default();
                list.extend(found.into_iter().map(|(size, share)| (size, at, share)));
            }
        }
    }
    for row in rows {
        let mut list = candidates.remove(&row).unwrap_or_default();
        list.sort_unstable();
        let change = list.into_iter().find_map(|(_, at, share)| {
            let movable = movable.get(at)?;
            let set = siblings.get(movable.siblings)?;
            verified(work, set, movable.member, row, share)
        });
        report.reached.push(Reached {
            row: row as u32,
            change,
        });
    }
}

/// The shares of a weight at which a customer's axis reaches its turns, with the size of the change.
fn shares(
    work: &Work<'_>,
    axis: usize,
    member: usize,
    row: usize,
    members: &[Column],
    turns: &Turns,
) -> Vec<(i128, i128)> {
    let program = &work.bench.program;
    let Some(levels) = levels(program, axis, member, row, members) else {
        return Vec::new();
    };
    let unit = i128::from(unit(program.scores.decimals));
    let Some(own) = levels.last() else {
        return Vec::new();
    };
    let all = own.weight + own.others;
    let wanted = [(turns.above, true), (turns.below, false)];
    let found = wanted.into_iter().filter_map(|(target, up)| {
        let share = share(&levels, i128::from(target?), unit, up)?;
        // The size of the change in millionths, compared exactly.
        let size = (share * all - own.weight * WHOLE).abs();
        Some((size * WHOLE / all.max(1), share))
    });
    found.collect()
}

/// The way from an axis down to a member, as a customer sees it; `None` where it has no score there.
fn levels(
    program: &Program,
    axis: usize,
    member: usize,
    row: usize,
    members: &[Column],
) -> Option<Vec<Level>> {
    let declared = program.axes.get(axis)?;
    let wanted = declared.members.get(member)?.path.as_str();
    let score = |at: usize| -> Option<i64> {
        let column = members.get(at)?;
        match &column.values {
            Values::Number(values) if !column.is_missing(row) => values.get(row).copied(),
            _ => None,
        }
    };
    let mut levels = Vec::new();
    let mut children: &[MemberId] = &declared.children;
    loop {
        let on_the_way = children.iter().find(|id| {
            let path = declared.members.get(id.0).map_or("", |it| &it.path);
            path == wanted
                || wanted
                    .strip_prefix(path)
                    .is_some_and(|it| it.starts_with('.'))
        })?;
        let mut level = Level {
            weight: weight(program, axis, on_the_way.0),
            score: i128::from(score(on_the_way.0)?),
            ..Level::default()
        };
        for id in children.iter().filter(|id| *id != on_the_way) {
            let weight = weight(program, axis, id.0);
            level.others += weight;
            if let Some(score) = score(id.0) {
                level.present += weight;
                level.product += weight * i128::from(score);
            }
        }
        levels.push(level);
        if on_the_way.0 == member {
            return Some(levels);
        }
        match &declared.members.get(on_the_way.0)?.kind {
            MemberKind::Group { children: inner } => children = inner,
            MemberKind::Criterion { .. } => return None,
        }
    }
}

/// A change, where evaluation says that it moves the customer and a smaller one does not.
fn verified(
    work: &Work<'_>,
    set: &Siblings,
    member: usize,
    row: usize,
    share: i128,
) -> Option<Change> {
    let program = &work.bench.program;
    let own = weight(program, set.axis, member);
    let all = own + others(program, set, member);
    let segment_at = |share: i128| -> Option<u32> {
        let variant = with_share(program, set, member, (share, WHOLE))?;
        work.bench.segments(&variant).get(row).copied()
    };
    let now = work.segments.get(row).copied()?;
    let is_more = share * all > own * WHOLE;
    let step = if is_more { -1 } else { 1 };
    let segment = segment_at(share).filter(|it| *it != now)?;
    // One step nearer to the model the customer stays.
    let nearer = share + step;
    let is_between = (nearer * all > own * WHOLE) == is_more || nearer * all == own * WHOLE;
    if is_between && segment_at(nearer) != Some(now) {
        return None;
    }
    Some(Change {
        weight: path(program, set.axis, member),
        from: percent(own, all),
        to: percent(share, WHOLE),
        size: (share * all - own * WHOLE).abs() / all.max(1),
        segment: if segment == OUT { OUT } else { segment },
    })
}
