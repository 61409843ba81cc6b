//! Data in and out in every format, with nothing but Vekt itself: what it writes it reads back
//! equal, and what is damaged or hostile is refused by name.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Every type of value. `AS` is how a percent is read back.
const FIELDS: &str = r#"{
  id        text
  name      text?
  revenue   money?
  share     percent? AS
  count     number?
  visits    duration? in hours
  since     date?
  active    flag?
  grade     steps? "low", "middle", "high"
  region    one of? "Øst", "Vest"
}

segments {
  large  when (revenue default 0) >= 1k
  small  otherwise
}

output { id, name, revenue, share, count, visits, since, active, grade, region }
"#;

fn model(file: &str, reading: &str) -> String {
    let fields = FIELDS.replace("AS", reading);
    format!(
        "model \"All\" {{\n  edition 2026\n  currency NOK\n  today 2026-11-21\n}}\n\n\
         customers key id from \"{file}\" {fields}"
    )
}

/// Rows with every kind of trouble: texts that look like formulas, marks, spaces, empty cells,
/// the largest numbers, old dates.
const ROWS: &str = "id,name,revenue,share,count,visits,since,active,grade,region\n\
    00123,\"Fjord, \"\"AS\"\"\",1234.5,12.5%,1.234567,0.25,2026-11-21,yes,low,Øst\n\
    '=1+1,'+47 22,-0.000001,-3%,-12345,7.5,1900-03-01,no,high,Vest\n\
    C-3,\" kept \",9223372036.5,100%,0,1000,1899-12-31,yes,middle,Øst\n\
    C-4,,,,,,,,,\n\
    1e5,\"two\nlines\",0,0.0001%,99999999.999999,0,1970-01-01,no,low,Vest\n\
    C-6,_x0041_ <&>,123456789.123456,33.3333%,0.5,0.000001,2000-02-29,yes,high,Øst\n";

fn vekt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rows.csv"), ROWS).expect("written");
    fs::write(folder.path().join("model.vekt"), model("rows.csv", "")).expect("written");
    folder
}

/// The rows of a file as Vekt reads them, written as CSV.
fn read_back(folder: &Path, file: &str, reading: &str) -> String {
    fs::write(folder.join("back.vekt"), model(file, reading)).expect("written");
    let output = vekt(
        folder,
        &["run", "back.vekt", "--decimal", "point", "--quiet"],
    );
    let (code, out, errors) = texts(&output);
    assert_eq!(code, Some(0), "{file}: {errors}");
    out
}

#[test]
fn what_is_written_reads_back_equal() {
    let folder = folder();
    let path = folder.path();
    let expected = read_back(path, "rows.csv", "");
    assert!(expected.contains("00123"), "{expected}");
    let formats = [
        ("out.csv", ""),
        ("out.jsonl", "as fraction"),
        ("out.xlsx", ""),
        ("out.parquet", "as fraction"),
    ];
    for (file, reading) in formats {
        if file.ends_with("parquet") && cfg!(not(feature = "parquet")) {
            continue;
        }
        let (code, _, errors) = texts(&vekt(path, &["run", "model.vekt", "-o", file]));
        assert_eq!(code, Some(0), "{errors}");
        let first = fs::read(path.join(file)).expect("written");
        assert_eq!(read_back(path, file, reading), expected, "{file}");
        fs::remove_file(path.join(file)).expect("removed");
        vekt(path, &["run", "model.vekt", "-o", file]);
        let again = fs::read(path.join(file)).expect("written");
        assert!(first == again, "{file}: the bytes differ");
    }
}

#[test]
fn csv_for_excel_has_semicolons_and_decimal_commas() {
    let folder = folder();
    for (style, first, number) in [
        ("plain", "id,name", "1234.5,12.5%"),
        ("excel-nb", "\u{feff}id;name", "1234,5;12,5%"),
        ("excel-fi", "\u{feff}id;name", "1234,5;12,5%"),
    ] {
        let arguments = ["run", "model.vekt", "--quiet", "--csv-for", style];
        let (code, out, errors) = texts(&vekt(folder.path(), &arguments));
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.starts_with(first), "{out}");
        assert!(out.contains(number), "{out}");
    }
}

