//! One table in many dialects, lines above and below the data, and texts that come back as they
//! went out. Small files of our own for what tests/data/foreign.rs tries on those of others.

use super::{field, folder, optional, read, read_to_string, shown, texts, vekt};
use vekt::model::program::Field;
use vekt::model::types::Type;

const HEADER: [&str; 5] = [
    "Kundnr",
    "Ort",
    "Omsättning",
    "Förändring %",
    "Senaste order",
];

fn fields() -> Vec<Field> {
    let types = [
        Type::Text,
        Type::Text,
        Type::Money,
        Type::Percent,
        Type::Date,
    ];
    let fields = HEADER.iter().zip(types);
    fields.map(|(name, ty)| optional(field(name, ty))).collect()
}

/// The table as it is meant.
const MEANT: [[&str; 5]; 3] = [
    [
        "00042",
        "Växjö; \"norra\"",
        "1234567.89",
        "0.113",
        "2026-04-09",
    ],
    ["C-2", "Malmö", "-4273.5", "", "2026-01-28"],
    ["C-3", "Å", "0.5", "-10.5", "2026-12-31"],
];

/// A dialect: separator, decimal mark, grouping, unit, minus, date, line end.
struct Dialect {
    separator: char,
    mark: char,
    group: &'static str,
    unit: &'static str,
    negative: fn(&str) -> String,
    date: fn(&str) -> String,
    end: &'static str,
}

fn write(dialect: &Dialect) -> String {
    let cell = |at: usize, text: &str| -> String {
        let text = match at {
            2 => number(dialect, text, dialect.unit),
            3 if !text.is_empty() => {
                let points: f64 = text.parse::<f64>().expect("a number") * 100.0;
                number(dialect, &format!("{points:.1}"), " %")
            }
            4 => (dialect.date)(text),
            _ => text.into(),
        };
        if text.contains([dialect.separator, '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    let mut lines = vec![HEADER.join(&dialect.separator.to_string())];
    for row in MEANT {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(at, it)| cell(at, it))
            .collect();
        lines.push(cells.join(&dialect.separator.to_string()));
    }
    lines.join(dialect.end) + dialect.end
}

fn number(dialect: &Dialect, text: &str, unit: &str) -> String {
    let (size, negative) = match text.strip_prefix('-') {
        Some(size) => (size, true),
        None => (text, false),
    };
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push_str(dialect.group);
        }
        grouped.push(digit);
    }
    let size = format!("{grouped}{}{fraction}{unit}", dialect.mark);
    if negative {
        (dialect.negative)(&size)
    } else {
        size
    }
}

fn reordered(date: &str, order: [usize; 3], mark: &str) -> String {
    let parts: Vec<&str> = date.split('-').collect();
    order.map(|at| parts[at]).join(mark)
}

fn dialects() -> Vec<Dialect> {
    let dialect = |separator, mark, group, unit, negative, date, end| Dialect {
        separator,
        mark,
        group,
        unit,
        negative,
        date,
        end,
    };
    vec![
        dialect(
            ',',
            '.',
            "",
            "",
            |it| format!("-{it}"),
            |it| it.into(),
            "\n",
        ),
        dialect(
            ';',
            ',',
            " ",
            " kr",
            |it| format!("\u{2212}{it}"),
            |it| it.into(),
            "\r\n",
        ),
        dialect(
            ';',
            ',',
            "\u{a0}",
            ":-",
            |it| format!("({it})"),
            |it| reordered(it, [2, 1, 0], "."),
            "\r\n",
        ),
        dialect(
            '\t',
            ',',
            ".",
            " SEK",
            |it| format!("{it}-"),
            |it| reordered(it, [2, 1, 0], "/"),
            "\r",
        ),
        dialect(
            '|',
            '.',
            ",",
            "",
            |it| format!("-{it}"),
            |it| reordered(it, [1, 2, 0], "/"),
            "\n",
        ),
        dialect(
            ';',
            '.',
            "'",
            " kr.",
            |it| format!("- {it}"),
            |it| it.replace('-', ""),
            "\n",
        ),
        dialect(
            ',',
            ',',
            "\u{202f}",
            "kr",
            |it| format!("-{it}"),
            |it| format!("{it} 09:30:00"),
            "\n",
        ),
        dialect(
            ';',
            ',',
            "\u{2009}",
            "",
            |it| format!("-{it}"),
            |it| format!("{it}T09:30:00Z"),
            "\r\n",
        ),
    ]
}

