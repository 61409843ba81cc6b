//! Customers of a Finnish company: what they buy, how well the offering fits them, since when they are customers, and
//! who knows them. Written the Finnish way: semicolons, decimal comma, 21.11.2026.

use crate::Written;
use crate::chance::Chance;
use crate::figures::{TODAY, dotted_date, hundredths_grouped};

const SEED: u64 = 202_605;
const CUSTOMERS: u64 = 150;

const FIRST: [&str; 15] = [
    "Aamu", "Havu", "Ilves", "Järvi", "Kaarna", "Kivi", "Lumi", "Metsä", "Näkö", "Pyökki", "Räme",
    "Säde", "Tähti", "Vyö", "Yö",
];
const SECOND: [&str; 10] = [
    "kaluste",
    "paja",
    "tekniikka",
    "talo",
    "huolto",
    "kauppa",
    "palvelu",
    "rakenne",
    "verstas",
    "väri",
];

/// The files of the example.
pub fn files() -> Vec<Written> {
    let mut customers =
        String::from("Asiakasnumero;Nimi;Ostot 12 kk;Sopivuus;Asiakas alkaen;Yhteyshenkilö\n");
    for row in 1..=CUSTOMERS {
        let mut chance = Chance::of_row(SEED, row);
        let purchases = chance.spread(&[
            (0, 40_000),
            (400, 1_500_000),
            (700, 5_000_000),
            (920, 17_000_000),
            (1000, 42_000_000),
        ]);
        let fit = chance.weighted(&[
            (25, "heikko"),
            (30, "kohtalainen"),
            (30, "hyvä"),
            (15, "erinomainen"),
        ]);
        let since = TODAY - chance.spread(&[(0, 60), (500, 2200), (1000, 9000)]);
        let contact = chance.pick(&[
            "Aino Mäkelä",
            "Eero Hyvönen",
            "Päivi Korhonen",
            "Väinö Lähde",
        ]);
        let place = (row - 1) * 7 % 150;
        let at = |number: u64| usize::try_from(number).unwrap_or(0);
        customers.push_str(&format!(
            "A{};{}{} Oy;{};{fit};{};{contact}\n",
            2000 + row,
            FIRST[at(place % 15)],
            SECOND[at(place / 15)],
            hundredths_grouped(purchases, ' ', ','),
            dotted_date(since),
        ));
    }
    vec![Written {
        path: "two-by-two/customers.csv",
        bytes: customers.into_bytes(),
    }]
}
