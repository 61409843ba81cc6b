//! Conditions and choices over a run of rows. A missing condition does not hold; a branch that is
//! not taken is not asked.

use super::block::{Computed, Lane, Missing, NONE, Poison, Seen, View};
use super::kernels::{logic, select};
use super::loops::map1;
use super::rows::{Job, Masking, clear_mask, copy, join_missing};
use crate::plan::op::Op;
use crate::value::Mask;

impl Job<'_> {
    pub(super) fn conditions(
        &self,
        op: &Op,
        views: &[View<'_>],
        out: &mut Computed,
        spare: &mut Vec<Mask>,
        own: &mut Vec<Poison>,
    ) -> Masking {
        let rows = self.rows;
        let (mut one, mut two, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        match (op, views) {
            (Op::Compare(comparison, ..), [a, b]) => {
                let flags = out.values.flags();
                match (a.values, b.values) {
                    (Seen::Flag(a), Seen::Flag(b)) => logic::compare(*comparison, a, b, flags),
                    (Seen::Code(a), Seen::Code(_)) => {
                        let b = self.renumbered(1, b, &mut texts);
                        logic::compare(*comparison, a, b, flags);
                    }
                    (Seen::Number(a), Seen::Number(b)) => logic::compare(*comparison, a, b, flags),
                    _ => {
                        for (row, flag) in flags.iter_mut().enumerate() {
                            *flag = comparison.holds(a.wide(row), b.wide(row));
                        }
                    }
                }
            }
            (Op::IsOneOf(_, values), [a]) => self.is_one_of(values, a, out.values.flags()),
            (Op::IsMissing(_), [a]) => match a.missing {
                Missing::Rows(mask) => out.values.flags().copy_from_slice(mask),
                missing => out.values.flags().fill(missing.at(0)),
            },
            (Op::And(..), [a, b]) => {
                let (a, b) = (logic::definite(a, &mut one), logic::definite(b, &mut two));
                logic::and(a, b, out.values.flags());
            }
            (Op::Or(..), [a, b]) => {
                let (a, b) = (logic::definite(a, &mut one), logic::definite(b, &mut two));
                logic::or(a, b, out.values.flags());
            }
            (Op::Not(_), [a]) => logic::not(logic::definite(a, &mut one), out.values.flags()),
            (Op::StartsWith(first, second) | Op::Contains(first, second), [a, b]) => {
                self.text_parts(op, (*first, a), (*second, b), out.values.flags());
                // Unlike comparisons these take what may be missing, and are then missing too.
                join_missing(views, rows, out, spare);
            }
            (Op::Select(..), [condition, a, b]) => {
                let condition = logic::definite(condition, &mut one);
                if select::may_be_missing(&views[1..]) {
                    let mask = out.missing.insert(clear_mask(rows, spare));
                    select::select_missing(condition, a.missing, b.missing, mask);
                }
                self.with_renumbered(&views[1..], |views| {
                    select::select(condition, &views[0], &views[1], &mut out.values);
                });
            }
            (Op::Default(..), [a, b]) => {
                let condition = a.missing.lane();
                if !matches!(b.missing, Missing::Never) {
                    let mask = out.missing.insert(clear_mask(rows, spare));
                    select::select_missing(condition, b.missing, Missing::Never, mask);
                }
                self.with_renumbered(views, |views| {
                    select::select(condition, &views[1], &views[0], &mut out.values);
                });
            }
            (Op::Switch(..), [choice, cases @ ..]) => {
                if select::may_be_missing(views) {
                    let mask = out.missing.insert(clear_mask(rows, spare));
                    select::switch_missing(choice, cases, mask);
                }
                self.with_renumbered(cases, |cases| {
                    select::switch(choice.codes(), cases, &mut out.values);
                });
            }
            (Op::FirstHolds(_), _) => {
                let mut scratch = vec![Vec::new(); views.len()];
                let flags: Vec<_> = views
                    .iter()
                    .zip(&mut scratch)
                    .map(|(view, scratch)| logic::definite(view, scratch))
                    .collect();
                logic::first_holds(&flags, out.values.codes());
                if self.plan.node(self.register).optional {
                    let mut mask = clear_mask(rows, spare);
                    map1(Lane::Rows(out.values.codes()), &mut mask, |code| {
                        code == NONE
                    });
                    out.missing = Some(mask);
                }
            }
            (Op::Exclusive(..), [place, whens @ ..]) => {
                copy(place, &mut out.values);
                join_missing(&views[..1], rows, out, spare);
                for row in (0..rows).filter(|row| logic::more_than_one(whens, *row)) {
                    let mut held = (0..whens.len()).filter(|at| whens[*at].holds(row));
                    let values = [held.next(), held.next()];
                    own.push(self.poison(row, values.map(|at| at.map_or(0, |at| at as i128 + 1))));
                }
            }
            _ => {}
        }
        Masking::Done
    }
}
