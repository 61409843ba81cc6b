//! Floor 7: how firmly customers stand. Weights and boundaries are moved one at a time, then all
//! weights at once by chance; every variant is run by the one evaluator. Pure: the seed is handed in.

mod bench;
mod boundaries;
mod chance;
mod frozen;
mod nearest_change;
mod reach;
mod stepped;
mod turns;
mod weights;

pub use bench::OUT;
pub use boundaries::{Boundary, BoundaryPlace};
pub use nearest_change::{Change, Reached};

use crate::base::SourceId;
use crate::eval::Inputs;
use crate::model::assembly::Assembly;
use crate::model::check::{Settings, check};
use crate::model::lines::{AxisLines, lines};
use crate::model::program::{Program, SegmentationId};
use crate::model::types::Type;
use crate::session::Loaded;
use crate::syntax::parse_expression;
use crate::value::decimal::{ONE, divide_rounded, wide_text};
use crate::value::people::people_count;
use crate::value::{Column, Decimal, Values};
use bench::Bench;
use chance::{Chance, concentration};
use frozen::{Drawn, Frozen};
use rayon::prelude::*;
use weights::{
    Siblings, WeightAt, all_siblings, movable, others, path, weight, with_share, with_weights,
};

/// Draws that are worked on together.
const BATCH: u64 = 64;

/// How a model is shaken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shaking {
    /// By how much of itself each weight is moved, in millionths: 0.1 is 10 %.
    pub weight: i64,
    /// By how many points each boundary on a score is moved, in millionths.
    pub boundary: i64,
    /// How far weights stray in the simulation: the standard deviation of a weight of 50 %.
    pub spread: i64,
    /// How often all weights are drawn.
    pub draws: u64,
    /// The seed of the draws.
    pub seed: u64,
    /// For how many customers of the most important segment the smallest change is searched.
    pub reach: usize,
}

/// A variant of the model, and what it moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What was changed: ``weight of `attractiveness.potential` ``.
    pub what: String,
    /// From what.
    pub from: String,
    /// To what.
    pub to: String,
    /// Whom it moved; `None` where the variant makes no model, with the reason in `why`.
    pub moved: Option<Moved>,
    /// Why it was not tried.
    pub why: String,
}

/// Customers who are in another segment than in the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub customers: u64,
    /// What they are worth, in millionths.
    pub amount: i128,
}

/// How often a customer kept its segment when all weights were drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stability {
    /// How often it kept its segment.
    pub kept: u64,
    /// The segment that it went to most often, by position, where it went anywhere.
    pub other: Option<u32>,
}

/// How near a customer's score is to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearLine {
    /// The axis, by position.
    pub axis: usize,
    /// The score.
    pub score: i64,
    /// The line.
    pub line: i64,
}

/// How firmly customers stand.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The segment of each customer in the model, by position; [`OUT`] for those without one.
    pub segments: Vec<u32>,
    /// Weights moved one at a time, down and up.
    pub weights: Vec<Tried>,
    /// Boundaries moved one at a time, down and up.
    pub boundaries: Vec<Tried>,
    /// Each weight left out.
    pub dropped: Vec<Tried>,
    /// Each customer in the simulation; empty where nothing was drawn.
    pub stability: Vec<Stability>,
    /// How often all weights were drawn.
    pub draws: u64,
    /// The nearest line of each customer, where there is one.
    pub near: Vec<Option<NearLine>>,
    /// The smallest weight change that moves each customer of the most important segment.
    pub reached: Vec<Reached>,
    /// What could not be looked at, in words.
    pub notes: Vec<String>,
}

/// Shakes a model that ran well. `worth` is what customers are worth; `segmentation` is the one that
/// is looked at, by position; `told` hears what is being done.
pub fn robust(
    loaded: &Loaded,
    program: &Program,
    inputs: &Inputs,
    segmentation: usize,
    worth: Option<&Column>,
    shaking: &Shaking,
    told: &(dyn Fn(&str) + Sync),
) -> Report {
    let bench = Bench::new(program, inputs, segmentation);
    let mut work = Work {
        loaded,
        program,
        segments: bench.segments(&bench.program),
        bench,
        inputs,
        segmentation,
        worth,
        shaking,
        told,
    };
    let mut report = Report {
        segments: work.segments.clone(),
        draws: shaking.draws,
        ..Report::default()
    };
    told("moving one weight at a time");
    work.weights(&mut report);
    told("moving one boundary at a time");
    work.boundaries(&mut report);
    work.simulation(&mut report);
    let lines = lines(program, SegmentationId(segmentation));
    report.near = work.near(&lines);
    told("searching for the smallest changes");
    nearest_change::search(&mut work, &lines, &mut report);
    report
}

/// Everything that the parts of the work look at.
struct Work<'a> {
    loaded: &'a Loaded,
    program: &'a Program,
    bench: Bench<'a>,
    inputs: &'a Inputs,
    /// The segments in the model.
    segments: Vec<u32>,
    segmentation: usize,
    worth: Option<&'a Column>,
    shaking: &'a Shaking,
    /// Says what is being done now.
    told: &'a (dyn Fn(&str) + Sync),
}

