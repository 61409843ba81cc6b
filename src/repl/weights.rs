//! A stated weight → the weights of all its siblings: it holds, and the others share what is left in
//! their old proportions, exactly. Where the shares have no exact percents all of them become points.

use super::things::parent;
use crate::model::program::Program;
use crate::value::Decimal;

/// 100 % in millionths of a percent.
const WHOLE: i128 = 100_000_000;

/// The largest point that is written.
const LARGEST: i128 = 1_000_000_000_000;

/// What is known of the siblings of a path before the change: their paths and whole-number weights.
pub(super) fn siblings(program: &Program, path: &str) -> Vec<(String, i128)> {
    let around = parent(path);
    let axis_name = path.split('.').next().unwrap_or("");
    let Some(axis) = program.axes.iter().find(|axis| axis.name == axis_name) else {
        return Vec::new();
    };
    axis.members
        .iter()
        .map(|member| (format!("{axis_name}.{}", member.path), member.weight))
        .filter(|(member, _)| parent(member) == around)
        .collect()
}

/// Whether the weights around a path are percents.
pub(super) fn are_percents(program: &Program, path: &str) -> bool {
    let around = parent(path);
    let axis_name = path.split('.').next().unwrap_or("");
    let axis = program.axes.iter().find(|axis| axis.name == axis_name);
    axis.into_iter()
        .flat_map(|axis| &axis.members)
        .filter(|member| parent(&format!("{axis_name}.{}", member.path)) == around)
        .any(|member| member.weight_text.contains('%'))
}

/// A percent as it was typed, in millionths of a percent: `50%`, `12.5 %`.
pub(super) fn percent(text: &str) -> Option<i128> {
    let digits = text.trim().strip_suffix('%')?.trim_end();
    let value = Decimal::parse(&digits.replace('_', ""), 0)?;
    let value = i128::from(value.0);
    (0..=WHOLE).contains(&value).then_some(value)
}

/// The weights that all siblings get, as they are written: percents where they are exact, else points.
/// `stated` is the path that holds with its percent; `None` where one only goes. `None` where the
/// others cannot share what is left.
pub(super) fn shared(
    siblings: &[(String, i128)],
    stated: Option<(&str, i128)>,
) -> Option<Vec<(String, String)>> {
    let (name, share) = stated.map_or((None, 0), |(name, share)| (Some(name), share));
    let others: Vec<&(String, i128)> = siblings
        .iter()
        .filter(|(path, _)| Some(path.as_str()) != name)
        .collect();
    let sum: i128 = others.iter().map(|(_, weight)| weight).sum();
    let left = WHOLE - share;
    if others.is_empty() || (sum == 0 && left > 0) {
        return (others.is_empty() && left == 0)
            .then(|| name.map(|name| vec![(name.to_string(), "100%".to_string())]))
            .flatten();
    }
    let sum = sum.max(1);
    // Each as a count of parts of the same size.
    let mut parts: Vec<(String, i128)> = Vec::new();
    for (path, weight) in siblings {
        if Some(path.as_str()) != name {
            parts.push((path.clone(), weight.checked_mul(left)?));
        }
    }
    if let Some(name) = name {
        parts.push((name.to_string(), share.checked_mul(sum)?));
    }
    let whole = sum.checked_mul(WHOLE)?;
    let exact = |part: i128| {
        // Four decimals of a percent are what six decimals of a number hold.
        let millionths = part.checked_mul(WHOLE)?;
        let value = millionths / whole;
        (millionths % whole == 0 && value % 100 == 0).then_some(value)
    };
    let percents: Option<Vec<i128>> = parts.iter().map(|(_, part)| exact(*part)).collect();
    if let Some(percents) = percents {
        let written = parts.iter().zip(percents).map(|((path, _), percent)| {
            let text = crate::value::decimal::wide_text(percent);
            (path.clone(), format!("{text}%"))
        });
        return Some(written.collect());
    }
    let divisor = parts
        .iter()
        .fold(0, |divisor, (_, part)| gcd(divisor, *part));
    let points = parts.into_iter().map(|(path, part)| {
        let point = part / divisor.max(1);
        (point <= LARGEST).then(|| (path, point.to_string()))
    });
    points.collect()
}

fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn siblings_of(weights: &[(&str, i128)]) -> Vec<(String, i128)> {
        let named = weights.iter();
        named
            .map(|(name, weight)| ((*name).to_string(), *weight))
            .collect()
    }

    fn text(shares: Option<Vec<(String, String)>>) -> String {
        let shares = shares.unwrap_or_default();
        let written = shares
            .iter()
            .map(|(path, weight)| format!("{path} {weight}"));
        written.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_others_share_what_is_left() {
        let all = siblings_of(&[("a", 40), ("b", 30), ("c", 20), ("d", 10)]);
        assert_eq!(
            text(shared(&all, Some(("a", 50_000_000)))),
            "b 3, c 2, d 1, a 6"
        );
        assert_eq!(
            text(shared(&all, Some(("a", 70_000_000)))),
            "b 15%, c 10%, d 5%, a 70%"
        );
        assert_eq!(
            text(shared(&all, Some(("e", 20_000_000)))),
            "a 32%, b 24%, c 16%, d 8%, e 20%"
        );
        let gone = siblings_of(&[("a", 40), ("b", 40)]);
        assert_eq!(text(shared(&gone, None)), "a 50%, b 50%");
        assert_eq!(percent("12.5 %"), Some(12_500_000));
        assert_eq!(percent("101%"), None);
        assert_eq!(percent("3"), None);
    }
}
