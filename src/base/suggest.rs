//! The nearest known name to one that was misspelt.
//! It compares characters, not bytes, and stays silent rather than guess wildly.

/// The candidate nearest to `name`, if it is near enough to be meant: at most a third of the
/// characters differ (at least one may, but never all), counting a swap of neighbours as one
/// difference. Case alone never counts. The first of equally near candidates wins.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let limit = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let far = letters.len().abs_diff(wanted.len()) > limit;
            (!far).then(|| (distance(&wanted, &letters), candidate))
        })
        .filter(|(distance, _)| *distance <= limit && *distance < wanted.len().max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut table = vec![0; (left.len() + 1) * width];
    for row in 0..=left.len() {
        for column in 0..=right.len() {
            table[row * width + column] = if row == 0 || column == 0 {
                row + column
            } else {
                let above = (row - 1) * width + column;
                let differs = usize::from(left[row - 1] != right[column - 1]);
                let mut best = (table[above] + 1)
                    .min(table[row * width + column - 1] + 1)
                    .min(table[above - 1] + differs);
                let swapped = row > 1
                    && column > 1
                    && left[row - 1] == right[column - 2]
                    && left[row - 2] == right[column - 1];
                if swapped {
                    best = best.min(table[(row - 2) * width + column - 2] + 1);
                }
                best
            };
        }
    }
    table[left.len() * width + right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let names = ["revenue", "region", "years"];
        assert_eq!(nearest("revenu", names), Some("revenue"));
        assert_eq!(nearest("reveune", names), Some("revenue"));
        assert_eq!(nearest("Region", names), Some("region"));
        assert_eq!(nearest("omsetning", names), None);
        assert_eq!(nearest("D", ["A", "d"]), Some("d"));
        assert_eq!(nearest("D", ["A", "B"]), None);
    }
}
