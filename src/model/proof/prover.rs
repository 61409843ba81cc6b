//! The questions asked of every segmentation: does somebody decide for each customer, can each clause
//! and segment be reached, do exclusive clauses exclude each other, does slack ever count.

use super::build::Builder;
use super::customer::{Customer, customer};
use super::point::Point;
use super::search::{Answer, CELLS, Why, exists, search};
use super::segments::Met;
use super::show;
use super::term::{Kind, T, Value};
use super::{Proofs, Trial, Verdict};
use crate::base::{Diagnostic, Span};
use crate::model::check::children;
use crate::model::expression::{Expr, ExprKind};
use crate::model::program::{Clause, Param, Program, Segmentation, SegmentationId};
use std::collections::BTreeSet;

/// What asks.
pub struct Prover<'p, 't> {
    /// The program.
    pub program: &'p Program,
    /// The terms of its conditions.
    pub builder: Builder<'p>,
    /// Runs customers through the model.
    pub trial: &'t dyn Trial,
    /// What was found so far.
    pub proofs: Proofs,
    /// That a customer is not kept out.
    pub base: Vec<T>,
}

/// What was proved of segmentations, with the params as they are.
#[derive(Debug, Default)]
pub struct Settled {
    /// The places of clauses that nobody reaches.
    pub unreached: Vec<Span>,
    /// Segmentations that leave nobody over.
    pub covered: Vec<SegmentationId>,
    /// Pairs of clauses that exclude each other, of a segmentation that is exclusive.
    pub apart: Vec<(SegmentationId, usize, usize)>,
}