#[test]
fn json_numbers_are_exact_and_lines_that_are_broken_are_named() {
    let folder = folder();
    let path = folder.path();
    let good = "{\"id\":\"1\",\"revenue\":1e3,\"count\":0.1000005}\n\n\
        {\"id\":2,\"count\":\"1,5\",\"active\":true,\"name\":\"\\u00e6 \\\"q\\\"\"}\n";
    fs::write(path.join("in.jsonl"), good).expect("written");
    let all = [
        good,
        "{\"name\":null,\"share\":null,\"visits\":null,\"since\":null,",
        "\"grade\":null,\"region\":null,\"id\":\"3\"}\n",
    ]
    .concat();
    fs::write(path.join("in.jsonl"), &all).expect("written");
    let out = read_back(path, "in.jsonl", "");
    assert!(out.contains("1,,1000,,0.100001,"), "{out}");
    assert!(out.contains("2,\"æ \"\"q\"\"\",,,1.5,"), "{out}");
    let array = format!(
        "[{}]",
        all.trim().replace("\n\n", "\n").replace('\n', ",\n")
    );
    fs::write(path.join("in.json"), array).expect("written");
    assert_eq!(read_back(path, "in.json", ""), out);

    let bad = [
        &all,
        "{\"id\":\n",
        "[1]\n",
        "{\"id\":\"4\",\"id\":\"5\"}\n",
        "{\"id\":\"6\",\"name\":{}}\n",
    ];
    fs::write(path.join("in.jsonl"), bad.concat()).expect("written");
    fs::write(path.join("back.vekt"), model("in.jsonl", "")).expect("written");
    let (code, _, errors) = texts(&vekt(path, &["run", "back.vekt"]));
    assert_eq!(code, Some(3), "{errors}");
    for part in [
        "5",
        "no end",
        "6",
        "no object",
        "stands twice",
        "an object, not a value",
    ] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[test]
fn sqlite_is_asked_and_never_written() {
    let folder = folder();
    let path = folder.path();
    let database = rusqlite::Connection::open(path.join("crm.db")).expect("a database");
    database
        .execute_batch(
            "CREATE TABLE rows (id TEXT, name TEXT, revenue REAL, share TEXT, count INTEGER, \
             visits, since TEXT, active INTEGER, grade TEXT, region TEXT); \
             INSERT INTO rows VALUES ('001', '=x', 1234.5, '5%', 9007199254740993 / 1000, 1.5, \
             '2026-01-31', 1, 'low', 'Øst'), ('2', NULL, 0.1, NULL, NULL, NULL, NULL, 0, NULL, NULL)",
        )
        .expect("filled");
    drop(database);
    let expected = read_back(path, "sqlite:crm.db?SELECT * FROM rows", "");
    assert!(
        expected.contains("001,'=x,1234.5,5%,9007199254740,1.5,2026-01-31,yes,low,Øst"),
        "{expected}"
    );
    assert_eq!(read_back(path, "sqlite:crm.db?rows", ""), expected);
    for (source, code, part) in [
        ("sqlite:crm.db?DELETE FROM rows", 4, "cannot-query"),
        (
            "sqlite:crm.db?SELECT * FROM rows; DELETE FROM rows",
            4,
            "one query",
        ),
        ("sqlite:crm.db?SELECT * FROM absent", 4, "no such table"),
        ("sqlite:crm.db", 4, "no query"),
        ("sqlite:absent.db?SELECT 1", 4, "no such file"),
        ("sqlite:rows.csv?SELECT 1", 4, "not a database"),
    ] {
        let (found, _, errors) = texts(&vekt(path, &["run", "model.vekt", source]));
        assert_eq!(found, Some(code), "{source}: {errors}");
        assert!(errors.contains(part), "{part} in {errors}");
    }
    assert_eq!(read_back(path, "sqlite:crm.db?rows", ""), expected);
    assert!(!path.join("absent.db").exists());
}

#[test]
fn no_message_shows_a_password() {
    let folder = folder();
    let url = "postgres://me:sesam@127.0.0.1:1/db?connect_timeout=2&query=SELECT 1";
    for url in [
        url.to_string(),
        url.replace("127.0.0.1:1", "[::bad"),
        url.replace("&query=SELECT 1", ""),
    ] {
        let (code, out, errors) = texts(&vekt(folder.path(), &["run", "model.vekt", &url]));
        assert_eq!(code, Some(4), "{errors}");
        assert!(errors.contains("me@"), "{errors}");
        assert!(!format!("{out}{errors}").contains("sesam"), "{errors}");
    }
}

/// A book of one sheet with these parts; `shared` are the texts.
fn book(path: &Path, sheet: &[u8], shared: &[u8]) {
    let file = fs::File::create(path).expect("a file");
    let mut archive = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{kinds}\"><sheets>\
         <sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{kinds}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{kinds}/sharedStrings\" Target=\"sharedStrings.xml\"/>\
         </Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{kinds}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>"
    );
    for (name, bytes) in [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", shared),
    ] {
        archive.start_file(name, options).expect("started");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("finished");
}

fn sheet(cells: &str) -> Vec<u8> {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData>{cells}</sheetData></worksheet>"
    )
    .into_bytes()
}

