//! Reading data: small files in every dialect, and every kind of bad input with its place.
//! Datasets are built by hand; no rule file is read here.

#[path = "reading/large.rs"]
mod large;

use std::io::{Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use vekt::base::{SourceId, Span};
use vekt::io::column::Context;
use vekt::io::dataset::{self, DataFile, ReadFile, Wish};
use vekt::io::errors::{DataErrors, FileErrors};
use vekt::io::{DayOrder, Mark, ReadOptions};
use vekt::model::program::{Bound, Dataset, Field, FieldId, Reading, ScoreRange};
use vekt::model::types::Type;
use vekt::syntax::tree::CompareOperator;
use vekt::value::{Date, Decimal, Values};

fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
        reading: Reading::Plain,
        optional: false,
        unique: false,
        bounds: Vec::new(),
        headers: vec![name.into()],
        span: span(),
    }
}

fn optional(field: Field) -> Field {
    Field {
        optional: true,
        ..field
    }
}

fn with(field: Field, reading: Reading) -> Field {
    Field { reading, ..field }
}

fn from(field: Field, headers: &[&str]) -> Field {
    Field {
        headers: headers.iter().map(|it| it.to_string()).collect(),
        ..field
    }
}

fn at_least(field: Field, limit: i64) -> Field {
    Field {
        bounds: vec![Bound {
            operator: CompareOperator::GreaterOrEqual,
            limit,
            span: span(),
        }],
        ..field
    }
}

fn customers(fields: Vec<Field>) -> Dataset {
    Dataset {
        name: "customers".into(),
        key: FieldId(0),
        one_per_customer: false,
        from: None,
        fields,
        span: span(),
    }
}

fn read_with(
    fields: Vec<Field>,
    options: &ReadOptions,
    bytes: &[u8],
) -> Result<ReadFile, FileErrors> {
    let options = ReadOptions {
        styles: true,
        ..options.clone()
    };
    let context = Context {
        options: &options,
        scores: ScoreRange {
            lowest: Decimal::ZERO,
            highest: Decimal(10_000_000),
            decimals: 2,
        },
        currency: Some("NOK"),
        missing: &[],
        segmentations: &[],
    };
    let rates = [("EUR".to_string(), Decimal(11_600_000))];
    let wish = Wish {
        dataset: &customers(fields),
        is_customers: true,
        kept: &[],
        rates: &rates,
        context: &context,
        owners: None,
        lines: true,
    };
    let file = |bytes, unread| DataFile {
        unread,
        ..DataFile::new("data.csv", bytes)
    };
    let with_care = dataset::read(&wish, file(bytes.to_vec(), None));
    let mut unread = tempfile::tempfile().expect("a file");
    unread.write_all(bytes).expect("written");
    unread.rewind().expect("at its beginning");
    let quickly = dataset::read(&wish, file(Vec::new(), Some(unread.into())));
    match (&with_care, &quickly) {
        (Ok(with_care), Ok(quickly)) => {
            assert_eq!(with_care.table, quickly.table);
            assert_eq!(with_care.report, quickly.report);
        }
        (with_care, quickly) => assert_eq!(format!("{with_care:?}"), format!("{quickly:?}")),
    }
    with_care
}

/// The values of a column as texts; `-` for a missing one.
fn shown(read: &ReadFile, field: usize) -> Vec<String> {
    let column = read.table.column(field).expect("a column");
    (0..column.len())
        .map(|row| {
            if column.is_missing(row) {
                return "-".into();
            }
            match &column.values {
                Values::Number(values) => Decimal(values[row]).to_string(),
                Values::Flag(values) => values[row].to_string(),
                Values::Choice(values) => values[row].to_string(),
                Values::Text(texts) => texts.dictionary.text(texts.numbers[row]).into(),
            }
        })
        .collect()
}

/// Reads one column beside a key and shows its values.
#[track_caller]
fn column(field: Field, cells: &[&str]) -> Vec<String> {
    column_with(field, &ReadOptions::default(), cells)
}

#[track_caller]
fn column_with(field: Field, options: &ReadOptions, cells: &[&str]) -> Vec<String> {
    let bytes = file_of(&field, cells);
    match read_with(vec![self::field("id", Type::Text), field], options, &bytes) {
        Ok(read) => shown(&read, 1),
        Err(errors) => panic!("{:#?}", listed(errors)),
    }
}

