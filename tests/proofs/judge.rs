//! An obvious judge of small models: conditions over a handful of fields, evaluated customer by
//! customer over every combination of values at which something could change.

use std::fmt;

/// Millionths.
pub const ONE: i64 = 1_000_000;

/// A customer: numbers in millionths, positions in lists.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Customer {
    pub x: i64,
    pub z: i64,
    pub y: Option<i64>,
    pub r: usize,
    pub f: bool,
    pub s: usize,
}

pub const REGIONS: [&str; 3] = ["N", "S", "W"];
pub const STEPS: [&str; 3] = ["low", "mid", "top"];

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    Less,
    AtMost,
    More,
    AtLeast,
    Is,
    IsNot,
}

impl Sign {
    pub const ALL: [Sign; 6] = [
        Sign::Less,
        Sign::AtMost,
        Sign::More,
        Sign::AtLeast,
        Sign::Is,
        Sign::IsNot,
    ];

    fn holds<V: PartialOrd>(self, a: V, b: V) -> bool {
        match self {
            Sign::Less => a < b,
            Sign::AtMost => a <= b,
            Sign::More => a > b,
            Sign::AtLeast => a >= b,
            Sign::Is => a == b,
            Sign::IsNot => a != b,
        }
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Sign::Less => "<",
            Sign::AtMost => "<=",
            Sign::More => ">",
            Sign::AtLeast => ">=",
            Sign::Is => "=",
            Sign::IsNot => "!=",
        })
    }
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    X(Sign, i64),
    /// Against the param.
    XParam(Sign),
    XZ(Sign),
    /// With what stands for a missing one.
    Y(Sign, i64, Option<i64>),
    R(Vec<usize>),
    F,
    S(Sign, usize),
    /// The axis, against hundredths.
    Score(Sign, i64),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// Whether the axis of the generated models scores missing growth as 3 or leaves it out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub skip: bool,
    /// The param.
    pub param: i64,
}

impl Axis {
    /// The score in hundredths: steps weigh 50, regions 30, growth 20.
    pub fn score(self, customer: &Customer) -> i64 {
        let steps = [0, 500, 1_000][customer.s];
        let region = [1_000, 300, 0][customer.r];
        let growth = match customer.y {
            Some(y) if y >= 200_000 => Some(1_000),
            Some(y) if y >= 0 => Some(400),
            Some(_) => Some(0),
            None if self.skip => None,
            None => Some(300),
        };
        let (sum, weights) = match growth {
            Some(growth) => (50 * steps + 30 * region + 20 * growth, 100),
            None => (50 * steps + 30 * region, 80),
        };
        (2 * sum + weights) / (2 * weights)
    }

    pub fn text(self) -> String {
        let missing = if self.skip { "skip" } else { "3" };
        format!(
            "axis a {{\n  criterion s weight 50% ramp \"low\" to \"top\"\n  \
             criterion r weight 30% match {{ \"N\" -> 10, \"S\" -> 3, otherwise -> 0 }}\n  \
             criterion y weight 20% bands {{ >= 20% -> 10, >= 0% -> 4, otherwise -> 0 }} if missing {missing}\n}}\n"
        )
    }
}

impl Condition {
    pub fn holds(&self, customer: &Customer, axis: Axis) -> bool {
        match self {
            Condition::X(sign, limit) => sign.holds(customer.x, *limit),
            Condition::XParam(sign) => sign.holds(customer.x, axis.param),
            Condition::XZ(sign) => sign.holds(customer.x, customer.z),
            Condition::Y(sign, limit, otherwise) => match customer.y.or(*otherwise) {
                Some(y) => sign.holds(y, *limit),
                None => false,
            },
            Condition::R(list) => list.contains(&customer.r),
            Condition::F => customer.f,
            Condition::S(sign, step) => sign.holds(customer.s, *step),
            Condition::Score(sign, limit) => sign.holds(axis.score(customer), *limit),
            Condition::Not(inner) => !inner.holds(customer, axis),
            Condition::All(parts) => parts.iter().all(|it| it.holds(customer, axis)),
            Condition::Any(parts) => parts.iter().any(|it| it.holds(customer, axis)),
        }
    }

    /// Numbers at which it may change: of x and z, and of y.
    pub fn limits(&self, x: &mut Vec<i64>, y: &mut Vec<i64>) {
        match self {
            Condition::X(_, limit) => x.push(*limit),
            Condition::XParam(_) => {}
            Condition::Y(_, limit, _) => y.push(*limit),
            Condition::Score(..) => y.extend([0, 200_000]),
            Condition::Not(inner) => inner.limits(x, y),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|it| it.limits(x, y));
            }
            _ => {}
        }
    }

    pub fn uses(&self, field: char) -> bool {
        match self {
            Condition::XParam(_) => matches!(field, 'x' | 'p'),
            Condition::X(..) => field == 'x',
            Condition::XZ(_) => field == 'x' || field == 'z',
            Condition::Y(..) => field == 'y',
            Condition::R(_) => field == 'r',
            Condition::F => field == 'f',
            Condition::S(..) => field == 's',
            Condition::Score(..) => "srya".contains(field),
            Condition::Not(inner) => inner.uses(field),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|it| it.uses(field)),
        }
    }
}

