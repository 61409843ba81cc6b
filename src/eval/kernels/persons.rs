//! The persons of a team and what is planned for them, gathered from some of the customers and joined with what
//! others gave. Names are told apart by their text, as each part of the customers numbers them in its own way.

use crate::eval::block::View;
use crate::value::Dictionary;

/// What was gathered under names.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Named {
    /// The names in the order of their first customer.
    pub(in crate::eval) names: Dictionary,
    /// The sum under each name.
    sums: Vec<i128>,
}

impl Named {
    /// The names of the rows for which all conditions hold, each with the sum of its values, where there are any.
    /// `texts` are the texts of the names.
    pub(in crate::eval) fn of(
        names: &View<'_>,
        texts: &Dictionary,
        values: Option<&View<'_>>,
        conditions: &[&View<'_>],
        rows: usize,
    ) -> Named {
        let mut by_code: Vec<Option<i128>> = vec![None; texts.len()];
        let mut order = Vec::new();
        let named = (0..rows).filter(|row| !names.missing.at(*row));
        for row in named.filter(|row| conditions.iter().all(|it| it.holds(*row))) {
            let code = names.codes().at(row);
            let Some(sum) = by_code.get_mut(code as usize) else {
                continue;
            };
            let value = values.filter(|values| !values.missing.at(row));
            *sum.get_or_insert_with(|| {
                order.push(code);
                0
            }) += value.map_or(0, |values| i128::from(values.numbers().at(row)));
        }
        let mut all = Named::default();
        for code in order {
            let sum = by_code.get(code as usize).copied().flatten();
            all.add_to(texts.text(code), sum.unwrap_or_default());
        }
        all
    }

    /// Adds what was gathered from customers behind these.
    pub(in crate::eval) fn add(&mut self, other: &Named) {
        for (name, sum) in other.names.iter().zip(&other.sums) {
            self.add_to(name, *sum);
        }
    }

    /// The sum under a name; 0 where nobody has it.
    pub(in crate::eval) fn sum(&self, name: &str) -> i128 {
        let number = self.names.number(name);
        number.map_or(0, |number| self.sums[number as usize])
    }

    fn add_to(&mut self, name: &str, more: i128) {
        let number = self.names.insert(name) as usize;
        self.sums.resize(self.names.len(), 0);
        self.sums[number] += more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::block::{Lane, Missing, Seen};
    use std::borrow::Cow;

    fn view<'a>(values: Seen<'a>, missing: &'a [bool]) -> View<'a> {
        View {
            values,
            missing: Missing::Rows(missing),
            poison: Cow::Borrowed(&[]),
            single: false,
        }
    }

    #[test]
    fn parts_with_other_numbers_join_by_name() {
        let kept = [true, false, true, true];
        let conditions = view(Seen::Flag(Lane::Rows(&kept)), &[false; 4]);
        let hours = view(
            Seen::Number(Lane::Rows(&[1, 20, 300, 4_000])),
            &[false, false, false, true],
        );
        let part = |texts: [&str; 2], codes: &[u32]| {
            let nameless = [false, false, true, false];
            let names = view(Seen::Code(Lane::Rows(codes)), &nameless);
            let texts = Dictionary::new(texts);
            Named::of(&names, &texts, Some(&hours), &[&conditions], 4)
        };
        let mut all = part(["Kari", "Ola"], &[1, 0, 0, 0]);
        assert_eq!(all.names.iter().collect::<Vec<_>>(), ["Ola", "Kari"]);
        all.add(&part(["Ola", "Åse"], &[1, 0, 0, 0]));
        assert_eq!(all.names.iter().collect::<Vec<_>>(), ["Ola", "Kari", "Åse"]);
        let sums = ["Ola", "Kari", "Åse", "Nils"].map(|name| all.sum(name));
        assert_eq!(sums, [1, 0, 1, 0]);
    }
}