fn file_of(field: &Field, cells: &[&str]) -> Vec<u8> {
    let mut text = format!("id;{}\n", field.headers[0]);
    for (row, cell) in cells.iter().enumerate() {
        text.push_str(&format!("C{row};{cell}\n"));
    }
    text.into_bytes()
}

fn listed(errors: FileErrors) -> Vec<String> {
    let mut all = DataErrors::default();
    all.add_file(errors);
    all.list
        .into_iter()
        .map(|it| {
            let place = it.data.unwrap_or_default();
            let line = place.line.map_or(String::new(), |line| format!("{line} "));
            let column = place.column.map_or(String::new(), |it| format!("{it} "));
            format!("{}: {line}{column}{}", it.code, it.message)
        })
        .collect()
}

/// What is wrong with one column.
#[track_caller]
fn faults(field: Field, cells: &[&str]) -> Vec<String> {
    let bytes = file_of(&field, cells);
    let fields = vec![self::field("id", Type::Text), field];
    match read_with(fields, &ReadOptions::default(), &bytes) {
        Ok(read) => panic!("read as {:?}", shown(&read, 1)),
        Err(errors) => listed(errors),
    }
}

/// What is wrong with a file of `id`, `revenue` and an optional `region`.
#[track_caller]
fn refused(bytes: &[u8]) -> Vec<String> {
    let fields = vec![
        field("id", Type::Text),
        at_least(field("revenue", Type::Money), 0),
        field(
            "region",
            Type::OneOf(Arc::from(["Øst".to_string(), "Vest".into()])),
        ),
    ];
    match read_with(fields, &ReadOptions::default(), bytes) {
        Ok(read) => panic!("read {} rows", read.table.rows),
        Err(errors) => listed(errors),
    }
}

#[test]
fn numbers_have_one_decimal_mark_a_column() {
    let number = || field("n", Type::Number);
    assert_eq!(column(number(), &["1,234", "0,5"]), ["1.234", "0.5"]);
    assert_eq!(column(number(), &["1,234", "1,234.5"]), ["1234", "1234.5"]);
    assert_eq!(column(number(), &["1 234", "12"]), ["1234", "12"]);
    assert_eq!(
        column(number(), &["1.234.567", "1.234"]),
        ["1234567", "1234"]
    );
    let comma = ReadOptions {
        decimal: Some(Mark::Comma),
        ..ReadOptions::default()
    };
    assert_eq!(column_with(number(), &comma, &["1,234"]), ["1.234"]);
    assert_eq!(column_with(number(), &comma, &["1.5", "2"]), ["1.5", "2"]);
    assert_eq!(
        faults(number(), &["7", "1,234"]),
        [
            "ambiguous-number: 3 n `1,234` is 1234 with a decimal point and 1.234 with a decimal comma, and no cell of the column tells"
        ]
    );
    assert_eq!(
        faults(number(), &["1,5", "2.5"]),
        [
            "mixed-numbers: 3 n the column is mixed: `2.5` has a decimal point, `1,5` a decimal comma"
        ]
    );
    assert_eq!(
        faults(number(), &["12", "abc", "", "5 kr"]),
        [
            "unreadable-cell: 3 n `abc` is not a number",
            "empty-cell: 4 n the cell is empty",
            "unreadable-cell: 5 n `5 kr` is money, not a number",
        ]
    );
    assert_eq!(
        column(number(), &["0.1234565", "9223372036854.775807"]),
        ["0.123457", "9223372036854.775807"]
    );
    assert_eq!(
        faults(number(), &["9223372036854.775808"]),
        ["number-too-large: 2 n `9223372036854.775808` is larger than 9 223 372 036 854.775807"]
    );
}