#[track_caller]
fn is_meant(bytes: &[u8], what: &str) {
    let read = read(fields(), "SEK", bytes).unwrap_or_else(|said| panic!("{what}: {said:?}"));
    let table = &read.table;
    assert_eq!(table.rows, MEANT.len(), "{what}");
    for (at, field) in fields().iter().enumerate() {
        let column = table.column(at).expect("a column");
        for (row, meant) in MEANT.iter().enumerate() {
            assert_eq!(shown(column, &field.ty, row), meant[at], "{what}");
        }
    }
}

#[test]
fn one_table_in_every_dialect_and_encoding() {
    for (at, dialect) in dialects().iter().enumerate() {
        let text = write(dialect);
        is_meant(text.as_bytes(), &format!("{at} as UTF-8"));
        is_meant(
            format!("\u{feff}{text}").as_bytes(),
            &format!("{at} with a mark"),
        );
        let said = format!("sep={}{}{text}", dialect.separator, dialect.end);
        is_meant(said.as_bytes(), &format!("{at} with its separator"));
        let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(bytes).collect()
        };
        is_meant(&wide(u16::to_le_bytes), &format!("{at} as UTF-16 LE"));
        is_meant(&wide(u16::to_be_bytes), &format!("{at} as UTF-16 BE"));
        // Windows-1252 has none of the thin spaces and no real minus.
        if text.chars().all(|letter| u32::from(letter) < 256) {
            let narrow: Vec<u8> = text.chars().map(|it| it as u8).collect();
            is_meant(&narrow, &format!("{at} as Windows-1252"));
        }
        let around = format!(
            "Kundlista{end}Utskriven: 2026-11-21{end}{end}{text}{sep}{sep}{sep}{sep}{end}",
            end = dialect.end,
            sep = dialect.separator
        );
        is_meant(around.as_bytes(), &format!("{at} below a title"));
        let below = format!("{text}{end}\"Rapport: kunder\"{end}", end = dialect.end);
        is_meant(below.as_bytes(), &format!("{at} above a note"));
        let cells: Vec<String> = ["Totalt:", "", "7", "", ""].map(String::from).into();
        let total = format!(
            "{text}{}{}",
            cells.join(&dialect.separator.to_string()),
            dialect.end
        );
        is_meant(total.as_bytes(), &format!("{at} above its total"));
    }
}

const MODEL: &[u8] = b"model \"M\" { edition 2026, currency NOK, today 2026-11-21 }
customers key id { id text, name text?, revenue money? }
segments { all otherwise }
output { id, name, revenue }
";

fn run(customers: &[u8], more: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder(&[("m.vekt", MODEL), ("c.csv", customers)]);
    let arguments = [&["run", "m.vekt", "c.csv", "--format", "csv"], more].concat();
    texts(&vekt(folder.path(), &arguments))
}

