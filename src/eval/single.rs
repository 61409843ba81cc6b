//! Operations on single values: numbers carry 38 digits here, and conditions may be missing, as a
//! check may be handed a missing value. Everything else is a run of one row.

use super::block::{Buffer, Computed, Lane, Missing, NONE, Poison, Seen, View};
use super::numbers::{exact, takes_wide};
use super::rows::Job;
use crate::model::program::Literal;
use crate::plan::op::{Kind, Op};
use std::borrow::Cow;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Single {
    pub(super) value: SingleValue,
    pub(super) missing: bool,
    pub(super) poison: Vec<Poison>,
}

/// What a single value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SingleValue {
    Number(i128),
    Flag(bool),
    Code(u32),
}

impl Single {
    pub(super) fn of(value: SingleValue) -> Single {
        Single {
            value,
            missing: false,
            poison: Vec::new(),
        }
    }

    pub(super) fn missing(kind: Kind) -> Single {
        Single {
            missing: true,
            ..Single::of(match kind {
                Kind::Number => SingleValue::Number(0),
                Kind::Flag => SingleValue::Flag(false),
                _ => SingleValue::Code(0),
            })
        }
    }

    /// The value of a row of a view.
    pub(super) fn at(view: &View<'_>, row: usize) -> Single {
        let value = match view.values {
            Seen::Number(values) => SingleValue::Number(i128::from(values.at(row))),
            Seen::Wide(value) => SingleValue::Number(value),
            Seen::Flag(values) => SingleValue::Flag(values.at(row)),
            Seen::Code(values) => SingleValue::Code(values.at(row)),
        };
        let own = |poison: &&Poison| view.single || poison.row as usize == row;
        Single {
            value,
            missing: view.missing.at(row),
            poison: view.poison.iter().filter(own).copied().collect(),
        }
    }

    /// A look at it, as the same for all rows.
    pub(super) fn view(&self) -> View<'_> {
        View {
            values: match self.value {
                SingleValue::Number(value) => match i64::try_from(value) {
                    Ok(value) => Seen::Number(Lane::One(value)),
                    Err(_) => Seen::Wide(value),
                },
                SingleValue::Flag(value) => Seen::Flag(Lane::One(value)),
                SingleValue::Code(value) => Seen::Code(Lane::One(value)),
            },
            missing: match self.missing {
                true => Missing::Always,
                false => Missing::Never,
            },
            poison: Cow::Borrowed(&self.poison),
            single: true,
        }
    }

    fn number(&self) -> i128 {
        match self.value {
            SingleValue::Number(value) => value,
            _ => 0,
        }
    }

    /// Whether it is a flag that is there and holds; `None` where it is missing.
    pub(super) fn flag(&self) -> Option<bool> {
        match self.value {
            SingleValue::Flag(flag) if !self.missing => Some(flag),
            _ => None,
        }
    }
}

/// What an aggregate of many makes of them, as a value of its kind; missing where there were none.
pub(super) fn total(kind: Kind, total: Option<i128>) -> Single {
    match (kind, total) {
        (Kind::Number, Some(total)) => Single::of(SingleValue::Number(total)),
        (Kind::Flag, Some(total)) => Single::of(SingleValue::Flag(total != 0)),
        (_, Some(total)) => Single::of(SingleValue::Code(u32::try_from(total).unwrap_or(NONE))),
        (kind, None) => Single::missing(kind),
    }
}

impl Job<'_> {
    /// Computes an operation on single values.
    pub(super) fn single(&self, inputs: &[&Single]) -> Single {
        let node = self.plan.node(self.register);
        let kind = node.kind;
        match (&node.op, inputs) {
            (Op::Constant(literal), _) => Single::of(match literal {
                Literal::Number(number) => SingleValue::Number(i128::from(*number)),
                Literal::Flag(flag) => SingleValue::Flag(*flag),
                Literal::Choice(code) => SingleValue::Code(*code),
                Literal::Text(_) => SingleValue::Code(0),
            }),
            (Op::Missing(kind), _) => Single::missing(*kind),
            (Op::And(..), [a, b]) => joined(a, b, false),
            (Op::Or(..), [a, b]) => joined(a, b, true),
            (
                Op::Compare(..)
                | Op::IsOneOf(..)
                | Op::Not(_)
                | Op::StartsWith(..)
                | Op::Contains(..),
                _,
            ) if inputs.iter().any(|input| input.missing) => Single {
                poison: first_poison(inputs),
                ..Single::missing(kind)
            },
            (Op::Select(..), [condition, then, other]) if kind == Kind::Number => {
                match condition.poison.is_empty() {
                    true if condition.flag() == Some(true) => (*then).clone(),
                    true => (*other).clone(),
                    false => Single {
                        poison: condition.poison.clone(),
                        ..Single::missing(kind)
                    },
                }
            }
            (Op::Default(..), [a, b]) if kind == Kind::Number => match a.missing {
                true if a.poison.is_empty() => (*b).clone(),
                _ => (*a).clone(),
            },
            (op, _) if takes_wide(op) && kind == Kind::Number => self.wide(op, inputs),
            _ => self.one_row(inputs),
        }
    }

    fn wide(&self, op: &Op, inputs: &[&Single]) -> Single {
        let kind = Kind::Number;
        let poison = first_poison(inputs);
        if !poison.is_empty() || inputs.iter().any(|input| input.missing) {
            return Single {
                poison,
                ..Single::missing(kind)
            };
        }
        let values = [0, 1].map(|at| inputs.get(at).map_or(0, |input| input.number()));
        if matches!(op, Op::Divide(..)) && values[1] == 0 {
            return Single::missing(kind);
        }
        match exact(op, values[0], values[1]) {
            Some(value) => Single::of(SingleValue::Number(value)),
            None => Single {
                poison: vec![Poison {
                    row: 0,
                    site: self.register.0 as u32,
                    values,
                }],
                ..Single::missing(kind)
            },
        }
    }

    fn one_row(&self, inputs: &[&Single]) -> Single {
        let node = self.plan.node(self.register);
        let job = Job {
            first: 0,
            rows: 1,
            ..*self
        };
        let views: Vec<View<'_>> = inputs.iter().map(|input| input.view()).collect();
        let mut out = Computed::full(Buffer::zeros(node.kind, 1));
        job.compute(&views, &mut out, &mut Vec::new());
        // An inherited error keeps the row that it came from.
        for poison in &mut out.poison {
            let mut before = inputs.iter().flat_map(|input| &input.poison);
            let same = before.find(|it| it.site == poison.site && it.values == poison.values);
            poison.row = same.map_or(poison.row, |it| it.row);
        }
        let single = Single::at(&View::of_block(&out), 0);
        Single {
            poison: out.poison,
            ..single
        }
    }
}

fn first_poison(inputs: &[&Single]) -> Vec<Poison> {
    let poison = inputs.iter().flat_map(|input| &input.poison);
    poison.take(1).copied().collect()
}

/// And (or or): the deciding answer wins over what is missing.
fn joined(a: &Single, b: &Single, decides: bool) -> Single {
    let answer = |value| Single::of(SingleValue::Flag(value));
    for side in [a, b] {
        if !side.poison.is_empty() {
            return (*side).clone();
        }
        if side.flag() == Some(decides) {
            return answer(decides);
        }
    }
    match a.missing || b.missing {
        true => Single::missing(Kind::Flag),
        false => answer(!decides),
    }
}