#[test]
fn money_is_scaled_and_converted() {
    let money = || field("m", Type::Money);
    assert_eq!(
        column(money(), &["1 234,50 kr", "-7", "NOK 5", "3,-"]),
        ["1234.5", "-7", "5", "3"]
    );
    assert_eq!(
        column(with(money(), Reading::Scaled(1000)), &["1,2345678"]),
        ["1234.5678"]
    );
    assert_eq!(
        faults(money(), &["5 SEK", "5 tkr", "5 %", "5"]),
        [
            "unreadable-cell: 2 m `5 SEK` is in `SEK`, and the model counts in NOK",
            "unreadable-cell: 3 m `5 tkr` is in thousands, and `m` is not declared so",
            "unreadable-cell: 4 m `5 %` is a percent, not money",
        ]
    );
    let fields = || {
        vec![
            field("id", Type::Text),
            with(
                field("amount", Type::Money),
                Reading::InCurrency(FieldId(2)),
            ),
            optional(field("currency", Type::Text)),
        ]
    };
    let options = ReadOptions::default();
    let read = read_with(
        fields(),
        &options,
        b"id,amount,currency\na,2,EUR\nb,3, NOK \n",
    );
    assert_eq!(shown(&read.expect("converted"), 1), ["23.2", "3"]);
    let wrong = read_with(
        fields(),
        &options,
        "id,amount,currency\na,2,USD\nb,3,\nc,4 €,NOK\n".as_bytes(),
    );
    assert_eq!(
        listed(wrong.expect_err("no rate")),
        [
            "unknown-currency: 2 amount the currency `USD` has no rate",
            "unknown-currency: 3 amount the amount has no currency",
            "other-currency: 4 amount `€` stands beside the number, `NOK` in the field of the currency",
        ]
    );
}

#[test]
fn percents_are_points_unless_the_file_says_so() {
    let percent = || field("p", Type::Percent);
    assert_eq!(
        column(percent(), &["12", "12 %", "0,5"]),
        ["0.12", "0.12", "0.005"]
    );
    assert_eq!(column(percent(), &["0", "0"]), ["0", "0"]);
    assert_eq!(column(percent(), &["0,5 %"]), ["0.005"]);
    assert_eq!(
        column(with(percent(), Reading::Fraction), &["0.12"]),
        ["0.12"]
    );
    assert_eq!(
        column(with(percent(), Reading::Points), &["0.12"]),
        ["0.0012"]
    );
    assert_eq!(
        faults(percent(), &["0", "0.12", "1"]),
        [
            "percent-or-fraction: 3 p `0.12` may be a fraction or a percent: all values lie within ±1"
        ]
    );
}

#[test]
fn dates_have_one_order_a_column() {
    let date = || field("d", Type::Date);
    let days = |field: Field, options: &ReadOptions, cells: &[&str]| {
        let fields = vec![self::field("id", Type::Text), field.clone()];
        let read = read_with(fields, options, &file_of(&field, cells)).expect("dates");
        match &read.table.column(1).expect("a column").values {
            Values::Number(values) => values.iter().map(|it| Date(*it).to_string()).collect(),
            _ => Vec::new(),
        }
    };
    let none = ReadOptions::default();
    assert_eq!(
        days(date(), &none, &["3/1/2017", "31/1/2017"]),
        ["2017-01-03", "2017-01-31"]
    );
    assert_eq!(
        days(date(), &none, &["3/1/2017", "1/31/2017"]),
        ["2017-03-01", "2017-01-31"]
    );
    assert_eq!(
        days(date(), &none, &["9.4.1998", "1998-04-09 00:00:00.000"]),
        ["1998-04-09", "1998-04-09"]
    );
    let month_first = ReadOptions {
        dates: Some(DayOrder::MonthFirst),
        ..none
    };
    assert_eq!(days(date(), &month_first, &["3/1/2017"]), ["2017-03-01"]);
    assert_eq!(
        faults(date(), &["3/1/2017"]),
        [
            "ambiguous-date: 2 d `3/1/2017` is 2017-01-03 with the day first and 2017-03-01 with the month first, and no cell of the column tells"
        ]
    );
    assert_eq!(
        faults(date(), &["31/1/2017", "1/31/2017"]),
        [
            "mixed-dates: 3 d the column is mixed: `31/1/2017` has the day first, `1/31/2017` the month"
        ]
    );
    assert_eq!(
        faults(date(), &["i går"]),
        ["unreadable-cell: 2 d `i går` is not a date"]
    );
}

#[test]
fn flags_choices_scores_and_durations() {
    let flag = || field("f", Type::Flag);
    assert_eq!(
        column(flag(), &["ja", "NEI", "1", "x"]),
        ["true", "false", "true", "true"]
    );
    assert_eq!(column(flag(), &["x", "", "X"]), ["true", "false", "true"]);
    assert_eq!(column(optional(flag()), &["x", ""]), ["true", "-"]);
    assert_eq!(
        faults(flag(), &["ja", ""]),
        ["empty-cell: 3 f the cell is empty"]
    );
    assert_eq!(
        faults(flag(), &["maybe"]),
        ["unreadable-cell: 2 f `maybe` is not yes or no"]
    );
    let region = || {
        field(
            "r",
            Type::OneOf(Arc::from(["Øst".to_string(), "Vår".into()])),
        )
    };
    assert_eq!(column(region(), &["Øst", " Va\u{30a}r "]), ["0", "1"]);
    assert_eq!(
        faults(region(), &["øst"]),
        ["not-in-list: 2 r `øst` is not in the list of `r`"]
    );
    let score = || field("s", Type::Score);
    assert_eq!(
        column(optional(score()), &["8,5", "", "NULL", "6,995"]),
        ["8.5", "-", "-", "7"]
    );
    assert_eq!(
        faults(score(), &["10,1"]),
        ["score-out-of-range: 2 s `10,1` is not a score from 0 to 10"]
    );
    let minutes = with(field("m", Type::Duration), Reading::Seconds(60));
    assert_eq!(column(minutes, &["20", "0,5"]), ["1200", "30"]);
}