impl Work<'_> {
    fn moved(&self, segments: &[u32]) -> Moved {
        let mut moved = Moved::default();
        for (row, (before, after)) in self.segments.iter().zip(segments).enumerate() {
            if before != after {
                moved.customers += 1;
                moved.amount += i128::from(self.worth_of(row));
            }
        }
        moved
    }

    fn worth_of(&self, row: usize) -> i64 {
        match self.worth.map(|it| (&it.values, it.is_missing(row))) {
            Some((Values::Number(values), false)) => values.get(row).copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// Each weight moved by a part of itself, and left out.
    fn weights(&self, report: &mut Report) {
        let program = &self.bench.program;
        let siblings = all_siblings(program);
        for at in movable(program, &siblings) {
            let Some(set) = siblings.get(at.siblings) else {
                continue;
            };
            let (own, rest) = (
                weight(program, at.axis, at.member),
                others(program, set, at.member),
            );
            let all = own + rest;
            let what = format!("weight of `{}`", path(program, at.axis, at.member));
            let from = percent(own, all);
            let one = i128::from(ONE);
            for by in [-self.shaking.weight, self.shaking.weight] {
                if own == 0 || by == 0 {
                    continue;
                }
                let (part, whole) = (own * (one + i128::from(by)), all * one);
                report
                    .weights
                    .push(self.tried(&what, &from, at, set, (part, whole)));
            }
            report
                .dropped
                .push(self.tried(&what, &from, at, set, (0, 1)));
        }
    }

    fn tried(
        &self,
        what: &str,
        from: &str,
        at: WeightAt,
        set: &Siblings,
        (part, whole): (i128, i128),
    ) -> Tried {
        let variant = with_share(&self.bench.program, set, at.member, (part, whole));
        let why = match (&variant, part > whole) {
            (Some(_), _) => "",
            (None, true) => "above 100 %",
            (None, false) => "too fine to be computed exactly",
        };
        Tried {
            what: what.to_owned(),
            from: from.to_owned(),
            to: percent(part, whole),
            moved: variant.map(|it| self.moved(&self.bench.segments(&it))),
            why: why.to_owned(),
        }
    }

    /// Each boundary moved: on a score by points, elsewhere by the part by which weights are moved.
    fn boundaries(&self, report: &mut Report) {
        let sources = &self.loaded.sources;
        let found = boundaries::boundaries(self.program, self.segmentation, sources);
        for boundary in &found {
            let by = match boundary.ty {
                Type::Score => self.shaking.boundary,
                _ => divide_rounded(
                    i128::from(boundary.value.unsigned_abs()) * i128::from(self.shaking.weight),
                    i128::from(ONE),
                ) as i64,
            };
            if by == 0 {
                continue;
            }
            for value in [
                boundary.value.checked_sub(by),
                boundary.value.checked_add(by),
            ] {
                let Some(value) = value else { continue };
                report.boundaries.push(self.tried_boundary(boundary, value));
            }
        }
    }

    fn tried_boundary(&self, boundary: &Boundary, value: i64) -> Tried {
        let mut why = String::new();
        let program = match &boundary.place {
            BoundaryPlace::Param(name) => match self.with_param(name, &boundary.ty, value) {
                Ok(program) => Some(program),
                Err(message) => {
                    why = message;
                    None
                }
            },
            place => boundaries::moved(self.program, place, value),
        };
        // A let or another segmentation may be scored too.
        let segments = program.map(|it| {
            let bench = Bench::plain(&it, self.inputs, self.segmentation);
            bench.segments(&bench.program)
        });
        Tried {
            what: boundary.what.clone(),
            from: value_text(&boundary.ty, boundary.value),
            to: value_text(&boundary.ty, value),
            moved: segments.map(|it| self.moved(&it)),
            why,
        }
    }

    /// The model with another value of a param, as if the command line had set it.
    fn with_param(&self, name: &str, ty: &Type, value: i64) -> Result<Program, String> {
        let mut text = value_text(ty, value);
        let declared = self.program.params.iter().find(|it| it.name == name);
        if let (Some(Type::Money), Some(currency)) =
            (declared.map(|it| &it.ty), &self.program.currency)
        {
            text = format!("{text} {currency}");
        }
        let (expr, _) = parse_expression(SourceId(u32::MAX), &text);
        let expr = expr.ok_or_else(|| format!("`{text}` cannot be set"))?;
        let assembly = Assembly {
            tests: Vec::new(),
            checks: Vec::new(),
            output: None,
            ..self.loaded.assembly.clone()
        };
        let mut params = self.loaded.params.clone();
        params.retain(|(known, _)| known != name);
        params.push((name.to_owned(), expr));
        let settings = Settings {
            today: self.program.today,
            params,
        };
        let checked = check(&assembly, &settings);
        checked.program.ok_or_else(|| {
            let wrong = checked.diagnostics.iter().find(|it| it.is_error());
            wrong.map_or_else(String::new, |it| it.message.clone())
        })
    }

    /// All weights drawn at once, again and again. Draws do not depend on each other, and what is
    /// counted does not depend on their order.
    fn simulation(&self, report: &mut Report) {
        let program = &self.bench.program;
        let declared = program.segmentations.get(self.segmentation);
        let width = declared.map_or(0, |it| it.segments.len()) + 1;
        let siblings = all_siblings(program);
        if self.shaking.draws == 0 || movable(program, &siblings).is_empty() {
            report.draws = 0;
            return;
        }
        let concentration = concentration(self.shaking.spread);
        let frozen = Frozen::of(&self.bench, &siblings);
        let mut counts = vec![0_u32; self.segments.len() * width];
        let mut failed = 0_u64;
        let mut first = 0;
        while first < self.shaking.draws {
            let count = |it: u64| people_count(usize::try_from(it).unwrap_or(usize::MAX));
            let (done, all) = (count(first), count(self.shaking.draws));
            (self.told)(&format!("drawing weights: {done} of {all}"));
            let draws = first..self.shaking.draws.min(first + BATCH);
            first = draws.end;
            let drawn: Vec<Option<Vec<u32>>> = draws
                .into_par_iter()
                .map(|draw| {
                    let weights = self.drawn(&siblings, draw, concentration);
                    match &frozen {
                        Some(frozen) => frozen.segments(&weights),
                        None => {
                            let variant = with_all(program, &siblings, &weights)?;
                            Some(self.bench.segments(&variant))
                        }
                    }
                })
                .collect();
            for segments in drawn {
                let Some(segments) = segments else {
                    failed += 1;
                    continue;
                };
                for (row, segment) in segments.iter().enumerate() {
                    let place = (*segment as usize).min(width - 1);
                    if let Some(count) = counts.get_mut(row * width + place) {
                        *count += 1;
                    }
                }
            }
        }
        report.draws = self.shaking.draws - failed;
        if failed > 0 {
            let note = "some draws were left out: the weights are too fine to be computed exactly";
            report.notes.push(note.to_owned());
        }
        let rows = counts.chunks(width).zip(&self.segments);
        report.stability = rows
            .map(|(counts, segment)| {
                let own = (*segment as usize).min(width - 1);
                let elsewhere = counts.iter().enumerate().filter(|(at, _)| *at != own);
                // Of equals the more important segment, which stands first.
                let other = elsewhere.rev().max_by_key(|(_, count)| **count);
                let other = other.filter(|(_, count)| **count > 0);
                Stability {
                    kept: u64::from(counts.get(own).copied().unwrap_or(0)),
                    other: other.map(|(at, _)| if at + 1 == width { OUT } else { at as u32 }),
                }
            })
            .collect();
    }

    /// The weights of a draw, for each siblings.
    fn drawn(&self, siblings: &[Siblings], draw: u64, concentration: u32) -> Vec<Drawn> {
        let mut chance = Chance::new(self.shaking.seed, draw);
        let program = &self.bench.program;
        let weights = siblings.iter().map(|set| {
            let known = set.members.iter().map(|it| weight(program, set.axis, *it));
            let drawn = chance.weights(&known.collect::<Vec<i128>>(), concentration);
            set.members.iter().copied().zip(drawn).collect()
        });
        weights.collect()
    }

    /// The nearest line of each customer.
    fn near(&self, lines: &[AxisLines]) -> Vec<Option<NearLine>> {
        let mut near: Vec<Option<NearLine>> = vec![None; self.segments.len()];
        for axis in lines {
            let Some((scores, _)) = self.bench.scores(axis.axis.0) else {
                continue;
            };
            let Values::Number(values) = &scores.values else {
                continue;
            };
            for (row, (near, score)) in near.iter_mut().zip(values).enumerate() {
                if scores.is_missing(row) || self.segments.get(row) == Some(&OUT) {
                    continue;
                }
                let line = axis.lines.iter().min_by_key(|line| (score - **line).abs());
                let Some(line) = line else { continue };
                let distance = |it: &NearLine| (it.score - it.line).abs();
                if near.is_none_or(|it| (score - line).abs() < distance(&it)) {
                    *near = Some(NearLine {
                        axis: axis.axis.0,
                        score: *score,
                        line: *line,
                    });
                }
            }
        }
        near
    }
}

/// The program with other weights for all siblings.
fn with_all(program: &Program, siblings: &[Siblings], weights: &[Drawn]) -> Option<Program> {
    let mut program = program.clone();
    for (set, weights) in siblings.iter().zip(weights) {
        program = with_weights(&program, set.axis, weights)?;
    }
    Some(program)
}

/// A share as a percent, at most with four decimals.
pub fn percent(part: i128, whole: i128) -> String {
    match part.checked_mul(1_000_000) {
        Some(part) if whole != 0 => {
            format!("{}%", wide_text(divide_rounded(part, whole) * 100))
        }
        _ => String::new(),
    }
}

/// A boundary as it would be written.
fn value_text(ty: &Type, value: i64) -> String {
    match ty {
        Type::Percent => format!("{}%", wide_text(i128::from(value) * 100)),
        _ => Decimal(value).to_string(),
    }
}