#[test]
fn what_is_passed_over_is_reported_and_may_be_declared() {
    let customers = b"Report;of;today\nid;name;revenue\nC-1;A;5\nC-2;B;6\nSum;;11\n\nmade by X\n";
    let result = "id,name,revenue\nC-1,A,5\nC-2,B,6\n";
    let (code, out, errors) = run(customers, &[]);
    assert_eq!((code, out.as_str()), (Some(0), result), "{errors}");
    for part in [
        "above the header: line 1: Report;of;today",
        "below the rows: 2 rows, lines 5 to 7: Sum;;11",
    ] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
    let (_, out, errors) = run(customers, &["--header-row", "2", "--skip-footer", "2"]);
    assert_eq!(out, result, "{errors}");
    // Without a footer the last row is ragged, and the sum a customer.
    let (code, _, errors) = run(customers, &["--skip-footer", "0"]);
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("ragged-row"), "{errors}");
    let (_, out, _) = run(customers, &["--skip-footer", "1"]);
    assert!(out.ends_with("Sum,,11\n"), "{out}");
    let (code, _, errors) = run(customers, &["--header-row", "3"]);
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("missing-column"), "{errors}");
}

#[test]
fn a_total_of_the_file_is_held_against_its_rows() {
    let said = |total: &str| {
        let text = format!("id;name;revenue\nC-1;A;1 200,50\nC-2;B;100\n{total}\n");
        let (code, out, errors) = run(text.as_bytes(), &[]);
        assert_eq!(code, Some(0), "{errors}");
        assert_eq!(out, "id,name,revenue\nC-1,A,1200.5\nC-2,B,100\n");
        errors
    };
    let errors = said("Sum;;1 300,50");
    let agreed = "line 4: the total of `revenue`, 1300.5, is what the rows add up to";
    assert!(errors.contains(agreed), "{errors}");
    // A row of 900 got lost on its way; the part above the last total is no total.
    let errors = said("Subtotal;;1 300,50\nTotal;;2 200,50");
    let differs = "line 5: the total of `revenue` is 2200.5, but the rows add up to 1300.5";
    assert!(errors.contains(differs), "{errors}");
    assert!(!errors.contains("line 4: the total"), "{errors}");
    // Nothing to compare.
    assert!(!said("Sum;;").contains("the total of"));
}

#[test]
fn what_may_be_a_customer_is_no_footer() {
    // A row that broke off, a customer called Total, a total in the middle.
    for (customers, expected) in [
        ("id;name;revenue\nC-1;A;5\nC-2\n", "ragged-row"),
        ("id;name;revenue\nC-1;A;5\n\nC-2;B\n", "ragged-row"),
        ("id;name;revenue\nC-1;A;5\n\nC-2\n", "ragged-row"),
        ("id;name;revenue\nC-1;A;5\nTotal;Oil;6\n", "Total,Oil,6"),
        ("id;name;revenue\nC-1;Total;5\nC-2;Total;6\n", "C-2,Total,6"),
        ("id;name;revenue\nSum;;5\nC-2;A;6\n", "Sum,,5"),
        (
            "id;name;revenue\nC-1;A;5\nid;name;revenue\nC-2;B;6\n",
            "repeated-header",
        ),
    ] {
        let (_, out, errors) = run(customers.as_bytes(), &[]);
        let said = format!("{out}{errors}");
        assert!(said.contains(expected), "{customers}: {said}");
    }
}

#[test]
fn encodings_are_told_and_may_be_declared() {
    let (code, out, errors) = run(b"id;name;revenue\nC-1;V\xE5r;5\n", &[]);
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "id,name,revenue\nC-1,Vår,5\n")
    );
    assert!(errors.contains("Windows-1252, semicolon"), "{errors}");
    // A letter of an older code page.
    let (code, _, errors) = run(b"id;name;revenue\nC-1;V\x86r;5\n", &[]);
    assert_eq!(code, Some(3));
    assert!(errors.contains("unclear-encoding"), "{errors}");
    let declared = ["--encoding", "windows-1252"];
    assert!(
        run(b"id;name;revenue\nC-1;V\x86r;5\n", &declared)
            .1
            .contains("V†r")
    );
    let wide: Vec<u8> = "id;name;revenue\nC-1;Vår;5\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(run(&wide, &[]).0, Some(3));
    assert_eq!(run(&wide, &["--encoding", "utf-16le"]).0, Some(0));
}