#[test]
fn texts_are_kept_as_they_stand() {
    let text = || field("t", Type::Text);
    assert_eq!(
        column(
            text(),
            &["00042", " a ", "\"x;\"\"y\"\"\"", "'=1+1", "NULL"]
        ),
        ["00042", " a ", "x;\"y\"", "=1+1", "NULL"]
    );
    assert_eq!(
        column(optional(text()), &["", " ", "NULL", "#N/A", "-", "a-b"]),
        ["-", "-", "-", "-", "-", "a-b"]
    );
    assert_eq!(
        faults(text(), &[" "]),
        ["empty-cell: 2 t the cell is empty"]
    );
}

#[test]
fn columns_are_found_by_their_headers() {
    let options = ReadOptions::default();
    let aliased = || {
        vec![
            from(field("id", Type::Text), &["Kundenr", "Kundnr"]),
            from(field("share", Type::Number), &["Vår andel"]),
        ]
    };
    let read = read_with(
        aliased(),
        &options,
        "\u{feff} KUNDNR ;Va\u{30a}r Andel\r\n1;2\r\n".as_bytes(),
    );
    assert_eq!(shown(&read.expect("found"), 1), ["2"]);
    let twice = read_with(
        aliased(),
        &options,
        "Kundnr;Kundenr;Vår andel\n1;1;2\n".as_bytes(),
    );
    assert_eq!(
        listed(twice.expect_err("doubled")),
        [
            "doubled-column: 1 Kundnr `data.csv` has 2 columns for `id`: `Kundnr` (column 1), `Kundenr` (column 2)"
        ]
    );
    let unused = read_with(
        aliased(),
        &options,
        "Kundnr;Vår andel;x;x\n1;2;3;4\n".as_bytes(),
    );
    assert!(
        unused.is_ok(),
        "columns that nothing reads may have the same header"
    );
}

#[test]
fn bad_files_are_refused_with_the_place() {
    assert_eq!(
        refused(b"id,revenu,region\n1,2,Vest\n"),
        ["missing-column: 1 `data.csv` has no column `revenue` for `revenue`"]
    );
    assert_eq!(
        refused(b"id,revenue,revenue,region\n1,2,2,Vest\n"),
        [
            "doubled-column: 1 revenue `data.csv` has 2 columns for `revenue`: `revenue` (column 2), `revenue` (column 3)"
        ]
    );
    assert_eq!(
        refused("id,revenue,region\n,2,Vest\na,3,Vest\na,-4,Vest\nb,x,Vest\nc,5,Nord\n".as_bytes()),
        [
            "empty-key: 2 id the key is empty",
            "duplicate-key: 4 id `a` stands in line 3 already",
            "out-of-bounds: 4 revenue `-4` is not >= 0",
            "unreadable-cell: 5 revenue `x` is not a number",
            "not-in-list: 6 region `Nord` is not in the list of `region`",
        ]
    );
    assert_eq!(
        refused(b"id,revenue,region\na,2,Vest\n\nb,3\nc,4,Vest,1\nd,5\" ,Vest\ne,6,\"Vest"),
        [
            "ragged-row: 4 the row has 2 cells, the header has 3",
            "ragged-row: 5 the row has 4 cells, the header has 3",
            "stray-quote: 6 a quote stands inside a cell that does not begin with one",
            "open-quote: 7 a quote opens here and never closes",
        ]
    );
    assert_eq!(refused(b""), ["empty-file: the file is empty"]);
    assert_eq!(
        refused(b"\xEF\xBB\xBF\r\n\r\n"),
        ["empty-file: the file is empty"]
    );
    assert_eq!(
        refused(b"id,revenue,region\n"),
        ["no-rows: `data.csv` has a header and no rows"]
    );
    assert_eq!(
        refused(b"id,revenue,region\na,\0,Vest\n"),
        ["not-text: the file is not a text file: a NUL byte stands in line 2"]
    );
    assert_eq!(
        refused(b"id,revenue,region\r\na,1,\xD8st\xC3\xA5\r\n"),
        [
            "mixed-encodings: the file is UTF-8 in places only: byte D8 in line 2 does not belong there"
        ]
    );
    assert_eq!(
        refused(b"\xFF\xFEi\0d\0\n"),
        ["not-utf16: the file is not whole UTF-16: it breaks off in line 1"]
    );
}