impl<'p> Prover<'p, '_> {
    /// That all of these hold. What always holds is left out.
    pub fn all(&mut self, parts: impl IntoIterator<Item = T>) -> T {
        let mut all: Vec<T> = Vec::new();
        for part in parts {
            match self.builder.terms.constant(part) {
                Some(Value::Flag(true)) => {}
                Some(_) => return part,
                None if all.contains(&part) => {}
                None => all.push(part),
            }
        }
        self.builder.terms.make(Kind::And(all))
    }

    /// That none of these holds.
    pub fn none(&mut self, parts: &[T]) -> Vec<T> {
        parts.iter().map(|part| self.builder.not(*part)).collect()
    }

    /// Whether any customer meets a condition.
    pub fn ask(&mut self, condition: T) -> Answer {
        exists(&self.builder.terms, condition, CELLS)
    }

    /// Keeps a question that was left open.
    pub fn open(&mut self, span: Span, question: String, why: Why) {
        let why = match why {
            Why::TooMany => format!("it takes more than {CELLS} cells"),
            Why::NotCut => "something in it is not cut into cells".to_owned(),
        };
        self.proofs.open.push(
            Diagnostic::note("question-open", format!("not proved: {question}: {why}"))
                .at(span, "left open"),
        );
    }

    /// Asks everything of the segmentations; `wide` says whether somebody could reach a clause with
    /// other params.
    pub fn segmentations(&mut self, wide: &mut Self) -> Settled {
        let program = self.program;
        let mut settled = Settled::default();
        for (at, segmentation) in program.segmentations.iter().enumerate() {
            let met = self.builder.met(segmentation);
            let id = SegmentationId(at);
            self.bands_of(segmentation, &met);
            // What overlaps another clause has its message, and needs none that it comes too late.
            let overlapping = match segmentation.exclusive {
                true => self.overlaps(id, segmentation, &met, &mut settled),
                false => Vec::new(),
            };
            let mut may_reach = |clause| wide.may_reach(at, clause);
            let unreached = self.reach(segmentation, &met, &overlapping, &mut may_reach);
            if self.covers(id, segmentation, &met) {
                settled.covered.push(id);
            }
            let clauses = segmentation.clauses.iter().enumerate();
            let unreached = clauses.filter(|(at, _)| unreached.contains(at));
            let spans = unreached.map(|(_, clause)| clause.span);
            settled.unreached.extend(spans);
        }
        settled
    }

    /// Looks for a customer for whom the run comes to a verdict.
    pub fn shown(
        &mut self,
        condition: T,
        (id, met): (SegmentationId, &Met),
        wanted: &dyn Fn(&Verdict) -> bool,
    ) -> Result<Option<Customer>, Why> {
        let terms = &self.builder.terms;
        let trial = self.trial;
        let parts = [&met.clauses, &met.rows, &met.columns];
        let mut whole: Vec<T> = parts.into_iter().flatten().copied().collect();
        whole.extend(&self.base);
        let mut shown = None;
        let mut accept = |point: &Point| {
            let Some(made) = customer(terms, point, &whole) else {
                return false;
            };
            let holds = wanted(&trial.verdict(&made.given, &made.params, id));
            if holds {
                shown = Some(made);
            }
            holds
        };
        match search(terms, condition, CELLS, &mut accept) {
            Answer::Never => Ok(None),
            Answer::Found(_) => Ok(shown),
            Answer::Open(why) => Err(why),
        }
    }

    /// That a customer is left over.
    pub fn left_over(&mut self, segmentation: &Segmentation, met: &Met) -> T {
        let mut parts = self.base.clone();
        parts.extend(self.none(&met.clauses));
        if segmentation.board.is_some() {
            let rows = self.none(&met.rows);
            let rows = self.all(rows);
            let columns = self.none(&met.columns);
            let columns = self.all(columns);
            parts.push(self.builder.terms.make(Kind::Or(vec![rows, columns])));
        }
        self.all(parts)
    }

    /// Whether it is proved that nobody is left over; reports who is.
    fn covers(&mut self, id: SegmentationId, segmentation: &Segmentation, met: &Met) -> bool {
        let condition = self.left_over(segmentation, met);
        let name = segmentation.column();
        let last = segmentation.clauses.last().map(|clause| clause.span);
        let span = last.unwrap_or(segmentation.span);
        match self.shown(condition, (id, met), &|it| *it == Verdict::Nobody) {
            Ok(None) => return true,
            Ok(Some(customer)) => {
                let sentence = show::sentence(self.program, &customer);
                let least = segmentation.importance.last();
                let least = least.and_then(|it| segmentation.segments.get(it.0));
                let least = least.map_or("…", |it| it.name.as_str());
                let test = show::test(
                    self.program,
                    &customer,
                    "nobody is left over",
                    &format!("{name} is {least}"),
                );
                let message = match &segmentation.name {
                    Some(name) => {
                        format!("no clause of `{name}` holds for a customer with {sentence}")
                    }
                    None => format!("no clause holds for a customer with {sentence}"),
                };
                self.proofs.found.push(
                    Diagnostic::error("no-segment", message)
                        .at(span, "the last that is tried")
                        .help(format!("end with `{least} otherwise`, or widen a clause"))
                        .example(test),
                );
            }
            Err(why) => self.open(span, format!("that `{name}` covers every customer"), why),
        }
        false
    }

    /// Reports clauses, tables and segments that no customer reaches; gives the clauses.
    fn reach(
        &mut self,
        segmentation: &Segmentation,
        met: &Met,
        overlapping: &[usize],
        may_reach: &mut dyn FnMut(usize) -> bool,
    ) -> Vec<usize> {
        let mut unreached = Vec::new();
        for (at, clause) in segmentation.clauses.iter().enumerate() {
            let above = met.clauses.get(..at).unwrap_or_default();
            let Some(holds) = met.clauses.get(at).copied() else {
                continue;
            };
            let mut parts = self.base.clone();
            parts.extend(self.none(above));
            parts.push(holds);
            let condition = self.all(parts);
            let segment = segmentation.segments.get(clause.segment.0);
            let segment = segment.map_or("", |it| it.name.as_str()).to_owned();
            match self.ask(condition) {
                Answer::Never => {
                    if !overlapping.contains(&at) {
                        match may_reach(at) {
                            true => self.switched_off(clause, &segment),
                            false => self.unreachable(segmentation, met, at, clause, &segment),
                        }
                    }
                    unreached.push(at);
                }
                Answer::Found(_) => {}
                Answer::Open(why) => {
                    let question = format!("that a customer reaches this clause of `{segment}`");
                    self.open(clause.span, question, why);
                }
            }
        }
        if segmentation.board.is_some() {
            self.reach_table(segmentation, met);
        }
        unreached
    }

    /// Whether somebody could reach a clause.
    pub fn may_reach(&mut self, segmentation: usize, clause: usize) -> bool {
        let Some(segmentation) = self.program.segmentations.get(segmentation) else {
            return false;
        };
        let met = self.builder.met(segmentation);
        let mut parts = self.base.clone();
        parts.extend(self.none(met.clauses.get(..clause).unwrap_or_default()));
        parts.extend(met.clauses.get(clause));
        let condition = self.all(parts);
        self.ask(condition) != Answer::Never
    }

    /// A clause that nobody reaches with the params as they are, and somebody with others.
    fn switched_off(&mut self, clause: &Clause, segment: &str) {
        let params = clause.when.as_ref().map(|it| self.params_of(it));
        let values: Vec<String> = params
            .into_iter()
            .flatten()
            .map(|param| {
                let value = show::written(self.program, &param.ty, Some(&param.value));
                format!("`{}` is {value}", param.name)
            })
            .collect();
        let values = match values.is_empty() {
            true => "params are as they are".to_owned(),
            false => values.join(" and "),
        };
        let message = format!("no customer reaches this clause of `{segment}` while {values}");
        self.proofs.found.push(
            Diagnostic::warning("clause-switched-off", message)
                .at(clause.span, "reached with other values only")
                .help("give the param another value, or leave it so if the clause is to wait"),
        );
    }

    /// The params that a condition names, itself or in lets.
    fn params_of(&self, condition: &Expr) -> Vec<&'p Param> {
        let (mut params, mut lets) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting = vec![condition];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Param(id) => {
                    params.insert(id.0);
                }
                ExprKind::Let(id) if lets.insert(id.0) => {
                    waiting.extend(self.program.lets.get(id.0).map(|it| &it.value));
                }
                _ => {}
            }
            waiting.extend(children(expr));
        }
        let params = params.into_iter();
        params
            .filter_map(|at| self.program.params.get(at))
            .collect()
    }

    fn unreachable(
        &mut self,
        segmentation: &Segmentation,
        met: &Met,
        at: usize,
        clause: &Clause,
        segment: &str,
    ) {
        let Some(holds) = met.clauses.get(at).copied() else {
            return;
        };
        let mut alone = self.base.clone();
        alone.push(holds);
        let alone = self.all(alone);
        let message = format!("no customer reaches this clause of `{segment}`");
        let mut message = Diagnostic::error("clause-unreachable", message);
        let when = clause.when.as_ref();
        if self.ask(alone) == Answer::Never {
            let span = when.map_or(clause.span, |it| it.span);
            message = match when.and_then(|when| self.impossible(when)) {
                Some((part, words)) => message.at(part, words),
                None => message.at(span, "no customer meets this"),
            };
            self.proofs
                .found
                .push(message.help("widen the condition, or leave the clause out"));
            return;
        }
        message = message.at(
            clause.span,
            "the clauses above have decided for all of these",
        );
        // One clause that takes them all says more than all of them together.
        for (earlier, other) in segmentation.clauses.iter().enumerate().take(at) {
            let Some(term) = met.clauses.get(earlier).copied() else {
                continue;
            };
            let without = self.builder.not(term);
            let condition = self.all([alone, without]);
            if self.ask(condition) == Answer::Never {
                message = message.at(other.span, "takes them first");
                break;
            }
        }
        self.proofs
            .found
            .push(message.help("move it up, or leave it out"));
    }

    fn reach_table(&mut self, segmentation: &Segmentation, met: &Met) {
        let Some(board) = &segmentation.board else {
            return;
        };
        let mut before = self.base.clone();
        before.extend(self.none(&met.clauses));
        let cells = self.builder.cells(board, met);
        let mut earlier: Vec<T> = Vec::new();
        let mut of_segment: Vec<Vec<T>> = vec![Vec::new(); segmentation.segments.len()];
        for (cell, segment) in cells {
            let mut parts = before.clone();
            parts.extend(self.none(&earlier));
            parts.push(cell);
            let reached = self.all(parts);
            if let Some(all) = of_segment.get_mut(segment) {
                all.push(reached);
            }
            earlier.push(cell);
        }
        for (at, cells) in of_segment.into_iter().enumerate() {
            let in_clauses = segmentation.clauses.iter().any(|it| it.segment.0 == at);
            if in_clauses || cells.is_empty() {
                continue;
            }
            let any = self.builder.terms.make(Kind::Or(cells));
            let name = segmentation
                .segments
                .get(at)
                .map_or("", |it| it.name.as_str());
            match self.ask(any) {
                Answer::Never => self.proofs.found.push(
                    Diagnostic::error(
                        "segment-unreachable",
                        format!("no customer reaches the segment `{name}`"),
                    )
                    .at(
                        board.rows_by.span,
                        "none of its cells in this table is ever met",
                    )
                    .help("move the lines of the table, or leave the segment out"),
                ),
                Answer::Found(_) => {}
                Answer::Open(why) => {
                    let question = format!("that a customer reaches the segment `{name}`");
                    self.open(board.rows_by.span, question, why);
                }
            }
        }
    }

    /// Rows and columns of a table that nobody meets.
    fn bands_of(&mut self, segmentation: &Segmentation, met: &Met) {
        let Some(board) = &segmentation.board else {
            return;
        };
        for (what, by, bands) in [
            ("row", &board.rows_by, &met.rows),
            ("column", &board.columns_by, &met.columns),
        ] {
            for (at, band) in bands.iter().enumerate() {
                let mut parts = self.base.clone();
                parts.extend(self.none(bands.get(..at).unwrap_or_default()));
                parts.push(*band);
                let condition = self.all(parts);
                if self.ask(condition) == Answer::Never {
                    let number = at + 1;
                    self.proofs.found.push(
                        Diagnostic::error(
                            "band-unreachable",
                            format!("{what} {number} of the table is never reached"),
                        )
                        .at(by.span, "no customer has a value in this band")
                        .help("leave it out, or move the lines of the table"),
                    );
                }
            }
        }
    }

    /// Reports exclusive clauses that one customer meets; gives the later ones.
    fn overlaps(
        &mut self,
        id: SegmentationId,
        segmentation: &Segmentation,
        met: &Met,
        settled: &mut Settled,
    ) -> Vec<usize> {
        let mut overlapping = Vec::new();
        let mut apart = Vec::new();
        let clauses: Vec<(usize, &Clause)> = segmentation.clauses.iter().enumerate().collect();
        let conditions: Vec<(usize, &Clause)> = clauses
            .into_iter()
            .filter(|(_, clause)| clause.when.is_some())
            .collect();
        for (number, (at, clause)) in conditions.iter().enumerate() {
            for (earlier, other) in conditions.iter().take(number) {
                let mut parts = self.base.clone();
                parts.extend([*earlier, *at].iter().filter_map(|it| met.whens.get(*it)));
                let condition = self.all(parts);
                let met_both = |it: &Verdict| matches!(it, Verdict::Overlap);
                let names = [other, clause].map(|it| {
                    let segment = segmentation.segments.get(it.segment.0);
                    segment.map_or("", |it| it.name.as_str())
                });
                match self.shown(condition, (id, met), &met_both) {
                    Ok(None) => apart.push((id, *earlier, *at)),
                    Ok(Some(customer)) => {
                        overlapping.push(*at);
                        let sentence = show::sentence(self.program, &customer);
                        let expect = format!("{} is {}", segmentation.column(), names[0]);
                        let test =
                            show::test(self.program, &customer, "one clause decides", &expect);
                        self.proofs.found.push(
                            Diagnostic::error(
                                "clauses-overlap",
                                format!(
                                    "two exclusive clauses hold for a customer with {sentence}"
                                ),
                            )
                            .at(clause.span, format!("`{}` holds", names[1]))
                            .at(other.span, format!("`{}` holds too", names[0]))
                            .help(
                                "make the conditions exclude each other, or leave out `exclusive`",
                            )
                            .example(test),
                        );
                    }
                    Err(why) => {
                        let question =
                            format!("that `{}` and `{}` exclude each other", names[0], names[1]);
                        self.open(clause.span, question, why);
                    }
                }
            }
        }
        // What meets one clause today has its message.
        apart.retain(|(_, _, at)| !overlapping.contains(at));
        settled.apart.extend(apart);
        overlapping
    }

    /// Slack that adds nothing to the condition it belongs to.
    pub fn slack(&mut self, unreached: &[Span]) {
        let program = self.program;
        for segmentation in &program.segmentations {
            let met = self.builder.met(segmentation);
            for (at, clause) in segmentation.clauses.iter().enumerate() {
                let (Some(Some(slack)), Some(when), Some(stays)) =
                    (met.slacks.get(at), met.whens.get(at), &clause.stays)
                else {
                    continue;
                };
                let mut parts = self.base.clone();
                parts.extend([*slack, self.builder.not(*when)]);
                let condition = self.all(parts);
                if unreached.contains(&clause.span) || self.ask(condition) != Answer::Never {
                    continue;
                }
                let mut message = Diagnostic::warning(
                    "stays-without-slack",
                    "this `stays when` keeps nobody whom the `when` would not take",
                )
                .at(stays.span, "narrower than the condition, or the same");
                if let Some(when) = &clause.when {
                    message = message.at(when.span, "the condition");
                }
                let help = "ask for less in `stays when`, or leave it out";
                self.proofs.found.push(message.help(help));
            }
        }
    }
}
