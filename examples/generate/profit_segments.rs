//! Customers, sales by product and a price list of a Danish supplier: what is sold at which price to list, what the
//! customers need, and how far away they are. Written the Danish way, with a point between thousands.

use crate::Written;
use crate::chance::Chance;
use crate::figures::{hundredths_grouped, tenths};

const SEED: u64 = 202_604;
const CUSTOMERS: u64 = 240;

/// Product, cost of one in øre, list price of one in øre.
const PRODUCTS: [(&str, i64, i64); 8] = [
    ("Karton S", 740, 1190),
    ("Karton M", 1180, 1900),
    ("Karton L", 1960, 3150),
    ("Palleboks", 9400, 15_200),
    ("Indlæg", 410, 690),
    ("Displaystand", 21_500, 36_900),
    ("Strækfilm", 6200, 9600),
    ("Specialkasse", 15_800, 28_400),
];
const FIRST: [&str; 20] = [
    "Ø", "Å", "Bakke", "Birke", "Bøge", "Dal", "Ege", "Eng", "Fjord", "Gran", "Hav", "Høj",
    "Klint", "Kær", "Lund", "Mark", "Mose", "Strand", "Sø", "Vest",
];
const SECOND: [&str; 12] = [
    "Foder",
    "Kager",
    "Møbler",
    "Te",
    "Vin",
    "Lamper",
    "Pumper",
    "Sko",
    "Legetøj",
    "Mejeri",
    "Værktøj",
    "Papir",
];

/// What drives how a customer buys.
#[derive(Clone, Copy)]
struct Habit {
    need: &'static str,
    /// Paid price against list price, in tenths of a percent: lowest and highest.
    price: (i64, i64),
    /// Share of extra services in what is bought, in tenths of a percent.
    services: (i64, i64),
    /// How many in a hundred buy by tender.
    tender: i64,
    /// Growth in tenths of a percent.
    growth: (i64, i64),
    /// Ideas of their own, in points.
    ideas: (i64, i64),
}

const HABITS: [(i64, Habit); 4] = [
    (
        40,
        Habit {
            need: "pris",
            price: (630, 850),
            services: (0, 40),
            tender: 70,
            growth: (-120, 80),
            ideas: (0, 5),
        },
    ),
    (
        28,
        Habit {
            need: "levering",
            price: (800, 980),
            services: (10, 120),
            tender: 25,
            growth: (-60, 120),
            ideas: (1, 7),
        },
    ),
    (
        20,
        Habit {
            need: "rådgivning",
            price: (860, 1020),
            services: (40, 220),
            tender: 10,
            growth: (-40, 180),
            ideas: (3, 10),
        },
    ),
    (
        12,
        Habit {
            need: "udvikling",
            price: (900, 1040),
            services: (60, 260),
            tender: 5,
            growth: (0, 300),
            ideas: (5, 12),
        },
    ),
];

