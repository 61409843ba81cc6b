//! Generated models: what is proved agrees with the obvious judge, clause by clause.

use super::judge::*;
use super::proved;
use std::collections::BTreeSet;

/// What conditions compare a number with.
const LIMITS: [i64; 5] = [0, 2 * ONE, 3_500_000, 5 * ONE, 10 * ONE];

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn of<V: Copy>(&mut self, list: &[V]) -> V {
        list[self.roll(list.len())]
    }
}

fn atom(dice: &mut Dice, fields: &[char]) -> Condition {
    let sign = dice.of(&Sign::ALL);
    match dice.of(fields) {
        'x' if dice.roll(4) == 0 => Condition::XParam(sign),
        'x' => Condition::X(sign, dice.of(&LIMITS)),
        'z' => Condition::XZ(sign),
        'y' => {
            let otherwise = [None, Some(0), Some(150_000)];
            Condition::Y(sign, dice.of(&PERCENTS), dice.of(&otherwise))
        }
        'r' => {
            let mut list: Vec<usize> = (0..3).filter(|_| dice.roll(2) == 0).collect();
            if list.is_empty() || list.len() == 3 {
                list = vec![dice.roll(3)];
            }
            Condition::R(list)
        }
        'f' => Condition::F,
        's' => Condition::S(sign, dice.roll(3)),
        _ => Condition::Score(sign, dice.roll(21) as i64 * 50 + dice.of(&[0, 0, 1])),
    }
}

fn condition(dice: &mut Dice, fields: &[char], depth: usize) -> Condition {
    match dice.roll(if depth == 0 { 3 } else { 8 }) {
        0..=2 => atom(dice, fields),
        3 => Condition::Not(Box::new(condition(dice, fields, depth - 1))),
        kind => {
            let count = 2 + dice.roll(2);
            let parts = (0..count)
                .map(|_| condition(dice, fields, depth - 1))
                .collect();
            match kind {
                4 | 5 => Condition::All(parts),
                _ => Condition::Any(parts),
            }
        }
    }
}

/// A model of clauses, and the same for the judge.
struct Model {
    clauses: Vec<Condition>,
    exclude: Option<Condition>,
    exclusive: bool,
    otherwise: bool,
    axis: Axis,
}

