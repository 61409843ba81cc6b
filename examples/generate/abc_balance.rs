//! Customers, invoices, ratings and last year's classes of a company that sells in the Nordic countries and Germany and
//! invoices in four currencies. Turnover has a long tail, a few small customers matter for strategic reasons, and a few
//! take more energy than they give.

use crate::Written;
use crate::chance::Chance;
use crate::figures::{TODAY, hundredths, iso_date};

const SEED: u64 = 202_603;
const CUSTOMERS: u64 = 180;
const OWN_COMPANIES: u64 = 3;

const FIRST: [&str; 20] = [
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjell", "Gull", "Harbour", "Inlet", "Juniper",
    "Kestrel", "Larch", "Mill", "North", "Otter", "Pine", "Quarry", "Reed", "Skerry", "Tarn",
];
const SECOND: [&str; 9] = [
    "Kitchens",
    "Interiors",
    "Lighting",
    "Joinery",
    "Hotels",
    "Contract",
    "Design",
    "Living",
    "Studios",
];
/// Country, currency, and the price of a hundred of the currency in euro cents.
const COUNTRIES: [(i64, (&str, &str, i64)); 5] = [
    (25, ("DK", "DKK", 1340)),
    (30, ("SE", "SEK", 880)),
    (15, ("NO", "NOK", 850)),
    (15, ("FI", "EUR", 10_000)),
    (15, ("DE", "EUR", 10_000)),
];

/// The files of the example.
pub fn files() -> Vec<Written> {
    let mut customers =
        String::from("customer,name,country,kind,parent,margin,develops products,carries brand\n");
    let mut invoices = String::from("customer,date,number,amount,currency\n");
    let mut ratings = String::from("customer,gives,takes\n");
    let mut classes = String::from("customer,class\n");
    let mut number = 50_000;
    for row in 1..=CUSTOMERS + OWN_COMPANIES {
        let mut chance = Chance::of_row(SEED, row);
        let own = row > CUSTOMERS;
        let key = format!("C-{}", 100 + row);
        let (country, currency, hundred_in_cents) = chance.weighted(&COUNTRIES);
        // Twelve months' turnover in euro.
        let turnover = chance.spread(&[
            (0, 3000),
            (400, 26_000),
            (700, 75_000),
            (880, 190_000),
            (970, 560_000),
            (1000, 1_200_000),
        ]);
        let strategic = !own && turnover < 60_000 && chance.percent(9);
        let brand = strategic && row.is_multiple_of(2);
        let parent = if !own && chance.percent(12) {
            chance.pick(&["Boreal Group", "Havn Holding", "Lumo Oyj", "Strand Gruppe"])
        } else {
            ""
        };
        let margin = chance.between(18, 52);
        customers.push_str(&format!(
            "{key},{},{country},{},{parent},{},{},{}\n",
            name(row, own),
            if own { "own company" } else { "customer" },
            hundredths(margin, '.'),
            yes_or_no(strategic && !brand),
            yes_or_no(brand),
        ));
        let count = chance.between(1, 12);
        for part in 0..count {
            let share = turnover * 100 / count * chance.between(80, 120) / 100;
            let amount = share * 10_000 / hundred_in_cents;
            let day = TODAY - 3 - part * 350 / count - chance.between(0, 10);
            number += 1;
            invoices.push_str(&invoice(&key, day, number, amount, currency));
            if chance.percent(4) {
                number += 1;
                invoices.push_str(&invoice(&key, day + 2, number, -amount / 5, currency));
            }
        }
        // One older invoice, which the last twelve months leave out.
        if chance.percent(60) {
            number += 1;
            let amount = turnover * 20 * 10_000 / hundred_in_cents;
            invoices.push_str(&invoice(
                &key,
                TODAY - chance.between(400, 700),
                number,
                amount,
                currency,
            ));
        }
        let draining = chance.percent(9);
        if !own && chance.percent(75) {
            let gives = chance.between(8, 20) * 5 - if draining { 30 } else { 0 };
            let takes = if draining {
                chance.between(13, 20)
            } else {
                chance.between(0, 8)
            } * 5;
            ratings.push_str(&format!("{key},{},{}\n", half(gives), half(takes)));
        }
        let last_year = turnover * chance.between(75, 120) / 100;
        let class = match last_year {
            95_000.. => "A",
            30_000.. => "B",
            _ => "C",
        };
        if !own && chance.percent(92) {
            classes.push_str(&format!("{key},{class}\n"));
        }
    }
    vec![
        Written {
            path: "abc-balance/customers.csv",
            bytes: customers.into_bytes(),
        },
        Written {
            path: "abc-balance/invoices.csv",
            bytes: invoices.into_bytes(),
        },
        Written {
            path: "abc-balance/ratings.csv",
            bytes: ratings.into_bytes(),
        },
        Written {
            path: "abc-balance/classes-2025.csv",
            bytes: classes.into_bytes(),
        },
    ]
}

fn invoice(key: &str, day: i64, number: i64, amount: i64, currency: &str) -> String {
    format!(
        "{key},{},{number},{},{currency}\n",
        iso_date(day),
        hundredths(amount, '.')
    )
}

fn name(row: u64, own: bool) -> String {
    if own {
        return format!("Own Sales Company {}", row - CUSTOMERS);
    }
    let place = (row - 1) * 7 % 180;
    let at = |number: u64| usize::try_from(number).unwrap_or(0);
    format!("{} {}", FIRST[at(place % 20)], SECOND[at(place / 20)])
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// Tenths of a score with one decimal: `7.5`.
fn half(tenths: i64) -> String {
    crate::figures::tenths(tenths, '.')
}