const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>id</t></is></c>\
    <c r=\"B1\" t=\"inlineStr\"><is><t>revenue</t></is></c></row>";

#[test]
fn books_that_are_damaged_or_hostile_are_refused() {
    let folder = folder();
    let path = folder.path();
    let model = "model \"Small\" {\n  edition 2026\n  currency NOK\n  today 2026-11-21\n}\n\n\
        customers key id from \"b.xlsx\" {\n  id text\n  revenue money?\n}\n\n\
        segments {\n  large when revenue >= 1k\n  small otherwise\n}\noutput { id, revenue }\n";
    let model = model.replace("revenue >= 1k", "(revenue default 0) >= 1k");
    fs::write(path.join("small.vekt"), model).expect("written");
    let run = || texts(&vekt(path, &["run", "small.vekt", "--quiet"]));
    let row = |cells: &str| sheet(&format!("{HEADER}{cells}"));
    let shared = b"<sst xmlns=\"x\" uniqueCount=\"0\"></sst>";

    let good = row(
        "<row r=\"3\"><c r=\"A3\"><v>17</v></c><c r=\"B3\"><v>0.30000000000000004</v></c></row>",
    );
    book(&path.join("b.xlsx"), &good, shared);
    assert_eq!(
        run(),
        (Some(0), "id,revenue\n17,0.3\n".into(), String::new())
    );

    let deep = "x".repeat(300_000);
    let spaces = [&good[..], &vec![b' '; 200 << 20]].concat();
    let cases: [(&str, Vec<u8>, &[u8], &str); 8] = [
        ("a bomb", spaces, shared, "unpacks from"),
        (
            "a long cell",
            row(&format!(
                "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{deep}</v></c></row>"
            )),
            shared,
            "no cell can hold",
        ),
        (
            "many texts",
            good.clone(),
            b"<sst xmlns=\"x\" uniqueCount=\"99999999999999\"></sst>",
            "cannot be read",
        ),
        (
            "the last column",
            row("<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"XFD2\"><v>1</v></c></row>"),
            shared,
            "column XFD",
        ),
        (
            "outside",
            row("<row r=\"2\"><c r=\"XFE1048577\"><v>1</v></c></row>"),
            shared,
            "cannot be read",
        ),
        (
            "an error",
            row("<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"e\"><v>#REF!</v></c></row>"),
            shared,
            "an error of a formula",
        ),
        (
            "no value",
            row("<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><f>1+1</f></c></row>"),
            shared,
            "was not saved",
        ),
        (
            "digits",
            row("<row r=\"2\"><c r=\"A2\"><v>1234567890123456789</v></c></row>"),
            shared,
            "15 digits",
        ),
    ];
    for (name, sheet, shared, part) in cases {
        book(&path.join("b.xlsx"), &sheet, shared);
        let (code, _, errors) = run();
        assert_eq!(code, Some(3), "{name}: {errors}");
        assert!(errors.contains(part), "{name}: {part} in {errors}");
    }
    for bytes in [&b"PK\x03\x04nothing"[..], b"", b"id;revenue\n1;2\n"] {
        fs::write(path.join("b.xlsx"), bytes).expect("written");
        let (code, _, errors) = run();
        assert_eq!(code, Some(3), "{errors}");
        assert!(errors.contains("cannot be read"), "{errors}");
    }
}

#[test]
fn other_endings_are_refused_by_name() {
    let folder = folder();
    fs::write(folder.path().join("rows.xls"), "x").expect("written");
    let (code, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt", "rows.xls"]));
    assert_eq!(code, Some(3), "{errors}");
    assert!(errors.contains("save it as .xlsx"), "{errors}");
    for name in ["out.xls", "out.ods", "out.json"] {
        let (code, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt", "-o", name]));
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains(".parquet"), "{errors}");
    }
}