pub fn number(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let size = millionths.abs();
    let text = format!("{sign}{}.{:06}", size / ONE, size % ONE);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Condition], word: &str| {
            let parts: Vec<String> = parts.iter().map(|it| it.to_string()).collect();
            format!("({})", parts.join(&format!(" {word} ")))
        };
        let percent = |units: &i64| format!("{}%", number(units * 100));
        let text = match self {
            Condition::X(sign, limit) => format!("x {sign} {}", number(*limit)),
            Condition::XParam(sign) => format!("x {sign} p"),
            Condition::XZ(sign) => format!("x {sign} z"),
            Condition::Y(sign, limit, Some(otherwise)) => {
                format!("y default {} {sign} {}", percent(otherwise), percent(limit))
            }
            Condition::Y(sign, limit, None) => guard(*sign, *limit),
            Condition::R(list) => {
                let texts: Vec<String> = list
                    .iter()
                    .map(|it| format!("\"{}\"", REGIONS[*it]))
                    .collect();
                match texts.as_slice() {
                    [one] => format!("r is {one}"),
                    _ => format!("r is one of {}", texts.join(", ")),
                }
            }
            Condition::F => "f".to_owned(),
            Condition::S(sign, step) => format!("s {sign} \"{}\"", STEPS[*step]),
            Condition::Score(sign, limit) => {
                format!("a {sign} {}.{:02}", limit / 100, limit % 100)
            }
            Condition::Not(inner) => format!("not ({inner})"),
            Condition::All(parts) => joined(parts, "and"),
            Condition::Any(parts) => joined(parts, "or"),
        };
        formatter.write_str(&text)
    }
}

/// The numbers that y is compared with.
pub const PERCENTS: [i64; 4] = [-100_000, 0, 50_000, 200_000];

/// The name of the let that compares y where it is not missing.
fn guard(sign: Sign, limit: i64) -> String {
    let sign = Sign::ALL.iter().position(|it| *it == sign).unwrap_or(0);
    let limit = PERCENTS.iter().position(|it| *it == limit).unwrap_or(0);
    format!("y_{sign}_{limit}")
}

/// The lets that compare y where it is not missing.
pub fn guards() -> String {
    let mut text = String::new();
    for sign in Sign::ALL {
        for limit in PERCENTS {
            let name = guard(sign, limit);
            let limit = number(limit * 100);
            text.push_str(&format!(
                "let {name} = y is not missing and y {sign} {limit}%\n"
            ));
        }
    }
    text
}

/// Every customer at which one of the conditions could change.
pub fn customers(conditions: &[&Condition], param: i64) -> Vec<Customer> {
    let (mut x, mut y) = (vec![0, 10 * ONE], vec![0]);
    for condition in conditions {
        condition.limits(&mut x, &mut y);
    }
    let uses = |field| conditions.iter().any(|it| it.uses(field));
    if uses('p') {
        x.push(param);
    }
    let around = |limits: &[i64], low: i64, high: i64| {
        let mut all: Vec<i64> = limits
            .iter()
            .flat_map(|limit| (-2..=2).map(move |by| limit + by))
            .filter(|it| (low..=high).contains(it))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let or = |used: bool, all: Vec<i64>| if used { all } else { vec![0] };
    let xs = or(uses('x'), around(&x, 0, 10 * ONE));
    let zs = or(uses('z'), around(&x, i64::MIN, i64::MAX));
    let ys = match uses('y') {
        true => {
            let there = around(&y, i64::MIN, i64::MAX).into_iter().map(Some);
            there.chain([None]).collect()
        }
        false => vec![None],
    };
    let mut all = Vec::new();
    for x in &xs {
        for z in &zs {
            for y in &ys {
                for r in 0..if uses('r') { 3 } else { 1 } {
                    for s in 0..if uses('s') { 3 } else { 1 } {
                        for f in 0..if uses('f') { 2 } else { 1 } {
                            let (x, z, y, f) = (*x, *z, *y, f == 1);
                            all.push(Customer { x, z, y, r, f, s });
                        }
                    }
                }
            }
        }
    }
    all
}

/// The customer that a `test` block gives.
pub fn given(block: &str) -> Customer {
    let mut customer = Customer::default();
    let inside = block.split("given {").nth(1).expect("a given");
    let inside = inside.split('}').next().expect("an end");
    for part in inside
        .split([',', '\n'])
        .map(str::trim)
        .filter(|it| !it.is_empty())
    {
        let (name, value) = part.split_once(" = ").expect("a value");
        let number = |text: &str| {
            let text = text.replace('_', "");
            let value = vekt::value::Decimal::parse(text.trim_start_matches('-'), 0);
            let value = value.expect("a number").0;
            if text.starts_with('-') { -value } else { value }
        };
        let at = |list: &[&str]| {
            let text = value.trim_matches('"');
            list.iter().position(|it| *it == text).expect("in the list")
        };
        match name {
            "x" => customer.x = number(value),
            "z" => customer.z = number(value),
            "y" if value == "missing" => customer.y = None,
            "y" => customer.y = Some(number(value.trim_end_matches('%')) / 100),
            "r" => customer.r = at(&REGIONS),
            "f" => customer.f = value == "yes",
            "s" => customer.s = at(&STEPS),
            other => panic!("no field {other}"),
        }
    }
    customer
}