impl Model {
    fn generated(seed: u64) -> Model {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            dice.roll(2);
        }
        let all = ['x', 'y', 'r', 'f', 's', 'a', 'z'];
        let count = 1 + dice.roll(4);
        let fields: Vec<char> = (0..count).map(|_| dice.of(&all)).collect();
        let clauses = 1 + dice.roll(5);
        Model {
            clauses: (0..clauses)
                .map(|_| condition(&mut dice, &fields, 2))
                .collect(),
            exclude: (dice.roll(4) == 0).then(|| condition(&mut dice, &fields, 1)),
            exclusive: dice.roll(3) == 0,
            otherwise: dice.roll(3) == 0,
            axis: Axis {
                skip: dice.roll(2) == 0,
                param: 4 * ONE,
            },
        }
    }

    /// The text, and the line of the first clause.
    fn text(&self) -> (String, usize) {
        let mut text = format!(
            "model \"m\" {{ currency NOK }}\ncustomers key id {{\n  id text\n  x number between 0 and 10\n  \
             z number\n  y percent?\n  r one of \"N\", \"S\", \"W\"\n  f flag\n  s steps \"low\", \"mid\", \"top\"\n}}\n\
             param p = 4 between 0 and 10\n{}{}",
            guards(),
            self.axis.text()
        );
        if let Some(exclude) = &self.exclude {
            text.push_str(&format!("exclude \"Out\" when {exclude}\n"));
        }
        let exclusive = if self.exclusive { " exclusive" } else { "" };
        text.push_str(&format!("segments{exclusive} {{\n"));
        let first = text.lines().count() + 1;
        for (at, clause) in self.clauses.iter().enumerate() {
            text.push_str(&format!("  c{at} when {clause}\n"));
        }
        if self.otherwise {
            text.push_str("  rest otherwise\n");
        }
        text.push_str("}\n");
        (text, first)
    }

    /// What there is to find with the param at 4, as `code line`, and with other values of it.
    fn all_expected(&self, first: usize) -> BTreeSet<String> {
        let mut expected = self.expected(first);
        let all = self.clauses.iter().chain(&self.exclude);
        let nobody = !customers(&self.conditions(), self.axis.param)
            .iter()
            .any(|it| !self.is_out(it));
        if nobody || !all.into_iter().any(|it| it.uses('p')) {
            return expected;
        }
        // Between the limits of conditions it makes no difference which value it has.
        let hundredth = ONE / 100;
        let params = LIMITS.into_iter();
        let params = params.flat_map(|it| [-hundredth, 0, hundredth].map(|by| it + by));
        for param in params.filter(|it| (0..=10 * ONE).contains(it)) {
            let other = Model {
                axis: Axis { param, ..self.axis },
                clauses: self.clauses.clone(),
                exclude: self.exclude.clone(),
                ..*self
            };
            for found in other.expected(first) {
                let with_param = match found.split_once(' ') {
                    Some(("no-segment", line)) => format!("no-segment-with-param {line}"),
                    Some(("clauses-overlap", line)) => format!("clauses-overlap-with-param {line}"),
                    _ => continue,
                };
                if !expected.contains(&found) {
                    expected.insert(with_param);
                }
            }
        }
        expected
    }

    fn conditions(&self) -> Vec<&Condition> {
        self.clauses.iter().chain(&self.exclude).collect()
    }

    /// What there is to find, as `code line`.
    fn expected(&self, first: usize) -> BTreeSet<String> {
        let mut reached = vec![false; self.clauses.len() + 1];
        let mut overlaps: BTreeSet<usize> = BTreeSet::new();
        let (mut gap, mut anybody) = (false, false);
        for customer in customers(&self.conditions(), self.axis.param) {
            if self.is_out(&customer) {
                continue;
            }
            anybody = true;
            let holding: Vec<usize> = self.holding(&customer);
            match holding.first() {
                Some(clause) => reached[*clause] = true,
                None if self.otherwise => reached[self.clauses.len()] = true,
                None => gap = true,
            }
            if self.exclusive {
                overlaps.extend(holding.iter().skip(1));
            }
        }
        let mut expected = BTreeSet::new();
        if !anybody {
            return expected;
        }
        let clauses = self.clauses.len() + usize::from(self.otherwise);
        for (at, reached) in reached.iter().enumerate().take(clauses) {
            if overlaps.contains(&at) {
                expected.insert(format!("clauses-overlap {}", first + at));
            } else if !reached {
                expected.insert(format!("clause-unreachable {}", first + at));
            }
        }
        if gap {
            let last = clauses - 1;
            expected.insert(format!("no-segment {}", first + last));
        }
        expected
    }

    fn is_out(&self, customer: &Customer) -> bool {
        let out = self.exclude.as_ref();
        out.is_some_and(|it| it.holds(customer, self.axis))
    }

    fn holding(&self, customer: &Customer) -> Vec<usize> {
        let clauses = self.clauses.iter().enumerate();
        let holding = clauses.filter(|(_, it)| it.holds(customer, self.axis));
        holding.map(|(at, _)| at).collect()
    }

    /// Says what is wrong about what was found, if anything is.
    fn judged(&self) -> Option<String> {
        let (text, first) = self.text();
        let proved = proved(&text);
        let codes = ["clause-unreachable", "no-segment", "clauses-overlap"];
        let found: BTreeSet<String> = proved
            .found()
            .into_iter()
            // Nobody reaches it with the params as they are; the judge knows no others.
            .map(|it| it.replace("clause-switched-off", "clause-unreachable"))
            .filter(|it| codes.iter().any(|code| it.starts_with(code)))
            .collect();
        let expected = self.all_expected(first);
        let open = proved.open();
        if found != expected || !open.is_empty() {
            return Some(format!(
                "{text}\nfound    {found:?}\nexpected {expected:?}\nopen     {open:?}\n{:#?}",
                proved.loaded.diagnostics
            ));
        }
        for diagnostic in &proved.loaded.diagnostics {
            let Some(example) = &diagnostic.example else {
                continue;
            };
            let customer = given(example);
            let holding = self.holding(&customer);
            let shown = match diagnostic.code {
                "no-segment" => holding.is_empty(),
                _ => holding.len() > 1,
            };
            if self.is_out(&customer) || !shown {
                return Some(format!("{text}\n{example}\nshows nothing: {holding:?}"));
            }
        }
        None
    }
}

#[test]
fn proofs_agree_with_a_search_over_all_customers() {
    // `VEKT_MODELS=10000 cargo test --test proofs` searches further.
    let models = std::env::var("VEKT_MODELS")
        .ok()
        .and_then(|it| it.parse().ok());
    let models: u64 = models.unwrap_or(600);
    let halves = [0, 1].map(|half| {
        std::thread::spawn(move || {
            let mut findings = 0;
            for seed in (1..=models).filter(|seed| seed % 2 == half) {
                let model = Model::generated(seed);
                if let Some(wrong) = model.judged() {
                    panic!("model {seed}:\n{wrong}");
                }
                let (_, first) = model.text();
                findings += model.expected(first).len();
            }
            findings
        })
    });
    let findings: usize = halves
        .map(|half| half.join().expect("no disagreement"))
        .iter()
        .sum();
    assert!(
        findings > models as usize / 2,
        "only {findings} findings in all"
    );
}