/// The files of the example.
pub fn files() -> Vec<Written> {
    let mut customers = String::from(
        "Kundenr;Navn;Behov;Pris mod liste;Andel ydelser;Udbud;Vækst;Betaler til tiden;Reklamationer;Ordrer;\
         Afstand (km);Køretid (min);Teknisk match;Idéer;Indkøb i alt (t.kr.);Kundeansvarlig\n",
    );
    let mut sales = String::from("Kundenr;Vare;Antal;Beløb\n");
    for row in 1..=CUSTOMERS {
        let mut chance = Chance::of_row(SEED, row);
        let habit = chance.weighted(&HABITS);
        let key = format!("{:05}", 4000 + row);
        let price = chance.between(habit.price.0, habit.price.1);
        // What the year's sales should come to, in kroner.
        let aim = chance.spread(&[
            (0, 4000),
            (350, 45_000),
            (650, 280_000),
            (880, 1_100_000),
            (970, 2_600_000),
            (1000, 5_500_000),
        ]);
        let sold = sell(&mut chance, &key, aim, price, &mut sales);
        let tender = if chance.percent(habit.tender) {
            "ja"
        } else {
            "nej"
        };
        let growth = chance.between(habit.growth.0, habit.growth.1);
        let growth = if chance.percent(10) {
            String::new()
        } else {
            format!("{} %", tenths(growth, ','))
        };
        let services = chance.between(habit.services.0, habit.services.1);
        let on_time = chance.spread(&[(0, 550), (300, 850), (700, 960), (1000, 1000)]);
        let complaints = chance.spread(&[(0, 0), (600, 2), (900, 6), (1000, 15)]);
        let orders = chance.spread(&[(0, 2), (500, 22), (850, 65), (1000, 160)]);
        let distance = chance.spread(&[(0, 3), (500, 45), (850, 130), (1000, 260)]);
        let travel = 5 + distance * 6 / 7;
        let fit = chance.between(4, 20) * 5;
        let fit = if chance.percent(12) {
            String::new()
        } else {
            tenths(fit, ',')
        };
        let ideas = chance.between(habit.ideas.0, habit.ideas.1);
        let ideas = if chance.percent(15) {
            String::new()
        } else {
            ideas.to_string()
        };
        // All the customer buys of this kind, in thousands with one decimal; never less than what we sell.
        let wallet = (sold / 100 / 100 + 1)
            * chance.spread(&[(0, 105), (500, 160), (900, 380), (1000, 900)])
            / 100;
        let manager = chance.pick(&[
            "Bodil Kjær",
            "Jens Østergård",
            "Mette Lund",
            "Søren Aagaard",
        ]);
        customers.push_str(&format!(
            "{key};{};{};{} %;{} %;{tender};{growth};{} %;{complaints};{orders};{distance};{travel};{fit};{ideas};{};{manager}\n",
            name(row),
            habit.need,
            tenths(price, ','),
            tenths(services, ','),
            tenths(on_time, ','),
            thousands(wallet),
        ));
    }
    let mut products = String::from("Vare;Kostpris;Listepris\n");
    for (product, cost, list) in PRODUCTS {
        let (cost, list) = (
            hundredths_grouped(cost, '.', ','),
            hundredths_grouped(list, '.', ','),
        );
        products.push_str(&format!("{product};{cost};{list}\n"));
    }
    vec![
        Written {
            path: "profit-segments/customers.csv",
            bytes: customers.into_bytes(),
        },
        Written {
            path: "profit-segments/sales.csv",
            bytes: sales.into_bytes(),
        },
        Written {
            path: "profit-segments/products.csv",
            bytes: products.into_bytes(),
        },
    ]
}

/// Writes the year's sales of one customer by product, and returns what they come to in øre.
fn sell(chance: &mut Chance, key: &str, aim: i64, price: i64, sales: &mut String) -> i64 {
    let lines = chance.between(1, 4);
    let first = chance.between(0, 7);
    let mut sold = 0;
    for line in 0..lines {
        let (product, _, list) = PRODUCTS[usize::try_from((first + line * 3) % 8).unwrap_or(0)];
        let paid = list * price / 1000;
        let quantity = (aim * 100 / lines / paid).max(1);
        sold += quantity * paid;
        sales.push_str(&format!(
            "{key};{product};{quantity};{}\n",
            hundredths_grouped(quantity * paid, '.', ',')
        ));
    }
    sold
}

fn name(row: u64) -> String {
    let place = (row - 1) * 7 % 240;
    let at = |number: u64| usize::try_from(number).unwrap_or(0);
    format!("{} {} A/S", FIRST[at(place % 20)], SECOND[at(place / 20)])
}

/// Tenths of a thousand kroner, a point between thousands: `1.234,5`.
fn thousands(tenths: i64) -> String {
    format!(
        "{},{}",
        crate::figures::grouped(tenths / 10, '.'),
        tenths % 10
    )
}
