//! The key-account matrix written out by hand: `hard_coded IN OUT THREADS`. It knows the columns of
//! that one file and the figures of that one model, checks nothing, and uses the standard library
//! only: what Vekt's times are compared with.

use std::io::Write;
use std::time::Instant;

const CONCEPTS: [&str; 4] = [
    "Maksimal oppmerksomhet: én fast kontakt som kjenner rutene",
    "\"Mye oppmerksomhet: vinn en større andel, rute for rute\"",
    "\"Jevn oppmerksomhet: takk for lojaliteten, alltid rask hjelp\"",
    "Minimal oppmerksomhet: bestiller selv på nettet",
];

/// Digits as one number, whatever stands between them; how many follow the comma.
fn digits(cell: &[u8]) -> (i64, u32) {
    let (mut value, mut decimals, mut comma, mut minus) = (0, 0, false, false);
    for byte in cell {
        match byte {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                decimals += u32::from(comma);
            }
            b',' => comma = true,
            b'-' => minus = true,
            _ => {}
        }
    }
    (if minus { -value } else { value }, decimals)
}

fn scaled(cell: &[u8], places: u32) -> i64 {
    let (value, decimals) = digits(cell);
    value * 10_i64.pow(places - decimals)
}

fn rounded(numerator: i64, divisor: i64) -> i64 {
    (numerator + divisor / 2) / divisor
}

fn hundredths(out: &mut Vec<u8>, value: i64) {
    let whole = value / 100;
    if whole >= 10 {
        out.push(b'0' + (whole / 10) as u8);
    }
    out.push(b'0' + (whole % 10) as u8);
    out.push(b'.');
    out.push(b'0' + (value / 10 % 10) as u8);
    out.push(b'0' + (value % 10) as u8);
}

fn row(line: &[u8], out: &mut Vec<u8>) {
    let mut cells = [&line[..0]; 15];
    for (cell, text) in cells.iter_mut().zip(line.split(|byte| *byte == b';')) {
        *cell = text;
    }
    let [
        key,
        name,
        region,
        seller,
        revenue,
        growth,
        potential,
        share,
        fit,
        years,
        orders,
        relation,
        payment,
        _,
        earlier,
    ] = cells;
    // Everything in millionths, scores in hundredths.
    let potential = scaled(potential, 6);
    let revenue = scaled(revenue, 2);
    let growth = scaled(growth, 2);
    let expected = revenue * (10_000 + growth);
    let share = scaled(share, 4);
    let (years, orders) = (digits(years).0, digits(orders).0);
    let s_potential = rounded(potential.clamp(0, 5_000_000_000_000) / 1_000, 5_000_000);
    let s_expected = if expected <= 0 {
        0
    } else if expected < 1_000_000_000_000 {
        rounded(expected, 2_000_000_000)
    } else if expected < 10_000_000_000_000 {
        500 + rounded(expected - 1_000_000_000_000, 18_000_000_000)
    } else {
        1_000
    };
    let s_fit = if fit.is_empty() { 300 } else { scaled(fit, 2) };
    let s_region = match region {
        b"Nord" => 300,
        [b'S', ..] => 600,
        _ => 1_000,
    };
    let mut sum = 35 * s_potential + 25 * s_expected + 20 * s_fit + 10 * s_region;
    let mut weight = 90;
    if !payment.is_empty() {
        let days = digits(payment).0.clamp(14, 60);
        sum += 10 * rounded((60 - days) * 1_000, 46);
        weight += 10;
    }
    let attractive = rounded(sum, weight);
    let s_share = rounded(share.clamp(0, 600_000) * 1_000, 600_000);
    let s_years = match years {
        10.. => 1_000,
        5.. => 700,
        2.. => 400,
        _ => 100,
    };
    let s_relation = match relation.first() {
        Some(b'g') if relation[1] == b'r' => 250,
        Some(b's') => 500,
        Some(b'g') => 750,
        Some(b'i') if relation[2] == b't' => 1_000,
        _ => 0,
    };
    let strong = rounded(45 * s_share + 30 * s_years + 25 * s_relation, 100);
    let earlier = match earlier.first() {
        Some(b'N') if earlier[1] == 0xC3 && earlier[2] == 0xB8 => 0,
        Some(b'U') => 1,
        Some(b'V') => 2,
        _ => 3,
    };
    let regular = years >= 5 && orders >= 4;
    let segment = if key == b"K-1072"
        || attractive >= 700 && strong >= 600
        || earlier == 0 && attractive >= 650 && strong >= 550
    {
        0
    } else if attractive >= 700 {
        1
    } else if regular && (attractive >= 400 || earlier == 2 && attractive >= 350) {
        2
    } else {
        3
    };
    let (owner, visits, cost) = match segment {
        0 if region == b"Nord" => ("farmers", "6", "21616"),
        0 => ("farmers", "12", "30536"),
        1 if share >= 500_000 => ("hunters", "4", "8442.666667"),
        1 => ("hunters", "8.666667", "16482.6673"),
        2 => ("customer_service", "0", "594.666667"),
        _ => ("customer_service", "0", "16"),
    };
    let names = ["key", "development", "maintenance", "now_and_then"];
    out.extend_from_slice(key);
    out.push(b',');
    out.extend_from_slice(name);
    out.push(b',');
    out.extend_from_slice(names[segment].as_bytes());
    out.push(b',');
    hundredths(out, attractive);
    out.push(b',');
    hundredths(out, strong);
    for text in [owner.as_bytes(), seller, visits.as_bytes(), cost.as_bytes()] {
        out.push(b',');
        out.extend_from_slice(text);
    }
    out.push(b',');
    out.extend_from_slice(CONCEPTS[segment].as_bytes());
    out.push(b'\n');
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to, threads] = arguments.as_slice() else {
        eprintln!("usage: hard_coded IN OUT THREADS");
        std::process::exit(2);
    };
    let threads: usize = threads.parse().expect("a number of threads");
    let begun = Instant::now();
    let bytes = std::fs::read(from).expect("the customers");
    let start = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let mut borders = vec![start];
    for part in 1..threads {
        let near = start + (bytes.len() - start) / threads * part;
        let border = bytes[near..].iter().position(|byte| *byte == b'\n');
        borders.push(border.map_or(bytes.len(), |at| near + at + 1));
    }
    borders.push(bytes.len());
    let read = begun.elapsed();
    let parts: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let workers: Vec<_> = borders
            .windows(2)
            .map(|pair| {
                let part = &bytes[pair[0]..pair[1]];
                scope.spawn(move || {
                    let mut out = Vec::with_capacity(part.len() * 3 / 2);
                    for line in part
                        .split(|byte| *byte == b'\n')
                        .filter(|it| !it.is_empty())
                    {
                        row(line.strip_suffix(b"\r").unwrap_or(line), &mut out);
                    }
                    out
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|it| it.join().expect("a part"))
            .collect()
    });
    let made = begun.elapsed();
    let mut file = std::fs::File::create(to).expect("the result");
    file.write_all("Kundenr,Navn,Segment,Attraktivitet,Relativ styrke,Ansvarlig team,Feltselger,Besøk per år,Kostnad per år,Konsept\n".as_bytes())
        .and_then(|()| parts.iter().try_for_each(|part| file.write_all(part)))
        .and_then(|()| file.sync_all())
        .expect("written");
    eprintln!(
        "read {read:?} made {:?} written {:?}",
        made - read,
        begun.elapsed() - made
    );
}
