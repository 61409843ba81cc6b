//! Customers of a Nordic carrier as a Norwegian system exports them: semicolons, decimal comma, a byte-order mark and
//! CRLF. Any number of customers is written one by one; the first ones are always the same.

use std::io::{self, Write};

use crate::Written;
use crate::chance::Chance;
use crate::figures::{grouped, hundredths_grouped, tenths};

const SEED: u64 = 202_601;
const CUSTOMERS: u64 = 320;

const HEADER: &str = "\u{feff}Kundenr;Navn;Region;Feltselger;Omsetning 2025;Forventet vekst;Potensial;Vår andel;\
    Strategisk match;År som kunde;Ordre siste år;Relasjon;Betalingstid (dager);Besøk siste år;Segment 2025\r\n";

const FIRST: [&str; 28] = [
    "Fjord",
    "Bølge",
    "Tind",
    "Skjær",
    "Bjørk",
    "Havørn",
    "Måne",
    "Grønn",
    "Vår",
    "Løv",
    "Røros",
    "Ære",
    "Sølv",
    "Kobber",
    "Bris",
    "Elv",
    "Foss",
    "Granitt",
    "Høst",
    "Isbre",
    "Jærsand",
    "Lyng",
    "Nordavind",
    "Odde",
    "Rev",
    "Steinur",
    "Vidde",
    "Ørret",
];
const TRADE: [&str; 12] = [
    "Møbel",
    "Fisk",
    "Bygg",
    "Verktøy",
    "Papir",
    "Sport",
    "Elektro",
    "Maskin",
    "Mat",
    "Tekstil",
    "Maling",
    "Emballasje",
];
const STEPS: [&str; 5] = [
    "innledende",
    "grunnleggende",
    "samarbeidende",
    "gjensidig avhengig",
    "integrert",
];

/// The files of the example.
pub fn files() -> io::Result<Vec<Written>> {
    let mut bytes = Vec::new();
    write(&mut bytes, CUSTOMERS)?;
    Ok(vec![Written {
        path: "key-account-matrix/customers.csv",
        bytes,
    }])
}

/// Writes so many customers, one after the other.
pub fn write(out: &mut impl Write, customers: u64) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())?;
    for row in 1..=customers {
        out.write_all(customer(row).as_bytes())?;
    }
    Ok(())
}

fn customer(row: u64) -> String {
    let mut chance = Chance::of_row(SEED, row);
    let (region, seller) = region_and_seller(&mut chance);
    // What the customer buys of such transport in all, and what part of it we carry.
    let potential = chance.spread(&[
        (0, 120_000),
        (250, 1_100_000),
        (600, 2_900_000),
        (830, 5_200_000),
        (950, 8_500_000),
        (1000, 14_000_000),
    ]) / 10_000
        * 10_000;
    let share_tenths = chance.spread(&[(0, 20), (400, 220), (700, 450), (930, 680), (1000, 900)]);
    let revenue =
        potential * share_tenths / 10 * chance.between(97, 103) / 100 + chance.between(0, 1) * 50;
    let years = chance.spread(&[(0, 0), (250, 3), (600, 9), (900, 18), (1000, 33)]);
    let orders = chance.spread(&[(0, 0), (180, 3), (600, 16), (900, 44), (1000, 120)]);
    let closeness = share_tenths / 200 + years / 7 + chance.between(-1, 1);
    let step = usize::try_from(closeness.clamp(0, 4)).unwrap_or(0);
    let growth = chance.spread(&[(0, -150), (300, 0), (700, 60), (950, 150), (1000, 300)]);
    let growth_known = !chance.percent(8);
    let fit = chance.spread(&[(0, 0), (200, 7), (600, 13), (1000, 20)]) * 5;
    let fit_known = !chance.percent(15);
    let payment = chance.spread(&[(0, 7), (400, 22), (800, 38), (1000, 75)]);
    let payment_known = !chance.percent(5);
    let visits = chance.between(0, 2)
        + if potential >= 3_000_000 {
            chance.between(1, 7)
        } else {
            0
        };
    let earlier = earlier_segment(&mut chance, potential, share_tenths, years, orders);

    let place = row.wrapping_sub(1).wrapping_mul(11);
    let first = FIRST[usize::try_from(place % 28).unwrap_or(0)];
    let trade = TRADE[usize::try_from(place / 28 % 12).unwrap_or(0)];
    let known = |is_known: bool, text: String| if is_known { text } else { String::new() };
    format!(
        "K-{};{first} {trade} AS;{region};{seller};{};{};{};{} %;{};{years};{orders};{};{};{visits};{earlier}\r\n",
        row + 1000,
        hundredths_grouped(revenue, ' ', ','),
        known(growth_known, tenths(growth, ',')),
        grouped(potential, ' '),
        tenths(share_tenths, ','),
        known(fit_known, tenths(fit, ',')),
        STEPS[step],
        known(payment_known, payment.to_string()),
    )
}

fn region_and_seller(chance: &mut Chance) -> (&'static str, &'static str) {
    let region = chance.weighted(&[(43, "Øst"), (29, "Vest"), (14, "Sør"), (14, "Nord")]);
    let seller = match region {
        "Øst" => chance.pick(&["Kari Bø", "Ola Sæther", "Nina Ås"]),
        "Vest" => chance.pick(&["Geir Hjørnevik", "Liv Tørås"]),
        "Sør" => "Pål Grønvold",
        _ => "Siw Bråten",
    };
    (region, seller)
}

/// Last year's segment: nearly what the same thinking gave on last year's figures, with some that were judged by hand,
/// new customers without one, and a few from a segment that is no longer used.
fn earlier_segment(
    chance: &mut Chance,
    potential: i64,
    share_tenths: i64,
    years: i64,
    orders: i64,
) -> &'static str {
    let by_hand = chance.percent(8);
    let no_longer_used = chance.percent(1);
    if years == 0 {
        ""
    } else if no_longer_used {
        "Prosjektkunde"
    } else if by_hand {
        chance.pick(&["Utviklingskunde", "Vedlikeholdskunde", "Nå og da-kunde"])
    } else if potential >= 4_000_000 && share_tenths >= 330 {
        "Nøkkelkunde"
    } else if potential >= 4_000_000 {
        "Utviklingskunde"
    } else if potential >= 1_200_000 && years >= 5 && orders >= 4 {
        "Vedlikeholdskunde"
    } else {
        "Nå og da-kunde"
    }
}
