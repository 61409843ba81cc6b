//! Files of many chunks: read on any number of cores, and with something wrong far down. Each is read
//! both ways, and what comes out is compared.

use super::*;

/// A file of many chunks: quoted line breaks, blank rows, grouped numbers, cells that may be empty.
fn large(rows: usize) -> String {
    let mut text = String::from("\u{feff}Id;Name;Amount;Share;Kind\r\n");
    for row in 0..rows {
        let name = match row % 97 {
            0 => format!("\"two\r\nlines; {row}\""),
            1 => "\"say \"\"hei\"\"\"".into(),
            _ => format!("Ærlig {} AS", row % 300),
        };
        let amount = match row % 5 {
            0 => format!("{}\u{a0}{:03},5", row % 999 + 1, row % 1000),
            _ => format!("{}", row * 7),
        };
        let share = if row % 11 == 0 {
            String::new()
        } else {
            format!("{},5 %", row % 90)
        };
        let kind = ["a", "b", "c"][row % 3];
        text.push_str(&format!("K-{row};{name};{amount};{share};{kind}\r\n"));
        if row % 1013 == 0 {
            text.push_str(";;;;\r\n");
        }
    }
    text
}

fn large_fields() -> Vec<Field> {
    let kinds = ["a", "b", "c"].map(String::from).to_vec();
    let mut share = field("share", Type::Percent);
    share.optional = true;
    vec![
        field("id", Type::Text),
        field("name", Type::Text),
        field("amount", Type::Money),
        share,
        field("kind", Type::OneOf(kinds.into())),
    ]
}

#[test]
fn large_files_are_read_the_same_on_any_number_of_cores() {
    let text = large(40_000);
    let mut tables = Vec::new();
    for threads in [1, 2, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let read = pool.expect("threads").install(|| {
            // Both ways of reading are compared in there.
            read_with(large_fields(), &ReadOptions::default(), text.as_bytes())
        });
        tables.push(read.expect("regular").table);
    }
    assert_eq!(tables[0].rows, 40_000);
    assert!(tables.iter().all(|table| *table == tables[0]));
}

#[test]
fn what_is_wrong_far_down_is_told_as_in_a_small_file() {
    let fine = large(20_000);
    for (wrong, code) in [
        ("K-7;x;1;1,5 %;a\r\n", "duplicate-key"),
        ("X;x;1;1,5 %\r\n", "ragged-row"),
        ("X;x;1.5;1,5 %;a\r\n", "mixed-numbers"),
        ("X;x;1;1,5 %;d\r\n", "not-in-list"),
        ("X;x\"y;1;1,5 %;a\r\n", "stray-quote"),
        ("Id;Name;Amount;Share;Kind\r\n", "repeated-header"),
    ] {
        let text = format!("{fine}{wrong}{}", "Y;x;1;1,5 %;a\r\n");
        let read = read_with(large_fields(), &ReadOptions::default(), text.as_bytes());
        let mut all = DataErrors::default();
        all.add_file(read.expect_err(code));
        let codes: Vec<&str> = all.list.iter().map(|it| it.code).collect();
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let total = format!("{fine}Total;;12;;\r\n");
    let read = read_with(large_fields(), &ReadOptions::default(), total.as_bytes());
    let report = read.expect("a footer").report;
    assert_eq!((report.rows, report.footer.len()), (20_000, 1));
}
