//! Customers, estimates of potential and visits of a Swedish company with twelve field sellers. The spreads are chosen
//! so that seven customers in ten are of category 3, that most drives went to them, and that an order was worth about
//! 3 500 kr where the time was spent and about 6 500 kr where it should be.

use crate::Written;
use crate::chance::Chance;
use crate::figures::{TODAY, grouped, iso_date};

const SEED: u64 = 202_602;
const CUSTOMERS: u64 = 7000;
const PROSPECT_VISITS: u64 = 60;

const PLACE: [&str; 40] = [
    "Älvdal",
    "Åsby",
    "Björkvik",
    "Dalsjö",
    "Ekerum",
    "Forsby",
    "Granliden",
    "Hedemo",
    "Idbäck",
    "Järnö",
    "Källvik",
    "Lövsta",
    "Mossby",
    "Näsäng",
    "Ormsjö",
    "Pilbro",
    "Rävåsen",
    "Sjöhult",
    "Tallmo",
    "Uddevik",
    "Vassbo",
    "Ängsvik",
    "Örbäck",
    "Brunnsby",
    "Furudal",
    "Gäddvik",
    "Hästö",
    "Islinge",
    "Kråkmo",
    "Lindås",
    "Myrvik",
    "Nolby",
    "Ostra",
    "Rönnäng",
    "Stenhed",
    "Torpby",
    "Ullene",
    "Vinterås",
    "Ytterby",
    "Ödesjö",
];
const TRADE: [&str; 30] = [
    "Bygg",
    "Måleri",
    "Rör",
    "El",
    "Snickeri",
    "Plåt",
    "Golv",
    "Kök",
    "Järnhandel",
    "Färg",
    "Trädgård",
    "Mark",
    "Tak",
    "Glas",
    "Kakel",
    "Smide",
    "Verktyg",
    "Service",
    "Fastighet",
    "Ventilation",
    "Isolering",
    "Maskin",
    "Transport",
    "Låssmed",
    "Stängsel",
    "Värme",
    "Solskydd",
    "Betong",
    "Sanering",
    "Fasad",
];
const FORM: [&str; 6] = [
    "AB",
    "i Norr AB",
    "& Co",
    "Handelsbolag",
    "& Söner AB",
    "i Väst AB",
];
const FARMERS: [&str; 7] = [
    "Anna Lindmo",
    "Bo Åkerö",
    "Cecilia Dahlén",
    "Erik Sjövall",
    "Frida Hägg",
    "Gunnar Elmby",
    "Hanna Rask",
];
const HUNTERS: [&str; 5] = [
    "Ivar Brännö",
    "Jonna Kvist",
    "Karl Mård",
    "Lena Öst",
    "Mats Ström",
];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Both,
    Turnover,
    Potential,
    Neither,
}

struct Visit {
    day: i64,
    customer: String,
    seller: &'static str,
    minutes: i64,
}