#[test]
fn texts_come_back_as_they_went_out() {
    let names = [
        "=1+1",
        "+47 22",
        "-5",
        "@x",
        "\ttab",
        "\rreturn",
        "'=quoted",
        "''@",
        "plain",
        "'plain",
        "a;b",
        "a,b",
        "say \"hi\"",
        "two\nlines",
        "\u{1b}[31mred",
        "a\u{202e}b",
        " blank ",
        "＝1",
        "00042",
        "=HYPERLINK(\"http://x\",\"y\")",
        "|cmd",
        "%0A=1",
    ];
    let mut customers = String::from("id,name,revenue\n");
    for (row, name) in names.iter().enumerate() {
        let written = name.replace('"', "\"\"");
        // A guard of the file's own comes off, so one that belongs to the text has one more.
        let guard = if name.starts_with('\'') { "'" } else { "" };
        customers.push_str(&format!(
            "C-{row},\"{}{written}\",{row}\n",
            if name
                .trim_start_matches('\'')
                .starts_with(['=', '+', '-', '@', '\t', '\r'])
            {
                guard
            } else {
                ""
            }
        ));
    }
    let (code, first, errors) = run(customers.as_bytes(), &[]);
    assert_eq!(code, Some(0), "{errors}");
    // No cell begins as a formula does.
    let mut reader = csv::Reader::from_reader(first.as_bytes());
    let cells: Vec<String> = reader
        .records()
        .map(|row| row.expect("a row").get(1).expect("a name").into())
        .collect();
    for (cell, name) in cells.iter().zip(names) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']),
            "{cell}"
        );
        assert!(
            cell == name || *cell == format!("'{name}"),
            "{cell:?} for {name:?}"
        );
    }
    let (_, second, _) = run(first.as_bytes(), &[]);
    assert_eq!(first, second);
    // For people nothing steers the terminal.
    let folder = folder(&[("m.vekt", MODEL), ("c.csv", customers.as_bytes())]);
    for arguments in [
        &["run", "m.vekt", "c.csv", "--format", "human"][..],
        &["check", "m.vekt", "--data", "c.csv"],
        &["run", "m.vekt", "c.csv", "-v", "-o", "out.csv"],
    ] {
        let (_, out, errors) = texts(&vekt(folder.path(), arguments));
        for letter in ['\u{1b}', '\u{202e}', '\r', '\t'] {
            assert!(!format!("{out}{errors}").contains(letter), "{arguments:?}");
        }
    }
    assert!(!read_to_string(&folder, "out.csv.meta.json").contains('\u{1b}'));
}

#[test]
fn columns_tell_how_they_were_read() {
    let customers = "id;name;revenue\nC-1;A;1 234,50 kr\nC-2;B;-7\n";
    let folder = folder(&[("m.vekt", MODEL), ("c.csv", customers.as_bytes())]);
    for arguments in [
        &["check", "m.vekt", "--data", "c.csv"][..],
        &["run", "m.vekt", "c.csv", "-v", "-o", "out.csv"],
    ] {
        let (code, out, errors) = texts(&vekt(folder.path(), arguments));
        assert_eq!(code, Some(0), "{errors}");
        let told = "decimal comma, grouped by spaces, kr";
        assert!(out.contains(told), "{out}");
        assert!(out.contains("UTF-8, semicolon"), "{out}");
    }
}

#[test]
fn a_model_may_name_more_texts_that_are_missing() {
    let model = String::from_utf8_lossy(MODEL)
        .replace("currency NOK", "currency NOK, missing \"n/a\" or \"9999\"");
    let customers = b"id;name;revenue\n9999;n/a;5\nC-2;9999; 9999 \nC-3;N/A;n/a\n";
    let folder = folder(&[("m.vekt", model.as_bytes()), ("c.csv", customers)]);
    let (code, out, errors) = texts(&vekt(folder.path(), &["run", "m.vekt", "c.csv", "-q"]));
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(out, "id,name,revenue\n9999,,5\nC-2,,\nC-3,N/A,\n");
}
