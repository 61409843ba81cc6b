//! The weights of a program: who shares 100 % with whom, and the same program with another share for
//! one of them, the others in their old proportions, exactly.

use crate::model::program::{MemberKind, Program};

/// Sums of weights stay below this, so that means never go out of range.
const MOST: i128 = 1 << 62;

/// The members directly under an axis or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Siblings {
    /// The position of the axis.
    pub axis: usize,
    /// Their positions among the members of the axis.
    pub members: Vec<usize>,
}

/// A weight: one of some siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightAt {
    /// The position of the siblings.
    pub siblings: usize,
    /// The position of the axis.
    pub axis: usize,
    /// The position of the member in the axis.
    pub member: usize,
}

/// All siblings of all axes, from the outside in.
pub fn all_siblings(program: &Program) -> Vec<Siblings> {
    let mut all = Vec::new();
    for (at, axis) in program.axes.iter().enumerate() {
        let groups = axis.members.iter().filter_map(|member| match &member.kind {
            MemberKind::Group { children } => Some(children),
            MemberKind::Criterion { .. } => None,
        });
        for children in std::iter::once(&axis.children).chain(groups) {
            all.push(Siblings {
                axis: at,
                members: children.iter().map(|it| it.0).collect(),
            });
        }
    }
    all
}

/// All weights that can be moved: those with a sibling of some weight.
pub fn movable(program: &Program, siblings: &[Siblings]) -> Vec<WeightAt> {
    let mut all = Vec::new();
    for (at, set) in siblings.iter().enumerate() {
        for member in &set.members {
            let weight = WeightAt {
                siblings: at,
                axis: set.axis,
                member: *member,
            };
            if others(program, set, *member) > 0 {
                all.push(weight);
            }
        }
    }
    all
}

/// The weight of a member, as a whole number.
pub fn weight(program: &Program, axis: usize, member: usize) -> i128 {
    let axis = program.axes.get(axis);
    let member = axis.and_then(|axis| axis.members.get(member));
    member.map_or(0, |member| member.weight)
}

/// The weights of all siblings but one.
pub fn others(program: &Program, set: &Siblings, member: usize) -> i128 {
    let others = set.members.iter().filter(|it| **it != member);
    others.map(|it| weight(program, set.axis, *it)).sum()
}

/// The path of a member: `attractiveness.finance.margin`.
pub fn path(program: &Program, axis: usize, member: usize) -> String {
    let Some(axis) = program.axes.get(axis) else {
        return String::new();
    };
    let member = axis.members.get(member).map_or("", |it| it.path.as_str());
    format!("{}.{member}", axis.name)
}

/// The program in which a member has the share `part` of `whole`, and its siblings the rest in their
/// old proportions. `None` where the numbers would be too fine, or there is no such share.
pub fn with_share(
    program: &Program,
    set: &Siblings,
    member: usize,
    share: (i128, i128),
) -> Option<Program> {
    with_weights(program, set.axis, &shared(program, set, member, share)?)
}

/// The weights of siblings of which a member has the share `part` of `whole`.
pub fn shared(
    program: &Program,
    set: &Siblings,
    member: usize,
    (part, whole): (i128, i128),
) -> Option<Vec<(usize, i128)>> {
    if part < 0 || part > whole || whole <= 0 {
        return None;
    }
    let rest = others(program, set, member);
    let mut weights = Vec::with_capacity(set.members.len());
    for at in &set.members {
        let new = match *at == member {
            true => part.checked_mul(rest)?,
            false => weight(program, set.axis, *at).checked_mul(whole - part)?,
        };
        weights.push((*at, new));
    }
    Some(weights)
}

/// The program with other weights for some members of an axis.
pub fn with_weights(program: &Program, axis: usize, weights: &[(usize, i128)]) -> Option<Program> {
    let weights = reduced(weights)?;
    let mut program = program.clone();
    let axis = program.axes.get_mut(axis)?;
    for (at, weight) in weights {
        axis.members.get_mut(at)?.weight = weight;
    }
    Some(program)
}

/// The same weights as small as they can be; `None` where the numbers are too fine for means, or
/// none is left.
pub fn reduced(weights: &[(usize, i128)]) -> Option<Vec<(usize, i128)>> {
    let divisor = weights
        .iter()
        .fold(0, |divisor, (_, it)| common_divisor(divisor, *it));
    let divisor = divisor.max(1);
    let sum: i128 = weights.iter().map(|(_, it)| it / divisor).sum();
    let fits = sum > 0 && sum < MOST;
    fits.then(|| weights.iter().map(|(at, it)| (*at, it / divisor)).collect())
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 {
        a.abs()
    } else {
        common_divisor(b, a % b)
    }
}