/// The files of the example.
pub fn files() -> Vec<Written> {
    let mut customers =
        String::from("Kundnr;Namn;Distrikt;Farmare;Hunter;Omsättning 12 mån;Order 12 mån\n");
    let mut estimates = String::from("Kundnr;Bedömd potential\n");
    let mut visits = Vec::new();
    for row in 1..=CUSTOMERS {
        let mut chance = Chance::of_row(SEED, row);
        let kind = chance.weighted(&[
            (50, Kind::Both),
            (130, Kind::Turnover),
            (120, Kind::Potential),
            (700, Kind::Neither),
        ]);
        let key = (10_000 + row).to_string();
        // Seven farmers and five hunters share thirty-five districts evenly.
        let district = chance.between(1, 35);
        let farmer = FARMERS[usize::try_from((district - 1) / 5).unwrap_or(0)];
        let hunter = HUNTERS[usize::try_from((district - 1) / 7).unwrap_or(0)];
        let (order, orders) = orders(&mut chance, kind);
        customers.push_str(&format!(
            "{key};{};{district};{farmer};{hunter};{};{orders}\n",
            name(row),
            grouped(order * orders, ' '),
        ));
        if let Some(estimate) = estimate(&mut chance, kind) {
            estimates.push_str(&format!("{key};{}\n", grouped(estimate, ' ')));
        }
        // Before the change nobody was hunter or farmer: every other customer happened to have the one or the other.
        for _ in 0..drives(&mut chance, kind) {
            visits.push(visit(
                &mut chance,
                key.clone(),
                if row.is_multiple_of(2) {
                    farmer
                } else {
                    hunter
                },
                1,
                364,
            ));
        }
        if chance.percent(4) {
            visits.push(visit(&mut chance, key, farmer, 380, 560));
        }
    }
    for row in 1..=PROSPECT_VISITS {
        let mut chance = Chance::of_row(SEED + 1, row);
        let seller = chance.pick(&HUNTERS);
        visits.push(visit(&mut chance, String::new(), seller, 1, 364));
    }
    visits.sort_by(|one, other| {
        (one.day, &one.customer, one.minutes).cmp(&(other.day, &other.customer, other.minutes))
    });
    let mut calls = String::from("Datum;Kundnr;Säljare;Minuter\n");
    for visit in visits {
        calls.push_str(&format!(
            "{};{};{};{}\n",
            iso_date(visit.day),
            visit.customer,
            visit.seller,
            visit.minutes
        ));
    }
    vec![
        Written {
            path: "categories/customers.csv",
            bytes: customers.into_bytes(),
        },
        Written {
            path: "categories/potential.csv",
            bytes: estimates.into_bytes(),
        },
        Written {
            path: "categories/visits.csv",
            bytes: calls.into_bytes(),
        },
    ]
}

fn name(row: u64) -> String {
    let place = (row - 1) * 7 % 7200;
    let at = |number: u64| usize::try_from(number).unwrap_or(0);
    format!(
        "{} {} {}",
        PLACE[at(place % 40)],
        TRADE[at(place / 40 % 30)],
        FORM[at(place / 1200)]
    )
}

/// The average order in kronor and the number of orders of the last twelve months.
fn orders(chance: &mut Chance, kind: Kind) -> (i64, i64) {
    match kind {
        Kind::Both => (chance.between(6200, 14_300), chance.between(12, 30)),
        Kind::Turnover => (chance.between(3600, 7600), chance.between(18, 40)),
        Kind::Potential => (chance.between(2300, 5900), chance.between(1, 9)),
        Kind::Neither => (
            chance.between(1000, 3240),
            chance.spread(&[(0, 0), (70, 1), (600, 5), (1000, 13)]),
        ),
    }
}

/// What more the customer could buy a year, where a seller has estimated it.
fn estimate(chance: &mut Chance, kind: Kind) -> Option<i64> {
    let (asked, low, high) = match kind {
        Kind::Both => (100, 100, 600),
        Kind::Turnover => (90, 0, 95),
        Kind::Potential => (100, 100, 450),
        Kind::Neither => (25, 0, 90),
    };
    let estimate = chance.between(low, high) * 1000;
    chance.percent(asked).then_some(estimate)
}

/// How often somebody drove there in the last twelve months.
fn drives(chance: &mut Chance, kind: Kind) -> i64 {
    match kind {
        Kind::Both => chance.weighted(&[(30, 0), (42, 1), (22, 2), (6, 3)]),
        Kind::Turnover => chance.weighted(&[(52, 0), (36, 1), (10, 2), (2, 3)]),
        Kind::Potential => chance.weighted(&[(48, 0), (35, 1), (14, 2), (3, 3)]),
        Kind::Neither => chance.weighted(&[(62, 0), (27, 1), (9, 2), (2, 3)]),
    }
}

fn visit(
    chance: &mut Chance,
    customer: String,
    seller: &'static str,
    nearest: i64,
    farthest: i64,
) -> Visit {
    Visit {
        day: TODAY - chance.between(nearest, farthest),
        customer,
        seller,
        minutes: chance.between(6, 12) * 5,
    }
}
