//! An order in which things that need each other can be looked at, each after what it needs.
//! It works without recursion: chains of declarations may be as long as a file.

use crate::syntax::tree;

/// Positions, each after those it needs, and the circles that were met.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Order {
    pub(super) sorted: Vec<usize>,
    pub(super) circles: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Open,
    Done,
}

/// Orders positions by what each needs; what takes part in a circle is ordered too.
pub(super) fn order(needs: &[Vec<usize>]) -> Order {
    let mut order = Order::default();
    let mut states = vec![State::Waiting; needs.len()];
    for start in 0..needs.len() {
        // The positions that are open, each with how many of its needs have been looked at.
        let mut trail: Vec<(usize, usize)> = Vec::new();
        open(start, &mut states, &mut trail);
        while let Some((at, next)) = trail.last_mut() {
            let need = needs.get(*at).and_then(|needs| needs.get(*next)).copied();
            *next += 1;
            let Some(need) = need else {
                let at = *at;
                trail.pop();
                if let Some(state) = states.get_mut(at) {
                    *state = State::Done;
                }
                order.sorted.push(at);
                continue;
            };
            if states.get(need) == Some(&State::Open) {
                let circle = trail.iter().map(|(at, _)| *at);
                order
                    .circles
                    .push(circle.skip_while(|at| *at != need).collect());
            } else {
                open(need, &mut states, &mut trail);
            }
        }
    }
    order
}

fn open(at: usize, states: &mut [State], trail: &mut Vec<(usize, usize)>) {
    if let Some(state) = states.get_mut(at).filter(|state| **state == State::Waiting) {
        *state = State::Open;
        trail.push((at, 0));
    }
}

/// All names that an expression looks at, from the left.
pub(super) fn names_in<'t>(tree: &'t tree::Expr, named: &mut Vec<&'t tree::Path>) {
    use tree::ExprKind as Kind;
    let mut parts: Vec<&'t tree::Expr> = Vec::new();
    match &*tree.kind {
        Kind::Name(path) => named.push(path),
        Kind::Negate(inner) | Kind::Not(inner) | Kind::Lookup { key: inner, .. } => {
            parts.push(inner);
        }
        Kind::Arithmetic { left, right, .. } | Kind::Compare { left, right, .. } => {
            parts.extend([left, right]);
        }
        Kind::Default { value, otherwise } => parts.extend([value, otherwise]),
        Kind::If {
            condition,
            then,
            otherwise,
        } => parts.extend([condition, then, otherwise]),
        Kind::Call(call) => {
            parts.extend(call.arguments.iter().chain(&call.filter));
            named.extend(&call.by);
        }
        Kind::And(all) | Kind::Or(all) => parts.extend(all),
        Kind::Between {
            value, low, high, ..
        } => parts.extend([value, low, high]),
        Kind::IsOneOf { value, list, .. } => {
            parts.push(value);
            parts.extend(list);
        }
        Kind::IsMissing { value, .. } => parts.push(value),
        Kind::InRank {
            value, count, by, ..
        } => {
            parts.extend([value, count]);
            named.extend(by);
        }
        Kind::Number(_)
        | Kind::Text(_)
        | Kind::Date(_)
        | Kind::Flag(_)
        | Kind::Missing
        | Kind::Today => {}
    }
    for part in parts {
        names_in(part, named);
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, order};

    #[test]
    fn what_is_needed_comes_first() {
        let found = order(&[vec![1, 2], vec![2], vec![], vec![0]]);
        assert_eq!(found.sorted, [2, 1, 0, 3]);
        assert!(found.circles.is_empty());
    }

    #[test]
    fn circles_are_spelled_out() {
        let found = order(&[vec![1], vec![2], vec![1], vec![3]]);
        assert_eq!(
            found,
            Order {
                sorted: vec![2, 1, 0, 3],
                circles: vec![vec![1, 2], vec![3]],
            }
        );
    }
}