#[test]
fn every_bad_row_counts_and_the_first_are_listed() {
    let cells = vec!["x"; 3000];
    let fields = vec![field("id", Type::Text), field("n", Type::Number)];
    let bytes = file_of(&fields[1], &cells);
    let wrong = read_with(fields, &ReadOptions::default(), &bytes).expect_err("wrong");
    let mut all = DataErrors::default();
    all.add_file(wrong);
    assert_eq!((all.count, all.list.len()), (3000, 1000));
}

#[test]
fn line_breaks_in_quotes_count_as_lines() {
    assert_eq!(
        refused(b"id;revenue;region\r\n\"a\r\nb\";1;Vest\r\nc;x;Vest\r\n"),
        ["unreadable-cell: 4 revenue `x` is not a number"]
    );
}

/// The same table in the dialects that are UTF-8, as it must be read.
#[test]
fn one_ledger_in_many_dialects() {
    let header = ["Customer ID", "Kundnr"];
    let fields = || {
        vec![
            from(field("id", Type::Text), &header),
            from(
                field("total", Type::Money),
                &["Total revenue", "Omsättning totalt"],
            ),
            from(
                optional(field("change", Type::Percent)),
                &["Change %", "Förändring %"],
            ),
            from(field("last", Type::Date), &["Last order", "Senaste order"]),
        ]
    };
    let dialects = [
        "Customer ID,Total revenue,Change %,Last order\nALFKI,4273.00,11.3,1998-04-09\nBLAUS,-0.50,,1998-01-28\n",
        "\"Customer ID\",\"Total revenue\",\"Change %\",\"Last order\"\n\"ALFKI\",\"4,273.00\",\"11.3\",\"4/9/1998\"\n\"BLAUS\",\"(0.50)\",\"\",\"1/28/1998\"\n",
        "\u{feff}Kundnr;Omsättning totalt;Förändring %;Senaste order\r\nALFKI;4\u{a0}273,00 kr;11,3 %;1998-04-09\r\nBLAUS;\u{2212}0,50 kr;;1998-01-28\r\n",
        "Kundnr;Omsättning totalt;Förändring %;Senaste order\rALFKI;4273.00;11.3;1998-04-09\rBLAUS;-0.50;-;1998-01-28\r",
        "sep=;\nCustomer ID;Total revenue;Change %;Last order\nALFKI;4.273,00;11,3;09.04.1998\nBLAUS;0,50-;;28.01.1998\n",
        "Customer ID\tTotal revenue\tChange %\tLast order\nALFKI\t4'273.00\t11.3\t9/4/1998\nBLAUS\t-0.5\tNULL\t28/1/1998\n",
    ];
    let days: Vec<String> = ["1998-04-09", "1998-01-28"]
        .iter()
        .map(|day| Decimal(Date::parse(day).expect("a date").0).to_string())
        .collect();
    for text in dialects {
        let read = read_with(fields(), &ReadOptions::default(), text.as_bytes());
        let read = read.unwrap_or_else(|errors| panic!("{text}: {:#?}", listed(errors)));
        assert_eq!(shown(&read, 0), ["ALFKI", "BLAUS"], "{text}");
        assert_eq!(shown(&read, 1), ["4273", "-0.5"], "{text}");
        assert_eq!(shown(&read, 2), ["0.113", "-"], "{text}");
        assert_eq!(shown(&read, 3), days, "{text}");
    }
}

#[test]
fn unreadable_paths_are_named() {
    let location = vekt::io::Location::File(PathBuf::from("no/such/file.csv"));
    let wrong = location.open().expect_err("no file");
    assert_eq!(wrong.code, "cannot-read");
    assert_eq!(
        wrong.message,
        "`no/such/file.csv` cannot be read: there is no such file or folder"
    );
}
