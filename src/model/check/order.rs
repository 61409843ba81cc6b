//! An order in which things that need each other can be looked at, each after what it needs.
//! It works without recursion: chains of declarations may be as long as a file.

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
